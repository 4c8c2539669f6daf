"""What a takedown order leaves to maintenance: WARC records to be cut out, and the bytes held by the catalogue."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.lake import seal, storage
from flows.lake.catalog import catalog_path
from flows.lake.takedown_finding import Record
from flows.lake.transaction import change, transaction

BUSY_SECONDS = 30.0
"""How long the catalogue's file is waited for: readers hold it for the time of one look-up."""


def pending_orders(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, datetime]]:
    """(order_id, taken_at) of orders whose bytes are not erased yet; oldest first."""
    return connection.execute(
        "SELECT order_id, taken_at FROM lake.ops.takedowns WHERE erased_at IS NULL ORDER BY taken_at"
    ).fetchall()


def files_to_repack(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Record]]:
    """WARC file -> records to be cut out of it; revisits that repeat such a record among them."""
    change(
        connection,
        """
        INSERT INTO lake.ops.takedown_records
        SELECT capture_id, warc_file, warc_offset, warc_bytes, false FROM lake.raw.captures
        WHERE refers_to IN (SELECT capture_id FROM lake.ops.takedown_records)
          AND capture_id NOT IN (SELECT capture_id FROM lake.ops.takedown_records)
        """,
    )
    rows = connection.execute(
        """
        SELECT capture_id, warc_file, warc_offset, warc_bytes FROM lake.ops.takedown_records
        WHERE NOT is_repacked ORDER BY warc_file, warc_offset
        """
    ).fetchall()
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(Record(*row))
    return found


def files_to_remove(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """WARC files in whose place others are committed."""
    rows = connection.execute(
        "SELECT DISTINCT warc_file FROM lake.ops.takedown_records WHERE is_repacked ORDER BY 1"
    ).fetchall()
    return [name for (name,) in rows]


def records_of(connection: duckdb.DuckDBPyConnection, warc_file: str) -> list[Record]:
    """Every capture of a WARC file that stays."""
    rows = connection.execute(
        """
        SELECT capture_id, warc_file, warc_offset, warc_bytes FROM lake.raw.captures
        WHERE warc_file = ? AND capture_id NOT IN (SELECT capture_id FROM lake.ops.takedown_records)
        ORDER BY warc_offset
        """,
        [warc_file],
    ).fetchall()
    return [Record(*row) for row in rows]


def commit_repacked(
    connection: duckdb.DuckDBPyConnection, old_file: str, new_file: str, placed: Mapping[str, int]
) -> None:
    """Let the lake refer to the new file in place of the old one, in one transaction; captures cut out go with it."""
    moved = pl.DataFrame(  # noqa: F841 - read by DuckDB by its name
        {"capture_id": list(placed), "new_offset": list(placed.values())},
        schema={"capture_id": pl.String, "new_offset": pl.Int64},
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE placed AS FROM moved")
    gone = "SELECT capture_id FROM lake.ops.takedown_records WHERE warc_file = $old"
    with transaction(connection):
        connection.execute(
            "UPDATE lake.raw.captures SET warc_file = $new, warc_offset = placed.new_offset "
            "FROM placed WHERE captures.capture_id = placed.capture_id",
            {"new": new_file},
        )
        connection.execute(
            f"UPDATE lake.raw.fetches SET capture_id = NULL WHERE capture_id IN ({gone})", {"old": old_file}
        )
        connection.execute(f"DELETE FROM lake.raw.captures WHERE capture_id IN ({gone})", {"old": old_file})
        connection.execute(
            "UPDATE lake.ops.takedown_records SET is_repacked = true WHERE warc_file = $old", {"old": old_file}
        )
        connection.execute("CALL lake.set_commit_message('maintain', 'WARC file rewritten')")


def forget_records(connection: duckdb.DuckDBPyConnection, warc_file: str) -> None:
    """The old file is gone: nothing waits in it any more."""
    change(connection, "DELETE FROM lake.ops.takedown_records WHERE warc_file = ?", [warc_file])


def sweep_catalogue(lake: Path) -> bool:
    """Take old text out of the catalogue's own bytes: least and greatest values, free pages, write-ahead log.

    DuckLake only ever widens the range of values that it keeps for a table, so that a headline which was its greatest
    stays there: it is set to that of the files there are. To be called with the writer's lock held and no writing
    connection open, which would write back what it remembers. Returns False where a reader kept the log in use. The log
    of a PostgreSQL server keeps such bytes until the server writes over them.
    """
    seal.mark_open(lake)  # the next writer takes the catalogue as it is then, and seals it
    if catalogue := storage.storage_of(lake).catalogue:
        with storage.postgres(catalogue) as server:
            server.execute(_NARROW_IN_POSTGRES)
            for table in _SWEPT:
                server.execute(f"VACUUM FULL {table}".encode())
        return True
    connection = sqlite3.connect(catalog_path(lake), timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute(_NARROW)
        connection.execute("VACUUM")
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy
    finally:
        connection.close()


_NARROW = """
    UPDATE ducklake_table_column_stats AS told SET (min_value, max_value) = (
        SELECT CASE WHEN count(*) = count(held.min_value) THEN min(held.min_value) END,
               CASE WHEN count(*) = count(held.max_value) THEN max(held.max_value) END
        FROM ducklake_data_file AS files JOIN ducklake_file_column_stats AS held USING (data_file_id)
        WHERE files.end_snapshot IS NULL AND files.table_id = told.table_id AND held.column_id = told.column_id
          AND held.value_count > 0
    )
    WHERE EXISTS (
        SELECT 1 FROM ducklake_column AS columns
        WHERE columns.table_id = told.table_id AND columns.column_id = told.column_id
          AND columns.column_type = 'varchar'
    )
"""
"""Of text alone, which SQLite compares as DuckDB does, byte by byte. A file without a range leaves none."""

_NARROW_IN_POSTGRES = (
    _NARROW.replace("min(held.min_value)", 'min(held.min_value COLLATE "C")')
    .replace("max(held.max_value)", 'max(held.max_value COLLATE "C")')
    .encode()
)
_SWEPT = ("ducklake_table_column_stats", "ducklake_file_column_stats", "ducklake_data_file")
"""Tables of the catalogue that hold values of rows, or did."""


def vacuum(path: Path) -> bool:
    """Rewrite a SQLite file without its free pages; False where it is in use, or is none."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    except sqlite3.Error:
        return False
    return True


def note_erased(connection: duckdb.DuckDBPyConnection, order_ids: list[str], at: datetime) -> None:
    """Write down that the bytes of these orders are gone."""
    change(
        connection,
        "UPDATE lake.ops.takedowns SET erased_at = ? WHERE order_id IN (SELECT unnest(?::VARCHAR[]))",
        [at, order_ids],
    )
