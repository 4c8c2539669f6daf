"""What makes a write survive a power cut."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file's bytes, or the names made and removed in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, and wait until their names are on the disk. One that is there is left alone.

    Raises OSError; FileExistsError where a file stands in the way.
    """
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync(path.parent)


def put(path: Path, data: bytes) -> None:
    """Write a file, in the place of one that may be there: after a power cut it is the one or the other, never half.

    One process at a time; a kill leaves a `.tmp` beside it, which the next write takes. Raises OSError.
    """
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(data)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
