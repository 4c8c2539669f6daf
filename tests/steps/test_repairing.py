"""Repair: what WARC files can give again is there again, what they cannot is written down, what is sound stays."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.lake import catalog, due
from flows.lake.batches import writing
from flows.lake.damage import Way
from flows.lake.schema import Row
from flows.lake.tables import TABLES
from flows.steps import takedown
from flows.steps.maintaining import parts
from flows.steps.repairing import repair
from flows.steps.takedown import Asked, Kind
from flows.steps.verifying import Verified, verify
from tests.lake.test_batches import source
from tests.steps.damaged_lake import go_on, once
from tests.steps.test_verifying import flip

pytestmark = pytest.mark.slow

MADE_ANEW = {
    "batch_id",
    "extracted_at",
    "annotated_at",
    "compared_at",
    "indexed_at",
    "number",
    "committed_at",
    "run_id",
}

NUMBERED = {
    "staging.search_replaced",
    "staging.search_sizes",
    "staging.word_forms",
}  # hang on the order in which texts were indexed


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return Path(shutil.copytree(once(), tmp_path / "lake"))


def mended(lake: Path) -> Verified:
    def steps() -> None:
        with writing(lake, "steps") as writer:
            go_on(writer, "steps")

    def sources(ids: set[str]) -> list[Row]:
        return [source(one) for one in sorted(ids)]

    return repair(lake, "mend", verify(lake), steps, sources)


def content(lake: Path, *schemas: str) -> dict[str, list[str]]:
    """All rows of the tables of some schemas, without what differs when a row is made again."""
    connection = catalog.read(lake)
    found = {}
    for table in TABLES:
        if table.name.split(".")[0] in schemas and table.name not in NUMBERED:
            columns = ", ".join(f'"{name}"' for name in table.columns if name not in MADE_ANEW)
            rows = connection.execute(f"SELECT {columns} FROM lake.{table.name}").fetchall() if columns else []
            found[table.name] = sorted(map(repr, rows))
    connection.close()
    return found


def file_of(lake: Path, table: str, number: int = 0) -> Path:
    return sorted((lake / "files").joinpath(*table.split(".")).glob("*.parquet"))[number]


def test_a_catalogue_is_put_back_and_derived_tables_are_made_again_row_by_row(lake: Path) -> None:
    before = content(lake, "raw", "staging")
    path = catalog.catalog_path(lake)
    flip(path, path.read_bytes().rindex(b"body_chars"))
    flip(file_of(lake, "staging.articles"), 300)
    file_of(lake, "staging.quotes", 1).unlink()
    file_of(lake, "staging.postings").write_bytes(b"PAR1 and no more")
    found = mended(lake)
    assert (found.damage, found.known, found.notes) == ([], [], [])
    assert content(lake, "raw", "staging") == before


def test_rows_of_captures_are_made_again_and_what_only_they_knew_is_written_down(lake: Path) -> None:
    before = content(lake, "raw", "staging")
    connection = catalog.read(lake)
    ledger = connection.execute("SELECT files FROM lake.ops.batches WHERE stage = 'ingest' AND run_id = 'second'")
    (files,) = ledger.fetchone() or ()
    connection.close()
    for file in files:
        if file["table"] != "raw.listings":
            flip(lake / "files" / file["path"], 60)
    found = mended(lake)
    assert found.damage == []
    after = content(lake, "raw", "staging")
    assert after["raw.captures"] == before["raw.captures"]
    assert len(after["raw.fetches"]) == len(before["raw.fetches"]) - 1  # an address that was not due: in no WARC file
    assert after["staging.articles"] == before["staging.articles"]
    connection = catalog.read(lake)
    sql = "SELECT lost_count, action FROM lake.ops.repairs WHERE name LIKE '%raw/fetches%'"
    assert connection.execute(sql).fetchall() == [(1, "made_again")]
    connection.close()


def test_a_damaged_ledger_is_written_anew_and_nothing_is_done_twice(lake: Path) -> None:
    before = content(lake, "raw", "staging")
    for path in (lake / "files" / "ops" / "batches").glob("*.parquet"):
        flip(path, path.stat().st_size // 3)
    assert mended(lake).damage == []
    assert content(lake, "raw", "staging") == before


def test_a_cut_warc_file_keeps_its_whole_records_and_the_rest_is_asked_for_again(lake: Path) -> None:
    connection = catalog.read(lake)
    sql = """SELECT warc_file, warc_offset, url_key, capture_id FROM lake.raw.captures
             WHERE warc_file LIKE '%/first-%' ORDER BY warc_offset"""
    rows = connection.execute(sql).fetchall()
    connection.close()
    path = lake / "warc" / rows[0][0]
    path.write_bytes(path.read_bytes()[: rows[1][1] + 50])
    before = content(lake, "staging")
    found = mended(lake)
    assert found.damage == []
    assert {one.capture_id for one in found.known} == {row[3] for row in rows[1:]}
    assert content(lake, "staging") == before  # what was read of the lost pages is sound, and stays
    assert path.stat().st_size <= rows[1][1]
    with writing(lake, "test") as writer:
        sql = "SELECT url_key FROM lake.raw.fetches WHERE reason = 'record_lost' ORDER BY ALL"
        asked = [key for (key,) in writer.connection.execute(sql).fetchall()]
        held = due.held(writer.connection, "article", [row[2] for row in rows])
    assert asked == sorted({row[2] for row in rows[1:]})
    assert not {row[3] for row in rows[1:]} & {one.capture_id for one in held.values()}
    assert verify(lake).damage == []


def forget_in_catalogue(lake: Path, *files: Path) -> None:
    """The catalogue loses files as if a killed run had left it so: no seal tells of it."""
    with closing(sqlite3.connect(catalog.catalog_path(lake))) as connection:
        for file in files:
            sql = """DELETE FROM ducklake_data_file WHERE path = ? AND table_id IN
                     (SELECT table_id FROM ducklake_table WHERE table_name = ?)"""
            found = connection.execute(sql, (file.name, file.parent.name))
            assert found.rowcount == 1
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.rmtree(lake / "seal")


def test_files_that_only_the_catalogue_lost_give_their_rows_again(lake: Path) -> None:
    before = content(lake, "raw", "staging")
    lost = {name: file_of(lake, name) for name in ("raw.listings", "raw.fetches", "raw.captures", "staging.articles",
                                                   "staging.quotes", "staging.postings")}  # fmt: skip
    forget_in_catalogue(lake, *lost.values())
    found = verify(lake)
    assert {(one.name, one.fault.value) for one in found.damage if one.what == "parquet"} == {
        (path.relative_to(lake).as_posix(), "not_in_catalogue") for path in lost.values()
    }
    assert not any(one.way is Way.BACKUP for one in found.damage)
    assert mended(lake).damage == []
    assert content(lake, "raw", "staging") == before
    for _ in parts(lake, "maintain"):
        pass
    assert verify(lake).damage == []
    assert content(lake, "raw", "staging") == before


def test_a_file_that_the_catalogue_lost_does_not_bring_back_what_was_taken_down(lake: Path) -> None:
    connection = catalog.read(lake)
    sql = "SELECT url FROM lake.raw.fetches WHERE run_id = 'first' AND kind = 'article' AND state = 'stored'"
    (url, *_) = [one for (one,) in connection.execute(f"{sql} ORDER BY url").fetchall()]
    ledger = connection.execute("SELECT files FROM lake.ops.batches WHERE stage = 'ingest' AND run_id = 'first'")
    files = [file for (listed,) in ledger.fetchall() for file in listed if file["table"] == "raw.fetches"]
    connection.close()
    with writing(lake, "order") as writer:
        takedown.take_down(writer, Asked(Kind.URLS, (url,), "a court said so", "district court, 2026-17"), "order")
    after = content(lake, "raw", "staging")
    forget_in_catalogue(lake, lake / "files" / files[0]["path"])
    assert len(after["raw.fetches"]) > len(content(lake, "raw")["raw.fetches"]) > 0
    assert mended(lake).damage == []
    assert content(lake, "raw", "staging") == after
    assert not (lake / "files" / files[0]["path"]).exists()


def test_a_file_that_the_catalogue_lost_and_that_changed_is_not_believed(lake: Path) -> None:
    path = file_of(lake, "raw.listings")
    forget_in_catalogue(lake, path)
    flip(path, 60)
    (found,) = [one for one in verify(lake).damage if one.name.endswith(path.name)]
    assert (found.way, "not what was written either" in found.says) == (Way.MARK_LOST, True)
    assert mended(lake).damage == []
    connection = catalog.read(lake)
    told = connection.execute("SELECT action, lost_count > 0 FROM lake.ops.repairs WHERE name LIKE '%listings%'")
    assert told.fetchall() == [("lost", True)]
    connection.close()
