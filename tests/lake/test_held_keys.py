"""A commit is held against the keys of its tables from memory: nothing twice, and nothing refused that is new."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.lake import batches, held_keys
from flows.lake.batches import BatchFile, Writer, write_frame, writing
from flows.lake.schema import BrokenPromiseError
from flows.lake.tables import BY_NAME
from flows.lake.transaction import change

TOMBSTONES = BY_NAME["ops.tombstones"]


def rows(lake: Path, order: str, values: list[str], batch: str) -> BatchFile:
    """A file of tombstones: a table of three columns, all of them its key."""
    frame = pl.DataFrame({"order_id": order, "kind": "url", "value": values}, schema=dict(TOMBSTONES.schema))
    return write_frame(lake, TOMBSTONES, frame, batch)


def commit(writer: Writer, order: str, values: list[str], batch: str) -> bool:
    return writer.commit("takedown", "run", batch, [rows(writer.lake, order, values, batch)])


def held(writer: Writer) -> int:
    row = writer.connection.execute("SELECT count(*) FROM lake.ops.tombstones").fetchone()
    return int(row[0]) if row else 0


def test_a_key_of_an_earlier_commit_is_refused_in_the_same_run_and_in_the_next(tmp_path: Path) -> None:
    with writing(tmp_path / "lake", "one") as writer:
        assert commit(writer, "a", ["1", "2"], "b1")
        with pytest.raises(BrokenPromiseError, match="1 rows have a key"):
            commit(writer, "a", ["2", "3"], "b2")
    with writing(tmp_path / "lake", "another") as writer:
        with pytest.raises(BrokenPromiseError, match="2 rows have a key"):
            commit(writer, "a", ["1", "2", "4"], "b3")
        assert held(writer) == 2


def test_rows_that_something_else_brought_or_took_are_known(tmp_path: Path) -> None:
    """A takedown, a merge or a repair changes tables beside the batches."""
    with writing(tmp_path / "lake", "one") as writer:
        assert commit(writer, "a", ["1"], "b1")
        change(writer.connection, "INSERT INTO lake.ops.tombstones VALUES ('a', 'url', '2')")
        with pytest.raises(BrokenPromiseError):
            commit(writer, "a", ["2"], "b2")
        change(writer.connection, "DELETE FROM lake.ops.tombstones WHERE value = '1'")
        assert commit(writer, "a", ["1"], "b3")
        assert held(writer) == 2


def test_two_keys_of_one_hash_are_told_apart_by_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (held_keys, batches):
        monkeypatch.setattr(module, "hashes", lambda _table, _keys: np.array([7], dtype=np.uint64))
    with writing(tmp_path / "lake", "one") as writer:
        assert commit(writer, "a", ["1"], "b1")
        assert commit(writer, "a", ["2"], "b2")
        with pytest.raises(BrokenPromiseError):
            commit(writer, "a", ["2"], "b3")
        assert not commit(writer, "a", ["1"], "b1"), "its batch is in the lake already"


def test_what_is_new_is_told_from_what_the_table_holds(tmp_path: Path) -> None:
    def offered(*values: str) -> pl.DataFrame:
        return pl.DataFrame({"order_id": "a", "kind": "url", "value": values}, schema=dict(TOMBSTONES.schema)).select(
            TOMBSTONES.key
        )

    with writing(tmp_path / "lake", "one") as writer:
        assert commit(writer, "a", ["1", "2"], "b1")
        assert writer.unheld(TOMBSTONES, offered("2", "3", "1", "4"))["value"].sort().to_list() == ["3", "4"]
        assert writer.unheld(TOMBSTONES, offered("5"))["value"].to_list() == ["5"]
        assert writer.unheld(TOMBSTONES, offered()).is_empty()
        change(writer.connection, "INSERT INTO lake.ops.tombstones VALUES ('a', 'url', '5')")
        assert writer.unheld(TOMBSTONES, offered("5")).is_empty()


def test_what_a_batch_was_made_of_is_remembered_and_its_numbers_are_not() -> None:
    """A hundred people of one article are one entry; a table of numbers alone keeps its first."""
    assert held_keys.hashed_columns(BY_NAME["staging.people"]) == ["capture_id", "extractor", "annotator"]
    assert held_keys.hashed_columns(BY_NAME["staging.sketches"]) == ["number"]
    named = {"capture_id": ["a", "a", "b"], "extractor": "x", "annotator": "y", "number": [1, 2, 1]}
    assert held_keys.hashes(BY_NAME["staging.people"], pl.DataFrame(named)).size == 2


@given(st.lists(st.sets(st.integers(0, 60), max_size=12), max_size=30), st.sets(st.integers(0, 60), max_size=12))
def test_what_was_added_in_any_order_is_held_and_nothing_else(added: list[set[int]], asked: set[int]) -> None:
    known = held_keys.Growing()
    for some in added:
        known.add(sorted_numbers(some))
    assert known.holds_any(sorted_numbers(asked)) is bool(asked & set().union(*added))


def sorted_numbers(some: set[int]) -> held_keys.Hashes:
    return np.array(sorted(some), dtype=np.uint64)


def test_a_commit_opens_no_file_of_the_tables_it_adds_to(tmp_path: Path) -> None:
    """What made a run slower with every commit: the files of earlier commits are gone, and it goes on all the same."""
    lake = tmp_path / "lake"
    with writing(lake, "one") as writer:
        assert commit(writer, "a", ["1"], "b1")
        assert commit(writer, "a", ["2"], "b2")
        for path in (lake / "files" / "ops" / "tombstones").glob("*.parquet"):
            path.rename(path.with_suffix(".away"))
        assert commit(writer, "a", ["3"], "b3")
        for path in (lake / "files" / "ops" / "tombstones").glob("*.away"):
            path.rename(path.with_suffix(".parquet"))
        assert held(writer) == 3
