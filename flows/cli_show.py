"""`sillok show` and `sillok trend`: one article, and the course of a search, at the terminal."""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.settings import settings

if TYPE_CHECKING:
    from flows.reporting.report import Section

out = Console()
err = Console(stderr=True)

_DAY = ["%Y-%m-%d"]


class Length(StrEnum):
    """Length of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def show_(
    article: Annotated[str, typer.Argument(help="Its id, the beginning of its id, or its address.")],
    as_json: Annotated[bool, typer.Option("--json", help="All of it as one JSON object.")] = False,
) -> None:
    """Show an article as it stands now: its text with people and quotations marked, and all that is known of it.

    Bold are people, underlined organisations, yellow quotations. Its rights stand with it: what may be done with the
    text is not more than they say.
    """
    from flows.reporting.terminal import facts, paragraph, table
    from flows.steps.showing import show

    shown = show(settings().lake, article)
    if as_json:
        about = {one.name: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in shown.sections}
        told = {"id": shown.article_id, "body": [text for text, _ in shown.body], **about}
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    first, *others = shown.sections
    out.print(facts(first))
    for text, marks in shown.body:
        out.print()
        out.print(paragraph(text, [(mark.kind, mark.begins, mark.ends) for mark in marks]))
    for one in others:
        if one.rows:
            out.print()
            out.print(table(one))


def trend_(
    query: Annotated[str, typer.Argument(help="As in `sillok search`: '네이버 AND (소버린 OR 주권)'.")],
    by: Annotated[Length, typer.Option(help="Length of a period.")] = Length.DAY,
    publisher: Annotated[str, typer.Option(help="Only of this news organisation.")] = "",
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="First day of publication.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Last day of publication.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a period and line.")] = False,
) -> None:
    """Show how much of the coverage a search finds, period by period, as share of all articles that are here.

    `estimated` corrects for what was listed and never came in. `sillok sql "FROM trend('...')"` gives the same.
    """
    from flows.reporting.terminal import sparkline, table
    from flows.steps.showing import course

    if since and until and since > until:
        raise typer.BadParameter(f"--since {since.date()} is after --until {until.date()}")
    with err.status("Counting"):
        found = course(settings().lake, query, by.value, publisher, _date(since), _date(until))
    if as_json:
        for row in found.rows:
            print(json.dumps(dict(zip(found.columns, row, strict=True)), ensure_ascii=False, default=str))
        return
    counts = _column(found, "articles")
    if not any(counts):
        err.print("Nothing was found; `sillok search --explain` shows what is looked for")
        return
    out.print(sparkline(_column(found, "share")), highlight=False)
    out.print(table(found))
    err.print(f"{sum(counts):,.0f} articles in {len(counts):,} periods")


def _column(found: "Section", name: str) -> list[float]:
    at = list(found.columns).index(name)
    return [float(str(row[at] or 0)) for row in found.rows]


def _date(value: datetime | None) -> date | None:
    return value.date() if value else None
