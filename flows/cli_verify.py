"""`sillok verify`, `repair`, `backup`, `restore`: whether the lake is as it was written, and how it is again."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.cli_runs import AsJson, finished, prepare_prefect, print_json
from flows.settings import settings

if TYPE_CHECKING:
    from flows.lake.batches import Count
    from flows.steps.verifying import Verified

out = Console()
err = Console(stderr=True)


def verify(
    quick: Annotated[
        bool, typer.Option("--quick", help="The catalogue, and presence and sizes of files only.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hold every WARC record, Parquet file and table of the catalogue against its hash and its counts.

    Reads only, and may run beside a writer. Damage is named one by one, with what `sillok repair` would do about it.
    Exit status: 0 all is as it was written, 1 something is damaged, 2 it could not be looked at.
    """
    from flows.steps.verifying import verify as look

    with err.status("Looking at the catalogue") as status:
        found = look(
            settings().lake,
            is_quick=quick,
            advance=lambda what, done, total: status.update(f"{what}: {done:,} of {total:,}"),
        )
    if as_json:
        print(json.dumps(as_record(found), ensure_ascii=False, indent=1))
    else:
        show(found)
    sys.exit(1 if found.damage else 0)


def as_record(found: "Verified") -> dict[str, object]:
    """What verify found, as JSON shows it."""
    return {
        "is_sound": not found.damage,
        "checked": dict(found.checked),
        "damage": [asdict(one) for one in found.damage],
        "lost_before": [asdict(one) for one in found.known],
        "notes": found.notes,
    }


def show(found: "Verified") -> None:
    """Print what verify found for a person."""
    for title, listed in (("Damaged", found.damage), ("Lost before, and written down", found.known)):
        if listed:
            out.print(f"[bold]{title}[/]")
        for one in listed:
            at = "" if one.offset is None else f" at byte {one.offset}"
            line = f"{one.name}{at}: {one.fault.value}: {one.says}\n    repair: {one.way.value}"
            out.print(line, highlight=False, markup=False, soft_wrap=True)
    for note in found.notes:
        out.print(f"Note: {note}", highlight=False, markup=False, soft_wrap=True)
    looked = ", ".join(f"{count:,} {what}" for what, count in found.checked.items())
    many = "1 thing is damaged" if len(found.damage) == 1 else f"{len(found.damage):,} things are damaged"
    end = many if found.damage else "Everything is as it was written"
    out.print(f"{end} ({looked or 'the catalogue'}).", highlight=False, soft_wrap=True)


def repair(
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without, only what would be done is shown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Repair what verify finds, as far as the WARC files allow; without --apply show what would be done.

    Derived rows are read again from the WARC files, rows of captures made again from their records, a catalogue put
    back from its sealed copy. What cannot be had is written down in ops.repairs, and lost pages are asked for again.
    Files that are taken out go to the lake's folder `damaged`. Exit status: 0 nothing is damaged any more, 1 something
    is, 2 it could not be looked at or the lake is being written.
    """
    from flows.steps.verifying import verify as look

    with err.status("Looking for damage"):
        found = look(settings().lake)
    if as_json and not (found.damage and apply):
        print(json.dumps(as_record(found), ensure_ascii=False, indent=1))
        sys.exit(1 if found.damage else 0)
    if not as_json:
        show(found)
    if found.damage and apply:
        prepare_prefect()
        from flows.verify import mend

        done: list[Verified] = []

        def mended() -> "list[Count]":
            done.append(mend(found))
            return []

        finished(mended)
        if as_json:
            print(json.dumps(as_record(done[0]), ensure_ascii=False, indent=1))
        else:
            out.print("[bold]After the repair[/]")
            show(done[0])
        sys.exit(1 if done[0].damage else 0)
    if found.damage:
        out.print("Nothing was changed. `sillok repair --apply` does what stands behind `repair:`.")
    sys.exit(1 if found.damage else 0)


def backup(
    folder: Annotated[Path, typer.Argument(help="Folder of the backups, on another disk than the lake.")],
    keep: Annotated[int, typer.Option(min=0, help="Generations to keep, the newest; 0 keeps all.")] = 7,
    erase_: Annotated[
        bool, typer.Option("--erase", help="Then write older generations anew without what was taken down.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copy catalogue, Parquet and WARC files as they are in one moment; may run beside a writer.

    Files that the last generation has already are shared with it. Every copy is read again and held against its hash.
    A lake with damaged files is not backed up: repair it first.
    """
    from flows.lake.backups import backup as make
    from flows.steps.restoring import erase, refuse_while_orders_wait

    if erase_:
        refuse_while_orders_wait(settings().lake)
    with err.status("Reading the catalogue") as status:
        done = make(
            settings().lake,
            folder.expanduser().absolute(),
            keep,
            lambda what, count, total: status.update(f"{count:,} of {total:,} {what}"),
        )
        rewritten = []
        if erase_ and done.holding:
            rewritten = erase(settings().lake, done.folder.parent, lambda what, *_: status.update(what))
    if as_json:
        print_json({**asdict(done), "rewritten": rewritten})
        return
    line = f"{done.folder}: snapshot {done.snapshot}, {done.file_count:,} files, {done.copied_count:,} of them new"
    out.print(f"{line} ({done.copied_bytes:,} bytes)", highlight=False, markup=False, soft_wrap=True)
    for name in done.removed:
        out.print(f"Taken away: {name}", highlight=False, markup=False)
    for name in rewritten:
        out.print(f"Written anew without what was taken down: {name}", highlight=False, markup=False)
    if done.holding and not erase_:
        says = "Hold what was taken down since (--erase writes them anew): " + ", ".join(done.holding)
        out.print(says, highlight=False, markup=False, soft_wrap=True)


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of the backups, or one generation of it.")],
    generation: Annotated[str | None, typer.Option(help="Which, by its folder's name; the newest if none.")] = None,
    orders: Annotated[
        Path | None, typer.Option(help="More orders of takedown: takedowns.json.gz, or the folder of the old lake.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back to where SILLOK_LAKE points, if no lake is there; then verify it.

    The backup is read whole first: one that is damaged is refused and the file named, before anything is written.
    Orders of takedown that came after it are carried out, and their bytes erased, before the lake can be opened.
    """
    from flows.steps.restoring import restore as bring_back
    from flows.steps.verifying import verify as look

    with err.status("Reading the backup") as status:
        restored = bring_back(
            folder.expanduser().absolute(),
            settings().lake,
            generation,
            orders.expanduser().absolute() if orders else None,
            lambda what, count, total: status.update(f"{count:,} of {total:,} {what}"),
        )
        status.update("Verifying what was restored")
        found = look(settings().lake)
    done = restored.files
    if as_json:
        print_json(
            {
                **asdict(done),
                "orders_carried_out": restored.order_count,
                "notes": restored.notes,
                "verified": as_record(found),
            }
        )
        sys.exit(1 if found.damage else 0)
    line = f"{settings().lake}: {done.file_count:,} files of {done.folder.name}, snapshot {done.snapshot}"
    out.print(line, highlight=False, markup=False, soft_wrap=True)
    if restored.order_count:
        out.print(f"Orders of takedown that came after it, carried out: {restored.order_count}", highlight=False)
    for note in restored.notes:
        out.print(f"Note: {note}", highlight=False, markup=False, soft_wrap=True)
    show(found)
    sys.exit(1 if found.damage else 0)
