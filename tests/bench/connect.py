"""Time the search for copies and stories on made-up corpora, and hold what they find against the labels.

    python -m tests.bench.connect SIZE...        default 100000 300000 1000000

For each size: a corpus of that many articles of 1,500 characters is searched, then a day's 20,000 new ones against it.
Before that, precision and recall of copies and of stories (`tests.bench.stories`) on 20,000 labelled articles each.
Making the corpora is not timed. With SILLOK_RUNNER=dask the work goes to a Dask cluster. The last line is one JSON
object; ends with 1 where a figure of quality is below what is asked.
"""

import contextlib
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import polars as pl

from flows.dask_workers import dask_pool
from flows.extraction.article import EXTRACTOR
from flows.lake import batches
from flows.lake.batches import Writer, writing
from flows.lake.tables import ARTICLES
from flows.settings import settings
from flows.steps.copies import parts, warm_up
from flows.steps.linking import Linking
from flows.workers import LocalPool, Workers
from tests.bench import stories
from tests.bench.made_corpus import Made, MadeCorpus, shared_share, word_shingles

DAY = 20_000
ARTICLES_PER_FILE = 5000
TARGETS = {"all_seconds_at_1m": 900, "day_seconds_at_1m": 60, "peak_bytes": 6_000_000_000}
FLOORS = {"precision": 0.98, "recall_from_50": 0.95, "recall_30_to_50": 0.80}


def store(writer: Writer, made: Iterable[list[Made]], first: int = 0) -> None:
    """Put made-up articles into staging.articles, as if they had been read."""
    for number, some in enumerate(made, first):
        batch = f"made-{number:05d}"
        rows = [
            {
                "capture_id": f"urn:made:{one.number:08d}",
                "article_id": f"a{one.number:08d}",
                "source_id": "made",
                "captured_at": one.published_at,
                "published_at": one.published_at,
                "published_date": one.published_at.date(),
                "outcome": "ok",
                "lang": "ko",
                "publisher": one.publisher,
                "section": one.section,
                "title": one.title,
                "body": one.body,
                "body_chars": sum(map(len, one.body)),
                "extractor": EXTRACTOR,
                "extracted_at": one.published_at,
            }
            for one in some
        ]
        writer.commit("made", "made", batch, [batches.write(writer.lake, ARTICLES, rows, batch)])


def processor_seconds() -> float:
    """Processor time of this process and of the workers that have ended: what a machine shared with others can tell."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def search(writer: Writer) -> tuple[float, float]:
    """Search the lake for copies with two worker processes; seconds by the clock, and of processor time."""
    began, worked = time.monotonic(), processor_seconds()
    kind = dask_pool(settings().model_copy(update={"lake": writer.lake})) if settings().runner == "dask" else LocalPool
    with Workers(2, 30.0, 4 * 2**30, warm_up, kind=kind) as workers:
        for part in parts(Linking(writer, workers, "bench")):
            seconds = round(time.monotonic() - began, 1)
            if not part.done:
                print(seconds, {f"{one.what} {one.outcome}": one.count for one in part.counts}, flush=True)
    return round(time.monotonic() - began, 1), round(processor_seconds() - worked, 1)


def pairs_found(writer: Writer) -> set[tuple[int, int]]:
    """Pairs of article numbers that were found to be copies, the smaller number first."""
    rows = writer.connection.execute(
        "SELECT DISTINCT article_id[2:]::INT, first_article_id[2:]::INT FROM lake.staging.copies"
    ).fetchall()
    return {(min(pair), max(pair)) for pair in rows}


def quality(made: list[Made], found: set[tuple[int, int]]) -> dict[str, float]:
    """Precision over all pairs found, recall by the share of word 3-grams in common, labels from the generator."""
    family = {one.number: one.family for one in made}
    families = defaultdict(list)
    for one in made:
        families[one.family].append(one)
    right = {"50": 0, "30": 0, "25": 0}
    there = {"50": 0, "30": 0, "25": 0}
    for members in families.values():
        cut = {one.number: word_shingles(one) for one in members} if len(members) > 1 else {}
        for a, b in combinations(sorted(cut), 2):
            share = shared_share(cut[a], cut[b])
            band = "50" if share >= 0.5 else "30" if share >= 0.3 else "25" if share >= 0.25 else None
            if band:
                there[band] += 1
                right[band] += (a, b) in found
    true = sum(family[a] == family[b] for a, b in found)
    return {
        "pairs_found": len(found),
        "precision": round(true / max(1, len(found)), 4),
        "recall_from_50": round(right["50"] / max(1, there["50"]), 4),
        "pairs_from_50": there["50"],
        "recall_30_to_50": round(right["30"] / max(1, there["30"]), 4),
        "pairs_30_to_50": there["30"],
        "recall_25_to_30": round(right["25"] / max(1, there["25"]), 4),
    }


class Memory:
    """Highest sum of the resident sizes of this process and its children, looked at four times a second."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._is_over = threading.Event()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Look while the block runs."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()

    def _watch(self) -> None:
        page = resource.getpagesize()
        while not self._is_over.wait(0.25):
            me = os.getpid()
            total = 0
            for folder in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, ValueError, IndexError):
                    parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    if me in (parent, int(folder.name)):
                        total += int((folder / "statm").read_text().split()[1]) * page
            self.peak_bytes = max(self.peak_bytes, total)


