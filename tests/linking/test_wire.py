"""Who handed the text on, where the text says so, and not where a picture or a sentence only names an agency."""

import pytest

from flows.linking.wire import Credit, credit

BODY = "시청 앞 광장에서 행사가 열렸다."


@pytest.mark.parametrize(
    ("opening", "source", "kind"),
    [
        ("(서울=연합뉴스) 표은호 기자 = 행사가 열렸다.", "연합뉴스", "agency"),
        ("[서울=뉴시스] 표은호 기자 = 행사가 열렸다.", "뉴시스", "agency"),
        ("(서울·부산=뉴스1) 표은호 기자 = 행사가 열렸다.", "뉴스1", "agency"),
        ("[워싱턴=AP/뉴시스] 표은호 기자 = 행사가 열렸다.", "뉴시스", "agency"),
        ("(런던 로이터=연합뉴스) 행사가 열렸다.", "연합뉴스", "agency"),
        ("(목포=해찬통신) 정하람 기자 = 행사가 열렸다.", "해찬통신", "agency"),
        ("LONDON (Reuters) - The council met on Monday.", "로이터", "agency"),
        ("SEOUL, Jan. 5 (Yonhap) -- The council met.", "연합뉴스", "agency"),
        ("AP — The council met on Monday.", "AP", "agency"),
        ("WIEN (dpa) – Der Rat tagte am Montag.", "dpa", "agency"),
        ("【ワシントン時事】市議会は三日に開かれた。", "지지통신", "agency"),
        ("NEW YORK, Jan. 3, 2026 /PRNewswire/ -- Blue Sail Foods today", "PR Newswire", "press_release"),
        ("[보도자료] 새온시가 행사를 연다.", "press release", "press_release"),
    ],
)
def test_the_opening_names_its_source(opening: str, source: str, kind: str) -> None:
    found = credit("행사 열려", [opening, BODY])
    assert found is not None
    assert (found.source, found.kind) == (source, kind)
    assert found.stated in opening


@pytest.mark.parametrize("last", ["연합뉴스 제공", "/연합뉴스", "[연합뉴스]", "출처: 연합뉴스", "<로이터=연합뉴스>"])
def test_a_line_under_the_text_names_its_source(last: str) -> None:
    assert credit("행사 열려", [BODY, BODY, last]) == Credit("연합뉴스", "agency", last)


def test_a_byline_that_is_an_agency_names_the_source_and_a_persons_does_not() -> None:
    assert credit("행사 열려", [BODY], ["표은호", "뉴시스"]) == Credit("뉴시스", "agency", "뉴시스")
    assert credit("행사 열려", [BODY], ["표은호"]) is None


@pytest.mark.parametrize(
    "paragraph",
    [
        "그는 연합뉴스와 통화에서 행사가 열린다고 말했다.",
        "(사진=연합뉴스) 행사 모습",
        "사진=연합뉴스",
        "AP 보도에 따르면 행사가 열렸다.",
        "The app (API) opened on Monday.",
        "(서울=표은호 기자) 행사가 열렸다.",
    ],
)
def test_a_text_that_only_names_an_agency_is_not_the_agencys(paragraph: str) -> None:
    assert credit("행사 열려", [paragraph]) is None


def test_nothing_names_nothing() -> None:
    assert credit(None, []) is None
    assert credit("", ["", " "]) is None
