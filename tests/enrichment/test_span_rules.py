"""Names put right by their form: else companies come out as people, and one name as two."""

from collections.abc import Sequence

import pytest

from flows.enrichment import entity_features, span_rules
from flows.enrichment.annotator import entities
from flows.enrichment.tokens import tokenise

Named = tuple[str, str]
"""Words and type."""


def settled(text: str, given: Sequence[Named]) -> list[Named]:
    """The rules' answer to spans of a text, each given by its words."""
    (tokens,) = tokenise([text])
    found, at = [], 0
    for words, kind in given:
        start = text.index(words, at)
        at = start + len(words)
        found.append((start, at, kind))
    out = span_rules.settled(text, entity_features.units(text, tokens), found)
    return [(text[start:end], kind) for start, end, kind in out]


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("부산 가온경찰서는 밝혔다.", [("부산", "LC"), ("가온경찰서", "OG")], [("부산 가온경찰서", "OG")]),
        ("부산 가온경찰서는 밝혔다.", [("부산 가온경찰서", "LC")], [("부산 가온경찰서", "OG")]),
        ("부산의 가온상사는", [("부산", "LC"), ("가온상사", "OG")], [("부산", "LC"), ("가온상사", "OG")]),
        ("투수 다니엘 머피가", [("다니엘", "PS"), ("머피", "PS")], [("다니엘 머피", "PS")]),
        ("배우 김하늘 이민호가", [("김하늘", "PS"), ("이민호", "PS")], [("김하늘", "PS"), ("이민호", "PS")]),
        ("배우 박민호가 웃었다.", [("박민호가", "PS")], [("박민호", "PS")]),
        ("배우 나영호, 김하늘이", [("영호", "PS"), ("김하늘", "PS")], [("나영호", "PS"), ("김하늘", "PS")]),
        ("가수 Q.멜로윈은", [("멜로윈", "PS")], [("Q.멜로윈", "PS")]),
        ("부산체육관에서 열렸다.", [("부산", "LC")], [("부산체육관", "LC")]),
        ("부산에서 열렸다.", [("부산", "LC")], [("부산", "LC")]),
        ("(부산=해온통신) 기자", [("부산=해온통신", "OG")], [("부산", "LC"), ("해온통신", "OG")]),
    ],
)
def test_a_name_is_whole_and_no_more_than_a_name(text: str, given: list[Named], expected: list[Named]) -> None:
    assert settled(text, given) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("허리케인 벨리사가 왔다.", "벨리사"),
        ("프리미엄 브랜드 ‘벨라’가 나왔다.", "벨라"),
        ("드라마는 ‘나나’이다.", "나나"),
        ("화물선 마리나호가 떠났다.", "마리나호"),
        ("고(故) 김 씨의 집", "故"),
    ],
)
def test_storms_works_ships_and_signs_that_gloss_nothing_are_no_people(text: str, name: str) -> None:
    assert settled(text, [(name, "PS")]) == []


@pytest.mark.parametrize("text", ["영화 ‘박민호’를 봤다.", "영화 박민호 감독"])
def test_a_full_name_is_a_person_beside_a_work_too(text: str) -> None:
    assert settled(text, [("박민호", "PS")]) == [("박민호", "PS")]


def test_hanja_behind_its_name_stay() -> None:
    given = [("도쿄", "LC"), ("東京", "LC")]
    assert settled("도쿄(東京)에서", given) == given


def test_a_company_named_after_a_word_is_told_from_the_person_before_it() -> None:
    found = {(e.text, e.type) for e in entities("조은혁 한결빛냉장 대표는 “공장을 늘리겠다”고 말했다.")}
    assert {("조은혁", "PS"), ("한결빛냉장", "OG")} <= found
