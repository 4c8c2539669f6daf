"""Opening the lake: extensions from the installed wheels, the catalogue, its version, and the declared tables."""

import importlib.resources
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree

import duckdb

from flows.durable import make_folder, sync
from flows.lake import files
from flows.lake.literals import literal
from flows.lake.schema import FILE_BYTES, duckdb_type
from flows.lake.storage import LakeError, Storage, has_catalogue, remember, storage_of
from flows.lake.tables import TABLES
from flows.lake.transaction import remember_folder, transaction

__all__ = [
    "DAMAGED_FOLDER",
    "FORMAT",
    "SCHEMAS",
    "WARC_FOLDER",
    "LakeError",
    "bare",
    "catalog_path",
    "exists",
    "files_path",
    "load",
    "made_empty",
    "reach",
    "read",
    "read_as_found",
    "write",
]

FORMAT = 1
"""Version of the declared tables. A lake with a higher one was written by newer code and is left alone."""

SCHEMAS = ("raw", "staging", "mart", "ops")
WARC_FOLDER = "warc"
"""Where in a lake the WARC files lie."""
SPILL_FOLDER = "spill"
"""Where in a lake its one writer puts what does not fit into memory; removed with the connection, or by the next."""
DAMAGED_FOLDER = "damaged"
"""Where `sillok repair` puts what it takes out; a person may delete it."""


def catalog_path(lake: Path) -> Path:
    """Where the catalogue lies, if it is one of SQLite."""
    return lake / "catalog.sqlite"


_RESTORING = ".restoring"
_restored_here: set[Path] = set()
"""Lakes that this process brings back just now: it may open them."""


@contextmanager
def being_restored(lake: Path) -> Iterator[None]:
    """Nobody but this process opens the lake until this ends well. A kill leaves it so: the next restore goes on."""
    (lake / _RESTORING).touch()
    sync(lake)
    _restored_here.add(lake)
    try:
        yield
    finally:
        _restored_here.discard(lake)
    (lake / _RESTORING).unlink()
    sync(lake)


def is_half_restored(lake: Path) -> bool:
    """Whether a restore has begun there and not ended."""
    return (lake / _RESTORING).exists()


def exists(lake: Path) -> bool:
    """Whether there is a lake.

    Raises LakeError where its catalogue is in PostgreSQL and cannot be reached, and where it is half restored.
    """
    if is_half_restored(lake) and lake not in _restored_here:
        raise LakeError(
            f"There is no lake at {lake} yet: a restore into it has not ended, and the same `sillok restore` goes on"
        )
    catalogue = storage_of(lake).catalogue
    return has_catalogue(catalogue) if catalogue else catalog_path(lake).exists()


def files_path(lake: Path) -> Path:
    """Where DuckLake's Parquet files lie, if in the lake's folder. Nothing else may be kept there."""
    return lake / "files"


def read_as_found(lake: Path, catalogue: Path | None = None) -> duckdb.DuckDBPyConnection:
    """The lake read-only for whoever looks for damage: nothing of it is looked at yet.

    `catalogue` is a copy of the catalogue to read it by. Raises LakeError where DuckLake cannot attach it.
    """
    return _attached(lake, ["READ_ONLY"], catalogue)


def read(lake: Path, as_of: int | datetime | None = None) -> duckdb.DuckDBPyConnection:
    """A read-only connection with the lake attached as `lake`. Never waits for a writer.

    `as_of` attaches it as it stood: a snapshot's number, or an instant (the last snapshot before it). Tables and views
    are those of that time. Raises LakeError where there is no lake yet, where it was written by newer code, where it
    had no such snapshot or keeps it no longer, or where it cannot be opened.
    """
    if not exists(lake):
        raise LakeError(f"There is no lake at {lake} yet: `sillok run --sample` or `sillok import PATH` makes one")
    if as_of is None:
        connection = _attached(lake, ["READ_ONLY"])
    elif isinstance(as_of, datetime):
        connection = _attached(lake, ["READ_ONLY", f"SNAPSHOT_TIME '{as_of.isoformat(sep=' ')}'"])
    else:
        connection = _attached(lake, ["READ_ONLY", f"SNAPSHOT_VERSION {as_of:d}"])
    # Where a file's groups of rows lie is unpacked once a connection, not once for each place that a question reads the
    # file in: 15 % less of a second search, 6 of the first (a million articles).
    connection.execute("SET parquet_metadata_cache = true")
    check_format(connection, lake)
    return connection


