"""Decisions by hand: a mistake is told with its line and what to do, and nothing of the file is followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.linking.decisions import COLUMNS, Chosen, DecisionsError, read
from flows.steps import linking_registry

HEADER = "# comment\n" + ",".join(COLUMNS) + "\n"
GOOD = "merge,organisation,㈜솔빛전자,,Solbit Inc.,,the company's own page,2026-03-09"


def refused(text: str) -> str:
    with pytest.raises(DecisionsError) as told:
        read(text, "decisions.csv")
    return str(told.value)


def test_a_line_is_read_by_keys_so_that_any_spelling_will_do() -> None:
    (one,) = read(HEADER + GOOD, "decisions.csv")
    assert (one.kind, one.one, one.other, one.line) == ("merge", Chosen("솔빛전자"), Chosen("solbit"), 3)
    assert one.why == "the company's own page"


def test_the_file_that_comes_with_the_project_can_be_followed() -> None:
    assert linking_registry.followed()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("join,person,한가람,,오누리,,why,2026-03-09", "write merge or split"),
        ("merge,people,한가람,,오누리,,why,2026-03-09", "write one of organisation, person, place"),
        ("merge,person,,,오누리,,why,2026-03-09", "name is '', which names nobody"),
        ("merge,person,\u202e,,오누리,,why,2026-03-09", "which names nobody"),
        ("merge,person," + "가" * 10_000 + ",,오누리,,why,2026-03-09", "which names nobody"),
        ("merge,place,솔섬,느티전자,달섬,,why,2026-03-09", "organisation is for people only"),
        ("split,person,한가람,경찰,한가람,,why,2026-03-09", "no body in particular"),
        ("merge,person,한가람,,오누리,,,2026-03-09", "why is empty"),
        ("merge,person,한가람,,오누리,,why,9 March", "write a day as 2026-03-09"),
        ("merge,person,한가람,,오누리,,why, really,2026-03-09", "quotation marks"),
        ('merge,person,"한가람,,오누리,,why,2026-03-09', "quotation mark"),
        ("split,person,한가람,,한 가람,,why,2026-03-09", "name the organisation that tells them apart"),
        ("merge,organisation,솔빛,,(주)솔빛,,why,2026-03-09", "take the line out"),
    ],
)
def test_nonsense_is_refused_with_file_line_and_what_to_do(line: str, says: str) -> None:
    told = refused(HEADER + GOOD + "\n" + line)
    assert "decisions.csv was not followed, the registry stays as it was" in told
    assert "line 4: " in told
    assert says in told
    assert len(told) < 500


def test_every_wrong_line_is_told_at_once_and_a_file_of_nonsense_stays_short() -> None:
    told = refused(HEADER + "x,y\n" * 5000)
    assert "line 3: 2 fields where there must be 8" in told
    assert "and 4990 more" in told
    assert "line 1: the first line must be the header" in refused("x,y\n" * 5000)


def test_a_split_of_what_merges_make_one_names_the_lines_in_the_way() -> None:
    told = refused(
        HEADER
        + "merge,organisation,솔,,버들,,why,2026-03-09\nmerge,organisation,버들,,느티,,why,2026-03-09\n"
        + "split,organisation,느티,,솔,,why,2026-03-09\n"
    )
    assert "line 5: splits what line 3, 4 merges" in told


@given(st.text(max_size=300), st.lists(st.sampled_from(["merge", "person", "솔", "", '"', "\n", ",", "2026-03-09"])))
def test_no_text_ends_in_anything_but_decisions_or_a_told_mistake(text: str, words: list[str]) -> None:
    for tried in (text, HEADER + text, HEADER + ",".join(words)):
        try:
            read(tried, "decisions.csv")
        except DecisionsError as error:
            assert "line " in str(error)
