"""`sillok takedown`: an order against addresses, a person or a publisher; shown first, then carried out."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from flows.cli_runs import AsJson, print_json
from flows.settings import settings

if TYPE_CHECKING:
    from flows.lake.takedown_finding import Shown
    from flows.steps.takedown import Asked, Preview

out = Console()

SHOWN_ARTICLES = 50


def takedown_(
    urls: Annotated[list[str] | None, typer.Argument(help="Addresses, in any spelling.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Text file of addresses, one a line; - reads stdin.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Every article that names this person.")] = None,
    publisher: Annotated[str | None, typer.Option(help="All of a publisher, by name or source id.")] = None,
    reason: Annotated[str, typer.Option(help="Why. Kept for good: do not repeat here what must go.")] = "",
    ordered_by: Annotated[str, typer.Option(help="Who asked for it, with a reference: court and number, person.")] = "",
    even_unknown: Annotated[
        bool, typer.Option("--even-unknown", help="Bar addresses that the lake does not hold, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, touch nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take articles down: gone at once from tables, views and search, and never gathered, imported or read again.

    The bytes (WARC, Parquet, old snapshots, catalogue) go with the next `sillok maintain`. What goes is shown first. A
    record of the order stays in ops.takedowns: who, why, when, counts, and digests in place of what was named.
    """
    from flows.lake.batches import writing
    from flows.steps.takedown import preview, take_down

    asked = _asked(urls or [], file, person, publisher, reason, ordered_by, even_unknown)
    lake = settings().lake
    would_go = preview(lake, asked)
    if not as_json:
        _print(would_go, asked)
    elif dry_run:
        print_json(asdict(would_go))
        return
    if dry_run:
        out.print("A dry run: nothing was touched.", highlight=False)
        return
    if not yes and not typer.confirm("Take all this down, for good?", err=as_json):
        out.print("Nothing was touched.", highlight=False)
        return
    with writing(lake, "takedown") as writer:
        done = take_down(writer, asked, "cli")
    if as_json:
        print_json(asdict(done))
        return
    out.print(
        f"Order {done.order_id}: gone from tables, views and search, with {done.article_count:,} articles. "
        "Their bytes go with `sillok maintain`.",
        highlight=False,
        soft_wrap=True,
    )
    for line in done.backups:
        out.print(line, highlight=False, markup=False, soft_wrap=True)


def _asked(
    urls: list[str],
    file: Path | None,
    person: str | None,
    publisher: str | None,
    reason: str,
    ordered_by: str,
    even_unknown: bool,
) -> "Asked":
    from flows.steps.takedown import Asked, Kind, TakedownError

    if file is not None:
        urls = [*urls, *_lines(file)]
    given = [
        name for name, value in (("addresses", urls or file), ("--person", person), ("--publisher", publisher)) if value
    ]
    if len(given) > 1:
        raise TakedownError(f"One kind at a time, please: {' and '.join(given)} are given; give each as its own order")
    kind, named = Kind.URLS, tuple(dict.fromkeys(urls))
    if person:
        kind, named = Kind.PERSON, (person,)
    elif publisher:
        kind, named = Kind.PUBLISHER, (publisher,)
    return Asked(kind, named, reason, ordered_by, even_unknown)


def _lines(file: Path) -> list[str]:
    from flows.steps.takedown import TakedownError

    if str(file) != "-" and not file.is_file():
        raise TakedownError(f"There is no file {file}; nothing was touched")
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def _print(found: "Preview", asked: "Asked") -> None:
    _print_articles(f"Articles that would go: {len(found.articles):,}", found.articles)
    if found.copies:
        _print_articles(f"Copies of these elsewhere, which the order leaves: {len(found.copies):,}", found.copies)
    table = Table("table", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("rows", justify="right")
    for name, count in found.counts.items():
        table.add_row(name, f"{count:,}")
    out.print(table)
    if found.lists:
        out.print(
            f"Captures of feeds and other lists that show them and would go, too: {found.lists:,}", highlight=False
        )
    if found.reports:
        out.print(f"Reports that show them and would go (write them again): {found.reports:,}")
    if asked.kind == "person":
        out.print("Namesakes are not told apart: read the list, and order addresses where it holds others.")


def _print_articles(title: str, articles: "Sequence[Shown]") -> None:
    out.print(f"[bold]{title}[/]", highlight=False)
    for one in articles[:SHOWN_ARTICLES]:
        words = "  ".join(str(part) for part in (one.published_date, one.publisher, one.title, one.url) if part)
        out.print(f"  {words}", highlight=False, markup=False, soft_wrap=True)
    if len(articles) > SHOWN_ARTICLES:
        out.print(f"  and {len(articles) - SHOWN_ARTICLES:,} more", highlight=False)
