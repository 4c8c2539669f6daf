"""Backup, restore, verify and repair of a lake whose catalogue lies in PostgreSQL and whose Parquet files lie in S3.

Real servers, so `make test-many-machines` runs it; the suite leaves it out.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.lake import backups, catalog, files, objects, storage
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.settings import settings
from flows.steps import maintaining, restoring
from flows.steps.verifying import verify
from tests.faults.servers import BINARIES, Postgres, Storage, postgres
from tests.faults.servers import storage as started_storage
from tests.steps.damaged_lake import made
from tests.steps.test_repairing import content, mended

pytestmark = [
    pytest.mark.skipif(not os.environ.get("MANY_MACHINES"), reason="make test-many-machines"),
    pytest.mark.skipif(not BINARIES, reason="there is no PostgreSQL server on this machine"),
]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Postgres, Storage]]:
    pytest.importorskip("moto")
    with postgres() as server, started_storage() as store:
        yield server, store


def set_to(patched: pytest.MonkeyPatch, lake: Path, **more: str) -> None:
    patched.setenv("SILLOK_LAKE", str(lake))
    for name in ("CATALOGUE", "DATA"):
        patched.setenv(f"SILLOK_{name}", more.get(name, ""))
    settings.cache_clear()
    objects.session.cache_clear()
    objects.client.cache_clear()


@pytest.fixture
def lake(servers: tuple[Postgres, Storage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    server, store = servers
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    name = f"place{abs(hash(tmp_path.name)) % 10**6}"
    place = tmp_path / "lake"
    set_to(monkeypatch, place, CATALOGUE=server.database(name), DATA=store.bucket(name))
    yield made(place, tmp_path / "pages")
    settings.cache_clear()
    objects.session.cache_clear()
    objects.client.cache_clear()


def flip(lake: Path, name: str) -> None:
    """Change one byte of an object."""
    bucket, key = files._object(storage.storage_of(lake).data, name)
    data = bytearray(objects.client().get_object(Bucket=bucket, Key=key)["Body"].read())
    data[60] ^= 1
    objects.client().put_object(Bucket=bucket, Key=key, Body=bytes(data))


def named(lake: Path, table: str) -> str:
    """A Parquet file of a table that a batch brought."""
    connection = catalog.read(lake)
    sql = """SELECT file.path FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
             WHERE file."table" = ? ORDER BY 1"""
    (path, *_) = [one for (one,) in connection.execute(sql, [table]).fetchall()]
    connection.close()
    return f"files/{path}"


def test_a_backup_comes_back_into_a_folder_and_into_another_bucket(
    lake: Path, servers: tuple[Postgres, Storage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(lake, "raw", "staging", "ops")
    first = backups.backup(lake, tmp_path / "kept", 0)
    assert list((first.folder / "files").rglob("*.parquet"))
    second = backups.backup(lake, tmp_path / "kept", 0)
    assert second.copied_count == 0  # what has not changed is shared, and not fetched again
    data = storage.storage_of(lake).data
    with pytest.raises(LakeError, match="holds objects already"):
        set_to(monkeypatch, tmp_path / "over", DATA=data)
        restoring.restore(tmp_path / "kept", tmp_path / "over")
    for name, more in (("here", {}), ("there", {"DATA": servers[1].bucket("another")})):
        again = tmp_path / name
        set_to(monkeypatch, again, **more)
        restoring.restore(tmp_path / "kept", again)
        assert (again / "files").exists() != bool(more)
        assert content(again, "raw", "staging", "ops") == before
        assert verify(again).damage == []
        for _ in maintaining.parts(again, "maintain"):
            pass
        with writing(again, "next"):
            pass
        assert verify(again).damage == []
    set_to(monkeypatch, lake)
    flip(lake, named(lake, "raw.listings"))
    with pytest.raises(LakeError, match="not what was written"):
        backups.backup(lake, tmp_path / "other", 0)


def test_damaged_objects_are_found_taken_out_of_postgresql_and_made_again(lake: Path) -> None:
    before = content(lake, "raw", "staging")
    assert verify(lake).damage == []
    for table in ("staging.articles", "staging.postings"):
        flip(lake, named(lake, table))
    gone = named(lake, "staging.quotes")
    files.remove(lake, gone)
    lost = named(lake, "raw.fetches")
    with storage.postgres(storage.storage_of(lake).catalogue) as connection:
        done = connection.execute(
            "DELETE FROM ducklake_data_file WHERE path = %s AND table_id IN "
            "(SELECT table_id FROM ducklake_table WHERE table_name = 'fetches')",
            (lost.rpartition("/")[2],),
        )
        assert done.rowcount == 1
    found = verify(lake)
    assert {one.fault.value for one in found.damage} == {"file_changed", "file_missing", "not_in_catalogue"}
    assert mended(lake).damage == []
    assert content(lake, "raw", "staging") == before
    aside = [path.name for path in (lake / "damaged").rglob("*.parquet*")]
    assert len(aside) >= 2
