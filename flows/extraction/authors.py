"""Who wrote it: people stated in JSON-LD and meta elements, people shown in bylines, Korean bylines and datelines.

Publishers are no authors. Agencies and desks that a page credits in an author's place are kept, since they say
whose words these are.
"""

import re
from collections.abc import Callable
from functools import cache

from flows.extraction import bylines, korean, publishers
from flows.extraction.article import Author
from flows.extraction.metadata import Metas
from flows.extraction.names import MAX_NAME_CHARS, NO_NAME, PREFIX, split_names
from flows.extraction.places import Place
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, text_of

MAX_AUTHORS = 20

_META_NAMES = (
    "author",
    "article:author",
    "article:author_name",
    "dable:author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "og:article:author",
    "og:author",
    "articleauthor",
    "cxenseparse:author",
    "citation_author",
    "twitter:data1",
)


def find_authors(
    root: Element,
    metas: Metas,
    stated: Stated,
    houses: tuple[str, ...],
    is_korean: bool,
    lines: list[str],
    opening: str,
    near: list[str],
    place: Place,
) -> tuple[Author, ...]:
    """Everyone credited, once each, in the page's order.

    Args:
        root: The page, before its blocks were cut out.
        metas: Its meta elements.
        stated: Its JSON-LD.
        houses: Names of its publisher and site, who are no authors.
        is_korean: Whether Korean conventions hold.
        lines: Lines near the article that read like bylines or crew lines.
        near: Short lines anywhere on the page, for labelled ones (`Autor: ...`).
        place: Where headline and text stand, since credits stand near them.
        opening: The first paragraph, which may carry a dateline.
    """
    if is_korean:
        credited = _korean(root, metas, stated, lines, opening)
        # Some publishers' names read like a person's: 한겨레 begins with a surname and has three syllables.
        return tuple(person for person in credited if publishers.known(person.name) is None)
    house = {_key(name) for name in houses if name} - {""}
    alone = _from_lines(lines)
    if alone and _names_the_house(_stated_people(stated), houses):
        return tuple(alone)
    shown = cache(lambda: bylines.find_shown(root, place))
    sources: tuple[Callable[[], list[Author]], ...] = (
        lambda: _stated_people(stated),
        lambda: _from_metas(metas, house),
        lambda: shown()[0],
        lambda: alone,
        lambda: _labelled(near),
        lambda: shown()[1],
    )
    for source in sources:
        people = _unique(source(), house)
        if people:
            return tuple(people[:MAX_AUTHORS])
    return _the_house(stated, house)


def _names_the_house(people: list[Author], houses: tuple[str, ...]) -> bool:
    """Whether every stated author shares the first word of the site's name: an account of the house, no person."""
    firsts = {name.split()[0].lower() for name in houses if name.split()}
    return bool(people) and all(person.name.split()[0].lower() in firsts for person in people)


HOUSE_ROLE = "organisation"
"""Role of an author that is no person: a desk or a house credited where a name would stand."""


def _the_house(stated: Stated, house: set[str]) -> tuple[Author, ...]:
    """The organisation that the page itself credits as the author where it credits nobody else, marked as such."""
    named = next((author.name for author in stated.authors if len(author.name) <= MAX_NAME_CHARS), None)
    return (Author(named, HOUSE_ROLE),) if named and not NO_NAME.search(named) else ()


