"""What the entity tagger takes from `meanings`: of a unit and its neighbours, and of what the whole text is about.

Reads rows of `meanings`; gives label scores. The scores are linear in the vectors, so that every row is multiplied
with the weights once a process, and a text costs as many look-ups as it has units and places looked at.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flows.enrichment.meanings import DIMENSIONS

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SHIFTS = (-2, -1, 0, 1, 2)
"""Units looked at: so many to the right."""
PLACE, NAME = len(SHIFTS), len(SHIFTS) + 1
PARTS = len(SHIFTS) + 2
"""Vectors a unit has: those of the units looked at; the text's for a listed place; the text's for a name."""
SCALE = 8.0
TEXT_SCALE = 2 * SCALE
"""Vectors of unit length have small numbers, and their mean over a text has smaller ones; these bring them near one."""


class Meant(NamedTuple):
    """Rows of `meanings` at all places of some texts, free ones included, and what is known of the units."""

    rows: Rows  # by place
    places: Rows  # of the units
    is_topical: Flags  # by unit, as all below: tells what the text is about
    is_place: Flags  # stands in a list of places
    is_name: Flags  # is tagged a name
    sizes: Rows  # units of each text


def no_weights(labels: int) -> Floats:
    """Weights that change no score."""
    return np.zeros((PARTS, DIMENSIONS, labels), dtype=np.float32)


def topics(values: Floats, meant: Meant) -> Floats:
    """Mean over the topical units of each text of what each row has; zero where a text has none. One row a text."""
    text_of = np.repeat(np.arange(len(meant.sizes)), meant.sizes)[meant.is_topical]
    out = np.zeros((len(meant.sizes), values.shape[1]), dtype=np.float32)
    if len(text_of):
        first = np.flatnonzero(np.diff(text_of, prepend=-1))
        sums = np.add.reduceat(values[meant.rows[meant.places[meant.is_topical]]], first, axis=0)
        out[text_of[first]] = sums / np.diff(first, append=len(text_of))[:, None]
    return out


def inputs(vectors: Floats, meant: Meant) -> Floats:
    """The vectors of each unit of some texts, for training: units, PARTS, DIMENSIONS."""
    out = np.zeros((len(meant.places), PARTS, DIMENSIONS), dtype=np.float32)
    for part, shift in enumerate(SHIFTS):
        out[:, part] = SCALE * vectors[meant.rows[meant.places + shift]]
    topic = TEXT_SCALE * np.repeat(topics(vectors, meant), meant.sizes, axis=0)
    out[:, PLACE] = topic * meant.is_place[:, None]
    out[:, NAME] = topic * meant.is_name[:, None]
    return out


class Nearness:
    """Scores of every row for every part, worked out once."""

    def __init__(self, vectors: Floats, weights: Floats, width: int) -> None:
        """Weights: PARTS, DIMENSIONS, labels. Scores are laid out in rows of `width`, the further ones zero."""
        padded = np.zeros((PARTS, DIMENSIONS, width), dtype=np.float32)
        padded[:, :, : weights.shape[2]] = weights
        self.beside = [SCALE * vectors @ padded[part] for part in range(len(SHIFTS))]
        """For each of SHIFTS the scores of every row there."""
        self._about = TEXT_SCALE * vectors @ np.concatenate([padded[PLACE], padded[NAME]], axis=1)

    def add_topics(self, scores: Floats, meant: Meant) -> None:
        """Add what the texts are about to the scores of the units, one row each."""
        width = scores.shape[1]
        topic = np.repeat(topics(self._about, meant), meant.sizes, axis=0)
        scores += topic[:, :width] * meant.is_place[:, None]
        scores += topic[:, width:] * meant.is_name[:, None]
