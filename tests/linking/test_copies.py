"""The verdict: how much two texts share, when that is a copy, and who was first."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from flows.linking.copies import MIN_SHARED, Pair, Text, compare, first_of, is_copy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def numbers(first: int, last: int) -> np.ndarray:
    return np.arange(first, last, dtype=np.uint64)


def text(number: int, publisher: str = "온새미일보", **more: object) -> Text:
    values: dict[str, object] = {
        "portal": None, "published_at": NOON, "published_date": date(2026, 3, 2), "captured_at": NOON,
        "wire_source": None, **more,
    }  # fmt: skip
    return Text(number, publisher, **values)  # type: ignore[arg-type]


def test_what_is_in_common_is_told_from_both_sides() -> None:
    (pair,) = compare({1: numbers(0, 100), 2: numbers(60, 260)}, [(1, 2)])
    assert pair == Pair(1, 2, 40, 0.4, 0.2, 40 / 260)
    assert pair.share == 0.4


def test_a_text_that_could_not_be_read_shares_nothing() -> None:
    (pair,) = compare({1: numbers(0, 100)}, [(1, 2)])
    assert not is_copy(pair)
    assert pair.shared == 0


def test_the_part_of_a_longer_text_is_a_copy_and_a_stock_sentence_is_not() -> None:
    assert is_copy(Pair(1, 2, 80, 1.0, 0.2, 0.2))
    assert not is_copy(Pair(1, 2, 40, 0.1, 0.1, 0.05))
    stock = MIN_SHARED - 10
    assert not is_copy(Pair(1, 2, stock, 0.6, 0.6, 0.4))
    assert is_copy(Pair(1, 2, stock, 0.95, 0.95, 0.9))


def test_who_names_the_other_as_source_was_second_whatever_the_clocks_say() -> None:
    agency = text(2, "해찬통신", wire_source="해찬통신", published_at=NOON + timedelta(hours=1))
    client = text(1, wire_source="해찬통신")
    assert first_of(agency, client) == (agency, "credit")
    assert first_of(client, agency) == (agency, "credit")


def test_a_portal_was_second_to_the_publisher_it_shows() -> None:
    portal = text(1, portal="모둠뉴스", captured_at=NOON - timedelta(hours=1))
    own = text(2)
    assert first_of(portal, own) == (own, "portal")


def test_then_the_stated_time_then_the_day_then_the_capture_then_arrival() -> None:
    early, late = text(2, published_at=NOON - timedelta(minutes=1)), text(1, "물마루신문")
    assert first_of(late, early) == (early, "published")
    day = text(3, published_at=None, published_date=date(2026, 3, 1))
    assert first_of(early, day) == (day, "published")
    same_day = text(4, published_at=None, captured_at=NOON - timedelta(hours=2))
    assert first_of(early, same_day) == (same_day, "captured")
    assert first_of(text(9), text(8)) == (text(8), "number")
