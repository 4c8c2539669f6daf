"""Report: one page about a day, a week, a search or a story, written beside the lake and linked from the run."""

from datetime import date
from enum import StrEnum

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext

from flows.lake.batches import Count
from flows.reporting.report import figures_in_words
from flows.runs import log, now, shown
from flows.settings import settings
from flows.steps.reporting import Wanted, file_name, write
from flows.steps.reporting import report as ask_report


class Period(StrEnum):
    """How much a report covers."""

    DAY = "day"
    WEEK = "week"


@task(cache_policy=NO_CACHE)
def write_report(wanted: Wanted) -> tuple[str, str]:
    """Ask, write the page; its path and its figures in words."""
    lake = settings().lake
    made = ask_report(lake, wanted, now())
    return str(write(lake / "reports" / file_name(made, wanted), made)), figures_in_words(made)


@flow(name="report")
def report(period: Period = Period.DAY, until: date | None = None, query: str = "", story: str = "") -> list[Count]:
    """Write a report. It changes nothing in the lake, and may run at any time.

    Args:
        period: The day alone, or the seven days that end with it.
        until: Last day of publication. Empty means the newest of which there are articles.
        query: About what a search finds, instead of a period: 네이버 AND (소버린 OR 주권).
        story: About one story, by its story_id in mart.stories, instead of a period.
    """
    wanted = Wanted(now().date(), until=until, query=query, story=story, is_week=period is Period.WEEK)
    path, figures = write_report(wanted)
    log.info("report: %s", path)
    if FlowRunContext.get() is not None:
        with shown():
            create_markdown_artifact(f"## Report\n{figures}\n\n[{path}](file://{path})", key="report")
    return [Count("reports", "written", 1)]
