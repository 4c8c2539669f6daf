"""Korean calendar expressions: the grammar, and what each one means on a given day.

Reads text, an anchor day and what was said before; gives value strings. The rules follow how Korean news writes:
`지난 15일` is the latest 15th before publication, a bare `18일` the latest one not after it, `5월` the nearest May
that the verb of its clause allows. Without a day of publication only what carries its own year gets a value.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from flows import gazetteer
from flows.enrichment.date_patterns import COUNTS, DAY_COUNTS, FUTURE, PAST, VOTE

CLAUSE_CHARS = 60
"""How far behind an expression its verb is looked for: the longest clause seen in news prose."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression is read against: the day of publication, the day in hand, the last day named."""

    anchor: date | None
    today: date | None = None  # what 이날 and 전날 mean here
    last: date | None = None  # what 그날 and 이튿날 mean here


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, the day it names if it names one, and whether later 이날 may mean that day."""

    value: str
    day: date | None = None
    sets_today: bool = False
    confidence: float = 0.9


def month_value(year: int, month: int) -> str:
    """2026-05."""
    return f"{year:04d}-{month:02d}"


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """Year and month `by` months later (earlier where negative)."""
    at = year * 12 + month - 1 + by
    return at // 12, at % 12 + 1


def a_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    if not (1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def clause(text: str, end: int) -> str:
    """What follows an expression, up to its sentence's end."""
    rest = text[end : end + CLAUSE_CHARS]
    stop = re.search(r"[.?!]\s|[.?!]$", rest)
    return rest[: stop.start() + 1] if stop else rest


def is_future(rest: str) -> bool:
    """Whether the clause speaks of what is to come. The nearest cue decides."""
    future, past = FUTURE.search(rest), PAST.search(rest)
    return future is not None and (past is None or future.start() < past.start())


def is_past(rest: str) -> bool:
    """Whether the clause tells what has happened."""
    return PAST.search(rest) is not None


def _nearest_month(anchor: date, month: int, rest: str, lead: str) -> int:
    """The year of a month named without one."""
    ahead = (month - anchor.month) % 12
    if lead.startswith("지난"):
        return anchor.year if month <= anchor.month else anchor.year - 1
    if lead.startswith(("오는", "돌아오는")) or is_future(rest):
        return anchor.year + (anchor.month + ahead > 12)
    # A near month in a clause without past tense is to come; otherwise news tells what was.
    if ahead and ahead <= 2 and not is_past(rest):
        return anchor.year + (anchor.month + ahead > 12)
    return anchor.year if month <= anchor.month else anchor.year - 1


def _bare_day(anchor: date, number: int, rest: str, lead: str) -> date | None:
    """A day of the month named without its month."""
    if lead.startswith(("오는", "돌아오는")):
        ahead = True
    elif lead.startswith("이번"):
        return a_day(anchor.year, anchor.month, number)
    else:
        ahead = number > anchor.day and not lead and is_future(rest)
    year, month = anchor.year, anchor.month
    limit = anchor.day - (1 if lead.startswith("지난") else 0)
    for _ in range(4):
        found = a_day(year, month, number)
        if found and (found >= anchor if ahead else (found.month != anchor.month or number <= limit)):
            return found
        year, month = shift_month(year, month, 1 if ahead else -1)
    return None


_YEAR_SHIFT = {
    "지지난해": -2,
    "재작년": -2,
    "지난해": -1,
    "작년": -1,
    "전년": -1,
    "올해": 0,
    "금년": 0,
    "올": 0,
    "내년": 1,
    "다음해": 1,
    "내후년": 2,
}
_MONTH_SHIFT = {"지지난달": -2, "지난달": -1, "이달": 0, "이번달": 0, "다음달": 1, "내달": 1, "새달": 1}
_SEASONS = {"봄": (3, 5), "여름": (6, 8), "가을": (9, 11), "겨울": (12, 2)}


def season_value(year: int, name: str) -> str:
    """A season as the interval of its months; the winter of a year begins in its December."""
    first, last = _SEASONS[name]
    end_year = year + (last < first)
    return f"{year}-{first:02d}-01/{end_year}-{last:02d}-{monthrange(end_year, last)[1]:02d}"


def _year_of(match: re.Match[str], context: Context) -> int | None:
    if match["year"]:
        return int(match["year"])
    word = re.sub(r"\s", "", match["year_word"] or "")
    if word == "이듬해":
        return context.last.year + 1 if context.last else None
    return context.anchor.year + _YEAR_SHIFT[word] if context.anchor and word in _YEAR_SHIFT else None


