"""What the index asks of the lake: texts that are not in it, what it holds of an article, files to be merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from flows.lake import numbering
from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.publishers import name_of
from flows.lake.schema import FILE_BYTES
from flows.lake.search_tables import INDEX_TABLES
from flows.lake.tables import TABLES
from flows.lake.transaction import transaction

MERGE_FILES = 8
"""So many files of about one size are merged into one: a search opens each file, and a row is written again only as
often as the corpus grows eightfold."""
MERGE_FILES_ELSEWHERE = 16
"""The same for tables outside the index: no search opens these, but for each of its look-ups DuckLake reads what the
catalogue knows of the files of all tables."""
LEFT_TO_UPKEEP = ("ops", "raw")
"""Schemas that only `maintain` merges: a file has its hash in the ledger until then, by which a damaged or lost one is
read back, and what is in these tables cannot all be made again."""
MERGE_BYTES = (4_000_000, 32_000_000, 256_000_000)
"""Sizes below which files count as one generation."""

MERGE_MEMORY = "2GB"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One annotated text that was not offered to the index yet."""

    capture_id: str
    article_id: str
    captured_at: datetime
    terms_batch_id: str  # of staging.article_terms
    article_batch_id: str  # of staging.articles


@dataclass(frozen=True, slots=True)
class Indexed:
    """The text under which an article is found now."""

    number: int
    captured_at: datetime
    capture_id: str
    text_sha256: str
    extractor: str
    annotator: str
    length: int = 0


def waiting_count(connection: duckdb.DuckDBPyConnection, extractor: str, annotator: str) -> int:
    """How many annotated texts the index has not seen."""
    row = connection.execute(f"SELECT count(*) FROM ({_WAITING})", _versions(extractor, annotator)).fetchone()
    return int(row[0]) if row else 0


def waiting(connection: duckdb.DuckDBPyConnection, extractor: str, annotator: str, limit: int) -> list[Waiting]:
    """Annotated texts that the index has not seen, in the order in which the pages were captured."""
    rows = connection.execute(
        f"{_WAITING} ORDER BY a.captured_at, t.capture_id LIMIT {limit}", _versions(extractor, annotator)
    ).fetchall()
    return [Waiting(*row) for row in rows]


def _versions(extractor: str, annotator: str) -> dict[str, str]:
    return {"extractor": extractor, "annotator": annotator}


