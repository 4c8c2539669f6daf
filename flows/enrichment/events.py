"""Events, few and checked: who was appointed, left, won, was chosen, dropped, charged, judged, died, declined.

Also who merged, signed and launched, what burned or shook, and what a company earned.

Reads sentences, morphemes, the people, organisations, dates and amounts found; writes `Event`s of the body. An event
is read only where a listed verb closes a clause outside quotations, and only with the bodies and people that the
sentence names in the verb's own places. Asserted, planned, denied and alleged are told apart (`event_modality`);
conditions, questions, possibilities and plots of films give none. A reason belongs to those of whom it is stated.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeVar

from flows import gazetteer
from flows.enrichment import event_modality as modality
from flows.enrichment import events_western
from flows.enrichment.document import Amount, DateMention, Event, Organisation, Person
from flows.enrichment.event_names import Names, Verb
from flows.enrichment.event_places import Clause
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.sentences import Span
from flows.enrichment.speakers import TURN
from flows.enrichment.tokens import has_hangul

VERSION = 1
TYPES = (
    "appointment", "resignation", "award", "selection", "elimination", "merger", "contract", "indictment", "verdict",
    "death", "disaster", "earnings", "launch", "refusal",
)  # fmt: skip
MOST = 200
"""Events read in one article; a text with more is a list."""
MOST_TRIED = 1_000
"""Sentences with such a verb that are read in one article."""
MAX_SENTENCE_CHARS = 600
"""A longer sentence is no sentence of news: a table, a list, an attack."""

_REASON = re.compile(
    r"(?:[다]고\s판단(?=,|해|하고|해서|한|\s)|(?:다는|라는|을|를)\s?이유로|때문에|책임을\s지고|[은는]\s데\s책임을\s지고|로\s인해)"
)
_INFERRED = re.compile(
    r"(?:판단한|때문인|부담을\s느낀|고려한)\s?것으로\s(?:보인다|풀이된다|해석된다|보입니다|풀이됩니다)|(?:때문으로|탓으로)\s(?:보인다|풀이된다)"
)
_WITH_REASON = frozenset(["resignation", "selection", "elimination", "merger", "refusal"])
_RESULT = re.compile(r"(?:결과|명단|수상자|합격자|선정\s?기업)[를을]?\s?(?:\S+\s)?(?:발표|브리핑|공개|공표)")
_OF_RESULT = frozenset(["award", "selection", "elimination"])
_UNION = re.compile(r"(?P<partner>[^\s,]{2,30}(?:\s[A-Z][A-Za-z]+)?)[와과]의\s(?:합병|인수합병)")
_UNION_DONE = re.compile(r"(?:마쳤|마무리했|완료했|성사됐|끝냈)")
_UNION_PLANNED = re.compile(r"추진|예정|계획|앞두|통해|위한|결정|발표|논의")
_UNION_OFF = re.compile(r"무산|철회|결렬|부인했|백지화")
_TERM = re.compile(r"(?:징역|금고|장기|단기|집행유예)\s?(?:\d+년\s?)?$")  # 징역 8월: a term, no date
_WORD = re.compile(r"[가-힣A-Za-z0-9]{2,}")
_FIGURE = re.compile(r"(?P<what>영업이익|매출액|매출|당기순이익|순이익|영업손실|순손실)[은는이을를]?\s")


@cache
def _verbs() -> dict[str, tuple[Verb, ...]]:
    """Verb stem -> what it tells; a stem may tell several, by its object."""
    out: dict[str, tuple[Verb, ...]] = {}
    for row in gazetteer.table("event_triggers"):
        objects = tuple(filter(None, row["object"].split("|")))
        verb = Verb(row["type"], row["stem"], row["frame"], objects, row["weak"] == "yes")
        out[verb.stem] = (*out.get(verb.stem, ()), verb)
    return out


@cache
def _trigger() -> re.Pattern[str]:
    surfaces = {row["surface"] for row in gazetteer.table("event_triggers") if row["surface"]}
    happened = r"(?:불|화재|지진|홍수|산사태)[이가]\s?[나났]|영업이익|영업손실|순이익|순손실|매출"
    openings = "".join(sorted({surface[0] for surface in surfaces} | set("불화지홍산영순매")))
    words = "|".join([*sorted(map(re.escape, surfaces), key=len, reverse=True), happened])
    return re.compile(f"(?=[{re.escape(openings)}])(?:{words})")  # at most places one look is quicker than all words


class _Found(NamedTuple):
    """The article as this enricher sees it."""

    names: Names
    dates: dict[int, list[DateMention]]
    amounts: dict[int, list[Amount]]


def enrich(
    reading: Reading,
    people: Sequence[Person],
    organisations: Sequence[Organisation],
    dates: Sequence[DateMention],
    amounts: Sequence[Amount],
) -> tuple[Event, ...]:
    """The events of the body in reading order, each told once. Never raises."""
    strong: list[Event] = []
    weak: list[Event] = []
    found: _Found | None = None
    tried = 0
    for paragraph in reading.paragraphs:
        if paragraph.index < 0 or TURN.match(paragraph.text):
            continue  # a turn of a dialogue is one person's talk
        if not has_hangul(paragraph.text):
            strong += events_western.events(paragraph, reading.document.lang, people, organisations, dates)
            continue
        if not _trigger().search(paragraph.plain) or _is_tale(paragraph):
            continue
        found = found or _Found(Names(people, organisations), _by_paragraph(dates), _by_paragraph(amounts))
        for order, sentence in enumerate(paragraph.sentences):
            if sentence.end - sentence.start > MAX_SENTENCE_CHARS or tried >= MOST_TRIED:
                continue
            if _trigger().search(paragraph.plain, sentence.start, sentence.end):
                tried += 1
                for event, is_weak in _sentence(paragraph, order, found):
                    (weak if is_weak else strong).append(event)
    told = _once([*strong, *(event for event in weak if _is_backed(event, strong))])
    return tuple(_dated(told, reading, found) if found else told)[:MOST]


def _is_tale(paragraph: Paragraph) -> bool:
    """Whether a paragraph retells a plot; a very long one is no summary of a film."""
    return len(paragraph.text) < 3_000 and modality.is_fiction(paragraph.plain)


_Placed = TypeVar("_Placed", DateMention, Amount)
_TOPIC_ONLY = "\x00topic"
"""Marks, on the way, a causative without object whose topic may be whom it happened to."""


def _by_paragraph(items: Sequence[_Placed]) -> dict[int, list[_Placed]]:
    out: dict[int, list[_Placed]] = {}
    for item in items:
        out.setdefault(item.paragraph, []).append(item)
    return out


def _sentence(paragraph: Paragraph, order: int, found: _Found) -> list[tuple[Event, bool]]:
    sentence = paragraph.sentences[order]
    clause = Clause(paragraph, sentence, found.names)
    out: list[tuple[Event, bool]] = []
    for at, stem in clause.predicates():
        for verb in _verbs().get(stem, ()):
            event = _event(clause, verb, at, order, found)
            if event:
                out.append((event, verb.is_weak))
                break
    union = _union(clause, paragraph, order)
    return [*out, (union, False)] if union else out


def _event(clause: Clause, verb: Verb, at: int, order: int, found: _Found) -> Event | None:
    """The event that a verb tells, if all that its type needs stands in the sentence."""
    trigger = clause.verb_span(at)
    tail = clause.plain[trigger.end : clause.sentence.end]
    told = modality.modality(clause.tokens, at, tail)
    if verb.type == "refusal":
        # Not applying is a refusal; not refusing is no event.
        told = (modality.ASSERTED if told == modality.DENIED else None) if verb.frame == "declining" else told
    if told is None or (verb.type == "refusal" and told == modality.DENIED):
        return None
    if "내정" in verb.stem and told == modality.ASSERTED:
        told = modality.PLANNED
    cast = clause.cast(verb, at)
    if cast is None:
        return None
    by, what, who = cast.by, cast.what, cast.who
    if verb.type == "earnings":
        what = _figures(clause, found.amounts.get(clause.paragraph.index, []))
        if what is None:
            return None
    reason, is_inferred = _reason(clause, verb.type, at, cast.subject_end, order)
    return Event(
        type=verb.type,
        modality=told,
        who=who,
        decided_by=_TOPIC_ONLY if cast.is_topic_only else by,
        what=what,
        happened_on=_when(clause, trigger, found.dates.get(clause.paragraph.index, [])),
        reason=reason,
        is_reason_inferred=is_inferred,
        text=clause.paragraph.text[clause.sentence.start : clause.sentence.end],
        trigger=clause.paragraph.text[trigger.start : trigger.end],
        paragraph=clause.paragraph.index,
        start=clause.sentence.start,
        end=clause.sentence.end,
        confidence=0.6 if verb.is_weak or cast.is_topic_only else 0.9 if told == modality.ASSERTED else 0.8,
    )


def _when(clause: Clause, trigger: Span, dates: Sequence[DateMention]) -> str | None:
    """The date nearest before the verb in its sentence; what stands behind the verb dates the telling."""
    first = bisect_left(dates, clause.sentence.start, key=lambda date: date.start)
    before = [date for date in dates[first : first + 12] if date.end <= trigger.start]
    before = [date for date in before if not _TERM.search(clause.plain, max(0, date.start - 6), date.start)]
    return before[-1].value if before else None


def _figures(clause: Clause, amounts: Sequence[Amount]) -> str | None:
    """`영업이익 1200억원`: the first figure of a result with the money right behind it."""
    for match in _FIGURE.finditer(clause.plain, clause.sentence.start, clause.sentence.end):
        at = bisect_left(amounts, match.end(), key=lambda amount: amount.start)
        near = amounts[at] if at < len(amounts) else None
        if near and near.kind == "money" and near.start - match.end() <= 25 and near.end <= clause.sentence.end:
            return f"{match['what']} {near.text}"
    return None


def _reason(clause: Clause, kind: str, at: int, subject_end: int, order: int) -> tuple[str | None, bool]:
    """Why, as the sentence states it behind its subject; or as the next sentence supposes."""
    if kind not in _WITH_REASON:
        return None, False
    stop = clause.tokens[at].start
    start = max(subject_end, clause.sentence.start)
    match = next(iter(list(_REASON.finditer(clause.plain, start, stop))[-1:]), None)
    if match:
        said = clause.paragraph.text[start : match.end()].strip(" ,")
        return (said, False) if len(said) > 6 else (None, False)
    sentences = clause.paragraph.sentences
    if order + 1 < len(sentences):
        following = sentences[order + 1]
        inferred = _INFERRED.search(clause.plain, following.start, min(following.end, following.start + 300))
        if inferred and not clause.names.inside(clause.paragraph.text, following.start, inferred.start()):
            return clause.paragraph.text[following.start : following.end].rstrip(". "), True
    return None, False


def _union(clause: Clause, paragraph: Paragraph, order: int) -> Event | None:
    """`다라화학과의 합병을 추진한다`: a merger told by its noun; the other side is the topic, or the one before."""
    match = _UNION.search(clause.plain, clause.sentence.start, clause.sentence.end)
    partners = clause.names.inside(clause.plain, match.start("partner"), match.end("partner")) if match else ()
    if not match or not partners:
        return None
    tail = clause.plain[match.end() : clause.sentence.end]
    told = (
        modality.DENIED
        if _UNION_OFF.search(tail)
        else modality.ASSERTED
        if _UNION_DONE.search(tail)
        else modality.PLANNED
        if _UNION_PLANNED.search(tail)
        else None
    )
    own = clause.topic_names(match.start())
    if not own and order:
        own = Clause(paragraph, paragraph.sentences[order - 1], clause.names).topic_names(None)
    if told is None or not own or set(own) & set(partners):
        return None
    text = paragraph.text[clause.sentence.start : clause.sentence.end]
    return Event(
        "merger", told, (own[-1], *partners), None, None, None, None, False, text, match[0], paragraph.index,
        clause.sentence.start, clause.sentence.end, 0.6,
    )  # fmt: skip


def _is_backed(event: Event, strong: Sequence[Event]) -> bool:
    """Whether the article tells the same type of event, of at least one of the same bodies, by a plain verb."""
    return any(other.type == event.type and _related(event.who, other.who) for other in strong)


def _related(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists share a name, or a name and its beginning (a company and its arm)."""
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def _once(events: Sequence[Event]) -> list[Event]:
    """Each event once: of several tellings with the same type, people and modality the fullest, else the first."""
    best: dict[tuple[str, str, tuple[str, ...], str | None], Event] = {}
    for event in events:
        if event.decided_by == _TOPIC_ONLY and not _is_backed(
            event, [e for e in events if e.decided_by != _TOPIC_ONLY]
        ):
            continue
        kept = replace(event, decided_by=None) if event.decided_by == _TOPIC_ONLY else event
        what = kept.what if kept.type in ("disaster", "earnings", "launch", "contract") else None
        key = (kept.type, kept.modality, tuple(sorted(kept.who)), what)
        known = best.get(key)
        if known is None or _fullness(kept) > _fullness(known):
            best[key] = kept
    return sorted(best.values(), key=lambda event: (event.paragraph, event.start))


