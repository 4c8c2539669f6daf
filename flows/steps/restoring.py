"""Restore and backups under the orders of takedown: what came after a backup is carried out on what comes back."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flows.lake import backups, catalog, erasing, generations, orders
from flows.lake import takedown_finding as finding
from flows.lake.backups import Advance, Summary
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.steps import maintaining


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the files, how many orders of takedown it carried out on them, and what is worth knowing."""

    files: Summary
    order_count: int
    notes: tuple[str, ...] = ()


def restore(
    folder: Path,
    lake: Path,
    name: str | None = None,
    more_orders: Path | None = None,
    advance: Advance = lambda *_: None,
) -> Restored:
    """Bring a generation back to where there is no lake; what was taken down since is gone before it can be read.

    The orders are those beside the backup, those left in the lake's own folder, and those of `more_orders`: such a
    file, or the folder of a lake that has one. Its bytes are erased as `maintain` does it.

    Raises LakeError as `backups.restore` does, and where a file of orders is damaged or `more_orders` has none.
    """
    generation = generations.chosen(folder, name)
    done = _brought_back(generation, lake, more_orders, advance)
    orders.remember_folder(lake, generation.parent.resolve())
    return done


def _brought_back(generation: Path, lake: Path, more_orders: Path | None, advance: Advance) -> Restored:
    known = orders.load(generation.parent / orders.NAME).add(orders.load(lake / orders.NAME))
    if more_orders is not None:
        path = more_orders / orders.NAME if more_orders.is_dir() else more_orders
        if not path.exists():
            raise LakeError(f"There is no {path}: a lake leaves it at its first order of takedown; nothing was touched")
        known.add(orders.load(path))
    carried_out = 0

    def settle() -> None:
        nonlocal carried_out
        with writing(lake, "restore") as writer:
            carried_out = orders.bring_in(writer.connection, known)
            is_waiting = bool(erasing.pending_orders(writer.connection))
        if is_waiting:
            # A run of its own each time: a lake may be restored twice, and no batch of the second is one of the first.
            for part in maintaining.parts(lake, f"restore-{uuid4()}", is_erasing_only=True):
                advance(part.says, 1, 1)

    done = backups.restore(generation, lake, None, advance, settle)
    notes = []
    if not (generation.parent / orders.NAME).exists() and more_orders is None:
        notes.append(
            f"There is no {orders.NAME} beside the backup, so orders of takedown from after it are not known here: "
            "`sillok restore --orders` takes them from the old lake or another folder of its backups"
        )
    return Restored(done, carried_out, tuple(notes))


def refuse_while_orders_wait(lake: Path) -> None:
    """Raise LakeError where orders still wait for `maintain` in the lake: they would have to be erased twice."""
    if not catalog.exists(lake):
        return  # a backup says so
    with closing(catalog.read(lake)) as connection:
        if finding.is_ready(connection) and erasing.pending_orders(connection):
            raise LakeError(
                "Orders of takedown wait to be erased in the lake itself: `sillok maintain` first; nothing was done"
            )


def erase(lake: Path, folder: Path, advance: Advance = lambda *_: None) -> list[str]:
    """Write the generations of a backup folder anew that hold what was taken down; returns their new names.

    Raises LakeError where orders still wait in the lake, and where a generation is damaged.
    """
    refuse_while_orders_wait(lake)
    return backups.rewrite(
        folder, lambda generation, scratch: _brought_back(generation, scratch, None, advance), advance
    )
