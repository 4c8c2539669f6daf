"""What the readers hand to `reading.read`: entries as printed, before URLs and dates are made into ours. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from flows.discovery.listing import ChannelOutcome

MAX_ENTRIES = 50_000  # of one channel; the sitemap protocol's own limit (sitemaps.org/protocol.html)
MAX_TITLE_CHARS = 500
MAX_NAME_CHARS = 200
MAX_DATE_CHARS = 80

_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|mark|small|sub|sup|a|br|p|div)(?:\s[^<>]{0,500})?/?>"  # HTML's own
    r"|<[a-z][a-z0-9:-]{0,30}\s[^<>=]{1,40}=[^<>]{0,500}>|</[a-z][a-z0-9:-]{0,30}>",  # what has attributes or closes
    re.IGNORECASE | re.ASCII,
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a channel lists, in its own words. Texts are as printed; None where the channel says nothing."""

    url: str
    base: str | None = None  # what a relative `url` is relative to, where the channel says so itself
    title: str | None = None
    published: str | None = None
    modified: str | None = None
    publication: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """All that a reader found in one channel. `children` are the addresses of further sitemaps, as printed."""

    outcome: ChannelOutcome
    reason: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()


def unreadable(reason: str) -> Entries:
    """Say that a body is no channel of its kind."""
    return Entries(ChannelOutcome.UNREADABLE, reason)


def gathered(
    entries: Iterable[Entry],
    faults: Iterable[str | None],
    notes: Iterable[str | None] = (),
    children: Iterable[str] = (),
) -> Entries:
    """Put a reading together: any fault makes it PARTIAL, nothing found makes it EMPTY, notes only explain.

    A broken body that gave nothing at all is UNREADABLE: there is no part of it that was read.
    """
    kept = list(islice(entries, MAX_ENTRIES + 1))
    below = list(islice(dict.fromkeys(children), MAX_ENTRIES + 1))
    limit = f"more than {MAX_ENTRIES:,} entries" if max(len(kept), len(below)) > MAX_ENTRIES else None
    found, named = tuple(kept[:MAX_ENTRIES]), tuple(below[:MAX_ENTRIES])
    problems = [text for text in (*faults, limit) if text]
    reason = "; ".join([*problems, *(text for text in notes if text)]) or None
    if not found and not named:
        outcome = ChannelOutcome.UNREADABLE if problems else ChannelOutcome.EMPTY
    else:
        outcome = ChannelOutcome.PARTIAL if problems else ChannelOutcome.OK
    return Entries(outcome, reason, found, named)


def plain(text: object, limit: int) -> str | None:
    """One line of NFC text without control characters, cut to `limit` characters; None where nothing is left."""
    if not isinstance(text, str):
        return None
    line = " ".join(_CONTROLS.sub(" ", text[: 4 * limit + 200]).split())
    return unicodedata.normalize("NFC", line)[:limit].strip() or None


def title_of(text: object) -> str | None:
    """A headline as a reader sees it: entities resolved, also those escaped twice, and tags dropped.

    Korean feeds print `[책&amp;amp;생각]` and `&amp;#039;오늘의 운세&amp;#039;` where the page says `[책&생각]` and
    `'오늘의 운세'`; an XML parser undoes one of the two layers. What only looks like a tag stays: `<속보>`
    is a headline.
    """
    if not isinstance(text, str):
        return None
    once = html.unescape(text[: 4 * MAX_TITLE_CHARS])
    return plain(_TAG.sub(" ", html.unescape(once)), MAX_TITLE_CHARS)


def language_of(text: object) -> str | None:
    """A language tag as stated (`ko`, `ko-KR`), or None for anything else."""
    tag = plain(text, 35)
    return tag.replace("_", "-") if tag and _LANGUAGE.fullmatch(tag) else None
