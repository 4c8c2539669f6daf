"""Histories of texts in the lake: each pair compared once, never across readers, right after late arrivals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from flows.extraction.article import Article, Outcome
from flows.lake import batches, catalog, views
from flows.lake.batches import Count
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps import linking_versions
from flows.steps.linking import Linking
from flows.steps.publishing import SQL
from flows.steps.reading import row
from flows.workers import Workers
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def capture(name: str, hour: int, *body: str, reader: str = "reader/1", title: str = "창고 불") -> dict[str, object]:
    at = NOON + timedelta(hours=hour)
    read = Article(id=name, input=name, outcome=Outcome.OK, url="https://neuti.example/1", title=title, body=body)
    found = dict(row(unread(capture_id=name, captured_at=at), read, at))
    return {**found, "extractor": reader, "extracted_at": at + timedelta(days=int(reader[-1]))}


def compared(writer: batches.Writer) -> list[Count]:
    """The step as the flow runs it; it needs no worker processes."""
    linking = Linking(writer, cast(Workers, None), "run")
    return [count for part in linking_versions.parts(linking) for count in part.counts]


def linked(lake: Path, batch: str, *captures: dict[str, object]) -> list[Count]:
    with batches.writing(lake, "test") as writer:
        rows = [(SOURCES, [source("neuti")])] if batch == "b1" else []
        writer.commit_rows("test", "run", batch, [*rows, (ARTICLES, captures)])
        waiting = linking_versions.waiting(writer)
        counts = compared(writer)
        assert sum(count.count for count in counts) == waiting
        assert compared(writer) == []  # nothing is compared twice
        views.publish(writer.connection, views.read(SQL))
        return counts


def asked(lake: Path, sql: str) -> list[tuple[object, ...]]:
    return catalog.read(lake).execute(sql).fetchall()


CORRECTIONS = "SELECT new_capture_id, words_added, words_removed, is_declared FROM lake.mart.corrections ORDER BY 1"


def test_each_change_is_told_once_and_a_capture_without_a_change_is_counted(tmp_path: Path) -> None:
    one, two = capture("a", 0, "1명이 다쳤다."), capture("b", 1, "1명이 다쳤다.")
    assert linked(tmp_path, "b1", one, two) == [Count("changes", "unchanged", 1)]
    assert asked(tmp_path, CORRECTIONS) == []
    three = capture("c", 3, "2명이 다쳤다.", "[바로잡습니다] 다친 사람 수를 바로잡습니다.")
    assert linked(tmp_path, "b2", three) == [Count("changes", "body", 1)]
    assert asked(tmp_path, CORRECTIONS) == [("c", 6, 1, True)]
    versions = "SELECT version_number, change, words_added, seconds_since_previous FROM lake.mart.article_versions"
    assert asked(tmp_path, f"{versions} ORDER BY 1") == [(1, None, None, None), (2, "body", 6, 7200)]


def test_another_reader_is_no_change_of_the_text(tmp_path: Path) -> None:
    linked(tmp_path, "b1", capture("a", 0, "1명이 다쳤다."))
    later = capture("b", 1, "1명이 다쳤다.", "구독하기", reader="reader/2")
    assert linked(tmp_path, "b2", later) == []
    assert asked(tmp_path, "SELECT max(version_number) FROM lake.mart.article_versions") == [(1,)]
    # As soon as the newer reader has read both, both are compared as it read them.
    again = capture("a", 0, "1명이 다쳤다.", "구독하기", reader="reader/2")
    assert linked(tmp_path, "b3", again) == [Count("changes", "unchanged", 1)]


def test_an_old_capture_that_is_imported_late_parts_the_pair_that_it_stands_in(tmp_path: Path) -> None:
    linked(tmp_path, "b1", capture("a", 0, "1명이 다쳤다."), capture("c", 4, "3명이 다쳤다."))
    assert asked(tmp_path, CORRECTIONS) == [("c", 1, 1, False)]
    linked(tmp_path, "b2", capture("b", 2, "2명이 다쳤다."))
    assert asked(tmp_path, CORRECTIONS) == [("b", 1, 1, False), ("c", 1, 1, False)]
    passages = "SELECT new_capture_id, passages[1].old_text FROM lake.mart.corrections ORDER BY 1"
    assert asked(tmp_path, passages) == [("b", "1명이"), ("c", "2명이")]


def test_the_silent_change_is_found_by_the_question(tmp_path: Path) -> None:
    linked(tmp_path, "b1", capture("a", 0, "1명이 다쳤다."), capture("b", 2, "2명이 다쳤다.", title="창고 큰불"))
    linked(tmp_path, "b2", capture("c", 4, "2명이 다쳤다", title="창고 큰불"))  # a full stop: nobody's concern
    (file,) = [one for one in views.read(SQL) if one.name == "what_was_silently_changed"]
    (found,) = asked(tmp_path, file.body)
    assert found[2:] == ("창고 불", "1명이", "2명이", 0, 2.0)
