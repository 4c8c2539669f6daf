"""One article of a publisher is one, whatever addresses it was seen at; a portal's copy leads to it and stays apart."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.extraction.article import Page
from flows.extraction.reader import extract
from flows.lake import batches, views
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps.publishing import SQL
from flows.steps.reading import row
from tests.extraction.pages import korean
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

NOW = datetime(2026, 3, 5, tzinfo=UTC)
DESKTOP = "https://www.gaon.example/article/202603041234001"
HEAD = f'<meta property="og:site_name" content="가온소식"><link rel="canonical" href="{DESKTOP}">'
NAVER = "https://n.news.naver.com/mnews/article/001/0099999901"
PORTAL_HEAD = '<meta property="og:article:author" content="가온소식 | 네이버">'
LINK = f'</div><a class="origin" href="{DESKTOP}?ref=naver">기사원문</a><div>'


def read(number: int, url: str, source_id: str, html: str) -> dict[str, object]:
    capture = unread(
        capture_id=f"c{number}",
        url=url,
        source_id=source_id,
        captured_at=NOW + timedelta(minutes=number),
        publisher=None,
    )
    page = Page(id=f"c{number}", input="x", payload=html.encode(), url=url, captured_at=capture.captured_at)
    return dict(row(capture, extract(page), NOW))


def test_layouts_join_their_article_and_portals_lead_to_it(tmp_path: Path) -> None:
    own = [
        DESKTOP,
        f"{DESKTOP}?utm_source=rss&section=front",
        "https://m.gaon.example/view.html?art_id=202603041234001",
        "https://www.gaon.example/amp/article/202603041234001",
    ]
    shown = [NAVER, "https://news.naver.com/main/read.naver?mode=LSD&oid=001&aid=0099999901"]
    rows = [read(number, url, "gaon", korean(head=HEAD)) for number, url in enumerate(own)]
    rows[1]["text_sha256"] = None  # as an older lake has it: the same text all the same
    rows += [read(10 + number, url, "naver", korean(LINK, PORTAL_HEAD)) for number, url in enumerate(shown)]
    other = HEAD.replace("202603041234001", "202603041234002")
    rows.append(read(20, DESKTOP.replace("4001", "4002"), "gaon", korean(head=other)))
    sources = [{**source("gaon"), "name": "가온소식"}, {**source("naver"), "kind": "portal", "name": "Naver"}]
    with batches.writing(tmp_path, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, sources), (ARTICLES, rows)])
        views.publish(writer.connection, views.read(SQL))
        articles = writer.connection.execute(
            "SELECT publisher, portal, original_url, version_count FROM lake.mart.articles ORDER BY portal, url"
        ).fetchall()
        tied = writer.connection.execute(
            "SELECT copy.publisher, copy.portal, original.publisher, original.portal, capture_count "
            "FROM lake.mart.articles AS copy "
            "JOIN lake.mart.articles AS original ON original.article_id = copy.original_article_id "
            "JOIN lake.mart.article_versions AS seen ON seen.article_id = original.article_id"
        ).fetchall()
    assert articles == [
        ("가온소식", "Naver", f"{DESKTOP}?ref=naver", 1),
        ("가온소식", None, None, 1),
        ("가온소식", None, None, 1),
    ]
    # The link's own parameter names no other article: the original states its address, and that is joined by it.
    assert tied == [("가온소식", "Naver", "가온소식", None, 4)]
