"""The printed line: whoever reads it counts on every key being there."""

import json

from flows.extraction.article import Article, Outcome
from flows.extraction.contract import line
from tests.extraction.pages import korean, read

KEYS = [
    "id",
    "input",
    "outcome",
    "reason",
    "url",
    "canonical_url",
    "lang",
    "publisher",
    "portal",
    "title",
    "title_markers",
    "subtitle",
    "section",
    "published_at",
    "modified_at",
    "published_precision",
    "published_source",
    "authors",
    "body",
    "captions",
    "links",
    "related_headlines",
    "comment_count",
    "topics",
    "paywalled",
    "rights",
    "extractor",
    "quality",
]


def test_every_key_is_there_for_every_page() -> None:
    for article in (read(korean()), Article("a", "b", Outcome.EMPTY, "nothing came")):
        assert list(line(article)) == KEYS


def test_a_line_is_json() -> None:
    printed = line(read(korean("<br><br>고은별 기자<br><br>ⓒ 가온일보 무단전재 금지")))
    again = json.loads(json.dumps(printed, ensure_ascii=False))
    assert again == printed
    assert set(again["rights"]) == {"holder", "reproduction", "redistribution", "ai_training", "raw", "signals"}
    assert again["authors"] == [{"name": "고은별", "role": "기자", "email": None}]
