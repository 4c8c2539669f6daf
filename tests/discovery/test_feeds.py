"""Feeds of every kind, and every way in which publishers break them."""

import json
from datetime import UTC, datetime

import pytest

from flows.discovery import feeds
from flows.discovery.listing import ChannelOutcome
from tests.discovery.channels import HOME, item, reading, rss, urls

ARTICLE = f"{HOME}/news/1"
RSS_2 = rss(item(1, "한강 수위 낮아져", "<pubDate>Sun, 18 Jan 2026 15:12:00 +0900</pubDate>"))
RSS_091 = f'<rss version="0.91"><channel><title>t</title>{item(1, "한강 수위 낮아져")}</channel></rss>'
RDF = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{HOME}"><title>t</title></channel>
<item rdf:about="{ARTICLE}"><title>한강 수위 낮아져</title><link>{ARTICLE}</link>
<dc:date>2026-01-18T15:12:00+09:00</dc:date></item></rdf:RDF>"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko">
<title>t</title><entry><title type="html">한강 수위 낮아져</title><link rel="enclosure" href="{HOME}/a.mp3"/>
<link rel="alternate" href="{ARTICLE}"/><id>urn:x:1</id><published>2026-01-18T06:12:00Z</published>
<updated>2026-01-18T09:00:00Z</updated></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "ko",
        "items": [
            {"id": "1", "url": ARTICLE, "title": "한강 수위 낮아져", "date_published": "2026-01-18T15:12:00+09:00"}
        ],
    }
)


@pytest.mark.parametrize("body", [RSS_2, RSS_091, RDF, ATOM, JSON_FEED], ids=["rss2", "rss091", "rdf", "atom", "json"])
def test_it_reads_every_kind_of_feed(body: str) -> None:
    found = reading(body)
    assert found.outcome is ChannelOutcome.OK
    assert urls(found) == [ARTICLE]
    assert found.listings[0].title == "한강 수위 낮아져"


@pytest.mark.parametrize("body", [RSS_2, RDF, ATOM, JSON_FEED], ids=["rss2", "rdf", "atom", "json"])
def test_it_keeps_the_publication_as_an_instant(body: str) -> None:
    assert reading(body).listings[0].stated_at == datetime(2026, 1, 18, 6, 12, tzinfo=UTC)


def test_an_atom_update_is_no_publication() -> None:
    listing = reading(ATOM.replace("<published>2026-01-18T06:12:00Z</published>", "")).listings[0]
    assert listing.stated_at is None
    assert listing.stated_modified_at == datetime(2026, 1, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("body", [RSS_2, JSON_FEED], ids=["rss2", "json"])
def test_it_keeps_the_language_of_the_feed(body: str) -> None:
    assert reading(body).listings[0].lang == "ko"


def test_a_date_without_a_zone_is_the_publishers_own() -> None:
    body = rss(item(1, more="<pubDate>2026-01-18 15:12:00</pubDate>"))
    assert reading(body).listings[0].stated_at == datetime(2026, 1, 18, 6, 12, tzinfo=UTC)
    assert reading(body, timezone="Europe/Oslo").listings[0].stated_at == datetime(2026, 1, 18, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 00:00:00 GMT", "0001-01-01", "2026-02-31", "곧 공개"])
def test_an_impossible_date_is_kept_as_printed_only(date: str) -> None:
    listing = reading(rss(item(1, more=f"<pubDate>{date}</pubDate>"))).listings[0]
    assert (listing.stated_at, listing.stated_raw) == (None, date)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("[책&amp;amp;생각] 겨울 산책", "[책&생각] 겨울 산책"),
        ("&amp;#039;오늘의 운세&amp;#039;", "'오늘의 운세'"),
        ("<![CDATA[[책&amp;생각] 겨울 산책]]>", "[책&생각] 겨울 산책"),
        ("<![CDATA[&amp;quot;겨울&amp;quot; 산책]]>", '"겨울" 산책'),
        ("<![CDATA[<b>속보</b> 폭설]]>", "속보 폭설"),
        ("&lt;속보&gt; 폭설", "<속보> 폭설"),
        ("\u1112\u1161\u11ab\u1100\u1161\u11bc 결빙", "한강 결빙"),  # decomposed Hangul, as macOS writes it
        ("수출 3 < 4 증가", "수출 3 < 4 증가"),
    ],
)
def test_a_title_reads_as_on_the_page(printed: str, title: str) -> None:
    found = reading(rss(item(1, printed)))
    assert (found.listings[0].title, found.reason) == (title, None)


