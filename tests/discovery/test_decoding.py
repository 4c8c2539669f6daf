"""Bytes to text: what decodes is believed before what is said."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.discovery.decoding import MAX_MEMBERS, as_utf8, head_of, unpack

TEXT = "서해안에 많은 눈이 내려 여객선 운항이 멈췄다. " * 20


@pytest.mark.parametrize(
    "label", [None, "text/xml", "text/xml; charset=utf-8", "text/xml; charset=EUC-KR", "charset=x"]
)
@pytest.mark.parametrize("codec", ["utf-8", "cp949"])
def test_korean_text_is_read_under_any_label(codec: str, label: str | None) -> None:
    assert as_utf8(TEXT.encode(codec), label).decode() == TEXT


@pytest.mark.parametrize("codec", ["utf-8", "cp949"])
def test_one_bad_byte_or_a_cut_character_does_not_change_the_charset(codec: str) -> None:
    raw = TEXT.encode(codec)
    for broken in (raw[:-3] + b"\xff. ", raw + "눈".encode(codec)[:1]):
        assert as_utf8(broken, None).decode().startswith(TEXT[:-4])


def test_a_label_decides_what_the_bytes_leave_open() -> None:
    raw = "Überschwemmung in Größenau, Straße gesperrt".encode("cp1252")
    assert as_utf8(raw, "text/xml; charset=ISO-8859-1").decode() == "Überschwemmung in Größenau, Straße gesperrt"


def test_a_label_that_names_a_dangerous_codec_is_not_followed() -> None:
    assert as_utf8(b"+ADw-script+AD4-\xff", "text/xml; charset=utf-7").startswith(b"+ADw-script")


@given(st.binary(max_size=400), st.sampled_from([None, "charset=euc-kr", "charset=utf-16", "charset=punycode"]))
def test_any_bytes_become_utf_8(raw: bytes, label: str | None) -> None:
    as_utf8(raw, label).decode("utf-8")


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=4), st.integers(0, 300))
def test_unpacking_gives_back_what_was_packed_up_to_the_limit(parts: list[bytes], limit_bytes: int) -> None:
    whole = b"".join(parts)
    unpacked = unpack(b"".join(gzip.compress(part) for part in parts), limit_bytes)
    assert unpacked.content == whole[:limit_bytes]
    assert (unpacked.fault is None) == (len(whole) <= limit_bytes)


def test_a_million_tiny_archives_in_a_row_end_early() -> None:
    unpacked = unpack(gzip.compress(b"a") * (3 * MAX_MEMBERS), 1_000_000)
    assert len(unpacked.content) == MAX_MEMBERS
    assert unpacked.fault


@given(st.text(alphabet="<!-?>ab[]\"' D", max_size=60))
def test_the_head_of_any_text_ends_somewhere_in_it(text: str) -> None:
    head = head_of(text)
    assert 0 <= head.root_at <= len(text)
    assert head.root is None or text[head.root_at] == "<"
