"""Views are built whole or not at all, and a view that breaks its key is never seen."""

from pathlib import Path

import duckdb
import pytest

from flows.lake import batches, catalog, views
from flows.lake.schema import BrokenPromiseError
from flows.lake.tables import SOURCES
from flows.lake.view_checks import Filled, has_run_dry
from tests.lake.test_batches import source


def sql(folder: Path, name: str, text: str) -> None:
    path = folder / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lines(what: str = "x", reads: str = "raw.sources", key: str = "name") -> str:
    return f"-- what:   {what}\n-- grain:  one row\n-- key:    {key}\n-- reads:  {reads}\n-- column name: its name\n"


def test_a_view_that_reads_a_view_comes_after_it(tmp_path: Path) -> None:
    sql(tmp_path, "mart/a", lines(reads="mart.b") + "SELECT name FROM lake.mart.b")
    sql(tmp_path, "mart/b", lines() + "SELECT name FROM lake.raw.sources;\n")
    assert [file.name for file in views.read(tmp_path)] == ["mart.b", "mart.a"]


def test_a_file_without_a_header_is_named(tmp_path: Path) -> None:
    sql(tmp_path, "mart/a", "SELECT 1")
    with pytest.raises(BrokenPromiseError, match=r"a\.sql: the header has no line"):
        views.read(tmp_path)


def test_a_view_whose_key_comes_twice_is_not_published_and_readers_keep_the_old_one(tmp_path: Path) -> None:
    sql(tmp_path / "sql", "mart/a", lines() + "SELECT name FROM lake.raw.sources")
    with batches.writing(tmp_path / "lake", "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one"), source("two")])])
        views.publish(writer.connection, views.read(tmp_path / "sql"))
        sql(tmp_path / "sql", "mart/a", lines() + "SELECT 'same' AS name FROM lake.raw.sources")
        with pytest.raises(BrokenPromiseError, match=r"mart\.a: its key \(name\) is not unique"):
            views.publish(writer.connection, views.read(tmp_path / "sql"))
    connection = catalog.read(tmp_path / "lake")
    assert connection.execute("SELECT name FROM lake.mart.a ORDER BY name").fetchall() == [("one",), ("two",)]


def test_a_view_that_cannot_be_built_leaves_all_others_as_they_were(tmp_path: Path) -> None:
    sql(tmp_path / "sql", "mart/a", lines() + "SELECT name FROM lake.raw.sources")
    with batches.writing(tmp_path / "lake", "test") as writer:
        views.publish(writer.connection, views.read(tmp_path / "sql"))
        sql(tmp_path / "sql", "mart/a", lines() + "SELECT name, 1 AS extra FROM lake.raw.sources")
        sql(tmp_path / "sql", "mart/b", lines() + "SELECT nothing FROM lake.raw.sources")
        with pytest.raises(BrokenPromiseError, match=r"mart\.b cannot be built"):
            views.publish(writer.connection, views.read(tmp_path / "sql"))
        described = writer.connection.execute("DESCRIBE lake.mart.a").fetchall()
    assert [row[0] for row in described] == ["name"]


def test_a_view_whose_file_is_gone_goes_too(tmp_path: Path) -> None:
    sql(tmp_path / "sql", "mart/a", lines() + "SELECT name FROM lake.raw.sources")
    sql(tmp_path / "sql", "mart/b", lines() + "SELECT name FROM lake.raw.sources")
    with batches.writing(tmp_path / "lake", "test") as writer:
        views.publish(writer.connection, views.read(tmp_path / "sql"))
        (tmp_path / "sql/mart/b.sql").unlink()
        views.publish(writer.connection, views.read(tmp_path / "sql"))
        found = writer.connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE database_name = 'lake' AND schema_name = 'mart'"
        ).fetchall()
    assert found == [("a",)]


def test_a_macro_is_there_for_whoever_attaches_the_lake(tmp_path: Path) -> None:
    text = "-- what:   sources by name\n-- reads:  raw.sources\n-- macro:  called(wanted := 'one')\n"
    sql(tmp_path / "sql", "macros/called", text + "SELECT name FROM lake.raw.sources WHERE name = wanted")
    with batches.writing(tmp_path / "lake", "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one"), source("two")])])
        views.publish(writer.connection, views.read(tmp_path / "sql"))
    connection = catalog.read(tmp_path / "lake")
    assert connection.execute("FROM lake.mart.called(wanted := 'two')").fetchall() == [("two",)]


