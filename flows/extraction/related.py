"""Headlines of other articles that a page shows, and the links inside the article."""

import re

from flows import addresses
from flows.extraction import publishers
from flows.extraction.article import Link, RelatedHeadline
from flows.extraction.blocks import Block, measure
from flows.extraction.portals import LEADS_AWAY
from flows.extraction.tree import BREAK, Element, text_of

MAX_RELATED = 80
MAX_LINKS = 200
LEAST_HEADLINE = 24.0
"""Shorter link texts are menu entries (in Latin letters; 10 Hangul syllables)."""

_NOT_ARTICLE = re.compile(
    r"^(?:#|javascript:|mailto:|tel:|data:)|/(?:tags?|author|authors|category|categories|search|login|"
    r"privacy|terms|about)(?:/|$|\?)",
    re.IGNORECASE,
)
_ORIGIN = re.compile(r"https?://[^/?#]+")
_BULLET = re.compile(r"^[\s•·▶►▷☞*‣◆■□○●-]+|^\d{1,2}\s*[.위)]\s+")
_BEFORE_TITLE = re.compile(r"[가-힣A-Za-z0-9'\"‘“\[(<…「『\u4e00-\u9fff]")


def split_publisher(line: str) -> tuple[str | None, str]:
    """A publisher glued before a headline, and the headline: the longest known name that leaves a headline wins.

    `프레시안이란 최고지도자` is 프레시안 and `이란 최고지도자`, which no word splitter finds.
    """
    text = _BULLET.sub("", line).strip()
    for name in publishers.longest_first():
        if text.startswith(name):
            rest = text[len(name) :].strip()
            if measure(rest) >= LEAST_HEADLINE and _BEFORE_TITLE.match(rest):
                return publishers.known(name) or name, rest
    return None, text


def find_related(
    blocks: list[Block], inside: list[Block], title: str | None, base: str | None, is_portal: bool
) -> tuple[RelatedHeadline, ...]:
    """Linked texts outside the article that are long enough to be headlines; the page's own title left out.

    Args:
        blocks: All blocks of the page.
        inside: Those that are the article.
        title: The page's own headline.
        base: The page's address, for relative links.
        is_portal: Whether publishers' names may be glued before headlines.
    """
    own = set(map(id, inside))
    origin = _origin(base)
    found: dict[str, RelatedHeadline] = {}
    for block in blocks:
        if len(found) >= MAX_RELATED:
            break
        linked = block.link_chars
        if (
            not linked
            or linked < 0.7 * len(block.text)
            or not LEAST_HEADLINE <= block.length <= 600
            or id(block) in own
        ):
            continue
        text = block.text.replace(BREAK, " ")
        link = _link_of(block)
        href = "" if link is None else link.get("href") or ""
        if not href or text == title or text in found or _NOT_ARTICLE.search(href[:300]) or LEADS_AWAY.fullmatch(text):
            continue
        publisher, headline = split_publisher(text) if is_portal else (None, text)
        found[text] = RelatedHeadline(publisher, headline, _address(href, base, origin))
    return tuple(found.values())


def _origin(base: str | None) -> str | None:
    """Scheme and host of an address in normal form."""
    match = _ORIGIN.match(base or "")
    return match.group() if match else None


def _address(href: str, base: str | None, origin: str | None) -> str | None:
    """A link's normal form. Links that need no joining, most of them, are not joined: that takes half the time."""
    if href.startswith(("http://", "https://")):
        return addresses.normalise(href)
    if origin and href.startswith("/") and not href.startswith("//"):
        return addresses.normalise(origin + href)
    return addresses.normalise(href, base)


def _link_of(block: Block) -> Element | None:
    """The link in or around a block."""
    link = next(block.element.iter("a"), None)
    if link is not None:
        return link
    return next(block.element.iterancestors("a"), None)


def find_links(blocks: list[Block], base: str | None) -> tuple[Link, ...]:
    """Links inside the article's own paragraphs, once each."""
    found: dict[str, Link] = {}
    origin = _origin(base)
    for block in blocks:
        if not block.link_chars or len(found) >= MAX_LINKS:
            continue
        nodes = block.element.iter("a") if block.element is not block.parent else block.element.iterchildren("a")
        for node in nodes:
            href = node.get("href") or ""
            text = text_of(node)
            if not text or href.startswith(("#", "javascript:", "mailto:", "tel:")) or text not in block.text:
                continue
            url = _address(href, base, origin) if href else None
            if url and url not in found:
                found[url] = Link(url, text)
    return tuple(found.values())
