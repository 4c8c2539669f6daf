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
from flows.enrichment import entity_model, lexicon, tagger
from flows.enrichment.entity_model import LABELS, Codes, Floats, Ints, Model, Table, Values
from flows.enrichment.name_lists import Unit
from flows.enrichment.tagger import Found
from flows.enrichment.tokens import tokenise

EPOCHS = 12
RATE = 0.15
DECAY = 2e-5
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
        for table, column in zip(numbers, (*own, *example.seen.placed), strict=True):
            for value in column:
                table.setdefault(value, len(table) + 1)
    values = Values(numbers)
    codes, counts = np.unique(values.codes([example.seen for example in data]), return_counts=True)
    return values, codes[(counts >= LEAST_COUNT) & (codes != 0)]


def _logsum(values: Floats, axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis=axis)), dtype=np.float32)


def gradient(scores: Floats, labels: Sequence[int], transitions: Floats) -> tuple[Floats, Floats]:
    """Gradient of the log likelihood of one sentence: by unit and label, and by label and label."""
    size, width = scores.shape
    forward = np.empty_like(scores)
    backward = np.zeros_like(scores)
    forward[0] = scores[0]
    for at in range(1, size):
        forward[at] = _logsum(forward[at - 1][:, None] + transitions, 0) + scores[at]
    for at in range(size - 2, -1, -1):
        backward[at] = _logsum(transitions + (scores[at + 1] + backward[at + 1])[None, :], 1)
    total = _logsum(forward[-1], 0)
    by_unit = -np.exp(forward + backward - total)
    by_pair = np.zeros((width, width), dtype=np.float32)
    if size > 1:
        pair = forward[:-1, :, None] + transitions[None] + (scores[1:] + backward[1:])[:, None, :] - total
        by_pair -= np.exp(pair).sum(axis=0)
    for at, label in enumerate(labels):
        by_unit[at, label] += 1
        if at:
            by_pair[labels[at - 1], label] += 1
    return by_unit, by_pair


def train(data: Sequence[Example], seed: int = 0) -> tuple[Model, Codes]:
    """Fit the model; with the feature of each row of its weights, from row 1 on."""
    values, codes = vocabulary(data)
    table = Table.of(codes)
    size = 1 + len(codes)
    rows = [table.find(values.codes([e.seen])) if e.parts else np.zeros((0, 1), dtype=np.int32) for e in data]
    width = len(LABELS)
    weights = np.zeros((size, width), dtype=np.float32)
    squares = np.full((size, width), 1e-6, dtype=np.float32)
    moves = np.zeros((width, width), dtype=np.float32)
    move_squares = np.full((width, width), 1e-6, dtype=np.float32)
    barred = entity_model.allowed()
    rng = np.random.default_rng(seed)
    average, average_moves, kept = np.zeros_like(weights), np.zeros_like(moves), 0
    for epoch in range(EPOCHS):
        order = rng.permutation(len(data))
        for batch in np.array_split(order, max(1, len(order) // BATCH)):
            touched: list[Ints] = []
            steps: list[Floats] = []
            pairs = np.zeros_like(moves)
            for at in batch:
                example, seen = data[at], rows[at]
                if not len(seen):
                    continue
                seen = np.where(rng.random(seen.shape) < DROPOUT, 0, seen).astype(np.int32)
                by_unit, by_pair = gradient(weights[seen].sum(axis=1), example.labels, moves + barred)
                touched.append(seen.ravel())
                steps.append(np.repeat(by_unit * example.weight, seen.shape[1], axis=0))
                pairs += by_pair * example.weight
            if not touched:
                continue
            unique, where = np.unique(np.concatenate(touched), return_inverse=True)
            summed = np.zeros((len(unique), width), dtype=np.float32)
            np.add.at(summed, where, np.concatenate(steps))
            summed -= DECAY * len(data) * weights[unique] * 0.05
            summed[unique == 0] = 0
            squares[unique] += summed**2
            weights[unique] += RATE * summed / np.sqrt(squares[unique])
            move_squares += pairs**2
            moves += RATE * pairs / np.sqrt(move_squares)
        if epoch >= EPOCHS // 2:
            average += weights
            average_moves += moves
            kept += 1
    share = np.float32(1 / kept)
    return Model(values, table, average * share, average_moves * share + barred), codes


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
