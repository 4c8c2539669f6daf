"""A spreadsheet of BigKinds tells what was published: each row is counted, none is taken for a page or twice."""

import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from flows.addresses import url_key
from flows.discovery.bigkinds import is_bigkinds
from flows.lake import views
from flows.lake.batches import writing
from flows.steps import listing_exports
from flows.steps.publishing import SQL
from flows.steps.rows import total

VIEWS = {
    f"staging.{name}" for name in ("current_sources", "capture_texts", "current_articles", "fates", "fate_counts")
} | {"mart.completeness"}
HEADS = ["뉴스 식별자", "일자", "언론사", "기고자", "제목", "URL"]
ROWS = [
    ["01.20260305075300001", 20260305, "느티일보", "한빛나", "느티시장 지붕 새로 얹는다", "https://neuti.example/a/1"],
    ["01.20260305075300002", "20260306", "느티일보", None, "별내 다리 다시 열려", None],
    ["01.20260305075300003", 20260306, "도담방송", None, "같은 주소", "https://neuti.example/a/1"],
    [None, 20260306, "도담방송", None, "어디에도 없는 기사", None],
]


def sheet(path: Path, rows: Sequence[Sequence[object]] = ROWS, heads: Sequence[str] = HEADS) -> Path:
    book = openpyxl.Workbook()
    for row in [heads, *rows]:
        book.active.append(list(row))  # type: ignore[union-attr]
    book.save(path)
    return path


def store(lake: Path, path: Path, run: str) -> dict[str, int]:
    with writing(lake, "test") as writer:
        counts = [one for part in listing_exports.store(writer, run, path, Counter()) for one in part]
    return {one.outcome: one.count for one in total(counts)}


def test_each_row_has_one_outcome_and_its_outlet_is_counted_on_the_day_in_seoul(tmp_path: Path) -> None:
    path = sheet(tmp_path / "result.xlsx")
    counts = store(tmp_path / "lake", path, "one")
    assert counts == {
        "listed": 4, "skipped: metadata_only": 2, "duplicate: same_digest": 1, "failed: bad_url": 1
    }  # fmt: skip
    again = store(tmp_path / "lake", path, "two")
    assert again == {"listed": 4, "duplicate: same_digest": 4}
    with writing(tmp_path / "lake", "test") as writer:
        con = writer.connection
        views.publish(con, [file for file in views.read(SQL) if file.name in VIEWS])
        assert con.execute("SELECT count(*) FROM lake.raw.fetches").fetchone() == (4,)
        rows = con.execute(
            "SELECT publisher, news_date::VARCHAR, listed_count, extracted_count, reasons FROM lake.mart.completeness "
            "ORDER BY ALL"
        ).fetchall()
    assert rows == [
        ("느티일보", "2026-03-05", 1, 0, {"metadata_only": 1}),
        ("느티일보", "2026-03-06", 1, 0, {"metadata_only": 1}),
    ]


def test_what_was_taken_down_does_not_come_back_as_a_headline(tmp_path: Path) -> None:
    barred = ["order", "url", url_key("https://neuti.example/a/1")]
    with writing(tmp_path / "lake", "test") as writer:
        writer.connection.execute("INSERT INTO lake.ops.tombstones VALUES (?, ?, ?)", barred)
        list(listing_exports.store(writer, "run", sheet(tmp_path / "result.xlsx"), Counter()))
        told = str(writer.connection.execute("SELECT l, f FROM lake.raw.listings l, lake.raw.fetches f").fetchall())
        rows = writer.connection.execute(
            "SELECT state, count(*) FROM lake.raw.fetches WHERE reason = 'taken_down' GROUP BY ALL"
        )
        assert rows.fetchall() == [("skipped", 1)]
    assert "neuti.example" not in told
    assert "지붕" not in told


def test_a_run_that_was_killed_goes_on_behind_what_was_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_exports, "BATCH_ROWS", 2)
    path = sheet(tmp_path / "result.xlsx")
    with writing(tmp_path / "lake", "test") as writer:
        next(listing_exports.store(writer, "killed", path, Counter()))
    counts = store(tmp_path / "lake", path, "again")
    assert counts == {"listed": 4, "duplicate: same_digest": 3, "failed: bad_url": 1}
    with writing(tmp_path / "lake", "test") as writer:
        rows = writer.connection.execute("SELECT run_id, count(*) FROM lake.raw.fetches GROUP BY ALL ORDER BY ALL")
        assert rows.fetchall() == [("again", 2), ("killed", 2)]


def test_other_files_and_hostile_ones_are_no_such_spreadsheet(tmp_path: Path) -> None:
    assert is_bigkinds(sheet(tmp_path / "right.xlsx"))
    assert not is_bigkinds(sheet(tmp_path / "other.xlsx", heads=["제목", "일자", "a", "b", "c", "d"]))
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 no zip")
    assert not is_bigkinds(tmp_path / "no.xlsx")
    with zipfile.ZipFile(tmp_path / "right.xlsx") as given, zipfile.ZipFile(tmp_path / "dtd.xlsx", "w") as made:
        for part in given.infolist():
            data = given.read(part)
            made.writestr(part, data if "sheet1" not in part.filename else b"<!DOCTYPE x>" + data)
    assert not is_bigkinds(tmp_path / "dtd.xlsx")


def test_where_a_spreadsheet_breaks_a_row_says_so_and_the_rows_before_it_stand(tmp_path: Path) -> None:
    many = [[f"01.2026030507530{n:04}", 20260305, "느티일보", None, f"기사 {n}", None] for n in range(30)]
    with (
        zipfile.ZipFile(sheet(tmp_path / "whole.xlsx", many)) as given,
        zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as made,
    ):
        for part in given.infolist():
            data = given.read(part)
            made.writestr(part, data if "sheet1" not in part.filename else data[: data.index(b'<row r="12"') + 9])
    counts = store(tmp_path / "lake", tmp_path / "cut.xlsx", "one")
    assert counts == {"listed": 11, "skipped: metadata_only": 10, "failed: unreadable_file": 1}
    with writing(tmp_path / "lake", "test") as writer:
        (says,) = writer.connection.execute("SELECT detail FROM lake.raw.fetches WHERE state = 'failed'").fetchall()
    assert says[0].startswith("the file breaks at row 12: ")
