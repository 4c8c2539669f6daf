"""How a table is declared: name, grain, key and typed columns with their meaning. Frames are held against it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
from polars.datatypes import DataTypeClass

INSTANT = pl.Datetime("us", "UTC")

DataType = pl.DataType | DataTypeClass
Row = Mapping[str, Any]  # the edge between dataclasses and frames; checked against the declaration at once

_SIMPLE: dict[Any, str] = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Int32: "INTEGER",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}


_SURROGATE = re.compile(r"[\ud800-\udfff]")


class BrokenPromiseError(Exception):
    """A table's declaration was broken by our own code: named table, named promise. Never caused by a bad page."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its polars type, what it means (with unit), and whether it may be null."""

    dtype: DataType
    says: str
    is_required: bool = False


FILE_BYTES = 128_000_000
"""Files of a table without a layout of its own are merged up to this size."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the files of a table lie that is looked into rather than read whole; for batches and when files are merged.

    Parquet keeps the least and greatest value of a column for each group of rows: where rows are sorted, a look-up
    reads the groups that can hold it and passes over the others.
    """

    sorted_by: tuple[str, ...]
    row_group_rows: int
    file_bytes: int  # merging stops at files of this size


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake. `name` is schema.table; `key` columns are unique together."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    layout: Layout | None = None
    has_own_keys: bool = False
    """Each key holds something that its batch alone has (a number it gave, its own id): two batches cannot meet in
    one, so a commit need not look through the table, which would cost more the larger it is."""

    @property
    def schema(self) -> pl.Schema:
        """Column name -> polars type, in order."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})

    @property
    def ddl(self) -> str:
        """The CREATE TABLE statement, in the catalogue `lake`."""
        lines = [
            f'"{name}" {duckdb_type(column.dtype)}{" NOT NULL" if column.is_required else ""}'
            for name, column in self.columns.items()
        ]
        return f"CREATE TABLE IF NOT EXISTS lake.{self.name} ({', '.join(lines)})"

    def frame(self, rows: Iterable[Row]) -> pl.DataFrame:
        """A frame of this table from rows; columns that a row lacks are null, unknown ones are an error.

        Raises BrokenPromiseError where a row has a column that is not declared.
        """
        listed = list(rows)
        for row in listed:
            if unknown := row.keys() - self.columns.keys():
                raise BrokenPromiseError(f"{self.name}: undeclared column {sorted(unknown)[0]}")
        values = {name: [row.get(name) for row in listed] for name in self.columns}
        try:
            return self._framed(values)
        except UnicodeEncodeError:
            # A lone surrogate in one row must not cost the batch its other rows: it becomes U+FFFD, as in a decoder.
            return self._framed({name: _writable(column) for name, column in values.items()})

    def _framed(self, values: Mapping[str, list[Any]]) -> pl.DataFrame:
        return pl.DataFrame([_series(name, dtype, values[name]) for name, dtype in self.schema.items()])

    def check(self, frame: pl.DataFrame) -> None:
        """Hold a frame against the declaration.

        Raises BrokenPromiseError naming the table and the promise: columns and types, required values, unique key.
        """
        if frame.schema != self.schema:
            raise BrokenPromiseError(f"{self.name}: columns {frame.schema} are not the declared {self.schema}")
        for name, column in self.columns.items():
            if column.is_required and frame[name].null_count():
                raise BrokenPromiseError(f"{self.name}: {name} is null in {frame[name].null_count()} rows")
        if self.key and frame.select(self.key).is_duplicated().any():
            raise BrokenPromiseError(f"{self.name}: key ({', '.join(self.key)}) is not unique within the batch")


def _series(name: str, dtype: DataType, values: list[Any]) -> pl.Series:
    """A column from Python values. Lists and structs go by way of Arrow; other columns take no value of another type.

    Inside lists and structs a float for an integer loses its fraction, a datetime for a day its hours, and bytes pass
    for text; other wrong types are refused there too. Polars would make a series of its own for each list of structs:
    20,000 rows with three such columns took 1.6 s so, and take 0.06 now.
    """
    if isinstance(dtype, (pl.List, pl.Struct)):
        return pl.Series(name, pa.array(values, type=pl.Series([], dtype=dtype).to_arrow().type), dtype=dtype)
    return pl.Series(name, values, dtype=dtype, strict=True)


def _writable(value: object) -> Any:  # noqa: ANN401 - any shape that a column may have
    """The same value with everything that UTF-8 cannot write replaced."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_writable(part) for part in value]
    if isinstance(value, dict):
        return {name: _writable(part) for name, part in value.items()}
    return value


def duckdb_type(dtype: DataType) -> str:
    """The DuckDB type that holds a polars type. Raises BrokenPromiseError for one that the lake does not use."""
    if isinstance(dtype, pl.Datetime):
        return "TIMESTAMPTZ"
    if isinstance(dtype, pl.List):
        return f"{duckdb_type(dtype.inner)}[]"
    if isinstance(dtype, pl.Struct):
        return "STRUCT(" + ", ".join(f'"{part.name}" {duckdb_type(part.dtype)}' for part in dtype.fields) + ")"
    for known, name in _SIMPLE.items():
        if dtype == known:
            return name
    raise BrokenPromiseError(f"no DuckDB type for {dtype}")
