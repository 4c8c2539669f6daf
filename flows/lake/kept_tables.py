"""Tables that hold what a view says, so that a question reads rows instead of working them out (`lake.kept`).

Each belongs to one view of `sql/` (`-- kept: yes` in its header), which says what the columns mean.
"""

import polars as pl

from flows.lake.schema import INSTANT, Column, DataType, Layout, Table

_ROWS = 122_880
_BYTES = 128_000_000
_COUNT = pl.Int64
_PUBLISHERS = pl.List(pl.Struct({"publisher": pl.String, "article_count": pl.Int64, "first_at": INSTANT}))
_SIGNALS = pl.List(
    pl.Struct({"source": pl.String, "scope": pl.String, "use": pl.String, "value": pl.String, "raw": pl.String})
)
_FIELDS = pl.List(pl.Struct({"field": pl.String, "page_count": pl.Int64, "held_count": pl.Int64}))


def table_of(view: str) -> str:
    """The table that keeps a view: staging.kept_articles for mart.articles."""
    return f"staging.kept_{view.partition('.')[2]}"


def _kept(view: str, key: tuple[str, ...], sorted_by: tuple[str, ...], columns: dict[str, DataType]) -> Table:
    return Table(
        name=table_of(view),
        grain=f"what {view} says, row for row: brought up to date whenever views are published",
        key=key,
        columns={name: Column(dtype, f"as in {view}") for name, dtype in columns.items()},
        layout=Layout(sorted_by, row_group_rows=_ROWS, file_bytes=_BYTES),
    )


KEPT_TABLES = (
    _kept(
        "staging.capture_texts",
        ("capture_id",),
        ("capture_id",),
        {
            "capture_id": pl.String, "extractor": pl.String, "attempt": pl.Int32, "text_sha256": pl.String,
            "is_new_text": pl.Boolean, "version_number": _COUNT, "is_current": pl.Boolean,
        },
    ),
    _kept(
        "mart.article_facts",
        ("article_id",),
        ("published_date", "publisher"),
        {
            "article_id": pl.String, "capture_id": pl.String, "extractor": pl.String, "attempt": pl.Int32,
            "annotator": pl.String, "publisher": pl.String, "portal": pl.String, "source_id": pl.String,
            "title": pl.String, "section": pl.String, "lang": pl.String, "published_date": pl.Date,
            "published_at": INSTANT, "captured_at": INSTANT, "body_chars": _COUNT, "is_paywalled": pl.Boolean,
            "version_count": _COUNT, "rights_holder": pl.String, "rights_reproduction": pl.String,
            "rights_redistribution": pl.String, "rights_ai_training": pl.String, "rights_notice": pl.String,
            "rights_signals": _SIGNALS, "url": pl.String, "is_sample": pl.Boolean,
        },
    ),
    _kept(
        "staging.fate_counts",
        ("publisher", "news_date", "fate", "is_article"),
        ("publisher", "news_date", "fate"),
        {
            "publisher": pl.String, "news_date": pl.Date, "fate": pl.String, "is_article": pl.Boolean,
            "listed_count": _COUNT, "fetched_count": _COUNT, "example_url": pl.String,
        },
    ),
    _kept(
        "staging.page_shape_days",
        ("source_id", "publisher", "portal", "extractor", "captured_date"),
        ("captured_date", "source_id", "publisher"),
        {
            "source_id": pl.String, "publisher": pl.String, "portal": pl.String, "extractor": pl.String,
            "captured_date": pl.Date, "body_chars_median": pl.Float64, "fields": _FIELDS,
        },
    ),
    _kept(
        "staging.standing_changes",
        ("new_capture_id",),
        ("new_capture_id",),
        {
            "article_id": pl.String, "new_capture_id": pl.String, "old_capture_id": pl.String,
            "extractor": pl.String, "differ": pl.String,
        },
    ),
    _kept(
        "mart.syndication",
        ("article_id",),
        ("group_id", "position"),
        {
            "group_id": pl.String, "article_id": pl.String, "position": _COUNT, "group_size": _COUNT,
            "publisher": pl.String, "portal": pl.String, "title": pl.String, "published_at": INSTANT,
            "first_article_id": pl.String, "first_publisher": pl.String, "minutes_after_first": _COUNT,
            "copied_from": pl.String, "share": pl.Float64, "share_of_original": pl.Float64, "first_by": pl.String,
            "relation": pl.String, "wire_source": pl.String,
        },
    ),
    _kept(
        "mart.coverage",
        ("publisher", "news_date", "section"),
        ("publisher", "news_date"),
        {
            "publisher": pl.String, "news_date": pl.Date, "section": pl.String, "article_count": _COUNT,
            "original_count": _COUNT, "copy_count": _COUNT, "portal_count": _COUNT, "repeat_count": _COUNT,
            "wire_count": _COUNT,
        },
    ),
    _kept(
        "staging.story_places",
        ("article_id",),
        ("story_id", "position"),
        {
            "story_id": pl.String, "article_id": pl.String, "number": _COUNT, "position": _COUNT, "news_at": INSTANT,
            "news_date": pl.Date, "publisher": pl.String, "portal": pl.String, "title": pl.String,
            "minutes_after_first": _COUNT, "is_copy": pl.Boolean, "outcome": pl.String, "likeness": pl.Float64,
            "continues_story_id": pl.String, "opened_at": INSTANT, "linker": pl.String,
        },
    ),
    _kept(
        "mart.stories",
        ("story_id",),
        ("story_id",),
        {
            "story_id": pl.String, "label": pl.String, "first_article_id": pl.String, "first_publisher": pl.String,
            "first_at": INSTANT, "last_at": INSTANT, "is_open": pl.Boolean, "day_count": _COUNT,
            "article_count": _COUNT, "original_count": _COUNT, "publisher_count": _COUNT, "publishers": _PUBLISHERS,
            "people": pl.List(pl.String), "organisations": pl.List(pl.String), "places": pl.List(pl.String),
            "keywords": pl.List(pl.String), "continues_story_id": pl.String, "linker": pl.String,
        },
    ),
    _kept(
        "mart.story_days",
        ("story_id", "news_date"),
        ("story_id", "news_date"),
        {
            "story_id": pl.String, "news_date": pl.Date, "day_number": _COUNT, "article_count": _COUNT,
            "original_count": _COUNT, "publisher_count": _COUNT, "new_publishers": pl.List(pl.String),
            "article_count_so_far": _COUNT, "title": pl.String,
        },
    ),
)  # fmt: skip
"""In an order in which each comes after what its view reads."""
