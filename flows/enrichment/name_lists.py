"""Names that a large dictionary lists: people, places and other proper nouns, as one of the tagger's marks.

The list is made from mecab-ko-dic 2.1.1 (Apache License 2.0; its card lies beside it). To be in it decides nothing,
since `사랑` is somebody's name too: the tagger learns what a mark is worth between its neighbours.

`python -m flows.enrichment.name_lists SYS.DIC` makes the list again.
"""

import lzma
import re
import struct
import sys
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

VERSION = 1
PATH = Path(__file__).resolve().parents[2] / "data" / "models" / f"names-{VERSION}.txt.xz"
MAX_UNITS = 6
"""A name of more morphemes is not looked for."""

_KINDS = {"인명": "p", "지명": "l", "*": "n"}
_WORD = re.compile("[가-힣]{2,20}")
_MAGIC = 0xEF718F77  # of a MeCab dictionary, xor-ed with its size
_HEADER = struct.Struct("<10I32s")

_OPENS_NONE = frozenset(
    [
        "JKS",
        "JKC",
        "JKG",
        "JKO",
        "JKB",
        "JKV",
        "JKQ",
        "JX",
        "JC",
        "EP",
        "EF",
        "EC",
        "ETN",
        "ETM",
        "SF",
        "SP",
        "SSO",
        "SSC",
    ]
)
"""Particles, endings and stops, half of all units: no name begins with one."""


class Unit(NamedTuple):
    """One morpheme as the tagger counts them: no empty one, none inside another, 남북 taken apart."""

    surface: str
    tag: str
    start: int
    end: int
    is_known: bool = True


unit_start = itemgetter(Unit._fields.index("start"))
"""Key for bisection: no Python code at each step of it."""

Marks = dict[int, str]
"""What some units of a text have, by their place in it."""


@cache
def names() -> dict[str, str]:
    """Name without blanks -> what it is listed as: `p` person, `l` place, `n` another name, `g` a common noun too.

    Empty where the list is not there: the tagger then works without it, less well.
    """
    out: dict[str, str] = {}
    if PATH.exists():
        for line in lzma.decompress(PATH.read_bytes()).decode().splitlines():
            kind, *listed = line.split(" ")
            out.update(dict.fromkeys(listed, kind))
    return out


@cache
def _longest() -> dict[str, int]:
    """First two characters of names -> length of the longest."""
    out: dict[str, int] = {}
    for name in names():
        key = name[:2]
        if len(name) > out.get(key, 0):
            out[key] = len(name)
    return out


@cache
def _openings() -> dict[str, bool]:
    """First three characters of the names that have as many: most words open no such name.

    A dictionary, as the list below is a tuple: Python's collector of cycles passes over those that hold words only,
    where a set or a list of as many words costs it 20 milliseconds at each full round.
    """
    return {name[:3]: True for name in names() if len(name) > 2}


@cache
def _in_order() -> tuple[str, ...]:
    return tuple(sorted(names()))


@lru_cache(maxsize=65_536)
def _opened(surface: str) -> tuple[int, str]:
    """What a unit of two and more characters opens: the longest name, 0 if none is longer than it; its own list."""
    word = surface.replace(" ", "") if " " in surface else surface
    longest = _longest().get(surface[:2])
    if longest is None:
        return 0, ""
    ordered = _in_order()
    behind = bisect_right(ordered, word)
    has_longer = behind < len(ordered) and ordered[behind].startswith(word)
    return longest if has_longer else 0, names().get(word, "")


def may_open(surface: str, tag: str) -> bool:
    """Whether a unit may open a listed name, whatever stands beside it."""
    return tag not in _OPENS_NONE and (len(surface) == 1 or _opened(surface) != (0, ""))


