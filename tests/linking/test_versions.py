"""What became of a text is told exactly: nothing invented, nothing lost, silence told from a declared correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.linking import notices, versions
from flows.linking.diffing import MAX_EDITS, Edit, edits
from flows.linking.versions import Kind, Outcome, Text, applied, compare, words

WORDS = st.sampled_from(["배가", "떴다", "배가 떴다.", "3명", "4명", "the", "a", "“말”", "雨が", "", "x" * 30])
BODIES = st.lists(st.lists(WORDS, max_size=7).map(" ".join), max_size=8).map(tuple)


def rebuilt(edits_: list[Edit], old: list[str], new: list[str]) -> list[str]:
    found: list[str] = []
    at = 0
    for edit in edits_:
        found += old[at : edit.old_start] + new[edit.new_start : edit.new_end]
        at = edit.old_end
    return found + old[at:]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abcd")), st.sampled_from([0, 1, 3, MAX_EDITS]))
def test_edits_turn_the_old_into_the_new_also_where_the_bound_stopped_the_search(
    old: list[str], new: list[str], bound: int
) -> None:
    assert rebuilt(edits(old, new, bound), old, new) == new


@given(st.lists(st.sampled_from("ab"), max_size=9), st.lists(st.sampled_from("ab"), max_size=9))
def test_no_shorter_list_of_edits_exists(old: list[str], new: list[str]) -> None:
    common = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, a in enumerate(old):
        for j, b in enumerate(new):
            common[i + 1][j + 1] = common[i][j] + 1 if a == b else max(common[i][j + 1], common[i + 1][j])
    assert sum(edit.old_end - edit.old_start for edit in edits(old, new)) == len(old) - common[-1][-1]


def test_two_long_texts_with_nothing_in_common_are_one_edit() -> None:
    old, new = [f"a{n}" for n in range(5000)], [f"b{n}" for n in range(5000)]
    assert edits(old, new) == [Edit(0, 5000, 0, 5000)]


@given(BODIES, BODIES)
def test_the_changes_applied_to_the_old_text_give_the_new_one(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    change = compare(Text("t", old), Text("t", new))
    assert applied(old, change.passages) == [words(paragraph) for paragraph in new]


@given(BODIES, BODIES)
def test_seen_from_the_other_side_added_is_removed(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    there, back = compare(Text("t", old), Text("t", new)), compare(Text("t", new), Text("t", old))
    assert (there.words_added, there.words_removed) == (back.words_removed, back.words_added)
    assert there.outcome == back.outcome
    assert {(p.old_paragraph, p.new_paragraph, p.old_text, p.new_text) for p in there.passages} == {
        (p.new_paragraph, p.old_paragraph, p.new_text, p.old_text) for p in back.passages
    }


@given(BODIES)
def test_a_text_does_not_differ_from_itself(body: tuple[str, ...]) -> None:
    assert compare(Text("t", body), Text("t", body)) == versions.Change(Outcome.UNCHANGED)


OLD = ("창고에서 불이 나 1명이 숨지고 5명이 다쳤다.", "경찰은 원인을 찾고 있다.", "주민 20명이 대피했다.")


def changed(*body: str, title: str = "창고 불", markers: tuple[str, ...] = ()) -> versions.Change:
    return compare(Text("창고 불", OLD), Text(title, body, markers))


def test_a_figure_changed_within_a_sentence_is_that_word_alone() -> None:
    change = changed("창고에서 불이 나 2명이 숨지고 5명이 다쳤다.", *OLD[1:])
    (passage,) = change.passages
    assert (passage.kind, passage.old_text, passage.new_text) == (Kind.REWORDED, "1명이", "2명이")
    assert (passage.old_paragraph, passage.new_paragraph) == (0, 0)
    assert (change.outcome, change.words_added, change.words_removed) == (Outcome.BODY, 1, 1)


def test_a_paragraph_added_and_one_removed_are_told_whole_with_their_numbers() -> None:
    change = changed(OLD[0], "소방서는 두 시간 만에 불을 껐다.", OLD[1])
    assert [(p.kind, p.old_paragraph, p.new_paragraph) for p in change.passages] == [
        (Kind.ADDED, None, 1),
        (Kind.REMOVED, 2, None),
    ]
    assert (change.words_added, change.words_removed) == (6, 3)


def test_a_new_headline_is_told_with_the_old_one_and_its_markers() -> None:
    change = changed(*OLD, title="창고 큰불", markers=("속보",))
    assert (change.outcome, change.old_title, change.new_title) == (Outcome.TITLE_ONLY, "창고 불", "[속보] 창고 큰불")
    assert changed(OLD[0], title="다른 제목").outcome == Outcome.TITLE_AND_BODY


@pytest.mark.parametrize(
    "body",
    [
        (OLD[0].replace(".", ""), *OLD[1:]),
        (OLD[0] + " " + OLD[1], OLD[2]),
        ("입력 2026.03.06 09:15  수정 2026.03.06 17:42", *OLD),
        ("조회수 1,204", *OLD),
        ("Updated: 5:42 p.m. KST", *OLD),
        (OLD[0].replace(" ", "  "), *OLD[1:]),
    ],
)
def test_punctuation_breaks_and_lines_of_times_are_cosmetic(body: tuple[str, ...]) -> None:
    assert changed(*body).outcome == Outcome.COSMETIC


@pytest.mark.parametrize(
    ("old", "new"),
    [("3.5% 올랐다", "35% 올랐다"), ("사퇴했다", "사퇴했다?"), ("영상 5도", "영하 5도"), ("-2도", "2도")],
)
def test_a_sign_that_changes_the_meaning_is_not_cosmetic(old: str, new: str) -> None:
    assert compare(Text("t", (old,)), Text("t", (new,))).outcome == Outcome.BODY


def test_a_text_too_large_to_compare_is_told_so_and_its_headline_is_still_compared() -> None:
    huge = ("가 " * versions.MAX_CHARS,)
    change = compare(Text("하나", huge), Text("둘", (*huge, "끝")))
    assert (change.outcome, change.words_added, change.new_title) == (Outcome.TOO_LARGE, None, "둘")


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        ("[바로잡습니다] 부상자 수를 6명으로 바로잡습니다.", "correction"),
        ("<정정 및 반론보도> 앞선 보도와 관련해 알려 드립니다.", "correction"),
        ("[반론보도] 이에 대해 회사는 사실과 다르다고 알려왔습니다.", "reply"),
        ("※ 참여 기관이 늘어 규모를 고쳤습니다.", "correction"),
        ("기사 수정: 이름의 오기를 고침", None),
        ("(기사 수정 : 다섯째 문단의 날짜)", "correction"),
        ("제목의 숫자를 수정했습니다.", "correction"),
        ("오후 3시 기사가 업데이트됐습니다.", "update"),
        ("Correction: An earlier figure was wrong.", "correction"),
        ("Correction, March 6, 2026: the name was misspelt.", "correction"),
        ("An earlier version of this article gave the wrong day.", "correction"),
        ("Editor’s note: This account has been shortened.", "update"),
        ("UPDATE (5 p.m.): The road is open again.", "update"),
        ("정부는 계획을 수정했습니다.", None),
        ("신문사는 기사를 정정했다고 밝혔다.", None),
        ("“틀린 말을 바로잡습니다”라고 그는 말했다.", None),
        ("The correction of the market went on.", None),
    ],
)
def test_a_notice_is_told_from_news_about_corrections(notice: str, kind: str | None) -> None:
    assert [one.kind.value for one in notices.in_body([notice])] == ([kind] if kind else [])


def test_a_change_is_declared_only_by_a_notice_that_is_new() -> None:
    notice = "[바로잡습니다] 사망자 수를 바로잡습니다."
    first = compare(Text("t", OLD), Text("t", (*OLD, notice)))
    later = compare(Text("t", (*OLD, notice)), Text("t", (*OLD[1:], notice)))
    assert first.declared == notices.Notice(notices.Kind.CORRECTION, notice)
    assert later.declared is None
    marked = changed(*OLD, markers=("정정",))
    assert marked.declared is not None
