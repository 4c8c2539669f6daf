"""Tell which publishers' pages lost a field: counts of the lake held against the rule of `extraction/drift.py`."""

from datetime import datetime

import duckdb

from flows.extraction.article import EXTRACTOR
from flows.extraction.drift import FIELDS, MIN_BEFORE_PAGES, Counts, drifted
from flows.lake import drift, views
from flows.steps.publishing import SQL


def lost_fields(connection: duckdb.DuckDBPyConnection, since: datetime) -> tuple[str, ...]:
    """One sentence for each publisher and field that the pages read since `since` no longer hold.

    Counted with the query of `sql/staging/page_shapes.sql` itself, since the view may not be published yet.
    """
    shapes = next(file.body for file in views.read(SQL) if file.name == "staging.page_shapes")
    found = drift.shares(connection, shapes, tuple(FIELDS), EXTRACTOR, since, MIN_BEFORE_PAGES)
    return drifted(Counts(_site(one), one.flag, one.before, one.lately) for one in found)


def _site(one: drift.Shares) -> str:
    return f"{one.publisher} on {one.portal}" if one.portal else one.publisher
