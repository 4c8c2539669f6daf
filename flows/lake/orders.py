"""Orders of takedown where a restore finds them: beside the lake and beside its backups, outside of any catalogue.

A backup is older than the orders that came after it. So each order goes into a file in the lake's folder and in
every folder that backups were made into (`backups.json` remembers these): what it took as digests, who ordered it and
why in the words given. A restore carries the orders out on what it brought back before anybody can read it, and a
generation that holds bytes of them is known.
"""

import fcntl
import gzip
import json
import logging
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.durable import put
from flows.lake.schema import Row
from flows.lake.storage import LakeError
from flows.lake.takedown_tables import TAKEDOWNS, TOMBSTONES
from flows.lake.transaction import transaction

log = logging.getLogger("sillok")

NAME = "takedowns.json.gz"
FOLDERS = "backups.json"
FORMAT = 1


@dataclass(slots=True)
class Orders:
    """Orders by id: rows of ops.takedowns, and of each its tombstones (kind, value)."""

    rows: dict[str, Row] = field(default_factory=dict)
    tombstones: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def add(self, other: "Orders") -> "Orders":
        """Both together: an order met again has more tombstones, and the later instant of being erased."""
        for order_id, row in other.rows.items():
            known = self.rows.get(order_id, row)
            erased = [one for one in (known["erased_at"], row["erased_at"]) if one is not None]
            self.rows[order_id] = {**row, "erased_at": max(erased, default=None)}
            self.tombstones.setdefault(order_id, set()).update(other.tombstones.get(order_id, ()))
        return self


@dataclass(frozen=True, slots=True)
class Told:
    """A backup folder that was told of the orders; `fault` says why it could not be."""

    folder: Path
    fault: str = ""


def of(connection: duckdb.DuckDBPyConnection) -> Orders:
    """The orders of a lake; none in one of before there were any."""
    try:
        frame = connection.execute("FROM lake.ops.takedowns").pl()
        tombstones = connection.execute("SELECT order_id, kind, value FROM lake.ops.tombstones").fetchall()
    except duckdb.CatalogException:
        return Orders()
    found = Orders({str(row["order_id"]): row for row in frame.iter_rows(named=True)})
    for order_id, kind, value in tombstones:
        found.tombstones.setdefault(order_id, set()).add((kind, value))
    return found


def load(path: Path) -> Orders:
    """The orders that a file tells; none where there is no file. Raises LakeError where it is damaged."""
    try:
        told = json.loads(gzip.decompress(path.read_bytes()))  # gzip's checksum tells of any flip
        if told["format"] != FORMAT:
            raise LakeError(f"{path} has format {told['format']}, this Sillok reads {FORMAT}; nothing was touched")
        rows = {row["order_id"]: row for row in told["orders"]}
        for row in rows.values():
            for name in ("taken_at", "erased_at"):
                row[name] = datetime.fromisoformat(row[name]) if row[name] else None
        return Orders(rows, {one: {(kind, value) for kind, value in all_} for one, all_ in told["tombstones"].items()})
    except FileNotFoundError:
        return Orders()
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise LakeError(
            f"{path} cannot be read ({error}), and it says what was taken down: put it aside, and give a restore "
            "the one of the lake or of another backup folder by --orders"
        ) from None


def save(path: Path, orders: Orders) -> None:
    """Add orders to a file, durably; what it tells already stays. Raises LakeError, OSError.

    One at a time: a takedown and a backup may meet here, and neither's orders may be lost to the other.
    """
    with path.with_suffix(".lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _add(path, orders)


def _add(path: Path, orders: Orders) -> None:
    both = load(path).add(orders)
    rows = [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in both.rows.values()
    ]
    tombstones = {order_id: sorted(all_) for order_id, all_ in both.tombstones.items()}
    body = json.dumps({"format": FORMAT, "orders": rows, "tombstones": tombstones}, ensure_ascii=False)
    put(path, gzip.compress(body.encode(), 6, mtime=0))


def remember_folder(lake: Path, folder: Path) -> None:
    """Note in the lake's folder that a folder holds backups of it."""
    known = folders(lake)
    if folder in known:
        return
    put(lake / FOLDERS, (json.dumps([str(one) for one in (*known, folder)], indent=1) + "\n").encode())


def folders(lake: Path) -> list[Path]:
    """Folders into which backups of a lake were made. A damaged list is put aside and named in the log."""
    path = lake / FOLDERS
    try:
        return [Path(one) for one in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        aside = path.with_name(f"{FOLDERS}.damaged")
        with suppress(OSError):
            path.rename(aside)
        log.warning("%s cannot be read (%s): it is %s now; a backup into a folder adds it again", path, error, aside)
        return []


def tell(lake: Path, connection: duckdb.DuckDBPyConnection) -> list[Told]:
    """Write the orders of a lake beside it and beside its backups; a folder that is away just now is named."""
    found = of(connection)
    if not found.rows:
        return []
    told = []
    try:
        save(lake / NAME, found)
    except LakeError:  # damaged: the catalogue knows better
        (lake / NAME).rename(lake / f"{NAME}.damaged")
        save(lake / NAME, found)
    except OSError as error:  # the order is in the lake: those beside its backups are told all the same
        told.append(Told(lake, str(error)))
    for folder in folders(lake):
        try:
            if not folder.is_dir():
                raise OSError("it is not there")
            save(folder / NAME, found)
            told.append(Told(folder))
        except (OSError, LakeError) as error:
            told.append(Told(folder, str(error)))
    return told


def bring_in(connection: duckdb.DuckDBPyConnection, orders: Orders) -> int:
    """Add orders and tombstones that a lake does not have; each such order waits to be erased. Returns how many."""
    held = of(connection)
    new = {
        order_id: orders.tombstones.get(order_id, set()) - held.tombstones.get(order_id, set())
        for order_id in orders.rows
    }
    touched = [order_id for order_id in orders.rows if order_id not in held.rows or new[order_id]]
    if not touched:
        return 0
    rows = TAKEDOWNS.frame([{**orders.rows[one], "erased_at": None} for one in touched if one not in held.rows])
    more = pl.DataFrame(
        [(one, kind, value) for one in touched for kind, value in sorted(new[one])],
        schema=dict(TOMBSTONES.schema), orient="row",
    )  # fmt: skip
    connection.register("orders_told", rows)
    connection.register("tombstones_told", more)
    with transaction(connection):
        connection.execute("INSERT INTO lake.ops.takedowns BY NAME SELECT * FROM orders_told")
        connection.execute("INSERT INTO lake.ops.tombstones BY NAME SELECT * FROM tombstones_told")
        connection.execute(
            "UPDATE lake.ops.takedowns SET erased_at = NULL WHERE order_id IN (SELECT unnest(?::VARCHAR[]))", [touched]
        )
    return len(touched)


def holds_any(erased: Mapping[str, datetime], orders: Orders) -> bool:
    """Whether a backup may hold bytes of what was taken down: some order was erased after it, or not yet.

    `erased` tells of the state that was backed up when which order had been erased in it.
    """
    return any(
        order_id not in erased or row["erased_at"] is None or erased[order_id] < row["erased_at"]
        for order_id, row in orders.rows.items()
    )
