"""Index terms: the words of an article under which a search finds it, in order, with their fields.

Reads the laid-out article and the annotations already made; writes `Terms`. Nothing is tokenised again. A Korean word
gives its content morphemes: nouns, roots, foreign words and numbers as written, verbs and adjectives by their stem
and `다`; particles, endings, suffixes and auxiliaries give none. Other languages give words in small letters; Han
characters and kana, which are written without blanks, one term a character. What a search of the lake does to its
words (`sql/macros/search_words.sql`) must cut them in the same way.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from flows.enrichment.document import HEADLINE, Field, Organisation, Person, Quote, Terms
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.tokens import has_hangul

VERSION = 1
GAP = 8
"""Positions left out between paragraphs and between names: no phrase runs across."""
MAX_TERM_CHARS = 64
"""A longer run of letters is no word; it takes a position and is not indexed."""

UNSPACED = "\u3005\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Characters that are a term each: Han and kana."""
_UNIT = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
_RUN = re.compile(r"[^\W_]+")

_NOMINAL = frozenset(["NNG", "NNP", "NR", "NP", "XR", "XPN", "SL", "SH", "SN", "MAG", "MAJ", "MM", "IC", "UN"]) | {
    "W_URL",
    "W_EMAIL",
    "W_HASHTAG",
    "W_MENTION",
    "W_SERIAL",
}
_VERBAL = frozenset(["VV", "VA"])
_NUMBER = frozenset(["SN", "NR"])

Found = tuple[str, int, int]
"""Term, and where what it stands for begins and ends."""


def small(text: str) -> str:
    """The text in small letters, one for one: what has no small letter of one character stays, so that offsets hold."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def units(text: str) -> list[str]:
    """The terms of a text that no analyser knows: its words in small letters, Han characters and kana one by one."""
    return _UNIT.findall(small(text))


def enrich(
    reading: Reading, persons: Sequence[Person], bodies: Sequence[Organisation], speech: Sequence[Quote]
) -> Terms:
    """All terms of one article: headline, body and captions in order, then the names of people and organisations."""
    listed = _Listed()
    quoted: dict[int, list[Quote]] = {}
    for quote in speech:
        quoted.setdefault(quote.paragraph, []).append(quote)
    for paragraph in reading.paragraphs:
        field = Field.TEXT | Field.TITLE if paragraph.index == HEADLINE else Field.TEXT
        listed.add_text(paragraph, field, quoted.get(paragraph.index, []))
    listed.add_names(Field.SPEAKER, (name for quote in speech for name in (quote.speaker_name, quote.speaker)))
    listed.add_names(Field.PERSON, (person.name for person in persons))
    listed.add_names(Field.ORG, (name for body in bodies for name in (body.name, *body.aliases)))
    return listed.terms()


class _Listed:
    """The lists as they grow."""

    def __init__(self) -> None:
        self._terms: list[str] = []
        self._positions: list[int] = []
        self._fields: list[int] = []
        self._forms: dict[tuple[str, str], None] = {}
        self._next = 0

    def terms(self) -> Terms:
        """What was listed."""
        return Terms(
            tuple(self._terms),
            tuple(self._positions),
            tuple(self._fields),
            tuple(form for form, _ in self._forms),
            tuple(parts for _, parts in self._forms),
        )

    def add_text(self, paragraph: Paragraph, field: Field, quotes: Sequence[Quote]) -> None:
        """The terms of one paragraph, and where it is Korean the forms that its words were written in."""
        lower = small(paragraph.text)
        korean = has_hangul(lower)
        found = _morphemes(paragraph, lower) if korean else _words(lower)
        fields = [int(field)] * len(found)
        if quotes:
            spans = sorted((quote.start, quote.end) for quote in quotes)
            opened = [start for start, _ in spans]
            said = int(field | Field.QUOTE)
            for order, (_, start, _) in enumerate(found):
                at = bisect_right(opened, start) - 1
                if at >= 0 and start < spans[at][1]:
                    fields[order] = said
        self._add([term for term, _, _ in found], fields)
        if korean:
            self._add_forms(lower, found)
        self._next += GAP

    def add_names(self, field: Field, names: Iterable[str | None]) -> None:
        """Names as they are written, word by word, each name once."""
        for name in dict.fromkeys(name for name in names if name):
            terms = units(name)
            self._add(terms, [int(field)] * len(terms))
            self._next += GAP

    def _add(self, terms: list[str], fields: list[int]) -> None:
        """Terms that stand one behind the other."""
        positions: Sequence[int] = range(self._next, self._next + len(terms))
        self._next += len(terms)
        if max(map(len, terms), default=0) > MAX_TERM_CHARS:
            kept = [at for at, term in enumerate(terms) if len(term) <= MAX_TERM_CHARS]
            terms, fields = [terms[at] for at in kept], [fields[at] for at in kept]
            positions = [positions[at] for at in kept]
        self._terms += terms
        self._positions += positions
        self._fields += fields

    def _add_forms(self, text: str, found: list[Found]) -> None:
        """Each Korean word as written -> its terms; also without the particles behind its last noun."""
        forms = self._forms
        starts = [start for _, start, _ in found]
        starts.append(len(text))  # never inside a word
        at = 0
        for run in _RUN.finditer(text):
            start, end = run.span()
            while starts[at] < start:
                at += 1
            first = at
            while starts[at] < end:
                at += 1
            if end - start > MAX_TERM_CHARS:
                continue
            word = run[0]
            if not ("가" <= word[-1] <= "힣" or has_hangul(word)):  # most words close with a syllable
                continue
            if at == first:
                forms[word, ""] = None
                continue
            term, _, noun_end = found[at - 1]
            parts = term if at - first == 1 else " ".join([term for term, _, _ in found[first:at]])
            forms[word, parts] = None
            if start < noun_end < end:
                forms[text[start:noun_end], parts] = None


def _words(lower: str) -> list[Found]:
    return [(match[0], match.start(), match.end()) for match in _UNIT.finditer(lower)]


def _morphemes(paragraph: Paragraph, lower: str) -> list[Found]:
    """The content morphemes; the end of a verb is the whole word's: its endings melt into it."""
    out: list[Found] = []
    size = len(lower)
    number_end = -1  # where the morpheme before ends, if it is a number
    for form, tag, start, end, _ in paragraph.tokens:
        if tag in _VERBAL:
            # Kiwi writes a blank into a few compound verbs; a term has none.
            out.append((f"{form.replace(' ', '').lower()}다", start, size))
        elif tag in _NOMINAL or (tag == "NNB" and start == number_end):
            for unit in _cut(lower[start:end]):
                out.append((unit, start, end))
        number_end = end if tag in _NUMBER else -1
    return out


@lru_cache(maxsize=65_536)
def _cut(word: str) -> list[str]:
    """The units of a morpheme, which come again and again: a look-up is a fifth of the time. Not to be changed."""
    return _UNIT.findall(word)
