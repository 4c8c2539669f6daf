"""Figures of reading on the measuring set beside the checkout, next to stock trafilatura's, in one run.

Both read the same bytes page by page in this one process, turn about, and only processor time is counted, so that a
busy machine slows both alike. Trafilatura runs as its users run it: `bare_extraction`, full mode, metadata on. The
set's own scorer gives the figures. The memory of a worker is the peak of a process of its own that reads all pages of
all sets and holds one at a time, as the flows' workers do. The last line is one JSON object: `<set>.<figure>` for this
project's reader, `<set>.<figure>.trafilatura` beside it, `<set>.speed_ratio` in pages per processor second,
`worker_peak_mb`.
"""

import contextlib
import gzip
import hashlib
import importlib.util
import io
import json
import logging
import resource
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

from flows.extraction.article import Page
from flows.extraction.contract import line
from flows.extraction.lang import language_of
from flows.extraction.reader import extract

EVAL = Path(__file__).parents[3] / "shared" / "eval"
SETS = ("korean", "world", "articles")
SHOWN = (
    "body_p", "body_r", "body_f1", "body_exact", "title", "published_day", "published_minute", "authors_f1",
    "captions_p", "captions_r", "captions_f1", "notice",
)  # fmt: skip
WARM_UP_PAGES = 5
"""Pages read before the clock runs: modules, tables and remembered class names are loaded once a process."""

Row = dict[str, object]


@dataclass(slots=True)
class Taken:
    """Processor time of one reader on one set, and its rows."""

    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)


