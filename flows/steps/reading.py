"""Read captures: WARC records -> articles -> one Parquet file a batch. Runs in a worker process."""

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flows.extraction.article import EXTRACTOR, Article, Outcome, Page
from flows.extraction.identity import article_id, original_id
from flows.extraction.reader import extract
from flows.fetching.outcomes import Reason
from flows.fetching.robots import MAX_ROBOTS_BYTES
from flows.fetching.tdmrep import MAX_BYTES
from flows.fetching.warc import read_payload
from flows.lake import batches
from flows.lake.due import Unread
from flows.lake.schema import Row
from flows.lake.tables import ARTICLES
from flows.records import record
from flows.steps.warc_files import FOLDER
from flows.workers import SHARE_OF_DEADLINE

MAX_COUNT = 2**31  # more comments than people are a fault of the page
MAX_PAYLOAD_BYTES = 20 * 2**20  # what the fetcher lets in; saved pages may be no larger
MOST_BATCHES = 4
"""A batch of reading is at most so many times `batch_pages`: reading takes a third of what annotating takes, and a
commit costs some 0.1 s of the one writer whatever it brings in."""
READING_SHARE_OF_DEADLINE = SHARE_OF_DEADLINE / MOST_BATCHES
"""So a page that hangs is noticed as early in the largest batch as in one of the usual size and share."""


@dataclass(frozen=True, slots=True)
class BatchRead:
    """One batch read: its file for the writer, and how its pages ended."""

    batch: str
    file: batches.BatchFile
    outcomes: dict[str, int]


