"""Page rot is told with publisher and field, and neither an odd page nor an odd day is taken for it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction.drift import FIELDS, Counts, chance_of_so_few, drifted, is_lost

QUARTER = ((20, 19),) * 90  # a byline on 95 % of 20 pages a day


def test_a_byline_that_is_gone_is_told_with_publisher_field_and_both_shares() -> None:
    assert drifted([Counts("느티일보", "has_authors", QUARTER, (20, 0))]) == (
        "느티일보: authors is found on 0 of its last 20 pages; it used to be so on 95 % of 1800",
    )


def test_one_odd_page_is_told_never() -> None:
    assert not is_lost(QUARTER, (20, 18))
    assert not is_lost(QUARTER, (16, 15))
    assert not is_lost(QUARTER, (1, 0))
    assert not is_lost(((10, 10),) * 9, (8, 7))


def test_a_field_that_half_of_the_pages_keep_is_not_lost() -> None:
    assert not is_lost(QUARTER, (1000, 480))
    assert is_lost(QUARTER, (1000, 400))


def test_a_field_that_pages_never_had_cannot_be_lost() -> None:
    assert not is_lost(((20, 0),) * 90, (500, 0))


@pytest.mark.parametrize(
    "before",
    [(), ((0, 0),) * 90, ((29, 29),), ((1, 1),) * 29, ((500, 500), (500, 500))],
    ids=["none", "days without pages", "29 pages", "29 days of a page", "two days"],
)
def test_a_short_history_says_nothing(before: tuple[tuple[int, int], ...]) -> None:
    assert not is_lost(before, (50, 0))


def test_a_publisher_whose_days_differ_wildly_is_given_more_room() -> None:
    wild = ((20, 20), (20, 2)) * 45  # some days are all photo stories
    steady = ((20, 11),) * 90
    assert is_lost(steady, (120, 0))
    assert not is_lost(wild, (120, 0))


def test_where_nothing_changed_hardly_ever_is_anything_told() -> None:
    # 2,400 comparisons of publishers whose days differ; the rule allows a chance of 1 in 100,000 each.
    draw = random.Random(7)
    told = 0
    for share in (0.3, 0.6, 0.9, 0.98):
        for pages in (2, 8, 30):
            for _ in range(200):
                days = []
                for _ in range(31):
                    today = draw.betavariate(share * 9, (1 - share) * 9)
                    days.append((pages, sum(draw.random() < today for _ in range(pages))))
                newest = days[-max(1, 16 // pages) :]
                before = days[: -len(newest)]
                told += is_lost(before, (sum(n for n, _ in newest), sum(k for _, k in newest)))
    assert told <= 1


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.floats(0.01, 0.9))
def test_the_chances_of_all_outcomes_add_up_to_one(pages: int, share: float, rho: float) -> None:
    assert chance_of_so_few(pages, pages, share, rho) == pytest.approx(1, abs=1e-6)
    assert chance_of_so_few(0, 1, share, rho) == pytest.approx(1 - share)


@given(
    st.lists(st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=20),
    st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
)
def test_any_counts_give_an_answer(before: list[tuple[int, int]], lately: tuple[int, int]) -> None:
    assert is_lost(before, lately) in (True, False)


def test_every_flag_has_a_field_that_a_person_knows() -> None:
    assert all(field and state for field, state in FIELDS.values())
