"""A small lake to look at, annotated by hand: a hostile article, one that was changed, a story, missing pages."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.enrichment.document import Field
from flows.extraction.article import EXTRACTOR
from flows.lake import annotation_tables as tables
from flows.lake import views
from flows.lake.batches import Writer, writing
from flows.lake.schema import Row, Table
from flows.lake.search_tables import ARTICLE_TERMS
from flows.lake.story_tables import STORY_ARTICLES
from flows.lake.tables import ARTICLES, FETCHES, LISTINGS, SOURCES
from flows.steps import indexing
from flows.steps.publishing import SQL
from tests.lake.test_batches import source

BEGINS_AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SAID = '한빛나 노을시장은 "다리를 오월까지 고치겠다"고 말했다.'
HOSTILE = '</script><script>alert("들어왔다")</script><img src=x onerror=alert(1)> 다리 \u202eevil\u202c <b>굵게</b>'
STORY = "5" * 32
ANNOTATOR = "hand/1"
PEOPLE = ("한빛나", "은가비", "Ann Field")
ORGANISATIONS = ("노을시청", "노을건설")
READ = (
    "mart.articles",
    "mart.rights",
    "mart.sources",
    "mart.coverage",
    "mart.completeness",
    "mart.article_versions",
    "mart.quotes",
    "search",
    "trend",
    "network",
    "quotes_by",
    "timeline",
    "spread",
)
"""Views and macros that pages of Explore, their SQL or these tests name."""
STEMS = ("다리", "시장", "공사", "통행", "재개", "공장")
"""A word that begins with one of these is found by it: no analyser is loaded for this lake."""

OPEN, CLOSED, SILENT, EVIL, CHANGED, ENGLISH = (letter * 32 for letter in "abcdef")
_RIGHTS = {OPEN: "allowed", CLOSED: "prohibited", EVIL: "allowed", CHANGED: "prohibited"}


def made(folder: Path) -> Path:
    """The lake, read, annotated, indexed and published in this process."""
    rows = [
        _article(0, OPEN, "노을시 다리 고친다", SAID, "노을시청은 별내 다리에 3억 원을 쓴다.", section="사회"),
        _article(
            1, CLOSED, "다리 공사 시작", SAID, "공사는 노을건설이 맡았다. 한빛나 노을시장이 왔다.", section="경제"
        ),
        _article(2, SILENT, "새벽 시장 열렸다", "새벽신문이 시장을 찾았다. 상인 은가비 씨는 값이 내린다고 말했다."),
        _article(3, EVIL, f"다리 {HOSTILE}", f"다리 이야기다. {HOSTILE}", SAID),
        _article(4, CHANGED, "다리 통행 재개", "다리가 월요일에 열린다.", "차는 못 간다.", capture="1"),
        _article(4, CHANGED, "다리 통행 화요일 재개", "다리가 화요일에 열린다.", "차는 못 간다.", capture="2"),
        _article(5, ENGLISH, "Bridge opens", 'The mayor said. "We will open the bridge," Ann Field said.', lang="en"),
    ]
    with writing(folder, "test") as writer:
        writer.commit_rows("made", "run", "sources", [(SOURCES, [source("노을일보"), source("새벽신문")])])
        writer.commit_rows("made", "run", "listings", [(LISTINGS, _listings()), (FETCHES, _fetches())])
        writer.commit_rows("made", "run", "articles", [(ARTICLES, rows)])
        writer.commit_rows("made", "run", "annotations", _annotations(rows))
        assert list(indexing.parts(writer, "run", ANNOTATOR))
        writer.commit_rows("made", "run", "story", [(STORY_ARTICLES, _story(rows))])
        publish(writer)
    return folder


def publish(writer: Writer, names: Sequence[str] = READ) -> None:
    """The views that the pages read, and no others: publishing them all takes longer than all that is asked here."""
    files = {file.name: file for file in views.read(SQL)}
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in files and name not in wanted:
            wanted.add(name)
            waiting.extend(files[name].reads)
    views.publish(writer.connection, [file for name, file in files.items() if name in wanted])


def _article(day: int, article_id: str, title: str, *body: str, capture: str = "1", **more: object) -> dict[str, Any]:
    at = BEGINS_AT + timedelta(days=day)
    seen = at + timedelta(hours=int(capture))
    said = _RIGHTS.get(article_id)
    return {
        "capture_id": f"urn:{article_id}:{capture}",
        "article_id": article_id,
        "captured_at": seen,
        "outcome": "ok",
        "source_id": ("노을일보", "새벽신문")[day % 2],
        "publisher": ("노을일보", "새벽신문")[day % 2],
        "attempt": 1,
        "published_at": at,
        "published_date": at.date(),
        "published_precision": "second",
        "lang": "ko",
        "url": f"https://paper.example/{day}",
        "title": title,
        "body": list(body),
        "body_chars": sum(map(len, body)),
        "rights_reproduction": said,
        "rights_redistribution": said,
        "rights_signals": [],
        "extractor": EXTRACTOR,
        "extracted_at": seen,
        "text_sha256": f"{title}{body}",
        "is_paywalled": False,
        **more,
    }


def _annotations(rows: list[dict[str, Any]]) -> list[tuple[Table, list[Row]]]:
    """Names and quotations where they stand in the body, and the terms of each text."""
    used = (tables.ANNOTATIONS, tables.PEOPLE, tables.ORGANISATIONS, tables.QUOTES, ARTICLE_TERMS)
    found: dict[str, list[Row]] = {table.name: [] for table in used}
    for row in rows:
        frame = {
            "capture_id": row["capture_id"],
            "article_id": row["article_id"],
            "extractor": EXTRACTOR,
            "annotator": ANNOTATOR,
        }
        kinds = (
            (tables.PEOPLE, [(name, {"org": "노을시", "role": "시장", "is_former": False}) for name in PEOPLE]),
            (tables.ORGANISATIONS, [(name, {"aliases": []}) for name in ORGANISATIONS]),
        )
        for table, names in kinds:
            for number, (name, more) in enumerate(names):
                if mentions := _stands(row["body"], re.escape(name)):
                    one = {**frame, "number": number, "name": name, "mentions": mentions, "confidence": 0.9, **more}
                    found[table.name].append(one)
        for number, place in enumerate(_stands(row["body"], '"[^"<>]+"')):
            words = row["body"][place["paragraph"]][place["start"] + 1 : place["end"] - 1]
            said = {
                "text": words,
                "speaker": "한빛나 노을시장",
                "speaker_name": "한빛나",
                "speaker_type": "person",
                "verb": "말했다",
            }
            found[tables.QUOTES.name].append({**frame, **place, "number": number, "confidence": 0.9, **said})
        noted = {"outcome": "ok", "people_count": 1, "quote_count": 1, "annotation_count": 2, "annotated_at": BEGINS_AT}
        found[tables.ANNOTATIONS.name].append({**frame, **noted})
        words = [(word, Field.TEXT | Field.TITLE) for word in re.findall(r"[^\W_]+", row["title"])]
        words += [(word, Field.TEXT) for text in row["body"] for word in re.findall(r"[^\W_]+", text)]
        terms = [next((stem for stem in STEMS if word.startswith(stem)), word.lower()) for word, _ in words]
        forms = sorted({(word, term) for (word, _), term in zip(words, terms, strict=True) if word >= "가"})
        listed = {"terms": terms, "positions": list(range(len(terms))), "fields": [int(field) for _, field in words]}
        found[ARTICLE_TERMS.name].append(
            {**frame, **listed, "forms": [form for form, _ in forms], "form_terms": [term for _, term in forms]}
        )
    return [(table, found[table.name]) for table in used]


def _stands(body: list[str], pattern: str) -> list[dict[str, int]]:
    return [
        {"paragraph": at, "start": match.start(), "end": match.end()}
        for at, text in enumerate(body)
        for match in re.finditer(pattern, text)
    ]


def _story(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "article_id": row["article_id"],
            "outcome": "opened" if number == 1 else "joined",
            "story_id": STORY,
            "opened_at": BEGINS_AT,
            "news_at": row["published_at"],
            "likeness": number / 9,
            "terms": [],
            "common_term_count": 0,
            "capture_id": row["capture_id"],
            "extractor": EXTRACTOR,
            "annotator": ANNOTATOR,
            "linker": "hand/1",
            "placed_at": BEGINS_AT,
        }
        for number, row in enumerate(rows[:2], 1)
    ]


def _listings() -> list[dict[str, Any]]:
    return [
        {
            "listing_id": f"l{n}",
            "run_id": "run",
            "source_id": "노을일보",
            "channel_kind": "feed",
            "channel_url": "https://paper.example/rss",
            "url": f"https://paper.example/gone-{n}",
            "url_raw": f"https://paper.example/gone-{n}",
            "url_key": f"gone-{n}",
            "listed_at": BEGINS_AT,
            "stated_at": BEGINS_AT,
        }
        for n in range(3)
    ]


def _fetches() -> list[dict[str, Any]]:
    return [
        {
            "run_id": "run",
            "url_key": f"gone-{n}",
            "url": f"https://paper.example/gone-{n}",
            "source_id": "노을일보",
            "kind": "article",
            "state": "failed",
            "reason": "http_404",
            "attempts": 1,
            "wire_bytes": 1,
            "started_at": BEGINS_AT,
            "ended_at": BEGINS_AT,
        }
        for n in range(3)
    ]
