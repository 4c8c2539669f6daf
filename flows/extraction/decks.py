"""Deck lines between headline and text. A deck in sentences opens the body too, as readers read it."""

import re
from dataclasses import dataclass, field

from flows.extraction import korean
from flows.extraction.asides import is_machine_marked
from flows.extraction.blocks import Block, Kind
from flows.extraction.body import Body
from flows.extraction.furniture import is_furniture
from flows.extraction.metadata import Metas
from flows.extraction.patterns import named
from flows.extraction.pictures import is_alone_with_picture
from flows.extraction.structured import Stated
from flows.extraction.title import key_of
from flows.extraction.tree import BREAK, hint_of

MAX_DECK_CHARS = 900
LEAST_UNMARKED, MOST_UNMARKED = 60.0, 500.0
"""Length of a paragraph between headline and text, in Latin letters, that is a deck without being called one."""
LOOK_BACK = 40
"""Blocks before the body among which a deck may stand."""

_HINT = named(
    r"lead|\w{1,20}lead__\w+|lede|standfirst|summary\w*|dek|deck|sub-?titles?|"
    r"subtit\w*|sub-?head(?:line|"
    r"ing)?s?|intro\w*|chapo|chapeau|vorspann|"
    r"excerpt|description|desc|preamble|ingress|kop|teaser-?text|sapo|entradilla|bajada|sommario|occhiello|"
    r"article-head-sub|sub-?tit(?:-\w+)?|mid_?title\w*|media_end_summary|summary_view|"
    r"article__(?:lead|intro|summary|description|subtitle|deck|excerpt)"
)


_HEADING_HINT = re.compile(r"(?:^|[\s_-])sub(?:$|[\s_-])")
"""On a heading beside the headline a bare `sub` means a line under it."""
_SENTENCE_END = re.compile(r"[.!?。！？…:][\"'”’»«)\]]*$")


@dataclass(slots=True)
class Deck:
    """Deck lines, and those of them that are running text."""

    lines: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def find_deck(
    blocks: list[Block], body: Body, metas: Metas, stated: Stated, title: str | None, is_korean: bool
) -> Deck:
    """The deck of an HTML page; lines that the body opens with are moved out of it where they are a deck."""
    deck = Deck()
    if not body.blocks:
        return deck
    if is_korean:
        _take_opening(body, deck)
    first = body.blocks[0]
    position = next((index for index, block in enumerate(blocks) if block is first), 0)
    described = {key_of(text)[:60] for text in _descriptions(metas, stated) if len(text) > 20}
    opening = key_of(first.text)[:60]
    start = _after_title(blocks, max(0, position - LOOK_BACK), position, title)
    title_key = key_of(title or "")
    unmarked = None if is_korean else _unmarked(blocks, start, position, title)
    for block in blocks[start:position]:
        text = block.text.replace(BREAK, " ").strip()
        if not 8 < len(text) <= MAX_DECK_CHARS or block.kind is Kind.CAPTION or block.link_chars > len(text) / 2:
            continue
        key = key_of(text)
        if not key or key == title_key or key[:60] == opening:
            continue
        # A dateline (`Berlin.`) may stand before the words that the head repeats.
        is_described = len(key) > 30 and any(
            start[:45] in key[:90] or start.startswith(key[:60]) for start in described
        )
        if is_described or _is_hinted(block) or (block is unmarked and not deck.lines):
            lines = [line for line in block.text.split(BREAK) if line] if is_korean else [text]
            lines = [line for line in lines if not is_furniture(line) and korean.kind_of(line) is None]
            deck.lines += [line for line in lines if line not in deck.lines]
    if not is_korean:
        deck.prose = list(deck.lines)
    return deck


def _after_title(blocks: list[Block], start: int, end: int, title: str | None) -> int:
    """Where decks may begin: after the headline nearest before the body, where one stands there; else at `start`."""
    key = key_of(title or "")
    for index in range(end - 1, start - 1, -1):
        block = blocks[index]
        if block.kind is Kind.HEADING and (block.element.tag == "h1" or (key and key_of(block.text[:400]) == key)):
            return index + 1
    return start


def _unmarked(blocks: list[Block], start: int, end: int, title: str | None) -> Block | None:
    """A paragraph in sentences right under the headline that no class calls a deck, and that captions no picture."""
    if start == 0 or blocks[start - 1].kind is not Kind.HEADING:
        return None
    for block in blocks[start : min(end, start + 6)]:
        if block.kind is Kind.TEXT and LEAST_UNMARKED <= block.length <= MOST_UNMARKED and not block.link_chars:
            is_prose = block.mark is None and _SENTENCE_END.search(block.text) is not None
            return block if is_prose and not is_alone_with_picture(block.element, block.text) else None
    return None


def _descriptions(metas: Metas, stated: Stated) -> list[str]:
    return [*metas.all("og:description", "description", "twitter:description")[:4], stated.description]


def _is_hinted(block: Block) -> bool:
    if is_machine_marked(block):
        return False
    if block.mark is not None and _HINT.search(hint_of(block.mark)) is None:
        return False
    parent = block.element.getparent()
    if block.element.get("itemprop") == "alternativeHeadline":
        return True
    if block.kind is Kind.HEADING and _HEADING_HINT.search(hint_of(block.element)):
        return True
    return bool(
        _HINT.search(hint_of(block.element))
        or (parent is not None and _HINT.search(hint_of(parent)) and len(parent) <= 4)
    )


def _take_opening(body: Body, deck: Deck) -> None:
    """Korean pages put the deck inside the body: hinted lines, or lines that end no sentence, apart from the text."""
    text = next((block for block in body.blocks if block.text.rstrip().endswith(("다.", "요."))), None)
    while len(body.blocks) > 1 and len(deck.lines) < 6:
        block = body.blocks[0]
        ends = block.text.rstrip().endswith(("다.", "요."))
        is_hinted = _is_hinted(block) and (block.kind is Kind.HEADING or not ends)
        is_apart = (
            text is not None and block.parent is not text.parent and block.length < 400 and block.kind is Kind.TEXT
        )
        if not is_hinted and not (is_apart and not ends):
            return
        lines = [line for line in block.text.split(BREAK) if line]
        if any(korean.kind_of(line) is not None for line in lines):
            return
        deck.lines += lines
        body.blocks.pop(0)
