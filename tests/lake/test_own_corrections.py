"""What a later reading says otherwise: an analyst whose figure moved sees which articles moved it, and when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.extraction.article import Article, Outcome
from flows.lake import batches, views
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps.publishing import SQL
from flows.steps.reading import row
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

NOW = datetime(2026, 3, 5, tzinfo=UTC)


def reading(name: str, extractor: str, hours: int, **said: object) -> dict[str, object]:
    """One reading of a capture, some hours after the first."""
    at = NOW + timedelta(hours=hours)
    article = Article(
        id=name, input=name, outcome=Outcome.OK, title="새 다리 놓는다", body=("느티시가 다리를 놓는다.",)
    )
    return {**row(unread(capture_id=name), article, at), "extractor": extractor, **said}


def test_each_field_that_a_later_reading_tells_otherwise_is_a_row_with_the_state_that_brought_it(
    tmp_path: Path,
) -> None:
    first = [reading("moved", "reader/1", 0, rights_ai_training=None), reading("same", "reader/1", 0)]
    body = {"body": ["느티시가 다리를 놓았다."], "body_chars": 13}
    second = [
        reading("moved", "reader/2", 9, title="새 다리 놓았다", rights_ai_training="prohibited", **body),
        reading("same", "reader/2", 9),
    ]
    with batches.writing(tmp_path, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("neuti")]), (ARTICLES, first)])
        writer.commit_rows("test", "run", "b2", [(ARTICLES, second)])
        views.publish(writer.connection, [file for file in views.read(SQL) if file.name == "mart.own_corrections"])
        ask = writer.connection.execute
        told = ask(
            "SELECT capture_id, field, old_value, new_value, old_extractor, extractor, corrected_at, snapshot_id "
            "FROM lake.mart.own_corrections ORDER BY field"
        ).fetchall()
        (state,) = {one[7] for one in told}
        before = ask(f"SELECT count(*) FROM lake.staging.articles AT (VERSION => {state - 1})").fetchone()
    assert [one[:4] for one in told if one[1] != "body"] == [
        ("moved", "rights_ai_training", None, "prohibited"),
        ("moved", "title", "새 다리 놓는다", "새 다리 놓았다"),
    ]
    (changed,) = [one for one in told if one[1] == "body"]
    assert changed[2].startswith("13 characters")
    assert changed[3].startswith("13 characters")
    assert changed[2] != changed[3]
    assert {one[4:7] for one in told} == {("reader/1", "reader/2", NOW + timedelta(hours=9))}
    assert before == (2,)