def scorer() -> ModuleType:
    """The measuring set's own scorer, as a module."""
    spec = importlib.util.spec_from_file_location("measuring_set_score", EVAL / "score.py")
    if spec is None or spec.loader is None:
        sys.exit("the scorer is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold_of(folder: str) -> list[Row]:
    """The labels of one set."""
    with (EVAL / "pages" / folder / "gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(text) for text in lines if text.strip()]


def page_of(folder: str, gold: Row) -> Page:
    """One page as it came, with the address and the capture's instant that the set states."""
    stamp = gold.get("crawl_date")
    moment = datetime.fromisoformat(str(stamp)) if stamp else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    path = EVAL / "pages" / folder / f"{gold['id']}.html.gz"
    url = gold.get("url")
    return Page(
        str(gold["id"]),
        path.name,
        gzip.decompress(path.read_bytes()),
        url=str(url) if url else None,
        captured_at=moment,
    )


def ours(page: Page) -> Row:
    """What `sillok extract` prints for a page."""
    return line(extract(page))


def stock(page: Page) -> Row:
    """The same page by trafilatura, its answer under the contract's keys; an empty row where it finds nothing."""
    import trafilatura

    try:
        found = trafilatura.bare_extraction(page.payload, url=page.url, with_metadata=True, fast=False)
    except Exception:  # its fault costs it this page
        found = None
    if found is None:
        return {"id": page.id}
    fields = found.as_dict() if hasattr(found, "as_dict") else dict(found)
    names = [name.strip() for name in (fields.get("author") or "").split(";")]
    return {
        "id": page.id,
        "title": fields.get("title"),
        "body": [text for text in (fields.get("text") or "").split("\n") if text.strip()],
        "authors": [{"name": name} for name in names if name],
        "published_at": fields.get("date"),
        "captions": [],
        "rights": {},
    }


def timed(taken: Taken, reader: object, page: Page) -> None:
    """Read one page and count its processor time."""
    began = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        row = reader(page)  # type: ignore[operator]
    taken.seconds += time.process_time() - began
    taken.rows.append(row)


def run(folder: str) -> tuple[list[Row], Taken, Taken]:
    """Read one set with both readers, turn about; who goes first changes from page to page."""
    gold = gold_of(folder)
    mine, theirs = Taken(), Taken()
    pages = [page_of(folder, one) for one in gold]
    language_of("zrk mlv")  # no word of any language: loads the model, once a process
    for page in pages[:WARM_UP_PAGES]:
        ours(page)
        stock(page)
    for index, page in enumerate(pages):
        turns = [(mine, ours), (theirs, stock)]
        for taken, reader in reversed(turns) if index % 2 else turns:
            timed(taken, reader, page)
    return gold, mine, theirs


def figures(score: ModuleType, rows: Iterable[Row], gold: list[Row]) -> dict[str, float]:
    """Means over pages, and precision, recall and F1 over all captions."""
    by_id = {row["id"]: row for row in rows}
    collected: dict[str, list[object]] = {}
    for one in gold:
        for key, value in score.score_page(by_id.get(one["id"], {}), one).items():
            collected.setdefault(key, []).append(value)
    found: dict[str, float] = {}
    for key, values in collected.items():
        if isinstance(values[0], tuple):
            counts = [sum(column) for column in zip(*values, strict=True)]  # type: ignore[call-overload]
            found.update(zip((f"{key}_p", f"{key}_r", f"{key}_f1"), score.prf(*counts), strict=True))
        else:
            found[key] = sum(map(float, values)) / len(values)  # type: ignore[arg-type]
    return {key: round(found[key], 4) for key in SHOWN if key in found}


def digest() -> str:
    """SHA-256 over the names and bytes of every page and label, in order of name."""
    total = hashlib.sha256()
    for path in sorted(path for folder in SETS for path in (EVAL / "pages" / folder).iterdir() if path.is_file()):
        total.update(f"{path.parent.name}/{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def peak_mb(name: str) -> float:
    """The peak of this process's resident memory, in megabytes, once it has read every page with one reader."""
    reader = {"ours": ours, "stock": stock}[name]
    logging.disable(logging.CRITICAL)
    for folder in SETS:
        for one in gold_of(folder):
            with contextlib.redirect_stderr(io.StringIO()):
                reader(page_of(folder, one))
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux is no less than what the parent held when it started this one
        peak_line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
        return round(int(peak_line.split()[1]) * 1024 / 1e6, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)  # bytes on macOS, else kilobytes


def worker_memory() -> tuple[float, float]:
    """Peak memory of a worker with this project's reader, and of one with trafilatura, in megabytes."""
    peaks = []
    for name in ("ours", "stock"):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            peaks.append(pool.submit(peak_mb, name).result())
    return peaks[0], peaks[1]


def main() -> None:
    """Run both readers on the three sets and print the figures."""
    if not (EVAL / "score.py").exists():
        sys.exit("the measuring set is not beside this checkout")
    logging.disable(logging.CRITICAL)
    score = scorer()
    named: dict[str, object] = {"set_sha256": digest(), "trafilatura_version": version("trafilatura")}
    print(f"set {named['set_sha256']}\ntrafilatura {named['trafilatura_version']}")
    for folder in SETS:
        gold, mine, theirs = run(folder)
        here, there = figures(score, mine.rows, gold), figures(score, theirs.rows, gold)
        here["pages_per_cpu_second"] = round(len(gold) / mine.seconds, 1)
        there["pages_per_cpu_second"] = round(len(gold) / theirs.seconds, 1)
        ratio = round(theirs.seconds / mine.seconds, 2)
        print(f"\n{folder}: {len(gold)} pages, {ratio} times trafilatura's pages per processor second")
        for key, value in here.items():
            print(f"  {key:22} {value:>8} {there.get(key, 0.0):>8}")
            named[f"{folder}.{key}"] = value
            named[f"{folder}.{key}.trafilatura"] = there.get(key, 0.0)
        named[f"{folder}.pages"] = len(gold)
        named[f"{folder}.speed_ratio"] = ratio
    mine_mb, theirs_mb = worker_memory()
    print(f"\nworker\n  {'peak_mb':22} {mine_mb:>8} {theirs_mb:>8}")
    named.update({"worker_peak_mb": mine_mb, "worker_peak_mb.trafilatura": theirs_mb})
    print(json.dumps(named))


if __name__ == "__main__":
    main()
