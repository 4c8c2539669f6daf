"""Progress of a flow that runs in this process: bars on a terminal, plain lines everywhere else."""

import logging
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

COUNTED = "counted"
"""Attribute of a log record that says how far a step is: (step, done, total or None, unit)."""
Counted = tuple[str, int, int | None, str]


class ProgressLines(logging.Handler):
    """Says what the flows log while it is entered: one bar a step on a terminal, with what else is said above it.

    Elsewhere (a file, a pipe, a timer's mail) each record is a line, and steps that only begin say nothing.
    """

    def __init__(self, console: Console) -> None:
        """`console` is where people look while they wait: standard error."""
        super().__init__(logging.DEBUG)
        self._console = console
        self._bars: Progress | None = None
        self._steps: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[unit]}"),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def emit(self, record: logging.LogRecord) -> None:
        """Move a bar, or print the line."""
        counted: Counted | None = getattr(record, COUNTED, None)
        if self._bars is not None and counted is not None:
            self._move(self._bars, counted)
        elif record.levelno >= logging.INFO:
            self._console.print(record.getMessage(), markup=False, highlight=False, soft_wrap=True)

    def _move(self, bars: Progress, counted: Counted) -> None:
        step, done, total, unit = counted
        if total == 0:
            return  # nothing to do is no step
        if step not in self._steps:
            self._steps[step] = bars.add_task(step, total=total, unit=unit)
        bars.update(self._steps[step], completed=done, total=total, unit=unit)
