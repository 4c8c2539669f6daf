"""What a person with a question must never be able to do, and what every question must be able to do."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.lake import batches, catalog, views
from flows.lake.ask import QuestionError, answer, asking, one_state
from flows.lake.tables import SOURCES
from flows.steps.publishing import SQL
from tests.lake.test_batches import source


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    with batches.writing(folder, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one")])])
        views.publish(writer.connection, views.read(SQL))
    other = sqlite3.connect(folder / "secret.sqlite")
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    (folder / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def connection(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with asking(lake) as opened:
        yield opened


@pytest.mark.parametrize(
    "sql",
    [
        "FROM sources",
        "SELECT name FROM lake.raw.sources",
        "FROM mart.completeness",
        "DESCRIBE sources",
        "SHOW TABLES",
        "SUMMARIZE raw.sources",
        "SELECT unnest([1, 2])",
        "FROM range(3)",
        "FROM lake.snapshots()",
        "WITH a AS (SELECT 1 AS x) FROM a",
        "PIVOT (SELECT 'a' AS k, 1 AS v) ON k IN ('a') USING sum(v)",
    ],
)
def test_a_reading_question_is_answered(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    answer(connection, sql).fetchall()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DROP TABLE raw.sources", "Only questions"),
        ("INSERT INTO raw.sources SELECT * FROM raw.sources", "Only questions"),
        ("COPY (SELECT 1) TO '{lake}/files/x.csv'", "Only questions"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{lake}/files/x.csv'", "Only questions"),
        ("ATTACH '{lake}/secret.sqlite' (TYPE sqlite)", "Only questions"),
        ("CALL sqlite_attach('{lake}/secret.sqlite')", "Only questions"),
        ("SET enable_external_access = true", "Only questions"),
        ("INSTALL httpfs", "Only questions"),
        ("SELECT 1; DROP TABLE raw.sources", "One statement"),
        ("FROM sqlite_scan('{lake}/secret.sqlite', 't')", "sqlite_scan"),
        ("SELECT (SELECT count(*) FROM sqlite_scan('{lake}/secret.sqlite', 't'))", "sqlite_scan"),
        ("WITH a AS (FROM sqlite_scan('{lake}/secret.sqlite', 't')) FROM a", "sqlite_scan"),
        ("DESCRIBE FROM sqlite_scan('{lake}/secret.sqlite', 't')", "sqlite_scan"),
        ("FROM read_text('{lake}/secret.txt')", "read_text"),
        ("FROM read_csv('{lake}/secret.txt')", "read_csv"),
        ("FROM glob('{lake}/*')", "glob"),
        ("FROM query('SELECT 1')", "query"),
        ("FROM '{lake}/secret.csv'", "."),
        ("FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)", "ducklake_delete_orphaned_files"),
        ("FROM sourcez", "sources"),
        ("SELECT nmae FROM sources", "name"),
        ("SELEC 1", "syntax error"),
        ("", "One statement"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(
    connection: duckdb.DuckDBPyConnection, lake: Path, sql: str, says: str
) -> None:
    with pytest.raises(QuestionError, match=says):
        answer(connection, sql.replace("{lake}", str(lake))).fetchall()
    assert not (catalog.files_path(lake) / "x.csv").exists()


def test_a_question_cannot_loosen_its_own_connection(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error, match="locked"):
        connection.execute("SET enable_external_access = true")
    with pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("CREATE TABLE lake.raw.mine (x INTEGER)")


def test_questions_over_one_state_do_not_see_what_is_committed_meanwhile(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one")])])
        with asking(tmp_path) as connection:
            count = "SELECT count(*) FROM lake.raw.sources"
            with one_state(connection):
                assert connection.execute(count).fetchone() == (1,)
                writer.commit_rows("test", "run", "b2", [(SOURCES, [source("two")])])
                assert connection.execute(count).fetchone() == (1,)
            assert connection.execute(count).fetchone() == (2,)
