"""What every step of `link` is, and how articles are read for it."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.lake import catalog
from flows.lake.batches import Count, Writer
from flows.workers import Workers


@dataclass(frozen=True, slots=True)
class Linking:
    """What a step works with."""

    writer: Writer
    workers: Workers
    run_id: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A part of a step that is committed: what came of it, and how many inputs it settled."""

    counts: tuple[Count, ...]
    done: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of `link`: how many inputs wait, and the parts in which they are settled, each a commit of 5 to 60 s."""

    name: str
    unit: str  # of the inputs, for people
    waiting: Callable[[Writer], int]
    parts: Callable[[Linking], Iterator[Linked]]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article as the linking steps read it."""

    capture_id: str
    article_id: str
    batch_id: str
    publisher: str | None
    portal: str | None
    title: str | None
    body: tuple[str, ...]
    author_names: tuple[str, ...]
    published_at: object
    published_date: object
    captured_at: object


@functools.cache
def _connection(lake: Path) -> duckdb.DuckDBPyConnection:
    """One attached lake a worker process, on one thread: the other processors have workers of their own."""
    connection = catalog.read(lake)
    connection.execute("SET threads = 1; SET memory_limit = '1GB'")
    return connection


def texts(
    lake: Path, extractor: str, capture_ids: Sequence[str], batch_ids: Sequence[str], max_chars: int
) -> Iterator[ArticleText]:
    """The articles of some captures, a few hundred at a time in memory, bodies cut after `max_chars` characters."""
    with closing(_connection(lake).cursor()) as cursor:
        cursor.execute(
            """
            SELECT capture_id, article_id, batch_id, publisher, portal, title,
                   CASE WHEN body_chars <= $max_chars THEN body
                        ELSE [array_to_string(body, chr(10))[:$max_chars]] END,
                   list_transform(authors, lambda a: a.name), published_at, published_date, captured_at
            FROM lake.staging.articles
            WHERE extractor = $extractor AND batch_id IN (SELECT unnest($batches::VARCHAR[]))
              AND capture_id IN (SELECT unnest($captures::VARCHAR[]))
            """,
            {
                "max_chars": max_chars,
                "extractor": extractor,
                "batches": sorted(set(batch_ids)),
                "captures": list(capture_ids),
            },
        )
        while rows := cursor.fetchmany(500):
            for capture, article, batch, publisher, portal, title, body, names, *times in rows:
                paragraphs = tuple(part or "" for part in body or ())
                people = tuple(name for name in names or () if name)
                yield ArticleText(capture, article, batch, publisher, portal, title, paragraphs, people, *times)
