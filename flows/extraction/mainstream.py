"""Inserts told from the article by company: most paragraphs of an article stand in the same kind of place.

A place is the tag of a block and the class of what holds it. Places that hold a fair share of the article's prose are
mainstream. A block elsewhere stays only if it reads like a paragraph of its own; short texts, headings and list
items in other places belong to teasers, polls and offers.
"""

import re

from flows.extraction.blocks import Block, Kind
from flows.extraction.tree import Element

FAIR_SHARE = 0.1
"""A place with this share of the container's prose is mainstream."""
LEAST_ASIDE = 60.0
"""A block outside the mainstream must be this long (in Latin letters) and end like a sentence to stay."""

LONG_ASIDE = 500.0
"""Longer blocks stay however they end."""

Place = tuple[str, str, str]

_SENTENCE_END = re.compile(r"[.!?。！？…:][\"'”’»«)\]]*$")


def place_of(block: Block) -> Place:
    """Where a block stands: its tag, and tag and class of the element that holds it."""
    holder = block.parent
    return (str(block.element.tag), str(holder.tag), holder.get("class") or "")


def split(blocks: list[Block], weights: dict[int, float], container: Element) -> tuple[list[Block], list[Block]]:
    """Part the blocks of a container into (article, inserts), both in order.

    Args:
        blocks: Blocks in order that survived the checks on single blocks.
        weights: Prose weight by `id` of the block.
        container: What holds them all; with a paragraph of its own it counts as mainstream.
    """
    total = sum(weights[id(block)] for block in blocks)
    if total <= 0 or len(blocks) < 3:
        return blocks, []
    shares: dict[Place, float] = {}
    for block in blocks:
        if _SENTENCE_END.search(block.text):
            place = place_of(block)
            shares[place] = shares.get(place, 0.0) + weights[id(block)]
    cards = _card_holders(blocks)
    places = {place for place, share in shares.items() if share >= FAIR_SHARE * total}
    places -= {
        place
        for place in places
        if shares[place] < 0.5 * total and all(block.parent in cards for block in blocks if place_of(block) == place)
    }
    holders = {block.parent for block in blocks if place_of(block) in places}
    if any(block.parent is container and is_sentence(block) for block in blocks):
        holders.add(container)
    # Where every paragraph has a wrapper of its own, the element above the wrappers holds headings and lists too.
    wide = holders | {
        above for holder in holders if holder is not container and (above := holder.getparent()) is not None
    }
    kept: list[Block] = []
    inserts: list[Block] = []
    for block in blocks:
        (kept if _stays(block, places, holders, wide) else inserts).append(block)
    return (kept, inserts) if kept else (blocks, [])


def _card_holders(blocks: list[Block]) -> set[Element]:
    """Elements that hold a heading and one text: cards of other articles, where they come in rows."""
    headings: set[Element] = set()
    texts: dict[Element, int] = {}
    for block in blocks:
        if block.kind is Kind.HEADING:
            headings.add(block.parent)
        else:
            texts[block.parent] = texts.get(block.parent, 0) + 1
    cards = {holder for holder in headings if texts.get(holder) == 1}
    return cards if len(cards) > 2 else set()


def _stays(block: Block, places: set[Place], holders: set[Element], wide: set[Element]) -> bool:
    if place_of(block) in places or block.parent in holders:
        return True
    if block.kind is Kind.HEADING:
        return _has_holder(block.parent, wide, 1)
    if block.kind in (Kind.ITEM, Kind.CELL, Kind.QUOTE):
        return _has_holder(block.parent, wide, 3)
    return block.length >= LONG_ASIDE or (block.length >= LEAST_ASIDE and _SENTENCE_END.search(block.text) is not None)


def _has_holder(element: Element, holders: set[Element], steps: int) -> bool:
    """Whether a mainstream holder lies at most `steps` above an element."""
    above = element.getparent()
    for _ in range(steps):
        if above is None:
            return False
        if above in holders:
            return True
        above = above.getparent()
    return False


def without_lead_in(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """Drop what stands before the first sentence: rubrics, bylines, repeated headlines."""
    first = next((index for index, block in enumerate(blocks[:8]) if is_sentence(block)), 0)
    lead, rest = blocks[:first], blocks[first:]
    if sum(block.length for block in lead) > LEAST_ASIDE * 5 or any(
        block.length > LEAST_ASIDE * 2 or block.kind not in (Kind.TEXT, Kind.HEADING) for block in lead
    ):
        return blocks, []
    if first and lead[-1].kind is Kind.HEADING and lead[-1].element.tag != "h1" and lead[-1].parent is rest[0].parent:
        return [lead[-1], *rest], lead[:-1]
    return rest, lead


def is_sentence(block: Block) -> bool:
    """Whether a block reads like running text."""
    return block.kind is not Kind.HEADING and block.length >= 40 and _SENTENCE_END.search(block.text) is not None