def test_a_macro_goes_by_its_short_name_too_and_goes_away_with_its_file(tmp_path: Path) -> None:
    sql(tmp_path / "sql", "macros/called", "-- what:   one\n-- macro:  called(wanted := 'one')\nSELECT wanted AS name")
    with batches.writing(tmp_path / "lake", "test") as writer:
        con = writer.connection
        views.publish(con, views.read(tmp_path / "sql"))
        assert con.execute("FROM lake.called()").fetchall() == [("one",)]
        (tmp_path / "sql/macros/called.sql").unlink()
        views.publish(con, views.read(tmp_path / "sql"))
        with pytest.raises(duckdb.CatalogException):
            con.execute("FROM lake.called()")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("-- macro:  called(wanted := NULL)\n", "default cannot be NULL"),
        ("-- macro:  called(wanted)\n-- example: called('x')\n-- column other: x\n", "its header says"),
    ],
)
def test_a_macro_that_breaks_its_header_is_not_published(tmp_path: Path, header: str, says: str) -> None:
    sql(tmp_path / "sql", "macros/called", f"-- what:   one\n{header}SELECT wanted AS name")
    with batches.writing(tmp_path / "lake", "test") as writer, pytest.raises(BrokenPromiseError, match=says):
        views.publish(writer.connection, views.read(tmp_path / "sql"))
    catalog.read(tmp_path / "lake").close()


@pytest.mark.parametrize(
    ("promise", "says"),
    [
        ("-- rule:   name <> 'two'\n", r"mart\.a: 1 of 2 rows break the rule `name <> 'two'`"),
        ("-- sum:    count(*) = (SELECT count(*) + 1 FROM lake.raw.sources)\n", r"mart\.a: the counts do not add up"),
    ],
)
def test_rows_that_break_a_rule_and_counts_that_do_not_add_up_are_never_seen(
    tmp_path: Path, promise: str, says: str
) -> None:
    sql(tmp_path / "sql", "mart/a", lines() + "SELECT name FROM lake.raw.sources WHERE name = 'one'")
    with batches.writing(tmp_path / "lake", "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one"), source("two")])])
        views.publish(writer.connection, views.read(tmp_path / "sql"))
        sql(tmp_path / "sql", "mart/a", lines() + promise + "SELECT name FROM lake.raw.sources")
        with pytest.raises(BrokenPromiseError, match=says):
            views.publish(writer.connection, views.read(tmp_path / "sql"))
    assert catalog.read(tmp_path / "lake").execute("SELECT name FROM lake.mart.a").fetchall() == [("one",)]


def test_a_column_that_lost_all_its_values_is_not_published_until_it_is_said_to_be_meant(tmp_path: Path) -> None:
    with batches.writing(tmp_path / "lake", "test") as writer:
        con = writer.connection
        sql(tmp_path / "sql", "mart/a", lines() + "SELECT name, kind FROM lake.raw.sources")
        views.publish(con, views.read(tmp_path / "sql"))  # a lake without a row breaks no promise
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source(str(number)) for number in range(20)])])
        views.publish(con, views.read(tmp_path / "sql"))
        sql(tmp_path / "sql", "mart/a", lines() + "SELECT name, NULL::VARCHAR AS kind FROM lake.raw.sources")
        with pytest.raises(BrokenPromiseError, match=r"mart\.a: the column kind is null in all 20 rows"):
            views.publish(con, views.read(tmp_path / "sql"))
        assert con.execute("SELECT count(kind) FROM lake.mart.a").fetchone() == (20,)
        views.publish(con, views.read(tmp_path / "sql"), accept_empty=["mart.a.kind"])
        views.publish(con, views.read(tmp_path / "sql"))  # from then on it is as it is meant to be
        kept = con.execute('SELECT "column", value_count FROM lake.ops.view_columns ORDER BY checked_at, 1').fetchall()
    assert kept == [("kind", 20), ("name", 20), ("kind", 0)]


@pytest.mark.parametrize(
    ("had", "rows", "is_dry"),
    [
        (None, 100, False),  # a new column
        (Filled("v", "c", 100, 0), 100, False),  # never had any
        (Filled("v", "c", 100, 1), 100, False),  # the one article that had it was taken down
        (Filled("v", "c", 100, 60), 0, False),  # no rows, no promise
        (Filled("v", "c", 3, 3), 3, False),  # three rows are too few to tell
        (Filled("v", "c", 100, 60), 100, True),
        (Filled("v", "c", 100_000, 300), 110_000, True),  # rare, but of so many rows some should have it
    ],
)
def test_only_what_would_hardly_be_empty_by_chance_stops_a_run(had: Filled | None, rows: int, is_dry: bool) -> None:
    assert has_run_dry(had, Filled("v", "c", rows, 0)) is is_dry
