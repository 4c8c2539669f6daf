"""What the registry takes in: the names of annotated texts that it has not, numbered in the order of arrival."""

from collections.abc import Callable

import duckdb
import polars as pl

from flows.lake.numbering import next_number_sql
from flows.lake.publishers import name_of


def unregistered_count(connection: duckdb.DuckDBPyConnection, linker: str) -> int:
    """How many annotated texts are not in the registry."""
    row = connection.execute(f"SELECT count(*) FROM ({_UNREGISTERED})", [linker]).fetchone()
    return int(row[0]) if row else 0


def take(
    connection: duckdb.DuckDBPyConnection, linker: str, limit: int, keyed: Callable[[pl.DataFrame], pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The next texts and the names in them, frames for staging.registered and entity_mentions; None where none waits.

    `keyed` is given (type, name, org) and adds shown, name_key, shown_org and org_key; name_key "" names nobody.
    """
    told = {"waiting": _UNREGISTERED, "limit": int(limit), "name": name_of(), "next_number": _NEXT_NUMBER}
    connection.execute(_TAKING.format(**told), [linker])
    connection.execute(_SAID)
    forms = keyed(connection.execute("SELECT DISTINCT type, name, org FROM said ORDER BY ALL").pl())  # noqa: F841
    mentions = connection.execute(_KEYED).pl()
    texts = connection.execute(_TEXTS).pl()
    connection.execute("DROP TABLE said; DROP TABLE taking")
    return (texts, mentions) if texts.height else None


_UNREGISTERED = """
    SELECT a.capture_id, a.article_id, a.extractor, a.annotator, a.annotated_at, a.batch_id
    FROM lake.staging.annotations AS a
    WHERE a.outcome = 'ok' AND NOT EXISTS (
        SELECT 1 FROM lake.staging.registered AS r
        WHERE r.capture_id = a.capture_id AND r.extractor = a.extractor AND r.annotator = a.annotator AND r.linker = ?)
      AND EXISTS (
        SELECT 1 FROM lake.staging.articles AS t
        WHERE t.capture_id = a.capture_id AND t.extractor = a.extractor AND t.outcome = 'ok')
"""
_NEXT_NUMBER = next_number_sql("staging.registered.number", "staging.registry_passes.through_number")
_TAKING = """
    CREATE OR REPLACE TEMP TABLE taking AS
    WITH waiting AS ({waiting} ORDER BY a.annotated_at, a.batch_id, a.capture_id LIMIT {limit}),
    sources AS (
        SELECT source_id, {name} AS name
        FROM lake.raw.sources QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC) = 1
    ),
    read AS (
        SELECT capture_id, extractor, source_id, publisher, captured_at, published_date
        FROM lake.staging.articles SEMI JOIN waiting USING (capture_id, extractor) WHERE outcome = 'ok'
        QUALIFY row_number() OVER (PARTITION BY capture_id, extractor ORDER BY extracted_at DESC) = 1
    )
    SELECT
        -- Never a number that was given before: texts up to a number count as joined, also where they were taken down.
        {next_number} - 1
            + row_number() OVER (ORDER BY annotated_at, w.batch_id, w.capture_id, w.annotator) AS number,
        w.article_id, w.capture_id, w.extractor, w.annotator, read.captured_at, w.annotated_at,
        coalesce(read.publisher, sources.name) AS publisher,
        coalesce(read.published_date, read.captured_at::DATE) AS seen_date,
        w.batch_id AS said_in
    FROM waiting AS w JOIN read USING (capture_id, extractor) LEFT JOIN sources USING (source_id)
"""
_SAID = """
    CREATE OR REPLACE TEMP TABLE said AS
    WITH bodies AS (
        SELECT t.number, b.number AS annotation_number, 'organisation' AS type, b.name, b.aliases
        FROM lake.staging.organisations AS b JOIN taking AS t USING (capture_id, extractor, annotator)
        UNION ALL
        SELECT t.number, p.number, 'place', p.name, p.aliases
        FROM lake.staging.places AS p JOIN taking AS t USING (capture_id, extractor, annotator)
    ),
    introduced AS (
        SELECT DISTINCT t.number, a.short, a.long
        FROM lake.staging.aliases AS a JOIN taking AS t USING (capture_id, extractor, annotator)
    ),
    others AS (
        SELECT number, annotation_number, type, unnest(aliases) AS name, generate_subscripts(aliases, 1) AS name_number
        FROM bodies
        UNION ALL
        -- A short form that the text introduces for a body and never uses again.
        SELECT b.number, b.annotation_number, b.type, i.short, 1000 + row_number() OVER (
            PARTITION BY b.number, b.type, b.annotation_number ORDER BY i.short)
        FROM bodies AS b JOIN introduced AS i ON i.number = b.number
         AND (i.long = b.name OR list_contains(b.aliases, i.long))
        WHERE i.short <> b.name AND NOT coalesce(list_contains(b.aliases, i.short), false)
    )
    SELECT t.number, 'person' AS type, p.number AS annotation_number, 0 AS name_number, p.name, p.org, p.role,
           p.is_former, false AS is_introduced
    FROM lake.staging.people AS p JOIN taking AS t USING (capture_id, extractor, annotator)
    UNION ALL
    SELECT number, type, annotation_number, 0, name, NULL, NULL, false, false FROM bodies
    UNION ALL
    SELECT o.number, o.type, o.annotation_number, o.name_number, o.name, NULL, NULL, false,
           EXISTS (SELECT 1 FROM introduced AS i WHERE i.number = o.number AND i.short = o.name)
    FROM others AS o
"""
_KEYED = """
    SELECT s.number, s.type, s.annotation_number::INTEGER AS annotation_number, s.name_number::INTEGER AS name_number,
           f.shown AS name, f.name_key,
           coalesce(max(f.name_key) FILTER (s.name_number = 0) OVER one, f.name_key) AS main_name_key,
           f.shown_org AS org, f.org_key, s.role[:80] AS role, s.is_former, s.is_introduced
    FROM said AS s JOIN forms AS f ON f.type = s.type AND f.name = s.name AND f.org IS NOT DISTINCT FROM s.org
    WHERE f.name_key <> ''
    WINDOW one AS (PARTITION BY s.number, s.type, s.annotation_number)
    ORDER BY ALL
"""
_TEXTS = """
    SELECT t.number, t.article_id, t.capture_id, t.extractor, t.annotator, t.captured_at, t.annotated_at, t.publisher,
           t.seen_date, count(f.name_key) FILTER (f.name_key <> '') AS name_count,
           count(f.name_key) FILTER (f.name_key = '') AS unusable_count
    FROM taking AS t LEFT JOIN said AS s USING (number)
    LEFT JOIN forms AS f ON f.type = s.type AND f.name = s.name AND f.org IS NOT DISTINCT FROM s.org
    GROUP BY ALL ORDER BY t.number
"""
