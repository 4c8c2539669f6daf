"""Names that the form NAME BODY TITLE tells (`서이든 바다새온 대표는`), where neither Kiwi nor the chain knows them.

Reads the units of a text; gives spans. News introduces people in this form, and most of them are not in any list.
"""

import itertools
from collections.abc import Sequence

from flows.enrichment import lexicon
from flows.enrichment.document import Found
from flows.enrichment.name_lists import Unit

Word = tuple[int, int, int, int]
"""Start and end of a word between blanks; its first unit and the one behind its last."""

_NOUN_TAGS = frozenset(["NNG", "NNP", "SL", "SN", "XPN", "XSN", "XR", "SW", "SP", "NR", "NNB", "MM"])
_WORDS_IN_NAMES = frozenset(["MAG", "IC"])
"""Words that companies take into their names, so that Kiwi reads them as such: `한결빛냉장`. None closes a name."""
_NAME_UNITS = frozenset(["NNG", "NNP", "NNB", "XR", "IC", "NR", "MM", "MAG"])
MOST_BODY_WORDS = 3
"""Words of the body between a name and its title: `안재민 NH투자증권 리서치센터 수석연구원` has two."""


def stated(text: str, parts: Sequence[Unit]) -> list[tuple[int, int, int]]:
    """Names in the form NAME BODY TITLE or NAME TITLE (`서이든 바다새온 대표는`, `박하늘 고흥군수가`).

    Start and end of each name, and the end of its body (of the name where there is none). A name is a word of three
    syllables that opens with a family name, or of three or four that opens with a double one, and that Kiwi does not
    take for other words; then up to three words of nouns alone; then a title that a particle or a mark ends.
    """
    words = _words(parts)
    found: list[tuple[int, int, int]] = []
    singles = lexicon.surnames()
    for at, (start, end, first, behind) in enumerate(words):
        if end - start not in (3, 4) or (text[start] not in singles and text[start : start + 2] not in singles):
            continue  # most words, at no further cost
        if text[end : end + 1] != " " or not _may_be_stated(text[start:end], parts[first:behind]):
            continue
        for size in range(MOST_BODY_WORDS + 1):
            if at + size + 1 >= len(words) or (size and not _are_nouns(text, words[at + size], parts)):
                break
            title_start, title_end, title_first, title_behind = words[at + size + 1]
            title = text[title_start:title_end]
            is_office = _opens_with_office(title)
            if is_office or _opens_with_title(title, parts[title_first:title_behind]):
                # A title right behind may be that of a body of three syllables; an office is nobody's but a person's.
                if size or is_office or lexicon.is_name_like(text[start:end]):
                    found.append((start, end, words[at + size][1] if size else end))
                break
    return found


def put_in(found: list[Found], stated: Sequence[tuple[int, int, int]]) -> list[Found]:
    """The chain's spans with the stated names in their place: one over name and body leaves the body to the body."""
    for start, end, body_end in stated:
        kept: list[Found] = []
        for span in found:
            if span[1] <= start or span[0] >= end:
                kept.append(span)
            elif min(span[1], body_end) > end + 1:
                kept.append((end + 1, min(span[1], body_end), "OG" if span[2] == "PS" else span[2]))
        found = sorted([*kept, (start, end, "PS")])
    return found


def _words(parts: Sequence[Unit]) -> list[Word]:
    if not parts:
        return []
    # left[3] is its end, right[2] its start: the names take twice the time.
    cuts = [at for at, (left, right) in enumerate(itertools.pairwise(parts), start=1) if left[3] < right[2]]
    edges = itertools.pairwise([0, *cuts, len(parts)])
    return [(parts[first].start, parts[behind - 1].end, first, behind) for first, behind in edges]


def _may_be_stated(word: str, units: Sequence[Unit]) -> bool:
    """Whether a word by itself can be a full name: nothing that Kiwi knows as another word, no ending of a body."""
    is_double = word[:2] in lexicon.surnames() and len(word) in (3, 4)
    if not is_double and not (len(word) == 3 and word[:1] in lexicon.surnames()):
        return False
    if word in lexicon.not_names() or word in lexicon.foreign_names() or lexicon.ending_kind(word):
        return False
    if len(units) == 1:
        return units[0].tag in ("NNP", "NNG") and (not units[0].is_known or is_double or lexicon.is_name_like(word))
    return (is_double or lexicon.is_name_like(word)) and all(unit.tag in _NAME_UNITS for unit in units)


def _are_nouns(text: str, word: Word, parts: Sequence[Unit]) -> bool:
    start, end, first, behind = word
    tags = [unit.tag for unit in parts[first:behind]]
    return (
        tags[-1] in _NOUN_TAGS
        and all(tag in _NOUN_TAGS or tag in _WORDS_IN_NAMES for tag in tags)
        and text[end : end + 1] == " "
        and text[start:end] not in lexicon.roles()
        and len(text[start:end]) > 1
    )


def _opens_with_office(word: str) -> bool:
    return any(lexicon.is_office(word[:size]) for size in range(len(word), 3, -1))


def _opens_with_title(word: str, units: Sequence[Unit]) -> bool:
    """Whether a title of two and more syllables and at most particles make up the word."""
    for size in range(len(word), 1, -1):
        if word[:size] in lexicon.roles():
            rest = [unit for unit in units if unit.start >= units[0].start + size]
            return all(unit.tag[0] in "JS" or unit.tag in ("XSN", "VCP") for unit in rest[:1])
    return False
