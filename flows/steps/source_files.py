"""Source files: write one for a site by looking at what it offers, and check which channels of the others still serve.

Both ask as politely as a run does: robots.txt first, one request at a time a host, the address guard at the socket.
What comes is read and thrown away; the lake is not touched.
"""

import asyncio
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin

import yaml
from pydantic import ValidationError

from flows.addresses import host, normalise, url_key
from flows.discovery.front_page import FrontPage, read_front_page
from flows.discovery.health import Health, Judged, judge_reading
from flows.discovery.listing import Channel, ChannelKind, ChannelOutcome
from flows.discovery.places import country_of, timezones_of
from flows.discovery.reading import robots_sitemaps
from flows.discovery.source import Source, SourceError, read_source, read_sources
from flows.fetching.capture import Fetched, Wanted
from flows.fetching.gather import fetch_all
from flows.fetching.guard import Network
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import RobotsBook
from flows.fetching.warc import WarcWriter
from flows.steps.channels import ChannelReader, Served

# Tried only where the site names none of its own: few, and those that the usual systems of publishers use.
FEED_PATHS = ("/rss", "/feed", "/rss.xml", "/rss/allArticle.xml")
SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml")
MAX_SITEMAPS = 20  # robots.txt of old houses names hundreds of archives

_GONE = frozenset({Reason.HTTP_404, Reason.HTTP_410, Reason.DNS, Reason.SOFT_404})
_REFUSED = frozenset({Reason.ROBOTS_DISALLOWED, Reason.HTTP_403, Reason.HTTP_4XX, Reason.BLOCKED_ADDRESS})
_SUFFIX_LABELS = frozenset({"co", "or", "com", "net", "org", "ne", "go", "ac", "re", "pe", "gov", "edu"})


@dataclass(frozen=True, slots=True)
class Added:
    """A source file that was written. `notes` say what a person should look at."""

    path: Path
    source: Source
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """One channel of one source, and how it is."""

    source_id: str
    kind: ChannelKind
    url: str
    health: Health
    listed: int
    newest_at: datetime | None
    says: str | None


@dataclass(slots=True)
class _Site:
    """What was found of a site so far."""

    home: str
    page: FrontPage
    sitemaps: tuple[str, ...] = ()  # of robots.txt
    notes: list[str] = field(default_factory=list)


def add(
    url: str,
    folder: Path,
    network: Network,
    user_agent: str,
    *,
    source_id: str | None = None,
    lang: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
    delay_seconds: float = 1.0,
) -> Added:
    """Look at a site, and write `folder`/ID.yaml with the feeds and sitemaps that it really serves.

    Args:
        url: address of the front page, with or without `https://`.
        folder: the source files. What is there is never overwritten.
        network: what may be connected to.
        user_agent: name and contact page.
        source_id: else made from the host's name.
        lang: BCP 47; else what the front page states.
        country: ISO 3166-1; else by the domain, or by the language where it is one country's.
        timezone: IANA; else the country's, where it has only one.
        delay_seconds: between two requests, also written to the file.

    Raises:
        SourceError: one sentence, and nothing is written: the address is none, the site is in the folder already, it
            cannot be asked, it offers no feed and no sitemap, or something must be said by a person.
    """
    home = normalise(url if "//" in url else f"https://{url}")
    if home is None:
        raise SourceError(f"{url} is not an address of a public web page")
    chosen_id = source_id or _id_of(host(home))
    _refuse_known(folder, chosen_id, home)
    now = datetime.now(UTC)
    with _Asking(network, user_agent, now) as asking:
        site = asyncio.run(_look(asking, home, delay_seconds))
        _refuse_known(folder, chosen_id, site.home)  # behind a redirect
        fields = _stated(site, chosen_id, lang, country, timezone, delay_seconds)
        feeds, sitemaps = asyncio.run(_serving(asking, site, fields.timezone, delay_seconds))
    if not feeds and not sitemaps:
        raise SourceError(
            f"{site.home} offers no feed and no sitemap that could be read; docs/sources.md shows how to write a file "
            "with section pages by hand"
        )
    path = folder / f"{chosen_id}.yaml"
    source = _written(path, fields.model_copy(update={"feeds": feeds, "sitemaps": sitemaps}), now)
    return Added(
        path, source, (*site.notes, "Read the publisher's terms and write down what they say: docs/sources.md")
    )


def check(
    sources: Sequence[Source], network: Network, user_agent: str, *, now: datetime | None = None
) -> tuple[ChannelCheck, ...]:
    """Ask every channel of the sources once and say how each is, in the order of the files.

    `now` is the instant against which entries are old; the clock's if not given. Of a sitemap index its first sitemap
    is asked too (that changed last), since the index itself has no entries. Nothing raises but OSError where the
    temporary folder cannot be written.
    """
    now = now or datetime.now(UTC)
    zones = {source.id: source.timezone for source in sources}
    delays = {source.id: source.delay_seconds for source in sources}
    channels = [channel for source in sources for channel in source.channels()]
    with _Asking(network, user_agent, now) as asking:
        judged, first = asyncio.run(_judged(asking, channels, zones, delays, now))
        below, _ = asyncio.run(_judged(asking, list(first.values()), zones, delays, now))
    rows: list[ChannelCheck] = []
    for channel in channels:
        one = judged[channel]
        if channel in first:
            one = _with_child(one, first[channel], below[first[channel]])
        said = (one.health, one.listed, one.newest_at, one.says)
        rows.append(ChannelCheck(channel.source_id, channel.kind, channel.url, *said))
    return tuple(rows)


