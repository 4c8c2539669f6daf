"""Word lists written for this project: `data/gazetteer/NAME.csv`, read once, shared by reading and annotating.

A file opens with comment lines (`#`) that say what it holds and why, then a header row, then rows.
"""

import csv
import io
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "data" / "gazetteer"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """All rows of one list, as header -> value with blanks trimmed.

    Raises FileNotFoundError for a list that does not exist: a broken checkout, not bad input.
    """
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(
        {key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(io.StringIO(lines))
    )


@cache
def terms(name: str) -> frozenset[str]:
    """The first column of one list, as a set."""
    return frozenset(next(iter(row.values())) for row in table(name))


@cache
def split(name: str, column: str) -> dict[str, tuple[str, ...]]:
    """First column -> the values of `column`, which are parted by `|`."""
    return {next(iter(row.values())): tuple(part for part in row[column].split("|") if part) for row in table(name)}
