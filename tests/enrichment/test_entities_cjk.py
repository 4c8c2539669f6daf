"""Names in Japanese and Chinese: a title or an ending names; a bare run of signs does not."""

import pytest

from flows.enrichment import entities_cjk
from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document


def found(text: str, lang: str) -> set[tuple[str, str]]:
    return {(text[start:end], kind) for start, end, kind in entities_cjk.spans(text, lang)}


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("ja", "田中一郎首相は港湾省で会見した。", {("田中一郎", "PS"), ("港湾省", "OG")}),
        ("ja", "ベクサ社の佐藤健社長がパリを訪れた。", {("佐藤健", "PS"), ("パリ", "LC")}),
        ("ja", "中村太さん（34）は大工だ。", {("中村太", "PS")}),
        ("zh", "发言人王晓梅10日在北京表示", {("王晓梅", "PS"), ("北京", "LC")}),
        ("zh", "海罗能源公司和李娜女士", {("海罗能源公司", "OG"), ("李娜", "PS")}),
    ],
)
def test_titles_and_endings_name(lang: str, text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= found(text, lang)


@pytest.mark.parametrize("text", ["山口県知事が話した。", "大阪市長が話した。", "東京都知事が話した。"])
def test_an_office_of_a_place_is_nobody(text: str) -> None:
    assert "PS" not in {kind for _, kind in found(text, "ja")}


def test_a_katakana_word_that_holds_a_country_is_none() -> None:
    assert "LC" not in {kind for _, kind in found("タイトルが決まった。", "ja")}


def test_people_bodies_and_places_reach_the_annotations() -> None:
    answer = annotate(Document("x", None, ("高橋真理教授は北京で話した。", "高橋教授は港湾省に勤める。"), lang="ja"))
    assert [(p.name, len(p.mentions)) for p in answer.people] == [("高橋真理", 2)]
    assert [o.name for o in answer.organisations] == ["港湾省"]
    assert [(p.name, p.country) for p in answer.places] == [("北京", "CN")]
