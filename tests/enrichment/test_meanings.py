"""Meanings: a word that no training sentence holds is told by the words that it stands near."""

from pathlib import Path

import numpy as np
import pytest

from flows.enrichment import entity_features, entity_model, meanings, nearness, tagger
from flows.enrichment.meanings import DIMENSIONS, Meanings


def turned(rows: int, seed: int) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(rows, 12))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def test_vectors_follow_from_how_like_words_are_to_a_few_of_them() -> None:
    true = turned(60, 1)
    anchors = np.arange(20)
    found = meanings.directions(true @ true[anchors].T, anchors)
    assert found @ found.T == pytest.approx(true @ true.T, abs=1e-3)


def test_words_that_stand_near_one_another_come_into_one_group() -> None:
    centres = np.eye(5, 12, dtype=np.float32)
    rows = np.repeat(centres, 20, axis=0) + 0.05 * turned(100, 2)
    groups = meanings.grouped(rows, 5, seed=4)
    of_each = [set(groups[at : at + 20].tolist()) for at in range(0, 100, 20)]
    assert all(len(of_one) == 1 for of_one in of_each)


def test_a_saved_table_answers_as_it_was_made(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(3, DIMENSIONS)).astype(np.float32)
    names = [("가온시", "NNP"), ("바다", "NNG"), ("ai", "SL")]
    meanings.save(names, vectors, [np.array([7, 0, 1]), np.array([700, 5, 6])], tmp_path / "m.npz")
    found = meanings.load(tmp_path / "m.npz")
    assert found.vectors[1:] == pytest.approx(vectors, abs=float(np.abs(vectors).max()) / 250)
    assert not found.vectors[0].any()
    assert found.groups == (("", "7", "0", "1"), ("", "700", "5", "6"))
    assert [found.row(*name) for name in names] == [1, 2, 3]


def test_a_name_tagged_as_a_noun_and_capitals_are_found_and_a_stranger_is_not() -> None:
    known = Meanings({("가온", "NNP"): 1, ("ai", "SL"): 2}, meanings.NONE.vectors, meanings.NONE.groups)
    assert [known.row("가온", "NNG"), known.row("AI", "SL"), known.row("가온", "VV")] == [1, 2, 0]


def test_scores_looked_up_are_those_of_the_vectors_themselves() -> None:
    rng = np.random.default_rng(6)
    vectors = np.vstack([np.zeros(DIMENSIONS), rng.normal(size=(8, DIMENSIONS))]).astype(np.float32)
    weights = rng.normal(size=(nearness.PARTS, DIMENSIONS, 3)).astype(np.float32)
    sizes = np.array([4, 0, 3])
    rows = np.array([0, 0, 1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 8, 3, 0, 0, 0])
    units = np.array([2, 3, 4, 5, 17, 18, 19])
    flags = rng.random((3, 7)) < 0.6
    meant = nearness.Meant(rows, units, flags[0] & (rows[units] > 0), flags[1], flags[2], sizes)
    scores = np.zeros((7, 4), dtype=np.float32)
    near = nearness.Nearness(vectors, weights, 4)
    near.add_topics(scores, meant)
    for table, shift in zip(near.beside, nearness.SHIFTS, strict=True):
        scores += table[rows[units + shift]]
    expected = np.einsum("upd,pdl->ul", nearness.inputs(vectors, meant), weights)
    assert scores[:, :3] == pytest.approx(expected, rel=1e-3, abs=1e-2)
    assert not scores[:, 3].any()


def test_what_a_text_is_about_is_the_mean_of_its_own_words_only() -> None:
    vectors = np.array([[0.0], [1.0], [3.0], [10.0]], dtype=np.float32)
    is_topical = np.array([True, True, False, True])
    units = np.array([0, 1, 2, 3])
    meant = nearness.Meant(np.array([1, 2, 3, 3]), units, is_topical, is_topical, is_topical, np.array([3, 0, 1]))
    assert nearness.topics(vectors, meant).tolist() == [[2.0], [0.0], [10.0]]


def test_the_shipped_model_weighs_meanings() -> None:
    """Without the table beside it the tagger would work on, worse, without a word."""
    model = entity_model.model()
    assert model is not None
    assert np.abs(model.of_meanings).max() > 0
    table = meanings.meanings()
    assert table.row("서울", "NNP")
    assert table.row("도시", "NNG")
    assert [name for name in entity_features.OWN if name in ("field", "kin")] == ["field", "kin"]


def test_units_surely_in_no_name_part_a_text_and_leave_the_best_path_as_it_is() -> None:
    rng = np.random.default_rng(11)
    labels = len(entity_model.LABELS)
    moves = 0.5 * rng.normal(size=(labels, labels)).astype(np.float32) + entity_model.allowed()
    scores = [2 * rng.normal(size=(size, labels)).astype(np.float32) for size in (1, 30, 0, 12, 7)]
    for one in scores:
        one[::4, 0] += 30.0
    whole = [tagger.viterbi([one], moves)[0] for one in scores]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tagger, "SURELY_NONE", 1e6)
        assert tagger.viterbi(scores, moves) == whole
    assert tagger.viterbi(scores, moves) == whole
    assert any(label for path in whole for label in path)
