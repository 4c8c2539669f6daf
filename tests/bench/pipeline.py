"""Time WARC files on their way into a lake, extract only and with annotation, beside what others need to read alone.

Each set of pages beside the checkout becomes a WARC file of its own: the set's pages over and over, each copy with a
comment of its own at its end, so that no two records are the same bytes. Ours is the whole of `sillok import`, as a
process of its own on an empty lake: the WARC file read, its records stored in ours, the pages read (and annotated) in
worker processes, everything committed. The peers read the same bytes: trafilatura's command line over a folder, with
metadata, in as many processes; Fundus's own parsers on the pages of its own publishers; news-please on a part, since it
is slow. Fundus and news-please are installed into an environment that is thrown away, never into ours.

Rates are pages per second of processor time, children included, so that a busy machine slows all alike, and by the
clock as well. `steady` ones leave out what a run costs before its first page and after its last (processes, models,
views): each side takes a quarter of the pages and all of them, and what more pages took is told. `orchestration` takes
the same import through the same code twice, with Prefect (a server beside it, its processor time counted) and with
Prefect's wrappers taken off. The last line is one JSON object.

    make bench-pipeline PAGES=2000     pages a set; fewer say more of the start of the processes than of the pages
"""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.bench.extract import EVAL, SETS, gold_of
from tests.bench.peers import python_with
from tests.conftest import ROOT, environment, prefect_api

PEERS = ("fundus==0.5.7", "curl_cffi<0.14", "news-please==1.6.16")
"""curl_cffi is held back: this Fundus does not start with a newer one."""
NEWS_PLEASE_PAGES = 60
PROCESSES = 2
Page = tuple[str, str, bytes]  # id, address, payload

IMPORT = """
import sys
from pathlib import Path
if sys.argv[3] == "bare":
    from prefect.flows import Flow
    from prefect.tasks import Task
    Flow.__call__ = Task.__call__ = lambda self, *words, **named: self.fn(*words, **named)
from flows.cli_runs import prepare_prefect
prepare_prefect()
from flows.backfill import backfill
from flows.steps.import_choices import Until
counts = backfill([sys.argv[1]], "", Until(sys.argv[2]))
print({str(c.outcome): c.count for c in counts if c.what in ("articles", "annotated")}, file=sys.stderr)
"""

FUNDUS = """
import gzip, json, sys, time
from datetime import datetime
from pathlib import Path
from fundus import PublisherCollection

publishers = {one.__name__: one for one in PublisherCollection}
rows = [json.loads(line) for line in open(sys.argv[1])]
pages = []
for row in rows:
    known = publishers.get(row["id"].split("_")[0])
    if known is not None:
        stamp = row.get("crawl_date")
        parser = known.parser(datetime.fromisoformat(stamp) if stamp else None)
        path = Path(sys.argv[1]).with_name(row["id"] + ".html.gz")
        pages.append((parser, gzip.decompress(path.read_bytes()).decode("utf-8", "replace")))
for parser, html in pages[:5]:
    parser.parse(html, "suppress")
began = time.process_time()
for _ in range(3):
    for parser, html in pages:
        parser.parse(html, "suppress")
print(json.dumps({"pages": 3 * len(pages), "processor_seconds": time.process_time() - began}))
"""

NEWS_PLEASE = """
import gzip, json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from newsplease import NewsPlease

pages = []
for line in open(sys.argv[1]):
    row = json.loads(line)
    path = Path(sys.argv[1]).with_name(row["id"] + ".html.gz")
    pages.append((row.get("url") or "https://a.example/", gzip.decompress(path.read_bytes())))
pages = pages[: int(sys.argv[2])]
began = time.process_time()
for url, html in pages:
    try:
        NewsPlease.from_html(html, url=url)
    except Exception:
        pass
print(json.dumps({"pages": len(pages), "processor_seconds": time.process_time() - began}))
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one side needed for its pages; processor time with that of its children."""

    pages: int
    processor_seconds: float
    seconds: float

    @property
    def rate(self) -> float:
        """Pages per second of processor time."""
        return self.pages / self.processor_seconds


def pages_of(folder: str) -> list[Page]:
    """The pages of one set as they were served."""
    return [
        (
            str(row["id"]),
            str(row.get("url") or f"https://{folder}.example/{row['id']}"),
            _payload(folder, str(row["id"])),
        )
        for row in gold_of(folder)
    ]


def _payload(folder: str, name: str) -> bytes:
    return gzip.decompress((EVAL / "pages" / folder / f"{name}.html.gz").read_bytes())


def copies(pages: list[Page], count: int) -> Iterator[Page]:
    """`count` pages made of the given ones, each with an address and bytes of its own."""
    for number, (name, url, payload) in enumerate(islice(cycle(pages), count)):
        mark = f"copy={number}"
        yield f"{name}-{number}", f"{url}{'&' if '?' in url else '?'}{mark}", payload + f"<!-- {mark} -->".encode()


def write_warc(path: Path, pages: Iterator[Page]) -> None:
    """A WARC file of responses."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for _, url, payload in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", BytesIO(payload), http_headers=headers))


def taken(pages: int, words: list[str], **more: str) -> tuple[Taken, str]:
    """Run one side to its end; what it took, and what it said."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sillok-bench-") as name:
        lake = Path(name) / "lake"
        done = subprocess.run(
            words, env=environment(lake, **more), cwd=ROOT, capture_output=True, text=True, check=False
        )
    after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"it did not run: {done.stderr[-3000:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(pages, used, seconds), (done.stderr.strip() or "done").splitlines()[-1]


