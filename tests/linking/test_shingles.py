"""What an editor changes without rewriting must not hide a copy; numbers must mean the same in every process."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.linking.shingles import MAX_CHARS, shingles

TEXT = "새온시는 3일 하천 정비 사업에 참여할 업체 두 곳을 고를 수 있다고 밝혔다. 시민 40명이 설명회에 나왔다."


def share(one: str, other: str) -> float:
    a, b = set(shingles("", one).tolist()), set(shingles("", other).tolist())
    return len(a & b) / len(a | b)


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("새온시는", "새온시가").replace("설명회에", "설명회에도"),
        TEXT.replace("40명", "40 명").replace("고를 수 있다고", "고를수 있다고"),
        TEXT.replace(".", "").replace("3일", "３일"),
        TEXT.replace(". ", ".\n\n"),
    ],
    ids=["particles", "spacing", "punctuation and width", "paragraphs"],
)
def test_a_text_that_was_only_tidied_is_the_same_text(other: str) -> None:
    assert other != TEXT
    assert share(TEXT, other) == 1.0


def test_other_words_are_another_text() -> None:
    assert share(TEXT, TEXT.replace("하천", "도로").replace("시민", "상인").replace("업체", "단체")) < 0.6
    assert share(TEXT, "가람과기대는 봄 학기 강의를 다음 주에 시작한다고 학생들에게 알렸다.") == 0.0


def test_case_and_joined_scripts_do_not_matter() -> None:
    assert share("AI기업 Sae-On 매출이 늘었다", "ai 기업 sae on 매출은 늘었다") == 1.0


def test_text_without_blanks_is_compared_by_parts() -> None:
    one = "市は三日、河川整備事業の説明会を開き、市民四十人が参加した。"
    assert share(one, one.replace("四十人", "五十人")) > 0.6


def test_numbers_are_the_same_in_another_process() -> None:
    code = "import sys; from flows.linking.shingles import shingles; print(shingles('', sys.stdin.read()).tolist())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=TEXT,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert done.stdout.strip() == str(shingles("", TEXT).tolist())


def test_a_book_is_read_as_far_as_the_limit() -> None:
    far = "가나다 " * (MAX_CHARS // 4)
    assert np.array_equal(shingles("", far), shingles("", far + TEXT))


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_gives_sorted_different_numbers(title: str, body: list[str]) -> None:
    found = shingles(title, body)
    assert found.dtype == np.uint64
    assert np.all(found[1:] > found[:-1])
