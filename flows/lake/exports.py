"""What may leave the lake as text: the marts as an export may show them, by verdict and purpose; and its log.

An export reads the marts through views of the same names in the connection's own database. In these the columns that
repeat an article's words are null where its publisher does not allow the use, and `withheld` says why; for AI training
such rows are not there at all. Facts, headlines and links stay.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from flows.durable import make_folder, put
from flows.lake import catalog, files
from flows.lake.ask import QuestionError
from flows.lake.batches import Writer
from flows.lake.export_choices import Purpose
from flows.lake.export_tables import EXPORTS
from flows.lake.literals import literal
from flows.lake.schema import Row
from flows.lake.views import SqlFile

MEMORY_LIMIT = "1000MB"
"""For DuckDB: with Python and the writers of files an export stays under 2 GB; what does not fit goes to disk."""
THREADS = 2
ROWS_AT_ONCE = 5_000
ABOUT_THE_CORPUS = ("mart.sources", "mart.accuracy", "mart.snapshots")
"""Marts that no period and no publisher narrows: they go whole into every database."""
_DAYS = ("published_date", "news_date", "captured_date")
_COMPUTING = frozenset({"unnest", "range", "generate_series", "json_each", "json_tree"})
_WORD = re.compile(r"\w+")


class ExportError(catalog.LakeError):
    """An export that cannot be made as asked; the message says why and what can."""


_USES = {
    Purpose.REPRODUCTION: ("reproduction",),
    Purpose.REDISTRIBUTION: ("redistribution", "reproduction"),
    Purpose.AI_TRAINING: ("ai_training",),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which articles, and what for. Days are days of publication, both included."""

    purpose: Purpose = Purpose.REDISTRIBUTION
    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    as_of: int | datetime | None = None  # a snapshot's number or an instant; None: as it stands now

    @property
    def is_narrowed(self) -> bool:
        """Whether not the whole corpus is wanted."""
        return bool(self.since or self.until or self.publishers)


@dataclass(frozen=True, slots=True)
class Left:
    """What was withheld for one reason: of how many articles."""

    reason: str  # "redistribution prohibited": use and verdict; not_stated where nothing was said
    count: int


@dataclass(frozen=True, slots=True)
class Marts:
    """A connection in which the marts are as an export may show them (see `exporting`)."""

    connection: duckdb.DuckDBPyConnection
    choice: Choice
    files: dict[str, SqlFile] = field(hash=False)  # by mart.name; only those that are in the lake
    columns: dict[str, list[str]] = field(hash=False)
    macros: tuple[SqlFile, ...]
    unnarrowed: tuple[str, ...]  # marts that the choice cannot narrow: not there unless they are about the corpus
    withheld: tuple[Left, ...]
    article_count: int
    snapshot_id: int


@contextmanager
def exporting(lake: Path, files: Sequence[SqlFile], choice: Choice, work: Path) -> Iterator[Marts]:
    """A connection in whose schema `mart` every mart is as `choice` allows it. `work` is a folder for what spills.

    Raises LakeError where there is no lake, ExportError where nothing was published in it yet or no publisher is
    called as asked.
    """
    with closing(catalog.read(lake, choice.as_of)) as connection:
        row = connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()
        snapshot_id = row[0] if row else 0
    with closing(catalog.read(lake, as_of=snapshot_id)) as connection:  # one state, from the first mart to the last
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET threads = {THREADS}")
        connection.execute(f"SET temp_directory = {literal(str(work))}")
        columns = _columns(connection)
        if "mart.rights" not in columns or "mart.articles" not in columns:
            raise ExportError("No views are published in this lake, or were then: `sillok run` publishes them")
        listed = {file.name: file for file in files if file.kind == "mart" and file.name in columns}
        connection.execute("CREATE SCHEMA IF NOT EXISTS memory.export; CREATE SCHEMA IF NOT EXISTS memory.mart")
        withheld, count = _choose(connection, choice)
        unnarrowed = [
            file.name for file in listed.values() if not _publish(connection, file, columns[file.name], choice)
        ]
        connection.execute("USE memory.mart")
        macros = tuple(file for file in files if file.kind == "macros")
        yield Marts(connection, choice, listed, columns, macros, tuple(unnarrowed), withheld, count, snapshot_id)


