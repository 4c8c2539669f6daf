"""Amounts: money, shares, counts and measures with one value and one unit code, whatever the spelling.

Reads texts and the language; writes `Amount`s. `3조 5천억 원` is 3500000000000 KRW, `1만2천 달러` 12000 USD, `10~20%`
an interval, `10여 명` about 10 persons. Left out: numbers without a unit, ranks (`2위`), ages and parts of names
(`30대`, `5세대`), durations, clock times, vague figures (`수십억 원`), and `절반`, which is a figure of speech as often
as a figure. Money whose word does not tell the country (`페소`, `프랑`) has no code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from flows import gazetteer
from flows.enrichment import numerals
from flows.enrichment.document import Amount
from flows.enrichment.reading import Reading
from flows.enrichment.tokens import has_hangul

VERSION = 1
MOST = 20_000
"""Amounts read in one article: more is a table of figures, and stays one."""

_DECIMAL_COMMA = frozenset(
    ["de", "fr", "es", "it", "pt", "nl", "sv", "no", "nb", "nn", "da", "fi", "pl", "tr", "ru", "id"]
)
_JOIN = re.compile(r"\s?[~∼〜～–—-]\s?(?=\d)|\s?(?:내지|to)\s(?=\d)")
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₩": "KRW", "￦": "KRW", "$": "USD"}
_DOLLARS = {
    "US": "USD",
    "A": "AUD",
    "AU": "AUD",
    "C": "CAD",
    "CA": "CAD",
    "HK": "HKD",
    "NT": "TWD",
    "S": "SGD",
    "NZ": "NZD",
}
_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?P<land>US|AU|CA|HK|NT|NZ|A|C|S))?(?P<sign>[$€£¥￥₩￦])\s?$|(?<![A-Za-z])(?P<iso>USD|EUR|GBP|JPY|KRW|CNY|CHF)\s$"
)
_MINUS = re.compile(r"(?:(?:^|[\s(])[-−]|마이너스\s?)$")
_ABOUT_BEFORE = re.compile(
    r"(?:약|대략|about|around|roughly|approximately|some|nearly|almost|거의|ca\.|etwa|rund|environ)\s?$"
)
_LIMIT_BEFORE = re.compile(
    r"(?P<least>최소|at least|mindestens|au moins)\s?$|(?P<most>최대|최고|up to|at most|höchstens)\s?$"
    r"|(?P<over>more than|over|mehr als|plus de)\s$"
    r"|(?P<under>less than|under|fewer than|weniger als|moins de)\s$"
)
_AFTER = re.compile(
    r"\s?(?:(?P<about>가량|정도|안팎|내외|쯤|남짓)|(?P<band>대(?![가-힣])|대[의로에를가](?![가-힣]))|(?P<least>이상)|(?P<over>초과|넘[는게어])|(?P<most>이하)|(?P<under>미만))"
)
_THOUSAND, _MILLION, _BILLION, _TRILLION = 10**3, 10**6, 10**9, 10**12
_WORDS = {
    "en": {
        "hundred": 100, "thousand": _THOUSAND, "million": _MILLION, "billion": _BILLION, "trillion": _TRILLION,
        "mn": _MILLION, "bn": _BILLION, "tn": _TRILLION, "m": _MILLION, "b": _BILLION, "k": _THOUSAND,
    },
    "de": {
        "Millionen": _MILLION, "Million": _MILLION, "Mio.": _MILLION, "Milliarden": _BILLION, "Milliarde": _BILLION,
        "Mrd.": _BILLION, "Billionen": _TRILLION,
    },
    "fr": {"millions": _MILLION, "million": _MILLION, "milliards": _BILLION, "milliard": _BILLION},
    "es": {"mil millones": _BILLION, "millones": _MILLION, "millón": _MILLION, "mil": _THOUSAND},
}  # fmt: skip
_DIGIT = re.compile(r"\d")
_ONLY_MONEY = frozenset(["m", "b", "k", "mn", "bn", "tn"])
_LIFTED = re.compile(
    r"자동차|버스|차량|택시|트럭|승용차|드론|항공기|비행기|헬기|여객기|컴퓨터|로봇|소방차|전기차|장비|전투기|카메라|서버|기지국|스마트폰|열차|크레인|탱크|오토바이|자전거"
)
_QUALIFIERS = {
    "about": "about", "band": "about", "least": "at_least", "most": "at_most", "over": "over", "under": "under",
}  # fmt: skip
_BOTH = re.compile(r"(?<![가-힣])양대(?=\s[가-힣])")
_FRACTION = re.compile(r"(?<![\d.,])(\d{1,3})\s?분의\s?(\d{1,3})(?![\d.,])")
_YEARS = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class _Unit:
    kind: str
    code: str | None
    is_native: bool
    word: str


class _Grammar(NamedTuple):
    number: re.Pattern[str]
    unit: re.Pattern[str]


@cache
def _units() -> dict[str, _Unit]:
    return {
        row["unit"]: _Unit(row["kind"], row["code"] or None, row["native"] == "yes", row["unit"])
        for row in gazetteer.table("amount_units")
    }


@cache
def _unit_pattern() -> re.Pattern[str]:
    words = []
    for row in sorted(gazetteer.table("amount_units"), key=lambda row: -len(row["unit"])):
        guard = f"(?!{row['not_before']})" if row["not_before"] else ""
        latin = "(?![A-Za-z0-9])" if row["unit"][-1].isascii() and row["unit"][-1].isalnum() else ""
        words.append(f"{re.escape(row['unit'])}{guard}{latin}")
    return re.compile(rf"(?P<odd>\s?여)?(?:\s|-|\sd['’]|\sde\s)?(?P<unit>{'|'.join(words)})")


@cache
def _grammar(has_decimal_comma: bool) -> _Grammar:
    number = numerals.COMMA if has_decimal_comma else numerals.KOREAN
    return _Grammar(re.compile(rf"(?=\d)(?<![\dA-Za-z])(?<!\d[.,])(?<!제)(?:{number})"), _unit_pattern())


@cache
def _spelt() -> re.Pattern[str]:
    natives = "|".join(sorted((re.escape(u.word) for u in _units().values() if u.is_native), key=len, reverse=True))
    money = "|".join(
        sorted((u.word for u in _units().values() if u.kind == "money" and u.word >= "가"), key=len, reverse=True)
    )
    return re.compile(
        rf"(?<![가-힣\d])(?<!\d\s)(?<!몇\s)(?<!수\s)(?:(?P<sino>{numerals.SINO})\s?(?=(?:{money}|명|개|가구|마리)(?![가-힣]{{2}}))"
        rf"|(?P<native>{numerals.NATIVE})\s?(?=(?:{natives})(?:[은는이가을를의도만과와씩에]|으로|까지|이나|밖에|뿐)?(?![가-힣])))"
    )


def enrich(reading: Reading) -> tuple[Amount, ...]:
    """All amounts of the article in reading order, without overlap. Never raises."""
    lang = (reading.document.lang or "en").lower().partition("-")[0]
    out: list[Amount] = []
    for paragraph in reading.paragraphs:
        if len(out) >= MOST:
            break
        out += read(paragraph.text, paragraph.index, lang)
    return tuple(out[:MOST])


def read(text: str, paragraph: int = 0, lang: str = "ko") -> list[Amount]:
    """The amounts of one text, in order."""
    is_korean = has_hangul(text)
    if _DIGIT.search(text):
        has_comma = not is_korean and lang in _DECIMAL_COMMA
        found = list(_joined(text, _numbers(text, paragraph, lang, has_comma)))
    else:
        found = []
    if is_korean:
        found += _spelt_out(text, paragraph)
        found += [
            Amount(m[0], "count", 2.0, None, None, None, paragraph, m.start(), m.end(), 0.7)
            for m in (_BOTH.finditer(text) if "양대" in text else ())
        ]
        found.sort(key=lambda amount: (amount.start, -amount.end))
    out: list[Amount] = []
    for amount in found:
        if not out or amount.start >= out[-1].end:
            out.append(amount)
    return out


class _Number(NamedTuple):
    """A number on the way to an amount: `amount` is None while its unit has to come from the other end of a range."""

    start: int
    end: int
    value: Fraction
    scale: int
    amount: Amount | None


def _numbers(text: str, paragraph: int, lang: str, has_comma: bool) -> Iterator[_Number]:
    grammar = _grammar(has_comma)
    fractions = {m.start(): m for m in _FRACTION.finditer(text)} if "분의" in text else {}
    for match in grammar.number.finditer(text):
        part = fractions.get(match.start())
        if part and int(part[1]):
            share = Fraction(int(part[2]), int(part[1]))
            amount = Amount(
                part[0], "fraction", float(share), None, "1", None, paragraph, part.start(), part.end(), 0.9
            )
            yield _Number(part.start(), part.end(), share, 1, amount)
            continue
        said = match[0].rstrip()
        value = numerals.western(said, has_decimal_comma=True) if has_comma else numerals.korean(said)
        if value is not None:
            yield _number(text, match.start(), match.start() + len(said), value, paragraph, lang, grammar.unit)


def _number(
    text: str, start: int, end: int, value: Fraction, paragraph: int, lang: str, units: re.Pattern[str]
) -> _Number:
    """One number with what stands before and behind it."""
    before = text[max(0, start - 14) : start]
    sign = _BEFORE.search(before)
    code = _currency(sign, lang) if sign else None
    size, after = _scale_word(text, end, lang, is_money=sign is not None)
    value *= size
    scale = size * numerals.last_scale(text[start:end])
    unit_match = None if sign else units.match(text, after)
    if sign:
        first = start - len(sign[0].rstrip()) - (len(sign[0]) - len(sign[0].rstrip()))
        amount = Amount(text[first:after], "money", float(value), None, code, None, paragraph, first, after, 0.9)
        return _Number(first, after, value, scale, _qualified(text, amount))
    if unit_match is None:
        return _Number(start, after, value, scale, None)
    unit = _units()[unit_match["unit"]]
    if not _is_amount(text, start, after, unit_match.end(), unit, value):
        return _Number(start, after, value, scale, None)
    minus = _MINUS.search(before) if unit.kind in ("percentage", "percentage_point") else None
    if minus:
        value, start = -value, start - len(minus[0].lstrip(" ("))
    end, sure = unit_match.end(), 0.9 if unit.code else 0.7
    amount = Amount(text[start:end], unit.kind, float(value), None, unit.code, None, paragraph, start, end, sure)
    if unit_match["odd"] or "여" in text[start:after]:
        amount = replace(amount, qualifier="about")
    return _Number(amount.start, unit_match.end(), value, scale, _qualified(text, amount))


def _currency(sign: re.Match[str], lang: str) -> str:
    if sign["iso"]:
        return sign["iso"]
    if sign["sign"] in "¥￥" and lang == "zh":
        return "CNY"
    return _DOLLARS[sign["land"]] if sign["land"] and sign["sign"] == "$" else _SIGNS[sign["sign"]]


def _scale_word(text: str, end: int, lang: str, *, is_money: bool) -> tuple[int, int]:
    """`million`, `Mrd.`, `bn` behind digits: what to multiply by, and where the number then ends."""
    words = _WORDS.get(lang, _WORDS["en"])
    if text[end : end + 2].lstrip(" \u00a0-")[:1] not in _openings(lang):
        return 1, end
    for word, size in words.items():
        if word in _ONLY_MONEY and not is_money:
            continue
        for gap in (" ", "\u00a0", "-", ""):
            stop = end + len(gap) + len(word)
            if (
                text.startswith(gap + word, end)
                and (gap or word in _ONLY_MONEY)
                and not text[stop : stop + 1].isalpha()
            ):
                return size, stop
    return 1, end


@cache
def _openings(lang: str) -> frozenset[str]:
    """First letters of a language's words of scale: most numbers have none behind them."""
    return frozenset(word[0] for word in _WORDS.get(lang, _WORDS["en"]))


