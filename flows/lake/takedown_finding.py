"""What takedown asks of the lake: what it knows of an address, a name or a publisher, and what of it would go.

Reads alone. What goes stands in the temporary tables `gone_*`, which `takedown.select` fills.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl


@dataclass(frozen=True, slots=True)
class Shown:
    """One article that goes, as a person knows it."""

    article_id: str
    published_date: object
    publisher: str | None
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A WARC record, and where it lies."""

    capture_id: str
    warc_file: str
    warc_offset: int
    warc_bytes: int


def values(connection: duckdb.DuckDBPyConnection, table: str, found: Iterable[str]) -> None:
    """Make a temporary table of one column, `value`."""
    frame = pl.DataFrame({"value": sorted(set(found))}, schema={"value": pl.String})  # noqa: F841 - read by DuckDB
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT value FROM frame")


def is_ready(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the lake has the tables of takedown; the next writer makes them in an older one."""
    row = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake' AND table_name = 'takedowns'"
    ).fetchone()
    return bool(row and row[0])


def tombstones(connection: duckdb.DuckDBPyConnection) -> dict[str, frozenset[str]]:
    """Kind -> digests of what must not come back."""
    rows = connection.execute("SELECT kind, list(DISTINCT value) FROM lake.ops.tombstones GROUP BY kind").fetchall()
    return {kind: frozenset(found) for kind, found in rows}


def known_keys(connection: duckdb.DuckDBPyConnection, url_keys: Sequence[str]) -> set[str]:
    """Those of the address keys that the lake knows anything of."""
    values(connection, "asked_keys", url_keys)
    rows = connection.execute(
        """
        SELECT value FROM asked_keys
        WHERE value IN (SELECT url_key FROM lake.raw.listings) OR value IN (SELECT url_key FROM lake.raw.fetches)
           OR value IN (SELECT url_key FROM lake.raw.captures)
           OR value IN (SELECT article_id FROM lake.staging.articles)
        """
    ).fetchall()
    return {value for (value,) in rows}


def articles_at(connection: duckdb.DuckDBPyConnection, urls: Sequence[str]) -> list[tuple[str, str]]:
    """(address, article_id) of articles that ended at these addresses, or state them as their own."""
    values(connection, "asked_urls", urls)
    return connection.execute(
        """
        SELECT DISTINCT value, article_id FROM lake.staging.articles
        JOIN asked_urls ON value = url OR value = canonical_url
        WHERE outcome = 'ok'
        """
    ).fetchall()


def articles_naming(connection: duckdb.DuckDBPyConnection, names: Sequence[str], pattern: str) -> list[str]:
    """Ids of articles that name a person: by annotation, as an author, or in words that `pattern` (RE2) finds."""
    values(connection, "named", names)
    rows = connection.execute(
        """
        SELECT article_id FROM lake.staging.people WHERE name IN (FROM named)
        UNION SELECT article_id FROM lake.staging.quotes WHERE speaker_name IN (FROM named)
        UNION SELECT article_id FROM (
            SELECT article_id, unnest(authors).name AS name FROM lake.staging.articles WHERE outcome = 'ok')
        WHERE name IN (FROM named)
        UNION SELECT article_id FROM lake.staging.articles
        WHERE outcome = 'ok' AND regexp_matches(concat_ws(
                chr(10), title, array_to_string(subtitle, chr(10)), array_to_string(body, chr(10)),
                array_to_string(list_transform(captions, lambda c: c.text), chr(10))), ?)
        """,
        [pattern],
    ).fetchall()
    return [row[0] for row in rows]


def spellings(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every name that the lake gives a person: annotated, speaking, or credited."""
    rows = connection.execute(
        """
        SELECT name FROM lake.staging.people
        UNION SELECT speaker_name FROM lake.staging.quotes
        UNION SELECT speaker_name FROM lake.staging.statements
        UNION SELECT name FROM lake.staging.entity_mentions WHERE type = 'person'
        UNION SELECT unnest(authors).name FROM lake.staging.articles WHERE outcome = 'ok'
        """
    ).fetchall()
    return [name for (name,) in rows if name]


def publishers(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None, str | None]]:
    """(source_id, name, English name, home) of the sources; and ("", name, None, None) of others that articles name."""
    return connection.execute(
        """
        SELECT DISTINCT source_id, name, name_en, home FROM lake.raw.sources
        UNION ALL
        SELECT '', publisher, NULL, NULL FROM (
            SELECT DISTINCT publisher FROM lake.staging.articles WHERE outcome = 'ok' AND publisher IS NOT NULL)
        """
    ).fetchall()


