"""Tables, bars and marks on a terminal say what the page says."""

import io

from rich.console import Console

from flows.reporting.report import Section
from flows.reporting.terminal import bar, facts, paragraph, sparkline, table

MEANINGS = {"word": "term", "articles": "how many", "share": "of all", "over_time": "course"}


def printed(what: object) -> str:
    console = Console(width=100, file=io.StringIO())
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_sparkline_never_shows_something_as_nothing() -> None:
    assert sparkline([0, 1, 1000]) == " ▁█"
    assert sparkline([0, 0]) == "  "
    assert sparkline([]) == ""
    assert sparkline([3, 3]) == "██"


def test_a_bar_is_as_long_as_its_share() -> None:
    assert [len(bar(share)) for share in (0.0, 0.5, 1.0, 7.0)] == [0, 6, 12, 12]
    assert bar(1 / 96) == "▏"


def test_a_table_has_numbers_shares_and_courses_and_no_word_of_markup() -> None:
    section = Section("s", "Rising words", "What", MEANINGS, [["[bold]다리[/]", 1234, 0.25, [0, 2, 1]]], "SELECT")
    shown = printed(table(section))
    assert "[bold]다리[/]" in shown
    assert "1,234" in shown
    assert " 25.0% ███" in shown
    assert " █▄" in shown


def test_a_body_is_marked_in_place_and_control_characters_do_nothing() -> None:
    text = paragraph("가\x1b[31m나 말했다", [("quote", 0, 1), ("person", 99, 100)])
    assert "\x1b" not in text.plain
    assert text.plain.startswith("가 [31m나")
    assert [(span.start, span.end) for span in text.spans if span.style == "yellow"] == [(0, 1)]


def test_what_is_not_known_of_an_article_is_left_out() -> None:
    section = Section("facts", "Article", "What", {"portal": "p", "headline": "h"}, [[None, "다리 놓는다"]], "SELECT")
    assert "다리 놓는다" in printed(facts(section))
    assert "portal" not in printed(facts(section))
