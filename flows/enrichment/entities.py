"""Entities: flat typed spans (PS, OG, LC, DT, TI, QT) of every text of the article.

Reads texts and morphemes; writes `Entity`s. Korean by the tagger of `data/models`, other languages by the rules of
`entities_western`, Japanese and Chinese by `entities_cjk`. The other enrichers build on these spans.
"""

from flows.enrichment import entities_cjk, entities_western, tagger
from flows.enrichment.document import Entity
from flows.enrichment.reading import Reading
from flows.enrichment.tokens import has_hangul

VERSION = 1


def enrich(reading: Reading) -> tuple[Entity, ...]:
    """All entities in reading order, without overlap. Never raises."""
    korean = [p for p in reading.paragraphs if has_hangul(p.text)]
    tagged = dict(zip((p.index for p in korean), tagger.tag([(p.text, p.tokens) for p in korean]), strict=True))
    out: list[Entity] = []
    for paragraph in reading.paragraphs:
        found = tagged.get(paragraph.index)
        if found is None:
            if reading.lang in entities_cjk.LANGUAGES:
                found = entities_cjk.spans(paragraph.text, reading.lang)
            else:
                found = entities_western.spans(paragraph.text, reading.document.lang)
        text = paragraph.text
        out += [Entity(text[start:end], kind, paragraph.index, start, end) for start, end, kind in found]
    return tuple(out)
