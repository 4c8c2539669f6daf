"""Batches: polars writes one Parquet file a batch and table; the writer commits them in one transaction."""

import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.durable import sync
from flows.lake import catalog, lock, objects, seal, surroundings
from flows.lake import files as parquet
from flows.lake.held_keys import Hashes, HeldKeys, hashes
from flows.lake.integrity_tables import SEALED
from flows.lake.schema import BrokenPromiseError, Row, Table
from flows.lake.storage import storage_of
from flows.lake.tables import BATCHES, BY_NAME, RUNS
from flows.lake.transaction import change, transaction

log = logging.getLogger("sillok")


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One Parquet file on its way into a table. `sha256` is told by whoever wrote it and checked on the way in."""

    table: str
    path: Path
    sha256: str
    row_count: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many inputs of a stage ended in one outcome."""

    what: str  # listed, fetched, articles, annotations
    outcome: str
    count: int


def batch_id(stage: str, version: str, keys: Iterable[str]) -> str:
    """The id of a batch: the same inputs under the same version give the same id, so a retry is seen as one."""
    digest = hashlib.sha256(f"{stage}\x00{version}".encode())
    for key in sorted(keys):
        digest.update(b"\x00" + key.encode("utf-8", "replace"))
    return f"{stage}-{digest.hexdigest()[:24]}"


def incoming_path(lake: Path) -> Path:
    """Where workers put files for the writer. Same file system as the lake's files, so that a rename is atomic."""
    return lake / "incoming"


def write(lake: Path, table: Table, rows: Iterable[Row], batch: str) -> BatchFile:
    """Write one batch of one table: checked against the declaration, fsynced, hashed, renamed into place.

    Parquet has no page checksum (a flipped bit reads as a wrong value), so the SHA-256 goes with the file for good.
    Raises BrokenPromiseError where the rows break the table's declaration.
    """
    return write_frame(lake, table, table.frame({**row, "batch_id": batch} for row in rows), batch)


def write_frame(lake: Path, table: Table, frame: pl.DataFrame, batch: str) -> BatchFile:
    """The same for rows that are a frame already, with its batch_id: for tables of many small rows."""
    table.check(frame)
    folder = incoming_path(lake)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table.name}.{batch}.parquet"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    row_group_rows = table.layout.row_group_rows if table.layout else None
    frame.write_parquet(temporary, compression="zstd", statistics=True, row_group_size=row_group_rows)
    digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
    sync(temporary)
    temporary.replace(path)
    return BatchFile(table.name, path, digest, frame.height)


