"""The seal: what a writer leaves behind, so that a later reader can tell every byte that has changed since.

The ledger (ops.batches) holds the SHA-256 of the Parquet files that polars wrote. The rest has none there: WARC files,
which grow, files that DuckLake wrote itself (the ledger's own, merged ones, delete files), and the catalogue. As the
last writer of a process leaves, it hashes what is new of these. The hashes go into `seal/seal.json`, from where they
are moved to the table ops.sealed when they have become many; and a copy of the catalogue goes beside it, by which a
damaged one is told table by table and put back. What is hashed once is never hashed anew: that would bless damage.
A catalogue in PostgreSQL has its own checksums and backups: of it the seal holds the last snapshot's number alone.
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.durable import make_folder, put, sync
from flows.lake import catalog, catalogue_bytes, files, storage
from flows.lake.schema import Row

FOLDER = "seal"
MOST_ENTRIES = 200
"""Hashes that the seal itself may hold; beyond, they become a batch of ops.sealed, and the seal stays small."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file with its hash. `path` is relative to the lake's folder; `end` is exclusive."""

    path: str
    begin: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The state of a lake as its last writer left it. `catalogue_sha256` is empty for a catalogue in PostgreSQL."""

    snapshot: int
    catalogue_sha256: str
    stretches: tuple[Stretch, ...]

    @property
    def catalogue_name(self) -> str:
        """The copy of the catalogue, within the seal's folder."""
        return f"catalog-{self.snapshot}.sqlite"


class BrokenSealError(Exception):
    """The seal cannot be read, or is not what was written."""


def catalogue_copy(lake: Path, seal: Seal) -> Path:
    """Where the copy of the catalogue lies that belongs to a seal."""
    return lake / FOLDER / seal.catalogue_name


def load(lake: Path) -> Seal | None:
    """The seal of a lake; None where it has none yet. Raises BrokenSealError where it is damaged."""
    path = lake / FOLDER / "seal.json"
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BrokenSealError(f"it cannot be read ({error.strerror})") from error
    body, _, digest = text.rstrip(b"\n").rpartition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise BrokenSealError("its own digest does not fit")
    found = json.loads(body)
    return Seal(found["snapshot"], found["catalogue_sha256"], tuple(Stretch(*one) for one in found["stretches"]))


