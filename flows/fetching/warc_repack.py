"""A WARC file written anew without some of its captures: what a takedown order leaves of it.

The new file stands under a name of its own until the lake refers to it, and the old one until then: a process that is
killed leaves the one or the other, whole.
"""

import os
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flows.durable import sync
from flows.fetching.warc_walk import HEAD_END, MAX_HEAD_BYTES, Headers, header, header_lines

ENDING = ".warc.gz"
COPY_BYTES = 2**20

_NUMBERED = re.compile(r"(.*)-r(\d+)")


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the record of one capture lies in a file."""

    capture_id: str
    offset: int
    length: int


def successor(name: str) -> str:
    """Name of the file that is written in place of another: `a-00001.warc.gz` -> `a-00001-r1.warc.gz` -> `…-r2…`."""
    stem = name.removesuffix(ENDING)
    match = _NUMBERED.fullmatch(stem)
    return f"{match[1]}-r{int(match[2]) + 1}{ENDING}" if match else f"{stem}-r1{ENDING}"


def repack(path: Path, target: Path, kept: Sequence[Extent], cut: Sequence[Extent]) -> dict[str, int]:
    """Write `target` from `path` without the captures of `cut`, and without the records written beside these.

    Args:
        path: a file of ours: warcinfo, then groups that each end with the record of a capture.
        target: where the new file goes, by way of a temporary name; replaced if there. Not made where nothing is kept.
        kept: all captures of the file that stay.
        cut: those that go.

    Returns:
        capture_id -> where its record begins in the new file. Durable when it returns.

    Raises:
        OSError: the disk refuses, or the file is not there; `target` is then not there, or whole.
    """
    if not kept:
        return {}
    going = {one.capture_id for one in cut}
    extents = sorted([*kept, *cut], key=lambda one: one.offset)
    placed: dict[str, int] = {}
    temporary = target.with_name(target.name + ".tmp")
    with path.open("rb") as old, temporary.open("wb") as new:
        end = 0
        for extent in extents:
            if extent.capture_id in going:
                for begin, length, headers in members(old, end, extent.offset):
                    if _beside(headers) != extent.capture_id:
                        _copy(old, new, begin, length)
            else:
                _copy(old, new, end, extent.offset - end)
                placed[extent.capture_id] = new.tell()
                _copy(old, new, extent.offset, extent.length)
            end = extent.offset + extent.length
        new.flush()
        os.fsync(new.fileno())
    temporary.replace(target)
    sync(target.parent)
    return placed


def drop(path: Path, is_dropped: Callable[[Headers], bool]) -> int:
    """Write a gzipped WARC file anew, in place, without some records; returns how many were dropped.

    For files that nothing refers to by offset. One that is broken is kept as it is from there on.
    """
    dropped = 0
    temporary = path.with_name(path.name + ".tmp")
    with path.open("rb") as old, temporary.open("wb") as new:
        size, end = path.stat().st_size, 0
        for begin, length, headers in members(old, 0, size):
            end = begin + length
            if is_dropped(headers):
                dropped += 1
            else:
                _copy(old, new, begin, length)
        _copy(old, new, end, size - end)
        new.flush()
        os.fsync(new.fileno())
    if dropped:
        temporary.replace(path)
        sync(path.parent)
    else:
        temporary.unlink()
    return dropped


def members(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[int, int, Headers]]:
    """The gzip members between two offsets, one record each: offset, length and WARC header fields.

    Ends at the first that is damaged.
    """
    while begin < end:
        file.seek(begin)
        stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        head, read = b"", 0
        try:
            while not stream.eof:
                data = file.read(COPY_BYTES)
                if not data:
                    return
                read += len(data)
                piece = stream.decompress(data)
                head = (head + piece)[:MAX_HEAD_BYTES] if len(head) < MAX_HEAD_BYTES else head
        except zlib.error:
            return
        length = read - len(stream.unused_data)
        found = HEAD_END.search(head)
        yield begin, length, header_lines(head[: found.start()] if found else head)
        begin += length


def _beside(headers: Headers) -> str:
    """The capture that a metadata or request record was written beside."""
    return (header(headers, "warc-concurrent-to") or "").strip("<> ")


def _copy(old: BinaryIO, new: BinaryIO, begin: int, length: int) -> None:
    old.seek(begin)
    while length > 0:
        data = old.read(min(COPY_BYTES, length))
        if not data:
            raise OSError(f"{old.name} ends {length} bytes before a record that the lake knows of")
        new.write(data)
        length -= len(data)
