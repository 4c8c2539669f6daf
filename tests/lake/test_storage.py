"""Where a lake's catalogue lies: a setting that is wrong, or names another place, costs nobody a lake."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flows.lake import catalog, files, moving, storage
from flows.lake.ask import QuestionError, answer, asking
from flows.settings import SettingsError, settings

DATABASE = "postgres:host=/nowhere dbname=lake"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("storage") / "lake"
    catalog.write(folder).close()
    return folder


def set_to(monkeypatch: pytest.MonkeyPatch, lake: Path, catalogue: str) -> None:
    monkeypatch.setenv("SILLOK_LAKE", str(lake))
    monkeypatch.setenv("SILLOK_CATALOGUE", catalogue)
    settings.cache_clear()


@pytest.mark.parametrize("words", ["mysql:host=db", "lake.sqlite", "host=db dbname=lake"])
def test_a_catalogue_that_is_no_postgresql_is_refused_with_the_form_it_has(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, tmp_path, words)
    with pytest.raises(SettingsError, match=r"SILLOK_CATALOGUE .* begin with postgres:"):
        settings()


@pytest.mark.parametrize("words", ["postgres:host=db password=s3cret", "postgresql://me:s3cret@db/lake"])
def test_a_password_is_refused_and_not_repeated(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, tmp_path, words)
    with pytest.raises(SettingsError, match="must not hold a password") as told:
        settings()
    assert "s3cret" not in str(told.value)


def test_words_and_addresses_are_kept_as_libpq_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, tmp_path, "postgres: host=db dbname=lake ")
    assert settings().catalogue == "host=db dbname=lake"
    set_to(monkeypatch, tmp_path, "postgresql://me@db/lake")
    assert settings().catalogue == "postgresql://me@db/lake"


def test_a_lake_of_sqlite_is_not_begun_anew_in_postgresql_by_a_setting(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in lake.iterdir()}
    set_to(monkeypatch, lake, DATABASE)
    with pytest.raises(storage.LakeError, match=r"SILLOK_CATALOGUE is .* SQLite in its folder; nothing was touched"):
        catalog.write(lake)
    assert {path.name: path.stat().st_mtime_ns for path in lake.iterdir()} == before


@pytest.mark.parametrize(
    "words", ["s3://", "s3://UPPER", "bucket/prefix", "s3://bucket/a b", "https://bucket.example/a"]
)
def test_storage_that_is_no_place_in_a_bucket_is_refused(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, tmp_path, "")
    monkeypatch.setenv("SILLOK_DATA", words)
    with pytest.raises(SettingsError, match="SILLOK_DATA"):
        settings()


def test_a_lake_in_its_folder_is_not_split_by_a_setting(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_to(monkeypatch, lake, "")
    monkeypatch.setenv("SILLOK_DATA", "s3://bucket/press")
    with pytest.raises(storage.LakeError, match=r"SILLOK_DATA is .* lie in its folder; nothing was touched"):
        catalog.write(lake)


def test_parquet_files_are_named_by_their_place_under_a_prefix() -> None:
    assert files.place(Path("/lake"), storage.Storage(data="s3://bucket/press")) == "s3://bucket/press/"
    assert files._object("s3://bucket/press", "files/raw/captures/a.parquet") == (
        "bucket",
        "press/raw/captures/a.parquet",
    )
    assert files._object("s3://bucket", "files/raw/a.parquet") == ("bucket", "raw/a.parquet")


def test_a_run_that_forgot_the_setting_finds_the_catalogue_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(monkeypatch, tmp_path, DATABASE)
    storage.remember(tmp_path)
    set_to(monkeypatch, tmp_path, "")
    assert storage.storage_of(tmp_path).catalogue == "host=/nowhere dbname=lake"
    set_to(monkeypatch, tmp_path, "postgres:host=/nowhere dbname=other")
    with pytest.raises(storage.LakeError, match="dbname=other"):
        storage.storage_of(tmp_path)


def test_a_server_that_is_not_there_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    set_to(monkeypatch, tmp_path / "lake", DATABASE)
    with pytest.raises(storage.LakeError, match=r"The catalogue in PostgreSQL \(host=/nowhere dbname=lake\) cannot be"):
        catalog.write(tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


def test_a_catalogue_is_copied_row_by_row_and_read_from_the_copy(lake: Path, tmp_path: Path) -> None:
    moving.copy(lake, storage.Storage(), storage.Storage(), tmp_path / "copy.sqlite", catalog.catalog_path(lake))
    counts = "SELECT (SELECT count(*) FROM lake.ops.format), (SELECT max(snapshot_id) FROM lake.snapshots())"
    with closing(catalog.read(lake)) as here, closing(catalog.read_as_found(lake, tmp_path / "copy.sqlite")) as there:
        assert here.execute(counts).fetchone() == there.execute(counts).fetchone()


def test_questions_do_not_reach_the_database_that_the_catalogue_lies_in(lake: Path) -> None:
    with asking(lake) as connection:
        for table in ("__ducklake_metadata_lake.pg_catalog.pg_authid", '"__DUCKLAKE_METADATA_lake".ducklake_snapshot'):
            with pytest.raises(QuestionError, match="catalogue's own tables"):
                answer(connection, f"SELECT count(*) FROM (SELECT * FROM {table})")
        assert json.dumps(answer(connection, "SELECT 1").fetchall()) == "[[1]]"
