"""What a publisher's pages held before and what they hold lately, counted over the lake: flags only, no body."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

BEFORE = timedelta(days=90)
"""How far back "used to" reaches: a quarter has every weekday a dozen times and is one season."""
LATELY_PAGES = 16
"""Where a run brought fewer pages of a publisher, its newest so many are looked at: three pages a day are enough to be
told within some days, and one odd page among them is told never."""
LENGTHS = ("body_chars", "paragraph_count", "title_chars")


@dataclass(frozen=True, slots=True)
class Shares:
    """Pages of one publisher with one flag; `before` has one (pages, pages with it) a day, `lately` one in all."""

    publisher: str
    portal: str | None
    flag: str
    before: tuple[tuple[int, int], ...]
    lately: tuple[int, int]


def shares(
    connection: duckdb.DuckDBPyConnection,
    shapes: str,
    flags: Sequence[str],
    extractor: str,
    since: datetime,
    least: int,
) -> list[Shares]:
    """Count the flags of the publishers of which this extractor has read new pages since an instant.

    New are pages captured after every page of the publisher that was read before `since`: what an import brings of
    last year says nothing of this week. They are counted as lately, with the newest earlier ones up to `LATELY_PAGES`;
    the rest of the `BEFORE` days before them, day by day (UTC), as before. Publishers are kept apart by source and
    portal, since each has page templates of its own; pages that name no publisher are left out, being of none.

    Args:
        connection: to the lake.
        shapes: the query of `staging.page_shapes`.
        flags: names of its flags; `is_X_not_low` and `is_X_not_high` of a length X are made here, from the lower and
            upper quartile of the pages before.
        extractor: whose rows are compared; rows of others are not.
        since: when this run began.
        least: earlier pages that a publisher must have to be counted at all.
    """
    newest = connection.execute(
        "SELECT min(newest_at) FROM (SELECT max(captured_at) AS newest_at FROM lake.staging.articles "
        "WHERE extracted_at >= ? AND extractor = ? GROUP BY source_id, publisher, portal)",
        [since, extractor],
    ).fetchone()
    if newest is None or newest[0] is None:
        return []
    # The oldest page that any publisher's quarter can hold: files that are older are not opened.
    given = {"extractor": extractor, "since": since, "oldest": newest[0] - BEFORE, "least": least}
    rows = connection.execute(_counting(shapes, flags), given).fetchall()
    found: list[Shares] = []
    for publisher, portal, *counts in rows:
        for number, flag in enumerate(flags):
            days, pages, held = counts[3 * number : 3 * number + 3]
            before = tuple((day["n"], day["k"]) for day in days)
            found.append(Shares(publisher, portal, flag, before, (pages, held)))
    return found


def _counting(shapes: str, flags: Sequence[str]) -> str:
    """One pass over the flags: which pages are new, the quartiles before, counts a day, and the days as a list."""
    quartiles = ", ".join(
        f"quantile_disc({name}, {at}) FILTER (is_article) AS {name}_{word}"
        for name in LENGTHS
        for word, at in (("low", 0.25), ("high", 0.75))
    )
    lengths = ", ".join(
        f"{name} >= {name}_low AS is_{name}_not_low, {name} <= {name}_high AS is_{name}_not_high" for name in LENGTHS
    )
    only = {flag: "" if flag == "is_article" else " FILTER (is_article)" for flag in flags}
    daily = ", ".join(
        f"count({flag}){only[flag]} AS n_{flag}, count_if({flag}){only[flag]} AS k_{flag}" for flag in flags
    )
    whole = ", ".join(
        f"coalesce(list({{'n': n_{flag}, 'k': k_{flag}}}) FILTER (NOT is_lately AND n_{flag} > 0), []), "
        f"coalesce(sum(n_{flag}) FILTER (is_lately), 0)::BIGINT, coalesce(sum(k_{flag}) FILTER (is_lately), 0)::BIGINT"
        for flag in flags
    )
    return f"""
        WITH shapes AS ({shapes}),
        recent AS (
            SELECT *, extracted_at >= $since AS is_of_run
            FROM shapes
            WHERE extractor = $extractor AND captured_at >= $oldest AND publisher IS NOT NULL
        ),
        sites AS (
            SELECT source_id, publisher, portal, max(captured_at) FILTER (NOT is_of_run) AS known_at,
                   max(captured_at) AS newest_at
            FROM recent GROUP BY ALL
            HAVING newest_at > known_at AND count(*) FILTER (NOT is_of_run) >= $least
        ),
        told AS (
            SELECT recent.*, (is_of_run AND captured_at > known_at) OR rank_from_newest <= {LATELY_PAGES} AS is_lately
            FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY source_id, publisher, portal ORDER BY captured_at DESC, capture_id) AS rank_from_newest
                FROM recent
            ) AS recent
            JOIN sites ON recent.source_id = sites.source_id AND recent.publisher = sites.publisher
                AND recent.portal IS NOT DISTINCT FROM sites.portal
            WHERE captured_at >= newest_at - INTERVAL {BEFORE.days} DAY
        ),
        usual AS (
            SELECT source_id, publisher, portal, {quartiles} FROM told WHERE NOT is_lately GROUP BY ALL
        ),
        flagged AS (
            SELECT told.*, {lengths} FROM told JOIN usual
            ON told.source_id = usual.source_id AND told.publisher = usual.publisher
               AND told.portal IS NOT DISTINCT FROM usual.portal
        ),
        daily AS (
            SELECT source_id, publisher, portal, is_lately, captured_at::DATE AS day, {daily} FROM flagged GROUP BY ALL
        )
        SELECT publisher, portal, {whole} FROM daily
        GROUP BY source_id, publisher, portal
        ORDER BY publisher, portal, source_id
    """