class Writer:
    """The one writer of a lake, for as long as its lock is held (see `writing`)."""

    def __init__(self, lake: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.lake = lake
        self.connection = connection
        self.renewed: set[str] = set()
        """Files (relative to the lake's folder) that were rightly written anew: hashed afresh as the writer leaves."""
        self._turn = threading.RLock()
        self._held = HeldKeys(connection)

    def commit(self, stage: str, run_id: str, batch: str, files: Sequence[BatchFile]) -> bool:
        """Bring a batch into the lake in one transaction, its id into the ledger with it.

        Returns False where the batch is in the lake already: nothing is changed then. Raises BrokenPromiseError for a
        file whose digest is not the one told or whose key is in the table already; the lake is as before then.
        """
        with self._turn:
            lock.keep(self.lake)
            if self.is_committed(batch):
                for file in files:
                    file.path.unlink(missing_ok=True)
                return False
            keys = [hashed for file in files for hashed in self._checked(file)]
            moved = [(file, self._brought(file, batch)) for file in files if file.row_count]
            ledger = {
                "batch_id": batch,
                "stage": stage,
                "run_id": run_id,
                "files": [
                    {
                        "table": file.table,
                        "path": name.removeprefix("files/"),
                        "sha256": file.sha256,
                        "row_count": file.row_count,
                    }
                    for file, name in moved
                ],
                "row_count": sum(file.row_count for file in files),
                "committed_at": datetime.now(UTC),
            }
            row = BATCHES.frame([ledger])
            self._transact(stage, batch, moved, row)
            for table, hashed in (*keys, (BATCHES, hashes(BATCHES, row))):
                self._held.add(table, hashed)
            self._held.settle()
            for file in files:
                file.path.unlink(missing_ok=True)
            return True

    def commit_rows(self, stage: str, run_id: str, batch: str, rows: Sequence[tuple[Table, Sequence[Row]]]) -> bool:
        """Write and commit rows of one or more tables as one batch; see `commit`."""
        files = [write(self.lake, table, listed, batch) for table, listed in rows]
        return self.commit(stage, run_id, batch, files)

    def is_committed(self, batch: str) -> bool:
        """Whether a batch id is in the ledger."""
        return self.unheld(BATCHES, pl.DataFrame({"batch_id": [batch]})).is_empty()

    def unheld(self, table: Table, keys: pl.DataFrame) -> pl.DataFrame:
        """Those of some keys, a frame of the table's key columns, that the table does not hold.

        Opens no file of the table unless one of them is there, or may be.
        """
        with self._turn:
            self._held.look()
            return self._held.unheld(table, keys, hashes(table, keys))

    def close_run(self, run_id: str, stage: str, started_at: datetime, counts: Sequence[Count]) -> None:
        """Write down that a run finished, and what came of its inputs."""
        row = {
            "run_id": run_id,
            "stage": stage,
            "started_at": started_at,
            "ended_at": datetime.now(UTC),
            "counts": [asdict(count) for count in counts],
        }
        with self._turn:
            self.connection.register("run_row", RUNS.frame([row]))
            change(
                self.connection,
                "INSERT INTO lake.ops.runs BY NAME SELECT * FROM run_row AS new WHERE NOT EXISTS "
                "(SELECT 1 FROM lake.ops.runs AS old WHERE old.run_id = new.run_id AND old.stage = new.stage)",
            )

    def _checked(self, file: BatchFile) -> list[tuple[Table, Hashes]]:
        """Hashes of the keys of a file that is as it was written, none of them in its table.

        Nothing where keys are a batch's own.

        Raises BrokenPromiseError where the file is another, or a key is in its table.
        """
        found = hashlib.sha256(file.path.read_bytes()).hexdigest()
        if found != file.sha256:
            raise BrokenPromiseError(f"{file.table}: {file.path.name} has SHA-256 {found}, told was {file.sha256}")
        table = BY_NAME[file.table]
        if table.has_own_keys:
            return []
        keys = pl.read_parquet(file.path, columns=list(table.key))
        hashed = hashes(table, keys)
        if held := keys.height - self._held.unheld(table, keys, hashed).height:
            raise BrokenPromiseError(f"{table.name}: {held} rows have a key that the table holds already")
        return [(table, hashed)]

    def _brought(self, file: BatchFile, batch: str) -> str:
        """Put a file among the lake's own; returns its name there."""
        folder = f"files/{file.table.replace('.', '/')}"
        name = f"{folder}/{batch}.parquet"
        if parquet.size(self.lake, name) is not None and self._is_named(f"{batch}.parquet"):
            # Of a batch that was taken out and is made again: an older state of the lake reads that file still, and
            # DuckLake will delete it by its name when the state expires.
            name = f"{folder}/{batch}.{time.time_ns()}.parquet"
        parquet.bring(self.lake, file.path, name)
        return name

    def _is_named(self, name: str) -> bool:
        found = self.connection.execute(
            """
            SELECT 1 FROM __ducklake_metadata_lake.ducklake_data_file WHERE path = $name
            UNION ALL
            SELECT 1 FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion WHERE ends_with(path, $name)
            """,
            {"name": name},
        ).fetchone()
        return found is not None

    def _transact(self, stage: str, batch: str, moved: list[tuple[BatchFile, str]], ledger: pl.DataFrame) -> None:
        con = self.connection
        with transaction(con):
            for file, name in moved:
                schema, table = file.table.split(".")
                path = parquet.address(self.lake, name)
                con.execute("CALL ducklake_add_data_files('lake', ?, ?, schema => ?)", [table, path, schema])
            con.register("ledger_row", ledger)
            con.execute("INSERT INTO lake.ops.batches BY NAME SELECT * FROM ledger_row")
            con.execute("CALL lake.set_commit_message(?, ?)", [stage, batch])


@dataclass(slots=True)
class _Open:
    """A writer in use in this process: how deep, and what closes it."""

    writer: Writer
    closing: ExitStack
    depth: int = 0
    stretches: list[seal.Stretch] | None = None  # to be sealed once the connection is closed; None: nothing is


_in_use: dict[Path, _Open] = {}
_in_use_turn = threading.RLock()


@contextmanager
def writing(lake: Path, who: str) -> Iterator[Writer]:
    """The writer of a lake, its lock held. Nested uses in one process share the writer: a flow made of flows is one.

    Raises LakeError where the lake is newer than the code or its PostgreSQL server went away meanwhile, LockedError
    where another process writes, SurroundingsError where the disk is full, or the machine refuses something else.
    """
    with surroundings.told():
        with _in_use_turn:
            if lake not in _in_use:
                _in_use[lake] = _opened(lake, who)
            use = _in_use[lake]
            use.depth += 1
        try:
            yield use.writer
            if use.depth == 1:
                use.stretches = _to_seal(use.writer)
        except duckdb.Error as error:
            lock.keep(lake)  # says it in a sentence where the server is gone
            _say_of_storage(lake, error)
            raise
        finally:
            with _in_use_turn:
                use.depth -= 1
                if use.depth == 0:
                    del _in_use[lake]
                    use.closing.close()


def _say_of_storage(lake: Path, error: duckdb.Error) -> None:
    """Raise LakeError with a sentence where S3-compatible storage is what failed."""
    data = storage_of(lake).data
    if data and (isinstance(error, duckdb.HTTPException | duckdb.IOException)):
        objects.refused(data, error, str(error).splitlines()[0])


def _opened(lake: Path, who: str) -> _Open:
    with ExitStack() as stack:
        if catalog.exists(lake):
            catalog.read(lake).close()  # a lake that is newer than the code is refused before anything is written
        stack.enter_context(lock.held(lake, who))
        seal.refuse_a_changed_catalogue(lake)
        for leftover in incoming_path(lake).glob("*"):
            leftover.unlink(missing_ok=True)  # of a run that was killed: made again from the WARC files
        seal.mark_open(lake)
        connection = catalog.write(lake)
        use = _Open(Writer(lake, connection), ExitStack())
        stack.callback(_seal, use)  # last of all but the lock
        stack.callback(connection.close)
        use.closing = stack.pop_all()
        return use


def _to_seal(writer: Writer) -> list[seal.Stretch] | None:
    """What the seal is to hold. A lake that cannot be sealed is left as it is: what was committed is committed."""
    try:
        try:
            before = seal.load(writer.lake)
        except seal.BrokenSealError:
            before = None
        new = seal.unsealed(writer.connection, writer.lake, before, writer.renewed)
        kept = [one for one in before.stretches if one.path not in writer.renewed] if before else []
        if len(kept) + len(new) <= seal.MOST_ENTRIES:
            return [*kept, *new]
        rows = list(seal.rows([*kept, *new]))
        batch = batch_id("seal", "1", [f"{row['path']} {row['begin_byte']} {row['sealed_at']}" for row in rows])
        writer.commit_rows("seal", batch, batch, [(SEALED, rows)])
        return seal.unsealed(writer.connection, writer.lake, None)
    except (duckdb.Error, OSError) as error:
        log.warning("the lake was not sealed: %s", str(error).splitlines()[0])
        return None


def _seal(use: _Open) -> None:
    if use.stretches is None:
        return
    try:
        seal.save(use.writer.lake, use.stretches)
    except (catalog.LakeError, sqlite3.Error, OSError) as error:
        log.warning("the lake was not sealed: %s", error)
