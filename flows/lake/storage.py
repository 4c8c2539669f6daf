"""Where a lake's parts lie: the catalogue in its folder or in PostgreSQL, the Parquet files there or in S3.

The settings say where a lake that is made is to lie; the lake's folder remembers it (`storage.json`). A lake is not
moved by a changed setting: a run that forgot SILLOK_CATALOGUE would begin a second, empty catalogue over the same WARC
files. So a setting that names another place than the lake's own is refused.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.durable import put
from flows.settings import settings

if TYPE_CHECKING:
    import psycopg

NAME = "storage.json"
CONNECT_SECONDS = 5
"""A PostgreSQL server that does not answer in this time is refused."""


class LakeError(Exception):
    """The lake cannot be used as asked; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Where the parts of a lake lie; empty means in its folder.

    `catalogue`: libpq's words or address of the PostgreSQL database, never with a password. `data`: s3://bucket/prefix.
    """

    catalogue: str = ""
    data: str = ""


def storage_of(lake: Path) -> Storage:
    """Where the parts of a lake lie, or will lie once it is made.

    Raises LakeError where the settings name another place than the lake's own.
    """
    asked = settings()
    wanted = Storage(asked.catalogue, asked.data) if asked.lake == lake else Storage()
    told = _told(lake)
    if told is None:
        return wanted
    if wanted.data and wanted.data != told.data:
        own = repr(told.data) if told.data else "in its folder"
        raise LakeError(
            f"SILLOK_DATA is {wanted.data!r}, but the Parquet files of {lake} lie {own}; nothing was touched"
        )
    if wanted.catalogue and wanted.catalogue != told.catalogue:
        own = repr(told.catalogue) if told.catalogue else "SQLite in its folder"
        raise LakeError(
            f"SILLOK_CATALOGUE is {wanted.catalogue!r}, but the catalogue of the lake at {lake} is {own}; "
            "nothing was touched (`sillok move-catalogue` moves one, with SILLOK_CATALOGUE unset)"
        )
    return told


def remember(lake: Path, moved_to: Storage | None = None) -> None:
    """Write down where the lake's parts lie, before the first of them is made, or where they were moved to."""
    storage = moved_to or storage_of(lake)
    if moved_to is None and (_told(lake) is not None or storage == Storage()):
        return  # a lake in its folder looks as it always did
    lake.mkdir(parents=True, exist_ok=True)
    put(lake / NAME, (json.dumps(asdict(storage), indent=1) + "\n").encode())


def _told(lake: Path) -> Storage | None:
    try:
        return Storage(**json.loads((lake / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        # A lake of SQLite has no such file: its catalogue says that it is one.
        return Storage() if (lake / "catalog.sqlite").exists() else None
    except (ValueError, TypeError) as error:
        raise LakeError(f"{lake / NAME} cannot be read ({error}): it says where the lake's catalogue lies") from None


@contextmanager
def postgres(catalogue: str) -> "Iterator[psycopg.Connection]":
    """A connection with the catalogue's database, each statement by itself.

    Raises LakeError where the server does not answer, or psycopg is not installed.
    """
    connection = connected(catalogue)
    try:
        yield connection
    finally:
        connection.close()


def connected(catalogue: str) -> "psycopg.Connection":
    """The same for whoever closes it later."""
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise LakeError(
            "SILLOK_CATALOGUE names a PostgreSQL database, which needs the package psycopg: `make setup` installs it, "
            "and so does `pip install --editable '.[postgres]'`"
        ) from None
    try:
        return psycopg.connect(catalogue, connect_timeout=CONNECT_SECONDS, autocommit=True)
    except psycopg.Error as error:
        says = " ".join(str(error).split())
        raise LakeError(f"The catalogue in PostgreSQL ({catalogue}) cannot be reached: {says}") from None


def has_catalogue(catalogue: str) -> bool:
    """Whether the database holds the catalogue of a lake. Raises LakeError as `postgres` does."""
    with postgres(catalogue) as connection:
        row = connection.execute("SELECT to_regclass('ducklake_snapshot') IS NOT NULL").fetchone()
    return bool(row and row[0])


def last_snapshot(catalogue: str) -> int:
    """The number of the last snapshot of a catalogue in PostgreSQL. Raises LakeError as `postgres` does."""
    with postgres(catalogue) as connection:
        row = connection.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()
    return int(row[0]) if row and row[0] is not None else -1


def database_bytes(catalogue: str) -> int:
    """Size of the database that a catalogue lies in. Raises LakeError as `postgres` does."""
    with postgres(catalogue) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0
