"""The walk over a WARC file from end to end, plain or gzipped, whatever state it is in.

Public readers stop at the first damaged gzip member and lose the good ones after it, and one of them takes the process
down with a record that claims to be a terabyte long. Here every length is checked before it is believed, one record is
held at a time, and after damage the walk looks for the next record and goes on.
"""

import io
import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from flows.fetching.decoding import PIECE_BYTES

MAX_HEAD_BYTES = 256 * 1024  # WARC or HTTP header block
MAX_RECORD_BYTES = 16 * 2**30  # a longer claim is damage, not a record
MAX_FAULTS = 100  # in a row within one gzip member; then the member is given up
MAX_LOST_BYTES = 64 * 2**20  # decompressed bytes of one gzip member searched for the next record after damage

Headers = tuple[tuple[str, str], ...]

HEAD_END = re.compile(rb"\r?\n\r?\n")
_GZIP_MAGIC = b"\x1f\x8b\x08"
_RECORD_MARK = re.compile(rb"WARC/[01]\.\d+\r?\n")


@dataclass(frozen=True, slots=True)
class WarcFault:
    """A place where a WARC file breaks. What follows it is still read as far as it can be found."""

    offset: int  # in the file, bytes
    detail: str


@dataclass(slots=True)
class RawRecord:
    """A record as it lies in the file: WARC header fields, length as claimed, and the block cut at the limit."""

    headers: Headers
    length: int
    block: bytearray

    @property
    def warc_type(self) -> str:
        """WARC-Type in lower case; empty where it is missing."""
        return (header(self.headers, "warc-type") or "").lower()


class _Parser:
    """Push parser for a run of WARC records: bytes in, records and faults out, one record held at a time."""

    def __init__(self, max_block: int, remaining: int | None) -> None:
        self._max_block = max_block
        self._remaining = remaining  # bytes that can still come, where known: a longer record is a lie
        self._buffer = bytearray()
        self._record: RawRecord | None = None
        self._left = 0
        self._lost_bytes = -1  # -1: not lost

    @property
    def is_between(self) -> bool:
        """True where the input may end: no record is open and nothing but line ends is waiting."""
        return self._record is None and (self._lost_bytes >= 0 or not self._buffer.strip(b"\r\n\x00 "))

    def feed(self, data: bytes) -> Iterator[RawRecord | str]:
        """Take the next bytes; yields finished records, and a sentence for each fault."""
        if self._remaining is not None:
            self._remaining -= len(data)
        self._buffer += data
        while True:
            if self._record is not None:
                yield from self._take_block()
                if self._record is not None:
                    return
            if self._lost_bytes >= 0 and not self._find_record():
                return
            fault = self._take_head()
            if fault:
                yield fault
            elif self._record is None:
                return

    def _take_block(self) -> Iterator[RawRecord]:
        record = self._record
        if record is None:
            return
        taken = min(self._left, len(self._buffer))
        room = self._max_block - len(record.block)
        if room > 0:
            record.block += self._buffer[: min(taken, room)]
        del self._buffer[:taken]
        self._left -= taken
        if self._left == 0:
            self._record = None
            yield record

    def _take_head(self) -> str | None:
        """Open the next record if its head is complete; a sentence if there is no record where one should be."""
        start = 0
        while start < len(self._buffer) and self._buffer[start] in b"\r\n":
            start += 1
        del self._buffer[:start]
        if not self._buffer:
            return None
        if not b"WARC/".startswith(bytes(self._buffer[:5])):
            self._lost_bytes = 0
            return "what follows a record is not a record"
        end = HEAD_END.search(self._buffer, 0, MAX_HEAD_BYTES)
        if end is None:
            if len(self._buffer) < MAX_HEAD_BYTES:
                return None
            return self._lose("a record head longer than 256 KiB")
        headers = header_lines(bytes(self._buffer[: end.start()]))
        length_text = (header(headers, "content-length") or "").strip()
        if not (length_text.isascii() and length_text.isdigit() and len(length_text) <= 12):
            return self._lose("a record without a usable Content-Length")
        length = int(length_text)
        at_hand = len(self._buffer) - end.end()
        if length > MAX_RECORD_BYTES or (self._remaining is not None and length > at_hand + self._remaining):
            return self._lose(f"a record that claims {length} bytes, more than the file has")
        del self._buffer[: end.end()]
        self._record = RawRecord(headers, length, bytearray())
        self._left = length
        return None

    def _lose(self, fault: str) -> str:
        del self._buffer[:5]  # past the mark of this record, so that the search finds the next
        self._lost_bytes = 0
        return fault

    def _find_record(self) -> bool:
        """After damage: drop bytes up to the next record mark. False if there is none yet."""
        mark = _RECORD_MARK.search(self._buffer)
        if mark is not None:
            del self._buffer[: mark.start()]
            self._lost_bytes = -1
            return True
        dropped = max(0, len(self._buffer) - 16)  # a mark may lie across two reads
        del self._buffer[:dropped]
        self._lost_bytes += dropped
        return False

    @property
    def is_hopeless(self) -> bool:
        """True where the search after damage has gone on for too long."""
        return self._lost_bytes > MAX_LOST_BYTES


