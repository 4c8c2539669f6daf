"""Places: where the article plays, with country and coordinates where the word lists know them.

Reads entities and morphemes; writes `Place`s. A country that the tagger passed over is found by its name (`중국산`).
`경기 용인시` is looked up by its last listed part, so that the finer place gives the
point; a place may be named in several ways (`서울`, `서울시`) and stands once.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from flows.enrichment import lexicon
from flows.enrichment.document import Entity, Mention, Place
from flows.enrichment.lexicon import Spot
from flows.enrichment.reading import Reading

VERSION = 2

_ADMINISTRATIVE = ("특별자치시", "특별자치도", "특별시", "광역시", "시", "군", "도", "주", "현", "성")


def enrich(reading: Reading, entities: Sequence[Entity]) -> tuple[Place, ...]:
    """Places in order of their first mention. Never raises."""
    groups: dict[str, list[Entity]] = {}
    spots: dict[str, Spot | None] = {}
    for entity in _with_countries(reading, entities):
        if entity.type != "LC" or len(entity.text) < 2:
            continue
        spot = known(entity.text)
        key = spot.name if spot and len(entity.text.split()) == 1 else entity.text
        spots.setdefault(key, spot)
        groups.setdefault(key, []).append(entity)
    out: list[Place] = []
    for key, found in groups.items():
        name = found[0].text
        spot = spots[key]
        names = dict.fromkeys(e.text for e in found)
        mentions = tuple(Mention(e.paragraph, e.start, e.end) for e in found)
        out.append(
            Place(
                name,
                tuple(n for n in names if n != name),
                mentions,
                spot.lat if spot else None,
                spot.lon if spot else None,
                spot.country if spot else None,
                0.9 if spot else 0.6,
            )
        )
    return tuple(out)


@cache
def _long_countries() -> re.Pattern[str]:
    """Names of three syllables and more: shorter ones are common words too (`수단`, `오만`)."""
    names = sorted((name for name in lexicon.countries() if len(name) > 2), key=len, reverse=True)
    openings = "".join(sorted({name[0] for name in names}))  # at most places one look is quicker than all names
    return re.compile(rf"(?=[{openings}])(?<![가-힣A-Za-z])(?:{'|'.join(map(re.escape, names))})(?![가-힣]{{3}})")


def _with_countries(reading: Reading, entities: Sequence[Entity]) -> list[Entity]:
    """The entities with the countries that stand outside them or were tagged as bodies; `중국 AI` is 중국."""
    countries = lexicon.countries()
    out: list[Entity] = []
    taken: dict[int, set[int]] = {}
    for entity in entities:
        taken.setdefault(entity.paragraph, set()).update(range(entity.start, entity.end))
        first, _, rest = entity.text.partition(" ")
        is_two = entity.type == "LC" and first in countries and rest.isascii() and rest
        if is_two or (entity.type == "OG" and entity.text in countries):
            out.append(replace(entity, text=first, type="LC", end=entity.start + len(first)))
        else:
            out.append(entity)
    for paragraph in reading.paragraphs:
        covered = taken.get(paragraph.index, set())
        text = paragraph.text
        spans = [(start, end) for form, tag, start, end, _ in paragraph.tokens if tag == "NNP" and form in countries]
        spans += [match.span() for match in _long_countries().finditer(text)] if paragraph.tokens else []
        for start, end in dict.fromkeys(spans):
            if start not in covered and text[start:end] in countries:
                out.append(Entity(text[start:end], "LC", paragraph.index, start, end))
    return sorted(out, key=lambda entity: (entity.paragraph < 0, abs(entity.paragraph), entity.start))


def known(name: str) -> Spot | None:
    """What the word lists know of a place by its whole name, else by its last listed word."""
    tables = (lexicon.places(), lexicon.english_places(), lexicon.sign_places())
    for table in tables:
        if name in table:
            return table[name]
    for word in reversed(name.split()):
        for table in tables:
            if word in table:
                return table[word]
        for ending in _ADMINISTRATIVE:
            if word.endswith(ending) and word.removesuffix(ending) in lexicon.places():
                return lexicon.places()[word.removesuffix(ending)]
    return None
