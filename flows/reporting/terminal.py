"""Sections and articles on a terminal: tables, bars of blocks, a body with its people and quotations marked."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.reporting.report import Section, cells, headings, inert

_BLOCKS = " ▁▂▃▄▅▆▇█"
BAR_CELLS = 12

_STYLES = {"person": "bold", "organisation": "underline", "quote": "yellow"}


def sparkline(values: Sequence[float]) -> str:
    """One block a value, the largest a full one; what is more than nothing is never shown as nothing."""
    most = max(values, default=0)
    if most <= 0:
        return _BLOCKS[0] * len(values)
    return "".join(_BLOCKS[0 if value <= 0 else max(1, round(8 * value / most))] for value in values)


def bar(share: float) -> str:
    """A share of 0 to 1 as a bar of eighths of a cell."""
    eighths = round(max(0.0, min(1.0, share)) * BAR_CELLS * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def table(section: Section) -> Table:
    """The rows of a section as a table; shares have bars, courses are sparklines."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, title=section.title, title_justify="left", title_style="bold")
    rows = cells(section)
    for at, (heading, _) in enumerate(headings(section)):
        is_right = bool(rows) and rows[0][at].kind == "number"
        made.add_column(heading, justify="right" if is_right else "left", overflow="fold")
    for row in rows:
        shown: list[Text] = []
        for cell in row:
            if cell.kind == "share":
                shown.append(Text(f"{cell.text:>6} {bar(cell.share)}"))
            elif cell.kind == "course":
                shown.append(Text(sparkline(cell.course)))
            else:
                shown.append(Text("" if cell.kind == "none" else cell.text))
        made.add_row(*shown)
    return made


def facts(section: Section) -> Table:
    """The one row of a section as a list of what is known; what is not known is left out."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    (row,) = section.rows
    for name, value in zip(section.columns, row, strict=True):
        if value not in (None, ""):
            made.add_row(name.replace("_", " "), Text(inert(str(value))))
    return made


def paragraph(text: str, marks: Sequence[tuple[str, int, int]]) -> Text:
    """A paragraph with its marks: (kind, first character, one past the last). Control characters become blanks."""
    shown = Text("".join(one if one.isprintable() else " " for one in text))
    for kind, begins, ends in marks:
        shown.stylize(_STYLES.get(kind, ""), max(0, begins), max(0, ends))
    return shown