@pytest.mark.parametrize("codec", ["cp949", "utf-8"])
def test_a_feed_that_says_euc_kr_is_read_whatever_it_is(codec: str) -> None:
    body = rss(item(1, "똠방각하 햏 뷁")).replace('encoding="utf-8"', 'encoding="euc-kr"').encode(codec)
    assert reading(body).listings[0].title == "똠방각하 햏 뷁"


def test_a_cp949_feed_that_says_utf_8_is_read() -> None:
    assert reading(rss(item(1, "서해안 폭설 특보")).encode("cp949")).listings[0].title == "서해안 폭설 특보"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_feed_in_another_unicode_form_is_read(codec: str) -> None:
    body = rss(item(1, "서해안 폭설")).encode(codec)
    assert reading(body).listings[0].title == "서해안 폭설"


def test_relative_links_are_relative_to_the_feed() -> None:
    body = rss("<item><title>가</title><link>/news/7?a=1&amp;b=2</link></item>")
    listing = reading(body).listings[0]
    assert (listing.url, listing.url_raw) == (f"{HOME}/news/7?a=1&b=2", "/news/7?a=1&b=2")


def test_a_bare_ampersand_loses_nothing_of_a_link() -> None:
    body = rss(f"<item><title>가 & 나</title><link>{HOME}/v?id=1&copy=2&b=3</link></item>", item(2))
    assert urls(reading(body)) == [f"{HOME}/v?id=1&copy=2&b=3", f"{HOME}/news/2"]


def test_names_of_html_are_known_without_a_document_type() -> None:
    assert reading(rss(item(1, "눈&nbsp;그림&hellip;"))).listings[0].title == "눈 그림…"


def test_a_guid_that_is_a_link_is_taken_where_no_link_stands() -> None:
    body = rss(f'<item><title>가</title><guid isPermaLink="true">{ARTICLE}</guid></item>')
    assert urls(reading(body)) == [ARTICLE]


def test_items_without_a_link_are_counted() -> None:
    found = reading(rss(item(1), "<item><title>링크 없음</title></item>"))
    assert (found.outcome, urls(found)) == (ChannelOutcome.OK, [ARTICLE])
    assert found.reason == "1 of 2 items have no link"


def test_a_link_that_is_no_web_address_is_counted() -> None:
    found = reading(rss(item(1), "<item><title>x</title><link>javascript:alert(1)</link></item>"))
    assert urls(found) == [ARTICLE]
    assert "1 of 2" in str(found.reason)


@pytest.mark.parametrize("cut", [10, 35, 60, 90])
def test_a_feed_cut_in_the_middle_keeps_the_whole_items_and_no_half_address(cut: int) -> None:
    body = rss(item(1), item(2), item(345678))[:-cut]
    found = reading(body)
    assert found.outcome is ChannelOutcome.PARTIAL
    assert urls(found)[:2] == [ARTICLE, f"{HOME}/news/2"]
    assert set(urls(found)) <= {ARTICLE, f"{HOME}/news/2", f"{HOME}/news/345678"}


@pytest.mark.parametrize(
    "before", ["\n\n  ", "<br />\n<b>Warning</b>: mysql_connect() in /home/x.php on line 3<br />\n", "<!-- cache -->"]
)
def test_what_a_server_prints_before_the_feed_does_no_harm(before: str) -> None:
    assert urls(reading(before + RSS_2)) == [ARTICLE]


def test_what_a_server_prints_behind_the_feed_does_no_harm() -> None:
    found = reading(RSS_2 + "\n<!-- made in 0.2 s -->")
    assert (found.outcome, urls(found)) == (ChannelOutcome.OK, [ARTICLE])


def test_an_item_that_is_commented_out_is_not_missed() -> None:
    found = reading(rss(item(1), f"<!-- {item(2)} & -->", item(3)))
    assert (found.outcome, found.reason) == (ChannelOutcome.OK, None)
    assert urls(found) == [ARTICLE, f"{HOME}/news/3"]


