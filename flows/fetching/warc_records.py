"""Exchanges packed as groups of WARC 1.1 records, one record a gzip member. Pure: bytes in, bytes out.

Hashing and packing are most of what an archive costs; they stand apart from the writing, which is order and durability.
"""

import hashlib
import io
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from isal import isal_zlib
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

LEVEL = 2  # of igzip; measured on 120 news pages: 4.3 times smaller at 0.12 ms per 100 kB (zlib at 4: 4.7 at 0.76 ms)
SOFTWARE = "Sillok 0.1"
WARC_VERSION = "WARC/1.1"
PROFILE_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
PROFILE_SAME_DIGEST = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
# The body lies in the record without its chunk marks; the header under its own name would promise them to every reader.
_CHUNKED = re.compile(rb"(?im)^transfer-encoding(?=\s*:)")
_SHA1 = hashlib.sha1(usedforsecurity=False)  # copied for each digest: making one anew costs as much as hashing 16 kB
_NOTHING = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # digest of the empty payload of every request record


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and what came back, as on the wire; also a saved page, with its HTTP head or without."""

    url: str  # as asked for
    final_url: str
    captured_at: datetime  # aware, UTC
    body: bytes  # as received: content codings in place, chunk marks gone
    payload_sha256: str  # hex, of the body with its content codings undone
    payload_bytes: int
    content_type: str | None
    status: int | None = None
    request_head: bytes | None = None
    response_head: bytes | None = None  # status line and header lines, without the empty line
    etag: str | None = None
    last_modified: str | None = None
    truncated: str | None = None
    ip: str | None = None
    robots_capture_id: str | None = None
    notes: tuple[tuple[str, str], ...] = ()  # lines of the metadata record


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one exchange, ready to be appended to a file: metadata and request, then the capture itself."""

    exchange: Exchange
    capture_id: str
    record_type: str
    before: bytes  # gzip members of the metadata and request records
    record: bytes  # gzip member of the record that the capture names
    refers_to: str | None = None


def pack_response(exchange: Exchange) -> Group:
    """Pack metadata, request and response."""
    return _group(exchange, "response", _served(exchange.response_head, b"HTTP/1.1 200 OK"), body=exchange.body)


def pack_resource(exchange: Exchange) -> Group:
    """Pack a saved page that has no HTTP head: metadata and a resource record."""
    return _group(exchange, "resource", None, body=exchange.body)


def pack_revisit(
    exchange: Exchange, refers_to: str | None, refers_to_at: datetime | None, *, is_same_digest: bool
) -> Group:
    """Pack a revisit record for a page that did not change.

    Args:
        exchange: the answer (a 304, or a 200 with the digest already held); its body is not packed.
        refers_to: capture id of the record that holds the payload.
        refers_to_at: when that one was captured.
        is_same_digest: True for a 200 with the held digest, False for the server's 304.
    """
    headers = [
        ("WARC-Profile", PROFILE_SAME_DIGEST if is_same_digest else PROFILE_NOT_MODIFIED),
        ("WARC-Refers-To-Target-URI", exchange.final_url),
    ]
    if refers_to is not None:
        headers.append(("WARC-Refers-To", f"<{refers_to}>"))
    if refers_to_at is not None:
        headers.append(("WARC-Refers-To-Date", _warc_date(refers_to_at)))
    if is_same_digest:
        headers.append(("WARC-Payload-Digest", f"sha256:{exchange.payload_sha256}"))
    head = _served(exchange.response_head, b"HTTP/1.1 304 Not Modified")
    return _group(exchange, "revisit", head, body=b"", headers=headers, refers_to=refers_to)


def pack_info(file_name: str, run_id: str) -> bytes:
    """Pack the warcinfo record that a file begins with."""
    lines = (f"software: {SOFTWARE}", "format: WARC File Format 1.1", f"isPartOf: {run_id}", "")
    headers = {"WARC-Date": _warc_date(datetime.now(UTC)), "WARC-Filename": file_name}
    info = "\r\n".join(lines).encode()
    return _member("", "warcinfo", info, headers=headers, content_type="application/warc-fields")


