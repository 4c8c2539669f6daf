"""Token classification: one label for each token of a text, as models trained on KLUE-NER, CoNLL and the like give.

Reads texts; gives typed spans. Long texts are read in windows that overlap; in an overlap each token takes its label
from the window in which it stands further from the edge.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.enrichment import transformer_files as files
from flows.enrichment.document import Found
from flows.enrichment.tokens import pieces, readable
from flows.enrichment.transformer_files import Array, Folder, TransformerError

MAX_WINDOW_TOKENS = 512
OVERLAP_TOKENS = 64
BATCH_WINDOWS = 8

_NAMES = {
    "PS": ("PS", "PER", "PERSON"),
    "OG": ("OG", "ORG", "ORGANIZATION", "ORGANISATION"),
    "LC": ("LC", "LOC", "LOCATION", "GPE"),
    "DT": ("DT", "DAT", "DATE"),
    "TI": ("TI", "TIM", "TIME"),
    "QT": ("QT", "QUANTITY", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "NUM", "NOH", "MNY", "PNT"),
}
"""Our types, and what the label sets of KLUE, CoNLL, OntoNotes and the Korean NAVER and KMOU corpora call them."""
_TYPE_OF = {name: kind for kind, names in _NAMES.items() for name in names}
_MARKED = re.compile(r"([BIESLU])[-_](.+)|(.+)[-_]([BIESLU])")
_OPENS = frozenset("BSU")

_CONTINUES = re.compile(r"[\u1160-\u11ff\u0300-\u036f\ufe00-\ufe0f]")  # vowels and finals of decomposed Hangul, accents
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]")

Label = tuple[str, bool] | None
"""Type, and whether the label opens a span; None outside every type of ours."""


def label(name: str) -> Label:
    """What a label of a model says: `B-PS`, `PER-I`, `I-LOC`; None for `O` and for types that are none of ours."""
    marked = _MARKED.fullmatch(name.upper())
    mark, word = (marked[1] or marked[4], marked[2] or marked[3]) if marked else ("I", name.upper())
    kind = _TYPE_OF.get(word)
    return (kind, mark in _OPENS) if kind else None


@dataclass(frozen=True, slots=True)
class _Window:
    """Some tokens of a text with the special ones around them; `starts` and `ends` are offsets in the text."""

    text: int
    ids: Sequence[int]
    types: Sequence[int]
    places: tuple[int, ...]  # of the tokens that count, among all of them
    starts: tuple[int, ...]
    ends: tuple[int, ...]


class TokenClassifier:
    """A model that labels tokens."""

    def __init__(self, folder: Folder) -> None:
        """Load it. Raises TransformerError for a model that cannot be used, saying why."""
        config = files.config(folder, "config.json")
        names = config.get("id2label")
        if not isinstance(names, dict) or not names:
            raise TransformerError(f"{folder.path / 'config.json'} has no id2label: no model that labels tokens")
        try:
            self._labels = {int(number): label(str(name)) for number, name in names.items()}
        except ValueError:
            raise TransformerError(f"{folder.path / 'config.json'} has an id2label without numbers") from None
        self.types = frozenset(one[0] for one in self._labels.values() if one)
        if not self.types:
            given = ", ".join(map(str, names.values()))[:200]
            raise TransformerError(
                f"{folder.path / 'config.json'} has labels of which none is known here ({given}); known are B- and I- "
                f"with {', '.join(_TYPE_OF)}"
            )
        self._pad = files.whole(config, "pad_token_id", 0, least=0)
        self._tokenizer = files.tokenizer(folder)
        limit = _window_tokens(config)
        self._overlap = min(OVERLAP_TOKENS, limit // 4)
        self._tokenizer.enable_truncation(limit, stride=self._overlap)
        self._session = files.session(folder)
        self._inputs = {one.name: one.type for one in self._session.get_inputs()}
        unknown = self._inputs.keys() - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown or "input_ids" not in self._inputs:
            raise TransformerError(
                f"{folder.onnx} wants other inputs than token ids: {', '.join(sorted(self._inputs))}"
            )
        self._path = folder.onnx

    def tag(self, texts: Sequence[str]) -> list[list[Found]]:
        """Typed spans of each text, in order and without overlap.

        Raises TransformerError where the model gives something else than a label for each token.
        """
        cut = [(number, offset, piece) for number, text in enumerate(texts) for offset, piece in pieces(readable(text))]
        windows = [
            window for number, offset, piece in cut if piece.strip() for window in self._windows(number, offset, piece)
        ]
        labels: dict[int, list[int]] = {}
        by_length = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
        for first in range(0, len(by_length), BATCH_WINDOWS):
            batch = by_length[first : first + BATCH_WINDOWS]
            labels.update(zip(batch, self._run([windows[at] for at in batch]), strict=True))
        said: list[list[tuple[int, int, Label]]] = [[] for _ in texts]
        for at, window in enumerate(windows):
            given = (self._labels.get(one) for one in labels[at])
            said[window.text] += zip(window.starts, window.ends, given, strict=True)
        return [_tidied(text, _spans(tokens)) for text, tokens in zip(texts, said, strict=True)]

    def _windows(self, number: int, offset: int, piece: str) -> Iterator[_Window]:
        encoded = self._tokenizer.encode(piece)
        parts = [encoded, *encoded.overflowing]
        for order, part in enumerate(parts):
            real = [at for at, special in enumerate(part.special_tokens_mask) if not special]
            first = self._overlap // 2 if order else 0
            last = len(real) - (self._overlap - self._overlap // 2 if order < len(parts) - 1 else 0)
            real = real[first:last]
            real = [at for at in real if part.offsets[at][0] < part.offsets[at][1]]
            yield _Window(
                number,
                part.ids,
                part.type_ids,
                tuple(real),
                tuple(part.offsets[at][0] + offset for at in real),
                tuple(part.offsets[at][1] + offset for at in real),
            )

    def _run(self, windows: Sequence[_Window]) -> list[list[int]]:
        shape = (len(windows), max(len(one.ids) for one in windows))
        ids, mask, types = np.full(shape, self._pad, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, one in enumerate(windows):
            ids[row, : len(one.ids)], types[row, : len(one.ids)] = one.ids, one.types
            mask[row, : len(one.ids)] = 1
        feeds: dict[str, Array] = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        asked = {
            name: feeds[name].astype(np.int32) if kind == "tensor(int32)" else feeds[name]
            for name, kind in self._inputs.items()
        }
        scores = files.scores(self._session, self._path, asked)
        if scores.shape[:2] != shape or scores.ndim != 3:
            raise TransformerError(f"{self._path} gave no score for each token: shape {scores.shape} for {shape}")
        best = scores.argmax(axis=2)
        return [[int(best[row, at]) for at in one.places] for row, one in enumerate(windows)]


def _window_tokens(config: dict[str, Any]) -> int:
    """Longest input, special tokens included. The RoBERTa family counts positions from behind the padding id."""
    most = files.whole(config, "max_position_embeddings", MAX_WINDOW_TOKENS, least=16)
    if "roberta" in str(config.get("model_type")) or config.get("model_type") == "camembert":
        most -= files.whole(config, "pad_token_id", 1, least=0) + 1
    return min(most, MAX_WINDOW_TOKENS)


def _spans(tokens: Iterable[tuple[int, int, Label]]) -> list[Found]:
    """Labelled tokens, joined. Several tokens may stand for one character (an emoji in bytes): they are one place."""
    found: list[Found] = []
    before: str | None = None
    for start, end, said in tokens:
        kind, opens = said or (None, False)
        if kind is not None:
            if found and kind == before and not opens:
                found[-1] = (found[-1][0], max(end, found[-1][1]), kind)
            elif not found or start >= found[-1][1]:
                found.append((start, end, kind))
        before = kind
    return found


def _tidied(text: str, found: Sequence[Found]) -> list[Found]:
    """Spans without blanks at their ends, and never with half a character or half a word in Latin letters.

    Tokenizers that compose Hangul give offsets of a syllable's first letter only. Many models label only the first
    piece of a word; in Korean the pieces behind a name are particles, so that only Latin letters may be filled up.
    """
    out: list[Found] = []
    for begins, ends, kind in found:
        start, end = begins, ends
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        while start and _CONTINUES.match(text[start]):
            start -= 1
        while end < len(text) and _CONTINUES.match(text[end]):
            end += 1
        while start and _LATIN.match(text[start]) and _LATIN.match(text[start - 1]):
            start -= 1
        while end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]):
            end += 1
        if out and start < out[-1][1]:
            if end > out[-1][1] and kind == out[-1][2]:
                out[-1] = (out[-1][0], end, kind)
            continue
        out.append((start, end, kind))
    return out
