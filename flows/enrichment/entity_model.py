"""The entity tagger's model: which features there are, what each weighs, and how both lie in the artifact.

A feature is a template and the values at its spots. Values are numbered once, a feature is one 64-bit number made of
them, and an open-addressing table leads from it to a row of weights: all features of an article are looked up in a
few operations on arrays, which takes a fifth of the time of as many look-ups in dictionaries.
"""

import itertools
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flows.enrichment import entity_features as features
from flows.enrichment import meanings, nearness
from flows.enrichment.nearness import Meant

TYPES = ("PS", "OG", "LC", "DT", "TI", "QT")
LABELS = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))
PATH = Path(__file__).resolve().parents[2] / "data" / "models" / f"entities-{features.VERSION}.npz"
LEAST_WEIGHT = 0.05
"""Features that weigh less for every label are left out of the artifact."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Group = tuple[int, int, Codes]
"""Templates from one to before another, and the units that have them."""

_TEMPLATE_BITS = 56  # the values of a feature below, its template above
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: Knuth's multiplicative hashing
_BETWEEN = "\x1f"
_MAX_REMEMBERED = 65_536
_MAX_DIRECT = 2**18  # combinations of one template's values that get an array: 4 bytes each
_LINE_FLOATS = 16
_LISTED = features.COLUMNS.index("listed")
_OF_OWN = len(features.OWN) + len(features.AFFIXES)
_MARKS = 3
_FREE = features.BEFORE + features.BEHIND


def coded(numbers: Reals, template: int) -> Codes:
    """Numbers of some templates, the first of them the one given, as codes; 0 for minus infinity. Same shape.

    Numbers are exact: a template's values together make far fewer than 2^53 combinations.
    """
    known = numbers > 0
    codes = np.where(known, numbers, 0.0).astype(np.int64)
    return codes + known * (np.arange(template, template + len(numbers), dtype=np.int64) << _TEMPLATE_BITS)[:, None]


class _Memory:
    """Morphemes met before, each with its column of numbers. What it holds is never changed, only added to."""

    def __init__(self) -> None:
        """Nothing met yet."""
        self.spots: dict[features.Own, int] = {}
        self.numbers: Reals = np.empty((_OF_OWN, 1024))
        self.marks: Codes = np.empty((_MARKS, 1024), dtype=np.int64)
        self._lock = threading.Lock()

    def add(self, own: Sequence[features.Own], tables: Sequence[dict[str, int]]) -> None:
        """Number what was not met before: the column first, then where it stands, so that readers need no lock."""
        with self._lock:
            new = [one for one in dict.fromkeys(own) if one not in self.spots]
            size = len(self.spots)
            if size + len(new) > self.numbers.shape[1]:
                self.numbers = np.concatenate([self.numbers, np.empty((_OF_OWN, size + len(new)))], axis=1)
                self.marks = np.concatenate([self.marks, np.empty((_MARKS, size + len(new)), dtype=np.int64)], axis=1)
            for at, one in enumerate(new, start=size):
                values = zip(tables, one.values(), strict=True)
                self.numbers[:, at] = [table.get(value, -np.inf) for table, value in values]
                self.marks[:, at] = one.marks()
            self.spots.update(zip(new, range(size, size + len(new)), strict=True))


class Laid(NamedTuple):
    """Texts as numbers. Places are those of all texts, one after the other, with the free ones between them."""

    numbers: Reals  # a row a template, a column a place: its values as one number, minus infinity where one is unknown
    places: Codes  # of the units
    groups: tuple[Group, ...]  # which templates which of the units have
    meant: Meant


@dataclass(frozen=True)
class Values:
    """The values of each column that the model knows, numbered from 1; 0 is everything else."""

    numbers: tuple[dict[str, int], ...]  # in the order of COLUMNS
    memory: list[_Memory] = field(default_factory=lambda: [_Memory()], repr=False, compare=False)  # one, replaced

    def codes(self, texts: Sequence[features.Seen]) -> Codes:
        """One row a unit of all texts, one column a template: the feature's code, 0 where the model cannot know it."""
        laid = self.laid(texts)
        out = np.zeros((len(laid.places), len(features.TEMPLATES)), dtype=np.int64)
        for first, end, units in laid.groups:
            out[units, first:end] = coded(laid.numbers[first:end, laid.places[units]], first).T
        return out

    def laid(self, texts: Sequence[features.Seen]) -> Laid:
        """The texts as numbers: a value further right is a slice of the same column."""
        numbered, marks = self._numbered(texts)
        width = sum(one.size + _FREE for one in texts) - _FREE
        sizes = {name: float(len(table) + 1) for name, table in zip(features.COLUMNS, self.numbers, strict=True)}
        out = np.empty((len(features.TEMPLATES), width))
        for template, spots in enumerate(features.TEMPLATES):
            row = out[template]
            for order, (name, shift) in enumerate(spots):
                value = numbered[name][features.BEFORE + shift :][:width]
                if order:
                    np.multiply(row, sizes[name], out=row)
                    np.add(row, value, out=row)
                else:
                    row[:] = value
        lengths = [one.size for one in texts]
        starts = itertools.accumulate((size + _FREE for size in lengths), initial=0)
        places = np.concatenate([np.arange(at, at + size) for at, size in zip(starts, lengths, strict=False)])
        is_plain = np.fromiter(chain.from_iterable(one.is_plain for one in texts), dtype=bool)
        is_named = np.fromiter(chain.from_iterable(one.is_named for one in texts), dtype=bool)
        groups = (
            (0, features.PLAIN, np.arange(len(is_plain))),
            (features.PLAIN, features.NAMED, np.flatnonzero(~is_plain)),
            (features.NAMED, len(features.TEMPLATES), np.flatnonzero(~is_plain & is_named)),
        )
        rows, is_topical, is_name = marks
        listed = np.maximum(numbered["listed"][features.BEFORE :][places], 0.0).astype(np.int64)
        of_units = places + features.BEFORE
        meant = Meant(
            rows, of_units, is_topical[of_units] > 0, self._is_place[listed], is_name[of_units] > 0, np.array(lengths)
        )
        return Laid(out, places, groups, meant)

    @cached_property
    def _is_place(self) -> npt.NDArray[np.bool_]:
        """Whether a value of the column `listed` is a list of places, or of names that are places too."""
        return np.array([False, *(code[1:2] in ("L", "A") for code in self.numbers[_LISTED])])

    def _numbered(self, texts: Sequence[features.Seen]) -> tuple[dict[str, Reals], Codes]:
        """Column -> number of the value at every place of all texts, one after the other; unknown: minus infinity.

        With the marks of each place.
        """
        own, marks = self._own(texts)
        out = dict(zip(features.COLUMNS[:_OF_OWN], own, strict=True))
        for at, (name, table) in enumerate(zip(features.PLACED, self.numbers[_OF_OWN:], strict=True)):
            column = chain.from_iterable(one.placed[at] for one in texts)
            out[name] = np.fromiter(map(table.get, column, repeat(-np.inf)), dtype=np.float64)
        return out, marks

    def _own(self, texts: Sequence[features.Seen]) -> tuple[Reals, Codes]:
        """The same for what a morpheme has wherever it stands: numbered once, then remembered."""
        all_own = list(chain.from_iterable(one.own for one in texts))
        memory = self.memory[0]
        which = np.fromiter(map(memory.spots.get, all_own, repeat(-1)), dtype=np.int64, count=len(all_own))
        if which.min(initial=0) < 0:
            if len(memory.spots) > _MAX_REMEMBERED:
                memory = self.memory[0] = _Memory()
            memory.add(all_own, self.numbers[:_OF_OWN])
            which = np.fromiter(map(memory.spots.__getitem__, all_own), dtype=np.int64, count=len(all_own))
        return memory.numbers[:, which], memory.marks[:, which]

    def texts(self, codes: Codes) -> list[str]:
        """Features as the artifact names them: template, tab, values."""
        words = [["", *table] for table in self.numbers]
        at = {name: column for column, name in enumerate(features.COLUMNS)}
        out = []
        for code in codes.tolist():
            template, rest = divmod(code, 1 << _TEMPLATE_BITS)
            parts: list[str] = []
            for name, _ in reversed(features.TEMPLATES[template]):
                rest, number = divmod(rest, len(words[at[name]]))
                parts.append(words[at[name]][number])
            out.append(f"{template}\t{_BETWEEN.join(reversed(parts))}")
        return out