def test_a_feed_on_which_the_parser_itself_fails_keeps_the_good_items() -> None:
    found = reading(rss(item(1), "<item><title>나</title><link</item>>", item(3)))  # KeyError within feedparser 6.0.14
    assert {ARTICLE, f"{HOME}/news/3"} <= set(urls(found))
    assert found.reason


def test_a_control_character_does_not_end_the_feed() -> None:
    assert len(reading(rss(item(1, "가\x0b나"), item(2))).listings) == 2


def test_a_tag_that_is_never_closed_costs_at_most_its_own_item() -> None:
    found = reading(rss(item(1), item(2).replace("</title>", ""), item(3)))
    assert {ARTICLE, f"{HOME}/news/3"} <= set(urls(found))
    assert found.outcome is ChannelOutcome.PARTIAL
    assert "1 of 3 items could not be read" in str(found.reason)


def test_a_feed_without_items_is_empty() -> None:
    assert reading(rss()).outcome is ChannelOutcome.EMPTY
    assert reading('<rss version="2.0"/>').outcome is ChannelOutcome.EMPTY
    assert reading('{"version": "https://jsonfeed.org/version/1.1", "items": []}').outcome is ChannelOutcome.EMPTY


@pytest.mark.parametrize("body", ["", "   ", "<html><body>점검 중</body></html>", "<!DOCTYPE html><title>x</title>"])
def test_a_page_in_place_of_a_feed_is_unreadable(body: str) -> None:
    found = reading(body)
    assert found.outcome is ChannelOutcome.UNREADABLE
    assert found.reason


BOMB = '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/p"> %p;]>',
        f"<!-- <rss --> {BOMB}",
        f"<?php echo 1 ?>{BOMB}",
        '<!ENTITY a "b">',
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_any_parser_sees_it(
    head: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds.feedparser, "parse", lambda *_, **__: pytest.fail("a parser saw it"))
    found = reading(f"{head}{RSS_2[RSS_2.index('<rss') :]}".encode(codec))
    assert (found.outcome, found.listings) == (ChannelOutcome.XML_DTD, ())


def test_an_item_that_quotes_a_document_type_is_read() -> None:
    found = reading(rss(item(1, more=f"<description><![CDATA[{BOMB}]]></description>")))
    assert (found.outcome, urls(found)) == (ChannelOutcome.OK, [ARTICLE])


def test_a_declaration_within_the_feed_opens_no_file() -> None:
    inner = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    found = reading(rss(inner, item(1, "&x;")))
    assert [listing.title for listing in found.listings] == ["&x;"]


def test_an_xinclude_is_not_followed() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    assert reading(rss(item(1, f"가{include}나"))).listings[0].title in {"가나", "가 나"}


def test_a_body_that_names_a_file_is_not_opened() -> None:
    # feedparser opens a text that is a path or an address; it must never be handed one.
    assert reading("/etc/hostname").outcome is ChannelOutcome.UNREADABLE


@pytest.mark.parametrize(
    "body",
    [
        "<rss><channel>" + "<a>" * 20_000,
        "<rss><channel><item>" + "<" * 50_000,
        "<rss><channel><item>" + "&" * 50_000,
        "<rss><channel><item " + " ".join(f"a{n}='1'" for n in range(30_000)) + "></item></channel></rss>",
        "<rss " + "x" * 60_000 + "><channel>" + "<item><a></item>" * 20_000 + "</channel></rss>",
        '{"items":' + "[" * 100_000,
        '{"items": [1, null, {"url": 5}, {"url": "\\ud800"}, {"date_published": 1e400}]}',
    ],
    ids=["deep", "less", "ampersands", "attributes", "mending", "deep json", "odd json"],
)
def test_a_hostile_feed_is_a_row_that_says_why(body: str) -> None:
    found = reading(body)
    assert found.outcome in {ChannelOutcome.UNREADABLE, ChannelOutcome.PARTIAL, ChannelOutcome.EMPTY}
    assert (found.listings, found.reason is not None) == ((), True)


def test_a_feed_over_the_size_limit_keeps_what_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_FEED_BYTES", 2_000)
    found = reading(rss(*(item(number) for number in range(100))))
    assert found.outcome is ChannelOutcome.PARTIAL
    assert 5 < len(found.listings) < 100
    assert "larger than 2,000 bytes" in str(found.reason)
