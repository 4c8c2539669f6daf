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
    """Every committed Parquet file that is missing or whose bytes have changed.

    Parquet itself cannot tell: a flipped bit reads as a wrong value. Files that compaction has merged away are
    no longer the lake's and are passed over.
    """
    rows = connection.execute(
        """
        SELECT file.path, file.sha256
        FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
        ORDER BY file.path
        """
    ).fetchall()
    current = {path for (path,) in connection.execute(_CURRENT).fetchall()}
    for path, sha256 in rows:
        if Path(path).name not in current:
            continue
        full = catalog.files_path(lake) / path
        if not full.exists():
            yield Damage(path, "is gone")
        elif (found := hashlib.sha256(full.read_bytes()).hexdigest()) != sha256:
            yield Damage(path, f"has SHA-256 {found}, committed was {sha256}")


_CURRENT = """
    SELECT parse_filename(path) FROM __ducklake_metadata_lake.ducklake_data_file WHERE end_snapshot IS NULL
"""
