"""Backups: generations of a lake in a folder, each whole by itself, sharing by hard links what has not changed.

A generation is a folder that looks like a lake, with a manifest of sizes and hashes. It is made of one snapshot, beside
a writer or not: the catalogue as SQLite sees it in one moment (one in PostgreSQL is copied into a file of SQLite), and
the files that it names, which are never changed in place; of WARC files, which grow, what that snapshot has of them.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.durable import sync
from flows.lake import batches, catalog, catalogue_bytes, integrity, lock, moving, orders, seal
from flows.lake import files as parquet
from flows.lake.catalog import WARC_FOLDER, LakeError
from flows.lake.files import PIECE_BYTES, digest_of_part
from flows.lake.generations import FORMAT, MANIFEST, all_of, chosen, erased_in, manifest
from flows.lake.seal import Stretch
from flows.lake.storage import NAME, Storage, remember, storage_of

_LAKE_NAMES = (
    "catalog.sqlite",
    "catalog.sqlite-wal",
    NAME,
    "files",
    WARC_FOLDER,
    "warc-uncommitted",
    "seal",
    "incoming",
)

Advance = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a lake that a backup holds: up to `size` bytes of it. `sha256` is told where the lake knows it."""

    path: str
    size: int
    sha256: str | None
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup or a restore did."""

    folder: Path
    snapshot: int
    file_count: int
    copied_count: int
    copied_bytes: int
    removed: tuple[str, ...] = ()
    holding: tuple[str, ...] = ()  # generations that may hold bytes of what was taken down since


def backup(lake: Path, folder: Path, keep: int, advance: Advance = lambda *_: None) -> Summary:
    """Make a generation of a lake in a folder, and take away all but the newest `keep` (0 keeps all).

    Every file is hashed as it is copied and read again from the copy. Raises LakeError where there is no lake, where
    the folder lies in the lake, where another backup goes on in it, and where a file of the lake is damaged or gone: a
    backup of damage would push out the good ones. Nothing is left of a backup that failed.
    """
    if not catalog.exists(lake):
        raise LakeError(f"There is no lake at {lake}; nothing was done")
    if folder.resolve().is_relative_to(lake.resolve()) or lake.resolve().is_relative_to(folder.resolve()):
        raise LakeError(f"{folder} and the lake at {lake} lie in one another: a backup needs a folder of its own")
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # a lake that is mounted read-only is backed up, too
        orders.remember_folder(lake, folder.resolve())
    with _alone(folder):
        _clear(folder)
        before = all_of(folder)
        previous = before[-1] if before else None
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        summary = _made(lake, folder, name, previous, advance)
        with closing(catalog.read(lake)) as connection:  # every file of it has just been held against its hash
            orders.save(folder / orders.NAME, orders.of(connection))
        gone = all_of(folder)[:-keep] if keep else []
        for old in gone:
            _remove(old)
        holding = tuple(one.name for one in holding_any(folder))
        return Summary(folder / name, *summary, tuple(old.name for old in gone), holding)


def holding_any(folder: Path) -> list[Path]:
    """Generations that may hold bytes of what was taken down, as the orders beside them tell. Raises LakeError."""
    known = orders.load(folder / orders.NAME)
    return [one for one in all_of(folder) if orders.holds_any(erased_in(one), known)]


def rewrite(folder: Path, bring_back: Callable[[Path, Path], object], advance: Advance = lambda *_: None) -> list[str]:
    """Write the generations anew that hold bytes of what was taken down; returns their new names.

    `bring_back` restores a generation into a folder with the orders carried out and their bytes erased. What an order
    does not touch is shared as before. The new generation is whole before the old one goes, so that a kill leaves both.
    """
    made, faults = [], []
    with _alone(folder):
        _clear(folder)
        waiting = holding_any(folder)
        for number, old in enumerate(waiting, 1):
            name = f"{old.name}-1"  # stands right behind the old one, before the next
            try:
                if not (folder / name).exists():
                    scratch = folder / f".partial-lake-of-{old.name}"
                    bring_back(old, scratch)
                    _made(scratch, folder, name, old, advance)
                    shutil.rmtree(scratch)
                    made.append(name)
                _remove(old)
            except LakeError as error:  # a damaged one keeps no other from being rid of what was taken down
                faults.append(f"{old.name}: {error}")
            advance("generations", number, len(waiting))
    if faults:
        rest = f"; written anew: {', '.join(made)}" if made else ""
        raise LakeError(f"These still hold what was taken down: {'; '.join(faults)}{rest}")
    return made


def _clear(folder: Path) -> None:
    for leftover in folder.glob(".partial-*"):
        shutil.rmtree(leftover)


def _made(lake: Path, folder: Path, name: str, previous: Path | None, advance: Advance) -> tuple[int, int, int, int]:
    partial = folder / f".partial-{name}"
    partial.mkdir()
    try:
        summary = _fill(lake, partial, previous, advance)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    partial.rename(folder / name)
    sync(folder)
    return summary


def _remove(generation: Path) -> None:
    gone = generation.with_name(f".partial-{generation.name}")
    generation.rename(gone)  # half a generation must not be taken for one
    shutil.rmtree(gone)


def restore(
    folder: Path,
    lake: Path,
    name: str | None = None,
    advance: Advance = lambda *_: None,
    settle: Callable[[], None] = lambda: None,
) -> Summary:
    """Put a generation (the newest, if none is named) where there is no lake. The backup is read whole before.

    `settle` works on the lake that is there then, before anybody else can open it: orders of takedown are carried out.

    Raises LakeError, before anything is touched, where a lake is there already, where there is no such generation, and
    where a file of it is damaged or gone (named). The catalogue comes last: half a restore is no lake, and is gone on
    with by the next.
    """
    _refuse_a_lake(lake)
    generation = chosen(folder, name)
    files = manifest(generation)
    for number, (path, (size, sha256)) in enumerate(files.items(), 1):
        _check(generation / path, size, sha256)
        advance("files of the backup checked", number, len(files))
    lake.mkdir(parents=True, exist_ok=True)
    with lock.held(lake, "restore", is_outer=True):
        there = _refuse_a_lake(lake)  # again: another restore may have ended while this one read the backup
        with catalog.being_restored(lake):
            for one in there:  # of a restore that was killed: what it had begun to settle is not what the backup holds
                shutil.rmtree(lake / one) if (lake / one).is_dir() else (lake / one).unlink()
            _bring_files(generation, lake, files, advance)
            settle()
            with batches.writing(lake, "restore") as writer:
                row = writer.connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()
    return Summary(generation, row[0] if row else 0, len(files), len(files), sum(size for size, _ in files.values()))


def _refuse_a_lake(lake: Path) -> list[str]:
    """What a restore that was killed left there. Raises LakeError where there is more, or where it cannot go."""
    there = [one for one in _LAKE_NAMES if (lake / one).exists()]
    if there and not catalog.is_half_restored(lake):
        raise LakeError(
            f"{lake} holds a lake already ({there[0]} is there): restore into a folder of its own by SILLOK_LAKE, or "
            "move that one away; nothing was touched"
        )
    if storage_of(lake).catalogue:
        raise LakeError(
            "A backup comes back with a catalogue of SQLite: restore with SILLOK_CATALOGUE unset, then "
            "`sillok move-catalogue` moves it; nothing was touched"
        )
    if not there and storage_of(lake).data and parquet.total_bytes(lake):
        raise LakeError(
            f"{storage_of(lake).data} holds objects already: restore with SILLOK_DATA naming an empty prefix, or unset "
            "for Parquet files in the lake's folder; nothing was touched"
        )
    return there


def _bring_files(generation: Path, lake: Path, files: Mapping[str, tuple[int, str]], advance: Advance) -> None:
    """Copy the files of a generation into a lake, the catalogue last, each held against its hash."""
    if storage_of(lake).data:
        remember(lake)  # where its Parquet files lie, before the first of them does
    last = catalog.catalog_path(lake).name
    for number, (path, (size, sha256)) in enumerate(sorted(files.items(), key=lambda one: one[0] == last), 1):
        if path.startswith(f"{parquet.FOLDER}/") and storage_of(lake).data:
            parquet.bring(lake, generation / path, path)  # the storage holds it against its SHA-256
        else:
            temporary = lake / (f"{path}.restoring" if path == last else path)
            _copy(generation / path, temporary, size)
            _check(temporary, size, sha256)
            if path == last:
                temporary.replace(lake / path)
        advance("files restored", number, len(files))


def _fill(lake: Path, partial: Path, previous: Path | None, advance: Advance) -> tuple[int, int, int, int]:
    """Copy everything that one snapshot names; returns snapshot, files, and how many were copied and their bytes."""
    path = partial / catalog.catalog_path(lake).name
    storage = storage_of(lake)
    if storage.catalogue:
        moving.copy(lake, storage, Storage(), path, path)
        data = catalogue_bytes.read(path, is_settled=True)
    else:
        data = catalogue_bytes.read(catalog.catalog_path(lake), is_shared=True)
        path.write_bytes(data)
    sync(path)
    snapshot, parts, erased = _parts(lake, path)
    for log in ("-wal", "-shm"):
        path.with_name(path.name + log).unlink(missing_ok=True)
    held = manifest(previous) if previous else {}
    files = {path.name: (len(data), hashlib.sha256(data).hexdigest())}
    count = size = 0
    for number, part in enumerate(parts, 1):
        target = partial / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        same = held.get(part.path)
        is_same = same is not None and same[0] == part.size and part.sha256 in {None, same[1]} and previous is not None
        if is_same and same and previous and _linked(previous / part.path, target, part.size):
            files[part.path] = same
        else:
            files[part.path] = _copied(lake, part, target)
            count, size = count + 1, size + part.size
        advance("files", number, len(parts))
    body = json.dumps(
        {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(),
            "snapshot": snapshot,
            "erased": {order_id: at.isoformat() for order_id, at in erased.items()},
            "files": files,
        }
    ).encode()
    (partial / MANIFEST).write_bytes(body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n")
    sync(partial / MANIFEST)
    for place in (*(one for one in partial.rglob("*") if one.is_dir()), partial):
        sync(place)
    return snapshot, len(files), count, size


def _parts(lake: Path, catalogue: Path) -> tuple[int, list[Part], dict[str, datetime]]:
    """What the snapshot of a copied catalogue names, how much of each WARC file, and which orders are erased in it."""
    try:
        sealed = seal.load(lake)
    except seal.BrokenSealError:
        sealed = None
    with closing(catalog.read_as_found(lake, catalogue)) as connection:
        held = integrity.inventory(connection, sealed)
        if held.notes:
            raise LakeError(f"The lake is damaged, and no backup was made: {held.notes[0]}")
        parts = []
        for file in held.files:
            stretches = held.stretches.get(file.path, [])
            sha256 = held.ledger[file.path][0] if file.path in held.ledger else None
            parts.append(Part(file.path, file.file_bytes, sha256 or (stretches[-1].sha256 if stretches else None)))
        ends = connection.execute(
            "SELECT warc_file, max(warc_offset + warc_bytes) FROM lake.raw.captures GROUP BY warc_file ORDER BY 1"
        ).fetchall()
        lost = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM lake.ops.repairs WHERE what = 'warc' AND action = 'lost'"
            ).fetchall()
        }
        erased = {
            order_id: row["erased_at"]
            for order_id, row in orders.of(connection).rows.items()
            if isinstance(row["erased_at"], datetime)
        }
    for name, end in ends:
        path = f"{WARC_FOLDER}/{name}"
        size = end
        if path in lost:  # repair has written down what is missing of it: what is there is taken
            if not (lake / path).exists():
                continue
            size = min(end, (lake / path).stat().st_size)
        stretches = [one for one in held.stretches.get(path, []) if one.end <= size]
        parts.append(Part(path, size, None, tuple(stretches)))
    return held.snapshot, parts, erased


def _copied(lake: Path, part: Part, target: Path) -> tuple[int, str]:
    """Copy a file, and hold the copy against what the lake knows of it."""
    try:
        if part.path.startswith(f"{parquet.FOLDER}/") and storage_of(lake).data:
            parquet.copy(lake, part.path, target)
            sha256 = digest_of_part(target, 0, None)[0]
        else:
            sha256 = _copy(lake / part.path, target, part.size)
    except OSError as error:
        raise LakeError(f"No backup was made: {part.path}: {error.strerror or error}; see `sillok verify`") from error
    _check(target, part.size, sha256)
    wrong = part.sha256 not in {None, sha256}
    if wrong or any(digest_of_part(target, one.begin, one.end)[0] != one.sha256 for one in part.stretches):
        raise LakeError(f"No backup was made: {part.path} is not what was written; see `sillok verify`")
    return part.size, sha256


def _copy(source: Path, target: Path, size: int) -> str:
    """Copy the first `size` bytes durably; returns their SHA-256. Raises OSError, LakeError where there are fewer."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), size
    with source.open("rb") as file, target.open("wb") as copy:
        while left and (piece := file.read(min(left, PIECE_BYTES))):
            digest.update(piece)
            copy.write(piece)
            left -= len(piece)
        copy.flush()
        os.fsync(copy.fileno())
    if left:
        raise LakeError(f"{source} ends {left} bytes before its end; see `sillok verify`")
    return digest.hexdigest()


def _check(path: Path, size: int, sha256: str) -> None:
    try:
        found, length = digest_of_part(path, 0, None)
    except OSError as error:
        raise LakeError(f"The backup is damaged: {path}: {error.strerror or error}") from error
    if (found, length) != (sha256, size):
        raise LakeError(
            f"The backup is damaged: {path} has {length} bytes and SHA-256 {found}, not {size} and {sha256}"
        )


def _linked(source: Path, target: Path, size: int) -> bool:
    """Share a file with the generation before; False where it is not as it was, or the disk has no links."""
    try:
        if source.stat().st_size != size:
            return False
        target.hardlink_to(source)
    except OSError:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeError(f"Another backup into {folder} goes on; nothing was done") from None
        yield
    finally:
        os.close(handle)
