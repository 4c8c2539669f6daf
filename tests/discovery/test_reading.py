"""One channel, read: told by its content, each address once, and never an exception."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.discovery import reading as reading_module
from flows.discovery.listing import ChannelKind, ChannelOutcome
from flows.discovery.reading import robots_sitemaps
from tests.discovery.channels import HOME, item, reading, rss, urls, urlset

LISTS = [ChannelKind.FEED, ChannelKind.SITEMAP, ChannelKind.URL_LIST]
FEED = rss(item(1, "눈길 사고"))
SITEMAP = urlset(f"<url><loc>{HOME}/news/1</loc></url>")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("body", [FEED, SITEMAP, f"{HOME}/news/1\n"], ids=["feed", "sitemap", "text"])
def test_a_channel_that_turns_out_to_be_another_is_still_read(body: str, kind: ChannelKind) -> None:
    found = reading(body, kind)
    assert (found.outcome, urls(found)) == (ChannelOutcome.OK, [f"{HOME}/news/1"])
    assert found.listings[0].channel_kind is kind


def test_a_listing_names_the_channel_it_came_from() -> None:
    listing = reading(FEED, url=f"{HOME}/rss/politics.xml").listings[0]
    assert (listing.source_id, listing.channel_url) == ("maeari", f"{HOME}/rss/politics.xml")


def test_one_address_under_many_trackers_is_one_listing() -> None:
    links = "".join(f"<item><title>가</title><link>{HOME}/news/1?utm_source=s{n}#c{n}</link></item>" for n in range(50))
    found = reading(rss(links))
    assert urls(found) == [f"{HOME}/news/1"]
    assert found.listings[0].url_raw == f"{HOME}/news/1?utm_source=s0#c0"


def test_a_repeated_address_gains_what_only_the_second_entry_says() -> None:
    body = rss(f"<item><link>{HOME}/news/1</link></item>", item(1, "눈길 사고", "<pubDate>2026-01-18 15:12</pubDate>"))
    listing = reading(body).listings[0]
    assert (listing.title, listing.stated_at) == ("눈길 사고", datetime(2026, 1, 18, 6, 12, tzinfo=UTC))


def test_a_reused_guid_with_a_new_link_is_a_new_listing() -> None:
    items = (f"<item><link>{HOME}/news/{n}</link><guid>same</guid></item>" for n in (1, 2))
    assert len(reading(rss(*items)).listings) == 2


def test_a_gzipped_feed_is_read() -> None:
    assert urls(reading(gzip.compress(FEED.encode()))) == [f"{HOME}/news/1"]


def test_a_private_address_is_listed_for_the_fetcher_to_refuse() -> None:
    # Reading is not the place of the address guard, and a listing that vanished could not be accounted for.
    assert len(reading(rss("<item><link>http://127.0.0.1/admin</link></item>")).listings) == 1


def test_an_import_has_no_list() -> None:
    assert reading(FEED, ChannelKind.IMPORT).outcome is ChannelOutcome.UNREADABLE


def test_a_fault_of_a_reader_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reading_module.feeds, "read_xml_feed", broken)
    found = reading(FEED)
    assert (found.outcome, found.reason) == (ChannelOutcome.UNREADABLE, "the reader failed (MemoryError)")


def test_an_unknown_time_zone_is_a_row() -> None:
    assert reading(FEED, timezone="Mars/Olympus").outcome is ChannelOutcome.UNREADABLE


SEEDS = [
    FEED.encode(),
    SITEMAP.encode(),
    rss(item(1, "똠방각하")).encode("cp949"),
    f"<sitemapindex><sitemap><loc>{HOME}/a.xml</loc></sitemap></sitemapindex>".encode(),
    f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="{HOME}/news/1"/></entry></feed>'.encode(),
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://a.example/1", "title": "x"}]}',
    f'<html><a href="{HOME}/news/1">x</a></html>'.encode(),
    gzip.compress(SITEMAP.encode()),
]
SCRAPS = st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE", b"<?xml", b"\x00", b"\xff", b"&#0;", b"</item>",
     b"<item>", b"<url>", b"\xed\xa0\x80", b"{", b'"', b"\\ud800", b"\x1f\x8b\x08"]
)  # fmt: skip


@st.composite
def broken_bodies(draw: st.DrawFn) -> bytes:
    """A good body that is cut, doubled, and has scraps thrown in."""
    body = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(body)))
        to = draw(st.integers(at, min(len(body), at + 40)))
        body = body[:at] + draw(SCRAPS | st.binary(max_size=12)) + body[to:]
    return body


@settings(max_examples=400)
@given(
    broken_bodies() | st.binary(max_size=200),
    st.sampled_from([*ChannelKind]),
    st.sampled_from([None, "application/xml; charset=euc-kr", "text/html; charset=nonsense"]),
)
def test_reading_never_raises_and_always_accounts(body: bytes, kind: ChannelKind, content_type: str | None) -> None:
    found = reading(body, kind, link_pattern=r"/news/\d+", content_type=content_type)
    assert "the reader failed" not in str(found.reason)
    assert bool(found.listings or found.more) == (found.outcome in {ChannelOutcome.OK, ChannelOutcome.PARTIAL})
    assert found.reason or found.outcome in {ChannelOutcome.OK, ChannelOutcome.EMPTY}
    assert len(set(urls(found))) == len(found.listings)
    for listing in found.listings:
        "".join(filter(None, [listing.url, listing.url_raw, listing.title, listing.stated_raw])).encode()


@given(st.text(max_size=200))
def test_any_robots_text_is_read(text: str) -> None:
    assert all(url.lower().startswith("http") for url in robots_sitemaps(text))