def ours(warc: Path, count: int, until: str, form: str = "prefect") -> Taken:
    """Import one WARC file into an empty lake."""
    words = [sys.executable, "-c", IMPORT, str(warc), until, form]
    more = {"PREFECT_API_URL": prefect_api(), "SILLOK_WORKERS": str(PROCESSES)}
    found, said = taken(count, words, **more)
    print(f"  {warc.stem}, {until}, {form}: {found.rate:.1f} pages a processor second, {found.seconds:.0f} s; {said}")
    return found


def trafilatura(folder: Path, count: int) -> Taken:
    """Trafilatura's command line over a folder of pages, with metadata, as JSON."""
    out = folder.with_name(f"{folder.name}-read")
    words = [str(Path(sys.executable).with_name("trafilatura")), "--input-dir", str(folder), "--output-dir", str(out)]
    found, _ = taken(count, [*words, "--json", "--with-metadata", "--parallel", str(PROCESSES)])
    print(f"  {folder.name}, trafilatura: {found.rate:.1f} pages a processor second, {found.seconds:.0f} s", flush=True)
    return found


def alone(python: Path, code: str, *words: str) -> float:
    """Pages per processor second of a peer's reading, its start not counted."""
    done = subprocess.run([str(python), "-c", code, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"a peer did not run: {done.stderr[-500:]}")
        return 0.0
    found = json.loads(done.stdout.splitlines()[-1])
    return float(found["pages"] / found["processor_seconds"])


def server_seconds() -> float:
    """Processor time so far of the Prefect server beside us and of its children."""
    prefect_api()
    total = 0.0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"prefect" in words and b"server" in words and int(fields[1]) == os.getpid():
            total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def with_server(run: Callable[[], Taken]) -> Taken:
    """What a run took, with what the Prefect server spent on it."""
    before = server_seconds()
    found = run()
    return Taken(found.pages, found.processor_seconds + server_seconds() - before, found.seconds)


def grown(few: Taken, many: Taken) -> Taken:
    """What the pages took that `many` had and `few` had not."""
    return Taken(
        many.pages - few.pages,
        many.processor_seconds - few.processor_seconds,
        many.seconds - few.seconds,
    )


def of_set(name: str, count: int, folder: Path) -> dict[str, float]:
    """The figures of one set."""
    pages = pages_of(name)
    taken_by: dict[str, list[Taken]] = {"extract": [], "enrich": [], "trafilatura": []}
    for part in (count // 4, count):
        warc, unpacked = folder / f"{name}-{part}.warc.gz", folder / f"{name}-{part}"
        write_warc(warc, copies(pages, part))
        for until in ("extract", "enrich"):
            taken_by[until].append(with_server(partial(ours, warc, part, until)))
        unpacked.mkdir()
        few = max(part // 4, 20)
        for page, _, payload in copies(pages, few):
            (unpacked / f"{page}.html").write_bytes(payload)
        taken_by["trafilatura"].append(trafilatura(unpacked, few))
    figures: dict[str, float] = {}
    for side, (few_pages, all_pages) in taken_by.items():
        figures[f"{name}.{side}.pages_per_processor_second"] = all_pages.rate
        figures[f"{name}.{side}.pages_per_second"] = all_pages.pages / all_pages.seconds
        figures[f"{name}.{side}.steady_pages_per_processor_second"] = grown(few_pages, all_pages).rate
    for side in ("extract", "enrich"):
        for kind in ("pages", "steady_pages"):
            rate = f"{kind}_per_processor_second"
            figures[f"{name}.{side}.{kind}_ratio_to_trafilatura"] = (
                figures[f"{name}.{side}.{rate}"] / figures[f"{name}.trafilatura.{rate}"]
            )
    return figures


def orchestration(folder: Path, count: int) -> dict[str, float]:
    """What Prefect adds to an import with annotation, by processor time and by the clock; the median of three pairs.

    `steady` is what more pages took alone: a run's start and end, which Prefect makes longer by the same seconds
    whatever it brings in, count for neither side.
    """

    def pair(part: int) -> tuple[Taken, Taken]:
        run = partial(ours, folder / f"korean-{part}.warc.gz", part, "enrich")
        return run("bare"), with_server(run)

    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(3):
        few, many = pair(count // 4), pair(count)
        for kind, (bare, whole) in (("", many), ("steady_", map(grown, few, many))):
            found[f"{kind}processor_share"].append(1 - bare.processor_seconds / whole.processor_seconds)
            found[f"{kind}clock_share"].append(1 - bare.seconds / whole.seconds)
    return {f"orchestration.{name}": sorted(shares)[1] for name, shares in found.items()}


def main() -> None:
    """Run all sides and print the figures."""
    if not EVAL.is_dir():
        sys.exit("the measuring set is not beside this checkout")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    figures: dict[str, float] = {"pages": count, "processes": PROCESSES}
    with tempfile.TemporaryDirectory(prefix="sillok-bench-") as name:
        folder = Path(name)
        for each in SETS:
            figures |= of_set(each, count, folder)
        figures |= orchestration(folder, count)
        python = python_with(folder / "peers", *PEERS)
        if python is not None:
            gold = str(EVAL / "pages" / "world" / "gold.jsonl")
            figures["world.fundus.pages_per_processor_second"] = fundus = alone(python, FUNDUS, gold)
            figures["world.news_please.pages_per_processor_second"] = slow = alone(
                python, NEWS_PLEASE, gold, str(NEWS_PLEASE_PAGES)
            )
            rate = figures["world.extract.steady_pages_per_processor_second"]
            figures |= {"world.extract.ratio_to_fundus": rate / fundus} if fundus else {}
            figures |= {"world.extract.ratio_to_news_please": rate / slow} if slow else {}
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
