"""Maintain: WARC files without what was taken down, large files of small ones, old states and leftovers gone.

A kill at any moment leaves a lake that reads as before; the next run goes on. Where an order of takedown waits, its
bytes go whatever the days to be kept: DuckLake's files serve many states of the lake at once, so all earlier ones go.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.durable import sync
from flows.fetching.warc_repack import Extent, drop, repack, successor
from flows.fetching.warc_walk import Headers, header
from flows.lake import backups, catalog, erasing, files, lock, maintaining, orders, storage
from flows.lake.batches import Count, Writer, writing
from flows.steps import takedown
from flows.steps.tombstones import Tombstones
from flows.steps.warc_files import ASIDE, FOLDER, set_aside

KEEP_DAYS = 14
"""States of the lake that can be asked for by `--as-of`."""
CLEAN_DAYS = 3
"""Files that nothing needs any more are left for so long: a reader may have begun before, a commit may be under way."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of upkeep that is done: what came of it, and a line for people."""

    says: str
    counts: tuple[Count, ...] = ()


def parts(
    lake: Path,
    run_id: str,
    keep_days: int = KEEP_DAYS,
    clean_days: int = CLEAN_DAYS,
    *,
    is_erasing_only: bool = False,
) -> Iterator[Part]:
    """Maintain a lake, piece by piece; nothing of it needs the others' success.

    `is_erasing_only`: files that hold nothing of what was taken down stay as they are, for backups that share them.
    Raises LakeError where there is no lake, or another process writes to it.
    """
    if not catalog.exists(lake):
        raise catalog.LakeError(f"There is no lake at {lake}: nothing to maintain")
    yield Part("measured", tuple(_sizes(lake, "bytes before")))
    with writing(lake, "maintain") as writer:
        set_aside(lake, writer.connection)
        takedown.enforce(writer, run_id)
        waiting = erasing.pending_orders(writer.connection)
        yield from _repacked(writer)
        if waiting:
            yield from _cleaned_aside(writer)
            shutil.rmtree(lake / catalog.DAMAGED_FOLDER, ignore_errors=True)  # damaged files hold what they held
        yield from _files(writer, waiting, keep_days, clean_days, is_merging=not is_erasing_only)
    with lock.held(lake, "maintain"):
        is_swept = erasing.sweep_catalogue(lake)
    prefect = lake / "prefect" / "prefect.db"
    if waiting and prefect.exists() and not erasing.vacuum(prefect):
        yield Part("Prefect's own database is in use and was not swept: it may hold words of an order's run form")
    yield Part("catalogue swept" if is_swept else "catalogue swept; a reader keeps its log, which the next run empties")
    if waiting and is_swept:
        with writing(lake, "maintain") as writer:
            erasing.note_erased(writer.connection, [order_id for order_id, _ in waiting], datetime.now(UTC))
        yield Part(f"orders of takedown erased: {len(waiting)}", (Count("orders", "erased", len(waiting)),))
    with closing(catalog.read(lake)) as connection:
        for told in orders.tell(lake, connection):
            if told.fault:
                yield Part(f"the backups in {told.folder} do not know the orders of takedown: {told.fault}")
            elif holding := backups.holding_any(told.folder):
                names = ", ".join(one.name for one in holding)
                yield Part(f"backups in {told.folder} hold what was taken down ({names}): `sillok backup --erase`")
    yield Part("measured", tuple(_sizes(lake, "bytes after")))


