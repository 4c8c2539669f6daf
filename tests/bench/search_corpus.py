"""A made-up corpus for the search at any size: term lists as annotating gives them, and the text that they stand for.

Nothing in it was written by a publisher. Words are built of syllables; how often each is used follows the law of Zipf
and Mandelbrot (frequency 1 / (rank + 20)), so that the commonest stands in a third of the articles as in real news.
Each word is written with one of sixteen particles, a fifth of the text stands in direct speech, and some pairs of
words stand side by side far more often than by chance, for phrases.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

WORDS = 300_000
PAIRS = 2_000
_PARTICLES = ("", "은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "과", "도", "만", "까지")
_TITLE_TERMS = 9
PER_DAY = 900  # articles a day: a million are three years
BEGINS_ON = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some articles: what the index takes, and the text of each for other search engines."""

    lists: pl.DataFrame  # number, terms, positions, fields, forms, form_terms
    texts: pl.DataFrame  # number, publisher, published_date, title, text, length


class SearchCorpus:
    """The same articles for the same seed, a batch at a time."""

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        syllables = [chr(0xAC00 + (i * 131) % 11172) for i in range(420)]
        self.words = pl.Series("term", [_word(i, syllables) for i in range(WORDS)])
        self.forms = pl.Series("form", [word + particle for word in self.words for particle in _PARTICLES])
        weights = 1.0 / (np.arange(WORDS) + 20.0)
        self._cumulated = np.cumsum(weights / weights.sum())
        self.pairs = self._random.integers(200, 20_000, size=(PAIRS, 2))

    def batch(self, first: int, count: int) -> Batch:
        """The articles `first` to `first + count - 1`."""
        lengths = self._random.gamma(6.0, 42.0, count).astype(np.int64).clip(30, 1500)
        total = int(lengths.sum())
        ids = np.searchsorted(self._cumulated, self._random.random(total)).clip(0, WORDS - 1)
        at = np.flatnonzero(self._random.random(total - 1) < 0.004)
        chosen = self._random.integers(PAIRS, size=len(at)) ** 2 // PAIRS
        ids[at], ids[at + 1] = self.pairs[chosen, 0], self.pairs[chosen, 1]
        begins = np.cumsum(lengths) - lengths
        number = np.repeat(np.arange(first, first + count, dtype=np.int32), lengths)
        place = np.arange(total) - np.repeat(begins, lengths)
        fields = np.where(place < _TITLE_TERMS, 3, np.where(place % 50 < 10, 5, 1)).astype(np.int32)
        form_ids = ids * len(_PARTICLES) + self._random.integers(len(_PARTICLES), size=total)
        flat = pl.DataFrame(
            {
                "number": number,
                "term": self.words.gather(ids),
                "position": place.astype(np.int32),
                "field": fields,
                "form": self.forms.gather(form_ids),
            }
        )
        flat = flat.with_columns(
            shown=pl.when(pl.col("position") % 12 == 11).then(pl.col("form") + ".").otherwise(pl.col("form"))
        )
        grouped = flat.group_by("number", maintain_order=True)
        lists = grouped.agg(terms="term", positions="position", fields="field", forms="form", form_terms="term")
        texts = grouped.agg(
            title=pl.col("form").head(_TITLE_TERMS).str.join(" "),
            text=pl.col("shown").slice(_TITLE_TERMS).str.join(" "),
            length=pl.len().cast(pl.Int32),
        )
        outlets = self._random.integers(60, size=count) ** 2 // 60
        days = [BEGINS_ON + timedelta(days=int(i) // PER_DAY) for i in range(first, first + count)]
        return Batch(
            lists,
            texts.with_columns(
                publisher=pl.Series([f"신문{i:02d}" for i in outlets]), published_date=pl.Series(days, dtype=pl.Date)
            ),
        )


def _word(number: int, syllables: list[str]) -> str:
    """A word of two syllables and more, one for each number."""
    number += len(syllables)
    out = ""
    while number:
        number, digit = divmod(number, len(syllables))
        out += syllables[digit]
    return out
