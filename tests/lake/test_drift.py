"""Drift on a lake: what a publisher's pages lost is told once it is rot, by whoever reads the newest pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.extraction.article import EXTRACTOR, Article, Author, Outcome, Quality, RelatedHeadline
from flows.extraction.drift import FIELDS
from flows.lake import batches, drift, views
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps.drifting import lost_fields
from flows.steps.publishing import SQL
from flows.steps.reading import row
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

TODAY = datetime(2026, 3, 31, 3, tzinfo=UTC)
LAST_RUN = TODAY + timedelta(hours=1)
Change = Callable[[Article], Article]


def page(number: int, site: str) -> Article:
    """An ordinary page; three in four have an e-mail address, lengths differ."""
    email = f"desk{number}@{site}.example" if number % 4 else None
    return Article(
        id=str(number),
        input=str(number),
        outcome=Outcome.OK,
        url=f"https://{site}.example/{number}",
        lang="ko",
        publisher=site,
        title="느티나무 길 " + "새로 났다 " * (1 + number % 5),
        published_at="2026-03-02T09:00:00+09:00",
        published_precision="minute",
        authors=(Author("한이슬", "기자", email),),
        body=("첫 문단이다. " * (10 + number % 17),) * (3 + number % 6),
        related_headlines=(RelatedHeadline(None, "다른 기사"),),
        quality=Quality(method="hint"),
    )


def lake(
    folder: Path,
    changed: Change,
    *,
    pages: int = 10,
    days: int = 30,
    extractor: str = EXTRACTOR,
    newest: datetime = TODAY,
) -> tuple[str, ...]:
    """Warnings of a run that reads a day's pages of two publishers, after some days of ordinary ones.

    `changed` is done to the newest pages of 느티 alone.
    """
    with batches.writing(folder, "test") as writer:
        writer.commit_rows(
            "test", "run", "s", [(SOURCES, [{**source("neuti"), "name": "느티", "lang": "ko"}, source("dodam")])]
        )
        rows = []
        for day in range(days + 1):
            at = TODAY - timedelta(days=days - day)
            for site in ("neuti", "dodam"):
                for number in range(pages):
                    article = page(day * pages + number, site)
                    is_new = day == days
                    if is_new and site == "neuti":
                        article = changed(article)
                    captured = unread(
                        capture_id=f"{site}-{day}-{number}",
                        source_id=site,
                        captured_at=(newest if is_new else at) + timedelta(seconds=number),
                    )
                    read = row(captured, article, LAST_RUN if is_new else at)
                    rows.append({**read, "extractor": EXTRACTOR if is_new else extractor})
        writer.commit_rows("test", "run", "b", [(ARTICLES, rows)])
        return lost_fields(writer.connection, LAST_RUN)


def test_a_byline_that_one_publisher_lost_is_told_of_it_alone(tmp_path: Path) -> None:
    (told,) = lake(tmp_path, lambda article: replace(article, authors=()), pages=16)
    assert told == "느티: authors is found on 0 of its last 16 pages; it used to be so on 100 % of 480"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (lambda one: replace(one, published_precision="day"), "published_precision"),
        (lambda one: replace(one, quality=Quality(method="trafilatura")), "method"),
        (lambda one: replace(one, title=f"{one.title} - {one.publisher}"), "title is free of the site's name"),
        (lambda one: replace(one, body=("짧다.",)), "body_chars is no less"),
        (lambda one: replace(one, body=one.body * 4), "body_chars is no more"),
        (lambda one: replace(one, body=("".join(one.body),)), "paragraph_count is no less"),
        (lambda one: replace(one, lang="en"), "lang"),
        (lambda one: replace(one, outcome=Outcome.NO_ARTICLE), "outcome is ok"),
        (lambda one: replace(one, related_headlines=()), "related_headlines"),
        (lambda one: replace(one, quality=Quality(method="hint", replacement_share=0.002)), "replacement_share"),
    ],
)
def test_length_shape_and_way_are_told_too(tmp_path: Path, changed: Change, field: str) -> None:
    told = lake(tmp_path, changed, pages=20)
    assert [one for one in told if f"느티: {field}" in one]
    assert not [one for one in told if "dodam" in one]


def test_an_ordinary_day_tells_nothing(tmp_path: Path) -> None:
    assert lake(tmp_path, lambda article: article) == ()


def test_one_odd_page_tells_nothing(tmp_path: Path) -> None:
    def odd(article: Article) -> Article:
        is_odd = article.id == "300"
        return replace(article, authors=(), title=None, body=("?",), related_headlines=()) if is_odd else article

    assert lake(tmp_path, odd) == ()


def test_a_publisher_of_three_pages_a_day_is_told_from_its_newest_pages(tmp_path: Path) -> None:
    # One day's three pages are too few; some days later the newest sixteen say it.
    lost = replace(page(0, "neuti"), authors=())
    assert lake(tmp_path, lambda article: replace(article, authors=()), pages=3) == ()
    with batches.writing(tmp_path, "test") as writer:
        for day in range(1, 5):
            at = TODAY + timedelta(days=day)
            rows = [
                row(unread(capture_id=f"later-{day}-{number}", source_id="neuti", captured_at=at), lost, at)
                for number in range(3)
            ]
            writer.commit_rows("test", "run", f"later-{day}", [(ARTICLES, rows)])
        told = lost_fields(writer.connection, TODAY + timedelta(days=4))
    assert [one for one in told if one.startswith("느티: authors is found on 1 of its last 16 pages")]


def test_another_extractors_pages_are_no_history(tmp_path: Path) -> None:
    assert lake(tmp_path, lambda article: replace(article, authors=()), pages=20, extractor="reader/0") == ()


def test_old_pages_brought_in_today_say_nothing_of_today(tmp_path: Path) -> None:
    old = TODAY - timedelta(days=20)
    assert lake(tmp_path, lambda article: replace(article, authors=()), pages=20, newest=old) == ()


def test_the_shares_are_there_by_publisher_field_and_day(tmp_path: Path) -> None:
    lake(tmp_path, lambda article: replace(article, authors=()))
    with batches.writing(tmp_path, "test") as writer:
        views.publish(writer.connection, views.read(SQL))
        rows = writer.connection.execute(
            "SELECT publisher, captured_date::VARCHAR, page_count, share FROM lake.mart.field_shares "
            "WHERE field = 'has_authors' AND captured_date >= DATE '2026-03-30' ORDER BY ALL"
        ).fetchall()
        fields = writer.connection.execute("SELECT DISTINCT field FROM lake.mart.field_shares").fetchall()
        question = next(file for file in views.read(SQL) if file.name == "what_do_pages_hold")
        first = writer.connection.execute(question.body).fetchone()
    assert rows == [
        ("dodam", "2026-03-30", 10, 1.0),
        ("dodam", "2026-03-31", 10, 1.0),
        ("느티", "2026-03-30", 10, 1.0),
        ("느티", "2026-03-31", 10, 0.0),
    ]
    # The view and the rule watch the same flags; lengths are told apart by quartiles, which a day cannot have.
    watched = {flag for flag in FIELDS if not flag.endswith(("_low", "_high"))}
    assert {field for (field,) in fields} == watched
    assert first is not None
    assert first[:3] == ("느티", None, "has_authors")


def test_the_bodies_are_never_read(tmp_path: Path) -> None:
    # A million bodies are gigabytes; the counts come from narrow columns.
    lake(tmp_path, lambda article: article, pages=2, days=2)
    shapes = next(file.body for file in views.read(SQL) if file.name == "staging.page_shapes")
    with batches.writing(tmp_path, "test") as writer:
        given = {"extractor": EXTRACTOR, "since": LAST_RUN, "oldest": TODAY - drift.BEFORE, "least": 1}
        plan = writer.connection.execute(f"EXPLAIN {drift._counting(shapes, tuple(FIELDS))}", given).fetchall()
    words = plan[0][1].split()
    assert "body_chars" in words
    assert "body" not in words
