"""One HTTP request, bounded in time and bytes; whatever happens comes back as an `Answer`, never as an exception.

aiohttp does the protocol (HTTP/1.1, strict framing) with its own decoding, redirects, cookies and silent repeats
switched off:
the body stays as served for the archive, and every request on the wire is one that the politeness gate knows of.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote_from_bytes, urlsplit

import aiohttp
from aiohttp.client_reqrep import ClientResponse
from aiohttp.connector import Connection
from yarl import URL

from flows.addresses import normalise, problem
from flows.fetching.decoding import BodyDecoder, DecodeError, codings_of
from flows.fetching.guard import BlockedAddressError, Network
from flows.fetching.judge import HEAD_BYTES, Verdict
from flows.fetching.outcomes import Reason, State

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
READ_BYTES = 65_536
MAX_STATUS_LINE_BYTES = 16_384
MAX_HEADER_BYTES = 32_768  # one header; some press sites send 10 kB of Content-Security-Policy
MAX_HEADERS = 256
# Printable ASCII stays in a Location; other bytes (EUC-KR among them) are escaped byte by byte, as browsers do.
_LOCATION_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))

# Trouble that may pass: asked for again within the run, then left to the next one.
PASSING = frozenset(
    {Reason.DNS, Reason.CONNECT, Reason.TIMEOUT, Reason.RESET, Reason.SHORT_BODY, Reason.HTTP_429, Reason.HTTP_5XX}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run of fetching. The defaults suit news sites; tests make them small."""

    total_seconds: float = 30.0  # for one request, from the name lookup to the last byte
    connect_seconds: float = 10.0
    wire_bytes: int = 10 * 2**20  # of one body as received
    decoded_bytes: int = 20 * 2**20  # of one body with its codings undone
    redirects: int = 5
    concurrency: int = 16  # requests in flight, each to another host
    attempts: int = 3  # for one URL within a run
    back_off_seconds: float = 1.0  # first pause after trouble; doubles
    patience_seconds: float = 60.0  # a host that must be left alone for longer is left to the next run
    host_requests: int = 10_000  # URLs of one host asked for in a run


@dataclass(frozen=True, slots=True)
class Answer:
    """One request and what came of it. `problem` is None where a whole answer came, whatever its status."""

    url: str
    started_at: datetime
    seconds: float
    problem: Reason | None = None
    detail: str | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names, first values
    request_head: bytes = b""
    response_head: bytes = b""
    body: bytes = b""  # as received: content codings in place
    payload: bytes = b""  # codings undone; only the first 256 KiB unless the whole was asked for
    payload_sha256: str = ""
    payload_bytes: int = 0
    truncated: str | None = None
    location: str | None = None  # as sent, bytes beyond ASCII escaped
    ip: str | None = None


@dataclass(slots=True)
class _Wire:
    """What has come so far; it outlives a timeout."""

    body: list[bytes] = field(default_factory=list)
    count: int = 0
    most: int = 0  # bytes of the body that are taken
    response: "_Response | None" = None
    truncated: str | None = None
    problem: Reason | None = None
    detail: str | None = None

    def fail(self, problem: Reason, detail: str, truncated: str | None = None) -> None:
        self.problem, self.detail, self.truncated = problem, detail, truncated


class _Response(ClientResponse):
    """Remembers the peer's address: aiohttp lets go of the connection as soon as a short body is in."""

    peer: str | None = None

    async def start(self, connection: Connection) -> ClientResponse:
        transport = connection.transport
        name = transport.get_extra_info("peername") if transport is not None else None
        self.peer = str(name[0]) if isinstance(name, tuple) and name else None
        return await super().start(connection)


