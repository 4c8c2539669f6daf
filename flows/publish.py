"""Publish: build the views and macros of `sql/` in one transaction, checked before anybody sees them."""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.lake.batches import Count, Writer, writing
from flows.runs import close, now, run_id
from flows.settings import settings
from flows.steps import publishing


@task(retries=2, retry_delay_seconds=5, cache_policy=NO_CACHE)
def build_views(writer: Writer, accept_empty: list[str]) -> list[str]:
    """Build every view and macro; readers keep the old ones if one of them fails its checks."""
    return publishing.publish(writer, accept_empty)


@flow(name="publish")
def publish(accept_empty: list[str] | None = None) -> list[Count]:
    """Build the views and macros that people ask questions of.

    `accept_empty`: columns (`mart.articles.section`) that held values and are meant to be empty now.
    """
    started_at, run = now(), run_id()
    with writing(settings().lake, f"publish {run}") as writer:
        names = build_views(writer, accept_empty or [])
        return close(writer, "publish", run, started_at, [Count("views", "published", len(names))])
