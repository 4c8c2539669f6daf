"""The command line. A command ends with 0 (done; bad pages are counted, not failures) or 2 (a sentence says why)."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows import (
    __version__,
    cli_backfill,
    cli_catalogue,
    cli_explore,
    cli_export,
    cli_maintain,
    cli_refresh,
    cli_report,
    cli_search,
    cli_show,
    cli_sources,
    cli_takedown,
    cli_verify,
)
from flows.cli_runs import AsJson, finished, prepare_prefect, print_counts, print_json
from flows.sample_press_content import Edition
from flows.settings import Settings, SettingsError, settings

# A command imports what it needs itself: duckdb, polars and aiohttp take longer to load than --help to print.
if TYPE_CHECKING:
    from flows.steps.publishing import Answer

app = typer.Typer(
    name="sillok",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A news corpus that people can trust and question: gathered politely, kept as served, answered in SQL.",
)
out = Console()
err = Console(stderr=True)

SHOWN_QUESTIONS = ("who_left_the_programme", "who_ran_the_wire_story", "what_may_train_ai")
app.add_typer(cli_sources.app, name="sources")
app.add_typer(cli_backfill.app, name="backfill")
app.command("export")(cli_export.export_)
app.command("search")(cli_search.search_)
app.command("explore")(cli_explore.explore_)
app.command("report")(cli_report.report_)
app.command("show")(cli_show.show_)
app.command("trend")(cli_show.trend_)
app.command()(cli_verify.verify)
app.command()(cli_verify.repair)
app.command()(cli_verify.backup)
app.command()(cli_verify.restore)
app.command("takedown")(cli_takedown.takedown_)
app.command("maintain")(cli_maintain.maintain_)
app.command("move-catalogue")(cli_catalogue.move_catalogue)
app.command("refresh")(cli_refresh.refresh_)

MAX_CELL_CHARS = 120


class Format(StrEnum):
    """How answers are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"  # one object a line


def main() -> NoReturn:
    """The entry point: known troubles become one sentence and exit code 2."""
    try:
        app()
    except SystemExit:  # how every command ends that had no trouble: the clause below loads what could have raised
        raise
    except _known_troubles() as error:
        _leave(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough: `| head`
        sys.exit(0)
    except Exception as error:
        from flows.lake.surroundings import sentence

        if said := sentence(error):  # a full or read-only disk, no more files to be opened
            _leave(said)
        if not isinstance(error, OSError):
            raise
        _leave(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))  # as a file in the way
    sys.exit(0)


def _known_troubles() -> tuple[type[Exception], ...]:
    from flows.discovery.source import SourceError
    from flows.fetching.saved import ManifestError
    from flows.lake.catalog import LakeError
    from flows.linking.decisions import DecisionsError

    return (DecisionsError, LakeError, SettingsError, SourceError, ManifestError)


def _leave(sentence: str) -> NoReturn:
    err.print(f"[bold red]sillok:[/] {sentence}", highlight=False)
    sys.exit(2)


