"""Dates: calendar expressions with their meaning in the publisher's zone.

Reads the texts of title, body and captions, the day of publication and the language; writes `DateMention`s. A
relative expression has no value, and is left out, where the day of publication is not known. Durations, clock times
and `최근`, `당시` are no dates.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from flows.enrichment import date_patterns as patterns
from flows.enrichment import dates_korean as korean
from flows.enrichment import dates_western as western
from flows.enrichment.document import DateMention
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.tokens import has_hangul

VERSION = 2

_RANGE = re.compile(r"\s?(?:부터|에서)\s?$|\s?[~∼\-–]\s?$")
_UNTIL = re.compile(r"\s?까지")
_DASH = re.compile(r"[~∼\-–]")
_SHORT_RANGE = re.compile(
    r"(?P<lead>지난\s|오는\s)?(?<![\d.])(?P<first>3[01]|[12]\d|0?[1-9])(?:일)?\s?[~∼\-–]\s?(?=(?:3[01]|[12]\d|0?[1-9])\s?일(?!간|째|분|동안|\s?(?:이내|정도|만)))"
)

type_match = re.Match[str]
Reader = Callable[[re.Match[str], str, korean.Context], korean.Reading | None]
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (patterns.NUMERIC, lambda m, t, c: korean.numeric(m)),
    (patterns.AGO, lambda m, t, c: korean.ago(m, c)),
    (patterns.CALENDAR, korean.calendar),
    (patterns.DEICTIC, lambda m, t, c: korean.deictic(m, c)),
    (patterns.WEEK, korean.week),
    (patterns.PERIOD, lambda m, t, c: korean.period(m, c)),
    (patterns.DOTTED, korean.dotted),
)
_GRAMMAR = tuple(
    (pattern, reader, patterns.SHARED.index(pattern) if pattern in patterns.SHARED else None)
    for pattern, reader in _READERS
)


def enrich(reading: Reading) -> tuple[DateMention, ...]:
    """All dates of the article in reading order. Never raises."""
    context = korean.Context(anchor=reading.day)
    found: list[DateMention] = []
    for paragraph in reading.paragraphs:
        if has_hangul(paragraph.text):
            mentions, context = _korean(paragraph, context)
            found += mentions
        else:
            found += western.dates(paragraph.text, paragraph.index, reading.day, reading.document.lang)
    return tuple(found)


def _matches(text: str) -> Iterator[tuple[re.Match[str], Reader]]:
    """Matches of all grammars from left to right; where two overlap the earlier one stands, then the longer."""
    shared = patterns.shared_matches(text)
    every = [
        (match, reader)
        for pattern, reader, order in _GRAMMAR
        for match in (pattern.finditer(text) if order is None else shared[order])
    ]
    every.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
    end = 0
    for match, reader in every:
        if match.start() >= end:
            yield match, reader
            end = match.end()


def _korean(paragraph: Paragraph, before: korean.Context) -> tuple[list[DateMention], korean.Context]:
    """The dates of one paragraph, and what 이날 means behind it.

    A day told back (`지난 18일`) is what 이날 means within its own paragraph only; after that 이날 is the day of the
    news.
    """
    text = paragraph.text
    local, lasting = before, before
    found: list[DateMention] = []
    for match, reader in _matches(text):
        read = reader(match, text, local)
        if read is None:
            continue
        start = match.start() + (len(match[0]) - len(match[0].lstrip()))
        mention = DateMention(
            match[0].strip(), read.value, paragraph.index, start, start + len(match[0].strip()), read.confidence
        )
        found.append(mention)
        lasting = korean.moved(lasting, read, same_paragraph_only=False)
        local = korean.moved(local, read, same_paragraph_only=False)
        if read.day and not read.sets_today and match.re is patterns.CALENDAR:
            local = replace(local, today=read.day)
    return _joined(text, _with_short_ranges(text, found)), lasting


def _with_short_ranges(text: str, found: list[DateMention]) -> list[DateMention]:
    """`13~15일`: the first number takes month and year of the second."""
    if not found or not _DASH.search(text):
        return found
    starts = {mention.start: at for at, mention in enumerate(found)}
    for match in _SHORT_RANGE.finditer(text):
        at = starts.get(match.end())
        if at is None or len(found[at].value) != 10:
            continue
        first = f"{found[at].value[:8]}{int(match['first']):02d}"
        if first < found[at].value:
            found[at] = replace(
                found[at],
                text=text[match.start() : found[at].end],
                value=f"{first}/{found[at].value}",
                start=match.start(),
            )
    return found


def _joined(text: str, found: list[DateMention]) -> list[DateMention]:
    """`지난 13일부터 15일까지` is one interval."""
    out: list[DateMention] = []
    for mention in found:
        last = out[-1] if out else None
        between = text[last.end : mention.start] if last and mention.start - last.end <= 4 else None
        if last is None or between is None or not _RANGE.fullmatch(between) or "/" in last.value + mention.value:
            out.append(mention)
            continue
        until = _UNTIL.match(text, mention.end)
        is_open = "부터" in between and until is None
        if is_open or last.value >= mention.value or len(last.value) != len(mention.value):
            out.append(mention)
            continue
        end = until.end() if until else mention.end
        out[-1] = replace(last, text=text[last.start : end], value=f"{last.value}/{mention.value}", end=end)
    return out
