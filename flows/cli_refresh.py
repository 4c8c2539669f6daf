"""`sillok refresh`: read or annotate a part of the lake again; without --apply it only shows what would change."""

from typing import Annotated

import typer
from rich.console import Console

from flows.cli_runs import AsJson, finished, prepare_prefect, print_counts
from flows.lake.refresh_choices import Choice, Part, Which
from flows.settings import settings

out = Console()


def refresh_(
    part: Annotated[
        Part, typer.Argument(help="reading: articles from their pages, and their annotations; annotation: these alone.")
    ] = Part.READING,
    which: Annotated[
        Which, typer.Option(help="Of another version than the one in force, lost (timed out, crashed), or both.")
    ] = Which.BOTH,
    publisher: Annotated[list[str] | None, typer.Option(help="Only of this publisher; repeat.")] = None,
    since: Annotated[str, typer.Option(help="First day of publication: 2026-01-15.")] = "",
    until: Annotated[str, typer.Option(help="Last day of publication: 2026-01-31.")] = "",
    query: Annotated[str, typer.Option(help="Only articles that this search finds.")] = "",
    made_by: Annotated[str, typer.Option(help="Only what this extractor or annotator made.")] = "",
    page_seconds: Annotated[
        float, typer.Option(min=0, max=600, help="Deadline for one page; more helps pages that timed out.")
    ] = 0.0,
    sample: Annotated[int, typer.Option(min=1, max=200, help="Articles that a dry run makes anew.")] = 20,
    apply: Annotated[bool, typer.Option("--apply/--dry-run", help="Do it, or show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read or annotate a part of the lake again by the versions in force.

    Without --apply nothing is written: it shows how many rows would change and, of a sample, which fields and how.
    Rows of before stay, marked with the version that made them, and every earlier state can be asked for with --as-of.
    """
    from contextlib import closing
    from datetime import date

    from flows.lake import catalog
    from flows.steps import refreshing

    first, last = refreshing.day(since, "--since"), refreshing.day(until, "--until")
    wanted = Choice(which, made_by, tuple(publisher or ()), first, last)
    using = settings().model_copy(update={"page_seconds": page_seconds}) if page_seconds else settings()
    with closing(catalog.read(settings().lake)) as connection:
        choice = refreshing.choice_of(settings().lake, connection, part, wanted, query)
        if not apply:
            from flows.steps.entity_models import entity_models

            chosen = refreshing.chosen_of(connection, part, choice, entity_models(settings()))
            for line in refreshing.lines(refreshing.preview(settings().lake, connection, part, chosen, sample, using)):
                out.print(line, highlight=False, markup=False, soft_wrap=True)
            out.print("Nothing was written; --apply does it.")
            return
    from flows.cli import check_lake

    check_lake()
    prepare_prefect()
    from flows.refresh import FIRST, LAST, refresh

    begin: date = first or FIRST
    print_counts(
        finished(
            lambda: refresh(
                part, which, publisher or [], begin, last or LAST, query, made_by, page_seconds, False, sample
            )
        ),
        as_json,
    )
