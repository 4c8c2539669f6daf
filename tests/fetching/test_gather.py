"""Every listed URL ends in one outcome with its planned reason, politely, whatever the servers do."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from flows.fetching.capture import Fetched, Wanted
from flows.fetching.client import PASSING
from flows.fetching.gather import Limits, fetch_all
from flows.fetching.guard import Network
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import RobotsBook
from flows.fetching.warc import StoredRecord, WarcFault, WarcWriter, read_payload, records
from tests.fetching.fault_server import CHALLENGE, FaultServer, answer, html, page

AGENT = "Sillok/0.1 (+https://sillok.invalid/bot)"
LIMITS = Limits(total_seconds=1.2, back_off_seconds=0.01, wire_bytes=2 << 20, decoded_bytes=4 << 20)
DELAY = 0.01

# What each fault must end in. Those marked True leave a capture behind.
PLAN = {
    "plain": (State.STORED, Reason.NONE, True),
    "good": (State.STORED, Reason.NONE, True),
    "text": (State.STORED, Reason.NONE, True),
    "br": (State.STORED, Reason.NONE, True),
    "zstd": (State.STORED, Reason.NONE, True),
    "deflate": (State.STORED, Reason.NONE, True),
    "rawdeflate": (State.STORED, Reason.NONE, True),
    "gzip2": (State.STORED, Reason.NONE, True),
    "notgzip": (State.STORED, Reason.NONE, True),
    "unlabelled": (State.STORED, Reason.NONE, True),
    "chunked": (State.STORED, Reason.NONE, True),
    "http10": (State.STORED, Reason.NONE, True),
    "hop": (State.STORED, Reason.NONE, True),
    "flaky": (State.STORED, Reason.NONE, True),
    "gzipbomb": (State.FAILED, Reason.DECODED_TOO_LARGE, True),
    "brbomb": (State.FAILED, Reason.DECODED_TOO_LARGE, True),
    "zstdbomb": (State.FAILED, Reason.DECODED_TOO_LARGE, True),
    "nestedbomb": (State.FAILED, Reason.DECODED_TOO_LARGE, True),
    "codings": (State.FAILED, Reason.BAD_ENCODING, True),
    "cutgzip": (State.FAILED, Reason.BAD_ENCODING, True),
    "crc": (State.FAILED, Reason.BAD_ENCODING, True),
    "short": (State.FAILED, Reason.SHORT_BODY, True),
    "cutchunk": (State.FAILED, Reason.SHORT_BODY, True),
    "s206": (State.FAILED, Reason.SHORT_BODY, False),
    "badchunk": (State.FAILED, Reason.BAD_HEADERS, False),
    "headers": (State.FAILED, Reason.BAD_HEADERS, False),
    "bighead": (State.FAILED, Reason.BAD_HEADERS, False),
    "nulhead": (State.FAILED, Reason.BAD_HEADERS, False),
    "garbage": (State.FAILED, Reason.BAD_HEADERS, False),
    "http09": (State.FAILED, Reason.BAD_HEADERS, False),
    "bothlengths": (State.FAILED, Reason.BAD_HEADERS, False),
    "s999": (State.FAILED, Reason.BAD_HEADERS, False),
    "s403": (State.FAILED, Reason.HTTP_403, False),
    "s404": (State.FAILED, Reason.HTTP_404, False),
    "s410": (State.FAILED, Reason.HTTP_410, False),
    "s418": (State.FAILED, Reason.HTTP_4XX, False),
    "s500": (State.RETRY_LATER, Reason.HTTP_5XX, False),
    "empty": (State.FAILED, Reason.EMPTY_BODY, False),
    "blank": (State.FAILED, Reason.EMPTY_BODY, False),
    "s204": (State.FAILED, Reason.EMPTY_BODY, False),
    "s304": (State.FAILED, Reason.BAD_304, False),
    "loop": (State.FAILED, Reason.REDIRECT_LOOP, False),
    "chain": (State.FAILED, Reason.REDIRECT_LIMIT, False),
    "nowhere": (State.FAILED, Reason.BAD_REDIRECT, False),
    "tofile": (State.FAILED, Reason.BAD_REDIRECT, False),
    "toport": (State.FAILED, Reason.BAD_REDIRECT, False),
    "touser": (State.FAILED, Reason.BAD_REDIRECT, False),
    "tolocal": (State.SKIPPED, Reason.BLOCKED_ADDRESS, False),
    "tometadata": (State.SKIPPED, Reason.BLOCKED_ADDRESS, False),
    "tologin": (State.QUARANTINED, Reason.LOGIN_WALL, True),
    "loginform": (State.QUARANTINED, Reason.LOGIN_WALL, True),
    "tofront": (State.QUARANTINED, Reason.SOFT_404, True),
    "titled404": (State.QUARANTINED, Reason.SOFT_404, True),
    "png": (State.QUARANTINED, Reason.TYPE_MISMATCH, True),
    "challenge": (State.QUARANTINED, Reason.BOT_CHALLENGE, True),
    "challenge503": (State.QUARANTINED, Reason.BOT_CHALLENGE, True),
    "pdf": (State.SKIPPED, Reason.NOT_HTML, False),
    "json": (State.SKIPPED, Reason.NOT_HTML, False),
    "reset": (State.RETRY_LATER, Reason.RESET, False),
    "fin": (State.RETRY_LATER, Reason.RESET, False),
    "silent": (State.RETRY_LATER, Reason.TIMEOUT, False),
    "drip": (State.RETRY_LATER, Reason.TIMEOUT, True),
    "drip_head": (State.RETRY_LATER, Reason.TIMEOUT, False),
    "endless": (State.FAILED, Reason.WIRE_TOO_LARGE, True),
}  # fmt: skip
SLOW = {"silent", "drip", "drip_head"}


def want(url: str, kind: str = "article", delay: float = DELAY, **known: object) -> Wanted:
    return Wanted(url, "harbour", kind, delay, **known)  # type: ignore[arg-type]


async def gather(
    server: FaultServer, folder: Path, wanted: Sequence[Wanted], limits: Limits = LIMITS, **more: object
) -> list[Fetched]:
    hosts = {one.url.split("/")[2].partition(":")[0] for one in wanted if one.url.count("/") > 2}
    network = Network(server.hosts(*(host for host in hosts if host.endswith(".example"))))
    with WarcWriter(folder, "run") as archive:
        return [
            one
            async for one in fetch_all(
                wanted, network=network, archive=archive, user_agent=AGENT, limits=limits, **more  # type: ignore[arg-type]
            )
        ]  # fmt: skip


def run(folder: Path, wanted: Sequence[Wanted], robots: dict[str, bytes] | None = None, **more: object):
    """Outcomes of the wanted pages in order, those of robots.txt, and the server with its log."""

    async def main() -> tuple[list[Fetched], FaultServer]:
        async with FaultServer(robots or {}) as server:
            return await gather(server, folder, wanted, **more), server  # type: ignore[arg-type]

    fetched, server = asyncio.run(main())
    order = {one.url: index for index, one in enumerate(wanted)}
    pages = sorted((one for one in fetched if one.kind != "robots"), key=lambda one: order[one.url])
    return pages, [one for one in fetched if one.kind == "robots"], server


def one(folder: Path, fault: str, **more: object) -> Fetched:
    return run(folder, [want(f"http://h.example/f/{fault}/1")], **more)[0][0]


def test_hundreds_of_urls_with_sixty_faults_each_end_once_and_as_planned(tmp_path: Path) -> None:
    wanted = []
    for number, fault in enumerate(PLAN):
        # Trouble in a row makes the host's pause double: few of it a host keep the test short.
        seeds = 1 if fault in SLOW else 2 if PLAN[fault][1] in PASSING or fault == "endless" else 6
        wanted += [want(f"http://h{number}.example/f/{fault}/{seed}") for seed in range(1, seeds + 1)]
        wanted += [want(f"http://h{number}.example/f/plain/{number}-{seed}", delay=0.0) for seed in range(2)]
    pages, robots, _ = run(tmp_path, wanted)
    assert Counter(page.url for page in pages) == Counter(one.url for one in wanted)
    assert len(robots) >= len(PLAN)
    wrong = []
    for page_ in pages:
        fault = page_.url.split("/")[4]
        got = (page_.state, page_.reason, page_.capture is not None)
        if got != PLAN[fault]:
            wrong.append((page_.url, got, page_.detail))
    assert not wrong
    assert len(PLAN) > 60 and len({reason for _, reason, _ in PLAN.values()}) >= 24
    assert all(
        page_.detail is None or ("\n" not in page_.detail and "Traceback" not in page_.detail) for page_ in pages
    )
    assert all(page_.started_at <= page_.ended_at for page_ in pages)


def test_every_capture_can_be_read_back_and_the_archive_is_whole(tmp_path: Path) -> None:
    faults = ["plain", "br", "zstd", "gzip2", "chunked", "unlabelled", "good", "hop", "text", "short", "png"]
    pages, robots, _ = run(tmp_path, [want(f"http://h{n}.example/f/{fault}/5") for n, fault in enumerate(faults)])
    captures = [page_.capture for page_ in pages + robots if page_.capture is not None]
    for capture in captures:
        record = read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes)
        assert record.problem is None and record.capture_id == capture.capture_id
        assert len(record.payload) == capture.payload_bytes
    bodies = {page_.url.split("/")[4]: page_.capture for page_ in pages}
    for fault in ("plain", "br", "zstd", "gzip2", "chunked", "unlabelled", "good", "hop"):
        capture = bodies[fault]
        assert read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes).payload == page("5")
    assert len({bodies[fault].payload_sha256 for fault in ("plain", "br", "zstd", "gzip2", "good")}) == 1
    assert bodies["short"].truncated == "disconnect"
    items = list(records(tmp_path / captures[0].warc_file))
    assert sum(isinstance(item, StoredRecord) for item in items) == len(captures)
    assert not any(isinstance(item, WarcFault) for item in items)


def test_a_redirect_is_stored_under_the_url_that_answered(tmp_path: Path) -> None:
    capture = one(tmp_path, "hop").capture
    assert capture is not None
    assert (capture.url, capture.final_url) == ("http://h.example/f/hop/1", "http://h.example/f/plain/1")
    assert capture.ip == "127.0.0.1" and capture.status == 200


@pytest.mark.parametrize(
    ("url", "state", "reason"),
    [
        ("http://127.0.0.1/", State.SKIPPED, Reason.BLOCKED_ADDRESS),
        ("http://2130706433/", State.SKIPPED, Reason.BLOCKED_ADDRESS),
        ("http://[::ffff:127.0.0.1]/", State.SKIPPED, Reason.BLOCKED_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", State.SKIPPED, Reason.BLOCKED_ADDRESS),
        ("http://localhost/", State.SKIPPED, Reason.BLOCKED_ADDRESS),
        ("http://ok@127.0.0.1/", State.SKIPPED, Reason.BAD_URL),
        ("file:///etc/passwd", State.SKIPPED, Reason.BAD_SCHEME),
        ("http://h.example:25/", State.SKIPPED, Reason.BAD_PORT),
        ("", State.SKIPPED, Reason.BAD_URL),
    ],
)
def test_an_address_that_must_not_be_asked_is_skipped(tmp_path: Path, url: str, state: State, reason: Reason) -> None:
    pages, _, server = run(tmp_path, [want(url)])
    assert [(page_.state, page_.reason) for page_ in pages] == [(state, reason)]
    assert server.connections == 0


LOOPBACKS = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0 0.0.0.0 127.255.255.254 LOCALHOST
127。0。0。1 ①②⑦.⓪.⓪.① [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [64:ff9b::7f00:1]
[2002:7f00:1::] [::127.0.0.1] [fe80::1%25lo] [fec0::1] ok@127.0.0.1 ok:pw@127.0.0.1 127.0.0.1\\@ok.example
ok.example#@127.0.0.1 127.0.0.1%2f@ok.example %31%32%37.0.0.1 localhost. localhost%00.example ip6-localhost
""".split()  # noqa: SIM905


