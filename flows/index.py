"""Index: annotated articles that the search index has not seen -> postings, forms of words, what a search shows."""

from collections.abc import Iterator

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.enrichment.annotator import annotator
from flows.lake.batches import Count, writing
from flows.runs import Progress, close, log, now, run_id
from flows.settings import settings
from flows.steps.entity_models import entity_models
from flows.steps.indexing import Part, parts, waiting
from flows.steps.rows import total


@task(cache_policy=NO_CACHE)
def index_next(rest: Iterator[Part]) -> Part | None:
    """Index and commit the next batch of texts, or merge files at the end; None when there is no more."""
    return next(rest, None)


@flow(name="index")
def index() -> list[Count]:
    """Bring the search index up to date. Only what is new is looked at; again adds nothing."""
    started_at, run, name = now(), run_id(), annotator(entity_models(settings()))
    with writing(settings().lake, f"index {run}") as writer:
        progress = Progress("index", waiting(writer, name), "article texts")
        rest, counts = parts(writer, run, name), list[Count]()
        while (part := index_next(rest)) is not None:
            counts += part.counts
            if part.done:
                progress.advance(part.done)
            else:
                log.info("index: %s", ", ".join(f"{one.count} {one.what} {one.outcome}" for one in part.counts))
        return close(writer, "index", run, started_at, total(counts))
