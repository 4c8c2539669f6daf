"""Annotations in place: a text and its marks -> pieces in order, each with the marks that stand over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flows.reporting.report import inert


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text: kind, first character, one past the last, and what is known of it."""

    kind: str
    begins: int
    ends: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters under the same marks, outermost first; a hint and a target where a name stands there."""

    text: str
    kinds: tuple[str, ...] = ()
    says: str = ""
    name: str = ""


OUTERMOST = ("quote", "organisation", "person", "date")
"""A quotation holds names, a name holds no quotation: so they are nested."""


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """The text cut wherever a mark begins or ends. Marks that reach outside the text are cut to it; they may overlap.

    What turns the reading order or cannot be seen is taken out of each piece, after the cutting: places count the text
    as it is.
    """
    size = len(text)
    kept = [Mark(m.kind, max(0, m.begins), min(size, m.ends), m.says) for m in marks]
    kept = [mark for mark in kept if mark.begins < mark.ends]
    cuts = sorted({0, size, *(mark.begins for mark in kept), *(mark.ends for mark in kept)})
    found: list[Piece] = []
    for begins, ends in pairwise(cuts):
        over = [mark for mark in kept if mark.begins <= begins and mark.ends >= ends]
        over.sort(key=lambda mark: (OUTERMOST.index(mark.kind) if mark.kind in OUTERMOST else -1, mark.begins))
        kinds = tuple(dict.fromkeys(mark.kind for mark in over))
        says = "; ".join(dict.fromkeys(mark.says for mark in over if mark.says))
        named = [mark for mark in over if mark.kind in ("person", "organisation")]
        name = text[named[-1].begins : named[-1].ends] if named else ""
        found.append(Piece(inert_piece(text[begins:ends]), kinds, inert(says), inert(name)))
    return found


def inert_piece(text: str) -> str:
    """As `inert`, with the blanks at the ends of a piece kept: the next piece goes on there."""
    before = len(text) - len(text.lstrip())
    after = len(text) - len(text.rstrip())
    core = inert(text)
    return (" " if before else "") + core + (" " if after and core else "")
