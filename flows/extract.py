"""Read: captures that the current extractor has not seen -> staging.articles, one row a capture."""

import functools
from collections.abc import Sequence

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.extraction.article import EXTRACTOR
from flows.lake import due
from flows.lake.batches import Count, Writer, writing
from flows.lake.due import Unread
from flows.runs import Progress, close, now, pool, run_id
from flows.settings import Settings, settings
from flows.steps.drifting import lost_fields
from flows.steps.reading import READING_SHARE_OF_DEADLINE, batch_size, lost_batch, read_batch, warm_up
from flows.steps.rows import total
from flows.workers import Lost, Workers


@task(cache_policy=NO_CACHE)
def read_group(
    workers: Workers, writer: Writer, run: str, progress: Progress, group: Sequence[Unread], size: int
) -> list[Count]:
    """Read some captures in worker processes, `size` a batch, and commit each batch as it ends."""
    counts: list[Count] = []
    for end in workers.run(functools.partial(read_batch, writer.lake), group, size):
        read = lost_batch(writer.lake, end.key, end.is_late, end.says) if isinstance(end, Lost) else end.result
        writer.commit("extract", run, read.batch, [read.file])
        counts += [Count("articles", outcome, count) for outcome, count in read.outcomes.items()]
        progress.advance(1 if isinstance(end, Lost) else len(end.keys))
    return counts


def read_all(writer: Writer, run: str, unread: Sequence[Unread], using: Settings) -> list[Count]:
    """Read captures, group by group; for flows."""
    progress = Progress("extract", len(unread), "pages")
    counts: list[Count] = []
    if unread:
        with pool(using, warm_up, READING_SHARE_OF_DEADLINE) as workers:
            size = batch_size(len(unread), workers.count, using.batch_pages)
            for group in workers.tasks(unread, size):
                counts += read_group(workers, writer, run, progress, group, size)
    return counts


@flow(name="extract")
def extract() -> list[Count]:
    """Read every capture that the current extractor has not read. Running it again reads nothing twice."""
    started_at, run = now(), run_id()
    with writing(settings().lake, f"extract {run}") as writer:
        unread = due.unread(writer.connection, EXTRACTOR)
        counts = read_all(writer, run, unread, settings())
        warnings = lost_fields(writer.connection, started_at) if unread else ()
        return close(writer, "extract", run, started_at, total(counts), warnings)
