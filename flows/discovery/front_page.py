"""What a publisher's front page says of itself: name, language, country, and where its feeds are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from flows.addresses import normalise, url_key
from flows.discovery.decoding import as_utf8, unpack
from flows.discovery.entries import MAX_NAME_CHARS, language_of, plain
from flows.discovery.sections import MAX_LINKS, MAX_SECTION_BYTES, base_of, safe_length

MAX_FEEDS = 40  # the largest in use names some thirty

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_NAMES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_LOOKS_LIKE_FEED = re.compile(r"(?i)\.(?:rss|rdf|atom)$|/(?:rss|feeds?|atom)(?:[/._-]|$)")
_COMMENTS = re.compile(r"(?i)/comments?/")
_TITLE_END = re.compile(r"\s+[|\-–—:·»>]\s+")  # "매아리일보 - 바른 소식": the name stands first


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the page states; None and () where it states nothing."""

    name: str | None = None
    lang: str | None = None  # BCP 47, as stated
    feeds: tuple[str, ...] = ()  # normal form; those that `link rel=alternate` names first


def read_front_page(body: bytes, url: str, content_type: str | None) -> FrontPage:
    """Read a front page. Never raises; what is no page gives an empty FrontPage.

    Args:
        body: as served, after the transfer's own coding.
        url: address that it was served from: relative links refer to it.
        content_type: HTTP header.
    """
    content = as_utf8(unpack(body, MAX_SECTION_BYTES).content, content_type)
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(content[: safe_length(content)[0]], parser)
    except (etree.XMLSyntaxError, ValueError):
        return FrontPage()
    if root is None:
        return FrontPage()
    metas = _metas(root)
    lang = language_of(root.get("lang")) or language_of(metas.get("og:locale"))
    feeds: dict[str, str] = {}
    for address in _feeds(root, base_of(root, url)):
        feeds.setdefault(url_key(address), address)
    return FrontPage(_name(root, metas), lang, tuple(islice(feeds.values(), MAX_FEEDS)))


def _metas(root: etree._Element) -> dict[str, str]:
    """First content of each `meta`, by name or property."""
    metas: dict[str, str] = {}
    for element in islice(root.iter("meta"), MAX_LINKS):
        name = (element.get("property") or element.get("name") or "").strip().lower()
        content = element.get("content")
        if name and content:
            metas.setdefault(name, content)
    return metas


def _name(root: etree._Element, metas: dict[str, str]) -> str | None:
    stated = next((name for key in _NAMES if (name := plain(metas.get(key), MAX_NAME_CHARS))), None)
    if stated:
        return stated
    title = next(root.iter("title"), None)
    text = plain(title.text, MAX_NAME_CHARS) if title is not None else None
    return _TITLE_END.split(text)[0].strip() or None if text else None


def _feeds(root: etree._Element, base: str) -> Iterator[str]:
    """Feeds that the head names, then links that look like feeds; feeds of readers' comments are left out."""
    for link in islice(root.iter("link"), MAX_LINKS):
        rels = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in rels and kind in _FEED_TYPES:
            yield from _usable(link.get("href"), base)
    for anchor in islice(root.iter("a"), MAX_LINKS):
        href = anchor.get("href") or ""
        if _LOOKS_LIKE_FEED.search(href[:2_048].partition("?")[0]):
            yield from _usable(href, base)


def _usable(href: str | None, base: str) -> Iterator[str]:
    address = normalise(href, base) if href else None
    if address is not None and not _COMMENTS.search(address):
        yield address
