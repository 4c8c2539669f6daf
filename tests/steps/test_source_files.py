"""A publisher is added by its address alone, politely, and a dead feed is told from a living one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from flows.discovery.health import Health
from flows.discovery.source import Source, SourceError, read_source
from flows.fetching.guard import Network
from flows.sample_press import FOLDER, SamplePress
from flows.sample_press_pages import Answer
from flows.steps.source_files import ChannelCheck, add, check

AGENT = "Sillok/0.1 (+https://sillok.invalid/bot)"
PRESS_DAY = datetime(2026, 3, 6, 3, tzinfo=UTC)
FRONT = """<html lang="ko"><head><title>도담뉴스 | 첫 화면</title>
<link rel="alternate" type="application/feed+json" href="/feed/news.json">
<link rel="alternate" type="application/rss+xml" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/dead.rss"></head><body><p>.</p></body></html>""".encode()


@pytest.fixture
def press() -> Iterator[SamplePress]:
    with SamplePress() as opened:
        yield opened


def network(press: SamplePress) -> Network:
    return Network(hosts=press.hosts)


def answers(press: SamplePress, host: str, path: str, body: bytes, **more: object) -> None:
    """Make one address of the press say something else."""
    press._answers[(host, path)] = Answer(body, **more)  # type: ignore[arg-type]


def source(**fields: object) -> Source:
    given = {"id": "dodam", "name": "도담", "kind": "publisher", "home": "http://dodam.example/", "lang": "ko"}
    return Source.model_validate({**given, "country": "KR", "timezone": "Asia/Seoul", "delay_seconds": 0.02, **fields})


def checked(press: SamplePress, **fields: object) -> list[ChannelCheck]:
    return list(check([source(**fields)], network(press), AGENT, now=PRESS_DAY))


def test_a_site_is_added_with_the_feeds_that_its_front_page_names_and_that_serve(
    press: SamplePress, tmp_path: Path
) -> None:
    answers(press, "dodam.example", "/", FRONT)
    added = add("http://dodam.example", tmp_path, network(press), AGENT, delay_seconds=0.02)
    assert added.path == tmp_path / "dodam.yaml"
    assert read_source(added.path) == added.source
    assert added.source.feeds == ("http://dodam.example/feed/news.json",)
    assert (added.source.name, added.source.lang, added.source.country) == ("도담뉴스", "ko", "KR")
    assert added.source.timezone == "Asia/Seoul"
    assert any("dead.rss was left out: http_404" in note for note in added.notes)
    assert "/comments/feed" not in {asked.path for asked in press.requests}


def test_sitemap_lines_of_robots_txt_are_written_into_the_file(press: SamplePress, tmp_path: Path) -> None:
    added = add("http://haneul.example/", tmp_path, network(press), AGENT, country="KR", delay_seconds=0.02)
    assert added.source.sitemaps == ("http://haneul.example/sitemap-news.xml",)
    paths = [asked.path for asked in press.requests]
    assert paths[0] == "/robots.txt"
    assert len(paths) <= 8  # few: the front page, what is named, and some usual places


def test_what_robots_txt_forbids_is_not_asked_for(press: SamplePress, tmp_path: Path) -> None:
    answers(press, "dodam.example", "/", FRONT)
    answers(press, "dodam.example", "/robots.txt", b"User-agent: *\nDisallow: /feed/\n")
    with pytest.raises(SourceError, match="no feed and no sitemap"):
        add("http://dodam.example/", tmp_path, network(press), AGENT, delay_seconds=0.02)
    assert "/feed/news.json" not in {asked.path for asked in press.requests}
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_ever_overwritten_and_nobody_asked_for_it(press: SamplePress, tmp_path: Path) -> None:
    kept = (FOLDER / "sources" / "haneul.yaml").read_text(encoding="utf-8")
    (tmp_path / "haneul.yaml").write_text(kept, encoding="utf-8")
    for url, wanted_id in (("http://haneul.example/", "other"), ("http://haechan.example/", "haneul")):
        with pytest.raises(SourceError, match="already"):
            add(url, tmp_path, network(press), AGENT, source_id=wanted_id)
    assert press.requests == []
    assert (tmp_path / "haneul.yaml").read_text(encoding="utf-8") == kept


