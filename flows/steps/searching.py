"""Search: a query in the full grammar -> the best articles, how many there are, how the words were understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

import duckdb

from flows.lake import ask, search_query
from flows.lake.catalog import LakeError
from flows.lake.literals import literal


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty or None: not."""

    publisher: str = ""
    lang: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `snippet` has its words between « and »."""

    article_id: str
    score: float
    title: str | None
    publisher: str | None
    published_date: date | None
    snippet: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The best articles, best first, and how many there are in all."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Understood:
    """One word or phrase of a search, with the term sequences that count as it."""

    demand: int
    said: str
    alternatives: tuple[tuple[str, ...], ...]


def search(lake: Path, query: str, filters: Filters, most: int) -> Found:
    """The best `most` articles for a query, and how many there are.

    Raises SearchError for a query that cannot be read, LakeError where there is no lake or no index.
    """
    given: dict[str, str | date] = {
        "query": search_query.plain(query),
        "publisher": filters.publisher,
        "lang": filters.lang,
        "since": filters.since or date.min,
        "until": filters.until or date.max,
    }
    with ask.asking(lake) as connection:
        hits = _rows(connection, f"{_BEST}, most := {most:d})", given)
        total = len(hits) if len(hits) < most else int(str(_rows(connection, _COUNT, given)[0][0]))
    return Found(tuple(Hit(*row) for row in hits), total)


def understood(lake: Path, query: str) -> list[Understood]:
    """How the words of a query are understood. Raises as `search` does."""
    with ask.asking(lake) as connection:
        found = _rows(connection, _WORDS, {"query": search_query.plain(query)})
    return [Understood(demand, said, tuple(map(tuple, ways))) for demand, said, ways in found]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, str | date]) -> list[tuple]:  # type: ignore[type-arg]
    """The rows of a statement with $name where a value goes.

    Values are written out, not bound: for the first bound one DuckDB's client imports pandas where it is installed,
    which takes longer than the search.
    """
    written = {
        name: literal(value.replace("\0", " ") if isinstance(value, str) else value) for name, value in given.items()
    }
    try:
        return connection.execute(Template(sql).substitute(written)).fetchall()
    except duckdb.CatalogException as error:
        raise LakeError("This lake has no search yet: `sillok run` or `sillok import PATH` makes the index") from error
    except duckdb.Error as error:
        # error() in a macro: its words are for people, DuckDB's name for the class of error is not.
        raise search_query.SearchError(str(error).partition("Error: ")[2] or str(error)) from error


_ARGUMENTS = "$query, publisher := $publisher, lang := $lang, since := $since, until := $until"
_BEST = f"FROM lake.mart.search({_ARGUMENTS}"
_COUNT = """
    SELECT count(*) FROM lake.mart.matching($query) AS found
    WHERE ($publisher = '' OR found.publisher = $publisher) AND ($lang = '' OR found.lang = $lang)
      AND ($since = DATE '0001-01-01' OR found.published_date >= $since)
      AND ($until = DATE '9999-12-31' OR found.published_date <= $until)
"""
_WORDS = "SELECT clause, said, alternatives FROM lake.mart.search_words($query) ORDER BY literal"
