"""Questions from people: read-only SQL, without files, network or other databases."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.lake import catalog, files, search_query
from flows.lake.literals import literal

_TABLE_FUNCTIONS = frozenset(
    {
        "unnest",
        "range",
        "generate_series",
        "repeat_row",
        "json_each",
        "json_tree",
        "duckdb_tables",
        "duckdb_views",
        "duckdb_columns",
        "duckdb_functions",
        "duckdb_schemas",
        "snapshots",
        "current_snapshot",
        "table_changes",
        "table_insertions",
        "table_deletions",
        "ducklake_snapshots",
        "ducklake_table_info",
    }
)
"""Table functions that only compute or read this lake. All others are refused: some open files by themselves
(sqlite_scan does, even with DuckDB's external access switched off: tried on 1.5.5)."""

_METADATA = "__ducklake_metadata"
"""The catalogue as DuckLake attaches it: in PostgreSQL that is a whole database, with the server's own tables."""

ROWS_AT_ONCE = 2000


class QuestionError(catalog.LakeError):
    """A question that cannot be answered; the message says what is wrong with it."""


@contextmanager
def asking(
    lake: Path, as_of: int | datetime | None = None, memory_bytes: int = 0
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection, locked down: only the lake's own Parquet files can be opened, no setting changed.

    `as_of` asks the lake as it stood (see catalog.read). `memory_bytes`, where given, bounds DuckDB's memory. Raises
    LakeError where there is no lake, no such state of it, or one that is newer than the code.
    """
    with closing(catalog.read(lake, as_of)) as connection:
        if memory_bytes:
            connection.execute(f"SET memory_limit = '{memory_bytes} B'")
        connection.execute(f"SET allowed_directories = {literal([files.place(lake)])}")
        connection.execute("SET enable_external_access = false")
        use_marts(connection)
        connection.execute("SET lock_configuration = true")
        yield connection


def use_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Let marts be called by their own names; a cursor of a connection needs it again."""
    connection.execute("USE lake.mart" if _has_mart(connection) else "USE lake")


@contextmanager
def one_state(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let all questions inside be answered over one state of the lake, whatever is committed in the meantime.

    For seconds, not for hours: a state that `maintain` makes the lake forget in the meantime reads as empty.
    """
    connection.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(duckdb.Error):  # a question that failed has ended it
            connection.execute("ROLLBACK")


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The answer to one SELECT (also DESCRIBE, SHOW and SUMMARIZE), as a relation to be fetched.

    Raises QuestionError for anything that is not one reading statement, for table functions that reach outside the
    lake, and for what DuckDB says is wrong.
    """
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            raise QuestionError(f"One statement at a time, please: there are {len(statements)}")
        if statements[0].type != duckdb.StatementType.SELECT:
            name = statements[0].type.name
            raise QuestionError(f"Only questions are answered here (SELECT, FROM, DESCRIBE, SHOW); this is a {name}")
        return connection.sql(_checked(connection, sql))
    except duckdb.Error as error:
        raise QuestionError(_plain(error)) from error


def rows(relation: duckdb.DuckDBPyRelation) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, some thousand at a time in memory.

    Raises QuestionError where DuckDB finds a fault only while it computes (a text that is no number).
    """
    try:
        while some := relation.fetchmany(ROWS_AT_ONCE):
            yield from some
    except duckdb.Error as error:
        raise QuestionError(_plain(error)) from error


def _checked(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The question, if it stays inside the lake; searches with brackets in it as the macros read them."""
    row = connection.execute(f"SELECT json_serialize_sql({literal(sql)})").fetchone()  # bound, it would import pandas
    tree = json.loads(row[0]) if row else {}
    if tree.get("error"):
        if tree.get("error_type") == "parser" or sql.split(maxsplit=1)[0].lower() in ("show", "describe", "desc"):
            return sql  # nothing to look into, or a fault that DuckDB itself explains when asked
        raise QuestionError("This form of question is not answered here; say it as a SELECT")
    macros: dict[str, list[str]] = dict(
        connection.execute(
            "SELECT function_name, any_value(parameters) FROM duckdb_functions() "
            "WHERE database_name = 'lake' AND function_type = 'table_macro' GROUP BY function_name"
        ).fetchall()
    )
    for table in _nodes(tree, "BASE_TABLE"):
        if any(str(table.get(part)).lower().startswith(_METADATA) for part in ("catalog_name", "schema_name")):
            raise QuestionError("The catalogue's own tables are not answered here: questions read this lake")
    is_rewritten = False
    for function in (node.get("function") for node in _nodes(tree, "TABLE_FUNCTION")):
        if not isinstance(function, dict):
            continue
        name = str(function.get("function_name")).lower()
        if name not in _TABLE_FUNCTIONS and name not in macros:
            raise QuestionError(f"{name}() is not answered here: questions read this lake and nothing else")
        is_rewritten |= _with_plain_searches(function, macros.get(name, []))
    if not is_rewritten:
        return sql
    row = connection.execute(f"SELECT json_deserialize_sql({literal(json.dumps(tree))})").fetchone()
    return str(row[0]) if row else sql


def _with_plain_searches(function: dict[str, Any], parameters: list[str]) -> bool:
    """Put searches with brackets, AND, OR and NOT as the macros read them, in place; whether there was one.

    A macro's parameter that takes a search is called query, or query_ and something.
    """
    is_changed = False
    for at, child in enumerate(function.get("children") or []):
        name = child.get("alias") or (parameters[at] if at < len(parameters) else "")
        value = child.get("value")
        if name.startswith("query") and isinstance(value, dict) and isinstance(value.get("value"), str):
            plain = search_query.plain(value["value"])
            is_changed |= plain != value["value"]
            value["value"] = plain
    return is_changed


def _nodes(tree: object, kind: str) -> Iterator[dict[str, Any]]:
    """The nodes of one kind in a serialised statement, at any depth (walked without recursion)."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("type") == kind:
                yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _has_mart(connection: duckdb.DuckDBPyConnection) -> bool:
    row = connection.execute(
        "SELECT 1 FROM duckdb_schemas() WHERE database_name = 'lake' AND schema_name = 'mart'"
    ).fetchone()
    return row is not None


def _plain(error: duckdb.Error) -> str:
    """DuckDB's own words, which name the column and the nearest one, without its class of error twice."""
    return str(error).replace("\n\n", "\n").strip()
