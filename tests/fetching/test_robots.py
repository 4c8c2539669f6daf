"""Obeying robots.txt to the letter is what lets a publisher tolerate us; failing to read it is no permission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.outcomes import Reason
from flows.fetching.robots import (
    MAX_ROBOTS_BYTES,
    Robots,
    RobotsBook,
    RobotsState,
    product_token,
    read_robots,
    robots_for_status,
    robots_url,
)

SITE = "http://harbour.example"


def allows(text: str, path: str, agent: str = "Sillok") -> bool:
    return read_robots(text.encode(), agent).allows(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/Private/x", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("User-agent: *\nDisallow: /*print=", "/a?x=1&print=y", False),
        ("User-agent: *\nDisallow: /%EA%B0%80", "/%EA%B0%80/1", False),
        ("User-agent: *\nDisallow: /가", "/%EA%B0%80/1", False),
        ("User-agent: sillok\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: SILLOK\nDisallow: /", "/a", False),
        ("User-agent: Sillok/0.1\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Sillok\nAllow: /", "/a", True),
        ("User-agent: other\nUser-agent: sillok\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: sil\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", False),
        ("User-agent: sillokbot\nDisallow: /", "/a", True),
        (
            "User-agent: sillok\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: sillok\nDisallow: /b",
            "/b",
            False,
        ),
        ("Disallow: /a", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("User-agent: *\nDisall\x00ow: /a", "/a", False),
        ("User-agent: * # all\nDisallow: /a # not this", "/a", False),
        ("user-AGENT: *\ndisALLOW: /a", "/a", False),
        ("<!doctype html><html><p>Not here</p></html>", "/a", True),
        ("User-agent: *\nDisallow: /" + "x" * 5000 + "\nDisallow: /a", "/a", False),
    ],
)
def test_a_path_is_allowed_as_rfc_9309_says(text: str, path: str, expected: bool) -> None:
    assert allows(text, path) is expected


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, RobotsState.READ), (204, RobotsState.READ), (400, RobotsState.ABSENT), (401, RobotsState.ABSENT)]
    + [(403, RobotsState.ABSENT), (404, RobotsState.ABSENT), (410, RobotsState.ABSENT), (429, RobotsState.UNREACHABLE)]
    + [(status, RobotsState.UNREACHABLE) for status in (301, 304, 500, 502, 503, 599, 999)],
)
def test_the_status_decides_what_may_be_asked_for(status: int, state: RobotsState) -> None:
    robots = robots_for_status(status, b"User-agent: *\nDisallow: /a" if status == 200 else b"", "Sillok")
    assert robots.state is state
    assert robots.allows(SITE + "/b") is (state is not RobotsState.UNREACHABLE)
    assert robots.reason is Reason.ROBOTS_UNREACHABLE


def test_rules_beyond_500_kib_are_not_read_and_the_cut_line_is_dropped() -> None:
    head = b"User-agent: *\nDisallow: /early\n"
    filler = b"# nothing to see here\n" * 40_000
    late = head + filler[: MAX_ROBOTS_BYTES - len(head) - 10] + b"\nDisallow: /\nDisallow: /late"
    robots = read_robots(late, "Sillok")
    assert not robots.allows(SITE + "/early")
    assert robots.allows(SITE + "/late")
    within = head + filler[: MAX_ROBOTS_BYTES - 1000] + b"\nDisallow: /late\n"
    assert len(within) <= MAX_ROBOTS_BYTES and not read_robots(within, "Sillok").allows(SITE + "/late")


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("10", 10.0),
        ("0.5", 0.5),
        ("999999999", 60.0),
        ("-5", 0.0),
        ("nan", 0.0),
        ("inf", 0.0),
        ("soon", 0.0),
        ("", 0.0),
    ],
)
def test_the_crawl_delay_is_clamped(stated: str, seconds: float) -> None:
    robots = read_robots(f"User-agent: *\nCrawl-delay: {stated}\nDisallow: /x".encode(), "Sillok")
    assert robots.crawl_delay_seconds == seconds


def test_sitemap_lines_are_kept_whatever_group_they_stand_in() -> None:
    text = (
        "Sitemap: http://a.example/1.xml\nUser-agent: x\nDisallow: /\nsitemap : /2.xml\nSitemap: http://a.example/1.xml"
    )
    assert read_robots(text.encode(), "Sillok").sitemaps == ("http://a.example/1.xml", "/2.xml")


def test_a_crowd_of_agents_before_a_crowd_of_rules_is_no_trap() -> None:
    """Protego alone took 76 s for this file; here it must end within the suite."""
    crowd = "".join(f"User-agent: {n}\n" for n in range(20_000)) + "Disallow: /a\n" * 8_000
    robots = read_robots((crowd + "\nUser-agent: *\nDisallow: /b").encode()[:MAX_ROBOTS_BYTES], "Sillok")
    assert robots.allows(SITE + "/a")


@pytest.mark.parametrize(
    ("agent", "token"), [("Sillok/0.1 (+https://sillok.invalid/bot)", "Sillok"), ("my-bot", "my-bot"), (" X/1", "X")]
)
def test_the_product_token_is_the_first_word(agent: str, token: str) -> None:
    assert product_token(agent) == token


def test_rules_hold_for_one_scheme_host_and_port() -> None:
    assert robots_url("https://harbour.example:8443/a?b") == "https://harbour.example:8443/robots.txt"
    book = RobotsBook()
    book.put(SITE + "/a", Robots(RobotsState.ABSENT), 0.0)
    assert book.get(SITE + "/b", 1.0) is not None
    assert book.get("https://harbour.example/b", 1.0) is None


def test_what_was_read_is_read_again_after_a_day_and_what_was_unreachable_after_an_hour() -> None:
    book = RobotsBook()
    book.put(SITE, Robots(RobotsState.ABSENT), 0.0)
    assert book.get(SITE, 86_399.0) is not None and book.get(SITE, 86_400.0) is None
    book.put(SITE, Robots(RobotsState.UNREACHABLE), 0.0)
    assert book.get(SITE, 3_599.0) is not None and book.get(SITE, 3_600.0) is None


@given(
    st.binary(max_size=300) | st.text(alphabet="User-agent:Disallow *$/#\n\r\t%가\x00", max_size=300).map(str.encode)
)
def test_no_robots_txt_raises(body: bytes) -> None:
    robots = read_robots(body, "Sillok")
    assert robots.allows(SITE + "/a") in {True, False}
    assert 0.0 <= robots.crawl_delay_seconds <= 60.0
