"""A plain, quick web server on loopback for many hosts: `python -m tests.faults.page_server` prints its port.

`/urls.txt` lists a host's pages, `/p/<number>` is one of them; both have an ETag. `/f/<fault>/<seed>` misbehaves as
tests.fetching.fault_server does. It runs in a process of its own, so that neither its time nor its memory is counted.
"""

import argparse
import asyncio
import contextlib
import gzip
import hashlib
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

ADDRESS = "127.0.0.1"
WORDS = [
    "".join(random.Random(seed).choices("가나다라마바사아자차카타파하기니디리미비시이", k=3)) for seed in range(4000)
]


@cache
def filling(size: int) -> str:
    """Made-up text that compresses about as prose does."""
    rng = random.Random(size)
    lines: list[str] = []
    total = 0
    while total < size:
        line = f"<p class='para'>{' '.join(rng.choices(WORDS, k=30))}.</p>\n"
        lines.append(line)
        total += len(line.encode())
    return "".join(lines)


def page(host: str, path: str, size: int) -> bytes:
    """One page: the same address gives the same bytes, another address other ones."""
    own = hashlib.sha256(f"{host}{path}".encode()).hexdigest()
    head = f"<html lang='ko'><head><meta charset='utf-8'><title>{own[:12]}</title></head><body><h1>{own}</h1>\n"
    return (head + filling(size) + f"<p>{own}</p></body></html>").encode()


class PageServer:
    """Answers of one server: `pages` a host, each of `size` bytes, after `pause` seconds."""

    def __init__(self, pages: int, size: int, pause: float, is_packed: bool) -> None:
        self.pages, self.size, self.pause, self.is_packed = pages, size, pause, is_packed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                if self.pause:
                    await asyncio.sleep(self.pause)
                writer.write(self.answer(head))
                await writer.drain()
        writer.close()

    def answer(self, head: str) -> bytes:
        """The whole answer to a request head in lower case."""
        path = head.split(" ", 2)[1]
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        host = fields.get("host", "").partition(":")[0]
        if path == "/urls.txt":
            body, kind = "".join(f"http://{host}/p/{n}\n" for n in range(self.pages)).encode(), "text/plain"
        elif path.startswith("/p/"):
            body, kind = page(host, path, self.size), "text/html; charset=utf-8"
        else:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        etag = f'"{hashlib.sha256(host.encode() + path.encode()).hexdigest()[:16]}"'
        if fields.get("if-none-match") == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        coding = ""
        if self.is_packed and "gzip" in fields.get("accept-encoding", ""):
            body, coding = packed(body), "Content-Encoding: gzip\r\n"
        return (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{coding}ETag: {etag}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


@cache
def packed(body: bytes) -> bytes:
    """The body in gzip; kept, so that a page that was made once costs the server nothing more."""
    return gzip.compress(body, 1, mtime=0)


@contextlib.contextmanager
def serving(pages: int, size: int, *, pause: float = 0.0, is_packed: bool = False) -> Iterator[int]:
    """Serve from a process of its own; gives the port."""
    words = [sys.executable, "-m", "tests.faults.page_server", str(pages), str(size), str(pause)]
    words += ["--packed"] if is_packed else []
    server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.communicate()


async def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", type=int)
    parser.add_argument("size", type=int)
    parser.add_argument("pause", type=float)
    parser.add_argument("--packed", action="store_true")
    given = parser.parse_args()
    filling(given.size)
    site = PageServer(given.pages, given.size, given.pause, given.packed)
    server = await asyncio.start_server(site.serve, ADDRESS, 0, limit=1 << 20, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
