"""Time searches and analyses on made-up corpora, each in its own process, beside SQLite FTS5, tantivy, plain Parquet.

    python -m tests.bench.query SIZE...                default 100000 1000000
    python -m tests.bench.query --lakes FOLDER SIZE... where the made lakes are kept, one folder a size

A lake that was made before is asked again: making a million articles takes the better part of an hour, asking them
minutes. Its views are published anew where `sql/` is not what it was. What it does is told on standard error.
Articles after the first 150,000 repeat these with numbers of their own: terms are as frequent, the making is quicker.
A size of several millions is grown from the lake of one million (see `grown`), which is made first where it is missing;
other engines are not asked then, since they would hold other articles.
FTS5 and tantivy are given the same articles, from their term lists, a batch in memory at a time; a lake that was made
without them gets them beside it.
Every question is asked in a process of its own with two threads and 2 GB for DuckDB; the clock starts after the
imports. `seconds` are by the clock, `cpu_seconds` processor time of the process, which a busy machine changes less.
The last line is one JSON object.
"""

import argparse
import hashlib
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from flows.lake import batches, catalog, search_index
from flows.lake.batches import Writer, writing
from flows.lake.search_tables import SEARCH_REPLACED, SEARCH_SENTENCES, SEARCH_SIZES, SEARCH_TEXTS
from flows.lake.tables import BY_NAME
from flows.steps import indexing, publishing
from tests.bench import analyses, grown, search_facts
from tests.bench.search_corpus import BEGINS_ON, PER_DAY, SearchCorpus

DAY = 20_000
BATCH = indexing.TEXTS_PER_BATCH
DIFFERENT = 150_000
GROWN_FROM = 1_000_000
"""Multiples of this are grown from the lake of this size."""
ASKED = 20
"""Questions of each kind, each in its own process: the slowest but one is the 95th of a hundred."""
TARGETS = {"attach": 0.3, "words": 0.15, "phrase": 0.3, "day": 60.0, **analyses.TARGETS}
ENGINES = ("sillok", "fts5", "tantivy")
MADE = 4
"""Version of the made-up corpus: lakes of another one are not asked again."""
NEWER_EACH = 50
"""Of a day's articles every so many is the newer text of one that is in the index."""
_STARTED = time.perf_counter()
LAKES = Path(tempfile.gettempdir()) / "sillok-bench-query"


def tell(*what: object) -> None:
    """A line of progress, with the minutes since the start."""
    print(f"{(time.perf_counter() - _STARTED) / 60:7.1f} min", *what, file=sys.stderr, flush=True)


def questions(corpus: SearchCorpus) -> dict[str, list[tuple[list[str], str, date]]]:
    """Kind -> (words, outlet, since): two words, one common, with two filters; phrases of pairs that stand together."""
    words = corpus.words
    two = [([words[100 + 37 * i], words[1000 + 411 * i]], f"신문{i % 8:02d}", date(2023, 1, 15)) for i in range(ASKED)]
    pairs = [[words[int(a)], words[int(b)]] for a, b in corpus.pairs[:ASKED]]
    return {"words": two, "phrase": [(pair, "", date.min) for pair in pairs]}


# Building