def _is_amount(text: str, start: int, after: int, end: int, unit: _Unit, value: Fraction) -> bool:
    """Whether a number before a unit counts: not so for `30대`, `3대 악재`, `5세대`, `10주`, `2025엔`."""
    said = text[start:after]
    if unit.word == "대":
        return bool(_LIFTED.search(text, max(0, start - 14), end + 8))
    if unit.word == "세대":
        return value >= 20 and "대" not in text[end : end + 1]
    if unit.word == "주":
        return value >= 1_000
    if unit.word == "엔":
        return not _YEARS.fullmatch(said)
    return not (unit.word == "개" and text.startswith("월", end))


def _qualified(text: str, amount: Amount) -> Amount:
    """The amount with what is said of its exactness: about, at_least, over, at_most, under."""
    before = text[max(0, amount.start - 16) : amount.start]
    limit = _LIMIT_BEFORE.search(before)
    after = _AFTER.match(text, amount.end)
    word = None
    if after and not (after["band"] and after[0][0].isspace()):
        word = _QUALIFIERS.get(after.lastgroup or "")
    elif limit:
        word = _QUALIFIERS.get(limit.lastgroup or "")
    elif _ABOUT_BEFORE.search(before):
        word = "about"
    return replace(amount, qualifier=word) if word else amount


