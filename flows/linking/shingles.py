"""A text as a set of word 3-grams, each a stable 64-bit number: what two texts are compared by.

Shingles of words over title and body follow Broder, "On the resemblance and containment of documents" (1997). The
Korean part is ours: what editors change without rewriting (particles, spacing, width and case of letters, punctuation)
is taken off the words first, so that it does not hide a copy.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SHINGLE_VERSION = "shingles-1"
"""Part of what a sketch is told by: sketches of two versions are never compared."""

MAX_CHARS = 200_000
"""Characters of a text that are looked at: forty times a long article. What lies behind is not compared."""

Shingles = npt.NDArray[np.uint64]
"""Sorted, unique. Empty for a text of fewer than three words."""

_WIDTH = 3

# A letter run of one script, or digits: `3명`, `3 명`, `AI기업` and `AI 기업` come apart at the same places.
_WORD = re.compile(
    r"[가-힣]+|[0-9]+|[a-zà-öø-ÿ\u0100-\u024f]+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
    r"|[^\W\d_가-힣a-zà-öø-ÿ\u0100-\u024f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
_HAN_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{3,}")

_PARTICLES = (
    "에게서는|으로부터|에서부터|이라고|이라는|에게서|에서는|에서도|으로는|으로도|으로써|으로서|까지는|까지도|부터는|보다는|에게는|"
    "라고|라는|에서|에게|께서|으로|까지|부터|보다|처럼|만큼|마다|조차|밖에|하고|이나|이며|이고|에는|에도|와는|과는|"
    "은|는|이|가|을|를|의|에|도|로|와|과|만|나|며|고|수|것|뿐"
)
_ENDING = re.compile(rf"(?<=[가-힣]{{2}})(?:{_PARTICLES})$")
"""Taken off the end of an eojeol that keeps two syllables. No grammar: a word cut the same way everywhere will do."""

_DROPPED = frozenset(
    ("수", "것", "등", "및", "그", "이", "저", "약", "더", "또", "뿐", "만", "the", "a", "an", "of", "to")
)
"""Words that are written apart or joined, put in or left out, at an editor's will."""


class _Tokens(dict[str, int]):
    """Word -> its number, 0 for a word that is dropped; kept for the life of a process."""

    limit = 1_000_000  # words; a hostile corpus of random words must not fill the memory

    def __missing__(self, word: str) -> int:
        if len(self) >= self.limit:
            self.clear()
        number = 0
        if word not in _DROPPED:
            bare = _ENDING.sub("", word)
            number = int.from_bytes(hashlib.blake2b(bare.encode("utf-8", "replace"), digest_size=8).digest()) or 1
        self[word] = number
        return number


_tokens = _Tokens()
_A, _B, _C = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def words(text: str) -> list[str]:
    """The words of a text as they are compared, particles still on. Han and kana come in overlapping pairs."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    found: list[str] = _WORD.findall(text.lower())
    if _HAN_KANA.search(text):
        found = [
            part
            for word in found
            for part in ([word[i : i + 2] for i in range(len(word) - 1)] if _HAN_KANA.match(word) else [word])
        ]
    return found


def shingles(title: str | None, body: Sequence[str] | str) -> Shingles:
    """The shingles of an article's headline and body, the first MAX_CHARS characters of it.

    Numbers are the same in every process and on every machine. Never raises, whatever the text.
    """
    text = "\n".join((title or "", body if isinstance(body, str) else "\n".join(body)))[:MAX_CHARS]
    numbers = np.fromiter(map(_tokens.__getitem__, words(text)), dtype=np.uint64)
    numbers = numbers[numbers != 0]
    if len(numbers) < _WIDTH:
        return np.empty(0, dtype=np.uint64)
    joined = (numbers[:-2] * _A) ^ (numbers[1:-1] * _B + np.uint64(1)) ^ (numbers[2:] * _C + np.uint64(2))
    # The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every bit, so that "the smallest
    # sixteenth of all numbers" is a fair sample.
    joined = (joined ^ (joined >> np.uint64(30))) * _M1
    joined = (joined ^ (joined >> np.uint64(27))) * _M2
    joined ^= joined >> np.uint64(31)
    joined.sort()  # np.unique hashes first, which takes four times as long on so few numbers
    is_new = np.empty(len(joined), dtype=bool)
    is_new[0] = True
    np.not_equal(joined[1:], joined[:-1], out=is_new[1:])
    unique: Shingles = joined[is_new]
    return unique
