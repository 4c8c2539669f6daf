"""Quotation marks outside Korean: which marks open, which close, by language and by what stands around them.

Reads text, writes spans. German »so« runs against French « so », „so“ closes with the mark that English opens with,
straight marks go by turns, 「so」 holds 『so』.
"""

import re

from flows.enrichment.sentences import MAX_QUOTE_CHARS, Span

VERSION = 1

_MARK = re.compile('["＂“”„«»「」『』]')
_CLOSERS = {"“": "”", "„": '“”"', "«": "»", "»": "«", "「": "」", "『": "』"}
_STRAIGHT = '"＂'
_INWARD = ("fr", "es", "it", "pt", "ru", "tr", "no", "el")
"""Languages whose guillemets always open with «."""


def quoted(text: str, lang: str | None) -> tuple[Span, ...]:
    """Spans of the quotations of one text that is not Korean, marks included, outermost only, in order.

    A mark whose partner does not come within `MAX_QUOTE_CHARS`, or only behind another mark like it, opens nothing.
    One pass back and one forth, whatever the marks.
    """
    marks = [(m.start(), m[0]) for m in _MARK.finditer(text)]
    partners = _partners(text, marks, lang)
    found: list[Span] = []
    at = 0
    while at < len(marks):
        partner = partners[at]
        if partner < 0:
            at += 1
            continue
        found.append(Span(marks[at][0], marks[partner][0] + 1))
        at = partner + 1
    return tuple(found)


def _partners(text: str, marks: list[tuple[int, str]], lang: str | None) -> list[int]:
    """For each mark the number of the mark that closes it, -1 where it opens nothing."""
    first = next((char for _, char in marks if char in "«»"), "«")
    shut = "»" if lang in _INWARD or first == "«" else "«"
    following: dict[str, int] = {}
    partners = [-1] * len(marks)
    for at in range(len(marks) - 1, -1, -1):
        place, char = marks[at]
        if char in _STRAIGHT:
            ahead = following.get(char, -1)
            curly = following.get("”", -1)  # opened straight, closed curly: mixed by hand
            if curly >= 0 and (ahead < 0 or curly < ahead) and following.get("“", len(marks)) > curly:
                ahead = curly
            if ahead >= 0 and _opens(text, place) and marks[ahead][0] - place <= MAX_QUOTE_CHARS:
                partners[at] = ahead
        elif char != shut and char in _CLOSERS:
            closers = _CLOSERS[char]
            if char == "“" and lang == "de":
                closers += "“"
            ahead = min((following[c] for c in closers if c in following), default=-1)
            again = following.get(char, len(marks))
            is_first = ahead >= 0 and (ahead <= again or char in "「『")
            if is_first and marks[ahead][0] - place <= MAX_QUOTE_CHARS:
                partners[at] = ahead
        following[char] = at
    return partners


def _opens(text: str, at: int) -> bool:
    """Whether a straight mark can open: words follow it at once, and no letter or digit runs into it."""
    after, before = text[at + 1 : at + 2], text[at - 1 : at] if at else ""
    return (bool(after.strip()) and not before.isalnum()) or (bool(before) and ord(before) > 0x2E7F)