def question(marts: Marts, sql: str) -> str:
    """The question itself, once it is sure that it reads nothing but the marts as an export may show them.

    Raises QuestionError for anything else: a table of another schema holds text that no verdict has been put to.
    """
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QuestionError('An export takes one SELECT: "SELECT publisher, count(*) FROM quotes GROUP BY ALL"')
        row = marts.connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
        tree = json.loads(row[0]) if row else {"error": True}
        if tree.get("error"):
            raise QuestionError(str(tree.get("error_message") or "An export takes one SELECT"))
        _refuse_other_tables(marts, tree)
        marts.connection.execute(f"DESCRIBE {sql.strip().rstrip(';')}")
    except duckdb.Error as error:
        raise QuestionError(str(error).strip()) from error
    return sql.strip().rstrip(";")


def lock_down(marts: Marts, lake: Path) -> None:
    """From here on only the lake's own Parquet files can be opened, and no setting changed."""
    marts.connection.execute(f"SET allowed_directories = {literal([files.place(lake)])}")
    marts.connection.execute("SET enable_external_access = false; SET lock_configuration = true")


def _choose(connection: duckdb.DuckDBPyConnection, choice: Choice) -> tuple[tuple[Left, ...], int]:
    """Put the articles chosen into a table, each with why its text may not go (null: it may). Returns the counts."""
    uses = _USES[choice.purpose]
    strictest = " ".join(
        f"WHEN {use} IS NOT DISTINCT FROM {verdict} THEN '{use.replace('_', ' ')} {said}'"
        for verdict, said in (
            ("'prohibited'", "prohibited"),
            ("'permission_required'", "permission_required"),
            ("NULL", "not_stated"),
        )
        for use in uses
    )
    conditions, values = _conditions(choice, "publisher", "day")
    connection.execute(
        f"CREATE TABLE memory.export.chosen AS SELECT article_id, CASE {strictest} END AS why FROM ("
        "SELECT rights.*, coalesce(a.published_date, a.captured_at::DATE) AS day "
        "FROM lake.mart.rights AS rights JOIN lake.mart.articles AS a USING (article_id)) "
        f"WHERE {conditions}",
        values,
    )
    counts = connection.execute("SELECT why, count(*) FROM memory.export.chosen GROUP BY why ORDER BY why").fetchall()
    if choice.publishers:
        _refuse_unknown_publishers(connection, choice)
    return tuple(Left(why, count) for why, count in counts if why), sum(count for _, count in counts)


def _refuse_unknown_publishers(connection: duckdb.DuckDBPyConnection, choice: Choice) -> None:
    known = {name for (name,) in connection.execute("SELECT DISTINCT publisher FROM lake.mart.rights").fetchall()}
    for name in choice.publishers:
        if name not in known:
            near = connection.execute(
                "SELECT name FROM (SELECT unnest(?::VARCHAR[]) AS name) ORDER BY levenshtein(name, ?) LIMIT 3",
                [sorted(known - {None}), name],
            ).fetchall()
            raise ExportError(f"No article is by {name}; near it: {', '.join(row[0] for row in near) or 'nobody'}")


def _conditions(choice: Choice, publisher: str, day: str) -> tuple[str, list[Any]]:
    parts, values = ["true"], list[Any]()
    for condition, value in (
        (f"{day} >= ?", choice.since),
        (f"{day} <= ?", choice.until),
        (f"list_contains(?::VARCHAR[], {publisher})", list(choice.publishers) or None),
    ):
        if value is not None:
            parts.append(condition)
            values.append(value)
    return " AND ".join(parts), values


def _publish(connection: duckdb.DuckDBPyConnection, file: SqlFile, columns: list[str], choice: Choice) -> bool:
    """One mart as the choice allows it. False where it cannot be narrowed to the choice: it is not there then."""
    view = f"memory.{file.name}"
    if file.article != "article_id" or "article_id" in columns:
        connection.execute(f"CREATE VIEW {view} AS {_obeying(file, columns, choice)}")
        return True
    if choice.is_narrowed and file.name not in ABOUT_THE_CORPUS:
        day = next((name for name in _DAYS if name in columns), None)
        if (choice.publishers and "publisher" not in columns) or ((choice.since or choice.until) and day is None):
            return False
        conditions, values = _conditions(choice, "publisher", day or "")
        for value in values:  # a view takes no parameters
            conditions = conditions.replace("?", literal(value), 1)
        connection.execute(f"CREATE VIEW {view} AS FROM lake.{file.name} WHERE {conditions}")
        return True
    connection.execute(f"CREATE VIEW {view} AS FROM lake.{file.name}")
    return True


