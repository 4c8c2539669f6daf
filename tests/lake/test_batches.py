"""What a lake must keep: a batch once, whole or not at all, with bytes that can be checked."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.lake import batches, catalog, lock
from flows.lake.schema import BrokenPromiseError
from flows.lake.tables import SOURCES, TABLES, Table

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def source(name: str) -> dict[str, object]:
    return {
        "source_id": name,
        "digest": "d",
        "name": name,
        "kind": "publisher",
        "timezone": "Asia/Seoul",
        "is_sample": False,
        "loaded_at": NOW,
    }


def commit(writer: batches.Writer, batch: str, *names: str) -> bool:
    return writer.commit_rows("test", "run", batch, [(SOURCES, [source(name) for name in names])])


def names(lake: Path) -> list[str]:
    connection = catalog.read(lake)
    return [name for (name,) in connection.execute("SELECT name FROM lake.raw.sources ORDER BY name").fetchall()]


def test_a_batch_is_committed_once_and_a_retry_changes_nothing(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        assert commit(writer, "b1", "one", "two") is True
        assert commit(writer, "b1", "one", "two") is False
    assert names(tmp_path) == ["one", "two"]
    assert list(batches.incoming_path(tmp_path).glob("*")) == []


def test_a_key_that_the_lake_holds_is_refused_and_nothing_is_half_written(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        commit(writer, "b1", "one")
        with pytest.raises(BrokenPromiseError, match=r"raw\.sources: 1 rows have a key"):
            commit(writer, "b2", "two", "one")
    assert names(tmp_path) == ["one"]


def test_a_key_twice_in_one_batch_is_refused_by_table_name(tmp_path: Path) -> None:
    with (
        batches.writing(tmp_path, "test") as writer,
        pytest.raises(BrokenPromiseError, match=r"raw\.sources: key .* is not unique"),
    ):
        commit(writer, "b1", "one", "one")


def test_a_file_whose_bytes_changed_on_the_way_is_refused(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        file = batches.write(tmp_path, SOURCES, [source("one")], "b1")
        data = bytearray(file.path.read_bytes())
        data[40] ^= 1
        file.path.write_bytes(data)
        with pytest.raises(BrokenPromiseError, match="SHA-256"):
            writer.commit("test", "run", "b1", [file])
    assert names(tmp_path) == []


def test_a_creation_that_was_killed_is_finished_with_inlining_off(tmp_path: Path) -> None:
    catalog.files_path(tmp_path).mkdir(parents=True)
    catalog._attached(tmp_path, ["META_JOURNAL_MODE 'WAL'"]).close()
    with batches.writing(tmp_path, "test") as writer:
        options = writer.connection.execute("FROM lake.options()").fetchall()
    assert ("data_inlining_row_limit", "0") in [(row[0], str(row[2])) for row in options]


def test_a_lake_that_was_moved_is_read_from_where_it_is_now(tmp_path: Path) -> None:
    with batches.writing(tmp_path / "here", "test") as writer:
        commit(writer, "b1", "one")
    (tmp_path / "here").rename(tmp_path / "there")
    assert names(tmp_path / "there") == ["one"]


def test_a_lake_newer_than_the_code_is_left_alone(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        writer.connection.execute(f"INSERT INTO lake.ops.format VALUES ({catalog.FORMAT + 1})")
    before = sorted(path.name for path in tmp_path.rglob("*.parquet"))
    with pytest.raises(catalog.LakeError, match=f"format {catalog.FORMAT + 1}"), batches.writing(tmp_path, "test"):
        pass
    with pytest.raises(catalog.LakeError, match="nothing was touched"):
        catalog.read(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == before


def test_an_older_lake_gets_the_columns_it_lacks_and_keeps_its_rows(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        commit(writer, "b1", "one")
        writer.connection.execute("ALTER TABLE lake.raw.sources DROP COLUMN name_en")
    with batches.writing(tmp_path, "test") as writer:
        commit(writer, "b2", "two")
    connection = catalog.read(tmp_path)
    assert connection.execute("SELECT name, name_en FROM lake.raw.sources ORDER BY name").fetchall() == [
        ("one", None),
        ("two", None),
    ]


def test_no_lake_yet_is_a_sentence_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(catalog.LakeError, match="sillok run --sample"):
        catalog.read(tmp_path)


def test_a_file_that_is_no_catalogue_is_a_sentence(tmp_path: Path) -> None:
    catalog.catalog_path(tmp_path).write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(catalog.LakeError, match="cannot be opened"):
        catalog.read(tmp_path)


def test_the_second_writer_leaves_within_two_seconds_and_names_the_first(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from flows.lake import lock\n"
        "with lock.held(Path(sys.argv[1]), 'the first'):\n    print('held', flush=True); time.sleep(60)"
    )
    first = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert first.stdout.readline().strip() == "held"
        assert lock.PATIENCE_SECONDS < 2
        with pytest.raises(lock.LockedError, match=rf"the first \(process {first.pid}"), lock.held(tmp_path, "second"):
            pass
    finally:
        first.kill()
        first.wait()
    with lock.held(tmp_path, "after the kill"):  # the kernel dropped the dead holder's lock
        assert json.loads((tmp_path / "writer.lock").read_text())["pid"] == os.getpid()


def test_a_flow_made_of_flows_shares_one_writer(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "outer") as outer, batches.writing(tmp_path, "inner") as inner:
        assert inner is outer
        commit(inner, "b1", "one")
    assert names(tmp_path) == ["one"]


KILLED = """
import os, sys
from pathlib import Path
from flows.lake import batches
from tests.lake.test_batches import commit
real = batches.Writer._transact
def killed(self, *given):
    if given[1] == "b1":
        os.kill(os.getpid(), 9)
    return real(self, *given)
batches.Writer._transact = killed
with batches.writing(Path(sys.argv[1]), "victim") as writer:
    commit(writer, "b0", "zero")
    commit(writer, "b1", "one")
"""


def test_a_kill_before_the_commit_leaves_nothing_and_the_rerun_completes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, check=False)
    assert done.returncode == -9
    assert names(tmp_path) == ["zero"]
    with batches.writing(tmp_path, "again") as writer:
        assert list(batches.incoming_path(tmp_path).glob("*")) == []  # the killed run's leftovers are gone
        assert commit(writer, "b1", "one") is True
    assert names(tmp_path) == ["one", "zero"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_and_a_full_frame_of_every_table_fit_the_catalogue(tmp_path: Path, table: Table) -> None:
    described = {}
    with batches.writing(tmp_path, "test") as writer:
        for name, kind, *_ in writer.connection.execute(f"DESCRIBE lake.{table.name}").fetchall():
            described[name] = kind
    frame = table.frame([])
    local = duckdb.connect()
    local.execute("SET TimeZone='UTC'")
    told = {row[0]: row[1] for row in local.execute("DESCRIBE SELECT * FROM frame").fetchall()}
    assert isinstance(frame, pl.DataFrame)
    assert described == told


def test_a_row_with_an_undeclared_column_is_a_broken_promise() -> None:
    with pytest.raises(BrokenPromiseError, match=r"raw\.sources: undeclared column colour"):
        SOURCES.frame([{**source("one"), "colour": "red"}])
