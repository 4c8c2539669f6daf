"""The words of this stage: a channel lists URLs; each listing is a row, each reading ends in one outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChannelKind(StrEnum):
    """What sort of list a channel is."""

    FEED = "feed"  # RSS 0.9 to 2.0, Atom, JSON Feed: told apart by their content
    SITEMAP = "sitemap"  # sitemaps, sitemap indexes and Google News sitemaps, plain or gzipped
    SECTION = "section"  # an HTML page whose links are articles
    URL_LIST = "url_list"  # a text file, one URL a line
    IMPORT = "import"  # saved pages and WARC files: the input itself is the listing


class ChannelOutcome(StrEnum):
    """How reading one channel ended."""

    OK = "ok"
    PARTIAL = "partial"  # broken or over a limit: what stood before the fault was kept
    EMPTY = "empty"  # read whole, lists nothing
    UNREADABLE = "unreadable"  # not a channel of its kind at all
    XML_DTD = "xml_dtd"  # an XML document type or entity declaration: refused


@dataclass(frozen=True, slots=True)
class Channel:
    """One list that a source publishes."""

    source_id: str
    kind: ChannelKind
    url: str
    link_pattern: str | None = None  # sections only: a regular expression that article links match


@dataclass(frozen=True, slots=True)
class Listing:
    """One channel listed one URL, with what it said of it."""

    source_id: str
    channel_kind: ChannelKind
    channel_url: str
    url: str  # absolute and normalised (flows.addresses.normalise)
    url_raw: str  # as listed
    title: str | None = None
    stated_at: datetime | None = None  # publication as the channel states it; aware, UTC
    stated_modified_at: datetime | None = None  # last change as the channel states it; aware, UTC
    stated_raw: str | None = None  # the date as printed
    publication: str | None = None  # Google News sitemaps: the publication's name
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelReading:
    """What reading one channel gave. `more` holds channels that it points to (a sitemap index's children)."""

    outcome: ChannelOutcome
    reason: str | None
    listings: tuple[Listing, ...]
    more: tuple[Channel, ...] = ()
