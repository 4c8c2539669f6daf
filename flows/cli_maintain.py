"""`sillok maintain`: upkeep of the lake, once, now."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.cli_runs import AsJson, print_counts
from flows.settings import settings

if TYPE_CHECKING:
    from flows.lake.batches import Count

err = Console(stderr=True)


def maintain_(
    keep_days: Annotated[
        int, typer.Option(min=1, max=3650, help="States that --as-of can ask for: so many days.")
    ] = 14,
    clean_days: Annotated[
        int, typer.Option(min=1, max=365, help="Files that nothing needs any more are left for so many days.")
    ] = 3,
    as_json: AsJson = False,
) -> None:
    """Make large files of small ones, let old states go, remove leftovers, erase the bytes of what was taken down.

    Where an order of takedown waits for it, every earlier state of the lake goes, whatever its age. Safe to stop at any
    moment: the next run goes on. Readers are not in the way, and a writer is told who works.
    """
    from flows.steps.maintaining import parts
    from flows.steps.rows import total

    counts: list[Count] = []
    for part in parts(settings().lake, "cli", keep_days, clean_days):
        err.print(part.says, highlight=False, markup=False, soft_wrap=True)
        counts += part.counts
    print_counts(total(counts), as_json, "What was done")
