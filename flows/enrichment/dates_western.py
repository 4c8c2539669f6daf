"""Dates outside Korean text: English, German, French, Spanish by month names; Japanese and Chinese by their signs.

Reads text and the day of publication; gives `DateMention`s. A day or month without its year takes the nearest year
that does not lie ahead of publication by more than half a year.
"""

import re
from datetime import date, timedelta
from functools import cache

from flows import gazetteer
from flows.enrichment.dates_korean import a_day, month_value
from flows.enrichment.document import DateMention

ISO = re.compile(r"(?<![\d\-])((?:19|20)\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d\-])")
SIGNS = re.compile(
    r"(?:((?:19|20)\d\d)年)?(?:(1[0-2]|0?[1-9])月)(?:(3[01]|[12]\d|0?[1-9])[日号])?|((?:19|20)\d\d)年(?!代|間|间)"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RELATIVE = re.compile(
    r"\b(today|yesterday|tomorrow|last year|this year|next year|last month|this month|next month)\b", re.I
)
WEEKDAY = re.compile(rf"\b(last |next |on )?({'|'.join(_WEEKDAYS)})\b", re.I)
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}


@cache
def _months() -> dict[str, int]:
    out: dict[str, int] = {}
    for row in gazetteer.table("months"):
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            out[name.lower()] = int(row["month"])
    return out


@cache
def _named() -> re.Pattern[str]:
    """`18 January 2026`, `January 18, 2026`, `18. Januar 2026`, `18 de enero de 2026`, `January 2026`, `Jan. 18`."""
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<d1>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?)?(?P<month>{month})\b(?:\.(?=,?\s\d))?"
        r"(?:\s(?P<d2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%])(?!\s(?:percent|people|million)))?"
        r"(?:,?\s(?:de\s|del\s)?(?P<year>(?:19|20)\d\d)\b)?",
        re.IGNORECASE,
    )


def dates(text: str, paragraph: int, anchor: date | None, lang: str | None) -> list[DateMention]:
    """The dates of one text in reading order; overlapping readings are settled for the earlier one."""
    is_english = (lang or "en").startswith("en")
    every: list[tuple[int, int, str]] = []
    for match in ISO.finditer(text):
        day = a_day(*map(int, match.groups()))
        if day:
            every.append((*match.span(), day.isoformat()))
    for match in SIGNS.finditer(text):
        year = match[1] or match[4]
        _put(every, match, _value(year, match[2], match[3], anchor))
    for match in _named().finditer(text):
        _put(every, match, _named_value(match, anchor))
    if is_english and anchor:
        for match in RELATIVE.finditer(text):
            _put(every, match, _relative(match[1].lower(), anchor))
        for match in WEEKDAY.finditer(text):
            _put(
                every,
                match,
                _weekday(match, anchor),
                start=match.start(2) if (match[1] or "").lower() == "on " else None,
            )
    every.sort(key=lambda item: (item[0], -item[1]))
    out: list[DateMention] = []
    end = 0
    for start, stop, value in every:
        if start >= end:
            out.append(DateMention(text[start:stop], value, paragraph, start, stop, 0.8))
            end = stop
    return out


def _put(every: list[tuple[int, int, str]], match: re.Match[str], value: str | None, start: int | None = None) -> None:
    if value:
        every.append((match.start() if start is None else start, match.end(), value))


def _named_value(match: re.Match[str], anchor: date | None) -> str | None:
    """A bare month name counts only where it is unlikely to be another word (May, mars, March)."""
    day, year, name = match["d1"] or match["d2"], match["year"], match["month"]
    if (
        not day
        and not year
        and (len(name) < 5 or not name[0].isupper() or name.lower() in ("march", "avril", "april", "august"))
    ):
        return None
    if not name[0].isupper() and not day:
        return None
    return _value(year, str(_months()[name.lower()]), day, anchor)


def _value(year: str | None, month: str | None, day: str | None, anchor: date | None) -> str | None:
    if not month:
        return year
    if year:
        number = int(year)
    elif anchor:
        ahead = (int(month) - anchor.month) % 12
        number = anchor.year + (anchor.month + ahead > 12) if ahead <= 6 else anchor.year - (int(month) > anchor.month)
    else:
        return None
    if not day:
        return month_value(number, int(month))
    found = a_day(number, int(month), int(day))
    return found.isoformat() if found else None


def _relative(word: str, anchor: date) -> str:
    if word in _DAYS:
        return (anchor + timedelta(days=_DAYS[word])).isoformat()
    by = {"last": -1, "this": 0, "next": 1}[word.split(maxsplit=1)[0]]
    if word.endswith("year"):
        return str(anchor.year + by)
    at = anchor.year * 12 + anchor.month - 1 + by
    return month_value(at // 12, at % 12 + 1)


def _weekday(match: re.Match[str], anchor: date) -> str:
    """News in English means the nearest such day: back for `on Friday` and `last Friday`, ahead for `next Friday`."""
    back = (anchor.weekday() - _WEEKDAYS.index(match[2].lower())) % 7
    lead = (match[1] or "").strip().lower()
    if lead == "next":
        return (anchor + timedelta(days=((-back) % 7) or 7)).isoformat()
    return (anchor - timedelta(days=(back or 7) if lead == "last" else back)).isoformat()
