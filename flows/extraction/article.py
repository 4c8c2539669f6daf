"""The words of this stage: what goes in (a page), what comes out (an article), and how it may end (an outcome).

Field names and meanings are those that `sillok extract` prints. A field that is `None` was not found or is not
stated; an empty tuple means "looked, found none".
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

EXTRACTOR = "sillok-reader/3"
"""Name and version of what makes an article. A change of meaning is a new version, never a quiet edit."""


class Outcome(StrEnum):
    """How reading one page ended. Exactly one a page; the reason beside it is a short sentence."""

    OK = "ok"
    EMPTY = "empty"  # nothing came: zero bytes, or white space only
    NOT_TEXT = "not_text"  # binary: an image, a PDF, an archive, whatever its label says
    UNDECODABLE = "undecodable"  # more than 1 % replacement characters in the best reading
    TOO_LARGE = "too_large"  # over the byte, tag or attribute limits that keep parsers honest
    TOO_DEEP = "too_deep"  # nested past what the parser keeps, so text would be lost silently
    NO_ARTICLE = "no_article"  # read whole, but no article on it (a front page, a list, an error page)
    PAYWALLED = "paywalled"  # the page says that the text is for subscribers and shows less than a paragraph
    DEADLINE = "deadline"  # killed when its time was up
    CRASHED = "crashed"  # the worker died on it
    READER_ERROR = "reader_error"  # a fault of ours; the reason names it


class Use(StrEnum):
    """What a rights statement says of one use."""

    PROHIBITED = "prohibited"
    PERMISSION_REQUIRED = "permission_required"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came. `payload` is the body as served, content codings undone, nothing else changed."""

    id: str
    input: str
    payload: bytes
    url: str | None = None
    captured_at: datetime | None = None  # aware; the only clock that this stage knows
    content_type: str | None = None  # the header as served; a hint, never an order
    headers: tuple[tuple[str, str], ...] = ()  # response headers, for rights signals
    robots_txt: str | None = None  # the host's robots.txt at capture, for rights signals
    tdmrep_json: str | None = None  # the host's /.well-known/tdmrep.json in force, likewise
    timezone: str | None = None  # IANA name of the publisher's zone where the source states it
    publisher: str | None = None  # where the source states it; the page's own word wins
    is_truncated: bool = False  # the capture was cut (WARC-Truncated)


@dataclass(frozen=True, slots=True)
class Author:
    """One person credited. `name` carries no title: 김소연, not 김소연 기자."""

    name: str
    role: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """One picture's words: what it shows, who is credited, where the picture lies."""

    text: str | None
    credit: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the body."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class RelatedHeadline:
    """The headline of another article that the page shows."""

    publisher: str | None
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One statement about use, as found. Signals are kept apart; the verdict is computed from all of them."""

    source: str  # notice, robots_txt, tdmrep_json, http_header, meta, link, jsonld, image
    scope: str  # page, site, path, asset
    use: str  # reproduction, redistribution, ai_training, collection, tdm, search, other
    value: str  # prohibited, permission_required, allowed, unknown
    raw: str  # the words or the line, as found


@dataclass(frozen=True, slots=True)
class Rights:
    """The verdict, strictest signal first, and every signal it was computed from."""

    holder: str | None = None
    reproduction: Use | None = None
    redistribution: Use | None = None
    ai_training: Use | None = None
    raw: str | None = None  # the written notice as printed
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """What a reader needs to judge the row."""

    method: str | None = None  # which way gave the body
    charset_declared: str | None = None
    charset_used: str | None = None
    replacement_share: float = 0.0  # share of U+FFFD among the characters, 0 to 1
    is_truncated: bool = False
    machine_written: tuple[str, ...] = ()  # lines that the page says a machine wrote; none of them is in the body
    corrections: tuple[str, ...] = ()  # paragraphs of the body that correct this or another article


@dataclass(frozen=True, slots=True)
class Article:
    """One page read. Every page gives one, whatever its outcome."""

    id: str
    input: str
    outcome: Outcome
    reason: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    original_url: str | None = None  # on another site, where the page says that it is a copy
    lang: str | None = None  # BCP 47, of the body
    publisher: str | None = None
    portal: str | None = None  # who shows the article, when not the publisher
    title: str | None = None
    title_markers: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    section: str | None = None
    published_at: str | None = None  # ISO 8601 with offset, in the publisher's zone
    modified_at: str | None = None
    published_precision: str | None = None  # second, minute, day
    published_source: str | None = None  # where the date was read; `impossible: ...` where what is stated cannot be one
    authors: tuple[Author, ...] = ()
    body: tuple[str, ...] = ()  # paragraphs in order, sub-headings included
    captions: tuple[Caption, ...] = ()
    links: tuple[Link, ...] = ()
    related_headlines: tuple[RelatedHeadline, ...] = ()
    comment_count: int | None = None
    topics: tuple[str, ...] = ()
    paywalled: bool | None = None
    rights: Rights = field(default_factory=Rights)
    extractor: str = EXTRACTOR
    quality: Quality = field(default_factory=Quality)