def _year_part(year: int, match: re.Match[str]) -> str:
    part = match["year_part"]
    if match["quarter"]:
        return f"{year}-Q{match['quarter']}"
    if match["season"]:
        return season_value(year, match["season"])
    return {"상반기": f"{year}-01-01/{year}-06-30", "하반기": f"{year}-07-01/{year}-12-31"}.get(part, str(year))


def calendar(match: re.Match[str], text: str, context: Context) -> Reading | None:
    """What a `CALENDAR` match means."""
    anchor, lead = context.anchor, match["lead"] or ""
    rest = clause(text, match.end())
    if match["year"] or match["year_word"]:
        year = _year_of(match, context)
        if year is None:
            return None
        if not match["month"]:
            return Reading(_year_part(year, match) if match["year_part"] else str(year))
        return _with_month(year, int(match["month"]), match["day"], is_fresh=False)
    if anchor is None:
        return None
    if match["month2"]:
        month = int(match["month2"])
        if match["day2"]:
            return _month_and_day(anchor, month, int(match["day2"]), rest, lead)
        return Reading(month_value(_nearest_month(anchor, month, rest, lead), month), confidence=0.8)
    if match["month_word"]:
        year, month = shift_month(anchor.year, anchor.month, _MONTH_SHIFT[re.sub(r"\s", "", match["month_word"])])
        return _with_month(year, month, match["day3"], is_fresh=False)
    found = _bare_day(anchor, int(match["day4"]), rest, lead)
    return Reading(found.isoformat(), found, sets_today=not lead) if found else None


def _with_month(year: int, month: int, day: str | None, *, is_fresh: bool) -> Reading | None:
    if not day:
        return Reading(month_value(year, month))
    found = a_day(year, month, int(day))
    return Reading(found.isoformat(), found, sets_today=is_fresh) if found else None


def _month_and_day(anchor: date, month: int, day: int, rest: str, lead: str) -> Reading | None:
    year = _nearest_month(anchor, month, rest, lead)
    found = a_day(year, month, day)
    if found and found > anchor and found.month == anchor.month and is_past(rest) and not is_future(rest):
        found = a_day(year - 1, month, day)
    return Reading(found.isoformat(), found, sets_today=found == anchor) if found else None


def ago(match: re.Match[str], context: Context) -> Reading | None:
    """`2년 전`, `두 달 뒤`, `사흘 전`: counted from the day of publication, as exact as the unit."""
    if context.anchor is None:
        return None
    sign = -1 if match["way"] == "전" else 1
    if match["words"]:
        return _days_off(context.anchor, sign * DAY_COUNTS[match["words"]])
    number = COUNTS.get(match["n"]) or int(match["n"])
    unit = match["unit"]
    if unit == "년":
        year = context.anchor.year + sign * number
        return Reading(f"{year:04d}", confidence=0.7) if 0 < year < 10_000 else None
    if unit in ("개월", "달"):
        return Reading(
            month_value(*shift_month(context.anchor.year, context.anchor.month, sign * number)), confidence=0.7
        )
    if unit in ("주", "주일"):
        return Reading(week_value(context.anchor + timedelta(weeks=sign * number)), confidence=0.6)
    return _days_off(context.anchor, sign * number)


def _days_off(anchor: date, days: int) -> Reading:
    found = anchor + timedelta(days=days)
    return Reading(found.isoformat(), found, confidence=0.7)


