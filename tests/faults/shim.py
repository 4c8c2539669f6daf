"""The library under a process that watches, cuts short or refuses what is asked of the disk (`faults.c`)."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from enum import IntEnum, IntFlag
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")


class Kind(IntFlag):
    """What is asked of the disk. NAME: rename, link, unlink. MAKE: a new file, a new folder."""

    WRITE = 1
    SYNC = 2
    NAME = 4
    MAKE = 8
    ANY = 15


class Action(IntEnum):
    """What becomes of the k-th call; with FAIL_ON of every later one, too."""

    NOTHING = 0
    KILL_BEFORE = 1
    KILL_AFTER = 2
    KILL_TORN = 3  # half of a write is done
    FAIL_ONCE = 4
    FAIL_ON = 5


@cache
def built() -> Path | None:
    """The library, compiled once a process; None where this machine has no C compiler, or is no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    path = Path(tempfile.mkdtemp(prefix="sillok-faults-")) / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(path), str(SOURCE), "-ldl"], check=True)
    return path


def environment() -> dict[str, str]:
    """The environment of a process that is to have the library. Raises RuntimeError where it cannot be built."""
    path = built()
    if path is None:
        raise RuntimeError("a C compiler is needed for this, on Linux: gcc is not there")
    return {**os.environ, "LD_PRELOAD": str(path)}


def is_loaded() -> bool:
    """Whether this process has the library."""
    return hasattr(ctypes.CDLL(None), "faults_arm")


def arm(
    folder: Path, kinds: Kind = Kind.ANY, at: int = 0, action: Action = Action.NOTHING, error: int = 0, log: int = -1
) -> None:
    """From now on: write what is asked below a folder to the descriptor `log`, and act at the `at`th call of a kind."""
    ctypes.CDLL(None).faults_arm(
        str(folder.resolve()).encode(), log, int(kinds), ctypes.c_long(at), int(action), int(error)
    )


def disarm() -> None:
    """From now on: nothing."""
    ctypes.CDLL(None).faults_arm(b"", -1, 0, ctypes.c_long(0), 0, 0)


def seen(kind: Kind) -> int:
    """How many calls of one kind there were since `arm`."""
    return int(ctypes.CDLL(None).faults_seen(int(kind)))
