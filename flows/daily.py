"""The day's work: gather, read, annotate, link, index, publish, report."""

from prefect import flow

from flows.discovery.source import read_sources
from flows.enrich import enrich
from flows.extract import extract
from flows.fetching.guard import Network
from flows.index import index
from flows.ingest import gather, ingest
from flows.lake.batches import Count, writing
from flows.link import link
from flows.publish import publish
from flows.report import report
from flows.runs import run_id
from flows.sample_press import FOLDER, SamplePress
from flows.sample_press_content import Edition
from flows.settings import settings


@flow(name="daily", retries=2, retry_delay_seconds=120)
def daily(
    sources: list[str] = [],  # noqa: B006 - the run form shows the default
    sample_press: bool = False,
    edition: Edition = Edition.MORNING,
) -> list[Count]:
    """Gather what is new, read it, annotate it, link and index it, publish, report. Safe at any time, and again.

    Args:
        sources: Source files to gather from, by id (the names in data/sources). Empty means all of them.
        sample_press: Gather from the made-up press that ships with the project, on this machine, instead.
        edition: Of the sample press: morning, or evening, when some articles have been corrected.
    """
    with writing(settings().lake, f"daily {run_id()}"):
        if sample_press:
            with SamplePress(edition=edition) as press:
                counts = gather(read_sources(FOLDER / "sources"), Network(hosts=press.hosts), is_sample=True)
        else:
            counts = ingest(sources)
        return [*counts, *extract(), *enrich(), *link(), *index(), *publish(), *report()]
