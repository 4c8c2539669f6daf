"""The SQL cell of Explore: one question of a person's own, read-only, and beside it what there is to ask."""

import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb

from flows.lake import ask, exports, views
from flows.lake.exports import Choice, Marts
from flows.reporting.report import Section, Value
from flows.steps.exploring import Corpus, bounded
from flows.steps.publishing import SQL

SHOWN_ROWS = 500
FILE_ROWS = 100_000
"""Rows of a CSV; `sillok sql --format csv` has no limit."""
EXAMPLES = (
    "SELECT publisher, count(*) AS articles FROM articles GROUP BY publisher ORDER BY articles DESC",
    "SELECT published_date, count(*) AS articles FROM articles GROUP BY published_date ORDER BY published_date",
    "SELECT speaker_name, count(*) AS quotes FROM quotes GROUP BY speaker_name ORDER BY quotes DESC LIMIT 20",
    "FROM completeness ORDER BY extracted_share LIMIT 50",
)


@dataclass(frozen=True, slots=True)
class Schema:
    """Marts and macros: name (of a macro its signature), what it is, columns with their meanings."""

    marts: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]
    macros: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]


@dataclass(slots=True)
class Cell:
    """Answers questions in SQL. Where texts are not for whoever asks, marts are read as an export shows them.

    Such marts are prepared once for each state of the lake: the verdict on every article is worked out for it.
    """

    corpus: Corpus
    _stack: ExitStack = field(default_factory=ExitStack)
    _marts: Marts | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, sql: str, most: int = SHOWN_ROWS) -> tuple[Section, bool]:
        """The answer, and whether there are more rows than `most`.

        Raises QuestionError for what is not one reading statement or cannot be answered, BusyError for what takes too
        long.
        """
        with self.corpus.asking() as cursor:
            if self.corpus.is_open:
                columns, found = _answered(cursor, sql, most + 1)
            else:
                columns, found = self._obeying(cursor, sql, most + 1)
        section = Section("sql", "Answer", "The answer", dict.fromkeys(columns, ""), found[:most], sql)
        return section, len(found) > most

    def schema(self) -> Schema:
        """What can be asked; macros only where texts are not withheld, since they read past the verdicts."""
        found = _schema()
        return found if self.corpus.is_open else Schema(found.marts, ())

    def close(self) -> None:
        """Let go of the marts."""
        with self._lock:
            self._stack.close()
            self._marts = None

    def _obeying(
        self, reading: duckdb.DuckDBPyConnection, sql: str, most: int
    ) -> tuple[list[str], list[tuple[Value, ...]]]:
        row = reading.execute("SELECT id FROM lake.current_snapshot()").fetchone()
        with self._lock:  # one question at a time: the marts' own connection checks and answers it
            marts = self._prepared(int(row[0]) if row else 0)
            try:
                with bounded(marts.connection, self.corpus.seconds):
                    asked = marts.connection.execute(exports.question(marts, sql))
                    names = [one[0] for one in asked.description or ()]
                    return names, asked.fetchmany(most)
            except duckdb.InterruptException:
                raise
            except duckdb.Error as error:
                raise ask.QuestionError(str(error).strip()) from error

    def _prepared(self, snapshot: int) -> Marts:
        if self._marts is None or self._marts.snapshot_id != snapshot:
            self._stack.close()
            work = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="sillok-explore-")))
            lake = self.corpus.lake
            self._marts = self._stack.enter_context(exports.exporting(lake, views.read(SQL), Choice(), work))
            exports.lock_down(self._marts, lake)
        return self._marts


def _answered(cursor: duckdb.DuckDBPyConnection, sql: str, most: int) -> tuple[list[str], list[tuple[Value, ...]]]:
    try:
        relation = ask.answer(cursor, sql)
        return list(relation.columns), _first(ask.rows(relation), most)
    except ask.QuestionError as error:
        given_up = (duckdb.InterruptException, duckdb.FatalException, duckdb.InternalException)
        if isinstance(error.__cause__, given_up):  # no fault of the question's: the corpus says what to do
            raise error.__cause__ from error
        raise


def _first(rows: object, most: int) -> list[tuple[Value, ...]]:
    found: list[tuple[Value, ...]] = []
    for row in rows:  # type: ignore[attr-defined]
        found.append(row)
        if len(found) >= most:
            break
    return found


@cache
def _schema() -> Schema:
    files = sorted(views.read(SQL), key=lambda file: file.name)
    marts = [(f.name.removeprefix("mart."), f.what, list(f.columns.items())) for f in files if f.kind == "mart"]
    macros = [(f.signature, f.what, [*f.parameters.items(), *f.columns.items()]) for f in files if f.kind == "macros"]
    return Schema(marts, macros)
