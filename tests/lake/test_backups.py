"""Backups: whole generations or none, what has not changed is shared, and a restored lake answers and goes on."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from flows.lake import backups, catalog, generations
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.lake.tables import SOURCES
from flows.steps.verifying import verify
from tests.lake.test_batches import source
from tests.steps.damaged_lake import gather
from tests.steps.test_verifying import flip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("whole") / "lake"
    with writing(lake, "test") as writer:
        writer.commit_rows("test", "run", "sources", [(SOURCES, [source("neuti")])])
        gather(writer, "first", ["느티"])
    return lake


@pytest.fixture
def lake(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "lake"))


def answer(lake: Path) -> list[object]:
    connection = catalog.read(lake)
    try:
        tables = ("raw.sources", "raw.listings", "raw.fetches", "raw.captures", "ops.runs")
        return [row for name in tables for row in connection.execute(f"FROM lake.{name} ORDER BY ALL").fetchall()]
    finally:
        connection.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_restored_lake_answers_the_same_is_sound_and_is_written_to_by_the_next_run(
    lake: Path, tmp_path: Path
) -> None:
    backups.backup(lake, tmp_path / "kept", 7)
    before = answer(lake)
    shutil.rmtree(lake)
    backups.restore(tmp_path / "kept", lake)
    assert answer(lake) == before
    found = verify(lake)
    assert (found.damage, found.notes) == ([], [])
    with writing(lake, "next") as writer:
        gather(writer, "second", ["버들"])
    assert verify(lake).damage == []


def test_the_second_backup_copies_what_is_new_only_and_old_ones_go(lake: Path, tmp_path: Path) -> None:
    first = backups.backup(lake, tmp_path / "kept", 2)
    with writing(lake, "next") as writer:
        gather(writer, "second", ["버들"])
    second = backups.backup(lake, tmp_path / "kept", 2)
    assert first.copied_count == first.file_count - 1  # the catalogue is always new
    assert 0 < second.copied_count < 8
    shared = next(path for path in (first.folder / "files" / "raw").rglob("*.parquet"))
    assert shared.samefile(second.folder / shared.relative_to(first.folder))
    third = backups.backup(lake, tmp_path / "kept", 2)
    assert third.removed == (first.folder.name,)
    assert [path.name for path in generations.all_of(tmp_path / "kept")] == [second.folder.name, third.folder.name]
    backups.restore(tmp_path / "kept", tmp_path / "again")
    assert answer(tmp_path / "again") == answer(lake)


def test_a_backup_beside_a_writer_is_of_one_snapshot(lake: Path, tmp_path: Path) -> None:
    before = answer(lake)
    with writing(lake, "a run") as writer:
        writer.connection.execute("BEGIN; DELETE FROM lake.raw.captures")
        with next((lake / "warc").rglob("*.warc.gz")).open("ab") as file:
            file.write(b"not committed yet")
        backups.backup(lake, tmp_path / "kept", 7)
        writer.connection.execute("ROLLBACK")
    backups.restore(tmp_path / "kept", tmp_path / "again")
    assert answer(tmp_path / "again") == before


def test_a_damaged_lake_is_not_backed_up_and_nothing_is_left_of_the_try(lake: Path, tmp_path: Path) -> None:
    path = next((lake / "warc").rglob("*.warc.gz"))
    flip(path, 5)
    with pytest.raises(LakeError, match=path.name):
        backups.backup(lake, tmp_path / "kept", 7)
    assert [one.name for one in (tmp_path / "kept").iterdir()] == [".lock"]


def test_a_damaged_backup_is_refused_with_the_file_before_anything_is_touched(lake: Path, tmp_path: Path) -> None:
    made = backups.backup(lake, tmp_path / "kept", 7)
    for name in ("catalog.sqlite", "manifest.json", "parquet", "warc.gz"):
        path = next(one for one in sorted(made.folder.rglob("*")) if one.name.endswith(name))
        flip(path, 20)
        with pytest.raises(LakeError, match=path.name):
            backups.restore(tmp_path / "kept", tmp_path / "again")
        flip(path, 20)
    assert not (tmp_path / "again").exists()


def test_a_living_lake_is_never_restored_over(lake: Path, tmp_path: Path) -> None:
    backups.backup(lake, tmp_path / "kept", 7)
    before = contents(lake)
    with pytest.raises(LakeError, match="holds a lake already"):
        backups.restore(tmp_path / "kept", lake)
    assert contents(lake) == before


def test_a_restore_that_waited_while_another_ended_leaves_its_lake_alone(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a backup takes minutes: what was not there before them may be a living lake after them."""
    backups.backup(lake, tmp_path / "kept", 7)
    again, checked = tmp_path / "again", backups._check
    another = iter([True])

    def slow(path: Path, size: int, sha256: str) -> None:
        if next(another, False):
            backups.restore(tmp_path / "kept", again)
            with writing(again, "next") as writer:
                gather(writer, "second", ["버들"])
        checked(path, size, sha256)

    monkeypatch.setattr(backups, "_check", slow)
    with pytest.raises(LakeError, match="holds a lake already"):
        backups.restore(tmp_path / "kept", again)
    assert len(answer(again)) > len(answer(lake))


def test_a_manifest_that_names_files_outside_of_the_backup_is_refused(lake: Path, tmp_path: Path) -> None:
    made = backups.backup(lake, tmp_path / "kept", 7)
    path = made.folder / generations.MANIFEST
    told = json.loads(path.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[0])
    told["files"]["../../escaped"] = [1, "0"]
    body = json.dumps(told).encode()
    path.write_bytes(body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n")
    with pytest.raises(LakeError, match=r"outside of itself \(\.\./\.\./escaped\)"):
        backups.restore(tmp_path / "kept", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_restore_that_was_killed_is_no_lake_and_is_gone_on_with(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.backup(lake, tmp_path / "kept", 7)

    def killed(what: str, done: int, total: int) -> None:
        if (what, done) == ("files restored", total // 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.restore(tmp_path / "kept", tmp_path / "again", advance=killed)
    with pytest.raises(LakeError, match="no lake"):
        catalog.read(tmp_path / "again")
    backups.restore(tmp_path / "kept", tmp_path / "again")
    assert answer(tmp_path / "again") == answer(lake)


def test_a_folder_inside_the_lake_is_refused(lake: Path) -> None:
    with pytest.raises(LakeError, match="lie in one another"):
        backups.backup(lake, lake / "kept", 7)
    assert not (lake / "kept").exists()
