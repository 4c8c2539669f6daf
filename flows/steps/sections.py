"""The questions of `sql/report/`: values put into them as literals, asked, and kept with their words and columns."""

import re
from collections.abc import Mapping
from datetime import date

import duckdb

from flows.exploring.view import Raw
from flows.lake import ask, views
from flows.lake.literals import literal
from flows.reporting.report import Section
from flows.settings import ROOT

SQL = ROOT / "sql" / "report"
_PARAMETER = re.compile(r"\$([a-z_]+)\b")


def section(connection: duckdb.DuckDBPyConnection, folder: str, name: str, values: Mapping[str, str | date]) -> Section:
    """Ask `sql/report/FOLDER/NAME.sql` with its $parameters replaced by `values`.

    The SQL kept with the answer is the text that was asked: pasted into any client, it gives the same rows. Raises
    QuestionError where the values make it a question that cannot be answered.
    """
    file = views.read_section(SQL / folder / f"{name}.sql")
    sql = filled(file.body, values)
    rows = list(ask.rows(ask.answer(connection, sql)))
    return Section(name, file.title, file.what, file.columns, rows, sql)


def filled(sql: str, values: Mapping[str, str | date | int]) -> str:
    """The question with its $parameters in it, as literals; a `Raw` value as it is."""
    return _PARAMETER.sub(lambda match: _written(values[match[1]]), sql)


def _written(value: str | date | int) -> str:
    return str(value) if isinstance(value, Raw) else literal(value)
