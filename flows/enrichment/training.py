"""Make the entity tagger's artifact: `python -m flows.enrichment.training GOLD.jsonl REVIEWS.jsonl [--folds]`.

Reads KLUE-NER sentences with character spans (CC BY-SA 4.0). Every second line of GOLD trains together with REVIEWS;
the other lines are held out, and the figure on them is printed. `--folds` swaps the halves as well. Log likelihood is
raised by Adagrad with an L2 term; features seen once are left out.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.enrichment import entity_features as features
from flows.enrichment import entity_model, lexicon, meanings, nearness, tagger
from flows.enrichment.document import Found
from flows.enrichment.entity_model import LABELS, Floats, Ints, Model, Table
from flows.enrichment.entity_numbers import Codes, Values
from flows.enrichment.name_lists import Unit
from flows.enrichment.tokens import tokenise

EPOCHS = 12
RATE = 0.15
DECAY = 2e-5
NEAR_RATE = 0.02
NEAR_DECAY = 1e-4
NEAR_DROPOUT = 0.1
FITS = 3
"""Times that the model is fitted, each from another seed; the weights are averaged."""
DROPOUT = 0.15
BATCH = 16
LEAST_COUNT = 2
REVIEW_WEIGHT = 0.1
COPIES = 1
COPY_WEIGHT = 0.5
SWAP_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence laid out for training."""

    text: str
    parts: list[Unit]
    listed: list[str]
    seen: features.Seen
    labels: list[int]
    gold: frozenset[Found]
    weight: float = 1.0


Row = tuple[str, list[Found]]
Gradient = tuple[Floats, Floats]
"""By unit and label, and by label and label."""