def _group(
    exchange: Exchange,
    record_type: str,
    head: bytes | None,
    *,
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    refers_to: str | None = None,
) -> Group:
    capture_id = f"urn:uuid:{uuid4()}"
    common = {"WARC-Date": _warc_date(exchange.captured_at)}
    beside = common | {"WARC-Concurrent-To": f"<{capture_id}>"}
    url = exchange.final_url
    before = _member(url, "metadata", _fields(exchange), headers=beside, content_type="application/warc-fields")
    if exchange.request_head is not None:
        kind = "application/http; msgtype=request"
        before += _member(url, "request", b"", headers=beside, content_type=kind, head=exchange.request_head)
    own = common | {"WARC-Record-ID": f"<{capture_id}>"} | dict(headers)
    if exchange.ip is not None:
        own["WARC-IP-Address"] = exchange.ip
    if exchange.truncated is not None and record_type != "revisit":
        own["WARC-Truncated"] = exchange.truncated
    kind = "application/http; msgtype=response" if head is not None else exchange.content_type or ""
    kind = kind or "application/octet-stream"
    record = _member(url, record_type, body, headers=own, content_type=kind, head=head)
    return Group(exchange, capture_id, record_type, before, record, refers_to)


class _ServedHead(StatusAndHeaders):  # type: ignore[misc]  # warcio is untyped
    """A head that warcio writes byte for byte as it was sent or served, instead of writing it anew."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [("X", "")])
        self._head = head

    def compute_headers_buffer(self, _header_filter: object = None) -> None:
        self.headers_buff = self._head


def _served(head: bytes | None, otherwise: bytes) -> bytes:
    """A response head with its empty line, as it goes into a record."""
    return _CHUNKED.sub(b"X-Crawler-Transfer-Encoding", head or otherwise).rstrip(b"\r\n") + b"\r\n\r\n"


def _member(
    url: str, record_type: str, block: bytes, *, headers: dict[str, str], content_type: str, head: bytes | None = None
) -> bytes:
    """One record as one gzip member: `head` and `block` are its content, and `block` alone its payload.

    The digests are those that every WARC tool checks: SHA-1, base 32.
    """
    lines = {"WARC-Type": record_type, "WARC-Record-ID": f"<urn:uuid:{uuid4()}>"} | headers
    if url:
        lines["WARC-Target-URI"] = _CONTROLS.sub(" ", url)
    if record_type not in WARCWriter.NO_PAYLOAD_DIGEST_TYPES:
        lines["WARC-Payload-Digest"] = _digest(block) if block else _NOTHING
    lines["WARC-Block-Digest"] = _digest(head, block) if head else _digest(block)
    out = _GzipMember(level=1 if block[:2] == b"\x1f\x8b" else LEVEL)
    writer = WARCWriter(out, gzip=False, warc_version=WARC_VERSION)
    record = writer.create_warc_record(
        url,
        record_type,
        payload=_Whole(block),
        length=len(block),
        warc_content_type=_CONTROLS.sub(" ", content_type),
        warc_headers=StatusAndHeaders("", list(lines.items()), protocol=WARC_VERSION),
        # Given as it was served, it keeps warcio from looking for an HTTP head inside the block.
        http_headers=_ServedHead(head) if head is not None else None,
    )
    writer.write_record(record)
    return out.content()


def _digest(*pieces: bytes) -> str:
    found = _SHA1.copy()
    for piece in pieces:
        found.update(piece)
    return f"sha1:{b32encode(found.digest()).decode()}"


class _Whole(io.BytesIO):
    """A block that warcio reads in one piece instead of 16 kB at a time."""

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read()


class _GzipMember:
    """A file for warcio to write one record to. warcio's own always takes level 9: thrice the time of 4."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self._pieces.append(data)

    def flush(self) -> None:
        """Only the end of the member is flushed, by `content`."""

    def content(self) -> bytes:
        return isal_zlib.compress(b"".join(self._pieces), self._level, 16 + isal_zlib.MAX_WBITS)


def _fields(exchange: Exchange) -> bytes:
    """The metadata block: what is known of this capture beside the bytes."""
    lines = [("url", exchange.url), *exchange.notes]
    if exchange.robots_capture_id is not None:
        lines.append(("robotsCapture", exchange.robots_capture_id))
    return "".join(f"{name}: {_CONTROLS.sub(' ', value)}\r\n" for name, value in lines).encode("utf-8", "replace")


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
