"""Encodings: labels are hints. A wrong reading would put mojibake into the corpus for good."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction.article import Outcome
from flows.extraction.decoding import _composable_in, decode
from tests.extraction.pages import korean, read

JAPANESE = "港町の古い倉庫が、来年の春に新しい図書館として生まれ変わると町役場が発表した。住民は長く待っていた。" * 4
CHINESE = "海边小镇的旧仓库将在明年春天变成新的图书馆，这是镇政府在会上说的，居民们已经等了很久。" * 4
RUSSIAN = "Старый склад в портовом городке весной станет библиотекой, сообщили в администрации. " * 4
GERMAN = "Die alte Lagerhalle wird im Frühjahr zur Bücherei, erklärte die Gemeinde. Größer und schöner. " * 4


@pytest.mark.parametrize("label", ["utf-8", "euc-kr", "iso-8859-1", None])
def test_cp949_is_read_whatever_its_label_says(label: str | None) -> None:
    payload = (korean() + "<p>똠방각하 뷁 펲 햏</p>").encode("cp949")
    decoded = decode(payload, f"text/html; charset={label}" if label else None)
    assert decoded.charset_used == "cp949"
    assert "시민 도서관" in decoded.text
    assert "똠방각하 뷁 펲 햏" in decoded.text
    assert decoded.replacement_share == 0.0


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (CHINESE, "gb18030"), (RUSSIAN, "windows-1251"),
        (GERMAN, "windows-1252"), (JAPANESE, "utf-16"), (GERMAN, "utf-8-sig"),
    ],
)  # fmt: skip
def test_a_mislabelled_page_is_read_right(text: str, codec: str) -> None:
    assert decode(text.encode(codec), "text/html; charset=utf-8").text == text


def test_utf8_labelled_euc_kr_is_utf8() -> None:
    decoded = decode(korean().encode(), "text/html; charset=euc-kr")
    assert (decoded.charset_declared, decoded.charset_used) == ("euc-kr", "utf-8")


def test_writing_after_much_script_is_found() -> None:
    payload = b"<script>" + b"var a=1;" * 9_000 + b"</script>" + korean().encode("cp949")
    assert decode(payload).charset_used == "cp949"


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    decoded = decode(korean().encode() + b"\xff tail")
    assert decoded.charset_used == "utf-8"
    assert 0 < decoded.replacement_share < 0.01


def test_a_page_that_cannot_be_read_is_quarantined() -> None:
    assert read(b"<p>" + b"\xff\xfe\xfd ab" * 40).outcome in (Outcome.UNDECODABLE, Outcome.NO_ARTICLE)
    assert read("<p>글\x00</p>" * 20).outcome is Outcome.UNDECODABLE


def test_a_character_cut_at_the_end_costs_nothing() -> None:
    assert decode("도서관".encode()[:-1]).replacement_share == 0.0


def test_text_is_composed() -> None:
    text = unicodedata.normalize("NFD", korean())
    assert decode(text.encode()).text == unicodedata.normalize("NFC", text)


def test_the_table_of_composable_characters_is_true_for_every_character() -> None:
    missed = [
        hex(point)
        for point in range(0x80, 0x110000)
        if not 0xD800 <= point < 0xE000
        and (unicodedata.combining(chr(point)) or unicodedata.normalize("NFC", chr(point)) != chr(point))
        and not _composable_in(chr(point).encode())
    ]
    assert missed == []


@given(
    st.lists(
        st.sampled_from(["a", "e", " ", "\n", "<p>", "é", "e\u0301", "\u1100\u1161", "가", "ä\u0323", "中", "\u212b"])
    )
)
def test_composing_the_runs_that_need_it_composes_the_whole(parts: list[str]) -> None:
    text = "x" + "".join(parts) + "x"
    decoded = decode(text.encode())
    assert decoded.text == unicodedata.normalize("NFC", text)
    assert decoded.utf8 == decoded.text.encode()


def test_a_clean_page_is_handed_on_as_it_came() -> None:
    payload = korean().encode()
    assert decode(payload).utf8 is payload


def test_controls_and_nul_are_mended_in_both_forms() -> None:
    decoded = decode("도서관\x00\x01 끝".encode())
    assert decoded.text == "도서관\ufffd  끝"
    assert decoded.utf8 == decoded.text.encode()
