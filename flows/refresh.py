"""Make anew: read or annotate a part of the lake again by the versions in force; first show what would change."""

from contextlib import closing
from datetime import date
from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext
from pydantic import Field

from flows.enrich import annotate_all
from flows.extract import read_all
from flows.index import index
from flows.lake import catalog
from flows.lake.batches import Count, writing
from flows.lake.refresh_choices import Choice, Part, Which
from flows.link import link
from flows.publish import publish
from flows.runs import close, log, now, run_id
from flows.settings import settings
from flows.steps import refreshing
from flows.steps.entity_models import entity_models
from flows.steps.rows import total

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)  # a day that limits nothing, but shows a picker in the form
Day = Annotated[date, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}-\d{2}$"})]


@flow(name="refresh")
def refresh(
    part: Part = Part.READING,
    which: Which = Which.BOTH,
    publishers: list[str] = [],  # noqa: B006 - the run form shows the default
    since: Day = FIRST,
    until: Day = LAST,
    query: str = "",
    made_by: str = "",
    page_seconds: Annotated[float, Field(ge=0, le=600)] = 0.0,
    dry_run: bool = True,
    sample: Annotated[int, Field(ge=1, le=200)] = 20,
) -> list[Count]:
    """Read or annotate a part of the lake again. A dry run shows what would change and touches nothing.

    Args:
        part: reading = articles from their pages, then their annotations; annotation = annotations alone.
        which: older = made by another version than the one in force; lost = timed out or crashed, however often; both.
        publishers: Only of these, as mart.articles names them. Empty means all.
        since: First day of publication (of capture where the page tells none).
        until: Last day of publication.
        query: Only articles that this search finds, in the grammar of `sillok search`. Empty means all.
        made_by: Only what this extractor or annotator made, exactly as the tables name it. Empty means any.
        page_seconds: Deadline for one page, seconds, 0 to 600; more helps pages that timed out. 0 means the setting.
        dry_run: Show how many rows would change and how, from a sample, and stop. On unless it is switched off.
        sample: How many articles a dry run makes anew in memory, 1 to 200.
    """
    started_at, run, models = now(), run_id(), entity_models(settings())
    wanted = Choice(
        which, made_by, tuple(publishers), since if since != FIRST else None, until if until != LAST else None
    )
    using = settings().model_copy(update={"page_seconds": page_seconds}) if page_seconds else settings()
    with closing(catalog.read(settings().lake)) as connection:
        choice = refreshing.choice_of(settings().lake, connection, part, wanted, query)
        if dry_run:
            chosen = refreshing.chosen_of(connection, part, choice, models)
            said = refreshing.lines(refreshing.preview(settings().lake, connection, part, chosen, sample, using))
            if FlowRunContext.get() is not None:
                create_markdown_artifact("```\n" + "\n".join(said).replace("`", "'") + "\n```", key="refresh-preview")
            for line in said:
                log.info("%s", line)
            return refreshing.counts(chosen)
    with writing(settings().lake, f"refresh {run}") as writer:
        chosen = refreshing.chosen_of(writer.connection, part, choice, models)
        counts = refreshing.counts(chosen)
        if part is Part.READING:
            counts += read_all(writer, run, refreshing.to_read(writer.connection, chosen), using)
        waiting = refreshing.to_annotate(writer, part, choice, chosen, models)
        counts += annotate_all(writer, run, models, waiting, using, run)
        done = close(writer, "refresh", run, started_at, total(counts))
        return [*done, *link(), *index(), *publish()]