class _Asking:
    """A way to ask a few addresses: a WARC file that is thrown away, the robots rules of all calls, and a reader."""

    def __init__(self, network: Network, user_agent: str, now: datetime) -> None:
        self._network, self._user_agent, self._book = network, user_agent, RobotsBook()
        self.reader = ChannelReader(now)
        self._folder = tempfile.TemporaryDirectory(prefix="sillok-sources-")
        self._archive = WarcWriter(Path(self._folder.name), "sources")

    def __enter__(self) -> "_Asking":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reader.__exit__(kind, error, trace)
        self._archive.close()
        self._folder.cleanup()

    async def ended(self, wanted: Iterable[Wanted]) -> AsyncIterator[Fetched]:
        """The end of each, as they come; robots.txt beside them."""
        # The gate's clock is of the process, not of the event loop: it lasts from one call to the next.
        async for one in fetch_all(
            list(wanted),
            network=self._network,
            archive=self._archive,
            user_agent=self._user_agent,
            robots=self._book,
        ):
            yield one


async def _look(asking: _Asking, home: str, delay_seconds: float) -> _Site:
    """The front page and robots.txt of a site."""
    front: Fetched | None = None
    robots: dict[str, str] = {}
    async for one in asking.ended([Wanted(home, "new", "channel", delay_seconds)]):
        if one.kind == "robots":
            robots[host(one.url)] = (one.body or b"")[:512_000].decode("utf-8", "replace")
        else:
            front = one
    if front is None or front.state is not State.STORED or front.body is None or front.capture is None:
        why = front.reason.value if front is not None else "nothing came"
        detail = f" ({front.detail})" if front is not None and front.detail else ""
        raise SourceError(f"{home} cannot be read: {why}{detail}")
    final = normalise(front.capture.final_url) or home
    if host(final) == host(home):
        final = home  # where its server leads from there is its own matter, and may change
    page = read_front_page(front.body, normalise(front.capture.final_url) or home, front.capture.content_type)
    stated = [address for raw in robots_sitemaps(robots.get(host(final), "")) if (address := normalise(raw, final))]
    site = _Site(final, page, tuple({url_key(address): address for address in stated}.values()))
    if len(site.sitemaps) > MAX_SITEMAPS:
        site.notes.append(f"robots.txt names {len(site.sitemaps)} sitemaps; the first {MAX_SITEMAPS} were looked at")
        site.sitemaps = site.sitemaps[:MAX_SITEMAPS]
    return site


