"""The search index: term lists of annotated texts -> postings sorted by term, forms of words, what a search shows.

An article is in the index once: under the newest of its texts. The work of a run grows with what is new.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from flows.enrichment.document import Field
from flows.extraction.article import EXTRACTOR
from flows.lake import batches, search_index
from flows.lake.batches import Count, Writer
from flows.lake.schema import Row, Table
from flows.lake.search_index import Indexed, Waiting
from flows.lake.search_tables import (
    POSTINGS,
    SEARCH_REPLACED,
    SEARCH_SENTENCES,
    SEARCH_SIZES,
    SEARCH_TEXTS,
    WORD_FORMS,
)

TEXTS_PER_BATCH = 10_000
"""Texts of one commit: some four million terms, half a gigabyte while they are sorted."""

PREFIXES = {
    Field.TEXT: "",
    Field.TITLE: "title:",
    Field.QUOTE: "quote:",
    Field.SPEAKER: "speaker:",
    Field.PERSON: "person:",
    Field.ORG: "org:",
}
_HANGUL = "[가-힣]"
_SENTENCE = r"(?:[^\n.!?。]|[.!?][\p{L}\p{N}])+[.!?。…]*[\"”’」』)]*"
"""For showing, not for reading: a full stop before a letter or digit is inside (`3.1`, `example.com`)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A batch of texts that is committed: what came of them, and how many they were."""

    counts: tuple[Count, ...]
    done: int


def waiting(writer: Writer, annotator: str) -> int:
    """How many texts that this annotator read wait for the index."""
    return search_index.waiting_count(writer.connection, EXTRACTOR, annotator)


def parts(writer: Writer, run_id: str, annotator: str, size: int = TEXTS_PER_BATCH) -> Iterator[Part]:
    """Bring the index up to date, a batch of texts at a time, and merge its files where there are many."""
    while some := search_index.waiting(writer.connection, EXTRACTOR, annotator, size):
        yield _index(writer, run_id, annotator, some)
    if merged := search_index.merge(writer.connection):
        yield Part((Count("Parquet files", "merged", merged),), 0)


def _index(writer: Writer, run_id: str, annotator: str, some: Sequence[Waiting]) -> Part:
    con = writer.connection
    kept = {row["capture_id"]: row for row in search_index.articles(con, EXTRACTOR, some).iter_rows(named=True)}
    held = search_index.indexed(con, [one.article_id for one in some])
    rows, replaced = settle(annotator, some, kept, held, search_index.next_number(con))
    found = [row for row in rows if row["outcome"] == "ok"]
    numbers = pl.DataFrame(
        {"capture_id": [row["capture_id"] for row in found], "number": [row["number"] for row in found]},
        schema={"capture_id": pl.String, "number": pl.Int32},
    )
    lists = search_index.terms(con, EXTRACTOR, annotator, some).join(numbers, on="capture_id")
    lengths = dict(lists.select("number", _length()).iter_rows())
    for row in found:
        row["length"] = lengths.get(row["number"], 0)
    shown = pl.DataFrame(
        [{"number": row["number"], **_pick(kept[row["capture_id"]], "title", "url", "text")} for row in found],
        schema={"number": pl.Int32, "title": pl.String, "url": pl.String, "text": pl.String},
    )
    batch = batches.batch_id("index", f"{EXTRACTOR} {annotator}", [one.capture_id for one in some])
    frames = [
        (SEARCH_TEXTS, SEARCH_TEXTS.frame({**row, "batch_id": batch} for row in rows)),
        (SEARCH_SENTENCES, sentences(shown, batch)),
        (SEARCH_REPLACED, SEARCH_REPLACED.frame({**row, "batch_id": batch} for row in replaced)),
        (SEARCH_SIZES, SEARCH_SIZES.frame([{**_added(rows, replaced, held), "batch_id": batch}])),
        *inverted(writer, lists, batch),
    ]
    files = [batches.write_frame(writer.lake, table, frame, batch) for table, frame in frames if frame.height]
    writer.commit("index", run_id, batch, files)
    outcomes = Counter(str(row["outcome"]) for row in rows)
    return Part(tuple(Count("indexed", outcome, count) for outcome, count in outcomes.items()), len(some))


def settle(
    annotator: str, some: Sequence[Waiting], kept: Mapping[str, Row], held: Mapping[str, Indexed], number: int
) -> tuple[list[dict[str, object]], list[Row]]:
    """Rows of staging.search_texts for texts in order of capture, and of those that they replace.

    A text is passed over where the index has a newer one of its article, or the same one read by the same versions.
    """
    rows: list[dict[str, object]] = []
    replaced: list[Row] = []
    now = datetime.now(UTC)
    latest = dict(held)
    for at, one in enumerate(some, number):
        article = kept[one.capture_id]
        before = latest.get(one.article_id)
        here = Indexed(at, one.captured_at, one.capture_id, article["text_sha256"], EXTRACTOR, annotator)
        outcome = "ok"
        if before and (one.captured_at, one.capture_id) < (before.captured_at, before.capture_id):
            outcome = "older_text"
        elif before and _said(before) == _said(here):
            outcome = "same_text"
        else:
            latest[one.article_id] = here
            if before:
                replaced.append({"number": before.number, "by_number": at})
        rows.append(
            {
                "number": at,
                "article_id": one.article_id,
                "capture_id": one.capture_id,
                "outcome": outcome,
                "captured_at": one.captured_at,
                "length": 0,
                "extractor": EXTRACTOR,
                "annotator": annotator,
                "indexed_at": now,
                **_pick(article, "publisher", "lang", "published_date", "text_sha256"),
            }
        )
    return rows, replaced


def _added(rows: Sequence[Row], replaced: Sequence[Row], held: Mapping[str, Indexed]) -> dict[str, int]:
    """What a batch adds to the number of texts and of their terms, less what it replaced."""
    lengths = {text.number: text.length for text in held.values()}
    lengths |= {row["number"]: row["length"] for row in rows}
    gone = [row["number"] for row in replaced]
    return {
        "text_count": sum(row["outcome"] == "ok" for row in rows) - len(gone),
        "term_count": sum(row["length"] for row in rows) - sum(lengths[number] for number in gone),
    }


def _said(text: Indexed) -> tuple[str, str, str]:
    return text.text_sha256, text.extractor, text.annotator


def _pick(row: Row, *names: str) -> dict[str, object]:
    return {name: row[name] for name in names}


def _length() -> pl.Expr:
    """Terms of headline, body and captions of a text: its length for the ranking."""
    return pl.col("fields").list.eval(pl.element() & int(Field.TEXT) > 0).list.sum().cast(pl.Int32).alias("length")


def sentences(shown: pl.DataFrame, batch: str) -> pl.DataFrame:
    """Rows of staging.search_sentences for some texts, from (number, title, url, text) a text."""
    headlines = shown.select("number", place=pl.lit(0, pl.Int32), sentence="title", url="url")
    cut = (
        shown.select("number", sentence=pl.col("text").str.extract_all(_SENTENCE))
        .explode("sentence")
        .with_columns(pl.col("sentence").str.strip_chars())
        .filter(pl.col("sentence") != "")
        .with_columns(place=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("number"), url=pl.lit(None, pl.String))
    )
    both = pl.concat([headlines, cut.select(headlines.columns)]).sort("number", "place")
    return both.with_columns(batch_id=pl.lit(batch))


def inverted(writer: Writer, lists: pl.DataFrame, batch: str) -> list[tuple[Table, pl.DataFrame]]:
    """Postings and new word forms of some texts, from (number, terms, positions, fields, forms, form_terms) a text."""
    flat = lists.select("number", term="terms", position="positions", field="fields").explode(
        "term", "position", "field"
    )
    flat = flat.drop_nulls("term")
    # Words repeat: they are sorted once, and the many rows by the number of their word.
    words = flat.select("term").unique().sort("term").with_row_index("rank")
    flat = flat.join(words, on="term").drop("term")
    postings = pl.concat([_postings(flat, words, int(field), prefix) for field, prefix in PREFIXES.items()])
    postings = postings.sort("term", "number").with_columns(batch_id=pl.lit(batch))
    return [
        (POSTINGS, postings.select(POSTINGS.schema.names())),
        (
            WORD_FORMS,
            search_index.new_forms(writer.connection, _forms(lists, postings).with_columns(batch_id=pl.lit(batch))),
        ),
    ]


def _postings(flat: pl.DataFrame, words: pl.DataFrame, field: int, prefix: str) -> pl.DataFrame:
    grouped = (
        flat.filter(pl.col("field") & field > 0)
        .sort("rank", "number", "position")
        .group_by("rank", "number", maintain_order=True)
        .agg(positions=pl.col("position"), occurrences=pl.len().cast(pl.Int32))
    )
    return grouped.join(words, on="rank").select(
        term=pl.lit(prefix) + pl.col("term"), number="number", occurrences="occurrences", positions="positions"
    )


def _forms(lists: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """Words as written with their terms; a term is a form of itself."""
    written = lists.select(form="forms", terms="form_terms").explode("form", "terms").drop_nulls("form")
    own = (
        postings.filter(~pl.col("term").str.contains(":", literal=True), pl.col("term").str.contains(_HANGUL))
        .group_by(form="term")
        .agg(text_count=pl.len().cast(pl.Int32))
        .select("form", terms="form", text_count="text_count")
    )
    counted = written.group_by("form", "terms").agg(text_count=pl.len().cast(pl.Int32))
    return pl.concat([counted, own]).group_by("form", "terms").agg(pl.col("text_count").max()).sort("form", "terms")
