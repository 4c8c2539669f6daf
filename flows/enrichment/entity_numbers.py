"""What the entity tagger sees, as numbers: every value numbered once, a feature one number made of its values' numbers.

Reads `Seen` texts; gives arrays with a row a template and a column a place. `entity_model` looks the features up.
"""

import itertools
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flows.enrichment import entity_features as features
from flows.enrichment.nearness import Meant

Codes = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

TEMPLATE_BITS = 56
"""The values of a feature below, its template above."""

BETWEEN = "\x1f"
_MAX_REMEMBERED = 65_536
_LISTED = features.COLUMNS.index("listed")
_NAMED = features.SPARSE.index("named")
OF_OWN = len(features.OWN) + len(features.AFFIXES)
_OF_ALL = OF_OWN + len(features.DENSE)
_MARKS = 4
_FREE = features.BEFORE + features.BEHIND

ALONE = tuple(
    at
    for at, spots in enumerate(features.TEMPLATES)
    if len({shift for _, shift in spots}) == 1 and all(name in features.COLUMNS[:OF_OWN] for name, _ in spots)
)
"""Templates that ask of one unit what it has wherever it stands: what they tell is the same every time it is met."""


def coded(numbers: Reals, templates: Codes) -> Codes:
    """Numbers of the given templates, a row each, as codes; 0 for minus infinity. Same shape.

    Numbers are exact: a template's values together make far fewer than 2^53 combinations.
    """
    known = numbers > 0
    codes = np.where(known, numbers, 0.0).astype(np.int64)
    return codes + known * (templates << TEMPLATE_BITS)[:, None]


class Memory:
    """Morphemes met before, each with its column of numbers. What it holds is never changed, only added to."""

    def __init__(self) -> None:
        """Nothing met yet."""
        self.spots: dict[features.Own, int] = {}
        self.numbers: Reals = np.empty((OF_OWN, 1024))
        self.marks: Codes = np.empty((_MARKS, 1024), dtype=np.int64)
        self._lock = threading.Lock()

    def add(self, own: Sequence[features.Own], tables: Sequence[dict[str, int]]) -> None:
        """Number what was not met before: the column first, then where it stands, so that readers need no lock."""
        with self._lock:
            new = [one for one in dict.fromkeys(own) if one not in self.spots]
            size = len(self.spots)
            if size + len(new) > self.numbers.shape[1]:
                self.numbers = np.concatenate([self.numbers, np.empty((OF_OWN, size + len(new)))], axis=1)
                self.marks = np.concatenate([self.marks, np.empty((_MARKS, size + len(new)), dtype=np.int64)], axis=1)
            for at, one in enumerate(new, start=size):
                values = zip(tables, one.values(), strict=True)
                self.numbers[:, at] = [table.get(value, -np.inf) for table, value in values]
                self.marks[:, at] = one.marks()
            self.spots.update(zip(new, range(size, size + len(new)), strict=True))


class Group(NamedTuple):
    """Templates that the same units have."""

    templates: Codes
    numbers: Reals  # a row each of them, a column a unit: its values as one number, minus infinity where one is unknown
    units: Codes


class Laid(NamedTuple):
    """Texts as numbers. Places are those of all texts, one after the other, with the free ones around them."""

    groups: tuple[Group, Group, Group]  # what all units have; what those have that may open a name; the named ones
    memory: Memory
    own: Codes  # by place: where it is in the memory
    meant: Meant


