"""Spellings of one name meet under one key, other names do not, and what names nobody has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import gazetteer
from flows.linking.names import (
    MAX_NAME_CHARS,
    ORGANISATION,
    PERSON,
    PLACE,
    TYPES,
    chief_names,
    cleaned,
    known,
    name_key,
    organisation_key,
    wikidata_id,
)

NAVER = [
    "네이버",
    "네이버(주)",
    "(주)네이버",
    "㈜네이버",
    "㈜ 네이버",
    "주식회사 네이버",
    "네이버 주식회사",
    "네이버㈜",
]
LATIN = ["NAVER", "Naver", "Naver Corp.", "NAVER Corporation", "Naver Co., Ltd.", "NAVER, Inc.", "ＮＡＶＥＲ"]


def chief(type_: str, name: str) -> str | None:
    return known(type_).get(name_key(type_, name))


@pytest.mark.parametrize("name", NAVER + LATIN)
def test_legal_forms_case_width_and_script_do_not_make_another_company(name: str) -> None:
    assert chief(ORGANISATION, name) == "네이버"


@pytest.mark.parametrize(("one", "other"), [("서울", "서울시"), ("대한민국", "South Korea"), ("뉴욕", "New York")])
def test_a_place_is_one_under_its_listed_names(one: str, other: str) -> None:
    assert chief(PLACE, one) == chief(PLACE, other) is not None


def test_a_city_is_the_same_behind_its_province_and_not_behind_another() -> None:
    assert chief(PLACE, "경기 용인시") == chief(PLACE, "용인") == "용인"
    assert name_key(PLACE, "부산 용인시") != name_key(PLACE, "용인시")
    assert chief(PLACE, "광주") != chief(PLACE, "경기 광주시")  # two cities of one name


@pytest.mark.parametrize("name", ["현대백화점", "네이버클라우드", "네이버웹툰", "Naver Cloud Corp.", "카카오뱅크"])
def test_a_subsidiary_is_not_its_parent(name: str) -> None:
    assert chief(ORGANISATION, name) not in ("네이버", "현대", "카카오")


def test_a_korean_persons_blanks_and_a_foreign_ones_case_do_not_matter_and_word_order_does() -> None:
    assert name_key(PERSON, "한 가람") == name_key(PERSON, "한가람")
    assert name_key(PERSON, "Garam  HAN") == name_key(PERSON, "garam han") != name_key(PERSON, "Han Garam")
    assert name_key(PERSON, "J.D. Solbit") == name_key(PERSON, "JD Solbit")


def test_a_body_that_is_nobody_in_particular_does_not_tell_people_apart() -> None:
    assert organisation_key("경찰") == organisation_key("정부") == organisation_key(None) == ""
    assert organisation_key("솔빛전자(주)") == "솔빛전자"


@pytest.mark.parametrize(
    "name", [None, "", " \t", "\u202e\u200b", "(주)", "㈜", "주식회사", "123", "…", "가" * 1_000_000, "a b " * 30]
)
@pytest.mark.parametrize("type_", TYPES)
def test_what_names_nobody_has_no_key(type_: str, name: str | None) -> None:
    if type_ == ORGANISATION or name not in ("(주)", "㈜", "주식회사"):
        assert name_key(type_, name) == ""


def test_invisible_characters_neither_part_a_name_nor_are_shown() -> None:
    assert name_key(ORGANISATION, "\u202e네\u200b이버\u202c") == name_key(ORGANISATION, "네이버")
    assert cleaned("\u202eSol\u00adbit\u2066 \x00\ud800Corp") == "Solbit Corp"


@given(st.sampled_from(TYPES), st.text(max_size=MAX_NAME_CHARS))
def test_a_key_never_fails_and_is_its_own_key_s_spelling(type_: str, name: str) -> None:
    key = name_key(type_, name)
    assert key == name_key(type_, f"  {cleaned(name)} ")
    assert not key or any(char.isalpha() for char in key)


def test_every_item_of_wikidata_is_of_a_listed_name_and_stands_once() -> None:
    rows = gazetteer.table("wikidata")
    chiefs = [(row["type"], chief(row["type"], row["name"])) for row in rows]
    assert [row["name"] for row, (_, key) in zip(rows, chiefs, strict=True) if key is None] == []
    assert len(set(chiefs)) == len({row["wikidata_id"] for row in rows}) == len(rows)
    assert wikidata_id(PLACE, "한국") == "Q884"
    assert all(chief_names(type_)[key] for type_, key in chiefs if key)
