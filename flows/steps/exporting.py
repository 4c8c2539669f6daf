"""One export from question to file: read as the rights allow, write beside the target, log, put in place."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from flows.durable import sync
from flows.lake import batches, export_database, exports, views
from flows.lake.export_choices import ExportFormat, Purpose
from flows.lake.exports import Choice, ExportError, Left, Marts
from flows.lake.lock import LockedError
from flows.steps import export_files
from flows.steps.account import account
from flows.steps.publishing import SQL

_FORMATS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv",
            ".xlsx": "xlsx", ".duckdb": "duckdb", ".db": "duckdb"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted. `query`, if given, stands in place of the mart `what`."""

    path: Path
    format: ExportFormat
    what: str = "articles"
    query: str | None = None
    choice: Choice = field(default_factory=Choice)
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What an export came to. `withheld` counts articles; `notes` are sentences for a person."""

    row_count: int
    article_count: int  # articles that the choice took in, those withheld included
    withheld: tuple[Left, ...]
    file_bytes: int
    sha256: str
    is_logged: bool  # false: written down, and in ops.exports as soon as the lake's writer is free
    notes: tuple[str, ...]


def format_of(path: Path) -> ExportFormat:
    """The format that a file's name asks for. Raises ExportError for a name that asks for none."""
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise ExportError(
            f"{path.name} does not tell a format: end it in {', '.join(_FORMATS)}, or say --format parquet"
        )
    return ExportFormat(found)


def export(lake: Path, request: Request, written: Callable[[int], None] = lambda _: None) -> Summary:
    """Write one file, whole or not at all, and log it. `written` is told of rows as they go.

    Raises ExportError or QuestionError for what cannot be exported; nothing is written or logged then.
    """
    path = request.path
    if path.is_dir() or not path.parent.is_dir():
        raise ExportError(f"{path} is a folder" if path.is_dir() else f"There is no folder {path.parent}")
    if path.exists() and not request.is_forced:
        raise ExportError(f"{path} is there already: --force replaces it")
    with _working_folder(path.parent) as work:
        temporary = work / f"export{path.suffix}"
        try:
            with exports.exporting(lake, views.read(SQL), request.choice, work) as marts:
                if request.format is ExportFormat.DUCKDB:
                    rows, notes = export_database.write(marts, temporary, written)
                else:
                    rows, notes = _write_one(lake, marts, request, temporary, work, written)
                withheld, count, snapshot = marts.withheld, marts.article_count, marts.snapshot_id
        except duckdb.Error as error:  # a text that is no number, a full disk
            raise ExportError(str(error).strip()) from error
        digest, size = _sealed(temporary)
        exports.note(lake, _row(request, rows, withheld, digest, size, snapshot))
        temporary.replace(path)
        sync(path.parent)
    return Summary(rows, count, withheld, size, digest, _logged(lake), notes)


def _write_one(
    lake: Path, marts: Marts, request: Request, path: Path, work: Path, written: Callable[[int], None]
) -> tuple[int, tuple[str, ...]]:
    form = ""
    if request.query is not None:
        question, name = exports.question(marts, request.query), "answer"
    else:
        name = request.what.removeprefix("mart.")
        file = _mart(marts, f"mart.{name}")
        question, form = f'FROM mart."{name}"', file.form
    exports.lock_down(marts, lake)
    rows = 0

    def counted(more: int) -> None:
        nonlocal rows
        rows += more
        written(more)

    reader = marts.connection.execute(question).to_arrow_reader(exports.ROWS_AT_ONCE)
    _writer(request.format, form, name, work)(path, reader.schema, reader, counted)
    notes = []
    if request.format is ExportFormat.XLSX and rows >= export_files.MAX_SHEET_ROWS:
        notes.append(f"The rows are on {-(-rows // (export_files.MAX_SHEET_ROWS - 1))} sheets")
    return rows, tuple(notes)


def _writer(format_: ExportFormat, form: str, name: str, work: Path) -> Callable[..., None]:
    if format_ is ExportFormat.PARQUET:
        return export_files.write_parquet
    if format_ is ExportFormat.JSONL:
        return export_files.write_jsonl
    if format_ is ExportFormat.CSV:
        return partial(export_files.write_csv, is_tsv=form == "tsv")
    return partial(export_files.write_xlsx, name=name, work=work)


def _mart(marts: Marts, name: str) -> views.SqlFile:
    if name in marts.unnarrowed:
        raise ExportError(f"{name} cannot be narrowed to a period or a publisher: ask for it whole")
    if name not in marts.files:
        names = ", ".join(sorted(known.removeprefix("mart.") for known in marts.files))
        raise ExportError(f"There is no {name} in this lake; there are {names}")
    return marts.files[name]


def _row(
    request: Request, rows: int, withheld: tuple[Left, ...], digest: str, size: int, snapshot_id: int
) -> dict[str, object]:
    is_database = request.format is ExportFormat.DUCKDB
    what = "marts" if is_database else "query" if request.query else f"mart.{request.what.removeprefix('mart.')}"
    return {
        "exported_at": datetime.now(UTC),
        "exported_by": account(),
        "what": what,
        "query": request.query,
        "format": request.format.value,
        "purpose": request.choice.purpose.value,
        "since_date": request.choice.since,
        "until_date": request.choice.until,
        "publishers": list(request.choice.publishers),
        "row_count": rows,
        "withheld": [{"reason": left.reason, "count": left.count} for left in withheld],
        "is_left_out": request.choice.purpose is Purpose.AI_TRAINING,
        "file_name": request.path.name,
        "file_bytes": size,
        "file_sha256": digest,
        "snapshot_id": snapshot_id,
    }


def _logged(lake: Path) -> bool:
    try:
        with batches.writing(lake, "export") as writer:
            exports.bring_in(writer)
    except LockedError:
        return False
    return True


@contextmanager
def _working_folder(beside: Path) -> Iterator[Path]:
    """A folder for what is not finished, on the target's own disk; gone afterwards, however that comes about."""
    folder = Path(tempfile.mkdtemp(prefix=".sillok-export-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sealed(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file that is on the disk for certain."""
    sync(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
