"""Files that an export writes: Parquet, JSON Lines, CSV and XLSX, from batches of rows, never the whole in memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from flows.lake.exports import ExportError

Batches = Iterable[pa.RecordBatch]
Written = Callable[[int], None]
"""Told how many rows were written since it was called last."""

MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARS = 32_767
"""Excel's own limits, with its header row (Microsoft: "Excel specifications and limits")."""
MAX_EXACT_INTEGER = 10**15
"""Excel keeps 15 digits of a number; longer ones are written as text."""


def write_parquet(path: Path, schema: pa.Schema, batches: Batches, written: Written) -> None:
    """Parquet with zstd, types as in the lake."""
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            written(batch.num_rows)


def write_jsonl(path: Path, schema: pa.Schema, batches: Batches, written: Written) -> None:
    """One JSON object a line, nested as in the lake; instants as ISO 8601 in UTC."""
    with path.open("wb") as file:
        for batch in batches:
            _frame(batch).write_ndjson(file)
            written(batch.num_rows)


def write_csv(path: Path, schema: pa.Schema, batches: Batches, written: Written, *, is_tsv: bool = False) -> None:
    """CSV with a header, instants as ISO 8601 in UTC, texts in several parts joined by line ends, other nested as JSON.

    With `is_tsv` tabs and no header, nothing quoted: no value may hold a tab or a line end then.
    """
    with path.open("wb") as file:
        if not is_tsv:
            header = pl.DataFrame(schema=dict.fromkeys(schema.names, pl.String))
            header.write_csv(file)
        for batch in batches:
            frame = _flat(batch)
            if is_tsv:
                frame.write_csv(file, include_header=False, separator="\t", quote_style="never")
            else:
                frame.write_csv(file, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
            written(batch.num_rows)


def write_xlsx(path: Path, schema: pa.Schema, batches: Batches, written: Written, *, name: str, work: Path) -> None:
    """An Excel workbook: a sheet for every 1,048,575 rows. Texts are texts, also those that begin with = + - or @.

    Raises ExportError for a text that no cell can hold: Excel would cut it without a word.
    """
    options = {"constant_memory": True, "tmpdir": str(work), "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.use_zip64()
        formats = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        sheet, row, sheets = None, MAX_SHEET_ROWS, 0
        for batch in batches:
            for values in _flat(batch).iter_rows():
                if row == MAX_SHEET_ROWS:
                    sheet, row, sheets = _sheet(book, name, sheets, schema.names), 1, sheets + 1
                for column, value in enumerate(values):
                    _cell(sheet, row, column, value, schema.names[column], formats)
                row += 1
            written(batch.num_rows)
        if sheet is None:
            _sheet(book, name, 0, schema.names)


def _sheet(book: Any, name: str, number: int, names: list[str]) -> Any:  # noqa: ANN401 - the library is not typed
    title = name[:24] if number == 0 else f"{name[:24]} ({number + 1})"  # 31 characters are Excel's limit
    sheet = book.add_worksheet(title)
    for column, heading in enumerate(names):
        sheet.write_string(0, column, heading)
    return sheet


def _cell(sheet: Any, row: int, column: int, value: object, name: str, formats: tuple[Any, Any]) -> None:  # noqa: ANN401
    if value is None or (isinstance(value, float) and not abs(value) < float("inf")):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif (
        isinstance(value, int | float | Decimal) and -MAX_EXACT_INTEGER < value < MAX_EXACT_INTEGER
    ):  # a sum of integers is a Decimal
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value.year >= 1900:  # a datetime is a date too; Excel knows no zone: UTC
        is_instant = isinstance(value, datetime)
        plain = cast(datetime, value).replace(tzinfo=None) if is_instant else value
        sheet.write_datetime(row, column, plain, formats[is_instant])
    else:
        text = str(value)
        # Excel counts UTF-16 units: a character outside the basic plane is two of them.
        if len(text) > MAX_CELL_CHARS // 2 and len(text.encode("utf-16-le")) // 2 > MAX_CELL_CHARS:
            raise ExportError(
                f"Row {row} has {len(text):,} characters in {name}, an Excel cell holds {MAX_CELL_CHARS:,}: "
                "write Parquet, JSON Lines or CSV, or leave the column out with --query"
            )
        sheet.write_string(row, column, text)


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    """The batch as a frame; DuckDB's connections here are in UTC, and so is every instant."""
    return cast(pl.DataFrame, pl.from_arrow(batch))


def _flat(batch: pa.RecordBatch) -> pl.DataFrame:
    """The same rows without nested columns: lists of texts joined by line ends, everything else nested as JSON."""
    frame = _frame(batch)
    columns: list[pl.Expr | pl.Series] = []
    for name, dtype in frame.schema.items():
        if dtype == pl.List(pl.String):
            columns.append(pl.col(name).list.join("\n", ignore_nulls=True))
        elif dtype.is_nested():
            columns.append(pl.Series(name, list(_json(frame[name])), dtype=pl.String))
    return frame.with_columns(columns) if columns else frame


def _json(values: pl.Series) -> Iterator[str | None]:
    for value in values.to_list():
        yield None if value is None else json.dumps(value, ensure_ascii=False, default=str)
