"""tdmrep.json: asked for once a host, after its pages and as politely; whatever comes, every page is answered for."""

import asyncio
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from flows.fetching.capture import Fetched
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import RobotsBook
from flows.fetching.tdmrep import MAX_BYTES, TdmrepBook
from flows.fetching.warc import StoredRecord, read_payload, records
from tests.fetching.fault_server import FaultServer, answer, gzip_bomb, html, page
from tests.fetching.test_gather import gather, want

PATH = "/.well-known/tdmrep.json"
HOST = "h.example"
TOO_LONG = b"[" + b" " * 10_000_000 + b"]"
RULES = b'[{"location": "/", "tdm-reservation": 1}]'
JSON = "Content-Type: application/json"


def run(
    folder: Path,
    urls: Sequence[str],
    served: Mapping[str, bytes],
    book: TdmrepBook | None = None,
    robots: Mapping[str, bytes] | None = None,
    delay: float = 0.0,
) -> tuple[list[Fetched], list[Fetched], FaultServer]:
    """What came of the pages, what of the files, and the server with its log."""

    async def main() -> tuple[list[Fetched], FaultServer]:
        async with FaultServer(robots=dict(robots or {}), tdmrep=dict(served)) as server:
            known = RobotsBook(book or TdmrepBook())
            return await gather(server, folder, [want(url, delay=delay) for url in urls], robots=known), server

    fetched, server = asyncio.run(main())
    return *([one for one in fetched if one.kind == kind] for kind in ("article", "tdmrep")), server


def pages_of(host: str, count: int) -> list[str]:
    return [f"http://{host}/f/plain/{number}" for number in range(count)]


def test_a_host_is_asked_once_behind_its_pages_and_the_file_is_kept_as_served(tmp_path: Path) -> None:
    urls = [*pages_of(HOST, 5), *pages_of("i.example", 2)]
    pages, files, server = run(tmp_path, urls, {HOST: answer(200, RULES, JSON)})
    assert [page_.state for page_ in pages] == [State.STORED] * 7
    by_url = {one.url: one for one in files}
    kept, absent = by_url[f"http://{HOST}{PATH}"], by_url[f"http://i.example{PATH}"]
    assert (kept.state, kept.reason, kept.attempts, len(files)) == (State.STORED, Reason.NONE, 1, 2)
    assert kept.capture is not None and kept.capture.robots_capture_id is not None
    record = read_payload(tmp_path / kept.capture.warc_file, kept.capture.warc_offset, kept.capture.warc_bytes)
    assert (record.payload, record.target_uri, record.status) == (RULES, kept.url, 200)
    assert (absent.state, absent.reason, absent.capture) == (State.FAILED, Reason.HTTP_404, None)
    assert [one.path for one in server.log if one.host == HOST][-1] == PATH
    assert server.paths().count(PATH) == 2


def test_no_host_is_asked_from_which_no_page_came_nor_one_that_was_asked_today(tmp_path: Path) -> None:
    urls = [
        "http://gone.example/f/s404/1",
        *(url for host in ("shut", "h", "new") for url in pages_of(f"{host}.example", 1)),
    ]
    robots = {"shut.example": answer(500, b"")}
    _, files, server = run(tmp_path, urls, {}, TdmrepBook([f"https://{HOST}{PATH}"]), robots)
    assert [one.url for one in files] == [f"http://new.example{PATH}"]
    assert server.paths().count(PATH) == 1


def test_without_a_book_nobody_is_asked(tmp_path: Path) -> None:
    async def main() -> FaultServer:
        async with FaultServer() as server:
            await gather(server, tmp_path, [want(url) for url in pages_of(HOST, 2)])
            return server

    assert PATH not in asyncio.run(main()).paths()


def test_later_rounds_of_a_run_do_not_ask_again_also_where_there_was_none(tmp_path: Path) -> None:
    book = TdmrepBook()
    asked = [run(tmp_path / str(n), [f"http://{HOST}/f/plain/{n}"], {}, book)[2].paths().count(PATH) for n in range(3)]
    assert asked == [1, 0, 0]


def test_the_host_that_a_page_really_came_from_is_asked_by_every_redirect_to_it_once(tmp_path: Path) -> None:
    moved = [
        f"http://{host}/f/to/1?{f'http://i.example/f/plain/{host}'.encode().hex()}" for host in (HOST, "j.example")
    ]
    pages, files, server = run(tmp_path, [*moved, *pages_of("i.example", 1)], {"i.example": answer(200, RULES)})
    assert {one.state for one in pages} == {State.STORED}
    assert [one.url for one in files] == [f"http://i.example{PATH}"]
    assert server.paths().count(PATH) == 1


