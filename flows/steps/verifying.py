"""Verify a lake: every WARC record against its digest and its row, every Parquet file, the catalogue and the seal.

Reads only, and may run beside a writer: what is checked is one snapshot, and what lies behind it is not called damage.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from flows.fetching.warc_check import CAPTURE_TYPES, Member, members, payload_sha256
from flows.lake import catalog, integrity, lock, seal
from flows.lake.catalog import WARC_FOLDER, LakeError
from flows.lake.damage import Damage, Fault, Way
from flows.lake.files import digest_of_part
from flows.lake.integrity import Inventory
from flows.lake.seal import Stretch

MOST_THREADS = 8
LOST = "lost"
"""Action in ops.repairs of what is known to be gone."""

Advance = Callable[[str, int, int], None]
"""Told (what, done, total) as the work goes on."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a row of raw.captures says of its record."""

    offset: int
    length: int
    capture_id: str
    record_type: str
    payload_sha256: str

    @property
    def end(self) -> int:
        """Where the record ends, exclusive."""
        return self.offset + self.length


@dataclass(slots=True)
class Verified:
    """What verify found. `known` is damage that repair has written down as lost for good."""

    damage: list[Damage] = field(default_factory=list)
    known: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)  # catalogue tables, parquet files, warc files, warc records


def verify(
    lake: Path, *, is_quick: bool = False, is_mine: bool = False, advance: Advance = lambda *_: None
) -> Verified:
    """Look at the whole lake; `is_quick` at the catalogue, and at presence and sizes of the files only.

    `is_mine`: the caller holds the writer's lock, and writes nothing just now.
    Raises LakeError where there is no lake.
    """
    if not catalog.exists(lake) and not (lake / seal.FOLDER).exists():
        raise LakeError(f"There is no lake at {lake} yet: `sillok run --sample` or `sillok import PATH` makes one")
    is_written = not is_mine and not lock.is_free(lake)
    done = Verified()
    damage, sealed, notes = integrity.catalogue_damage(lake, is_written)
    done.damage += damage
    done.notes += notes
    copy = None
    if any(one.name == catalog.catalog_path(lake).name for one in damage):
        copy = seal.catalogue_copy(lake, sealed) if sealed else None
        if copy is None or any(one.fault is Fault.SEAL_DAMAGED for one in damage):
            done.notes.append("the files could not be held against a catalogue that is damaged")
            return done
        done.notes.append("the files were held against the copy of the catalogue that was sealed")
    try:
        connection = catalog.read_as_found(lake, copy)
    except LakeError as error:
        path = catalog.catalog_path(lake).name
        done.damage.append(Damage("catalogue", path, Fault.CATALOGUE_UNREADABLE, str(error), Way.BACKUP))
        return done
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    with closing(connection), ThreadPoolExecutor(threads) as executor:
        connection.execute(f"SET threads = {threads}")
        held = integrity.inventory(connection, sealed)
        _files(lake, connection, held, executor, done, is_quick, advance)
        _settle(lake, connection, held, done, copy)
    return done


def _files(
    lake: Path,
    connection: duckdb.DuckDBPyConnection,
    held: Inventory,
    executor: Executor,
    done: Verified,
    is_quick: bool,
    advance: Advance,
) -> None:
    advance("Parquet files", 0, len(held.files))
    found = integrity.parquet_damage(lake, held, executor, is_quick)
    done.damage += found
    done.notes += held.notes
    done.checked["parquet files"] = len(held.files)
    advance("Parquet files", len(held.files), len(held.files))
    damaged = {one.table for one in found}
    if "ops.runs" not in damaged:
        done.damage += integrity.run_damage(connection)
    if damaged & {"raw.captures", "ops.sealed"}:
        done.notes.append("the WARC files were not held against raw.captures: repair that first, then verify again")
        return
    files = _warc_files(lake, connection, held)
    is_whole = "ops.batches" not in damaged and _has_all_rows(connection)
    for number, (name, end, looked) in enumerate(_looked_at(lake, connection, held, executor, files, is_quick), 1):
        gone = [one for one in looked.damage if one.fault is Fault.ROW_MISSING and not is_whole]
        done.damage += [one for one in looked.damage if one not in gone]
        if gone:
            done.notes.append(f"{name}: {len(gone)} records have no row; rows of raw.captures were deleted since")
        if looked.size > end:
            done.notes.append(f"{WARC_FOLDER}/{name}: {looked.size - end} bytes behind its end are not committed")
        done.checked["warc files"] += 1
        done.checked["warc records"] += looked.records
        advance("WARC files", number, len(files))


