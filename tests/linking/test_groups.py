"""Groups keep their names, do not chain, and do not swallow the corpus; what a guard stopped is told."""

from flows.linking import groups
from flows.linking.copies import Pair
from flows.linking.groups import Groups, Stopped


def same(a: int, b: int) -> tuple[Pair, str, str]:
    return Pair(a, b, 300, 0.95, 0.95, 0.9), f"a{a}", f"a{b}"


def part(a: int, b: int, jaccard: float = 0.3) -> tuple[Pair, str, str]:
    return Pair(a, b, 100, 1.0, 0.3, jaccard), f"a{a}", f"a{b}"


def test_a_group_is_named_after_the_article_that_founded_it_and_keeps_the_name() -> None:
    first = Groups()
    first.join([same(5, 7)])
    assert first.group_of == {"a5": "a5", "a7": "a5"}
    later = Groups()
    later.add("a5", "a5", 5)
    later.add("a7", "a5", 7)
    later.join([same(7, 9), same(5, 9)])
    assert later.group_of["a9"] == "a5"
    assert later.changed == {"a9": "a5"}


def test_two_groups_over_one_same_text_become_the_older() -> None:
    found = Groups()
    for article, group in (("a5", "a5"), ("a7", "a5"), ("a2", "a2"), ("a3", "a2")):
        found.add(article, group, int(article[1:]))
    found.join([same(7, 9), same(3, 9)])
    assert set(found.group_of.values()) == {"a2"}
    assert found.changed == {"a9": "a5", "a5": "a2", "a7": "a2"} | {"a9": "a2"}


def test_a_round_up_does_not_make_one_story_of_the_three_it_holds() -> None:
    found = Groups()
    found.join([part(1, 9, 0.34), part(2, 9, 0.33), part(3, 9, 0.32)])
    assert found.group_of == {"a1": "a1", "a9": "a1"}
    assert found.stopped == [Stopped("chain", "a1", "a2"), Stopped("chain", "a1", "a3")]


def test_a_part_joins_where_it_shares_text_with_the_founder() -> None:
    found = Groups()
    found.join([same(1, 2), part(1, 3), part(2, 3)])
    assert found.group_of["a3"] == "a1"
    assert found.stopped == []


def test_a_text_and_its_short_version_are_one_group_however_often_each_was_run() -> None:
    found = Groups()
    found.join([same(1, 2), same(3, 4), part(1, 3), part(1, 4), part(2, 3), part(2, 4)])
    assert set(found.group_of.values()) == {"a1"}
    assert found.stopped == []


def test_two_groups_in_one_round_up_stay_two() -> None:
    found = Groups()
    found.join([same(1, 2), same(3, 4), part(1, 9), part(2, 9), part(3, 9), part(4, 9)])
    assert found.group_of["a3"] == found.group_of["a4"] == "a3"
    assert found.group_of["a9"] == "a1"


def test_a_full_group_takes_no_more_and_says_so(monkeypatch) -> None:
    monkeypatch.setattr(groups, "MAX_GROUP", 3)
    found = Groups()
    found.join([same(1, 2), same(1, 3), same(1, 4)])
    assert found.size("a1") == 3
    assert found.stopped == [Stopped("group_full", "a1", "a4")]
