"""The edge: a line that a user pipes in must never stop the run, whatever it lacks."""

import json

import pytest

from flows.enrichment import contract
from flows.enrichment.annotator import annotate


def test_a_line_of_extract_becomes_a_document() -> None:
    line = {
        "id": "a1",
        "title": "표제",
        "body": ["첫 문단", "둘째 문단"],
        "captions": [{"text": "설명", "credit": "한빛일보", "url": None}, {"text": None}],
        "authors": [{"name": "윤가람", "role": "기자", "email": None}],
        "published_at": "2026-01-18T15:12:00+09:00",
        "publisher": "한빛일보",
        "lang": "ko",
    }
    document = contract.document(line)
    assert document.body == ("첫 문단", "둘째 문단")
    assert document.captions == ("설명",)
    assert document.author_names == ("윤가람",)
    assert document.published_at is not None
    assert document.published_at.utcoffset() is not None


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"id": None, "title": None, "body": None, "captions": None, "authors": None, "published_at": None},
        {"id": 7, "title": 3, "body": [None, 4, "글"], "captions": ["말", 5], "published_at": "어제"},
        {"body": "한 덩이", "captions": {"text": "x"}, "published_at": "2026-13-45"},
    ],
)
def test_a_line_with_holes_is_read_all_the_same(line: dict[str, object]) -> None:
    document = contract.document(line)
    assert all(isinstance(text, str) for text in (*document.body, *document.captions))
    assert document.published_at is None


def test_it_adds_exactly_the_keys_of_the_contract_as_plain_json() -> None:
    added = contract.line(
        annotate(contract.document({"id": "a", "body": ['윤가람 한빛전자 대표는 "늘리겠다"고 말했다.']}))
    )
    assert list(added) == [
        "people",
        "organisations",
        "places",
        "quotes",
        "statements",
        "dates",
        "amounts",
        "events",
        "aliases",
        "keywords",
        "entities",
        "annotator",
    ]
    assert tuple(added) == contract.KEYS
    again = json.loads(json.dumps(added, ensure_ascii=False))
    assert again == added
    assert set(again["quotes"][0]) == {
        "text",
        "speaker",
        "speaker_name",
        "speaker_type",
        "verb",
        "paragraph",
        "start",
        "end",
    }
