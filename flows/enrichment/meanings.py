"""What stands near a word in meaning, as one of the tagger's marks: vectors and groups of morphemes.

They are worked out once from the language model that Kiwi carries (kiwipiepy_model, Apache License 2.0; the card lies
beside the artifact): Paris stands near London, a striker near a goalkeeper. A linear tagger that has read some hundred
sentences so knows something of words that are in none of them.

`python -m flows.enrichment.meanings` makes the artifact again.
"""

import sys
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from kiwipiepy import Kiwi

VERSION = 1
PATH = Path(__file__).resolve().parents[2] / "data" / "models" / f"meanings-{VERSION}.npz"

DIMENSIONS = 64
GROUPS = (192, 768)
"""How many groups the morphemes are put into, coarse and fine."""
FIRST_ANCHORS = 6_000
"""Anchors are drawn among so many of the most frequent nouns and names, and half as many other words."""
ANCHORS = {"NNP": 170, "NNG": 110, "": 40}
"""Morphemes to which the others are compared, by tag; more than the model has dimensions that differ."""
LEAST_SPREAD = 1e-4
"""Directions in which the anchors differ less than this, against the widest, are rounding."""
ROUNDS = 12
_WORDS = ("NNP", "NNG")
_SWAPPED = {"NNP": "NNG", "NNG": "NNP"}

Reals = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Meanings:
    """Row 0 is of every morpheme that the language model does not know: no vector, no group."""

    rows: dict[tuple[str, str], int] = field(repr=False)
    vectors: Reals  # a row a morpheme, DIMENSIONS columns
    groups: tuple[tuple[str, ...], ...]  # for each of GROUPS, the group of each row

    @property
    def fingerprint(self) -> int:
        """A number of this table alone: made again, its axes may turn, and weights learnt on another say nothing."""
        return zlib.crc32(self.vectors.tobytes())

    def row(self, surface: str, tag: str) -> int:
        """The row of a morpheme: as tagged, else as a name where it is tagged a noun and the other way round."""
        found = self.rows.get((surface, tag))
        if found is None and tag in _SWAPPED:
            found = self.rows.get((surface, _SWAPPED[tag]))
        if found is None:
            found = self.rows.get((surface.lower(), tag), 0)
        return found


NONE = Meanings({}, np.zeros((1, DIMENSIONS), dtype=np.float32), tuple(("",) for _ in GROUPS))
"""Where there is no artifact: no word stands near any other."""


@cache
def meanings() -> Meanings:
    """The artifact, read once a process."""
    return load(PATH) if PATH.exists() else NONE


def load(path: Path) -> Meanings:
    """Read an artifact that `save` wrote."""
    with np.load(path) as stored:
        names = str(stored["names"].tobytes(), "utf-8").split("\n")
        vectors = np.zeros((len(names) + 1, DIMENSIONS), dtype=np.float32)
        vectors[1:] = stored["vectors"].astype(np.float32) * np.float32(stored["scale"])
        groups = tuple(("", *map(str, column.tolist())) for column in stored["groups"])
    keys = [tuple(name.split("\t")) for name in names]
    return Meanings({(form, tag): row for row, (form, tag) in enumerate(keys, start=1)}, vectors, groups)


def save(names: list[tuple[str, str]], vectors: Reals, groups: list[Rows], path: Path) -> None:
    """Write forms and tags with their vectors (8 bits a number) and groups, one row each."""
    scale = float(np.abs(vectors).max()) / 127
    np.savez_compressed(
        path,
        names=np.frombuffer("\n".join("\t".join(name) for name in names).encode(), dtype=np.uint8),
        vectors=np.round(vectors / scale).astype(np.int8),
        scale=np.float32(scale),
        groups=np.stack(groups).astype(np.uint16),
    )


def directions(likeness: Reals, anchors: Rows) -> npt.NDArray[np.float64]:
    """Unit vectors of all morphemes, from how like each of them is (cosine) to each of some anchors, up to a rotation.

    Where the anchors span the space this is exact: with A the anchors' vectors, likeness is E Aᵀ, and E = (E Aᵀ)
    (A Aᵀ)^-½ turned. One row a morpheme, one column an anchor; `anchors` are the rows of the anchors themselves.
    """
    among = likeness[anchors].astype(np.float64)
    values, axes = np.linalg.eigh((among + among.T) / 2)
    is_wide = values > LEAST_SPREAD * values[-1]
    found = likeness @ (axes[:, is_wide] / np.sqrt(values[is_wide]))
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float64)


def grouped(vectors: Reals, count: int, seed: int = 0) -> Rows:
    """Group of each row: spherical k-means (Dhillon and Modha 2001)."""
    rows = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    centres = rows[np.random.default_rng(seed).choice(len(rows), count, replace=False)]
    for _ in range(ROUNDS):
        group = (rows @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, group, rows)
        size = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(size > 0, sums / np.maximum(size, 1e-9), centres)
    return np.asarray((rows @ centres.T).argmax(axis=1), dtype=np.int64)


def main() -> None:
    """Ask Kiwi how like its morphemes are to the anchors, and write what follows from it."""
    kiwi = Kiwi(num_workers=1)
    first = kiwi.most_similar_morphemes(("서울", "NNP"), top_n=1_000_000)
    known = {one.id: (one.form, one.tag.partition("-")[0]) for one in first}
    rng = np.random.default_rng(0)
    chosen: list[int] = []
    for tag, count in ANCHORS.items():
        fitting = [at for at in sorted(known) if (known[at][1] == tag if tag else known[at][1][0] in "VMJ")]
        chosen += rng.choice(fitting[: FIRST_ANCHORS if tag else FIRST_ANCHORS // 2], count, replace=False).tolist()
    likeness = np.zeros((max(known) + 1, len(chosen)), dtype=np.float32)
    for column, anchor in enumerate(chosen):
        for one in kiwi.most_similar_morphemes(anchor, top_n=1_000_000):
            likeness[one.id, column] = max(one.score, -1.0)
        likeness[anchor, column] = 1.0
    ids = np.array(sorted(known))
    units = directions(likeness, np.array(chosen))[ids]
    units -= units.mean(axis=0)
    is_word = np.array([known[at][1] in _WORDS for at in ids.tolist()])
    _, axes = np.linalg.eigh(np.cov(units[is_word].T))
    turned = (units @ axes[:, ::-1]).astype(np.float32)
    groups = [grouped(turned[:, : 2 * DIMENSIONS], count) for count in GROUPS]
    kept: dict[tuple[str, str], int] = {}
    for row, at in enumerate(ids.tolist()):  # the most frequent sense of a form comes first
        if known[at][0] and "\n" not in known[at][0] and "\t" not in known[at][0]:
            kept.setdefault(known[at], row)
    rows = np.array(list(kept.values()))
    save(list(kept), turned[rows, :DIMENSIONS], [group[rows] for group in groups], PATH)
    sys.stdout.write(f"{len(kept)} morphemes, {PATH.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
