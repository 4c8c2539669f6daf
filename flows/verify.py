"""Verify: hold the whole lake against what was written; repair what the WARC files allow, where asked to."""

from uuid import uuid4

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext

from flows.discovery.source import read_sources
from flows.enrich import enrich
from flows.extract import extract
from flows.index import index
from flows.lake.schema import Row
from flows.link import link
from flows.publish import publish
from flows.runs import log, now
from flows.sample_press import FOLDER as SAMPLE_FOLDER
from flows.settings import settings
from flows.steps.repairing import repair as repair_lake
from flows.steps.rows import handed_in_row, source_row
from flows.steps.saving import LIST_ID
from flows.steps.verifying import Verified
from flows.steps.verifying import verify as look


class DamagedError(Exception):
    """The lake is damaged; the run's artifact names what."""


@task(cache_policy=NO_CACHE)
def look_at_lake(quick: bool) -> Verified:
    """Look at catalogue, Parquet and WARC files."""
    return look(settings().lake, is_quick=quick, advance=_say)


def mend(found: Verified) -> Verified:
    """Repair what was found; the steps behind gathering make again what is missing."""
    return repair_lake(settings().lake, f"repair-{uuid4()}", found, _steps, _sources)


@flow(name="verify")
def verify(quick: bool = False, repair: bool = False) -> None:
    """Hold every WARC record, Parquet file and table of the catalogue against its hash and its counts.

    The run fails where something is damaged, so that whoever is told of failed runs is told.

    Args:
        quick: Look at the catalogue, and at presence and sizes of files only.
        repair: Repair what is found, as far as the WARC files allow. What is lost is written down in ops.repairs.
    """
    found = look_at_lake(quick)
    if found.damage and repair:
        found = mend(found)
    rows = [
        {
            "file or table": one.name,
            "at": one.offset,
            "fault": one.fault.value,
            "what": one.says,
            "repair": one.way.value,
        }
        for one in found.damage
    ]
    if FlowRunContext.get() is not None:
        create_table_artifact(rows or [{"file or table": "everything", "fault": "none"}], key="verify-damage")
        if found.notes:
            create_markdown_artifact("\n".join(f"- {note}" for note in found.notes), key="verify-notes")
    for one in found.damage:
        log.warning("%s: %s: %s", one.name, one.fault.value, one.says)
    if found.damage:
        raise DamagedError(f"{len(found.damage)} things are damaged: sillok repair shows what can be done")


def _steps() -> None:
    for step in (extract, enrich, link, index, publish):
        step()


def _sources(ids: set[str]) -> list[Row]:
    """Rows of sources that are lost, from their files; those without one were handed in."""
    files = {one.id: (one, is_sample) for folder, is_sample in ((settings().sources, False), (SAMPLE_FOLDER, True))
             for one in read_sources(folder)}  # fmt: skip
    return [
        source_row(*files[one], now()) if one in files
        else handed_in_row(one, "url_list" if one == LIST_ID else "import", now())
        for one in sorted(ids)
    ]  # fmt: skip


def _say(what: str, done: int, total: int) -> None:
    if done == total:
        log.info("verify: %d %s", done, what)
