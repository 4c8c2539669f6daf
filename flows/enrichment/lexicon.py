"""The word lists of `data/gazetteer` in the shapes that enrichers ask for, each read once a process."""

from functools import cache, lru_cache
from typing import NamedTuple

from flows import gazetteer

VERSION = 1


class Spot(NamedTuple):
    """What is known of a place: its chief name, ISO 3166 country, WGS 84 degrees."""

    name: str
    country: str | None
    lat: float | None
    lon: float | None


@cache
def surnames() -> frozenset[str]:
    """Korean family names of one or two syllables."""
    return gazetteer.terms("surnames")


@cache
def roles() -> frozenset[str]:
    """Titles and occupations, honorifics such as 씨 left out."""
    return frozenset(row["role"] for row in gazetteer.table("roles") if row["kind"] != "honorific")


_OFFICES = (
    "부구청장", "경찰청장", "소방서장", "경찰서장", "구청장", "도지사", "교육감", "부시장", "부지사", "부군수",
    "시의원", "도의원", "군의원", "구의원", "지검장", "고검장", "시장", "지사", "군수",
)  # fmt: skip
"""Offices of a province, city or district, written on to its name, longest first."""


@lru_cache(maxsize=65_536)
def is_office(word: str) -> bool:
    """Whether a word is an office with its area or body written on: 고흥군수, 해운대구청장, 외교부장관."""
    for office in _OFFICES:
        if len(word) > len(office) + 1 and word.endswith(office):
            area = word[: -len(office)]
            kind = office.removeprefix("부")[0]  # 해운대+구청장 is of 해운대구, 고흥+군수 of 고흥군
            named = (places().get(name) for name in (area, f"{area}{kind}"))
            return any(spot is not None and spot.country == "KR" for spot in named)
    return any(word[at:] in roles() and word[:at] in organisations() for at in range(2, len(word) - 1))


@cache
def callings() -> frozenset[str]:
    """Occupations of stage and sport, which stand right before a name: 배우, 래퍼."""
    return frozenset(row["role"] for row in gazetteer.table("roles") if row["kind"] in ("arts", "sport"))


@cache
def honorifics() -> frozenset[str]:
    """씨, 양, 군 and the like: they mark a person and are no role."""
    return frozenset(row["role"] for row in gazetteer.table("roles") if row["kind"] == "honorific")


@cache
def not_names() -> frozenset[str]:
    """Words that look like a family name with a given name and are none."""
    return gazetteer.terms("not_names") | frozenset(organisations()) | frozenset(places()) | roles()


@cache
def organisations() -> dict[str, str]:
    """Every known name of a known organisation -> its chief name."""
    out: dict[str, str] = {}
    for table in ("companies", "institutions", "ministries"):
        for row in gazetteer.table(table):
            for alias in (row["name"], *filter(None, row["aliases"].split("|"))):
                out.setdefault(alias, row["name"])
    return out


@cache
def organisation_suffixes() -> tuple[str, ...]:
    """Endings that alone make a name an organisation, longest first."""
    return tuple(sorted((r["suffix"] for r in gazetteer.table("org_suffixes") if not r["weak"]), key=len, reverse=True))


@cache
def suffix_kinds() -> dict[str, str]:
    """Ending -> `O` and kind for organisations, `L` and kind for places; a small letter for the weak ones."""
    out: dict[str, str] = {}
    for table, mark in (("place_suffixes", "L"), ("org_suffixes", "O")):
        for row in gazetteer.table(table):
            kind = mark + row["kind"][:3]
            out[row["suffix"]] = kind.lower() + out.get(row["suffix"], "") if row["weak"] else kind
    return out


@lru_cache(maxsize=65_536)
def ending_kind(word: str) -> str:
    """Kind of the longest listed ending of a word, whole words included; empty where it has none."""
    kinds = suffix_kinds()
    return next((kinds[word[at:]] for at in range(max(0, len(word) - 7), len(word)) if word[at:] in kinds), "")


