"""A lake with a search index over made-up articles, and a naive search that reads every article from end to end.

The naive search is the reference: no index, no SQL. It takes a query as a list of clauses, each a list of
(is_negative, field, alternatives), an alternative being terms that stand side by side.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from flows.enrichment.document import Field
from flows.lake import batches, views
from flows.lake.batches import writing
from flows.lake.search_tables import SEARCH_REPLACED, SEARCH_SENTENCES, SEARCH_SIZES, SEARCH_TEXTS
from flows.steps import indexing
from flows.steps.publishing import SQL

Literal = tuple[bool, str, list[list[str]]]
NAMES = {name.removesuffix(":"): int(code) for code, name in indexing.PREFIXES.items()}
K1, B = 1.2, 0.75


@dataclass
class Text:
    """One article as the index sees it: (term, position, fields) in order."""

    number: int
    terms: list[tuple[str, int, int]]
    publisher: str = "가온신문"
    published_date: date | None = date(2026, 1, 1)
    title: str = ""
    text: str = ""
    forms: list[tuple[str, str]] = field(default_factory=list)
    _standing: dict[str, set[tuple[int, str]]] = field(default_factory=dict)

    def standing(self, name: str) -> set[tuple[int, str]]:
        """(position, term) of one field; kept, since every query reads every text."""
        if name not in self._standing:
            self._standing[name] = {(at, term) for term, at, fields in self.terms if fields & NAMES[name]}
        return self._standing[name]

    @property
    def article_id(self) -> str:
        return f"a{self.number}"

    @property
    def length(self) -> int:
        return sum(1 for _, _, fields in self.terms if fields & Field.TEXT)


def build(lake: Path, texts: Sequence[Text], batch_size: int = 100_000, replaced: dict[int, int] | None = None) -> None:
    """Write the texts into the index of a new lake, in batches, and publish the macros."""
    with writing(lake, "test") as writer:
        for start in range(0, len(texts), batch_size):
            some = texts[start : start + batch_size]
            batch = f"index-test-{start}"
            rows = [_row(text, batch) for text in some]
            lists = pl.DataFrame(
                {
                    "number": [text.number for text in some],
                    "terms": [[term for term, _, _ in text.terms] for text in some],
                    "positions": [[position for _, position, _ in text.terms] for text in some],
                    "fields": [[int(fields) for _, _, fields in text.terms] for text in some],
                    "forms": [[form for form, _ in text.forms] for text in some],
                    "form_terms": [[parts for _, parts in text.forms] for text in some],
                },
                schema={
                    "number": pl.Int32,
                    "terms": pl.List(pl.String),
                    "positions": pl.List(pl.Int32),
                    "fields": pl.List(pl.Int32),
                    "forms": pl.List(pl.String),
                    "form_terms": pl.List(pl.String),
                },
            )
            shown = pl.DataFrame(
                [(t.number, t.title, f"https://x.example/{t.number}", t.text) for t in some],
                orient="row",
                schema={"number": pl.Int32, "title": pl.String, "url": pl.String, "text": pl.String},
            )
            gone = [{"number": a, "by_number": b, "batch_id": batch} for a, b in (replaced or {}).items()]
            lost = [text for text in texts if start == 0 and text.number in (replaced or {})]
            size = {
                "text_count": len(some) - len(lost),
                "term_count": sum(text.length for text in some) - sum(text.length for text in lost),
                "batch_id": batch,
            }
            frames = [
                (SEARCH_SIZES, SEARCH_SIZES.frame([size])),
                (SEARCH_TEXTS, SEARCH_TEXTS.frame(rows)),
                (SEARCH_SENTENCES, indexing.sentences(shown, batch)),
                (SEARCH_REPLACED, SEARCH_REPLACED.frame(gone if start == 0 else [])),
                *indexing.inverted(writer, lists, batch),
            ]
            files = [batches.write_frame(lake, table, frame, batch) for table, frame in frames if frame.height]
            writer.commit("index", "test", batch, files)
        views.publish(writer.connection, [file for file in views.read(SQL) if is_search(file)])


def is_search(file: views.SqlFile) -> bool:
    """Whether a macro needs nothing but the index."""
    return file.name in {"search", "matching", "search_words"}


def _row(text: Text, batch: str) -> dict[str, object]:
    return {
        "number": text.number,
        "article_id": text.article_id,
        "capture_id": f"c{text.number}",
        "outcome": "ok",
        "publisher": text.publisher,
        "lang": "ko",
        "published_date": text.published_date,
        "captured_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=text.number),
        "length": text.length,
        "text_sha256": "x",
        "extractor": "e",
        "annotator": "a",
        "indexed_at": datetime.now(UTC),
        "batch_id": batch,
    }


def occurrences(text: Text, literal: Literal) -> int:
    """How often a word or phrase stands in a text: read from end to end."""
    _, name, alternatives = literal
    there = text.standing(name)
    return sum(
        all((position + step, part) in there for step, part in enumerate(parts))
        for parts in alternatives
        for position, first in there
        if first == parts[0]
    )


def scan(texts: Sequence[Text], clauses: Sequence[Sequence[Literal]]) -> dict[str, float]:
    """article_id -> BM25 of every text that meets every clause (Robertson and Zaragoza 2009, Lucene's idf)."""
    literals = [literal for clause in clauses for literal in clause]
    counts = {text.number: [occurrences(text, literal) for literal in literals] for text in texts}
    mean = sum(text.length for text in texts) / len(texts)
    weights = []
    for index in range(len(literals)):
        have = sum(1 for found in counts.values() if found[index])
        weights.append(math.log(1 + (len(texts) - have + 0.5) / (have + 0.5)))
    out = {}
    for text in texts:
        found, at, is_good = counts[text.number], 0, True
        for clause in clauses:
            met = [bool(found[at + i]) != literal[0] for i, literal in enumerate(clause)]
            is_good, at = is_good and any(met), at + len(clause)
        if is_good:
            norm = K1 * (1 - B + B * text.length / mean)
            out[text.article_id] = sum(
                weights[i] * count * (K1 + 1) / (count + norm)
                for i, (count, literal) in enumerate(zip(found, literals, strict=True))
                if count and not literal[0]
            )
    return out