def _key(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def _stated_people(stated: Stated) -> list[Author]:
    found: list[Author] = []
    for author in stated.authors:
        if author.is_person is False and not _is_agency(author.name):
            continue
        found += [Author(name, author.role, author.email) for name in split_names(author.name)]
    return found


_AGENCIES = frozenset(
    [
        "dpa",
        "afp",
        "ap",
        "apa",
        "sda",
        "reuters",
        "ansa",
        "efe",
        "lusa",
        "belga",
        "anp",
        "ntb",
        "ritzau",
        "tt",
        "pap",
        "aa",
        "sid",
        "associatedpress",
        "agencefrancepresse",
        "deutschepresseagentur",
        "anadoluajansı",
        "ddp",
        "epd",
        "kna",
        "bloomberg",
        "xinhua",
        "kyodo",
        "共同通信",
        "時事通信",
        "tass",
        "interfax",
        "ria",
        "pti",
        "ians",
        "europapress",
    ]
)


def _is_agency(name: str) -> bool:
    return _key(name) in _AGENCIES


def _from_metas(metas: Metas, house: set[str]) -> list[Author]:
    for name in _META_NAMES:
        people = []
        for value in metas.all(name):
            text = value
            if name in ("dc.creator", "dcterms.creator", "citation_author") and value.count(",") == 1:
                last, first = value.split(",")
                text = f"{first.strip()} {last.strip()}"
            people += [Author(part) for part in split_names(text) if _key(part) not in house]
        if people:
            return people
    return []


_PLAIN_NAME = re.compile(
    r"(?:[A-ZÀ-ÞĀ-Ž][\w.'’-]{1,20}|[A-ZÀ-Þ]\.?|[A-ZÀ-Þ'’-]{2,20}|van|von|de|der|den|da|di|la|le|el|al|"
    r"bin|ibn)(?: (?:[A-ZÀ-ÞĀ-Ž][\w.'’-]{1,20}|[A-ZÀ-Þ]\.?|van|von|de|der|den|da|di|la|le|el|al|bin|"
    r"ibn)){1,3}"
)


def _from_lines(lines: list[str]) -> list[Author]:
    """Names in byline lines of the article, and names standing alone before its first sentence."""
    for line in lines[:8]:
        names = split_names(line)
        if names and len(line) < 120 and (PREFIX.match(line) or all(_PLAIN_NAME.fullmatch(name) for name in names)):
            return [Author(name) for name in names]
    return []


_LABEL = re.compile(
    r"(?:autorin/autor|autor(?:in|es)?|authors?|auteurs?|penulis|yazar)\s*[:：]?\s+(?P<names>\S.{3,"
    r"60})",
    re.IGNORECASE,
)


def _labelled(near: list[str]) -> list[Author]:
    """Names after a label that says author, on a line of their own."""
    for line in near:
        match = _LABEL.fullmatch(line) if len(line) < 90 else None
        names = split_names(match.group("names")) if match else []
        if names and all(_PLAIN_NAME.fullmatch(name) for name in names):
            return [Author(name) for name in names]
    return []


def _unique(people: list[Author], house: set[str]) -> list[Author]:
    kept: dict[str, Author] = {}
    for person in people:
        key = _key(person.name)
        if key and key not in house and key not in kept:
            kept[key] = person
    return list(kept.values())


def _korean(root: Element, metas: Metas, stated: Stated, lines: list[str], opening: str) -> tuple[Author, ...]:
    """Lines under the article first, then the dateline, then byline elements, then what the head states."""
    people: list[Author] = []
    for line in lines:
        people += korean.crew_authors(line) if korean.kind_of(line) is korean.Line.CREW else korean.authors_in(line)
    people += korean.dateline_authors(opening)
    shown = _korean_shown(root)
    stated_people = _korean_stated(metas, stated)
    merged: dict[str, Author] = {}
    for person in [*shown, *people, *([] if shown or people else stated_people)]:
        before = merged.get(person.name)
        merged[person.name] = (
            person if before is None else Author(person.name, before.role or person.role, before.email or person.email)
        )
    for person in stated_people:
        if person.name in merged and person.email and not merged[person.name].email:
            merged[person.name] = Author(person.name, merged[person.name].role or person.role, person.email)
    return tuple(list(merged.values())[:MAX_AUTHORS])


def _korean_shown(root: Element) -> list[Author]:
    for element in root.iter("span", "p", "div", "a", "em", "li", "dd", "strong", "address"):
        if not bylines.is_byline(element.get("class"), element.get("id")):
            continue
        text = text_of(element)
        if not 2 <= len(text) <= 120:
            continue
        people = list(korean.authors_in(text))
        if not people and korean.is_name(text.strip()):
            people = [Author(text.strip())]
        if people:
            mail = next(
                (link.get("href") for link in element.iter("a") if (link.get("href") or "").startswith("mailto:")), ""
            )
            address = mail[7:].split("?")[0].strip() or None if mail else None
            if address and len(people) == 1 and not people[0].email:
                people = [Author(people[0].name, people[0].role, address)]
            return people
    return []


def _korean_stated(metas: Metas, stated: Stated) -> list[Author]:
    found: list[Author] = []
    for text in (
        *(author.name for author in stated.authors),
        *metas.all("dable:author", "article:author", "author", "byl", "og:article:author"),
    ):
        people = list(korean.authors_in(text))
        if not people:
            people = [Author(part.strip()) for part in re.split(r"[,·/;]", text) if korean.is_name(part.strip())]
        found += people
    mails = {author.name: author.email for author in stated.authors if author.email}
    return [Author(person.name, person.role, person.email or mails.get(person.name)) for person in found]
