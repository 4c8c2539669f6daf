"""docs/tables.md is what the lake really holds: a wrong document is a defect."""

from pathlib import Path

import pytest

from flows.lake import batches, views
from flows.steps.publishing import SQL
from flows.steps.tables_page import page

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """View -> its columns as DuckDB describes them."""
    lake = tmp_path_factory.mktemp("lake")
    files = views.read(SQL)
    with batches.writing(lake, "test") as writer:
        views.publish(writer.connection, files)
        return {
            file.name: [row[0] for row in writer.connection.execute(f"DESCRIBE lake.{file.name}").fetchall()]
            for file in files
            if file.kind in views.VIEW_SCHEMAS
        }


def test_the_page_is_what_the_declarations_say() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize("file", [f for f in views.read(SQL) if f.kind == "mart"], ids=lambda f: f.name)
def test_a_mart_view_has_the_columns_of_its_header_in_order(
    file: views.SqlFile, published: dict[str, list[str]]
) -> None:
    assert published[file.name] == list(file.columns)
    assert file.grain
    assert file.key


def test_every_view_states_what_it_reads(published: dict[str, list[str]]) -> None:
    for file in views.read(SQL):
        if file.kind in views.VIEW_SCHEMAS:
            read = {name for name in file.reads if f"lake.{name}" in file.body}
            assert read == set(file.reads), file.name
            assert file.body.count("lake.") >= len(file.reads)


def test_column_comments_reach_whoever_attaches_the_lake(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        rows = writer.connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE database_name = 'lake' AND table_name = 'captures' "
            "AND column_name = 'warc_offset'"
        ).fetchall()
    assert rows == [("where the record begins, bytes",)]
