"""Under which key the spellings of one name meet: `NAVER` and `Naver Corp.`, `㈜네이버` and `네이버(주)`, `한 가람`.

A key is what is left of a name when nothing is left that tells spellings apart and not names: width, case, blanks,
marks, invisible characters, the legal form of a company. What only knowledge brings together (`NAVER` is `네이버`) is
not in the key: it is a link, told by a word list or by articles, so that a decision by hand can part it again.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from flows import gazetteer

PERSON, ORGANISATION, PLACE = "person", "organisation", "place"
TYPES = (ORGANISATION, PLACE, PERSON)  # in the order of joining: people are told apart by organisations

MAX_NAME_CHARS = 80
"""A longer string is a sentence, a list or an attack, and names nobody."""

_INVISIBLE = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))  # controls, bidi marks, private, unassigned, surrogates
_MARKS = re.compile(r"[\s.,·・‧\-–—_'\"‘’“”`]+")
_HANGUL_ONLY = re.compile(r"[가-힣 ]+")
_FORM_WORDS = (
    "주식회사|유한회사|유한책임회사|합자회사|합명회사|재단법인|사단법인|학교법인|의료법인|사회복지법인|농업회사법인|"
    "株式会社|有限会社|股份有限公司|有限公司"
)
_FORM_MARKS = r"\((?:주|유|재|사|합|학|의|株|有)\)"  # ㈜ is (주) after NFKC
_ONLY_FORM = re.compile(rf"(?:{_FORM_MARKS}|{_FORM_WORDS}|\s)+")
_FORM = re.compile(rf"^(?:{_FORM_MARKS}|{_FORM_WORDS})\s*|\s*(?:{_FORM_MARKS}|{_FORM_WORDS})$")
# Latin forms stand at the end, as words of their own. `Company` and `Group` are parts of names too often.
_LATIN_FORM = re.compile(
    r"[,\s]+(?:inc|incorporated|corp|corporation|co|ltd|limited|llc|llp|plc|gmbh|mbh|ag|se|kg|kgaa|s\.a|sa|s\.p\.a|spa|"
    r"n\.v|nv|b\.v|bv|oyj?|ab|asa|a/s|k\.k|pte|pty)\.?$",
    re.IGNORECASE,
)


def cleaned(name: str | None) -> str:
    """A name as it may be shown: NFC, nothing invisible, single blanks; "" for what names nobody.

    Nobody is named by nothing, by more than MAX_NAME_CHARS characters, or without a letter.
    """
    if not name or len(name) > 8 * MAX_NAME_CHARS:
        return ""
    visible = "".join(" " if char.isspace() else char for char in name if char.isspace() or not _is_invisible(char))
    text = unicodedata.normalize("NFC", " ".join(visible.split()))
    return text if len(text) <= MAX_NAME_CHARS and any(char.isalpha() for char in text) else ""


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE


def name_key(type_: str, name: str | None) -> str:
    """The key of a name of one type (person, organisation, place); "" for what names nobody."""
    text = unicodedata.normalize("NFKC", cleaned(name))
    if type_ == ORGANISATION:
        return _squeezed(_without_form(text))
    if type_ == PLACE:
        return _place_key(text)
    return text.replace(" ", "") if _HANGUL_ONLY.fullmatch(text) else " ".join(text.replace(".", "").split()).casefold()


def organisation_key(name: str | None) -> str:
    """The key of the organisation beside a person; "" also for one that is nobody in particular (`경찰`)."""
    key = name_key(ORGANISATION, name)
    return "" if key in _generic() else key


def _squeezed(text: str) -> str:
    return _MARKS.sub("", text).casefold()


def _without_form(text: str) -> str:
    """The name without legal forms, at either end, as long as something is left."""
    if _ONLY_FORM.fullmatch(text):
        return ""
    while True:
        cut = _LATIN_FORM.sub("", _FORM.sub("", text)).strip(" ,")
        if cut == text or not any(char.isalpha() for char in cut):
            return text
        text = cut


def _place_key(text: str) -> str:
    """`경기 용인시` is `용인시` where the province before it is that city's."""
    province, _, city = text.partition(" ")
    if city and _province_of().get(_squeezed(city)) == known(PLACE).get(_squeezed(province), "?"):
        return _squeezed(city)
    return _squeezed(text)


@cache
def _generic() -> frozenset[str]:
    return frozenset(_squeezed(name) for name in gazetteer.terms("generic_bodies"))


@cache
def _province_of() -> dict[str, str]:
    """Key of a city -> the chief key of its province."""
    provinces = known(PLACE)
    found: dict[str, str] = {}
    for row in gazetteer.table("cities"):
        for form in _city_forms(row["name"]):
            found.setdefault(_squeezed(form), provinces.get(_squeezed(row["province"]), ""))
    return found


@cache
def known(type_: str) -> dict[str, str]:
    """Key -> chief key, of all names that the word lists bring together; of people they bring none."""
    found: dict[str, str] = {}
    for names in _listed(type_):
        keys = [key for name in names if (key := _listed_key(type_, name)) and key not in found]
        found.update(dict.fromkeys(keys, keys[0] if keys else ""))
    return found


@cache
def chief_names(type_: str) -> dict[str, str]:
    """Chief key -> the name under which the word lists have it."""
    found: dict[str, str] = {}
    for names in _listed(type_):
        for name in names:
            key = _listed_key(type_, name)
            if known(type_).get(key) == key:
                found.setdefault(key, names[0] if _listed_key(type_, names[0]) == key else name)
    return found


def wikidata_id(type_: str, chief_key: str) -> str | None:
    """The item of Wikidata of what the word lists know under a chief key, where it is known for certain."""
    return _wikidata().get((type_, chief_key))


@cache
def _wikidata() -> dict[tuple[str, str], str]:
    found = {}
    for row in gazetteer.table("wikidata"):
        key = _listed_key(row["type"], row["name"])
        found[row["type"], known(row["type"]).get(key, key)] = row["wikidata_id"]
    return found


def _listed_key(type_: str, name: str) -> str:
    text = unicodedata.normalize("NFKC", cleaned(name))
    return _squeezed(_without_form(text) if type_ == ORGANISATION else text)


def _listed(type_: str) -> Iterator[tuple[str, ...]]:
    """Every line of the word lists as the names of one body or place, the chief one first."""
    if type_ == ORGANISATION:
        for table in ("companies", "institutions", "ministries"):
            for name, aliases in gazetteer.split(table, "aliases").items():
                yield (name, *aliases)
    elif type_ == PLACE:
        for row in gazetteer.table("countries"):
            yield (row["name"], *filter(None, row["aliases"].split("|")), *filter(None, row["english"].split("|")))
        for row in gazetteer.table("provinces"):
            yield (row["name"], *filter(None, row["aliases"].split("|")))
        for row in gazetteer.table("cities"):
            yield _city_forms(row["name"])
        for row in gazetteer.table("world_cities"):
            yield (row["name"], row["english"])


def _city_forms(name: str) -> tuple[str, ...]:
    return (name,) if name[-1] in "구군" and len(name) > 2 else (name, f"{name}시", f"{name}군")
