"""Whether the lake's files are still what was committed: each Parquet file against its SHA-256 in the ledger."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.lake import catalog


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that is not as it was committed."""

    path: str
    says: str


def damaged_files(connection: duckdb.DuckDBPyConnection, lake: Path) -> Iterator[Damage]:
    """Every Parquet file of the lake that is missing, and every one with a digest whose bytes have changed.

    Parquet itself cannot tell: a flipped bit reads as a wrong value. The rows of `ops` are written by DuckDB and have
    no digest: of their files only the absence is told. Files that compaction merged away are no longer the lake's.
    """
    current = [path for (path,) in connection.execute(_CURRENT).fetchall()]
    here = {path for path in current if (catalog.files_path(lake) / path).exists()}
    yield from (Damage(path, "is gone") for path in current if path not in here)
    try:
        digests = dict(connection.execute(_DIGESTS).fetchall())
    except duckdb.Error:
        yield Damage("ops/batches", "cannot be read whole, so no digest could be checked")
        return
    for path in current:
        if path in here and path in digests:
            found = hashlib.sha256((catalog.files_path(lake) / path).read_bytes()).hexdigest()
            if found != digests[path]:
                yield Damage(path, f"has SHA-256 {found}, committed was {digests[path]}")


_DIGESTS = """
    SELECT file.path, file.sha256 FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
"""
_CURRENT = """
    SELECT concat(schemas.path, tables.path, files.path) AS path
    FROM __ducklake_metadata_lake.ducklake_data_file AS files
    JOIN __ducklake_metadata_lake.ducklake_table AS tables USING (table_id)
    JOIN __ducklake_metadata_lake.ducklake_schema AS schemas USING (schema_id)
    WHERE files.end_snapshot IS NULL AND tables.end_snapshot IS NULL AND schemas.end_snapshot IS NULL
    ORDER BY 1
"""
