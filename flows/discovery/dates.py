"""Dates as channels print them, to instants. Pure: the time zone and the present arrive as arguments.

No library is asked: feedparser takes a date that states no zone for UTC, nine hours off for a Korean feed, and
dateparser reads `18일` as eighteen days ago.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from flows.discovery.entries import MAX_DATE_CHARS

EARLIEST = datetime(
    1995, 1, 1, tzinfo=UTC
)  # no newspaper published on the web before; older values are defaults of a CMS
LATEST = timedelta(days=2)  # ahead of the present: clocks and wrongly named zones err by hours, placeholders by years

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan januar january", "feb februar february", "mar march mär märz", "apr april", "may mai", "jun june juni",
         "jul july juli", "aug august", "sep sept september", "oct october okt oktober", "nov november",
         "dec december dez dezember"), start=1,
    )
    for name in names.split()
}  # fmt: skip
# Names of RFC 822, and those that Asian and European feeds print. Names that mean two zones (IST, CST in Asia) are left
# out, except the American ones that RFC 822 itself fixes.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "kst": 9, "jst": 9, "hkt": 8, "sgt": 8, "cet": 1, "cest": 2,
    "bst": 1, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
}  # fmt: skip

_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./]|년) ?(\d{1,2})(?:[-./]|월) ?(\d{1,2})(?:일|\.)?(?!\d)")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?$")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?$")
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]{1,12}[,.]? ?)?(\d{1,2})[. -]{1,2}([^\W\d]{3,9}|\d{1,2}월)[., -]{1,2}(\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?:[^\W\d]{1,12},? )?([^\W\d]{3,9})\.? (\d{1,2}),? (\d{4})(?!\d)")
_UNIX = re.compile(r"[^\W\d]{3} ([^\W\d]{3}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)(?: ([A-Z]{3,4}|[+-]\d{4}))? (\d{4})$")
_TIME = re.compile(
    r"[T,. (]*(?:(오전|오후|[AaPp]\.?[Mm]\.?) ?)?"
    r"(\d{1,2})(?::|시 ?)(?:(\d{1,2})(?:분 ?)?)?(?::?(\d{1,2})(?:초)?(?:[.,]\d{1,9})?)?"
    r"(?: ?([AaPp]\.?[Mm]\.?)(?![A-Za-z]))?"
)
_ZONE = re.compile(r"(?:(?:GMT|UTC)? ?([+-])(\d\d):?(\d\d)?|([A-Za-z]{1,4}))[ )\]]*(?:\([^()]{0,30}\))?$")


def stated_instant(raw: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Read a date as a channel prints it.

    Knows RFC 822 (with two-digit years, missing or foreign weekdays, zone names), ISO 8601, the Korean forms
    (`2026.01.18. 오후 3:12`, `2026년 1월 18일 15시 12분`, `월, 18 1월 2026 15:12:00 +0900`), 8, 12 and 14 digits, and
    Unix seconds or milliseconds. A day without a time is its first moment: the raw text tells the two apart.

    Args:
        raw: as printed.
        zone: the publisher's zone, taken where the text names none.
        now: aware; what lies more than LATEST ahead of it, or before EARLIEST, is no date of an article.

    Returns:
        An aware UTC instant, or None where the text is no date, an impossible one (31 February, 24:00), one in a zone
        that has no single meaning, or one out of range. Never raises.
    """
    if not raw:
        return None
    text = " ".join(unicodedata.normalize("NFKC", raw[: 2 * MAX_DATE_CHARS]).split())[:MAX_DATE_CHARS]
    try:
        moment = _read(text, zone)
        instant = moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None
    return instant if instant and EARLIEST <= instant <= now + LATEST else None


def _read(text: str, zone: ZoneInfo) -> datetime | None:
    if epoch := _EPOCH.match(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    if digits := _DIGITS.match(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in digits.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    if unix := _UNIX.match(text):
        month_name, day_text, clock_text, zone_name, year_text = unix.groups()
        return _moment((int(year_text), _month(month_name), int(day_text)), f" {clock_text} {zone_name or ''}", zone)
    if match := _YEAR_FIRST.match(text):
        ymd = int(match[1]), int(match[2]), int(match[3])
    elif match := _DAY_FIRST.match(text):
        year = int(match[3])
        ymd = year if year > 99 else 2000 + year if year < 70 else 1900 + year, _month(match[2]), int(match[1])
    elif match := _MONTH_FIRST.match(text):
        ymd = int(match[3]), _month(match[1]), int(match[2])
    else:
        return None
    return _moment(ymd, text[match.end() :], zone)


def _month(name: str) -> int:
    """Number of a month's name; raises ValueError for a word that is none."""
    number = int(name[:-1]) if name.endswith("월") else _MONTHS.get(name.lower().rstrip("."), 0)
    if not number:
        raise ValueError(name)
    return number


def _moment(ymd: tuple[int, int, int], rest: str, zone: ZoneInfo) -> datetime | None:
    """Join a day with the time and zone printed behind it; None where something else stands there."""
    rest = re.sub(r"^ ?\(?[월화수목금토일](?:요일)?\)?(?= |$)", "", rest)  # 2026.01.18 (일) 15:12
    if not rest.strip(" ."):
        return datetime(*ymd, tzinfo=zone)
    clock = _TIME.match(rest)
    if not clock:
        return None
    before, hour_text, minute, second, after = clock.groups()
    hour = int(hour_text)
    half = (before or after or "").lower()[:2].replace(".", "")
    if half in {"오후", "pm", "p"} and hour < 12:
        hour += 12
    elif half in {"오전", "am", "a"} and hour == 12:
        hour = 0
    offset = _offset(rest[clock.end() :].strip(), zone)
    if offset is None:
        return None
    return datetime(*ymd, hour, int(minute or 0), int(second or 0), tzinfo=offset)


def _offset(text: str, zone: ZoneInfo) -> timezone | ZoneInfo | None:
    """Zone printed behind a time; the publisher's own where none is, None where its meaning is not known."""
    if not text.strip(" .()"):
        return zone
    match = _ZONE.match(text)
    if not match:
        return None
    sign, hours, minutes, name = match.groups()
    if name:
        known = _ZONES.get(name.lower())
        return None if known is None else timezone(timedelta(hours=known))
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if ahead > timedelta(hours=14):  # the largest offset in use, Kiribati
        return None
    return timezone(-ahead if sign == "-" else ahead)
