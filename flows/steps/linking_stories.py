"""Place articles in stories: terms and names of the annotation tables -> staging.story_articles.

In the order of publication, so that an article of years ago is held against the stories of its own days. Only the days
around the article in hand are in memory, read from the rows that placed them: a day costs a day. An article waits
until it is annotated; one that found no story waits again when it has a new text or is annotated anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import duckdb

from flows.lake import batches
from flows.lake.batches import Count, Writer
from flows.lake.numbering import next_number
from flows.lake.schema import Row
from flows.lake.story_tables import STORY_ARTICLES
from flows.linking.stories import LINKER, Held, Item, Outcome, Placed, Stories, Term, days_around
from flows.steps.linking import Linked, Linking, Step

ARTICLES_PER_PART = 10_000
"""Articles whose terms are in memory at a time; placing them takes some seconds."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One article without a story, as the newest annotation of its newest annotated capture tells of it."""

    article_id: str
    capture_id: str
    extractor: str
    annotator: str
    is_annotated: bool
    at: datetime
    terms: tuple[tuple[str, str, float], ...]
    copy_group: str | None


_WAITING = """
    WITH placed AS (
        SELECT article_id, story_id, capture_id, extractor, annotator
        FROM lake.staging.story_articles WHERE linker = $linker
    ),
    noted AS (
        SELECT n.article_id, n.capture_id, n.extractor, n.annotator, n.annotated_at, n.outcome = 'ok' AS is_annotated,
               n.batch_id
        FROM lake.staging.annotations AS n
        ANTI JOIN (FROM placed WHERE story_id IS NOT NULL) AS told ON told.article_id = n.article_id
    ),
    newest AS (
        SELECT n.article_id, n.capture_id, n.extractor, n.annotator, n.is_annotated, n.batch_id,
               coalesce(a.published_at, timezone('UTC', a.published_date + INTERVAL 12 HOUR)) AS stated_at,
               min(a.captured_at) OVER (PARTITION BY n.article_id) AS first_captured_at
        FROM noted AS n
        JOIN lake.staging.articles AS a USING (capture_id, extractor)
        WHERE a.outcome = 'ok'
        QUALIFY row_number() OVER (
            PARTITION BY n.article_id
            ORDER BY n.is_annotated DESC, a.captured_at DESC, n.capture_id, n.annotated_at DESC, n.annotator,
                     n.extractor
        ) = 1
    )
    SELECT w.* EXCLUDE (stated_at, first_captured_at), least(w.stated_at, w.first_captured_at) AS news_at
    FROM newest AS w
    -- What was looked at and found no story is looked at again only as another text, or with other annotations.
    ANTI JOIN (FROM placed WHERE story_id IS NULL) AS seen
        ON seen.article_id = w.article_id AND seen.capture_id = w.capture_id AND seen.extractor = w.extractor
        AND seen.annotator = w.annotator
"""


def waiting(writer: Writer) -> int:
    """How many annotated articles have no story yet."""
    found = writer.connection.execute(f"SELECT count(*) FROM ({_WAITING})", {"linker": LINKER}).fetchone()
    return int(found[0]) if found else 0


def parts(linking: Linking) -> Iterator[Linked]:
    """Place every article that waits, oldest first, a part at a time; run again, it finds nothing to do."""
    writer = linking.writer
    connection = writer.connection
    count = _list_waiting(connection)
    book = _Book(connection)
    for first in range(1, count + 1, ARTICLES_PER_PART):
        some = _read(connection, first, first + ARTICLES_PER_PART - 1)
        number = next_number(connection, "staging.story_articles.number")
        rows = [_row(number + i, one, book.place(one), datetime.now(UTC)) for i, one in enumerate(some)]
        keys = [f"{row['number']} {row['article_id']}" for row in rows]
        batch = batches.batch_id("link-stories", LINKER, keys)
        writer.commit_rows("link", linking.run_id, batch, [(STORY_ARTICLES, rows)])
        found = Counter(str(row["outcome"]) for row in rows)
        yield Linked(
            tuple(Count("stories", one.value, found[one.value]) for one in Outcome if found[one.value]), len(rows)
        )
    connection.execute("DROP TABLE waiting_for_story; DROP TABLE group_of_article")


STORIES_STEP = Step("stories", "articles", waiting, parts)


