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
    -- form:    fixed (somebody else's columns: exports add none), or tsv (the same, and CSV has tabs, no header)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from flows.lake.schema import BrokenPromiseError

VIEW_SCHEMAS = ("staging", "mart")
_HEADER = re.compile(
    r"^-- (?P<name>what|grain|key|reads|macro|text|article|form|column (?P<column>[^:]+)):\s*(?P<value>.*)$"
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
    columns: dict[str, str] = field(hash=False)
    body: str = field(hash=False)
    text: tuple[str, ...] = ()
    article: str = "article_id"
    form: str = ""


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


def _parse(path: Path, kind: str) -> SqlFile:
    values: dict[str, str] = {}
    columns: dict[str, str] = {}
    body: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _HEADER.match(line) if not body else None
        if match is None:
            body.append(line)
        elif match["column"]:
            columns[match["column"]] = match["value"]
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
        columns=columns,
        body="\n".join(body).strip().rstrip(";"),
        text=_listed(values.get("text", "")),
        article=values.get("article", "article_id"),
        form=values.get("form", ""),
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
            connection.execute(f"CREATE OR REPLACE MACRO lake.mart.{file.signature} AS TABLE {file.body}")
            return file.signature
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


def _drop_stale(connection: duckdb.DuckDBPyConnection, wanted: set[str]) -> None:
    """Views whose file is gone go too; nobody is left reading yesterday's meaning."""
    rows = connection.execute(
        "SELECT schema_name || '.' || view_name FROM duckdb_views() "
        "WHERE database_name = 'lake' AND schema_name IN ('staging', 'mart')"
    ).fetchall()
    for (name,) in rows:
        if name not in wanted:
            connection.execute(f"DROP VIEW lake.{name}")
