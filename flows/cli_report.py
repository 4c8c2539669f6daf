"""`sillok report`: a day, a week, a search or a story as one page that opens from disk."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.settings import settings

out = Console()
err = Console(stderr=True)

_DAY = ["%Y-%m-%d"]


def report_(
    path: Annotated[Path | None, typer.Argument(help="File to write; in the lake's folder reports/ if none.")] = None,
    query: Annotated[str, typer.Option(help="About what a search finds: '네이버 AND (소버린 OR 주권)'.")] = "",
    story: Annotated[str, typer.Option(help="About one story, by its story_id (mart.stories).")] = "",
    week: Annotated[bool, typer.Option("--week", help="The seven days that end with the last one.")] = False,
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day of publication.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Last day of publication; the newest there is if not given.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone of the hours; that of most articles if not given.")] = "",
    explore: Annotated[
        str, typer.Option(help="Address of a `sillok explore`, http://127.0.0.1:8380: each question links to it.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as one JSON object, to standard output.")] = False,
) -> None:
    """Write a report: what came in, stories, who spoke, rising words, changes, copies, rights, lost fields.

    One HTML file without scripts that loads nothing; every figure leads to the SQL that gave it. Of the last day that
    has articles, unless a period, a search or a story is asked for.
    """
    from flows.steps.reporting import Wanted, file_name, report, write

    if explore and not explore.startswith(("http://", "https://")):
        raise typer.BadParameter(f"--explore is {explore}; it is an address such as http://127.0.0.1:8380")
    if query and story:
        raise typer.BadParameter("a report is about a --query or a --story, not both")
    if week and (query or story or since):
        raise typer.BadParameter("--week is a period of its own: leave out --since, --query and --story")
    if story and (since or until):
        raise typer.BadParameter("a story has its own days: leave out --since and --until")
    wanted = Wanted(_today(), _date(since), _date(until), query, story, week, zone)
    lake = settings().lake
    with err.status("Asking the lake"):
        made = report(lake, wanted, datetime.now(UTC))
    if as_json:
        print(json.dumps(asdict(made), ensure_ascii=False, default=str))
        return
    target = path or lake / "reports" / file_name(made, wanted)
    if path is not None and path.is_dir():
        target = path / file_name(made, wanted)
    out.print(str(write(target, made, explore.rstrip("/"))), highlight=False, markup=False, soft_wrap=True)


def _date(value: datetime | None) -> date | None:
    return value.date() if value else None


def _today() -> date:
    return datetime.now(UTC).date()
