"""Compare consecutive captures of articles: rows of staging.articles -> staging.changes.

Which pairs are left to compare is asked of narrow columns; texts are read only of those, so a day costs its own
captures. A pair is compared once for each extractor that read both and each version of the comparison.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from flows.lake import batches
from flows.lake.batches import Count, Writer
from flows.lake.history_tables import CHANGES
from flows.lake.schema import Row
from flows.linking.versions import DIFFER, Outcome, Text, compare
from flows.steps.linking import Linked, Linking, Step

BATCH_PAIRS = 500


@dataclass(frozen=True, slots=True)
class Side:
    """One capture of a pair. The batch leads to the one file that holds its text."""

    capture_id: str
    batch_id: str
    captured_at: datetime
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two consecutive captures of an article, read by one extractor."""

    article_id: str
    extractor: str
    old: Side
    new: Side


_UNCOMPARED = """
    WITH pairs AS (
        SELECT article_id, extractor,
               lag(capture_id) OVER series AS old_id, lag(batch_id) OVER series AS old_batch,
               lag(captured_at) OVER series AS old_at, lag(modified_at) OVER series AS old_modified,
               capture_id, batch_id, captured_at, modified_at
        FROM lake.staging.articles
        WHERE outcome = 'ok'
        WINDOW series AS (PARTITION BY article_id, extractor ORDER BY captured_at, capture_id)
    )
    SELECT pairs.* FROM pairs ANTI JOIN (
        SELECT * FROM lake.staging.changes WHERE differ = ?
    ) AS done ON done.article_id = pairs.article_id AND done.extractor = pairs.extractor
        AND done.old_capture_id = old_id AND done.new_capture_id = capture_id
    WHERE old_id IS NOT NULL
"""


def waiting(writer: Writer) -> int:
    """How many pairs were not compared yet."""
    found = writer.connection.execute(f"SELECT count(*) FROM ({_UNCOMPARED})", [DIFFER]).fetchone()
    return int(found[0]) if found else 0


def parts(linking: Linking) -> Iterator[Linked]:
    """Compare every pair that was not compared yet, a batch at a time; run again, it finds nothing to do."""
    writer = linking.writer
    pairs = uncompared(writer.connection)
    for start in range(0, len(pairs), BATCH_PAIRS):
        some = pairs[start : start + BATCH_PAIRS]
        rows = compared(writer.connection, some, datetime.now(UTC))
        keys = [json.dumps([p.article_id, p.old.capture_id, p.new.capture_id, p.extractor]) for p in some]
        batch = batches.batch_id("link-versions", DIFFER, keys)
        writer.commit_rows("link", linking.run_id, batch, [(CHANGES, rows)])
        found = Counter(str(row["outcome"]) for row in rows)
        counts = (Count("changes", outcome.value, found[outcome.value]) for outcome in Outcome if found[outcome.value])
        yield Linked(tuple(counts), len(some))


VERSIONS_STEP = Step("versions", "pairs of captures", waiting, parts)


def uncompared(connection: duckdb.DuckDBPyConnection) -> list[Pair]:
    """Pairs of consecutive good captures of an article by one extractor that have no row yet, file by file."""
    rows = connection.execute(
        f"{_UNCOMPARED} ORDER BY pairs.batch_id, capture_id, pairs.extractor", [DIFFER]
    ).fetchall()
    return [Pair(row[0], row[1], Side(*row[2:6]), Side(*row[6:10])) for row in rows]


def compared(connection: duckdb.DuckDBPyConnection, pairs: Sequence[Pair], now: datetime) -> list[Row]:
    """The rows of some pairs, their texts read from the lake."""
    texts = _texts(connection, pairs)
    return [_row(pair, texts, now) for pair in pairs]


def _texts(connection: duckdb.DuckDBPyConnection, pairs: Sequence[Pair]) -> dict[tuple[str, str], Text]:
    sides = [side for pair in pairs for side in (pair.old, pair.new)]
    rows = connection.execute(
        """
        SELECT capture_id, extractor, title, body, title_markers FROM lake.staging.articles
        WHERE batch_id IN (SELECT unnest(?::VARCHAR[])) AND capture_id IN (SELECT unnest(?::VARCHAR[]))
        """,
        [sorted({side.batch_id for side in sides}), sorted({side.capture_id for side in sides})],
    ).fetchall()
    return {
        (capture_id, extractor): Text(title, tuple(body or ()), tuple(markers or ()))
        for capture_id, extractor, title, body, markers in rows
    }


def _row(pair: Pair, texts: dict[tuple[str, str], Text], now: datetime) -> dict[str, Any]:
    change = compare(texts[pair.old.capture_id, pair.extractor], texts[pair.new.capture_id, pair.extractor])
    return {
        "article_id": pair.article_id,
        "old_capture_id": pair.old.capture_id,
        "new_capture_id": pair.new.capture_id,
        "old_captured_at": pair.old.captured_at,
        "new_captured_at": pair.new.captured_at,
        "seconds_between": int((pair.new.captured_at - pair.old.captured_at).total_seconds()),
        "outcome": change.outcome.value,
        "old_title": change.old_title,
        "new_title": change.new_title,
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "passages": [
            {
                "kind": passage.kind.value,
                "old_paragraph": passage.old_paragraph,
                "new_paragraph": passage.new_paragraph,
                "old_text": passage.old_text,
                "new_text": passage.new_text,
            }
            for passage in change.passages
        ],
        "is_declared": change.declared is not None,
        "notice_kind": change.declared.kind.value if change.declared else None,
        "notice": change.declared.text if change.declared else None,
        "is_time_moved": pair.old.modified_at != pair.new.modified_at,
        "extractor": pair.extractor,
        "differ": DIFFER,
        "compared_at": now,
    }
