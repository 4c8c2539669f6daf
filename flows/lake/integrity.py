"""Whether catalogue and Parquet files are still what was committed: against the seal, the ledger and one another."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import duckdb

from flows.lake import catalog, catalogue_bytes, files, seal, storage
from flows.lake.damage import Damage, Fault, Way
from flows.lake.seal import Seal, Stretch

PARTS_MADE_AGAIN = ("staging.",)
"""Tables whose rows come from WARC files by the normal steps."""
FROM_WARC = ("raw.captures", "raw.fetches")
LEDGER_TABLES = ("ops.batches", "ops.sealed")


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A Parquet file that the catalogue names. `path` is relative to the lake's folder."""

    path: str
    table: str
    row_count: int
    file_bytes: int
    is_current: bool  # False: only older states of the lake read it
    deletes_from: int | None = None  # the data file whose deleted rows it lists


@dataclass(slots=True)
class Inventory:
    """What a lake should hold, as its catalogue and ledger say."""

    snapshot: int
    files: list[LakeFile]
    ledger: dict[str, tuple[str, int]] = field(default_factory=dict)  # path -> SHA-256, rows
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)
    scheduled: set[str] = field(default_factory=set)  # file names that DuckLake will delete by and by
    notes: list[str] = field(default_factory=list)


def way_of(table: str) -> Way:
    """What can be done about lost rows of a table."""
    if table in FROM_WARC:
        return Way.FROM_WARC
    made_again = table.startswith(PARTS_MADE_AGAIN) or table in {"raw.sources", "raw.accuracy", "ops.format"}
    if made_again or table in LEDGER_TABLES:
        return Way.MAKE_AGAIN
    return Way.MARK_LOST


def way_back(table: str, is_proved: bool) -> Way:
    """What can be done about the rows of a file that lies there whole and that only the catalogue lost.

    The file is never named again as it is: which of its rows were deleted (by a takedown, for one) was told by the
    catalogue alone. Derived rows are made again. Rows of captures are too: a WARC file may have been rewritten since,
    which their own file does not know. What no other place tells is read back, row by row.
    """
    if table.startswith(PARTS_MADE_AGAIN) or table in {"raw.captures", "raw.accuracy", *LEDGER_TABLES}:
        return way_of(table)
    return Way.READ_BACK if is_proved else way_of(table)


def catalogue_damage(lake: Path, is_written: bool) -> tuple[list[Damage], Seal | None, list[str]]:
    """Damage of the seal and the catalogue; the seal, where it is sound; and notes.

    `is_written`: a writer works on the lake just now, so that the seal is of an earlier state.
    """
    damage: list[Damage] = []
    notes: list[str] = []
    sealed: Seal | None = None
    try:
        sealed = seal.load(lake)
    except seal.BrokenSealError as error:
        damage.append(_seal_damage("seal/seal.json", str(error)))
    if catalogue := storage.storage_of(lake).catalogue:
        notes.append("the catalogue lies in PostgreSQL: its bytes are for that server's own checks (pg_amcheck)")
        return damage + list(_postgres_damage(catalogue)), sealed, notes
    name = f"{seal.FOLDER}/{sealed.catalogue_name}" if sealed else ""
    copy = _bytes(lake / name) if sealed else None
    if sealed and (copy is None or hashlib.sha256(copy).hexdigest() != sealed.catalogue_sha256):
        is_replaced = is_written and seal.load(lake) != sealed  # a writer left while we looked
        copy = None
        if not is_replaced:
            damage.append(_seal_damage(name, "the copy of the catalogue is missing or not what was written"))
    way = Way.PUT_BACK if copy is not None else Way.BACKUP
    path = catalog.catalog_path(lake)
    try:
        now = catalogue_bytes.read(path)
        problems = _sqlite_problems(now)
    except (sqlite3.Error, OSError) as error:
        damage.append(Damage("catalogue", path.name, Fault.CATALOGUE_UNREADABLE, f"it cannot be read: {error}", way))
        return damage, sealed, notes
    told = len(damage)
    damage += [Damage("catalogue", path.name, Fault.CATALOGUE_CHANGED, text, way) for text in problems]
    if sealed is None:
        notes.append("the lake has no seal yet: the next run that ends well leaves one")
    elif is_written or seal.is_open(lake):
        notes.append("a run works on the lake, or ended before its end: changes of the catalogue since are not told")
    elif hashlib.sha256(now).hexdigest() != sealed.catalogue_sha256 and not problems:
        damage += _differences(path.name, copy, now, way)
    if len(damage) == told:
        damage += [Damage("catalogue", path.name, Fault.SNAPSHOTS_BROKEN, text, way) for text in _chain(now)]
    return damage, sealed, notes


def _postgres_damage(catalogue: str) -> Iterator[Damage]:
    with storage.postgres(catalogue) as connection:
        for says, sql in _CHAIN:
            if connection.execute(sql).fetchone() != (0,):
                yield Damage("catalogue", "PostgreSQL", Fault.SNAPSHOTS_BROKEN, says, Way.BACKUP)