def save(lake: Path, stretches: Iterable[Stretch]) -> Seal:
    """Copy the catalogue and write the seal, each whole or not at all. No connection may be writing the lake."""
    folder = lake / FOLDER
    make_folder(folder)
    catalogue = storage.storage_of(lake).catalogue
    data = b"" if catalogue else catalogue_bytes.read(catalog.catalog_path(lake), is_settled=True)
    snapshot = storage.last_snapshot(catalogue) if catalogue else snapshot_of(data)
    seal = Seal(snapshot, hashlib.sha256(data).hexdigest() if data else "", tuple(stretches))
    body = json.dumps(
        {
            "snapshot": seal.snapshot,
            "catalogue_sha256": seal.catalogue_sha256,
            "stretches": [[one.path, one.begin, one.end, one.sha256] for one in seal.stretches],
        },
        indent=1,
    ).encode()
    if data:
        put(folder / seal.catalogue_name, data)
    put(folder / "seal.json", body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n")
    # Only now, when they are on the disk, goes what they replace.
    (folder / "open").unlink(missing_ok=True)
    # One writer seals at a time, so a half-written file is of one that was killed: it may hold what was taken down.
    for older in (*folder.glob("catalog-*.sqlite"), *folder.glob("*.tmp")):
        if older.name != seal.catalogue_name:
            older.unlink()
    return seal


def snapshot_of(data: bytes) -> int:
    """The last snapshot of a catalogue. Raises sqlite3.Error where it cannot be read."""
    with closing(catalogue_bytes.in_memory(data)) as connection:
        (snapshot,) = connection.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()
    return int(snapshot)


def tables_that_differ(one: bytes, other: bytes) -> list[str]:
    """Tables of two catalogues that do not hold the same rows. Raises sqlite3.Error where one cannot be read."""
    with closing(catalogue_bytes.in_memory(one)) as left, closing(catalogue_bytes.in_memory(other)) as right:
        for connection in (left, right):
            connection.text_factory = bytes  # a flipped bit need not leave UTF-8 behind
        schemas = [
            _rows(connection, "SELECT name, sql FROM sqlite_master ORDER BY 1, 2") for connection in (left, right)
        ]
        if schemas[0] != schemas[1]:
            return ["sqlite_master"]
        names = [name.decode() for (name,) in left.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            name
            for name in names
            if _rows(left, f'SELECT * FROM "{name}" ORDER BY rowid')
            != _rows(right, f'SELECT * FROM "{name}" ORDER BY rowid')
        ]


def _rows(connection: sqlite3.Connection, sql: str) -> str:
    digest = hashlib.sha256()
    for row in connection.execute(sql):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def is_open(lake: Path) -> bool:
    """Whether a writer came and has not left with a seal: it works, it was killed, or it ended in an error."""
    return (lake / FOLDER / "open").exists()


def mark_open(lake: Path) -> None:
    """Note that a writer came; `save` takes the note away."""
    if not is_open(lake):
        make_folder(lake / FOLDER)
        (lake / FOLDER / "open").touch()
        sync(lake / FOLDER)  # before the catalogue changes, or it would look damaged after a power cut


def refuse_a_changed_catalogue(lake: Path) -> None:
    """Raise LakeError where the catalogue is not as its last writer left it: nothing must be built on damage.

    Nothing is known of one that a run has written since that was killed, and one that differs in its bytes alone was
    written anew (VACUUM). Both are left to `sillok verify`, as is a seal that is damaged itself.
    """
    if catalogue := storage.storage_of(lake).catalogue:
        _refuse_an_older_database(lake, catalogue)
        return
    if is_open(lake):
        return
    try:
        seal = load(lake)
        if seal is None or changed_tables(lake, seal) == []:
            return
    except (BrokenSealError, OSError, sqlite3.Error):
        return
    raise catalog.LakeError(
        f"The catalogue of the lake at {lake} has changed since it was written: `sillok verify` tells what, "
        "`sillok repair` puts it back; nothing was touched"
    )


def _refuse_an_older_database(lake: Path, catalogue: str) -> None:
    """Nothing must be built on a database that is not the lake's, or was put back from an older backup."""
    try:
        seal = load(lake)
    except BrokenSealError:
        return
    now = storage.last_snapshot(catalogue) if storage.has_catalogue(catalogue) else -1
    if seal is not None and now < seal.snapshot:
        raise catalog.LakeError(
            f"The catalogue in PostgreSQL ({catalogue}) stands at snapshot {now}, the lake at {lake} was left at "
            f"{seal.snapshot}: put back a newer backup, or delete {lake / FOLDER / 'seal.json'} to go on from what "
            "is there; nothing was touched"
        )


def changed_tables(lake: Path, seal: Seal) -> list[str]:
    """Tables of the catalogue that are not as sealed; none where it was written since.

    Raises sqlite3.Error where the catalogue cannot be read, OSError where one of the two is not there.
    """
    now = catalogue_bytes.read(catalog.catalog_path(lake))
    if hashlib.sha256(now).hexdigest() == seal.catalogue_sha256:
        return []
    snapshot = snapshot_of(now)
    sealed = catalogue_copy(lake, seal).read_bytes()
    if snapshot > seal.snapshot or hashlib.sha256(sealed).hexdigest() != seal.catalogue_sha256:
        return []
    return tables_that_differ(sealed, now)


def known(connection: duckdb.DuckDBPyConnection, seal: Seal | None) -> dict[str, list[Stretch]]:
    """Stretches by file, in order. A stretch that begins at 0 stands for all that were hashed before it."""
    try:
        rows = connection.execute(
            "SELECT path, begin_byte, end_byte, sha256 FROM lake.ops.sealed ORDER BY sealed_at, path, begin_byte"
        ).fetchall()
    except duckdb.CatalogException:
        rows = []  # a lake of before there were seals, not written since
    found: dict[str, list[Stretch]] = {}
    for one in (*(Stretch(*row) for row in rows), *(seal.stretches if seal else ())):
        if one.begin == 0:
            found[one.path] = []
        found.setdefault(one.path, []).append(one)
    return found


def unsealed(
    connection: duckdb.DuckDBPyConnection, lake: Path, seal: Seal | None, renewed: Collection[str] = ()
) -> list[Stretch]:
    """Stretches that have no hash yet, hashed now: files of the catalogue, and what WARC files have grown by.

    `renewed` names files that were rightly written anew, to be hashed from their beginning.
    """
    stretches = known(connection, seal)
    for path in renewed:
        stretches.pop(path, None)
    files = [(path,) for (path,) in connection.execute(_UNHASHED).fetchall() if path not in stretches]
    found = [_hashed(lake, path, 0, None) for (path,) in files]
    for name, committed in connection.execute(_WARC_ENDS).fetchall():
        path, end = f"{catalog.WARC_FOLDER}/{name}", committed
        if path in renewed and (lake / path).exists():  # repair has cut it, perhaps
            end = min(committed, (lake / path).stat().st_size)
        begin = stretches[path][-1].end if path in stretches else 0
        if end > begin:
            found.append(_hashed(lake, path, begin, end))
    return [one for one in found if one is not None]


def rows(stretches: Iterable[Stretch]) -> Iterator[Row]:
    """Rows of ops.sealed."""
    now = datetime.now(UTC)
    for one in stretches:
        yield {"path": one.path, "begin_byte": one.begin, "end_byte": one.end, "sha256": one.sha256, "sealed_at": now}


def _hashed(lake: Path, path: str, begin: int, end: int | None) -> Stretch | None:
    try:
        is_parquet = path.startswith(f"{files.FOLDER}/")
        sha256, length = files.digest(lake, path) if is_parquet else files.digest_of_part(lake / path, begin, end)
    except OSError:
        return None  # gone: verify tells
    return Stretch(path, begin, begin + length, sha256) if end is None or begin + length == end else None


FILES = """
    SELECT concat('files/', schemas.path, tables.path, files.path) AS path,
           concat(schemas.schema_name, '.', tables.table_name) AS table_name, files.row_count, files.file_bytes,
           files.end_snapshot IS NULL AND tables.end_snapshot IS NULL AS is_current, files.deletes_from,
           files.begin_snapshot
    FROM (
        SELECT data_file_id, table_id, path, record_count AS row_count, file_size_bytes AS file_bytes, end_snapshot,
               NULL AS deletes_from, begin_snapshot
        FROM __ducklake_metadata_lake.ducklake_data_file
        UNION ALL
        SELECT delete_file_id, table_id, path, delete_count, file_size_bytes, end_snapshot, data_file_id, begin_snapshot
        FROM __ducklake_metadata_lake.ducklake_delete_file
    ) AS files
    JOIN (
        SELECT * FROM __ducklake_metadata_lake.ducklake_table
        QUALIFY row_number() OVER (PARTITION BY table_id ORDER BY begin_snapshot DESC) = 1
    ) AS tables USING (table_id)
    JOIN (
        SELECT * FROM __ducklake_metadata_lake.ducklake_schema
        QUALIFY row_number() OVER (PARTITION BY schema_id ORDER BY begin_snapshot DESC) = 1
    ) AS schemas USING (schema_id)
"""
"""Every file that the catalogue names, of today and of earlier states: data files, and the files of deleted rows."""

_UNHASHED = f"""
    SELECT DISTINCT path FROM ({FILES}) ANTI JOIN (
        SELECT concat('files/', file.path) AS path FROM (SELECT unnest(files) AS file FROM lake.ops.batches)
    ) USING (path) ORDER BY path
"""
_WARC_ENDS = "SELECT warc_file, max(warc_offset + warc_bytes) FROM lake.raw.captures GROUP BY warc_file ORDER BY 1"