class _Book:
    """The stories of the days around the article in hand, read from the lake as the days come."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._stories = Stories()
        self._in_lake = _days_in_lake(connection)  # before this run: its own articles are held as they are placed
        self._around: tuple[date, date] | None = None

    def place(self, one: Waiting) -> Placed:
        """Place one article; the next one must not be older."""
        if not one.is_annotated:
            return Placed(one.article_id, Outcome.NOT_ANNOTATED)
        around = days_around(one.at.date())
        if around != self._around:
            self._move_to(*around)
        return self._stories.place(Item(one.article_id, one.at, one.terms, one.copy_group))

    def _move_to(self, first: date, last: date) -> None:
        for day in self._stories.days:
            if day < first:
                self._stories.forget(day)
        begin = first if self._around is None else max(first, self._around[1] + timedelta(days=1))
        wanted = [day for day in self._in_lake if begin <= day <= last]
        if wanted:
            for held in _held(self._connection, min(wanted), max(wanted)):
                self._stories.hold(held)
        self._around = (first, last)


def _list_waiting(connection: duckdb.DuckDBPyConnection) -> int:
    """Number the articles that wait, oldest first, and note which copies belong together; returns how many wait."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE waiting_for_story AS
        SELECT *, row_number() OVER (ORDER BY news_at, article_id) AS turn FROM ({_WAITING})
        """,
        {"linker": LINKER},
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE group_of_article AS
        SELECT article_id, arg_max(group_id, through_number) AS group_id
        FROM lake.staging.copy_groups
        WHERE linker = (SELECT arg_max(linker, compared_at) FROM lake.staging.compared)
        GROUP BY article_id
        """
    )
    found = connection.execute("SELECT count(*) FROM waiting_for_story").fetchone()
    return int(found[0]) if found else 0


def _read(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> list[Waiting]:
    """Some of the articles that wait, with their terms; the batches lead to the files that hold them."""
    asked = connection.execute(
        "SELECT DISTINCT batch_id FROM waiting_for_story WHERE turn BETWEEN ? AND ?", [first, last]
    ).fetchall()
    rows = connection.execute(
        """
        WITH part AS (FROM waiting_for_story WHERE turn BETWEEN $first AND $last),
        said AS (
            SELECT capture_id, extractor, annotator, batch_id, 'keyword' AS kind, term, weight
            FROM lake.staging.keywords
            UNION ALL SELECT capture_id, extractor, annotator, batch_id, 'person', name, 1.0 FROM lake.staging.people
            UNION ALL
            SELECT capture_id, extractor, annotator, batch_id, 'organisation', name, 1.0 FROM lake.staging.organisations
            UNION ALL SELECT capture_id, extractor, annotator, batch_id, 'place', name, 1.0 FROM lake.staging.places
        ),
        told AS (
            SELECT part.turn, list(DISTINCT {'kind': kind, 'term': term, 'weight': weight}) AS terms
            FROM said JOIN part USING (capture_id, extractor, annotator)
            WHERE said.batch_id IN (SELECT unnest($batches::VARCHAR[]))
            GROUP BY part.turn
        )
        SELECT p.article_id, p.capture_id, p.extractor, p.annotator, p.is_annotated, p.news_at, told.terms, g.group_id
        FROM part AS p LEFT JOIN told USING (turn) LEFT JOIN group_of_article AS g ON g.article_id = p.article_id
        ORDER BY p.turn
        """,
        {"first": first, "last": last, "batches": [batch for (batch,) in asked]},
    ).fetchall()
    return [
        Waiting(article, capture, extractor, annotator, is_annotated, at, _terms(said), group)
        for article, capture, extractor, annotator, is_annotated, at, said, group in rows
    ]


def _terms(said: Sequence[dict[str, Any]] | None) -> tuple[tuple[str, str, float], ...]:
    return tuple((one["kind"], one["term"], one["weight"]) for one in said or ())


def _days_in_lake(connection: duckdb.DuckDBPyConnection) -> list[date]:
    rows = connection.execute(
        "SELECT DISTINCT news_at::DATE FROM lake.staging.story_articles "
        "WHERE linker = ? AND story_id IS NOT NULL ORDER BY 1",
        [LINKER],
    ).fetchall()
    return [day for (day,) in rows]


def _held(connection: duckdb.DuckDBPyConnection, first: date, last: date) -> Iterator[Held]:
    """What was placed on some days, a few thousand articles at a time in memory."""
    begin = datetime.combine(first, time(), UTC)
    cursor = connection.execute(
        """
        SELECT s.story_id, s.opened_at, s.news_at, s.terms, g.group_id
        FROM lake.staging.story_articles AS s LEFT JOIN group_of_article AS g USING (article_id)
        WHERE s.linker = ? AND s.story_id IS NOT NULL AND s.news_at >= ? AND s.news_at < ?
        """,
        [LINKER, begin, datetime.combine(last + timedelta(days=1), time(), UTC)],
    )
    while rows := cursor.fetchmany(5000):
        for story_id, opened_at, at, terms, group in rows:
            known = tuple(Term(one["kind"], one["term"], one["weight"]) for one in terms or ())
            yield Held(story_id, opened_at, at, known, group)


def _row(number: int, one: Waiting, placed: Placed, now: datetime) -> Row:
    held = placed.held
    terms: Sequence[dict[str, Any]] = [
        {"kind": str(term.kind), "term": term.term, "weight": term.weight} for term in (held.terms if held else ())
    ]
    return {
        "number": number,
        "article_id": one.article_id,
        "outcome": placed.outcome.value,
        "story_id": held.story_id if held else None,
        "opened_at": held.opened_at if held else None,
        "news_at": one.at,
        "likeness": placed.likeness,
        "terms": terms or None,
        "cap": placed.cap.value if placed.cap else None,
        "continues_story_id": placed.continues,
        "common_term_count": placed.common_terms,
        "capture_id": one.capture_id,
        "extractor": one.extractor,
        "annotator": one.annotator,
        "linker": LINKER,
        "placed_at": now,
    }
