"""One run of many made-up pages from WARC files to published views: does it stay as it began?

Pages are made of `made_corpus` texts (nothing in them was written by a publisher; three in ten are copies of others),
5,000 to a WARC file. The run is `sillok import` in a process of its own. Once a second its resident memory, that of its
largest worker, its open files and the processor time of all its processes are looked at; each line of progress is
stamped. For each step: pages per second by the clock and by processor time (which other work on the machine changes
less) and memory in its second tenth against its last, so that loading models and making connections count for neither.
The last line is one JSON object.

    make soak PAGES=100000             more than an hour on two cores; PAGES=5000 shows that it works
    make soak CHARS=500                short articles, a third of the usual 1,500 characters
    make soak UNTIL=store              the first steps alone: two minutes to store, five to extract
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.bench.made_corpus import Made, MadeCorpus
from tests.conftest import ROOT, environment, prefect_api

PAGES_A_FILE = 5000
STEPS = ("backfill", "extract", "enrich", "link-copies", "link-stories", "link-registry", "index")
_PROGRESS = re.compile(r"^(?P<step>[a-z-]+): (?P<done>\d+) (?:of (?P<total>\d+) )?")


@dataclass(slots=True)
class Look:
    """How a step stood at one moment."""

    at: float
    done: int
    main_bytes: int
    worker_bytes: int
    open_files: int
    processor_seconds: float


Looks = dict[str, list[Look]]
"""What was seen of a run, step by step."""


def page(made: Made) -> bytes:
    """A page as a small publisher serves it."""
    paragraphs = "".join(f"<p>{text}</p>" for text in made.body)
    return (
        f'<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{made.title} - {made.publisher}</title>'
        f'<meta property="og:site_name" content="{made.publisher}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{made.published_at.isoformat()}"></head>'
        f'<body><nav><a href="/">{made.publisher}</a></nav><article><h1>{made.title}</h1>{paragraphs}</article>'
        f"<footer>ⓒ {made.publisher}. 무단 전재 및 재배포 금지</footer></body></html>"
    ).encode()


def write_pages(folder: Path, count: int, chars: int) -> None:
    """WARC files of so many pages, their articles about so long."""
    folder.mkdir()
    for number, batch in enumerate(MadeCorpus(seed=7, chars=chars).batches(count, PAGES_A_FILE)):
        with (folder / f"{number:04}.warc.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for made in batch:
                headers = StatusAndHeaders(
                    "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
                )
                url = f"https://news{made.number % 60}.example/article/{made.number}"
                record = writer.create_warc_record(url, "response", BytesIO(page(made)), http_headers=headers)
                writer.write_record(record)
        print(f"made {min((number + 1) * PAGES_A_FILE, count)} of {count} pages", flush=True)


def use_of(process: int) -> tuple[int, int, int, float]:
    """Resident bytes of a process and of its largest descendant, its open files, processor seconds of all of them.

    Those of descendants that have ended are counted with whoever waited for them. Zeros once the process is gone.
    """
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    spent: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        spent[int(path.name)] = sum(map(int, fields[11:15]))
        parents[int(path.name)], sizes[int(path.name)] = int(fields[1]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    below = {process}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    try:
        files = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        files = 0
    largest = max((sizes[one] for one in below - {process}), default=0)
    seconds = sum(spent.get(one, 0) for one in below) / os.sysconf("SC_CLK_TCK")
    return sizes.get(process, 0), largest, files, seconds


def watch(words: list[str], lake: Path) -> tuple[Looks, float]:
    """Run the command, looking at it once a second; what was seen, and how long it took."""
    seen: Looks = defaultdict(list)
    now, began = {"step": "", "done": 0}, time.monotonic()
    run = subprocess.Popen(
        words,
        cwd=ROOT,
        env=environment(lake, PREFECT_API_URL=prefect_api()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(1):
            step, done = str(now["step"]), int(now["done"])
            if step in STEPS:
                seen[step].append(Look(time.monotonic() - began, done, *use_of(run.pid)))

    looking = threading.Thread(target=look)
    looking.start()
    last, told = [], 0.0
    assert run.stdout is not None
    for line in run.stdout:
        last = [*last[-20:], line]
        found = _PROGRESS.match(line)
        if found is not None:
            now["step"], now["done"] = found["step"], int(found["done"])
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(f"{told - began:6.0f} s  {line.strip()}", flush=True)
    code = run.wait()
    is_over.set()
    looking.join()
    if code != 0:
        sys.exit("the run failed: " + "".join(last))
    return seen, time.monotonic() - began


def rates(looks: list[Look]) -> dict[str, float]:
    """Pages per second over some looks, by the clock and by processor time."""
    first, last = looks[0], looks[-1]
    done = last.done - first.done
    return {
        "pages_per_second": done / max(last.at - first.at, 1e-9),
        "pages_per_processor_second": done / max(last.processor_seconds - first.processor_seconds, 1e-9),
    }


def figures_of(step: str, looks: list[Look]) -> dict[str, float]:
    """A step's second and third tenth against its last two.

    What comes after its last page counts for nothing: the next step loads its models before it tells of itself.
    """
    most = looks[-1].done
    looks = looks[: 1 + next(at for at, one in enumerate(looks) if one.done == most)]
    early = [one for one in looks if 0.1 * most <= one.done <= 0.3 * most]
    late = [one for one in looks if one.done >= 0.8 * most]
    if len(early) < 3 or len(late) < 3:
        return {}
    peak = {"early": early, "late": late}
    figures: dict[str, float] = {}
    for name, before in rates(early).items():
        after = rates(late)[name]
        figures |= {f"{step}.early_{name}": before, f"{step}.late_{name}": after}
        if before:  # a step that tells of itself in a few large leaps has no early rate
            figures[f"{step}.late_to_early_{name}"] = after / before
    for name in ("main_bytes", "worker_bytes", "open_files"):
        figures |= {f"{step}.{when}_{name}": max(getattr(one, name) for one in some) for when, some in peak.items()}
    return figures


def main() -> None:
    """Make the pages, run, print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chars = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    until = ["--until", sys.argv[3]] if len(sys.argv) > 3 else []
    folder = Path(tempfile.mkdtemp(prefix="sillok-soak-"))
    try:
        write_pages(folder / "warc", count, chars)
        words = [str(Path(sys.executable).with_name("sillok")), "import", str(folder / "warc"), *until]
        seen, seconds = watch(words, folder / "lake")
        figures: dict[str, float] = {
            "pages": count,
            "chars": chars,
            "seconds": seconds,
            "pages_per_second": count / seconds,
        }
        for step, looks in seen.items():
            figures |= figures_of(step, looks)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
