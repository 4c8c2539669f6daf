"""A feed that dies says nothing; the warning must come from the counts."""

from hypothesis import given
from hypothesis import strategies as st

from flows.discovery.thinning import thinned


def test_a_source_that_lists_nothing_is_told_with_what_it_used_to_list() -> None:
    assert thinned({"neuti": [40, 42, 38]}, {"neuti": 0}) == ("neuti: listed nothing; it used to list 40",)


def test_a_source_that_lists_nothing_from_its_first_day_is_told_too() -> None:
    assert thinned({}, {"neuti": 0}) == ("neuti: listed nothing",)


def test_a_source_that_never_listed_anything_is_not_told_every_day() -> None:
    assert thinned({"neuti": [0, 0, 0]}, {"neuti": 0}) == ()


def test_far_less_than_usual_is_told_and_a_quiet_sunday_is_not() -> None:
    history = {"neuti": [100, 100, 100]}
    assert thinned(history, {"neuti": 29}) == ("neuti: listed 29; the median of its last 3 runs is 100",)
    assert thinned(history, {"neuti": 30}) == ()


def test_two_runs_say_nothing_of_what_is_usual() -> None:
    assert thinned({"neuti": [100, 100]}, {"neuti": 5}) == ()


def test_only_the_last_seven_runs_count() -> None:
    assert thinned({"neuti": [1000] * 50 + [10] * 7}, {"neuti": 9}) == ()


def test_a_source_that_was_not_asked_is_not_told() -> None:
    assert thinned({"neuti": [100] * 7}, {}) == ()


@given(
    st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 10**6), max_size=20)),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**6)),
)
def test_each_source_is_told_at_most_once_and_more_than_usual_never(
    history: dict[str, list[int]], now: dict[str, int]
) -> None:
    warnings = thinned(history, now)
    told = [warning.partition(":")[0] for warning in warnings]
    assert told == sorted(set(told))
    assert not [name for name in told if now[name] > max(history.get(name, [0]), default=0)]
