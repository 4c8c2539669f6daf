"""Two texts of an article side by side, paragraph by paragraph, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.exploring.marking import Piece, inert_piece
from flows.linking.diffing import edits
from flows.reporting.report import inert

_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph in both texts; empty where one of them has none. `is_changed` where they differ."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    is_changed: bool


def side_by_side(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Both texts with equal paragraphs at equal height; in those that differ the words that went and came are marked.

    A run of paragraphs that changed is paired off in order: the first with the first.
    """
    found: list[Pair] = []
    at = 0
    for edit in edits(old, new):
        found += [_same(text) for text in old[at : edit.old_start]]
        gone, come = old[edit.old_start : edit.old_end], new[edit.new_start : edit.new_end]
        for place in range(max(len(gone), len(come))):
            left = gone[place] if place < len(gone) else ""
            right = come[place] if place < len(come) else ""
            found.append(_changed(left, right))
        at = edit.old_end
    return found + [_same(text) for text in old[at:]]


def _same(text: str) -> Pair:
    piece = (Piece(inert(text)),)
    return Pair(piece, piece, False)


def _changed(old: str, new: str) -> Pair:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    at_old = at_new = 0
    for edit in edits([word.strip() for word in before], [word.strip() for word in after]):
        _add(left, before[at_old : edit.old_start], ())
        _add(right, after[at_new : edit.new_start], ())
        _add(left, before[edit.old_start : edit.old_end], ("gone",))
        _add(right, after[edit.new_start : edit.new_end], ("come",))
        at_old, at_new = edit.old_end, edit.new_end
    _add(left, before[at_old:], ())
    _add(right, after[at_new:], ())
    return Pair(tuple(left), tuple(right), True)


def _add(pieces: list[Piece], words: Sequence[str], kinds: tuple[str, ...]) -> None:
    text = "".join(words)
    if text:
        pieces.append(Piece(inert_piece(text), kinds))
