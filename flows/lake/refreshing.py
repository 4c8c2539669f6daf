"""What a refresh would take: captures to be read anew, texts to be annotated anew, and what the lake holds of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl

from flows.lake.due import LOST
from flows.lake.publishers import name_of
from flows.lake.refresh_choices import Choice, Part, Which
from flows.lake.schema import Row, Table
from flows.lake.transaction import change

LOST_ANNOTATIONS = ("deadline", "crashed", "annotator_error")
"""Outcomes of annotating that tell nothing of the text: what a busy machine or a fault of ours did."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, in the order of capture."""

    older: tuple[str, ...]  # capture ids
    lost: tuple[str, ...]
    waits: int = 0  # ANNOTATION only: texts that an older version read: their reading is to be made anew first
    made_by: Mapping[str, int] = field(default_factory=dict)  # version -> how many of the chosen it made

    @property
    def captures(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.older, *self.lost)


_READ = f"""
    SELECT a.capture_id, a.article_id, a.captured_at, a.extractor, a.outcome, a.published_date,
           coalesce(a.publisher, {name_of("s")}) AS publisher
    FROM lake.staging.articles AS a
    LEFT JOIN (
        SELECT source_id, kind, name FROM lake.raw.sources
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC, digest) = 1
    ) AS s USING (source_id)
    QUALIFY row_number() OVER (
        PARTITION BY a.capture_id
        ORDER BY a.extracted_at DESC, a.extractor DESC, coalesce(a.attempt, 1) DESC) = 1
"""
"""The reading that counts of each capture, as in staging.current_articles."""

_NARROWED = """
    (len($publishers) = 0 OR list_contains($publishers, publisher))
    AND coalesce(published_date, captured_at::DATE) BETWEEN $since AND $until
    AND ($is_any OR article_id IN (SELECT article_id FROM wanted))
"""


def readings(connection: duckdb.DuckDBPyConnection, choice: Choice, extractor: str) -> Chosen:
    """Captures whose reading by another version than `extractor` counts, or that it lost."""
    return _chosen(
        connection,
        choice,
        f"""
        SELECT *, extractor AS maker, CASE WHEN extractor <> $version THEN 'older'
            WHEN list_contains($lost, outcome) THEN 'lost' END AS why
        FROM ({_READ})
        """,
        {"version": extractor, "lost": list(LOST)},
    )


def annotations(connection: duckdb.DuckDBPyConnection, choice: Choice, extractor: str, annotator: str) -> Chosen:
    """Captures read well by `extractor` whose annotations are another annotator's than the one in force, or were lost.

    A text that no annotator has seen waits for its first one and is left to the daily run.
    """
    return _chosen(
        connection,
        choice,
        f"""
        WITH noted AS (
            SELECT capture_id, arg_max(annotator, annotated_at) AS maker, arg_max(outcome, annotated_at) AS outcome,
                   bool_or(annotator = $version) AS is_by_version
            FROM lake.staging.annotations WHERE extractor = $extractor GROUP BY capture_id
        ), older_text AS (
            SELECT capture_id, arg_max(annotator, annotated_at) AS maker
            FROM lake.staging.annotations GROUP BY capture_id
        )
        SELECT r.* EXCLUDE (outcome), coalesce(n.maker, o.maker) AS maker,
            CASE WHEN r.outcome <> 'ok' OR coalesce(n.maker, o.maker) IS NULL THEN NULL
                 WHEN r.extractor <> $extractor THEN 'waits'
                 WHEN NOT n.is_by_version THEN 'older'
                 WHEN list_contains($lost, n.outcome) THEN 'lost' END AS why
        FROM ({_READ}) AS r LEFT JOIN noted AS n USING (capture_id) LEFT JOIN older_text AS o USING (capture_id)
        """,
        {"version": annotator, "extractor": extractor, "lost": list(LOST_ANNOTATIONS)},
    )


def _chosen(connection: duckdb.DuckDBPyConnection, choice: Choice, judged: str, given: dict[str, object]) -> Chosen:
    wanted = _wanted(choice)  # noqa: F841 - read by DuckDB by its name
    rows = connection.execute(
        f"SELECT capture_id, why, maker FROM ({judged}) WHERE why IS NOT NULL AND {_NARROWED} "
        "AND ($made_by = '' OR maker = $made_by) ORDER BY captured_at, capture_id",
        {**given, **_narrowing(choice), "made_by": choice.made_by},
    ).fetchall()
    takes = {Which.BOTH: {"older", "lost"}}.get(choice.which, {choice.which.value})
    made_by: dict[str, int] = {}
    for _, why, maker in rows:
        if why in takes:
            made_by[maker] = made_by.get(maker, 0) + 1
    by = {kind: tuple(capture for capture, why, _ in rows if why == kind and kind in takes) for kind in takes}
    return Chosen(by.get("older", ()), by.get("lost", ()), sum(why == "waits" for _, why, _ in rows), made_by)


def _wanted(choice: Choice) -> pl.DataFrame:
    return pl.DataFrame({"article_id": choice.article_ids or []}, schema={"article_id": pl.String})


