"""Taking down: which captures, articles and addresses an order means, and their rows out of every table at once.

Everything is told by digests and keys, so that the same code carries out a new order and, later, the tombstones of old
ones on what came in by another door. Temporary tables of one order: `seed_*` (what was named), `gone_*` (what goes).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import duckdb
import polars as pl

from flows.lake import kept, takedown_cleaning
from flows.lake.takedown_finding import Record, addresses, values
from flows.lake.takedown_reach import NUMBERED, numbers, reached
from flows.lake.takedown_tables import TAKEDOWN_RECORDS, TAKEDOWNS
from flows.lake.transaction import change, transaction

_GONE = ("gone_captures", "gone_articles", "gone_urls")
_SEEDS = ("seed_urls", "seed_articles", "seed_sources", "seed_publishers")


@dataclass(frozen=True, slots=True)
class Seeds:
    """What an order names: keys of addresses, articles by id, digests of sources' ids and of publishers' names."""

    url_keys: Sequence[str] = ()
    article_ids: Sequence[str] = ()
    sources: Sequence[str] = ()
    publishers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What is written down of an order, beside what it did."""

    order_id: str
    kind: str
    scope: str
    named_sha256: Sequence[str]
    ordered_by: str
    reason: str
    taken_by: str
    taken_at: datetime
    tombstones: Sequence[tuple[str, str]] = ()  # (kind, value), beside those of what goes
    words: Sequence[str] = ()  # that questions of exports must not repeat: a person's name


def select(connection: duckdb.DuckDBPyConnection, seeds: Seeds) -> int:
    """Fill the `gone_*` tables with what the seeds lead to; returns how many captures, articles and addresses.

    An article goes with all its captures and all addresses under which it was asked for. A page that is no article
    (the front page that a removed address leads to) leads to nothing further.
    """
    for table, given in zip(_SEEDS, (seeds.url_keys, seeds.article_ids, seeds.sources, seeds.publishers), strict=True):
        values(connection, table, given)
    for table in _GONE:
        values(connection, table, ())
    connection.execute("INSERT INTO gone_urls FROM seed_urls; INSERT INTO gone_articles FROM seed_articles")
    before = -1
    while (size := _size(connection)) != before:
        before = size
        for table, found in _CLOSURE:
            connection.execute(
                f"INSERT INTO {table} SELECT DISTINCT value FROM ({found}) WHERE value NOT IN (FROM {table})"
            )
    for table in NUMBERED:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {numbers(table)} AS SELECT number AS value FROM lake.{table} "
            f"WHERE {reached()[table]}"
        )
    return size


def _size(connection: duckdb.DuckDBPyConnection) -> int:
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in _GONE)
    row = connection.execute(f"SELECT {counts}").fetchone()
    return int(row[0]) if row else 0


_CLOSURE = (
    (
        "gone_captures",
        """
        SELECT capture_id AS value FROM lake.raw.captures
        WHERE kind = 'article' AND url_key IN (FROM gone_urls) OR refers_to IN (FROM gone_captures)
           OR sha256(source_id) IN (FROM seed_sources)
        UNION ALL
        SELECT capture_id FROM lake.staging.articles
        WHERE outcome = 'ok' AND (article_id IN (FROM gone_articles) OR article_id IN (FROM gone_urls))
           OR sha256(publisher) IN (FROM seed_publishers)
        """,
    ),
    (
        "gone_articles",
        """
        SELECT article_id AS value FROM lake.staging.articles
        WHERE outcome = 'ok' AND capture_id IN (FROM gone_captures)
        """,
    ),
    (
        "gone_urls",
        """
        SELECT url_key AS value FROM lake.raw.captures WHERE kind = 'article' AND capture_id IN (FROM gone_captures)
        UNION ALL
        SELECT value FROM gone_articles
        """,
    ),
)


def add_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> None:
    """Let more captures go (of lists), and the revisits that repeat them."""
    values(connection, "more_captures", capture_ids)
    connection.execute(
        """
        INSERT INTO gone_captures SELECT capture_id FROM lake.raw.captures
        WHERE (capture_id IN (FROM more_captures) OR refers_to IN (FROM more_captures))
          AND capture_id NOT IN (FROM gone_captures)
        """
    )


def note_records(connection: duckdb.DuckDBPyConnection, records: Sequence[Record]) -> None:
    """Let maintain cut records out of the WARC files: lists that go on showing what was taken down."""
    rows = TAKEDOWN_RECORDS.frame([{**asdict(one), "is_repacked": False} for one in records])
    connection.register("list_records", rows)
    change(
        connection,
        "INSERT INTO lake.ops.takedown_records BY NAME SELECT * FROM list_records "
        "WHERE capture_id NOT IN (SELECT capture_id FROM lake.ops.takedown_records)",
    )


