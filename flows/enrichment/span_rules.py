"""What the forms of names tell once the chain has spoken: where a name ends, which two are one, what is no person.

Reads spans with their text and units; gives spans. Chosen by cross-validation inside the training half, where they
raise all types from .799 to .812; the counts are of that half.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from flows.enrichment import lexicon
from flows.enrichment.document import Found
from flows.enrichment.name_lists import Unit, unit_start

_OF_STATE = "Osta"
"""What `lexicon.ending_kind` says of police stations, courts, ministries."""

_HANGUL = re.compile("[가-힣 ]+")
_HANJA = re.compile("[一-鿿]+")
_INITIAL = re.compile(r"(?<![A-Za-z])[A-Z]\.\s?$")
_NAMES_A_THING = re.compile(r"(?:허리케인|태풍|브랜드|영화|드라마|소설|뮤지컬|게임|웹툰|연극|애니메이션) ['‘\"“]?$")
_OPENING_MARKS, _CLOSING_MARKS = ("'", "‘"), ("'", "’")


def settled(text: str, parts: Sequence[Unit], found: Sequence[Found]) -> list[Found]:
    """The spans put right by their own form and by what stands beside them, in order, without overlap."""
    out: list[Found] = []
    for span_start, span_end, span_kind in _without_datelines(text, found):
        start, end, kind = span_start, span_end, span_kind
        before = out[-1] if out else None
        if kind == "LC":
            end = _site_end(parts, end)
            # 54 of 57 bodies of the state are labelled as bodies, wherever they stand.
            kind = "OG" if lexicon.ending_kind(text[start:end]) == _OF_STATE else kind
        elif kind == "PS":
            start, end = _person(text, start, end)
            start = max(start, before[1]) if before and before[1] <= span_start else start
            if _is_thing(text, start, end):
                continue
        if before and start < before[1]:
            continue
        if kind in ("PS", "OG", "LC") and _is_gloss_of_nothing(text, start, end, before):
            continue
        if before and text[before[1] : start] == " " and _are_one(text, before, (start, end, kind)):
            out.pop()
            start = before[0]
        out.append((start, end, kind))
    return out


def _without_datelines(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """`(나래=해온통신)` names a place and an agency: no name goes across the sign."""
    for start, end, kind in found:
        sign = text.find("=", start, end)
        if kind not in ("PS", "OG", "LC") or sign < 0:
            yield start, end, kind
            continue
        if text[start:sign] in lexicon.places():
            yield start, sign, "LC"
        if end - sign > 2:
            yield sign + 1, end, kind


def _is_full_name(name: str) -> bool:
    return len(name) == 3 and lexicon.is_name_like(name)


def _site_end(parts: Sequence[Unit], end: int) -> int:
    """`나래공항` and `가온체육관` are whole where the chain stopped at the town: an ending of sites written on."""
    at = bisect_left(parts, end, key=unit_start)
    if at == len(parts) or parts[at].start != end or len(parts[at].surface) < 2:
        return end
    return parts[at].end if lexicon.suffix_kinds().get(parts[at].surface, "")[:1] == "L" else end


def _person(text: str, start: int, end: int) -> tuple[int, int]:
    """A full name without a particle that Kiwi took for its end, with its family name, with its initial."""
    name = text[start:end]
    if len(name) == 4 and name[3] in "이가은는도와의을를" and _is_full_name(name[:3]):
        return start, end - 1
    opens_word = start == 1 or (start > 1 and not text[start - 2].isalnum())
    if len(name) == 2 and opens_word and _is_full_name(text[start - 1 : end]):
        return start - 1, end
    initial = _INITIAL.search(text, max(0, start - 4), start)
    return (initial.start() if initial else start), end


def _is_thing(text: str, start: int, end: int) -> bool:
    """Storms, brands, works and ships have names like people's; a full Korean name is a person's all the same."""
    name = text[start:end]
    if _is_full_name(name):
        return False
    is_marked = text.startswith(_CLOSING_MARKS, end) and text.endswith(_OPENING_MARKS, 0, start)
    is_ship = len(name) > 3 and " " not in name and name[-1] in "호함"
    return is_marked or is_ship or _NAMES_A_THING.search(text, max(0, start - 9), start) is not None


def _is_gloss_of_nothing(text: str, start: int, end: int, before: Found | None) -> bool:
    """Hanja in brackets say a name again; behind none they are none: `고(故)`."""
    if start == 0 or text[start - 1] != "(" or (before and before[1] == start - 1):
        return False
    return _HANJA.fullmatch(text, start, end) is not None


def _are_one(text: str, first: Found, second: Found) -> bool:
    """Whether two names with a blank between are one.

    A place before a body belongs to its name (36 of 40: `나래 가온경찰서`); two names of people neither of which is a
    Korean full name are the parts of one (all 50: `다니엘 머피`).
    """
    if first[2] == "LC" and second[2] == "OG":
        return True
    names = text[first[0] : first[1]], text[second[0] : second[1]]
    if first[2] != "PS" or second[2] != "PS" or len(names[1]) < 2:
        return False
    return all(_HANGUL.fullmatch(name) and not _is_full_name(name) for name in names)