def _narrowing(choice: Choice) -> dict[str, object]:
    return {
        "publishers": list(choice.publishers),
        "since": choice.since or date.min,
        "until": choice.until or date.max,
        "is_any": choice.article_ids is None,
    }


def matched_count(connection: duckdb.DuckDBPyConnection, choice: Choice) -> int:
    """How many captures that were read are of the publishers, days and articles chosen, whatever made their rows."""
    wanted = _wanted(choice)  # noqa: F841 - read by DuckDB by its name
    row = connection.execute(f"SELECT count(*) FROM ({_READ}) WHERE {_NARROWED}", _narrowing(choice)).fetchone()
    return int(row[0]) if row else 0


def never_annotated(connection: duckdb.DuckDBPyConnection, choice: Choice, extractor: str) -> set[str]:
    """Captures of the publishers, days and articles chosen whose reading by `extractor` no annotator has seen.

    What a refresh that was killed between reading and annotating left.
    """
    wanted = _wanted(choice)  # noqa: F841 - read by DuckDB by its name
    rows = connection.execute(
        f"""
        SELECT capture_id FROM ({_READ}) AS r
        WHERE extractor = $extractor AND outcome = 'ok' AND {_NARROWED} AND NOT EXISTS (
            SELECT 1 FROM lake.staging.annotations AS n
            WHERE n.capture_id = r.capture_id AND n.extractor = $extractor)
        """,
        {**_narrowing(choice), "extractor": extractor},
    ).fetchall()
    return {row[0] for row in rows}


def publishers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every publisher that a refresh can be narrowed to, in order."""
    rows = connection.execute(
        f"SELECT DISTINCT publisher FROM ({_READ}) WHERE publisher IS NOT NULL ORDER BY publisher"
    ).fetchall()
    return [row[0] for row in rows]


def makers(connection: duckdb.DuckDBPyConnection, part: Part) -> list[str]:
    """Every version of extractor or annotator that made rows of the lake, in order."""
    column, table = ("extractor", "articles") if part is Part.READING else ("annotator", "annotations")
    rows = connection.execute(f"SELECT DISTINCT {column} FROM lake.staging.{table} ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def held_articles(connection: duckdb.DuckDBPyConnection, captures: Sequence[str]) -> dict[str, Row]:
    """The row of staging.articles that counts of each of the captures."""
    asked = pl.DataFrame({"capture_id": list(captures)}, schema={"capture_id": pl.String})  # noqa: F841
    rows = connection.execute(
        "SELECT articles.* FROM lake.staging.articles AS articles SEMI JOIN asked USING (capture_id) "
        "QUALIFY row_number() OVER (PARTITION BY capture_id "
        "ORDER BY extracted_at DESC, extractor DESC, coalesce(attempt, 1) DESC) = 1"
    ).pl()
    return {str(row["capture_id"]): row for row in rows.to_dicts()}


def held_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, captures: Sequence[str], extractor: str | None = None
) -> dict[str, list[Row]]:
    """Rows of an annotation table that count of each of the captures, in order; `extractor`: of texts that it read."""
    asked = pl.DataFrame({"capture_id": list(captures)}, schema={"capture_id": pl.String})  # noqa: F841
    found = connection.execute(
        f"""
        SELECT found.* FROM lake.{table.name} AS found
        JOIN (
            SELECT capture_id, arg_max(extractor, annotated_at) AS extractor,
                   arg_max(annotator, annotated_at) AS annotator
            FROM lake.staging.annotations SEMI JOIN asked USING (capture_id)
            WHERE outcome = 'ok' AND ($extractor IS NULL OR extractor = $extractor) GROUP BY capture_id
        ) AS last USING (capture_id, extractor, annotator)
        ORDER BY capture_id, number
        """,
        {"extractor": extractor},
    ).pl()
    rows: dict[str, list[Row]] = {capture: [] for capture in captures}
    for row in found.to_dicts():
        rows[str(row["capture_id"])].append(row)
    return rows


def row_counts(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table], captures: Sequence[str]
) -> dict[str, int]:
    """Table -> how many rows of it, by whatever version, belong to the captures."""
    asked = pl.DataFrame({"capture_id": list(captures)}, schema={"capture_id": pl.String})  # noqa: F841
    counts: dict[str, int] = {}
    for table in tables:
        row = connection.execute(
            f"SELECT count(*) FROM lake.{table.name} SEMI JOIN asked USING (capture_id)"
        ).fetchone()
        counts[table.name] = int(row[0]) if row else 0
    return counts


def forget_lost(connection: duckdb.DuckDBPyConnection, captures: Sequence[str], extractor: str, annotator: str) -> int:
    """Delete the rows that say of these texts that annotating them was lost, so that it is due again.

    Such a row holds no annotation; a run that is killed after this leaves texts that the next one annotates. Returns
    how many there were. Snapshots of before still hold them.
    """
    connection.register("lost_texts", pl.DataFrame({"capture_id": list(captures)}, schema={"capture_id": pl.String}))
    return change(
        connection,
        "DELETE FROM lake.staging.annotations WHERE extractor = ? AND annotator = ? "
        "AND list_contains(?, outcome) AND capture_id IN (SELECT capture_id FROM lost_texts)",
        [extractor, annotator, list(LOST_ANNOTATIONS)],
    )