def batch_size(page_count: int, worker_count: int, least: int) -> int:
    """Pages a batch: `least`, or more where so many wait that each worker still has at least eight batches."""
    return min(MOST_BATCHES * least, max(least, page_count // (8 * worker_count)))


def warm_up() -> None:
    """Load parsers and language models before any deadline runs."""
    extract(Page(id="warm-up", input="", payload=b"<html><body><p>warm up</p></body></html>"))


def read_batch(lake: Path, unread: tuple[Unread, ...]) -> BatchRead:
    """Read a batch of captures into one Parquet file. A page that cannot be read is a row that says why."""
    return write_batch(lake, ((capture, read_one(lake, capture)) for capture in unread))


def lost_batch(lake: Path, capture: Unread, is_late: bool, says: str) -> BatchRead:
    """The batch of one page whose worker was killed or died on it: it gets its row all the same."""
    outcome = Outcome.DEADLINE if is_late else Outcome.CRASHED
    article = Article(id=capture.capture_id, input=capture.capture_id, outcome=outcome, reason=says, url=capture.url)
    return write_batch(lake, [(capture, article)])


def read_one(lake: Path, capture: Unread) -> Article:
    """Read one capture from its WARC record; a record that is damaged by now is a row that says so."""
    path = lake / FOLDER / capture.warc_file
    record = read_payload(path, capture.warc_offset, capture.warc_bytes, MAX_PAYLOAD_BYTES)
    if record.problem is not None:
        return Article(
            id=capture.capture_id,
            input=capture.capture_id,
            outcome=Outcome.READER_ERROR,
            reason=f"its WARC record cannot be read: {record.detail or record.problem.value}",
            url=capture.url,
        )
    return extract(
        Page(
            id=capture.capture_id,
            input=capture.capture_id,
            payload=record.payload,
            url=capture.url,
            captured_at=capture.captured_at,
            content_type=capture.content_type,
            headers=record.headers,
            robots_txt=_beside(
                lake, capture.robots_file, capture.robots_offset, capture.robots_bytes, MAX_ROBOTS_BYTES
            ),
            tdmrep_json=_beside(lake, capture.tdmrep_file, capture.tdmrep_offset, capture.tdmrep_bytes, MAX_BYTES),
            timezone=capture.timezone,
            publisher=capture.publisher,
            is_truncated=capture.truncated is not None,
        )
    )


@functools.lru_cache(maxsize=256)
def _beside(lake: Path, file: str | None, offset: int | None, length: int | None, most_bytes: int) -> str | None:
    """The robots.txt or tdmrep.json in force at a capture; pages of one host share them."""
    if file is None or offset is None or length is None:
        return None
    record = read_payload(lake / FOLDER / file, offset, length, most_bytes)
    if record.problem not in (None, Reason.DECODED_TOO_LARGE):  # of one that is too long, the beginning is there
        return None  # one signal less, not one article less
    return record.payload.decode("utf-8", "replace") if record.status in (None, 200) else None


def write_batch(lake: Path, read: Iterable[tuple[Unread, Article]]) -> BatchRead:
    """Write the rows of one batch."""
    pairs = list(read)
    now = datetime.now(UTC)
    batch = batches.batch_id("extract", EXTRACTOR, [_key(capture) for capture, _ in pairs])
    rows = [row(capture, article, now) for capture, article in pairs]
    file = batches.write(lake, ARTICLES, rows, batch)
    return BatchRead(batch, file, dict(Counter(article.outcome.value for _, article in pairs)))


def _key(capture: Unread) -> str:
    """What a batch is named after. A page tried again is a new input, or its new row would pass for a committed one."""
    return capture.capture_id if capture.attempt == 1 else f"{capture.capture_id}#{capture.attempt}"


def row(capture: Unread, article: Article, extracted_at: datetime) -> Row:
    """One row of staging.articles."""
    published_at, published_date = moment(article.published_at)
    modified_at, _ = moment(article.modified_at)
    return {
        "capture_id": capture.capture_id,
        "article_id": article_id(article),
        "source_id": capture.source_id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "original_url": article.original_url,
        "original_article_id": original_id(article),
        "captured_at": capture.captured_at,
        "attempt": capture.attempt,
        "outcome": article.outcome.value,
        "reason": article.reason,
        "lang": article.lang,
        "publisher": article.publisher,
        "portal": article.portal,
        "title": article.title,
        "title_markers": list(article.title_markers),
        "subtitle": list(article.subtitle),
        "section": article.section,
        "published_at": published_at,
        "published_date": published_date,
        "published_precision": article.published_precision,
        "published_source": article.published_source,
        "published_stated": article.published_at,
        "modified_at": modified_at,
        "authors": [record(one) for one in article.authors],
        "body": list(article.body),
        "body_chars": sum(map(len, article.body)),
        "text_sha256": text_sha256(article.title, article.body),
        "paragraph_count": len(article.body),
        "captions": [record(one) for one in article.captions],
        "links": [record(one) for one in article.links],
        "related_headlines": [record(one) for one in article.related_headlines],
        "comment_count": article.comment_count if (article.comment_count or 0) < MAX_COUNT else None,
        "topics": list(article.topics),
        "is_paywalled": article.paywalled,
        "rights_holder": article.rights.holder,
        "rights_reproduction": article.rights.reproduction,
        "rights_redistribution": article.rights.redistribution,
        "rights_ai_training": article.rights.ai_training,
        "rights_notice": article.rights.raw,
        "rights_signals": [record(one) for one in article.rights.signals],
        "method": article.quality.method,
        "machine_written": list(article.quality.machine_written),
        "corrections": list(article.quality.corrections),
        "charset_declared": article.quality.charset_declared,
        "charset_used": article.quality.charset_used,
        "replacement_share": article.quality.replacement_share,
        "is_truncated": article.quality.is_truncated,
        "extractor": article.extractor,
        "extracted_at": extracted_at,
    }


def text_sha256(title: str | None, body: Sequence[str]) -> str:
    """Digest of headline and body, hex: what `sha256(concat_ws(chr(10), title, array_to_string(body, chr(10))))` is.

    A lone surrogate counts as U+FFFD, which is what the table keeps of it.
    """
    lines = list(body) if title is None else [title, "\n".join(body)]
    text = "\n".join(lines).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return hashlib.sha256(text.encode()).hexdigest()


def moment(stated: str | None) -> tuple[datetime | None, date | None]:
    """A stated time as UTC instant, and its day in the zone that it was stated in."""
    if stated is None:
        return None, None
    there = datetime.fromisoformat(stated)
    if there.tzinfo is None:
        return None, there.date()
    try:
        return there.astimezone(UTC), there.date()
    except OverflowError:  # a day at either end of the calendar: no instant of ours
        return None, there.date()
