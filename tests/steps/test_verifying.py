"""Verify: damage anywhere in a lake is found and named, and a sound lake, also one being written, is called sound."""

import random
import shutil
from pathlib import Path

import pytest

from flows.lake import catalog, lock, seal
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.lake.damage import Fault
from flows.steps.verifying import Verified, verify
from tests.steps.damaged_lake import gather, once

pytestmark = pytest.mark.slow


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return Path(shutil.copytree(once(), tmp_path / "lake"))


def flip(path: Path, at: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def faults(found: Verified) -> set[Fault]:
    return {one.fault for one in found.damage}


def files(lake: Path, kind: str) -> list[Path]:
    return sorted({"warc": lake.rglob("*.warc.gz"), "parquet": lake.rglob("*.parquet")}[kind])


def test_a_sound_lake_is_called_sound_and_everything_in_it_was_looked_at(lake: Path) -> None:
    found = verify(lake)
    assert (found.damage, found.known, found.notes) == ([], [], [])
    assert found.checked["warc files"] == 3
    assert found.checked["parquet files"] == len(files(lake, "parquet"))
    assert found.checked["warc records"] > 15


def test_random_flips_and_cuts_of_every_kind_of_file_are_all_found_and_named(lake: Path) -> None:
    chance = random.Random(20261126)
    targets = [*files(lake, "warc"), *chance.sample(files(lake, "parquet"), 6), catalog.catalog_path(lake)]
    for number, path in enumerate(targets):
        kept = path.read_bytes()
        if number % 4 == 3 and path.suffix != ".sqlite":
            path.write_bytes(kept[: chance.randrange(len(kept))])
        else:
            flip(path, chance.randrange(len(kept)), chance.randrange(8))
        named = {one.name for one in verify(lake).damage}
        path.write_bytes(kept)
        assert path.relative_to(lake).as_posix() in named


def test_a_flip_that_no_reader_of_warc_files_would_notice_is_found_all_the_same(lake: Path) -> None:
    path = files(lake, "warc")[0]
    flip(path, 5)  # the time stamp of the gzip header
    assert faults(verify(lake)) == {Fault.BYTES_CHANGED}


def test_a_flip_in_a_page_costs_its_record_only_and_the_capture_is_named(lake: Path) -> None:
    connection = catalog.read(lake)
    sql = "SELECT warc_file, warc_offset, warc_bytes, capture_id FROM lake.raw.captures WHERE kind = 'article' LIMIT 1"
    name, offset, length, capture_id = connection.execute(sql).fetchone() or ()
    connection.close()
    flip(lake / "warc" / name, offset + length // 2)
    (damage,) = verify(lake).damage
    assert (damage.fault, damage.offset, damage.capture_id) == (Fault.RECORD_DAMAGED, offset, capture_id)


def test_a_warc_file_that_was_cut_names_each_capture_that_went_with_it(lake: Path) -> None:
    path = max(files(lake, "warc"), key=lambda file: file.stat().st_size)
    name = path.relative_to(lake / "warc").as_posix()
    connection = catalog.read(lake)
    sql = "SELECT warc_offset FROM lake.raw.captures WHERE warc_file = ? ORDER BY warc_offset"
    offsets = [offset for (offset,) in connection.execute(sql, [name]).fetchall()]
    connection.close()
    path.write_bytes(path.read_bytes()[: offsets[1] + 9])
    found = [one for one in verify(lake).damage if one.capture_id]
    assert [one.offset for one in found] == offsets[1:]
    assert {one.fault for one in found} == {Fault.RECORD_MISSING}


def test_files_that_are_gone_are_found_by_the_quick_look_too(lake: Path) -> None:
    files(lake, "warc")[0].unlink()
    files(lake, "parquet")[3].unlink()
    assert faults(verify(lake, is_quick=True)) == {Fault.WARC_MISSING, Fault.FILE_MISSING}


def test_a_changed_table_of_the_catalogue_is_named_and_no_run_builds_on_it(lake: Path) -> None:
    data = catalog.catalog_path(lake).read_bytes()
    at = data.rindex(b"body_chars")  # a column's name; one before is left of a page that was split
    flip(catalog.catalog_path(lake), at)
    (damage,) = verify(lake).damage
    assert (damage.fault, damage.table) == (Fault.CATALOGUE_CHANGED, "ducklake_name_mapping")
    with pytest.raises(LakeError, match="sillok repair"), writing(lake, "next run"):
        pass


def test_a_damaged_ledger_accuses_no_sound_file(lake: Path) -> None:
    path = next((lake / "files" / "ops" / "batches").glob("*.parquet"))
    flip(path, path.stat().st_size // 3)
    found = verify(lake)
    assert {one.name for one in found.damage} == {path.relative_to(lake).as_posix()}


def test_a_damaged_seal_is_told_and_accuses_nothing_else(lake: Path) -> None:
    flip(lake / "seal" / "seal.json", 40)
    assert faults(verify(lake)) == {Fault.SEAL_DAMAGED}


def test_beside_a_writer_what_is_not_committed_yet_is_no_damage(lake: Path) -> None:
    with writing(lake, "a run") as writer:
        gather(writer, "fourth", ["새벽"])
        with next((lake / "warc").rglob("fourth-*.warc.gz")).open("ab") as file:
            file.write(b"\x1f\x8b\x08 a record that is half written")
        (lake / "files" / "raw" / "captures" / "not-committed.parquet").write_bytes(b"PAR1")
        assert not lock.is_free(lake)
        found = verify(lake)
    assert found.damage == []
    assert any("not committed" in note for note in found.notes)


def test_after_a_run_that_was_killed_the_lake_is_sound(lake: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writing(lake, "a run") as writer:
        gather(writer, "fourth", ["새벽"])
        raise KeyboardInterrupt
    assert verify(lake).damage == []
    with writing(lake, "the next"):
        pass
    assert verify(lake).notes == []


def test_a_half_written_copy_of_the_catalogue_goes_with_the_next_writer(lake: Path) -> None:
    """A run killed while it sealed leaves one: it may hold what a takedown is about to erase."""
    left = [lake / seal.FOLDER / "catalog-1.tmp", lake / seal.FOLDER / "seal.tmp"]
    for path in left:
        path.write_bytes(b"words that were taken down")
    with writing(lake, "the next") as writer:
        gather(writer, "fourth", ["새벽"])
    assert not [path for path in left if path.exists()]
    assert not verify(lake).damage


def test_hashes_move_to_the_table_when_they_are_many_and_all_still_count(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "MOST_ENTRIES", 3)
    with writing(lake, "a run") as writer:
        gather(writer, "fourth", ["새벽"])
    kept = seal.load(lake)
    assert kept is not None
    assert len(kept.stretches) <= 3
    assert verify(lake).notes == []
    assert verify(lake).damage == []
    path = files(lake, "warc")[0]
    flip(path, 5)
    assert faults(verify(lake)) == {Fault.BYTES_CHANGED}


def test_a_file_that_duckdb_wrote_is_held_against_its_hash_too(lake: Path) -> None:
    path = next((lake / "files" / "ops" / "runs").glob("*.parquet"))
    flip(path, 100)
    assert [one.name for one in verify(lake).damage] == [path.relative_to(lake).as_posix()]


def test_a_run_whose_counts_do_not_add_up_is_named(lake: Path) -> None:
    with writing(lake, "a run") as writer:
        writer.connection.execute(
            "INSERT INTO lake.ops.runs VALUES ('odd', 'ingest', now(), now(), "
            "[{'what': 'listed', 'outcome': 'listed', 'count': 3}, {'what': 'fetched', 'outcome': 'x', 'count': 2}])"
        )
    (damage,) = verify(lake).damage
    assert (damage.fault, damage.name) == (Fault.RUN_COUNTS, "ops.runs odd")
