"""A report as data: sections of rows, each with the SQL that gave it, and how a value is to be shown.

Texts in it were written by others: they are shown as text, with what could turn the reading order or hide taken out.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Value = object
"""What DuckDB gives: str, int, float, bool, date, a list of numbers, or None."""

FIGURES = "totals"
"""Name of the section of one row that is shown as figures, not as a table."""

HANGUL = re.compile("[\uac00-\ud7a3]")
LINK = re.compile(r"https?://[^\s<>\"']+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """One question and its answer.

    `columns` have their meanings; `sql` is the very text that was asked, so that anybody can ask it again.
    """

    name: str
    title: str
    what: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Value]]
    sql: str


@dataclass(frozen=True, slots=True)
class Report:
    """A page: what it is about, the period it covers (days of publication), when it was made, and its sections."""

    title: str
    since: date
    until: date
    zone: str
    made_at: datetime
    sections: Sequence[Section]
    notes: Sequence[str] = ()

    @property
    def period(self) -> str:
        """The days as people write them."""
        return f"{self.since}" if self.since == self.until else f"{self.since} to {self.until}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is shown.

    `kind` is text, date, number, share, course (a list of counts) or none; `share` is 0 to 1; `link` an http address;
    `lang` is ko where the text is Korean, so that lines break between words and the right glyphs are taken.
    """

    kind: str
    text: str
    share: float = 0.0
    link: str = ""
    lang: str = ""
    course: Sequence[int] = ()


def cells(section: Section) -> list[list[Cell]]:
    """The rows of a section as they are shown; an address becomes the link of the first column."""
    names = list(section.columns)
    address = names.index("url") if "url" in names else None
    shown: list[list[Cell]] = []
    for row in section.rows:
        link = str(row[address]) if address is not None and row[address] else ""
        made = [_cell(name, value) for name, value in zip(names, row, strict=True) if name != "url"]
        if made and LINK.match(link):
            first = made[0]
            made[0] = Cell(first.kind, first.text, first.share, link, first.lang)
        shown.append(made)
    return shown


def headings(section: Section) -> list[tuple[str, str]]:
    """Columns as they are headed, with their meanings; the address has none of its own."""
    return [(name.replace("_", " "), says) for name, says in section.columns.items() if name != "url"]


def _cell(name: str, value: Value) -> Cell:
    if value is None:
        return Cell("none", "–")
    if isinstance(value, bool):
        return Cell("text", "yes" if value else "no")
    if isinstance(value, list | tuple):
        counts = [int(one) for one in value]
        return Cell("course", course_in_words(counts), course=counts)
    if isinstance(value, int | float):
        if name == "share" or name.endswith("_share"):
            return Cell("share", f"{value:.1%}", share=min(1.0, max(0.0, float(value))))
        return Cell("number", f"{value:,}" if isinstance(value, int) else f"{value:,.1f}")
    if isinstance(value, date):
        return Cell("date", str(value))
    text = inert(str(value))
    return Cell("text", text, lang="ko" if HANGUL.search(text) else "")


def course_in_words(counts: Sequence[int]) -> str:
    """A course as a sentence, for those who cannot see its bars."""
    if not any(counts):
        return "nothing"
    most = max(counts)
    first = next(at for at, count in enumerate(counts) if count)
    return f"begins in part {first + 1} of {len(counts)}, most in part {counts.index(most) + 1}: {most}"


def inert(text: str) -> str:
    """A text of others without what controls how it is shown: bidi overrides, control and other unseen characters."""
    return "".join(
        character if character in "\u200c\u200d" or unicodedata.category(character)[0] != "C" else " "
        for character in text
    ).strip()


def figures_in_words(report: Report) -> str:
    """The title, the period and the figures as one line: for a run's artifact, or a message."""
    said = [f"{report.title}, {report.period}"]
    for section in report.sections:
        if section.name == FIGURES and section.rows:
            said += [
                f"{cell.text} {name}" for (name, _), cell in zip(headings(section), cells(section)[0], strict=True)
            ]
    return "; ".join(said)