def test_no_spelling_reaches_this_machine_as_seed_redirect_or_robots_redirect(tmp_path: Path) -> None:
    """A canary listens on a port that web servers use; it must not see one connection."""

    async def main() -> tuple[list[Fetched], int]:
        touched = 0

        def canary(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal touched
            touched += 1
            writer.close()

        for port in (8081, 8088, 8008, 8888, 8000):
            try:
                listening = await asyncio.start_server(canary, None, port)
                break
            except OSError:
                continue
        else:
            pytest.skip("no port free for the canary")
        bad = [f"http://{spelling}:{port}/secret" for spelling in LOOPBACKS]
        robots = {f"r{n}.example": answer(302, b"", f"Location: {url}") for n, url in enumerate(bad) if url.isascii()}
        async with FaultServer(robots) as server:
            wanted = [want(url, delay=0.0) for url in bad]
            wanted += [want(f"http://s{n}.example/f/to/1?{url.encode().hex()}") for n, url in enumerate(bad)]
            wanted += [want(f"http://{name}/f/plain/1") for name in robots]
            got = await gather(server, tmp_path, wanted)
        listening.close()
        return [one for one in got if one.kind == "article"], touched

    got, touched = asyncio.run(main())
    assert touched == 0
    assert len(got) >= 2.5 * len(LOOPBACKS)
    assert not [(one.url, one.reason) for one in got if one.state in {State.STORED, State.QUARANTINED}]
    blocked = Counter(one.reason for one in got)
    assert blocked[Reason.BLOCKED_ADDRESS] > 25 and blocked[Reason.ROBOTS_UNREACHABLE] > 20
    assert set(blocked) <= {
        Reason.BLOCKED_ADDRESS, Reason.BAD_URL, Reason.BAD_REDIRECT, Reason.ROBOTS_UNREACHABLE, Reason.DNS,
        Reason.SAME_DIGEST,  # two spellings of one normal form
    }  # fmt: skip


def test_a_host_that_does_not_exist_or_refuses_is_named_as_such(tmp_path: Path) -> None:
    async def main() -> list[Fetched]:
        def nobody(*_: object) -> list[object]:
            raise OSError(-2, "Name or service not known")

        closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = closed.sockets[0].getsockname()[1]
        closed.close()
        network = Network({"shut.example": ("127.0.0.1", port)}, lookup=nobody)
        wanted = [want("http://gone.example/1"), want("http://shut.example/1"), want("http://shut.example/2")]
        with WarcWriter(tmp_path, "run") as archive:
            return [
                x async for x in fetch_all(wanted, network=network, archive=archive, user_agent=AGENT, limits=LIMITS)
            ]

    reasons = {page_.url: (page_.state, page_.reason) for page_ in asyncio.run(main()) if page_.kind == "article"}
    assert reasons == {
        "http://gone.example/1": (State.RETRY_LATER, Reason.DNS),
        "http://shut.example/1": (State.RETRY_LATER, Reason.CONNECT),
        "http://shut.example/2": (State.RETRY_LATER, Reason.CONNECT),
    }


def self_signed(folder: Path) -> Path:
    """A certificate for h.example that nobody vouches for, with its key, in one file."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "h.example")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2090))
    names = x509.SubjectAlternativeName([x509.DNSName("h.example")])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_that_does_not_hold_is_not_accepted(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    async def main() -> list[Fetched]:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
        network = Network({"h.example": ("127.0.0.1", server.sockets[0].getsockname()[1])})
        with WarcWriter(tmp_path, "run") as archive:
            wanted = [want("https://h.example/f/plain/1")]
            stream = fetch_all(wanted, network=network, archive=archive, user_agent=AGENT, limits=LIMITS)
            got = [item async for item in stream]
        server.close()
        return got

    outcome = next(item for item in asyncio.run(main()) if item.kind == "article")
    assert (outcome.state, outcome.reason, outcome.capture) == (State.FAILED, Reason.TLS, None)
    assert "certificate" in str(outcome.detail)


def test_an_unchanged_page_is_a_revisit_by_validator_and_by_digest(tmp_path: Path) -> None:
    first = one(tmp_path / "a", "good").capture
    plain = one(tmp_path / "b", "plain").capture
    assert first is not None and plain is not None

    def again(url: str, capture: object, **known: object) -> Wanted:
        return want(
            url, last_capture_id=capture.capture_id, last_captured_at=capture.captured_at,
            last_payload_sha256=capture.payload_sha256, **known,
        )  # fmt: skip

    pages, _, server = run(
        tmp_path / "c",
        [
            again("http://h.example/f/good/1", first, etag=first.etag, last_modified=first.last_modified),
            again("http://h2.example/f/plain/1", plain),
        ],
    )
    not_modified, same = pages
    assert (not_modified.state, not_modified.reason) == (State.UNCHANGED, Reason.NOT_MODIFIED)
    assert (same.state, same.reason) == (State.UNCHANGED, Reason.SAME_DIGEST)
    sent = next(request.headers for request in server.log if request.path == "/f/good/1")
    assert sent["if-none-match"] == first.etag and sent["if-modified-since"] == first.last_modified
    for outcome, old in ((not_modified, first), (same, plain)):
        assert outcome.capture is not None
        assert (outcome.capture.record_type, outcome.capture.refers_to) == ("revisit", old.capture_id)
        assert outcome.capture.payload_sha256 == old.payload_sha256


def test_a_changed_page_is_a_new_capture(tmp_path: Path) -> None:
    wanted = want(
        "http://h.example/f/good/1", etag='"old"', last_payload_sha256="0" * 64, last_captured_at=datetime.now(UTC)
    )
    pages, _, _ = run(tmp_path, [wanted])
    assert (pages[0].state, pages[0].capture.record_type) == (State.STORED, "response")


def test_a_channel_comes_with_its_body_and_an_article_without(tmp_path: Path) -> None:
    wanted = [want("http://h.example/f/feed/1", "channel"), want("http://h.example/f/br/1", "channel")]
    pages, _, _ = run(tmp_path, [*wanted, want("http://h.example/f/plain/1")])
    assert [page_.body for page_ in pages] == [b"<rss><channel></channel></rss>", page("1"), None]


def test_one_request_at_a_time_and_the_delay_between_any_two(tmp_path: Path) -> None:
    """Taken from the server's own log: robots.txt, redirects and repeats count like any request."""
    faults = ["plain", "hop", "flaky", "reset", "s404", "short", "good", "fin", "chunked"]
    wanted = [want(f"http://h{n}.example/f/{fault}/{n}", delay=0.1) for n in range(3) for fault in faults]
    _, _, server = run(tmp_path, wanted)
    for host in {request.host for request in server.log}:
        log = sorted((r for r in server.log if r.host == host), key=lambda r: r.at)
        assert len(log) > len(faults)
        assert log[0].path == "/robots.txt"
        for earlier, later in pairwise(log):
            assert later.at >= earlier.ended_at, "two in flight"
            assert later.at - earlier.at >= 0.1 * 0.95, (earlier.path, later.path)
        assert all(count <= 4 for count in Counter(r.path for r in log).values())


def test_hosts_are_served_beside_each_other(tmp_path: Path) -> None:
    wanted = [want(f"http://h{n}.example/f/plain/{m}", delay=0.2) for n in range(8) for m in range(3)]
    _, _, server = run(tmp_path, wanted)
    spans = [[r.at for r in server.log if r.host == f"h{n}.example"] for n in range(8)]
    assert max(min(span) for span in spans) < min(max(span) for span in spans)


def test_crawl_delay_is_honoured(tmp_path: Path) -> None:
    robots = {"h.example": answer(200, b"User-agent: *\nCrawl-delay: 0.3\nDisallow: /x")}
    _, _, server = run(tmp_path, [want(f"http://h.example/f/plain/{n}", delay=0.0) for n in range(3)], robots)
    times = [request.at for request in server.log if request.path != "/robots.txt"]
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


def test_a_host_that_asks_to_be_left_alone_is_not_asked_again(tmp_path: Path) -> None:
    wanted = [want("http://h.example/f/busy/1"), *(want(f"http://h.example/f/plain/{n}") for n in range(5))]
    pages, _, server = run(tmp_path, wanted)
    assert {(page_.state, page_.reason) for page_ in pages} == {(State.RETRY_LATER, Reason.HTTP_429)}
    assert server.paths() == ["/robots.txt", "/f/busy/1"]
    assert [page_.attempts for page_ in pages] == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("stated", "seconds"), [("2", 2.0), ("date", 0.9), ("-5", 0.0), ("1e9", 0.0), ("", 0.0), ("soon", 0.0)]
)
def test_nobody_asks_before_a_retry_after_ends_as_the_servers_log_shows(
    stated: str, seconds: float, tmp_path: Path
) -> None:
    """An HTTP-date has whole seconds: of two ahead at least one is left. What cannot be read is the usual back-off."""
    url = f"http://h.example/f/wait/{stated}"
    pages, _, server = run(tmp_path, [want(url), *(want(f"http://h.example/f/plain/{n}") for n in range(3))])
    assert {page_.state for page_ in pages} == {State.STORED}
    refused, *after = [one.at for one in server.log if one.path != "/robots.txt"]
    assert len(after) == 4 and min(after) - refused >= max(seconds, 0.01)


