"""Who may be speaking in English, German, French and Spanish: noun phrases of a sentence, their kind, their full name.

Reads classed words and the names that an article holds; gives `Phrase`s for `quotes_western`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flows import gazetteer
from flows.enrichment import entities_western, lexicon
from flows.enrichment.document import Organisation, Person
from flows.enrichment.western_grammar import Grammar, Word, office

VERSION = 1

_RUN = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w’'\-]*[a-zà-öø-ÿ]"
    r"(?:[ \u00a0](?:[A-Z]\.|(?:de|del|della|di|da|van|von|der|den|bin|al|la|le|du|dos|ibn"
    r"|[A-ZÀ-ÖØ-Þ][\w’'\-]*[a-zà-öø-ÿ]))(?![\w])){1,4}"
)
_ALONE = re.compile(
    r"(?:^|[a-zà-öø-ÿß,.;:!?”»\"][ \u00a0]|[“\"«„(])([A-ZÀ-ÖØ-Þ][\w’'\-]*?)(?:[’']s)?"
    r"(?=[,.;:!?”»\"]|[ \u00a0][^A-ZÀ-ÖØ-Þ]|$)"
    r"|(?:M\.|Mme|Mr\.?|Mrs\.?|Ms\.?|Herrn?|Frau|Sra?\.|Dr\.?)[ \u00a0]([A-ZÀ-ÖØ-Þ][\w\-]*)"
)
_TRADE = re.compile(
    r"(?:er|erin|or|orin|ist|istin|eur|eurin|ent|entin|ant|antin|loge|login|ärztin|mann|frau|coach|kollege|kollegin)$"
)
"""How German nouns for callings end: `Mitschüler`, `Projektkoordinatorin`."""
MOST_CHARS = 200_000
"""Text read for full names; an article with more is no news."""
MOST_WORDS = 16
"""Words of one noun phrase."""
_INDEFINITE = frozenset(("a", "an", "another", "one", "ein", "eine", "einer", "un", "une", "una", "uno"))
_PARTICLES = frozenset(
    ("de", "del", "della", "di", "da", "van", "von", "der", "den", "bin", "al", "la", "le", "du", "dos", "ibn")
)


class Phrase(NamedTuple):
    """A noun phrase: the numbers of its words [first, last), as written, the kind of speaker, the full name."""

    first: int
    last: int
    text: str
    start: int
    kind: str  # person, organisation, anonymous, crowd, pronoun, thing
    name: str | None


class Cast:
    """The names of the article: full names by themselves and by their last word, and the bodies."""

    def __init__(
        self, people: Sequence[Person], organisations: Sequence[Organisation], texts: Iterable[str], known: Grammar
    ) -> None:
        """People and bodies found, and the texts of the article, which may hold full names that were not found."""
        self.bodies = frozenset(name for body in organisations for name in (body.name, *body.aliases))
        self.by_last: dict[str, str] = {}
        self.certain: set[str] = set()  # surely people, not bodies or places with a name of two words
        self._known = known
        for person in people:
            self.add(person.name)
        left = MOST_CHARS
        runs: list[str] = []
        alone: set[str] = set()
        for text in texts:
            runs += (match[0] for match in _RUN.finditer(text[: max(0, left)]))
            alone |= {match[1] or match[2] for match in _ALONE.finditer(text[: max(0, left)])}
            left -= len(text)
        for run in runs:
            self._note(run, alone)

    def add(self, name: str) -> None:
        """Remember a full name; the first of that family name counts."""
        parts = name.split()
        self.certain.add(name)
        if len(parts) > 1:
            self.by_last.setdefault(parts[-1].removesuffix("’s").removesuffix("'s"), name)

    def _note(self, run: str, alone: set[str]) -> None:
        """A run of capitals that could be a full name: offices and openers cut off, two to four words left.

        Unless a title or a given name says so, its last word must also stand by itself somewhere: `Holt`.
        """
        parts = run.split()
        is_titled = False
        while parts and (
            parts[0] in gazetteer.terms("western_titles")
            or parts[0] in gazetteer.terms("western_openers")
            or office(parts[0], self._known)
            or parts[0].lower() in self._known.times
            or parts[0].endswith(("’s", "'s"))
            or parts[0][0].islower()
        ):
            first = parts.pop(0)
            is_titled = bool(office(first, self._known)) or first in gazetteer.terms("western_titles")
        name = " ".join(parts).removesuffix("’s").removesuffix("'s")
        parts = name.split()
        if not 2 <= len(parts) <= 4 or any(
            office(p, self._known) or p.lower() in self._known.times or "’s" in p or "'s" in p for p in parts
        ):
            return
        if not is_titled and parts[0] not in gazetteer.terms("western_first_names") and parts[-1] not in alone:
            return
        if self._known.lang == "de" and not is_titled and parts[0] not in gazetteer.terms("western_first_names"):
            return  # nouns have capitals too
        if entities_western.is_body(name) or name in lexicon.english_places() or name in self.bodies:
            return
        self.by_last.setdefault(parts[-1], name)
        if is_titled or parts[0] in gazetteer.terms("western_first_names"):
            self.certain.add(name)

    def resolve(self, name: str) -> str | None:
        """The full name behind `Smith`, `Mr. Smith`, `John Smith`."""
        parts = name.split()
        full = self.by_last.get(parts[-1]) if parts else None
        parts = [part for part in parts if part.lower() not in _PARTICLES] or parts
        if full and (
            len(parts) == 1
            or parts[0] == full.split()[0]
            or parts[0].endswith(".")
            or len(parts[0]) == 1
            or parts[0] in gazetteer.terms("western_titles")
        ):
            return full
        return None


def phrase(text: str, items: Sequence[Word], first: int, known: Grammar, cast: Cast) -> Phrase | None:
    """The noun phrase that begins at a word, as long as it goes; None where none does."""
    end = min(len(items), first + MOST_WORDS)
    at = first
    if at >= end or (first and items[first - 1].kind == "N"):
        return None  # `20 Minutos` counts something
    if items[at].kind == "R":
        word = items[at]
        kind = "pronoun" if word.low in known.person_pronouns else "thing"
        return Phrase(at, at + 1, word.text, word.start, kind, None)
    if items[at].kind == "D":
        at += 1
    head_from = at
    at = _head(items, at, end, known, has_determiner=at > first)
    if at == head_from:
        return None
    head = items[head_from:at]
    while at < end:
        further = _link(items, at, end, head, known)
        if further == at:
            break
        at = further
    kind, name = _kind(items, first, head_from, head, items[head_from:at], known, cast)
    if name is None and kind in ("person", "anonymous"):
        behind = _name_behind(items, at, head, known)
        if behind:
            name = " ".join(w.text for w in items[at + 1 : behind])
            kind, at = "person", behind
    if name:
        cast.add(name)
    start = items[first].start
    shown = text[start : items[at - 1].end]
    return Phrase(first, at, shown, start, kind, name)


def _head(items: Sequence[Word], at: int, end: int, known: Grammar, *, has_determiner: bool) -> int:
    """Where the words that make the head end: modifiers, then nouns for speakers and capitalised words."""
    first = at
    while at < end and items[at].kind == "L" and at - first < 5:
        at += 1
    if at < end and items[at].kind in "OU":
        if at - first > 3 or (at > first and not has_determiner and items[at].kind == "U"):
            return first
    elif not has_determiner or at == first:
        return first
    else:
        return min(first + (2 if known.lang == "en" else 1), at)  # a noun that no list knows: `the shepherd`
    while at < end:
        kind = items[at].kind
        is_joined = (
            items[at].low in _PARTICLES | {"and", "&", "the", "of"}
            and items[at - 1].kind == "U"
            and at + 1 < end
            and items[at + 1].kind == "U"
            and (known.lang != "de" or items[at].low in ("von", "van"))
            and (items[at].low not in ("and", "&", "the") or (known.lang == "en" and items[at].low == "&"))
        )
        if (
            kind in "OU"
            or is_joined
            or _is_pair(items, at, end)
            or (kind == "B" and at + 1 < end and items[at + 1].kind in "OUV")
        ) or (kind == "L" and at + 1 < end and _is_modifier(items, at, known)):
            at += 1
        else:
            break
    while items[at - 1].kind == "B":
        at -= 1
    return at


def _is_pair(items: Sequence[Word], at: int, end: int) -> bool:
    """`Köchin und Autorin Mara Quast`, `Devon and Cornwall Police`: one speaker of two parts."""
    if items[at].low not in ("and", "und", "et", "y") or at + 2 >= end or items[at + 1].kind not in "OU":
        return False
    is_trade = items[at - 1].kind == "O" or bool(_TRADE.search(items[at - 1].text))
    is_body = items[at - 1].kind == "U" and entities_western.is_body(items[at + 2].text)
    return items[at + 2].kind in "OU" and (is_trade or is_body)


def _is_modifier(items: Sequence[Word], at: int, known: Grammar) -> bool:
    """A small word inside a head: before an office in English, the adjective behind it in French and Spanish."""
    before, after = items[at - 1], items[at + 1]
    if known.lang in ("fr", "es"):
        return before.kind == "O" and (after.kind in "UVP" or after.low in known.links or after.low in known.aux)
    return (
        known.lang == "en"
        and after.kind == "O"
        and before.kind in "OU"
        and before.kind != "L"
        and len(items[at].text) > 3
    )


def _link(items: Sequence[Word], at: int, end: int, head: Sequence[Word], known: Grammar) -> int:
    """Where `of the ministry`, `der Polizei`, `du gouvernement` behind a head ends; `at` where nothing follows."""
    word = items[at]
    if word.low not in known.links and word.low not in ("d’", "d'"):
        return at
    has_office = any(w.kind == "O" for w in head) or all(w.kind == "L" for w in head)
    if not has_office and known.lang != "en":
        return at
    if (
        word.low in ("à", "au", "aux", "from", "with", "at", "im", "bei", "beim", "pour", "chez", "para")
        and not has_office
    ):
        return at
    start = at + 1
    if start < end and items[start].kind == "D":
        start += 1
    last = start
    while last < end and last - start < 4 and items[last].kind in "LOU" and items[last].low not in known.receivers:
        if items[last].kind == "L" and last > start and items[last - 1].kind != "L":
            break  # `the ministry rejected`
        if items[last].kind == "L" and known.lang in ("fr", "es") and last > start:
            break
        last += 1
    if known.lang == "de" and (last == start or not any(w.kind in "OU" for w in items[start:last])):
        return at
    return last if last > start else at


def _name_behind(items: Sequence[Word], at: int, head: Sequence[Word], known: Grammar) -> int:
    """`the mayor, Clara Holt,`: where the name behind a definite office ends; 0 where none follows."""
    if at + 1 >= len(items) or items[at].text != "," or not any("role" in office(w.text, known) for w in head):
        return 0
    last = at + 1
    while last < len(items) and (items[last].kind == "U" or (items[last].low in _PARTICLES and last > at + 1)):
        last += 1
    closes = last >= len(items) or items[last].kind in "PVQBF"
    return last if 2 <= last - at - 1 <= 4 and closes else 0


def _kind(
    items: Sequence[Word],
    first: int,
    head_from: int,
    head: Sequence[Word],
    every: Sequence[Word],
    known: Grammar,
    cast: Cast,
) -> tuple[str, str | None]:
    """Kind of speaker and full name of one noun phrase."""
    offices = [(at, office(w.text, known)) for at, w in enumerate(head) if w.kind == "O"]
    is_definite = head_from == first or items[first].low not in _INDEFINITE
    tail = [w.text for w in head[offices[-1][0] + 1 if offices else 0 :] if w.kind == "U"]
    found = cast.resolve(" ".join(tail)) if tail else None
    if found:
        return "person", found
    if not offices:
        return _named(items[first], head, known, cast)
    kinds = offices[-1][1]
    if tail and kinds & {"role", "anonymous"}:
        return "person", _full(tail)
    if tail and "organisation" in kinds:
        return "organisation", None
    late = _late_name(every[len(head) :], kinds)
    if late:
        return "person", cast.resolve(late) or late
    if "crowd" in kinds and ("anonymous" not in kinds or head_from == first):
        return "crowd", None
    if "anonymous" in kinds:
        return "anonymous", None
    if "organisation" in kinds and "role" not in kinds:
        return "organisation", None
    return ("person" if is_definite else "anonymous"), None


def _named(opening: Word, head: Sequence[Word], known: Grammar, cast: Cast) -> tuple[str, str | None]:
    """Kind and full name of a phrase without an office in it: a name, a body, any capitalised noun."""
    capitals = [w for w in head if w.kind == "U"]
    if not capitals:
        return "anonymous", None
    name = " ".join(w.text for w in head if w.kind != "B")
    if name in cast.bodies or entities_western.is_body(name) or name in lexicon.english_places():
        return "organisation", None
    if opening.kind == "D" and (len(capitals) == 1 or known.lang in ("en", "fr", "es")):
        return ("thing" if known.lang == "de" else "organisation"), None
    titled = len(capitals) > 1 and capitals[0].text.rstrip(".") in gazetteer.terms("western_titles")
    bare = capitals[1:] if titled else capitals
    if known.lang == "de" and opening.kind == "D" and len(bare) > 2:
        bare = bare[-2:]
    if len(bare) == 1 and not titled and len(bare[0].text) > 1 and (bare[0].text.isupper() or _is_mixed(bare[0].text)):
        return "organisation", None
    if known.lang == "de" and len(bare) > 1 and bare[0].text not in gazetteer.terms("western_first_names"):
        bare = bare[1:] if len(bare[0].text) > 6 and _TRADE.search(bare[0].text) else bare
    at = head.index(bare[0])
    return "person", _full([w.text for w in head[at:] if w.kind != "B"])


def _full(parts: Sequence[str]) -> str | None:
    """The full name that words spell: two and more without titles, particles not counted."""
    named = [part for part in parts if part.rstrip(".") not in gazetteer.terms("western_titles")]
    is_full = sum(part.lower() not in _PARTICLES for part in named) > 1
    return " ".join(named).removesuffix("’s").removesuffix("'s") if is_full else None


def _late_name(words: Sequence[Word], kinds: frozenset[str]) -> str | None:
    """`le ministre de l’Intérieur Paul Dubois`: the two capitalised words that end a phrase about an office."""
    if "role" not in kinds or len(words) < 3:
        return None
    run = 0
    while run < len(words) and words[-1 - run].kind == "U":
        run += 1
    return " ".join(w.text for w in words[-2:]) if run == 3 or (run == 2 and words[-3].kind in "LO") else None


def _is_mixed(word: str) -> bool:
    """`OpenField`: a capital inside tells a firm; `McHale` and `O’Dell` are people."""
    return bool(re.search(r"[a-z][A-Z]", word)) and not word.startswith(("Mc", "Mac", "De", "La", "Le", "Van", "Di"))
