"""The entity tagger: a linear-chain CRF over morphemes, kept as a small artifact under `data/models`.

Reads text and morphemes; gives typed spans. `training` makes the artifact; its card lies beside it. Decoding is
Viterbi over all texts of an article at once. Method: Lafferty et al. 2001, "Conditional random fields".
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from flows.enrichment import entity_features as features
from flows.enrichment import entity_model, lexicon, span_rules, stated_names
from flows.enrichment.document import Found
from flows.enrichment.entity_model import LABELS, Floats
from flows.enrichment.entity_numbers import Codes
from flows.enrichment.name_lists import Unit, unit_start
from flows.enrichment.tokens import Token

VERSION = 5

SURELY_NONE = 4.0
"""Where the score of O leads by more than this, a unit is in no name, whatever stands beside it.

So two fifths of the units of Korean news; 26 of 57,000 units in 1,530 texts come out otherwise than without it.
"""

_START = np.array([-1e4 if label.startswith("I-") else 0.0 for label in LABELS], dtype=np.float32)


def viterbi(scores: Sequence[Floats], transitions: Floats) -> list[list[int]]:
    """Best label path of each text.

    Units that are surely in no name (`SURELY_NONE`) are O, and what lies between two of them is decoded by itself: all
    such stretches go step by step together, in as many steps as the longest has units instead of as the longest text
    has.
    """
    sizes = [len(one) for one in scores]
    if not sum(sizes):
        return [[] for _ in scores]
    ends = np.cumsum(sizes)
    flat = np.concatenate([one for one in scores if len(one)])
    opens_text = np.zeros(len(flat) + 1, dtype=bool)
    opens_text[[0, *ends]] = True
    units = np.flatnonzero(flat[:, 0] - flat[:, 1:].max(axis=1) <= SURELY_NONE)
    opens = np.ones(len(units) + 1, dtype=bool)
    opens[1:-1] = (np.diff(units) > 1) | opens_text[units[1:]]
    labels = np.zeros(len(flat), dtype=np.int64)
    if len(units):
        open_scores = flat[units]
        open_scores[opens[:-1]] += np.where(opens_text[units[opens[:-1]], None], _START, transitions[0])
        closes = opens[1:] & ~opens_text[units + 1]
        open_scores[closes] += transitions[:, 0]
        labels[units] = _decoded(open_scores, np.flatnonzero(opens), transitions)
    listed = labels.tolist()
    return [listed[end - size : end] for size, end in zip(sizes, ends.tolist(), strict=True)]


def _decoded(scores: Floats, edges: Codes, transitions: Floats) -> Codes:
    """Best labels of stretches laid one behind the other; `edges`: where each starts, and the end of the last.

    Forward only what each label is worth is kept; which label led to it is asked on the way back, for the best path
    alone: a thirteenth of the comparisons. Kept by step, the longest stretches first: no room is lost on short ones.
    """
    lengths = np.diff(edges)
    order = np.argsort(-lengths, kind="stable")
    longest = int(lengths.max())
    live = np.searchsorted(-lengths[order], -np.arange(longest), side="left")  # stretches with a unit at each step
    starts = np.concatenate([[0], np.cumsum(live)])
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    step_of = np.arange(len(scores)) - np.repeat(edges[:-1], lengths)
    spots = starts[step_of] + np.repeat(rank, lengths)
    worth = np.empty_like(scores)
    worth[spots] = scores
    sources = transitions[:, None, :]
    bounds = starts.tolist()
    for step in range(1, longest):
        first, end = bounds[step], bounds[step + 1]
        before = worth[bounds[step - 1] :][: end - first]
        worth[first:end] += np.maximum.reduce(before.T[:, :, None] + sources, axis=0)
    labels: Codes = np.empty(len(scores), dtype=np.int64)
    into = np.ascontiguousarray(transitions.T)
    ahead = labels[:0]
    for step in range(longest - 1, -1, -1):
        first, end = bounds[step], bounds[step + 1]
        worth[first : first + len(ahead)] += into.take(ahead, axis=0)
        ahead = labels[first:end] = worth[first:end].argmax(axis=1)
    return labels.take(spots)


def spans(parts: Sequence[Unit], path: Sequence[int]) -> list[Found]:
    """Label path to typed spans."""
    found: list[Found] = []
    for at in [at for at, label in enumerate(path) if label]:  # most are O, label 0
        unit, name = parts[at], LABELS[path[at]]
        if name[0] == "I" and found and found[-1][2] == name[2:]:
            found[-1] = (found[-1][0], unit.end, name[2:])
        else:
            found.append((unit.start, unit.end, name[2:]))
    return found


def tag(texts: Sequence[tuple[str, Sequence[Token]]]) -> list[list[Found]]:
    """Typed spans of each (text, morphemes); empty where there is no model or no morpheme."""
    made = entity_model.model()
    if made is None:
        return [[] for _ in texts]
    laid = [(text, features.units(text, tokens)) for text, tokens in texts]
    codes = [features.listed(text, parts) for text, parts in laid]
    scored = made.scores([features.seen(*one, listed) for one, listed in zip(laid, codes, strict=True)])
    paths = viterbi(scored, made.transitions)
    return [
        corrected(text, parts, spans(parts, path), listed)
        for (text, parts), path, listed in zip(laid, paths, codes, strict=True)
    ]


_TYPE_OF = {"O": "OG", "L": "LC"}
_AREA = re.compile(r"(?:특별시|광역시|[시군구동읍면리])(?=[은는이가을를에의로와과도서 ,.·)]|$)")
_WEEKDAY = re.compile(r"\s?[월화수목금토일]요일|간(?=\s|[^가-힣])")
_HANJA = re.compile(r"\(([一-鿿]{2,6})(?=[)·,.])")


def corrected(text: str, parts: Sequence[Unit], found: list[Found], codes: Sequence[str]) -> list[Found]:
    """What the chain cannot see: brackets end a name, an ending tells the kind, an area keeps its 구 or 동."""
    out: list[Found] = []
    for span_start, span_end, span_kind in stated_names.put_in(found, stated_names.stated(text, parts)):
        start, end, kind = span_start, span_end, span_kind
        cut = text.find("(", start, end)
        if cut > start:
            end = cut
        if kind == "DT":
            start, end = _day_words(text, start, end)
        if kind == "OG":
            start, end = _whole_word(parts, start, end)
            if lexicon.is_office(text[start:end]):
                continue
        ending = lexicon.ending_kind(text[start:end])
        named = _leading_name(text[start:end]) if kind == "OG" or (kind == "PS" and ending[:1] == "O") else 0
        if named and (not out or out[-1][1] <= start):
            out.append((start, start + named, "PS"))
            start += named + 1
        if kind == "PS" and ending[:1] in _TYPE_OF and end - start > 3:
            kind = _TYPE_OF[ending[0]]
        area = _AREA.match(text, end) if kind == "LC" and end - start > 1 else None
        if area and any(unit.end == area.end() for unit in parts):
            end = area.end()
        before = out[-1] if out else None
        if before and start < before[1]:
            continue
        if before and kind == before[2] == "LC" and text[before[1] : start] == " ":
            # Of a place and the place in it: 74 of 77 in the training half are labelled as one.
            out[-1] = (before[0], end, kind)
            continue
        out.append((start, end, kind))
        hanja = _HANJA.match(text, end)
        if hanja and kind in ("PS", "OG", "LC"):
            out.append((*hanja.span(1), kind))
    return span_rules.settled(text, parts, _with_listed(text, parts, out, codes))


def _with_listed(text: str, parts: Sequence[Unit], found: list[Found], codes: Sequence[str]) -> list[Found]:
    """Listed bodies of three and more syllables that fill a word count even where the chain passed them over."""
    heads = [at for at, code in enumerate(codes) if code and code.startswith("BO")]
    taken = {at for start, end, _ in found for at in range(start, end)} if heads else set()
    more: list[Found] = []
    for at in heads:
        code = codes[at]
        last = at
        while last + 1 < len(parts) and codes[last + 1] == "I" + code[1:]:
            last += 1
        start, end = parts[at].start, parts[last].end
        opens = start == 0 or not text[start - 1].isalnum()
        closes = last + 1 == len(parts) or parts[last + 1].start > end or parts[last + 1].tag[0] in "JSV"
        if end - start > 2 and opens and closes and not taken.intersection(range(start, end)):
            more.append((start, end, "OG"))
    return sorted([*found, *more]) if more else found


_NAME_TAGS = frozenset(["NNG", "NNP", "SL", "XPN", "SN"])


def _whole_word(parts: Sequence[Unit], start: int, end: int) -> tuple[int, int]:
    """`공화당` inside `우리공화당` is all of it; `수원` before `병원` goes on to the ending that makes it a body."""
    first = last = bisect_left(parts, start, key=unit_start)
    if first == len(parts) or parts[first].start != start:
        return start, end
    while first and parts[first - 1].end == parts[first].start and parts[first - 1].tag in ("NNG", "NNP", "SL", "XPN"):
        first -= 1
    while last + 1 < len(parts) and parts[last].end < end:
        last += 1
    reach, far = last, last
    while far + 1 < len(parts) and parts[far + 1].start == parts[far].end and parts[far + 1].tag in _NAME_TAGS:
        far += 1
        if lexicon.ending_kind("".join(unit.surface for unit in parts[max(first, far - 3) : far + 1]))[:1] == "O":
            reach = far
    return parts[first].start, max(end, parts[reach].end)


def _leading_name(span: str) -> int:
    """Length of the person's name that opens a span before a body (`안재민 NH투자증권`); 0 for none."""
    word, _, rest = span.partition(" ")
    return len(word) if len(word) == 3 and len(rest) > 1 and lexicon.is_name_like(word) else 0


def _day_words(text: str, start: int, end: int) -> tuple[int, int]:
    """`지난` and a weekday belong to the date, `오는` does not: so two thirds of the labels in the training half."""
    if text.startswith("오는 ", start):
        start += 3
    if text[max(0, start - 3) : start] == "지난 ":
        start -= 3
    weekday = _WEEKDAY.match(text, end)
    return start, weekday.end() if weekday else end