def _fullness(event: Event) -> int:
    return sum(value is not None for value in (event.decided_by, event.what, event.happened_on, event.reason))


def _dated(events: list[Event], reading: Reading, found: _Found) -> list[Event]:
    """An undated choice takes the day on which the article says the results of the same contest were made known."""
    if not any(_lacks_day(event) for event in events):
        return events
    results: list[tuple[str, frozenset[str]]] = []
    for paragraph in reading.paragraphs:
        if not _RESULT.search(paragraph.plain):
            continue
        days = [date for date in found.dates.get(paragraph.index, []) if len(date.value) == 10]
        for sentence in paragraph.sentences:
            at = bisect_left(days, sentence.start, key=lambda date: date.start)
            if at < len(days) and days[at].start < sentence.end:
                said = paragraph.plain[sentence.start : sentence.end]
                if len(said) <= MAX_SENTENCE_CHARS and _RESULT.search(said):
                    results.append((days[at].value, frozenset(_WORD.findall(said))))
    return [_with_day(event, results[:MOST]) if _lacks_day(event) else event for event in events]


def _lacks_day(event: Event) -> bool:
    is_choice = event.type in _OF_RESULT and event.modality == modality.ASSERTED
    return is_choice and event.happened_on is None and event.what is not None


def _with_day(event: Event, results: Sequence[tuple[str, frozenset[str]]]) -> Event:
    """The event with the day of the first result that shares most of the words of its contest."""
    words = set(_WORD.findall(event.what or ""))
    for day, said in results:
        shared = len(words & said)
        if shared >= 3 and 2 * shared >= len(words):
            return replace(event, happened_on=day, confidence=min(event.confidence, 0.7))
    return event