_WAITING = """
    SELECT t.capture_id, t.article_id, a.captured_at, t.batch_id, a.batch_id
    FROM lake.staging.article_terms AS t
    JOIN lake.staging.articles AS a USING (capture_id, extractor)
    WHERE t.extractor = $extractor AND t.annotator = $annotator AND a.outcome = 'ok'
      AND NOT EXISTS (
        SELECT 1 FROM lake.staging.search_texts AS s
        WHERE s.capture_id = t.capture_id AND s.extractor = t.extractor AND s.annotator = t.annotator)
"""


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the next text."""
    return numbering.next_number(connection, "staging.search_texts.number")


def indexed(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> dict[str, Indexed]:
    """What the index holds of some articles, by article_id."""
    asked = pl.DataFrame({"article_id": article_ids}, schema={"article_id": pl.String})  # noqa: F841 - read by DuckDB
    rows = connection.execute(
        """
        SELECT article_id, number, captured_at, capture_id, text_sha256, extractor, annotator, length
        FROM lake.staging.search_texts SEMI JOIN asked USING (article_id)
        WHERE outcome = 'ok'
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY number DESC) = 1
        """
    ).fetchall()
    return {row[0]: Indexed(*row[1:]) for row in rows}


def articles(connection: duckdb.DuckDBPyConnection, extractor: str, some: Sequence[Waiting]) -> pl.DataFrame:
    """What the index keeps of some texts: one row each, with headline, address, text and digest."""
    asked = pl.DataFrame({"capture_id": [one.capture_id for one in some]}, schema={"capture_id": pl.String})  # noqa: F841
    return connection.execute(
        f"""
        WITH sources AS (
            SELECT source_id, {name_of()} AS name
            FROM lake.raw.sources QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC) = 1
        )
        SELECT a.capture_id, coalesce(a.publisher, sources.name) AS publisher, a.lang, a.published_date, a.title,
               a.url,
               array_to_string(a.body || list_transform(coalesce(a.captions, []), lambda c: c.text), chr(10)) AS "text",
               sha256(concat_ws(chr(10), a.title, array_to_string(a.body, chr(10)))) AS text_sha256
        FROM lake.staging.articles AS a SEMI JOIN asked USING (capture_id) LEFT JOIN sources USING (source_id)
        WHERE a.extractor = $extractor AND a.outcome = 'ok'
          AND a.batch_id IN (SELECT unnest($batches::VARCHAR[]))
        """,
        {"extractor": extractor, "batches": sorted({one.article_batch_id for one in some})},
    ).pl()


def terms(
    connection: duckdb.DuckDBPyConnection, extractor: str, annotator: str, some: Sequence[Waiting]
) -> pl.DataFrame:
    """The term lists of some texts: one row each."""
    asked = pl.DataFrame({"capture_id": [one.capture_id for one in some]}, schema={"capture_id": pl.String})  # noqa: F841
    return connection.execute(
        """
        SELECT capture_id, terms, positions, fields, forms, form_terms
        FROM lake.staging.article_terms SEMI JOIN asked USING (capture_id)
        WHERE extractor = $extractor AND annotator = $annotator
          AND batch_id IN (SELECT unnest($batches::VARCHAR[]))
        """,
        {**_versions(extractor, annotator), "batches": sorted({one.terms_batch_id for one in some})},
    ).pl()


def new_forms(connection: duckdb.DuckDBPyConnection, forms: pl.DataFrame) -> pl.DataFrame:
    """Those rows of staging.word_forms that the lake has not: a language has few words that are new each day."""
    asked = forms  # noqa: F841 - read by DuckDB by its name
    return connection.execute(
        "SELECT asked.* FROM asked ANTI JOIN lake.staging.word_forms AS held USING (form, terms) ORDER BY form, terms"
    ).pl()


def merge(connection: duckdb.DuckDBPyConnection) -> int:
    """Merge files where many of one generation lie in a table; returns how many became fewer.

    DuckLake sorts them anew by the table's layout. The rows stay the same; snapshots go on reading what they read.
    """
    merged = 0
    limit = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    connection.execute(f"SET memory_limit = '{MERGE_MEMORY}'")  # sorting spills to disk instead of taking the machine
    sizes = file_sizes(connection)
    for table in TABLES:
        schema, name = table.name.split(".")
        if schema in LEFT_TO_UPKEEP:
            continue
        many = MERGE_FILES if table in (*INDEX_TABLES, *KEPT_TABLES) else MERGE_FILES_ELSEWHERE
        least = 0
        for most in MERGE_BYTES:
            if most > (table.layout.file_bytes if table.layout else FILE_BYTES):
                break
            count = sum(least <= size < most for size in sizes.get(table.name, ()))
            if count >= many:
                with transaction(connection):
                    done = connection.execute(
                        "CALL ducklake_merge_adjacent_files("
                        "'lake', ?, schema => ?, min_file_size => ?, max_file_size => ?)",
                        [name, schema, least, most],
                    ).fetchall()
                merged += sum(row[2] for row in done)
                sizes = file_sizes(connection)  # the merged one may fill its generation
            least = most
    if merged:
        # Files merged away by earlier runs; readers that opened them then are long gone.
        connection.execute("CALL ducklake_cleanup_old_files('lake', older_than => now() - INTERVAL 3 DAY)")
    connection.execute(f"SET memory_limit = '{limit[0] if limit else '80%'}'")
    return merged


def file_sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Bytes of each file that a table has now, by the table's name, without those that have deleted rows.

    DuckLake passes these over when it merges; `maintain` rewrites them.
    """
    return dict(
        connection.execute(
            """
            SELECT schemas.schema_name || '.' || tables.table_name, list(files.file_size_bytes)
            FROM __ducklake_metadata_lake.ducklake_data_file AS files
            JOIN __ducklake_metadata_lake.ducklake_table AS tables USING (table_id)
            JOIN __ducklake_metadata_lake.ducklake_schema AS schemas USING (schema_id)
            WHERE files.end_snapshot IS NULL AND tables.end_snapshot IS NULL AND schemas.end_snapshot IS NULL
              AND files.data_file_id NOT IN (
                SELECT data_file_id FROM __ducklake_metadata_lake.ducklake_delete_file WHERE end_snapshot IS NULL
              )
            GROUP BY ALL
            """
        ).fetchall()
    )
