"""Sitemaps: plain, news, indexes, gzipped, broken and hostile."""

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest

from flows.discovery import reading as reading_module
from flows.discovery import sitemaps
from flows.discovery.listing import ChannelKind, ChannelOutcome, ChannelReading
from flows.discovery.reading import robots_sitemaps
from tests.discovery.channels import HOME, reading, urls, urlset

NEWS = f"""<url><loc>{HOME}/news/1</loc><lastmod>2026-01-18T20:00:00+09:00</lastmod><news:news><news:publication>
<news:name>매아리일보</news:name><news:language>ko</news:language></news:publication>
<news:publication_date>2026-01-18T15:12:00+09:00</news:publication_date>
<news:title>한강 수위 낮아져</news:title></news:news>
<image:image><image:loc>{HOME}/i.jpg</image:loc><image:title>사진 설명</image:title></image:image></url>"""


def sitemap(body: str | bytes, url: str = f"{HOME}/sitemap.xml") -> ChannelReading:
    return reading(body, ChannelKind.SITEMAP, url=url)


def plain(number: int) -> str:
    return f"<url><loc>{HOME}/news/{number}</loc><lastmod>2026-01-18</lastmod></url>"


def index(*children: str) -> str:
    inner = "".join(f"<sitemap><loc>{child}</loc></sitemap>" for child in children)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'


def test_a_change_is_not_taken_for_the_publication() -> None:
    listing = sitemap(urlset(plain(1))).listings[0]
    assert listing.stated_at is None
    assert listing.stated_modified_at == datetime(2026, 1, 17, 15, 0, tzinfo=UTC)  # the day's first moment in Seoul
    assert listing.stated_raw == "2026-01-18"


def test_a_news_sitemap_keeps_publication_title_date_and_language() -> None:
    listing = sitemap(urlset(NEWS)).listings[0]
    assert (listing.title, listing.publication, listing.lang) == ("한강 수위 낮아져", "매아리일보", "ko")
    assert listing.stated_at == datetime(2026, 1, 18, 6, 12, tzinfo=UTC)
    assert listing.stated_modified_at == datetime(2026, 1, 18, 11, 0, tzinfo=UTC)
    assert listing.stated_raw == "2026-01-18T15:12:00+09:00"


def test_a_picture_is_not_listed_and_lends_no_title() -> None:
    picture_first = NEWS.replace("<loc>", "<image:image><image:loc>/p.jpg</image:loc></image:image><loc>", 1)
    found = sitemap(urlset(picture_first.replace("<news:title>한강 수위 낮아져</news:title>", "")))
    assert urls(found) == [f"{HOME}/news/1"]
    assert found.listings[0].title is None


def test_a_prefix_that_nobody_declared_is_still_understood() -> None:
    body = urlset(NEWS).replace('xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" ', "")
    found = sitemap(body)
    assert found.outcome is ChannelOutcome.OK
    assert found.listings[0].publication == "매아리일보"


def test_an_index_points_to_its_sitemaps_once_each_and_never_to_itself() -> None:
    found = sitemap(index(f"{HOME}/b.xml", f"{HOME}/sitemap.xml", "/c.xml", f"{HOME}/b.xml#x"))
    assert found.outcome is ChannelOutcome.OK
    assert [child.url for child in found.more] == [f"{HOME}/b.xml", f"{HOME}/c.xml"]
    assert {(child.kind, child.source_id) for child in found.more} == {(ChannelKind.SITEMAP, "maeari")}


def test_an_index_that_names_only_itself_is_empty() -> None:
    assert sitemap(index(f"{HOME}/sitemap.xml")).outcome is ChannelOutcome.EMPTY


def test_the_sitemaps_changed_last_come_first() -> None:
    old, new = (f"<sitemap><loc>/{year}.xml</loc><lastmod>{year}-01-01</lastmod></sitemap>" for year in (2019, 2026))
    found = sitemap(f"<sitemapindex>{old}{new}</sitemapindex>")
    assert [child.url for child in found.more] == [f"{HOME}/2026.xml", f"{HOME}/2019.xml"]


@pytest.mark.parametrize("name", ["sitemap.xml", "sitemap.xml.gz"])
def test_gzip_is_told_by_its_bytes_and_not_by_the_name(name: str) -> None:
    body = urlset(plain(1)).encode()
    for raw in (body, gzip.compress(body), gzip.compress(body[:99]) + gzip.compress(body[99:])):
        assert urls(sitemap(raw, f"{HOME}/{name}")) == [f"{HOME}/news/1"]


def test_garbage_behind_a_gzip_archive_does_no_harm() -> None:
    found = sitemap(gzip.compress(urlset(plain(1)).encode()) + b"\0" * 512)
    assert (found.outcome, len(found.listings)) == (ChannelOutcome.OK, 1)


