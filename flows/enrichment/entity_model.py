"""The entity tagger's model: which features there are, what each weighs, and how both lie in the artifact.

A feature is a template and the values at its spots, together one 64-bit number (`entity_numbers`), and an
open-addressing table leads from it to a row of weights: all features of an article are looked up in a few operations on
arrays, which takes a fifth of the time of as many look-ups in dictionaries. What a morpheme says wherever it stands is
looked up once (`entity_alone`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.enrichment import entity_features as features
from flows.enrichment import meanings, nearness
from flows.enrichment.entity_alone import Alone
from flows.enrichment.entity_numbers import ALONE, BETWEEN, TEMPLATE_BITS, Codes, Group, Values, coded

TYPES = ("PS", "OG", "LC", "DT", "TI", "QT")
LABELS = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))
PATH = Path(__file__).resolve().parents[2] / "data" / "models" / f"entities-{features.VERSION}.npz"
LEAST_WEIGHT = 0.05
"""Features that weigh less for every label are left out of the artifact."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: Knuth's multiplicative hashing
_MAX_DIRECT = 2**18  # combinations of one template's values that get an array: 4 bytes each
_LINE_FLOATS = 16


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
        self._is_hashed = ~is_direct
        self._rows = np.zeros(int(widths.sum()) + 1, dtype=np.int32)
        self._table = table
        held = np.flatnonzero(table.codes)
        templates, numbers = table.codes[held] >> TEMPLATE_BITS, table.codes[held] & ((1 << TEMPLATE_BITS) - 1)
        direct = is_direct[templates]
        self._rows[self._starts[templates[direct]] + numbers[direct]] = table.rows[held[direct]]

    def find(self, *groups: Group) -> list[Ints]:
        """Rows of the weights for the numbers of each group, in the same shape."""
        out: list[Ints] = []
        codes: list[Codes] = []
        waiting: list[Ints] = []  # views of `out` that the table has to fill, all at once: its steps cost per call
        for templates, numbers, _ in groups:
            whole = np.maximum(numbers, 0.0).astype(np.int64)
            hashed = np.flatnonzero(self._is_hashed[templates]).tolist()
            for at in hashed:
                codes.append(coded(numbers[at : at + 1], templates[at : at + 1])[0])
                whole[at] = 0
            whole += self._starts[templates, None]
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
        self._alone = Alone(values.sizes, self._weighed, self._near, _LINE_FLOATS)

    @property
    def weights(self) -> Floats:
        """One row a feature, one column a label."""
        return self._wide[:, : len(LABELS)]

    def scores(self, texts: Sequence[features.Seen]) -> list[Floats]:
        """Label scores of each unit, text by text."""
        sizes = [one.size for one in texts]
        if not sum(sizes):
            return [np.zeros((0, len(LABELS)), dtype=np.float32) for _ in texts]
        laid = self.values.laid(texts, but=ALONE)
        rows = self._direct.find(*laid.groups)
        out = self._summed(rows[0])
        for (_, _, units), found in zip(laid.groups[1:], rows[1:], strict=True):
            out[units] += self._summed(found)
        self._alone.add_to(out, laid)
        self._near.add_topics(out, laid.meant)
        return np.split(out[:, : len(LABELS)], np.cumsum(sizes)[:-1])

    def _weighed(self, group: Group) -> Floats:
        return self._summed(self._direct.find(group)[0])

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
    parted = [(int(template), text.split(BETWEEN)) for template, _, text in (name.partition("\t") for name in names)]
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
        codes.append(code + (template << TEMPLATE_BITS))
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
