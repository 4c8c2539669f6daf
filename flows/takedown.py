"""Takedown: an order against addresses, a person or a publisher, from a run form; first as a dry run."""

from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from pydantic import Field

from flows.lake.batches import Count, writing
from flows.runs import close, log, now, run_id
from flows.settings import settings
from flows.steps.rows import total
from flows.steps.takedown import Asked, Kind, preview, take_down, write_preview


@flow(name="takedown")
def takedown(
    kind: Kind,
    named: Annotated[list[str], Field(min_length=1, max_length=100_000)],
    reason: Annotated[str, Field(min_length=1, max_length=2000)],
    ordered_by: Annotated[str, Field(min_length=1, max_length=500)],
    is_dry_run: bool = True,
    even_unknown: bool = False,
) -> list[Count]:
    """Take articles down, for good: gone at once from tables, views and search; their bytes go with `maintain`.

    Args:
        kind: What the order names: urls (addresses), person (every article that names the person) or publisher.
        named: The addresses; or the one name of the person or publisher.
        reason: Why. Kept for good: do not repeat here what must go.
        ordered_by: Who asked for it, with a reference: court and number, person.
        is_dry_run: Only show what would go: the run links to a list of it. Then run it again without.
        even_unknown: Bar addresses that the lake does not hold, too; else such an address is refused.
    """
    started_at, run = now(), run_id()
    if kind is not Kind.URLS and len(named) != 1:
        raise ValueError(f"One {kind.value} an order, please: {len(named)} names are given; nothing was touched")
    asked = Asked(kind, tuple(dict.fromkeys(one.strip() for one in named)), reason, ordered_by, even_unknown)
    found = preview(settings().lake, asked)
    if is_dry_run:
        path = write_preview(settings().lake, run, found)
        counts = [Count("would go", table, count) for table, count in found.counts.items()]
        create_table_artifact([{"table": one.outcome, "rows": one.count} for one in counts], key="takedown-rows")
        # A link alone: what an artifact holds stays in Prefect's events.
        create_markdown_artifact(f"[What would go](file://{path})", key="takedown-articles")
        log.info("takedown: a dry run: %d articles would go; nothing was touched", len(found.articles))
        return counts
    with writing(settings().lake, f"takedown {run}") as writer:
        done = take_down(writer, asked, run)
        log.info("takedown: order %s: %d articles are gone", done.order_id, done.article_count)
        for line in done.backups:
            log.warning("takedown: backups: %s", line)
        counts = [Count("rows", table, count) for table, count in done.counts.items()]
        return close(
            writer, "takedown", run, started_at, total([Count("articles", "gone", done.article_count), *counts])
        )
