"""A declared table: rows of Python values become columns of the declared types, nested ones too, or are refused."""

import math
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.lake.schema import INSTANT, Column, Table

PART = pl.Struct({"word": pl.String, "count": pl.Int64, "seen_date": pl.Date})
TABLE = Table(
    name="staging.made",
    grain="one row per made-up thing",
    key=("name",),
    columns={
        "name": Column(pl.String, "what it is called", is_required=True),
        "share": Column(pl.Float64, "0 to 1"),
        "words": Column(pl.List(pl.String), "its words"),
        "parts": Column(pl.List(PART), "its parts"),
        "best": Column(PART, "the best of them"),
        "seen_at": Column(INSTANT, "when it was seen"),
    },
)
_WORDS = st.text(st.characters(exclude_categories=["Cs"]))
_DAYS = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
_PARTS = st.fixed_dictionaries(
    {"word": st.none() | _WORDS, "count": st.none() | st.integers(-(2**63), 2**63 - 1), "seen_date": _DAYS}
)
_ROWS = st.fixed_dictionaries(
    {
        "name": _WORDS,
        "share": st.none() | st.floats(),
        "words": st.none() | st.lists(st.none() | _WORDS, max_size=3),
        "parts": st.none() | st.lists(st.none() | _PARTS, max_size=3),
        "best": _PARTS,
        "seen_at": st.none() | st.datetimes(timezones=st.just(UTC)),
    }
)


def _same(one: object, other: object) -> bool:
    both_nan = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return both_nan or one == other


@given(st.lists(_ROWS, max_size=4))
def test_what_a_row_holds_is_what_the_frame_holds_at_every_depth(rows: list[dict[str, object]]) -> None:
    frame = TABLE.frame(rows)
    assert frame.schema == TABLE.schema
    for row, found in zip(rows, frame.iter_rows(named=True), strict=True):
        assert all(_same(row[name], found[name]) for name in row)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 5},
        {"share": "half"},
        {"words": ["one", 2]},
        {"parts": [{"word": "one", "count": "two"}]},
        {"parts": [{"word": "one", "count": True}]},
        {"parts": [{"seen_date": "2026-03-02"}]},
        {"best": {"count": 2**70}},
        {"seen_at": "yesterday"},
    ],
)
def test_a_value_of_another_type_is_refused_and_never_stored_as_nothing(wrong: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError, pl.exceptions.PolarsError)):
        TABLE.frame([{"name": "whole"}, {"name": "broken", **wrong}])


def test_what_passes_inside_a_list_is_what_the_declaration_says() -> None:
    part = {"word": b"\xea\xb0\x80", "count": 1.5, "seen_date": datetime(2026, 3, 2, 23, tzinfo=UTC)}
    frame = TABLE.frame([{"name": "one", "parts": [part]}])
    assert frame["parts"].to_list() == [[{"word": "가", "count": 1, "seen_date": date(2026, 3, 2)}]]


def test_a_lone_surrogate_deep_in_a_row_costs_one_character_and_no_row() -> None:
    rows = [
        {"name": "one", "parts": [{"word": "앞\ud800뒤", "count": 1}]},
        {"name": "two", "words": ["\udfff"], "best": {"word": "\ud800"}},
    ]
    frame = TABLE.frame(rows)
    assert frame["parts"].to_list() == [[{"word": "앞\ufffd뒤", "count": 1, "seen_date": None}], None]
    assert frame["words"].to_list() == [None, ["\ufffd"]]
    assert frame.height == 2
