"""Tables that keep what a view says hold exactly that after every publishing: a count that is behind is a wrong one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.lake import kept
from flows.lake.batches import Writer, writing
from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.tables import ARTICLES
from flows.lake.views import read
from flows.steps import publishing
from tests.steps.made_lake import BEGINS_AT, OPEN, SILENT, article, fill

KEPT = {file.name: file for file in read(publishing.SQL) if file.is_kept}


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """The made lake, published; then an article is read again with another headline and one row of copies goes."""
    with writing(tmp_path_factory.mktemp("lake"), "test") as opened:
        fill(opened)
        yield opened


def differences(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """View -> rows that its table has and the view worked out from nothing has not, or the other way round."""
    found = {}
    for name in KEPT:
        one, other = f"FROM lake.{name}", f"FROM lake.{kept.anew(name)}"
        found[name] = connection.execute(f"({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})").fetchall()
    return {name: rows for name, rows in found.items() if rows}


def test_every_kept_table_belongs_to_a_view_and_comes_after_what_that_view_reads() -> None:
    assert {kept.table_of(name) for name in KEPT} == {table.name for table in KEPT_TABLES}
    place = {table.name: at for at, table in enumerate(KEPT_TABLES)}
    for name, file in KEPT.items():
        for other in KEPT.keys() & set(file.reads):
            assert place[kept.table_of(other)] < place[kept.table_of(name)], f"{name} reads {other}"


def test_what_is_kept_follows_a_publishing_rows_lost_or_falsified_too_and_a_second_one_writes_nothing(
    writer: Writer,
) -> None:
    con = writer.connection
    again = article(0, OPEN, title="다리를 닫는다", captured_at=BEGINS_AT + timedelta(days=9), capture_id="urn:again")
    writer.commit_rows("made", "run", "again", [(ARTICLES, [again])])
    con.execute("DELETE FROM lake.staging.copy_groups")
    behind = differences(con)
    assert {"staging.capture_texts", "mart.syndication"} <= behind.keys()
    title = f"SELECT title FROM lake.mart.articles WHERE article_id = '{OPEN}'"
    assert con.execute(title).fetchall() == [("=제목 0",)]  # until it is published, all marts show what was
    con.execute(f"DELETE FROM lake.staging.kept_article_facts WHERE article_id = '{SILENT}'")
    con.execute("UPDATE lake.staging.kept_coverage SET publisher = NULL")
    publishing.publish(writer)
    assert not differences(con)
    assert con.execute(title).fetchall() == [("다리를 닫는다",)]
    files = "SELECT count(*) FROM __ducklake_metadata_lake.ducklake_data_file"
    before = con.execute(files).fetchone()
    publishing.publish(writer)
    assert con.execute(files).fetchone() == before


def test_without_a_publishing_all_kept_tables_can_be_brought_up_within_a_transaction(writer: Writer) -> None:
    con = writer.connection
    con.execute("BEGIN")
    con.execute(f"DELETE FROM lake.staging.articles WHERE article_id = '{SILENT}'")
    kept.bring_all_up(con)
    assert not differences(con)
    assert con.execute("SELECT sum(article_count)::INTEGER FROM lake.mart.coverage").fetchone() == (4,)
    con.execute("ROLLBACK")
    assert con.execute("SELECT sum(article_count)::INTEGER FROM lake.mart.coverage").fetchone() == (5,)


def test_a_lake_whose_views_were_never_published_has_nothing_to_be_brought_up(tmp_path: Path) -> None:
    with writing(tmp_path, "test") as opened:
        kept.bring_all_up(opened.connection)
        assert opened.connection.execute("SELECT count(*) FROM lake.staging.kept_article_facts").fetchone() == (0,)
