"""Morphemes: an offset that is off by one shifts every span of the article."""

from flows.enrichment.tokens import CHUNK_CHARS, pieces, tokenise


def test_offsets_point_into_the_text_as_it_came() -> None:
    text = "😀 한빛클라우드가 새 서비스를 열었다."
    found = [text[token.start : token.end] for token in tokenise([text])[0]]
    assert "한빛" in "".join(found)
    assert found[0] == "😀"
    assert found[-1] == "."


def test_text_without_hangul_is_not_analysed() -> None:
    assert tokenise(["Plain English text.", ""]) == [(), ()]


def test_a_lone_surrogate_shifts_nothing() -> None:
    text = "앞\ud800 뒤에 섰다"
    last = tokenise([text])[0]
    assert any(text[token.start : token.end] == "뒤" for token in last)


def test_a_very_long_line_is_read_in_pieces_that_add_up() -> None:
    text = "강물이 흐른다. " * 3_000
    cut = pieces(text)
    assert "".join(piece for _, piece in cut) == text
    assert max(len(piece) for _, piece in cut) <= CHUNK_CHARS
    assert all(text[offset : offset + len(piece)] == piece for offset, piece in cut)
