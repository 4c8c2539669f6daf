"""Backfill from a publisher's sitemap archive: a window of days, so many pages a run, politely; then as every day."""

from datetime import date
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.addresses import normalise
from flows.discovery.source import SourceError
from flows.enrich import enrich
from flows.extract import extract
from flows.fetching.guard import Network
from flows.index import index
from flows.ingest import gathered
from flows.lake.batches import Count, writing
from flows.link import link
from flows.publish import publish
from flows.runs import log, now, run_id
from flows.settings import SettingsError, settings
from flows.steps.gathering import chosen
from flows.steps.sitemap_archive import SitemapArchive, Window

Day = Annotated[date, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}-\d{2}$"})]


def refuse(source: str, sitemap: str, first_date: date, last_date: date) -> None:
    """Raise SettingsError or SourceError for what cannot be meant, before anything is touched."""
    chosen(settings().sources, [source])
    if normalise(sitemap) is None:
        raise SourceError(f"{sitemap!r} is no address of a sitemap; nothing was asked for")
    if first_date > last_date:
        raise SourceError(f"The window ends on {last_date}, before it begins on {first_date}; nothing was asked for")
    if not settings().contact:
        raise SettingsError("SILLOK_CONTACT is not set, so nobody will be asked: publishers must be able to reach you")


@flow(name="sitemap-archive", retries=2, retry_delay_seconds=120)
def sitemap_archive(
    source: str,
    sitemap: str,
    first_date: Day,
    last_date: Day,
    most_pages: Annotated[int, Field(ge=1, le=9000)] = 1000,
    seconds_between_requests: Annotated[float, Field(ge=0.5, le=60)] = 2.0,
) -> list[Count]:
    """Gather a publisher's past by its sitemaps. Run it again for the next pages: nothing is asked for twice.

    Args:
        source: The publisher, by the name of its file in data/sources.
        sitemap: Address of a sitemap, or of an index of sitemaps (often named in the publisher's robots.txt).
        first_date: First day of the window, as sitemap or address tell it.
        last_date: Last day of the window.
        most_pages: Pages that this run takes, 1 to 9000, the oldest first. A thousand at two seconds take half an hour.
        seconds_between_requests: Pause between two requests to one host, 0.5 to 60; the source's own, or robots.txt,
            may ask for more.
    """
    refuse(source, sitemap, first_date, last_date)
    run, started_at = run_id(), now()
    window = Window(first_date, last_date, most_pages, seconds_between_requests)
    with writing(settings().lake, f"sitemap-archive {run}") as writer:
        (publisher,) = chosen(settings().sources, [source])
        address = normalise(sitemap) or sitemap
        archive = SitemapArchive(publisher, address, window, Network(), writer, run, settings(), started_at)
        counts = gathered(archive, writer, run, started_at)
        log.info("sitemap-archive: %d pages of the window are left for the next runs", archive.left_count)
        return [*counts, *extract(), *enrich(), *link(), *index(), *publish()]
