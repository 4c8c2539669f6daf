"""GLiNER: a model that is told the types in words and scores every run of words for each of them.

Reads texts; gives typed spans. For ONNX exports of models with one encoder and spans (`span_mode` markerV0). Method:
Zaratiana et al. 2024, "GLiNER: Generalist Model for Named Entity Recognition using Bidirectional Transformer". What
goes into the graph: the types between marks, then the words; of each word the first piece is pointed at.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from flows.enrichment import transformer_files as files
from flows.enrichment.document import Found
from flows.enrichment.tokens import pieces, readable
from flows.enrichment.transformer_files import Folder, TransformerError

TYPES = {"person": "PS", "organization": "OG", "location": "LC", "date": "DT", "time": "TI", "quantity": "QT"}
"""What the model is asked for, and what its answer is called here."""

THRESHOLD = 0.5
"""Least score of a span, the default of the method's own code."""

MAX_WINDOW_TOKENS = 512
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")  # as such models were trained to see words

Word = tuple[int, int, str]
Scored = tuple[float, int, int, str]


class Gliner:
    """A model that scores runs of words."""

    types = frozenset(TYPES.values())

    def __init__(self, folder: Folder) -> None:
        """Load it. Raises TransformerError for a model that cannot be used, saying why."""
        config = files.config(folder, files.GLINER_CONFIG)
        self._path = folder.onnx
        mode = config.get("span_mode", "markerV0")
        if mode == "token_level":
            raise TransformerError(
                f"{folder.path} is a GLiNER model of span_mode {mode}; only those of markerV0 are read"
            )
        self._width = files.whole(config, "max_width", 12, most=100)
        self._words = files.whole(config, "max_len", 384, least=2 * self._width, most=10_000)
        self._tokenizer = files.tokenizer(folder)
        ent, sep = str(config.get("ent_token", "<<ENT>>")), str(config.get("sep_token", "<<SEP>>"))
        for mark in (ent, sep):
            if self._tokenizer.token_to_id(mark) is None:
                raise TransformerError(f"{folder.path / 'tokenizer.json'} does not know {mark}: no tokenizer of GLiNER")
        self._prompt = [word for asked in TYPES for word in (ent, asked)] + [sep]
        self._budget = max(64, MAX_WINDOW_TOKENS - len(self._tokenizer.encode(self._prompt, is_pretokenized=True).ids))
        self._session = files.session(folder)
        self._ranks = {one.name: len(one.shape) for one in self._session.get_inputs()}
        known = {"input_ids", "attention_mask", "words_mask", "text_lengths", "span_idx", "span_mask"}
        if not {"input_ids", "words_mask", "span_idx"} <= self._ranks.keys() <= known:
            raise TransformerError(
                f"{folder.onnx} is no GLiNER model with one encoder and spans: its inputs are {', '.join(self._ranks)}"
            )

    def tag(self, texts: Sequence[str]) -> list[list[Found]]:
        """Typed spans of each text, in order and without overlap: the best first, then what does not touch them.

        Raises TransformerError where the model gives something else than a score for each run of words.
        """
        out = []
        for text in texts:
            scored: list[Scored] = []
            for offset, piece in pieces(readable(text)):
                words = [(m.start() + offset, m.end() + offset, m[0]) for m in _WORD.finditer(piece)]
                for window in self._windows(words):
                    scored += self._scored(window)
            out.append(_chosen(scored))
        return out

    def _windows(self, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
        """Words in portions that the model can take, each beginning where a run could still reach into it."""
        if not words:
            return
        sizes = [0] * len(words)
        encoded = self._tokenizer.encode([word for _, _, word in words], is_pretokenized=True, add_special_tokens=False)
        for number in encoded.word_ids:
            if number is not None:
                sizes[number] += 1
        first = 0
        while True:
            last, size = first, 0
            while last < len(words) and last - first < self._words and (size + sizes[last] <= self._budget):
                size += sizes[last]
                last += 1
            if last == first:  # a word longer than a window is no name
                last = first + 1
            else:
                yield words[first:last]
            if last >= len(words):
                return
            first = max(first + 1, last - self._width + 1)

    def _scored(self, words: Sequence[Word]) -> list[Scored]:
        encoded = self._tokenizer.encode([*self._prompt, *(word for _, _, word in words)], is_pretokenized=True)
        count, width, seen = len(words), self._width, len(self._prompt) - 1
        pointed = np.zeros((1, len(encoded.ids)), dtype=np.int64)
        for at, number in enumerate(encoded.word_ids):
            if number is not None and number > seen:
                seen = number
                pointed[0, at] = number - len(self._prompt) + 1
        starts = np.repeat(np.arange(count), width)
        ends = starts + np.tile(np.arange(width), count)
        valid = ends < count
        runs = np.stack([starts, ends], axis=1) * valid[:, None]
        feeds: dict[str, npt.NDArray[Any]] = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
            "words_mask": pointed,
            "text_lengths": np.array([[count]] if self._ranks.get("text_lengths") == 2 else [count], dtype=np.int64),
            "span_idx": runs[None].astype(np.int64),
            "span_mask": valid[None],
        }
        asked = {name: feeds[name] for name in self._ranks}
        scores = files.scores(self._session, self._path, asked)
        if scores.shape != (1, count, width, len(TYPES)):
            raise TransformerError(f"{self._path} gave no score for each run of words: shape {scores.shape}")
        chances = 1 / (1 + np.exp(-scores[0].astype(np.float64).clip(-50, 50)))
        chances[~valid.reshape(count, width)] = 0.0
        names = list(TYPES.values())
        return [
            (float(chances[start, more, kind]), words[start][0], words[start + more][1], names[kind])
            for start, more, kind in np.argwhere(chances > THRESHOLD).tolist()
        ]


def _chosen(scored: Sequence[Scored]) -> list[Found]:
    """The best of those that overlap; of equals the longer, then the earlier."""
    out: list[Found] = []
    taken: set[int] = set()
    for _, start, end, kind in sorted(set(scored), key=lambda one: (-one[0], one[1] - one[2], one[1])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            out.append((start, end, kind))
    return sorted(out)