async def _serving(
    asking: _Asking, site: _Site, timezone: str, delay_seconds: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Feeds and sitemaps of a site that list something when asked. Two addresses of one body count once."""
    feeds = site.page.feeds or tuple(urljoin(site.home, path) for path in FEED_PATHS)
    sitemaps = site.sitemaps or tuple(urljoin(site.home, path) for path in SITEMAP_PATHS)
    named = {url_key(address) for address in (*site.page.feeds, *site.sitemaps)}
    asked = dict.fromkeys(sitemaps, ChannelKind.SITEMAP) | dict.fromkeys(feeds, ChannelKind.FEED)
    found: dict[str, str] = {}  # address -> digest

    def served(one: Fetched) -> Served | None:
        return _served(one, Channel("new", asked[one.url], one.url), timezone) if one.kind == "channel" else None

    ends = asking.ended(Wanted(address, "new", "channel", delay_seconds) for address in asked)
    async for one, read in asking.reader.each(ends, served):
        if one.kind != "channel":
            continue
        judged: str | None = one.reason.value
        if read is not None and one.capture is not None:
            reading = read.reading
            if reading is not None and reading.outcome in {ChannelOutcome.OK, ChannelOutcome.PARTIAL}:
                found[one.url] = one.capture.payload_sha256
                continue
            judged = (reading.reason or reading.outcome.value) if reading is not None else read.fault
        if url_key(one.url) in named:
            site.notes.append(f"{one.url} was left out: {judged}")
    once = {digest: address for address, digest in reversed([(a, found[a]) for a in asked if a in found])}
    kept = [address for address in asked if address in once.values()]
    return (
        tuple(address for address in kept if asked[address] is ChannelKind.FEED),
        tuple(address for address in kept if asked[address] is ChannelKind.SITEMAP),
    )


async def _judged(
    asking: _Asking, channels: Sequence[Channel], zones: dict[str, str], delays: dict[str, float], now: datetime
) -> tuple[dict[Channel, Judged], dict[Channel, Channel]]:
    """How each channel is; and for an index, the first sitemap that it names. Each address is asked once."""
    at: dict[str, list[Channel]] = defaultdict(list)
    for channel in channels:
        at[normalise(channel.url) or channel.url].append(channel)
    judged: dict[Channel, Judged] = {}
    first: dict[Channel, Channel] = {}
    wanted = [Wanted(url, same[0].source_id, "channel", delays[same[0].source_id]) for url, same in at.items()]

    async def ends() -> AsyncIterator[tuple[Fetched, Channel]]:
        async for one in asking.ended(wanted):
            for channel in at[one.url] if one.kind == "channel" else ():
                yield one, channel

    def served(end: tuple[Fetched, Channel]) -> Served | None:
        return _served(end[0], end[1], zones[end[1].source_id])

    async for (one, channel), read in asking.reader.each(ends(), served):
        if read is None:
            judged[channel] = _unserved(one)
        elif read.reading is None:
            judged[channel] = Judged(Health.UNREADABLE, 0, None, read.fault)
        else:
            judged[channel] = judge_reading(read.reading, now)
            if read.reading.more and not read.reading.listings:
                first[channel] = read.reading.more[0]
    return judged, first


def _served(one: Fetched, channel: Channel, timezone: str) -> Served | None:
    content_type = one.capture.content_type if one.capture is not None else None
    return Served(channel, timezone, one.body, content_type) if one.body is not None else None


def _unserved(one: Fetched) -> Judged:
    """The health of a channel of which no body came."""
    health = Health.TROUBLE
    if one.reason in _GONE:
        health = Health.GONE
    elif one.reason in _REFUSED:
        health = Health.REFUSED
    elif one.state is State.QUARANTINED or one.reason in {Reason.EMPTY_BODY, Reason.NOT_HTML, Reason.TYPE_MISMATCH}:
        health = Health.UNREADABLE
    says = f"{one.reason.value}: {one.detail}" if one.detail else one.reason.value
    return Judged(health, 0, None, says)


def _with_child(index: Judged, child: Channel, below: Judged) -> Judged:
    """An index is as fresh as the sitemap in it that changed last; what is wrong with that is said of it."""
    if below.health is Health.ALIVE:
        return replace(index, newest_at=below.newest_at)
    says = f"its sitemap {child.url}: {below.says or below.health.value}"
    return Judged(below.health, index.listed, below.newest_at, says)


def _id_of(name: str) -> str:
    """An id from a host's name: what stands before the public suffix, without `www` and `m`."""
    labels = name.split(".")
    cut = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SUFFIX_LABELS else 1
    kept = [label for label in labels[:-cut] if label not in {"www", "m"}] or labels[:1]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(kept)).strip("-")[:60].strip("-") or "site"


def _refuse_known(folder: Path, source_id: str, home: str) -> None:
    """Never a second file for a site, and never another site under a taken id."""
    for source in read_sources(folder):
        if url_key(source.home) == url_key(home):
            raise SourceError(f"{home} is the home of {source.id} already; nothing was written")
        if source.id == source_id:
            raise SourceError(f"There is a source {source_id} already ({source.home}); choose another id with --id")
    if (folder / f"{source_id}.yaml").exists():
        raise SourceError(f"There is a file {folder / f'{source_id}.yaml'} already; nothing was written")


def _stated(
    site: _Site, source_id: str, lang: str | None, country: str | None, timezone: str | None, delay_seconds: float
) -> Source:
    """The source without its channels; what cannot be known of it is asked for, never guessed."""
    lang = lang or site.page.lang
    if lang is None:
        raise SourceError(f"{site.home} does not state its language; say it with --lang, for example --lang ko")
    country = country or country_of(host(site.home), lang)
    if country is None:
        raise SourceError(f"The country of {site.home} cannot be told; say it with --country, for example --country KR")
    zones = timezones_of(country)
    if timezone is None and len(zones) != 1:
        which = f"{country} has {len(zones)} time zones" if zones else f"No time zone of {country} is known"
        raise SourceError(f"{which}; say the publisher's with --timezone, for example --timezone {(*zones, 'UTC')[0]}")
    fields = {
        "id": source_id,
        "name": site.page.name or host(site.home).removeprefix("www."),
        "kind": "publisher",
        "home": site.home,
        "lang": lang,
        "country": country,
        "timezone": timezone or zones[0],
        "delay_seconds": delay_seconds,
    }
    try:
        return Source.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SourceError(f"No file was written: {where}: {first['msg'].removeprefix('Value error, ')}") from error


def _written(path: Path, source: Source, now: datetime) -> Source:
    """Write the fields that say something as YAML, and read the file back as every run will."""
    fields = source.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1_000)
    head = f"# feeds and sitemaps: found by `sillok sources add`; each could be read on {now:%Y-%m-%d}\n"
    with path.open("x", encoding="utf-8") as file:
        file.write(head + text)
    return read_source(path)
