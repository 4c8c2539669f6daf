"""Indirect statements: most of what officials say has no marks around it; in the wrong mouth it is a false report."""

import pytest

from flows.enrichment import people, quotes, reading, statements
from flows.enrichment.document import Document, Entity, Mention, Organisation, Statement


def said(*body: str, names: tuple[str, ...] = ("윤가람", "한도윤"), lang: str = "ko") -> list[Statement]:
    document = Document("x", None, body, lang=lang)
    laid_out = reading.read(document)
    spans = tuple(
        Entity(name, "PS", paragraph.index, at, at + len(name))
        for paragraph in laid_out.paragraphs
        for name in names
        for at in range(len(paragraph.text))
        if paragraph.text.startswith(name, at)
    )
    persons = people.enrich(laid_out, spans)
    bodies = [Organisation(name, (), (Mention(0, 0, 1),)) for name in ("한빛전자", "XY AI")]
    return list(statements.enrich(laid_out, persons, bodies, quotes.enrich(laid_out, persons)))


FORMS = [
    ("윤가람 한빛전자 대표는 공장을 늘리겠다고 밝혔다.", "공장을 늘리겠다", "윤가람", "person", "밝히다"),
    ("한빛부는 길을 넓힌다고 17일 밝혔다.", "길을 넓힌다", None, "organisation", "밝히다"),
    ("한도윤 교수는 비가 더 올 것이라고 전망했다.", "비가 더 올 것", "한도윤", "person", "전망하다"),
    ("회사 관계자는 아직 이르다고 말했다.", "아직 이르다", None, "anonymous", "말하다"),
    ("윤가람 대표는 모두 물러나라고 요구했다.", "모두 물러나라", "윤가람", "person", "요구하다"),
    ("윤가람 대표는 함께 걷자고 제안했다.", "함께 걷자", "윤가람", "person", "제안하다"),
    ("길이 막혔다고 경찰이 밝혔다.", "길이 막혔다", None, "organisation", "밝히다"),
    ("한빛전자에 따르면 새 공장은 강릉에 선다.", "새 공장은 강릉에 선다", None, "organisation", None),
    ("경찰이 낸 자료에 따르면 사고가 두 배로 늘었다.", "사고가 두 배로 늘었다", None, "organisation", None),
    ("일각에서는 너무 늦었다는 지적이 나온다.", "너무 늦었다", None, "crowd", None),
    ("한빛부는 길을 넓힌다는 계획이다.", "길을 넓힌다", None, "organisation", None),
    ("XY AI 역시 로봇을 늘린다는 방침이다.", "로봇을 늘린다", None, "organisation", None),
    ("한빛부와 새길청은 길을 넓히겠다고 밝혔다.", "길을 넓히겠다", None, "organisation", "밝히다"),
    ("한빛전자는 사실이 아니라는 입장을 밝혔다.", "사실이 아니", None, "organisation", "밝히다"),
]


@pytest.mark.parametrize(("text", "clause", "name", "kind", "verb"), FORMS, ids=[clause for _, clause, *_ in FORMS])
def test_each_form_is_read_with_its_speaker(
    text: str, clause: str, name: str | None, kind: str, verb: str | None
) -> None:
    (one,) = said(text)
    assert one.text.startswith(clause)
    assert (one.speaker_name, one.speaker_type, one.verb) == (name, kind, verb)
    assert text[one.start : one.end] == one.text


def test_a_chain_is_two_statements_of_one_speaker() -> None:
    found = said("윤가람 대표는 값이 올랐다며 더는 못 버틴다고 말했다.")
    assert [(s.text, s.speaker_name) for s in found] == [("값이 올랐다", "윤가람"), ("더는 못 버틴다", "윤가람")]


def test_behind_a_finished_statement_the_next_topic_speaks() -> None:
    found = said("윤가람 대표는 때가 아니라고 주장한 반면 한도윤 교수는 때가 늦었다고 반박했다.")
    assert [(s.text, s.speaker_name) for s in found][-1] == ("때가 늦었다", "한도윤")


def test_a_statement_without_subject_goes_on_with_the_last_speaker() -> None:
    found = said("윤가람 대표는 공장을 늘리겠다고 밝혔다. 이어 값은 올리지 않겠다고 덧붙였다.")
    assert [s.speaker_name for s in found] == ["윤가람", "윤가람"]


def test_a_body_told_of_before_does_not_speak_where_the_subject_is_left_out() -> None:
    found = said("한빛전자는 남의 기술을 썼다. 이후 '새 기회'를 주겠다고 밝혔지만 모두 거절했다.")
    assert [(s.text, s.speaker) for s in found] == [("이후 '새 기회'를 주겠다", None)] or found[0].speaker is None


def test_a_family_name_with_a_title_is_resolved() -> None:
    found = said("윤가람 대표는 공장을 찾았다.", "윤 대표는 곧 열겠다고 말했다.")
    assert (found[0].speaker, found[0].speaker_name) == ("윤 대표", "윤가람")


def test_who_is_described_by_the_verb_is_the_speaker() -> None:
    (one,) = said("물러나겠다고 밝힌 한도윤 교수는 강릉에 산다.")
    assert (one.text, one.speaker_name) == ("물러나겠다", "한도윤")


@pytest.mark.parametrize(
    "text",
    [
        '윤가람 대표는 "공장을 늘리겠다"고 밝혔다.',
        "윤가람 대표는 공장을 늘리겠다고 밝히지 않았다.",
        "윤가람 대표가 공장을 늘리겠다고 밝히면 값이 오른다.",
        "윤가람 대표는 공장을 늘리겠다고 밝힐 예정이다.",
        "윤가람 대표는 공장이 멀다고 생각했다.",
        "값이 비싸다고 해서 좋은 것은 아니다.",
        "윤가람 대표는 '푸른 지구'라는 노래를 불렀다.",
        "날씨가 맑다고 느꼈다.",
        "경찰은 한 손님이 술을 마셨다고 진술한 것을 들었다.",
        "법에 따르면 문을 닫아야 한다.",
        "◇ 윤가람: 값이 올랐다고 말했어요.",
    ],
)
def test_direct_speech_thoughts_and_what_was_not_said_are_left_out(text: str) -> None:
    assert said(text) == []


def test_hearsay_is_nobodys_word() -> None:
    (one,) = said("윤가람 대표는 강릉에서 자랐다고 한다.")
    assert one.speaker is None


def test_the_words_of_a_quotation_before_it_are_not_part_of_the_clause() -> None:
    found = said('윤가람 대표는 "값이 올랐다"며 공장을 늘리겠다고 밝혔다.')
    assert [(s.text, s.speaker_name) for s in found] == [("공장을 늘리겠다", "윤가람")]


@pytest.mark.parametrize(
    ("text", "clause", "kind"),
    [
        ("Officials said that the bridge would open in May.", "the bridge would open in May", "anonymous"),
        ("The bridge will open in May, the ministry said.", "The bridge will open in May", "organisation"),
        ("According to Jane Doe, the bridge will open in May.", "the bridge will open in May", "person"),
    ],
)
def test_english_statements_are_read_where_the_form_allows(text: str, clause: str, kind: str) -> None:
    (one,) = said(text, names=("Jane Doe",), lang="en")
    assert (one.text, one.speaker_type) == (clause, kind)
    assert text[one.start : one.end] == clause


@pytest.mark.parametrize(
    "text", ['"The bridge opens in May," Jane Doe said.', "The bridge opens in May.", "It said so."]
)
def test_english_speech_in_marks_and_plain_telling_are_left_out(text: str) -> None:
    assert said(text, names=("Jane Doe",), lang="en") == []