@cache
def foreign_names() -> frozenset[str]:
    """Parts of foreign names in Hangul."""
    return gazetteer.terms("foreign_names")


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def places() -> dict[str, Spot]:
    """Every known Korean name of a place -> what is known of it. Provinces win over cities of the same name."""
    out: dict[str, Spot] = {}
    for row in gazetteer.table("countries"):
        spot = Spot(row["name"], row["iso"], _number(row["lat"]), _number(row["lon"]))
        out.update(dict.fromkeys((row["name"], *filter(None, row["aliases"].split("|"))), spot))
    for row in gazetteer.table("provinces"):
        spot = Spot(row["name"], "KR", _number(row["lat"]), _number(row["lon"]))
        out.update(dict.fromkeys((row["name"], *filter(None, row["aliases"].split("|"))), spot))
    for row in gazetteer.table("cities"):
        name = row["name"]
        spot = Spot(name, "KR", _number(row["lat"]), _number(row["lon"]))
        forms = (name,) if name[-1] in "구군" and len(name) > 2 else (name, f"{name}시", f"{name}군")
        for form in forms:
            out.setdefault(form, spot)
    for row in gazetteer.table("world_cities"):
        out.setdefault(row["name"], Spot(row["name"], row["iso"], _number(row["lat"]), _number(row["lon"])))
    for row in gazetteer.table("regions"):
        spot = Spot(row["name"], row["country"] or None, _number(row["lat"]), _number(row["lon"]))
        out.setdefault(row["name"], spot)
    return out


@cache
def countries() -> frozenset[str]:
    """Korean names of countries of two syllables and more, with their usual other names."""
    rows = gazetteer.table("countries")
    names = {name for row in rows for name in (row["name"], *row["aliases"].split("|"))}
    return frozenset(name for name in names if len(name) > 1)


@cache
def english_places() -> dict[str, Spot]:
    """English names of countries and large cities -> what is known of them, under the English name."""
    out: dict[str, Spot] = {}
    for row in gazetteer.table("countries"):
        names = row["english"].split("|")
        for name in names:
            out[name] = Spot(names[0], row["iso"], _number(row["lat"]), _number(row["lon"]))
    for row in gazetteer.table("world_cities"):
        out.setdefault(row["english"], Spot(row["english"], row["iso"], _number(row["lat"]), _number(row["lon"])))
    return out


@cache
def sign_places() -> dict[str, Spot]:
    """Japanese and Chinese names of countries and large cities -> what is known of them, under the English name."""
    known = english_places()
    rows = gazetteer.table("cjk_places")
    return {name: known[r["english"]] for r in rows for lang in ("ja", "zh") for name in r[lang].split("|") if name}


@cache
def counters() -> dict[str, str]:
    """Counting words and units -> kind (money, share, measure, rank, count)."""
    return {row["unit"]: row["kind"] for row in gazetteer.table("counters")}


@cache
def speech_verbs() -> dict[str, str]:
    """Verb stems (`밝히`) -> act."""
    return {row["stem"]: row["act"] for row in gazetteer.table("speech_verbs")}


@cache
def stop_nouns() -> frozenset[str]:
    """Nouns that tell nothing of a subject."""
    return gazetteer.terms("stop_nouns")


@cache
def given_syllables() -> tuple[frozenset[str], frozenset[str]]:
    """Syllables of given names: usual as the first, usual as the second."""
    rows = gazetteer.table("given_syllables")
    return frozenset(r["syllable"] for r in rows if r["first"]), frozenset(r["syllable"] for r in rows if r["second"])


@lru_cache(maxsize=65_536)
def is_name_like(word: str) -> bool:
    """Whether a Hangul word reads like a Korean full name: family name, then one or two usual syllables."""
    first, second = given_syllables()
    if word in not_names():
        return False
    if len(word) == 3 and word[0] in surnames():
        return word[1] in first and word[2] in second
    if len(word) == 4 and word[:2] in surnames():
        return word[2] in first and word[3] in second
    return len(word) == 2 and word[0] in surnames() and word[1] in second