def week_value(day: date) -> str:
    """The week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


_DEICTIC_DAYS = {"오늘": 0, "어제": -1, "그저께": -2, "그제": -2, "엊그제": -2, "내일": 1, "모레": 2}


def deictic(match: re.Match[str], context: Context) -> Reading | None:
    """`오늘(20일)`, `이날`, `그 전날`, `연초`, `올겨울`."""
    word, anchor = re.sub(r"\s", "", match["word"]), context.anchor
    if word in _DEICTIC_DAYS:
        found = anchor + timedelta(days=_DEICTIC_DAYS[word]) if anchor else None
        return Reading(found.isoformat(), found, sets_today=True) if found else None
    if word.endswith(("봄", "여름", "가을", "겨울")):
        return _season(word, anchor) if anchor else None
    if word in ("연초", "연말", "연내"):
        return Reading(str(anchor.year)) if anchor else None
    if word == "이날":
        base, by = context.today or anchor, 0
    elif word in ("전날", "전일"):
        base, by = context.today or anchor, -1
    elif word == "그전날":
        base, by = context.last, -1
    elif word in ("이튿날", "다음날"):
        base, by = context.last, 1
    else:
        base, by = context.last or context.today, 0
    found = base + timedelta(days=by) if base else None
    return Reading(found.isoformat(), found, confidence=0.8) if found and anchor else None


def _season(word: str, anchor: date) -> Reading:
    """This or the last season: the winter spoken of before December is the one that ended this year."""
    name = word.removeprefix("올").removeprefix("지난")
    year = anchor.year - (name == "겨울" and anchor.month < 10)
    if word.startswith("지난") and name != "겨울" and _SEASONS[name][0] > anchor.month:
        year -= 1
    return Reading(season_value(year, name))


def week(match: re.Match[str], text: str, context: Context) -> Reading | None:
    """`다음 주`, `지난주 금요일`, `오는 금요일`, a bare `월요일`."""
    anchor = context.anchor
    if anchor is None:
        return None
    if match["week"]:
        name = re.sub(r"\s", "", match["week"])
        weeks = {"지지난주": -2, "지난주": -1, "다음주": 1, "내주": 1}.get(name, 0)
        day = anchor + timedelta(weeks=weeks)
        if not match["wday"]:
            return Reading(week_value(day))
        found = day - timedelta(days=day.weekday()) + timedelta(days="월화수목금토일".index(match["wday"]))
        return Reading(found.isoformat(), found)
    if text[: match.start()].rstrip().endswith(("매주", "매달", "격주")):
        return None
    back = (anchor.weekday() - "월화수목금토일".index(match["only"])) % 7
    lead = match["lead"] or ""
    if lead.startswith("오는") or (not lead and is_future(clause(text, match.end()))):
        found = anchor + timedelta(days=(-back) % 7)
    else:
        found = anchor - timedelta(days=7 if lead.startswith("지난") and not back else back)
    return Reading(found.isoformat(), found, confidence=0.7)


def period(match: re.Match[str], context: Context) -> Reading | None:
    """`1분기`, `상반기`, `1990년대`."""
    if match["decade"]:
        return Reading(f"{match['decade']}/{int(match['decade']) + 9}")
    if context.anchor is None:
        return None
    year = context.anchor.year
    if match["quarter"]:
        number = int(match["quarter"])
        late = (match["lead"] or "").startswith("지난") and number > (context.anchor.month - 1) // 3
        return Reading(f"{year - late}-Q{number}", confidence=0.7)
    return Reading(
        f"{year}-01-01/{year}-06-30" if match["half"] == "상반기" else f"{year}-07-01/{year}-12-31", confidence=0.7
    )


@cache
def _memorial_days() -> dict[str, str]:
    return {row["day"]: row["value"] for row in gazetteer.table("memorial_days")}


def dotted(match: re.Match[str], text: str, context: Context) -> Reading | None:
    """`6·3 지방선거` (the nearest such day), `12·3 비상계엄` (a day of history)."""
    key = f"{int(match['month'])}·{int(match['day'])}"
    if VOTE.match(text, match.end()):
        found = _nearest_day(context.anchor, int(match["month"]), int(match["day"]))
        return Reading(found.isoformat(), None, confidence=0.8) if found else None
    known = _memorial_days().get(key)
    named = re.match(r"(?:절|\s?[가-힣]{2,})", text[match.end() : match.end() + 8])
    return Reading(known, confidence=0.8) if known and named else None


def _nearest_day(anchor: date | None, month: int, day: int) -> date | None:
    if anchor is None:
        return None
    found = [d for d in (a_day(anchor.year + by, month, day) for by in (-1, 0, 1)) if d]
    return min(found, key=lambda d: abs(d - anchor), default=None)


def numeric(match: re.Match[str]) -> Reading | None:
    """`2026.01.18`, `2026-01-18`."""
    found = a_day(int(match["year"]), int(match["month"]), int(match["day"]))
    return Reading(found.isoformat(), found) if found else None


def moved(context: Context, found: Reading, *, same_paragraph_only: bool) -> Context:
    """The context after an expression: what 이날 and 그날 mean from here on."""
    if found.day is None:
        return context
    today = found.day if found.sets_today and not same_paragraph_only else context.today
    return replace(context, today=today, last=found.day)
