"""Hostile text for the enrichers that read by pattern: work must grow with the text, not with its square."""

import unicodedata
from datetime import datetime, timedelta, timezone

import pytest

from flows.enrichment import amounts, event_places, events, expressions, reading, statement_cues, statements
from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document, Mention, Organisation, Outcome, Person

NOW = datetime(2026, 1, 18, 9, 0, tzinfo=timezone(timedelta(hours=9)))
BODIES = [Organisation("한빛전자", (), (Mention(0, 0, 1),))]
PEOPLE = [Person("윤가람", None, "대표", False, (Mention(0, 0, 1),))]


def document(text: str) -> Document:
    return Document("x", None, (text,), lang="ko", published_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "12,345 " * 100_000,
        "1만 " * 3_000,
        "1~" * 5_000,
        "(" * 50_000 + "가" + ")" * 50_000,
        "😀🎉" * 5_000,
        "가\ud800나 12억원을 냈다고 밝혔다. " * 50,
        unicodedata.normalize("NFD", "윤가람 대표는 12억원을 내겠다고 밝혔다."),
        "윤가람 대표는 값이 올랐다고 말했고 " * 300,
        "경찰에 따르면 " * 500,
    ],
    ids=["numbers", "scales", "ranges", "brackets", "emoji", "surrogates", "nfd", "one-sentence", "sources"],
)
def test_it_gets_an_answer(text: str) -> None:
    assert annotate(document(text)).outcome is Outcome.OK


def test_a_paragraph_of_five_megabytes_is_told_and_not_cut() -> None:
    assert annotate(document("한빛전자가 12억원을 냈다. " * 400_000)).outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("unit", ["1만 ", "12억 3천만 ", "1~", "천만 "], ids=["scales", "composed", "ranges", "spelt"])
def test_no_number_reaches_over_the_whole_text(unit: str) -> None:
    """A number that may run on without end is tried anew from each of its parts: the square of the text."""
    text = unit * 2_000
    longest = max((m.end() - m.start() for m in amounts._grammar(False).number.finditer(text)), default=0)
    spans = [end - start for start, end, _ in expressions.spans(text)]
    assert longest < 100
    assert max(spans, default=0) < 100


def test_statements_and_events_look_at_each_sentence_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: dict[int, int] = {}
    calls = 0
    cues, clause = statement_cues.cues, event_places.Clause

    def counting_cues(plain: str, tokens: list[statement_cues.Token]) -> list[statement_cues.Cue]:
        nonlocal calls
        calls += len(tokens)
        return cues(plain, tokens)

    class CountingClause(clause):  # type: ignore[misc, valid-type]
        def __init__(self, *args: object) -> None:
            nonlocal calls
            super().__init__(*args)
            calls += len(self.tokens)

    monkeypatch.setattr(statements, "cues", counting_cues)
    monkeypatch.setattr(events, "Clause", CountingClause)
    for size in (100, 200):
        laid_out = reading.read(document("윤가람 대표가 물러났다고 한빛전자가 밝혔다. " * size))
        calls = 0
        assert len(statements.enrich(laid_out, PEOPLE, BODIES, [])) == size
        assert len(events.enrich(laid_out, PEOPLE, BODIES, [], [])) == 1
        looked[size] = calls
    assert looked[200] == 2 * looked[100]


def test_a_sentence_without_end_is_left_alone() -> None:
    laid_out = reading.read(document("윤가람 대표가 사임했고 " * 400))
    assert events.enrich(laid_out, PEOPLE, BODIES, [], []) == ()
    assert statements.enrich(laid_out, PEOPLE, BODIES, []) == ()
