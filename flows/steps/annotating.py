"""Annotate articles: rows of staging.articles -> the annotation tables, one Parquet file a table and batch.

Runs in a worker process, which reads its articles from the lake by capture id.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.enrichment.annotator import annotate, annotator
from flows.enrichment.document import Annotations, Document, Outcome
from flows.enrichment.transformers import Transformers
from flows.lake import batches, catalog
from flows.lake.annotation_tables import ANNOTATION_TABLES, ANNOTATIONS
from flows.lake.schema import Row
from flows.lake.search_tables import ARTICLE_TERMS
from flows.records import record

_TABLES = (ANNOTATIONS, *ANNOTATION_TABLES, ARTICLE_TERMS)

_TERM_LISTS = ("terms", "positions", "fields", "forms", "form_terms")

Key = tuple[str, str]
"""capture_id and batch_id of one article: the batch leads to the one file that holds the text."""


@dataclass(frozen=True, slots=True)
class BatchAnnotated:
    """One batch annotated: its files for the writer, how its articles ended, and how many annotations they gave."""

    batch: str
    files: tuple[batches.BatchFile, ...]
    outcomes: dict[str, int]
    annotations: dict[str, int]  # by table


def warm_up(models: Transformers) -> None:
    """Load the language models before any deadline runs."""
    annotate(Document(id="warm-up", title="Warm-up", body=("준비 운동을 합니다.",), lang="ko"), models)


def annotate_batch(
    lake: Path, extractor: str, models: Transformers, keys: tuple[Key, ...], again: str = ""
) -> BatchAnnotated:
    """Annotate a batch of articles. One that cannot be annotated is a row that says why.

    `again` is empty the first time; texts that were lost and are tried again have something new there, or their batch
    would pass for the one that was committed.
    """
    documents = _documents(lake, extractor, keys)
    said = [(document, article_id, annotate(document, models)) for document, article_id in documents]
    return write_batch(lake, extractor, said, again)


def lost_batch(
    lake: Path, extractor: str, models: Transformers, key: Key, is_late: bool, says: str, again: str = ""
) -> BatchAnnotated:
    """The batch of one article whose worker was killed or died on it: it gets its row all the same."""
    outcome = Outcome.DEADLINE if is_late else Outcome.CRASHED
    failed = Annotations(outcome=outcome, reason=says, annotator=annotator(models))
    said = [(document, article_id, failed) for document, article_id in _documents(lake, extractor, (key,))]
    return write_batch(lake, extractor, said, again)


@functools.cache
def _connection(lake: Path) -> duckdb.DuckDBPyConnection:
    """One attached lake a worker process: attaching costs as much as annotating several articles."""
    return catalog.read(lake)


def _documents(lake: Path, extractor: str, keys: Sequence[Key]) -> list[tuple[Document, str]]:
    with closing(_connection(lake).cursor()) as cursor:
        rows = cursor.execute(
            """
            SELECT capture_id, article_id, title, body, list_transform(captions, lambda c: c.text), lang, publisher,
                   published_stated, list_transform(authors, lambda a: a.name)
            FROM lake.staging.articles
            WHERE extractor = ? AND outcome = 'ok' AND batch_id IN (SELECT unnest(?::VARCHAR[]))
              AND capture_id IN (SELECT unnest(?::VARCHAR[]))
            ORDER BY capture_id
            """,
            [extractor, sorted({batch for _, batch in keys}), [capture for capture, _ in keys]],
        ).fetchall()
    return [
        (
            Document(
                id=capture_id,
                title=title,
                body=tuple(body or ()),
                captions=tuple(text or "" for text in captions or ()),
                lang=lang,
                publisher=publisher,
                published_at=aware(stated),
                author_names=tuple(name for name in names or () if name),
            ),
            article_id,
        )
        for capture_id, article_id, title, body, captions, lang, publisher, stated, names in rows
    ]


def aware(stated: str | None) -> datetime | None:
    """A stated time as an instant; None where it has no offset."""
    there = datetime.fromisoformat(stated) if stated else None
    return there if there is not None and there.tzinfo is not None else None


def write_batch(
    lake: Path, extractor: str, annotated: Iterable[tuple[Document, str, Annotations]], again: str = ""
) -> BatchAnnotated:
    """Write the rows of one batch, one file a table; a table without rows gets none."""
    triples = list(annotated)
    now = datetime.now(UTC)
    names = " ".join(sorted({annotations.annotator for _, _, annotations in triples}))
    versions = f"{extractor} {names}" + (f" {again}" if again else "")
    batch = batches.batch_id("enrich", versions, [document.id for document, _, _ in triples])
    rows = rows_of(extractor, triples, now)
    files = tuple(batches.write(lake, table, rows[table.name], batch) for table in _TABLES if rows[table.name])
    return BatchAnnotated(
        batch,
        files,
        dict(Counter(annotations.outcome.value for _, _, annotations in triples)),
        {table.name.split(".")[1]: len(rows[table.name]) for table in ANNOTATION_TABLES},
    )


def rows_of(
    extractor: str, annotated: Iterable[tuple[Document, str, Annotations]], now: datetime
) -> dict[str, list[Row]]:
    """Table -> its rows for some annotated texts, given with their article ids."""
    rows: dict[str, list[Row]] = {table.name: [] for table in _TABLES}
    for document, article_id, annotations in annotated:
        frame = {"capture_id": document.id, "article_id": article_id, "extractor": extractor}
        _add_rows(rows, {**frame, "annotator": annotations.annotator}, annotations, now)
    return rows


def _add_rows(rows: dict[str, list[Row]], frame: dict[str, str], said: Annotations, now: datetime) -> None:
    total = 0
    for table in ANNOTATION_TABLES:
        items = getattr(said, table.name.split(".")[1])
        total += len(items)
        for number, item in enumerate(items):
            values = record(item)
            if "former" in values:
                values["is_former"] = values.pop("former")
            rows[table.name].append({**frame, "number": number, **values})
    rows[ANNOTATIONS.name].append(
        {
            **frame,
            "outcome": said.outcome.value,
            "reason": said.reason,
            "people_count": len(said.people),
            "quote_count": len(said.quotes),
            "annotation_count": total,
            "annotated_at": now,
        }
    )
    if said.outcome is Outcome.OK:
        rows[ARTICLE_TERMS.name].append({**frame, **{name: getattr(said.terms, name) for name in _TERM_LISTS}})
