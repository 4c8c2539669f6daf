"""One writer at a time: an advisory lock on a file that tells who holds it, and on the catalogue in PostgreSQL.

The file keeps apart what shares the lake's folder, and costs nothing. Hosts do not always share locks with a folder
(NFS may be mounted without), so a catalogue in PostgreSQL has a lock of its own there. Its server drops it when the
connection ends, which is what happens when the server restarts: so it is asked for before each commit.
"""

import fcntl
import json
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.durable import make_folder
from flows.lake import storage
from flows.lake.storage import LakeError

if TYPE_CHECKING:
    import psycopg

PATIENCE_SECONDS = 1.0
"""How long the second writer waits before it leaves: long enough for a commit, short enough for a person."""


class LockedError(LakeError):
    """Another writer holds the lake; the message names it."""


_held_here: Counter[Path] = Counter()
"""Lakes whose outer lock this process holds, and how deep: a repair made of runs is one writer."""


_connections: "dict[Path, psycopg.Connection]" = {}
"""The connections that hold the locks in PostgreSQL."""

_KEY = 0x53_49_4C_4C_4F_4B  # "SILLOK": advisory locks are numbers, one set a database
_KEEPALIVE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
"""A host that lost its power says no goodbye: its lock is dropped after a minute, not after the usual two hours."""


def is_free(lake: Path) -> bool:
    """Whether nobody writes the lake at this moment."""
    if not (lake / "writer.lock").exists():
        return _is_free_in_postgres(lake)
    handle = os.open(lake / "writer.lock", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return _is_free_in_postgres(lake)


def _is_free_in_postgres(lake: Path) -> bool:
    catalogue = storage.storage_of(lake).catalogue
    if not catalogue:
        return True
    with storage.postgres(catalogue) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
            "AND classid = %s AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = "
            "current_database())",
            (_KEY >> 32, _KEY & 0xFFFFFFFF),
        ).fetchone()
    return row == (0,)


@contextmanager
def held(lake: Path, who: str, *, is_outer: bool = False) -> Iterator[None]:
    """Hold the writer's lock of a lake. The kernel drops it when the process ends, however it ends.

    `is_outer`: what this process writes until then goes on under this lock, as a repair made of runs does.
    Raises LockedError within two seconds where somebody else holds it.
    """
    if _held_here[lake]:
        _held_here[lake] += 1
        try:
            yield
        finally:
            _held_here[lake] -= 1
        return
    make_folder(lake)
    path = lake / "writer.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LockedError(
                        f"The lake at {lake} is being written by {_holder(path)}; nothing was done"
                    ) from None
                time.sleep(0.05)
        with _held_in_postgres(lake, who):
            os.ftruncate(handle, 0)
            os.pwrite(handle, _card(who).encode(), 0)
            _held_here[lake] = int(is_outer)
            yield
    finally:
        _held_here.pop(lake, None)
        os.close(handle)


@contextmanager
def _held_in_postgres(lake: Path, who: str) -> Iterator[None]:
    catalogue = storage.storage_of(lake).catalogue
    if not catalogue:
        yield
        return
    with storage.postgres(catalogue) as connection:
        connection.execute(_KEEPALIVE)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while connection.execute("SELECT pg_try_advisory_lock(%s)", (_KEY,)).fetchone() != (True,):
            if time.monotonic() > deadline:
                raise LockedError(
                    f"The lake at {lake} is being written by {_holder_there(connection)}; nothing was done"
                )
            time.sleep(0.05)
        connection.execute("CREATE TABLE IF NOT EXISTS sillok_writer (card text NOT NULL)")
        connection.execute("DELETE FROM sillok_writer")
        connection.execute("INSERT INTO sillok_writer VALUES (%s)", (_card(who),))
        _connections[lake] = connection
        try:
            yield
        finally:
            del _connections[lake]


def keep(lake: Path) -> None:
    """Raise LakeError where the lock in PostgreSQL is lost: its server was restarted, or cannot be reached."""
    if lake not in _connections:
        return
    import psycopg  # noqa: PLC0415 - an extra

    try:
        _connections[lake].execute("SELECT 1")
    except psycopg.Error as error:
        says = " ".join(str(error).split())
        raise LakeError(
            f"The PostgreSQL server with the catalogue of the lake at {lake} was restarted or is gone ({says}): "
            "start the run again; what was committed is kept"
        ) from None


def _holder_there(connection: "psycopg.Connection") -> str:
    row = connection.execute("SELECT card FROM sillok_writer").fetchone()
    return _read(row[0]) if row else "another process"


def _card(who: str) -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"who": who, "pid": os.getpid(), "host": socket.gethostname(), "since": since})


def _holder(path: Path) -> str:
    try:
        return _read(path.read_text(encoding="utf-8"))
    except OSError:
        return "another process"


def _read(text: str) -> str:
    try:
        card = json.loads(text)
        return f"{card['who']} (process {card['pid']} on {card['host']}, since {card['since']})"
    except (ValueError, KeyError):
        return "another process"
