"""The optional back end for entities: which models stand in for tagger and rules, and their loading, once a process.

Values in, values out: a `Transformers` says which folders; whoever calls `annotate` hands it over. A model runs in this
process, on text that never leaves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from flows.enrichment import transformer_files
from flows.enrichment.document import Found
from flows.enrichment.transformer_files import Folder, Kind, TransformerError
from flows.enrichment.transformer_gliner import Gliner
from flows.enrichment.transformer_labels import TokenClassifier

VERSION = 1

TRIAL = ("윤가람 한빛전자 대표가 15일 강릉을 찾았다.", "Mary Reed of Acme Corp. went to Oslo on 3 May.", "")
"""What a model is tried on before it is trusted with articles."""


@dataclass(frozen=True, slots=True)
class Transformers:
    """The models in use: one for texts with Hangul, one for all others. None leaves tagger and rules at work."""

    korean: Folder | None = None
    other: Folder | None = None

    @property
    def name(self) -> str:
        """What the annotator's name says of them, by the bytes of the models; empty without any."""
        named = (("korean", self.korean), ("other", self.other))
        return " ".join(f"transformer-{use}/{VERSION}:{folder.digest}" for use, folder in named if folder)


NO_TRANSFORMERS = Transformers()


class Model(Protocol):
    """A loaded model."""

    @property
    def types(self) -> frozenset[str]:
        """The types that it can tell; the others stay with tagger and rules."""

    def tag(self, texts: Sequence[str]) -> list[list[Found]]:
        """Typed spans of each text, in order and without overlap."""


@cache
def load(folder: Folder) -> Model:
    """The model of a folder, loaded once a process.

    Raises TransformerError for one that cannot be used.
    """
    transformer_files.check_unchanged(folder)
    return Gliner(folder) if folder.kind is Kind.GLINER else TokenClassifier(folder)


def trouble(transformers: Transformers) -> str | None:
    """Load the models and try each on a few words: what is wrong, as a sentence, or None."""
    for folder in (transformers.korean, transformers.other):
        if folder is not None:
            try:
                load(folder).tag(TRIAL)
            except TransformerError as error:
                return str(error)
    return None


def joined(found: Sequence[Found], model: Model, others: Sequence[Found]) -> list[Found]:
    """A model's spans, and those of tagger or rules of types that the model does not know, where they are free."""
    if all(kind in model.types for _, _, kind in others):
        return list(found)
    taken = {at for start, end, _ in found for at in range(start, end)}
    more = [one for one in others if one[2] not in model.types and taken.isdisjoint(range(one[0], one[1]))]
    return sorted([*found, *more])
