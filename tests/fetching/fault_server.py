"""A web server on loopback that misbehaves as the path says: `/f/<fault>/<seed>`. It logs every request it gets."""

import asyncio
import contextlib
import functools
import gzip
import hashlib
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate

import brotli
from backports import zstd

HOSTS_DOMAIN = "press.example"


def page(seed: str, size: int = 1200) -> bytes:
    """A made-up article page; the same seed gives the same bytes."""
    sentence = f"<p>The council of Fairhaven met on day {seed} and put off the vote on the new ferry once more.</p>\n"
    body = sentence * max(1, size // len(sentence))
    return f"<html><head><title>Ferry vote {seed}</title></head><body>{body}</body></html>".encode()


@dataclass
class Request:
    """One line of the log."""

    at: float
    host: str
    path: str
    headers: dict[str, str]
    ended_at: float = 0.0


@dataclass
class FaultServer:
    """Use as an async context manager; `hosts(names)` gives the map for Network."""

    robots: dict[str, bytes] = field(default_factory=dict)  # host -> raw answer to /robots.txt
    tdmrep: dict[str, bytes] = field(default_factory=dict)  # host -> raw answer to /.well-known/tdmrep.json
    raw_answers: dict[str, bytes] = field(default_factory=dict)  # host -> raw answer to any other path but /f/
    pages: dict[tuple[str, str], bytes] = field(default_factory=dict)  # (host, path) -> body, served with its ETag
    log: list[Request] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    tries: dict[str, int] = field(default_factory=dict)

    async def __aenter__(self) -> "FaultServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()

    def hosts(self, *names: str) -> dict[str, tuple[str, int]]:
        return dict.fromkeys(names, ("127.0.0.1", self.port))

    def paths(self) -> list[str]:
        return [request.path for request in self.log]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (text.partition(":") for text in rest if text)}
        host = headers.get("host", "").partition(":")[0]
        request = Request(time.monotonic(), host, line.split(" ")[1], headers)
        self.log.append(request)
        try:
            return await self._answer(request, writer)
        finally:
            request.ended_at = time.monotonic()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        if request.path == "/robots.txt":
            raw = self.robots.get(request.host, answer(404, b"none"))
        elif request.path.endswith("/tdmrep.json"):
            is_there = request.path.startswith("/.well-known/") and request.host in self.tdmrep
            raw = self.tdmrep[request.host] if is_there else answer(404, b"none")
        elif request.host in self.raw_answers and not request.path.startswith("/f/"):
            raw = self.raw_answers[request.host]
        elif (request.host, request.path) in self.pages:
            body = self.pages[request.host, request.path]
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            is_known = request.headers.get("if-none-match") == etag
            raw = answer(304, b"", f"ETag: {etag}") if is_known else answer(200, body, f"ETag: {etag}")
        else:
            _, _, fault, seed = (request.path.partition("?")[0] + "////").split("/")[:4]
            special = getattr(self, f"_f_{fault}", None)
            if special is not None:
                return bool(await special(request, writer, seed))
            raw = FAULTS[fault](seed)
        writer.write(raw)
        await writer.drain()
        return b"\r\nConnection: close" not in raw[:2000] and raw.startswith(b"HTTP/1.1") and b"\r\n\r\n" in raw

    # behaviours that need time, memory of earlier requests, or a broken connection

    async def _f_silent(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        await asyncio.sleep(30)
        return False

    async def _f_drip(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(300):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)
        return False

    async def _f_drip_head(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(300):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)
        return False

    async def _f_endless(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"<p>ferry" * 8192 + b"\r\n"
        while True:
            writer.write(chunk)
            await writer.drain()

    async def _f_reset(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        writer.transport.abort()
        return False

    async def _f_fin(self, _: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        return False

    async def _f_good(self, request: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        body = page(seed)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            writer.write(answer(304, b"", f"ETag: {etag}"))
        else:
            packed = gzip.compress(body, mtime=0)
            stamp = "Last-Modified: Mon, 02 Mar 2026 00:00:00 GMT"
            writer.write(
                answer(200, packed, "Content-Type: text/html", "Content-Encoding: gzip", f"ETag: {etag}", stamp)
            )
        await writer.drain()
        return True

    async def _f_to(self, request: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        writer.write(answer(302, b"", f"Location: {bytes.fromhex(request.path.partition('?')[2]).decode('latin-1')}"))
        await writer.drain()
        return True

    async def _f_wait(self, request: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        self.tries[request.path] = self.tries.get(request.path, 0) + 1
        after = formatdate(time.time() + 2, usegmt=True) if seed == "date" else seed
        is_first = self.tries[request.path] == 1
        writer.write(answer(503, b"later", f"Retry-After: {after}") if is_first else html(page(seed)))
        await writer.drain()
        return True

    async def _f_flaky(self, request: Request, writer: asyncio.StreamWriter, seed: str) -> bool:
        self.tries[request.path] = self.tries.get(request.path, 0) + 1
        if self.tries[request.path] < 3:
            writer.write(answer(503, b"later"))
        else:
            writer.write(answer(200, page(seed), "Content-Type: text/html"))
        await writer.drain()
        return True


@contextlib.contextmanager
def serving(server: FaultServer) -> Iterator[FaultServer]:
    """Serve from a thread with a loop of its own, for callers that bring a loop themselves."""

    async def forever() -> None:
        async with server:
            ready.set()
            await asyncio.to_thread(done.wait)

    ready, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(forever()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        done.set()
        thread.join(10)


def answer(status: int, body: bytes, *headers: str) -> bytes:
    """A whole HTTP/1.1 answer with Content-Length."""
    lines = [f"HTTP/1.1 {status} Whatever", *headers]
    if status != 304:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def html(body: bytes, *headers: str, status: int = 200) -> bytes:
    return answer(status, body, "Content-Type: text/html; charset=utf-8", *headers)


def _packed(body: bytes, coding: str) -> bytes:
    return html(body, f"Content-Encoding: {coding}")


@functools.cache
def gzip_bomb(mebibytes: int = 64) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()


@functools.cache
def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5, lgwin=24)
    return b"".join(packer.process(bytes(1 << 20)) for _ in range(64)) + packer.finish()


@functools.cache
def _zstd_bomb() -> bytes:
    return zstd.compress(bytes(64 << 20))


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :]


CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body>"
    b"<script src='/cdn-cgi/challenge-platform/h/b/x'></script></body></html>"
)
LOGIN = b"<html><title>Members</title><form><input name=u><input type='password' name=p></form></html>"
CHUNKED = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)

FAULTS = {
    "plain": lambda seed: html(page(seed)),
    "text": lambda seed: answer(200, page(seed)[60:900], "Content-Type: text/plain; charset=utf-8"),
    "br": lambda seed: _packed(brotli.compress(page(seed)), "br"),
    "zstd": lambda seed: _packed(zstd.compress(page(seed)), "zstd"),
    "deflate": lambda seed: _packed(zlib.compress(page(seed)), "deflate"),
    "rawdeflate": lambda seed: _packed(zlib.compress(page(seed))[2:-4], "deflate"),
    "gzip2": lambda seed: _packed(gzip.compress(gzip.compress(page(seed))), "gzip, gzip"),
    "notgzip": lambda seed: _packed(page(seed), "gzip"),
    "unlabelled": lambda seed: html(gzip.compress(page(seed))),
    "chunked": lambda seed: (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(page(seed)), page(seed))
    ),
    "http10": lambda seed: b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(seed),
    "gzipbomb": lambda seed: _packed(gzip_bomb(), "gzip"),
    "brbomb": lambda seed: _packed(_brotli_bomb(), "br"),
    "zstdbomb": lambda seed: _packed(_zstd_bomb(), "zstd"),
    "nestedbomb": lambda seed: _packed(gzip.compress(gzip_bomb()), "gzip, gzip"),
    "codings": lambda seed: _packed(page(seed), "gzip, br, gzip, br"),
    "cutgzip": lambda seed: _packed(gzip.compress(page(seed))[:-30], "gzip"),
    "crc": lambda seed: _packed(_flipped(gzip.compress(page(seed)), -6 % len(gzip.compress(page(seed)))), "gzip"),
    "short": lambda seed: (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nabc"
    ),
    "cutchunk": lambda seed: CHUNKED + b"100\r\nabc",
    "badchunk": lambda seed: CHUNKED + b"zz\r\nabc\r\n",
    "headers": lambda seed: html(page(seed), "Connection: close", *(f"X-{n}: y" for n in range(5000))),
    "bighead": lambda seed: html(page(seed), "Connection: close", "X-Big: " + "y" * 500_000),
    "nulhead": lambda seed: html(page(seed), "Connection: close", "X-Nul: a\x00b"),
    "garbage": lambda seed: b"nonsense and more nonsense\r\n\r\n",
    "http09": lambda seed: b"<html>no head at all</html>",
    "bothlengths": lambda seed: html(page(seed), "Connection: close", "Transfer-Encoding: chunked"),
    "s403": lambda seed: html(b"<p>no entry for robots of any kind</p>", status=403),
    "s404": lambda seed: html(page("gone"), status=404),
    "s410": lambda seed: html(page("gone"), status=410),
    "s418": lambda seed: html(page("tea"), status=418),
    "s500": lambda seed: html(b"<p>broken</p>", status=500),
    "s999": lambda seed: html(b"<p>odd</p>", "Connection: close", status=999),
    "s206": lambda seed: html(page(seed), status=206),
    "empty": lambda seed: html(b""),
    "blank": lambda seed: html(b" \n\t "),
    "s204": lambda seed: b"HTTP/1.1 204 No Content\r\n\r\n",
    "s304": lambda seed: answer(304, b""),
    "loop": lambda seed: answer(302, b"", f"Location: /f/loop2/{seed}"),
    "loop2": lambda seed: answer(302, b"", f"Location: /f/loop/{seed}"),
    "chain": lambda seed: answer(302, b"", f"Location: /f/chain/{int(seed) + 1}"),
    "hop": lambda seed: answer(301, b"", f"Location: /f/plain/{seed}?utm_source=x#top"),
    "nowhere": lambda seed: answer(302, b""),
    "tofile": lambda seed: answer(302, b"", "Location: file:///etc/passwd"),
    "toport": lambda seed: answer(302, b"", "Location: http://other.example:6379/"),
    "touser": lambda seed: answer(302, b"", "Location: http://ok@127.0.0.1/"),
    "tolocal": lambda seed: answer(302, b"", "Location: http://127.0.0.1/secret"),
    "tometadata": lambda seed: answer(302, b"", "Location: http://169.254.169.254/latest/meta-data/"),
    "tologin": lambda seed: answer(302, b"", "Location: /login?back=1"),
    "tofront": lambda seed: answer(302, b"", "Location: /"),
    "pdf": lambda seed: answer(200, b"%PDF-1.7\n" + bytes(300), "Content-Type: application/pdf"),
    "png": lambda seed: html(PNG),
    "json": lambda seed: answer(200, b'{"a": 1}', "Content-Type: application/json"),
    "challenge": lambda seed: html(CHALLENGE, status=403),
    "challenge503": lambda seed: html(CHALLENGE, status=503),
    "loginform": lambda seed: html(LOGIN),
    "titled404": lambda seed: html(b"<html><head><title>404 Not Found</title></head><body>Gone.</body></html>"),
    "same": lambda seed: html(f"<html><title>Oops</title><p>Nothing lives at {seed}, sorry about that.</p>".encode()),
    "feed": lambda seed: answer(200, b"<rss><channel></channel></rss>", "Content-Type: application/rss+xml"),
    "busy": lambda seed: html(b"<p>slow down</p>", "Retry-After: 7200", status=429),
    "": lambda seed: html(page("front")),
    "login": lambda seed: html(LOGIN),
}