@dataclass(frozen=True, slots=True)
class Table:
    """Feature code -> row of the weights; 0 for a feature that is not there. Codes are never 0."""

    codes: Codes  # by slot, 0 where the slot is free
    rows: Ints
    shift: int

    @classmethod
    def of(cls, codes: Codes) -> "Table":
        """Rows 1, 2, ... for the codes in their order; each code once."""
        bits = max(4, int(2 * len(codes)).bit_length())
        slots, rows = [0] * (1 << bits), [0] * (1 << bits)
        starts = ((codes.astype(np.uint64) * _SPREAD) >> np.uint64(64 - bits)).tolist()
        for row, (code, start) in enumerate(zip(codes.tolist(), starts, strict=True), start=1):
            slot = start
            while slots[slot]:
                slot = (slot + 1) % len(slots)
            slots[slot], rows[slot] = code, row
        return cls(np.array(slots, dtype=np.int64), np.array(rows, dtype=np.int32), 64 - bits)

    def find(self, codes: Codes) -> Ints:
        """Rows of the codes, in the same shape."""
        flat = codes.ravel()
        slots = ((flat.astype(np.uint64) * _SPREAD) >> np.uint64(self.shift)).astype(np.int64)
        out = np.zeros(len(flat), dtype=np.int32)
        waiting = np.flatnonzero(flat)
        while len(waiting):
            held = self.codes[slots[waiting]]
            is_found = held == flat[waiting]
            out[waiting[is_found]] = self.rows[slots[waiting[is_found]]]
            waiting = waiting[~is_found & (held != 0)]
            slots[waiting] = (slots[waiting] + 1) % len(self.codes)
        return out.reshape(codes.shape)