class Client:
    """Asks for one URL at a time a call; an async context manager.

    Args:
        network: what may be connected to.
        user_agent: who we are, with a contact page; sent as it is with every request.
        limits: bounds.
        tls: the TLS context; the system's trust store by default. Certificates are always verified.
    """

    def __init__(self, network: Network, user_agent: str, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self._network = network
        self._headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        self._limits = limits
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        session = aiohttp.ClientSession(
            connector=self._network.connector(self._limits.concurrency),
            cookie_jar=aiohttp.DummyCookieJar(),
            response_class=_Response,
            auto_decompress=False,
            trust_env=False,  # a proxy would connect for us, past the guard
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_seconds),
            read_bufsize=READ_BYTES,
            max_line_size=MAX_STATUS_LINE_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADERS,
        )
        # aiohttp repeats a GET at once when a kept connection turns out closed: a second request within the pause.
        session._retry_connection = False
        self._session = session
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        is_whole: bool = False,
        most_bytes: int | None = None,
    ) -> Answer:
        """Ask for a URL in its normal form, once, following nothing.

        Args:
            url: normal form of flows.addresses.
            etag: sent as If-None-Match.
            last_modified: sent as If-Modified-Since.
            is_whole: True keeps the whole decoded payload; otherwise its first 256 KiB, enough to judge it.
            most_bytes: bound of the body as received, where it is to be less than the limits'.

        Returns:
            The answer. Raises only asyncio.CancelledError, and RuntimeError outside of its context.
        """
        if self._session is None:
            raise RuntimeError("Client is used outside of its context")
        headers = {**self._headers}
        if etag and _is_header_value(etag):
            headers["If-None-Match"] = etag
        if last_modified and _is_header_value(last_modified):
            headers["If-Modified-Since"] = last_modified
        started_at, loop = datetime.now(UTC), asyncio.get_running_loop()
        started = loop.time()
        wire = _Wire(most=min(most_bytes or self._limits.wire_bytes, self._limits.wire_bytes))
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                await self._receive(self._session, url, headers, wire)
        except Exception as error:  # whatever a hostile server makes the library do is an answer, too
            problem, detail = explain(error)
            wire.fail(problem, detail, "time" if problem is Reason.TIMEOUT else "disconnect")
        finally:
            if wire.response is not None and (wire.problem is not None or _may_leave_bytes(wire.response)):
                wire.response.close()
        return self._answer(url, started_at, loop.time() - started, wire, is_whole)

    async def _receive(self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], wire: _Wire) -> None:
        tls = self._tls if self._tls is not None else True
        response = await session.get(URL(url, encoded=True), headers=headers, allow_redirects=False, ssl=tls)
        if not isinstance(response, _Response):
            raise TypeError("the session makes responses of another class")
        wire.response = response
        async for chunk in response.content.iter_any():
            room = wire.most - wire.count
            wire.body.append(chunk[:room])
            wire.count += min(len(chunk), room)
            if len(chunk) > room:
                wire.fail(Reason.WIRE_TOO_LARGE, f"the body is longer than {wire.most} bytes", "length")
                return

    def _answer(self, url: str, started_at: datetime, seconds: float, wire: _Wire, is_whole: bool) -> Answer:
        response = wire.response
        if response is None:
            return Answer(url, started_at, seconds, wire.problem or Reason.RESET, wire.detail)
        headers: dict[str, str] = {}
        for name, value in response.raw_headers:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        body = b"".join(wire.body)
        payload, digest, size = self._payload(body, headers, wire, is_whole)
        raw_location = next((value for name, value in response.raw_headers if name.lower() == b"location"), None)
        return Answer(
            url=url,
            started_at=started_at,
            seconds=seconds,
            problem=wire.problem,
            detail=wire.detail,
            status=response.status,
            headers=headers,
            request_head=_request_head(response),
            response_head=_response_head(response),
            body=body,
            payload=payload,
            payload_sha256=digest,
            payload_bytes=size,
            truncated=wire.truncated,
            location=quote_from_bytes(raw_location, safe=_LOCATION_SAFE) if raw_location is not None else None,
            ip=response.peer,
        )

    def _payload(self, body: bytes, headers: Mapping[str, str], wire: _Wire, is_whole: bool) -> tuple[bytes, str, int]:
        """Undo the codings: payload (or its head), SHA-256 and length. A problem found here is noted in `wire`."""
        codings = codings_of(headers.get("content-encoding"), headers.get("content-type"), body[:4])
        if codings is None:
            if wire.problem is None:
                wire.fail(Reason.BAD_ENCODING, f"unknown Content-Encoding {headers.get('content-encoding')!r:.80}")
            codings = ()
        keep = self._limits.decoded_bytes if is_whole else HEAD_BYTES
        if not codings and len(body) <= self._limits.decoded_bytes:
            return body[:keep], hashlib.sha256(body).hexdigest(), len(body)
        digest, size, kept = hashlib.sha256(), 0, bytearray()
        decoder = BodyDecoder(codings, self._limits.decoded_bytes)
        try:
            for piece in decoder.feed(body):
                digest.update(piece)
                size += len(piece)
                if len(kept) < keep:
                    kept += piece[: keep - len(kept)]
            if wire.problem is None:
                decoder.finish()
        except DecodeError as error:
            if wire.problem is None:
                # The body lies there whole, but what can be read of it ends at the limit: a reader must know.
                truncated = "length" if error.reason is Reason.DECODED_TOO_LARGE else None
                wire.fail(error.reason, str(error), truncated)
        return bytes(kept), digest.hexdigest(), size


