"""Whoever can put an address before us must not be able to point us at this machine or at the network around it.

Every way in, times every spelling: a canary listens on all addresses of this machine and must not see one connection,
and no socket may be made to anything but the server that the test lets through.
"""

import asyncio
import contextlib
import random
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flows.addresses import normalise
from flows.discovery.listing import ChannelKind, Listing
from flows.discovery.source import Source, SourceError
from flows.fetching import guard
from flows.fetching.capture import Wanted
from flows.fetching.client import Limits
from flows.fetching.gather import fetch_all
from flows.fetching.guard import AddressInfo, Network
from flows.fetching.outcomes import State
from flows.fetching.warc import WarcWriter
from flows.steps.gathering import chosen
from flows.steps.source_files import add
from tests.discovery.channels import rss, urlset
from tests.fetching.fault_server import FaultServer, serving
from tests.steps.gathered import gather, rows, source

# Hosts and addresses, each asked for on the canary's port.
HOSTS = """
127.0.0.1 127.255.255.254 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1.1 169.254.169.254
169.254.170.2 100.64.0.1 100.100.100.200 0.0.0.0 192.0.0.8 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 [fd00:ec2::254] [fc00::1]
2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 0 0x0 127。0。0。1 127．0．0．1 ①②⑦.⓪.⓪.①
2852039166 0xA9FEA9FE 0300.0250.1.1 ０x7f000001
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254]
[64:ff9b::7f00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2002:c0a8:101::1] [2001:0:7f00:1::] [::127.0.0.1]
[fe80::1] [fe80::1%25lo] [fec0::1] [ff02::1] [2001:db8::1]
localhost LOCALHOST localhost. ip6-localhost metadata.google.internal mixed.example
ok@127.0.0.1 ok:pw@127.0.0.1 user:p@ss@127.0.0.1 127.0.0.1\\@ok.example ok.example#@127.0.0.1
127.0.0.1%2f@ok.example %31%32%37.0.0.1 localhost%00.example
""".split()  # noqa: SIM905
# Whole addresses, where the scheme, the port or the form is what is wrong.
WHOLE = """
file:///etc/passwd gopher://127.0.0.1:{port}/{way} ftp://127.0.0.1:{port}/{way} data:text/html,x javascript:x()
//127.0.0.1:{port}/{way} \\\\127.0.0.1:{port}\\{way} http:\\\\127.0.0.1:{port}\\{way} http://127.0.0.1:22/{way}
http://127.0.0.1:6379/{way} http://127.0.0.1:99999/{way} http:///{way} http://[::1 http:127.0.0.1:{port}/{way}
""".split()  # noqa: SIM905
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "ip6-localhost": ["::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
}
PRESS = "press.example"


def lookup(host: str, port: int, *rest: object) -> list[AddressInfo]:
    """A name server that knows the names above; numeric spellings are read by the system's own resolver."""
    known = NAMES.get(host.lower().rstrip("."))
    if known is not None:
        return answers(known, port)
    return socket.getaddrinfo(host, port, *rest, flags=socket.AI_NUMERICHOST)  # type: ignore[arg-type]


