"""Credits that a page shows: marked names and elements called bylines, those near the article first."""

import re
from dataclasses import dataclass
from functools import lru_cache

from flows.extraction.article import Author
from flows.extraction.names import CJK, split_names
from flows.extraction.patterns import named
from flows.extraction.tree import Element, spaced_text

_AFTER_BY = re.compile(r"^.{1,40}?\b(?:by|von)\s+(?=[A-ZÀ-Þ])")
_BYLINE_HINT = named(
    r"byline\w*|by-line|author\w*|article__?author\w*|writer\w*|reporter\w*|"
    r"journalist\w*|autor\w*|contributor\w*|info_view|txt_info|c-byline\w*"
)
_AUTHOR_PATHS = ("/author/", "/authors/", "/autor/", "/autoren/", "/autore/", "/autori/", "/auteur/", "/auteurs/")
LOOK_BEFORE = 60
"""Elements before the headline among which a credit may stand."""
LOOK_AFTER = 120
"""Elements after the article's last paragraph among which a credit may stand."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article stands: the headline's element, the first and the last element of its text; None if unknown."""

    title: Element | None = None
    first: Element | None = None
    last: Element | None = None


def find_shown(root: Element, place: Place, is_near: bool) -> list[Author]:
    """Names that the page shows: `rel=author`, `itemprop=author`, elements that call themselves bylines.

    Near the article (`is_near`) the credits between headline and text come first, then those before the headline, then
    those inside and after the text. Elsewhere pages list their columnists: a single name alone is believed there.
    """
    ranked = _credits(root, place)
    if is_near:
        for group in ranked[:3]:
            for nodes in group:
                people = _names_in(nodes)
                if people:
                    return people
        return []
    for nodes in ranked[3]:
        people = _names_in(nodes)
        if people:
            return people if len(people) == 1 else []
    return []


_Credits = tuple[list[Element], list[Element], list[Element]]
"""Elements that name an author, elements that are marked as an author whole, and elements called bylines."""


def _credits(root: Element, place: Place) -> list[_Credits]:
    """All credits of a page by where they stand: under the headline, before it, in or after the text, elsewhere."""
    found: list[tuple[int, int, Element]] = []
    title = first = last = -1
    for index, element in enumerate(root.iter()):
        if element is place.title:
            title = index
        elif element is place.first:
            first = index
        if element is place.last:
            last = index
        strength = _strength(element)
        if strength is not None:
            found.append((index, strength, element))
    ranked: list[_Credits] = [([], [], []) for _ in range(4)]
    start = title if 0 <= title < first else first
    for index, strength, element in found:
        if start < 0:
            rank = 3
        elif start <= index <= first:
            rank = 0
        elif start - LOOK_BEFORE <= index < start:
            rank = 1
        else:
            rank = 2 if first < index <= max(first, last) + LOOK_AFTER else 3
        ranked[rank][strength].append(element)
    return ranked


def _strength(element: Element) -> int | None:
    """0 for what names an author, 1 for what is marked as one whole, 2 for what calls itself a byline, else None."""
    prop = element.get("itemprop")
    if prop == "author":
        return 1
    if prop == "name":
        return 0 if any(above.get("itemprop") == "author" for above in element.iterancestors()) else None
    if element.tag == "a":
        href = element.get("href") or ""
        if element.get("rel") == "author" or ("/aut" in href and any(path in href for path in _AUTHOR_PATHS)):
            return 0
    if element.tag in _BYLINE_TAGS and is_byline(element.get("class"), element.get("id")):
        return 2
    return None


_BYLINE_TAGS = frozenset(("span", "p", "div", "a", "address", "li", "strong"))


def _names_in(nodes: list[Element]) -> list[Author]:
    """The names in the first of these elements; of elements that are no more than bylines, those of the first one."""
    names: list[str] = []
    for node in nodes[:6]:
        text = node.get("content") or spaced_text(node)
        if not 2 < len(text) < 120:
            continue
        if node.get("itemprop") or node.tag == "a":
            names += split_names(text)
            continue
        parts = split_names(_AFTER_BY.sub("", text))
        parts = [name for name in parts if " " in name or CJK.search(name)]
        if parts and len(parts[0].split()) <= 5:
            names += parts[:4]
            break
    return [Author(name) for name in dict.fromkeys(names)]


@lru_cache(maxsize=20_000)
def is_byline(words: str | None, name: str | None) -> bool:
    """Whether class or id say that an element credits writers. Sites repeat theirs, so answers are remembered."""
    return _BYLINE_HINT.search(f"{words or ''} {name or ''}".lower()[:200]) is not None
