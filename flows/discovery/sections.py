"""The links of a section page that are articles, with their anchor texts. Pure."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from flows.addresses import host, normalise
from flows.discovery.decoding import MAX_TAG_BYTES, oversized_tag
from flows.discovery.entries import MAX_TITLE_CHARS, Entries, Entry, gathered, title_of, unreadable
from flows.discovery.listing import ChannelOutcome

MAX_SECTION_BYTES = 5_000_000
MAX_LINKS = 20_000
MAX_MARKS = 300_000  # of `<`; libxml2 took 13 s for 5 MB of them
MAX_LINK_CHARS = 1_000  # a pattern is run over no longer address; the longest article address in use has about 700
_MAX_TEXT_PIECES = 40  # of one anchor

_NAMES_HOST = re.compile(r"\^?\(?(?:\?:)?https?(?=[?:\\|(])", re.IGNORECASE)


def read_section(content: bytes, url: str, link_pattern: str | None, faults: tuple[str | None, ...] = ()) -> Entries:
    """Read the links of an HTML page.

    Args:
        content: the page in UTF-8.
        url: the page's address: relative links refer to it unless a `base` element says otherwise.
        link_pattern: searched in the normal form of each link's address. A pattern that begins with `http` may lead to
            any host; under any other only links to the page's own host (with or without `www.`) count.
        faults: what the caller knows to be lost already.
    """
    if not link_pattern:
        return unreadable("a section needs a link_pattern that says which links are articles")
    pattern = re.compile(link_pattern)
    own_host = None if _NAMES_HOST.match(link_pattern) else _bare(host(url))
    cut_at, problem = safe_length(content)
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(content[:cut_at], parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return unreadable(f"not an HTML page ({str(error)[:100]})")
    if root is None:
        return unreadable("not an HTML page")
    anchors = list(islice(root.iter("a"), MAX_LINKS + 1))
    entries = list(_articles(anchors[:MAX_LINKS], base_of(root, url), pattern, own_host))
    problems = (
        *faults,
        problem,
        f"more than {MAX_LINKS:,} links" if len(anchors) > MAX_LINKS else None,
        "nested deeper than the parser goes" if _is_cut(parser) else None,
    )
    reading = gathered(entries, problems)
    if reading.outcome is ChannelOutcome.EMPTY and anchors:
        return gathered((), (), (f"none of the page's {len(anchors)} links matches the link_pattern",))
    return reading


def _articles(
    anchors: list[etree._Element], base: str, pattern: re.Pattern[str], own_host: str | None
) -> Iterator[Entry]:
    """One entry for each link that matches: with its text, else (a picture alone) with what describes the picture."""
    texts: dict[str, str | None] = {}  # link -> its title so far
    refused: set[str] = set()
    described: dict[str, str | None] = {}
    for anchor in anchors:
        href = anchor.get("href")
        if not href or href in refused or texts.get(href):
            continue
        if href not in texts and not _is_article(href, base, pattern, own_host):
            refused.add(href)
            continue
        pieces = islice(anchor.itertext("*"), _MAX_TEXT_PIECES)  # anchors may be nested: never all of it
        texts[href] = title_of(" ".join(str(piece[:MAX_TITLE_CHARS]) for piece in pieces))
        described[href] = described.get(href) or title_of(_description(anchor))
    for href, text in texts.items():
        yield Entry(url=href, base=base, title=text or described[href])


def _is_article(href: str, base: str, pattern: re.Pattern[str], own_host: str | None) -> bool:
    address = normalise(href, base) if len(href) <= MAX_LINK_CHARS else None
    if address is None or len(address) > MAX_LINK_CHARS:
        return False
    is_own = own_host is None or _bare(urlsplit(address).hostname or "") == own_host
    return is_own and pattern.search(address) is not None


def _description(anchor: etree._Element) -> str | None:
    """The link's own `title`, else the `alt` of its picture."""
    pictures = (image.get("alt") for image in islice(anchor.iter("img"), 3))
    return anchor.get("title") or next((text for text in pictures if text), None)


def base_of(root: etree._Element, url: str) -> str:
    """Give what the links of a page are relative to: its `base`, if it has a good one, else its address."""
    element = next(root.iter("base"), None)
    return (
        (normalise((element.get("href") or "") if element is not None else "", url) or url) if root is not None else url
    )


def safe_length(content: bytes) -> tuple[int | None, str | None]:
    """Say where a page must be cut to be parsed in good time, and why; None for a page that need not be."""
    if content.count(b"<") > MAX_MARKS:
        at = next(islice(re.finditer(b"<", content), MAX_MARKS, None)).start()
        content, cut_at, problem = content[:at], at, f"more than {MAX_MARKS:,} '<'"
    else:
        cut_at, problem = None, None
    tag_at = oversized_tag(content)
    return (cut_at, problem) if tag_at is None else (tag_at, f"a tag larger than {MAX_TAG_BYTES:,} bytes")


def _bare(name: str) -> str:
    return name.removeprefix("www.")


def _is_cut(parser: etree.HTMLParser) -> bool:
    return any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
