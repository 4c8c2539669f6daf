"""A publisher's archive by its sitemaps: a window of days, so many pages a run, as politely as any day's gathering.

Sitemap indexes of publishers name a child a month, for years. Children that name a month outside the window are not
asked for. A run takes the oldest pages of the window that no run has asked for, and the next run goes on from there,
also after one that was killed: raw.fetches tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flows.addresses import url_key
from flows.discovery.listing import Channel, ChannelKind, Listing
from flows.discovery.source import Source
from flows.fetching.capture import Fetched, Wanted
from flows.fetching.guard import Network
from flows.lake import due
from flows.lake.batches import Writer
from flows.settings import Settings
from flows.steps.gathering import Gathering

MOST_SITEMAPS = 500
"""Sitemaps that one run reads: forty years of months."""

_MONTH = re.compile(r"(?<!\d)(19[89]\d|20\d\d)[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """What of an archive is wanted, and how much of it a run takes."""

    first_date: date
    last_date: date
    most_pages: int
    seconds_between_requests: float

    def may_hold(self, address: str) -> bool:
        """Whether a sitemap may name pages of the window, by the month in its address; True where it has none."""
        named = _dated(address)
        if named is None:
            return True
        year, month, day = named
        if day:
            return self.first_date <= date(year, month, day) <= self.last_date
        first, last = self.first_date, self.last_date
        return (first.year, first.month) <= (year, month) <= (last.year, last.month)

    def holds(self, listing: Listing) -> bool:
        """Whether a page is of the window: by the day that its list or its address tells. False where nothing does."""
        stated = min((at for at in (listing.stated_at, listing.stated_modified_at) if at is not None), default=None)
        named = _dated(listing.url)
        if named is not None and (named[2] or stated is None):  # a publisher may touch all of `lastmod` in a day
            return self.may_hold(listing.url)
        return stated is not None and self.first_date <= stated.astimezone(UTC).date() <= self.last_date


class SitemapArchive(Gathering):
    """Gathering that reads one sitemap of a source, and takes so many pages of a window."""

    def __init__(
        self,
        source: Source,
        sitemap: str,
        window: Window,
        network: Network,
        writer: Writer,
        run_id: str,
        settings: Settings,
        now: datetime,
    ) -> None:
        """`sitemap` is the address of a sitemap or of an index; the rest as for Gathering."""
        super().__init__([source], network, writer, run_id, settings, is_sample=False, now=now)
        self._sitemap = Channel(source.id, ChannelKind.SITEMAP, sitemap)
        self._window = window
        self._sitemap_count = 0
        self.left_count = 0
        """Pages of the window that the next runs will take."""

    def _channels(self) -> list[Channel]:
        return [self._sitemap] if self._sources else []

    def _followed(self, channels: Sequence[Channel]) -> Sequence[Channel]:
        wanted = [one for one in channels if self._window.may_hold(one.url)]
        wanted = wanted[: max(0, MOST_SITEMAPS - self._sitemap_count)]
        self._sitemap_count += len(wanted)
        return wanted

    def _taken(self, listings: Sequence[Listing]) -> Sequence[Listing]:
        return [listing for listing in listings if self._window.holds(listing)]

    def _chosen(self, listings: list[Listing]) -> list[Listing]:
        by_key = {url_key(one.url): one for one in listings if not self._tombstones.stops(one.url)}
        waiting = sorted((by_key[key] for key in due.untried(self._writer.connection, list(by_key))), key=_age)
        self.left_count = max(0, len(waiting) - self._window.most_pages)
        return waiting[: self._window.most_pages]

    def _asks(self, listings: Sequence[Listing]) -> list[due.Ask]:
        """Only what this run lists: what else is due waits for the day's run, whose pace it has."""
        keys = {url_key(listing.url) for listing in listings}
        return [ask for ask in super()._asks(listings) if ask.url_key in keys]

    def _want(self, url: str, source_id: str, kind: str, held: due.Held | None) -> Wanted:
        wanted = super()._want(url, source_id, kind, held)
        return replace(wanted, delay_seconds=max(wanted.delay_seconds, self._window.seconds_between_requests))

    def _thinned(self, fetched: Sequence[Fetched]) -> tuple[str, ...]:
        return ()

    def _listed_count(self, one: Fetched) -> int | None:
        return None  # not the source's usual number, from which thinning is told


def _age(listing: Listing) -> tuple[str, str]:
    stated = listing.stated_at or listing.stated_modified_at
    return (stated.isoformat() if stated else "", listing.url)


def _dated(address: str) -> tuple[int, int, int] | None:
    """Year, month and day (0 where there is none) that an address names, the last of them; None where it has none."""
    found = None
    for match in _MONTH.finditer(address):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
        try:
            date(year, month, day or 1)
        except ValueError:
            continue
        found = (year, month, day)
    return found