def _joined(text: str, numbers: Iterator[_Number]) -> Iterator[Amount]:
    """Amounts, those of a range made one: `10~20만 원`, `3%∼5%`."""
    low: _Number | None = None
    for number in numbers:
        join = _JOIN.match(text, low.end) if low else None
        if low and join and join.end() == number.start and number.amount and _fits(low, number):
            value = low.value
            if low.amount is None and low.scale == 1 and number.scale > 1 and value < number.value / number.scale:
                value *= number.scale
            if value < number.value:
                start = low.start
                yield replace(
                    number.amount, text=text[start : number.amount.end], value=float(value),
                    value_to=float(number.value), start=start,
                )  # fmt: skip
            low = None
            if value != number.value:
                continue  # `96~7%` is an interval that only a reader can complete
        if low and low.amount:
            yield low.amount
        low = number
    if low and low.amount:
        yield low.amount


def _fits(low: _Number, high: _Number) -> bool:
    """Whether two numbers are the ends of one interval: one unit, or none at the lower end."""
    return low.amount is None or (high.amount is not None and low.amount.unit == high.amount.unit)


def _spelt_out(text: str, paragraph: int) -> Iterator[Amount]:
    """`이백만 원`, `열두 명`: numbers all in syllables, only right before money or a counting word."""
    for match in _spelt().finditer(text):
        value = numerals.korean(match["sino"]) if match["sino"] else numerals.native(match["native"])
        unit_match = _unit_pattern().match(text, match.end())
        if value is None or unit_match is None or text.startswith(("째", "도 "), unit_match.end()):
            continue
        unit = _units()[unit_match["unit"]]
        end = unit_match.end()
        if unit.word == "대" or not _is_amount(text, match.start(), match.end(), end, unit, Fraction(value)):
            continue
        amount = Amount(
            text[match.start() : end],
            unit.kind,
            float(value),
            None,
            unit.code,
            None,
            paragraph,
            match.start(),
            end,
            0.8,
        )
        yield _qualified(text, amount)