@dataclass(frozen=True)
class Values:
    """The values of each column that the model knows, numbered from 1; 0 is everything else."""

    numbers: tuple[dict[str, int], ...]  # in the order of COLUMNS
    memory: list[Memory] = field(default_factory=lambda: [Memory()], repr=False, compare=False)  # one, replaced

    def codes(self, texts: Sequence[features.Seen]) -> Codes:
        """One row a unit of all texts, one column a template: the feature's code, 0 where the model cannot know it."""
        groups = self.laid(texts).groups
        out = np.zeros((groups[0].numbers.shape[1], len(features.TEMPLATES)), dtype=np.int64)
        for templates, numbers, units in groups:
            out[np.ix_(units, templates)] = coded(numbers, templates).T
        return out

    def laid(self, texts: Sequence[features.Seen], but: Collection[int] = ()) -> Laid:
        """The texts as numbers, some templates left out. A value further right is a slice of the same column."""
        memory, own = self._own(texts)
        marks = memory.marks[:, own]
        lengths = [one.size for one in texts]
        starts = itertools.accumulate((size + _FREE for size in lengths), initial=0)
        places = np.concatenate([np.arange(at, at + size) for at, size in zip(starts, lengths, strict=False)])
        of_units = places + features.BEFORE
        numbered = self._numbered(texts, memory, own, of_units)
        opens = marks[3].take(of_units) == 0
        is_named = numbered["named"].take(of_units) != self._unmarked[_NAMED]
        groups = []
        for bounds, units in (
            ((0, features.PLAIN), np.arange(len(places))),
            ((features.PLAIN, features.NAMED), np.flatnonzero(opens)),
            ((features.NAMED, len(features.TEMPLATES)), np.flatnonzero(opens & is_named)),
        ):
            templates = [at for at in range(*bounds) if at not in but]
            numbers = self._joined(templates, numbered, len(own) - _FREE)[:, places[units]]
            groups.append(Group(np.array(templates), numbers, units))
        listed = np.maximum(numbered["listed"].take(of_units), 0.0).astype(np.int64)
        rows, is_topical, is_name, _ = marks
        meant = Meant(
            rows, of_units, is_topical[of_units] > 0, self._is_place[listed], is_name[of_units] > 0, np.array(lengths)
        )
        return Laid((groups[0], groups[1], groups[2]), memory, own, meant)

    def _joined(self, templates: Sequence[int], numbered: dict[str, Reals], width: int) -> Reals:
        """The values of each template as one number, at every place."""
        out = np.empty((len(templates), width))
        for row, template in zip(out, templates, strict=True):
            for order, (name, shift) in enumerate(features.TEMPLATES[template]):
                value = numbered[name][features.BEFORE + shift :][:width]
                if order:
                    np.multiply(row, self.sizes[name], out=row)
                    np.add(row, value, out=row)
                else:
                    row[:] = value
        return out

    @cached_property
    def sizes(self) -> dict[str, float]:
        """By how much a number is multiplied before the number of a column's value is added to it."""
        return {name: float(len(table) + 1) for name, table in zip(features.COLUMNS, self.numbers, strict=True)}

    @cached_property
    def _unmarked(self) -> tuple[float, ...]:
        """For each column of SPARSE the number of what most units have there: nothing."""
        return tuple(table.get("", -np.inf) for table in self.numbers[_OF_ALL:])

    @cached_property
    def _is_place(self) -> npt.NDArray[np.bool_]:
        """Whether a value of the column `listed` is a list of places, or of names that are places too."""
        return np.array([False, *(code[1:2] in ("L", "A") for code in self.numbers[_LISTED])])

    def _numbered(
        self, texts: Sequence[features.Seen], memory: Memory, own: Codes, of_units: Codes
    ) -> dict[str, Reals]:
        """Column -> number of the value at every place of all texts, one after the other; unknown: minus infinity."""
        out = dict(zip(features.COLUMNS[:OF_OWN], memory.numbers[:, own], strict=True))
        tables = dict(zip(features.COLUMNS, self.numbers, strict=True))
        for at, name in enumerate(features.DENSE):
            values = chain.from_iterable(one.dense[at] for one in texts)
            out[name] = np.full(len(own), tables[name].get("", -np.inf), dtype=np.float64)
            out[name][of_units] = np.fromiter(map(tables[name].get, values, repeat(-np.inf)), np.float64, len(of_units))
        starts = list(itertools.accumulate((one.size + _FREE for one in texts), initial=features.BEFORE))
        for at, name in enumerate(features.SPARSE):
            where = [start + unit for start, one in zip(starts, texts, strict=False) for unit in one.sparse[at]]
            values = chain.from_iterable(one.sparse[at].values() for one in texts)
            out[name] = np.full(len(own), self._unmarked[at], dtype=np.float64)
            out[name][where] = list(map(tables[name].get, values, repeat(-np.inf)))
        return out

    def _own(self, texts: Sequence[features.Seen]) -> tuple[Memory, Codes]:
        """Where each place's morpheme is in the memory: numbered once, then remembered."""
        all_own = list(chain.from_iterable(one.own for one in texts))
        memory = self.memory[0]
        which = np.fromiter(map(memory.spots.get, all_own, repeat(-1)), dtype=np.int64, count=len(all_own))
        if which.min(initial=0) < 0:
            if len(memory.spots) > _MAX_REMEMBERED:
                memory = self.memory[0] = Memory()
            memory.add(all_own, self.numbers[:OF_OWN])
            which = np.fromiter(map(memory.spots.__getitem__, all_own), dtype=np.int64, count=len(all_own))
        return memory, which

    def texts(self, codes: Codes) -> list[str]:
        """Features as the artifact names them: template, tab, values."""
        words = [["", *table] for table in self.numbers]
        at = {name: column for column, name in enumerate(features.COLUMNS)}
        out = []
        for code in codes.tolist():
            template, rest = divmod(code, 1 << TEMPLATE_BITS)
            parts: list[str] = []
            for name, _ in reversed(features.TEMPLATES[template]):
                rest, number = divmod(rest, len(words[at[name]]))
                parts.append(words[at[name]][number])
            out.append(f"{template}\t{BETWEEN.join(reversed(parts))}")
        return out
