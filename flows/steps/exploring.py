"""Explore: a view and its address -> the answers of `sql/explore/`, each request over one state of the lake."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from flows.exploring.state import State
from flows.exploring.view import Answers, Ask, Asked, Frame, Raw, View
from flows.exploring.withholding import withheld
from flows.lake import ask, catalog, search_query, views
from flows.lake.catalog import LakeError
from flows.lake.schema import BrokenPromiseError
from flows.reporting.report import Section
from flows.settings import ROOT
from flows.steps.finding import found_sql
from flows.steps.reporting import refuse_unpublished, usual_zone
from flows.steps.sections import filled

SQL = ROOT / "sql" / "explore"
SECONDS = 20.0
"""After so long a question is given up: a page must not keep the machine busy that nobody waits for any more."""
MEMORY_BYTES = 2 * 10**9
AT_ONCE = 4
"""Questions that run at the same time; others wait their turn. DuckDB uses all cores for one."""


class BusyError(LakeError):
    """Too much is being asked at the moment."""


class NotHereError(LakeError):
    """There is no such article, story or page."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a view was told: its answers, of which state of the lake, within how many seconds."""

    asked: Asked
    answers: Answers
    snapshot: int
    seconds: float


@dataclass(slots=True)
class _Known:
    """What was found out about a state of the lake."""

    snapshot: int
    frame: Frame


@dataclass
class Corpus:
    """The lake as pages read it, by any number of threads: attached once, read-only, locked down; a cursor a request.

    `is_open` says that texts are shown whatever their rights say: to whoever sits at this machine. A catalogue that was
    replaced (`sillok restore`) is opened again.
    """

    lake: Path
    is_open: bool
    seconds: float = SECONDS
    _stack: ExitStack = field(default_factory=ExitStack)
    _connection: duckdb.DuckDBPyConnection | None = None
    _file: tuple[int, int] = (0, 0)
    _known: _Known | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def close(self) -> None:
        """Let go of the lake."""
        with self._lock:
            self._stack.close()
            self._connection = None

    @contextmanager
    def asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor that sees one state of the lake, whatever is written meanwhile; interrupted after `seconds`.

        Raises LakeError where there is no lake that can be read, BusyError where no turn comes, and says of what DuckDB
        refuses what it is.
        """
        if not self._turns.acquire(timeout=self.seconds):
            raise BusyError("Too many questions are being answered just now; try again in a moment")
        try:
            cursor = self._cursor()
            try:
                with bounded(cursor, self.seconds), ask.one_state(cursor):
                    ask.use_marts(cursor)
                    yield cursor
            except (duckdb.FatalException, duckdb.InternalException) as error:
                self._file = (0, 0)  # DuckDB gives such a database up: the next request opens it anew
                raise LakeError(
                    f"DuckDB could not answer this ({_first_line(error)}); it was closed and is opened again"
                ) from error
            except duckdb.InterruptException as error:
                raise BusyError(
                    f"This took longer than {self.seconds:.0f} seconds and was given up: narrow it to fewer days, "
                    "a publisher, or a rarer word"
                ) from error
            finally:
                cursor.close()
        finally:
            self._turns.release()

    def look(self, view: View, state: State, key: str = "", is_file: bool = False) -> Looked:
        """Ask what a view asks.

        Raises LakeError with a sentence for a person: no lake, nothing published, no such article, a search that cannot
        be read, too long.
        """
        began = time.perf_counter()
        with self.asking() as cursor:
            known = self._told(cursor)
            asked = Asked(state, key, known.frame, is_file)
            answers = self._answers(cursor, view.asks(asked))
        if view.has_key and not answers[view.main].rows:
            raise NotHereError(f"There is no {view.name} {key} here; a search finds articles by their words")
        return Looked(asked, answers, known.snapshot, time.perf_counter() - began)

    def frame(self) -> Frame:
        """What there is to look at. Raises LakeError where there is nothing."""
        with self.asking() as cursor:
            return self._told(cursor).frame

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            try:
                found = catalog.catalog_path(self.lake).stat()
                file = (found.st_dev, found.st_ino)
            except OSError:
                file = (0, 0)
            if self._connection is None or file != self._file:
                self._stack.close()
                self._connection, self._known = None, None
                self._connection = self._stack.enter_context(ask.asking(self.lake, memory_bytes=MEMORY_BYTES))
                self._file = file
            return self._connection.cursor()

    def _told(self, cursor: duckdb.DuckDBPyConnection) -> _Known:
        """What is known of the state that the cursor sees; found out once for each."""
        row = cursor.execute("SELECT id FROM lake.current_snapshot()").fetchone()
        snapshot = int(row[0]) if row else 0
        known = self._known
        if known is None or known.snapshot != snapshot:
            catalog.check_format(cursor, self.lake)
            refuse_unpublished(cursor)
            corpus = self._answer(cursor, Ask("corpus", {"today": datetime.now(UTC).date()}))
            articles, first, last = corpus.rows[0]
            zone = known.frame.zone if known else usual_zone(cursor)
            frame = Frame(int(str(articles)), _day(first), _day(last), zone)
            known = self._known = _Known(snapshot, frame)
        return known

    def _answers(self, cursor: duckdb.DuckDBPyConnection, asks: Sequence[Ask]) -> dict[str, Section]:
        """What is asked more than once about the same articles finds them once, in a table of the cursor's own."""
        finding = [one.found for one in asks if one.found is not None]
        kept = finding[0] if len(finding) > 1 and len(set(finding)) == 1 else None
        if kept is not None:
            _rows(cursor, f"CREATE TEMP TABLE explored AS {_found(kept)}")
        return {one.name: self._answer(cursor, one, "FROM explored" if kept else "") for one in asks}

    def _answer(self, cursor: duckdb.DuckDBPyConnection, one: Ask, found: str = "") -> Section:
        file = views.read_section(SQL / one.folder / f"{one.name}.sql")
        shown, asked = dict(one.values), dict(one.values)
        for name in ("query", "versus"):
            if name in asked:
                asked[name] = search_query.plain(str(asked[name]))
        if one.found is not None:
            shown["found"] = Raw(found_sql(one.found))
            asked["found"] = Raw(found or _found(one.found))
        rows = _rows(cursor, filled(file.body, asked))
        if (given := [column[0] for column in cursor.description or ()]) != list(file.columns):
            raise BrokenPromiseError(f"{one.folder}/{one.name}.sql gives {given}, and its header says otherwise")
        section = Section(one.name, file.title, file.what, file.columns, rows, filled(file.body, shown))
        return section if self.is_open else withheld(section, file.text)


@contextmanager
def bounded(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what a connection does once so many seconds are over."""
    clock = threading.Timer(seconds, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def passed_on(section: Section, folder: str) -> Section:
    """The section as a file may hold it: words only where their rights let them be passed on."""
    if "withheld" in section.columns:
        return section
    return withheld(section, views.read_section(SQL / folder / f"{section.name}.sql").text)


def _found(state: State) -> str:
    """As the macros read it."""
    return found_sql(state.with_(query=search_query.plain(state.query)))


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    try:
        return list(cursor.execute(sql).fetchall())
    except (duckdb.InterruptException, duckdb.FatalException, duckdb.InternalException):
        raise
    except duckdb.CatalogException as error:
        raise LakeError(
            "The views of this lake are older than this Sillok, or it has no search yet: `sillok run` publishes them"
        ) from error
    except duckdb.Error as error:
        # error() in a macro: its words are for people, DuckDB's name for the class of error is not.
        raise search_query.SearchError(str(error).partition("Error: ")[2].strip() or _first_line(error)) from error


def _first_line(error: duckdb.Error) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
