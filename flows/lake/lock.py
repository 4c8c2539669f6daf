"""One writer at a time: an advisory lock on a file that tells who holds it."""

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

from flows.lake.catalog import LakeError

PATIENCE_SECONDS = 1.0
"""How long the second writer waits before it leaves: long enough for a commit, short enough for a person."""


class LockedError(LakeError):
    """Another writer holds the lake; the message names it."""


_held_here: Counter[Path] = Counter()
"""Lakes whose outer lock this process holds, and how deep: a repair made of runs is one writer."""


def is_free(lake: Path) -> bool:
    """Whether nobody writes the lake at this moment."""
    if not (lake / "writer.lock").exists():
        return True
    handle = os.open(lake / "writer.lock", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


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
    lake.mkdir(parents=True, exist_ok=True)
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
        os.ftruncate(handle, 0)
        os.pwrite(handle, _card(who).encode(), 0)
        _held_here[lake] = int(is_outer)
        yield
    finally:
        _held_here.pop(lake, None)
        os.close(handle)


def _card(who: str) -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"who": who, "pid": os.getpid(), "host": socket.gethostname(), "since": since})


def _holder(path: Path) -> str:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        return f"{card['who']} (process {card['pid']} on {card['host']}, since {card['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"
