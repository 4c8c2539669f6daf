"""The corpus as it stood: yesterday's count can be asked again today."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from flows.lake import batches, catalog
from flows.lake.ask import answer, asking
from flows.lake.asof import instant_or_snapshot
from flows.lake.catalog import LakeError
from flows.lake.tables import SOURCES
from flows.steps import publishing
from tests.conftest import sillok
from tests.lake.test_batches import source


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one source at first, two later."""
    folder = tmp_path_factory.mktemp("lake")
    with batches.writing(folder, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("one")])])
        publishing.publish(writer)
        writer.commit_rows("test", "run", "b2", [(SOURCES, [source("two")])])
    return folder


@pytest.fixture(scope="module")
def states(lake: Path) -> dict[str, tuple[int, datetime]]:
    """Batch -> its snapshot and instant, as mart.snapshots lists them."""
    with asking(lake) as connection:
        rows = connection.execute("SELECT message, snapshot_id, committed_at FROM snapshots").fetchall()
    return {message: (number, at) for message, number, at in rows}


def names(lake: Path, as_of: int | datetime | None) -> list[str]:
    with asking(lake, as_of) as connection:
        return [name for (name,) in answer(connection, "SELECT name FROM sources ORDER BY name").fetchall()]


def test_a_question_is_answered_as_the_corpus_stood_at_a_snapshot_or_an_instant(
    lake: Path, states: dict[str, tuple[int, datetime]]
) -> None:
    number, at = states["b2"]
    assert names(lake, None) == names(lake, number) == names(lake, at) == ["one", "two"]
    assert names(lake, number - 1) == names(lake, at - timedelta(microseconds=1)) == ["one"]


@pytest.mark.parametrize("as_of", [99_999, datetime(2020, 1, 1, tzinfo=UTC)], ids=str)
def test_a_state_that_the_lake_never_had_is_told(lake: Path, as_of: int | datetime) -> None:
    with pytest.raises(LakeError, match=r"has no such state .* lists those that it has"):
        names(lake, as_of)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("17", 17),
        ("2026-01-01T00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01 09:00+09:00", datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))),
    ],
)
def test_instants_and_snapshots_are_told_apart(text: str, means: int | datetime) -> None:
    assert instant_or_snapshot(text) == means


@pytest.mark.parametrize("text", ["yesterday", "-1", "2026-13-01", "", "1' OR 1=1"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(LakeError, match="is no time"):
        instant_or_snapshot(text)


def test_the_command_line_asks_as_of(lake: Path, states: dict[str, tuple[int, datetime]]) -> None:
    done = sillok(lake, "sql", "SELECT count(*) FROM sources", "-f", "csv", "--as-of", str(states["b2"][0] - 1))
    assert (done.returncode, done.stdout.split()) == (0, ["count_star()", "1"])
    done = sillok(lake, "sql", "FROM sources", "--as-of", "2020-01-01")
    assert done.returncode == 2
    assert "no such state" in " ".join(done.stderr.split())


@pytest.fixture
def plain(lake: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A client that knows DuckDB and nothing of Sillok, as docs/asking.md shows it."""
    connection = catalog.read(lake)
    yield connection
    connection.close()


def test_plain_clients_ask_as_of_in_sql(
    plain: duckdb.DuckDBPyConnection, lake: Path, states: dict[str, tuple[int, datetime]]
) -> None:
    number, at = states["b2"]
    by_number = f"SELECT count(*) FROM lake.raw.sources AT (VERSION => {number - 1})"
    by_time = f"SELECT count(*) FROM lake.raw.sources AT (TIMESTAMP => TIMESTAMPTZ '{at - timedelta(microseconds=1)}')"
    assert plain.execute(by_number).fetchone() == plain.execute(by_time).fetchone() == (1,)
    plain.execute(
        f"ATTACH 'ducklake:sqlite:{catalog.catalog_path(lake)}' AS before (DATA_PATH '{catalog.files_path(lake)}/', "
        f"OVERRIDE_DATA_PATH true, READ_ONLY, SNAPSHOT_VERSION {number - 1})"
    )
    assert plain.execute("SELECT count(*) FROM before.raw.sources").fetchone() == (1,)
