"""Maintain: large files of small ones, old states and leftovers gone, the bytes of what was taken down erased."""

from collections.abc import Iterator
from typing import Annotated

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from pydantic import Field

from flows.lake.batches import Count, writing
from flows.runs import close, log, now, run_id
from flows.settings import settings
from flows.steps.maintaining import CLEAN_DAYS, KEEP_DAYS, Part, parts
from flows.steps.rows import total


@task(cache_policy=NO_CACHE)
def maintain_next(rest: Iterator[Part]) -> Part | None:
    """Do the next piece of upkeep; None when there is no more."""
    return next(rest, None)


@task(cache_policy=NO_CACHE)
def forget_orders() -> int:
    """Delete ended runs of the flow `takedown` from Prefect's records: their run forms name what was taken down."""
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["takedown"])))
        ended = [one for one in runs if one.state is not None and one.state.is_final()]
        for one in ended:
            client.delete_flow_run(one.id)
    return len(ended)


@flow(name="maintain")
def maintain(
    keep_days: Annotated[int, Field(ge=1, le=3650)] = KEEP_DAYS,
    clean_days: Annotated[int, Field(ge=1, le=365)] = CLEAN_DAYS,
) -> list[Count]:
    """Keep the lake small and quick, and erase what was taken down. Safe to stop at any moment: the next run goes on.

    Args:
        keep_days: States of the lake that can be asked for as of a day; older ones go. Where a takedown waits,
            all earlier ones go.
        clean_days: Files that nothing needs any more are left for so many days, for readers that began before.
    """
    started_at, run = now(), run_id()
    counts = [Count("runs of takedown", "forgotten", forgotten)] if (forgotten := forget_orders()) else []
    rest = parts(settings().lake, run, keep_days, clean_days)
    while (part := maintain_next(rest)) is not None:
        counts += part.counts
        log.info("maintain: %s", part.says)
    with writing(settings().lake, f"maintain {run}") as writer:
        return close(writer, "maintain", run, started_at, total(counts))
