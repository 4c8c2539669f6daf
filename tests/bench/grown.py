"""A made-up lake of several millions of articles from one of a million: its rows again, under other numbers and days.

Making a million articles takes the better part of an hour, and merging its index as long as the rest; five millions
made so would take a day. Here each file of the smaller lake is copied as often as is asked, every article, story and
listing under a number of its own and as many days later as the smaller lake is long: terms are as frequent, files as
large and as sorted, only words and texts stand several times.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from flows.durable import sync
from flows.lake import catalog
from flows.lake.batches import Writer, writing
from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.literals import literal
from flows.lake.schema import Table
from flows.lake.search_tables import WORD_FORMS
from flows.lake.tables import ACCURACY, SOURCES, TABLES
from flows.lake.transaction import transaction
from tests.bench.search_corpus import PER_DAY

AS_THEY_ARE = (*KEPT_TABLES, ACCURACY, SOURCES, WORD_FORMS)
"""Tables that do not grow with articles or that publishing makes anew."""
IDS = ("capture_id", "article_id", "first_article_id", "group_id", "listing_id", "payload_sha256", "story_id")
ADDRESSES = ("url", "url_raw", "url_key")
NUMBERS = {
    "staging.search_texts": ("number",),
    "staging.search_sentences": ("number",),
    "staging.search_replaced": ("number", "by_number"),
    "staging.postings": ("number",),
    "staging.sketched": ("number",),
    "staging.story_articles": ("number",),
    "staging.copies": ("number", "first_number"),
    "staging.copy_groups": ("number", "through_number"),
    "staging.compared": ("from_number", "through_number"),
}
"""Columns that number articles; in the other tables of GROWING `number` counts within one."""
GROWING = (
    *NUMBERS,
    "raw.listings",
    "raw.fetches",
    "raw.captures",
    "staging.articles",
    "staging.annotations",
    "staging.people",
    "staging.organisations",
    "staging.places",
    "staging.quotes",
    "staging.statements",
    "staging.keywords",
    "staging.dates",
    "staging.entities",
    "staging.events",
    "staging.search_sizes",
)
"""Tables of which it is known here which columns name or number articles."""


def grow(smaller: Path, lake: Path, times: int, tell: Callable[..., None]) -> int:
    """Make `lake` of `times` times the articles of the lake `smaller`; returns how many that are.

    Files are shared with the smaller lake by hard links: neither changes them, and both lie on one disk. Raises
    ValueError for a table with rows of which it is not known here how it grows.
    """
    shutil.copytree(smaller / "files", lake / "files", copy_function=os.link)
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):
        if (smaller / name).exists():
            shutil.copyfile(smaller / name, lake / name)
    with writing(lake, "bench") as writer:
        row = writer.connection.execute("SELECT max(number) FROM lake.staging.search_texts").fetchone()
        articles = int(row[0]) if row else 0
        for table in TABLES:
            if table not in AS_THEY_ARE and not table.name.startswith("ops."):
                _again(writer, table, articles, times, tell)
    return articles * times


def _again(writer: Writer, table: Table, articles: int, times: int, tell: Callable[..., None]) -> None:
    con = writer.connection
    schema, name = table.name.split(".")
    listed = con.execute("SELECT data_file FROM ducklake_list_files('lake', ?, schema => ?)", [name, schema]).fetchall()
    if listed and table.name not in GROWING:
        raise ValueError(f"{table.name} has rows, and how they grow with the articles is not known here")
    for time in range(1, times):
        if listed:
            tell(f"{table.name}: copy {time} of {times - 1}")
        made = []
        for place, (source,) in enumerate(listed):
            path = catalog.files_path(writer.lake) / schema / name / f"grown-{time}-{place:04d}.parquet"
            _copy(con, table, source, path, articles * time, time)
            made.append(path)
        with transaction(con):
            for path in made:
                con.execute("CALL ducklake_add_data_files('lake', ?, ?, schema => ?)", [name, str(path), schema])


def _copy(con: duckdb.DuckDBPyConnection, table: Table, source: str, path: Path, by: int, time: int) -> None:
    columns = ", ".join(
        f'{_shifted(table, column, declared.dtype, by, time)} AS "{column}"'
        for column, declared in table.columns.items()
    )
    rows = table.layout.row_group_rows if table.layout else 122_880
    con.execute(
        f"COPY (SELECT {columns} FROM read_parquet({literal(source)})) TO {literal(str(path))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows})"
    )
    sync(path)


def _shifted(table: Table, column: str, dtype: object, by: int, time: int) -> str:
    """The SQL of a column as the copy has it."""
    days = by // PER_DAY
    if column in IDS or column in ADDRESSES:
        return f"""rtrim("{column}", '0123456789') || (trim("{column}", {_NOT_DIGITS})::BIGINT + {by})"""
    if column in NUMBERS.get(table.name, ()):
        return f'("{column}" + {by})::{"INTEGER" if dtype == pl.Int32 else "BIGINT"}'
    if dtype == pl.Date:
        return f'"{column}" + {days}'
    if isinstance(dtype, pl.Datetime):
        return f'"{column}" + INTERVAL {days} DAY'
    if column == "batch_id":
        return f"\"{column}\" || '-{time}'"
    if table.name == "staging.dates" and column == "value":
        return f'(("{column}"::DATE + {days})::DATE)::VARCHAR'
    return f'"{column}"'


_NOT_DIGITS = "'abcdefghijklmnopqrstuvwxyz:/.'"
