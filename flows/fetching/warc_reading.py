"""Reading WARC records as pages: our own by offset, foreign files from end to end."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord

from flows.fetching.decoding import PIECE_BYTES, decode
from flows.fetching.outcomes import Reason
from flows.fetching.warc_walk import (
    HEAD_END,
    MAX_HEAD_BYTES,
    Headers,
    RawRecord,
    WarcFault,
    header,
    header_lines,
    walk_from,
)

MAX_PAYLOAD_BYTES = 20 * 2**20

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")
_PAGE_TYPES = ("response", "resource", "conversion", "revisit")


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One WARC record with its payload. `payload` is empty for a revisit, which repeats that of `refers_to`."""

    record_type: str
    capture_id: str  # WARC-Record-ID without brackets
    target_uri: str
    captured_at: datetime | None  # WARC-Date; None where unreadable
    payload: bytes  # transfer and content codings undone, at most the caller's limit
    content_type: str | None  # the HTTP header's, else the record's own
    status: int | None = None
    headers: Headers = ()  # HTTP headers as served, Latin-1
    warc_headers: Headers = ()
    response_head: bytes | None = None
    coded: bytes | None = None  # the body as it lies in the record, where undoing the codings changed it
    truncated: str | None = None
    refers_to: str | None = None
    problem: Reason | None = None
    detail: str | None = None


def read_payload(path: Path, offset: int, length: int, max_bytes: int = MAX_PAYLOAD_BYTES) -> StoredRecord:
    """Read the record that a capture names.

    Args:
        path: the WARC file.
        offset: where its gzip member begins (`Capture.warc_offset`).
        length: length of the member (`Capture.warc_bytes`).
        max_bytes: limit of the payload, before and after decoding.

    Returns:
        The record; `problem` says BROKEN_WARC where it is damaged or absent, DECODED_TOO_LARGE or BAD_ENCODING where
        its payload could not be undone within the limit. Never raises for bad content, nor for a file that is not
        there.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            member = file.read(min(length, 2 * max_bytes + MAX_HEAD_BYTES))
    except (OSError, ValueError, OverflowError) as error:
        return _broken(f"cannot read {path.name}: {type(error).__name__}")
    if len(member) < length:
        if len(member) >= 2 * max_bytes:
            return _broken(f"a record of {length} bytes is over the limit")
        return _broken(f"{path.name} ends within the record at {offset}")
    try:
        for found in ArchiveIterator(io.BytesIO(member), parse_http=False, max_header_len=MAX_HEAD_BYTES):
            return _from_fastwarc(found, max_bytes)
    except Exception as error:  # the native reader has its own exception types
        return _broken(f"damaged record at {offset} of {path.name}: {error!s:.120}")
    return _broken(f"no record at {offset} of {path.name}")


def records(path: Path, max_bytes: int = MAX_PAYLOAD_BYTES) -> Iterator[StoredRecord | WarcFault]:
    """Iterate the response, resource, conversion and revisit records of a WARC file, plain or gzipped, however broken.

    Yields records in file order and a WarcFault at each place where the file breaks. A payload over `max_bytes` is cut
    there and says so (`truncated` "length"). Reads 64 KiB at a time and never raises for content; OSError is told as a
    fault.
    """
    return (item for _, item in records_from(path, 0, max_bytes))


def records_from(
    path: Path, begin: int, max_bytes: int = MAX_PAYLOAD_BYTES
) -> Iterator[tuple[int, StoredRecord | WarcFault]]:
    """The same from a place on that an earlier reading told, each with the place from which it is read again."""
    try:
        with path.open("rb") as file:
            for at, item in walk_from(file, begin, max_bytes):
                if isinstance(item, WarcFault):
                    yield at, item
                elif item.warc_type in _PAGE_TYPES:
                    yield at, to_record(item, max_bytes)
    except OSError as error:
        yield 0, WarcFault(0, f"cannot read {path.name}: {error.strerror or type(error).__name__}")


def _from_fastwarc(found: WarcRecord, max_bytes: int) -> StoredRecord:
    """Turn a record of the native reader into ours, reading no more than the limit allows."""
    block = bytearray()
    limit = max_bytes + MAX_HEAD_BYTES
    while len(block) < limit and (piece := found.reader.read(min(PIECE_BYTES * 16, limit - len(block)))):
        block += piece
    headers = tuple((str(name), str(value)) for name, value in found.headers.to_tuples())
    if len(block) < min(found.content_length, limit):
        return _broken(f"the record holds {len(block)} of the {found.content_length} bytes that it claims")
    return to_record(RawRecord(headers, found.content_length, block), max_bytes)


def to_record(raw: RawRecord, max_bytes: int) -> StoredRecord:
    """Take the HTTP head off, undo transfer and content codings within the limit."""
    body, head, status = bytes(raw.block), None, None
    http: Headers = ()
    if (header(raw.headers, "content-type") or "").lower().startswith("application/http"):
        end = HEAD_END.search(body, 0, MAX_HEAD_BYTES)
        head, body = (body[: end.start()], body[end.end() :]) if end is not None else (body, b"")
        http = header_lines(head)
        words = head[:64].split(None, 2)
        status = int(words[1]) if len(words) > 1 and words[1].isdigit() and len(words[1]) == 3 else None
        if "chunked" in (header(http, "transfer-encoding") or "").lower():
            body = _dechunk(body)
    content_type = header(http, "content-type") if head is not None else header(raw.headers, "content-type")
    is_cut = raw.length > len(raw.block)
    truncated = "length" if is_cut else header(raw.headers, "warc-truncated")
    decoded = decode(body, header(http, "content-encoding"), content_type, max_bytes)
    # A body that was cut on the way cannot come to its end mark; the cut is told by `truncated`.
    problem = decoded.problem if not (truncated and decoded.problem is Reason.BAD_ENCODING) else None
    return StoredRecord(
        record_type=raw.warc_type,
        capture_id=(header(raw.headers, "warc-record-id") or "").strip("<> "),
        # warcio before 1.6 and wget wrote the URI within angle brackets
        target_uri=(header(raw.headers, "warc-target-uri") or "").strip("<> "),
        captured_at=_moment(header(raw.headers, "warc-date")),
        payload=decoded.payload,
        content_type=content_type,
        status=status,
        headers=http,
        warc_headers=raw.headers,
        response_head=head,
        coded=body if body != decoded.payload else None,
        truncated=truncated or ("length" if decoded.problem is Reason.DECODED_TOO_LARGE else None),
        refers_to=(header(raw.headers, "warc-refers-to") or "").strip("<> ") or None,
        problem=problem,
        detail=decoded.detail if problem else None,
    )


def _dechunk(body: bytes) -> bytes:
    """Undo chunked transfer coding; a body without chunk marks stays (most archives take them off, not the header)."""
    pieces: list[bytes] = []
    position = 0
    while (mark := _CHUNK.match(body, position)) is not None:
        size = int(mark[1], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[mark.end() : mark.end() + size])
        position = mark.end() + size + (2 if body[mark.end() + size : mark.end() + size + 2] == b"\r\n" else 1)
    return b"".join(pieces) if pieces and position >= len(body) else body


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _broken(detail: str) -> StoredRecord:
    return StoredRecord("", "", "", None, b"", None, problem=Reason.BROKEN_WARC, detail=detail)
