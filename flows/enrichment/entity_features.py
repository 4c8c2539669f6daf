"""What the entity tagger sees of each morpheme: its form and tag, its neighbours, the word lists, the patterns.

Reads text and morphemes; gives units and, for each, the values that `TEMPLATES` put together. A model is good for the
version it was trained with only.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from flows import gazetteer
from flows.enrichment import expressions, lexicon, meanings, name_lists
from flows.enrichment.name_lists import Marks, Unit
from flows.enrichment.tokens import Token

VERSION = 3

_PAIRS = frozenset([
    "남북", "북미", "한미", "한일", "한중", "미중", "중일", "한중일", "한미일", "북핵", "북측", "북중", "북러", "북일",
    "미일", "미러", "한러", "남북미", "한·일", "한·중", "한·미", "미·중", "북·미", "한·미·일", "한·중·일",
])  # fmt: skip
_PERSONAL = re.compile(r"[가-힣](?:씨|군|양|모)")
_DIGITS = re.compile(r"\d+")
_LATIN = re.compile(r"[A-Za-z]")
_SINGLE = re.compile(r"(?<![A-Za-z])['‘][^'‘’\n]{1,40}['’]")


_unit = partial(tuple.__new__, Unit)  # half the time of Unit(...), for each morpheme of each article


def units(text: str, tokens: Sequence[Token]) -> list[Unit]:
    """The units of a text, in order, without overlap."""
    out: list[Unit] = []
    at = 0
    for _, tag, start, end, is_known in tokens:
        if end <= start or start < at:
            continue
        at = end
        surface = text[start:end]
        cut = _cuts(surface) if tag in ("NNP", "NNG") and end - start > 1 else ()
        if not cut:
            out.append(_unit((surface, tag, start, end, is_known)))
            continue
        edges = [0, *cut, len(surface)]
        for left, right in itertools.pairwise(edges):
            out.append(Unit(surface[left:right], tag, start + left, start + right))
    return out


@lru_cache(maxsize=65_536)
def _cuts(surface: str) -> tuple[int, ...]:
    """Where a noun has to be cut because a name may end inside it."""
    if surface in _PAIRS:
        return tuple(range(1, len(surface)))
    if _PERSONAL.fullmatch(surface) and surface[0] in lexicon.surnames():
        return (1,)
    if surface[-1] in "장인측전" and len(surface) > 2 and surface not in lexicon.roles():
        head = surface[:-1]
        if (
            head in lexicon.places()
            or head in lexicon.organisations()
            or head.endswith(lexicon.organisation_suffixes())
        ):
            return (len(head),)
    return ()


@cache
def _names() -> dict[str, str]:
    """Every listed name -> a code for its list."""
    out: dict[str, str] = {}
    codes = {"KR": "Lk"}
    for name, spot in lexicon.places().items():
        out[name] = codes.get(spot.country or "", "Lw")
    for row in gazetteer.table("countries"):
        for name in (row["name"], *row["aliases"].split("|")):
            out[name] = "Lc"
    for row in gazetteer.table("regions"):
        out.setdefault(row["name"], "Lr")
    for table, code in (("companies", "Oc"), ("ministries", "Om"), ("institutions", "")):
        for row in gazetteer.table(table):
            kind = code or "O" + row["kind"][:2]
            for name in filter(None, (row["name"], *row["aliases"].split("|"))):
                out[name] = "A" + kind if name in out and out[name][0] == "L" else kind
    out.pop("", None)
    return out


@cache
def _first_chars() -> dict[str, int]:
    """First two characters of listed names -> length of the longest."""
    out: dict[str, int] = {}
    for name in _names():
        key = name[:2]
        out[key] = max(out.get(key, 0), len(name))
    return out


def listed(text: str, parts: Sequence[Unit]) -> list[str]:
    """For each unit the list that names it, `B` or `I` before the list's code; empty where none does. Longest first."""
    names, firsts = _names(), _first_chars()
    out = [""] * len(parts)
    free = 0  # the first unit behind the name found last
    heads = [at for at, (_, _, start, _, _) in enumerate(parts) if text[start : start + 2] in firsts]
    for at in heads:
        if at < free:
            continue
        start = parts[at].start
        longest = firsts[text[start : start + 2]]
        for last in range(min(at + 7, len(parts) - 1), at - 1, -1):
            end = parts[last].end
            if end - start > longest:
                continue
            code = names.get(text[start:end])
            if code:
                out[at : last + 1] = ["B" + code, *["I" + code] * (last - at)]
                free = last + 1
                break
    return out


def patterned(text: str, parts: Sequence[Unit]) -> Marks:
    """The pattern that covers a unit, with `B` or `I`."""
    out: Marks = {}
    at = 0
    for start, end, kind in expressions.spans(text):
        at = bisect_right(parts, start, lo=at, key=_unit_end)
        inside = at
        while inside < len(parts) and parts[inside].start < end:
            whole = "" if parts[inside].end <= end else "x"
            out[inside] = ("B" if inside == at else "I") + kind + whole
            inside += 1
    return out


_unit_end = itemgetter(Unit._fields.index("end"))