def _repacked(writer: Writer) -> Iterator[Part]:
    """Rewrite the WARC files that hold what was taken down: new file, commit, old file gone; ends what a kill left."""
    folder, connection = writer.lake / FOLDER, writer.connection
    for path in folder.rglob("*.warc.gz.tmp"):
        path.unlink()
    yield from _removed(writer)
    for name, records in erasing.files_to_repack(connection).items():
        cut = [Extent(one.capture_id, one.warc_offset, one.warc_bytes) for one in records]
        kept = [Extent(one.capture_id, one.warc_offset, one.warc_bytes) for one in erasing.records_of(connection, name)]
        path = folder / name
        target = path.with_name(successor(path.name))
        placed: dict[str, int] = {}
        with suppress(FileNotFoundError):  # a file that is lost already holds nothing to be cut out
            placed = repack(path, target, kept, cut)
        if kept and not placed:
            yield Part(f"{name} is gone from the disk; its rows stay as they are")
            erasing.forget_records(connection, name)
            continue
        erasing.commit_repacked(connection, name, str(Path(name).with_name(target.name)), placed)
        yield Part(
            f"{name}: {len(cut)} records cut out, {len(kept)} kept", (Count("WARC records", "cut out", len(cut)),)
        )
        yield from _removed(writer)


def _removed(writer: Writer) -> Iterator[Part]:
    for name in erasing.files_to_remove(writer.connection):
        path = writer.lake / FOLDER / name
        if path.exists():
            path.unlink()
            sync(path.parent)
        erasing.forget_records(writer.connection, name)
        yield Part(f"{name} removed", (Count("WARC files", "rewritten", 1),))


def _cleaned_aside(writer: Writer) -> Iterator[Part]:
    """What killed runs left beside the WARC folder may hold a page that was taken down, too."""
    tombstones = Tombstones(writer.connection)

    def is_barred(headers: Headers) -> bool:
        return tombstones.stops((header(headers, "warc-target-uri") or "").strip("<> "))

    dropped = sum(drop(path, is_barred) for path in sorted((writer.lake / ASIDE).rglob("*.warc.gz")))
    if dropped:
        yield Part(f"{dropped} records dropped from files set aside", (Count("WARC records", "cut out", dropped),))


def _files(
    writer: Writer, orders: list[tuple[str, datetime]], keep_days: int, clean_days: int, *, is_merging: bool
) -> Iterator[Part]:
    connection = writer.connection
    rewritten = maintaining.rewrite(connection, 0 if orders else maintaining.REWRITE_SHARE)
    yield Part(
        f"{rewritten} Parquet files written anew without deleted rows",
        (Count("Parquet files", "rewritten", rewritten),),
    )
    if is_merging:
        many, few = maintaining.merge(connection)
        yield Part(f"{many} Parquet files merged into {few}", (Count("Parquet files", "merged", many),))
    now = datetime.now(UTC)
    aged = maintaining.expire(connection, now - timedelta(days=keep_days))
    yield Part(f"{aged} states of the lake older than {keep_days} days expired", (Count("snapshots", "expired", aged),))
    before = now - timedelta(days=clean_days)
    if orders:
        forced = maintaining.expire(connection, now)
        yield Part(
            f"{forced} younger states expired: they held what was taken down (orders: {len(orders)})",
            (Count("snapshots", "expired for a takedown", forced),),
        )
    removed = maintaining.remove_unneeded(connection, datetime.now(UTC) if orders else before)
    yield Part(f"{removed} files that no state needs removed", (Count("Parquet files", "removed", removed),))
    # What a killed commit left may hold the rows of an order: such a file is older than the order.
    orphans = maintaining.remove_orphans(connection, max([before, *(taken_at for _, taken_at in orders)]))
    yield Part(
        f"{orphans} files that no state ever knew removed", (Count("Parquet files", "orphans removed", orphans),)
    )


def _sizes(lake: Path, what: str) -> Iterator[Count]:
    """Bytes on disk, by what they are."""
    for name, paths in (
        ("warc", (lake / FOLDER).rglob("*")),
        ("catalogue", lake.glob("catalog.sqlite*")),
    ):
        yield Count(what, name, sum(path.stat().st_size for path in paths if path.is_file()))
    yield Count(what, "parquet", files.total_bytes(lake))
    if catalogue := storage.storage_of(lake).catalogue:
        yield Count(what, "database", storage.database_bytes(catalogue))
