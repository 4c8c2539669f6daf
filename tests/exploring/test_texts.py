"""Texts as pages show them: marks where they belong, two texts word by word, and words withheld where they must be."""

from hypothesis import given
from hypothesis import strategies as st

from flows.exploring.comparing import side_by_side
from flows.exploring.marking import Mark, pieces
from flows.exploring.pages import marked
from flows.exploring.withholding import reason, withheld
from flows.reporting.report import Section

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp")), max_size=40)
MARKS = st.lists(
    st.builds(Mark, st.sampled_from(("person", "quote", "date")), st.integers(-5, 50), st.integers(-5, 50)), max_size=6
)


@given(TEXTS, MARKS)
def test_a_text_with_marks_is_still_the_whole_text(text: str, marks: list[Mark]) -> None:
    assert "".join(piece.text for piece in pieces(text, marks)) == text


def test_a_name_inside_a_quotation_is_both() -> None:
    text = '"한빛나 시장" 말'
    found = pieces(text, [Mark("quote", 0, 8, "아무개"), Mark("person", 1, 4, "한빛나 · 노을시")])
    assert [(piece.text, piece.kinds) for piece in found] == [
        ('"', ("quote",)),
        ("한빛나", ("quote", "person")),
        (' 시장"', ("quote",)),
        (" 말", ()),
    ]
    assert found[1].says == "아무개; 한빛나 · 노을시"


def test_what_turns_the_reading_order_is_taken_out_of_marked_texts_too() -> None:
    found = pieces("앞 \u202e뒤\u202c", [Mark("person", 3, 4, "\u202ex")])
    assert "\u202e" not in "".join(piece.text + piece.says for piece in found)
    assert [piece.text for piece in found if piece.kinds] == ["뒤"]


def test_words_that_went_and_came_are_marked_and_paragraphs_stay_side_by_side() -> None:
    old = ["첫째 문단.", "다리가 월요일에 열린다.", "끝."]
    new = ["첫째 문단.", "다리가 화요일에 열린다.", "새 문단.", "끝."]
    pairs = side_by_side(old, new)
    assert [pair.is_changed for pair in pairs] == [False, True, True, False]
    assert [piece.text.strip() for piece in pairs[1].old if piece.kinds] == ["월요일에"]
    assert [piece.text.strip() for piece in pairs[1].new if piece.kinds] == ["화요일에"]
    assert pairs[2].old == () and pairs[2].new[0].kinds == ("come",)


def test_a_snippet_is_marked_between_its_signs_and_keeps_its_blanks() -> None:
    assert marked("가 «나» 다") == [("가 ", False), ("나", True), (" 다", False)]


def test_words_are_withheld_unless_both_uses_are_allowed() -> None:
    assert reason({"redistribution": "allowed", "reproduction": "allowed"}) == ""
    assert reason({"redistribution": "allowed", "reproduction": "prohibited"}) == "reproduction prohibited"
    assert reason({"redistribution": None, "reproduction": "prohibited"}) == "reproduction prohibited"
    assert reason({"redistribution": "allowed"}) == "reproduction not_stated"
    assert reason({"redistribution": "perhaps", "reproduction": "allowed"}) == "not_stated"


def test_a_section_without_a_verdict_gives_no_words_away() -> None:
    section = Section("s", "S", "s", {"words": "said", "date": "day"}, [["비밀", 1], [None, 2]], "SELECT")
    held = withheld(section, ("words",))
    assert held.rows == [[None, 1, "redistribution not_stated"], [None, 2, None]]
    assert withheld(section, ("body",)) is section