def marks(text: str, parts: Sequence[Unit], heads: Sequence[int]) -> Marks:
    """The list that names a unit, with `B` or `I` before, and `x` behind where a word goes on.

    The longest name counts. One may be written apart: `다니엘 머피` is listed in one word. `heads` are the units that
    `may_open` one, in order.
    """
    found, longest, openings = names(), _longest(), _openings()
    out: Marks = {}
    free = 0  # the first unit behind the name found last
    for at in heads:
        if at < free:
            continue
        surface, _, start, end, _ = parts[at]
        if end - start == 1:
            pair = text[start : start + 2]
            room = longest.get(pair if pair[1:] != " " else surface + text[start + 2 : start + 3], 0)
            code = ""
        else:
            room, code = _opened(surface)
        last = -1
        if room:
            opening = text[start : start + 3]
            if " " in opening:
                opening = text[start : start + 5].replace(" ", "")[:3]
            if opening in openings or len(opening) < 3 or (end - start == 1 and opening[:2] in found):
                last = _last_of(text, parts, at, room, found)
        if last > at:
            code = found[text[start : parts[last].end].replace(" ", "")]
            out[at] = f"B{code}" if _closes(parts, last) else f"B{code}x"
            out.update(dict.fromkeys(range(at + 1, last + 1), f"I{code}"))
            free = last + 1
        elif code:
            out[at] = f"B{code}w" if _closes(parts, at) else f"B{code}wx"
    return out


def _last_of(text: str, parts: Sequence[Unit], at: int, room: int, found: dict[str, str]) -> int:
    """The unit with which the longest listed name from `at` ends; -1 where there is none."""
    last = at
    stop = min(at + MAX_UNITS, len(parts))
    start = parts[at].start
    while last + 1 < stop and parts[last + 1].start - parts[last].end <= 1 and parts[last + 1].end - start <= room + 2:
        last += 1
    while last >= at:
        name = text[start : parts[last].end]
        if (name.replace(" ", "") if " " in name else name) in found:
            return last
        last -= 1
    return -1


def _closes(parts: Sequence[Unit], last: int) -> bool:
    """Whether a word, particles aside, ends with a unit."""
    if last + 1 == len(parts):
        return True
    behind = parts[last + 1]
    return parts[last].end < behind.start or behind.tag[0] in "JEVS"


def features_of(dictionary: bytes) -> list[str]:
    """The feature lines of a compiled MeCab dictionary.

    Raises ValueError where the bytes are none. Layout: `dictionary.cpp` of MeCab 0.996.
    """
    if len(dictionary) < _HEADER.size:
        raise ValueError("not a MeCab dictionary: too short")
    magic, _, _, _, _, _, entries, tokens, size, _, _ = _HEADER.unpack_from(dictionary)
    if magic ^ _MAGIC != len(dictionary):
        raise ValueError("not a MeCab dictionary, or a cut one: its header does not fit its size")
    at = _HEADER.size + entries + tokens
    return [line.decode("utf-8", "replace") for line in dictionary[at : at + size].split(b"\0") if line]


def listed(lines: Sequence[str]) -> dict[str, str]:
    """Names among feature lines of mecab-ko-dic, Hangul of 2 to 20 syllables only, with what they are listed as."""
    kinds: dict[str, str] = {}
    common = set()
    for line in lines:
        tag, meaning, _, name, *_ = (*line.split(","), "", "", "", "")
        if not _WORD.fullmatch(name):
            continue
        if tag == "NNG":
            common.add(name)
        elif tag == "NNP" and (kind := _KINDS.get(meaning)) and kind not in kinds.get(name, ""):
            kinds[name] = kinds.get(name, "") + kind
    order = "plng"
    return {
        name: "".join(sorted(kind + ("g" if name in common else ""), key=order.index)) for name, kind in kinds.items()
    }


def main(dictionary: str) -> None:
    """Write the list of a compiled mecab-ko-dic."""
    by_kind: dict[str, list[str]] = {}
    for name, kind in sorted(listed(features_of(Path(dictionary).read_bytes())).items()):
        by_kind.setdefault(kind, []).append(name)
    text = "\n".join(" ".join((kind, *found)) for kind, found in sorted(by_kind.items()))
    PATH.write_bytes(lzma.compress(text.encode(), preset=9))
    sys.stdout.write(f"{sum(map(len, by_kind.values()))} names, {PATH.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
