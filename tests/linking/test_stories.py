"""Grouping articles into stories: laws that hold for any stream of articles, and what bad input may not do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.linking import stories as method
from flows.linking.stories import Held, Item, Outcome, Placed, Stories, days_around

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
WORDS = [f"낱말{letter}" for letter in "가나다라마바사아자차카타"]


def item(number: int, terms: Iterable[str], days: float = 0.0, group: str | None = None, names: str = "") -> Item:
    said = [("keyword", term, 1.0) for term in terms] + [("person", name, 1.0) for name in names.split()]
    return Item(f"a{number:04d}", NOON + timedelta(days=days), tuple(said), group)


def placed(items: Sequence[Item], stories: Stories | None = None) -> list[Placed]:
    """Place articles oldest first, only the days around each held."""
    stories = stories or Stories()
    found = []
    for one in sorted(items, key=lambda one: (one.at, one.article_id)):
        for day in stories.days:
            if day < days_around(one.at.date())[0]:
                stories.forget(day)
        found.append(stories.place(one))
    return found


def held_around(day: date, known: Iterable[Placed]) -> Stories:
    """Stories as they are read back: the days around one day, in no special order."""
    first, last = days_around(day)
    stories = Stories()
    for one in sorted(known, key=lambda one: one.article_id, reverse=True):
        if one.held and first <= one.held.at.date() <= last:
            stories.hold(one.held)
    return stories


@st.composite
def streams(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(1, 25))
    return [
        item(
            number,
            draw(st.lists(st.sampled_from(WORDS), max_size=6)),
            draw(st.integers(0, 24 * 14)) / 24,
            draw(st.sampled_from([None, None, None, "g1", "g2"])),
            draw(st.sampled_from(["", "", "한가람", "오누리 한가람"])),
        )
        for number in range(count)
    ]


@settings(max_examples=60)
@given(streams())
def test_every_article_is_in_one_story_or_says_why_not(items: list[Item]) -> None:
    found = placed(items)
    assert sorted(one.article_id for one in found) == sorted(one.article_id for one in items)
    for one in found:
        assert (one.held is None) == (one.outcome is Outcome.TOO_FEW_TERMS)
    opened = [one.held.story_id for one in found if one.held and one.outcome in (Outcome.OPENED, Outcome.CONTINUED)]
    assert len(opened) == len(set(opened))
    assert {one.held.story_id for one in found if one.held} == set(opened)


@settings(max_examples=60)
@given(streams(), st.integers(0, 25))
def test_a_stream_in_two_parts_read_back_between_them_is_the_stream_at_once(items: list[Item], cut: int) -> None:
    ordered = sorted(items, key=lambda one: (one.at, one.article_id))
    first = placed(ordered[:cut])
    rest = ordered[cut:]
    again = [*first, *(placed(rest, held_around(rest[0].at.date(), first)) if rest else [])]
    assert again == placed(ordered)


@settings(max_examples=60)
@given(streams())
def test_nothing_joins_a_story_that_was_closed_on_its_day(items: list[Item]) -> None:
    times: dict[str, list[datetime]] = {}
    for one in placed(items):
        if one.held is None:
            continue
        before = times.setdefault(one.held.story_id, [])
        if before:
            assert one.held.at - max(before) <= timedelta(days=method.OPEN_DAYS)
        before.append(one.held.at)


@settings(max_examples=60)
@given(streams(), streams())
def test_late_articles_join_what_was_open_on_their_day_and_change_no_story_that_is_there(
    items: list[Item], late: list[Item]
) -> None:
    found = placed(items)
    before = {one.article_id: one.held.story_id for one in found if one.held}
    known = list(found)
    for number, one in enumerate(sorted(late, key=lambda one: one.at)):
        moved = Item(f"late{number}", one.at, one.terms, one.copy_group)
        now = held_around(moved.at.date(), known).place(moved)
        if now.outcome in (Outcome.JOINED, Outcome.COPY):
            there = [one.held.at for one in known if one.held and now.held and one.held.story_id == now.held.story_id]
            assert min(abs(moved.at - at) for at in there) <= timedelta(days=method.OPEN_DAYS)
        known.append(now)
    after = {one.article_id: one.held.story_id for one in known if one.held}
    assert {article: after[article] for article in before} == before


@settings(max_examples=60)
@given(streams(), st.integers(0, 14))
def test_a_day_taken_out_leaves_what_was_there_before_it_came(items: list[Item], days: int) -> None:
    day = (NOON + timedelta(days=days)).date()
    everything = Stories()
    found = placed(items, Stories())
    for one in found:
        if one.held:
            everything.hold(one.held)
    everything.forget(day)
    without = Stories()
    for one in found:
        if one.held and one.held.at.date() != day:
            without.hold(one.held)
    probe = item(9999, WORDS[:5], days + 0.4, "g1")
    assert everything.place(probe) == without.place(probe)


def test_an_article_joins_the_story_of_its_happening_and_not_one_of_the_same_kind_elsewhere() -> None:
    found = placed(
        [
            item(1, ["화재", "진화", "북항", "창고", "수산물"], 0.0, names="문가을 정하람"),
            item(2, ["화재", "진화", "주택", "보일러", "골목"], 0.1, names="서미르 오누리"),
            item(3, ["화재", "감식", "북항", "창고"], 1.0, names="문가을"),
            item(4, ["화재", "감식", "보일러", "골목"], 2.0, names="오누리"),
        ]
    )
    ids = [one.held.story_id for one in found if one.held]
    assert ids[0] == ids[2] != ids[1] == ids[3]


def test_a_late_article_joins_the_story_that_was_open_on_its_day_and_becomes_its_first() -> None:
    now = placed([item(1, WORDS[:5], 3.0), item(2, WORDS[:5], 4.0)])
    stories = held_around(NOON.date(), now)
    late = stories.place(item(3, WORDS[:5], 0.0))
    assert late.outcome is Outcome.JOINED
    assert late.held is not None and now[0].held is not None
    assert late.held.story_id == now[0].held.story_id


def test_a_copy_goes_where_its_original_is_even_with_other_words() -> None:
    found = placed([item(1, WORDS[:5], group="g"), item(2, WORDS[6:11], 1.0, group="g"), item(3, WORDS[6:11], 1.1)])
    assert [one.outcome for one in found] == [Outcome.OPENED, Outcome.COPY, Outcome.OPENED]  # copies teach no words
    assert found[0].held is not None and found[1].held is not None
    assert found[1].held.story_id == found[0].held.story_id


def test_a_copy_printed_after_the_story_was_closed_opens_one_of_its_own() -> None:
    found = placed([item(1, WORDS[:5], group="g"), item(2, WORDS[:5], 9.0, group="g")])
    assert [one.outcome for one in found] == [Outcome.OPENED, Outcome.OPENED]


def test_what_is_printed_every_day_goes_on_under_another_id_after_a_while() -> None:
    found = placed([item(day, WORDS[:5], day) for day in range(method.MOST_STORY_DAYS + 5)])
    (next_part,) = [one for one in found if one.outcome is Outcome.CONTINUED]
    assert next_part.cap == "long"
    assert next_part.continues == found[0].held.story_id  # type: ignore[union-attr]
    assert len({one.held.story_id for one in found if one.held}) == 2


def test_pages_of_one_template_make_no_story_of_everything_and_the_cap_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(method, "MOST_ARTICLES", 50)
    monkeypatch.setattr(method, "MOST_STORIES_A_TERM", 8)
    found = placed([item(number, WORDS[:6], number / 5000) for number in range(2000)])
    sizes = Counter(one.held.story_id for one in found if one.held)
    assert max(sizes.values()) == 50
    full = [one for one in found if one.outcome is Outcome.CONTINUED]
    assert {one.cap for one in full} == {"full"}
    assert all(one.continues in sizes for one in full)
    assert found[-1].common_terms == 6  # past so many stories the words say nothing any more, which the row tells


@pytest.mark.parametrize("terms", [[], ["비"], ["비", "눈"]])
def test_an_article_of_a_word_or_two_is_like_nothing(terms: list[str]) -> None:
    assert [one.outcome for one in placed([item(1, terms), item(2, terms)])] == [Outcome.TOO_FEW_TERMS] * 2


def test_a_name_is_one_term_whatever_an_article_takes_it_for() -> None:
    said = (("organisation", "한강", 1.0), ("place", "한강", 1.0), ("keyword", "한강", 1.0), ("keyword", "물", 0.5))
    (one,) = placed([Item("a", NOON, said)])
    assert one.held is not None
    assert sorted((term.kind, term.term) for term in one.held.terms) == [
        ("keyword", "물"),
        ("keyword", "한강"),
        ("organisation", "한강"),
    ]
    assert sum(term.weight**2 for term in one.held.terms) == pytest.approx(method.SCALE**2, rel=1e-3)


def test_days_at_the_ends_of_the_calendar_have_days_around_them() -> None:
    assert days_around(date.min)[0] == date.min
    assert days_around(date.max)[1] == date.max
    assert Stories().place(item(1, WORDS[:4])).held == Held(
        method.story_id_of("a0001"),
        NOON,
        NOON,
        placed([item(1, WORDS[:4])])[0].held.terms,
        None,  # type: ignore[union-attr]
    )