def shown(connection: duckdb.DuckDBPyConnection) -> list[Shown]:
    """The articles that go, newest first."""
    rows = connection.execute(
        """
        SELECT article_id, arg_max(published_date, captured_at), arg_max(publisher, captured_at),
               arg_max(title, captured_at), arg_max(url, captured_at)
        FROM lake.staging.articles WHERE outcome = 'ok' AND article_id IN (FROM gone_articles)
        GROUP BY article_id ORDER BY 2 DESC NULLS LAST, article_id
        """
    ).fetchall()
    return [Shown(*row) for row in rows]


def copies_left(connection: duckdb.DuckDBPyConnection) -> list[Shown]:
    """Articles that are copies of some that go and are not meant by the order: whoever ordered may want to know."""
    rows = connection.execute(
        """
        WITH pairs AS (
            SELECT article_id AS one, first_article_id AS other FROM lake.staging.copies
            UNION ALL SELECT first_article_id, article_id FROM lake.staging.copies
        )
        SELECT article_id, arg_max(published_date, captured_at), arg_max(publisher, captured_at),
               arg_max(title, captured_at), arg_max(url, captured_at)
        FROM lake.staging.articles
        WHERE outcome = 'ok' AND article_id NOT IN (FROM gone_articles)
          AND article_id IN (SELECT other FROM pairs WHERE one IN (FROM gone_articles))
        GROUP BY article_id ORDER BY article_id
        """
    ).fetchall()
    return [Shown(*row) for row in rows]


def addresses(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every spelling of an address of what goes, as it was listed, asked for, served or stated."""
    rows = connection.execute(
        """
        SELECT unnest([url, url_raw]) FROM lake.raw.listings WHERE url_key IN (FROM gone_urls)
        UNION SELECT url FROM lake.raw.fetches WHERE kind = 'article' AND url_key IN (FROM gone_urls)
        UNION SELECT unnest([url, final_url]) FROM lake.raw.captures
              WHERE kind = 'article' AND capture_id IN (FROM gone_captures)
        UNION SELECT unnest([url, canonical_url]) FROM lake.staging.articles
              WHERE outcome = 'ok' AND article_id IN (FROM gone_articles)
        """
    ).fetchall()
    return sorted({url for (url,) in rows if url})


def headlines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Headlines under which what goes was listed or served."""
    rows = connection.execute(
        """
        SELECT title FROM lake.raw.listings WHERE url_key IN (FROM gone_urls)
        UNION SELECT title FROM lake.staging.articles WHERE outcome = 'ok' AND article_id IN (FROM gone_articles)
        """
    ).fetchall()
    return sorted({title for (title,) in rows if title})


def list_records(connection: duckdb.DuckDBPyConnection) -> list[Record]:
    """WARC records of the channels that listed what goes, revisits left out: some of them show address and headline."""
    rows = connection.execute(
        """
        SELECT capture_id, warc_file, warc_offset, warc_bytes FROM lake.raw.captures
        WHERE kind = 'channel' AND record_type <> 'revisit' AND capture_id NOT IN (FROM gone_captures)
          AND url IN (SELECT channel_url FROM lake.raw.listings WHERE url_key IN (FROM gone_urls))
        ORDER BY warc_file, warc_offset
        """
    ).fetchall()
    return [Record(*row) for row in rows]
