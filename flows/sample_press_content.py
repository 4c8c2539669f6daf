"""The words of the sample press: editions, outlets, channels and stories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Edition(StrEnum):
    """Which state of the press is served. The evening holds everything of the morning, a few texts edited."""

    MORNING = "morning"
    EVENING = "evening"


class Form(StrEnum):
    """How the page of a story is made, where it is not the publisher's plain layout."""

    PAGE = "page"
    SCRIPT_STATE = "script_state"  # the text lies in a JSON script; the visible body is empty
    CUT = "cut"  # the page stops inside a tag
    EUC_KR_AS_UTF8 = "euc_kr_as_utf8"  # EUC-KR bytes, labelled UTF-8 in header and page
    LEAD_ONLY = "lead_only"  # paywalled: the first paragraph and an offer
    PLAIN_TEXT = "plain_text"  # a portal's text page, text/plain


class ChannelForm(StrEnum):
    """The sort of list a publisher keeps."""

    RSS = "rss"
    ATOM = "atom"
    JSON_FEED = "json_feed"
    NEWS_SITEMAP = "news_sitemap"
    SITEMAP_INDEX = "sitemap_index"
    SECTION = "section"
    URL_LIST = "url_list"


class ExtraForm(StrEnum):
    """An address that is listed and is no story of its own."""

    GONE = "gone"  # answers 404 although a channel still lists it
    REDIRECT = "redirect"  # answers 301 to `to`
    PDF = "pdf"  # a PDF document under an .html address, labelled text/html


@dataclass(frozen=True, slots=True)
class Person:
    """One person credited, as a byline prints it: name, role, e-mail."""

    name: str
    role: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of a story. `image` is a path on the publisher's host."""

    text: str
    credit: str | None
    image: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body, in order: a paragraph, a sub-heading (`is_heading`) or a picture."""

    text: str = ""
    is_heading: bool = False
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One story as one publisher, or a portal, shows it. Times are aware, in Asia/Seoul."""

    key: str  # <publisher id>/<file name>
    publisher_id: str  # whose story it is
    shown_by: str  # whose host shows it: the publisher, or a portal
    path: str
    title: str  # without markers
    prefix: str  # leading markers as printed, e.g. "[단독] "
    suffix: str  # trailing markers as printed, e.g. "(종합)"
    lang: str
    section: str
    published_at: datetime
    modified_at: datetime | None
    decks: tuple[str, ...]
    authors: tuple[Person, ...]
    byline: str | None  # as printed, where it is not the plain form
    tags: tuple[str, ...]
    blocks: tuple[Block, ...]
    comment_count: int
    notice: str | None  # replaces the publisher's own
    extra_notice: str | None  # stands beside the publisher's own
    form: Form
    is_listed: bool = True  # False: reached by a redirect only
    origin_url: str | None = None  # portals: the publisher's page
    has_evening_text: bool = False

    @property
    def headline(self) -> str:
        """The title as printed, markers included."""
        return f"{self.prefix}{self.title}{self.suffix}"

    @property
    def changed_at(self) -> datetime:
        """The last change that the page states."""
        return self.modified_at or self.published_at

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Paragraphs and sub-headings, in order, pictures left out."""
        return tuple(block.text for block in self.blocks if block.figure is None)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The pictures, in order."""
        return tuple(block.figure for block in self.blocks if block.figure is not None)


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """One list of a publisher: its form, its path, and the sections it is limited to (none: all)."""

    form: ChannelForm
    path: str
    title: str
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extra:
    """A listed address that is no story of its own."""

    form: ExtraForm
    path: str
    title: str
    published_at: datetime
    section: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher, an agency or a portal: its host, its layout and its furniture."""

    id: str
    host: str
    kind: str
    name: str
    name_en: str
    lang: str
    layout: str
    slogan: str
    sections: tuple[str, ...]
    notice: str | None
    portal_notice: str | None
    footer: tuple[str, ...]
    robots: str
    channels: tuple[ChannelPlan, ...]
    extras: tuple[Extra, ...]
    headers: tuple[tuple[str, str], ...]

    def url(self, path: str) -> str:
        """The public address of a path on this host, without a port."""
        return f"http://{self.host}{path}"


@dataclass(frozen=True, slots=True)
class Press:
    """Everything that one edition serves."""

    edition: Edition
    outlets: Mapping[str, Outlet]
    stories: tuple[Story, ...]  # by time, then by key

    def shown_by(self, outlet: Outlet) -> tuple[Story, ...]:
        """The stories on one host, newest first."""
        return tuple(story for story in reversed(self.stories) if story.shown_by == outlet.id)
