"""Keep the registry of reporters: authors in staging.articles -> staging.reporters.

Joined afresh each time, since one new article may join or part bylines of years ago; the lake counts the credits over
narrow columns, and texts are never read. Only reporters of whom there is something new to tell get a row, so that a
day adds its own reporters, and a second run nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from flows.lake import batches
from flows.lake.batches import Count, Writer
from flows.lake.history_tables import REPORTERS
from flows.lake.publishers import name_of
from flows.linking.reporters import LINKER, Credit, Reporter, id_of, reporters
from flows.records import record
from flows.steps.linking import Linked, Linking, Step

MIN_COPIED_SHARE = 0.5
"""Of one of two texts, in common: from here on a name over both is one reporter's. A text that quotes a paragraph of
another may have a namesake for its author. A judgement, not measured."""


@dataclass(frozen=True, slots=True)
class Held:
    """The newest state of a reporter in the lake."""

    revision: int
    state_sha256: str
    name: str
    first_seen_date: date | None
    merged_into: str | None
    article_count: int


def link(writer: Writer, run_id: str) -> list[Count]:
    """Bring the registry up to date; returns how many reporters are new, changed, merged, gone and unchanged."""
    _count_credits(writer.connection)
    held = _held(writer.connection)
    known = {id_: (one.first_seen_date, id_) for id_, one in held.items() if one.merged_into is None}
    connection = writer.connection
    found = reporters(_credits(connection), _same_article(connection), known, _same_text(connection))
    writer.connection.execute("DROP TABLE credited")
    rows, counts = _news(found, held, datetime.now(UTC))
    if rows:
        keys = [f"{row['reporter_id']} {row['revision']} {row['state_sha256']}" for row in rows]
        # With the run: a reporter who was taken down may come again in the very state that there was.
        batch = batches.batch_id("link-reporters", LINKER, [run_id, *keys])
        writer.commit_rows("link", run_id, batch, [(REPORTERS, rows)])
    return [Count("reporters", outcome, count) for outcome, count in counts.items() if count]


def _count_credits(connection: duckdb.DuckDBPyConnection) -> None:
    """One row per capture and author, as the newest extractor read it; is_current marks the article as it stands."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE credited AS
        WITH newest AS (
            SELECT capture_id, article_id, source_id, captured_at, published_date, outcome, publisher, authors
            FROM lake.staging.articles
            QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY extracted_at DESC, extractor DESC) = 1
        ), good AS (
            SELECT *, row_number() OVER (
                PARTITION BY article_id ORDER BY captured_at DESC, capture_id DESC) = 1 AS is_current
            FROM newest WHERE outcome = 'ok'
        ), named AS (
            SELECT source_id, {name_of()} AS name
            FROM lake.raw.sources QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC) = 1
        )
        SELECT article_id, is_current, coalesce(good.publisher, named.name) AS publisher, author.name AS name,
               author.email AS email, author.role AS role, coalesce(published_date, captured_at::DATE) AS seen_date
        FROM good LEFT JOIN named USING (source_id), unnest(authors) AS authored(author)
        WHERE author.name IS NOT NULL
        """
    )


def _credits(connection: duckdb.DuckDBPyConnection) -> list[Credit]:
    """Credits of all captures: one that an article no longer shows still tells who is who, and counts no article."""
    rows = connection.execute(
        """
        SELECT name, publisher, email, role, min(seen_date), max(seen_date),
               count(DISTINCT article_id) FILTER (is_current)
        FROM credited GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return [Credit(*row) for row in rows]


def _same_article(connection: duckdb.DuckDBPyConnection) -> list[tuple[Credit, Credit]]:
    """Pairs of ways in which one article credits one name: over its captures, and within one of them."""
    rows = connection.execute(
        """
        WITH ways AS (
            SELECT article_id, name, list(DISTINCT {'publisher': publisher, 'email': email, 'role': role}) AS ways
            FROM credited GROUP BY article_id, name
            HAVING count(DISTINCT (publisher, email)) > 1
        )
        SELECT DISTINCT name, ways[1] AS one, unnest(ways[2:]) AS other FROM ways
        """
    ).fetchall()
    return [(_way(name, one), _way(name, other)) for name, one, other in rows]


