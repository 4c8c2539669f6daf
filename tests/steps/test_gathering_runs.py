"""Runs over the same publishers, hour after hour: nothing is asked too soon, stored twice, or lost without a word."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from flows.fetching import robots
from flows.fetching.guard import Network
from flows.fetching.warc import read_payload
from flows.lake.batches import writing
from tests.discovery.channels import rss, urlset
from tests.fetching.fault_server import FaultServer, answer, page, serving
from tests.steps.gathered import gather, rows, source

HOST, OTHER = "harbour.example", "island.example"
ARTICLES = """
    SELECT url, state, reason, attempts FROM lake.raw.fetches WHERE kind = 'article' AND run_id = '{}' ORDER BY url
"""


def feed(*paths: str) -> bytes:
    return rss(*(f"<item><title>{path}</title><link>{path}</link></item>" for path in paths)).encode()


def site(host: str, count: int) -> dict[tuple[str, str], bytes]:
    pages = {(host, f"/news/{n}"): page(f"{host}-{n}") for n in range(count)}
    return {**pages, (host, "/rss"): feed(*(path for _, path in pages))}


def test_a_second_run_over_unchanged_pages_is_answered_by_304_and_writes_no_article(tmp_path: Path) -> None:
    pages = {**site(HOST, 60), **site(OTHER, 60)}
    sources = [source(host.partition(".")[0], host, feeds=[f"http://{host}/rss"]) for host in (HOST, OTHER)]
    began = datetime.now(UTC)
    with serving(FaultServer(pages=pages)) as server:
        network = Network(server.hosts(HOST, OTHER))
        gather(tmp_path, sources, network)
        asked = len(server.log)
        run = gather(tmp_path, sources, network, now=began + timedelta(hours=2))
        again = server.log[asked:]
    states = Counter((state, reason) for _, state, reason, _ in rows(tmp_path, ARTICLES.format(run.run_id)))
    assert states == {("unchanged", "not_modified"): 120}
    assert sum("if-none-match" in one.headers for one in again) >= 0.95 * (len(again) - 2)  # but for robots.txt
    kinds = "SELECT record_type, count(*) FROM lake.raw.captures WHERE kind = 'article' GROUP BY 1 ORDER BY 1"
    assert rows(tmp_path, kinds) == [("response", 120), ("revisit", 120)]


def test_an_article_is_asked_for_again_at_one_hour_a_day_and_a_week_and_at_no_other_time(tmp_path: Path) -> None:
    server = FaultServer(pages=site(HOST, 1))
    sources = [source("harbour", HOST, feeds=[f"http://{HOST}/rss"])]
    asked_at: list[float] = []
    changed = page("the council met after all")
    hours = (0, 0.5, 1.1, 12, 24.1, 100, 168.1, 500)
    with serving(server):
        for hour, later in pairwise((*hours, 501)):
            if hour == 24.1:
                server.pages[HOST, "/news/0"] = changed
            before = server.paths().count("/news/0")
            gather(tmp_path, sources, Network(server.hosts(HOST)))
            asked_at += [hour] * (server.paths().count("/news/0") - before)
            age(tmp_path, later - hour)
    assert asked_at == [0, 1.1, 24.1, 168.1]
    captures = rows(
        tmp_path,
        "SELECT record_type, warc_file, warc_offset, warc_bytes, refers_to, capture_id FROM lake.raw.captures "
        "WHERE kind = 'article' ORDER BY captured_at",
    )
    assert [capture[0] for capture in captures] == ["response", "revisit", "response", "revisit"]
    assert [captures[1][4], captures[3][4]] == [captures[0][5], captures[2][5]]
    file, offset, size = captures[2][1:4]
    assert read_payload(tmp_path / "warc" / str(file), int(str(offset)), int(str(size))).payload == changed


def age(lake: Path, hours: float) -> None:
    """Let time go by: all that the lake holds becomes older."""
    moved = {"fetches": ("started_at", "ended_at"), "listings": ("listed_at",), "captures": ("captured_at",)}
    with writing(lake, "test") as writer:
        for table, columns in moved.items():
            for column in columns:
                step = f"INTERVAL {int(hours * 3600)} SECOND"
                writer.connection.execute(f"UPDATE lake.raw.{table} SET {column} = {column} - {step}")


def test_a_run_leaves_each_host_its_pause_as_the_hosts_own_log_shows(tmp_path: Path) -> None:
    pages = {**site(HOST, 8), **site(OTHER, 8)}
    names = {HOST: "harbour", OTHER: "island"}
    sources = [source(name, host, feeds=[f"http://{host}/rss"], delay_seconds=0.2) for host, name in names.items()]
    with serving(FaultServer(pages=pages)) as server:
        gather(tmp_path, sources, Network(server.hosts(HOST, OTHER)))
    for host in names:
        log = sorted((one for one in server.log if one.host == host), key=lambda one: one.at)
        assert [one.path for one in log[:2]] == ["/robots.txt", "/rss"] and len(log) == 11
        assert log[-1].path == "/.well-known/tdmrep.json"
        for earlier, later in pairwise(log):
            assert later.at >= earlier.ended_at, "two in flight"
            assert later.at - earlier.at >= 0.2 * 0.95, (earlier.path, later.path)


def test_every_listed_url_has_one_row_and_the_sums_agree_whatever_came(tmp_path: Path) -> None:
    faults = ["plain", "s404", "s410", "titled404", "challenge", "pdf", "gzipbomb", "loop", "tolocal", "empty", "png"]
    body = feed(*(f"/f/{fault}/{n}" for n, fault in enumerate(faults)), "javascript:x()", "http://h.example:25/x")
    sources = [source("harbour", HOST, feeds=[f"http://{HOST}/rss"])]
    with serving(FaultServer(pages={(HOST, "/rss"): body})) as server:
        run = gather(tmp_path, sources, Network(server.hosts(HOST)))
    ended = rows(tmp_path, ARTICLES.format(run.run_id))
    assert len(ended) == len({url for url, *_ in ended}) == len(faults)
    assert run.counts["listed", "listed"] == len(faults)
    assert sum(count for (what, _), count in run.counts.items() if what == "fetched") == len(faults)
    assert (
        any("2 of 13" in str(detail) or "no usable" in str(detail) for (detail,) in rows(tmp_path, DETAILS))
        or run.warnings == ()
    )


DETAILS = "SELECT detail FROM lake.raw.fetches WHERE kind = 'channel'"


def test_a_source_that_dries_up_is_told_in_the_warnings_of_the_run(tmp_path: Path) -> None:
    server = FaultServer(pages=site(HOST, 20))
    sources = [source("harbour", HOST, feeds=[f"http://{HOST}/rss"])]
    now = datetime.now(UTC)
    with serving(server):
        network = Network(server.hosts(HOST))
        for day in range(4):
            assert not gather(tmp_path, sources, network, now=now + timedelta(days=day)).warnings
        server.pages[HOST, "/rss"] = feed("/news/1", "/news/2")
        thin = gather(tmp_path, sources, network, now=now + timedelta(days=4)).warnings
        server.pages[HOST, "/rss"] = feed()
        empty = gather(tmp_path, sources, network, now=now + timedelta(days=5)).warnings
    assert any("harbour: listed 2; the median of its last 4 runs is 20" in warning for warning in thin)
    assert any("harbour: listed nothing" in warning for warning in empty)


def test_indexes_that_name_each_other_are_each_asked_for_once_and_depth_has_an_end(tmp_path: Path) -> None:
    def index(*paths: str) -> bytes:
        inner = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths)
        return f"<sitemapindex>{inner}</sitemapindex>".encode()

    pages = {
        (HOST, "/a.xml"): index("/b.xml", "/a.xml", "/1.xml"),
        (HOST, "/b.xml"): index("/a.xml", "/news.xml"),
        (HOST, "/news.xml"): urlset("<url><loc>/f/plain/1</loc></url>").encode(),
        **{(HOST, f"/{n}.xml"): index(f"/{n + 1}.xml") for n in range(1, 20)},
    }
    sources = [source("harbour", HOST, sitemaps=[f"http://{HOST}/a.xml"])]
    with serving(FaultServer(pages=pages)) as server:
        run = gather(tmp_path, sources, Network(server.hosts(HOST)))
    asked = Counter(path for path in server.paths() if path.endswith(".xml"))
    assert set(asked) == {"/a.xml", "/b.xml", "/news.xml", "/1.xml", "/2.xml"} and max(asked.values()) == 1
    assert any("/3.xml: nested deeper than 3, not followed" in warning for warning in run.warnings)
    assert [end[:2] for end in rows(tmp_path, ARTICLES.format(run.run_id))] == [(f"http://{HOST}/f/plain/1", "stored")]


def test_the_sitemap_lines_of_a_robots_txt_are_followed_where_the_source_names_it(tmp_path: Path) -> None:
    robots = answer(200, f"User-agent: *\nDisallow: /private\nSitemap: http://{HOST}/map.xml\n".encode())
    pages = {(HOST, "/map.xml"): urlset("<url><loc>/f/plain/1</loc></url>", "<url><loc>/private</loc></url>").encode()}
    sources = [source("harbour", HOST, sitemaps=[f"http://{HOST}/robots.txt"])]
    with serving(FaultServer(pages=pages, robots={HOST: robots})) as server:
        run = gather(tmp_path, sources, Network(server.hosts(HOST)))
    ended = [end[:3] for end in rows(tmp_path, ARTICLES.format(run.run_id))]
    assert ended == [
        (f"http://{HOST}/f/plain/1", "stored", "none"),
        (f"http://{HOST}/private", "skipped", "robots_disallowed"),
    ]
    channels = "SELECT url, state, listed_count FROM lake.raw.fetches WHERE kind = 'channel' ORDER BY url"
    assert rows(tmp_path, channels) == [
        (f"http://{HOST}/map.xml", "stored", 2),
        (f"http://{HOST}/robots.txt", "stored", 0),
    ]


ROBOTS = "SELECT url, state, count(*) FROM lake.raw.fetches WHERE kind = 'robots' GROUP BY ALL ORDER BY url"


def test_a_site_that_answers_under_two_names_has_a_robots_txt_under_each_and_the_run_goes_on(tmp_path: Path) -> None:
    other = f"www.{HOST}"
    moved = f"/f/to/1?{f'http://{other}/news/0'.encode().hex()}"
    pages = {**site(HOST, 1), (HOST, "/rss"): feed(moved, f"http://m.{HOST}/f/plain/2"), (other, "/news/0"): page("x")}
    sources = [source("harbour", HOST, feeds=[f"http://{HOST}/rss"])]
    with serving(FaultServer(pages=pages)) as server:
        run = gather(tmp_path, sources, Network(server.hosts(HOST, other, f"m.{HOST}")))
    assert run.counts["fetched", "stored"] == 2
    asked = [(f"http://{host}/robots.txt", "failed", 1) for host in sorted((HOST, other, f"m.{HOST}"))]
    assert rows(tmp_path, ROBOTS) == asked


def test_a_robots_txt_that_is_asked_for_again_within_a_run_has_a_row_for_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "RETRY_SECONDS", -1.0)
    sources = [source("island", OTHER, feeds=[f"http://{OTHER}/rss"])]
    pages = {(OTHER, "/rss"): feed(f"http://{HOST}/news/0", f"http://{HOST}/news/1")}
    with serving(FaultServer(pages=pages, robots={HOST: answer(302, b"", "Location: /robots.txt")})) as server:
        run = gather(tmp_path, sources, Network(server.hosts(HOST, OTHER)))
    assert run.counts["fetched", "skipped: robots_unreachable"] == 2
    assert (f"http://{HOST}/robots.txt", "failed", 2) in rows(tmp_path, ROBOTS)
