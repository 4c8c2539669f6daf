"""How people name a state of the lake: by an instant, or by a snapshot's number."""

from datetime import UTC, datetime

from flows.lake.catalog import LakeError


def instant_or_snapshot(text: str) -> int | datetime:
    """A snapshot's number, or an instant; one without an offset is UTC, a day alone is its first moment.

    Raises LakeError for what is neither.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise LakeError(f"{text} is no time: say 2026-01-01T00:00Z, 2026-01-01, or a snapshot's number") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