def test_robots_txt_and_the_hosts_pause_hold_for_the_file_too(tmp_path: Path) -> None:
    robots = {HOST: answer(200, b"User-agent: *\nDisallow: /.well-known/\n")}
    _, files, server = run(tmp_path, pages_of(HOST, 1), {HOST: answer(200, RULES)}, robots=robots)
    assert [(one.state, one.reason, one.attempts) for one in files] == [(State.SKIPPED, Reason.ROBOTS_DISALLOWED, 0)]
    assert PATH not in server.paths()
    _, _, server = run(tmp_path / "b", pages_of(HOST, 1), {}, delay=0.3)
    *_, last, file = server.log
    assert file.path == PATH and file.at - last.ended_at >= 0.29


@pytest.mark.parametrize(
    ("served", "state", "reason", "is_kept"),
    [
        (answer(200, b"not JSON", JSON), State.STORED, Reason.NONE, True),  # the reader says what is wrong with it
        (answer(200, gzip.compress(RULES), "Content-Encoding: gzip"), State.STORED, Reason.NONE, True),
        (answer(200, TOO_LONG, "Connection: close"), State.FAILED, Reason.WIRE_TOO_LARGE, True),
        (answer(200, gzip_bomb(), "Content-Encoding: gzip"), State.FAILED, Reason.DECODED_TOO_LARGE, True),
        (html(page("front")), State.FAILED, Reason.SOFT_404, False),
        (answer(200, b"\xef\xbb\xbf\n<html>"), State.FAILED, Reason.SOFT_404, False),
        (answer(302, b"", "Location: /"), State.FAILED, Reason.SOFT_404, False),
        (answer(302, b"", "Location: /data/tdmrep.json"), State.FAILED, Reason.HTTP_404, False),
        (answer(302, b"", f"Location: {PATH}"), State.FAILED, Reason.REDIRECT_LOOP, False),
        (answer(302, b"", "Location: http://127.0.0.1/x.json"), State.SKIPPED, Reason.BLOCKED_ADDRESS, False),
        (answer(200, b""), State.FAILED, Reason.EMPTY_BODY, False),
        (answer(200, b"\x89PNG\r\n\x1a\n" + bytes(100)), State.QUARANTINED, Reason.TYPE_MISMATCH, True),
        (answer(403, b"no"), State.FAILED, Reason.HTTP_403, False),
        (answer(500, b""), State.RETRY_LATER, Reason.HTTP_5XX, False),
        (answer(429, b"", "Retry-After: 7200"), State.RETRY_LATER, Reason.HTTP_429, False),
        (b"nonsense\r\n\r\n", State.FAILED, Reason.BAD_HEADERS, False),
        (b"", State.RETRY_LATER, Reason.RESET, False),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else None,
)  # fmt: skip
def test_whatever_comes_is_one_outcome_after_one_request_and_costs_no_page(
    tmp_path: Path, served: bytes, state: State, reason: Reason, is_kept: bool
) -> None:
    pages, files, server = run(tmp_path, pages_of(HOST, 2), {HOST: served})
    assert [page_.state for page_ in pages] == [State.STORED] * 2
    assert [(one.state, one.reason, one.capture is not None) for one in files] == [(state, reason, is_kept)]
    assert server.paths().count(PATH) == 1
    assert all(one.body is None for one in files)
    for one in files:
        assert one.capture is None or one.wire_bytes <= MAX_BYTES + 20_000
    kept = [one for one in records(next(tmp_path.rglob("*.warc.gz"))) if isinstance(one, StoredRecord)]
    assert len(kept) == 3 + is_kept


def test_a_redirect_to_another_place_of_the_file_is_followed(tmp_path: Path) -> None:
    served = {HOST: answer(301, b"", f"Location: http://www.{HOST}{PATH}"), f"www.{HOST}": answer(200, RULES)}

    async def main() -> list[Fetched]:
        async with FaultServer(tdmrep=served) as server:
            wanted = [
                want(url) for url in (*pages_of(HOST, 1), *pages_of("i.example", 1), f"http://www.{HOST}/f/s404/1")
            ]
            return await gather(server, tmp_path, wanted, robots=RobotsBook(TdmrepBook()))

    (file,) = [one for one in asyncio.run(main()) if one.kind == "tdmrep" and HOST in one.url]
    assert file.state is State.STORED and file.capture is not None
    assert (file.capture.url, file.capture.final_url) == (f"http://{HOST}{PATH}", f"http://www.{HOST}{PATH}")
