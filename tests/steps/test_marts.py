"""Marts that count and gather: what a term's share is a share of, where links lead, which headlines were seen."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.lake.batches import Writer, writing
from flows.lake.tables import ARTICLES, LISTINGS
from flows.steps import publishing
from tests.steps.made_lake import ASK, BEGINS_AT, OPEN, article, fill

ADDRESS = "https://paper.example/0"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """The made lake, with a later page that links to the first article, names it, and a list that named it before."""
    folder: Path = tmp_path_factory.mktemp("lake")
    linking = article(
        4, ASK, capture_id="urn:later", captured_at=BEGINS_AT + timedelta(days=9), publisher="노을일보",
        links=[{"url": ADDRESS, "text": "첫 기사"}, {"url": "https://www.city.example/x?y=1", "text": "시청"}],
        related_headlines=[{"publisher": "노을일보", "title": "다리가 위험하다", "url": ADDRESS}],
    )  # fmt: skip
    listed = [
        {"listing_id": str(n), "run_id": "run", "source_id": "one", "channel_kind": "feed", "channel_url": "feed",
         "url": ADDRESS, "url_raw": ADDRESS, "url_key": "k", "title": "다리 곧 무너진다",
         "listed_at": BEGINS_AT + timedelta(hours=n)}
        for n in (0, 5)
    ]  # fmt: skip
    with writing(folder, "test") as writer:
        fill(writer)
        writer.commit_rows("made", "run", "later", [(ARTICLES, [linking]), (LISTINGS, listed)])
        publishing.publish(writer)
        yield writer


def rows(asked: Writer, sql: str) -> list[tuple[Any, ...]]:
    return asked.connection.execute(sql).fetchall()


def test_a_terms_share_is_of_that_publishers_articles_of_that_day(asked: Writer) -> None:
    found = rows(
        asked,
        "SELECT publisher, article_count, annotated_count, share FROM lake.mart.keywords_daily "
        f"WHERE term = '다리' AND news_date = DATE '{date(2026, 3, 2)}'",
    )
    assert found == [("노을일보", 1, 1, 1.0)]
    assert rows(asked, "SELECT count(*) FROM lake.mart.keywords_daily WHERE article_count > annotated_count") == [(0,)]


def test_a_link_leads_to_the_article_that_is_here_and_tells_its_host(asked: Writer) -> None:
    found = rows(
        asked,
        "SELECT number, url, host, is_own_host, linked_article_id FROM lake.mart.links "
        f"WHERE article_id = '{ASK}' ORDER BY number",
    )
    assert found == [
        (0, ADDRESS, "paper.example", True, OPEN),
        (1, "https://www.city.example/x?y=1", "city.example", False, None),
    ]


def test_headlines_of_one_address_are_gathered_from_lists_its_page_and_other_pages(asked: Writer) -> None:
    found = rows(
        asked,
        "SELECT title, seen_in, seen_count, article_id, last_seen_at - first_seen_at FROM lake.mart.headlines_seen "
        f"WHERE url = '{ADDRESS}' ORDER BY seen_in",
    )
    assert found == [
        ("다리 곧 무너진다", "listing", 2, OPEN, timedelta(hours=5)),
        ("=제목 0", "page", 1, OPEN, timedelta(0)),
        ("다리가 위험하다", "related", 1, OPEN, timedelta(0)),
    ]


def test_snapshots_tell_what_came_when_and_rows_that_were_taken_out(asked: Writer) -> None:
    last = rows(asked, "SELECT stage, message, kind, row_count, tables FROM lake.mart.snapshots ORDER BY snapshot_id")
    assert ("made", "later", "rows", 3, ["staging.articles", "raw.listings"]) in last
    assert ("publish", "views and macros", "views", None, None) in last
    asked.connection.execute("DELETE FROM lake.raw.listings WHERE listing_id = '5'")
    assert rows(asked, "SELECT kind FROM lake.mart.snapshots ORDER BY snapshot_id DESC LIMIT 1") == [("removed",)]


def test_no_view_compares_every_row_with_every_other(asked: Writer) -> None:
    """Such a join is quick on a hundred articles and takes hours on a hundred thousand: one held publishing up so."""
    views = rows(
        asked,
        "SELECT schema_name || '.' || view_name FROM duckdb_views() "
        "WHERE database_name = 'lake' AND schema_name IN ('staging', 'mart')",
    )
    plans = {name: str(rows(asked, f"EXPLAIN SELECT * FROM lake.{name}")[-1][1]) for (name,) in views}
    assert len(plans) > 40
    assert {name for name, plan in plans.items() if re.search("NL_JOIN|NESTED_LOOP", plan)} == set()
