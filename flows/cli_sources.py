"""`sillok sources`: list the publishers, add one, check their channels."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli_runs import AsJson, print_json
from flows.settings import SettingsError, settings

app = typer.Typer(invoke_without_command=True)
out = Console()


@app.callback()
def sources(context: typer.Context, as_json: AsJson = False) -> None:
    """List the publishers of data/sources; `add` finds a site's channels, `check` asks whether they are alive."""
    if context.invoked_subcommand is not None:
        return
    from flows.discovery.source import read_sources

    known = read_sources(settings().sources)
    if as_json:
        for source in known:
            print_json(source.model_dump(mode="json"))
        return
    table = Table("id", "name", "kind", "feeds", "sitemaps", "sections", "delay s", box=SIMPLE_HEAD, pad_edge=False)
    for source in known:
        counts = (len(source.feeds), len(source.sitemaps), len(source.sections))
        table.add_row(source.id, source.name, source.kind.value, *map(str, counts), f"{source.delay_seconds:g}")
    out.print(table)


@app.command("add")
def sources_add(
    url: Annotated[str, typer.Argument(help="Address of the publisher's front page.")],
    id_: Annotated[str | None, typer.Option("--id", help="Short name; made from the address if not given.")] = None,
    lang: Annotated[str | None, typer.Option(help="Language, where the page does not state it: ko.")] = None,
    country: Annotated[str | None, typer.Option(help="Country, where it cannot be told: KR.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Time zone, where the country has several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the feeds and sitemaps of a site and write its file. Never overwrites one."""
    from flows.fetching.guard import Network
    from flows.steps.source_files import add

    agent = _user_agent()
    folder = settings().sources
    added = add(url, folder, Network(), agent, source_id=id_, lang=lang, country=country, timezone=timezone)
    if as_json:
        print_json({"path": added.path, "notes": added.notes})
        return
    out.print(f"Written: {added.path}", highlight=False)
    for note in added.notes:
        out.print(f"- {note}", highlight=False, markup=False)


@app.command("check")
def sources_check(
    ids: Annotated[list[str] | None, typer.Argument(help="Sources by id; all if none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask every channel once: alive, empty, stale (newest entry older than 14 days), unreadable, gone."""
    from flows.fetching.guard import Network
    from flows.steps.gathering import chosen
    from flows.steps.source_files import check

    agent = _user_agent()
    table = Table("source", "kind", "channel", "is", "lists", "newest", "says", box=SIMPLE_HEAD, pad_edge=False)
    for row in check(chosen(settings().sources, ids or []), Network(), agent):
        if as_json:
            print_json(asdict(row))
            continue
        cells = (row.source_id, row.kind.value, row.url, row.health.value, row.listed, row.newest_at, row.says)
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))
    if not as_json:
        out.print(table)


def _user_agent() -> str:
    """Who asks. Raises SettingsError while publishers could not reach the one who does."""
    if not settings().contact:
        raise SettingsError("SILLOK_CONTACT is not set: nobody is asked for anything until publishers can reach you")
    return settings().user_agent
