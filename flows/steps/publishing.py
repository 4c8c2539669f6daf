"""Publish: put views and macros into the catalogue, and answer the questions of `sql/queries/`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from flows.lake import ask, exports, views
from flows.lake.batches import Writer
from flows.settings import ROOT
from flows.steps import measuring, takedown

SQL = ROOT / "sql"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, ready to be shown."""

    name: str
    what: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[object, ...]]


def publish(writer: Writer, accept_empty: Collection[str] = ()) -> list[str]:
    """Build every view and macro of `sql/` in one transaction; returns their names. `accept_empty`: see views.publish.

    The figures of accuracy come in with them, and exports that were written down while the lake was being written.
    What came in since and was taken down before goes first.
    """
    exports.bring_in(writer)
    takedown.enforce(writer, "publish")
    measuring.load(writer)
    return views.publish(writer.connection, views.read(SQL), accept_empty)


def questions() -> dict[str, views.SqlFile]:
    """The questions of `sql/queries/`, by name."""
    return {file.name: file for file in views.read(SQL) if file.kind == "queries"}


def answer(lake: Path, name: str) -> Answer:
    """Answer one question read-only.

    Raises LakeError where there is no lake or no such question.
    """
    found = questions()
    if name not in found:
        raise ask.QuestionError(f"There is no question {name}; there are {', '.join(sorted(found))}")
    with ask.asking(lake) as connection:
        relation = ask.answer(connection, found[name].body)
        return Answer(name, found[name].what, tuple(relation.columns), tuple(ask.rows(relation)))
