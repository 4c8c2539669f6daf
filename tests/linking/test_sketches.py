"""Sketches are small, and texts that share much find each other by them."""

from itertools import pairwise

import numpy as np

from flows.linking.shingles import shingles
from flows.linking.sketches import LEAST, MIN_SHINGLES, SAMPLE, sketch
from tests.bench.made_corpus import MadeCorpus


def common(one: np.ndarray, other: np.ndarray) -> int:
    return len(np.intersect1d(sketch(one), sketch(other)))


def test_a_sketch_is_a_sixteenth_of_a_long_text_and_the_least_of_a_short_one() -> None:
    (some,) = MadeCorpus(3, chars=40_000).batches(1, 1)
    long = shingles(some[0].title, some[0].body)
    assert abs(len(sketch(long)) - len(long) / SAMPLE) < 0.2 * len(long) / SAMPLE
    short = long[:30]
    assert len(sketch(short)) >= LEAST


def test_a_text_too_short_to_say_anything_has_none() -> None:
    assert len(sketch(shingles("", "비가 온다"))) == 0
    assert len(sketch(np.arange(MIN_SHINGLES - 1, dtype=np.uint64))) == 0
    assert len(sketch(np.arange(MIN_SHINGLES, dtype=np.uint64))) == MIN_SHINGLES


def test_a_text_trimmed_to_a_third_meets_its_original() -> None:
    (some,) = MadeCorpus(5).batches(200, 200)
    originals = [one for one in some if one.kind == "original"]
    met = [
        common(shingles(one.title, one.body), shingles(one.title, one.sentences[: len(one.sentences) // 3])) >= 2
        for one in originals
    ]
    assert sum(met) >= 0.95 * len(met)
    strangers = pairwise(originals)
    assert sum(common(shingles("", a.body), shingles("", b.body)) >= 2 for a, b in strangers) < 0.5 * len(met)
