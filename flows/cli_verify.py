"""`sillok verify`: hold the lake against what was written, and name what is damaged."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.settings import settings

if TYPE_CHECKING:
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
    end = f"{len(found.damage)} things are damaged" if found.damage else "Everything is as it was written"
    out.print(f"{end} ({looked or 'the catalogue'}).", highlight=False)
