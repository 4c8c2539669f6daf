"""Link: what articles have to do with one another: copies and who was first, versions, reporters, stories, registry."""

from collections.abc import Iterator

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.lake.batches import Count, writing
from flows.runs import Progress, close, log, now, pool, run_id
from flows.settings import settings
from flows.steps.copies import COPIES_STEP, warm_up
from flows.steps.linking import Linked, Linking, Step
from flows.steps.linking_registry import REGISTRY_STEP
from flows.steps.linking_reporters import REPORTERS_STEP
from flows.steps.linking_stories import STORIES_STEP
from flows.steps.linking_versions import VERSIONS_STEP
from flows.steps.rows import total

STEPS: tuple[Step, ...] = (COPIES_STEP, VERSIONS_STEP, REPORTERS_STEP, STORIES_STEP, REGISTRY_STEP)


@task(cache_policy=NO_CACHE)
def link_next(parts: Iterator[Linked]) -> Linked | None:
    """Settle and commit the next part of a step; None when there is no more."""
    return next(parts, None)


def link_step(step: Step, linking: Linking) -> list[Count]:
    """Run one step to its end."""
    progress = Progress(f"link-{step.name}", step.waiting(linking.writer), step.unit)
    parts, counts = step.parts(linking), list[Count]()
    while (linked := link_next(parts)) is not None:
        counts += linked.counts
        if linked.done:
            progress.advance(linked.done)
        else:
            log.info("link: %s", ", ".join(f"{one.count} {one.what} {one.outcome}" for one in linked.counts))
    return counts


@flow(name="link")
def link() -> list[Count]:
    """Find what articles have to do with one another. Only what is new is looked at; again adds nothing."""
    started_at, run = now(), run_id()
    with writing(settings().lake, f"link {run}") as writer, pool(settings(), warm_up) as workers:
        linking = Linking(writer, workers, run)
        counts = [count for step in STEPS for count in link_step(step, linking)]
        return close(writer, "link", run, started_at, total(counts))