def read(path: Path) -> list[Row]:
    """The sentences of one file with their spans."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row["text"], sorted((e["start"], e["end"], e["type"]) for e in row["entities"])) for row in rows]


def examples(rows: Sequence[Row], weight: float = 1.0) -> list[Example]:
    """Lay sentences out for training."""
    out = []
    for (text, spans), tokens in zip(rows, tokenise([text for text, _ in rows]), strict=True):
        parts = features.units(text, tokens)
        gold = frozenset(spans)
        labels = _labels(parts, gold)
        listed = features.listed(text, parts)
        out.append(Example(text, parts, listed, features.seen(text, parts, listed), labels, gold, weight))
    return out


def swapped(row: Row, rng: random.Random) -> Row:
    """A copy of a sentence with other names in it, so that context and word lists count, not the names.

    Method: mention replacement, Dai and Adel 2020, "An analysis of simple data augmentation for named entity
    recognition".
    """
    text, spans = row
    out, found, at = "", [], 0
    for start, end, kind in spans:
        if start < at:
            continue
        out += text[at:start]
        name = text[start:end]
        if rng.random() < SWAP_SHARE:
            name = _other_name(name, kind, rng)
        found.append((len(out), len(out) + len(name), kind))
        out += name
        at = end
    return out + text[at:], found


def _other_name(name: str, kind: str, rng: random.Random) -> str:
    if kind == "PS" and len(name) == 1 and name in lexicon.surnames():
        return rng.choice(
            "김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허유남심노하곽성차주우구민진지엄원천방"
        )
    if kind == "PS" and len(name) == 3 and name[0] in lexicon.surnames():
        first, second = map(sorted, lexicon.given_syllables())
        return (
            rng.choice("김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허유남")
            + rng.choice(first)
            + rng.choice(second)
        )
    if kind == "PS" and (" " in name or len(name) > 3) and features.is_hangul(name):
        return " ".join(rng.sample(sorted(lexicon.foreign_names()), 2 if " " in name else 1))
    if kind == "OG" and len(name) > 1 and name not in ("경찰", "검찰", "정부", "법원"):
        return rng.choice(sorted(lexicon.organisations()))
    if kind == "LC" and len(name) > 1 and " " not in name:
        same = (
            [n for n in lexicon.places() if n[-1] == name[-1]] if name[-1] in "시도구군동" else list(lexicon.places())
        )
        return rng.choice(sorted(same) or [name])
    return name


def _labels(parts: Sequence[Unit], gold: frozenset[Found]) -> list[int]:
    out = [0] * len(parts)
    for start, end, kind in gold:
        inside = [n for n, unit in enumerate(parts) if unit.start < end and unit.end > start]
        for order, n in enumerate(inside):
            out[n] = LABELS.index(("I-" if order else "B-") + kind)
    return out


def vocabulary(data: Sequence[Example]) -> tuple[Values, Codes]:
    """The values that the examples have, and the features that come at least `LEAST_COUNT` times."""
    numbers: tuple[dict[str, int], ...] = tuple({} for _ in features.COLUMNS)
    for example in data:
        own = zip(*(one.values() for one in example.seen.own), strict=True)
        seen = example.seen
        placed = (("", *values) for values in (*seen.dense, *(marks.values() for marks in seen.sparse)))
        for table, column in zip(numbers, (*own, *placed), strict=True):
            for value in column:
                table.setdefault(value, len(table) + 1)
    values = Values(numbers)
    codes, counts = np.unique(values.codes([example.seen for example in data]), return_counts=True)
    return values, codes[(counts >= LEAST_COUNT) & (codes != 0)]


def _logsum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis=axis)), dtype=np.float32)


def gradients(scores: Sequence[Floats], labels: Sequence[Sequence[int]], transitions: Floats) -> list[Gradient]:
    """Gradient of the log likelihood of each sentence: by unit and label, and by label and label.

    Sentences go step by step together, the longest first; none is empty.
    """
    order = sorted(range(len(scores)), key=lambda at: -len(scores[at]))
    sizes = np.array([len(scores[at]) for at in order])
    longest, width = int(sizes[0]), scores[0].shape[1]
    live = [int((sizes > step).sum()) for step in range(longest)]
    laid = np.zeros((longest, len(order), width), dtype=np.float32)
    for row, at in enumerate(order):
        laid[: sizes[row], row] = scores[at]
    forward, backward = laid.copy(), np.zeros_like(laid)
    for step in range(1, longest):
        rows = live[step]
        forward[step, :rows] += _logsum(forward[step - 1, :rows, :, None] + transitions, 1)
    for step in range(longest - 2, -1, -1):
        rows = live[step + 1]
        ahead = laid[step + 1, :rows] + backward[step + 1, :rows]
        backward[step, :rows] = _logsum(transitions + ahead[:, None, :], 2)
    out: list[Gradient | None] = [None] * len(scores)
    for row, at in enumerate(order):
        size = sizes[row]
        ahead, behind = forward[:size, row], backward[:size, row]
        total = _logsum(ahead[-1], 0)
        by_unit = -np.exp(ahead + behind - total)
        by_pair = np.zeros((width, width), dtype=np.float32)
        known = np.asarray(labels[at])
        by_unit[np.arange(size), known] += 1
        if size > 1:
            pair = ahead[:-1, :, None] + transitions + (scores[at][1:] + behind[1:])[:, None, :] - total
            by_pair -= np.exp(pair).sum(axis=0)
            np.add.at(by_pair, (known[:-1], known[1:]), 1)
        out[at] = (by_unit, by_pair)
    return [one for one in out if one is not None]


class _Weights:
    """Some weights, moved by Adagrad (Duchi et al. 2011)."""

    def __init__(self, *shape: int) -> None:
        self.values = np.zeros(shape, dtype=np.float32)
        self.total = np.zeros(shape, dtype=np.float32)  # over the last epochs, for the average
        self._squares = np.full(shape, 1e-6, dtype=np.float32)

    def restart(self) -> None:
        """From nothing again, keeping the total."""
        self.values[:] = 0
        self._squares[:] = 1e-6

    def move(self, step: Floats, rate: float, rows: Codes | None = None) -> None:
        """Up the gradient; of the given rows where they are given."""
        at = slice(None) if rows is None else rows
        self._squares[at] += step**2
        self.values[at] += rate * step / np.sqrt(self._squares[at])


def train(data: Sequence[Example], seed: int = 0) -> tuple[Model, Codes]:
    """Fit the model; with the feature of each row of its weights, from row 1 on."""
    values, codes = vocabulary(data)
    table = Table.of(codes)
    width = len(LABELS)
    data = [one for one in data if one.parts]
    rows = [table.find(values.codes([one.seen])) for one in data]
    known = meanings.meanings().vectors
    vectors = [nearness.inputs(known, values.laid([one.seen]).meant) for one in data]
    weights, moves = _Weights(1 + len(codes), width), _Weights(width, width)
    near = _Weights(nearness.PARTS, meanings.DIMENSIONS, width)
    barred = entity_model.allowed()
    for fit in range(FITS):
        rng = np.random.default_rng(seed + fit)
        for one in (weights, moves, near):
            one.restart()
        for epoch in range(EPOCHS):
            order = rng.permutation(len(data))
            for batch in np.array_split(order, max(1, len(order) // BATCH)):
                chosen = [data[at] for at in batch]
                seen = [np.where(rng.random(rows[at].shape) < DROPOUT, 0, rows[at]) for at in batch]
                inputs = np.concatenate([vectors[at] for at in batch])
                inputs = inputs * (rng.random((*inputs.shape[:2], 1)) >= NEAR_DROPOUT).astype(np.float32)
                inputs = inputs.reshape(len(inputs), -1)
                scores = inputs @ near.values.reshape(-1, width)
                scores += np.concatenate([weights.values[some].sum(axis=1) for some in seen])
                parts = np.split(scores, np.cumsum([len(some) for some in seen])[:-1])
                found = gradients(parts, [one.labels for one in chosen], moves.values + barred)
                steps = [by_unit * one.weight for (by_unit, _), one in zip(found, chosen, strict=True)]
                pairs = [by_pair * one.weight for (_, by_pair), one in zip(found, chosen, strict=True)]
                moves.move(np.sum(pairs, axis=0), RATE)
                _move_features(weights, seen, steps, DECAY * len(data) * 0.05)
                summed = (inputs.T @ np.concatenate(steps)).reshape(near.values.shape)
                near.move(summed - NEAR_DECAY * len(data) * 0.05 * near.values, NEAR_RATE)
            if epoch >= EPOCHS // 2:
                for one in (weights, moves, near):
                    one.total += one.values
    share = np.float32(1 / (FITS * (EPOCHS - EPOCHS // 2)))
    return Model(values, table, weights.total * share, moves.total * share + barred, near.total * share), codes


def _move_features(weights: _Weights, seen: Sequence[Ints], steps: Sequence[Floats], decay: float) -> None:
    touched = np.concatenate([some.ravel() for some in seen])
    of_touched = np.concatenate(
        [np.repeat(step, some.shape[1], axis=0) for some, step in zip(seen, steps, strict=True)]
    )
    unique, where = np.unique(touched, return_inverse=True)
    summed = np.stack([np.bincount(where, column, len(unique)) for column in of_touched.T], axis=1).astype(np.float32)
    summed -= decay * weights.values[unique]
    summed[unique == 0] = 0
    weights.move(summed, RATE, unique)


def predict(model: Model, data: Sequence[Example]) -> list[frozenset[Found]]:
    """Typed spans of each sentence."""
    paths = tagger.viterbi(model.scores([e.seen for e in data]), model.transitions)
    return [
        frozenset(tagger.corrected(e.text, e.parts, tagger.spans(e.parts, path), e.listed))
        for e, path in zip(data, paths, strict=True)
    ]


def figures(found: Sequence[frozenset[Found]], data: Sequence[Example]) -> Iterator[tuple[str, float, float, float]]:
    """Type, precision, recall, F1 on strict typed spans."""
    for kind in (*entity_model.TYPES, "all"):
        pick = [
            ({s for s in f if kind in (s[2], "all")}, {s for s in e.gold if kind in (s[2], "all")})
            for f, e in zip(found, data, strict=True)
        ]
        p, r, g = (
            sum(map(len, column)) for column in ((a for a, _ in pick), (a & b for a, b in pick), (b for _, b in pick))
        )
        yield kind, r / max(p, 1), r / max(g, 1), 2 * r / max(p + g, 1)


def fit(gold_path: Path, reviews_path: Path, folds: Sequence[int]) -> Iterator[tuple[Model, Codes, list[Example]]]:
    """For each fold (0: the even lines train, 1: the odd ones) what it learnt, and the sentences held out."""
    rows = read(gold_path)
    gold = examples(rows)
    reviews = examples(read(reviews_path), REVIEW_WEIGHT)
    rng = random.Random(1)  # noqa: S311 - no secret depends on it
    copies = [examples([swapped(r, rng) for r in rows[half::2] for _ in range(COPIES)], COPY_WEIGHT) for half in (0, 1)]
    halves = [gold[0::2], gold[1::2]]
    for fold in folds:
        yield *train([*halves[fold], *copies[fold], *reviews]), halves[1 - fold]


def main(gold_path: str, reviews_path: str, *options: str) -> None:
    """Train on the even lines and the reviews, tell the figures on the odd lines, write the artifact."""
    folds = (0, 1) if "--folds" in options else (0,)
    for fold, (model, codes, held) in zip(folds, fit(Path(gold_path), Path(reviews_path), folds), strict=True):
        for kind, p, r, f in figures(predict(model, held), held):
            sys.stdout.write(f"fold {fold} {kind:4} p {p:.4f} r {r:.4f} f1 {f:.4f}\n")
        if fold == 0 and "--dry" not in options:
            sys.stdout.write(f"features kept {entity_model.save(model, codes, entity_model.PATH)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
