"""What the search for copies asks of the lake: texts without a sketch, candidates, what is known of a text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

from flows.lake import numbering
from flows.lake.publishers import name_of

LEADERS = 16
"""A text is held against the first so many that carry a 3-gram of it: all of them for most, and work in proportion to
the texts, not to their square, where hundreds carry one."""

MAX_CARRIERS = 500
"""A 3-gram that more texts carry is a phrase of the language, a publisher's standing line or a template: no sign of a
copy. The most used wire story in one language runs in some two hundred outlets."""

STANDING = 5
"""A 3-gram in so many articles for each publisher that prints it is a standing line (a notice, an appeal, a series'
heading): a wire story is in many outlets once, a standing line in one outlet many times."""

MIN_HASHES = 2
"""Sampled 3-grams that two texts must have in common to be compared."""


@dataclass(frozen=True, slots=True)
class Unsketched:
    """One article text without a sketch."""

    capture_id: str
    batch_id: str  # of staging.articles: leads to the one file that holds the text
    source_name: str | None  # who published it, where the page does not say
    known: tuple[str, ...]  # digests of texts of the same article that have a sketch


@dataclass(frozen=True, slots=True)
class Known:
    """What a step needs to know of a text that may be a copy."""

    number: int
    article_id: str
    capture_id: str
    article_batch_id: str
    extractor: str
    publisher: str | None
    portal: str | None
    published_at: datetime | None
    published_date: date | None
    captured_at: datetime
    wire_source: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A 3-gram that has come to be carried by too many texts."""

    article_id: str  # one that carries it
    article_count: int


@dataclass(frozen=True, slots=True)
class StandingLine:
    """3-grams that one publisher prints again and again."""

    publisher: str
    article_id: str  # one that carries them
    article_count: int  # articles that carry the most used of them
    hash_count: int  # sampled 3-grams, about a sixteenth of all


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of texts that may be copies, and what was no sign of a copy."""

    pairs: list[tuple[int, int]]
    templates: list[Template]
    standing_lines: list[StandingLine]


@dataclass(frozen=True, slots=True)
class Membership:
    """An article in a group of copies."""

    article_id: str
    group_id: str
    number: int


def unsketched_count(connection: duckdb.DuckDBPyConnection, extractor: str, sketcher: str) -> int:
    """How many article texts have no sketch."""
    row = connection.execute(f"SELECT count(*) FROM ({_UNSKETCHED})", [extractor, sketcher]).fetchone()
    return int(row[0]) if row else 0


def unsketched(connection: duckdb.DuckDBPyConnection, extractor: str, sketcher: str, limit: int) -> list[Unsketched]:
    """Article texts without a sketch, in the order of the files that hold them."""
    rows = connection.execute(
        f"""
        WITH waiting AS ({_UNSKETCHED} ORDER BY a.batch_id, a.capture_id LIMIT {limit}),
        known AS (
            SELECT s.article_id, list(DISTINCT s.text_sha256) AS digests
            FROM lake.staging.sketched AS s
            WHERE s.outcome = 'ok' AND s.sketcher = ? AND s.article_id IN (SELECT article_id FROM waiting)
            GROUP BY s.article_id
        ),
        sources AS (
            SELECT source_id, {name_of()} AS name
            FROM lake.raw.sources QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC) = 1
        )
        SELECT w.capture_id, w.batch_id, sources.name, known.digests
        FROM waiting AS w
        LEFT JOIN known USING (article_id) LEFT JOIN sources USING (source_id)
        ORDER BY w.batch_id, w.capture_id
        """,
        [extractor, sketcher, sketcher],
    ).fetchall()
    return [Unsketched(capture, batch, name, tuple(digests or ())) for capture, batch, name, digests in rows]


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the next text: never one that was given before, since texts up to a number count as compared."""
    return numbering.next_number(connection, "staging.sketched.number", "staging.compared.through_number")


def next_range(
    connection: duckdb.DuckDBPyConnection, sketcher: str, linker: str, size: int
) -> tuple[int, int, int] | None:
    """The next texts to be held against all before them: first and last number, and how many have a sketch.

    None where there are no more.
    """
    row = connection.execute(
        """
        WITH next AS (
            SELECT number FROM lake.staging.sketched
            WHERE outcome = 'ok' AND sketcher = $sketcher AND number > (
                SELECT coalesce(max(through_number), 0) FROM lake.staging.compared WHERE linker = $linker)
            ORDER BY number LIMIT $size
        )
        SELECT min(number), max(number), count(*) FROM next
        """,
        {"sketcher": sketcher, "linker": linker, "size": size},
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2])) if row and row[0] is not None else None