def write(lake: Path) -> duckdb.DuckDBPyConnection:
    """A writing connection; makes the lake, or the tables and columns that it lacks. The caller holds the lock.

    Raises LakeError where the lake was written by newer code: nothing is touched then.
    """
    if exists(lake):
        read(lake).close()
    files.check(storage_of(lake))
    remember(lake)
    if not storage_of(lake).data:
        make_folder(files_path(lake))
    connection = _attached(lake, [] if storage_of(lake).catalogue else ["META_JOURNAL_MODE 'WAL'"])
    # Of two runs in one folder, each of its own lake, the first to end removes DuckDB's `.tmp` from under the other.
    rmtree(lake / SPILL_FOLDER, ignore_errors=True)  # of a run that was killed
    connection.execute(f"SET temp_directory = {literal(str(lake / SPILL_FOLDER))}")
    if not storage_of(lake).data:
        remember_folder(connection, files_path(lake))
    _bring_up(connection)
    _lay_out(connection)
    return connection


def bare() -> duckdb.DuckDBPyConnection:
    """A connection without a lake, which fetches no extension from anywhere."""
    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})


def load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load one of DuckDB's extensions, from the package that brings it. Raises LakeError where it is missing."""
    connection.execute(f"LOAD {literal(_extension(extension))}")


