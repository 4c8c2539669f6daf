"""RSS 0.9 to 2.0, RDF, Atom and JSON Feed to entries. Pure.

XML goes to feedparser, but never as it came: charset, prolog, document type, control characters and stray ampersands
are dealt with first, so that it meets short, well-labelled UTF-8 and cannot open a file or an address. What stands
before the first element (a wrong encoding, blank lines, a warning of PHP) is what breaks most feeds: left out.
"""

import html
import io
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from html.entities import html5
from itertools import islice

import feedparser
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

MAX_FEED_BYTES = 5_000_000
MAX_MARKS = 200_000  # of `<`, and of `&`: as many as 10,000 items of ten elements hold, which take feedparser some 6 s
MAX_MENDING_CHARS = 20_000_000  # of opening tags parsed again and again, see _mended
MAX_TAG_CHARS = 65_536  # 22,000 attributes in one tag cost feedparser 5 s, and the time grows with their square
XML_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_BARE_LESS = re.compile(r"<(?![A-Za-z_/!?])")
_LONG_TAG = re.compile(rf"<[A-Za-z_][^<>]{{{MAX_TAG_CHARS}}}")
_NO_MARKUP = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT_NAME = re.compile(r"<([\w:.-]{1,60})")
_EMPTY_ROOT = re.compile(r"<[^<>]*/>\s*\Z")
_ITEM_BEGIN = re.compile(r"<(?:item|entry)[\s/>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]{1,30}:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAIL_CHARS = 5_000
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def read_xml_feed(content: bytes, faults: tuple[str | None, ...] = ()) -> Entries:
    """Read RSS, RDF or Atom.

    Args:
        content: UTF-8 from the first element on. The caller has seen that no document type stands before it.
        faults: what the caller knows to be lost already.
    """
    text, over = _bounded(content)
    clean, is_whole = _closed(_tidied(_NOT_XML.sub(" ", text)))
    version, found, lang, complaint = _parsed(clean)
    begun = sum(len(_ITEM_BEGIN.findall(part)) for is_markup, part in _parts(clean) if is_markup)
    entries = _entries_of(found, version, lang)
    if complaint and len(entries) < begun and (mended := _mended(clean)):
        again_version, again, again_lang, _ = _parsed(mended)
        version, again_entries = version or again_version, _entries_of(again, again_version, again_lang)
        if len(again_entries) > len(entries):
            found, entries = again, again_entries
    if not version and not found:
        return unreadable("; ".join(filter(None, ["not a feed of a kind that is known", complaint])))
    lost = f"{begun - len(found)} of {begun} items could not be read" if len(found) < begun else None
    cut = None if is_whole or over else "the XML is cut short"
    notes = _without_link(min(len(found), MAX_ENTRIES + 1), len(entries)), complaint
    return gathered(entries, (*faults, over, cut, lost), notes)


def _parsed(xml: str) -> tuple[str, list[Mapping[str, object]], str | None, str | None]:
    """What feedparser makes of a feed: its version, its items, its language, and what it complains of."""
    document = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + xml.encode("utf-8", "replace"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # feedparser's own deprecations, once an entry
            parsed = feedparser.parse(
                document,
                response_headers={"content-type": "application/xml; charset=utf-8"},
                sanitize_html=False,  # nothing of the markup is kept
                resolve_relative_uris=False,
            )
    except Exception as error:  # its lenient parser stumbles over some broken tags (KeyError for a lone `<link<`)
        return "", [], None, f"feedparser failed ({type(error).__name__})"
    fault = parsed.get("bozo_exception") if parsed.get("bozo") else None
    complaint = f"not well-formed ({str(fault)[:100]}), read leniently" if fault else None
    lang = language_of(dict.get(parsed.get("feed") or {}, "language"))
    return str(parsed.get("version") or ""), list(parsed.get("entries") or []), lang, complaint


def _entries_of(found: list[Mapping[str, object]], version: str, lang: str | None) -> list[Entry]:
    return [entry for item in found[: MAX_ENTRIES + 1] if (entry := _xml_entry(item, version, lang))]


def _mended(xml: str) -> str | None:
    """The same feed without the items that are not well-formed: one unclosed tag makes a lenient parser lose the rest.

    None where no item can be told to be whole.
    """
    root = _ROOT_NAME.match(xml)
    opening = xml[: xml.find(">") + 1]
    begins = [match.start() for match in _ITEM_BEGIN.finditer(xml)]
    if not root or not begins or len(opening) * len(begins) > MAX_MENDING_CHARS:
        return None
    closing = f"</{root[1]}>"
    last = max((match.end() for match in _ITEM_END.finditer(xml, begins[-1])), default=len(xml))
    items = [xml[begin:end] for begin, end in zip(begins, [*begins[1:], last], strict=True)]
    whole = [item for item in items if _is_well_formed(f"{opening}{item}{closing}")]
    inner = f"<channel>{''.join(whole)}</channel>" if root[1].lower() == "rss" else "".join(whole)
    return f"{opening}{inner}{closing}" if whole else None


def _is_well_formed(xml: str) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(xml.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def _bounded(content: bytes) -> tuple[str, str | None]:
    """The part of a feed that feedparser can take in some seconds, and what made it shorter than the whole.

    Measured on 5 MB of one thing: `<item>` 16 s, `&` 14 s, one tag of 400,000 attributes some minutes.
    """
    over = f"larger than {MAX_FEED_BYTES:,} bytes" if len(content) > MAX_FEED_BYTES else None
    text = content[:MAX_FEED_BYTES].decode("utf-8", "ignore")
    for mark in "<&":
        if text.count(mark) > MAX_MARKS:
            last = next(islice(re.finditer(mark, text), MAX_MARKS, None))
            text, over = text[: last.start()], f"more than {MAX_MARKS:,} '{mark}'"
    position = 0
    for is_markup, part in _parts(text):
        long_tag = _LONG_TAG.search(part) if is_markup else None
        if long_tag:
            return text[: position + long_tag.start()], f"a tag longer than {MAX_TAG_CHARS:,} characters"
        position += len(part)
    return text, over


def _closed(xml: str) -> tuple[str, bool]:
    """End a feed behind its last whole item if its own end is missing, so that no half address is taken for one.

    Returns the XML, and whether it was whole. What follows the end (a comment of the server, often) does not matter.
    """
    name = _ROOT_NAME.match(xml)
    root = name[1] if name else ""
    if _EMPTY_ROOT.match(xml) or re.search(rf"</{re.escape(root)}\s*>", xml[-_TAIL_CHARS:]):
        return xml, True
    ends = [match.end() for match in _ITEM_END.finditer(xml)]
    if not ends:
        return xml, False
    is_rss = root.lower() == "rss"
    return f"{xml[: ends[-1]]}{'</channel>' if is_rss else ''}</{root}>", False


def read_json_feed(text: str, faults: tuple[str | None, ...] = ()) -> Entries:
    """Read JSON Feed 1.0 or 1.1 (jsonfeed.org). `text` is the decoded body; a cut one cannot be read in part."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        return unreadable(f"broken JSON ({str(error)[:100]})")
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(items, list):
        return unreadable("JSON, but no JSON Feed: there is no list of items")
    lang = language_of(document.get("language"))
    entries = [entry for item in items[: MAX_ENTRIES + 1] if (entry := _json_entry(item, lang))]
    return gathered(entries, faults, (_without_link(min(len(items), MAX_ENTRIES + 1), len(entries)),))


def _json_entry(item: object, lang: str | None) -> Entry | None:
    if not isinstance(item, dict):
        return None
    url = next(
        (value for key in ("url", "external_url", "id") if isinstance(value := item.get(key), str) and value), ""
    )
    if not url or not (item.get("url") or item.get("external_url") or url.startswith(("http://", "https://"))):
        return None
    return Entry(
        url=url,
        title=title_of(item.get("title")),
        published=_date_text(item.get("date_published")),
        modified=_date_text(item.get("date_modified")),
        lang=language_of(item.get("language")) or lang,
    )


def _date_text(value: object) -> str | None:
    """Dates in JSON come as text, and as numbers where a programmer wrote the feed."""
    return plain(str(int(value)) if isinstance(value, int | float) and 0 < value < 1e14 else value, MAX_NAME_CHARS)


def _xml_entry(item: Mapping[str, object], version: str, lang: str | None) -> Entry | None:
    """One entry, or None without a link: there is nothing to fetch."""
    fields = dict(item.items())  # feedparser's own mapping answers for keys that are not there
    # FeedBurner replaces the article's address by its own and keeps the article's here.
    url = fields.get("feedburner_origlink") or fields.get("link") or _first_link(fields.get("links"))
    if not isinstance(url, str) or not url.strip():
        return None
    published, modified = fields.get("published") or fields.get("created"), fields.get("updated")
    if version.startswith("rss") and not published:
        published, modified = modified, None  # dc:date is the publication in RSS and RDF
    return Entry(
        url=url,
        title=title_of(fields.get("title")),
        published=plain(published, MAX_NAME_CHARS),
        modified=plain(modified, MAX_NAME_CHARS),
        lang=language_of(fields.get("language")) or lang,
    )


def _first_link(links: object) -> object:
    """Address of an entry that has links, but none that says it is the article."""
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("rel") not in {"enclosure", "self", "edit", "replies", "via"}:
            return link.get("href")
    return None


def _without_link(listed: int, kept: int) -> str | None:
    return f"{listed - kept} of {listed} items have no link" if kept < listed else None


def _tidied(text: str) -> str:
    """Make XML of what is nearly XML: bare `&` and `<` escaped, HTML's names replaced; not in CDATA and comments."""
    return "".join(
        _AMPERSAND.sub(_entity, _BARE_LESS.sub("&lt;", part)) if is_markup else part for is_markup, part in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    position = 0
    for section in _NO_MARKUP.finditer(text):
        yield True, text[position : section.start()]
        yield False, section.group()
        position = section.end()
    yield True, text[position:]


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match.group()
    if name.startswith("#"):
        return html.escape(html.unescape(match.group()))  # &#0; and &#55296; become U+FFFD, as browsers have it
    return html.escape(html5[f"{name};"]) if f"{name};" in html5 else f"&amp;{name};"
