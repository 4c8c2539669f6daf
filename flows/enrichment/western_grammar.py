"""The words that the rules for English, German, French and Spanish go by: small closed classes, and the word lists.

Reads the word lists; gives one `Grammar` a language, and a sentence as classed `Word`s.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from flows import gazetteer

VERSION = 1

LANGUAGES = ("en", "de", "fr", "es")

_WORD = re.compile(
    r"\([^()▒]{0,80}\)|▒+|(?:[LlDdNnSsJjCc]|[Qq]u)[’'](?=[^\W\d_])|[^\W\d_]\.(?=\s?[^\W\d_a-z])"
    r"|(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Sgt|St|Sr|Sra|Jr|Mme|Col)\.|[^\W\d_]+(?:[’'\-][^\W\d_]+)*|\d+|[^\w\s]"
)
"""A bracket is one word; French elisions stand apart; titles and initials keep their full stop."""


class Word(NamedTuple):
    """One word of a sentence: where it stands, and its class.

    V verb of speech, O noun for who speaks, U capitalised, L other word, D determiner, F function word, R pronoun,
    N number, Q quotation, P punctuation, B bracket.
    """

    text: str
    start: int
    end: int
    kind: str

    @property
    def low(self) -> str:
        """The word in small letters."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Grammar:
    """The closed classes and word lists of one language."""

    lang: str
    determiners: frozenset[str]
    links: frozenset[str]
    aux: frozenset[str]
    pronouns: frozenset[str]
    person_pronouns: frozenset[str]
    functions: frozenset[str]
    sources: frozenset[str]
    times: frozenset[str]
    prepositions: frozenset[str]
    receivers: frozenset[str]  # whom something is told: agencies, papers
    verbs: dict[str, str]  # form -> dictionary form
    speakers: dict[str, frozenset[str]]  # noun -> anonymous, crowd, organisation, role


@cache
def grammar(lang: str) -> Grammar:
    """The grammar of one of `LANGUAGES`."""
    classes = {
        row["class"]: frozenset(row["words"].split())
        for row in gazetteer.table("western_grammar")
        if row["lang"] == lang
    }
    verbs = {
        form: row["verb"]
        for row in gazetteer.table("speech_verbs_world")
        if row["lang"] == lang
        for form in row["forms"].split("|")
    }
    speakers: dict[str, set[str]] = {}
    for row in gazetteer.table("speakers_world"):
        if row["lang"] == lang:
            for noun in row["words"].split("|"):
                speakers.setdefault(noun, set()).add(row["kind"])
    return Grammar(
        lang=lang,
        determiners=classes["determiner"],
        links=classes["link"],
        aux=classes["aux"],
        pronouns=classes["pronoun"],
        person_pronouns=classes["person"],
        functions=classes["function"],
        sources=classes["source"],
        times=classes["time"],
        prepositions=classes["preposition"],
        receivers=classes.get("receiver", frozenset()),
        verbs=verbs,
        speakers={noun: frozenset(kinds) for noun, kinds in speakers.items()},
    )


def words(text: str, start: int, end: int, known: Grammar) -> list[Word]:
    """The words of text[start:end] with their classes; offsets are those of the text."""
    out: list[Word] = []
    for match in _WORD.finditer(text, start, end):
        out.append(Word(match[0], match.start(), match.end(), _kind(match[0], out, known)))
    return out


def _kind(text: str, before: list[Word], known: Grammar) -> str:
    low = text.lower().replace("'", "’") if text[-1:] in "'’" else text.lower()
    first = text[0]
    if first == "▒":
        return "Q"
    if first == "(":
        return "B"
    if first.isdigit():
        return "N"
    if not first.isalpha():
        return "P"
    last = before[-1].kind if before else ""
    if low in known.pronouns and not (low in ("sie", "ihr") and last == "D"):
        return "R" if not (first.isupper() and known.lang == "de" and low == "sie" and before) else "L"
    if low in known.determiners:
        return "D"
    if low in known.verbs and last != "D" and not (first.isupper() and before and known.lang != "en"):
        return "V" if not first.isupper() or not before else "U"
    if (
        low in known.functions
        or low in known.links
        or (last in ("", "P", "Q") and text in gazetteer.terms("western_openers"))
    ):
        return "F"
    if low in known.times:
        return "T"
    if low in known.speakers or (known.lang == "de" and low.rpartition("-")[2] in known.speakers):
        return "O"
    if known.lang == "de" and first.isupper() and _compound(low, known):
        return "O"
    return "U" if first.isupper() else "L"


def office(word: str, known: Grammar) -> frozenset[str]:
    """What a noun for speakers may mean: anonymous, crowd, organisation, role; nothing for another word."""
    low = word.lower()
    found = known.speakers.get(low) or known.speakers.get(low.rpartition("-")[2])
    if found is None and known.lang == "de":
        ending = _compound(low, known)
        found = known.speakers.get(ending) if ending else None
    return found or frozenset()


def _compound(low: str, known: Grammar) -> str | None:
    """German writes `Verkehrsminister` as one word: the longest listed noun that ends it, of five letters or so."""
    for at in range(2, len(low) - 3):
        ending = low[at:]
        if ending in known.speakers and (len(ending) > 4 or ending in ("chef", "arzt", "mann", "frau")):
            return ending
    return None
