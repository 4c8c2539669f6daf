"""One transaction of the writer: what DuckDB wrote for it is on the disk before the catalogue names it.

DuckDB writes the Parquet files of INSERT, UPDATE, DELETE and merging without asking the disk to keep them, while SQLite
does so with the catalogue: after a power cut a catalogue that is whole could name files that are not there. So every
statement that changes rows of the lake runs in here, and no commit is left to itself.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from flows.durable import sync
from flows.lake.literals import literal

_FOLDER = "lake_files"
"""Variable of a writing connection: where DuckLake's files lie on this machine."""
_SLACK_SECONDS = 1.0
"""Clocks are set back a little. What is synced once too often costs little."""
_COARSE_NANOSECONDS = 100_000_000
"""A folder's time is told by a coarse clock: two changes so close together can have the same."""
_OWN = "ducklake-"
"""How DuckLake calls its own files: `ducklake-<UUID version 7>[-delete].parquet`. Such a UUID begins with its time."""


def remember_folder(connection: duckdb.DuckDBPyConnection, files: Path) -> None:
    """Tell a connection where DuckLake's files lie; without it, nothing is synced (they are not on a disk of ours)."""
    connection.execute(f"SET VARIABLE {_FOLDER} = {literal(str(files))}")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """BEGIN, what is done inside, the files of it synced, COMMIT; rolled back where anything of it fails.

    Raises what is raised inside; OSError where the disk refuses, nothing is committed then.
    """
    before = _folders_now(connection)
    began = time.time()
    connection.execute("BEGIN")
    try:
        yield
        _sync_files(before, _folders_now(connection), began - _SLACK_SECONDS)
    except BaseException:  # an interrupt too: nothing may stay half done in an open transaction
        with suppress(duckdb.Error):  # a fault may have ended it already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")  # a COMMIT that fails has rolled back already


def change(connection: duckdb.DuckDBPyConnection, sql: str, values: object = None) -> int:
    """One statement that inserts, updates or deletes rows of the lake, in a transaction; returns how many."""
    with transaction(connection):
        row = connection.execute(sql, values).fetchone()
    return int(row[0]) if row else 0


_Folders = dict[Path, int | None]
"""The folders of DuckLake's files, its own (of tables, of schemas) last: when each was changed, in nanoseconds; None
where it has only just been, so that its time could be that of a later change, too."""


def _folders_now(connection: duckdb.DuckDBPyConnection) -> _Folders:
    row = connection.execute(f"SELECT getvariable('{_FOLDER}')").fetchone()
    if row is None or row[0] is None:
        return {}
    files = Path(row[0])
    schemas = _within(files)
    folders = [*(table for schema in schemas for table in _within(schema)), *schemas, files]
    just_now = time.time_ns() - _COARSE_NANOSECONDS
    changed = ((folder, folder.stat().st_mtime_ns) for folder in folders)
    return {folder: at if at < just_now else None for folder, at in changed}


def _within(path: Path) -> list[Path]:
    with os.scandir(path) as found:
        return [Path(one.path) for one in found if one.is_dir()]


def _sync_files(before: _Folders, now: _Folders, since: float) -> None:
    """Sync DuckLake's files from after an instant, and the folders in which names were made: those within others first.

    Folders are told by their own times and not by our clock: they may lie on another machine.
    """
    for folder, at in now.items():
        if at is None or before.get(folder) != at:
            for name in _own(os.listdir(folder), since):  # noqa: PTH208 - names alone: half the time
                sync(folder / name)
            sync(folder)


def _own(names: Iterable[str], since: float) -> list[str]:
    """Those of the files that DuckLake wrote after an instant. The others were synced by whoever wrote them.

    The ledger's folder has a file a commit until it is merged, so nothing is made of a name but comparisons.
    """
    began = f"{max(0, int(since * 1000)):012x}"
    first = f"{_OWN}{began[:8]}-{began[8:]}"
    # A name that does not begin with a digit, as the UUIDs of the next millennia do, is synced to be safe.
    return [
        name
        for name in names
        if name.startswith(_OWN) and (name >= first or not name[len(_OWN) : len(_OWN) + 1].isdigit())
    ]
