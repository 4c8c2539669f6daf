"""The hour's work: gather what is new and read it, so that nothing leaves a feed unseen; the rest waits for the day."""

from prefect import flow

from flows.extract import extract
from flows.ingest import ingest
from flows.lake.batches import Count, writing
from flows.publish import publish
from flows.runs import run_id
from flows.settings import settings


@flow(name="hourly", retries=1, retry_delay_seconds=120)
def hourly(
    sources: list[str] = [],  # noqa: B006 - the run form shows the default
) -> list[Count]:
    """Gather what is new, read it, publish. Annotating, linking and the search index follow with the daily run.

    Args:
        sources: Source files to gather from, by id (the names in data/sources). Empty means all of them.
    """
    with writing(settings().lake, f"hourly {run_id()}"):
        return [*ingest(sources), *extract(), *publish()]