def _seal_damage(name: str, says: str) -> Damage:
    return Damage("catalogue", name, Fault.SEAL_DAMAGED, says, Way.SEAL_AGAIN)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _differences(name: str, copy: bytes | None, now: bytes, way: Way) -> Iterator[Damage]:
    if copy is None:
        yield Damage("catalogue", name, Fault.CATALOGUE_CHANGED, "it is not as sealed; which table is not known", way)
        return
    try:
        tables = seal.tables_that_differ(copy, now)
    except sqlite3.Error as error:
        yield Damage("catalogue", name, Fault.CATALOGUE_UNREADABLE, f"a table of it cannot be read: {error}", way)
        return
    offset = next((at for at, (old, new) in enumerate(zip(copy, now, strict=False)) if old != new), None)
    for table in tables:
        says = f"table {table} does not hold the rows that were sealed"
        yield Damage("catalogue", name, Fault.CATALOGUE_CHANGED, says, way, offset, table)
    if not tables:
        yield Damage("catalogue", name, Fault.CATALOGUE_BYTES, "bytes that hold no row have changed", way, offset)


def _sqlite_problems(data: bytes) -> list[str]:
    with closing(catalogue_bytes.in_memory(data)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        found = [str(text) for (text,) in connection.execute("PRAGMA integrity_check(20)")]
    return [] if found == ["ok"] else found


def _chain(data: bytes) -> list[str]:
    """What does not hold together in the catalogue itself."""
    with closing(catalogue_bytes.in_memory(data)) as connection:
        return [says for says, sql in _CHAIN if connection.execute(sql).fetchone() != (0,)]


_CHAIN: "tuple[tuple[LiteralString, LiteralString], ...]" = (
    (
        "the numbers of its snapshots have gaps",
        "SELECT max(snapshot_id) - min(snapshot_id) + 1 - count(*) FROM ducklake_snapshot",
    ),
    (
        "snapshots are without their changes",
        "SELECT count(*) FROM ducklake_snapshot WHERE snapshot_id NOT IN (SELECT snapshot_id FROM "
        "ducklake_snapshot_changes)",
    ),
    (
        "files are of a snapshot that is not there yet",
        "SELECT count(*) FROM ducklake_data_file WHERE begin_snapshot > (SELECT max(snapshot_id) FROM "
        "ducklake_snapshot) OR end_snapshot > (SELECT max(snapshot_id) FROM ducklake_snapshot)",
    ),
    (
        "files are of a table that is not there",
        "SELECT count(*) FROM ducklake_data_file WHERE table_id NOT IN (SELECT table_id FROM ducklake_table)",
    ),
    (
        "files have a number that the next file will get",
        "SELECT count(*) FROM ducklake_data_file WHERE data_file_id >= (SELECT max(next_file_id) FROM "
        "ducklake_snapshot)",
    ),
)


def inventory(connection: duckdb.DuckDBPyConnection, sealed: Seal | None) -> Inventory:
    """What the lake should hold, of one snapshot. Raises duckdb.Error where the catalogue cannot be read."""
    connection.execute("BEGIN")
    try:
        row = connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()
        columns = "path, table_name, row_count, file_bytes, is_current, deletes_from"
        found = connection.execute(f"SELECT {columns} FROM ({seal.FILES}) ORDER BY path").fetchall()
        scheduled = connection.execute(
            "SELECT path FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion"
        ).fetchall()
    finally:
        connection.execute("ROLLBACK")
    inventory = Inventory(row[0] if row else 0, [LakeFile(*one) for one in found])
    inventory.scheduled = {Path(path).name for (path,) in scheduled}
    try:
        ledger = connection.execute(_LEDGER).fetchall()
        inventory.ledger = {f"files/{path}": (sha256, rows) for path, sha256, rows in ledger}
    except duckdb.Error as error:
        inventory.notes.append(f"the ledger cannot be read whole: {_first_line(error)}")
    try:
        inventory.stretches = seal.known(connection, sealed)
    except duckdb.Error as error:
        inventory.notes.append(f"ops.sealed cannot be read whole: {_first_line(error)}")
        inventory.stretches = {}
        for one in sealed.stretches if sealed else ():
            inventory.stretches.setdefault(one.path, []).append(one)
    return inventory


_LEDGER = """
    SELECT file.path, file.sha256, file.row_count FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
"""


def parquet_damage(lake: Path, held: Inventory, executor: Executor, is_quick: bool) -> list[Damage]:
    """Damage of the Parquet files, hashed on the executor's threads. Damage of the ledger makes it say no more."""
    damage = [found for file in held.files if (found := _presence(lake, file))]
    gone = {one.name for one in damage}
    for file in held.files:
        if (entry := held.ledger.get(file.path)) and entry[1] != file.row_count and file.deletes_from is None:
            says = f"the catalogue says {file.row_count} rows, the ledger {entry[1]}"
            damage.append(_of(file, Fault.ROW_COUNT, says))
    damage += _unnamed(lake, held)
    if is_quick:
        return damage
    here = [file for file in held.files if file.path not in gone]
    sums = executor.map(lambda file: _sum(lake, held, file), here)
    for file, text in zip(here, sums, strict=True):
        if text is not None:
            damage.append(_of(file, *text))
    ledger = [one for one in damage if one.table in LEDGER_TABLES]
    if ledger:
        held.notes.append("the ledger itself is damaged, so the other files were not held against it")
        return ledger
    return damage


def _presence(lake: Path, file: LakeFile) -> Damage | None:
    size = files.size(lake, file.path)
    if size is None:
        return _of(file, Fault.FILE_MISSING, "it is gone")
    if size != file.file_bytes:
        return _of(file, Fault.FILE_SIZE, f"it has {size} bytes, committed were {file.file_bytes}")
    return None


def _sum(lake: Path, held: Inventory, file: LakeFile) -> tuple[Fault, str] | None:
    stretch = held.stretches.get(file.path, [])
    expected = held.ledger[file.path][0] if file.path in held.ledger else (stretch[-1].sha256 if stretch else None)
    try:
        if expected is None:
            rows = _read_whole(lake, file.path)
            if rows is None:
                return Fault.FILE_UNREADABLE, "it has no hash yet, and it cannot be read"
            if rows != file.row_count:
                return Fault.ROW_COUNT, f"it has {rows} rows, the catalogue says {file.row_count}"
            held.notes.append(f"{file.path} has no hash yet: it was read whole instead")
            return None
        found, _ = files.digest(lake, file.path)
    except OSError as error:
        return Fault.FILE_UNREADABLE, f"it cannot be read: {error.strerror or type(error).__name__}"
    return None if found == expected else (Fault.FILE_CHANGED, f"it has SHA-256 {found}, committed was {expected}")


def _read_whole(lake: Path, name: str) -> int | None:
    with closing(catalog.bare()) as connection:
        try:
            catalog.reach(connection, storage.storage_of(lake))
            row = connection.execute(
                "SELECT count(*), max(hash(rows)) FROM read_parquet(?) AS rows", [files.address(lake, name)]
            ).fetchone()
        except duckdb.Error:
            return None
    return int(row[0]) if row else None


def _unnamed(lake: Path, held: Inventory) -> Iterator[Damage]:
    """Files of the ledger that lie there and that the catalogue does not know: compaction takes its own away."""
    named = {file.path for file in held.files}
    for path in held.ledger:
        if path not in named and Path(path).name not in held.scheduled and files.size(lake, path) is not None:
            table = ".".join(Path(path).parts[1:3])
            says = "the ledger has it and the catalogue does not"
            try:  # however quick the look is: a repair may rely on it
                is_proved = files.digest(lake, path)[0] == held.ledger[path][0]
            except OSError:
                is_proved = False
            says += "" if is_proved else "; it is not what was written either"
            way = way_back(table, is_proved)
            yield Damage("parquet", path, Fault.NOT_IN_CATALOGUE, says, way, table=table)


def _of(file: LakeFile, fault: Fault, says: str) -> Damage:
    if not file.is_current:
        return Damage("parquet", file.path, fault, f"{says}; an older state of the lake reads it", Way.MARK_LOST,
                      table=file.table)  # fmt: skip
    return Damage("parquet", file.path, fault, says, way_of(file.table), table=file.table)


def run_damage(connection: duckdb.DuckDBPyConnection) -> list[Damage]:
    """Runs whose counts do not add up: as many addresses were listed as have an outcome. Raises duckdb.Error."""
    rows = connection.execute(
        """
        SELECT run_id, stage, sum(one.count) FILTER (one.what = 'listed') AS listed,
               sum(one.count) FILTER (one.what = 'fetched') AS fetched
        FROM (SELECT run_id, stage, unnest(counts) AS one FROM lake.ops.runs)
        GROUP BY run_id, stage HAVING coalesce(listed, 0) <> coalesce(fetched, 0) ORDER BY run_id
        """
    ).fetchall()
    return [
        Damage(
            "catalogue",
            f"ops.runs {run}",
            Fault.RUN_COUNTS,
            f"{stage}: {listed or 0} inputs were listed, {fetched or 0} have an outcome",
            Way.MARK_LOST,
        )
        for run, stage, listed, fetched in rows
    ]


def still_named(connection: duckdb.DuckDBPyConnection, damage: Sequence[Damage]) -> list[Damage]:
    """Those of the damaged Parquet files that the lake reads now: what a writer has replaced meanwhile is no damage."""
    named = {path for (path,) in connection.execute(f"SELECT path FROM ({seal.FILES})").fetchall()}
    return [one for one in damage if one.what != "parquet" or one.name in named or one.fault is Fault.NOT_IN_CATALOGUE]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
