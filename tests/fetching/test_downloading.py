"""A large file comes whole or not at all, from where a broken connection left it, and never from inside the house."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from flows.fetching.downloading import DownloadError, download
from flows.fetching.guard import Network

BODY = bytes(range(256)) * 4000
AGENT = "Sillok/test (+https://sillok.invalid/bot)"


def fetch(tmp_path: Path, answers: list[str], network: Network | None = None) -> list[str | None]:
    """Fetch a file from a server that answers so, one after the other; returns the ranges that it was asked for."""
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range"))
        how = answers[min(len(asked), len(answers)) - 1]
        if how.isdigit():
            return web.Response(status=int(how))
        begin = int((asked[-1] or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        head = {"Content-Range": f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}"} if begin and how != "ignores" else {}
        rest = BODY[begin:] if head else BODY
        response = web.StreamResponse(status=206 if head else 200, headers={**head, "Content-Length": str(len(rest))})
        await response.prepare(request)
        await response.write(rest[: len(rest) // 2] if how == "breaks" else rest)
        if how == "breaks" and request.transport is not None:
            request.transport.close()
        return response

    async def run() -> None:
        application = web.Application()
        application.router.add_get("/{name}", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        there = network or Network({"archive.example": ("127.0.0.1", port)})
        try:
            await download(f"http://archive.example:{port}/a.warc.gz", tmp_path / "a", there, AGENT, 0.0)
        finally:
            await runner.cleanup()

    asyncio.run(run())
    return asked


def test_a_broken_connection_costs_what_was_under_way_and_no_more(tmp_path: Path) -> None:
    asked = fetch(tmp_path, ["breaks", "503", "breaks", "whole"])
    assert (tmp_path / "a").read_bytes() == BODY
    assert asked[0] is None
    assert all(one is not None and one != "bytes=0-" for one in asked[1:])
    assert not (tmp_path / "a.part").exists()


def test_a_server_that_knows_no_ranges_sends_the_whole_again_and_nothing_is_doubled(tmp_path: Path) -> None:
    fetch(tmp_path, ["breaks", "ignores"])
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_file_that_is_not_there_is_told_at_once_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="status 404"):
        fetch(tmp_path, ["404"])
    assert not (tmp_path / "a").exists()


def test_a_server_that_never_has_time_is_left_after_six_tries(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"in 6 tries \(the server asks for time"):
        fetch(tmp_path, ["503"])


def test_an_address_inside_the_house_is_not_connected_to(tmp_path: Path) -> None:
    inside = Network(lookup=lambda *_: [(2, 1, 6, "", ("127.0.0.1", 80))])
    with pytest.raises(DownloadError):
        fetch(tmp_path, ["whole"], inside)
    assert not (tmp_path / "a").exists()
