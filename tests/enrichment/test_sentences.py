"""Sentences and quotations: cut wrongly, every later annotation names the wrong sentence as its evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.enrichment.sentences import masked, quoted, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def inside(text: str) -> list[str]:
    return [text[start:end] for start, end in quoted(text)]


def test_a_full_stop_inside_a_quotation_ends_no_sentence() -> None:
    text = '윤가람 소장은 "물이 줄었다. 논이 갈라졌다."고 말했다. 비는 오지 않았다.'
    assert cut(text) == ['윤가람 소장은 "물이 줄었다. 논이 갈라졌다."고 말했다.', "비는 오지 않았다."]


def test_a_quotation_begins_the_next_sentence_and_not_the_last() -> None:
    assert cut("그는 떠났다. “다시 오겠다”고 했다.") == ["그는 떠났다.", "“다시 오겠다”고 했다."]


@pytest.mark.parametrize(
    "text",
    ["금리는 1.5% 올랐다.", "Dr. Halloran met Mr. Okafor in the U.S. on Monday.", "버전 3.2 이상을 쓴다."],
)
def test_a_point_in_a_number_or_a_title_ends_nothing(text: str) -> None:
    assert cut(text) == [text]


def test_it_pairs_straight_marks_by_parity() -> None:
    assert inside('"가자"라며 " 지금 가자"고 했다') == ['"가자"', '" 지금 가자"']


def test_a_second_opening_mark_starts_afresh() -> None:
    assert inside("“닫히지 않은 말 “닫힌 말”이다") == ["“닫힌 말”"]


def test_single_marks_are_no_quotation() -> None:
    assert inside("'친환경 지구'라는 이름의 ‘새 길’") == []


def test_it_reads_german_and_french_marks() -> None:
    assert inside("„Wir bleiben“, sagte sie. « Nous restons », dit-il.") == ["„Wir bleiben“", "« Nous restons »"]


def test_a_mark_without_partner_does_not_swallow_the_article() -> None:
    assert inside('그가 "시작했다. ' + "가" * 5_000 + ' "끝"') == ['"끝"'] or inside('"' + "가" * 5_000 + '"') == []


@given(st.text(alphabet='가나. ?"“”‘’\n1a', max_size=200))
def test_spans_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    for spans in (quoted(text), sentences(text)):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(text) for edge in edges)
    assert len(masked(text, quoted(text))) == len(text)
