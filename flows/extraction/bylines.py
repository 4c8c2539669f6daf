"""Credits that a page shows: marked names and elements called bylines, those near the article first."""

import re
from functools import lru_cache

from flows.extraction.article import Author
from flows.extraction.names import CJK, split_names
from flows.extraction.patterns import named
from flows.extraction.places import Place, by_nearness
from flows.extraction.tree import Element, spaced_text

_AFTER_BY = re.compile(r"^.{1,40}?\b(?:by|von)\s+(?=[A-ZÀ-Þ])")
_BYLINE_HINT = named(
    r"byline\w*|by-line|author\w*|article__?author\w*|writer\w*|reporter\w*|"
    r"journalist\w*|autor\w*|contributor\w*|info_view|txt_info|c-byline\w*"
)
_AUTHOR_PATHS = ("/author/", "/authors/", "/autor/", "/autoren/", "/autore/", "/autori/", "/auteur/", "/auteurs/")
MAX_LISTED = 3
"""More names than this after a text are a list of other writers, of whom only the first may be the author."""


def find_shown(root: Element, place: Place) -> tuple[list[Author], list[Author]]:
    """Names that the page shows near the article, and those it shows elsewhere.

    Known by `rel=author`, `itemprop=author`, or because their element calls itself a byline. Near the article the
    credits between headline and text come first, then those before the headline, then those in and after the text.
    Elsewhere pages list their columnists: a single name alone is believed there.
    """
    ranks = by_nearness(root, place, _strength)
    for rank in (0, 1, 2):
        people = _named_in(ranks[rank])
        if people:
            return (people[:1] if rank == 2 and len(people) > MAX_LISTED else people), []
    people = _named_in(ranks[3])
    return [], people if len(people) == 1 else []


def _named_in(found: list[tuple[int, Element]]) -> list[Author]:
    """The names of the strongest credits that hold any."""
    for strength in (0, 1, 2):
        nodes = [node for said, node in found if said == strength]
        outer = {above for node in nodes for above in node.iterancestors()}
        people = _names_in([node for node in nodes if node not in outer])
        if people:
            return people
    return []


def _strength(element: Element) -> int | None:
    """0 for what names an author, 1 for what is marked as one whole, 2 for what calls itself a byline, else None."""
    said = _said(element)
    # Pictures are credited to photographers and agencies.
    return None if said is not None and next(element.iterancestors("figure", "figcaption"), None) is not None else said


def _said(element: Element) -> int | None:
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
