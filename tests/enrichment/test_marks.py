"""Quotation marks: a mark read the wrong way round makes speech of what stands between two quotations."""

import pytest

from flows.enrichment.marks import quoted
from flows.enrichment.sentences import MAX_QUOTE_CHARS


def inside(text: str, lang: str | None) -> list[str]:
    return [text[start:end] for start, end in quoted(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("de", "»Ja«, sagte sie. »Nein«, sagte er.", ["»Ja«", "»Nein«"]),
        ("de", "«Ja», sagte sie. «Nein», sagte er.", ["«Ja»", "«Nein»"]),
        ("de", "„Ja“, sagte sie. „Nein“, sagte er.", ["„Ja“", "„Nein“"]),
        ("de", "“Ja“, sagte sie.", ["“Ja“"]),
        ("fr", "« Oui », dit-elle. Il a dit « non ».", ["« Oui »", "« non »"]),
        ("fr", "Une suite » puis « oui ».", ["« oui »"]),
        ("fr", "« Il a dit “non” hier », dit-elle.", ["« Il a dit “non” hier »"]),
        ("en", '"Yes," she said. "No," he said.', ['"Yes,"', '"No,"']),
        ("en", '"Yes,” she said. "No," he said.', ['"Yes,”', '"No,"']),
        ("en", 'A 5" pipe and a 6" pipe.', []),
        ("en", "“Never closed, she said. “Closed,” he said.", ["“Closed,”"]),
        ("ja", "彼は「『はい』と言え」と話した。", ["「『はい』と言え」"]),
        ("zh", "他说“好”，她说“不”。", ["“好”", "“不”"]),
    ],
)
def test_each_language_opens_and_closes_its_own_way(lang: str, text: str, found: list[str]) -> None:
    assert inside(text, lang) == found


def test_a_mark_without_a_partner_nearby_opens_nothing() -> None:
    assert inside("“" + "a" * (MAX_QUOTE_CHARS + 1) + "”", "en") == []


@pytest.mark.parametrize("marks", ["“", '"', '“„«»”"', "「", "「」『』"])
def test_a_text_of_marks_alone_is_read_mark_by_mark(marks: str) -> None:
    """Each mark is looked at a set number of times: five megabytes of them are an answer, not a hang."""
    text = marks * (50_000 // len(marks))
    assert all(start < end <= len(text) for start, end in quoted(text, None))
