"""Keywords: what a reader of the list learns of the article without opening it."""

from flows.enrichment import keywords, reading
from flows.enrichment.document import Document


def found(title: str | None, *body: str, lang: str = "ko") -> list[str]:
    return [k.term for k in keywords.enrich(reading.read(Document("x", title, body, lang=lang)))]


def test_the_subject_comes_before_passing_words() -> None:
    terms = found(
        "강릉 배터리 공장 문 열어",
        "한빛전자가 강릉에 배터리 공장을 열었다. 배터리 공장은 축구장 세 개 크기다.",
        "관계자는 배터리 공장에서 500명이 일한다고 말했다.",
    )
    assert "배터리 공장" in terms[:3]
    assert "관계자" not in terms


def test_weights_fall_and_begin_at_one() -> None:
    made = keywords.enrich(reading.read(Document("x", "강릉 공장", ("강릉 공장이 강릉에 섰다. 바다가 보인다.",))))
    weights = [k.weight for k in made]
    assert weights[0] == 1.0
    assert weights == sorted(weights, reverse=True)


def test_english_gets_phrases_without_stop_words() -> None:
    terms = found(None, "The coastal railway reopened. Engineers said the coastal railway was safe.", lang="en")
    assert terms[0] == "coastal railway"
    assert not {"the", "said", "was"} & set(terms)


def test_an_empty_text_has_none() -> None:
    assert found(None, "…") == []
