"""Page dates: the publisher's day, or none. A wrong day puts an article into the wrong report."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction import dates, zones
from tests.extraction.pages import english, korean, read

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026.01.18. 오후 3:12", "2026-01-18T15:12:00+09:00"),
        ("2026.01.18 15:12", "2026-01-18T15:12:00+09:00"),
        ("2026-01-18 15:12:03", "2026-01-18T15:12:03+09:00"),
        ("2026년 1월 18일 오후 3시", "2026-01-18T15:00:00+09:00"),
        ("2023.04.07 (19:43)", "2023-04-07T19:43:00+09:00"),
        ("2023. 2. 2. 10:39", "2023-02-02T10:39:00+09:00"),
        ("20240731193413", "2024-07-31T19:34:13+09:00"),
        ("2026/09/07 15:34 송고", "2026-09-07T15:34:00+09:00"),
        ("2026.01.18 오전 12:05", "2026-01-18T00:05:00+09:00"),
        ("2026.01.18 오후 12:05", "2026-01-18T12:05:00+09:00"),
        ("2023-04-19T22:53:13Z", "2023-04-20T07:53:13+09:00"),
        ("2023-04-19T22:53:13+0200", "2023-04-19T22:53:13+02:00"),
        ("5 March 2026", "2026-03-05T00:00:00+09:00"),
        ("March 5, 2026 at 3:04 PM", "2026-03-05T15:04:00+09:00"),
        ("5. März 2026, 14:30 Uhr", "2026-03-05T14:30:00+09:00"),
        ("05.03.2026", "2026-03-05T00:00:00+09:00"),
        ("1767225600", "2026-01-01T09:00:00+09:00"),
    ],
)
def test_a_stamp_is_read_in_the_publishers_zone(text: str, iso: str) -> None:
    stamp = dates.read(text, "test", SEOUL, NOW)
    assert stamp is not None
    assert stamp.iso() == iso


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01", "9999-12-31", "2025-02-31", "2025-13-01", "2025-01-02T24:00:00", "2025-01-02T10:60:00",
        "2025-01-02T10:00:00+99:99", "99999999999", "2027-11-30", "", "18일", "어제",
    ],
)  # fmt: skip
def test_an_impossible_date_is_none(text: str) -> None:
    assert dates.read(text, "test", SEOUL, NOW) is None


@given(st.text(max_size=60))
def test_no_stamp_raises(text: str) -> None:
    dates.read(text, "test", SEOUL, NOW)


@given(st.integers(820_454_400, 1_790_000_000))
def test_what_is_written_as_iso_is_read_as_the_same_moment(seconds: int) -> None:
    whole = datetime.fromtimestamp(seconds, UTC)
    stamp = dates.read(whole.isoformat(), "test", SEOUL, NOW)
    assert stamp is not None
    assert stamp.moment == whole


def test_a_utc_stamp_on_a_korean_page_gives_the_korean_day() -> None:
    head = '<meta property="article:published_time" content="2026-01-17T22:10:00Z">'
    article = read(korean(head=head))
    assert article.published_at == "2026-01-18T07:10:00+09:00"
    assert article.published_precision == "second"
    assert article.published_source == "meta:article:published_time"


def test_first_publication_is_kept_apart_from_the_update() -> None:
    tail = '</div><p class="info">입력 2026.01.18 15:12 수정 2026.01.19 09:30</p><div>'
    article = read(korean(tail))
    assert article.published_at == "2026-01-18T15:12:00+09:00"
    assert article.modified_at == "2026-01-19T09:30:00+09:00"


def test_the_founding_date_in_the_footer_is_not_the_articles() -> None:
    tail = "</div><footer><p>등록번호 : 가온 아00001 | 등록(발행)일자 : 2009.11.30</p></footer><div>"
    assert read(korean(tail)).published_at is None


def test_a_date_after_the_capture_is_not_believed() -> None:
    head = '<meta property="article:published_time" content="2027-06-01T10:00:00Z">'
    assert read(english(head), captured_at=NOW).published_at is None


def test_a_stamp_without_zone_takes_the_offset_that_the_page_states_elsewhere() -> None:
    head = (
        '<meta property="article:published_time" content="2026-05-01 10:00:00">'
        '<meta property="article:modified_time" content="2026-05-01T12:00:00+02:00">'
    )
    assert read(english(head)).published_at == "2026-05-01T10:00:00+02:00"


@pytest.mark.parametrize(
    ("url", "lang", "stamp", "iso"),
    [
        ("https://bote.example.de/a", "de", "2026-03-05T23:30:00Z", "2026-03-06T00:30:00+01:00"),
        ("https://haber.example.com/a", "tr", "2026-03-05 14:00", "2026-03-05T14:00:00+03:00"),
        ("https://wire.example.com/a", "en", "2026-03-05T23:30:00Z", "2026-03-05T23:30:00+00:00"),
    ],
)
def test_the_day_is_that_of_the_publishers_country(url: str, lang: str, stamp: str, iso: str) -> None:
    head = f'<meta property="article:published_time" content="{stamp}">'
    assert read(english(head).replace('lang="en"', f'lang="{lang}"'), url=url).published_at == iso


def test_every_zone_exists_and_generic_ends_name_none() -> None:
    assert all(zones.of_host(f"x.{end}") for end in zones.COUNTRIES)
    assert all(map(zones.of_language, zones.LANGUAGES))
    assert zones.of_host("news.example.com") is zones.of_host("startup.co") is zones.of_language("en") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04/28/2026", "2026-04-28"), ("12/05/2026", "2026-05-12"), ("11/12/2026", "2026-11-12"),
        ("28.04.26", "2026-04-28"),
        ("28. dubna 2026", "2026-04-28"), ("28 Απριλίου 2026", "2026-04-28"), ("28 квітня 2026", "2026-04-28"),
        ("28 Ogos 2026", "2026-08-28"), ("28 Juni 2026", "2026-06-28"),
    ],
)  # fmt: skip
def test_days_are_read_in_the_order_that_can_be_true(text: str, day: str) -> None:
    stamp = dates.read(text, "test", SEOUL, NOW)
    assert stamp is not None
    assert stamp.iso()[:10] == day


@pytest.mark.parametrize("stamp", ["2025-02-31", "2031-01-01T00:00:00Z", "0001-01-01T00:00:00"])
def test_a_stated_day_that_cannot_be_one_is_told(stamp: str) -> None:
    head = f'<meta property="article:published_time" content="{stamp}">'
    article = read(english(head), captured_at=NOW)
    assert article.published_at is None
    assert article.published_source == f"impossible: {stamp} in meta:article:published_time"


def test_a_page_without_a_date_states_no_problem() -> None:
    assert read(english()).published_source is None
