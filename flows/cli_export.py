"""`sillok export`: one file for other tools or other people, with what publishers do not allow left out."""

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.cli_runs import AsJson, print_json
from flows.lake.export_choices import ExportFormat, Purpose
from flows.settings import settings

if TYPE_CHECKING:
    from flows.steps.exporting import Summary

out = Console()
err = Console(stderr=True)

_DAY = ["%Y-%m-%d"]


def export_(
    path: Annotated[Path, typer.Argument(help="File to write; its ending tells the format.")],
    format_: Annotated[
        ExportFormat | None, typer.Option("--format", "-f", help="Format, where the file's name does not tell it.")
    ] = None,
    what: Annotated[
        str, typer.Option(help="View of mart: articles, quotes, bigkinds, gkg, ... ; a database holds them all.")
    ] = "articles",
    query: Annotated[
        str | None, typer.Option(help="One SELECT over the marts in place of a view; - reads standard input.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day of publication.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Last day of publication.")] = None,
    publisher: Annotated[list[str] | None, typer.Option(help="A publisher, as mart.articles names it; repeat.")] = None,
    purpose: Annotated[
        Purpose, typer.Option(help="What the file is for: which use each publisher must allow.")
    ] = Purpose.REDISTRIBUTION,
    as_of: Annotated[str | None, typer.Option(help="The corpus as it stood: 2026-01-01T00:00Z, or a snapshot.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write articles, annotations or counts to a file: Parquet, JSON Lines, CSV, XLSX, or one DuckDB database.

    Text goes only where the verdict on the article's rights says `allowed` for the purpose; nothing stated is not
    allowed. Facts, headlines and links stay, `withheld` says why the text is missing. For ai-training such articles are
    left out whole. Every export is a row of ops.exports.
    """
    from flows.lake.asof import instant_or_snapshot
    from flows.lake.exports import Choice
    from flows.steps.exporting import Request, export, format_of  # pyarrow and the writers of files: only here

    if query is not None and (since or until or publisher):
        raise typer.BadParameter("a --query says itself what it takes: put period and publisher into its WHERE")
    kind = format_ or format_of(path)
    if query is not None and kind is ExportFormat.DUCKDB:
        raise typer.BadParameter("a DuckDB database holds the marts: leave --query out, or write Parquet")
    if since and until and since > until:
        raise typer.BadParameter(f"--since {since.date()} is after --until {until.date()}")
    choice = Choice(
        purpose,
        since.date() if since else None,
        until.date() if until else None,
        tuple(publisher or ()),
        instant_or_snapshot(as_of) if as_of else None,
    )
    text = sys.stdin.read() if query == "-" else query
    rows = 0
    with err.status("Reading the marts") as status:

        def written(more: int) -> None:
            nonlocal rows
            rows += more
            status.update(f"{rows:,} rows written")

        summary = export(settings().lake, Request(path, kind, what, text, choice, force), written)
    if as_json:
        print_json({"path": path, "purpose": purpose, **asdict(summary)})
    else:
        _print(path, purpose, summary)


def _print(path: Path, purpose: Purpose, summary: "Summary") -> None:
    lines = [f"{path}: {summary.row_count:,} rows, {summary.file_bytes:,} bytes, SHA-256 {summary.sha256}"]
    withheld = sum(left.count for left in summary.withheld)
    verb = "left out" if purpose is Purpose.AI_TRAINING else "without their text"
    lines.append(
        f"For {purpose.value}: {summary.article_count - withheld:,} of {summary.article_count:,} articles with all "
        f"that they hold, {withheld:,} {verb}"
    )
    lines += [f"  {left.count:,}  {left.reason}" for left in summary.withheld]
    lines += summary.notes
    if not summary.is_logged:
        lines.append(
            "The lake is being written just now: the row in ops.exports follows with the next publish or export"
        )
    for line in lines:
        out.print(line, highlight=False, markup=False, soft_wrap=True)
