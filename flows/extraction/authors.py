"""Who wrote it: people stated in JSON-LD and meta elements, people shown in bylines, Korean bylines and datelines.

Publishers are no authors. Agencies and desks that a page credits in an author's place are kept, since they say
whose words these are.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from flows.extraction import korean
from flows.extraction.article import Author
from flows.extraction.metadata import Metas
from flows.extraction.patterns import named
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, clean, text_of

MAX_AUTHORS = 20
MAX_NAME_CHARS = 60

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
_PREFIX = re.compile(
    r"^\s*(?:(?:written|reported|posted|story|words|text|texte|article)?\s?(?:by|von|par|por|di|da|"
    r"door|av|af|oleh|od|autor(?:in)?|autore|auteur|author|"
    r"autorin/autor|redaktion|text|texte|foto|reporter|penulis|editor|yazar|文|記者)\s*[:：]?\s+|(?:by|von|автор|autor|"
    r"author|penulis|text)\s*[:：]\s*)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:,?\s+(?:and|und|et|y|e|og|och|en|i|&|och|dan|na)\s+|[;/|•·]|,(?!\s*(?:Jr|Sr|PhD|Ph\.D|M\.?D)\b))\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[,|(–-]\s*)?(?:(?:senior |staff |chief |political |foreign )?(?:reporter|writer|"
    r"correspondent|editor|journalist|columnist)|"
    r"\bin [a-z][\w ]{2,20}|\bfor (?:dailymail|mailonline)[\w.]*|@\w+|\bpublished.*|\bupdated.*|\d{1,2}[./ ].*)\)?$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|[()\[\]<>{}:=*]|^\d+$|\d{4}|^(?:admin|administrator|webmaster|root|user|editor|"
    r"staff|guest|author|by|powered by|null|none|undefined|developer)$",
    re.IGNORECASE,
)
_AFTER_BY = re.compile(r"^.{1,40}?\b(?:by|von)\s+(?=[A-ZÀ-Þ])")
_CJK = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_BYLINE_HINT = named(
    r"byline\w*|by-line|author\w*|article__?author\w*|writer\w*|reporter\w*|"
    r"journalist\w*|autor\w*|contributor\w*|info_view|txt_info|c-byline\w*"
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
        opening: The first paragraph, which may carry a dateline.
    """
    if is_korean:
        return _korean(root, metas, stated, lines, opening)
    house = {_key(name) for name in houses if name} - {""}
    alone = _from_lines(lines)
    if alone and _names_the_house(_stated_people(stated), houses):
        return tuple(alone)
    sources: tuple[Callable[[], list[Author]], ...] = (
        lambda: _stated_people(stated),
        lambda: _from_metas(metas, house),
        lambda: _shown(root),
        lambda: alone,
        lambda: _labelled(near),
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
    return (Author(named, HOUSE_ROLE),) if named and not _NO_NAME.search(named) else ()


def _key(text: str) -> str:
    return re.sub(r"\W", "", text.lower())


def split_names(text: str) -> list[str]:
    """The names in a credit: `By Jo Doe and Max Roe` gives two."""
    line = clean(text)[:400]
    if "http" in line or "www." in line:
        return []
    parts = [part for part in _SPLIT.split(_PREFIX.sub("", line)) if part]
    return [name for name in (_without_tail(part).strip(" .,;-–|*") for part in parts) if _is_plausible(name)]


def _without_tail(part: str) -> str:
    """A name without role or place after it; what would leave a single word is kept whole."""
    cut = _TAIL.sub("", part)
    return cut if " " in cut.strip() else part


def _is_plausible(name: str) -> bool:
    if len(name) > 12 and _CJK.search(name):
        return False
    return 1 < len(name) <= MAX_NAME_CHARS and not _NO_NAME.search(name) and len(name.split()) <= 6


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
        if names and len(line) < 120 and (_PREFIX.match(line) or all(_PLAIN_NAME.fullmatch(name) for name in names)):
            return [Author(name) for name in names]
    return []


_AUTHOR_PATHS = ("/author/", "/authors/", "/autor/", "/autoren/")


def _marked_authors(root: Element) -> Iterator[list[Element]]:
    """Names and links that mark-up says are the author's, then the elements that are marked as an author whole."""
    wholes: list[Element] = []
    named: list[Element] = []
    for element in root.iter():
        prop = element.get("itemprop")
        if prop == "author":
            wholes.append(element)
        if prop == "name" and any(above.get("itemprop") == "author" for above in element.iterancestors()):
            named.append(element)
        elif element.tag == "a":
            href = element.get("href") or ""
            if element.get("rel") == "author" or ("/aut" in href and any(path in href for path in _AUTHOR_PATHS)):
                named.append(element)
    yield named
    yield wholes


def _shown(root: Element) -> list[Author]:
    """Names that the page shows: `rel=author`, `itemprop=author`, elements that call themselves bylines."""
    for nodes in _marked_authors(root):
        names = [name for node in nodes[:6] for name in split_names(node.get("content") or text_of(node))]
        if names:
            return [Author(name) for name in dict.fromkeys(names)]
    for element in root.iter("span", "p", "div", "a", "address", "li", "strong"):
        if _names_byline(element.get("class"), element.get("id")):
            text = text_of(element)
            if 3 < len(text) < 120:
                names = split_names(_AFTER_BY.sub("", text))
                names = [name for name in names if " " in name or _CJK.search(name)]
                if names and len(names[0].split()) <= 5:
                    return [Author(name) for name in names[:4]]
    return []


@lru_cache(maxsize=20_000)
def _names_byline(words: str | None, name: str | None) -> bool:
    """Whether class or id say that an element credits writers. Sites repeat theirs, so answers are remembered."""
    return _BYLINE_HINT.search(f"{words or ''} {name or ''}".lower()[:200]) is not None


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
        if not _names_byline(element.get("class"), element.get("id")):
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
