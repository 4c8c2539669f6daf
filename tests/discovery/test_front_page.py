"""What a person would read off a front page when adding a publisher, and what a hostile one must not do."""

from hypothesis import given
from hypothesis import strategies as st

from flows.discovery.front_page import FrontPage, read_front_page
from flows.discovery.places import country_of, timezones_of

HOME = "https://www.maeari.example/"


def front(head: str, body: str = "", html: str = "<html>") -> FrontPage:
    page = f"<!doctype html>{html}<head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return read_front_page(page.encode(), HOME, "text/html")


def test_feeds_of_the_head_come_before_links_and_each_once() -> None:
    page = front(
        '<link rel="alternate" hreflang="en" href="/en/">'
        '<link rel="ALTERNATE" type="application/rss+xml" href="rss/all">'
        '<link rel="alternate" type="application/atom+xml; charset=utf-8" href="http://www.maeari.example/atom.xml">',
        '<a href="/rss/all/">RSS</a><a href="/rss/sports.xml">Sports</a><a href="/news/1">1</a>'
        '<a href="/feedback">!</a>',
    )
    assert page.feeds == (f"{HOME}rss/all", "http://www.maeari.example/atom.xml", f"{HOME}rss/sports.xml")


def test_feeds_of_comments_and_addresses_that_nobody_should_ask_are_left_out() -> None:
    kinds = ("/comments/feed/", "javascript:alert(1)", "file:///etc/passwd", "http://user@h.example/rss", "")
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in kinds)
    assert front(links).feeds == ()


def test_the_name_is_what_the_site_calls_itself_before_what_its_title_says() -> None:
    assert (
        front("<title>첫 화면 - 매아리일보</title><meta property='og:site_name' content=' 매아리\n일보 '>").name
        == "매아리 일보"
    )
    assert front("<title>매아리일보 | 바른 소식</title>").name == "매아리일보"
    assert front("").name is None


def test_the_language_is_stated_never_guessed() -> None:
    assert front("", html='<html lang="ko-KR">').lang == "ko-KR"
    assert front('<meta property="og:locale" content="ko_KR">').lang == "ko-KR"
    assert front("<title>매아리일보</title>").lang is None


def test_a_page_in_euc_kr_is_read() -> None:
    body = '<html lang="ko"><meta charset="euc-kr"><title>매아리일보</title>'.encode("cp949")
    assert read_front_page(body, HOME, None).name == "매아리일보"


@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: f"<html><link rel=alternate{text}".encode()))
def test_it_never_raises(body: bytes) -> None:
    read_front_page(body, HOME, "text/html")


def test_the_country_comes_from_the_domain_then_the_language_and_else_from_a_person() -> None:
    assert country_of("www.maeari.co.kr", "en") == "KR"
    assert country_of("news.example.co.uk", None) == "GB"
    assert country_of("maeari.com", "ko") == "KR"
    assert country_of("maeari.com", "en-AU") == "AU"
    assert country_of("maeari.io", "en") is None
    assert country_of("maeari.com", None) is None


def test_a_country_with_one_zone_is_told_from_one_with_many() -> None:
    assert timezones_of("KR") == ("Asia/Seoul",)
    assert len(timezones_of("US")) > 1
    assert timezones_of("XX") == ()
