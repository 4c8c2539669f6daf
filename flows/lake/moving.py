"""The catalogue copied from SQLite to PostgreSQL and back: DuckLake's own tables, row by row, all or none.

Files stay where they are: a catalogue names them relative to the lake. The copy is a catalogue like any other, which is
how a lake whose catalogue lies in PostgreSQL is backed up as a folder, and read from there without a server.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb

from flows.durable import sync
from flows.lake import catalog, lock, seal
from flows.lake.literals import literal
from flows.lake.storage import LakeError, Storage, has_catalogue, postgres, remember, storage_of


def move(lake: Path, target: Storage) -> int:
    """Move the catalogue of a lake; returns the number of its last snapshot. The old one stays, under another name.

    Raises LakeError, with nothing touched, where there is no lake, where it lies there already, or where the target
    holds a catalogue; LockedError where somebody writes the lake.
    """
    if not catalog.exists(lake):
        raise LakeError(
            f"There is no lake at {lake}: SILLOK_CATALOGUE says where the first run is to make its catalogue"
        )
    source = storage_of(lake)
    target = replace(target, data=source.data)
    if source == target:
        raise LakeError(f"The catalogue of the lake at {lake} lies there already; nothing was touched")
    path = catalog.catalog_path(lake)
    if has_catalogue(target.catalogue) if target.catalogue else path.exists():
        raise LakeError(f"{target.catalogue or path} holds a catalogue already; nothing was touched")
    with lock.held(lake, "move-catalogue"):
        seal.refuse_a_changed_catalogue(lake)
        sealed = None if seal.is_open(lake) else _sealed(lake)
        seal.mark_open(lake)
        copy(lake, source, target, path, path)
        remember(lake, target)
        if not source.catalogue:
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                if (lake / name).exists():
                    (lake / name).rename(lake / f"{name}.moved")
            sync(lake)
        else:
            _retire(source.catalogue)
        if sealed:
            seal.save(lake, sealed.stretches)
    with closing(catalog.read(lake)) as connection:
        row = connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()
    return int(row[0]) if row else 0


def _sealed(lake: Path) -> seal.Seal | None:
    try:
        return seal.load(lake)
    except seal.BrokenSealError:
        return None


def copy(lake: Path, source: Storage, target: Storage, path: Path, source_path: Path) -> None:
    """Copy a catalogue to an empty place. `path` is the file of the copy, if that is SQLite; `source_path` likewise.

    Raises LakeError where one cannot be reached, or the copy has other counts than its original; it is gone then.
    """
    catalog.made_empty(lake, target, path)
    try:
        with closing(catalog.bare()) as connection:
            for name, storage, file in (("source", source, source_path), ("target", target, path)):
                words, kind = (storage.catalogue, "postgres") if storage.catalogue else (str(file), "sqlite")
                catalog.load(connection, f"{kind}_scanner")
                option = ", READ_ONLY" if name == "source" else ""
                connection.execute(f"ATTACH {literal(words)} AS {name} (TYPE {kind}{option})")
            _copied(connection)
    except BaseException as error:
        _drop(target, path)
        if isinstance(error, duckdb.Error):
            raise LakeError(f"The catalogue was not moved: {str(error).splitlines()[0]}") from error
        raise


def _copied(connection: duckdb.DuckDBPyConnection) -> None:
    columns = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND "
    columns += "starts_with(table_name, 'ducklake_') AND schema_name NOT IN ('information_schema', 'pg_catalog')"
    tables: dict[str, list[str]] = {}
    for table, column, _ in connection.execute(columns, ["source"]).fetchall():
        tables.setdefault(table, []).append(column)
    types = {(table, column): kind for table, column, kind in connection.execute(columns, ["target"]).fetchall()}
    if missing := sorted(tables.keys() - {table for table, _ in types}):
        raise LakeError(f"The catalogue has a table that an empty one has not, and was not moved: {missing[0]}")
    connection.execute("BEGIN")
    for table, names in tables.items():
        values = ", ".join(f'CAST("{name}" AS {types[table, name]}) AS "{name}"' for name in names)
        connection.execute(f'DELETE FROM target."{table}"')
        connection.execute(f'INSERT INTO target."{table}" BY NAME SELECT {values} FROM source."{table}"')
        counts = connection.execute(
            f'SELECT (SELECT count(*) FROM source."{table}"), (SELECT count(*) FROM target."{table}")'
        ).fetchone()
        if counts is None or counts[0] != counts[1]:
            raise LakeError(f"The catalogue was not moved: {table} has {counts} rows in the two places")
    connection.execute("COMMIT")


def _drop(target: Storage, path: Path) -> None:
    """Take away what is half made, so that nothing takes it for a catalogue."""
    if target.catalogue:
        _retire(target.catalogue, is_kept=False)
        return
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def _retire(catalogue: str, *, is_kept: bool = True) -> None:
    """DuckLake's tables out of the way: into a schema of their own, or gone."""
    with postgres(catalogue) as connection, connection.transaction():
        if is_kept:
            connection.execute("DROP SCHEMA IF EXISTS sillok_moved CASCADE")
            connection.execute("CREATE SCHEMA sillok_moved")
        found = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() "
            "AND tablename LIKE 'ducklake\\_%'"
        ).fetchall()
        for (table,) in found:
            words = f"ALTER TABLE {table} SET SCHEMA sillok_moved" if is_kept else f"DROP TABLE {table}"
            connection.execute(words.encode())