@app.command()
def run(
    sources: Annotated[list[str] | None, typer.Argument(help="Sources by id; all of data/sources if none.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the made-up press that ships with Sillok.")] = False,
    edition: Annotated[Edition, typer.Option(help="Of the sample press; evening has some corrected.")] = (
        Edition.MORNING
    ),
    as_json: AsJson = False,
) -> None:
    """Gather what is new, read it, annotate it, publish the views: the daily flow, once, now.

    Running it again is safe at any time: nothing that has not changed is fetched, and no row is added twice.
    """
    from flows.steps.gathering import chosen
    from flows.steps.publishing import answer as answer_question

    chosen(settings().sources, sources or [])
    check_lake()
    prepare_prefect()
    from flows.daily import daily

    if not sample and not settings().contact:
        err.print(
            "SILLOK_CONTACT is not set, so nobody will be asked for anything: publishers must be able to reach you."
        )
    counts = finished(lambda: daily.with_options(retries=0)(sources or [], sample, edition))
    print_counts(counts, as_json)
    if sample and not as_json:
        for name in SHOWN_QUESTIONS:
            _print_answer(answer_question(settings().lake, name))
        _print_further()


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Folders, saved pages, WARC files, text files of URLs.")],
    manifest: Annotated[Path | None, typer.Option(help="JSON Lines: input and any of id, url, captured_at.")] = None,
    until: Annotated[
        Literal["store", "extract", "enrich", "link", "index", "publish"],
        typer.Option(help="The last step to take; the next run, an import or a daily one, does what is left."),
    ] = "publish",
    seconds_between_requests: Annotated[
        float, typer.Option(min=0.5, max=60, help="Of URLs: pause between two requests to one host.")
    ] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Bring in pages that were saved elsewhere, then read, annotate and publish them.

    Every input gets one row; one that cannot be read says why and the rest goes on.
    """
    _must_exist([*paths, *([manifest] if manifest else [])])
    check_lake()
    given = [str(path.absolute()) for path in paths]  # before the working folder changes
    listed = str(manifest.absolute()) if manifest else ""
    prepare_prefect()
    from flows.backfill import backfill
    from flows.steps.import_choices import Until

    flow = backfill.with_options(retries=0)
    print_counts(finished(lambda: flow(given, listed, Until(until), seconds_between_requests)), as_json)


@app.command()
def extract(
    paths: Annotated[list[Path] | None, typer.Argument(help="Saved pages, WARC files or folders of them.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the one page given.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON Lines: input and any of id, url, captured_at.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes.")] = None,
) -> None:
    """Read pages and print one JSON object a line for each, also for one that fails. Needs no lake, no network."""
    from flows.steps.standalone import extract_lines

    if not paths and manifest is None:
        _leave("Nothing to read: name a page, a folder, a WARC file or a --manifest")
    _must_exist([*(paths or []), *([manifest] if manifest else [])])
    _print_lines(extract_lines(paths or [], manifest, url, _with_workers(workers)))


@app.command()
def annotate(
    file: Annotated[Path | None, typer.Argument(help="Lines as extract prints them; else stdin.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes.")] = None,
) -> None:
    """Annotate articles: each line comes back with people, organisations, places, quotes, dates and more."""
    from flows.steps.standalone import annotate_lines

    _print_lines(annotate_lines(_lines(file), _with_workers(workers)))


@app.command()
def entities(
    file: Annotated[Path | None, typer.Argument(help="Lines with id and text; else standard input.")] = None,
) -> None:
    """Find entities in plain sentences: prints id and entities (start, end, type) a line."""
    from flows.steps.standalone import entity_lines

    _print_lines(entity_lines(_lines(file), settings()))


@app.command()
def sql(
    question: Annotated[str, typer.Argument(help='One SELECT, for example "FROM articles LIMIT 5". - reads stdin.')],
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")] = Format.TABLE,
    as_of: Annotated[str | None, typer.Option(help="The lake as it stood: 2026-01-01T00:00Z, or a snapshot.")] = None,
) -> None:
    """Ask the lake in SQL, read-only. Views of `mart` need no prefix; DESCRIBE and SHOW ALL TABLES work too."""
    from flows.lake.ask import answer, asking, rows
    from flows.lake.asof import instant_or_snapshot
    from flows.steps.publishing import Answer

    text = sys.stdin.read() if question == "-" else question
    with asking(settings().lake, instant_or_snapshot(as_of) if as_of else None) as connection:
        with err.status("Asking the lake"):
            relation = answer(connection, text)
            found = rows(relation)
            first = list(islice(found, 1))  # DuckDB works it out only now
        _print_answer(Answer("", "", tuple(relation.columns), chain(first, found)), format_)


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(help="A question of sql/queries/; none lists them.")] = None,
    format_: Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")] = Format.TABLE,
) -> None:
    """Answer one of the prepared questions, or list them."""
    from flows.steps.publishing import answer as answer_question
    from flows.steps.publishing import questions

    if name is None:
        for _, question in sorted(questions().items()):
            out.print(f"[bold]{question.name}[/]  {question.what}", highlight=False)
        return
    with err.status("Asking the lake"):
        given = answer_question(settings().lake, name)
    _print_answer(given, format_)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Prefect server and its UI.")] = 4200,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the server has no password of its own.")
    ] = "127.0.0.1",
) -> None:
    """Prefect server, one worker and the deployments of prefect.yaml, on this machine, until Ctrl-C."""
    prepare_prefect(is_quiet=False)
    from flows.serving import serve as start

    start(host, port, lambda line: print(line, flush=True))


@app.command()
def tables(
    write: Annotated[Path | None, typer.Option(help="Write the page to this file instead of printing it.")] = None,
) -> None:
    """Print docs/tables.md: every table and view with grain, key and columns."""
    from flows.steps.tables_page import page

    if write is None:
        print(page())
    else:
        write.write_text(page(), encoding="utf-8")


@app.command("settings")
def settings_(as_json: AsJson = False) -> None:
    """Print every setting, what it is now, and what it means."""
    now = settings()
    if as_json:
        print_json({f"SILLOK_{name.upper()}": value for name, value in now.model_dump(mode="json").items()})
        return
    table = Table("variable", "now", "meaning")
    for name, field in Settings.model_fields.items():
        table.add_row(f"SILLOK_{name.upper()}", str(getattr(now, name)), field.description or "")
    out.print(table)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(__version__, highlight=False)


def _must_exist(paths: list[Path]) -> None:
    for path in paths:
        if not path.exists():
            _leave(f"There is no file or folder {path}; nothing was done")


def check_lake() -> None:
    """Refuse what cannot work before it starts: a lake newer than the code, or in use; a model or cluster not there."""
    from flows.dask_workers import check_cluster
    from flows.lake.catalog import exists
    from flows.lake.catalog import read as open_lake
    from flows.lake.lock import held
    from flows.steps.entity_models import entity_models

    lake = settings().lake
    check_cluster(settings())
    entity_models(settings())
    if lake.exists() and not lake.is_dir():
        _leave(f"SILLOK_LAKE is {lake}, which is a file: it must be a folder")
    if exists(lake):
        open_lake(lake).close()
        with held(lake, "a check before a run"):
            pass


def _with_workers(count: int | None) -> Settings:
    return settings() if count is None else settings().model_copy(update={"workers": count})


def _print_answer(given: "Answer", format_: Format = Format.TABLE) -> None:
    if format_ is Format.JSON:
        for row in given.rows:
            print(json.dumps(dict(zip(given.columns, row, strict=True)), ensure_ascii=False, default=str))
        return
    if format_ is Format.CSV:
        import csv

        writer = csv.writer(sys.stdout)
        writer.writerow(given.columns)
        writer.writerows(given.rows)
        return
    if given.what:
        out.print(f"\n[bold]{given.what}[/]", highlight=False)
    table = Table(*given.columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in given.rows:
        table.add_row(*(_cell(value) for value in row))
    out.print(table, highlight=False)


def _cell(value: object) -> Text:
    """One cell: whole instants to the second, long texts cut; never read as markup."""
    text = "" if value is None else str(value)
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ", timespec="seconds")
    return Text(text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - 1] + "…")


def _print_lines(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _lines(file: Path | None) -> Iterator[str]:
    if file is None:
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield from sys.stdin
        return
    _must_exist([file])
    with file.open(encoding="utf-8", errors="replace") as handle:
        yield from handle


def _print_further() -> None:
    print(
        "Look further\n"
        '  .venv/bin/sillok sql "FROM completeness"    what is there, what is missing, and why\n'
        '  .venv/bin/sillok sql "SELECT speaker_name, text FROM quotes LIMIT 10"\n'
        "  .venv/bin/sillok query                      more prepared questions\n"
        "  .venv/bin/sillok serve                      schedules and runs by hand, http://127.0.0.1:4200\n"
        "  make run EDITION=evening                    the press some hours later: articles corrected\n"
        "  docs/tables.md                              every table, view and column"
    )


if __name__ == "__main__":
    main()
