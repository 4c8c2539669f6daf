"""Show: one article with all that is known of it, and the course of a search, for people at a terminal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.lake import ask
from flows.lake.catalog import LakeError
from flows.lake.literals import literal
from flows.reporting.report import Section
from flows.steps.reporting import refuse_unpublished, usual_zone
from flows.steps.sections import section

ABOUT = (
    "facts", "people", "organisations", "places", "speech", "events", "dates", "amounts", "keywords", "versions",
    "copies",
)  # fmt: skip
LEAST_OF_AN_ID = 6
"""So many characters of an id tell an article among millions, mostly; where they do not, the candidates are named."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of one body paragraph: kind (person, organisation, quote), first character, one past the last."""

    kind: str
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An article: its paragraphs, each with its marks, and the sections about it."""

    article_id: str
    body: tuple[tuple[str, tuple[Mark, ...]], ...]
    sections: tuple[Section, ...]


def show(lake: Path, which: str) -> Shown:
    """All that is known of an article, named by its id, the beginning of its id, or its address.

    Raises LakeError where there is none, or more than one.
    """
    with ask.asking(lake) as connection, ask.one_state(connection):
        refuse_unpublished(connection)
        article = find_article(connection, which)
        values: dict[str, str | date] = {"article": article, "zone": usual_zone(connection)}
        marks: dict[int, list[Mark]] = {}
        for kind, paragraph, begins, ends in section(connection, "article", "marks", values).rows:
            marks.setdefault(int(str(paragraph)), []).append(Mark(str(kind), int(str(begins)), int(str(ends))))
        row = connection.execute(f"SELECT body FROM articles WHERE article_id = {literal(article)}").fetchone()
        body = tuple((str(text), tuple(marks.get(at, ()))) for at, text in enumerate(row[0] if row and row[0] else ()))
        return Shown(article, body, tuple(section(connection, "article", name, values) for name in ABOUT))


def course(lake: Path, query: str, by: str, outlet: str, since: date | None, until: date | None) -> Section:
    """How much of the coverage a search finds, period by period.

    Raises LakeError for a search that cannot be read, and for a period that is none.
    """
    values: dict[str, str | date] = {
        "query": query,
        "by": by,
        "outlet": outlet,
        "since": since or date.min,
        "until": until or date.max,
    }
    with ask.asking(lake) as connection:
        refuse_unpublished(connection)
        return section(connection, "trend", "trend", values)


def find_article(connection: duckdb.DuckDBPyConnection, which: str) -> str:
    """The id of the article that an id, the beginning of one, or an address means.

    Raises LakeError where there is none, or more than one.
    """
    which = which.strip()
    if "://" in which:
        places = " OR ".join(f"{column} = {literal(which)}" for column in ("url", "canonical_url", "original_url"))
        where = f"{places} ORDER BY url = {literal(which)} DESC"
    elif len(which) < LEAST_OF_AN_ID:
        raise LakeError(
            f"{which!r} is too short for an article: give its address, or at least six characters of its id"
        )
    else:
        where = f"starts_with(article_id, {literal(which.lower())})"
    rows = connection.execute(f"SELECT article_id, title FROM articles WHERE {where} LIMIT 5").fetchall()
    if not rows:
        raise LakeError(f"There is no article {which} here; `sillok search` finds articles by their words")
    if len(rows) > 1 and "://" not in which:
        found = ", ".join(f"{article} ({title})" for article, title in rows)
        raise LakeError(f"{which} is the beginning of more than one article: {found}")
    return str(rows[0][0])