def test_what_robots_txt_disallows_is_not_asked_for(tmp_path: Path) -> None:
    robots = {"h.example": answer(200, b"User-agent: sillok\nDisallow: /f/plain/\n")}
    pages, told, server = run(tmp_path, [want("http://h.example/f/plain/1"), want("http://h.example/f/text/1")], robots)
    assert (pages[0].state, pages[0].reason, pages[0].attempts) == (State.SKIPPED, Reason.ROBOTS_DISALLOWED, 0)
    assert pages[1].state is State.STORED
    assert pages[1].capture.robots_capture_id == told[0].capture.capture_id
    assert told[0].body == b"User-agent: sillok\nDisallow: /f/plain/\n"
    assert server.paths() == ["/robots.txt", "/f/text/1"]


def test_a_redirect_into_a_disallowed_folder_is_not_followed(tmp_path: Path) -> None:
    robots = {"h.example": answer(200, b"User-agent: *\nDisallow: /f/plain/\n")}
    pages, _, server = run(tmp_path, [want("http://h.example/f/hop/1")], robots)
    assert pages[0].reason is Reason.ROBOTS_DISALLOWED
    assert "/f/plain/1" not in server.paths()


@pytest.mark.parametrize(
    "raw",
    [
        answer(500, b""),
        answer(503, b"", "Retry-After: 3600"),
        answer(429, b""),
        answer(302, b"", "Location: /robots.txt"),
        answer(302, b"", "Location: http://127.0.0.1:8080/robots.txt"),
        answer(302, b"", "Location: /f/chain/1"),
        b"garbage\r\n\r\n",
        b"",
    ],
)
def test_nothing_is_fetched_where_robots_txt_cannot_be_read(tmp_path: Path, raw: bytes) -> None:
    pages, told, server = run(tmp_path, [want(f"http://h.example/f/plain/{n}") for n in range(3)], {"h.example": raw})
    assert {page_.state for page_ in pages} == {State.SKIPPED}
    assert {page_.reason for page_ in pages} == {Reason.ROBOTS_UNREACHABLE}
    assert not any("/f/plain" in path for path in server.paths())
    assert len(told) == 1 and all(page_.detail for page_ in pages)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_host_without_robots_txt_may_be_asked(tmp_path: Path, status: int) -> None:
    pages, told, _ = run(tmp_path, [want("http://h.example/f/plain/1")], {"h.example": answer(status, b"no")})
    assert pages[0].state is State.STORED
    assert told[0].capture is not None and told[0].capture.status == status


