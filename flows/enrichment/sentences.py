"""Sentences, cut with respect for quotations: a full stop inside marks ends nothing outside them.

Reads text, writes spans. Kiwi's own splitter cuts behind every closing mark, hence this rule.
"""

import re
from typing import NamedTuple

VERSION = 1

DOUBLE_MARKS = '"“”„«»＂'
_MARK = re.compile(f"[{DOUBLE_MARKS}]")
_OPEN = "“„«"
_END = re.compile(r"""[.?!。！？…]+['’”"」』»)\]]*(?=\s|$)|[。！？]|\n+""")
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Sgt|Jr|Sr|vs|No|Inc|Ltd|Co|Corp|U\.S|U\.K|a\.m|p\.m|e\.g|i\.e|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)|\b[A-Z]|\d)\.$"
)
MAX_QUOTE_CHARS = 3_000
"""A mark that finds no partner within this distance opens nothing."""


class Span(NamedTuple):
    """text[start:end]."""

    start: int
    end: int


def quoted(text: str) -> tuple[Span, ...]:
    """Spans of double-marked quotations, marks included, outermost only, in order.

    Curly marks tell their direction; straight ones are paired by parity within the paragraph. A second opening mark
    before any closing one starts afresh: the first had no partner.
    """
    found: list[Span] = []
    start = -1
    for mark in _MARK.finditer(text):
        at, char = mark.start(), mark[0]
        if start >= 0 and at - start > MAX_QUOTE_CHARS:
            start = -1
        # German closes with the mark that English opens with: „so“.
        if start < 0:
            start = -1 if char in "”»" else at
        elif char in _OPEN and not (char == "“" and text[start] == "„"):
            start = at
        else:
            found.append(Span(start, at + 1))
            start = -1
    return tuple(found)


def masked(text: str, spans: tuple[Span, ...]) -> str:
    """The text with each span blotted out, one `▒` a character, so that offsets hold."""
    out: list[str] = []
    at = 0
    for start, end in spans:
        out += [text[at:start], "▒" * (end - start)]
        at = end
    out.append(text[at:])
    return "".join(out)


def sentences(text: str, quotes: tuple[Span, ...] | None = None) -> tuple[Span, ...]:
    """Spans of the sentences, outer blanks left out, in order. An empty or blank text has none."""
    plain = masked(text, quoted(text) if quotes is None else quotes)
    found: list[Span] = []
    start = 0
    for match in _END.finditer(plain):
        if _NO_END.search(plain, max(start, match.end() - 8), match.end()):
            continue
        _put(found, text, start, match.end())
        start = match.end()
    _put(found, text, start, len(text))
    return tuple(found)


def _put(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    size = len(piece.strip())
    if size:
        found.append(Span(start + left, start + left + size))