def build(folder: Path, size: int) -> dict[str, float]:
    """Index `size` articles; processor seconds of it, and of a day's articles on top."""
    spent = {"sillok": 0.0}
    corpus = SearchCorpus()
    kept: list[pl.DataFrame] = []  # texts of the articles that are not repeats
    with writing(folder / "lake", "bench") as writer:
        publishing.publish(writer)
        search_facts.sources(writer)
        for first in range(1, size + 1, BATCH):
            count = min(BATCH, size + 1 - first)
            tell(f"{size}: articles from {first}")
            if first > DIFFERENT:
                search_facts.store(writer, _renumbered(kept[(first - 1) // BATCH % len(kept)], first), first)
                _repeat(writer, first)
                continue
            made = corpus.batch(first, count)
            kept.append(made.texts)
            search_facts.store(writer, made.texts, first)
            spent["sillok"] += _timed(lambda m=made, f=first: _index(writer, m, f))[0]
        tell(f"{size}: merging")
        spent["sillok"] += _timed(lambda: search_index.merge(writer.connection))[0]
        tell(f"{size}: publishing")
        spent["sillok_publish"], spent["sillok_publish_clock"] = _timed(lambda: publishing.publish(writer))
        return spent | _a_day_more(writer, corpus, size)


def build_grown(folder: Path, smaller: Path, size: int) -> dict[str, float]:
    """Grow a lake from the smaller one, a day's articles on top; processor seconds of what comes after the growing."""
    (folder / "lake").mkdir()
    count = grown.grow(smaller / "lake", folder / "lake", size // GROWN_FROM, tell)
    with writing(folder / "lake", "bench") as writer:
        return _a_day_more(writer, SearchCorpus(), count)


def _a_day_more(writer: Writer, corpus: SearchCorpus, size: int) -> dict[str, float]:
    """Index a day's articles behind `size` others and publish all; processor seconds, and by the clock."""
    tell(f"{size}: a day's articles on top")
    made = [corpus.batch(size + 1 + i * (DAY // 2), DAY // 2) for i in range(2)]
    for at, some in enumerate(made):
        search_facts.store(writer, some.texts, size + 1 + at * (DAY // 2))
    spent: dict[str, float] = {}
    spent["sillok_day"], spent["sillok_day_clock"] = _timed(lambda: _a_day(writer, made, size + 1))
    tell(f"{size}: the views of all")
    spent["sillok_publish_day"], spent["sillok_publish_day_clock"] = _timed(lambda: publishing.publish(writer))
    return spent


def build_others(folder: Path, size: int, engines: Sequence[str]) -> dict[str, float]:
    """Give other engines the same `size` articles, and the day's on top; processor seconds by engine.

    The articles that the later ones repeat are kept in Parquet meanwhile, not in memory.
    """
    corpus = SearchCorpus()
    for name in engines:
        shutil.rmtree(folder / name, ignore_errors=True)  # of a making that was stopped
    others = {name: _OTHERS[name](folder / name) for name in engines}
    spent = dict.fromkeys(engines, 0.0)
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        parts = [(first, min(BATCH, size + 1 - first)) for first in range(1, size + 1, BATCH)]
        for first, count in [*parts, *((size + 1 + at, DAY // 2) for at in range(0, DAY, DAY // 2))]:
            source = Path(aside) / f"{(first - 1) // BATCH % (DIFFERENT // BATCH)}.parquet"
            if DIFFERENT < first <= size:
                rows = _renumbered(pl.read_parquet(source), first)
            else:
                made = corpus.batch(first, count)
                texts = made.texts.select("number", "publisher", "published_date")
                rows = made.lists.select("number", pl.col("terms").list.join(" ")).join(texts, on="number")
                if first <= DIFFERENT:
                    rows.write_parquet(source)
            for name, engine in others.items():
                tell(f"{size}: articles from {first} into {name}")
                spent[name] += _timed(lambda e=engine, r=rows: e.add(r))[0]
        for name, engine in others.items():
            tell(f"{size}: {name} puts its index in order")
            spent[name] += _timed(engine.close)[0]
    return spent


def _timed(work: Any) -> tuple[float, float]:
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def _a_day(writer: Writer, made: list[Any], first: int) -> None:
    for number, some in enumerate(made):
        _index(writer, some, first + number * (DAY // 2), NEWER_EACH)
    search_index.merge(writer.connection)


def _index(writer: Writer, made: Any, first: int, newer_each: int | None = None) -> None:
    """What a run of `index` does with term lists, from there on; every so many texts replace an older one."""
    batch = f"bench-{first:09d}"
    now = datetime.now(UTC)
    rows = made.texts.select(
        "number",
        article_id=pl.format("a{}", "number"),
        capture_id=pl.format("c{}", "number"),
        outcome=pl.lit("ok"),
        publisher="publisher",
        lang=pl.lit("ko"),
        published_date="published_date",
        captured_at=pl.lit(now).cast(pl.Datetime("us", "UTC")),
        length="length",
        text_sha256=pl.lit(""),
        extractor=pl.lit("bench"),
        annotator=pl.lit("bench"),
        indexed_at=pl.lit(now).cast(pl.Datetime("us", "UTC")),
        batch_id=pl.lit(batch),
    )
    newer = rows.gather_every(newer_each) if newer_each else rows.clear()
    gone = newer.select(number=pl.col("number") - DAY, by_number="number", batch_id="batch_id")
    shown = made.texts.select("number", "title", url=pl.format("https://x.example/{}", "number"), text="text")
    frames = [
        (SEARCH_TEXTS, rows),
        (SEARCH_REPLACED, gone),
        (SEARCH_SIZES, SEARCH_SIZES.frame([_size(rows, batch, gone.height)])),
        (SEARCH_SENTENCES, indexing.sentences(shown, batch)),
        *indexing.inverted(writer, made.lists, batch),
    ]
    files = [batches.write_frame(writer.lake, table, frame, batch) for table, frame in frames if frame.height]
    writer.commit("index", "bench", batch, files)


def _size(rows: pl.DataFrame, batch: str, gone: int) -> dict[str, object]:
    """What a batch adds; the texts that it replaces are taken for as long as others."""
    left = rows.height - gone
    return {"text_count": left, "term_count": int(rows["length"].sum()) * left // rows.height, "batch_id": batch}


def _renumbered(texts: pl.DataFrame, first: int) -> pl.DataFrame:
    day = pl.lit(BEGINS_ON) + pl.duration(days=pl.col("number") // PER_DAY)
    return texts.with_columns(number=(pl.col("number") - pl.col("number").min() + first).cast(pl.Int32)).with_columns(
        published_date=day.cast(pl.Date)
    )


def _repeat(writer: Writer, first: int) -> None:
    """One of the first three batches again, under numbers and days of its own."""
    source = (first - 1) // BATCH % (DIFFERENT // BATCH) * BATCH + 1
    folder = catalog.files_path(writer.lake) / "staging"
    for name in ("search_texts", "search_sizes", "search_sentences", "postings"):
        table = BY_NAME[f"staging.{name}"]
        rows = pl.scan_parquet(folder / name / f"bench-{source:09d}.parquet")
        if "number" in table.columns:
            rows = rows.with_columns(number=(pl.col("number") + first - source).cast(pl.Int32))
        if name == "search_texts":
            day = pl.lit(BEGINS_ON) + pl.duration(days=pl.col("number") // PER_DAY)
            rows = rows.with_columns(article_id=pl.format("a{}", "number"), published_date=day.cast(pl.Date))
        path = folder / name / f"bench-{first:09d}.parquet"
        frame = rows.select(table.schema.names()).collect()
        frame.write_parquet(path, row_group_size=table.layout.row_group_rows if table.layout else None)
        writer.connection.execute("CALL ducklake_add_data_files('lake', ?, ?, schema => 'staging')", [name, str(path)])


class Fts5:
    """SQLite's full-text index, words as the analyser cut them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._db = sqlite3.connect(folder / "fts.sqlite")
        self._db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE VIRTUAL TABLE texts USING fts5(terms, publisher UNINDEXED, day UNINDEXED, tokenize = 'unicode61');"
        )

    def add(self, rows: pl.DataFrame) -> None:
        told = rows.select("number", "terms", "publisher", pl.col("published_date").cast(pl.String)).iter_rows()
        self._db.executemany("INSERT INTO texts (rowid, terms, publisher, day) VALUES (?, ?, ?, ?)", told)
        self._db.commit()

    def close(self) -> None:
        self._db.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._db.commit()
        self._db.close()


class Tantivy:
    """tantivy, words as the analyser cut them."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir(parents=True)
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("number", stored=True)
        builder.add_text_field("terms", stored=True, tokenizer_name="whitespace")
        builder.add_text_field("publisher", stored=True, tokenizer_name="raw")
        builder.add_integer_field("day", stored=True, indexed=True, fast=True)
        self._new = tantivy.Document
        self._writer = tantivy.Index(builder.build(), path=str(folder)).writer(heap_size=256_000_000, num_threads=1)

    def add(self, rows: pl.DataFrame) -> None:
        for number, terms, publisher, day in rows.select(
            "number", "terms", "publisher", pl.col("published_date").cast(pl.Int32)
        ).iter_rows():
            self._writer.add_document(self._new(number=number, terms=terms, publisher=publisher, day=day))
        self._writer.commit()

    def close(self) -> None:
        self._writer.wait_merging_threads()


_OTHERS: dict[str, Any] = {"fts5": Fts5, "tantivy": Tantivy}


# Asking


def measure(folder: Path, engines: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, float]]]:
    """(engine, kind, figures) over `ASKED` questions, each in its own process, the engines turn about."""
    for kind, asked in questions(SearchCorpus()).items():
        figures: dict[str, list[dict[str, float]]] = {name: [] for name in engines}
        for number, (words, outlet, since) in enumerate(asked):
            if number % 5 == 0:
                tell(f"{kind}: question {number + 1} of {len(asked)}, each to {', '.join(engines)}")
            for engine in engines:
                given = json.dumps([str(folder), engine, kind, words, outlet, str(since)])
                done = subprocess.run(
                    [sys.executable, "-m", "tests.bench.cold", given],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                figures[engine].append(json.loads(done.stdout))
        for engine, rows in figures.items():
            yield (
                engine,
                kind,
                {
                    "found": statistics.median(row["found"] for row in rows),
                    "attach_p95": _p95([row["attach"] for row in rows]),
                    "seconds_p50": statistics.median(row["seconds"] for row in rows),
                    "seconds_p95": _p95([row["seconds"] for row in rows]),
                    "cpu_seconds_p50": statistics.median(row["cpu_seconds"] for row in rows),
                    "cpu_seconds_p95": _p95([row["cpu_seconds"] for row in rows]),
                },
            )


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def _is_grown(size: int) -> bool:
    return size > GROWN_FROM and size % GROWN_FROM == 0


def made(lakes: Path, size: int, engines: tuple[str, ...]) -> tuple[Path, dict[str, Any]]:
    """The folder of a made lake and what making it cost: made now, or lying there whole from before."""
    folder = lakes / f"{size}-{MADE}"
    told = folder / "made.json"
    sql = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(publishing.SQL.rglob("*.sql")))).hexdigest()
    if not told.exists():
        shutil.rmtree(folder, ignore_errors=True)  # of a making that was stopped
        folder.mkdir(parents=True)
        smaller = made(lakes, GROWN_FROM, ())[0] if _is_grown(size) else None
        spent = build_grown(folder, smaller, size) if smaller else build(folder, size)
        told.write_text(json.dumps({"sql": sql, "engines": ["sillok"], "build_cpu_seconds": spent}), encoding="utf-8")
    at: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    engines = () if _is_grown(size) else engines
    if at["sql"] != sql:
        tell(f"{size}: publishing the views of today")
        with writing(folder / "lake", "bench") as writer:
            spent = at["build_cpu_seconds"]
            spent["sillok_publish"], spent["sillok_publish_clock"] = _timed(lambda: publishing.publish(writer))
        at["sql"] = sql
        told.write_text(json.dumps(at), encoding="utf-8")
    if missing := [name for name in engines if name not in at["engines"]]:
        at["build_cpu_seconds"] |= build_others(folder, size, missing)
        at["engines"] += missing
        told.write_text(json.dumps(at), encoding="utf-8")
    return folder, at


def main() -> None:
    """Make the lakes or take those that lie there, ask, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--lakes", type=Path, default=LAKES)
    parser.add_argument("--engines", default=",".join(ENGINES))
    given = parser.parse_args()
    report: dict[str, Any] = {"targets": TARGETS}
    for size in given.sizes or [100_000, 1_000_000]:
        folder, cost = made(given.lakes, size, tuple(given.engines.split(",")))
        at: dict[str, Any] = {
            "build_cpu_seconds": {name: round(spent, 2) for name, spent in cost["build_cpu_seconds"].items()}
        }
        at["bytes"] = {
            name: sum(path.stat().st_size for path in (folder / where).rglob("*") if path.is_file())
            for name, where in (("sillok", "lake/files"), ("fts5", "fts5"), ("tantivy", "tantivy"))
        }
        engines = tuple(name for name in given.engines.split(",") if name in cost["engines"])
        for engine, kind, figures in measure(folder, engines):
            at.setdefault(engine, {})[kind] = {name: round(value, 3) for name, value in figures.items()}
            tell(size, engine, kind, at[engine][kind])
        for name, figures_of in analyses.measure(folder):
            at.setdefault("analyses", {})[name] = figures_of
            tell(size, name, figures_of)
        report[str(size)] = at
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
