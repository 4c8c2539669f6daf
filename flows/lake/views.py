"""Views, macros and questions from `sql/`: one file each, with a header that says what it is and is tested to be true.

A file's path gives its name: `sql/mart/quotes.sql` is `mart.quotes`. Its header is comment lines:

    -- what:   one sentence
    -- grain:  one row per ...
    -- key:    columns that are unique together (checked before anybody sees the view)
    -- reads:  schema.table, ...
    -- column NAME: meaning, unit

and, where they apply:

    -- text:    columns that repeat the article's own words: withheld in exports where the publisher does not allow it
    -- article: SQL that gives a row's article_id; without it the column of that name
    -- title:   heading of a section of the report (sql/report)
    -- form:    fixed (somebody else's columns: exports add none), or tsv (the same, and CSV has tabs, no header)

A macro's header says more, and its file gives it its name in `lake.mart` and, for short, in `lake` itself:

    -- macro:  name(argument, argument := default)
    -- parameter NAME: meaning
    -- example: name('...') (bound before anybody sees the macro, its columns held against the header)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from flows.lake.schema import BrokenPromiseError

VIEW_SCHEMAS = ("staging", "mart")
MACRO_SCHEMAS = ("mart", "main")
_HEADER = re.compile(
    r"^-- (?P<name>what|title|grain|key|reads|macro|example|text|article|form"
    r"|(?P<of>column|parameter) (?P<of_name>[^:]+)):"
    r"\s*(?P<value>.*)$"
)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file of `sql/`, header and body apart. `name` is schema.view, the macro's name, or the question's."""

    name: str
    kind: str  # staging, mart, macros, queries
    what: str
    grain: str
    key: tuple[str, ...]
    reads: tuple[str, ...]
    signature: str  # macros only: name(argument, argument := default)
    example: str  # macros only: a call that can be bound on an empty lake
    columns: dict[str, str] = field(hash=False)
    parameters: dict[str, str] = field(hash=False)
    body: str = field(hash=False)
    text: tuple[str, ...] = ()
    article: str = "article_id"
    form: str = ""
    title: str = ""


def read(folder: Path) -> tuple[SqlFile, ...]:
    """Every SQL file, in an order in which each comes after what it reads.

    Raises BrokenPromiseError for a file without a header, or for files that read each other in a circle.
    """
    files = {
        file.name: file
        for kind in (*VIEW_SCHEMAS, "macros", "queries")
        for file in (_parse(path, kind) for path in sorted((folder / kind).glob("*.sql")))
    }
    order = TopologicalSorter({name: [read for read in file.reads if read in files] for name, file in files.items()})
    return tuple(files[name] for name in order.static_order())


def read_section(path: Path) -> SqlFile:
    """The SQL of one section of a report: a question with $parameters in it, and the heading it stands under.

    Raises BrokenPromiseError for a file without a header.
    """
    return _parse(path, "report")


def _parse(path: Path, kind: str) -> SqlFile:
    values: dict[str, str] = {}
    described: dict[str, dict[str, str]] = {"column": {}, "parameter": {}}
    body: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _HEADER.match(line) if not body else None
        if match is None:
            body.append(line)
        elif match["of"]:
            described[match["of"]][match["of_name"]] = match["value"]
        else:
            values[match["name"]] = match["value"]
    if "what" not in values:
        raise BrokenPromiseError(f"{path}: the header has no line `-- what: ...`")
    return SqlFile(
        name=f"{kind}.{path.stem}" if kind in VIEW_SCHEMAS else path.stem,
        kind=kind,
        what=values["what"],
        grain=values.get("grain", ""),
        key=_listed(values.get("key", "")),
        reads=_listed(values.get("reads", "")),
        signature=values.get("macro", ""),
        example=values.get("example", ""),
        columns=described["column"],
        parameters=described["parameter"],
        body="\n".join(body).strip().rstrip(";"),
        text=_listed(values.get("text", "")),
        article=values.get("article", "article_id"),
        form=values.get("form", ""),
        title=values.get("title", ""),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def publish(connection: duckdb.DuckDBPyConnection, files: Sequence[SqlFile]) -> list[str]:
    """Put views and macros into the catalogue in one transaction, checked before anybody sees them.

    Returns the names published. Raises BrokenPromiseError where a view cannot be built or its key is not unique;
    readers keep what they had.
    """
    connection.execute("BEGIN")
    try:
        published = [_publish_one(connection, file) for file in files if file.kind != "queries"]
        _drop_stale(connection, {file.name for file in files})
    except Exception:
        connection.execute("ROLLBACK")
        raise
    connection.execute("CALL lake.set_commit_message('publish', 'views and macros')")
    connection.execute("COMMIT")
    return published


def _publish_one(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> str:
    try:
        if file.kind == "macros":
            return _publish_macro(connection, file)
        connection.execute(f"CREATE OR REPLACE VIEW lake.{file.name} AS {file.body}")
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be built: {error}") from error
    connection.execute(f"COMMENT ON VIEW lake.{file.name} IS '{file.what.replace(chr(39), chr(39) * 2)}'")
    if file.key:
        twice = connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM lake.{file.name} GROUP BY {', '.join(file.key)} HAVING count(*) > 1)"
        ).fetchone()
        if twice and twice[0]:
            raise BrokenPromiseError(f"{file.name}: {twice[0]} values of its key ({', '.join(file.key)}) come twice")
    return file.name


def _publish_macro(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> str:
    """The macro under `mart`, and under `main`: whoever says USE lake, or lake.name(), finds it there."""
    if re.search(r"\bNULL\b", file.signature, re.IGNORECASE):
        # DuckLake of 1.5.5 keeps such a default as the word NULL: a date that is none, and no lake that opens again.
        raise BrokenPromiseError(f"{file.name}: a macro's default cannot be NULL; take '' or a date far away")
    for schema in MACRO_SCHEMAS:
        connection.execute(f"CREATE OR REPLACE MACRO lake.{schema}.{file.signature} AS TABLE {file.body}")
    if file.example:
        rows = connection.execute(f"DESCRIBE FROM lake.mart.{file.example}").fetchall()
        if (found := [row[0] for row in rows]) != list(file.columns):
            raise BrokenPromiseError(f"{file.name}() gives the columns {found}, its header says {list(file.columns)}")
    return file.signature


def _drop_stale(connection: duckdb.DuckDBPyConnection, wanted: set[str]) -> None:
    """Views and macros whose file is gone go too; nobody is left reading yesterday's meaning."""
    rows = connection.execute(
        "SELECT schema_name || '.' || view_name FROM duckdb_views() "
        "WHERE database_name = 'lake' AND schema_name IN ('staging', 'mart')"
    ).fetchall()
    for (name,) in rows:
        if name not in wanted:
            connection.execute(f"DROP VIEW lake.{name}")
    macros = connection.execute(
        "SELECT DISTINCT schema_name, function_name FROM duckdb_functions() "
        "WHERE database_name = 'lake' AND function_type = 'table_macro'"
    ).fetchall()
    stale = {name for schema, name in macros if schema == "mart" and name not in wanted}
    for schema, name in macros:
        if name in stale and schema in MACRO_SCHEMAS:
            connection.execute(f"DROP MACRO TABLE lake.{schema}.{name}")