def answers(addresses: list[str], port: int) -> list[AddressInfo]:
    kinds = [(socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in addresses]
    return [(kind, socket.SOCK_STREAM, 6, "", (address, port)) for kind, address in kinds]


@dataclass
class Watch:
    """What was really touched."""

    port: int = 0
    connections: int = 0
    sockets: set[tuple[str, int]] = field(default_factory=set)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A canary on every address of this machine, and a record of every socket that is made."""
    seen = Watch()
    canaries = _listening()
    seen.port = canaries[0].getsockname()[1]

    def count(canary: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                canary.accept()[0].close()
                seen.connections += 1

    for canary in canaries:
        threading.Thread(target=count, args=(canary,), daemon=True).start()
    made = Network.open_socket

    def open_socket(network: Network, info: AddressInfo) -> socket.socket:
        opened = made(network, info)
        seen.sockets.add((str(info[4][0]), int(info[4][1])))
        if guard.is_public(str(info[4][0])):
            opened.close()
            raise OSError(101, "no test leaves this machine")
        return opened

    monkeypatch.setattr(Network, "open_socket", open_socket)
    yield seen
    before = seen.connections
    socket.create_connection(("127.0.0.1", seen.port), timeout=5).close()  # the canary does see what reaches it
    for _ in range(100):
        if seen.connections > before:
            break
        threading.Event().wait(0.02)
    assert seen.connections == before + 1
    for canary in canaries:
        with contextlib.suppress(OSError):
            canary.shutdown(socket.SHUT_RDWR)
        canary.close()


def _listening() -> list[socket.socket]:
    """On a port that web servers use, or the port rule would refuse before the guard is asked."""
    for port in (8008, 8888, 8000, 8081):  # 8088 is another test's
        with contextlib.suppress(OSError):
            canaries = [socket.create_server(("0.0.0.0", port))]
            if socket.has_dualstack_ipv6():
                canaries.append(socket.create_server(("::", port), family=socket.AF_INET6))
            return canaries
    pytest.skip("no port is free for the canary")


def spellings(port: int, way: str) -> list[str]:
    """Every bad address, with a path of its own for each way in: nothing is taken from another way's answer."""
    return [f"http://{host}:{port}/{way}" for host in HOSTS] + [one.format(port=port, way=way) for one in WHOLE]


@dataclass
class Way:
    """One way in: what the server shows, and what is gathered."""

    server: FaultServer
    sources: list[Source] = field(default_factory=lambda: [source("press", PRESS)])
    given: list[Listing] = field(default_factory=list)
    hosts: tuple[str, ...] = (PRESS,)


def listing(url: str) -> Listing:
    return Listing("press", ChannelKind.URL_LIST, "list.txt", url, url)


def escaped(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def redirecting(url: str) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: " + url.encode() + b"\r\nContent-Length: 0\r\n\r\n"


def by_seed(urls: list[str]) -> Way:
    return Way(FaultServer(), given=[listing(url) for url in urls])


def by_redirect(urls: list[str]) -> Way:
    seeds = [f"http://{PRESS}/f/to/{n}?{url.encode().hex()}" for n, url in enumerate(urls)]
    return Way(FaultServer(), given=[listing(url) for url in seeds])


def by_robots_redirect(urls: list[str]) -> Way:
    names = tuple(f"r{n}.example" for n in range(len(urls)))
    server = FaultServer(robots={name: redirecting(url) for name, url in zip(names, urls, strict=True)})
    return Way(server, given=[listing(f"http://{name}/f/plain/1") for name in names], hosts=names)


def by_feed_link(urls: list[str]) -> Way:
    items = (f"<item><title>x</title><link>{escaped(url)}</link></item>" for url in urls)
    server = FaultServer(pages={(PRESS, "/rss"): rss(*items).encode()})
    return Way(server, [source("press", PRESS, feeds=[f"http://{PRESS}/rss"])])


def by_sitemap_loc(urls: list[str]) -> Way:
    body = urlset(*(f"<url><loc>{escaped(url)}</loc></url>" for url in urls))
    server = FaultServer(pages={(PRESS, "/map.xml"): body.encode()})
    return Way(server, [source("press", PRESS, sitemaps=[f"http://{PRESS}/map.xml"])])


def by_sitemap_index(urls: list[str]) -> Way:
    inner = "".join(f"<sitemap><loc>{escaped(url)}</loc></sitemap>" for url in urls)
    server = FaultServer(pages={(PRESS, "/index.xml"): f"<sitemapindex>{inner}</sitemapindex>".encode()})
    return Way(server, [source("press", PRESS, sitemaps=[f"http://{PRESS}/index.xml"])])


def by_section_link(urls: list[str]) -> Way:
    links = "".join(f'<p><a href="{escaped(url)}">A headline long enough</a></p>' for url in urls)
    server = FaultServer(pages={(PRESS, "/politics"): f"<html><body>{links}</body></html>".encode()})
    section = {"url": f"http://{PRESS}/politics", "link_pattern": "https?://.*"}
    return Way(server, [source("press", PRESS, sections=[section])])


def by_url_list(urls: list[str]) -> Way:
    server = FaultServer(pages={(PRESS, "/urls.txt"): "\n".join(urls).encode()})
    return Way(server, [source("press", PRESS, url_lists=[f"http://{PRESS}/urls.txt"])])


def by_canonical(urls: list[str]) -> Way:
    pages = {
        (PRESS, f"/page/{n}"): (
            f'<html><head><title>Page {n}</title><link rel="canonical" href="{escaped(url)}">'
            f'<link rel="amphtml" href="{escaped(url)}"><meta http-equiv="refresh" content="0; url={escaped(url)}">'
            f"</head><body><p>The ferry number {n} left.</p></body></html>"
        ).encode()
        for n, url in enumerate(urls)
    }
    return Way(FaultServer(pages=pages), given=[listing(f"http://{PRESS}{path}") for _, path in pages])


LISTED = {by_feed_link, by_sitemap_loc, by_section_link, by_url_list, by_seed}
WAYS = [by_redirect, by_robots_redirect, by_sitemap_index, by_canonical, *sorted(LISTED, key=lambda way: way.__name__)]


def test_there_are_more_than_sixty_spellings() -> None:
    assert len(set(spellings(80, "x"))) > 80


@pytest.mark.parametrize("way_in", WAYS, ids=lambda way: way.__name__)
def test_no_spelling_reaches_this_machine_by_any_way_in(
    way_in: Callable[[list[str]], Way], watch: Watch, tmp_path: Path
) -> None:
    urls = spellings(watch.port, way_in.__name__)
    way = way_in(urls)
    with serving(way.server) as server:
        allowed = server.hosts(*way.hosts)
        gather(tmp_path, way.sources, Network(allowed, lookup=lookup), given=way.given)
    assert watch.connections == 0
    assert watch.sockets <= {("127.0.0.1", server.port)}
    ended = {str(url): (state, reason) for url, state, reason in rows(tmp_path, ENDS)}
    if way_in in LISTED:  # each address that has a normal form is a row that says why it was not asked for
        forms = {form for url in urls if (form := normalise(url, f"http://{PRESS}/")) and PRESS not in form}
        blocked = {normalise(url) for url, end in ended.items() if end == ("skipped", "blocked_address")}
        assert len(forms) > 35 and forms <= blocked | _refused(ended)
    elif way_in is by_robots_redirect:
        assert set(ended.values()) == {("skipped", "robots_unreachable")} and len(ended) == len(urls)
    elif way_in is by_redirect:
        assert {end[1] for end in ended.values()} == {"blocked_address", "bad_redirect"} and len(ended) == len(urls)
    elif way_in is by_canonical:
        assert {end[0] for end in ended.values()} == {"stored"} and len(ended) == len(urls)


ENDS = "SELECT url, state, reason FROM lake.raw.fetches WHERE kind = 'article'"


def _refused(ended: dict[str, tuple[object, object]]) -> set[str | None]:
    return {normalise(url, f"http://{PRESS}/") for url, end in ended.items() if end == ("skipped", "bad_url")}


def test_no_parameter_of_a_run_and_no_command_takes_a_spelling(watch: Watch, tmp_path: Path) -> None:
    """The run form takes names of source files; `sillok sources add` takes an address and goes through the guard."""
    channels: list[Source] = []
    for number, url in enumerate(spellings(watch.port, "parameter")):
        with pytest.raises(SourceError):
            chosen(tmp_path, [url])
        with pytest.raises(SourceError):
            add(url, tmp_path, Network(lookup=lookup), "Sillok/0.1 (+https://sillok.invalid/bot)", delay_seconds=0)
        with contextlib.suppress(ValueError):  # or it is no source at all
            channels.append(source(f"press{number}", PRESS, feeds=[url]))
    gather(tmp_path / "lake", channels, Network(lookup=lookup))
    assert len(channels) > 35
    assert (watch.connections, watch.sockets) == (0, set())


@pytest.mark.parametrize("is_resolver_trusted", [True, False], ids=["resolver", "socket"])
def test_a_thousand_names_that_turn_to_loopback_reach_nothing(
    is_resolver_trusted: bool, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: public first and loopback after, by turns, both at once, at random; and past the resolver's check."""
    rng, asked = random.Random(7), {}
    public, private = "93.184.216.34", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1"]

    def rebinding(host: str, port: int, *_: object) -> list[AddressInfo]:
        asked[host] = asked.get(host, 0) + 1
        bad = rng.choice(private)
        kind = int(host[1:].partition(".")[0]) % 4
        if kind == 0:
            return answers([public] if asked[host] == 1 else [bad], port)
        if kind == 1:
            return answers(rng.sample([public, bad], 2), port)
        if kind == 2:
            return answers([bad] if asked[host] % 2 else [public], port)
        return answers([rng.choice([public, bad])], port)

    async def believing(self: guard.GuardedResolver, host: str, port: int = 0, **_: object) -> list[object]:
        return [guard._result(host, str(info[4][0]), port, info[0]) for info in rebinding(host, port)]  # type: ignore[arg-type]

    monkeypatch.setattr(guard, "DNS_CACHE_SECONDS", 0)  # each repeat asks the name server anew
    if not is_resolver_trusted:
        monkeypatch.setattr(guard.GuardedResolver, "resolve", believing)

    async def main() -> list[State]:
        limits = Limits(back_off_seconds=0.001, total_seconds=5.0)
        with WarcWriter(tmp_path, "run") as archive:
            wanted = [Wanted(f"http://n{n}.example:{watch.port}/x", "s", "article", 0.0) for n in range(1000)]
            ends = fetch_all(
                wanted, network=Network(lookup=rebinding), archive=archive, user_agent="Sillok/0.1", limits=limits
            )
            return [one.state async for one in ends if one.kind == "article"]

    states = asyncio.run(main())
    assert len(states) == 1000 and State.STORED not in states
    assert sum(asked.values()) > 1200
    assert watch.connections == 0
    assert {address for address, _ in watch.sockets} <= {public}
