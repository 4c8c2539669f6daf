"""One channel's body to its listings: the format told by the content, whatever the channel was said to be. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flows.addresses import normalise, url_key
from flows.discovery import feeds, sections, sitemaps, url_lists
from flows.discovery.dates import stated_instant
from flows.discovery.decoding import Head, as_utf8, head_of, unpack
from flows.discovery.entries import MAX_DATE_CHARS, Entries, Entry, gathered, plain, unreadable
from flows.discovery.listing import Channel, ChannelKind, ChannelOutcome, ChannelReading, Listing
from flows.discovery.sitemaps import robots_sitemaps

__all__ = ["read", "robots_sitemaps"]

MAX_URL_RAW_CHARS = 2_048
_HEAD_BYTES = 262_144  # the first element must begin within them
_LIMITS = {
    ChannelKind.FEED: feeds.MAX_FEED_BYTES,
    ChannelKind.SITEMAP: sitemaps.MAX_SITEMAP_BYTES,
    ChannelKind.SECTION: sections.MAX_SECTION_BYTES,
    ChannelKind.URL_LIST: url_lists.MAX_URL_LIST_BYTES,
}


def read(channel: Channel, body: bytes, *, content_type: str | None, timezone: str, now: datetime) -> ChannelReading:
    """Read what a channel served. Never raises.

    Args:
        channel: the list that was asked for. Feeds, sitemaps and URL lists are told apart by their content, so that a
            publisher who turns one into another is still read; only a section must be what it is said to be.
        body: as served, after the transfer's own coding; may be gzipped.
        content_type: HTTP header, believed for the charset only after the bytes themselves.
        timezone: IANA zone of the source, for dates that name none.
        now: aware instant of the reading; dates too far ahead of it are not believed.

    Returns:
        Each address once (by `flows.addresses.url_key`), in the channel's order, with the first title and dates that
        any of its entries states; at most 50,000. `more` holds an index's sitemaps, without the index itself.
    """
    try:
        found = _entries(channel, body, content_type)
        return _reading(channel, found, ZoneInfo(timezone), now)
    except Exception as error:  # whatever a parser does on hostile bytes, the other channels go on
        return ChannelReading(ChannelOutcome.UNREADABLE, f"the reader failed ({type(error).__name__})", ())


def _entries(channel: Channel, body: bytes, content_type: str | None) -> Entries:
    if channel.kind is ChannelKind.IMPORT:
        return unreadable("an import has no list to read")
    limit = _LIMITS[channel.kind]
    unpacked = unpack(body, limit)
    if not unpacked.content.strip():
        return unreadable(unpacked.fault or "the body is empty")
    content, faults = as_utf8(unpacked.content, content_type), (unpacked.fault,)
    if channel.kind is ChannelKind.SECTION:
        return sections.read_section(content, channel.url, channel.link_pattern, faults)
    start = content[:_HEAD_BYTES].decode("utf-8", "ignore")
    first = start.lstrip("\ufeff \t\r\n")[:14].lower()
    if first.startswith("{"):
        return _json_entries(content, faults)
    head = _head(start)
    if head.root == "html" or first == "<!doctype html":
        return unreadable("an HTML page")
    if head.has_declaration:
        return Entries(ChannelOutcome.XML_DTD, "an XML document type or entity declaration: refused")
    root_at = len(start[: head.root_at].encode())
    if head.root in sitemaps.XML_ROOTS:
        return sitemaps.read_sitemap(content, root_at, faults)
    if head.root in feeds.XML_ROOTS:
        return feeds.read_xml_feed(content[root_at:], faults)
    if first.startswith("<"):
        return unreadable(
            f"XML, but neither a feed nor a sitemap (<{head.root}>)" if head.root else "XML with no element"
        )
    if "\0" in start:
        return unreadable("neither XML nor text")
    text = content[: url_lists.MAX_URL_LIST_BYTES].decode("utf-8", "replace")
    if channel.kind is ChannelKind.SITEMAP and urlsplit(channel.url).path == "/robots.txt":
        return gathered((), faults, children=robots_sitemaps(text))
    return url_lists.read_url_list(text, (*faults, _cut_to(content, url_lists.MAX_URL_LIST_BYTES)))


def _head(start: str) -> Head:
    """The XML head; behind whatever a broken server printed in front of it (`<br /><b>Warning</b>: ...`)."""
    head = head_of(start)
    prolog_at = start.find("<?xml")
    if head.root in sitemaps.XML_ROOTS | feeds.XML_ROOTS or prolog_at <= 0:
        return head
    behind = head_of(start[prolog_at:])
    if behind.root not in sitemaps.XML_ROOTS | feeds.XML_ROOTS:
        return head
    return Head(behind.root, prolog_at + behind.root_at, head.has_declaration or behind.has_declaration)


def _json_entries(content: bytes, faults: tuple[str | None, ...]) -> Entries:
    cut = _cut_to(content, feeds.MAX_FEED_BYTES)
    return unreadable(cut) if cut else feeds.read_json_feed(content.decode("utf-8", "replace"), faults)


def _cut_to(content: bytes, limit_bytes: int) -> str | None:
    return f"larger than {limit_bytes:,} bytes" if len(content) > limit_bytes else None


def _reading(channel: Channel, found: Entries, zone: ZoneInfo, now: datetime) -> ChannelReading:
    listings: dict[str, Listing] = {}
    unusable = 0
    for entry in found.entries:
        listing = _listing(channel, entry, zone, now)
        if listing is None:
            unusable += 1
            continue
        key = url_key(listing.url)
        listings[key] = _joined(listings[key], listing) if key in listings else listing
    more = _more(channel, found.children)
    outcome, reason = found.outcome, found.reason
    if unusable:
        reason = "; ".join(filter(None, [reason, f"{unusable} of {len(found.entries)} entries have no usable address"]))
    if not listings and not more:  # what a reader found, but no address can be made of
        outcome = {ChannelOutcome.OK: ChannelOutcome.EMPTY, ChannelOutcome.PARTIAL: ChannelOutcome.UNREADABLE}.get(
            outcome, outcome
        )
    return ChannelReading(outcome, reason, tuple(listings.values()), more)


def _listing(channel: Channel, entry: Entry, zone: ZoneInfo, now: datetime) -> Listing | None:
    base = (normalise(entry.base, channel.url) if entry.base else None) or channel.url
    url = normalise(entry.url, base)
    if url is None:
        return None
    return Listing(
        source_id=channel.source_id,
        channel_kind=channel.kind,
        channel_url=channel.url,
        url=url,
        url_raw=plain(entry.url, MAX_URL_RAW_CHARS) or url,
        title=entry.title,
        stated_at=stated_instant(entry.published, zone, now),
        stated_modified_at=stated_instant(entry.modified, zone, now),
        stated_raw=plain(entry.published or entry.modified, MAX_DATE_CHARS),
        publication=entry.publication,
        lang=entry.lang,
    )


def _joined(first: Listing, again: Listing) -> Listing:
    """Two entries of one address: the first, with what only the second says. A picture's link often stands first."""
    has_date = first.stated_raw is not None
    return replace(
        first,
        title=first.title or again.title,
        stated_at=first.stated_at if has_date else again.stated_at,
        stated_modified_at=first.stated_modified_at if has_date else again.stated_modified_at,
        stated_raw=first.stated_raw or again.stated_raw,
        publication=first.publication or again.publication,
        lang=first.lang or again.lang,
    )


def _more(channel: Channel, children: Iterable[str]) -> tuple[Channel, ...]:
    """Channels that an index names, each once, and never the index itself."""
    found: dict[str, Channel] = {url_key(channel.url): channel}
    for child in children:
        url = normalise(child, channel.url)
        if url is not None:
            found.setdefault(url_key(url), Channel(channel.source_id, ChannelKind.SITEMAP, url))
    return tuple(found.values())[1:]