def test_robots_txt_is_asked_for_once_a_run_and_kept_between_calls(tmp_path: Path) -> None:
    async def main() -> FaultServer:
        async with FaultServer() as server:
            book = RobotsBook()
            for number in range(3):
                wanted = [want(f"http://h.example/f/plain/{number}-{n}") for n in range(3)]
                await gather(server, tmp_path / str(number), wanted, robots=book)
            return server

    assert asyncio.run(main()).paths().count("/robots.txt") == 1


def test_a_host_keeps_its_pause_and_its_peace_from_one_round_to_the_next(tmp_path: Path) -> None:
    async def round_(number: int) -> Fetched:
        async with FaultServer() as server:
            wanted = [want(f"http://h.example/f/{'busy' if number == 1 else 'plain'}/{number}", delay=0.3)]
            got = await gather(server, tmp_path / str(number), wanted, robots=book)
            times.extend(request.at for request in server.log)
            return got[-1]

    book = RobotsBook()
    times: list[float] = []
    last = [asyncio.run(round_(number)) for number in range(3)][-1]
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))
    assert len(times) == 3  # robots.txt, one page, and the answer that asked for peace
    assert (last.state, last.reason, last.attempts) == (State.RETRY_LATER, Reason.HTTP_429, 0)


def test_a_304_without_its_validators_does_not_lose_them(tmp_path: Path) -> None:
    wanted = want("http://h.example/f/s304/1", etag='"v1"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT")
    capture = run(tmp_path, [wanted])[0][0].capture
    assert capture is not None and (capture.etag, capture.last_modified) == (wanted.etag, wanted.last_modified)


def test_an_error_page_with_status_200_is_told_by_its_repetition(tmp_path: Path) -> None:
    pages, _, _ = run(tmp_path, [want(f"http://h.example/f/same/story{n}") for n in range(6)])
    assert Counter(page_.reason for page_ in pages) == {Reason.NONE: 2, Reason.SOFT_404: 4}


def test_a_url_listed_twice_is_asked_for_once_and_answered_for_twice(tmp_path: Path) -> None:
    url = "http://h.example/f/plain/1"
    wanted = [want(url), want(url + "#comments"), want(url + "?utm_source=rss")]
    pages, _, server = run(tmp_path, wanted)
    assert [page_.state for page_ in pages] == [State.STORED, State.DUPLICATE, State.DUPLICATE]
    assert server.paths().count("/f/plain/1") == 1


def test_a_host_has_a_budget(tmp_path: Path) -> None:
    limits = Limits(back_off_seconds=0.01, host_requests=2)
    pages, _, _ = run(tmp_path, [want(f"http://h.example/f/plain/{n}") for n in range(5)], limits=limits)
    assert [page_.reason for page_ in pages] == [Reason.NONE] * 2 + [Reason.HOST_BUDGET] * 3


def test_a_hopeless_host_does_not_hold_up_the_run(tmp_path: Path) -> None:
    limits = Limits(total_seconds=0.5, back_off_seconds=0.05, patience_seconds=0.3)
    robots = {"h.example": answer(404, b"")}
    wanted = [want(f"http://h.example/f/s500/{n}") for n in range(50)]
    pages, _, server = run(tmp_path, wanted, robots, limits=limits)
    assert {(page_.state, page_.reason) for page_ in pages} == {(State.RETRY_LATER, Reason.HTTP_5XX)}
    assert len(pages) == 50 and len(server.log) < 12


def test_we_name_ourselves_and_send_no_cookie(tmp_path: Path) -> None:
    _, _, server = run(tmp_path, [want("http://h.example/f/plain/1")])
    for request in server.log:
        assert request.headers["user-agent"] == AGENT
        assert "cookie" not in request.headers and "referer" not in request.headers
        assert request.headers["host"] == "h.example"


def test_a_challenge_is_recorded_and_not_passed(tmp_path: Path) -> None:
    pages, _, server = run(tmp_path, [want("http://h.example/f/challenge/1")])
    capture = pages[0].capture
    assert read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes).payload == CHALLENGE
    assert server.paths().count("/f/challenge/1") == 1


