"""Terms: what a reader would look for is found, in its place; a search cuts words as the index does."""

import pytest

from flows.enrichment.annotator import annotate
from flows.enrichment.document import Document, Field, Terms
from flows.enrichment.terms import GAP, small, units


def terms(*body: str, title: str | None = None, lang: str = "ko") -> Terms:
    return annotate(Document("x", title, body, lang=lang)).terms


def words(found: Terms, kind: Field = Field.TEXT) -> list[str]:
    return [term for term, fields in zip(found.terms, found.fields, strict=True) if fields & kind]


def test_particles_and_endings_are_dropped_and_verbs_stand_as_in_a_dictionary() -> None:
    assert words(terms("공장이 강릉에서 문을 열었다.")) == ["공장", "강릉", "문", "열다"]


def test_a_compound_is_found_by_its_parts_side_by_side() -> None:
    found = terms("그는 파운데이션모델을 살폈다.")
    at = found.terms.index("파운데이션")
    assert found.terms[at + 1] == "모델"
    assert found.positions[at + 1] == found.positions[at] + 1


def test_each_word_as_written_leads_to_its_terms() -> None:
    found = terms("그는 파운데이션모델을 살폈다.")
    forms = dict(zip(found.forms, found.form_terms, strict=True))
    assert forms["파운데이션모델을"] == forms["파운데이션모델"] == "파운데이션 모델"
    assert forms["살폈다"] == "살피다"


def test_numbers_and_foreign_words_in_korean_are_cut_as_a_search_cuts_them() -> None:
    found = words(terms("매출은 3.1% 늘어 GPT-4처럼 뛰었다."))
    assert units("3.1") == ["3", "1"]
    assert units("GPT-4") == ["gpt", "4"]
    assert [found[found.index("3") + 1], found[found.index("gpt") + 1]] == ["1", "4"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café owners, 2026", ["café", "owners", "2026"]),
        ("東京で発表 AI", ["東", "京", "で", "発", "表", "ai"]),
        ("¿? — …", []),
    ],
)
def test_other_languages_give_words_in_small_letters_and_han_by_the_character(text: str, found: list[str]) -> None:
    assert units(text) == found


def test_a_letter_that_has_no_small_one_of_one_character_moves_no_offset() -> None:
    assert len(small("İİ 공장")) == len("İİ 공장")


def test_a_term_knows_the_headline_the_quotation_and_the_names() -> None:
    found = terms('윤가람 한빛전자 대표는 "공장을 짓겠다"고 말했다.', title="한빛전자, 새 공장")
    assert words(found, Field.TITLE)[-2:] == ["새", "공장"]
    assert words(found, Field.QUOTE) == ["공장", "짓다"]
    assert "윤가람" in words(found, Field.SPEAKER)
    assert "윤가람" in words(found, Field.PERSON)
    assert "한빛전자" in words(found, Field.ORG)


def test_no_phrase_runs_from_one_paragraph_into_the_next() -> None:
    found = terms("공장", "강릉")
    assert found.positions == (0, 1 + GAP)


def test_a_wall_of_letters_is_no_term() -> None:
    assert words(terms("a" * 5000 + " word", lang="en")) == ["word"]
