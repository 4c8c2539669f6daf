"""What people see while they wait: a bar a step on a terminal, plain lines in a file, and JSON for other programs."""

import io
import json
import logging
from uuid import uuid4

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

import flows.runs
from flows.cli import app
from flows.cli_runs import print_counts
from flows.lake.batches import Count
from flows.progress import ProgressLines
from flows.runs import Progress


def said_to(console: Console) -> str:
    """What a console shows of a step of ten pages, of which seven are read, with a warning in the middle."""
    logger = logging.getLogger("sillok")
    logger.setLevel(logging.DEBUG)
    with ProgressLines(console) as lines:
        logger.addHandler(lines)
        try:
            progress = Progress("extract", 10, "pages").advance(3)
            logger.warning("느티일보: [b]authors[/b] is found on 0 pages")
            progress.advance(4)
            Progress("link-copies", 0, "article texts")
        finally:
            logger.removeHandler(lines)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_ui_hears_of_progress_now_and_then_and_of_the_end_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends several times a second: as many calls would cost the run more than its pages."""
    clock, told = [100.0], []
    monkeypatch.setattr(flows.runs.FlowRunContext, "get", object)
    monkeypatch.setattr(flows.runs, "create_progress_artifact", lambda *_, **__: uuid4())
    monkeypatch.setattr(flows.runs, "update_progress", lambda _, progress: told.append(progress))
    monkeypatch.setattr(flows.runs.time, "monotonic", lambda: clock[0])
    progress = Progress("extract", 10, "pages")
    for after in (1.0, 1.0, 4.0, 1.0):
        clock[0] += after
        progress.advance(2)
    assert told == [60.0]
    progress.advance(2)
    assert told == [60.0, 100.0]


def test_a_terminal_shows_how_far_each_step_is_and_what_is_worth_a_look_above_it() -> None:
    said = said_to(Console(file=io.StringIO(), force_terminal=True, width=100))
    assert "extract" in said
    assert "7/10" in said
    assert "느티일보: [b]authors[/b] is found on 0 pages" in said
    assert "extract: 3 of 10" not in said
    assert "link-copies" not in said


def test_a_file_gets_a_line_for_each_part_and_none_for_a_beginning() -> None:
    said = said_to(Console(file=io.StringIO(), width=20))
    assert said.splitlines() == [
        "extract: 3 of 10 pages",
        "느티일보: [b]authors[/b] is found on 0 pages",
        "extract: 7 of 10 pages",
    ]


def test_counts_are_told_to_programs_as_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_counts([Count("articles", "ok", 3), Count("articles", "no_article", 1)], as_json=True)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"what": "articles", "outcome": "ok", "count": 3},
        {"what": "articles", "outcome": "no_article", "count": 1},
    ]


@pytest.mark.parametrize("words", [["sources"], ["settings"]], ids=" ".join)
def test_what_a_command_lists_is_told_to_programs_as_json(words: list[str]) -> None:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in done.output.splitlines()]
    assert told
    assert {"id", "timezone"} <= set(told[0]) or "SILLOK_LAKE" in told[0]


def test_every_command_that_says_what_came_of_it_says_it_to_programs_too() -> None:
    # Those left out print a document, answer with --format, serve, or print JSON Lines anyway.
    others = {
        "sql",
        "query",
        "tables",
        "version",
        "serve",
        "explore",
        "extract",
        "annotate",
        "entities",
    }
    group = typer.main.get_command(app)
    commands = {name: one for name, one in group.commands.items() if name not in others}  # type: ignore[attr-defined]
    commands |= {f"sources {name}": one for name, one in commands["sources"].commands.items()}
    commands |= {f"backfill {name}": one for name, one in commands.pop("backfill").commands.items()}
    without = [
        name for name, one in commands.items() if "--json" not in [opt for par in one.params for opt in par.opts]
    ]
    assert without == []
