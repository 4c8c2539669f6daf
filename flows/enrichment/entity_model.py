"""The entity tagger's model: which features there are, what each weighs, and how both lie in the artifact.

A feature is a template and the values at its spots. Values are numbered once, a feature is one 64-bit number made of
them, and an open-addressing table leads from it to a row of weights: all features of an article are looked up in a
few operations on arrays, which takes a fifth of the time of as many look-ups in dictionaries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.enrichment import entity_features as features

TYPES = ("PS", "OG", "LC", "DT", "TI", "QT")
LABELS = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))
PATH = Path(__file__).resolve().parents[2] / "data" / "models" / f"entities-{features.VERSION}.npz"
LEAST_WEIGHT = 0.05
"""Features that weigh less for every label are left out of the artifact."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int64]

_TEMPLATE_BITS = 56  # the values of a feature below, its template above
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: Knuth's multiplicative hashing
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Values:
    """The values of each column that the model knows, numbered from 1; 0 is everything else."""

    numbers: tuple[dict[str, int], ...]  # in the order of COLUMNS

    def codes(self, texts: Sequence[features.Seen]) -> Codes:
        """One row a unit of all texts, one column a template: the feature's code, 0 where the model cannot know it."""
        numbered = self._numbered(texts)
        edges = np.cumsum([0, *(one.size + features.BEFORE + features.BEHIND for one in texts)])
        places = np.concatenate(
            [np.arange(at, at + one.size) for at, one in zip(edges[:-1] + features.BEFORE, texts, strict=True)]
        )
        sizes = {name: len(table) + 1 for name, table in zip(features.COLUMNS, self.numbers, strict=True)}
        out = np.zeros((len(places), len(features.TEMPLATES)), dtype=np.int64)
        is_plain = np.fromiter(chain.from_iterable(one.is_plain for one in texts), dtype=bool, count=len(places))
        no_name = self.numbers[features.COLUMNS.index("named")].get("", 0)
        is_listed = ~is_plain & (numbered["named"][places] != no_name)
        groups = (
            (0, features.PLAIN, np.arange(len(places))),
            (features.PLAIN, features.NAMED, np.flatnonzero(~is_plain)),
            (features.NAMED, len(features.TEMPLATES), np.flatnonzero(is_listed)),
        )
        for first, end, units in groups:
            where = places[units]
            for template in range(first, end):
                code, is_known = np.zeros(len(units), dtype=np.int64), np.ones(len(units), dtype=bool)
                for name, shift in features.TEMPLATES[template]:
                    value = numbered[name][where + shift]
                    code = code * sizes[name] + value
                    is_known &= value > 0
                out[units, template] = np.where(is_known, code + (template << _TEMPLATE_BITS), 0)
        return out

    def _numbered(self, texts: Sequence[features.Seen]) -> dict[str, Codes]:
        """Column -> number of the value at every place of all texts, one after the other."""
        tables = dict(zip(features.COLUMNS, self.numbers, strict=True))
        out: dict[str, Codes] = {}
        for at, name in enumerate(features.NOTED):
            get, column = tables[name].get, chain.from_iterable(one.columns[at] for one in texts)
            out[name] = np.fromiter(map(get, column, repeat(0)), dtype=np.int64)
        forms: dict[str, int] = {}  # an article has each form several times: its affixes are looked up once
        which = [forms.setdefault(form, len(forms)) for one in texts for form in one.columns[0]]
        for name, part in features.AFFIXES.items():
            get = tables[name].get
            out[name] = np.array([get(form[part], 0) for form in forms], dtype=np.int64)[which]
        return out

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


@dataclass(frozen=True, slots=True)
class Model:
    """Weights: one row a feature (row 0 is all zero: unknown), one column a label; and label to label."""

    values: Values
    table: Table
    weights: Floats
    transitions: Floats

    def rows(self, texts: Sequence[features.Seen]) -> Ints:
        """Rows of the weights: one row a unit, one column a template."""
        return self.table.find(self.values.codes(texts))

    def scores(self, texts: Sequence[features.Seen]) -> list[Floats]:
        """Label scores of each unit, text by text."""
        sizes = [one.size for one in texts]
        if not sum(sizes):
            return [np.zeros((0, len(LABELS)), dtype=np.float32) for _ in texts]
        rows = self.rows(texts)
        out = self.weights[rows[:, : features.PLAIN]].sum(axis=1)
        for first, end in ((features.PLAIN, features.NAMED), (features.NAMED, rows.shape[1])):
            some = np.flatnonzero(rows[:, first:end].any(axis=1))
            out[some] += self.weights[rows[some, first:end]].sum(axis=1)
        return np.split(out, np.cumsum(sizes)[:-1])


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
    """Read an artifact that `save` wrote."""
    with np.load(path) as stored:
        names = str(stored["names"].tobytes(), "utf-8").split("\n")
        weights = stored["weights"].astype(np.float32) * np.float32(stored["scale"])
        transitions = stored["transitions"].astype(np.float32)
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
    return Model(Values(numbers), Table.of(np.array(codes, dtype=np.int64)), padded, transitions + allowed())


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
    )
    return len(names)
