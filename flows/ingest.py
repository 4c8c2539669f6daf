"""Gather: channels -> listings -> what is due -> pages in WARC files, with one ledger row for every URL."""

from collections.abc import Sequence
from datetime import datetime

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.discovery.listing import Listing
from flows.discovery.source import Source
from flows.fetching.capture import Wanted
from flows.fetching.guard import Network
from flows.lake.batches import Count, Writer, writing
from flows.runs import Progress, close, now, run_id
from flows.settings import settings
from flows.steps.gathering import Gathering, Plan, chosen
from flows.steps.rows import total


@task(cache_policy=NO_CACHE)
def read_channels(gathering: Gathering, given: Sequence[Listing]) -> Plan:
    """Read every feed, sitemap and section page; commit the listings; say what is due."""
    return gathering.plan(given)


@task(retries=2, retry_delay_seconds=10, cache_policy=NO_CACHE)
def fetch_round(gathering: Gathering, wanted: Sequence[Wanted]) -> tuple[Count, ...]:
    """Fetch one round of URLs and commit them."""
    return gathering.fetch(wanted)


def gather(
    sources: Sequence[Source],
    network: Network,
    *,
    is_sample: bool = False,
    given: Sequence[Listing] = (),
    given_delay_seconds: float = 1.0,
) -> list[Count]:
    """The steps of gathering, for flows: over which network is code's to say, never a parameter's."""
    started_at, run = now(), run_id()
    with writing(settings().lake, f"ingest {run}") as writer:
        gathering = Gathering(
            sources,
            network,
            writer,
            run,
            settings(),
            is_sample=is_sample,
            now=started_at,
            given_delay_seconds=given_delay_seconds,
        )
        return gathered(gathering, writer, run, started_at, given)


def gathered(
    gathering: Gathering, writer: Writer, run: str, started_at: datetime, given: Sequence[Listing] = ()
) -> list[Count]:
    """Read the channels, fetch what is due round by round, and close the run."""
    plan = read_channels(gathering, given)
    progress = Progress("ingest", sum(map(len, plan.rounds)), "pages")
    counts = list(plan.counts)
    for wanted in plan.rounds:
        counts += fetch_round(gathering, wanted)
        progress.advance(len(wanted))
    gathering.close(counts)
    return close(writer, "ingest", run, started_at, total(counts), plan.warnings)


@flow(name="ingest")
def ingest(sources: list[str] = []) -> list[Count]:  # noqa: B006 - the run form shows the default
    """Gather what the publishers list now.

    Args:
        sources: Source files to gather from, by id. Empty means all of them.
    """
    return gather(chosen(settings().sources, sources), Network())