def _same_text(connection: duckdb.DuckDBPyConnection) -> list[tuple[Credit, Credit]]:
    """Pairs of ways in which a text and its copy credit one name; names are held against each other by their keys."""
    rows = connection.execute(
        """
        WITH pairs AS (
            SELECT article_id, first_article_id FROM lake.staging.copies
            WHERE linker = (SELECT arg_max(linker, compared_at) FROM lake.staging.compared)
              AND greatest(share_of_later, share_of_first) >= ?
        )
        SELECT DISTINCT
            one.name, {'publisher': one.publisher, 'email': one.email, 'role': one.role} AS way,
            other.name, {'publisher': other.publisher, 'email': other.email, 'role': other.role} AS other_way
        FROM pairs
        JOIN credited AS one ON one.article_id = pairs.article_id
        JOIN credited AS other ON other.article_id = pairs.first_article_id
         AND replace(other.name, ' ', '') = replace(one.name, ' ', '')
        WHERE (one.publisher, one.email) IS DISTINCT FROM (other.publisher, other.email)
        ORDER BY ALL
        """,
        [MIN_COPIED_SHARE],
    ).fetchall()
    return [(_way(name, one), _way(other_name, other)) for name, one, other_name, other in rows]


def _way(name: str, said: Mapping[str, str | None]) -> Credit:
    return Credit(name, said["publisher"], said["email"], said["role"], None, None, 0)


def _held(connection: duckdb.DuckDBPyConnection) -> dict[str, Held]:
    rows = connection.execute(
        """
        SELECT reporter_id, revision, state_sha256, name, first_seen_date, merged_into, article_count
        FROM lake.staging.reporters
        QUALIFY row_number() OVER (PARTITION BY reporter_id ORDER BY revision DESC) = 1
        """
    ).fetchall()
    return {row[0]: Held(*row[1:]) for row in rows}


def _news(
    found: Iterable[Reporter], held: Mapping[str, Held], now: datetime
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Rows for reporters who are new, who changed, or who are one with another or with nobody any more."""
    rows: list[dict[str, Any]] = []
    counts = dict.fromkeys(("new", "changed", "merged", "gone", "unchanged"), 0)
    current: set[str] = set()
    home: dict[str, str] = {}  # every id that a byline could begin -> the reporter it belongs to now
    for reporter in found:
        current.add(reporter.reporter_id)
        home.update((id_of(one), reporter.reporter_id) for one in reporter.bylines)
        before = held.get(reporter.reporter_id)
        row = _row(reporter, before, now)
        is_same = before is not None and before.state_sha256 == row["state_sha256"]
        counts["unchanged" if is_same else "changed" if before else "new"] += 1
        rows += [] if is_same else [row]
    for id_, before in held.items():
        if id_ in current:
            continue
        merged_into = home.get(id_)
        state = _digest([merged_into, 0])
        if before.state_sha256 != state:
            counts["merged" if merged_into else "gone"] += 1
            rows.append(_ended(id_, before, merged_into, state, now))
    return rows, counts


def _row(reporter: Reporter, before: Held | None, now: datetime) -> dict[str, Any]:
    publishers = [record(one) for one in reporter.publishers]
    state = {
        "reporter_id": reporter.reporter_id,
        "name": reporter.name,
        "names": list(reporter.names),
        "emails": list(reporter.emails),
        "publishers": publishers,
        "article_count": reporter.article_count,
        "first_seen_date": min((at["first_seen_date"] for at in publishers if at["first_seen_date"]), default=None),
        "last_seen_date": max((at["last_seen_date"] for at in publishers if at["last_seen_date"]), default=None),
        "evidence": [{"kind": kind, "value": value} for kind, value in reporter.evidence],
        "hints": [record(hint) for hint in reporter.hints],
        "bylines": [{**record(one), "email": one.email or None} for one in reporter.bylines],
    }
    made = {"revision": before.revision + 1 if before else 1, "linker": LINKER, "linked_at": now}
    return {**state, **made, "state_sha256": _digest(state)}


def _ended(id_: str, before: Held, merged_into: str | None, state: str, now: datetime) -> dict[str, Any]:
    return {
        "reporter_id": id_,
        "revision": before.revision + 1,
        "name": before.name,
        "article_count": 0,
        "first_seen_date": before.first_seen_date,
        "merged_into": merged_into,
        "state_sha256": state,
        "linker": LINKER,
        "linked_at": now,
    }


def _digest(state: object) -> str:
    text = json.dumps(state, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _parts(linking: Linking) -> Iterator[Linked]:
    yield Linked(tuple(link(linking.writer, linking.run_id)), 1)


REPORTERS_STEP = Step("reporters", "registry", lambda _writer: 1, _parts)  # joined anew as a whole, in seconds