def candidates(connection: duckdb.DuckDBPyConnection, sketcher: str, first: int, last: int) -> Candidates:
    """Pairs of texts that may be copies, of which one is among `first` to `last` and the other not after it.

    Reads the whole index once, whatever the size of the range. Beside the pairs, the 3-grams that passed MAX_CARRIERS
    with these texts, and the standing lines among theirs: neither is a sign of a copy.
    """
    connection.execute(_CARRIED, {"sketcher": sketcher, "first": first, "last": last})
    connection.execute(_COUNTED, {"first": first})
    connection.execute(_STANDING)
    pairs = connection.execute(_PAIRS, {"first": first}).fetchall()
    templates = connection.execute(_TEMPLATES).fetchall()
    lines = connection.execute(_LINES).fetchall()
    connection.execute("DROP TABLE carried; DROP TABLE counted; DROP TABLE standing")
    return Candidates(pairs, [Template(*row) for row in templates], [StandingLine(*row) for row in lines])


def known(connection: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> dict[int, Known]:
    """What is known of texts, by number."""
    asked = pl.DataFrame({"number": sorted(numbers)}, schema={"number": pl.Int64})  # noqa: F841 - read by DuckDB
    rows = connection.execute(
        """
        SELECT number, article_id, capture_id, article_batch_id, extractor, publisher, portal, published_at,
               published_date, captured_at, wire_source
        FROM lake.staging.sketched SEMI JOIN asked USING (number)
        """
    ).fetchall()
    return {row[0]: Known(*row) for row in rows}


def groups(connection: duckdb.DuckDBPyConnection, linker: str, article_ids: Sequence[str]) -> list[Membership]:
    """All members of the groups in which the articles are."""
    asked = pl.DataFrame({"article_id": article_ids}, schema={"article_id": pl.String})  # noqa: F841 - read by DuckDB
    rows = connection.execute(
        """
        WITH held AS (
            SELECT article_id, arg_max(group_id, through_number) AS group_id, min(number) AS number
            FROM lake.staging.copy_groups WHERE linker = ? GROUP BY article_id
        )
        SELECT article_id, group_id, number FROM held
        WHERE group_id IN (SELECT group_id FROM held SEMI JOIN asked USING (article_id))
        ORDER BY number, article_id
        """,
        [linker],
    ).fetchall()
    return [Membership(*row) for row in rows]


_UNSKETCHED = """
    SELECT a.capture_id, a.batch_id, a.article_id, a.source_id FROM lake.staging.articles AS a
    WHERE a.outcome = 'ok' AND a.extractor = ?
      AND NOT EXISTS (
        SELECT 1 FROM lake.staging.sketched AS s
        WHERE s.capture_id = a.capture_id AND s.extractor = a.extractor AND s.sketcher = ?)
"""

_CARRIED = """
    CREATE OR REPLACE TEMP TABLE carried AS
    WITH fresh AS (
        SELECT DISTINCT hash FROM lake.staging.sketches
        WHERE number BETWEEN $first AND $last AND sketcher = $sketcher
    )
    SELECT s.hash, s.number FROM lake.staging.sketches AS s SEMI JOIN fresh USING (hash)
    WHERE s.number <= $last AND s.sketcher = $sketcher
"""
_COUNTED = """
    CREATE OR REPLACE TEMP TABLE counted AS
    SELECT hash, count(*) AS carriers, count(*) FILTER (number < $first) AS before, min(number) AS example
    FROM carried GROUP BY hash HAVING count(*) > 1
"""
_STANDING = f"""
    CREATE OR REPLACE TEMP TABLE standing AS
    SELECT c.hash, min(s.publisher) AS publisher, min(s.article_id) AS article_id,
           count(DISTINCT s.article_id) AS articles
    FROM carried AS c
    SEMI JOIN (FROM counted WHERE carriers BETWEEN {STANDING} AND {MAX_CARRIERS}) AS few ON few.hash = c.hash
    JOIN lake.staging.sketched AS s ON s.number = c.number
    GROUP BY c.hash
    HAVING articles >= {STANDING} * count(DISTINCT coalesce(s.publisher, s.article_id))
"""
_PAIRS = f"""
    WITH told AS (
        SELECT hash, number FROM carried
        SEMI JOIN (FROM counted WHERE carriers <= {MAX_CARRIERS}) AS few USING (hash)
        ANTI JOIN standing USING (hash)
    ),
    leaders AS (
        SELECT hash, number FROM told
        QUALIFY row_number() OVER (PARTITION BY hash ORDER BY number) <= {LEADERS}
    )
    SELECT leaders.number AS a, told.number AS b
    FROM leaders JOIN told ON told.hash = leaders.hash AND told.number > leaders.number
    WHERE told.number >= $first
    GROUP BY ALL HAVING count(*) >= {MIN_HASHES}
    ORDER BY a, b
"""
_TEMPLATES = f"""
    SELECT s.article_id, c.carriers FROM counted AS c JOIN lake.staging.sketched AS s ON s.number = c.example
    WHERE c.carriers > {MAX_CARRIERS} AND c.before <= {MAX_CARRIERS}
    ORDER BY c.carriers DESC, s.article_id, c.hash
"""
_LINES = """
    SELECT publisher, arg_max(article_id, articles), max(articles), count(*)
    FROM standing WHERE publisher IS NOT NULL GROUP BY publisher ORDER BY publisher
"""
