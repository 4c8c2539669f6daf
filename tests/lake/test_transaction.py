"""Nothing is committed that a power cut could take half of, and nothing of a transaction that failed can be seen."""

import re
from pathlib import Path

import pytest

import flows
from flows.lake import batches, transaction
from flows.lake.tables import SOURCES
from flows.lake.transaction import change
from tests.lake.test_batches import commit, source


def count(writer: batches.Writer) -> int:
    row = writer.connection.execute("SELECT count(*) FROM lake.raw.sources").fetchone()
    return row[0] if row else -1


def test_what_cannot_be_synced_or_fails_midway_is_not_committed_and_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(path: Path) -> None:
        raise OSError(5, "Input/output error", str(path))

    with batches.writing(tmp_path, "test") as writer:
        commit(writer, "b1", "one", "two")
        with monkeypatch.context() as broken:
            broken.setattr(transaction, "sync", refuses)
            with pytest.raises(OSError, match="Input/output"):
                change(writer.connection, "DELETE FROM lake.raw.sources WHERE name = 'one'")  # writes a file
        with pytest.raises(KeyError), transaction.transaction(writer.connection):
            writer.connection.execute("DELETE FROM lake.raw.sources")
            raise KeyError
        assert count(writer) == 2
        assert change(writer.connection, "DELETE FROM lake.raw.sources WHERE name = ?", ["one"]) == 1
        assert count(writer) == 1


def test_files_that_duckdb_wrote_are_synced_and_older_ones_are_not_synced_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    with batches.writing(tmp_path, "test") as writer:
        commit(writer, "b1", "one")
        monkeypatch.setattr(transaction, "sync", synced.append)
        monkeypatch.setattr(transaction, "_SLACK_SECONDS", 0.0)
        writer.commit_rows("test", "run", "b2", [(SOURCES, [source("two")])])
        new = {path for path in synced if path.suffix == ".parquet"}
        assert {path.parent.name for path in new} == {"batches"}  # polars' own was synced as it was written
        assert all(path.parent in synced for path in new)
        synced.clear()
        writer.commit_rows("test", "run", "b3", [(SOURCES, [source("three")])])
        assert new.isdisjoint(synced)


def test_no_commit_is_left_to_itself() -> None:
    folder = Path(flows.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"""["'; ]COMMIT["';]""", path.read_text(encoding="utf-8"))
    }
    # The others write a catalogue alone, which SQLite and PostgreSQL sync by themselves.
    assert found == {"lake/transaction.py", "lake/surgery.py", "lake/moving.py"}