def _shape(unit: Unit) -> str:
    surface = unit.surface
    if surface.isdigit():
        return f"d{min(len(surface), 5)}"
    if _LATIN.match(surface):
        return ("A" if surface.isupper() else "Aa" if surface[0].isupper() else "a") + str(min(len(surface), 4))
    if unit.tag in ("NNP", "NNG", "NNB"):
        head = surface[0] in lexicon.surnames() or surface[:2] in ("남궁", "황보", "제갈", "선우", "독고")
        known = surface in lexicon.not_names()
        like = (
            "f"
            if surface in lexicon.foreign_names()
            else "n"
            if lexicon.is_name_like(surface)
            else "s"
            if head
            else "h"
        )
        return f"{like}{'k' if known else ''}{'' if unit.is_known else 'o'}{min(len(surface), 6)}"
    return unit.tag


OWN = ("form", "tag", "shape", "role", "ending", "field", "kin")
"""What a morpheme has wherever it stands, in this order: `Own` holds the values."""

AFFIXES = {"last": slice(-1, None), "last_two": slice(-2, None), "first": slice(1), "first_two": slice(2)}
"""What follows from a unit's form: so much of it."""

DENSE = ("particle", "blanks")
"""What depends on where it stands and most units have, in this order: `Seen` holds the values."""

SPARSE = ("listed", "pattern", "marks", "role_ahead", "ending_ahead", "named")
"""The same of what few units have."""

COLUMNS = (*OWN, *AFFIXES, *DENSE, *SPARSE)
"""What templates may name."""

Spot = tuple[str, int]
"""A column, and how many units to the right it is looked at."""


def _template(text: str) -> tuple[Spot, ...]:
    """`form form+1` as spots."""
    spots = []
    for part in text.split():
        name, sign, shift = part.partition("+") if "+" in part else part.partition("-")
        spots.append((name, int(sign + shift) if shift else 0))
    return tuple(spots)


TEMPLATES = tuple(
    _template(text)
    for text in (
        "form", "tag", "tag-1 tag", "form-1", "form-1 form", "shape-1 shape", "listed-1 listed", "pattern",
        "pattern-1 pattern", "role-1 role role+1", "role-1 shape", "form+1", "tag-1 tag tag+1", "form form+1",
        "last", "last_two", "first_two", "shape", "shape blanks", "shape shape+1", "listed", "listed tag",
        "listed listed+1", "listed particle shape", "pattern pattern+1", "shape role+1 role+2", "role_ahead shape",
        "ending_ahead blanks", "ending_ahead listed shape", "particle shape blanks", "ending shape blanks",
        "ending-1 ending ending+1", "marks shape", "marks listed ending", "shape tag", "field", "kin", "field-1",
        "field+1", "named", "named shape", "named tag", "named listed", "named particle", "named-1 named named+1",
        "named role+1", "named shape blanks", "named role_ahead", "named ending_ahead", "named pattern",
    )
)  # fmt: skip
"""What counts as one feature: the values at these spots, together."""

PLAIN = 11
"""A unit that opens no name (particles, endings, verbs, stops) has the first `PLAIN` templates only."""

NAMED = next(at for at, spots in enumerate(TEMPLATES) if spots[0][0] == "named")
"""Templates from here on are for units that stand in `name_lists`."""

BEFORE, BEHIND = 2, 3
"""Places kept free around each text, so that templates may look over its edges."""

_PLAIN_TAGS = frozenset(
    (
        *("JKS", "JKC", "JKG", "JKO", "JKB", "JKV", "JKQ", "JX", "JC", "EP", "EF", "EC", "ETN", "ETM"),
        *("VV", "VA", "VX", "VCP", "VCN", "MAG", "MAJ", "IC", "XSV", "XSA", "SF", "SSO", "SSC"),
    )
)

