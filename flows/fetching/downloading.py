"""One large file fetched whole, going on where a broken connection left it: archives that a person names.

Not the way of pages: no robots.txt is asked, since an operator names the file as with any download; the address guard
holds, and a server that asks for time gets it.
"""

import asyncio
import os
import re
import shutil
from pathlib import Path

import aiohttp

from flows.durable import sync
from flows.fetching.guard import Network

MOST_BYTES = 16 * 2**30
TRIES = 6
FIRST_PAUSE_SECONDS = 2.0
MOST_PAUSE_SECONDS = 300.0
IDLE_SECONDS = 60.0
PIECE_BYTES = 2**20
ROOM_SHARE = 1.2
"""A file needs its size on the disk, and a fifth more for what is read out of it."""


class DownloadError(OSError):
    """A file could not be fetched; the message is one sentence. What came of it is kept for the next try."""


async def download(
    url: str, path: Path, network: Network, user_agent: str, first_pause_seconds: float = FIRST_PAUSE_SECONDS
) -> None:
    """Fetch a file to `path`, durably and whole or not at all; `path` and `.part` is what has come of it.

    Raises DownloadError after six tries, at once where the server says that it has no such file, and where the disk has
    no room for it.
    """
    part = path.with_name(f"{path.name}.part")
    session = aiohttp.ClientSession(
        connector=network.connector(1),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
        auto_decompress=False,
        trust_env=False,  # a proxy would connect for us, past the guard
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=IDLE_SECONDS),
    )
    says = ""
    async with session:
        for number in range(TRIES):
            pause = min(first_pause_seconds * 2**number, MOST_PAUSE_SECONDS)
            try:
                asked = await _go_on(session, url, part)
            except (aiohttp.ClientError, TimeoutError) as error:
                says = str(error) or type(error).__name__
            else:
                if asked is None:
                    sync(part)
                    part.replace(path)
                    sync(path.parent)
                    return
                says, pause = "the server asks for time", min(max(pause, asked), MOST_PAUSE_SECONDS)
            if number + 1 < TRIES:
                await asyncio.sleep(pause)
    raise DownloadError(f"{url} could not be fetched in {TRIES} tries ({says}); the next run goes on")


async def _go_on(session: aiohttp.ClientSession, url: str, part: Path) -> float | None:
    """Fetch what is missing; None when it is whole, else the seconds that the server asks for."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    async with session.get(url, headers=headers) as response:
        if response.status in {429, 500, 502, 503, 504}:
            asked = response.headers.get("Retry-After", "")
            return float(asked) if asked.isdigit() else 0.0
        if response.status == 416 and _whole(response.headers.get("Content-Range", "")) == have:
            return None  # all had come, and its name was not changed yet
        if response.status not in {200, 206}:
            raise DownloadError(f"{url}: the server answers with status {response.status}")
        is_more = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if response.status == 206 and not is_more:
            raise DownloadError(f"{url}: the server sends another part than was asked for")
        left = response.content_length or 0
        if left > MOST_BYTES or shutil.disk_usage(part.parent).free < left * ROOM_SHARE:
            raise DownloadError(f"{url} has {left:,} bytes more, and the disk of {part.parent} has no room for it")
        with part.open("ab" if is_more else "wb") as file:
            async for piece in response.content.iter_chunked(PIECE_BYTES):
                file.write(piece)
                if file.tell() > MOST_BYTES:
                    raise DownloadError(f"{url} is larger than {MOST_BYTES:,} bytes")
            file.flush()
            os.fsync(file.fileno())
    return None


def _whole(content_range: str) -> int | None:
    found = re.fullmatch(r"bytes \*/(\d{1,15})", content_range)
    return int(found[1]) if found else None
