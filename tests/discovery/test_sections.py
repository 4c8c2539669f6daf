"""Section pages: which links are articles, and what they are called."""

import pytest

from flows.discovery.listing import ChannelKind, ChannelOutcome, ChannelReading
from tests.discovery.channels import HOME, reading, urls


def section(body: str | bytes, link_pattern: str | None = r"/news/\d+$") -> ChannelReading:
    return reading(body, ChannelKind.SECTION, url=f"{HOME}/politics/list", link_pattern=link_pattern)


def test_only_links_that_match_are_listed_with_their_text() -> None:
    found = section('<a href="/news/1">국회,\n 예산안 <b>처리</b></a><a href="/about">회사 소개</a>')
    assert [(listing.url, listing.title) for listing in found.listings] == [(f"{HOME}/news/1", "국회, 예산안 처리")]


def test_a_headline_wins_over_the_picture_above_it() -> None:
    picture, more = '<a href="/news/1"><img alt="회의장 사진"></a>', '<a href="/news/1">더보기</a>'
    body = f'{picture}<a href="/news/1">국회, 예산안 처리</a>{more}'
    assert [listing.title for listing in section(body).listings] == ["국회, 예산안 처리"]


def test_a_picture_alone_gives_its_description() -> None:
    assert section('<a href="/news/1"><img src="x" alt="회의장"></a>').listings[0].title == "회의장"


def test_links_to_other_hosts_do_not_count() -> None:
    body = '<a href="https://other.example/news/1">a</a><a href="https://maeari.example/news/2">b</a>'
    assert urls(section(body)) == ["https://maeari.example/news/2"]


@pytest.mark.parametrize(
    "pattern", [r"^https://other\.example/news/\d+", r"https?://other\.example/news/", r"(?:https|http)://other\."]
)
def test_a_pattern_that_names_a_host_may_lead_there(pattern: str) -> None:
    body = '<a href="https://other.example/news/1">a</a><a href="/news/2">b</a>'
    assert urls(section(body, pattern)) == ["https://other.example/news/1"]


def test_the_base_of_the_page_is_obeyed() -> None:
    body = f'<head><base href="{HOME}/sub/"></head><a href="news/1">a</a>'
    assert urls(section(body)) == [f"{HOME}/sub/news/1"]


def test_an_euc_kr_page_that_says_utf_8_keeps_its_headlines() -> None:
    body = '<meta charset="utf-8"><a href="/news/1">똠방각하 재방송</a>'.encode("cp949")
    assert section(body).listings[0].title == "똠방각하 재방송"


def test_a_page_whose_links_all_miss_the_pattern_says_so() -> None:
    found = section('<a href="/a/1">a</a><a href="/a/2">b</a>')
    assert (found.outcome, found.reason) == (
        ChannelOutcome.EMPTY,
        "none of the page's 2 links matches the link_pattern",
    )


def test_a_section_without_a_pattern_lists_nothing() -> None:
    found = section('<a href="/news/1">a</a>', None)
    assert (found.outcome, found.listings) == (ChannelOutcome.UNREADABLE, ())


def test_a_link_too_long_for_a_pattern_is_left_out() -> None:
    assert urls(section(f'<a href="/{"a" * 2000}/news/1">a</a><a href="/news/2">b</a>')) == [f"{HOME}/news/2"]


def test_what_the_parser_cannot_hold_is_told_and_not_silent() -> None:
    found = section('<a href="/news/1">a</a>' + "<div>" * 5_000 + '<a href="/news/2">b</a>')
    assert found.outcome is ChannelOutcome.PARTIAL
    assert urls(found)[0] == f"{HOME}/news/1"


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/news/1">a</a>' + "<a " + " ".join(f"a{number}='1'" for number in range(50_000)) + ">",
        '<a href="/news/1">a</a>' + "<" * 400_000,
        '<a href="/news/1"><i>' * 30_000,
        '<a href="/news/1">a</a>' * 21_000,
    ],
    ids=["attributes", "less", "nested links", "many links"],
)
def test_a_hostile_page_keeps_what_stands_before_the_fault(body: str) -> None:
    found = section(body)
    assert (found.outcome, urls(found)) == (ChannelOutcome.PARTIAL, [f"{HOME}/news/1"])
