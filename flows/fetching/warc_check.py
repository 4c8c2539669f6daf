"""The strict walk over a WARC file of our own: gzip members end to end, each with its checksum and its block digest.

Where `warc_walk` reads whatever can be read of anybody's file, this one says of each member whether it is whole, and
where it lies. Own files hold one record a member, and nothing between members.
"""

import hashlib
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flows.fetching.decoding import PIECE_BYTES
from flows.fetching.warc_reading import MAX_PAYLOAD_BYTES, to_record
from flows.fetching.warc_walk import (
    HEAD_END,
    MAX_HEAD_BYTES,
    Headers,
    RawRecord,
    find_member,
    header,
    header_lines,
)

MAX_MEMBER_BYTES = 2 * MAX_PAYLOAD_BYTES + 2 * MAX_HEAD_BYTES  # unpacked; the writer lets nothing larger in
CAPTURE_TYPES = ("response", "resource", "revisit")


@dataclass(frozen=True, slots=True)
class Member:
    """One gzip member, or the damage that lies in its place up to `end`."""

    offset: int
    end: int
    record: RawRecord | None = None  # None where it is damaged
    fault: str | None = None  # one sentence where it is
    is_cut: bool = False  # the file ends within it

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without brackets; empty where there is none."""
        return (header(self.headers, "warc-record-id") or "").strip("<> ")

    @property
    def record_type(self) -> str:
        """WARC-Type in lower case; empty where the member is damaged."""
        return self.record.warc_type if self.record else ""

    @property
    def headers(self) -> Headers:
        """WARC header fields; none where the member is damaged."""
        return self.record.headers if self.record else ()


def members(path: Path, end: int) -> Iterator[Member]:
    """All members of a WARC file up to `end` (bytes), in order and without a gap: damage is a member that says so.

    One record is in memory at a time. Raises OSError.
    """
    with path.open("rb") as file:
        end = min(end, path.stat().st_size)
        offset = 0
        while offset < end:
            member = _member(file, offset, end)
            if member.fault is not None and not member.is_cut:
                following = find_member(file, offset + 1)
                member = Member(offset, min(end, following or end), None, member.fault, is_cut=following is None)
            yield member
            offset = member.end


def _member(file: BinaryIO, offset: int, end: int) -> Member:
    stream, data, position = zlib.decompressobj(16 + zlib.MAX_WBITS), bytearray(), offset
    file.seek(offset)
    while not stream.eof:
        piece = file.read(min(PIECE_BYTES, end - position))
        if not piece:
            return Member(offset, end, None, "the file ends within it", is_cut=True)
        position += len(piece)
        while piece and not stream.eof:
            try:
                data += stream.decompress(piece, MAX_MEMBER_BYTES + 1 - len(data))
            except zlib.error as error:
                return Member(offset, position, None, f"its compression is damaged ({error!s:.60})")
            if len(data) > MAX_MEMBER_BYTES:
                return Member(offset, position, None, "it unpacks to more than any record holds")
            piece = stream.unconsumed_tail
    position -= len(stream.unused_data)
    fault, record = _record(data)
    return Member(offset, position, record, fault)


def _record(data: bytearray) -> tuple[str | None, RawRecord | None]:
    """The record of an unpacked member, or what is wrong with it."""
    end = HEAD_END.search(data, 0, MAX_HEAD_BYTES)
    if not data.startswith(b"WARC/1.") or end is None:
        return "it does not begin with a record", None
    headers = header_lines(bytes(data[: end.start()]))
    length = (header(headers, "content-length") or "").strip()
    if not length.isdigit() or end.end() + int(length) + 4 != len(data) or not data.endswith(b"\r\n\r\n"):
        return "it is not as long as its record says", None
    block = data[end.end() : -4]
    stated = header(headers, "warc-block-digest") or ""
    if stated.startswith("sha1:"):
        found = b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
        if stated.removeprefix("sha1:") != found:
            return "its block digest does not fit", None
    return None, RawRecord(headers, len(block), block)


def payload_sha256(record: RawRecord) -> str:
    """SHA-256 of a record's payload as it is read back, content codings undone: what its capture row holds, hex."""
    return hashlib.sha256(to_record(record, MAX_PAYLOAD_BYTES).payload).hexdigest()
