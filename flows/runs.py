"""What every flow shares: its run's id, progress that people can watch, and the counts it closes with."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self
from uuid import UUID, uuid4

import httpx
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, create_table_artifact
from prefect.artifacts import update_progress_artifact as update_progress
from prefect.context import FlowRunContext
from prefect.runtime import flow_run

from flows.dask_workers import dask_pool
from flows.lake.batches import Count, Writer
from flows.progress import COUNTED
from flows.settings import Settings
from flows.workers import SHARE_OF_DEADLINE, LocalPool, Workers

log = logging.getLogger("sillok")

ARTIFACT_SECONDS = 5.0
"""The UI hears of a step's progress so often: each time costs the run and the server some 40 ms of processor time."""


def run_id() -> str:
    """The id under which the ledger knows this run: the flow run's, told apart by its tries."""
    if FlowRunContext.get() is None:
        return f"local-{uuid4()}"
    tries = flow_run.run_count or 1
    return str(flow_run.id) if tries == 1 else f"{flow_run.id}.{tries}"


@contextmanager
def shown() -> Iterator[None]:
    """What only shows a run to people must not end it: where Prefect's server is away, the log says so."""
    try:
        yield
    except httpx.HTTPError as error:
        log.warning("Prefect's server does not answer; the run goes on unseen (%s)", str(error) or type(error).__name__)


class Progress:
    """How far a long step is: a progress artifact in the UI and a line in the log."""

    def __init__(self, stage: str, total: int, unit: str) -> None:
        """`total` counts what there is to do, in `unit` (a plural)."""
        self._stage, self._total, self._unit = stage, total, unit
        self._done = 0
        self._artifact: UUID | None = None
        self._said_at = time.monotonic()
        log.debug("%s: %d %s", stage, total, unit, extra=self._counted())
        if FlowRunContext.get() is not None and total:
            with shown():
                made = create_progress_artifact(0.0, key=f"{stage}-progress", description=f"{stage}: {total} {unit}")
                self._artifact = made if isinstance(made, UUID) else None

    def _counted(self) -> dict[str, object]:
        return {COUNTED: (self._stage, self._done, self._total, self._unit)}

    def advance(self, count: int) -> Self:
        """`count` more are done."""
        self._done += count
        log.info("%s: %d of %d %s", self._stage, self._done, self._total, self._unit, extra=self._counted())
        is_due = self._done >= self._total or time.monotonic() - self._said_at >= ARTIFACT_SECONDS
        if self._artifact is not None and is_due:
            self._said_at = time.monotonic()
            with shown():
                update_progress(self._artifact, progress=min(100.0, 100.0 * self._done / self._total))
        return self


def tell(stage: str, done: int, unit: str) -> None:
    """How far a step is of which nobody knows the end."""
    log.info("%s: %d %s", stage, done, unit, extra={COUNTED: (stage, done, None, unit)})


def close(
    writer: Writer,
    stage: str,
    run: str,
    started_at: datetime,
    counts: Sequence[Count],
    warnings: Iterable[str] = (),
) -> list[Count]:
    """Write down what came of a run's inputs: in the lake, and as artifacts of the run."""
    writer.close_run(run, stage, started_at, counts)
    if FlowRunContext.get() is not None:
        rows = [{"what": count.what, "outcome": count.outcome, "count": count.count} for count in counts]
        listed = "\n".join(f"- {warning}" for warning in warnings)
        with shown():
            create_table_artifact(
                rows or [{"what": stage, "outcome": "nothing to do", "count": 0}], key=f"{stage}-outcomes"
            )
            if listed:
                create_markdown_artifact(f"## Worth a look\n{listed}", key=f"{stage}-warnings")
    for warning in warnings:
        log.warning("%s", warning)
    return list(counts)


def now() -> datetime:
    """The one place where a flow reads the clock."""
    return datetime.now(UTC)


def pool(settings: Settings, warm_up: Callable[[], None], share_of_deadline: float = SHARE_OF_DEADLINE) -> Workers:
    """Worker processes as the settings ask for; `warm_up` loads what each needs before any deadline runs."""
    kind = dask_pool(settings) if settings.runner == "dask" else LocalPool
    return Workers(
        settings.workers, settings.page_seconds, settings.worker_memory_bytes, warm_up, share_of_deadline, kind
    )
