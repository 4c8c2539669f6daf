"""Repair what verify has found: put back, made again from the WARC files, sealed again, or written down as lost.

Damaged Parquet files are taken out of the catalogue and moved to `damaged/`, with the batch that they are part of, so
that the normal steps find its inputs undone and do them. Where each batch of a step builds on those before (copies,
stories, registry, reporters, the index), the step's tables are made anew as a whole. WARC files keep every whole
record; a capture whose record is lost keeps its row, and is asked for again.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.fetching.outcomes import Reason, State
from flows.fetching.warc_check import members
from flows.lake import catalog, files, lock, seal, storage, surgery
from flows.lake.batches import Writer, batch_id, writing
from flows.lake.catalog import DAMAGED_FOLDER, WARC_FOLDER
from flows.lake.copy_tables import COPY_TABLES
from flows.lake.damage import Damage, Fault, Way
from flows.lake.history_tables import REPORTERS
from flows.lake.integrity_tables import REPAIRS
from flows.lake.ledger import add_entries, entries, forget_batches, forget_files, unlisted
from flows.lake.registry_tables import REGISTRY_TABLES
from flows.lake.schema import Row
from flows.lake.search_tables import INDEX_TABLES
from flows.lake.storage import storage_of
from flows.lake.story_tables import STORY_TABLES
from flows.lake.tables import BY_NAME, CAPTURES, FETCHES, SOURCES
from flows.lake.transaction import change
from flows.steps import takedown
from flows.steps.remaking import captures_without_rows, fetches_without_rows
from flows.steps.tombstones import Tombstones
from flows.steps.verifying import LOST, Verified, verify

ROUNDS = 4  # each repairs what the one before made visible: the ledger, then the rows, then the records
WHOLE_STEPS = tuple(
    frozenset(table.name for table in tables)
    for tables in (COPY_TABLES, STORY_TABLES, (REPORTERS,), REGISTRY_TABLES, INDEX_TABLES)
)
_KEPT_BATCHES = ("raw.listings", "raw.captures", "raw.fetches")
"""Tables of batches that brought other things too, which stay."""


@dataclass(slots=True)
class Plan:
    """What one round takes out of the catalogue before anything is made again."""

    files: set[str] = field(default_factory=set)  # relative to the lake's folder
    batches: set[str] = field(default_factory=set)  # whose inputs are to be done again
    tables: set[str] = field(default_factory=set)  # that lose rows
    lost_rows: dict[str, int] = field(default_factory=dict)  # by table
    read_back: dict[str, str] = field(default_factory=dict)  # file -> table: whole, only the catalogue lost it


def repair(
    lake: Path, run_id: str, found: Verified, go_on: Callable[[], None], sources: Callable[[set[str]], list[Row]]
) -> Verified:
    """Repair a lake until nothing more can be done; returns what verify finds then.

    Args:
        lake: its folder.
        run_id: of this repair.
        found: what verify has found.
        go_on: runs the steps behind gathering: extract, enrich, link, index, publish.
        sources: rows of raw.sources for source ids whose rows are lost.

    Raises:
        LockedError: somebody writes the lake. LakeError, where the catalogue can only come from a backup.
    """
    with lock.held(lake, f"repair {run_id}", is_outer=True):
        for number in range(ROUNDS):
            if not found.damage or all(one.way is Way.BACKUP for one in found.damage):
                break
            _put_back(lake, found)
            plan = _plan(lake, found)
            _take_out(lake, plan)
            with writing(lake, f"repair {run_id}") as writer:
                _make_again(writer, f"{run_id}.{number}", found, plan, sources)
            if any(table.startswith("staging.") for table in plan.tables):
                go_on()
            found = verify(lake, is_mine=True)
    return found


def _put_back(lake: Path, found: Verified) -> None:
    """The catalogue from its sealed copy, and a seal that cannot be read out of the way."""
    faults = {one.fault for one in found.damage if one.way is Way.PUT_BACK}
    path = catalog.catalog_path(lake)
    if faults:
        sealed = seal.load(lake)
        if sealed is None:
            return
        _aside(lake, path.name)
        for log in ("-wal", "-shm"):
            path.with_name(path.name + log).unlink(missing_ok=True)
        temporary = path.with_suffix(".restored")
        temporary.write_bytes(seal.catalogue_copy(lake, sealed).read_bytes())
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    for one in found.damage:
        if one.fault is Fault.SEAL_DAMAGED:
            _aside(lake, one.name)


def _aside(lake: Path, name: str) -> None:
    """Move a file out of the way; one that is gone needs nothing."""
    target = lake / DAMAGED_FOLDER / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target = target.with_name(f"{target.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    if name.startswith(f"{files.FOLDER}/"):
        files.set_aside(lake, name, target)
    elif (lake / name).exists():
        (lake / name).rename(target)


def _plan(lake: Path, found: Verified) -> Plan:
    """The files to be taken out, and the batches to be done again."""
    plan = Plan()
    parquet = [one for one in found.damage if one.what == "parquet"]
    plan.read_back = {one.name: one.table for one in parquet if one.way is Way.READ_BACK and one.table}
    damaged = [one for one in parquet if one.name not in plan.read_back]
    if not damaged:
        return plan
    with closing(catalog.read_as_found(lake)) as connection:
        named = connection.execute(f"SELECT path, table_name, row_count, is_current FROM ({seal.FILES})").fetchall()
        rows = {path: (table, count) for path, table, count, is_current in named if is_current}
        ledger = [] if any(one.table == "ops.batches" for one in damaged) else entries(connection)
    unnamed = {one.name: one.table for one in damaged if one.fault is Fault.NOT_IN_CATALOGUE and one.table}
    for entry in ledger:
        rows |= {path: (unnamed[path], count) for path, count in entry.row_counts.items() if path in unnamed}
    plan.files = {one.name for one in damaged}
    plan.tables = {one.table for one in damaged if one.table and one.name in rows}
    steps = [step for step in WHOLE_STEPS if step & plan.tables]
    whole = frozenset[str]().union(*steps)
    plan.tables |= whole
    plan.files |= {path for path, (table, _) in rows.items() if table in whole}
    for entry in ledger:
        of = set(entry.files) & plan.files
        kept = {path for path, table in entry.files.items() if table in _KEPT_BATCHES}
        if (of - kept) or (set(entry.files.values()) & whole):
            plan.batches.add(entry.batch)
            plan.files |= set(entry.files) - kept
            plan.tables |= {table for path, table in entry.files.items() if path not in kept}
    for path in plan.files & rows.keys():
        table, count = rows[path]
        plan.lost_rows[table] = plan.lost_rows.get(table, 0) + count
    return plan


def _take_out(lake: Path, plan: Plan) -> None:
    if not plan.files:
        return
    names = [path.removeprefix(f"{files.FOLDER}/") for path in sorted(plan.files)]
    if catalogue := storage_of(lake).catalogue:
        with storage.postgres(catalogue) as connection:
            surgery.drop_in_postgres(connection, names)
    else:
        surgery.drop(catalog.catalog_path(lake), names)
    for path in plan.files:
        _aside(lake, path)


def _make_again(
    writer: Writer, run_id: str, found: Verified, plan: Plan, sources: Callable[[set[str]], list[Row]]
) -> None:
    """Everything that is done with the writer: the ledger, raw rows, and what is lost written down."""
    con, told = writer.connection, list[Row]()
    made = dict.fromkeys(plan.lost_rows, 0)
    if "ops.batches" in plan.tables:
        made["ops.batches"] = add_entries(writer, unlisted(con), run_id)
    _read_back(writer, run_id, plan.read_back)
    forget_files(con, plan.files)
    plan.batches |= _of_merged_files(con, plan)
    forget_batches(con, plan.batches)
    if "ops.format" in plan.tables:
        change(con, f"INSERT INTO lake.ops.format SELECT {catalog.FORMAT}")
        made["ops.format"] = 1
    if "raw.captures" in plan.tables or any(one.fault is Fault.ROW_MISSING for one in found.damage):
        rows = captures_without_rows(writer.lake, con, _ends(writer.lake, con))
        made["raw.captures"] = _commit(writer, run_id, "captures", [(CAPTURES, rows)])
    if "raw.fetches" in plan.tables:
        rows = fetches_without_rows(writer.lake, con)
        made["raw.fetches"] = _commit(writer, run_id, "fetches", [(FETCHES, rows)])
    if "raw.sources" in plan.tables:
        rows = sources(_sources_without_rows(con))
        made["raw.sources"] = _commit(writer, run_id, "sources", [(SOURCES, rows)])
    by_place: dict[tuple[object, ...], list[Damage]] = {}
    for one in found.damage:  # one flip in the catalogue may show in several tables
        by_place.setdefault((*one.place, one.fault, one.capture_id), []).append(one)
    for first, *more in by_place.values():
        row = _told(run_id, first, plan, made)
        told.append({**row, "detail": "; ".join([row["detail"], *(one.says for one in more)])})
    writer.renewed |= _mend_warc_files(writer.lake, found.damage)
    lost = [one for one in found.damage if one.capture_id and one.way is Way.MARK_LOST]
    _commit(writer, run_id, "told", [(REPAIRS, told), (FETCHES, _asked_again(con, run_id, lost))])


def _read_back(writer: Writer, run_id: str, paths: dict[str, str]) -> None:
    """Rows of whole files that only the catalogue lost, as far as they may be there, then the files go.

    Rows whose key the table holds were written anew meanwhile (updated, merged); what an order of takedown bars had
    been deleted, and the catalogue alone knew it.
    """
    con = writer.connection
    barred = Tombstones(con)
    for path, name in sorted(paths.items()):
        table = BY_NAME[name]
        with files.local(writer.lake, path) as found:
            frame = pl.read_parquet(found, hive_partitioning=False)
        con.register("read_back", frame)
        same = " AND ".join(f"held.{key} IS NOT DISTINCT FROM read_back.{key}" for key in table.key)
        frame = con.execute(f"SELECT read_back.* FROM read_back ANTI JOIN lake.{name} AS held ON {same}").pl()
        rows = [
            {column: row[column] for column in table.columns if column in row}
            for row in frame.iter_rows(named=True)
            if not barred.stops_source(str(row.get("source_id")))
            and not any(barred.stops(str(row[column])) for column in ("url", "final_url") if row.get(column))
        ]
        _commit(writer, run_id, f"read back {path}", [(table, rows)])
    if paths:
        takedown.enforce(writer, run_id)
    forget_files(con, paths)
    for path in paths:
        files.remove(writer.lake, path)


def _commit(writer: Writer, run_id: str, name: str, tables: Sequence[tuple[object, Sequence[Row]]]) -> int:
    """Commit rows of this repair; returns how many."""
    given = [(table, rows) for table, rows in tables if rows]
    if given:
        writer.commit_rows("repair", run_id, batch_id("repair", run_id, [name]), given)  # type: ignore[arg-type]
    return sum(len(rows) for _, rows in given)


def _of_merged_files(con: duckdb.DuckDBPyConnection, plan: Plan) -> set[str]:
    """Batches whose rows were in a damaged file that compaction had merged; their other rows are deleted.

    Which they were, the ledger says: it names them for the table, and the table has no row of them any more.
    """
    ledger = entries(con)
    found: set[str] = set()
    whole = frozenset[str]().union(*WHOLE_STEPS)
    tables = {table for table in plan.tables if table.startswith("staging.")} - whole
    for table in tables:
        held = {batch for (batch,) in con.execute(f"SELECT DISTINCT batch_id FROM lake.{table}").fetchall()}
        found |= {
            entry.batch for entry in ledger if table in entry.files.values() and entry.batch not in held | plan.batches
        }
    for table in {table for entry in ledger if entry.batch in found for table in entry.files.values()}:
        change(con, f"DELETE FROM lake.{table} WHERE batch_id IN (SELECT unnest(?::VARCHAR[]))", [sorted(found)])
    return found


def _ends(lake: Path, con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """WARC file -> how far its records are taken for committed: as sealed, else all that is whole."""
    folder = lake / WARC_FOLDER
    try:
        stretches = seal.known(con, seal.load(lake))
    except seal.BrokenSealError:
        stretches = seal.known(con, None)
    ends: dict[str, int] = {}
    for path in sorted(folder.rglob("*.warc.gz")):
        known = stretches.get(path.relative_to(lake).as_posix())
        ends[path.relative_to(folder).as_posix()] = known[-1].end if known else path.stat().st_size
    return ends


def _sources_without_rows(con: duckdb.DuckDBPyConnection) -> set[str]:
    rows = con.execute("SELECT DISTINCT source_id FROM lake.raw.captures ANTI JOIN lake.raw.sources USING (source_id)")
    return {one for (one,) in rows.fetchall()}


def _told(run_id: str, one: Damage, plan: Plan, made: dict[str, int]) -> Row:
    """One row of ops.repairs."""
    action, lost = "made_again", 0
    if one.way is Way.SEAL_AGAIN:
        action = "sealed_again"
    elif one.way in {Way.PUT_BACK, Way.READ_BACK}:
        action = "restored"
    elif one.way in {Way.MARK_LOST, Way.BACKUP}:
        action, lost = LOST, 1
    says = one.says
    if one.what == "parquet" and one.table in plan.lost_rows:
        of = plan.lost_rows[one.table]
        if action == LOST or (one.table in made and one.way is Way.FROM_WARC):
            lost = max(0, of - made.get(one.table, 0))
            says += f"; of {of} rows {lost} could not be had again"
            action = LOST if lost == of else action
    return {
        "run_id": run_id, "what": one.what, "name": one.name, "begin_byte": one.offset, "fault": one.fault.value,
        "capture_id": one.capture_id if action == LOST else None, "action": action, "detail": says,
        "lost_count": lost, "repaired_at": datetime.now(UTC),
    }  # fmt: skip


def _mend_warc_files(lake: Path, damage: Iterable[Damage]) -> set[str]:
    """Cut broken ends off WARC files, kept aside, so that each is a whole file; returns those to be sealed anew."""
    names = {one.name for one in damage if one.what == "warc" and one.fault is not Fault.ROW_MISSING}
    for name in names:
        path = lake / name
        if not path.exists():
            continue
        last = deque(members(path, path.stat().st_size), maxlen=1)
        if last and last[0].is_cut:
            offset = last[0].offset
            target = lake / DAMAGED_FOLDER / f"{name}.from-{offset}"
            target.parent.mkdir(parents=True, exist_ok=True)
            with path.open("r+b") as file:
                file.seek(offset)
                target.write_bytes(file.read())
                file.truncate(offset)
                os.fsync(file.fileno())
    return names


def _asked_again(con: duckdb.DuckDBPyConnection, run_id: str, lost: Sequence[Damage]) -> list[Row]:
    """Rows of raw.fetches for captures that are lost: one an address whose last capture it was, or was repeated by."""
    rows = con.execute(
        """
        SELECT url_key, kind, arg_max(source_id, captured_at), arg_max(url, captured_at),
               arg_max(coalesce(refers_to, capture_id), captured_at)
        FROM lake.raw.captures WHERE url_key IN (
            SELECT url_key FROM lake.raw.captures WHERE capture_id IN (SELECT unnest(?::VARCHAR[])))
        GROUP BY url_key, kind
        """,
        [[one.capture_id for one in lost]],
    ).fetchall()
    says = {one.capture_id: one for one in lost}
    now = datetime.now(UTC)
    return [
        {
            "run_id": run_id,
            "url_key": key,
            "url": url,
            "source_id": source_id,
            "kind": kind,
            "state": State.RETRY_LATER.value,
            "reason": Reason.RECORD_LOST.value,
            "detail": f"{says[capture].name} at byte {says[capture].offset}: {says[capture].says}",
            "attempts": 0,
            "wire_bytes": 0,
            "started_at": now,
            "ended_at": now,
        }
        for key, kind, source_id, url, capture in rows
        if capture in says
    ]
