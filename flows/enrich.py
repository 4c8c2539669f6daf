"""Annotate: articles that the current annotator has not seen -> people, quotes, dates and the other tables."""

import functools
from collections.abc import Sequence

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.enrichment.annotator import annotator
from flows.enrichment.transformers import Transformers
from flows.extraction.article import EXTRACTOR
from flows.lake import due
from flows.lake.batches import Count, Writer, writing
from flows.runs import Progress, close, now, pool, run_id
from flows.settings import Settings, settings
from flows.steps.annotating import Key, annotate_batch, lost_batch, warm_up
from flows.steps.entity_models import deadline_share, entity_models, tried
from flows.steps.rows import total
from flows.workers import Lost, Workers


@task(cache_policy=NO_CACHE)
def annotate_group(
    workers: Workers,
    writer: Writer,
    run: str,
    progress: Progress,
    models: Transformers,
    group: Sequence[Key],
    again: str,
) -> list[Count]:
    """Annotate some batches of articles in worker processes and commit each as it ends."""
    counts: list[Count] = []
    work = functools.partial(annotate_batch, writer.lake, EXTRACTOR, models, again=again)
    for end in workers.run(work, group, settings().batch_pages):
        said = (
            lost_batch(writer.lake, EXTRACTOR, models, end.key, end.is_late, end.says, again)
            if isinstance(end, Lost)
            else end.result
        )
        writer.commit("enrich", run, said.batch, said.files)
        counts += [Count("annotated", outcome, count) for outcome, count in said.outcomes.items()]
        counts += [Count("annotations", kind, count) for kind, count in said.annotations.items()]
        progress.advance(1 if isinstance(end, Lost) else len(end.keys))
    return counts


def annotate_all(
    writer: Writer, run: str, models: Transformers, waiting: Sequence[Key], using: Settings, again: str = ""
) -> list[Count]:
    """Annotate articles, group by group; for flows."""
    progress = Progress("enrich", len(waiting), "articles")
    counts: list[Count] = []
    if waiting:
        ready = functools.partial(warm_up, tried(settings(), models))
        with pool(using, ready, deadline_share(models)) as workers:
            for group in workers.tasks(waiting, settings().batch_pages):
                counts += annotate_group(workers, writer, run, progress, models, group, again)
    return counts


@flow(name="enrich")
def enrich() -> list[Count]:
    """Annotate every article that the current annotator has not seen. Running it again annotates nothing twice."""
    started_at, run, models = now(), run_id(), entity_models(settings())
    with writing(settings().lake, f"enrich {run}") as writer:
        waiting = due.unannotated(writer.connection, EXTRACTOR, annotator(models))
        counts = annotate_all(writer, run, models, waiting, settings())
        return close(writer, "enrich", run, started_at, total(counts))
