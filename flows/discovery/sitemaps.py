"""Sitemaps, sitemap indexes and Google News sitemaps to entries. Pure, and in bounded memory whatever comes.

Formats: sitemaps.org/protocol.html (version 0.9); Google's news extension
(developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from flows.discovery.entries import (
    MAX_ENTRIES,
    MAX_NAME_CHARS,
    Entries,
    Entry,
    gathered,
    language_of,
    plain,
    title_of,
    unreadable,
)

MAX_SITEMAP_BYTES = 50_000_000  # decompressed; the protocol allows 52,428,800
MAX_ELEMENTS = 3_000_000  # 50,000 news entries hold 500,000 elements; an image sitemap of that size up to six times it
XML_ROOTS = frozenset({"urlset", "sitemapindex"})

_NAMES = etree.ErrorDomains.NAMESPACE
_LEAVES = frozenset({"loc", "lastmod", "publication_date", "title", "name", "language"})
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_ENTITY_BYTES = 12  # the longest that _AMPERSAND knows
_ROOT_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:urlset|sitemapindex)\s*>")
_TAIL_BYTES = 5_000
_OTHER_SPACE = re.compile(r"sitemap-(?:image|video)|^(?:image|video|xhtml)$")


@dataclass(slots=True)
class _State:
    """What one pass through a sitemap gathers."""

    entries: list[Entry] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)  # last change as printed, address
    fault: str | None = None
    element_count: int = 0


def read_sitemap(content: bytes, root_at: int, faults: tuple[str | None, ...] = ()) -> Entries:
    """Read a sitemap or an index.

    Args:
        content: UTF-8 (decompressed), with no document type before its first element (the caller's check).
        root_at: byte at which the first element begins; what stands before it is not looked at.
        faults: what the caller knows to be lost already, such as a size limit.

    Returns:
        Entries of a sitemap, or `children` of an index: those changed last first, so that a caller who stops early
        has the news. `lastmod` is `modified`; `news:publication_date` is `published`.
    """
    state = _State()
    source = _Amended(content, root_at, _end_of_last(content))
    try:
        for values in _blocks(source, state):
            _take(values, state)
            if max(len(state.entries), len(state.children)) > MAX_ENTRIES:
                break
    except (etree.XMLSyntaxError, UnicodeError, ValueError) as error:
        state.fault = f"broken XML ({str(error)[:100]})"
    if not state.entries and not state.children and state.fault and state.element_count < 2:
        return unreadable(state.fault)
    newest_first = sorted(state.children, key=lambda child: child[0], reverse=True)
    return gathered(state.entries, (*faults, state.fault), children=(address for _, address in newest_first))


class _Amended:
    """A file of a sitemap's bytes in which bare ampersands are escaped, one chunk at a time.

    They are the commonest fault of addresses in XML, and libxml2 would drop what follows them. Amending the whole at
    once would make 3 GB of 50 MB of ampersands.
    """

    def __init__(self, content: bytes, begin: int, end: int) -> None:
        self._content, self._position, self._end = content, begin, end

    def read(self, size: int = 65_536) -> bytes:
        """Give about `size` bytes, more by what is escaped; nothing at the end."""
        begin, end = self._position, min(self._position + max(size, 64), self._end)
        amp_at = self._content.rfind(b"&", max(begin + 1, end - _ENTITY_BYTES), end)
        if amp_at > begin and end < self._end:
            end = amp_at  # an entity may lie across the border: it goes with the next chunk
        self._position = end
        return _AMPERSAND.sub(b"&amp;", self._content[begin:end])


def _end_of_last(content: bytes) -> int:
    """Where to stop: behind the last whole entry if the sitemap is cut, so that no half address is taken for one."""
    if _ROOT_END.search(content[-_TAIL_BYTES:]):
        return len(content)
    ends = [at + len(mark) for mark in (b"</url>", b"</sitemap>") if (at := content.rfind(mark)) >= 0]
    return max(ends, default=len(content))


def _blocks(source: _Amended, state: _State) -> Iterator[dict[str, str]]:
    """Every `url` and `sitemap` element as leaf name -> text, and the tree thrown away behind the reader."""
    events = etree.iterparse(
        source, events=("end",), recover=True, resolve_entities=False, load_dtd=False, no_network=True,
        huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    values: dict[str, str] = {}
    for _, element in events:
        state.element_count += 1
        if state.element_count > MAX_ELEMENTS:
            state.fault = f"more than {MAX_ELEMENTS:,} elements"
            return
        # A prefix that nobody declared (`news:title` without its xmlns) stays part of the name.
        space, _, name = str(element.tag).replace(":", "}").rpartition("}")
        if name in _LEAVES:
            # The loc, title and so on of an image or a video are not the page's.
            if not _OTHER_SPACE.search(space) and element.text and name not in values:
                values[name] = element.text[:8_192]
        elif name in {"url", "sitemap"}:
            yield {**values, "": name}
            values = {}
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
    # An undeclared prefix loses nothing.
    faults = [entry.message for entry in events.error_log if entry.level_name != "WARNING" and entry.domain != _NAMES]
    if faults:
        state.fault = f"broken XML ({' '.join(faults[0].split())[:100]})"


def _take(values: dict[str, str], state: _State) -> None:
    url = values.get("loc", "").strip()
    if not url:
        return
    if values[""] == "sitemap":
        state.children.append((values.get("lastmod", "").strip()[:MAX_NAME_CHARS], url))
        return
    state.entries.append(
        Entry(
            url=url,
            title=title_of(values.get("title")),
            published=plain(values.get("publication_date"), MAX_NAME_CHARS),
            modified=plain(values.get("lastmod"), MAX_NAME_CHARS),
            publication=title_of(values["name"][:MAX_NAME_CHARS]) if "name" in values else None,
            lang=language_of(values.get("language")),
        )
    )


_ROBOTS_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})", re.IGNORECASE | re.MULTILINE)


def robots_sitemaps(text: str) -> tuple[str, ...]:
    """Addresses of the `Sitemap:` lines of a robots.txt, in order, each once; at most 1,000. Never raises.

    Such lines belong to no group (sitemaps.org/protocol.html#submit_robots), so all of the file is looked at, but no
    more than the 512,000 characters that count of a robots.txt. Relative addresses are not allowed there: dropped.
    """
    lines = text[:512_000].replace("\r", "\n").removeprefix("\ufeff")
    found = (match[1] for match in _ROBOTS_LINE.finditer(lines))
    return tuple(dict.fromkeys(url for url in found if url.lower().startswith(("http://", "https://"))))[:1_000]