_TOPICAL = frozenset(["NNG", "NNP", "VV", "XR", "SL"])
_NAMES = frozenset(["NNP", "SL"])
_NOUNISH = frozenset(["NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "XSN", "XPN", "NP"])


class Own:
    """What a morpheme has wherever it stands. Equal ones are one object, which is what they are told apart by.

    `field` and `kin` are the coarse and the fine group of `meanings` that it belongs to, `meaning` its row there.
    """

    __slots__ = (
        "ending", "field", "form", "is_nounish", "is_plain", "kin", "may_open", "meaning", "role", "shape", "tag",
    )  # fmt: skip

    def __init__(
        self, form: str, tag: str, shape: str = "", role: str = "", ending: str = "", meaning: int = 0
    ) -> None:
        """All values; none but form and tag in the free places around a text."""
        self.form, self.tag, self.shape, self.role, self.ending = form, tag, shape, role, ending
        self.meaning = meaning
        self.field, self.kin = (groups[meaning] for groups in meanings.meanings().groups)
        self.is_plain = tag in _PLAIN_TAGS  # opens no name
        self.is_nounish = tag in _NOUNISH
        self.may_open = False  # a listed name

    def values(self) -> tuple[str, ...]:
        """In the order of OWN and AFFIXES."""
        affixes = (self.form[part] for part in AFFIXES.values())
        own = (self.form, self.tag, self.shape, self.role, self.ending, self.field, self.kin)
        return (*own, *affixes)

    def marks(self) -> tuple[int, bool, bool, bool]:
        """Row in `meanings`; whether it says what the text is about; whether its tag is of a name; if it opens none."""
        return self.meaning, self.meaning > 0 and self.tag in _TOPICAL, self.tag in _NAMES, self.is_plain


_EDGES = ("<2", "<1"), (">1", ">2", ">3")


@cache
def _edges() -> tuple[list[Own], list[Own]]:
    """The free places before a text and behind it."""
    before, behind = ([Own(edge, edge) for edge in edges] for edges in _EDGES)
    return before, behind


class Seen(NamedTuple):
    """One text as the templates see it, the free places around included."""

    own: Sequence[Own]
    dense: tuple[list[str], ...]  # of the units, in the order of DENSE
    sparse: tuple[Marks, ...]  # of the units, in the order of SPARSE
    size: int  # units


def seen(text: str, parts: Sequence[Unit], codes: Sequence[str]) -> Seen:
    """Note of each unit what the templates ask. `codes` are those of `listed`."""
    own = [_own(surface, tag, is_known) for surface, tag, _, _, is_known in parts]
    before, behind = _edges()
    particles, role_ahead, end_ahead, blanks = _around(parts, own)
    in_list = {at: code for at, code in enumerate(codes) if code}
    heads = [at for at, one in enumerate(own) if one.may_open]
    marks, named = _in_single_marks(text, parts), name_lists.marks(text, parts, heads)
    sparse = (in_list, patterned(text, parts), marks, role_ahead, end_ahead, named)
    return Seen([*before, *own, *behind], (particles, blanks), sparse, len(own))


@lru_cache(maxsize=65_536)
def _own(surface: str, tag: str, is_known: bool) -> Own:
    unit = Unit(surface, tag, 0, len(surface), is_known)
    shape = tag if tag in _PLAIN_TAGS else _shape(unit)
    ending = lexicon.ending_kind(surface) if tag in _NOUNISH else ""
    meaning = meanings.meanings().row(surface, tag)
    own = Own(_DIGITS.sub("0", surface), tag, shape, _role_code(unit), ending, meaning)
    own.may_open = name_lists.may_open(surface, tag)
    return own


def _in_single_marks(text: str, parts: Sequence[Unit]) -> Marks:
    """Where in a run in single marks a unit stands: titles of works and nicknames do."""
    out: Marks = {}
    if "'" not in text and "’" not in text:
        return out
    at = 0
    for match in _SINGLE.finditer(text):
        start, end = match.start() + 1, match.end() - 1
        while at < len(parts) and parts[at].start < start:
            at += 1
        inside = at
        while inside < len(parts) and parts[inside].end <= end:
            first, last = parts[inside].start == start, parts[inside].end == end
            out[inside] = "w" if first and last else "f" if first else "l" if last else "i"
            inside += 1
    return out


def _role_code(unit: Unit) -> str:
    surface = unit.surface
    if surface in lexicon.honorifics():
        return "h" + surface
    if surface in lexicon.roles():
        return "r"
    if surface in ("전", "현", "고", "故", "前", "現", "겸", "모"):
        return surface
    return ""


def _around(parts: Sequence[Unit], own: Sequence[Own]) -> tuple[list[str], Marks, Marks, list[str]]:
    """What stands around each unit, noted in one pass from the end.

    The particle that closes its word; how far the next title is; the organisation ending that its run of nouns
    reaches; on which sides a blank stands.
    """
    particles, blanks = [""] * len(parts), [""] * len(parts)
    role_ahead: Marks = {}
    end_ahead: Marks = {}
    particle, next_role, next_end, distance = "", "", "", 0
    gap, behind = "_", 0  # before what stands behind; where that starts, 0 for nothing
    for at in range(len(parts) - 1, -1, -1):
        surface, tag, start, end, _ = parts[at]
        mine = own[at]
        is_nounish = mine.is_nounish
        is_split = end < behind
        if is_split or not behind:
            particle = ""
        if tag[0] == "J":
            particle = surface
        elif not is_nounish:
            particle = tag
        particles[at] = particle
        if is_split:
            gap = "_"
        blank = "_" if not at or parts[at - 1][3] < start else ""
        blanks[at] = blank + gap
        gap = blank
        behind = start
        if not is_nounish and surface not in _JOINING:
            next_role, next_end, distance = "", "", 0
            continue
        if is_split:
            next_end = ""
        if next_role:
            role_ahead[at] = f"{next_role}{min(distance, 4)}"
        if mine.ending:
            next_end = mine.ending
        if next_end:
            end_ahead[at] = next_end
        if mine.role:
            next_role, distance = mine.role[0], 0
        distance += 1
    return particles, role_ahead, end_ahead, blanks


_JOINING = frozenset("·()")


def is_hangul(text: str) -> bool:
    """Whether a name is written in Hangul and blanks only."""
    return all("가" <= char <= "힣" or char == " " for char in text)
