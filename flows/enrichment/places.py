"""Places: where the article plays, with country and coordinates where the word lists know them.

Reads entities; writes `Place`s. `경기 용인시` is looked up by its last listed part, so that the finer place gives the
point; a place may be named in several ways (`서울`, `서울시`) and stands once.
"""

from collections.abc import Sequence

from flows.enrichment import lexicon
from flows.enrichment.document import Entity, Mention, Place
from flows.enrichment.lexicon import Spot
from flows.enrichment.reading import Reading

VERSION = 1

_ADMINISTRATIVE = ("특별자치시", "특별자치도", "특별시", "광역시", "시", "군", "도", "주", "현", "성")


def enrich(reading: Reading, entities: Sequence[Entity]) -> tuple[Place, ...]:
    """Places in order of their first mention. Never raises."""
    groups: dict[str, list[Entity]] = {}
    spots: dict[str, Spot | None] = {}
    for entity in entities:
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


def known(name: str) -> Spot | None:
    """What the word lists know of a place by its whole name, else by its last listed word."""
    tables = (lexicon.places(), lexicon.english_places())
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
