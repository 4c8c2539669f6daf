"""Upkeep of the lake's Parquet files, told in the order in which DuckLake needs it.

Rows that were deleted are taken out of their files first (merging passes over files with deletions), then small files
become large ones, then old snapshots go, then the files that no snapshot needs, then those that none ever knew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import duckdb

from flows.lake.search_index import MERGE_MEMORY
from flows.lake.transaction import transaction

REWRITE_SHARE = 0.3
"""Share of a file's rows that must be deleted before it is written anew; below it reading past them costs less."""


@contextmanager
def bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Sorting spills to disk instead of taking the machine."""
    limit = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    connection.execute(f"SET memory_limit = '{MERGE_MEMORY}'")
    try:
        yield
    finally:
        connection.execute(f"SET memory_limit = '{limit[0] if limit else '80%'}'")


def rewrite(connection: duckdb.DuckDBPyConnection, deleted_share: float) -> int:
    """Write files anew of which at least this share of rows is deleted (0: any); returns how many."""
    with bounded(connection), transaction(connection):
        rows = connection.execute(
            f"CALL ducklake_rewrite_data_files('lake', delete_threshold => {deleted_share})"
        ).fetchall()
    return sum(row[2] for row in rows)


def merge(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Make large files of small ones, by each table's layout; returns how many became how many."""
    with bounded(connection), transaction(connection):
        rows = connection.execute("CALL ducklake_merge_adjacent_files('lake')").fetchall()
    return sum(row[2] for row in rows), sum(row[3] for row in rows)


def expire(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Forget the states of the lake from before an instant, the current one never; returns how many."""
    return len(
        connection.execute("CALL ducklake_expire_snapshots('lake', older_than => ?::TIMESTAMPTZ)", [before]).fetchall()
    )


def remove_unneeded(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Remove files that no snapshot needs since before an instant; returns how many."""
    return len(
        connection.execute("CALL ducklake_cleanup_old_files('lake', older_than => ?::TIMESTAMPTZ)", [before]).fetchall()
    )


def remove_orphans(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Remove files that no snapshot ever knew, of commits that were killed, last written before an instant.

    Under the writer's lock, and never younger than a commit can take: DuckLake would remove the files of one under way.
    """
    rows = connection.execute(
        "CALL ducklake_delete_orphaned_files('lake', older_than => ?::TIMESTAMPTZ)", [before]
    ).fetchall()
    return len(rows)
