"""A report answers from the views: its figures are those that SQL gives, its words obey the rights."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.lake import ask
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.reporting.page import page
from flows.reporting.report import Report
from flows.steps import reporting
from flows.steps.reporting import Wanted, file_name, write
from tests.steps.made_lake import made

TODAY = date(2026, 3, 9)
MADE_AT = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


@functools.cache
def report(lake: Path, **more: Any) -> Report:
    return reporting.report(lake, Wanted(TODAY, **more), MADE_AT)


def rows(made: Report, name: str) -> list[dict[str, object]]:
    (section,) = [section for section in made.sections if section.name == name]
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]


@pytest.mark.parametrize("more", [{}, {"query": "다리"}, {"is_week": True}])
def test_each_section_says_of_its_columns_what_the_answer_has(lake: Path, more: dict[str, Any]) -> None:
    made = report(lake, **more)
    assert [section.name for section in made.sections] == list(
        reporting.SEARCH if "query" in more else reporting.PERIOD
    )
    with ask.asking(lake) as connection:
        for section in made.sections:
            answer = ask.answer(connection, section.sql)  # the SQL on the page gives the rows on the page
            assert answer.columns == list(section.columns)
            assert list(ask.rows(answer)) == section.rows


def test_without_a_day_the_newest_that_has_articles_is_told_of(lake: Path) -> None:
    made = report(lake)
    assert (made.since, made.until, made.zone) == (date(2026, 3, 6), date(2026, 3, 6), "Asia/Seoul")
    assert rows(made, "totals")[0]["articles"] == 1
    week = report(lake, is_week=True)
    assert (week.since, week.until) == (date(2026, 2, 28), date(2026, 3, 6))
    assert rows(week, "totals")[0] == {
        "articles": 5, "outlets": 2, "copies": 1, "stories": 0, "speakers": 1, "quotes": 5, "changes": 0, "missing": 0,
    }  # fmt: skip


def test_a_day_after_today_that_a_page_claims_is_not_the_newest(lake: Path) -> None:
    made = reporting.report(lake, Wanted(date(2026, 3, 4)), MADE_AT)
    assert made.until == date(2026, 3, 4)


def test_rights_and_copies_are_counted_by_outlet(lake: Path) -> None:
    week = report(lake, is_week=True)
    assert {str(row["publisher"]): row["ai_prohibited"] for row in rows(week, "rights")} == {
        "노을일보": 1,
        "새벽신문": 0,
    }
    (copied,) = rows(week, "copied")
    assert (copied["text"], copied["first"], copied["copies"]) == ("=제목 0", "노을일보", 1)
    (speaker,) = rows(week, "speakers")
    assert (speaker["speaker"], speaker["quotes"], speaker["outlets"]) == ("한빛나", 5, 2)
    assert str(speaker["about"]).startswith("다리, 노을시")


def test_a_story_that_is_not_there_a_zone_that_is_none_and_days_the_wrong_way_round_are_a_sentence(lake: Path) -> None:
    with pytest.raises(LakeError, match=r"no story nobody; .*story_id"):
        report(lake, story="nobody")
    with pytest.raises(LakeError, match="no time zone Seoul; a right one: Asia/Seoul"):
        report(lake, zone="Seoul")
    with pytest.raises(LakeError, match="begin on 2026-03-05 and end on 2026-03-01"):
        report(lake, since=date(2026, 3, 5), until=date(2026, 3, 1))


def test_a_search_that_cannot_be_read_is_a_sentence_and_sql_in_it_is_text(lake: Path) -> None:
    with pytest.raises(LakeError, match="quotation mark is not closed"):
        report(lake, query='다리 "안 닫힌')
    made = report(lake, query="다리'; DROP TABLE lake.raw.captures")
    assert rows(made, "articles") == []
    assert "Nothing in this period." in page(made)


def test_an_empty_lake_and_no_lake_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no lake"):
        report(tmp_path / "none")
    with writing(tmp_path / "empty", "test"):
        pass
    with pytest.raises(LakeError, match="Nothing is published"):
        report(tmp_path / "empty")


def test_a_page_is_written_whole_or_not_at_all(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, wanted = report(lake, is_week=True), Wanted(TODAY, is_week=True)
    path = tmp_path / "reports" / file_name(made, wanted)
    assert write(path, made).read_text(encoding="utf-8") == page(made)
    assert path.name == "week-2026-03-06.html"
    before = path.read_bytes()
    replace: Callable[..., Path] = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target == path:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(path, report(lake))
    assert path.read_bytes() == before


def test_the_name_of_a_page_about_a_search_cannot_leave_its_folder(lake: Path) -> None:
    wanted = Wanted(TODAY, query="../../etc/passwd 다리")
    assert file_name(report(lake, query="다리"), wanted) == "query-etc-passwd-다리-2026-03-06.html"
