"""Values as SQL has them, where a statement takes no bound ones: settings, comments, ATTACH, questions to be shown."""

from collections.abc import Sequence
from datetime import date


def literal(value: str | int | date | Sequence[str]) -> str:
    """A text in quotation marks, its own doubled; a number; a day; or a list of texts."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "[" + ", ".join(map(literal, value)) + "]"
