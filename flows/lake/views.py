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
    -- rule:    SQL that is true of every row (or null); one a line, checked before anybody sees the view
    -- sum:     SQL over all rows that is true (or null), as counts that add up to another view's; likewise
    -- kept:    yes: dear to work out, so its rows are kept in a table (lake.kept_tables), brought up to date here
    -- form:    fixed (somebody else's columns: exports add none), or tsv (the same, and CSV has tabs, no header)

A macro's header says more, and its file gives it its name in `lake.mart` and, for short, in `lake` itself:

    -- macro:  name(argument, argument := default)
    -- parameter NAME: meaning
    -- example: name('...') (bound before anybody sees the macro, its columns held against the header)
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from flows.lake import kept, view_checks
from flows.lake.literals import literal
from flows.lake.schema import BrokenPromiseError
from flows.lake.transaction import transaction

VIEW_SCHEMAS = ("staging", "mart")
MACRO_SCHEMAS = ("mart", "main")
_HEADER = re.compile(
    r"^-- (?P<name>what|title|grain|key|reads|macro|example|text|article|form|kept|rule|sum|"
    r"(?P<of>column|parameter) (?P<of_name>[^:]+)):"
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
    is_kept: bool = False
    rules: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()


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
    many: dict[str, list[str]] = {"rule": [], "sum": []}
    body: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _HEADER.match(line) if not body else None
        if match is None:
            body.append(line)
        elif match["of"]:
            described[match["of"]][match["of_name"]] = match["value"]
        elif match["name"] in many:
            many[match["name"]].append(match["value"])
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
        is_kept="kept" in values,
        rules=tuple(many["rule"]),
        sums=tuple(many["sum"]),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def publish(
    connection: duckdb.DuckDBPyConnection, files: Sequence[SqlFile], accept_empty: Collection[str] = ()
) -> list[str]:
    """Put views and macros into the catalogue in one transaction, checked before anybody sees them.

    Returns the names published. Raises BrokenPromiseError where a view cannot be built or breaks a promise of its
    header, or where a column of a mart that held values holds none any more; readers keep what they had.
    `accept_empty` names columns (mart.view.column) that are meant to be empty now.
    """
    with transaction(connection):
        held = view_checks.before(connection)
        filled: list[view_checks.Filled] = []
        published = []
        for file in files:
            if file.kind == "macros":
                published.append(_publish_macro(connection, file))
            elif file.kind != "queries":
                published.append(_publish_view(connection, file))
                if file.is_kept:
                    _set_aside(connection, file)
                filled += _checked(connection, file, held, accept_empty)
        for file in files:
            if file.is_kept:
                _keep(connection, file)
        _drop_stale(connection, {name for file in files for name in (file.name, kept.anew(file.name))})
        view_checks.write_down(connection, held, filled)
        for file in files:
            if file.is_kept:
                connection.execute(f"DROP TABLE temp.{_aside(file)}")
        connection.execute("CALL lake.set_commit_message('publish', 'views and macros')")
    return published


def _publish_view(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> str:
    """The view as its file says it; of one that is kept the view that works it out."""
    name = kept.anew(file.name) if file.is_kept else file.name
    try:
        connection.execute(f"CREATE OR REPLACE VIEW lake.{name} AS {file.body}")
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be built: {error}") from error
    says = f"{file.what} (worked out, not kept)" if file.is_kept else file.what
    connection.execute(f"COMMENT ON VIEW lake.{name} IS {literal(says)}")
    return file.name


def _set_aside(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    """What the view gives now, in place of the view, until all are checked: nobody else sees this transaction."""
    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_aside(file)} AS FROM lake.{kept.anew(file.name)}")
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be read: {error}") from error
    connection.execute(f"CREATE OR REPLACE VIEW lake.{file.name} AS FROM temp.{_aside(file)}")


def _keep(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> None:
    """The rows into the table that keeps them, and the view over it."""
    try:
        kept.bring_up(connection, file.name, f"temp.{_aside(file)}")
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be kept: {error}") from error
    connection.execute(f"CREATE OR REPLACE VIEW lake.{file.name} AS {kept.select(file.name)}")
    connection.execute(f"COMMENT ON VIEW lake.{file.name} IS {literal(file.what)}")


def _aside(file: SqlFile) -> str:
    return f"checked_{file.name.replace('.', '_')}"


def _checked(
    connection: duckdb.DuckDBPyConnection, file: SqlFile, held: view_checks.Before, accept_empty: Collection[str]
) -> list[view_checks.Filled]:
    try:
        return view_checks.check(
            connection,
            file.name,
            key=file.key,
            rules=file.rules,
            sums=file.sums,
            # Columns of somebody else's form are null where we have no such fact, and dear: the whole text as JSON.
            has_columns_counted=file.kind == "mart" and not file.form,
            held=held,
            accept_empty=accept_empty,
        )
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be read: {error}") from error


def _publish_macro(connection: duckdb.DuckDBPyConnection, file: SqlFile) -> str:
    """The macro under `mart`, and under `main`: whoever says USE lake, or lake.name(), finds it there."""
    if re.search(r"\bNULL\b", file.signature, re.IGNORECASE):
        # DuckLake of 1.5.5 keeps such a default as the word NULL: a date that is none, and no lake that opens again.
        raise BrokenPromiseError(f"{file.name}: a macro's default cannot be NULL; take '' or a date far away")
    try:
        for schema in MACRO_SCHEMAS:
            connection.execute(f"CREATE OR REPLACE MACRO lake.{schema}.{file.signature} AS TABLE {file.body}")
    except duckdb.Error as error:
        raise BrokenPromiseError(f"{file.name} cannot be built: {error}") from error
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
