"""A small lake with articles of every verdict, annotated by hand, for tests of what leaves it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.extraction.article import EXTRACTOR
from flows.lake import annotation_tables as tables
from flows.lake.batches import Writer, writing
from flows.lake.copy_tables import COMPARED, COPIES, COPY_GROUPS, SKETCHED, SKETCHES
from flows.lake.schema import Row, Table
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps import publishing
from tests.lake.test_batches import source

BEGINS_AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
ANNOTATOR = "hand/1"
SAID = '"다리를 고치겠다"고 노을시청 한빛나 시장이 말했다. 별내 다리에 5월 3억 원을 쓴다.'

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
    body = [f"첫째 문단 {number}번이다.", SAID, "다리는 오래되었다. " * 20]
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
    one = {**frame, "number": 0, "confidence": 0.9}

    def at(words: str) -> dict[str, int]:
        start = SAID.index(words)
        return {"paragraph": 1, "start": start, "end": start + len(words)}

    def named(words: str) -> dict[str, Any]:
        return {**one, "name": words, "mentions": [at(words)]}

    kept: list[tuple[Table, list[Row]]] = [
        (tables.ANNOTATIONS, [{**frame, "outcome": "ok", "people_count": 1, "quote_count": 1, "annotation_count": 9,
                               "annotated_at": BEGINS_AT}]),
        (tables.PEOPLE, [{**named("한빛나"), "org": "노을시", "role": "시장", "is_former": False}]),
        (tables.ORGANISATIONS, [{**named("노을시청"), "aliases": []}]),
        (tables.PLACES, [{**named("별내"), "aliases": [], "lat": 35.1, "lon": 129.0, "country": "KR"}]),
        (tables.QUOTES, [{**one, **at('"다리를 고치겠다"'), "text": "다리를 고치겠다", "speaker": "한빛나 시장",
                          "speaker_name": "한빛나", "speaker_type": "person", "verb": "말했다"}]),
        (tables.DATES, [{**one, **at("5월"), "text": "5월", "value": "2026-05"}]),
        (tables.AMOUNTS, [{**one, **at("3억 원"), "text": "3억 원", "kind": "money", "value": 3e8, "unit": "KRW"}]),
    ]  # fmt: skip
    words = ["다리", "노을시", "예산"]
    kept.append(
        (tables.KEYWORDS, [{**frame, "number": n, "term": word, "weight": 1 - n / 9} for n, word in enumerate(words)])
    )
    return kept


def sketches() -> list[tuple[Table, list[Row]]]:
    """An index of the articles in which a row names one by number only, and one article found to be a copy."""
    texts: list[Row] = [
        {"number": number, "article_id": article_id, "capture_id": f"urn:{article_id}", "article_batch_id": "articles",
         "outcome": "ok", "shingle_count": 2, "captured_at": BEGINS_AT, "extractor": EXTRACTOR, "sketcher": "hand/1",
         "sketched_at": BEGINS_AT}
        for number, article_id in enumerate(VERDICTS, 1)
    ]  # fmt: skip
    hashes: list[Row] = [
        {"number": number, "hash": 10 * number + n, "sketcher": "hand/1"} for number in range(1, 6) for n in range(2)
    ]
    last, first = {"number": 4, "article_id": SILENT}, {"first_number": 1, "first_article_id": OPEN}
    copy: Row = {**last, **first, "first_by": "published", "shared_count": 19, "share_of_later": 0.95,
                 "share_of_first": 0.95, "jaccard": 0.9, "linker": "hand/1", "compared_at": BEGINS_AT}  # fmt: skip
    groups: list[Row] = [
        {"article_id": article_id, "group_id": OPEN, "number": number, "through_number": 5, "linker": "hand/1"}
        for number, article_id in ((1, OPEN), (4, SILENT))
    ]
    step: Row = {"from_number": 1, "through_number": 5, "text_count": 5, "candidate_count": 1, "copy_count": 1,
                 "limit_count": 0, "linker": "hand/1", "compared_at": BEGINS_AT}  # fmt: skip
    return [(SKETCHED, texts), (SKETCHES, hashes), (COPIES, [copy]), (COPY_GROUPS, groups), (COMPARED, [step])]


def fill(writer: Writer) -> None:
    """Two sources, five articles with a verdict each, annotated; views published."""
    writer.commit_rows("made", "run", "sources", [(SOURCES, [source("one"), source("two")])])
    rows = [article(number, article_id) for number, article_id in enumerate(VERDICTS)]
    rows[4]["title_markers"] = ["부고"]
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
