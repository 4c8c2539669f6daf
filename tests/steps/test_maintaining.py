"""Upkeep: files become few and large, old states and leftovers go, and no answer changes within the days kept."""

import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.lake import catalog, maintaining
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.lake.lock import LockedError, held
from flows.steps import takedown
from flows.steps.maintaining import Part, parts
from flows.steps.takedown import Asked, Kind
from tests.steps.made_lake import ASK, OPEN, SILENT, VERDICTS, made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five batches of annotations, a small file each and table."""
    return made(tmp_path_factory.mktemp("made") / "lake")


def run(lake: Path, **days: int) -> dict[tuple[str, str], int]:
    return {(count.what, count.outcome): count.count for part in parts(lake, "run", **days) for count in part.counts}


def answers(lake: Path, as_of: int | None = None) -> list[tuple[object, ...]]:
    connection = catalog.read(lake, as_of)
    return [
        connection.execute(f"SELECT * FROM lake.{name} ORDER BY ALL").fetchall()  # type: ignore[misc]
        for name in ("staging.articles", "staging.people", "staging.quotes", "staging.keywords", "mart.articles")
    ]


def test_upkeep_makes_few_files_of_many_and_changes_no_answer_now_or_as_of_a_day_that_is_kept(lake: Path) -> None:
    before = answers(lake)
    connection = catalog.read(lake)
    (snapshot,) = connection.execute("SELECT id FROM lake.current_snapshot()").fetchone() or (None,)
    connection.close()
    counts = run(lake)
    assert counts["Parquet files", "merged"] >= len(VERDICTS)
    assert counts["snapshots", "expired"] == counts["Parquet files", "removed"] == 0
    assert ("snapshots", "expired for a takedown") not in counts
    assert answers(lake) == answers(lake, snapshot) == before
    assert run(lake)["Parquet files", "merged"] == 0


def test_a_file_that_a_killed_commit_left_goes_after_some_days_and_not_while_it_may_be_under_way(lake: Path) -> None:
    folder = catalog.files_path(lake) / "staging" / "people"
    old, young = folder / "left-over.parquet", folder / "under-way.parquet"
    for path in (old, young):
        path.write_bytes(next(folder.glob("*.parquet")).read_bytes())
    week_ago = time.time() - 7 * 86_400
    os.utime(old, (week_ago, week_ago))
    assert run(lake)["Parquet files", "orphans removed"] == 1
    assert (old.exists(), young.exists()) == (False, True)
    young.unlink()


def test_bytes_are_told_before_and_after(lake: Path) -> None:
    told = [part for part in parts(lake, "run") if part.says == "measured"]
    assert [{count.what for count in part.counts} for part in told] == [{"bytes before"}, {"bytes after"}]
    assert all(isinstance(part, Part) and part.counts[1].count > 0 for part in told)


def test_no_lake_and_a_lake_that_is_being_written_are_sentences(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="nothing to maintain"):
        list(parts(tmp_path / "none", "run"))
    assert not (tmp_path / "none").exists()
    with held(lake, "another run"), pytest.raises(LockedError, match="another run"):
        list(parts(lake, "run"))


def test_states_and_files_older_than_their_days_go_and_younger_ones_stay(lake: Path) -> None:
    before = answers(lake)
    run(lake)
    with writing(lake, "test") as writer:
        now = datetime.now(UTC)
        assert maintaining.expire(writer.connection, now - timedelta(days=1)) == 0
        assert maintaining.expire(writer.connection, now) > 0
        assert maintaining.remove_unneeded(writer.connection, now - timedelta(days=1)) == 0
        size = sum(path.stat().st_size for path in catalog.files_path(lake).rglob("*") if path.is_file())
        assert maintaining.remove_unneeded(writer.connection, datetime.now(UTC)) > 0
    assert sum(path.stat().st_size for path in catalog.files_path(lake).rglob("*") if path.is_file()) < size
    assert answers(lake) == before


def test_an_article_whose_only_copy_was_taken_down_is_in_no_group_and_the_catalogue_keeps_no_greatest_value_of_it(
    lake: Path,
) -> None:
    urls = ("https://paper.example/3", "https://paper.example/4")
    with writing(lake, "test") as writer:
        copies = "SELECT article_id FROM lake.mart.syndication ORDER BY 1"
        assert writer.connection.execute(copies).fetchall() == [(OPEN,), (SILENT,)]
        takedown.take_down(writer, Asked(Kind.URLS, urls, "why", "court"), "run")
        assert writer.connection.execute(copies).fetchall() == []
    run(lake)
    connection = sqlite3.connect(catalog.catalog_path(lake))
    kept = "SELECT table_name FROM ducklake_table_column_stats JOIN ducklake_table USING (table_id) WHERE max_value = ?"
    assert {name for (name,) in connection.execute(kept, [ASK])} <= {"tombstones"}
    connection.close()
