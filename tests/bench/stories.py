"""Hold the stories found in made-up news against its labels, and time a day against the open stories.

    python -m tests.bench.stories [COUNT]        default 20000 labelled articles

The labelled articles are read by the real enrichers (two processes, some minutes for 20,000). The day is timed on
100,000 articles whose terms are cut at blanks, since reading as many would take half an hour and the method does not
care where terms come from. The last line is one JSON object; ends with 1 where F1 is below the floor.
"""

import functools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.enrichment.annotator import annotator
from flows.enrichment.document import Annotations, Document, Keyword, Outcome
from flows.enrichment.transformers import NO_TRANSFORMERS
from flows.extraction.article import EXTRACTOR
from flows.lake import batches, due
from flows.lake.batches import Writer, writing
from flows.lake.tables import ARTICLES
from flows.steps.annotating import annotate_batch, lost_batch, warm_up, write_batch
from flows.steps.linking import Linking
from flows.steps.linking_stories import parts
from flows.workers import Lost, Workers
from tests.bench.made_stories import BEGINS_AT, MadeStories, Told, b_cubed

FLOOR = 0.85
"""B-cubed F1 asked on 20,000 articles."""
PER_DAY = 20_000
DAYS = 5  # the last one is timed, against the stories of the four days before it


def store(writer: Writer, told: Sequence[Told], batch: str) -> None:
    """Put made-up articles into staging.articles, as if they had been read."""
    rows = [
        {
            "capture_id": f"urn:told:{one.number:08d}",
            "article_id": f"t{one.number:08d}",
            "source_id": "made",
            "captured_at": one.published_at + timedelta(hours=2),
            "published_at": one.published_at,
            "published_date": one.published_at.date(),
            "outcome": "ok",
            "lang": "ko",
            "publisher": one.publisher,
            "title": one.title,
            "body": list(one.body),
            "body_chars": sum(map(len, one.body)),
            "extractor": EXTRACTOR,
            "extracted_at": one.published_at,
        }
        for one in told
    ]
    writer.commit("made", "made", batch, [batches.write(writer.lake, ARTICLES, rows, batch)])


def annotate_all(writer: Writer, workers: Any) -> None:
    """Annotate every article that waits, as the enrich flow does."""
    keys = due.unannotated(writer.connection, EXTRACTOR, annotator())
    for end in workers.run(functools.partial(annotate_batch, writer.lake, EXTRACTOR, NO_TRANSFORMERS), keys, 200):
        said = (
            lost_batch(writer.lake, EXTRACTOR, NO_TRANSFORMERS, end.key, end.is_late, end.says)
            if isinstance(end, Lost)
            else end.result
        )
        writer.commit("enrich", "bench", said.batch, said.files)


def annotate_cheaply(writer: Writer, told: Sequence[Told]) -> None:
    """Terms cut at blanks: what is timed is placing, not reading."""
    said = []
    for one in told:
        counts = Counter(word.strip(",.") for text in (one.title, *one.body) for word in text.split())
        best = counts.most_common(20)
        keywords = tuple(Keyword(word, count / best[0][1]) for word, count in best)
        document = Document(id=f"urn:told:{one.number:08d}", title=None, body=())
        said.append((document, f"t{one.number:08d}", Annotations(Outcome.OK, None, annotator(), keywords=keywords)))
    written = write_batch(writer.lake, EXTRACTOR, said)
    writer.commit("enrich", "bench", written.batch, written.files)


def place(writer: Writer) -> dict[str, int]:
    """Run the step; its counts by outcome."""
    counts: Counter[str] = Counter()
    for part in parts(Linking(writer, None, "bench")):  # type: ignore[arg-type] - the step works in one process
        counts.update({one.outcome: one.count for one in part.counts})
    return dict(counts)


def found(writer: Writer) -> dict[int, str]:
    """Number of the article -> its story, or an id of its own where it is in none."""
    rows = writer.connection.execute(
        "SELECT article_id[2:]::INT, coalesce(story_id, article_id) FROM lake.staging.story_articles"
    ).fetchall()
    return dict(rows)


def quality(told: Iterable[Told], story_of: dict[int, str]) -> dict[str, float]:
    """B-cubed figures of what was found."""
    precision, recall, f1 = b_cubed([(one.story, story_of[one.number]) for one in told])
    return {
        "stories_bcubed_precision": round(precision, 4),
        "stories_bcubed_recall": round(recall, 4),
        "stories_bcubed_f1": round(f1, 4),
    }


def labelled(count: int = 20_000, seed: int = 41) -> dict[str, object]:
    """Quality on labelled articles, 5,000 a day, read by the real enrichers."""
    told = MadeStories(seed, count, days=max(3, count // 5000)).articles
    with (
        tempfile.TemporaryDirectory(prefix="sillok-stories-") as folder,
        writing(Path(folder) / "lake", "bench") as writer,
    ):
        for start in range(0, count, 2000):
            store(writer, told[start : start + 2000], f"told-{start:08d}")
        with Workers(2, 120.0, 4 * 2**30, functools.partial(warm_up, NO_TRANSFORMERS)) as workers:
            annotate_all(writer, workers)
        outcomes = place(writer)
        sizes = Counter(one.story for one in told)
        return {
            "articles": count,
            "stories": len(sizes),
            "told_once": sum(size == 1 for size in sizes.values()),
            "outcomes": outcomes,
            **quality(told, found(writer)),
        }


def timed(per_day: int = PER_DAY) -> dict[str, object]:
    """Seconds that the last of several days takes, clock and processor, and a run with nothing new."""
    told = MadeStories(7, per_day * DAYS, days=DAYS).articles
    last_day = BEGINS_AT + timedelta(days=DAYS - 1)
    with (
        tempfile.TemporaryDirectory(prefix="sillok-stories-") as folder,
        writing(Path(folder) / "lake", "bench") as writer,
    ):
        before = [one for one in told if one.published_at < last_day]
        day = [one for one in told if one.published_at >= last_day][:per_day]
        taken = []
        for name, some in (("before", before), ("day", day), ("nothing", [])):
            for start in range(0, len(some), 5000):
                store(writer, some[start : start + 5000], f"told-{name}-{start:08d}")
                annotate_cheaply(writer, some[start : start + 5000])
            clock, processor = time.monotonic(), time.process_time()
            outcomes = place(writer)
            taken.append((round(time.monotonic() - clock, 1), round(time.process_time() - processor, 1)))
        return {
            "articles_before": len(before),
            "articles_of_the_day": len(day),
            "before_seconds": taken[0][0],
            "before_processor_seconds": taken[0][1],
            "day_seconds": taken[1][0],
            "day_processor_seconds": taken[1][1],
            "nothing_new_seconds": taken[2][0],
            "nothing_new_outcomes": outcomes,
        }


def measured(count: int = 20_000) -> dict[str, object]:
    """Everything that this file measures."""
    return {**labelled(count), "asked_f1": FLOOR, "time": timed()}


def main() -> None:
    """Measure, print, and end with 1 below the floor."""
    figures = measured(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    print(json.dumps(figures))
    sys.exit(float(str(figures["stories_bcubed_f1"])) < FLOOR)


if __name__ == "__main__":
    main()
