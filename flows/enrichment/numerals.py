"""Numbers as news writes them, read exactly: `3조 5천억`, `1만2천`, `1,234.5`, `이백만`, `열두`, `1.2 million`.

Reads text; gives exact fractions. Every repetition in the patterns is bounded, so that a paragraph of a hundred
thousand numbers is read in one pass.
"""

import re
from fractions import Fraction

VERSION = 1

_SMALL = {"십": 10, "백": 100, "천": 1_000, "十": 10, "百": 100, "千": 1_000}
_LARGE = {
    "만": 10**4,
    "억": 10**8,
    "조": 10**12,
    "경": 10**16,
    "万": 10**4,
    "萬": 10**4,
    "亿": 10**8,
    "億": 10**8,
    "兆": 10**12,
}
_DIGITS = {char: value for value, char in enumerate("영일이삼사오육칠팔구")}
_NATIVE_ONES = {
    "한": 1,
    "두": 2,
    "세": 3,
    "석": 3,
    "네": 4,
    "넉": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
}
_NATIVE_TENS = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}

_SCALE = "[십백천만억조경十百千万萬亿億兆]"
_PLAIN = r"(?:\d{1,3}(?:,\d{3}){1,7}(?!\d)|\d{1,18})(?:\.\d{1,9})?"
_NEXT = r",?\s?\d{1,4}(?:,\d{3})?"
KOREAN = rf"{_PLAIN}(?:\s?여?\s?{_SCALE}{{1,2}}(?:{_NEXT}\s?여?{_SCALE}{{1,2}}){{0,4}}(?:{_NEXT}(?![\d,.]))?)?"
"""Digits, with 십 백 천 만 억 조 경 (or their Chinese characters) behind and between them."""
_ONES = "[일이삼사오육칠팔구]"
SINO = rf"(?:{_ONES}{_SCALE}|[십백천만]){_SCALE}?(?:{_ONES}?{_SCALE}){{0,6}}{_ONES}?"
"""A number all in Sino-Korean syllables: 이백만, 삼천오백."""
NATIVE = f"(?:{'|'.join(_NATIVE_TENS)})?(?:{'|'.join(_NATIVE_ONES)})|열|스무|서른|마흔|쉰|예순|일흔|여든|아흔"
"""A native Korean number below a hundred, as it stands before a counting word."""
POINT = rf"{_PLAIN}"
COMMA = r"(?:\d{1,3}(?:[.\u00a0\u202f ]\d{3}){1,7}(?!\d)|\d{1,18})(?:,\d{1,9})?"
"""Digits with a decimal comma and points or thin blanks between thousands, as much of Europe writes."""

_PART = re.compile(rf"\d+(?:\.\d+)?|{_SCALE}|[일이삼사오육칠팔구영]")


def korean(text: str) -> Fraction | None:
    """The value of a number written with digits, Sino-Korean syllables and 십 백 천 만 억 조 경.

    None where the parts do not stand in falling order (`5천 2만`): two numbers, or none.
    """
    if text.isdecimal():  # most are
        return Fraction(int(text))
    total = section = Fraction(0)
    number: Fraction | None = None
    least_large, least_small = 10**20, 10**4
    for part in _PART.findall(text.replace(",", "").replace(" ", "").replace("\u00a0", "")):
        if part in _SMALL:
            size = _SMALL[part]
            if size >= least_small:
                return None
            section += (1 if number is None else number) * size
            number, least_small = None, size
        elif part in _LARGE:
            size = _LARGE[part]
            if size >= least_large:
                return None
            section += number or 0
            total += (section or 1) * size
            section, number = Fraction(0), None
            least_large, least_small = size, 10**4
        else:
            if number is not None:
                return None
            number = Fraction(_DIGITS[part]) if part in _DIGITS else Fraction(part)
    rest = section + (number or 0)
    if least_large < 10**20 and rest >= least_large:
        return None
    return total + rest


def native(text: str) -> int | None:
    """The value of a native Korean number: 열두, 스무, 세."""
    if text == "스무":
        return 20
    for tens, value in _NATIVE_TENS.items():
        if text.startswith(tens):
            rest = text[len(tens) :]
            return value + _NATIVE_ONES[rest] if rest in _NATIVE_ONES else None if rest else value
    return _NATIVE_ONES.get(text)


def western(text: str, *, has_decimal_comma: bool = False) -> Fraction:
    """The value of digits with separators: `1,234.5`, or `1.234,5` where the comma is the decimal mark."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    plain = plain.replace(".", "").replace(",", ".") if has_decimal_comma else plain.replace(",", "")
    return Fraction(plain)


def last_scale(text: str) -> int:
    """The power that ends a number: `20만` → 10000, `3천` → 1000, `15` → 1. `10~20만` lends it to the 10."""
    scale = 1
    for char in reversed(text.rstrip()):
        if char in _SMALL:
            scale *= _SMALL[char]
        elif char in _LARGE:
            scale *= _LARGE[char]
        else:
            break
    return scale
