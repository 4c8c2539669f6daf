"""One parse of the page. The tree is ours to change: it is read once and thrown away."""

import re
from dataclasses import dataclass

from lxml import etree

BREAK = "\u2028"
"""Stands for `<br>` in gathered text (LINE SEPARATOR: legal in a tree, unused on pages)."""

# Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji are spelled with them.
_ZERO_WIDTH = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
_TOO_DEEP = "ERR_RESOURCE_LIMIT"
# References to NUL and to lone surrogates. Case is spelled out, so that the search can look for `&#` alone.
_REFERENCE = re.compile(rb"&#(?:0+|[xX]0+|5(?:5[3-9]|[67]\d|[89]\d)\d\d|[xX][dD][89a-fA-F][0-9a-fA-F]{2});")

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Parsed:
    """The root element, and whether the parser gave up at its depth or size limit (text would be missing)."""

    root: Element
    is_cut: bool


def parse(page: bytes) -> Parsed | None:
    """Parse a whole page in UTF-8; None where no element comes out of it.

    `huge_tree` lifts the limits at which libxml2 drops text without a word (256 levels, 10 MB a node); what
    remains of them shows in the parser's own error log.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    source = _REFERENCE.sub(b"\xef\xbf\xbd", page) if b"&#" in page else page
    try:
        root = etree.fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str):
        return None
    is_cut = any(error.type_name == _TOO_DEEP for error in parser.error_log) if len(parser.error_log) else False
    return Parsed(root, is_cut)


def clean(text: str | None) -> str:
    """One line of text: blanks of every kind made one, zero-width marks dropped."""
    if not text:
        return ""
    # Most short texts are clean as they stand, and to see that costs less than to cut and join them.
    if text.isprintable() and "  " not in text and text[0] != " " != text[-1]:
        return text
    line = " ".join(text.split())
    # Zero-width marks are not printable, and that test costs a quarter of looking for them.
    if line.isascii() or line.isprintable():
        return line
    return " ".join(_ZERO_WIDTH.sub("", text).split())


def text_of(element: Element) -> str:
    """All text below an element as one line."""
    return clean(inner_text(element))


def spaced_text(element: Element) -> str:
    """All text below an element as one line, with a blank between the texts of neighbouring elements."""
    return clean(" ".join(map(str, element.itertext())))


def inner_text(element: Element) -> str:
    """All text below an element as it stands in the tree."""
    if not len(element):
        return element.text or ""
    return "".join(element.itertext())  # type: ignore[arg-type]  # str only, since the tree was parsed from text


def select(root: Element, path: str, limit: int = 20) -> list[Element]:
    """The first elements that an XPath finds."""
    found = root.xpath(path)
    return [node for node in found[:limit] if isinstance(node, etree._Element)] if isinstance(found, list) else []


def hint_of(element: Element) -> str:
    """Class and id in lower case, the words by which a page names its parts."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()
