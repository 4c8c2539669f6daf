"""Files that other programs open: what a cell may hold, what Excel would have made of it, what a reader gets back."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pytest

from flows.lake.exports import ExportError
from flows.steps import export_files


def batches(*rows: dict[str, Any]) -> tuple[pa.Schema, list[pa.RecordBatch]]:
    table = pl.DataFrame(list(rows)).to_arrow()
    return table.schema, table.to_batches(max_chunksize=1)


def workbook(path: Path, *rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Write and read back: the cells of the first sheet, without the heading."""
    export_files.write_xlsx(path, *batches(*rows), lambda _: None, name="articles", work=path.parent)
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize("text", ["=1+1", "+82-2-000", "-3%", "@mention", '=HYPERLINK("http://x.example")', "{=1}"])
def test_a_headline_that_looks_like_a_formula_stays_a_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.xlsx"
    assert workbook(path, {"title": text}) == [(text,)]
    assert openpyxl.load_workbook(path).worksheets[0]["A2"].data_type == "s"


def test_addresses_are_texts_and_not_links_of_which_excel_allows_65530(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    workbook(path, {"url": "https://paper.example/1"})
    assert openpyxl.load_workbook(path).worksheets[0]["A2"].hyperlink is None


def test_cells_have_the_types_of_their_columns(tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    row = {"n": 3, "x": 0.5, "yes": True, "day": date(2026, 3, 2), "at": at, "none": None, "long": 12345678901234567}
    row["sum"] = Decimal(7)  # what DuckDB makes of a sum of integers
    assert workbook(tmp_path / "x.xlsx", row) == [
        (
            3,
            0.5,
            True,
            datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None),
            at.replace(tzinfo=None),
            None,
            "12345678901234567",
            7,
        )
    ]


def test_paragraphs_are_lines_of_one_cell_and_a_lone_control_character_breaks_no_workbook(tmp_path: Path) -> None:
    rows = workbook(tmp_path / "x.xlsx", {"body": ["하나", "둘"], "who": [{"name": "서가람"}], "odd": "a\x0bb"})
    assert rows[0][:2] == ("하나\n둘", '[{"name": "서가람"}]')


def test_a_text_longer_than_a_cell_is_refused_and_not_cut(tmp_path: Path) -> None:
    assert workbook(tmp_path / "fits.xlsx", {"body": "가" * 32_767}) == [("가" * 32_767,)]
    with pytest.raises(ExportError, match=r"Row 1 has 32,768 characters in body, an Excel cell holds 32,767"):
        workbook(tmp_path / "x.xlsx", {"body": "가" * 32_768})
    with pytest.raises(ExportError, match="Excel cell"):  # two units each in Excel's count
        workbook(tmp_path / "x.xlsx", {"body": "😀" * 16_384})


def test_rows_past_excels_limit_go_on_another_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "MAX_SHEET_ROWS", 3)
    path = tmp_path / "x.xlsx"
    workbook(path, *({"n": n} for n in range(5)))
    sheets = openpyxl.load_workbook(path).worksheets
    assert [sheet.title for sheet in sheets] == ["articles", "articles (2)", "articles (3)"]
    assert [[cell[0] for cell in sheet.iter_rows(values_only=True)] for sheet in sheets] == [
        ["n", 0, 1], ["n", 2, 3], ["n", 4]
    ]  # fmt: skip


def test_an_empty_answer_is_a_workbook_with_headings(tmp_path: Path) -> None:
    schema, _ = batches({"title": "x"})
    path = tmp_path / "x.xlsx"
    export_files.write_xlsx(path, schema, [], lambda _: None, name="articles", work=tmp_path)
    assert list(openpyxl.load_workbook(path).active.iter_rows(values_only=True)) == [("title",)]


def test_csv_reads_back_whatever_a_headline_holds(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    odd = 'he said "no",\nthen = left\t'
    rows = [{"title": odd, "at": datetime(2026, 3, 2, tzinfo=UTC), "tags": ["a", "b"]}, {"title": None}]
    export_files.write_csv(path, *batches(*rows), lambda _: None)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["title", "at", "tags"], [odd, "2026-03-02T00:00:00.000000Z", "a\nb"], ["", "", ""]
        ]  # fmt: skip


def test_progress_tells_every_row(tmp_path: Path) -> None:
    told: list[int] = []
    export_files.write_parquet(tmp_path / "x.parquet", *batches({"n": 1}, {"n": 2}, {"n": 3}), told.append)
    assert sum(told) == 3
    assert pl.read_parquet(tmp_path / "x.parquet").height == 3