def test_a_location_in_foreign_bytes_is_followed_as_a_browser_would(tmp_path: Path) -> None:
    async def main() -> tuple[list[Fetched], list[str]]:
        async with FaultServer({"h.example": answer(302, b"", "Location: /f/plain/\xb0\xa1")}) as server:
            fetched = await gather(server, tmp_path, [want("http://h.example/f/text/1")])
            return fetched, server.paths()

    _, paths = asyncio.run(main())
    assert "/f/plain/%B0%A1" in paths


def test_validators_from_a_hostile_table_cannot_inject_a_header(tmp_path: Path) -> None:
    pages, _, server = run(
        tmp_path, [want("http://h.example/f/plain/1", etag='"x"\r\nX-Evil: 1', last_modified="\x00")]
    )
    assert pages[0].state is State.STORED
    assert not any("x-evil" in request.headers or "if-none-match" in request.headers for request in server.log)


def test_a_run_stopped_half_way_leaves_a_readable_archive(tmp_path: Path) -> None:
    async def main() -> list[Fetched]:
        async with FaultServer() as server:
            wanted = [want(f"http://h{n % 5}.example/f/plain/{n}") for n in range(60)]
            network = Network(server.hosts(*(f"h{n}.example" for n in range(5))))
            got: list[Fetched] = []
            with WarcWriter(tmp_path, "run") as archive:
                stream = fetch_all(wanted, network=network, archive=archive, user_agent=AGENT, limits=LIMITS)
                async for item in stream:
                    got.append(item)
                    if len(got) == 17:
                        break
                await stream.aclose()
            assert not [task for task in asyncio.all_tasks() if "drive" in repr(task.get_coro())]
            return got

    got = asyncio.run(main())
    captures = [item.capture for item in got if item.capture is not None]
    found = {item.capture_id for item in records(tmp_path / captures[0].warc_file) if isinstance(item, StoredRecord)}
    assert {capture.capture_id for capture in captures} <= found


def test_a_disk_that_refuses_stops_the_run_loudly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WarcWriter, "write_response", full)
    with pytest.raises(OSError, match="No space"):
        run(tmp_path, [want(f"http://h{n}.example/f/plain/1") for n in range(4)])


def test_nothing_wanted_is_nothing_done(tmp_path: Path) -> None:
    pages, robots, server = run(tmp_path, [])
    assert (pages, robots, server.log) == ([], [], [])
    assert not list(tmp_path.rglob("*.gz"))


def test_a_large_header_block_of_an_honest_site_is_no_fault(tmp_path: Path) -> None:
    raw = html(b"User-agent: *\nDisallow:", "Content-Security-Policy: " + "x" * 12_000)
    assert run(tmp_path, [want("http://h.example/f/plain/1")], {"h.example": raw})[0][0].state is State.STORED
