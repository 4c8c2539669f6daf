"""The sample press serves what it plans: a newcomer's first run, and the ground on which other tests stand."""

import gzip
import html
import http.client
import re
import socket
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from flows.extraction.article import Outcome, Use
from flows.fetching.outcomes import Reason, State
from flows.sample_press import FOLDER, SamplePress, main
from flows.sample_press_content import Edition, Form, Story
from flows.sample_press_pages import answers, byline, inline, plain
from flows.sample_press_reading import PressError, read_press

EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
ENTRIES = EXPECTED["urls"]
BY_URL = {entry["url"]: entry for entry in ENTRIES}


@pytest.fixture(scope="module")
def morning() -> Iterator[SamplePress]:
    with SamplePress() as press:
        yield press


@pytest.fixture(scope="module")
def evening() -> Iterator[SamplePress]:
    with SamplePress(edition=Edition.EVENING) as press:
        yield press


def ask(
    press: SamplePress, url: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request to the server, host name in the Host header, as a fetcher would send it."""
    parts = urlsplit(url)
    ip, port = press.hosts.get(parts.netloc, ("127.0.0.1", press.port))
    connection = http.client.HTTPConnection(ip, port, timeout=10)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, headers={"Host": parts.netloc, **(headers or {})})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def every_url(press: SamplePress) -> dict[str, bytes]:
    """Address -> body as planned, for everything that an edition answers with 200."""
    made = answers(press.press, FOLDER / "layouts")
    return {f"http://{host}{path}": answer.body for (host, path), answer in made.items() if answer.status == 200}


def links_of(channel: Mapping[str, str], body: bytes) -> list[str]:
    """The article addresses of a channel, read in the plainest way there is."""
    form = channel["form"]
    if form == "url_list":
        return [line for line in body.decode().splitlines() if line and not line.startswith("#")]
    if form == "json_feed":
        return re.findall(r'"url": "([^"]+)"', body.decode())
    if form == "section":
        host = f"http://{urlsplit(channel['url']).netloc}"
        return [host + path for path in re.findall(r'href="(/news/\d{4}/\d\d/\d\d/\d+\.html)"', body.decode())]
    root = ET.fromstring(body)
    names = {"rss": ".//item/link", "atom": ".//{*}entry/{*}link", "news_sitemap": ".//{*}loc", "sitemap": ".//{*}loc"}
    found = root.findall(names[form])
    return [node.get("href") or (node.text or "") for node in found]


# What the press holds


def test_it_holds_the_counts_that_newcomers_are_promised(morning: SamplePress) -> None:
    own = [story for story in morning.press.stories if story.shown_by == story.publisher_id]
    langs = Counter(story.lang for story in own)
    assert len(own) >= 60
    assert langs["ko"] >= 45
    assert langs["en"] >= 15
    assert len({story.publisher_id for story in own}) >= 4
    assert {story.published_at.date().isoformat() for story in own} == {f"2026-03-0{day}" for day in range(2, 7)}


def test_every_korean_story_has_the_length_and_build_of_a_news_item(morning: SamplePress) -> None:
    wrong = {
        story.key: (len(story.paragraphs), sum(map(len, story.paragraphs)))
        for story in morning.press.stories
        if story.lang == "ko" and story.form is not Form.LEAD_ONLY
        if not (4 <= len(story.paragraphs) <= 10 and 300 <= sum(map(len, story.paragraphs)) <= 900)
    }
    assert wrong == {}


def test_every_special_page_is_there(morning: SamplePress) -> None:
    assert {story.form for story in morning.press.stories} == set(Form)
    extras = {extra.form for outlet in morning.press.outlets.values() for extra in outlet.extras}
    channels = {plan.form for outlet in morning.press.outlets.values() for plan in outlet.channels}
    assert {"gone", "redirect", "pdf"} <= extras
    assert {"rss", "atom", "news_sitemap", "section", "sitemap_index", "json_feed", "url_list"} <= channels


def test_the_portal_shows_two_publishers_with_both_notices_and_the_origin(morning: SamplePress) -> None:
    portal = morning.press.outlets["modum"]
    shown = [story for story in morning.press.shown_by(portal) if story.form is Form.PAGE]
    assert len({story.publisher_id for story in shown}) == 2
    for story in shown:
        page = ask(morning, portal.url(story.path))[2].decode()
        assert f'href="{story.origin_url}"' in page
        assert "모둠뉴스에 실린 기사의 저작권은" in page
        assert "무단" in page.split("모둠뉴스에 실린")[0]


def test_a_wire_story_is_run_by_three_papers_word_for_word_trimmed_and_under_another_headline(
    morning: SamplePress,
) -> None:
    stories = {story.key: story for story in morning.press.stories}
    wire = stories["haechan/mokpo-warehouse-fire"]
    copies = [stories[f"{name}/mokpo-warehouse-fire"] for name in ("onsaemi", "mulmaru", "mirinae")]
    verbatim, trimmed, retitled = copies
    assert wire.paragraphs[0].startswith("(목포=해찬통신)")
    assert verbatim.paragraphs == wire.paragraphs
    assert len(trimmed.paragraphs) < len(wire.paragraphs)
    assert set(trimmed.paragraphs[:2]) <= set(wire.paragraphs)
    assert retitled.title != wire.title
    assert all("해찬통신" in (copy.extra_notice or "") for copy in copies)


def test_training_bans_are_worded_in_several_ways_and_are_absent_elsewhere(morning: SamplePress) -> None:
    outlets = morning.press.outlets.values()
    notices = [outlet.notice or "" for outlet in outlets]
    bans = {notice for notice in notices if re.search(r"AI ?학습|artificial intelligence", notice)}
    assert len(bans) >= 3
    assert sum(1 for notice in notices if notice and notice not in bans) >= 2
    assert any(outlet.notice is None for outlet in outlets if outlet.kind == "publisher")


# What it answers


def test_every_expected_address_answers_as_planned(morning: SamplePress) -> None:
    planned = {"stored": 200, "skipped": 200, "quarantined": 200, "failed": 404}
    for entry in ENTRIES:
        status, headers, body = ask(morning, entry["url"])
        if "same_as" in entry:
            assert (status, headers["Location"]) == (301, entry["same_as"])
            assert ask(morning, entry["same_as"])[0] == 200
            continue
        assert status == planned[entry["fetch"]["state"]], entry["url"]
        assert headers["Content-Type"].startswith(("text/html", "text/plain"))
        assert int(headers["Content-Length"]) == len(body) > 0


def test_every_channel_lists_what_is_expected_and_nothing_unplanned(morning: SamplePress) -> None:
    listed: Counter[str] = Counter()
    for channel in EXPECTED["channels"]:
        plan, url = dict(channel), channel["url"]
        if plan["form"] == "sitemap_index":
            (child,) = links_of({"form": "sitemap", "url": url}, ask(morning, url)[2])
            plan, body = {"form": "sitemap", "url": child}, gzip.decompress(ask(morning, child)[2])
        else:
            body = ask(morning, url)[2]
        links = links_of(plan, body)
        assert len(links) == channel["listed"], url
        assert {BY_URL[link]["source"] for link in links} == {channel["source"]}
        listed.update(links)
    assert set(listed) == {entry["url"] for entry in ENTRIES if entry["source"]}
    assert set(listed.values()) == {1}


def test_the_expectations_cover_every_story_and_only_use_known_words(morning: SamplePress) -> None:
    shown = {morning.press.outlets[story.shown_by].url(story.path) for story in morning.press.stories}
    assert shown <= set(BY_URL)
    assert len(BY_URL) == len(ENTRIES)
    for entry in ENTRIES:
        State(entry["fetch"]["state"])
        Reason(entry["fetch"]["reason"])
        assert entry["outcome"] is None or Outcome(entry["outcome"])
        assert entry.get("ai_training") is None or Use(entry["ai_training"])


def test_expected_titles_paragraphs_and_authors_stand_on_the_pages(morning: SamplePress) -> None:
    for story in morning.press.stories:
        outlet = morning.press.outlets[story.shown_by]
        entry = BY_URL[outlet.url(story.path)]
        if entry["fetch"]["state"] != "stored":
            continue
        page = ask(morning, entry["url"])[2].decode("cp949" if story.form is Form.EUC_KR_AS_UTF8 else "utf-8")
        text = html.unescape(page.replace("\\u0026", "&").replace("\\u0027", "'").replace('\\"', '"'))
        assert entry["headline"] in text, entry["url"]
        assert all(name in text for name in entry["authors"]), entry["url"]
        shown = [paragraph for paragraph in story.paragraphs if str(plain(paragraph)) in _words(text)]
        assert len(shown) == entry["paragraphs"], entry["url"]


def _words(text: str) -> str:
    return re.sub(r"</?a\b[^>]*>", "", text)


def test_robots_forbids_a_folder_that_a_feed_lists(morning: SamplePress) -> None:
    robots = ask(morning, "http://onsaemi.example/robots.txt")[2].decode()
    feed = ask(morning, "http://onsaemi.example/rss/all.xml")[2].decode()
    assert "Disallow: /premium/" in robots
    assert feed.count("<link>http://onsaemi.example/premium/") == 2


def test_robots_of_other_hosts_state_a_content_signal_and_a_delay(morning: SamplePress) -> None:
    assert b"Content-Signal: search=yes, ai-train=no" in ask(morning, "http://mirinae.example/robots.txt")[2]
    assert b"GPTBot" in ask(morning, "http://mirinae.example/robots.txt")[2]
    assert b"Crawl-delay: 0.1" in ask(morning, "http://mulmaru.example/robots.txt")[2]


def test_a_mislabelled_page_is_korean_in_its_own_encoding_and_broken_in_the_stated_one(morning: SamplePress) -> None:
    _, headers, body = ask(morning, "http://mulmaru.example/news/2026/03/04/40348.html")
    assert "utf-8" in headers["Content-Type"].lower()
    assert b"charset=utf-8" in body
    assert "수요응답버스" in body.decode("cp949")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_a_script_state_page_shows_no_text_outside_its_script(morning: SamplePress) -> None:
    body = ask(morning, "http://dodam.example/news/view/88219")[2].decode()
    visible = re.sub(r"(?s)<(script|noscript|head)\b.*?</\1>", "", body)
    assert "상괭이" in body
    assert re.sub(r"(?s)<[^>]*>|\s", "", visible) == ""


def test_a_paywalled_page_holds_its_lead_and_nothing_after_it(morning: SamplePress) -> None:
    story = next(story for story in morning.press.stories if story.key == "mirinae/dasol-premium-analysis")
    page = ask(morning, "http://mirinae.example/news/articleView.html?idxno=20381")[2].decode()
    assert 'itemprop="isAccessibleForFree" content="False"' in page
    assert story.paragraphs[0] in page
    assert not any(paragraph in page for paragraph in story.paragraphs[1:])


def test_a_cut_page_ends_inside_a_tag(morning: SamplePress) -> None:
    body = ask(morning, "http://mulmaru.example/news/2026/03/05/40366.html")[2]
    assert body.rfind(b"<") > body.rfind(b">")
    assert body.count(b'<p class="para">') == 3


def test_a_pdf_comes_under_an_html_address_and_label(morning: SamplePress) -> None:
    _, headers, body = ask(morning, "http://mulmaru.example/news/2026/03/05/40391.html")
    assert headers["Content-Type"].startswith("text/html")
    assert body.startswith(b"%PDF-1.4")


def test_the_text_page_has_the_shape_of_a_portal_page_saved_as_text(morning: SamplePress) -> None:
    _, headers, body = ask(morning, "http://modum.example/text/20260305103000009")
    lines = [line for line in body.decode().splitlines() if line.strip()]
    assert headers["Content-Type"].startswith("text/plain")
    assert lines[:5][0::3] == ["본문 바로가기", "댓글0"]
    assert lines[4] == "미리내경제"
    assert "<p" not in body.decode()
    related = [line for line in lines if line.startswith("  • ")]
    names = {outlet.name for outlet in morning.press.outlets.values()}
    assert len(related) == 4
    assert all(any(line[4:].startswith(name) for name in names) for line in related)


def test_every_picture_on_a_page_is_served(morning: SamplePress) -> None:
    made = every_url(morning)
    for url, body in made.items():
        for path in re.findall(rb'<img[^>]*src="([^"]+)"', body):
            target = path.decode()
            absolute = target if target.startswith("http") else f"http://{urlsplit(url).netloc}{target}"
            assert absolute in made, (url, target)


def test_no_link_of_a_page_leads_nowhere(morning: SamplePress) -> None:
    made = set(every_url(morning))
    for url, body in every_url(morning).items():
        for found in re.findall(rb'<a [^>]*href="([^"#]+)', body):
            target = found.decode().replace("&amp;", "&")
            absolute = target if target.startswith("http") else f"http://{urlsplit(url).netloc}{target}"
            assert absolute in made or absolute in BY_URL, (url, target)


# How it answers


def test_an_unchanged_page_is_a_304_by_tag_and_by_date(morning: SamplePress) -> None:
    for url in every_url(morning):
        status, headers, _ = ask(morning, url)
        assert status == 200
        for condition in (
            {"If-None-Match": headers["ETag"]},
            {"If-None-Match": f'"other", {headers["ETag"].removeprefix("W/")}'},
            {"If-Modified-Since": headers["Last-Modified"]},
        ):
            again, kept, body = ask(morning, url, condition)
            assert (again, body) == (304, b""), (url, condition)
            assert kept["ETag"] == headers["ETag"]


@pytest.mark.parametrize(
    "condition",
    [
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2027 00:00:00 GMT"},
        {"If-Modified-Since": "Sun, 01 Mar 2026 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Mon, 01 Jan 0001 00:00:00 +2359"},
    ],
)
def test_a_stale_or_senseless_condition_gets_the_page(morning: SamplePress, condition: Mapping[str, str]) -> None:
    assert ask(morning, "http://onsaemi.example/article/20260303/1015", condition)[0] == 200


def test_it_compresses_for_those_who_accept_it_and_for_nobody_else(morning: SamplePress) -> None:
    url = "http://haneul.example/2026/03/03/business/laver-exports-rise-for-third-month"
    _, plain_headers, plain_body = ask(morning, url)
    _, packed_headers, packed = ask(morning, url, {"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain_headers
    assert packed_headers["Content-Encoding"] == "gzip"
    assert packed_headers["ETag"] == plain_headers["ETag"]
    assert len(packed) < len(plain_body)
    assert gzip.decompress(packed) == plain_body


def test_a_head_request_has_headers_and_no_body(morning: SamplePress) -> None:
    status, headers, body = ask(morning, "http://haneul.example/sitemap-news.xml", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_an_unknown_path_is_a_404_in_the_outlets_own_words(morning: SamplePress) -> None:
    status, _, korean = ask(morning, "http://onsaemi.example/article/none")
    assert status == 404
    assert "온새미일보" in korean.decode()
    status, _, english = ask(morning, "http://haneul.example/none")
    assert status == 404
    assert "The Haneul Herald" in english.decode()


def test_a_last_modified_is_the_time_that_the_page_states(morning: SamplePress) -> None:
    _, headers, _ = ask(morning, "http://onsaemi.example/article/20260303/1015")
    stated = BY_URL["http://onsaemi.example/article/20260303/1015"]["modified_at"]
    assert parsedate_to_datetime(headers["Last-Modified"]).timestamp() == pytest.approx(
        parsedate_to_datetime("Tue, 03 Mar 2026 14:05:00 +0900").timestamp()
    )
    assert stated == "2026-03-03T14:05:00+09:00"


def test_it_logs_each_request_with_host_path_and_status(morning: SamplePress) -> None:
    before = len(morning.requests)
    ask(morning, "http://mirinae.example/news/articleView.html?idxno=20366")
    asked = morning.requests[before:]
    assert [(entry.host, entry.path, entry.status) for entry in asked] == [
        ("mirinae.example", "/news/articleView.html?idxno=20366", 404)
    ]


def test_a_closed_press_frees_its_port_and_says_that_it_is_closed() -> None:
    press = SamplePress()
    with pytest.raises(RuntimeError, match="with statement"):
        _ = press.hosts
    with press:
        port = press.port
        assert press.hosts["onsaemi.example"] == ("127.0.0.1", port)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


# Editions


def test_the_same_edition_gives_the_same_bytes_again(morning: SamplePress) -> None:
    with SamplePress() as again:
        assert every_url(again) == every_url(morning)


def test_the_evening_differs_only_where_planned(morning: SamplePress, evening: SamplePress) -> None:
    before, after = every_url(morning), every_url(evening)
    plan = EXPECTED["evening"]
    added = {entry["url"] for entry in plan["added"]}
    changed = {entry["url"] for entry in plan["changed"]} | set(plan["channels"])
    assert set(after) - set(before) == added
    assert set(before) - set(after) == set()
    assert {url for url in before if before[url] != after[url]} == changed


def test_an_edited_article_states_its_new_time_and_its_channel_follows(
    morning: SamplePress, evening: SamplePress
) -> None:
    for entry in EXPECTED["evening"]["changed"]:
        story = _story(evening, entry["url"])
        old = _story(morning, entry["url"])
        assert story.headline == entry["headline"]
        assert story.modified_at is not None
        assert story.modified_at.isoformat() == entry["modified_at"]
        assert len(story.paragraphs) == entry["paragraphs"]
        assert (story.published_at, old.paragraphs == story.paragraphs) == (old.published_at, False)
        _, headers, _ = ask(morning, entry["url"])
        seen = {"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]}
        assert ask(evening, entry["url"], seen)[0] == 200
    sitemap = ask(evening, "http://haneul.example/sitemap-news.xml")[2].decode()
    atom = ask(evening, "http://mirinae.example/rss/atom.xml")[2].decode()
    assert "<lastmod>2026-03-06T17:55:00+09:00</lastmod>" in sitemap
    assert "<updated>2026-03-06T16:20:00+09:00</updated>" in atom


def _story(press: SamplePress, url: str) -> Story:
    return next(story for story in press.press.stories if press.press.outlets[story.shown_by].url(story.path) == url)


def test_a_correction_is_printed_only_after_it_was_made(morning: SamplePress, evening: SamplePress) -> None:
    url = "http://onsaemi.example/article/20260306/1052"
    assert "바로잡습니다" not in ask(morning, url)[2].decode()
    assert "바로잡습니다" in ask(evening, url)[2].decode()


# For a person at a browser


def test_the_index_leads_a_browser_to_every_story(morning: SamplePress) -> None:
    index = ask(morning, "http://127.0.0.1/")[2].decode()
    links = set(re.findall(r'href="(/@[^"]+)"', index))
    for story in morning.press.stories:
        host = morning.press.outlets[story.shown_by].host
        assert f"/@{host}{story.path}" in links
    bodies = [ask(morning, f"http://127.0.0.1{link}") for link in sorted(links)]
    assert Counter(status for status, _, _ in bodies) == {200: len(links) - 2, 301: 1, 404: 1}


def test_links_of_a_browsed_page_stay_inside_the_browsed_press(morning: SamplePress) -> None:
    page = ask(morning, "http://127.0.0.1/@modum.example/v/20260304165511004")[2].decode()
    assert 'href="/@mirinae.example/news/articleView.html?idxno=20358"' in page
    assert not re.search(r'(href|src)="(http://[a-z]+\.example|/(?!@))', page)
    _, headers, _ = ask(morning, "http://127.0.0.1/@onsaemi.example/s/4kq7")
    assert headers["Location"] == "/@onsaemi.example/article/20260305/1044"


def test_an_unknown_host_cannot_be_browsed(morning: SamplePress) -> None:
    assert ask(morning, "http://127.0.0.1/@nowhere.example/")[0] == 404
    assert ask(morning, "http://127.0.0.1/etc/passwd")[0] == 404


def test_a_taken_port_is_a_clear_sentence_and_exit_code_two(
    morning: SamplePress, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", str(morning.port)]) == 2
    assert "cannot be served" in capsys.readouterr().err


# The data


def test_a_folder_without_a_press_is_named(tmp_path: Path) -> None:
    with pytest.raises(PressError, match="No publishers"):
        read_press(tmp_path, Edition.MORNING)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("path: /x\npublished: 2026-03-02 10:00\nsection: A", "onsaemi/new: the field title is missing"),
        ("path: /x\nshows: haechan/none", "onsaemi/new: shows names haechan/none"),
        ("path: /x\nbody_of: haechan/none", "onsaemi/new: body_of names haechan/none"),
        ("- a list", "holds no fields"),
    ],
)
def test_a_broken_story_is_named_with_its_fault(tmp_path: Path, front: str, said: str) -> None:
    (tmp_path / "publishers").symlink_to(FOLDER / "publishers")
    story = tmp_path / "articles" / "onsaemi" / "new.md"
    story.parent.mkdir(parents=True)
    story.write_text(f"---\n{front}\n---\n\nText.\n", encoding="utf-8")
    with pytest.raises(PressError, match=said):
        read_press(tmp_path, Edition.MORNING)


def test_every_source_file_names_channels_that_are_served(morning: SamplePress) -> None:
    served = every_url(morning)
    files = sorted((FOLDER / "sources").glob("*.yaml"))
    assert {path.stem for path in files} == set(morning.press.outlets)
    for path in files:
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        sections = [section["url"] for section in source["sections"]]
        channels = [*source["feeds"], *source["sitemaps"], *sections, *source["url_lists"]]
        assert channels == [channel["url"] for channel in EXPECTED["channels"] if channel["source"] == source["id"]]
        assert set(channels) <= set(served)
        for section in source["sections"]:
            found = [entry for entry in ENTRIES if re.search(section["link_pattern"], entry["url"])]
            assert {entry["source"] for entry in found} == {source["id"]}


def test_nothing_in_the_press_reaches_a_real_host(morning: SamplePress) -> None:
    known = {"schema.org", "www.w3.org", "www.sitemaps.org", "www.google.com", "purl.org", "jsonfeed.org"}
    for url, body in every_url(morning).items():
        hosts = {found.decode() for found in re.findall(rb"https?://([0-9a-z.-]+)", body)}
        assert hosts <= known | set(morning.hosts), url
        emails = {found.decode() for found in re.findall(rb"[0-9a-z.]+@([0-9a-z.-]+\.[a-z]+)", body)}
        assert emails <= set(morning.hosts), url


def test_a_paragraph_is_escaped_and_its_links_are_links() -> None:
    made = inline('a <b> [words & more](http://onsaemi.example/?a=1&b=2) "c"')
    assert '<a href="http://onsaemi.example/?a=1&amp;b=2">words &amp; more</a>' in made
    assert "a &lt;b&gt; " in made
    assert plain("[words](http://onsaemi.example/) end") == "words end"


def test_a_byline_is_printed_as_its_language_does(morning: SamplePress) -> None:
    stories = {story.key: story for story in morning.press.stories}
    assert byline(stories["onsaemi/badaon-declines"]) == "석가을 기자 gaeul@onsaemi.example"
    assert byline(stories["haneul/island-bus"]) == "By Ryu Ga-on and Helen Arkwright"
