"""trafilatura as the judge of last resort: slow, and asked only where the fast ways found next to nothing."""

import logging

from flows.extraction.tree import clean

MAX_CHARS = 2_000_000
MAX_TAGS = 15_000
"""trafilatura is not asked about longer pages, nor about more tags: its own work grows faster than the page."""


def read_slowly(text: str) -> tuple[str, ...]:
    """The paragraphs that trafilatura finds; empty where it finds none or fails. Never raises."""
    if len(text) > MAX_CHARS or text.count("<") > MAX_TAGS:
        return ()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # the outcome says what it would say, once
    import trafilatura  # noqa: PLC0415 - half a second to load, and few pages need it

    try:
        found = trafilatura.extract(text, include_comments=False, include_tables=False, favor_precision=True)
    except Exception:  # the page is hostile input; the fast ways' answer stands
        return ()
    return tuple(line for line in map(clean, (found or "").split("\n")) if line)