def explain(error: Exception) -> tuple[Reason, str]:
    """Name the reason behind an exception of the network stack, with one sentence for a person."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, BlockedAddressError):
        return Reason.BLOCKED_ADDRESS, str(cause)
    if isinstance(error, TimeoutError):
        return Reason.TIMEOUT, "no complete answer within the time allowed"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Reason.DNS, f"the host name cannot be resolved: {getattr(cause, 'strerror', None) or cause!s:.80}"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Reason.TLS, f"TLS failed: {getattr(error, 'certificate_error', cause)!s:.160}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return Reason.CONNECT, f"no connection: {getattr(cause, 'strerror', None) or cause!s:.80}"
    if isinstance(error, aiohttp.ClientPayloadError):
        if isinstance(error.__cause__, aiohttp.http.HttpProcessingError) and "Not enough data" not in str(
            error.__cause__
        ):
            return Reason.BAD_ENCODING, f"broken transfer coding: {error.__cause__!s:.80}"
        return Reason.SHORT_BODY, "the connection ended before the body was complete"
    if isinstance(error, aiohttp.ClientResponseError):
        return Reason.BAD_HEADERS, f"not a valid HTTP answer: {error.message.partition(chr(10))[0]:.80}"
    if isinstance(error, aiohttp.InvalidURL):
        return Reason.BAD_URL, "the HTTP library refuses the URL"
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return (
            Reason.RESET,
            f"the server closed the connection: {getattr(cause, 'strerror', None) or 'no answer'!s:.80}",
        )
    return Reason.BAD_HEADERS, f"the answer could not be read ({type(error).__name__})"


def state_of(problem: Reason) -> State:
    """State that a problem on the way ends in, once the attempts are used up."""
    if problem in {Reason.BLOCKED_ADDRESS, Reason.BAD_URL}:
        return State.SKIPPED
    # A body that is short three times over is the server's lie, not a passing trouble.
    return State.RETRY_LATER if problem in PASSING - {Reason.SHORT_BODY} else State.FAILED


def reason_of(status: int) -> Reason | None:
    """Reason for an HTTP status that is no page; None for 2xx, 3xx and 304."""
    named = {
        403: Reason.HTTP_403,
        404: Reason.HTTP_404,
        410: Reason.HTTP_410,
        429: Reason.HTTP_429,
        408: Reason.TIMEOUT,
    }
    if status in named:
        return named[status]
    if not 200 <= status <= 599:
        return Reason.BAD_HEADERS
    if status < 400:
        return None
    return Reason.HTTP_4XX if status < 500 else Reason.HTTP_5XX


def redirect_target(answer: Answer, chain: Sequence[str], limit: int) -> str | Verdict:
    """Where a redirect leads, in normal form, or why it is not followed.

    Args:
        answer: one with a status of REDIRECTS.
        chain: URLs asked for so far, the last being the one that answered.
        limit: how many redirects are followed.
    """
    if answer.location is None or not answer.location:
        return Verdict(State.FAILED, Reason.BAD_REDIRECT, f"status {answer.status} without a Location")
    target = normalise(answer.location, chain[-1])
    if target is None:
        fault = problem(answer.location, chain[-1])
        return Verdict(State.FAILED, Reason.BAD_REDIRECT, f"it leads to {answer.location!r:.80} ({fault})")
    if target in chain:
        return Verdict(State.FAILED, Reason.REDIRECT_LOOP, f"it leads back to {urlsplit(target).path:.80}")
    if len(chain) > limit:
        return Verdict(State.FAILED, Reason.REDIRECT_LIMIT, f"more than {limit} redirects")
    return target


def _may_leave_bytes(response: ClientResponse) -> bool:
    """A 304 has no body; one that announces one may send it, and the next answer would be read out of it."""
    announced = response.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in response.headers
    return response.status == 304 and announced


def _is_header_value(text: str) -> bool:
    """Validators come from a table that was filled from foreign headers: nothing that could break ours."""
    return len(text) <= 1024 and text.isascii() and text.isprintable()


def _request_head(response: ClientResponse) -> bytes:
    info = response.request_info
    lines = [
        f"{info.method} {info.url.raw_path_qs} HTTP/1.1",
        *(f"{name}: {value}" for name, value in info.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")


def _response_head(response: ClientResponse) -> bytes:
    version = response.version
    number = f"{version.major}.{version.minor}" if version is not None else "1.1"
    status_line = f"HTTP/{number} {response.status} {response.reason or ''}".rstrip().encode("latin-1", "replace")
    return b"\r\n".join([status_line, *(name + b": " + value for name, value in response.raw_headers)]) + b"\r\n"