class Direct:
    """Rows by template and number: an array for the templates with few combinations, the table for the others."""

    def __init__(self, values: Values, table: Table) -> None:
        """Spread out what the table holds."""
        sizes = dict(zip(features.COLUMNS, (len(numbers) + 1 for numbers in values.numbers), strict=True))
        products = [math.prod(sizes[name] for name, _ in spots) for spots in features.TEMPLATES]
        is_direct = np.array([product <= _MAX_DIRECT for product in products])
        widths = np.where(is_direct, products, 0)
        self._starts = np.cumsum(widths) - widths
        self._hashed = np.flatnonzero(~is_direct).tolist()
        self._rows = np.zeros(int(widths.sum()) + 1, dtype=np.int32)
        self._table = table
        held = np.flatnonzero(table.codes)
        templates, numbers = table.codes[held] >> _TEMPLATE_BITS, table.codes[held] & ((1 << _TEMPLATE_BITS) - 1)
        direct = is_direct[templates]
        self._rows[self._starts[templates[direct]] + numbers[direct]] = table.rows[held[direct]]

    def find(self, *blocks: tuple[Reals, int]) -> list[Ints]:
        """Rows for each block: numbers of some templates, and the first of these templates. Same shapes."""
        out: list[Ints] = []
        codes: list[Codes] = []
        waiting: list[Ints] = []  # views of `out` that the table has to fill, all at once: its steps cost per call
        for numbers, template in blocks:
            whole = np.maximum(numbers, 0.0).astype(np.int64)
            hashed = [at - template for at in self._hashed if 0 <= at - template < len(numbers)]
            for at in hashed:
                codes.append(coded(numbers[at : at + 1], template + at)[0])
                whole[at] = 0
            whole += self._starts[template : template + len(numbers), None]
            out.append(self._rows.take(whole))
            waiting += [out[-1][at] for at in hashed]
        if codes:
            found = self._table.find(np.concatenate(codes))
            for row, some in zip(waiting, np.split(found, np.cumsum([len(row) for row in waiting])[:-1]), strict=True):
                row[:] = some
        return out


