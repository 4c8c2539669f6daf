"""Tables of the search: the terms of each article as annotating found them, and the index made of them."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.schema import INSTANT, Column, Layout, Table

MERGED_BYTES = 512_000_000
"""Files of the index are merged up to this size: of postings about 400,000 articles."""
SENTENCE_BYTES = 16_000_000
"""Files of sentences stay small, some 10,000 articles each: the catalogue tells which files hold an article, and of a
large one all would be read that says where its groups of rows lie (3 MB of 512, more than the sentences asked for)."""
POSTINGS_ROWS = 131_072
"""Postings in a group of rows. For every search it is read where all groups of all files lie, and of the groups those
with its words. Of a million articles both cost 43 ms of processor time together, 66 with groups of half the size and 40
with those of twice the size; for a phrase 57, 80 and 64."""

_NUMBER = Column(pl.Int32, "number of the text in the index (staging.search_texts)", is_required=True)

ARTICLE_TERMS = Table(
    name="staging.article_terms",
    grain="one row per article text annotated: the words under which a search finds it, in order",
    key=("capture_id", "extractor", "annotator"),
    columns={
        "capture_id": CAPTURE,
        "article_id": ARTICLE,
        "terms": Column(pl.List(pl.String), "morphemes and words of headline, body and captions, then of names"),
        "positions": Column(pl.List(pl.Int32), "place of each in the text, counted in terms"),
        "fields": Column(
            pl.List(pl.Int32),
            "where each stands, a sum of 1 text, 2 headline, 4 direct speech, 8 speaker, 16 person, 32 organisation",
        ),
        "forms": Column(pl.List(pl.String), "Korean words as written, each different analysis once"),
        "form_terms": Column(pl.List(pl.String), "terms of each of the forms, joined by blanks"),
        "extractor": Column(pl.String, "name and version of what read the text", is_required=True),
        "annotator": Column(pl.String, "names and versions of the enrichers", is_required=True),
        "batch_id": BATCH,
    },
)
SEARCH_TEXTS = Table(
    name="staging.search_texts",
    grain="one row per article text offered to the index, whatever came of it",
    key=("number",),
    columns={
        "number": Column(pl.Int32, "order of arrival, from 1; gaps are of killed runs", is_required=True),
        "article_id": ARTICLE,
        "capture_id": CAPTURE,
        "outcome": Column(
            pl.String, "ok, same_text or older_text (a newer one of the article was there)", is_required=True
        ),
        "publisher": Column(pl.String, "the news organisation; the source's name where the page does not state one"),
        "lang": Column(pl.String, "BCP 47"),
        "published_date": Column(pl.Date, "day of publication in the publisher's zone"),
        "captured_at": Column(INSTANT, "when the page was fetched, or saved", is_required=True),
        "length": Column(pl.Int32, "terms of headline, body and captions", is_required=True),
        "text_sha256": Column(pl.String, "digest of headline and body", is_required=True),
        "extractor": Column(pl.String, "name and version of what read the text", is_required=True),
        "annotator": Column(pl.String, "names and versions of the enrichers", is_required=True),
        "indexed_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
    layout=Layout(("number",), row_group_rows=122_880, file_bytes=MERGED_BYTES),
)
SEARCH_SENTENCES = Table(
    name="staging.search_sentences",
    grain="one row per sentence of an article text in the index: what a search shows of it",
    key=("number", "place"),
    columns={
        "number": _NUMBER,
        "place": Column(pl.Int32, "0 the headline, then the sentences of body and captions from 1", is_required=True),
        "sentence": Column(pl.String, "as written"),
        "url": Column(pl.String, "address after redirects; beside the headline only"),
        "batch_id": BATCH,
    },
    layout=Layout(("number", "place"), row_group_rows=4_096, file_bytes=SENTENCE_BYTES),
    has_own_keys=True,
)
SEARCH_REPLACED = Table(
    name="staging.search_replaced",
    grain="one row per article text in the index that a newer one of the same article has replaced",
    key=("number",),
    columns={
        "number": _NUMBER,
        "by_number": Column(pl.Int32, "the newer text", is_required=True),
        "batch_id": BATCH,
    },
    layout=Layout(("number",), row_group_rows=122_880, file_bytes=MERGED_BYTES),
)
SEARCH_SIZES = Table(
    name="staging.search_sizes",
    grain="one row per batch of the index: what it adds to the size of the corpus, replaced texts taken off",
    key=("batch_id",),
    columns={
        "text_count": Column(pl.Int64, "article texts that became findable, less those replaced", is_required=True),
        "term_count": Column(pl.Int64, "terms of the same", is_required=True),
        "batch_id": BATCH,
    },
    layout=Layout(("batch_id",), row_group_rows=122_880, file_bytes=MERGED_BYTES),
)
POSTINGS = Table(
    name="staging.postings",
    grain="one row per term, field and article text in the index, sorted in each file",
    key=("term", "number"),
    columns={
        "term": Column(
            pl.String,
            "the term; behind `title:`, `quote:`, `speaker:`, `person:` or `org:` where it stands in that field",
            is_required=True,
        ),
        "number": _NUMBER,
        "occurrences": Column(pl.Int32, "how often it stands there", is_required=True),
        "positions": Column(pl.List(pl.Int32), "where, counted in terms: what phrases are found by"),
        "batch_id": BATCH,
    },
    layout=Layout(("term", "number"), row_group_rows=POSTINGS_ROWS, file_bytes=MERGED_BYTES),
    has_own_keys=True,
)
WORD_FORMS = Table(
    name="staging.word_forms",
    grain="one row per Korean word as written and terms that it was read as: what SQL asks instead of an analyser",
    key=("form", "terms"),
    columns={
        "form": Column(pl.String, "the word as written, in small letters", is_required=True),
        "terms": Column(pl.String, "its terms, joined by blanks; empty where it has particles and endings only"),
        "text_count": Column(pl.Int32, "article texts that read it so, in the batch that did first", is_required=True),
        "batch_id": BATCH,
    },
    layout=Layout(("form", "terms"), row_group_rows=8_192, file_bytes=MERGED_BYTES),
)
INDEX_TABLES = (SEARCH_TEXTS, SEARCH_SENTENCES, SEARCH_REPLACED, SEARCH_SIZES, POSTINGS, WORD_FORMS)
SEARCH_TABLES = (ARTICLE_TERMS, *INDEX_TABLES)
