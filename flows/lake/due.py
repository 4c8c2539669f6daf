"""What is left to do, asked of the lake: which URLs are due, which captures are unread, which articles unannotated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from flows.lake.batches import Writer
from flows.lake.publishers import name_of
from flows.lake.tables import LISTINGS


@dataclass(frozen=True, slots=True)
class Held:
    """The last good capture of a URL: its validators, and the record that holds the payload."""

    capture_id: str  # the record with the payload, not the revisit that repeats it
    captured_at: datetime
    etag: str | None
    last_modified: str | None
    payload_sha256: str
    warc_file: str
    warc_offset: int
    warc_bytes: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One listed URL in this run: ask for it now, or tell that it is not due."""

    url: str
    url_key: str
    source_id: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """One capture that the current extractor has not read, or lost and is to try again."""

    capture_id: str
    url: str | None
    captured_at: datetime
    content_type: str | None
    source_id: str
    timezone: str | None
    publisher: str | None
    truncated: str | None
    warc_file: str
    warc_offset: int
    warc_bytes: int
    robots_file: str | None
    robots_offset: int | None
    robots_bytes: int | None
    attempt: int = 1  # of reading it with this extractor
    tdmrep_file: str | None = None
    tdmrep_offset: int | None = None
    tdmrep_bytes: int | None = None


MAX_ATTEMPTS = 3
"""How often a page is read that was lost: killed at its deadline, crashed, or a fault of ours or of the disk. What a
busy machine or a full memory did once passes; what happens three times will happen until the reader is another."""
LOST = ("deadline", "crashed", "reader_error")
TDMREP_DAYS = 7
"""How long a host's tdmrep.json, or its absence, counts for later pages where nothing newer is known of it."""


def held(connection: duckdb.DuckDBPyConnection, kind: str, url_keys: Sequence[str]) -> dict[str, Held]:
    """Latest good capture of each of the URLs, by url_key. A quarantined page is none, nor one whose record is lost."""
    asked = pl.DataFrame({"url_key": list(url_keys)}, schema={"url_key": pl.String})  # noqa: F841 - read by DuckDB
    rows = connection.execute(
        """
        SELECT last.url_key, base.capture_id, last.captured_at, last.etag, last.last_modified, base.payload_sha256,
               base.warc_file, base.warc_offset, base.warc_bytes
        FROM (
            SELECT captures.* FROM lake.raw.captures AS captures
            JOIN lake.raw.fetches AS fetches USING (capture_id)
            SEMI JOIN asked ON asked.url_key = captures.url_key
            ANTI JOIN (SELECT capture_id FROM lake.ops.repairs WHERE action = 'lost') AS lost
                ON lost.capture_id = coalesce(captures.refers_to, captures.capture_id)
            WHERE captures.kind = ? AND fetches.state IN ('stored', 'unchanged')
            QUALIFY row_number() OVER (
                PARTITION BY captures.url_key ORDER BY captures.captured_at DESC, captures.capture_id) = 1
        ) AS last
        JOIN lake.raw.captures AS base ON base.capture_id = coalesce(last.refers_to, last.capture_id)
        """,
        [kind],
    ).fetchall()
    return {row[0]: Held(*row[1:]) for row in rows}


def articles(
    connection: duckdb.DuckDBPyConnection,
    listed: Sequence[tuple[str, str, str]],
    now: datetime,
    refetch_hours: Sequence[float],
    retry_days: int,
) -> list[Ask]:
    """What to do about each listed URL, and about earlier ones whose turn has come.

    `listed` holds (url, url_key, source_id) of what the channels list in this run. A URL is due where it was never
    tried, where the last try ended in trouble that may pass, where a channel says something new of it since, or where
    an age of `refetch_hours` after the first try has gone by without one. URLs that no channel lists any more are
    returned only where they are due: passing trouble within `retry_days`, or a re-fetch age within the last of them.
    What a list dates longer before the first try than the last of the ages is not asked for again by age: an archive
    is not going to be corrected.
    """
    now_listed = pl.DataFrame(  # noqa: F841 - read by DuckDB by its name
        listed, schema={"url": pl.String, "url_key": pl.String, "source_id": pl.String}, orient="row"
    ).unique("url_key", keep="first", maintain_order=True)
    ages = list(refetch_hours) or [1e9]
    rows = connection.execute(
        """
        WITH tried AS (
            SELECT url_key, min(started_at) AS first_at, max(ended_at) AS last_at,
                   arg_max(state, ended_at) AS last_state, arg_max(url, ended_at) AS url,
                   arg_max(source_id, ended_at) AS source_id
            FROM lake.raw.fetches
            WHERE kind = 'article' AND reason NOT IN ('not_due', 'no_contact')
              AND source_id IN (SELECT source_id FROM lake.raw.sources WHERE kind <> 'import')
            GROUP BY url_key
        ), news AS (
            SELECT url_key, max(listed_at) AS news_at, min(least(stated_at, stated_modified_at)) AS stated_at
            FROM lake.raw.listings GROUP BY url_key
        ), judged AS (
            SELECT coalesce(l.url, t.url) AS url, url_key, coalesce(l.source_id, t.source_id) AS source_id,
                   l.url IS NOT NULL AS is_listed,
                   t.url_key IS NULL
                   OR (t.last_state = 'retry_later' AND t.last_at > $now - $retry_days * INTERVAL 1 DAY)
                   OR (l.url IS NOT NULL AND coalesce(n.news_at > t.last_at, false))
                   OR (coalesce(n.stated_at > t.first_at - list_max($ages) * INTERVAL 1 HOUR, true)
                       AND len(list_filter($ages, lambda h: t.first_at + h * INTERVAL 1 HOUR <= $now
                           AND t.last_at < t.first_at + h * INTERVAL 1 HOUR)) > 0)
                   AS is_due
            FROM tried AS t FULL JOIN now_listed AS l USING (url_key) LEFT JOIN news AS n USING (url_key)
        )
        SELECT url, url_key, source_id, is_due FROM judged WHERE is_listed OR is_due ORDER BY url
        """,
        {"now": now, "retry_days": retry_days, "ages": ages},
    ).fetchall()
    return [Ask(*row) for row in rows]


