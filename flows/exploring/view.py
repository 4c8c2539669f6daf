"""What a view is: what it asks of the lake, the picture it makes of the answers, and what its page is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.exploring.state import State
from flows.reporting.report import Section, Value

Answers = Mapping[str, Section]
"""By name of the section."""
Chart = dict[str, Any]
"""A Vega-Lite specification with its data in it."""


FILE_ROWS = 10_000
"""Rows of a view's CSV; whoever wants more has the SQL."""


class Raw(str):
    """A piece of SQL of our own, put into a question as it is; never anything that somebody typed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What there is: texts in the index, first and last day of publication (not after today), the usual time zone."""

    articles: int
    first: date | None
    last: date | None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is about: the state in its address, the article or story in its path, the frame.

    `is_file`: all rows are wanted, up to `FILE_ROWS`, not those of one page.
    """

    state: State
    key: str
    frame: Frame
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One file of `sql/explore/` (or `sql/report/`) and the values for its $parameters.

    `found` is the state whose articles its $found means.
    """

    name: str
    values: Mapping[str, str | date | int] = field(default_factory=dict)
    found: State | None = None
    folder: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One kind of page.

    `main` is the section that its CSV holds; `has_key`: its path names an article or story; not `is_drawn`: its chart
    is for files, its page has a smaller one of its own.
    """

    name: str
    title: str
    main: str
    asks: Callable[[Asked], Sequence[Ask]]
    shows: Callable[[Asked, Answers], Mapping[str, object]]
    chart: Callable[[Asked, Answers], Chart | None]
    has_key: bool = False
    is_drawn: bool = True


def records(section: Section) -> list[dict[str, Value]]:
    """The rows as objects."""
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]
