"""Annotate articles: rows of staging.articles -> the annotation tables, one Parquet file a table and batch.

Runs in a worker process, which reads its articles from the lake by capture id.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.enrichment.annotator import ANNOTATOR, annotate
from flows.enrichment.document import Annotations, Document, Outcome
from flows.lake import batches, catalog
from flows.lake.schema import Row
from flows.lake.tables import ANNOTATION_TABLES, ANNOTATIONS


@dataclass(frozen=True, slots=True)
class BatchAnnotated:
    """One batch annotated: its files for the writer, how its articles ended, and how many annotations they gave."""

    batch: str
    files: tuple[batches.BatchFile, ...]
    outcomes: dict[str, int]
    annotations: dict[str, int]  # by table


def warm_up() -> None:
    """Load the language models before any deadline runs."""
    annotate(Document(id="warm-up", title="준비", body=("준비 운동을 합니다.",), lang="ko"))


def annotate_batch(lake: Path, extractor: str, capture_ids: tuple[str, ...]) -> BatchAnnotated:
    """Annotate a batch of articles. One that cannot be annotated is a row that says why."""
    documents = _documents(lake, extractor, capture_ids)
    return write_batch(lake, [(document, article_id, annotate(document)) for document, article_id in documents])


def lost_batch(lake: Path, extractor: str, capture_id: str, is_late: bool, says: str) -> BatchAnnotated:
    """The batch of one article whose worker was killed or died on it: it gets its row all the same."""
    outcome = Outcome.DEADLINE if is_late else Outcome.CRASHED
    failed = Annotations(outcome=outcome, reason=says, annotator=ANNOTATOR)
    return write_batch(lake, [(doc, article, failed) for doc, article in _documents(lake, extractor, (capture_id,))])


@functools.cache
def _connection(lake: Path) -> duckdb.DuckDBPyConnection:
    """One attached lake a worker process: attaching costs as much as annotating several articles."""
    return catalog.read(lake)


def _documents(lake: Path, extractor: str, capture_ids: Sequence[str]) -> list[tuple[Document, str]]:
    with closing(_connection(lake).cursor()) as cursor:
        rows = cursor.execute(
            """
            SELECT capture_id, article_id, title, body, list_transform(captions, lambda c: c.text), lang, publisher,
                   published_stated, list_transform(authors, lambda a: a.name)
            FROM lake.staging.articles
            WHERE extractor = ? AND capture_id IN (SELECT unnest(?::VARCHAR[]))
            ORDER BY capture_id
            """,
            [extractor, list(capture_ids)],
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
                published_at=_aware(stated),
                author_names=tuple(name for name in names or () if name),
            ),
            article_id,
        )
        for capture_id, article_id, title, body, captions, lang, publisher, stated, names in rows
    ]


def _aware(stated: str | None) -> datetime | None:
    there = datetime.fromisoformat(stated) if stated else None
    return there if there is not None and there.tzinfo is not None else None


def write_batch(lake: Path, annotated: Iterable[tuple[Document, str, Annotations]]) -> BatchAnnotated:
    """Write the rows of one batch, one file a table; a table without rows gets none."""
    triples = list(annotated)
    now = datetime.now(UTC)
    batch = batches.batch_id("enrich", ANNOTATOR, [document.id for document, _, _ in triples])
    rows: dict[str, list[Row]] = {table.name: [] for table in (ANNOTATIONS, *ANNOTATION_TABLES)}
    for document, article_id, annotations in triples:
        _add_rows(rows, document.id, article_id, annotations, now)
    files = tuple(
        batches.write(lake, table, rows[table.name], batch)
        for table in (ANNOTATIONS, *ANNOTATION_TABLES)
        if rows[table.name]
    )
    return BatchAnnotated(
        batch,
        files,
        dict(Counter(annotations.outcome.value for _, _, annotations in triples)),
        {table.name.split(".")[1]: len(rows[table.name]) for table in ANNOTATION_TABLES},
    )


def _add_rows(rows: dict[str, list[Row]], capture_id: str, article_id: str, said: Annotations, now: datetime) -> None:
    frame = {"capture_id": capture_id, "article_id": article_id, "annotator": said.annotator}
    total = 0
    for table in ANNOTATION_TABLES:
        items = getattr(said, table.name.split(".")[1])
        total += len(items)
        for number, item in enumerate(items):
            values = asdict(item)
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
