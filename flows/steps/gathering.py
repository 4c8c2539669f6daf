"""Gather: read the channels, decide what is due, fetch it politely, and commit captures with their ledger rows."""

import asyncio
import functools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flows.addresses import host, url_key
from flows.discovery.listing import Channel, ChannelOutcome, ChannelReading, Listing
from flows.discovery.source import Source, SourceError, read_sources
from flows.discovery.thinning import thinned
from flows.fetching.capture import Fetched, Wanted
from flows.fetching.gather import fetch_all
from flows.fetching.guard import Network
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import RobotsBook
from flows.fetching.tdmrep import TdmrepBook
from flows.fetching.warc import WarcWriter
from flows.lake import due, takedown
from flows.lake.batches import Count, Writer, batch_id
from flows.lake.schema import BrokenPromiseError, Row, Table
from flows.lake.tables import CAPTURES, FETCHES, LISTINGS, SOURCES
from flows.lake.takedown_finding import Record
from flows.settings import Settings
from flows.steps.channels import ChannelReader, Read, Served
from flows.steps.rows import (
    OF_HOSTS,
    capture_row,
    fetch_row,
    handed_in_row,
    label,
    listing_id,
    listing_row,
    source_row,
    total,
)
from flows.steps.tombstones import SAYS, Tombstones, is_veiled
from flows.steps.warc_files import FOLDER, set_aside

