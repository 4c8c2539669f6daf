"""A made-up corpus with known copies: the same words for the same seed, at any size, a batch at a time.

Nothing in it was written by a publisher. Words are built of syllables, their frequencies follow Zipf's law, sentences
borrow stock phrases (which unrelated articles therefore share), publishers add standing lines, and some articles
quote others in a sentence or two without being copies of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

BEGINS_AT = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = (
    "verbatim",
    "trimmed",
    "re-headlined",
    "rewritten lead",
    "translated names",
    "re-spaced",
    "half rewritten",
    "most rewritten",
)
SHARES = (0.16, 0.16, 0.16, 0.14, 0.14, 0.08, 0.09, 0.07)
_ONSETS = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추기니디리미비시이지치"
    "강산동남북서원정진성"
)
_PARTICLES = ("은", "는", "이", "가", "을", "를", "의", "에", "에서", "으로", "와", "과", "도", "", "", "")
_ENDINGS = ("했다.", "밝혔다.", "있다.", "됐다.", "전했다.", "말했다.", "나섰다.", "보인다.", "덧붙였다.", "계획이다.")


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up article. Articles of one family are copies of one another."""

    number: int
    family: int
    kind: str  # original, quoting, or one of KINDS
    publisher: str
    section: str
    title: str
    sentences: tuple[str, ...]
    published_at: datetime

    @property
    def body(self) -> list[str]:
        """Paragraphs of three sentences."""
        return [" ".join(self.sentences[i : i + 3]) for i in range(0, len(self.sentences), 3)]


