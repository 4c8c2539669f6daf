"""Taking damaged files out of the catalogue. DuckLake itself can only delete rows that it can still read.

What is written are the tables that DuckLake's specification describes, in one transaction with a snapshot of its own.
The work is done by a process of its own, which runs this file alone, without the package: see catalogue_bytes.py.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

_OF_A_FILE = (
    "ducklake_data_file",
    "ducklake_delete_file",
    "ducklake_file_column_stats",
    "ducklake_file_variant_stats",
    "ducklake_file_partition_value",
)


def drop(path: Path, names: Sequence[str]) -> None:
    """Take files out of a catalogue, of all its snapshots, with the lists of rows that were deleted from them.

    Args:
        path: the catalogue. The writer's lock is held, and this process writes the lake by no connection.
        names: data files or lists of deleted rows, as schema/table/file. With a list goes the file that it is about:
            which of its rows were deleted is not known any more.

    Raises:
        sqlite3.Error: the catalogue refuses; it is as before then.
    """
    words = [sys.executable, "-I", "-S", __file__, str(path)]
    done = subprocess.run(words, input=json.dumps(list(names)).encode(), capture_output=True, check=False)
    if done.returncode:
        raise sqlite3.DatabaseError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])


def _drop(path: str, names: Sequence[str]) -> None:
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_MADE)
        for name in names:
            schema, table, file = name.split("/")
            connection.execute(_FIND, (schema, table, file))
        tables = connection.execute(_SUMS).fetchall()
        if tables:
            _add_snapshot(connection, [table for table, _, _ in tables])
        for table, rows, size in tables:
            connection.execute(_LESS, (rows, size, table))
        for table in _OF_A_FILE:
            connection.execute(f"DELETE FROM {table} WHERE data_file_id IN (SELECT data_file_id FROM dropped)")
        connection.execute("COMMIT")


def drop_in_postgres(connection: "psycopg.Connection", names: Sequence[str]) -> None:
    """The same in a catalogue in PostgreSQL; all or nothing. Raises psycopg.Error."""
    with connection.transaction():
        connection.execute(_MADE)
        for name in names:
            connection.execute(_in_postgres(_FIND), name.split("/"))
        tables = connection.execute(_SUMS).fetchall()
        if tables:
            connection.execute(_in_postgres(_SNAPSHOT), (datetime.now(UTC),))
            connection.execute(_in_postgres(_CHANGES), (_changes([table for table, _, _ in tables]),))
        for table, rows, size in tables:
            connection.execute(_in_postgres(_LESS), (rows, size, table))
        for of in _OF_A_FILE:
            statement = f"DELETE FROM {of} WHERE data_file_id IN (SELECT data_file_id FROM dropped)"
            connection.execute(statement.encode())
        connection.execute("DROP TABLE dropped")


def _in_postgres(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


_MADE = "CREATE TEMP TABLE dropped (data_file_id BIGINT PRIMARY KEY)"
_LESS = (
    "UPDATE ducklake_table_stats SET record_count = record_count - ?, file_size_bytes = file_size_bytes - ? "
    "WHERE table_id = ?"
)
_FIND = """
    INSERT INTO dropped
    SELECT files.data_file_id FROM (
        SELECT data_file_id, table_id, path FROM ducklake_data_file
        UNION ALL SELECT data_file_id, table_id, path FROM ducklake_delete_file
    ) AS files
    JOIN ducklake_table AS tables USING (table_id) JOIN ducklake_schema AS schemas USING (schema_id)
    WHERE rtrim(schemas.path, '/') = ? AND rtrim(tables.path, '/') = ? AND files.path = ?
    ON CONFLICT DO NOTHING
"""
_SUMS = """
    SELECT table_id, sum(CASE WHEN end_snapshot IS NULL THEN record_count ELSE 0 END),
           sum(CASE WHEN end_snapshot IS NULL THEN file_size_bytes ELSE 0 END)
    FROM ducklake_data_file JOIN dropped USING (data_file_id) GROUP BY table_id
"""


def _add_snapshot(connection: sqlite3.Connection, tables: Sequence[int]) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    connection.execute(_SNAPSHOT, (now,))
    connection.execute(_CHANGES, (_changes(tables),))


_SNAPSHOT = (
    "INSERT INTO ducklake_snapshot (snapshot_id, snapshot_time, schema_version, next_catalog_id, next_file_id) "
    "SELECT snapshot_id + 1, ?, schema_version, next_catalog_id, next_file_id "
    "FROM ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1"
)
_CHANGES = (
    "INSERT INTO ducklake_snapshot_changes (snapshot_id, changes_made, author, commit_message) "
    "SELECT max(snapshot_id), ?, 'repair', 'damaged files taken out' FROM ducklake_snapshot"
)


def _changes(tables: Sequence[int]) -> str:
    return ",".join(f"deleted_from_table:{table}" for table in tables)


if __name__ == "__main__":
    _drop(sys.argv[1], json.loads(sys.stdin.buffer.read()))