MAX_CHANNEL_DEPTH = 3  # sitemap index -> index -> sitemap; deeper ones are told, not followed
ROUND_PER_HOST = 30  # URLs a host and round: with a delay of one second a round takes half a minute


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run will ask for, in rounds, after its channels are read."""

    rounds: tuple[tuple[Wanted, ...], ...]
    counts: tuple[Count, ...]
    warnings: tuple[str, ...]


class Gathering:
    """One run of gathering over a set of sources: `plan`, then `fetch` each of its rounds, then `close`."""

    def __init__(
        self,
        sources: Sequence[Source],
        network: Network,
        writer: Writer,
        run_id: str,
        settings: Settings,
        *,
        is_sample: bool,
        now: datetime,
        given_delay_seconds: float = 1.0,
    ) -> None:
        """`now` is the run's clock for what is due; `network` says what may be connected to.

        `given_delay_seconds` lie between two requests to one host for URLs of no source's.
        """
        self._tombstones = Tombstones(writer.connection)
        self._sources = {source.id: source for source in sources if not self._tombstones.stops_source(source.id)}
        self._stopped = [source.id for source in sources if source.id not in self._sources]
        self._network = network
        self._writer = writer
        self._run_id = run_id
        self._settings = settings
        self._is_sample = is_sample
        self._now = now
        self._given_delay_seconds = given_delay_seconds
        self._folder = writer.lake / FOLDER
        self._archive = WarcWriter(self._folder, run_id, roll_bytes=settings.warc_roll_bytes)
        self._robots = RobotsBook()
        self._times: Counter[str] = Counter()  # asks of a host's own files in this run
        self._listed: dict[str, int] = {}  # url_key of a channel -> addresses that it listed in this run

    def plan(self, given: Sequence[Listing] = ()) -> Plan:
        """Read every channel and commit what it says; return what is due, host by host in rounds.

        `given` are listings that no channel has to be asked for: a list of URLs that somebody handed in.
        """
        set_aside(self._writer.lake, self._writer.connection)
        self._commit_sources(given)
        today = self._now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._robots.tdmrep = TdmrepBook(due.tdmrep_asked(self._writer.connection, today))
        with self._reader() as reader:
            fetched, listed, warnings = asyncio.run(self._read_channels(reader))
        listed = self._chosen(listed)
        warnings += self._thinned(fetched)
        warnings += [f"{name}: {SAYS}, so that it is not gathered" for name in self._stopped]
        told = [*given, *listed]
        listings = [self._tombstones.veiled(listing) for listing in told]
        asks = self._asks(listings)
        settled = [self._not_asked(ask, _rule(ask)) for ask in asks if not ask.is_due or is_veiled(ask.url)]
        self._commit("discover", [*fetched, *settled], listings)
        showing = {one.channel_url for one, kept in zip(told, listings, strict=True) if kept is not one}
        self._cut_out([one for one in fetched if one.url in showing])
        counts = [Count("channels", label(f), 1) for f in fetched if f.kind == "channel"]
        listed_keys = {url_key(listing.url) for listing in listings}
        counts.append(Count("listed", "listed", len(listed_keys)))
        earlier = sum(ask.url_key not in listed_keys for ask in asks)
        counts += [Count("listed", "due from earlier runs", earlier)] if earlier else []
        counts += [Count("fetched", label(f), 1) for f in settled]
        wanted = self._wanted([ask for ask in asks if ask.is_due and not is_veiled(ask.url)])
        return Plan(tuple(rounds(wanted, ROUND_PER_HOST)), total(counts), tuple(warnings))

    def fetch(self, wanted: Sequence[Wanted]) -> tuple[Count, ...]:
        """Fetch one round and commit it: afterwards every URL of it has one row in the ledger."""
        fetched = asyncio.run(self._fetch(wanted))
        self._commit("ingest", fetched, [])
        return total(Count("fetched", label(f), 1) for f in fetched if f.kind == "article")

    def close(self, counts: Sequence[Count]) -> None:
        """Close the WARC file, and hold what came in against what was listed.

        Raises BrokenPromiseError where the sums differ: a URL was lost, or counted twice.
        """
        self._archive.close()
        sums = {what: sum(count.count for count in counts if count.what == what) for what in ("listed", "fetched")}
        if sums["listed"] != sums["fetched"]:
            raise BrokenPromiseError(f"{sums['listed']} URLs were listed or due, {sums['fetched']} have an outcome")

    def _commit_sources(self, given: Sequence[Listing]) -> None:
        rows = [source_row(source, self._is_sample, self._now) for source in self._sources.values()]
        names = {listing.source_id for listing in given} - self._sources.keys()
        rows += [handed_in_row(name, "url_list", self._now) for name in sorted(names)]
        held = {
            (source_id, digest)
            for source_id, digest in self._writer.connection.execute(
                "SELECT source_id, digest FROM lake.raw.sources"
            ).fetchall()
        }
        new = [row for row in rows if (row["source_id"], row["digest"]) not in held]
        if new:
            batch = batch_id("sources", "1", [f"{row['source_id']}/{row['digest']}" for row in new])
            self._writer.commit_rows("ingest", self._run_id, batch, [(SOURCES, new)])

    def _reader(self) -> ChannelReader:
        settings = self._settings
        return ChannelReader(
            self._now,
            processes=settings.workers,
            channel_seconds=settings.page_seconds,
            memory_bytes=settings.worker_memory_bytes,
        )

    async def _read_channels(self, reader: ChannelReader) -> tuple[list[Fetched], list[Listing], list[str]]:
        waiting = self._channels()
        seen: set[str] = set()
        fetched: list[Fetched] = []
        listings: list[Listing] = []
        warnings: list[str] = []
        for _ in range(MAX_CHANNEL_DEPTH):
            by_key = {url_key(channel.url): channel for channel in waiting if url_key(channel.url) not in seen}
            seen |= by_key.keys()
            held = due.held(self._writer.connection, "channel", list(by_key))
            wanted = [self._want(one.url, one.source_id, "channel", held.get(key)) for key, one in by_key.items()]
            waiting = []
            to_read = functools.partial(self._served, by_key, held)
            async for one, read in reader.each(self._ended(wanted), to_read):
                if one.kind != "channel":
                    fetched.append(replace(one, body=None))  # a robots.txt on the way
                    continue
                channel, judged, reading = by_key[url_key(one.url)], *_judged(one, read)
                fetched.append(replace(judged, body=None))
                self._listed[url_key(one.url)] = len(reading.listings) if reading is not None else 0
                if reading is not None:
                    listings.extend(self._taken(reading.listings))
                    waiting.extend(self._followed(reading.more))
                if warning := _warning(channel, judged, reading):
                    warnings.append(warning)
        warnings += [f"{channel.url}: nested deeper than {MAX_CHANNEL_DEPTH}, not followed" for channel in waiting]
        return fetched, listings, warnings

    # What gathering an archive does otherwise (`flows.steps.sitemap_archive`)

    def _channels(self) -> list[Channel]:
        """The lists that are read first."""
        return [channel for source in self._sources.values() for channel in source.channels()]

    def _followed(self, channels: Sequence[Channel]) -> Sequence[Channel]:
        """Of the lists that a list names, those that are read as well."""
        return channels

    def _taken(self, listings: Sequence[Listing]) -> Sequence[Listing]:
        """Of what one list names, what is kept in memory."""
        return listings

    def _chosen(self, listings: list[Listing]) -> list[Listing]:
        """Of all that was listed, what this run answers for."""
        return listings

    def _want(self, url: str, source_id: str, kind: str, held: due.Held | None) -> Wanted:
        source = self._sources.get(source_id)
        wanted = Wanted(
            url, source_id, kind, delay_seconds=source.delay_seconds if source else self._given_delay_seconds
        )
        if held is None:
            return wanted
        return replace(
            wanted,
            etag=held.etag,
            last_modified=held.last_modified,
            last_capture_id=held.capture_id,
            last_captured_at=held.captured_at,
            last_payload_sha256=held.payload_sha256,
        )

    async def _fetch(self, wanted: Sequence[Wanted]) -> list[Fetched]:
        return [replace(one, body=None) async for one in self._ended(wanted)]

    async def _ended(self, wanted: Sequence[Wanted]) -> AsyncIterator[Fetched]:
        """Ends of the wanted URLs; without a contact nobody is asked, and the ledger says so."""
        if not self._settings.contact and not self._is_sample:
            now = datetime.now(UTC)
            for asked in wanted:
                yield _untouched(asked.url, asked.source_id, asked.kind, Reason.NO_CONTACT, now)
            return
        async for one in fetch_all(
            wanted,
            network=self._network,
            archive=self._archive,
            user_agent=self._settings.user_agent,
            robots=self._robots,
            is_taken_down=self._tombstones.stops,
        ):
            yield one

    def _served(self, by_key: dict[str, Channel], held: dict[str, due.Held], one: Fetched) -> Served | None:
        """What of an end there is to read: an unchanged channel's stored capture too, since its list still stands."""
        if one.kind != "channel":
            return None
        key = url_key(one.url)
        channel, before = by_key[key], held.get(key)
        zone = self._sources[channel.source_id].timezone
        content_type = one.capture.content_type if one.capture else None
        if one.body is not None:
            return Served(channel, zone, one.body, content_type)
        if one.state is State.UNCHANGED and before is not None:
            record = (self._folder / before.warc_file, before.warc_offset, before.warc_bytes)
            return Served(channel, zone, None, content_type, record)
        return None

    def _thinned(self, fetched: Sequence[Fetched]) -> tuple[str, ...]:
        """Sources that list nothing, or far less than they used to; what two channels list counts twice, always."""
        now_listed: Counter[str] = Counter()
        for one in fetched:
            if one.kind == "channel" and one.reason is not Reason.NO_CONTACT:
                now_listed[one.source_id] += self._listed.get(url_key(one.url), 0)
        return thinned(due.listed_history(self._writer.connection), now_listed)

    def _asks(self, listings: Sequence[Listing]) -> list[due.Ask]:
        """What to do about each listed URL, by what the lake knows and what the channels say anew."""
        new = due.new_listings(self._writer, [listing_id(listing) for listing in listings])
        asks = due.articles(
            self._writer.connection,
            [(listing.url, url_key(listing.url), listing.source_id) for listing in listings],
            self._now,
            self._settings.refetch_hours,
            self._settings.retry_days,
        )
        news = {url_key(listing.url) for listing in listings if listing_id(listing) in new}
        # What a channel says anew is not in the lake yet: a new title or change date is a reason to look again.
        return [replace(ask, is_due=True) if ask.url_key in news else ask for ask in asks]

    def _wanted(self, asks: Sequence[due.Ask]) -> list[Wanted]:
        held = due.held(self._writer.connection, "article", [ask.url_key for ask in asks])
        return [self._want(ask.url, ask.source_id, "article", held.get(ask.url_key)) for ask in asks]

    def _not_asked(self, ask: due.Ask, reason: Reason) -> Fetched:
        return _untouched(ask.url, ask.source_id, "article", reason, self._now)

    def _cut_out(self, lists: Sequence[Fetched]) -> None:
        """Lists that go on showing what was taken down: maintain takes their captures out of the WARC files."""
        kept = [one.capture for one in lists if one.capture is not None and one.capture.record_type != "revisit"]
        records = [Record(c.capture_id, c.warc_file, c.warc_offset, c.warc_bytes) for c in kept]
        if records:
            takedown.note_records(self._writer.connection, records)

    def _listed_count(self, one: Fetched) -> int | None:
        return self._listed.get(url_key(one.url), 0) if one.kind == "channel" else None

    def _fetch_row(self, one: Fetched) -> Row:
        if one.kind in OF_HOSTS:
            self._times[one.url] += 1
        return fetch_row(one, self._run_id, self._listed_count(one), self._times.get(one.url, 1))

    def _commit(self, stage: str, fetched: Sequence[Fetched], listings: Sequence[Listing]) -> None:
        self._archive.sync()
        new = due.new_listings(self._writer, [listing_id(listing) for listing in listings])
        listed = {listing_id(listing): listing for listing in listings if listing_id(listing) in new}
        tables: tuple[tuple[Table, list[Row]], ...] = (
            (LISTINGS, [listing_row(key, listing, self._run_id, self._now) for key, listing in listed.items()]),
            (FETCHES, [self._fetch_row(one) for one in fetched]),
            (CAPTURES, [row for one in fetched if (row := capture_row(one)) is not None]),
        )
        batch = batch_id(stage, self._run_id, [f"{one.kind}:{one.url}" for one in fetched])
        self._writer.commit_rows(stage, self._run_id, batch, tables)


