"""A text's sketch: a small fair sample of its shingles, by which texts that may be copies find each other.

A modulo sketch with a floor, both of Broder 1997: every shingle whose number lies in the lowest sixteenth of all
numbers, and in any case the sixteen smallest. Two texts that share a shingle share it in their sketches by the same
rule, whatever else they hold, so that a text trimmed to a third still meets its original. docs/decisions.md has the
figures beside MinHash with banding.
"""

import numpy as np
import numpy.typing as npt

from flows.linking.shingles import SHINGLE_VERSION, Shingles

SKETCHER = f"{SHINGLE_VERSION} sketches-1"
"""What made a sketch."""

SAMPLE = 16
"""One shingle in so many is kept."""

LEAST = 16
"""Short texts keep so many of their smallest numbers even where the sample holds fewer."""

MIN_SHINGLES = 12
"""A text with fewer is not compared: one sentence says nothing of who copied whom."""

_BELOW = np.uint64(2**64 // SAMPLE)


def sketch(shingles: Shingles) -> npt.NDArray[np.int64]:
    """The sketch of a text, as the signed numbers that a lake column holds. Empty for a text that is too short."""
    if len(shingles) < MIN_SHINGLES:
        return np.empty(0, dtype=np.int64)
    count = max(LEAST, int(np.searchsorted(shingles, _BELOW)))
    return shingles[:count].view(np.int64)
