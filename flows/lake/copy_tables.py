"""Tables of the `link` flow about copies: sketches, pairs, groups, and what a cap stopped."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.schema import INSTANT, Column, Table

_SKETCHER = Column(pl.String, "names and versions of what made the sketch", is_required=True)
_LINKER = Column(pl.String, "names and versions of what gave the verdict", is_required=True)

SKETCHED = Table(
    name="staging.sketched",
    grain="one row per article text offered to the search for copies, whatever came of it",
    key=("number",),
    columns={
        "number": Column(pl.Int64, "order of arrival, from 1; gaps are of killed runs", is_required=True),
        "article_id": ARTICLE,
        "capture_id": CAPTURE,
        "article_batch_id": Column(pl.String, "batch that holds the text in staging.articles", is_required=True),
        "outcome": Column(
            pl.String, "ok, no_text, too_short, same_text, deadline or crashed (docs/linking.md)", is_required=True
        ),
        "reason": Column(pl.String, "short reason beside the outcome"),
        "text_sha256": Column(pl.String, "of headline and body, hex; null where the text was not read"),
        "shingle_count": Column(pl.Int32, "different word 3-grams of the text", is_required=True),
        "publisher": Column(pl.String, "the news organisation; the source's name where the page does not state one"),
        "portal": Column(pl.String, "portal that shows the article, when it is not the publisher"),
        "published_at": Column(INSTANT, "publication as the page states it"),
        "published_date": Column(pl.Date, "day of publication in the publisher's zone"),
        "captured_at": Column(INSTANT, "when the page was fetched, or saved", is_required=True),
        "wire_source": Column(pl.String, "agency or sender of a press release that the text names as its source"),
        "wire_kind": Column(pl.String, "agency or press_release"),
        "wire_stated": Column(pl.String, "the words that name it"),
        "extractor": Column(pl.String, "name and version of what read the text", is_required=True),
        "sketcher": _SKETCHER,
        "sketched_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
)
SKETCHES = Table(
    name="staging.sketches",
    grain="one row per article text and sampled word 3-gram: the index in which copies find each other",
    key=("number", "hash"),
    columns={
        "number": Column(pl.Int64, "the text (staging.sketched)", is_required=True),
        "hash": Column(pl.Int64, "number of the 3-gram, 64 bits", is_required=True),
        "sketcher": _SKETCHER,
        "batch_id": BATCH,
    },
)
COPIES = Table(
    name="staging.copies",
    grain="one row per pair of article texts of which one is a copy of the other, whole or in part",
    key=("number", "first_number", "linker"),
    columns={
        "number": Column(pl.Int64, "the later text (staging.sketched)", is_required=True),
        "first_number": Column(pl.Int64, "the earlier text (staging.sketched)", is_required=True),
        "article_id": Column(pl.String, "article of the later text", is_required=True),
        "first_article_id": Column(pl.String, "article of the earlier text", is_required=True),
        "first_by": Column(
            pl.String,
            "what tells which was first: credit (the later names the earlier's publisher), portal (the later is "
            "shown by one), published, captured, number",
            is_required=True,
        ),
        "shared_count": Column(pl.Int32, "different word 3-grams in common", is_required=True),
        "share_of_later": Column(pl.Float64, "share of the later text in common, 0 to 1", is_required=True),
        "share_of_first": Column(pl.Float64, "share of the earlier text in common, 0 to 1", is_required=True),
        "jaccard": Column(pl.Float64, "3-grams in common of all 3-grams of both, 0 to 1", is_required=True),
        "linker": _LINKER,
        "compared_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
)
COPY_GROUPS = Table(
    name="staging.copy_groups",
    grain="one row per article and group of copies that it was put into: the one with the highest through_number holds",
    key=("article_id", "linker", "through_number"),
    columns={
        "article_id": Column(pl.String, "article", is_required=True),
        "group_id": Column(pl.String, "article that founded the group; stays when articles join", is_required=True),
        "number": Column(pl.Int64, "first text of the article that was joined (staging.sketched)", is_required=True),
        "through_number": Column(pl.Int64, "last text that was known then", is_required=True),
        "linker": _LINKER,
        "batch_id": BATCH,
    },
)
COPY_LIMITS = Table(
    name="staging.copy_limits",
    grain="one row per cap that stopped the search for copies at one place",
    key=("linker", "through_number", "limit_number"),
    columns={
        "through_number": Column(pl.Int64, "last text that was known then", is_required=True),
        "limit_number": Column(pl.Int32, "from 0 within the step", is_required=True),
        "cap": Column(
            pl.String,
            "template (a 3-gram of too many articles), standing_line (of one publisher's many), group_full, chain or "
            "unreadable",
            is_required=True,
        ),
        "says": Column(pl.String, "one sentence for a person", is_required=True),
        "article_id": Column(pl.String, "article kept out, or one that carries the 3-gram"),
        "group_id": Column(pl.String, "group that stayed as it was"),
        "article_count": Column(pl.Int64, "articles that carry the 3-gram, or are in the group"),
        "linker": _LINKER,
        "batch_id": BATCH,
    },
)
COMPARED = Table(
    name="staging.compared",
    grain="one row per step of the search for copies: which texts were held against all before them",
    key=("from_number", "linker"),
    columns={
        "from_number": Column(pl.Int64, "first text of the step", is_required=True),
        "through_number": Column(pl.Int64, "last text of the step", is_required=True),
        "text_count": Column(pl.Int64, "texts with a sketch", is_required=True),
        "candidate_count": Column(pl.Int64, "pairs compared word for word", is_required=True),
        "copy_count": Column(pl.Int64, "pairs found to be copies", is_required=True),
        "limit_count": Column(pl.Int64, "rows in staging.copy_limits", is_required=True),
        "linker": _LINKER,
        "compared_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
)
COPY_TABLES = (SKETCHED, SKETCHES, COPIES, COPY_GROUPS, COPY_LIMITS, COMPARED)
