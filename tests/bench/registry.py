"""Hold the registry of people and organisations against labels on a made-up corpus, and time it by size.

    python -m tests.bench.registry SIZE...        default 100000 300000

First precision and recall over pairs of mentions on 20,000 labelled articles, beside what the name alone, and name
with organisation, would give. Then for each size a corpus of that many articles, and a day of 20,000 more. The last
line is one JSON object.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from flows.lake import views
from flows.lake.batches import Writer, writing
from flows.linking.names import organisation_key
from flows.steps import linking_registry
from flows.steps.linking import Linking
from flows.steps.publishing import SQL
from flows.workers import Workers
from tests.bench.made_people import Labelled, MadePeople, pairwise
from tests.steps.annotated import store

DAY = 20_000
ARTICLES_A_FILE = 5000
LABELLED = 20_000


def fill(writer: Writer, made: Iterable[Labelled], first: int = 0) -> list[Labelled]:
    """Put made-up annotated articles into the lake; returns them."""
    held: list[Labelled] = []
    some: list[Labelled] = []
    for one in made:
        some.append(one)
        if len(some) == ARTICLES_A_FILE:
            store(writer, f"made-{first + len(held):08d}", [labelled.text for labelled in some])
            held += some
            some = []
    if some:
        store(writer, f"made-{first + len(held):08d}", [labelled.text for labelled in some])
    return held + some


def joined(writer: Writer) -> tuple[float, float]:
    """Bring the registry up to date; seconds by the clock, and of processor time."""
    began, worked = time.monotonic(), time.process_time()
    with Workers(1, 30.0, 2**30, _nothing) as workers:
        for _ in linking_registry.parts(Linking(writer, workers, "bench")):
            pass
    return round(time.monotonic() - began, 1), round(time.process_time() - worked, 1)


def _nothing() -> None:
    """Workers need no warming: the registry uses none."""


def quality(writer: Writer, made: list[Labelled]) -> dict[str, object]:
    """Figures of people and of organisations, from mart.entity_mentions and the labels."""
    rows = writer.connection.execute(
        "SELECT article_id, type, entity_id, unnest(names) FROM lake.mart.entity_mentions WHERE type <> 'place'"
    ).fetchall()
    found = {(article, type_, name): entity for article, type_, entity, name in rows}
    people, by_name, by_organisation, bodies = [], [], [], []
    for one in made:
        article = one.text.article
        for who in one.text.people:
            person = one.people[who.name]
            people.append((who.name, person, found[article, "person", who.name]))
            by_name.append((who.name, person, who.name))
            by_organisation.append((who.name, person, organisation_key(who.org) or article))
        for names in one.text.organisations:
            for name in names:
                bodies.append(("all", one.companies[name], found[article, "organisation", name]))
    return {
        "people": pairwise(people),
        "people_by_name_alone": pairwise(by_name),
        "people_by_name_and_organisation": pairwise(by_organisation),
        "organisations": pairwise(bodies),
    }


def labelled(seed: int = 8, count: int = LABELLED) -> dict[str, object]:
    """Precision and recall on labelled articles."""
    with (
        tempfile.TemporaryDirectory(prefix="sillok-registry-") as folder,
        writing(Path(folder) / "lake", "bench") as writer,
    ):
        made = fill(writer, MadePeople(seed).articles(count))
        joined(writer)
        views.publish(writer.connection, views.read(SQL))
        return quality(writer, made)


def measured(size: int) -> dict[str, object]:
    """A corpus of one size joined, a day more, and again with nothing new."""
    made = MadePeople(size, people=max(1000, size // 5))
    with (
        tempfile.TemporaryDirectory(prefix="sillok-registry-") as folder,
        writing(Path(folder) / "lake", "bench") as writer,
    ):
        fill(writer, made.articles(size))
        all_seconds, all_processor_seconds = joined(writer)
        fill(writer, made.articles(DAY), first=10**7)
        day_seconds, day_processor_seconds = joined(writer)
        again_seconds, again_processor_seconds = joined(writer)
        counts = dict(
            writer.connection.execute(
                "SELECT type, count(DISTINCT entity_id) FROM lake.staging.registry GROUP BY type"
            ).fetchall()
        )
    return {
        "articles": size,
        "entities": counts,
        "all_seconds": all_seconds,
        "all_processor_seconds": all_processor_seconds,
        "day_seconds": day_seconds,
        "day_processor_seconds": day_processor_seconds,
        "nothing_new_seconds": again_seconds,
        "nothing_new_processor_seconds": again_processor_seconds,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def main() -> None:
    """Measure quality, then each size asked for."""
    sizes = [int(word) for word in sys.argv[1:]] or [100_000, 300_000]
    figures: dict[str, object] = {"quality": labelled()}
    print(json.dumps(figures["quality"]), flush=True)
    rows = []
    for size in sizes:
        rows.append(measured(size))
        print(json.dumps(rows[-1]), flush=True)
    names = (
        "articles",
        "all_processor_seconds",
        "day_processor_seconds",
        "nothing_new_processor_seconds",
        "peak_bytes",
    )
    print(pl.DataFrame([{name: row[name] for name in names} for row in rows]))
    print(json.dumps({**figures, "processors": os.cpu_count(), "sizes": rows}))


if __name__ == "__main__":
    main()