def walk_from(file: BinaryIO, begin: int, max_bytes: int) -> Iterator[tuple[int, RawRecord | WarcFault]]:
    """Iterate all records of an open WARC file in file order, with a WarcFault at each place where it breaks.

    Each comes with where its gzip member begins: a walk that begins at such a place gives that item and all behind it.
    A file that is not gzipped has one place, 0. Blocks are cut at `max_bytes` plus room for a head. Reads 64 KiB at a
    time. Raises OSError only.
    """
    file.seek(0)
    if file.read(2) == _GZIP_MAGIC[:2]:
        yield from _walk_members(file, begin, max_bytes)
    else:
        yield from ((0, item) for item in _walk_plain(file, max_bytes))


def _walk_plain(file: BinaryIO, max_bytes: int) -> Iterator[RawRecord | WarcFault]:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    parser = _Parser(max_bytes + MAX_HEAD_BYTES, size)
    offset = 0
    while data := file.read(PIECE_BYTES):
        for item in parser.feed(data):
            yield WarcFault(offset, item) if isinstance(item, str) else item
        offset += len(data)
    if not parser.is_between:
        yield WarcFault(offset, "the file ends within a record")


def _walk_members(file: BinaryIO, begin: int, max_bytes: int) -> Iterator[tuple[int, RawRecord | WarcFault]]:
    """Member by member; a damaged member costs what it holds and no more."""
    offset: int | None = begin
    while offset is not None:
        file.seek(offset)
        opening = file.read(4096)
        if not opening.strip(b"\r\n"):
            return  # the end, or line ends behind it
        end: int | None = None
        if opening.startswith(_GZIP_MAGIC):
            member = _walk_member(file, offset, max_bytes)
            while True:
                try:
                    item = next(member)
                except StopIteration as stop:
                    end = stop.value
                    break
                yield offset, item
        else:
            yield offset, WarcFault(offset, "what follows a gzip member is not one")
        offset = end if end is not None else find_member(file, offset + 1)


def _walk_member(file: BinaryIO, start: int, max_bytes: int) -> Generator[RawRecord | WarcFault, None, int | None]:
    """Read the records of one gzip member (one by the standard; a whole file where someone gzipped a plain one).

    A record, with the faults behind it, is held back until a further record or the member's checksum vouches for it:
    a flipped bit may lie in its length. Returns where the member ends, None where it is damaged.
    """
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    parser = _Parser(max_bytes + MAX_HEAD_BYTES, None)
    held: list[RawRecord | WarcFault] = []
    position = start
    file.seek(start)
    while data := file.read(PIECE_BYTES):
        position += len(data)
        while data:
            try:
                piece = stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                yield WarcFault(start, f"damaged gzip member: {error!s:.80}")
                return None
            for item in parser.feed(piece):
                if isinstance(item, str):
                    held.append(WarcFault(start, item))
                    continue
                yield from held
                held = [item]
            if parser.is_hopeless or len(held) > MAX_FAULTS:
                yield from held
                return None
            if stream.eof:
                yield from held
                if not parser.is_between:
                    yield WarcFault(start, "the gzip member ends within a record")
                return position - len(stream.unused_data)
            data = stream.unconsumed_tail
    yield WarcFault(start, "the file ends within a gzip member")
    return None


def find_member(file: BinaryIO, start: int) -> int | None:
    """Offset of the next gzip member that opens with a WARC record, at or behind `start`; None if there is none."""
    offset, tail = start, b""
    file.seek(start)
    while data := file.read(PIECE_BYTES):
        window = tail + data
        base = offset - len(tail)
        at = window.find(_GZIP_MAGIC)
        while at >= 0:
            if _opens_record(file, base + at):
                return base + at
            at = window.find(_GZIP_MAGIC, at + 1)
        offset += len(data)
        tail = window[-2:]
        file.seek(offset)
    return None


def _opens_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(file.read(1024), 16).startswith(b"WARC/")
    except zlib.error:
        return False


def header_lines(head: bytes) -> Headers:
    """Header fields of a WARC or HTTP head in order; UTF-8 where it is, else Latin-1. Folded lines are joined."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    fields: list[tuple[str, str]] = []
    for line in text.replace("\r\n", "\n").split("\n")[1:]:
        if line[:1] in {" ", "\t"} and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip():
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def header(headers: Headers, name: str) -> str | None:
    """First value of a field; `name` in lower case. None where it is absent."""
    return next((value for key, value in headers if key.lower() == name), None)
