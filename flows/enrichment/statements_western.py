"""Indirect statements in English: `X said (that) …`, `…, X said`, `According to X, …`.

Reads sentences and the people found; gives `Statement`s. Only a speaker who is named or called by an office counts:
a capitalised name, `officials`, `a spokesman`, `the ministry`. Other languages give none.
"""

import re
from collections.abc import Iterator, Sequence

from flows.enrichment.document import Person, Statement
from flows.enrichment.reading import Paragraph

VERSION = 1

_VERBS = (
    "said|says|announced|added|told|argued|warned|claimed|explained|stated|noted|confirmed|insisted|acknowledged"
    "|predicted|estimated|suggested|stressed|reported|alleged|vowed|pledged"
)
_OFFICE = (
    r"(?:officials?|spokes(?:man|woman|person|people)|police|prosecutors|authorities|investigators|analysts|experts"
    r"|critics|sources|residents|lawyers|ministry|government|company|court|agency|union|report|study)"
)
_NAME = r"[A-Z][\w.'’-]*(?:\s(?:(?:of|for|the|and|de|van|von)\s)?[A-Z][\w.'’-]*){0,6}"
_WHO = rf"(?:(?:[Tt]he|[Aa]n?)\s)?(?:(?:[\w'’-]+\s){{0,4}}{_OFFICE}|{_NAME}(?:\s{_OFFICE})?)"
_SAID = re.compile(
    rf"(?P<who>{_WHO})(?:,[^,.;]{{1,60}},)?\s(?:also\s|later\s)?(?P<verb>{_VERBS})"
    r"(?:\s(?:reporters|lawmakers|parliament|the court))?(?:\son\s\w+day)?,?(?:\sthat)?\s(?=[\w▒$€£])"
)
_SAID_LAST = re.compile(
    rf",\s(?:(?P<who>{_WHO}|he|she|they)\s(?P<verb>{_VERBS})|(?P<verb2>said)\s(?P<who2>{_WHO}))\b[^,.]{{0,30}}[.]?$"
)
_BY = re.compile(rf"(?:^According to (?P<who>{_WHO}),\s|,\saccording to (?P<who2>{_WHO})\.?$)")
_CROWD = re.compile(r"(?:analysts|experts|critics|residents)$", re.IGNORECASE)
_ANONYMOUS = re.compile(r"(?:officials?|spokes\w+|sources|lawyers|investigators)$", re.IGNORECASE)
_BODY = re.compile(
    r"(?:police|prosecutors|authorities|ministry|government|company|court|agency|union|report|study|Ministry|Group|Inc|Corp"
    r"|Ltd|Bank|University|Commission|Council|Department|Agency|Police|Court|Party|Association|[A-Z]{2,})\.?$"
)
_TRIGGER = re.compile(rf"\b(?:{_VERBS}|[Aa]ccording to)\b")
MAX_SENTENCE_CHARS = 1_000
"""A longer run without a full stop is no sentence."""


def statements(paragraph: Paragraph, lang: str | None, people: Sequence[Person]) -> Iterator[Statement]:
    """Indirect statements of one English paragraph, at most one a sentence."""
    if lang is not None and not lang.lower().startswith("en"):
        return
    for sentence in paragraph.sentences:
        if sentence.end - sentence.start > MAX_SENTENCE_CHARS:
            continue
        plain = paragraph.plain[sentence.start : sentence.end]
        if not _TRIGGER.search(plain):
            continue
        found = _read(plain)
        if found is None:
            continue
        who, verb, start, end = found
        clause = paragraph.text[sentence.start + start : sentence.start + end]
        own = plain[start:end].replace("▒", "").strip(" ,.'\"“”")
        if len(own.split()) < 3 or len(own) * 2 < len(clause):
            continue  # mostly a quotation
        kind, name = _kind(who, people)
        at = sentence.start + start + len(clause) - len(clause.lstrip())
        clause = clause.strip().rstrip(".,")
        yield Statement(clause, who, name, kind, verb, paragraph.index, at, at + len(clause), 0.7)


def _read(plain: str) -> tuple[str, str | None, int, int] | None:
    """Speaker, verb and the span of the stated clause in one sentence; quotations in it are blotted out."""
    by = _BY.search(plain)
    if by:
        start, end = (by.end(), len(plain)) if by["who"] else (0, by.start())
        return by["who"] or by["who2"], None, start, end
    last = _SAID_LAST.search(plain)
    if last:
        return last["who"] or last["who2"], last["verb"] or last["verb2"], 0, last.start()
    said = _SAID.match(plain)
    return (said["who"], said["verb"], said.end(), len(plain)) if said else None


def _kind(who: str, people: Sequence[Person]) -> tuple[str, str | None]:
    for person in people:
        last = person.name.split()[-1]
        if person.name in who or who.rsplit(maxsplit=1)[-1] == last:
            return "person", person.name
    if who in ("he", "she", "they"):
        return "person", None
    if _CROWD.search(who):
        return "crowd", None
    if _ANONYMOUS.search(who):
        return "anonymous", None
    return ("organisation", None) if _BODY.search(who) else ("person", None)
