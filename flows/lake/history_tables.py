"""Tables of what became of texts and of who wrote them, made across articles. Declared here, listed in `tables`."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH
from flows.lake.schema import INSTANT, Column, Table

CHANGES = Table(
    name="staging.changes",
    grain="one row per pair of consecutive captures of an article that one extractor read, unchanged ones included",
    key=("article_id", "old_capture_id", "new_capture_id", "extractor", "differ"),
    columns={
        "article_id": ARTICLE,
        "old_capture_id": Column(pl.String, "the earlier capture", is_required=True),
        "new_capture_id": Column(pl.String, "the next capture that was read well", is_required=True),
        "old_captured_at": Column(INSTANT, "when the old text was last seen", is_required=True),
        "new_captured_at": Column(INSTANT, "when the new text was first seen", is_required=True),
        "seconds_between": Column(pl.Int64, "between the two captures: the change lies within", is_required=True),
        "outcome": Column(
            pl.String, "unchanged, cosmetic, title_only, body, title_and_body or too_large", is_required=True
        ),
        "old_title": Column(pl.String, "headline with markers before; null where it stayed"),
        "new_title": Column(pl.String, "headline with markers after; null where it stayed"),
        "words_added": Column(pl.Int64, "words of the body that are new; null where too_large"),
        "words_removed": Column(pl.Int64, "words of the body that are gone; null where too_large"),
        "passages": Column(
            pl.List(
                pl.Struct(
                    {
                        "kind": pl.String,
                        "old_paragraph": pl.Int32,
                        "new_paragraph": pl.Int32,
                        "old_text": pl.String,
                        "new_text": pl.String,
                    }
                )
            ),
            "what was added, removed, reworded, with paragraphs from 0; null side: no such paragraph there",
        ),
        "is_declared": Column(pl.Boolean, "the new text says of itself that it was changed", is_required=True),
        "notice_kind": Column(pl.String, "correction, reply or update; null where silent"),
        "notice": Column(pl.String, "the notice as printed, or the headline's marker; null where silent"),
        "is_time_moved": Column(
            pl.Boolean, "the page states another time of last change than before", is_required=True
        ),
        "extractor": Column(pl.String, "name and version of what read both texts", is_required=True),
        "differ": Column(pl.String, "name and version of what compared them", is_required=True),
        "compared_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)

REPORTERS = Table(
    name="staging.reporters",
    grain="one row per reporter and state: what is known of one changes with new articles; the highest revision holds",
    key=("reporter_id", "revision"),
    columns={
        "reporter_id": Column(
            pl.String, "stable id; digest of the byline that the reporter began with", is_required=True
        ),
        "revision": Column(pl.Int32, "1 for the first state", is_required=True),
        "name": Column(pl.String, "name used most", is_required=True),
        "names": Column(pl.List(pl.String), "all spellings, most used first"),
        "emails": Column(pl.List(pl.String), "personal addresses, lower case; desks' addresses left out"),
        "publishers": Column(
            pl.List(
                pl.Struct(
                    {
                        "publisher": pl.String,
                        "first_seen_date": pl.Date,
                        "last_seen_date": pl.Date,
                        "article_count": pl.Int64,
                    }
                )
            ),
            "where, from and to when (days of publication), articles there; earliest first",
        ),
        "article_count": Column(pl.Int64, "articles as they stand now that credit the reporter", is_required=True),
        "first_seen_date": Column(pl.Date, "day of the first article"),
        "last_seen_date": Column(pl.Date, "day of the last article"),
        "evidence": Column(
            pl.List(pl.Struct({"kind": pl.String, "value": pl.String})),
            "why these bylines are one person: same_email, same_publisher, same_article, same_text (copies) or "
            "one_byline",
        ),
        "hints": Column(
            pl.List(pl.Struct({"kind": pl.String, "reporter_id": pl.String, "confidence": pl.Float64})),
            "who may be the same person and was not joined: same_local_part (name, and address before the @); 0 to 1",
        ),
        "bylines": Column(
            pl.List(pl.Struct({"name": pl.String, "publisher": pl.String, "email": pl.String})),
            "the bylines that were joined, by key of the name; null e-mail: none, or a desk's",
        ),
        "merged_into": Column(pl.String, "the reporter that this one turned out to be; null for all others"),
        "state_sha256": Column(
            pl.String, "digest of what the row tells: equal means nothing to tell", is_required=True
        ),
        "linker": Column(pl.String, "name and version of what joined them", is_required=True),
        "linked_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)

HISTORY_TABLES = (CHANGES, REPORTERS)
