"""Quotations: a sentence put into the wrong mouth is the worst thing this corpus could say."""

import pytest

from flows.enrichment import people, quotes, reading
from flows.enrichment.document import Document, Entity, Quote


def said(*body: str, names: tuple[str, ...] = ("윤가람", "한도윤")) -> list[Quote]:
    document = Document("x", None, body, lang="ko")
    laid_out = reading.read(document)
    spans = tuple(
        Entity(name, "PS", paragraph.index, at, at + len(name))
        for paragraph in laid_out.paragraphs
        for name in names
        for at in range(len(paragraph.text))
        if paragraph.text.startswith(name, at)
    )
    return list(quotes.enrich(laid_out, people.enrich(laid_out, spans)))


def test_the_subject_before_the_quotation_speaks() -> None:
    (one,) = said('윤가람 한빛전자 대표는 지난 15일 기자들과 만나 "공장을 늘리겠다"고 밝혔다.')
    assert (one.text, one.speaker_name, one.speaker_type, one.verb) == ("공장을 늘리겠다", "윤가람", "person", "밝히다")
    assert "윤가람" in (one.speaker or "")


def test_both_halves_of_a_split_quotation_have_one_speaker() -> None:
    found = said('한도윤 교수는 "비가 너무 적다"면서도 "아직 늦지 않았다"고 말했다.')
    assert [q.speaker_name for q in found] == ["한도윤", "한도윤"]


def test_a_quotation_without_subject_goes_on_with_the_last_speaker() -> None:
    found = said('윤가람 대표는 "늘리겠다"고 말했다. 이어 "두 배로 하겠다"고 덧붙였다.')
    assert [q.speaker_name for q in found] == ["윤가람", "윤가람"]


def test_he_is_whom_the_article_last_spoke_of() -> None:
    found = said("윤가람 대표는 강릉에서 자랐다.", '그는 "바다가 그립다"고 했다.')
    assert found[0].speaker_name == "윤가람"


def test_a_family_name_with_a_title_is_resolved() -> None:
    found = said("윤가람 대표는 공장을 찾았다.", '윤 대표는 "기쁘다"고 말했다.')
    assert (found[0].speaker, found[0].speaker_name) == ("윤 대표", "윤가람")


def test_the_subject_of_a_relative_clause_does_not_speak() -> None:
    found = said(
        '윤가람 후보는 강릉을 찾았다. 한도윤 의원이 지지 뜻을 밝힌 데 대해 "함께하면 좋겠다"고 화답했다.',
    )
    assert found[0].speaker_name == "윤가람"


def test_who_is_described_by_the_verb_of_speech_speaks() -> None:
    found = said("“다리가 아프다”고 중얼거리던 한도윤은 자리에 앉았다.")
    assert found[0].speaker_name == "한도윤"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('회사 관계자는 "더는 만들지 않는다"고 말했다.', "anonymous"),
        ('한빛부 당국자는 "확인 중이다"라고 했다.', "anonymous"),
        ('누리꾼들은 "너무 비싸다", "못 살겠다" 등의 반응을 보였다.', "crowd"),
        ('재판부는 "죄가 무겁다"고 밝혔다.', "organisation"),
        ('"이게 최선인가", "다시 하라" 등의 반응이 온라인에서 쏟아진다.', "crowd"),
    ],
)
def test_it_tells_kinds_of_speakers_apart(text: str, kind: str) -> None:
    found = said(text)
    assert {q.speaker_type for q in found} == {kind}
    assert all(q.speaker_name is None for q in found)


def test_what_somebody_is_asked_is_not_his_own_word() -> None:
    found = said('윤가람은 "떨리지 않느냐"는 질문에 고개를 저었다.')
    assert found[0].speaker_name is None


def test_single_marks_and_plain_terms_are_no_speech() -> None:
    assert said("윤가람 대표는 '푸른 지구'를 열고 \"새길\"을 이름으로 골랐다.") == []


def test_a_quotation_alone_above_a_name_belongs_to_that_name() -> None:
    found = said('"왜 나누어 싸우나."', "윤가람 한빛당 대선 후보", "윤가람 후보는 15일 강릉을 찾았다.")
    assert found[0].speaker_name == "윤가람"


def test_offsets_hold_the_words_with_their_marks() -> None:
    text = "윤가람은 “그렇다. 맞다”라고 답했다."
    (one,) = said(text)
    assert text[one.start : one.end] == "“그렇다. 맞다”"
    assert one.text == "그렇다. 맞다"
