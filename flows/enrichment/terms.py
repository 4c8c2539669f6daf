"""Index terms: the words of an article under which a search finds it, in order, with their fields.

Reads the laid-out article and the annotations already made; writes `Terms`. Nothing is tokenised again. A Korean word
gives its content morphemes: nouns, roots, foreign words and numbers as written, verbs and adjectives by their stem
and `다`; particles, endings, suffixes and auxiliaries give none. Other languages give words in small letters; Han
characters and kana, which are written without blanks, one term a character. What a search of the lake does to its
words (`sql/macros/search_words.sql`) must cut them in the same way.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from flows.enrichment.document import HEADLINE, Field, Organisation, Person, Quote, Terms
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.tokens import Token, has_hangul

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
        spans = sorted((quote.start, quote.end) for quote in quotes)
        starts = [start for start, _ in spans]
        lower = small(paragraph.text)
        korean = has_hangul(lower)
        found = list(_morphemes(paragraph, lower) if korean else _words(lower))
        plain, said = int(field), int(field | Field.QUOTE)
        for term, start, _ in found:
            at = bisect_right(starts, start) - 1
            self._add(term, said if at >= 0 and start < spans[at][1] else plain)
        if korean:
            self._add_forms(lower, found)
        self._next += GAP

    def add_names(self, field: Field, names: Iterable[str | None]) -> None:
        """Names as they are written, word by word, each name once."""
        for name in dict.fromkeys(name for name in names if name):
            for term in units(name):
                self._add(term, int(field))
            self._next += GAP

    def _add(self, term: str, field: int) -> None:
        if len(term) <= MAX_TERM_CHARS:
            self._terms.append(term)
            self._positions.append(self._next)
            self._fields.append(field)
        self._next += 1

    def _add_forms(self, text: str, found: Sequence[tuple[str, int, int]]) -> None:
        """Each Korean word as written -> its terms; also without the particles behind its last noun."""
        at = 0
        for run in _RUN.finditer(text):
            while at < len(found) and found[at][1] < run.start():
                at += 1
            first = at
            while at < len(found) and found[at][1] < run.end():
                at += 1
            if not has_hangul(run[0]) or len(run[0]) > MAX_TERM_CHARS:
                continue
            parts = " ".join(term for term, _, _ in found[first:at])
            self._forms[(run[0], parts)] = None
            end = found[at - 1][2] if at > first else run.end()
            if run.start() < end < run.end():
                self._forms[(text[run.start() : end], parts)] = None


def _words(lower: str) -> Iterator[tuple[str, int, int]]:
    for match in _UNIT.finditer(lower):
        yield match[0], match.start(), match.end()


def _morphemes(paragraph: Paragraph, lower: str) -> Iterator[tuple[str, int, int]]:
    """(term, start, end) of the content morphemes; the end of a verb is the whole word's: its endings melt into it."""
    before: Token | None = None
    for token in paragraph.tokens:
        if token.tag in _VERBAL:
            # Kiwi writes a blank into a few compound verbs; a term has none.
            yield f"{token.form.replace(' ', '').lower()}다", token.start, len(paragraph.text)
        elif token.tag in _NOMINAL or (
            token.tag == "NNB" and before is not None and before.tag in _NUMBER and before.end == token.start
        ):
            for unit in _UNIT.findall(lower[token.start : token.end]):
                yield unit, token.start, token.end
        before = token