def chosen(folder: Path, names: Sequence[str]) -> list[Source]:
    """The sources of a folder, or those of them that are named.

    Raises SourceError naming a source that does not exist, or what is wrong with a file.
    """
    sources = {source.id: source for source in read_sources(folder)}
    if unknown := [name for name in names if name not in sources]:
        raise SourceError(f"There is no source {unknown[0]}; there are {', '.join(sorted(sources))}")
    return [sources[name] for name in names] if names else list(sources.values())


def rounds(wanted: Sequence[Wanted], per_host: int) -> Iterable[tuple[Wanted, ...]]:
    """Cut the wanted URLs into rounds of at most `per_host` a host, so that each round is minutes at most."""
    queues: dict[str, list[Wanted]] = defaultdict(list)
    for one in wanted:
        queues[host(one.url)].append(one)
    longest = max((len(queue) for queue in queues.values()), default=0)
    for start in range(0, longest, per_host):
        yield tuple(one for queue in queues.values() for one in queue[start : start + per_host])


def _rule(ask: due.Ask) -> Reason:
    return Reason.TAKEN_DOWN if is_veiled(ask.url) else Reason.NOT_DUE


def _untouched(url: str, source_id: str, kind: str, reason: Reason, now: datetime) -> Fetched:
    """The end of a URL that was not asked for, by a rule."""
    return Fetched(url, source_id, kind, State.SKIPPED, reason, None, 0, now, now)