def reach(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Let a connection read and write the Parquet files, where they lie in S3. Raises LakeError."""
    if storage.data:
        load(connection, "httpfs")
        files.allow(connection, storage)


def made_empty(lake: Path, storage: Storage, path: Path) -> None:
    """Make an empty catalogue for a lake that has one elsewhere; `path` where it is to be one of SQLite."""
    _connected(lake, storage, ["META_JOURNAL_MODE 'WAL'"] if not storage.catalogue else [], path).close()


def _attached(lake: Path, options: Sequence[str], catalogue: Path | None = None) -> duckdb.DuckDBPyConnection:
    storage = Storage(data=storage_of(lake).data) if catalogue else storage_of(lake)
    return _connected(lake, storage, options, catalogue or catalog_path(lake))


def _connected(lake: Path, storage: Storage, options: Sequence[str], path: Path) -> duckdb.DuckDBPyConnection:
    connection = bare()
    load(connection, "postgres_scanner" if storage.catalogue else "sqlite_scanner")
    load(connection, "ducklake")
    reach(connection, storage)
    connection.execute("SET TimeZone='UTC'; SET enable_progress_bar = false")
    place = f"postgres:{storage.catalogue}" if storage.catalogue else f"sqlite:{path}"
    # Both DATA_PATH and OVERRIDE_DATA_PATH, always: a lake that was moved is read from where it is now.
    told = [f"DATA_PATH {literal(files.place(lake, storage))}", "OVERRIDE_DATA_PATH true", *options]
    try:
        connection.execute(f"ATTACH {literal(f'ducklake:{place}')} AS lake ({', '.join(told)})")
    except duckdb.Error as error:
        connection.close()
        first_line = str(error).splitlines()[0]
        if "No snapshot found" in first_line:
            raise LakeError(
                f"The lake at {lake} has no such state ({first_line.partition('No snapshot found ')[2]}): "
                'sillok sql "FROM lake.snapshots()" lists those that it has'
            ) from error
        raise LakeError(f"The lake at {lake} cannot be opened: {first_line}") from error
    return connection


def _extension(name: str) -> str:
    """The file of one of DuckDB's extensions, in the package that brings it. Raises LakeError where it is missing."""
    try:
        folder = importlib.resources.files(f"duckdb_extension_{name}")
    except ModuleNotFoundError:
        package = f"duckdb-extension-{name.replace('_', '-')}"
        raise LakeError(f"The lake needs the package {package}: `make setup` installs it") from None
    return str(folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension")


def _set_options(connection: duckdb.DuckDBPyConnection) -> None:
    # Inlining off: small changes would go to tables in the catalogue, with open reports of wrong counts.
    for name, value in (
        ("data_inlining_row_limit", "0"),
        ("parquet_compression", "'zstd'"),
        ("target_file_size", f"'{FILE_BYTES // 1_000_000}MB'"),
        ("expire_older_than", "'14 days'"),
        ("delete_older_than", "'3 days'"),
    ):
        connection.execute(f"CALL lake.set_option('{name}', {value})")


def check_format(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Raise LakeError, the connection closed, where newer code has written the lake since."""
    try:
        row = connection.execute("SELECT max(format) FROM lake.ops.format").fetchone()
    except duckdb.CatalogException:
        return  # killed while it was being made: the next writer makes the rest
    except duckdb.Error as error:
        connection.close()
        first_line = str(error).splitlines()[0]
        raise LakeError(f"The lake at {lake} is damaged ({first_line}): `sillok verify` tells what is") from error
    found = row[0] if row else None
    if found is not None and found > FORMAT:
        connection.close()
        raise LakeError(
            f"The lake at {lake} has format {found}, this Sillok reads up to {FORMAT}: "
            "update Sillok; nothing was touched"
        )


def _bring_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the schemas, tables and columns that are declared and missing, in one transaction."""
    found = {
        (f"{schema}.{table}", column)
        for schema, table, column in connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake'"
        ).fetchall()
    }
    known_tables = {table for table, _ in found}
    if {table.name for table in TABLES} <= known_tables and not _missing_columns(found, known_tables):
        return
    if not known_tables:
        _set_options(connection)  # before the first table: a creation that was killed starts here again
    with transaction(connection):
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{schema}")
        for statement in _missing_columns(found, known_tables):
            connection.execute(statement)
        for table in TABLES:
            if table.name not in known_tables:
                connection.execute(table.ddl)
                connection.execute(f"COMMENT ON TABLE lake.{table.name} IS {literal(table.grain)}")
                for name, column in table.columns.items():
                    connection.execute(f'COMMENT ON COLUMN lake.{table.name}."{name}" IS {literal(column.says)}')
        connection.execute("CREATE TABLE IF NOT EXISTS lake.ops.format (format INTEGER NOT NULL)")
        connection.execute(
            f"INSERT INTO lake.ops.format SELECT {FORMAT} "
            f"WHERE NOT EXISTS (SELECT 1 FROM lake.ops.format WHERE format >= {FORMAT})"
        )


def _lay_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell DuckLake how merged files of the tables with a layout are to lie; anew after a kill, or if it changed."""
    told = connection.execute("SELECT scope_entry, option_name, value FROM lake.options()")
    held = {(entry, option): value for entry, option, value in told.fetchall()}
    waiting = [
        table
        for table in TABLES
        if table.layout is not None
        and (
            held.get((table.name, "parquet_row_group_size")) != str(table.layout.row_group_rows)
            or held.get((table.name, "target_file_size")) != str(table.layout.file_bytes)
        )
    ]
    if not waiting:
        return
    with transaction(connection):  # one commit, not four a table: a new lake is there in two thirds of the time
        for table in waiting:
            if table.layout is not None:
                connection.execute(f"ALTER TABLE lake.{table.name} SET SORTED BY ({', '.join(table.layout.sorted_by)})")
                schema, name = table.name.split(".")
                for option, value in (
                    ("parquet_row_group_size", table.layout.row_group_rows),
                    ("target_file_size", f"{table.layout.file_bytes // 1_000_000}MB"),
                ):
                    connection.execute(
                        f"CALL lake.set_option('{option}', '{value}', schema => '{schema}', table_name => '{name}')"
                    )


def _missing_columns(found: set[tuple[str, str]], known_tables: set[str]) -> list[str]:
    """ALTER statements for columns that a table of an older lake lacks (they are null in its rows)."""
    return [
        f'ALTER TABLE lake.{table.name} ADD COLUMN "{name}" {duckdb_type(column.dtype)}'
        for table in TABLES
        if table.name in known_tables
        for name, column in table.columns.items()
        if (table.name, name) not in found
    ]
