"""Bring in what was saved elsewhere: pages, WARC files, URL lists; then read, annotate, link, index, publish."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from flows.enrich import enrich
from flows.extract import extract
from flows.fetching.guard import Network
from flows.index import index
from flows.ingest import gather
from flows.lake.batches import Count, writing
from flows.link import link
from flows.publish import publish
from flows.runs import close, log, now, run_id, tell
from flows.settings import settings
from flows.steps import listing_exports
from flows.steps.import_choices import Until
from flows.steps.rows import total
from flows.steps.saving import Saving, parted
from flows.steps.url_lists import listed

AFTER: dict[Until, Callable[[], list[Count]]] = {
    Until.EXTRACT: extract,
    Until.ENRICH: enrich,
    Until.LINK: link,
    Until.INDEX: index,
    Until.PUBLISH: publish,
}


@task(cache_policy=NO_CACHE)
def store_next(batches: Iterator[tuple[Count, ...]]) -> tuple[Count, ...] | None:
    """Store and commit the next batch of inputs; None when there are no more."""
    return next(batches, None)


def store(paths: list[Path], manifest: Path | None) -> list[Count]:
    """Make a capture of every saved page and WARC record."""
    started_at, run = now(), run_id()
    with writing(settings().lake, f"backfill {run}") as writer:
        batches = Saving(writer, run, settings()).batches(paths, manifest)
        counts: list[Count] = []
        while (stored := store_next(batches)) is not None:
            counts += stored
            tell("backfill", sum(count.count for count in counts if count.what == "listed"), "inputs")
        return close(writer, "backfill", run, started_at, total(counts))


def store_sheets(sheets: list[Path]) -> list[Count]:
    """Write down what spreadsheets of BigKinds say was published."""
    started_at, run = now(), run_id()
    with writing(settings().lake, f"backfill {run}") as writer:
        counts, times = list[Count](), Counter[str]()
        for path in sheets:
            batches = listing_exports.store(writer, run, path, times)
            while (stored := store_next(batches)) is not None:
                counts += stored
        return close(writer, "listings", run, started_at, total(counts))


def fetch_lists(lists: list[Path], seconds_between_requests: float) -> list[Count]:
    """Fetch the URLs of the lists, politely; what was fetched is committed round by round, and not asked for again."""
    listings, faults = listed(lists, now())
    for fault in faults:
        log.warning("%s", fault)
    return gather([], Network(), given=listings, given_delay_seconds=seconds_between_requests)


@flow(name="backfill", retries=2, retry_delay_seconds=120)
def backfill(
    paths: list[str],
    manifest: str = "",
    until: Until = Until.PUBLISH,
    seconds_between_requests: Annotated[float, Field(ge=0.5, le=60)] = 1.0,
) -> list[Count]:
    """Bring in saved pages, WARC files and lists of URLs. Inputs that the lake holds already are not stored again.

    Args:
        paths: Files and folders on the machine of the worker: saved pages, WARC files, text files of one URL a line,
            JSON of news-please and Fundus, XLSX of BigKinds.
        manifest: A JSON Lines file with input and any of id, url, captured_at, content_type. Empty means none.
        until: The last step to take; store keeps the pages only, so that years of archives come in first and are read
            at night. The next run does what is left.
        seconds_between_requests: Of a list of URLs: pause between two requests to one host, 0.5 to 60; robots.txt may
            ask for more.
    """
    sheets, lists, pages = parted([Path(path) for path in paths], Path(manifest) if manifest else None)
    with writing(settings().lake, f"backfill {run_id()}"):
        counts = store_sheets(sheets) if sheets else []
        counts += fetch_lists(lists, seconds_between_requests) if lists else []
        counts += store(pages, Path(manifest) if manifest else None) if pages or manifest else []
        for step in list(Until)[1 : list(Until).index(until) + 1]:
            counts += AFTER[step]()
        return counts
