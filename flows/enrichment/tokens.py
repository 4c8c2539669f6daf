"""Morphemes: Kiwi, loaded once a process on first use, and each text read at most once.

Reads text, writes `Token`s. Kiwi's `form` may differ from the surface (it puts blanks into `네이버클라우드`), so a
token carries offsets and its surface is always the text between them.
"""

import re
import threading
from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple

from kiwipiepy import Kiwi

from flows.enrichment import lexicon

VERSION = 1
CHUNK_CHARS = 8_000
"""Longest piece given to Kiwi at once: its time and memory per character grow with very long lines."""

_HANGUL = re.compile(r"[가-힣]")
_HANGUL_ONLY = re.compile(r"[가-힣]+")
_UNSAFE = re.compile(r"[\ud800-\udfff\x00]")
_CUT = re.compile(r"(?<=[.?!\n])\s+")
_LOCK = threading.Lock()


class Token(NamedTuple):
    """One morpheme: Kiwi's form, its Sejong tag (irregular marks dropped), and where it stands in the text.

    `is_known` is False for a form that Kiwi's dictionary lacks: most names are such.
    """

    form: str
    tag: str
    start: int
    end: int
    is_known: bool = True


_token = partial(tuple.__new__, Token)  # half the time of Token(...), for each morpheme of each article


@cache
def _load() -> Kiwi:
    analyser = Kiwi(num_workers=1)
    # Names and titles that Kiwi would take apart (`국민의힘`, `두나무`, `시의원`) are one morpheme each.
    names = (name for name in lexicon.organisations() if len(name) > 2 and _HANGUL_ONLY.fullmatch(name))
    for name in sorted(names):
        analyser.add_user_word(name, "NNP")
    for role in sorted(role for role in lexicon.roles() if len(role) > 2 and _HANGUL_ONLY.fullmatch(role)):
        analyser.add_user_word(role, "NNG")
    return analyser


def kiwi() -> Kiwi:
    """The analyser of this process (about 1.4 s and 555 MB on first use)."""
    with _LOCK:
        return _load()


def has_hangul(text: str) -> bool:
    """Whether any Hangul syllable is in the text: only then is Kiwi asked."""
    return _HANGUL.search(text) is not None


def pieces(text: str, limit: int = CHUNK_CHARS) -> list[tuple[int, str]]:
    """Cut a long text into (offset, piece) of at most `limit` characters, behind a sentence end where one is near."""
    out: list[tuple[int, str]] = []
    at = 0
    while len(text) - at > limit:
        cuts = [match.end() for match in _CUT.finditer(text, at + limit // 2, at + limit)]
        end = cuts[-1] if cuts else at + limit
        out.append((at, text[at:end]))
        at = end
    out.append((at, text[at:]))
    return out


def readable(text: str) -> str:
    """The text with lone surrogates and NULs as `?`, one for one: native code refuses them, and offsets hold."""
    return _UNSAFE.sub("?", text)


class _Plain(dict[str, str]):
    """Tags without their irregular mark: `VV-I` is a VV. There are some sixty, each cut once."""

    def __missing__(self, tag: str) -> str:
        self[tag] = plain = tag.partition("-")[0]
        return plain


_PLAIN = _Plain()


def tokenise(texts: Sequence[str]) -> list[tuple[Token, ...]]:
    """Morphemes of each text, in order; none for a text without Hangul. Never raises for bad text.

    Lone surrogates and NULs are read as `?`, one for one, so that offsets hold.
    """
    jobs = [
        (index, offset, piece)
        for index, text in enumerate(texts)
        if has_hangul(text)
        for offset, piece in pieces(readable(text))
    ]
    found: list[list[Token]] = [[] for _ in texts]
    if jobs:
        # All at once: Kiwi then works in a thread of its own, beside which this one keeps its own caches warm. Asked
        # text by text, an article takes a tenth longer.
        analysed = kiwi().tokenize([piece for _, _, piece in jobs])
        for (index, offset, _), morphemes in zip(jobs, analysed, strict=True):
            found[index] += [
                _token((m.form, _PLAIN[m.tag], m.start + offset, m.end + offset, not m.oov)) for m in morphemes
            ]
    return [tuple(tokens) for tokens in found]