class MadeCorpus:
    """Articles in the order of publication. `copy_share` of them are copies of an earlier one."""

    def __init__(self, seed: int, chars: int = 1500, copy_share: float = 0.3, per_day: int = 20_000) -> None:
        self._random = np.random.default_rng(seed)
        self._chars = chars
        self._copy_share = copy_share
        self._seconds = 86_400 / per_day
        self._number = 0
        self._recent: list[Made] = []  # originals of the last day or so
        self._old: list[Made] = []  # a sample of all before
        stems = sorted({self._stem() for _ in range(24_000)})
        self._random.shuffle(stems)
        endings = list(self._random.integers(len(_PARTICLES), size=len(stems) * 2))
        self._words = np.array([stems[i // 2] + _PARTICLES[endings[i]] for i in range(len(stems) * 2)], dtype=object)
        self._verbs = np.array([stem + end for stem in stems[:1500] for end in _ENDINGS[:4]], dtype=object)
        self._likely = _zipf(len(self._words), 1.0)
        self._likely_verbs = _zipf(len(self._verbs), 0.9)
        self._names = stems[-4000:]
        self._phrases = [" ".join(self._draw(int(self._random.integers(4, 9)))) for _ in range(600)]
        self._likely_phrases = _zipf(len(self._phrases), 1.0)
        self._publishers = [f"{self._stem()}신문" for _ in range(60)]
        self._lines = {name: self._sentence() + " " + self._sentence() for name in self._publishers}
        self._sections = ("정치", "경제", "사회", "국제", "문화")

    def batches(self, count: int, size: int) -> Iterator[list[Made]]:
        """The next `count` articles, `size` at a time. Asked again, those after them."""
        for start in range(0, count, size):
            yield [self._next() for _ in range(min(size, count - start))]

    def _next(self) -> Made:
        self._number += 1
        draw = self._random.random()
        if self._recent and draw < self._copy_share:
            made = self._copy(self._an_original(), KINDS[int(self._random.choice(len(KINDS), p=SHARES))])
        else:
            made = self._original()
            if self._recent and draw > 0.97:
                quoted = self._an_original().sentences
                at = int(self._random.integers(len(quoted) - 1))
                made = self._with(made, "quoting", (*made.sentences[:-2], *quoted[at : at + 2]))
            self._recent.append(made)
            if len(self._recent) > 8000:
                gone = self._recent.pop(int(self._random.integers(1000)))
                if len(self._old) < 4000:
                    self._old.append(gone)
                elif self._random.random() < 0.1:
                    self._old[int(self._random.integers(len(self._old)))] = gone
        return made

    def _an_original(self) -> Made:
        pool = self._old if self._old and self._random.random() < 0.1 else self._recent
        return pool[int(self._random.integers(len(pool)))]

    def _original(self) -> Made:
        sentences, chars = [], 0
        while chars < self._chars:
            sentences.append(self._sentence())
            chars += len(sentences[-1]) + 1
        publisher = self._publisher()
        if self._random.random() < 0.4:
            sentences[-1] = self._lines[publisher]
        return self._made(self._number, "original", publisher, self._title(), sentences)

    def _copy(self, of: Made, kind: str) -> Made:
        title, sentences = of.title, list(of.sentences)
        n = len(sentences)
        share = self._random.random()
        if kind == "trimmed":
            sentences = sentences[: max(4, int(n * (0.35 + 0.5 * share)))]
        elif kind == "re-headlined":
            title = self._title()
        elif kind == "rewritten lead":
            for i in range(max(1, int(n * (0.1 + 0.2 * share)))):
                sentences[i] = self._sentence()
        elif kind == "translated names":
            sentences = self._renamed(sentences)
        elif kind == "re-spaced":
            sentences = [self._respaced(sentence) for sentence in sentences]
        elif kind in ("half rewritten", "most rewritten"):
            kept = 0.5 + 0.15 * share if kind == "half rewritten" else 0.28 + 0.17 * share
            title = self._title()
            block = int(n * kept)
            at = int(self._random.integers(n - block + 1))
            sentences = [s if at <= i < at + block else self._sentence() for i, s in enumerate(sentences)]
        return self._made(of.family, kind, self._publisher(), title, sentences)

    def _renamed(self, sentences: Sequence[str]) -> list[str]:
        words = sorted({word for sentence in sentences for word in sentence.split()})
        chosen = self._random.choice(len(words), size=min(14, len(words)), replace=False)
        foreign = {words[i]: "N" + str(self._random.integers(10**6)) + "ame" for i in chosen}
        return [" ".join(foreign.get(word, word) for word in sentence.split()) for sentence in sentences]

    def _respaced(self, sentence: str) -> str:
        words = sentence.split()
        at = int(self._random.integers(len(words)))
        return " ".join(words[:at]) + words[at] + " " + " ".join(words[at + 1 :]) if at > 0 else sentence

    def _made(self, family: int, kind: str, publisher: str, title: str, sentences: Sequence[str]) -> Made:
        at = BEGINS_AT + timedelta(seconds=round(self._number * self._seconds, 3))
        section = self._sections[self._number % len(self._sections)]
        return Made(self._number, family, kind, publisher, section, title, tuple(sentences), at)

    def _with(self, made: Made, kind: str, sentences: Sequence[str]) -> Made:
        return Made(
            made.number,
            made.family,
            kind,
            made.publisher,
            made.section,
            made.title,
            tuple(sentences),
            made.published_at,
        )

    def _publisher(self) -> str:
        return self._publishers[int(self._random.integers(len(self._publishers)))]

    def _title(self) -> str:
        return " ".join(self._draw(6))

    def _sentence(self) -> str:
        words = self._draw(int(self._random.integers(7, 15)))
        if self._random.random() < 0.2:
            words.append(self._phrases[int(np.searchsorted(self._likely_phrases, self._random.random()))])
        verb = self._verbs[int(np.searchsorted(self._likely_verbs, self._random.random()))]
        return f"{' '.join(words)} {verb}"

    def _draw(self, count: int) -> list[str]:
        words: list[str] = self._words[np.searchsorted(self._likely, self._random.random(count))].tolist()
        return words

    def _stem(self) -> str:
        length = int(self._random.choice((2, 2, 3, 3, 4)))
        return "".join(_ONSETS[int(i)] for i in self._random.integers(len(_ONSETS), size=length))


def _zipf(count: int, exponent: float) -> np.ndarray:
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    cumulative = np.cumsum(weights / weights.sum())
    cumulative[-1] = 1.0
    return cumulative


def word_shingles(made: Made) -> set[tuple[str, ...]]:
    """Word 3-grams as anybody would cut them, at blanks: the labels do not know how the project cuts its own."""
    words = " ".join((made.title, *made.sentences)).split()
    return set(zip(words, words[1:], words[2:], strict=False))


def shared_share(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """3-grams in common, of those of the text that has fewer."""
    return len(one & other) / max(1, min(len(one), len(other)))
