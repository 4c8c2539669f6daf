"""A small lake with articles of every verdict, annotated by hand, for tests of what leaves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.extraction.article import EXTRACTOR
from flows.lake import annotation_tables as tables
from flows.lake.batches import Writer, writing
from flows.lake.copy_tables import SKETCHED, SKETCHES
from flows.lake.schema import Row, Table
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps import publishing
from tests.lake.test_batches import source

BEGINS_AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
ANNOTATOR = "hand/1"

VERDICTS: dict[str, tuple[str | None, str | None, str | None]] = {
    # article_id: reproduction, redistribution, AI training
    "a" * 32: ("allowed", "allowed", "prohibited"),
    "b" * 32: ("allowed", "prohibited", "allowed"),
    "c" * 32: ("prohibited", "allowed", None),
    "d" * 32: (None, None, None),
    "e" * 32: ("permission_required", "permission_required", "permission_required"),
}
OPEN, TRAINING, COPY_BANNED, SILENT, ASK = VERDICTS


def article(number: int, article_id: str, **more: object) -> dict[str, Any]:
    """One article, a day after the one before, by one of two papers."""
    at = BEGINS_AT + timedelta(days=number)
    reproduction, redistribution, ai_training = VERDICTS[article_id]
    body = [f"첫째 문단 {number}번이다.", '"다리를 고치겠다"고 노을시 한빛나 시장이 말했다.']
    return {
        "capture_id": f"urn:{article_id}", "article_id": article_id, "source_id": ("one", "two")[number % 2],
        "captured_at": at + timedelta(hours=1), "outcome": "ok", "published_at": at, "published_date": at.date(),
        "published_precision": "second", "publisher": ("노을일보", "새벽신문")[number % 2], "section": "사회",
        "url": f"https://paper.example/{number}", "title": f"=제목 {number}", "subtitle": ["덧제목"], "body": body,
        "body_chars": sum(map(len, body)), "lang": "ko", "topics": ["다리"],
        "authors": [{"name": "서가람", "role": "기자", "email": "garam@paper.example"}],
        "captions": [{"text": "다리 사진", "credit": None, "url": "https://paper.example/bridge.jpg"}],
        "links": [{"url": "https://city.example/plan", "text": "계획"}],
        "rights_reproduction": reproduction, "rights_redistribution": redistribution,
        "rights_ai_training": ai_training, "rights_holder": "노을일보", "rights_notice": "ⓒ 노을일보",
        "rights_signals": [], "extractor": EXTRACTOR, "extracted_at": at + timedelta(hours=2), **more,
    }  # fmt: skip


def annotations(article_id: str) -> list[tuple[Table, list[Row]]]:
    """People, an organisation, a place, a quote and keywords of one article."""
    frame = {"capture_id": f"urn:{article_id}", "article_id": article_id, "extractor": EXTRACTOR,
             "annotator": ANNOTATOR}  # fmt: skip
    mention = [{"paragraph": 1, "start": 15, "end": 18}]
    one = {**frame, "number": 0, "confidence": 0.9}
    kept: list[tuple[Table, list[Row]]] = [
        (tables.ANNOTATIONS, [{**frame, "outcome": "ok", "people_count": 1, "quote_count": 1, "annotation_count": 9,
                               "annotated_at": BEGINS_AT}]),
        (tables.PEOPLE, [{**one, "name": "한빛나", "org": "노을시", "role": "시장", "is_former": False,
                          "mentions": mention}]),
        (tables.ORGANISATIONS, [{**one, "name": "노을시청", "aliases": [], "mentions": mention}]),
        (tables.PLACES, [{**one, "name": "노을시", "aliases": [], "mentions": mention, "lat": 35.1, "lon": 129.0,
                          "country": "KR"}]),
        (tables.QUOTES, [{**one, "text": "다리를 고치겠다", "speaker": "한빛나 시장", "speaker_name": "한빛나",
                          "speaker_type": "person", "verb": "말했다", "paragraph": 1, "start": 0, "end": 10}]),
        (tables.DATES, [{**one, "text": "5월", "value": "2026-05", "paragraph": 0, "start": 0, "end": 2}]),
        (tables.AMOUNTS, [{**one, "text": "3억 원", "kind": "money", "value": 3e8, "unit": "KRW", "paragraph": 0,
                           "start": 3, "end": 7}]),
    ]  # fmt: skip
    words = ["다리", "노을시", "예산"]
    kept.append(
        (tables.KEYWORDS, [{**frame, "number": n, "term": word, "weight": 1 - n / 9} for n, word in enumerate(words)])
    )
    return kept


def sketches() -> list[tuple[Table, list[Row]]]:
    """An index of the articles in which a row names one by number only."""
    texts: list[Row] = [
        {"number": number, "article_id": article_id, "capture_id": f"urn:{article_id}", "article_batch_id": "articles",
         "outcome": "ok", "shingle_count": 2, "captured_at": BEGINS_AT, "extractor": EXTRACTOR, "sketcher": "hand/1",
         "sketched_at": BEGINS_AT}
        for number, article_id in enumerate(VERDICTS, 1)
    ]  # fmt: skip
    hashes: list[Row] = [
        {"number": number, "hash": 10 * number + n, "sketcher": "hand/1"} for number in range(1, 6) for n in range(2)
    ]
    return [(SKETCHED, texts), (SKETCHES, hashes)]


def fill(writer: Writer) -> None:
    """Two sources, five articles with a verdict each, annotated; views published."""
    writer.commit_rows("made", "run", "sources", [(SOURCES, [source("one"), source("two")])])
    rows = [article(number, article_id) for number, article_id in enumerate(VERDICTS)]
    writer.commit_rows("made", "run", "articles", [(ARTICLES, rows)])
    for article_id in VERDICTS:
        writer.commit_rows("made", "run", f"annotations-{article_id}", annotations(article_id))
    writer.commit_rows("made", "run", "sketches", sketches())
    publishing.publish(writer)


def made(folder: Path) -> Path:
    """The lake, made in a folder."""
    with writing(folder, "test") as writer:
        fill(writer)
    return folder