def measured(size: int) -> dict[str, object]:
    """A corpus of one size searched, then a day more."""
    corpus, memory = MadeCorpus(size), Memory()
    with tempfile.TemporaryDirectory(prefix="sillok-connect-") as folder:
        with writing(Path(folder) / "lake", "bench") as writer:
            store(writer, corpus.batches(size, ARTICLES_PER_FILE))
            with memory.watched():
                all_seconds, all_processor_seconds = search(writer)
            store(writer, corpus.batches(DAY, ARTICLES_PER_FILE), first=10_000)
            day_seconds, day_processor_seconds = search(writer)
            again_seconds, _ = search(writer)
            pairs = len(pairs_found(writer))
            caps = writer.connection.execute("SELECT cap, count(*) FROM lake.staging.copy_limits GROUP BY 1").fetchall()
            ((groups, largest),) = writer.connection.execute(
                "SELECT count(*), max(n) FROM (SELECT count(DISTINCT article_id) AS n "
                "FROM lake.staging.copy_groups GROUP BY group_id)"
            ).fetchall()
        index = sum(file.stat().st_size for file in (Path(folder) / "lake/files/staging/sketches").glob("*"))
    return {
        "articles": size,
        "all_seconds": all_seconds,
        "all_processor_seconds": all_processor_seconds,
        "day_seconds": day_seconds,
        "day_processor_seconds": day_processor_seconds,
        "nothing_new_seconds": again_seconds,
        "peak_bytes": memory.peak_bytes,
        "index_bytes": index,
        "pairs": pairs,
        "groups": groups,
        "largest_group": largest,
        "caps": dict(caps),
    }


def labelled(count: int = 20_000, seed: int = 11) -> dict[str, float]:
    """Precision and recall on labelled articles."""
    made = [one for some in MadeCorpus(seed).batches(count, ARTICLES_PER_FILE) for one in some]
    with (
        tempfile.TemporaryDirectory(prefix="sillok-connect-") as folder,
        writing(Path(folder) / "lake", "bench") as writer,
    ):
        store(writer, (made[i : i + ARTICLES_PER_FILE] for i in range(0, count, ARTICLES_PER_FILE)))
        search(writer)
        return quality(made, pairs_found(writer))


def drawn(rows: list[dict[str, object]]) -> pl.DataFrame:
    """The growth, as a table for people."""
    names = ("articles", "all_processor_seconds", "day_processor_seconds", "peak_bytes", "index_bytes")
    return pl.DataFrame([{name: row[name] for name in names} for row in rows])


def main() -> None:
    """Measure quality, then each size asked for."""
    sizes = [int(word) for word in sys.argv[1:]] or [100_000, 300_000, 1_000_000]
    quality_of = labelled()
    figures: dict[str, object] = {"quality": quality_of, "asked_quality": FLOORS, "asked": TARGETS}
    print(json.dumps(quality_of), flush=True)
    told = stories.measured()
    print(json.dumps(told), flush=True)
    figures["stories"] = told
    rows = []
    for size in sizes:
        rows.append(measured(size))
        print(json.dumps(rows[-1]), flush=True)
    print(drawn(rows))
    print(json.dumps({**figures, "processors": os.cpu_count(), "sizes": rows}))
    is_short = any(quality_of[name] < floor for name, floor in FLOORS.items())
    sys.exit(is_short or float(str(told["stories_bcubed_f1"])) < stories.FLOOR)


if __name__ == "__main__":
    main()
