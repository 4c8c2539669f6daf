"""Entities: flat typed spans (PS, OG, LC, DT, TI, QT) of every text of the article.

Reads texts and morphemes; writes `Entity`s. Korean by the tagger of `data/models`, other languages by the rules of
`entities_western`, Japanese and Chinese by `entities_cjk`; any of them by a transformer where one is switched on. The
other enrichers build on these spans.
"""

from collections.abc import Sequence

from flows.enrichment import entities_cjk, entities_western, tagger, transformers
from flows.enrichment.document import Entity, Found
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.tokens import has_hangul
from flows.enrichment.transformers import NO_TRANSFORMERS, Transformers

VERSION = 1


def enrich(reading: Reading, models: Transformers = NO_TRANSFORMERS) -> tuple[Entity, ...]:
    """All entities in reading order, without overlap.

    Raises nothing without models; a model that cannot be loaded, or fails, raises TransformerError.
    """
    korean = [p for p in reading.paragraphs if has_hangul(p.text)]
    others = [p for p in reading.paragraphs if not has_hangul(p.text)]
    found = dict(zip((p.index for p in korean), tagger.tag([(p.text, p.tokens) for p in korean]), strict=True))
    found |= {p.index: _by_rules(p.text, reading) for p in others}
    for folder, paragraphs in ((models.korean, korean), (models.other, others)):
        if folder is not None and paragraphs:
            found |= _by_model(transformers.load(folder), paragraphs, found)
    return tuple(
        Entity(p.text[start:end], kind, p.index, start, end)
        for p in reading.paragraphs
        for start, end, kind in found[p.index]
    )


def _by_rules(text: str, reading: Reading) -> list[Found]:
    if reading.lang in entities_cjk.LANGUAGES:
        return entities_cjk.spans(text, reading.lang)
    return entities_western.spans(text, reading.document.lang)


def _by_model(
    model: transformers.Model, paragraphs: Sequence[Paragraph], found: dict[int, list[Found]]
) -> dict[int, list[Found]]:
    tagged = model.tag([p.text for p in paragraphs])
    return {
        p.index: transformers.joined(spans, model, found[p.index]) for p, spans in zip(paragraphs, tagged, strict=True)
    }