def _obeying(file: SqlFile, columns: list[str], choice: Choice) -> str:
    """SELECT of a mart about articles: text null where it may not go; the reason beside it; for training rows left."""
    texts = [f'"{name}"' for name in file.text if name in columns]
    # Articles that are no longer read as one (older texts of a lost page) have no verdict: nothing was stated.
    why = "CASE WHEN chosen.article_id IS NULL THEN 'not_stated' ELSE chosen.why END"
    replaced = ", ".join(f"CASE WHEN {why} IS NULL THEN given.{name} END AS {name}" for name in texts)
    shown = f"given.* REPLACE ({replaced})" if texts else "given.*"
    if file.form == "":
        has_text = " OR ".join(f"given.{name} IS NOT NULL" for name in texts) or "false"
        shown += f", CASE WHEN {has_text} THEN {why} END AS withheld" if texts else ""
    is_strict = choice.is_narrowed or choice.purpose is Purpose.AI_TRAINING
    join = "JOIN" if is_strict else "LEFT JOIN"
    rest = " WHERE chosen.why IS NULL" if choice.purpose is Purpose.AI_TRAINING else ""
    source = f"(SELECT *, {file.article} AS article_of_row FROM lake.{file.name})"
    return (
        f"SELECT * EXCLUDE (article_of_row) FROM (SELECT {shown} FROM {source} AS given "
        f"{join} memory.export.chosen AS chosen ON chosen.article_id = given.article_of_row{rest})"
    )


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, column in connection.execute(
        "SELECT 'mart.' || table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = 'lake' AND schema_name = 'mart' ORDER BY column_index"
    ).fetchall():
        found.setdefault(name, []).append(column)
    return found


def _refuse_other_tables(marts: Marts, tree: object) -> None:
    named: set[str] = set()
    waiting, nodes = [tree], list[dict[str, Any]]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            nodes.append(node)
            waiting.extend(node.values())
            entries = node["cte_map"].get("map", ()) if isinstance(node.get("cte_map"), dict) else ()
            named |= {str(entry.get("key")).lower() for entry in entries}
        elif isinstance(node, list):
            waiting.extend(node)
    allowed = {name.removeprefix("mart.") for name in marts.files if name not in marts.unnarrowed}
    for node in nodes:
        kind, name = node.get("type"), str(node.get("table_name", "")).lower()
        if kind == "TABLE_FUNCTION":
            function = str(node.get("function", {}).get("function_name")).lower()
            if function not in _COMPUTING:
                raise QuestionError(f"{function}() is not answered in an export: it reads marts, and only those")
        elif kind == "SHOW_REF":
            raise QuestionError("DESCRIBE and SHOW are for `sillok sql`; an export takes a SELECT")
        elif kind == "BASE_TABLE":
            schema = str(node.get("schema_name", "")).lower()
            is_named = not schema and _WORD.fullmatch(name) and name in named
            if node.get("catalog_name") or schema not in ("", "mart") or not (is_named or name in allowed):
                full = ".".join(filter(None, (str(node.get("catalog_name") or ""), schema, name)))
                raise QuestionError(
                    f"An export reads marts by their own names (FROM articles), and {full} is none: only marts carry "
                    f"the verdict on each article's text. There are {', '.join(sorted(allowed))}"
                )


def pending_path(lake: Path) -> Path:
    """Where the log's rows wait until the lake's writer has time for them: one file each."""
    return lake / "exports"


def note(lake: Path, row: Row) -> None:
    """Write down one export so that it cannot be lost: a file first, a row of ops.exports when the writer is free."""
    folder = pending_path(lake)
    make_folder(folder)
    digest = hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:24]
    put(folder / f"{digest}.json", json.dumps({**row, "export_id": digest}, default=_plain).encode())


def bring_in(writer: Writer) -> int:
    """Bring the exports that were written down into ops.exports; returns how many. Safe to repeat."""
    paths = sorted(pending_path(writer.lake).glob("*.json"))
    for path in paths:
        row = json.loads(path.read_text(encoding="utf-8"))
        for name in ("since_date", "until_date"):
            row[name] = date.fromisoformat(row[name]) if row[name] else None
        row["exported_at"] = datetime.fromisoformat(row["exported_at"]).astimezone(UTC)
        writer.commit_rows("export", row["export_id"], f"export-{row['export_id']}", [(EXPORTS, [row])])
        path.unlink()
    return len(paths)


def _plain(value: object) -> str:
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written down")
