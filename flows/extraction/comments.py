"""How many comments a page says it has. Their text is never kept."""

import re

from flows.extraction.blocks import Block
from flows.extraction.structured import Stated

_KOREAN = re.compile(r"(?:댓글|의견|코멘트)\s?(?:수\s?)?[\[(]?\s?(\d[\d,]{0,8})\s?(?:개|건)?[\])]?")
_WESTERN = re.compile(
    r"(\d[\d,.]{0,8})\s?(?:comments?|kommentare?|commentaires?|comentarios|commenti|reacties|"
    r"kommentarer)|(?:comments?|kommentare)\s?[:(\[]\s?(\d[\d,.]{0,8})",
    re.IGNORECASE,
)
_LABEL = re.compile("댓글|의견|omment|omentario|eacties")
MAX_CHARS = 60


def count_of(blocks: list[Block], stated: Stated) -> int | None:
    """The number beside the comments label, or as JSON-LD states it; None where the page says none."""
    if stated.comment_count is not None:
        return stated.comment_count
    for block in blocks:
        text = block.text
        if len(text) > MAX_CHARS or not _LABEL.search(text):
            continue
        match = _KOREAN.search(text) or _WESTERN.search(text)
        if match:
            return int(re.sub(r"\D", "", next(group for group in match.groups() if group)))
    return None
