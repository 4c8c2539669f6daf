"""Dates as channels print them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.discovery.dates import EARLIEST, LATEST, stated_instant
from tests.discovery.channels import NOW

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    "printed",
    [
        "Sun, 18 Jan 2026 15:12:00 +0900",
        "Sun, 18 Jan 2026 15:12:00 +09:00",
        "Sun, 18 Jan 26 15:12:00 KST",
        "Sun,18 Jan 2026 06:12:00 GMT",
        "Sunday, January 18, 2026 15:12:00 +0900",
        "Sun, 18 Jan 2026 15:12:00 GMT+0900 (KST)",
        "18 Jan 2026 15:12",
        "일, 18 1월 2026 15:12:00 +0900",
        "Sun Jan 18 15:12:00 KST 2026",
        "2026-01-18T06:12:00.613Z",
        "2026-01-18T15:12+09:00",
        "2026-01-18 15:12:00",
        "2026-01-18 15:12:00 +0900",
        "2026/01/18 15:12",
        "2026.01.18 15:12",
        "2026.01.18 (일) 15:12",
        "2026.01.18. 오후 3:12",
        "2026. 1. 18. 15:12",
        "2026년 1월 18일 오후 3시 12분",
        "２０２６-01-18 15:12",
        "20260118151200",
        "202601181512",
        "1768716720",
        "1768716720000",
    ],
)
def test_one_moment_is_read_however_it_is_printed(printed: str) -> None:
    assert stated_instant(printed, SEOUL, NOW) == datetime(2026, 1, 18, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "hour"), [("오전 12:30", 0), ("오전 9:30", 9), ("오후 12:30", 12), ("오후 1:30", 13), ("13:30", 13)]
)
def test_noon_and_midnight_are_told_apart(printed: str, hour: int) -> None:
    instant = stated_instant(f"2026-01-18 {printed}", SEOUL, NOW)
    assert instant is not None
    assert instant.astimezone(SEOUL).hour == hour


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "어제",
        "18일",
        "2026-01",
        "2026-W03",
        "2026-02-31",
        "2026-01-18 24:00:00",
        "2026-01-18 15:60",
        "2026-01-18T15:12:00+99:99",
        "2026-01-18 15:12:00 IST",  # India, Israel or Ireland
        "2026-01-18 무렵",
        "1970-01-01 00:00:00",
        "0000-00-00 00:00:00",
        "2026-01-23",
        "9999-12-31",
        "99999999999",
        "9" * 5_000,
    ],
)
def test_what_is_no_date_of_an_article_is_none(printed: str) -> None:
    assert stated_instant(printed, SEOUL, NOW) is None


def test_a_clock_that_runs_ahead_is_believed_for_two_days() -> None:
    assert stated_instant("2026-01-21 12:00", SEOUL, NOW) is not None


@given(st.datetimes(datetime(1996, 1, 1), datetime(2026, 1, 19)))  # noqa: DTZ001
def test_any_moment_written_in_iso_comes_back(moment: datetime) -> None:
    local = moment.replace(microsecond=0, fold=0)
    expected = local.replace(tzinfo=SEOUL).astimezone(UTC)
    assert stated_instant(local.isoformat(sep=" "), SEOUL, NOW) == expected
    assert stated_instant(expected.isoformat(), SEOUL, NOW) == expected


@given(st.text(alphabet="0123456789-:/.TZ+ 년월일시분오전후JanKST,()", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_believable_date_or_none(printed: str) -> None:
    instant = stated_instant(printed, SEOUL, NOW)
    assert instant is None or (instant.tzinfo is UTC and EARLIEST <= instant <= NOW + LATEST)
