"""A report shows what others wrote as text alone, loads nothing, and says what each figure is."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reporting.page import page
from flows.reporting.report import FIGURES, Report, Section, cells, course_in_words, figures_in_words, inert

MADE_AT = datetime(2026, 3, 6, 1, 2, tzinfo=UTC)
MEANINGS = {
    "story": "headline", "articles": "articles told", "share": "of all", "over_time": "by hour", "copy": "a copy",
    "url": "address",
}  # fmt: skip


def section(rows: Sequence[Sequence[object]], name: str = "stories", sql: str = "SELECT 1") -> Section:
    return Section(name, "Stories", "What was told", MEANINGS, rows, sql)


def report(*sections: Section, title: str = "The day") -> Report:
    day = date(2026, 3, 5)
    return Report(title, day, day, "Asia/Seoul", MADE_AT, sections)


class Seen(HTMLParser):
    """Elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "</style><iframe src=https://elsewhere.example>",
    "&#x3C;script&#x3E;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_headline_with_markup_is_shown_as_the_letters_that_it_is(text: str) -> None:
    shown = page(report(section([[text, 3, 0.5, [0, 1], True, None]], sql=f"SELECT '{text}'"), title=text))
    assert Seen(shown).text.count(text) >= 4  # title and heading, the cell, the SQL
    assert not [tag for tag, _ in Seen(shown).elements if tag in ("script", "iframe", "img", "object", "embed")]
    assert [name for _, attributes in Seen(shown).elements for name in attributes if name.startswith("on")] == []


@given(st.text(st.characters(categories=["L", "N", "P", "Zs", "Cf", "Cc", "Co"]), max_size=30))
def test_no_character_in_a_headline_turns_or_hides_what_stands_beside_it(text: str) -> None:
    shown = inert(f"a{text}b")
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f-\x9f\ufeff]", shown)
    assert [one for one in shown if one.isalnum()] == [one for one in f"a{text}b" if one.isalnum()]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a.example/ b", "//a.example"]
)
def test_only_an_address_of_the_web_becomes_a_link(address: str) -> None:
    (row,) = cells(section([["제목", 1, 0.1, [1], False, address]]))
    assert row[0].link == ""
    (row,) = cells(section([["제목", 1, 0.1, [1], False, "https://paper.example/1?a=1&b=2"]]))
    assert row[0].link == "https://paper.example/1?a=1&b=2"


def test_the_page_loads_nothing_and_every_link_within_it_leads_somewhere() -> None:
    shown = Seen(page(report(section([["제목", 1, 0.1, [1], False, "https://paper.example/1"]]))))
    assert [attributes for tag, attributes in shown.elements if tag in ("link", "script", "img", "base")] == []
    assert [attributes for _, attributes in shown.elements if "src" in attributes] == []
    targets = {attributes.get("id") for _, attributes in shown.elements}
    inner = [str(attributes["href"]) for tag, attributes in shown.elements if tag == "a"]
    assert {href[1:] for href in inner if href.startswith("#")} <= targets
    assert "#sql-stories" in inner


def test_values_are_shown_as_people_read_them() -> None:
    (row,) = cells(section([["길 넓힌다", 12345, 0.1234, [0, 0, 3, 1], True, None]]))
    assert [(cell.kind, cell.text) for cell in row] == [
        ("text", "길 넓힌다"),
        ("number", "12,345"),
        ("share", "12.3%"),
        ("course", "begins in part 3 of 4, most in part 3: 3"),
        ("text", "yes"),
    ]
    assert row[0].lang == "ko"
    assert course_in_words([0, 0]) == "nothing"
    (none,) = cells(section([[None, None, None, [0], None, None]]))
    assert {cell.text for cell in none if cell.kind == "none"} == {"–"}


def test_an_empty_section_says_so_and_the_figures_come_in_one_line() -> None:
    figures = Section(FIGURES, "In numbers", "Numbers", {"articles": "all", "outlets": "who"}, [[19, 6]], "SELECT")
    made = report(figures, section([]))
    assert "Nothing in this period." in page(made)
    assert figures_in_words(made) == "The day, 2026-03-05; 19 articles; 6 outlets"