class Model:
    """Weights: one row a feature (row 0 is all zero: unknown), one column a label; label to label; and of meanings."""

    def __init__(
        self, values: Values, table: Table, weights: Floats, transitions: Floats, of_meanings: Floats | None = None
    ) -> None:
        """Lay the weights out so that a row lies in one line of the processor's cache."""
        self.values, self.table, self.transitions = values, table, transitions
        self._wide = np.zeros((len(weights), _LINE_FLOATS), dtype=np.float32)
        self._wide[:, : len(LABELS)] = weights
        self._direct = Direct(values, table)
        self.of_meanings = of_meanings if of_meanings is not None else nearness.no_weights(len(LABELS))
        self._near = nearness.Nearness(meanings.meanings().vectors, self.of_meanings, _LINE_FLOATS)

    @property
    def weights(self) -> Floats:
        """One row a feature, one column a label."""
        return self._wide[:, : len(LABELS)]

    def scores(self, texts: Sequence[features.Seen]) -> list[Floats]:
        """Label scores of each unit, text by text."""
        sizes = [one.size for one in texts]
        if not sum(sizes):
            return [np.zeros((0, len(LABELS)), dtype=np.float32) for _ in texts]
        numbers, places, groups, meant = self.values.laid(texts)
        rows = self._direct.find(*((numbers[first:end, places[units]], first) for first, end, units in groups))
        out = self._summed(rows[0])
        for (_, _, units), found in zip(groups[1:], rows[1:], strict=True):
            out[units] += self._summed(found)
        self._near.add_to(out, meant)
        return np.split(out[:, : len(LABELS)], np.cumsum(sizes)[:-1])

    def _summed(self, rows: Ints) -> Floats:
        out: Floats = self._wide.take(rows[0], axis=0)
        for template in rows[1:]:
            out += self._wide.take(template, axis=0)
        return out


def allowed() -> Floats:
    """Label to label: 0 where an I may follow, a large minus where it may not."""
    out = np.zeros((len(LABELS), len(LABELS)), dtype=np.float32)
    for to, label in enumerate(LABELS):
        if label.startswith("I-"):
            for source, before in enumerate(LABELS):
                if before[2:] != label[2:]:
                    out[source, to] = -1e4
    return out


@cache
def model() -> Model | None:
    """The artifact, read once a process; None where it is not there (rules answer alone then)."""
    return load(PATH) if PATH.exists() else None


def load(path: Path) -> Model:
    """Read an artifact that `save` wrote.

    Raises ValueError where the table of meanings is not the one that it was trained with.
    """
    with np.load(path) as stored:
        names = str(stored["names"].tobytes(), "utf-8").split("\n")
        weights = stored["weights"].astype(np.float32) * np.float32(stored["scale"])
        transitions = stored["transitions"].astype(np.float32)
        of_meanings = stored["of_meanings"].astype(np.float32)
        if int(stored["meanings"]) != meanings.meanings().fingerprint:
            raise ValueError(
                f"{path.name} was trained with another {meanings.PATH.name}, or that is missing: train again"
            )
    parted = [(int(template), text.split(_BETWEEN)) for template, _, text in (name.partition("\t") for name in names)]
    numbers: tuple[dict[str, int], ...] = tuple({} for _ in features.COLUMNS)
    at = {name: column for column, name in enumerate(features.COLUMNS)}
    columns = [[numbers[at[name]] for name, _ in spots] for spots in features.TEMPLATES]
    for template, parts in parted:
        for table, part in zip(columns[template], parts, strict=True):
            table.setdefault(part, len(table) + 1)
    codes = []
    for template, parts in parted:
        code = 0
        for table, part in zip(columns[template], parts, strict=True):
            code = code * (len(table) + 1) + table[part]
        codes.append(code + (template << _TEMPLATE_BITS))
    padded = np.vstack([np.zeros((1, len(LABELS)), dtype=np.float32), weights])
    return Model(
        Values(numbers), Table.of(np.array(codes, dtype=np.int64)), padded, transitions + allowed(), of_meanings
    )


def save(made: Model, codes: Codes, path: Path) -> int:
    """Write the artifact: 16-bit weights, features without weight left out. Returns how many features it has.

    Args:
        made: the model; its transitions hold the barred ones of `allowed`.
        codes: the feature of each row of its weights, from row 1 on.
        path: where to.
    """
    strong = np.flatnonzero(np.abs(made.weights[1:]).max(axis=1) >= LEAST_WEIGHT)
    names = [name.replace("\n", " ") for name in made.values.texts(codes[strong])]
    chosen = made.weights[1:][strong]
    scale = float(np.abs(chosen).max()) / 32_000
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        weights=np.round(chosen / scale).astype(np.int16),
        scale=np.float32(scale),
        transitions=(made.transitions - allowed()).astype(np.float32),
        of_meanings=made.of_meanings.astype(np.float32),
        meanings=np.uint32(meanings.meanings().fingerprint),
    )
    return len(names)
