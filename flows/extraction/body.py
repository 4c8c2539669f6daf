"""Which blocks are the article: a scorer over the blocks of the one tree, with hints that must prove themselves.

Every stretch of prose gives weight to the elements above it, less with each step (the idea of Arc90's Readability,
2009). The element with most weight is the container; a part that the page itself names the article's body
(`itemprop=articleBody`, a known class of a content system) wins where it holds a fair share of the prose. Inside the
container, blocks are dropped for what they are: links, captions, bylines, calls to subscribe.
"""

import re
from dataclasses import dataclass, field

from flows.extraction import mainstream
from flows.extraction.blocks import BODY_HINT, Block, Kind
from flows.extraction.furniture import is_end, is_furniture
from flows.extraction.tree import BREAK, Element, hint_of

LEAST_PROSE = 25.0
"""Shorter texts say nothing about where the article is (in Latin letters; 10 Hangul syllables)."""
FAIR_SHARE = 0.4
"""A hinted container must hold this share of the best container's prose to be believed."""

GLOBAL_DOUBT = 0.4
LOCAL_DOUBT = 0.3
"""A furniture mark is doubted when its elements hold this share of the page's, or the container's, prose."""
CERTAIN_DOUBT = 0.75
"""The same for marks that hardly ever wrap an article (comments, footers, related lists)."""
LEAST_SCOPE = 400.0
"""Prose that an `article` around the headline must hold to be taken for the whole article."""
LEAST_BESIDE = 100.0
"""Prose in paragraphs directly beside the container that makes its parent the container."""
NEAR_UP, FAR_UP = 4, 8
"""Steps up within which parts of a body that was cut apart may share a class, or share all their classes."""
MAX_PARTS = 100
LATE = 0.06
"""A line that heads lists ends the article only when no more than this share of the prose comes after it."""

_ALWAYS_FURNITURE = re.compile(r"comment|disqus|repl(?:y|ies)|footer|cookie|nav|sidebar|related|recommend|newsletter")
_OFFER = re.compile(
    r"newsletter|whatsapp.{1,3}(?:kanal|channel)|abonnie|abonnez|subscribe to|sign up|google news", re.IGNORECASE
)
_NETWORKS = re.compile(
    r"whatsapp|telegram|instagram|facebook|twitter|tiktok|youtube|social media|news-app", re.IGNORECASE
)
_COOKIES = re.compile(r"\b[Cc]ookies?\b")
_SENTENCE = re.compile(r"[.!?。！？…»”\"'’)\]]$|[.!?] ")


@dataclass(slots=True)
class Body:
    """The article's blocks, and the ones left out that other readers want (captions, bylines, notices)."""

    blocks: list[Block] = field(default_factory=list)
    left_out: list[Block] = field(default_factory=list)
    lead_in: list[Block] = field(default_factory=list)
    container: Element | None = None
    method: str = "scorer"

    @property
    def weight(self) -> float:
        """Length of the text in Latin letters."""
        return sum(block.length for block in self.blocks)


def find_body(blocks: list[Block], is_korean: bool = False) -> Body:
    """Choose the container and keep what is article in it. An empty `Body` where nothing reads like prose."""
    _doubt_marks(blocks, GLOBAL_DOUBT)
    scores, prose = _scores(blocks)
    if not scores:
        return Body()
    scope = _scope(blocks, prose)
    if scope is not None:
        prose = [pair for pair in prose if _is_below(pair[0].element, scope)]
        scores, prose = _scores([block for block, _ in prose])
    best = max(scores, key=lambda element: scores[element])
    best, method = _hinted(best, prose, scope)
    container = _climbed(best, prose, scope) if method == "scorer" else best
    return _kept(blocks, container, method, is_korean)


def _doubt_marks(blocks: list[Block], share: float) -> None:
    """Stop believing a furniture mark whose elements hold much of the prose: `class="teaser"` may wrap the article."""
    total = 0.0
    held: dict[str, float] = {}
    names: dict[Element, str] = {}
    for block in blocks:
        weight = block.prose if block.prose >= 0.0 else prose_weight(block, is_marked=False)
        total += weight
        mark = block.mark
        if mark is not None and weight:
            name = names.get(mark) or names.setdefault(mark, hint_of(mark))
            held[name] = held.get(name, 0.0) + weight
    believed = {
        name
        for name, weight in held.items()
        if weight < (CERTAIN_DOUBT if _ALWAYS_FURNITURE.search(name) else share) * total
    }
    if len(believed) == len(held):
        return
    for block in blocks:
        mark = block.mark
        if mark is not None:
            name = names.get(mark) or names.setdefault(mark, hint_of(mark))
            if name in held and name not in believed:
                block.mark = None


