"""Aliases: short forms that the text introduces for long ones.

Reads text and morphemes; writes `Alias`es. `연안 자율운항 선박 사업(이하 연자선)`, `중앙방역대책본부(방대본)`,
`산업의 AI화(AX)`, `LLM(거대언어모델)`. Ages, tickers, hanja, parties of members and other notes in brackets are no
aliases.
"""

import re
from collections.abc import Sequence

from flows.enrichment.document import Alias
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.sentences import Span
from flows.enrichment.tokens import Token, has_hangul

VERSION = 1

_PAREN = re.compile(
    r"(?:(?<=[^\s(])|(?<=[A-Za-z]\s))[(（](?P<said>이하\s?)?['‘\"“]?(?P<inner>[^()（）\n]{1,40}?)['’\"”]?[)）]"
)
_NOT_SHORT = re.compile(
    r"^[\d\s.,·:~%–\-]*$|^\d|사진|화면|이하|현지|가칭|종합|자료|제공|출처|세$|씨$|명$|년|월|일$|위$|점$|원$|호$|번$|㎞|km|[一-鿿]|=|/"
)
_ACRONYM = re.compile(r"^[A-Z][A-Za-z0-9&+\-]{1,9}$")
_NOUN = frozenset(["NNG", "NNP", "NNB", "NR", "SL", "SN", "XSN", "XPN", "SP", "MM", "SH", "XR", "SO", "SW"])
_JOIN = re.compile(r"[\s·\-&]*")
MAX_LONG_CHARS = 40


def enrich(reading: Reading) -> tuple[Alias, ...]:
    """Aliases in the order of their introduction, each pair once."""
    found: dict[tuple[str, str], None] = {}
    for paragraph in reading.paragraphs:
        for match in _PAREN.finditer(paragraph.text):
            pair = _pair(paragraph, match)
            if pair:
                found.setdefault(pair)
    return tuple(Alias(short, long) for short, long in found)


def _pair(paragraph: Paragraph, match: re.Match[str]) -> tuple[str, str] | None:
    inner = match["inner"].strip()
    if match["said"]:
        long = _spelt_out(paragraph.text, match.start(), inner) or _long(paragraph, match.start(), inner, keep_all=True)
        return (inner, long) if long and long != inner else None
    if _NOT_SHORT.search(inner):
        return None
    text = paragraph.text
    word = re.search(r"[A-Z][A-Za-z0-9&+\-]{1,9}$", text[max(0, match.start() - 12) : match.start()])
    if word and _ACRONYM.match(word[0]) and has_hangul(inner) and len(inner) >= 2:
        return (word[0], inner)
    long = _long(paragraph, match.start(), inner, keep_all=bool(_ACRONYM.match(inner)))
    if not long or long == inner:
        return None
    if _ACRONYM.match(inner) or _is_abbreviation(inner, long):
        return (inner, long)
    return None


def _spelt_out(text: str, end: int, short: str) -> str | None:
    """The shortest run of words before the bracket that the short form abbreviates, its first syllable first."""
    lead = text[max(0, end - MAX_LONG_CHARS) : end].strip("'‘’\"“” ")
    lead = re.split(r"[,.;:]\s", lead)[-1]
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", lead)]
    return next((lead[at:] for at in reversed(starts) if _is_abbreviation(short, lead[at:])), None)


def _is_abbreviation(short: str, long: str) -> bool:
    """Whether the syllables of the short form stand in the long one in order, the first at its beginning."""
    plain = long.replace(" ", "")
    if not (2 <= len(short) < len(plain)) or short[0] != plain[0]:
        return False
    at = 0
    for char in short:
        at = plain.find(char, at) + 1
        if not at:
            return False
    return True


def _long(paragraph: Paragraph, end: int, short: str, *, keep_all: bool) -> str | None:
    """The noun phrase that ends where the bracket opens."""
    text = paragraph.text
    if not has_hangul(text[max(0, end - MAX_LONG_CHARS) : end]):
        return _long_latin(text[max(0, end - 200) : end], short)
    closing = {"’": "‘", "'": "'", '"': '"', "”": "“"}.get(text[end - 1])
    if closing:
        start = text.rfind(closing, max(0, end - MAX_LONG_CHARS - 2), end - 1)
        return text[start + 1 : end - 1].strip() if start >= 0 else None
    before = [t for t in paragraph.tokens_in(Span(end - MAX_LONG_CHARS, end)) if t.end <= end]
    first = _run(before, text)
    if first is None:
        return None
    # `산업의 AI화(AX)`: one genitive belongs to the phrase when an acronym follows.
    if _ACRONYM.match(short) and len(before) > 1:
        at = next((i for i, t in enumerate(before) if t.start == first), 0)
        if at >= 2 and before[at - 1].tag == "JKG" and before[at - 2].tag in _NOUN and len(text[first:end]) <= 4:
            first = before[at - 2].start
    long = text[first:end].strip(" ·,")
    if not keep_all and " " in long and short[0] != long[0]:
        long = next((long[i + 1 :] for i, c in enumerate(long) if c == " " and long[i + 1] == short[0]), long)
    return long or None


def _run(before: Sequence[Token], text: str) -> int | None:
    """Where the run of nouns at the end of `before` begins."""
    first: int | None = None
    for token in reversed(before):
        if token.tag not in _NOUN or (token.tag == "SP" and token.form in (",", ":")):
            break
        if first is not None and not _JOIN.fullmatch(text[token.end : first]):
            break
        if token.tag == "MM" and token.form in ("이", "그", "저", "한", "다른", "각", "전"):
            break
        first = token.start
    return first


def _long_latin(before: str, short: str) -> str | None:
    """`World Health Organization (WHO)`: capitalised words whose initials make the short form."""
    words = before.rstrip().split()[-(len(short) + 3) :]
    letters = [c for c in short.lower() if c.isalpha()]
    if not letters or not short.isupper():
        return None
    for start in range(len(words)):
        chosen = words[start:]
        initials = [w[0].lower() for w in chosen if w[0].isupper()]
        if initials == letters and chosen[0][0].isupper():
            return " ".join(chosen)
    return None
