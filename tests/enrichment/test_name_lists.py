"""Name lists: a listed name is marked where it stands, whole, so that the tagger knows of whom others have written."""

import itertools
import lzma
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.enrichment import entity_features, entity_model, name_lists
from flows.enrichment.name_lists import Unit
from flows.enrichment.tokens import tokenise

LISTED = {"다니엘머피": "p", "나래": "ng", "나래시": "l", "가온": "pl", "가온나래": "n", "시온": "p"}


DERIVED = (name_lists._longest, name_lists._openings, name_lists._in_order, name_lists._opened)


def forget() -> None:
    """Let what is worked out from the list be worked out again."""
    for one in DERIVED:
        one.cache_clear()


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A few names instead of the shipped list."""
    monkeypatch.setattr(name_lists, "names", lambda: LISTED)
    forget()
    yield
    forget()


def cut(*words: str) -> tuple[str, list[Unit]]:
    """A text of morphemes: a blank at the start of a word parts it from the one before, `/` parts form and tag."""
    text, out = "", []
    for word in words:
        form, _, tag = word.partition("/")
        text += " " * form.startswith(" ")
        form = form.strip()
        out.append(Unit(form, tag or "NNP", len(text), len(text) + len(form)))
        text += form
    return text, out


def marked(text: str, parts: list[Unit]) -> dict[int, str]:
    """The marks of the units that have one."""
    heads = [at for at, unit in enumerate(parts) if name_lists.may_open(unit.surface, unit.tag)]
    return name_lists.marks(text, parts, heads)


@pytest.mark.usefixtures("listed")
def test_the_longest_name_counts_and_its_morphemes_are_marked_together() -> None:
    assert marked(*cut("나래", "시/NNG", "에/JKB", " 가온/NNP", "이/JKS")) == {0: "Bl", 1: "Il", 3: "Bplw"}


@pytest.mark.usefixtures("listed")
def test_a_foreign_name_listed_in_one_word_is_found_written_apart() -> None:
    assert marked(*cut("다니엘", " 머피/NNP", "는/JX")) == {0: "Bp", 1: "Ip"}


@pytest.mark.usefixtures("listed")
def test_a_name_in_the_middle_of_a_longer_noun_is_told_from_one_that_ends_its_word() -> None:
    assert marked(*cut("나래", "초등학교/NNG")) == {0: "Bngwx"}


@pytest.mark.usefixtures("listed")
def test_no_way_of_cutting_and_spacing_a_text_hides_a_listed_name() -> None:
    for chars in itertools.product("가온나래시", repeat=4):
        for joints in itertools.product(("", "|", "| "), repeat=3):
            if joints.count("| ") > 2:
                continue  # a name in four pieces is not looked for
            words = "".join(itertools.chain(*itertools.zip_longest(chars, joints, fillvalue=""))).split("|")
            text, parts = cut(*words)
            found = marked(text, parts)
            assert [found.get(at, "")[:1] for at in range(len(parts))] == plainly_marked(text, parts), words


def plainly_marked(text: str, parts: list[Unit]) -> list[str]:
    """Of each unit, whether a listed name begins or goes on there: every run of units tried, longest first."""
    out = [""] * len(parts)
    at = 0
    while at < len(parts):
        ends = range(len(parts), at, -1)
        end = next((e for e in ends if text[parts[at].start : parts[e - 1].end].replace(" ", "") in LISTED), at)
        out[at:end] = ["B", *["I"] * (end - at - 1)][: end - at]
        at = max(end, at + 1)
    return out


@given(st.text(alphabet="가나다온래시 엘머피니. \n", max_size=40))
def test_marks_never_raise_and_go_on_only_behind_a_beginning(text: str) -> None:
    (tokens,) = tokenise([text])
    parts = entity_features.units(text, tokens)
    found = marked(text, parts)
    assert set(found) <= set(range(len(parts)))
    for at, mark in found.items():
        assert not mark.startswith("I") or found.get(at - 1, "")[:1] in ("B", "I")


def test_the_shipped_list_holds_people_and_places() -> None:
    found = name_lists.names()
    assert len(found) > 300_000
    assert "l" in found["무주군"]
    assert "p" in found["허난설헌"]


def test_without_the_list_nothing_is_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_lists, "PATH", tmp_path / "none.xz")
    assert name_lists.names.__wrapped__() == {}


def test_the_list_is_made_from_a_compiled_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["NNP,인명,T,윤가람,*,*,*,*", "NNP,지명,F,나래,*,*,*,*", "NNG,*,F,나래,*,*,*,*", "NNP,인명,F,Kim,*,*,*,*"]
    body = b"".join(line.encode() + b"\0" for line in lines)
    header = struct.pack("<9I", 102, 0, 4, 1, 1, 8, 16, len(body), 0) + b"utf-8".ljust(32, b"\0")
    whole = header + bytes(24) + body
    path = tmp_path / "sys.dic"
    path.write_bytes(struct.pack("<I", name_lists._MAGIC ^ (len(whole) + 4)) + whole)
    monkeypatch.setattr(name_lists, "PATH", tmp_path / "names.xz")
    name_lists.main(str(path))
    assert lzma.decompress((tmp_path / "names.xz").read_bytes()).decode() == "lg 나래\np 윤가람"


@pytest.mark.parametrize("bytes_", [b"", b"\0" * 200, b"PK\x03\x04" + b"x" * 400])
def test_a_file_that_is_no_dictionary_is_refused(bytes_: bytes) -> None:
    with pytest.raises(ValueError, match="not a MeCab dictionary"):
        name_lists.features_of(bytes_)


def test_the_model_was_trained_with_these_marks() -> None:
    """A model of an older feature version would read every mark as unknown, without a word."""
    model = entity_model.model()
    assert model is not None
    numbers = dict(zip(entity_features.COLUMNS, model.values.numbers, strict=True))
    assert {"Bpw", "Blw"} <= numbers["named"].keys()