def _judged(one: Fetched, read: Read | None) -> tuple[Fetched, ChannelReading | None]:
    """A channel's end in the light of its reading."""
    if read is None:
        return one, None
    if read.reading is None:
        lost = replace(one, state=State.QUARANTINED, reason=read.reason) if read.reason is not None else one
        return replace(lost, detail=read.fault), None
    reading = read.reading
    if reading.outcome is ChannelOutcome.XML_DTD:
        one = replace(one, state=State.QUARANTINED, reason=Reason.XML_DTD, detail=reading.reason)
    elif reading.outcome is ChannelOutcome.UNREADABLE:
        one = replace(one, state=State.QUARANTINED, reason=Reason.CHANNEL_UNREADABLE, detail=reading.reason)
    elif reading.outcome is ChannelOutcome.PARTIAL:
        one = replace(one, detail=reading.reason)
    return one, reading


def _warning(channel: Channel, one: Fetched, reading: ChannelReading | None) -> str | None:
    """What a person should look at: a channel that could not be read, or lists nothing."""
    if reading is None:
        return f"{channel.url}: {one.reason.value}" + (f" ({one.detail})" if one.detail else "")
    if reading.outcome is not ChannelOutcome.OK:
        return f"{channel.url}: {reading.outcome.value}" + (f" ({reading.reason})" if reading.reason else "")
    return None
