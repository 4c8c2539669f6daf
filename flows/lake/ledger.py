"""The ledger as repair needs it: which batch brought which files, rows taken out of it, and rows made again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from flows.lake import seal
from flows.lake.batches import Writer
from flows.lake.files import digest
from flows.lake.schema import Row
from flows.lake.tables import BATCHES
from flows.lake.transaction import change


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch: its files (relative to the lake's folder), the table of each and how many rows it was written with."""

    batch: str
    files: dict[str, str]
    row_counts: dict[str, int]


def entries(connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    """All batches of the ledger. Raises duckdb.Error where it is damaged."""
    rows = connection.execute("SELECT batch_id, files FROM lake.ops.batches").fetchall()
    return [
        Entry(
            batch,
            {f"files/{file['path']}": file["table"] for file in files},
            {f"files/{file['path']}": file["row_count"] for file in files},
        )
        for batch, files in rows
    ]


def forget_batches(connection: duckdb.DuckDBPyConnection, batches: Collection[str]) -> None:
    """Take batches out of the ledger, so that they can be committed again."""
    if batches:
        change(
            connection,
            "DELETE FROM lake.ops.batches WHERE batch_id IN (SELECT unnest(?::VARCHAR[]))",
            [sorted(batches)],
        )


def forget_files(connection: duckdb.DuckDBPyConnection, paths: Collection[str]) -> None:
    """Take files out of the batches that brought them; the batches stay committed."""
    names = sorted(path.removeprefix("files/") for path in paths)
    if names:
        change(
            connection,
            "UPDATE lake.ops.batches SET files = list_filter(files, lambda f: NOT list_contains($names, f.path)) "
            "WHERE len(list_filter(files, lambda f: list_contains($names, f.path))) > 0",
            {"names": names},
        )


def unlisted(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, int]]:
    """(path, table, rows, snapshot) of files of batches that the ledger does not name. DuckLake's own have no batch."""
    return connection.execute(
        f"""
        SELECT path, table_name, row_count, coalesce(begin_snapshot, 0) FROM ({seal.FILES})
        ANTI JOIN (
            SELECT concat('files/', file.path) AS path FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
        ) USING (path)
        WHERE is_current AND deletes_from IS NULL AND NOT contains(path, '/ducklake-') ORDER BY path
        """
    ).fetchall()


def add_entries(writer: Writer, files: Sequence[tuple[str, str, int, int]], run_id: str) -> int:
    """Rows of the ledger for such files, hashed now, the stage by the catalogue's notes; returns how many."""
    snapshots = {
        number: (author, at)
        for number, at, author in writer.connection.execute(
            "SELECT snapshot_id, snapshot_time, author FROM lake.snapshots()"
        ).fetchall()
    }
    batches: dict[str, list[tuple[str, str, int, int]]] = {}
    for file in files:
        batches.setdefault(file[0].rpartition("/")[2].partition(".")[0], []).append(file)
    rows: list[Row] = []
    for batch, of in batches.items():
        stage, at = snapshots.get(of[0][3], (None, None))
        listed = [
            {
                "table": table,
                "path": path.removeprefix("files/"),
                "sha256": digest(writer.lake, path)[0],
                "row_count": count,
            }
            for path, table, count, _ in of
        ]
        rows.append(
            {
                "batch_id": batch,
                "stage": stage or batch.rpartition("-")[0] or "unknown",
                "run_id": run_id,
                "files": listed,
                "row_count": sum(count for _, _, count, _ in of),
                "committed_at": at or datetime.now(UTC),
            }
        )
    if rows:
        writer.connection.register("ledger_rows", BATCHES.frame(rows))
        change(writer.connection, "INSERT INTO lake.ops.batches BY NAME SELECT * FROM ledger_rows")
    return len(rows)
