"""An article and the course of a search at the terminal: what stands there is what the lake holds."""

from datetime import date
from pathlib import Path

import pytest

from flows.lake import ask
from flows.lake.catalog import LakeError
from flows.lake.search_query import SearchError
from flows.steps import showing
from flows.steps.showing import Shown, course, find_article
from tests.steps.made_lake import OPEN, SAID, SILENT, made


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


def show(lake: Path, which: str) -> Shown:
    return showing.show(lake, which)


def test_an_article_is_found_by_its_id_the_beginning_of_it_and_its_address(lake: Path) -> None:
    with ask.asking(lake) as connection:
        for which in (OPEN, OPEN[:6], f" {OPEN[:8].upper()}", "https://paper.example/0"):
            assert find_article(connection, which) == OPEN


def test_marks_stand_where_the_names_and_quotations_of_the_body_stand(lake: Path) -> None:
    shown = show(lake, OPEN)
    said = {text[mark.begins : mark.ends] for text, marks in shown.body for mark in marks}
    assert said == {"한빛나", "노을시청", '"다리를 고치겠다"'}
    assert shown.body[1][0] == SAID


def test_what_is_known_of_an_article_stands_with_the_columns_that_are_promised(lake: Path) -> None:
    shown = show(lake, SILENT)
    with ask.asking(lake) as connection:
        for section in shown.sections:
            answer = ask.answer(connection, section.sql)
            assert answer.columns == list(section.columns), section.name
    about = {
        section.name: [dict(zip(section.columns, row, strict=True)) for row in section.rows]
        for section in shown.sections
    }
    assert about["facts"][0]["headline"] == "=제목 3"
    assert about["facts"][0]["authors"] == "서가람 기자 garam@paper.example"
    assert [(row["name"], row["organisation"], row["role"]) for row in about["people"]] == [
        ("한빛나", "노을시", "시장")
    ]
    assert [(row["speaker"], row["words"]) for row in about["speech"]] == [("한빛나", "다리를 고치겠다")]
    assert [(row["value"], row["unit"]) for row in about["amounts"]] == [(3e8, "KRW")]
    assert [row["relation"] for row in about["copies"]] == ["first", "copy"]
    assert about["versions"] == []  # one text is no history


def test_an_article_that_is_not_there_is_a_sentence_and_sql_in_its_name_is_text(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = {
        "abc": "too short",
        "zzzzzzzz": "no article zzzzzzzz",
        "https://elsewhere.example/1": "no article https",
        "' OR true --": "no article",
        "%%%%%%%%": "no article",
    }
    with ask.asking(lake) as connection:
        for which, said in says.items():
            with pytest.raises(LakeError, match=said):
                find_article(connection, which)
        monkeypatch.setattr("flows.steps.showing.LEAST_OF_AN_ID", 0)
        with pytest.raises(LakeError, match=r"more than one article: .*=제목 0.*=제목 1"):
            find_article(connection, "")


def test_a_course_of_nothing_is_empty_and_what_cannot_be_read_is_a_sentence(lake: Path) -> None:
    found = course(lake, "다리", "day", "", date(2026, 3, 1), None)
    assert list(found.columns) == ["period", "articles", "share", "all_articles", "estimated", "completeness_share"]
    with pytest.raises(SearchError, match="not closed"):
        course(lake, '"다리', "day", "", None, None)
    with pytest.raises(LakeError, match="no period hour"):
        course(lake, "다리", "hour", "", None, None)
