"""The headline: as readers see it, without the site's name, with the markers that Korean desks put on it.

Candidates are what the page states (Open Graph, JSON-LD, the title element) and what it shows (headings). A stated
title that a heading shows beyond the first `h1` wins, since sites hide an `h1` for search engines and show the real
headline in another element; then what two or more statements agree on; then what the `h1` shows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flows import gazetteer
from flows.extraction import publishers
from flows.extraction.metadata import Metas
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, clean, text_of

MAX_TITLE_CHARS = 400
MAX_HEADINGS = 60

_SEPARATOR = re.compile(r"\s+[|ㅣ│∣｜–—‒·:<»•-]{1,2}\s+|\s*[|ㅣ│｜]\s*|\s+::\s+|[|]")
_WORDS = re.compile(r"\w+")
_HEADLINE_HINT = re.compile(r"headline|article-?title|title__|news-?title|tit_view|title_area|entry-title|subject")
_BRACKETED = re.compile(r"^\s*[\[<〈【(]\s?([^\[\]<>〈〉【】()]{1,14}?)\s?[\]>〉】)]")
_TRAILING = re.compile(r"[\[(]\s?([^\[\]()]{1,10}?)\s?[\])]\s*$")
_BARE = re.compile(r"^(속보|단독|종합|긴급|포토|영상|인터뷰|사설|칼럼)\s?[|:·]\s")


@dataclass(frozen=True, slots=True)
class Title:
    """The headline as printed, and the markers read off it."""

    text: str | None
    markers: tuple[str, ...] = ()


def key_of(text: str) -> str:
    """What two spellings of one headline share: letters and digits, lower case."""
    return " ".join(_WORDS.findall(text.lower()))


def find_title(
    root: Element, metas: Metas, stated: Stated, site_names: tuple[str, ...] = (), lines: Iterable[str] = ()
) -> Title:
    """The headline of an HTML page; `Title(None)` where nothing names it.

    `lines` are the page's lines: where it states no headline and marks none, the part of its title element that it
    prints as a line of its own is the headline.
    """
    names = frozenset(key_of(name) for name in site_names if name)
    shown = [text for node in list(root.iter("h1"))[:8] if 3 < len(text := text_of(node)) <= MAX_TITLE_CHARS]
    page = clean(next((node.text for node in root.iter("title") if node.text), ""))
    others = [*shown[:4], stated.headline]
    og = without_site(metas.first("og:title") or metas.first("twitter:title") or "", names, others)
    headline = without_site(stated.headline, names, [*shown[:4], og])
    if not (shown or og or headline):
        page = _shown_part(page, lines)
    page = without_site(page, names, [*others, og])
    headings = _headings(root) if og and headline and key_of(og) != key_of(headline) else []
    return with_markers(_chosen(og, headline, page, shown, headings, names))


def _shown_part(text: str, lines: Iterable[str]) -> str:
    """The longest part of a title element, before or after a separator, that a line prints; else the whole."""
    parts = list(_SEPARATOR.finditer(text[:MAX_TITLE_CHARS]))
    if not parts:
        return text
    keys = {key_of(line) for line in lines if 3 < len(line) <= MAX_TITLE_CHARS}
    cuts = [cut for part in parts[:8] for cut in (text[: part.start()].strip(), text[part.end() :].strip())]
    return max((cut for cut in cuts if 2 * len(cut) > len(text) and key_of(cut) in keys), key=len, default=text)


def _chosen(
    og: str, headline: str, page: str, shown: list[str], headings: list[tuple[str, str]], names: frozenset[str]
) -> str:
    stated = {key_of(text): text for text in (headline, og) if text}
    firsts = [text for text in shown if key_of(text) and not _is_site(text, names)]
    top = next((text for text in firsts if key_of(text) in stated), firsts[0] if firsts else "")
    # A statement that the page shows in a heading of its own, and not in the h1.
    if top and len(stated) > 1:
        for text, tag in headings:
            if tag != "h1" and key_of(text) in stated and key_of(text) != key_of(top):
                return stated[key_of(text)]
    votes: dict[str, list[str]] = {}
    for text in (top, og, headline, page):
        if text:
            votes.setdefault(key_of(text), []).append(text)
    votes.pop("", None)
    if not votes:
        return ""
    if og and key_of(og) == key_of(headline):
        return og
    most = max(len(texts) for texts in votes.values())
    winners = [texts[0] for texts in votes.values() if len(texts) == most]
    return winners[0]


def _headings(root: Element) -> list[tuple[str, str]]:
    """(text, tag) of the headings in order; elements that call themselves a headline count as `h2`."""
    found: list[tuple[str, str]] = []
    for element in root.iter("h1", "h2", "h3", "span", "div", "p"):
        if len(found) >= MAX_HEADINGS:
            break
        if element.tag not in ("h1", "h2", "h3") and (
            not _names_headline(element.get("class"), element.get("id")) or len(element) > 3
        ):
            continue
        above = element.getparent()
        if (above is not None and above.tag == "a") or next(element.iter("a"), None) is not None:
            continue  # a linked heading leads to another article
        text = text_of(element)
        if 3 < len(text) <= MAX_TITLE_CHARS:
            found.append((text, "h1" if element.tag == "h1" else "h2"))
    return found


@lru_cache(maxsize=20_000)
def _names_headline(words: str | None, name: str | None) -> bool:
    """Whether class or id say that an element is the headline. Sites repeat theirs, so answers are remembered."""
    return _HEADLINE_HINT.search(f"{words or ''} {name or ''}".lower()) is not None


def without_site(text: str, names: frozenset[str], others: list[str]) -> str:
    """A stated title without the site's name at its end or start.

    A part is the site's when it names it, or when another candidate is the title without it.
    """
    text = clean(text)[:MAX_TITLE_CHARS]
    for _ in range(3):
        parts = list(_SEPARATOR.finditer(text))
        if not parts:
            return text
        head, tail = text[: parts[-1].start()].strip(), text[parts[-1].end() :].strip()
        keys = {key_of(other) for other in others if other}
        cuts = [text[: part.start()].strip() for part in parts] + [text[part.end() :].strip() for part in parts]
        whole = next((cut for cut in cuts if key_of(cut) and key_of(cut) in keys), "")
        if whole and key_of(text) not in keys:
            return whole
        if _names_site(tail, names):
            text = head
        elif _is_site(text[: parts[0].start()].strip(), names):
            text = text[parts[0].end() :].strip()
        else:
            return text
    return text


def _is_site(text: str, names: frozenset[str]) -> bool:
    """Whether a heading is the site's logo: its name, however spaced."""
    squeezed = key_of(text).replace(" ", "")
    return publishers.known(text) is not None or squeezed in {name.replace(" ", "") for name in names}


def _names_site(part: str, names: frozenset[str]) -> bool:
    key = key_of(part)
    if not key or len(key) > 40:
        return False
    if _is_site(part, names):
        return True
    return any(len(name) > 3 and (key.startswith(name) or name.startswith(key)) for name in names if len(key) > 3)


def with_markers(text: str) -> Title:
    """Read the markers off a headline: `[속보]`, `[단독]`, `(종합2보)`. The headline itself stays as printed."""
    if not text:
        return Title(None)
    known = gazetteer.terms("title_markers")
    markers: list[str] = []
    rest = text
    for pattern in (_BRACKETED, _BRACKETED, _TRAILING, _TRAILING):
        match = pattern.search(rest)
        if match and match.group(1).replace(" ", "") in known:
            markers.append(match.group(1).replace(" ", ""))
            rest = (rest[: match.start()] + rest[match.end() :]).strip()
    bare = _BARE.match(rest)
    if bare:
        markers.append(bare.group(1))
    return Title(text, tuple(dict.fromkeys(markers)))
