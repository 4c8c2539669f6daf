"""The words of this stage: what goes in (a document) and what comes out (annotations).

Offsets are Python string indices into the text they name. `paragraph` counts body paragraphs from 0;
-1 is the headline, and -2, -3, ... are the captions in order.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum

HEADLINE = -1
FIRST_CAPTION = -2


Found = tuple[int, int, str]
"""A span in a text as it was found: start, end, type."""


class Outcome(StrEnum):
    """How annotating one article ended. Exactly one an article."""

    OK = "ok"
    NO_TEXT = "no_text"  # the article has no body to read
    TOO_LARGE = "too_large"  # a body past the limit, told rather than cut
    DEADLINE = "deadline"  # killed when its time was up
    CRASHED = "crashed"  # the worker died on it
    ANNOTATOR_ERROR = "annotator_error"  # a fault of ours; the reason names it


@dataclass(frozen=True, slots=True)
class Document:
    """One article as this stage sees it."""

    id: str
    title: str | None
    body: tuple[str, ...]
    captions: tuple[str, ...] = ()
    lang: str | None = None
    publisher: str | None = None
    published_at: datetime | None = None  # aware, in the publisher's zone: relative days are counted from it
    author_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: text[start:end] of the paragraph."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Person:
    """A named person, with organisation and role as the article states them near the name."""

    name: str
    org: str | None
    role: str | None
    former: bool
    mentions: tuple[Mention, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation under the name that the article uses most, with its other names."""

    name: str
    aliases: tuple[str, ...]
    mentions: tuple[Mention, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place; coordinates (WGS 84 degrees) and ISO 3166 country where known."""

    name: str
    aliases: tuple[str, ...]
    mentions: tuple[Mention, ...]
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Quote:
    """Direct speech. `start` and `end` hold the words with their marks."""

    text: str
    speaker: str | None  # as written
    speaker_name: str | None  # the full name, resolved
    speaker_type: str | None  # person, organisation, anonymous, crowd
    verb: str | None
    paragraph: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class DateMention:
    """A calendar expression; `value` is 2026-01-15, 2026-05, 2026, 2026-Q1 or an interval with a slash."""

    text: str
    value: str
    paragraph: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Statement:
    """Indirect speech: what somebody is told to have said, in the reporter's words.

    `start` and `end` hold the clause.
    """

    text: str  # the stated clause, without the ending that reports it
    speaker: str | None  # as written
    speaker_name: str | None  # the full name, resolved
    speaker_type: str | None  # person, organisation, anonymous, crowd
    verb: str | None
    paragraph: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit. An interval runs from `value` to `value_to`.

    `kind` is money, percentage, percentage_point, count, measure, multiple or fraction; `unit` is ISO 4217 for money,
    UCUM for measures, an English noun for counts; `qualifier` is about, at_least, over, at_most or under.
    """

    text: str
    kind: str
    value: float
    value_to: float | None
    unit: str | None
    qualifier: str | None
    paragraph: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to somebody, by one sentence of the article. `start` and `end` hold that sentence.

    `type` is one of the closed list in `events`; `modality` is asserted, planned, denied or alleged. `reason` is the
    one stated for these very bodies and nobody else; `is_reason_inferred` when the reporter infers it.
    """

    type: str
    modality: str
    who: tuple[str, ...]  # whom it happened to, or who did it (resigned, won, declined, launched)
    decided_by: str | None  # who decided it: appointed, eliminated, indicted, sentenced
    what: str | None  # post, prize, programme, charge, sentence, product, offer
    happened_on: str | None  # as in `DateMention.value`
    reason: str | None
    is_reason_inferred: bool
    text: str  # the sentence, the evidence
    trigger: str  # the words that told it
    paragraph: int
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Alias:
    """A short form that the text introduces for a long one."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A telling term; weights are comparable within one article."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A flat span with a KLUE type: PS, OG, LC, DT, TI, QT."""

    text: str
    type: str
    paragraph: int
    start: int
    end: int


class Field(IntFlag):
    """Where a term stands. One place may be several: a word of the headline is text too."""

    TEXT = 1  # headline, body, captions
    TITLE = 2
    QUOTE = 4  # direct speech
    SPEAKER = 8  # who is quoted
    PERSON = 16
    ORG = 32


@dataclass(frozen=True, slots=True)
class Terms:
    """The words under which a search finds an article, in the order of the text: three lists of one length.

    A position counts terms; `fields` are sums of `Field`. The other two lists pair each Korean word as written with
    its terms, joined by blanks; each pair once.
    """

    terms: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    form_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that is said of one article. `annotator` names what said it, with versions."""

    outcome: Outcome
    reason: str | None
    annotator: str
    people: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    places: tuple[Place, ...] = ()
    quotes: tuple[Quote, ...] = ()
    statements: tuple[Statement, ...] = ()
    dates: tuple[DateMention, ...] = ()
    amounts: tuple[Amount, ...] = ()
    events: tuple[Event, ...] = ()
    aliases: tuple[Alias, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    entities: tuple[Entity, ...] = ()
    terms: Terms = Terms()