def _scope(blocks: list[Block], prose: list[tuple[Block, float]]) -> Element | None:
    """The `article` that holds the page's first `h1`, where pages carry several articles one after the other."""
    heading = next((block.element for block in blocks if block.element.tag == "h1" and len(block.text) > 15), None)
    above = heading
    while above is not None:
        if above.tag == "article":
            inside = _within(prose, above)
            return above if inside >= LEAST_SCOPE else None
        above = above.getparent()
    return None


def _is_below(element: Element, top: Element) -> bool:
    above: Element | None = element
    while above is not None:
        if above is top:
            return True
        above = above.getparent()
    return False


def prose_weight(block: Block, is_marked: bool = True) -> float:
    """How much a block says that the article is here, in Latin letters of running text."""
    if block.prose < 0.0:
        block.prose = _prose(block)
    return block.prose * 0.15 if is_marked and block.mark is not None else block.prose


def _prose(block: Block) -> float:
    if block.length < LEAST_PROSE or block.kind is Kind.CAPTION:
        return 0.0
    share = block.link_chars / max(1, len(block.text))
    if share > 0.5 or (block.length < 2500 and "ookie" in block.text and len(_COOKIES.findall(block.text)) > 1):
        return 0.0
    weight = min(block.length, 1500.0) * (1.0 - share)
    if block.kind is Kind.HEADING:
        return weight * 0.1
    if not _SENTENCE.search(block.text):
        weight *= 0.35
    if block.kind in (Kind.ITEM, Kind.CELL):
        weight *= 0.5
    return weight * 0.6 if block.length < 80 else weight


def _scores(blocks: list[Block]) -> tuple[dict[Element, float], list[tuple[Block, float]]]:
    scores: dict[Element, float] = {}
    prose = []
    for block in blocks:
        # Most blocks are known to be no prose by now.
        weight = prose_weight(block) if block.prose else 0.0
        if weight <= 0.0:
            continue
        prose.append((block, weight))
        share = 1.0
        above: Element | None = block.parent
        for _ in range(4):
            if above is None or above.tag in ("body", "html"):
                break
            scores[above] = scores.get(above, 0.0) + weight * share
            share *= 0.6
            above = above.getparent()
    if not scores and prose:
        scores[prose[0][0].parent] = prose[0][1]
    return scores, prose


def _within(prose: list[tuple[Block, float]], element: Element) -> float:
    """Prose weight below an element."""
    total = 0.0
    for block, weight in prose:
        above: Element | None = block.element
        while above is not None:
            if above is element:
                total += weight
                break
            above = above.getparent()
    return total


def _hinted(best: Element, prose: list[tuple[Block, float]], scope: Element | None) -> tuple[Element, str]:
    """The element that the page calls the article's body, if it holds a fair share of the prose."""
    floor = FAIR_SHARE * _within(prose, best)
    for method, found in (("itemprop", _by_itemprop(prose, scope)), ("hint", _by_class(best, prose))):
        sized = [(weight, element) for element in found if (weight := _within(prose, element)) >= max(floor, 1.0)]
        if sized:
            weight, chosen = max(sized, key=lambda pair: pair[0])
            return _with_siblings(_joined(chosen, weight, prose), prose), method
    return best, "scorer"


def _joined(chosen: Element, weight: float, prose: list[tuple[Block, float]]) -> Element:
    """Where a page cuts the body into several elements of one hinted class, the nearest element above them all."""
    match = BODY_HINT.search(hint_of(chosen)[:300])
    if match is None:
        return chosen
    token = match.group().strip()
    own = chosen.get("class")
    above = _up(chosen, FAR_UP)[-1:]
    alike = [
        part
        for part in (above[0].iter(str(chosen.tag)) if above else ())
        if part is not chosen and (words := part.get("class")) and token in words.lower()
    ]
    alike = [part for part in alike[:MAX_PARTS] if chosen not in part.iterancestors()]
    for step, wider in enumerate(_up(chosen, FAR_UP) if alike else ()):
        # Further up, where other articles may stand, only the very same classes will do.
        parts = [
            part
            for part in alike
            if (step < NEAR_UP or part.get("class") == own) and (wider is part or wider in part.iterancestors())
        ]
        if sum(_within(prose, part) for part in parts) > 0.2 * weight:
            return wider
    return chosen


def _up(element: Element, steps: int) -> list[Element]:
    """The elements above one, the nearest first, up to the page's body and at most so many."""
    found: list[Element] = []
    for above in element.iterancestors():
        if len(found) == steps or above.tag in ("body", "html"):
            break
        found.append(above)
    return found


def _by_itemprop(prose: list[tuple[Block, float]], scope: Element | None) -> list[Element]:
    """Elements marked `itemprop=articleBody` among those above the prose, inside the scope."""
    seen: set[Element] = set() if scope is None else {scope}
    found: list[Element] = []
    for block, _ in prose:
        above: Element | None = block.element
        while above is not None and above not in seen:
            seen.add(above)
            if "articleBody" in (above.get("itemprop") or ""):
                found.append(above)
            above = above.getparent()
    return found


