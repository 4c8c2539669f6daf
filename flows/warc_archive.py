"""Backfill from lists of WARC files, as Common Crawl News has: so many files a run, each from where it was left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from flows.enrich import enrich
from flows.extract import extract
from flows.fetching.guard import Network
from flows.index import index
from flows.lake import catalog
from flows.lake.batches import Count, writing
from flows.link import link
from flows.publish import publish
from flows.runs import close, log, now, run_id
from flows.settings import settings
from flows.steps.archives import Archive, fetched, is_away, listed, of_hosts, parts, refuse
from flows.steps.rows import total
from flows.steps.saving import Saving


@task(cache_policy=NO_CACHE)
def store_next(batches: Iterator[tuple[Count, ...]]) -> tuple[Count, ...] | None:
    """Store and commit the next stretch; None at the end of the file."""
    return next(batches, None)


@task(cache_policy=NO_CACHE)
def bring(lake: Path, base: str, name: str) -> Path:
    """Fetch one WARC file, where it does not lie in a folder."""
    return fetched(lake, base, name, Network(), settings())


def check(path_list: str, base: str, most_files: int) -> tuple[str, list[str]]:
    """The base and the paths of the list. Raises ArchiveError for what cannot be meant, before anything is touched."""
    base, names = listed(path_list, base)
    lake = settings().lake
    if catalog.exists(lake):
        connection = catalog.read(lake)
        try:
            known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'archive_reads'").fetchone()
            refuse(base, parts(connection if known else None, names, most_files), settings().contact)
        finally:
            connection.close()
    else:
        refuse(base, parts(None, names, most_files), settings().contact)
    return base, names


@flow(name="warc-archive", retries=2, retry_delay_seconds=120)
def warc_archive(
    path_list: str,
    base: str = "",
    most_files: Annotated[int, Field(ge=1, le=1000)] = 1,
    hosts: list[str] = [],  # noqa: B006 - the run form shows the default
) -> list[Count]:
    """Bring in WARC files of a list, then read, annotate, link, index, publish. Run it again for the next files.

    Args:
        path_list: A file on the worker's machine with one path of a WARC file a line, gzipped or not (warc.paths.gz);
            or a folder, or s3://bucket/prefix: then all WARC files below it.
        base: What the paths are relative to: a folder, s3://bucket/prefix, or an address (https://data.commoncrawl.org/
            for Common Crawl). Empty for a folder or prefix that is the list itself.
        most_files: Files that this run takes, 1 to 1000, in the list's order. One of Common Crawl News is a gigabyte.
        hosts: Only pages of these hosts and of names below them (example.kr). Empty means all.
    """
    base, names = check(path_list, base, most_files)
    run, started_at, lake = run_id(), now(), settings().lake
    with writing(lake, f"warc-archive {run}") as writer:
        saving = Saving(writer, run, settings())
        saving.begin()
        counts: list[Count] = []
        for part in parts(writer.connection, names, most_files):
            path = bring(lake, base, part.name)
            batches = saving.archive(Archive(path, part.name, part.begin, of_hosts(hosts)))
            while (stored := store_next(batches)) is not None:
                counts += stored
            log.info("warc-archive: %s is read", part.name)
            if is_away(base):
                path.unlink()
        saving.close()
        counts = close(writer, "warc-archive", run, started_at, total(counts))
        return [*counts, *extract(), *enrich(), *link(), *index(), *publish()]
