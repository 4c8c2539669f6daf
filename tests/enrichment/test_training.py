"""Training: the artifact must be remade by anyone who holds the sentences, and read back as it was saved."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from flows.enrichment import entity_model, meanings, training

ROWS: list[training.Row] = [
    ("윤가람 대표는 강릉에서 웃었다.", [(0, 3, "PS"), (8, 10, "LC")]),
    ("한도윤 의원은 부산에서 웃었다.", [(0, 3, "PS"), (8, 10, "LC")]),
    ("서하늘 교수는 대구에서 웃었다.", [(0, 3, "PS"), (8, 10, "LC")]),
    ("그는 3명을 만났다.", [(3, 5, "QT")]),
    ("그녀는 5명을 만났다.", [(4, 6, "QT")]),
]


def test_it_learns_what_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "EPOCHS", 20)
    shown = training.examples(ROWS)
    model, _ = training.train(shown)
    assert training.predict(model, shown) == [example.gold for example in shown]


def test_a_saved_model_answers_as_before(tmp_path: Path) -> None:
    shown = training.examples(ROWS)
    model, codes = training.train(shown)
    assert entity_model.save(model, codes, tmp_path / "m.npz") > 0
    again = entity_model.load(tmp_path / "m.npz")
    assert training.predict(again, shown) == training.predict(model, shown)


def test_a_model_that_learnt_on_another_table_of_meanings_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, codes = training.train(training.examples(ROWS[:1]))
    entity_model.save(model, codes, tmp_path / "m.npz")
    monkeypatch.setattr(meanings, "meanings", lambda: meanings.NONE)
    with pytest.raises(ValueError, match="trained with another"):
        entity_model.load(tmp_path / "m.npz")


def test_a_feature_is_found_however_full_its_table_is_and_no_other_is_taken_for_it() -> None:
    rng = np.random.default_rng(2)
    codes = np.unique(rng.integers(1, 2**62, 5_000))
    table = entity_model.Table.of(codes)
    assert (table.find(codes) == np.arange(1, len(codes) + 1)).all()
    others = np.setdiff1d(rng.integers(1, 2**62, 5_000), codes)
    assert not table.find(np.append(others, 0)).any()


def test_a_copy_with_other_names_keeps_its_spans_true() -> None:
    import random

    rng = random.Random(4)
    for row in ROWS * 4:
        text, spans = training.swapped(row, rng)
        assert len(spans) == len(row[1])
        for (start, end, kind), (_old_start, old_end, old_kind) in zip(spans, row[1], strict=True):
            assert kind == old_kind
            assert text[start:end].strip()
            assert text[end : end + 1] == row[0][old_end : old_end + 1]


def test_the_gradient_is_that_of_the_likelihood() -> None:
    rng = np.random.default_rng(0)
    width = len(entity_model.LABELS)
    scores = rng.normal(size=(4, width)).astype(np.float32)
    moves = rng.normal(size=(width, width)).astype(np.float32)
    labels = [0, 1, 2, 0]

    def likelihood(of: np.ndarray) -> float:
        forward = of[0].astype(np.float64)
        for row in of[1:]:
            forward = np.logaddexp.reduce(forward[:, None] + moves, axis=0) + row
        path = sum(of[at, label] for at, label in enumerate(labels)) + sum(
            moves[a, b] for a, b in itertools.pairwise(labels)
        )
        return float(path - np.logaddexp.reduce(forward))

    other = rng.normal(size=(6, width)).astype(np.float32)
    _, (by_unit, _) = training.gradients([other, scores], [[0] * 6, labels], moves)
    for at, label in ((0, 0), (1, 4), (3, 2)):
        moved = scores.astype(np.float64)
        moved[at, label] += 1e-4
        assert (likelihood(moved) - likelihood(scores.astype(np.float64))) / 1e-4 == pytest.approx(
            float(by_unit[at, label]), abs=2e-3
        )
