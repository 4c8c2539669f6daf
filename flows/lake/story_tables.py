"""The table of stories: which article belongs to which, and by what. Declared here, listed in `tables`."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.schema import INSTANT, Column, Table

STORY_ARTICLES = Table(
    name="staging.story_articles",
    grain="one row per article and text offered to the search for stories; an article that is in a story stays there",
    key=("number",),
    columns={
        "number": Column(pl.Int64, "order of placing, from 1", is_required=True),
        "article_id": ARTICLE,
        "outcome": Column(
            pl.String,
            "joined, opened, copy, continued, too_few_terms or not_annotated (docs/linking.md)",
            is_required=True,
        ),
        "story_id": Column(pl.String, "stable id, made of the article that opened the story; null = in none"),
        "opened_at": Column(INSTANT, "time of the article that opened the story"),
        "news_at": Column(
            INSTANT,
            "time of the article: publication (noon in UTC where only the day is stated), never after the capture",
            is_required=True,
        ),
        "likeness": Column(pl.Float64, "cosine to the story as it was then, 0 to 1; null for copies and without terms"),
        "terms": Column(
            pl.List(pl.Struct({"kind": pl.String, "term": pl.String, "weight": pl.Int32})),
            "what it was compared by, heaviest first: person, organisation, place or keyword; weight in "
            "ten-thousandths of the vector's length; null for copies",
        ),
        "cap": Column(pl.String, "what keeps it out of the story that it continues: full or long; else null"),
        "continues_story_id": Column(pl.String, "story that it is like and that a cap keeps it out of; else null"),
        "common_term_count": Column(
            pl.Int32, "of its ten heaviest terms, those that too many stories hold to bring any up", is_required=True
        ),
        "capture_id": CAPTURE,
        "extractor": Column(pl.String, "name and version of what read the text", is_required=True),
        "annotator": Column(pl.String, "names and versions of the enrichers that gave the terms", is_required=True),
        "linker": Column(pl.String, "name and version of the grouping", is_required=True),
        "placed_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)

STORY_TABLES = (STORY_ARTICLES,)