def _warc_files(lake: Path, connection: duckdb.DuckDBPyConnection, held: Inventory) -> dict[str, int]:
    """WARC file -> where what is committed of it ends; files that nobody knows end at 0."""
    folder = lake / WARC_FOLDER
    ends = {path.relative_to(folder).as_posix(): 0 for path in sorted(folder.rglob("*.warc.gz"))}
    for path, stretches in held.stretches.items():
        name = path.removeprefix(f"{WARC_FOLDER}/")
        if name in ends:  # one that is gone is missed by its rows alone: it may have been packed anew
            ends[name] = stretches[-1].end
    for name, end in connection.execute(
        "SELECT warc_file, max(warc_offset + warc_bytes) FROM lake.raw.captures GROUP BY warc_file ORDER BY warc_file"
    ).fetchall():
        ends[name] = max(end, ends.get(name, 0))
    return ends


def _has_all_rows(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether no row of raw.captures was deleted since it was committed, as a takedown does."""
    row = connection.execute(
        """
        SELECT (SELECT count(*) FROM lake.raw.captures) = coalesce((
            SELECT sum(file.row_count) FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
            WHERE file."table" = 'raw.captures'), 0)
        """
    ).fetchone()
    return bool(row and row[0])


@dataclass(frozen=True, slots=True)
class Looked:
    """What one WARC file was found to be."""

    damage: list[Damage]
    records: int
    size: int


def _looked_at(
    lake: Path,
    connection: duckdb.DuckDBPyConnection,
    held: Inventory,
    executor: Executor,
    files: dict[str, int],
    is_quick: bool,
) -> Iterator[tuple[str, int, Looked]]:
    """Look at WARC files on the threads, a few at a time, so that the rows of a few are in memory."""
    running: deque[tuple[str, int, Future[Looked]]] = deque()
    for name, end in files.items():
        rows = [] if is_quick else recorded(connection, name)
        stretches = held.stretches.get(f"{WARC_FOLDER}/{name}", [])
        running.append((name, end, executor.submit(look_at, lake, name, rows, stretches, end, is_quick)))
        if len(running) > 2 * MOST_THREADS:
            first, its_end, future = running.popleft()
            yield first, its_end, future.result()
    for first, its_end, future in running:
        yield first, its_end, future.result()


def recorded(connection: duckdb.DuckDBPyConnection, name: str) -> list[Recorded]:
    """The rows of one WARC file, in its order."""
    rows = connection.execute(
        "SELECT warc_offset, warc_bytes, capture_id, record_type, payload_sha256 FROM lake.raw.captures "
        "WHERE warc_file = ? ORDER BY warc_offset",
        [name],
    ).fetchall()
    return [Recorded(*row) for row in rows]


def look_at(
    lake: Path, name: str, rows: list[Recorded], stretches: Iterable[Stretch], end: int, is_quick: bool = False
) -> Looked:
    """Hold one WARC file against its rows and its hashes. A file that is not there is damage, not an error."""
    path, shown = lake / WARC_FOLDER / name, f"{WARC_FOLDER}/{name}"
    try:
        size = path.stat().st_size
        if is_quick:
            short = Damage("warc", shown, Fault.RECORD_MISSING, f"it has {size} bytes, committed were {end}",
                           Way.MARK_LOST, offset=size, end=end)  # fmt: skip
            return Looked([short] if size < end else [], 0, size)
        damage, count = _records(path, shown, rows, min(end, size))
        if size < end and not damage:
            says = f"it has {size} bytes, committed were {end}"
            damage = [Damage("warc", shown, Fault.BESIDE_DAMAGED, says, Way.MARK_LOST, offset=size, end=end)]
        damage += _changed(path, shown, stretches, damage, size)
    except OSError as error:
        says = f"it cannot be read: {error.strerror or type(error).__name__}"
        gone = [Damage("warc", shown, Fault.WARC_MISSING, says, Way.MARK_LOST, end=end)] if end else []
        gone += [_lost(shown, row, Fault.RECORD_MISSING, "its file cannot be read") for row in rows]
        return Looked(gone, 0, 0)
    return Looked(damage, count, size)


def _records(path: Path, shown: str, rows: list[Recorded], end: int) -> tuple[list[Damage], int]:
    damage: list[Damage] = []
    waiting = deque(rows)
    count = 0
    for member in members(path, end):
        count += 1
        while waiting and waiting[0].offset < member.offset:
            damage.append(_lost(shown, waiting.popleft(), Fault.RECORD_MISSING, "no record begins where it should"))
        own: list[Recorded] = []
        while waiting and waiting[0].offset < member.end:
            own.append(waiting.popleft())
        damage += _held_against(shown, member, own)
    return damage + [_lost(shown, row, Fault.RECORD_MISSING, "the file ends before it") for row in waiting], count


def _held_against(shown: str, member: Member, own: list[Recorded]) -> Iterator[Damage]:
    """One member of the file against the rows that point into it."""
    if member.fault is not None:
        for row in own:
            fault = Fault.RECORD_MISSING if member.is_cut and row.end > member.end else Fault.RECORD_DAMAGED
            yield _lost(shown, row, fault, member.fault)
        beside = min([row.offset for row in own], default=member.end)
        if beside > member.offset:
            says = f"a record that no capture names: {member.fault}"
            yield Damage("warc", shown, Fault.BESIDE_DAMAGED, says, Way.MARK_LOST, member.offset, end=beside)
        return
    if not own and member.record_type in CAPTURE_TYPES:
        yield Damage("warc", shown, Fault.ROW_MISSING, f"no row of raw.captures names {member.record_id}",
                     Way.FROM_WARC, member.offset, capture_id=member.record_id, end=member.end)  # fmt: skip
    for row in own:
        if row.offset != member.offset:
            yield _lost(shown, row, Fault.RECORD_MISSING, "no record begins where it should")
        elif differs := _difference(member, row):
            yield _lost(shown, row, Fault.RECORD_DIFFERS, differs)


def _difference(member: Member, row: Recorded) -> str | None:
    if member.record_id != row.capture_id:
        return f"it is {member.record_id}, its row says {row.capture_id}"
    if member.end != row.end:
        return f"it has {member.end - member.offset} bytes, its row says {row.length}"
    if member.record_type != row.record_type:
        return f"it is a {member.record_type}, its row says {row.record_type}"
    if row.record_type != "revisit" and member.record and payload_sha256(member.record) != row.payload_sha256:
        return "its payload has not the SHA-256 that its row says"
    return None


def _lost(shown: str, row: Recorded, fault: Fault, says: str) -> Damage:
    return Damage("warc", shown, fault, says, Way.MARK_LOST, row.offset, capture_id=row.capture_id, end=row.end)


def _changed(path: Path, shown: str, stretches: Iterable[Stretch], told: list[Damage], size: int) -> Iterator[Damage]:
    """Stretches whose bytes are not those that were hashed, though each record in them is sound."""
    spans = [(one.offset or 0, one.end or size) for one in told]
    for one in stretches:
        if any(begin < one.end and end > one.begin for begin, end in spans):
            continue
        if digest_of_part(path, one.begin, min(one.end, size))[0] != one.sha256:
            says = f"bytes between here and {one.end} are not those that were written; every record is sound"
            yield Damage("warc", shown, Fault.BYTES_CHANGED, says, Way.SEAL_AGAIN, one.begin, end=one.end)


def _settle(
    lake: Path, connection: duckdb.DuckDBPyConnection, held: Inventory, done: Verified, copy: Path | None
) -> None:
    """Take off what a writer has replaced since, and what is known as lost."""
    if done.damage and copy is None:
        done.damage = _second_look(lake, held, done.damage)
    try:
        rows = connection.execute(
            "SELECT what, name, begin_byte FROM lake.ops.repairs WHERE action = ?", [LOST]
        ).fetchall()
    except duckdb.Error:
        return  # a lake of before there was a repair
    lost = set(rows)
    done.known = [one for one in done.damage if one.place in lost]
    done.damage = [one for one in done.damage if one.place not in lost]


def _second_look(lake: Path, held: Inventory, damage: list[Damage]) -> list[Damage]:
    """Damage that is still there in the lake of now: maintenance may have packed files anew while we read."""
    try:
        with closing(catalog.read_as_found(lake)) as fresh:
            if fresh.execute("SELECT id FROM lake.current_snapshot()").fetchone() == (held.snapshot,):
                return damage
            files = {name for (name,) in fresh.execute("SELECT DISTINCT warc_file FROM lake.raw.captures").fetchall()}
            names = {f"{WARC_FOLDER}/{name}" for name in files}
            still = integrity.still_named(fresh, damage)
            return [one for one in still if one.what != "warc" or one.name in names]
    except (LakeError, duckdb.Error, OSError):
        return damage
