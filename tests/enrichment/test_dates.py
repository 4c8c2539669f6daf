"""Dates: a day read wrongly puts the event into the wrong row of every time series."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.enrichment import dates, reading
from flows.enrichment.document import Document

KST = timezone(timedelta(hours=9))
SUNDAY = datetime(2026, 1, 18, 15, 0, tzinfo=KST)


def found(*body: str, at: datetime | None = SUNDAY, lang: str = "ko") -> list[tuple[str, str]]:
    document = Document("x", None, body, lang=lang, published_at=at)
    return [(mention.text, mention.value) for mention in dates.enrich(reading.read(document))]


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("지난 15일 회의를 열었다.", "지난 15일", "2026-01-15"),
        ("지난 18일 회의를 열었다.", "지난 18일", "2025-12-18"),  # strictly before publication
        ("18일 시장에서는 말이 많았다.", "18일", "2026-01-18"),
        ("26일 문을 닫았다.", "26일", "2025-12-26"),
        ("오는 22일 문을 연다.", "오는 22일", "2026-01-22"),
        ("오는 10일 문을 연다.", "오는 10일", "2026-02-10"),
        ("지난달 20일 숨졌다.", "지난달 20일", "2025-12-20"),
        ("다음 달 1일 떠난다.", "다음 달 1일", "2026-02-01"),
        ("이달 말 확정된다.", "이달 말", "2026-01"),
        ("총회는 5월에 열린다.", "5월", "2026-05"),
        ("공장은 5월 문을 열었다.", "5월", "2025-05"),
        ("지난해 12월 시행했다.", "지난해 12월", "2025-12"),
        ("2024년 3월 5일 체결했다.", "2024년 3월 5일", "2024-03-05"),
        ("1999년 설립됐다.", "1999년", "1999"),
        ("내년 예산이다.", "내년", "2027"),
        ("올해 1분기 매출이다.", "올해 1분기", "2026-Q1"),
        ("지난주 금요일 만났다.", "지난주 금요일", "2026-01-09"),
        ("다음 주 시행한다.", "다음 주", "2026-01-19/2026-01-25"),
        ("사흘 전 만났다.", "사흘 전", "2026-01-15"),
        ("두 달 뒤 문을 연다.", "두 달 뒤", "2026-03"),
        ("약 2년 전부터 살았다.", "약 2년 전", "2024"),
        ("오늘(18일) 발표했다.", "오늘(18일)", "2026-01-18"),
        ("지난 13일부터 15일까지 열렸다.", "지난 13일부터 15일까지", "2026-01-13/2026-01-15"),
        ("지난 13∼15일 열렸다.", "지난 13∼15일", "2026-01-13/2026-01-15"),
        ("올겨울 눈이 잦았다.", "올겨울", "2025-12-01/2026-02-28"),
        ("6·3 지방선거를 준비한다.", "6·3", "2026-06-03"),
        ("2026.01.09 작성했다.", "2026.01.09", "2026-01-09"),
    ],
)
def test_it_reads_the_forms_of_korean_news(text: str, said: str, value: str) -> None:
    assert found(text) == [(said, value)]


@pytest.mark.parametrize(
    "text",
    [
        "21일간 조사했다.",
        "8년 동안 이어졌다.",
        "40년 만에 올랐다.",
        "제84조를 보라.",
        "1차 심사에서 떨어졌다.",
        "총 12명이 다쳤다.",
        "매주 수요일 만난다.",
        "예산 5조 5천억 원이다.",
        "오늘날의 도시는 다르다.",
    ],
)
def test_a_duration_a_count_or_a_habit_is_no_date(text: str) -> None:
    assert found(text) == []


def test_without_a_day_of_publication_only_absolute_dates_have_values() -> None:
    assert found("지난 15일과 올해, 5월, 이날, 그리고 2024년 3월 5일.", at=None) == [("2024년 3월 5일", "2024-03-05")]


def test_this_day_is_the_day_of_the_news_again_after_a_day_told_back() -> None:
    pairs = found("18일 시의회가 열렸다.", "지난 6월 8일 문을 닫은 곳이다.", "이날 의장이 물러났다.")
    assert pairs[-1] == ("이날", "2026-01-18")


def test_the_day_before_is_counted_from_the_day_named_last() -> None:
    assert found("지난달 4일 사표를 냈다. 그 전날 회의가 있었다.")[-1] == ("그 전날", "2025-12-03")


def test_days_are_counted_in_the_publishers_zone() -> None:
    late = datetime(2026, 1, 17, 23, 30, tzinfo=UTC).astimezone(KST)
    assert found("오늘 시작됐다.", at=late) == [("오늘", "2026-01-18")]


@pytest.mark.parametrize(
    ("text", "lang", "pair"),
    [
        ("The plant opened on January 9, 2026.", "en", ("January 9, 2026", "2026-01-09")),
        ("Talks resume on 3 February.", "en", ("3 February", "2026-02-03")),
        ("Das Werk wurde am 9. Januar 2026 eröffnet.", "de", ("9. Januar 2026", "2026-01-09")),
        ("La fábrica abrió el 9 de enero de 2026.", "es", ("9 de enero de 2026", "2026-01-09")),
        ("工場は2026年1月9日に開いた。", "ja", ("2026年1月9日", "2026-01-09")),
    ],
)
def test_it_reads_dates_of_other_languages(text: str, lang: str, pair: tuple[str, str]) -> None:
    assert found(text, lang=lang) == [pair]


def test_the_word_may_is_no_month_by_itself() -> None:
    assert found("It may rain, and March on they did.", lang="en") == []


@given(st.dates(min_value=date(2000, 3, 1)), st.integers(1, 31))
def test_a_day_told_back_never_lies_ahead_nor_more_than_two_months_back(day: date, number: int) -> None:
    at = datetime.combine(day, datetime.min.time(), tzinfo=KST)
    for _, value in found(f"지난 {number}일 회의를 열었다.", at=at):
        told = datetime.fromisoformat(value).replace(tzinfo=KST)
        assert told < at
        assert at - told <= timedelta(days=62)


@given(st.text(alphabet="지난오는이달0123456789년월일~부터까지. 전후주말초", max_size=80))
def test_any_text_gets_an_answer_with_true_offsets(text: str) -> None:
    document = Document("x", None, (text,), lang="ko", published_at=SUNDAY)
    for mention in dates.enrich(reading.lay_out(document, [(0, text)])):
        assert text[mention.start : mention.end] == mention.text
