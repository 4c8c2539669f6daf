"""What each morpheme says to a score wherever it stands: looked up and added once a process, then one row of a table.

A quarter of the features ask of one unit what it always has (`entity_numbers.ALONE`), and so do its meanings, two
places to either side. Each row is a sum in one order, so that it does not depend on when a morpheme was met.
"""

import threading
from collections.abc import Callable

import numpy as np

from flows.enrichment import entity_features as features
from flows.enrichment.entity_numbers import ALONE, OF_OWN, Codes, Group, Laid, Memory, Reals
from flows.enrichment.nearness import SHIFTS, Floats, Nearness

OPENING_SHIFTS = (-1, 1)
"""Neighbours that those units ask which may open a name, beside what all units ask."""

_TABLES = tuple((shift, False) for shift in SHIFTS) + tuple((shift, True) for shift in OPENING_SHIFTS)
"""How many units to the right a morpheme stands of the one that asks; whether only units ask that may open a name."""

_OWN_TABLE = SHIFTS.index(0)


def _by_table() -> list[tuple[int, bool, list[int]]]:
    """The templates of ALONE by table, those apart that units lack which open no name."""
    out: dict[tuple[int, bool], list[int]] = {}
    for template in ALONE:
        shift, is_opening = features.TEMPLATES[template][0][1], template >= features.PLAIN
        table = _OWN_TABLE if not shift else _TABLES.index((shift, is_opening))
        out.setdefault((table, is_opening), []).append(template)
    return [(table, is_opening, templates) for (table, is_opening), templates in out.items()]


class Alone:
    """Scores by morpheme, grown as morphemes are met."""

    def __init__(self, sizes: dict[str, float], weigh: Callable[[Group], Floats], near: Nearness, width: int) -> None:
        """`weigh` adds up the weights of a group of features; the rest as in `Values` and `Nearness`."""
        self._sizes, self._weigh, self._near = sizes, weigh, near
        self._memory: Memory | None = None
        self._size = 0
        self._said = np.zeros((len(_TABLES), 0, width), dtype=np.float32)
        self._lock = threading.Lock()

    def add_to(self, scores: Floats, laid: Laid) -> None:
        """Add to the scores of the units, one row each."""
        places, opening = laid.meant.places, laid.groups[1].units
        said = self._of(laid.memory)
        for table, (shift, is_opening) in zip(said, _TABLES, strict=True):
            if is_opening:
                scores[opening] += table.take(laid.own.take(places[opening] + shift), axis=0)
            else:
                scores += table.take(laid.own.take(places + shift), axis=0)

    def _of(self, memory: Memory) -> Floats:
        """All tables, a row for each morpheme in the memory."""
        with self._lock:  # rows once written stay as they are: whoever holds the tables may go on reading
            if self._memory is not memory:
                self._memory, self._size = memory, 0
                self._said = np.zeros_like(self._said)
            size = len(memory.spots)
            if size > self._said.shape[1]:
                more = np.zeros((len(_TABLES), size, self._said.shape[2]), dtype=np.float32)
                self._said = np.concatenate([self._said, more], axis=1)
            if size > self._size:
                self._said[:, self._size : size] = self._scores(memory, np.arange(self._size, size))
                self._size = size
            return self._said

    def _scores(self, memory: Memory, rows: Codes) -> Floats:
        numbers = dict(zip(features.COLUMNS[:OF_OWN], memory.numbers[:, rows], strict=True))
        meaning, _, _, is_plain = memory.marks[:, rows]
        out = np.zeros((len(_TABLES), len(rows), self._said.shape[2]), dtype=np.float32)
        for table, is_opening, templates in _by_table():
            joined = np.array([self._joined(template, numbers) for template in templates])
            some = self._weigh(Group(np.array(templates), joined, rows))
            if is_opening and table == _OWN_TABLE:
                some[is_plain > 0] = 0
            out[table] += some
        for table, beside in enumerate(self._near.beside):
            out[table] += beside.take(meaning, axis=0)
        return out

    def _joined(self, template: int, numbers: dict[str, Reals]) -> Reals:
        joined: Reals = np.zeros(1)
        for name, _ in features.TEMPLATES[template]:
            joined = joined * self._sizes[name] + numbers[name]
        return joined