def test_a_cut_gzip_archive_keeps_what_stands_before_the_cut() -> None:
    body = gzip.compress(urlset(*(plain(number) for number in range(500))).encode())
    found = sitemap(body[: len(body) // 2])
    assert found.outcome is ChannelOutcome.PARTIAL
    assert 10 < len(found.listings) < 500
    assert "gzip" in str(found.reason)


@pytest.mark.parametrize("opening", [b"", b"<urlset>", b"<urlset><url><loc>"])
def test_a_gzip_bomb_ends_at_the_cap(opening: bytes) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(opening) + b"".join(packer.compress(b" " * 1_000_000) for _ in range(70)) + packer.flush()
    tracemalloc.start()
    found = sitemap(bomb)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.outcome is ChannelOutcome.UNREADABLE
    assert peak_bytes < 1.4 * sitemaps.MAX_SITEMAP_BYTES


@pytest.mark.parametrize("cut", [5, 40, 70])
def test_a_cut_sitemap_lists_no_half_address(cut: int) -> None:
    found = sitemap(urlset(plain(1), plain(2), plain(345678))[:-cut])
    assert found.outcome is ChannelOutcome.PARTIAL
    assert urls(found)[:2] == [f"{HOME}/news/1", f"{HOME}/news/2"]
    assert set(urls(found)[2:]) <= {f"{HOME}/news/345678"}


def test_a_bare_ampersand_loses_nothing_of_an_address() -> None:
    many = "".join(f"<url><loc>{HOME}/v?id={number}&copy=2&amp;c=3</loc></url>" for number in range(3_000))
    found = sitemap(urlset(many))
    assert found.outcome is ChannelOutcome.OK
    assert urls(found) == [f"{HOME}/v?id={number}&copy=2&c=3" for number in range(3_000)]


def test_an_entity_on_the_border_of_two_chunks_stays_one() -> None:
    address = f"{HOME}/v?" + "&amp;b" * 1_000
    body = urlset(*(f"<url><loc>{address}</loc></url>" for _ in range(60)), "<url><loc>/x?a&b</loc></url>").encode()
    found = sitemaps.read_sitemap(body, body.index(b"<urlset"))
    assert {entry.url for entry in found.entries[:60]} == {f"{HOME}/v?" + "&b" * 1_000}


def test_a_cp949_sitemap_that_says_utf_8_is_read() -> None:
    assert sitemap(urlset(NEWS).encode("cp949")).listings[0].publication == "매아리일보"


def test_no_more_than_the_protocols_limit_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.discovery.entries.MAX_ENTRIES", 100)
    monkeypatch.setattr(sitemaps, "MAX_ENTRIES", 100)
    found = sitemap(urlset(*(plain(number) for number in range(150))))
    assert (found.outcome, len(found.listings)) == (ChannelOutcome.PARTIAL, 100)
    assert urls(found)[-1] == f"{HOME}/news/99"
    assert "100 entries" in str(found.reason)


def test_the_fifty_thousandth_address_is_still_kept() -> None:
    body = urlset(*(f"<url><loc>/{number}</loc></url>" for number in range(50_001))).encode()
    found = sitemaps.read_sitemap(body, body.index(b"<urlset"))
    assert (found.outcome, len(found.entries)) == (ChannelOutcome.PARTIAL, 50_000)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE urlset SYSTEM "file:///etc/passwd">',
        "<!-- x -->\n<!DOCTYPE urlset>",
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_document_type_is_refused_before_any_parser_sees_it(
    head: str, pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps.etree, "iterparse", lambda *_, **__: pytest.fail("a parser saw it"))
    found = sitemap(pack((head + urlset(plain(1))).encode()))  # type: ignore[operator]
    assert (found.outcome, found.listings) == (ChannelOutcome.XML_DTD, ())


@pytest.mark.parametrize(
    "body",
    [
        "<urlset>" + "<a>" * 300_000,
        "<urlset>" + "&" * 2_000_000,
        "<urlset><url><loc>" + "x" * 12_000_000,
        "<urlset><url " + " ".join(f"a{number}='1'" for number in range(100_000)) + "></url></urlset>",
        "<!--" + " " * 1_000_000,
        "<urlset><url><loc>&#0;</loc></url></urlset>",
    ],
    ids=["deep", "ampersands", "one text", "attributes", "endless comment", "null"],
)
def test_a_hostile_sitemap_is_a_row_that_says_why(body: str) -> None:
    found = sitemap(body)
    assert found.outcome in {ChannelOutcome.UNREADABLE, ChannelOutcome.EMPTY}
    assert found.listings == ()


def test_too_many_elements_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MAX_ELEMENTS", 1_000)
    found = sitemap(urlset(plain(1), "<a/>" * 5_000, plain(2)))
    assert (found.outcome, len(found.listings)) == (ChannelOutcome.PARTIAL, 1)
    assert "1,000 elements" in str(found.reason)


def test_a_text_sitemap_is_read() -> None:
    assert urls(sitemap(f"{HOME}/news/1\n{HOME}/news/2\n")) == [f"{HOME}/news/1", f"{HOME}/news/2"]


def test_robots_lines_are_found_in_any_spelling_and_place() -> None:
    text = (
        f"\ufeffSitemap: {HOME}/a.xml\r\nUser-agent: *\rDisallow: /x\r\nSITEMAP :{HOME}/b.xml # main\nsitemap: /c.xml\n"
    )
    assert robots_sitemaps(f"{text}#Sitemap: {HOME}/d.xml\nSitemap: {HOME}/a.xml") == (f"{HOME}/a.xml", f"{HOME}/b.xml")


def test_a_robots_txt_among_the_sitemaps_points_to_those_on_its_lines() -> None:
    text = f"User-agent: *\nDisallow: /x\nSitemap: {HOME}/a.xml\nsitemap: {HOME}/b.xml.gz\n"
    found = sitemap(text, f"{HOME}/robots.txt")
    assert (found.outcome, [child.url for child in found.more]) == (
        ChannelOutcome.OK,
        [f"{HOME}/a.xml", f"{HOME}/b.xml.gz"],
    )
    assert sitemap("User-agent: *\nDisallow:\n", f"{HOME}/robots.txt").outcome is ChannelOutcome.EMPTY


def test_robots_lines_behind_the_size_limit_do_not_count() -> None:
    assert robots_sitemaps("#" * 512_000 + f"\nSitemap: {HOME}/a.xml") == ()
    assert reading_module.robots_sitemaps is robots_sitemaps