def meets_anything(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any row goes at all, told by the four tables through which everything comes in: a look, not a count."""
    ways_in = ("raw.listings", "raw.fetches", "raw.captures", "staging.articles")
    tests = " OR ".join(f"EXISTS (SELECT 1 FROM lake.{table} WHERE {reached()[table]})" for table in ways_in)
    row = connection.execute(f"SELECT {tests}").fetchone()
    return bool(row and row[0])


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Table -> how many rows of it go, of those tables that lose any."""
    found: dict[str, int] = {}
    for table, told in reached().items():
        row = connection.execute(f"SELECT count(*) FROM lake.{table} WHERE {told}").fetchone()
        if row and row[0]:
            found[table] = int(row[0])
    return found


def carry_out(connection: duckdb.DuckDBPyConnection, order: Order | None) -> dict[str, int]:
    """Take what is selected out of every table, in one transaction; returns rows deleted or cleaned, by table.

    With an order its record and tombstones are written in the same transaction; without one (tombstones of old orders
    met something again) the addresses met join the tombstones of the oldest order that there is.
    """
    with transaction(connection):
        takedown_cleaning.note_before(connection)
        takedown_cleaning.unsettle(connection)
        found = takedown_cleaning.clean(connection, addresses(connection), order.words if order else ())
        _keep_records(connection)
        _bury(connection, order)
        connection.execute(
            "UPDATE lake.raw.fetches SET capture_id = NULL WHERE kind <> 'article' "
            "AND capture_id IN (FROM gone_captures) AND sha256(source_id) NOT IN (FROM seed_sources)"
        )
        takedown_cleaning.note_groups(connection)
        for table, told in reached().items():
            row = connection.execute(f"DELETE FROM lake.{table} WHERE {told}").fetchone()
            if row and row[0]:
                found[table] = found.get(table, 0) + int(row[0])
        takedown_cleaning.dissolve_groups(connection)
        kept.bring_all_up(connection)
        # How full columns were says nothing of what is left: an order may take all that had a value.
        connection.execute("DELETE FROM lake.ops.view_columns")
        if order:
            _write_down(connection, order, found)
        else:  # what was met again has to be erased again
            connection.execute(
                "UPDATE lake.ops.takedowns SET erased_at = NULL "
                "WHERE order_id = (SELECT arg_min(order_id, taken_at) FROM lake.ops.takedowns)"
            )
        connection.execute("CALL lake.set_commit_message('takedown', ?)", [order.order_id if order else "tombstones"])
    return found


def _keep_records(connection: duckdb.DuckDBPyConnection) -> None:
    """What maintain is to cut out of the WARC files, written down before the rows that know it go."""
    connection.execute(
        """
        INSERT INTO lake.ops.takedown_records
        SELECT capture_id, warc_file, warc_offset, warc_bytes, false FROM lake.raw.captures
        WHERE capture_id IN (FROM gone_captures)
          AND capture_id NOT IN (SELECT capture_id FROM lake.ops.takedown_records)
        """
    )


def _bury(connection: duckdb.DuckDBPyConnection, order: Order | None) -> None:
    """Tombstones: of every address and payload that goes, and what the order adds."""
    rows = list(order.tombstones) if order else []
    more = pl.DataFrame(rows, schema={"kind": pl.String, "value": pl.String}, orient="row")  # noqa: F841
    order_id = order.order_id if order else None
    connection.execute(
        """
        INSERT INTO lake.ops.tombstones
        WITH found AS (
            SELECT 'url' AS kind, value FROM gone_urls
            UNION SELECT 'payload', payload_sha256 FROM lake.raw.captures
                  WHERE kind = 'article' AND payload_bytes > 0 AND capture_id IN (FROM gone_captures)
            UNION SELECT kind, value FROM more
        )
        SELECT coalesce($order, (SELECT arg_min(order_id, taken_at) FROM lake.ops.takedowns)), kind, value FROM found
        WHERE $order IS NOT NULL OR (kind, value) NOT IN (SELECT (kind, value) FROM lake.ops.tombstones)
        """,
        {"order": order_id},
    )


def _write_down(connection: duckdb.DuckDBPyConnection, order: Order, found: Mapping[str, int]) -> None:
    articles = connection.execute("SELECT count(*) FROM gone_articles").fetchone()
    row = TAKEDOWNS.frame(  # noqa: F841 - read by DuckDB by its name
        [
            {
                "order_id": order.order_id,
                "kind": order.kind,
                "scope": order.scope,
                "named_sha256": list(order.named_sha256),
                "ordered_by": order.ordered_by,
                "reason": order.reason,
                "taken_by": order.taken_by,
                "taken_at": order.taken_at,
                "article_count": int(articles[0]) if articles else 0,
                "counts": [{"table": table, "row_count": count} for table, count in sorted(found.items())],
            }
        ]
    )
    connection.execute("INSERT INTO lake.ops.takedowns BY NAME SELECT * FROM row")