def test_what_cannot_be_known_is_asked_for_instead_of_guessed(press: SamplePress, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--country"):
        add("http://haneul.example/", tmp_path, network(press), AGENT, delay_seconds=0.02)
    with pytest.raises(SourceError, match=r"US has \d+ time zones.*--timezone"):
        add("http://haneul.example/", tmp_path, network(press), AGENT, country="US", delay_seconds=0.02)
    with pytest.raises(SourceError, match="KST"):
        add("http://haneul.example/", tmp_path, network(press), AGENT, country="KR", timezone="KST", delay_seconds=0.02)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1/", "blocked_address"),
        ("http://169.254.169.254/latest/", "blocked_address"),
        ("ftp://haneul.example/", "not an address"),
        ("http://user@haneul.example/", "not an address"),
    ],
)
def test_an_address_that_is_not_public_is_refused_with_a_sentence(
    press: SamplePress, tmp_path: Path, url: str, says: str
) -> None:
    with pytest.raises(SourceError, match=says):
        add(url, tmp_path, network(press), AGENT)
    assert press.requests == []


def test_a_hostile_name_stays_one_line_of_text(press: SamplePress, tmp_path: Path) -> None:
    page = FRONT.replace(b"<title>", b"<title>\nid: evil\nfeeds: [*x, !!python/object:os.system] &#10;- ")
    answers(press, "dodam.example", "/", page)
    added = add("http://dodam.example/", tmp_path, network(press), AGENT, delay_seconds=0.02)
    assert added.source.id == "dodam"
    assert added.source.name.startswith("id: evil feeds:")


def test_each_state_of_a_channel_is_told(press: SamplePress) -> None:
    answers(press, "dodam.example", "/empty.xml", b'<rss version="2.0"><channel><title>.</title></channel></rss>')
    answers(press, "dodam.example", "/robots.txt", b"User-agent: *\nDisallow: /secret\n")
    rows = checked(
        press,
        feeds=[
            f"http://dodam.example{path}" for path in ("/feed/news.json", "/empty.xml", "/", "/nothing.xml", "/secret")
        ],
    )
    assert [row.health for row in rows] == [
        Health.ALIVE,
        Health.EMPTY,
        Health.UNREADABLE,
        Health.GONE,
        Health.REFUSED,
    ]
    assert rows[0].listed == 5
    assert rows[0].newest_at is not None
    assert all(row.says for row in rows[2:])


def test_a_feed_whose_newest_entry_is_old_is_stale(press: SamplePress) -> None:
    one = source(feeds=["http://dodam.example/feed/news.json"])
    newest = checked(press, feeds=one.feeds)[0].newest_at
    assert newest is not None
    for days, health in ((13.9, Health.ALIVE), (14.1, Health.STALE)):
        (row,) = check([one], network(press), AGENT, now=newest + timedelta(days=days))
        assert row.health is health


def test_a_sitemap_index_is_as_fresh_as_the_sitemap_in_it_that_changed_last(press: SamplePress) -> None:
    (row,) = checked(press, sitemaps=["http://haechan.example/sitemap_index.xml"])
    assert (row.health, row.listed) == (Health.ALIVE, 1)
    assert row.newest_at is not None
    (old,) = check(
        [source(sitemaps=["http://haechan.example/sitemap_index.xml"])],
        network(press),
        AGENT,
        now=PRESS_DAY + timedelta(days=60),
    )
    assert old.health is Health.STALE
    assert "its sitemap http://haechan.example/" in str(old.says)


def test_a_host_that_nobody_knows_is_gone_and_the_others_are_still_told(press: SamplePress) -> None:
    feeds = ["http://nowhere.invalid/rss", "http://dodam.example/feed/news.json", "http://10.0.0.1/rss"]
    rows = checked(press, feeds=feeds)
    assert [row.url for row in rows] == feeds
    assert rows[0].health in {
        Health.GONE,
        Health.TROUBLE,
    }  # a machine without any name server cannot tell the two apart
    assert [row.health for row in rows[1:]] == [Health.ALIVE, Health.REFUSED]


def test_check_never_has_two_requests_in_flight_to_a_host(press: SamplePress) -> None:
    sources = [read_source(path) for path in sorted((FOLDER / "sources").glob("*.yaml"))]
    rows = check(sources, network(press), AGENT, now=PRESS_DAY)
    assert len(rows) == sum(len(one.channels()) for one in sources)
    assert {row.health for row in rows} == {Health.ALIVE}
    asked = [one for one in press.requests if one.host == "mulmaru.example"]
    assert asked[0].path == "/robots.txt"
    assert all(later.time - earlier.time >= 0.05 for earlier, later in pairwise(asked))