def listed_history(connection: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Source -> how many URLs its channels listed in each of its last seven runs, oldest first.

    What thinning is told from. A URL that two channels list counts twice; runs of before the count was kept are left
    out.
    """
    rows = connection.execute(
        """
        WITH runs AS (
            SELECT source_id, run_id, min(started_at) AS began_at, sum(listed_count)::BIGINT AS listed_count
            FROM lake.raw.fetches
            WHERE kind = 'channel' AND reason <> 'no_contact' AND listed_count IS NOT NULL
            GROUP BY source_id, run_id
            QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY min(started_at) DESC) <= 7
        )
        SELECT source_id, list(listed_count ORDER BY began_at) FROM runs GROUP BY source_id
        """
    ).fetchall()
    return dict(rows)


def new_listings(writer: Writer, listing_ids: Sequence[str]) -> set[str]:
    """Those of the listing ids that the lake does not hold yet."""
    offered = pl.DataFrame({"listing_id": list(listing_ids)}, schema={"listing_id": pl.String})
    return set(writer.unheld(LISTINGS, offered)["listing_id"])


def untried(connection: duckdb.DuckDBPyConnection, url_keys: Sequence[str]) -> list[str]:
    """Those of the addresses that no run has asked for as an article yet, in no order."""
    offered = pl.DataFrame({"url_key": list(url_keys)}, schema={"url_key": pl.String})  # noqa: F841
    rows = connection.execute(
        "SELECT url_key FROM offered ANTI JOIN "
        "(FROM lake.raw.fetches WHERE kind = 'article' AND reason <> 'no_contact') USING (url_key)"
    ).fetchall()
    return [row[0] for row in rows]


def tdmrep_asked(connection: duckdb.DuckDBPyConnection, since: datetime) -> list[str]:
    """Addresses of the tdmrep.json files that were dealt with since then, whatever came of it."""
    rows = connection.execute(
        "SELECT DISTINCT url FROM lake.raw.fetches WHERE kind = 'tdmrep' AND ended_at >= ?", [since]
    ).fetchall()
    return [row[0] for row in rows]


def unread(
    connection: duckdb.DuckDBPyConnection,
    extractor: str,
    limit: int = 1_000_000,
    only: Sequence[str] | None = None,
    most: int = MAX_ATTEMPTS,
) -> list[Unread]:
    """Stored captures of articles that this extractor has not read, in the order in which they lie in WARC files.

    Among them those that it lost in earlier runs, up to `most` times in all; `only`: of these captures. The
    tdmrep.json in force is what the page's own run learnt of its host, else what was learnt last before the page came,
    within `TDMREP_DAYS`. That there is none (404, a page in its place) is learnt too; that the host was in trouble
    tells nothing.
    """
    chosen = _captures(only)  # noqa: F841 - read by DuckDB by its name
    rows = connection.execute(
        f"""
        WITH told AS (
            SELECT regexp_extract(f.url, '^https?://([^/]+)', 1) AS host, f.run_id, f.ended_at AS told_at,
                   struct_pack(name := c.warc_file, at := c.warc_offset, length := c.warc_bytes) AS file
            FROM lake.raw.fetches AS f LEFT JOIN lake.raw.captures AS c USING (capture_id)
            WHERE f.kind = 'tdmrep' AND f.state IN ('stored', 'unchanged', 'failed')
            QUALIFY row_number() OVER (PARTITION BY host, f.run_id ORDER BY f.ended_at DESC) = 1
        ), stored AS (
            SELECT c.*, f.run_id, regexp_extract(c.final_url, '^https?://([^/]+)', 1) AS host
            FROM lake.raw.captures AS c JOIN lake.raw.fetches AS f USING (capture_id)
            WHERE c.kind = 'article' AND c.record_type <> 'revisit' AND f.state = 'stored'
        ), ruled AS (
            SELECT stored.*,
                   coalesce(own.file, CASE WHEN last.told_at > captured_at - $days * INTERVAL 1 DAY THEN last.file END)
                   AS tdmrep
            FROM stored
            LEFT JOIN told AS own ON own.host = stored.host AND own.run_id = stored.run_id
            ASOF LEFT JOIN told AS last ON last.host = stored.host AND last.told_at <= stored.captured_at
        )
        SELECT c.capture_id, c.final_url, c.captured_at, c.content_type, c.source_id, s.timezone, s.name,
               c.truncated, c.warc_file, c.warc_offset, c.warc_bytes,
               robots.warc_file, robots.warc_offset, robots.warc_bytes, coalesce(a.attempt, 0) + 1,
               tdmrep.name, tdmrep.at, tdmrep.length
        FROM ruled AS c
        LEFT JOIN (
            -- Days of what was handed in are counted in UTC, which says nothing of where its pages come from.
            SELECT source_id, CASE WHEN kind NOT IN ('import', 'url_list') THEN timezone END AS timezone,
                   {name_of()} AS name
            FROM lake.raw.sources QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC) = 1
        ) AS s ON s.source_id = c.source_id
        LEFT JOIN lake.raw.captures AS asked ON asked.capture_id = c.robots_capture_id
        LEFT JOIN lake.raw.captures AS robots ON robots.capture_id = coalesce(asked.refers_to, asked.capture_id)
        LEFT JOIN (
            SELECT capture_id, max(coalesce(attempt, 1)) AS attempt, bool_and(list_contains($lost, outcome)) AS is_lost
            FROM lake.staging.articles WHERE extractor = $extractor GROUP BY capture_id
        ) AS a ON a.capture_id = c.capture_id
        WHERE (a.capture_id IS NULL OR (a.is_lost AND a.attempt < $most))
          AND ($is_any OR c.capture_id IN (SELECT capture_id FROM chosen))
        ORDER BY c.warc_file, c.warc_offset
        LIMIT $limit
        """,
        {
            "extractor": extractor,
            "lost": list(LOST),
            "most": most,
            "days": TDMREP_DAYS,
            "limit": limit,
            "is_any": only is None,
        },
    ).fetchall()
    return [Unread(*row) for row in rows]


def _captures(only: Sequence[str] | None) -> pl.DataFrame:
    return pl.DataFrame({"capture_id": list(only or ())}, schema={"capture_id": pl.String})


def unannotated(
    connection: duckdb.DuckDBPyConnection, extractor: str, annotator: str, only: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """(capture_id, batch_id) of articles that this extractor read well and whose text this annotator has not seen.

    `only`: of these captures.
    In the order of the batches: a batch is one file, so that reading the texts touches each file once.
    """
    chosen = _captures(only)  # noqa: F841 - read by DuckDB by its name
    return connection.execute(
        """
        SELECT a.capture_id, a.batch_id FROM lake.staging.articles AS a
        WHERE a.outcome = 'ok' AND a.extractor = ?
          AND NOT EXISTS (
            SELECT 1 FROM lake.staging.annotations AS n
            WHERE n.capture_id = a.capture_id AND n.extractor = a.extractor AND n.annotator = ?)
          AND (? OR a.capture_id IN (SELECT capture_id FROM chosen))
        ORDER BY a.batch_id, a.capture_id
        """,
        [extractor, annotator, only is None],
    ).fetchall()


def known_digests(connection: duckdb.DuckDBPyConnection, source_id: str) -> set[tuple[str, str]]:
    """(url_key, SHA-256 of the payload) of every capture of a source: what an import need not store again."""
    rows = connection.execute(
        """
        SELECT DISTINCT url_key, payload_sha256 FROM lake.raw.captures
        ANTI JOIN (SELECT capture_id FROM lake.ops.repairs WHERE action = 'lost') AS lost USING (capture_id)
        WHERE source_id = ?
        """,
        [source_id],
    ).fetchall()
    return set(rows)


def warc_ends(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """WARC file -> end of the last record that the lake refers to, bytes. What lies behind it was never committed.

    Records that were taken down and wait to be cut out were committed, too.
    """
    rows = connection.execute(
        """
        SELECT warc_file, max(warc_offset + warc_bytes) FROM (
            SELECT warc_file, warc_offset, warc_bytes FROM lake.raw.captures
            UNION ALL SELECT warc_file, warc_offset, warc_bytes FROM lake.ops.takedown_records
        ) GROUP BY warc_file
        """
    ).fetchall()
    return dict(rows)


def warc_repacking(connection: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """WARC files that are being written anew without what was taken down; true: the new one is committed."""
    rows = connection.execute(
        "SELECT warc_file, bool_or(is_repacked) FROM lake.ops.takedown_records GROUP BY warc_file"
    ).fetchall()
    return dict(rows)
