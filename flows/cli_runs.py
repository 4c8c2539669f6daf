"""What commands share that run a flow in their own process: Prefect kept quiet, progress on standard error, counts."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.progress import ProgressLines
from flows.settings import ROOT, settings

if TYPE_CHECKING:
    from flows.lake.batches import Count

PATIENCE_RETRIES = 8
"""Of a run whose Prefect server is away: waits of 2, 4, 8 ... 256 s, which is eight minutes and a half."""

AsJson = Annotated[bool, typer.Option("--json", help="What came of it as JSON, to standard output.")]
out = Console()
err = Console(stderr=True)


def prepare_prefect(*, is_quiet: bool = True) -> None:
    """Keep Prefect's own files inside the lake's folder and its usage statistics off; what the user set wins.

    Quiet is for flows that run here: their progress is ours to tell, and a fault is told once.
    """
    home = settings().lake / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_CLIENT_MAX_RETRIES": str(PATIENCE_RETRIES),
        **({"PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_LOGGING_LEVEL": "ERROR"} if is_quiet else {}),
    }.items():
        os.environ.setdefault(name, value)
    os.chdir(ROOT)  # prefect.yaml and the flows are found from here


def finished(flow: "Callable[[], list[Count]]") -> "list[Count]":
    """Run a flow in this process, with its progress on standard error."""
    logger = logging.getLogger("sillok")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False  # Prefect's own console handler would say it again
    with ProgressLines(err) as lines:
        logger.addHandler(lines)
        try:
            return flow()
        except KeyboardInterrupt:
            err.print("Stopped. What was committed is kept; the same command goes on from there.")
            sys.exit(130)
        finally:
            logger.removeHandler(lines)


def print_json(record: Mapping[str, object]) -> None:
    """Print one object as one line of JSON; what JSON has no form for (paths, instants) as text."""
    print(json.dumps(record, ensure_ascii=False, default=str))


def print_counts(counts: "Iterable[Count]", as_json: bool = False, heading: str = "What came in") -> None:
    """Print what came of a run, as a table or as one JSON object a line."""
    if as_json:
        for count in counts:
            print_json(asdict(count))
        return
    out.print(f"[bold]{heading}[/]")
    table = Table("what", "outcome", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("count", justify="right")
    for count in counts:
        table.add_row(count.what, str(count.outcome), str(count.count))
    out.print(table)
