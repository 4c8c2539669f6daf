"""What a hostile or careless publisher puts into a list costs that list alone, and its row says why."""

import socket
from pathlib import Path

import pytest

from flows.discovery.listing import ChannelKind, ChannelOutcome
from tests.discovery.channels import HOME, item, reading, rss, urls, urlset

ONE_MILLION = 1_000_000


def test_of_a_sitemap_of_a_million_addresses_the_first_fifty_thousand_are_kept() -> None:
    head = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    body = head + b"".join(b"<url><loc>/n/%d</loc></url>" % number for number in range(ONE_MILLION)) + b"</urlset>"
    found = reading(body, ChannelKind.SITEMAP, url=f"{HOME}/sitemap.xml")
    assert (found.outcome, len(found.listings)) == (ChannelOutcome.PARTIAL, 50_000)
    assert urls(found)[-1] == f"{HOME}/n/49999"
    assert "50,000" in str(found.reason)


@pytest.mark.parametrize("kind", [ChannelKind.FEED, ChannelKind.SITEMAP])
def test_what_stands_before_a_nest_of_200_000_elements_is_kept(kind: ChannelKind) -> None:
    nest = "<a>" * 200_000
    body = urlset(f"<url><loc>{HOME}/news/1</loc></url>", nest) if kind is ChannelKind.SITEMAP else rss(item(1), nest)
    found = reading(body, kind)
    assert found.outcome in {ChannelOutcome.PARTIAL, ChannelOutcome.UNREADABLE} and found.reason
    if kind is ChannelKind.SITEMAP:
        assert urls(found) == [f"{HOME}/news/1"]


def test_a_sitemap_of_one_long_entity_a_quadratic_blow_up_is_refused_unread() -> None:
    entity = f'<!DOCTYPE urlset [<!ENTITY a "{"x" * 100_000}">]>'
    body = entity + f"<urlset><url><loc>{'&a;' * 20_000}</loc></url></urlset>"
    assert reading(body, ChannelKind.SITEMAP).outcome is ChannelOutcome.XML_DTD


@pytest.mark.parametrize("kind", [ChannelKind.FEED, ChannelKind.SITEMAP, ChannelKind.SECTION, ChannelKind.URL_LIST])
def test_no_list_opens_a_file_or_a_connection(
    kind: ChannelKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of the harbour")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.05)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        for target in (secret.as_uri(), address):
            for dtd in (f'<!DOCTYPE x SYSTEM "{target}">', f'<!DOCTYPE x [<!ENTITY s SYSTEM "{target}">]>', ""):
                include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{target}" parse="text"/>'
                style = f'<?xml-stylesheet href="{target}"?>'
                for body in (rss(item(1, f"&s;{include}")), urlset(f"<url><loc>/1</loc>{include}</url>")):
                    found = reading(dtd + style + body[body.index("?>") + 2 :], kind, link_pattern=".")
                    assert "secret of the harbour" not in repr(found)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_ten_thousand_items_are_read_and_those_without_anything_are_counted() -> None:
    found = reading(rss(*(item(number) for number in range(9_990)), *("<item></item>" for _ in range(10))))
    assert len(found.listings) == 9_990
    assert "10 of 10000 items have no link" in str(found.reason).replace(",", "")


def test_one_address_under_fifty_trackers_is_one_listing() -> None:
    links = (f"<item><link>{HOME}/news/1?utm_source=s{n}&amp;fbclid={n}#c{n}</link></item>" for n in range(50))
    assert urls(reading(rss(*links))) == [f"{HOME}/news/1"]


def test_a_guid_that_is_used_again_for_another_address_hides_neither() -> None:
    items = (f"<item><guid>7</guid><link>{HOME}/news/{n}</link></item>" for n in range(3))
    assert len(reading(rss(*items)).listings) == 3


def test_a_prolog_that_lies_about_euc_kr_costs_no_title() -> None:
    body = rss(item(1, "똠방각하의 귀향")).replace('encoding="utf-8"', 'encoding="euc-kr"').encode()
    assert reading(body).listings[0].title == "똠방각하의 귀향"


RSS_090 = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>t</title></channel>
<item><title>제목</title><link>{HOME}/news/1</link></item></rdf:RDF>"""


@pytest.mark.parametrize("version", ["0.90", "0.91", "0.92", "0.93", "0.94", "1.0", "2.0"])
def test_every_version_of_rss_is_read(version: str) -> None:
    body = rss(item(1)).replace('version="2.0"', f'version="{version}"')
    if version == "0.90":
        body = RSS_090
    elif version == "1.0":
        body = RSS_090.replace("http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/")
    found = reading(body)
    assert (urls(found), found.listings[0].title) == ([f"{HOME}/news/1"], "제목")