def _by_class(best: Element, prose: list[tuple[Block, float]]) -> list[Element]:
    """Elements with a hinted class among those above the heaviest prose: few to look at, wherever the page is long."""
    seen: dict[Element, None] = {}
    for block, _ in sorted(prose, key=lambda pair: -pair[1])[:3]:
        above: Element | None = block.element
        while above is not None and above.tag not in ("body", "html"):
            if above not in seen and BODY_HINT.search(hint_of(above)[:300]):
                seen[above] = None
            above = above.getparent()
    return list(seen)


def _climbed(best: Element, prose: list[tuple[Block, float]], scope: Element | None) -> Element:
    """Widen to an element above while that brings in much more prose: bodies are cut into several parts."""
    container = _with_siblings(best, prose)
    weight = _within(prose, container)
    above = container.getparent()
    steps = 0
    while above is not None and above.tag not in ("body", "html") and steps < 6:
        wider = _within(prose, above)
        if wider > weight * 1.3 and (container.tag not in ("article", "main") or wider > weight * 2):
            container, weight = above, wider
        if above is scope:
            break
        above = above.getparent()
        steps += 1
    return container


def _with_siblings(container: Element, prose: list[tuple[Block, float]]) -> Element:
    """Widen to the parent while it holds paragraphs of its own: a paywall or a wrapper split them off."""
    for _ in range(3):
        above = container.getparent()
        if above is None or above.tag in ("body", "html"):
            return container
        beside = sum(
            w for block, w in prose if block.parent is above and block.element.tag == "p" and block.mark is None
        )
        if beside < LEAST_BESIDE:
            return container
        container = above
    return container


def _kept(blocks: list[Block], container: Element, method: str, is_korean: bool) -> Body:
    above: set[Element] = {container}
    up = container.getparent()
    while up is not None:
        above.add(up)
        up = up.getparent()
    inside: dict[Element, bool] = {container: True}
    body = Body(container=container, method=method)
    held = []
    for block in blocks:
        is_inside = inside.get(block.parent)
        if is_inside is None:
            is_inside = _is_inside(block.parent, inside, above)
        if is_inside or block.element is container:
            held.append(block)
    _doubt_marks([block for block in held if block.mark not in above], LOCAL_DOUBT)
    held = _until_end(held, body)
    kept: list[Block] = []
    for block in held:
        (kept if _belongs(block, above) else body.left_out).append(block)
    body.blocks, inserts = mainstream.split(kept, {id(block): prose_weight(block) for block in kept}, container)
    body.left_out += inserts
    if not is_korean:
        # Korean articles may open with lines that end no sentence; elsewhere such lines are rubrics and names.
        body.blocks, body.lead_in = mainstream.without_lead_in(body.blocks)
        body.left_out += body.lead_in
    _trim(body)
    return body


def _until_end(held: list[Block], body: Body) -> list[Block]:
    """The blocks up to a line that heads the lists after an article, where next to no prose comes after it."""
    weights = [prose_weight(block) for block in held]
    total = left = sum(weights)
    for index, (block, weight) in enumerate(zip(held, weights, strict=True)):
        left -= weight
        if index and left < LATE * total and is_end(block.text):
            body.left_out += held[index:]
            return held[:index]
    return held


def _is_inside(element: Element, inside: dict[Element, bool], above: set[Element]) -> bool:
    """Whether the container is at or above an element; answers are remembered, so the whole pass stays linear."""
    answered = inside.get(element)
    if answered is not None:
        return answered
    trail = []
    current: Element | None = element
    answer = False
    while current is not None:
        known = inside.get(current)
        if known is not None:
            answer = known
            break
        if current in above:
            break
        trail.append(current)
        current = current.getparent()
    for step in trail:
        inside[step] = answer
    return answer


def _belongs(block: Block, above: set[Element]) -> bool:
    """Whether a block inside the container is the article's own text."""
    if block.kind is Kind.CAPTION or (block.mark is not None and block.mark not in above):
        return False
    share = block.link_chars / max(1, len(block.text.replace(BREAK, " ")))
    if share > 0.8 and (block.length < 200 or block.kind is Kind.ITEM) and block.kind is not Kind.HEADING:
        return False
    if share > 0.5 and (block.kind is Kind.HEADING or (share > 0.6 and not _SENTENCE.search(block.text[-3:]))):
        return False
    if block.link_chars and block.length < 250 and _is_offer(block.text):
        return False
    return not is_furniture(block.text)


def _is_offer(text: str) -> bool:
    """Whether a short linked text asks to subscribe or to follow: one plain request, or a list of networks."""
    return _OFFER.search(text) is not None or len(set(map(str.lower, _NETWORKS.findall(text)))) > 1


def _trim(body: Body) -> None:
    """Headings with nothing after them head something that is not the article."""
    while body.blocks and body.blocks[-1].kind is Kind.HEADING:
        body.left_out.append(body.blocks.pop())
