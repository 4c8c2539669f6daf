"""Page dates -> ISO 8601 with offset, in the publisher's zone, with precision and where it was read.

A stamp is anchored: a year, month and day in a known order. Nothing is guessed from running text. Impossible
dates are None. Zone: the offset that the stamp states, else the page's or the publisher's zone; stamps in UTC are
brought to the publisher's zone, so that the day is the publisher's day.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

EARLIEST_YEAR = 1995
"""News on the web begins about here; earlier stamps are placeholders."""
SLACK = timedelta(days=2)
"""A date may lie this far past the capture (clocks and zones differ); further on it is invalid."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari janeiro janv ene gen ocak januar januára "
            "stycznia januari tammikuu января январь januarie ledna sijecnja siječnja ianuarie ιανουαρίου "
            "січня студзеня sausio janvāris jaanuar janúar يناير ژانویه ינואר जनवरी มกราคม januwari",
            "feb february februar février fevrier febrero febbraio februari fevereiro fév fev şubat lutego "
            "февраля helmikuu února unora veljače februarie φεβρουαρίου лютого vasario februāris veebruar "
            "febrúar فبراير פברואר फरवरी กุมภาพันธ์ februwari",
            "mar march märz marz mars marzo maart março mär mrz maret mart marca марта maaliskuu března "
            "brezna marec ožujka martie μαρτίου березня kovo märts març مارس آذار מרץ मार्च มีนาคม mac machi "
            "marti mrt",
            "apr april avril abril aprile avr abr nisan kwietnia апреля huhtikuu dubna travnja aprilie "
            "απριλίου квітня balandžio aprīlis aprill apríl أبريل ابريل نيسان אפריל अप्रैल เมษายน aprili",
            "may mai mayo maggio mei maio mayıs maj maja мая toukokuu května kvetna máj svibnja μαΐου μαίου "
            "травня gegužės maijs مايو أيار מאי मई พฤษภาคม maí",
            "jun june juni juin junio giugno junho haziran czerwca июня kesäkuu června cervna lipnja iunie "
            "ιουνίου червня birželio jūnijs juuni júní يونيو حزيران יוני जून มิถุนายน jún junie",
            "jul july juli juillet julio luglio julho juil temmuz lipca июля heinäkuu července cervence "
            "srpnja iulie ιουλίου липня liepos jūlijs juuli júlí يوليو تموز יולי जुलाई กรกฎาคม julai júl "
            "julie",
            "aug august août aout agosto augustus ago ağustos sierpnia августа agustus elokuu augusti srpna "
            "kolovoza αυγούστου серпня rugpjūčio augusts ágúst أغسطس آب אוגוסט अगस्त สิงหาคม ogos agosti",
            "sep sept september septembre septiembre settembre setembro eylül września сентября syyskuu září "
            "zari rujna septembrie σεπτεμβρίου вересня rugsėjo septembris سبتمبر أيلول ספטמבר सितंबर กันยายน "
            "septemba",
            "oct october oktober octobre octubre ottobre outubro okt ekim października октября lokakuu října "
            "rijna octombrie οκτωβρίου жовтня spalio oktobris október أكتوبر اكتوبر אוקטובר अक्टूबर ตุลาคม "
            "oktoba",
            "nov november novembre noviembre novembro kasım listopada ноября marraskuu nopember listopadu "
            "studenoga studenog noiembrie νοεμβρίου листопада lapkričio novembris nóvember نوفمبر נובמבר "
            "नवंबर พฤศจิกายน novemba",
            "dec december dezember décembre decembre diciembre dicembre dezembro déc dez dic aralık grudnia "
            "декабря desember joulukuu des prosince prosinca decembrie δεκεμβρίου грудня gruodžio decembris "
            "ديسمبر דצמבר दिसंबर ธันวาคม disember desemba dis",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ,]{1,3}(?P<H>\d{1,2}):(?P<M>\d{2})"
    r"(?::(?P<S>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}(?!\d))?)?",
)
_PACKED = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})T?(?:(?P<H>\d{2}):?(?P<M>\d{2})"
    r":?(?P<S>\d{2})?)?(?P<z>Z|[+-]\d{2}:?\d{2})?(?!\d)"
)
_KOREAN = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?[.년/-]\s?(?P<m>\d{1,2})\s?[.월/-]\s?(?P<d>\d{1,2})"
    r"\s?[.일]?\s?(?:\([월화수목금토일一-龥]\)|[월화수목금토일]요일)?[\s,(|]{0,3}"
    r"(?:(?P<half>오전|오후|AM|PM|am|pm|a\.m\.|p\.m\.|上午|下午|午前|午後)\s?)?(?:(?P<H>\d{1,2})"
    r"\s?[:시時]\s?(?P<M>\d{1,2})?\s?[:분分]?\s?(?P<S>\d{2})?)?"
)
_JAPANESE = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日[^\d]{0,6}(?:(?P<half>午前|午後|"
    r"上午|下午)\s?)?(?:(?P<H>\d{1,2})\s?[:：時时]\s?(?P<M>\d{1,2})?)?"
)
_DAY_FIRST = re.compile(
    r"(?<![\d.])(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>(?:19|20)\d{2})(?:[\s,|–-]{1,4}(?:um |at |"
    r"à |alle |kl\. ?|kl )?(?P<H>\d{1,2})[:.h](?P<M>\d{2}))?"
)
_NAMED_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s-](?:de |of )?(?P<name>[^\W\d_]{3,12})\.?,"
    r"?[\s-](?:de |del )?(?P<y>(?:19|20)\d{2})"
    r"(?:[\s,|–-]{1,4}(?:um |at |à |alle |a las |kl\. ?|kl |pukul )?(?P<H>\d{1,2})[:.h](?P<M>\d{2})"
    r"(?::(?P<S>\d{2}))?\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<z>GMT|UTC|Z|[+-]\d{2}:?\d{2})?)?"
)
_NAMED_MONTH_FIRST = re.compile(
    r"(?P<name>[^\W\d_]{3,12})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>(?:19|20)\d{2})"
    r"(?:[\s,|–-]{1,4}(?:at )?(?P<H>\d{1,2})[:.](?P<M>\d{2})(?::(?P<S>\d{2}))"
    r"?\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<z>GMT|UTC|Z|[+-]\d{2}:?\d{2})?)?"
)
_SHORT_YEAR = re.compile(
    r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<yy>\d{2})(?![\d.])(?:[\s,|–-]{1,4}(?:um |kl\. ?|kl )?"
    r"(?P<H>\d{1,2})[:.](?P<M>\d{2}))?"
)
_FORMS = (_ISO, _JAPANESE, _KOREAN, _NAMED_DAY_FIRST, _NAMED_MONTH_FIRST, _DAY_FIRST, _PACKED, _SHORT_YEAR)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment read from a page. `moment` is aware; `precision` is second, minute or day."""

    moment: datetime
    precision: str
    source: str

    def iso(self) -> str:
        """ISO 8601 with offset; the time of day is left out where it was not stated."""
        if self.precision == "day":
            return self.moment.replace(hour=0, minute=0, second=0, microsecond=0).isoformat(timespec="seconds")
        return self.moment.isoformat(timespec="seconds")


def zone_of(name: str | None) -> tzinfo | None:
    """The zone for an IANA name; None for none or an unknown one."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def read(text: str, source: str, zone: tzinfo | None = None, now: datetime | None = None) -> Stamp | None:
    """The first date in a stamp, or None if there is none or it is impossible. Never raises.

    Args:
        text: A stamp: a meta value, a `time` element, a labelled line. Only its first 120 characters are read.
        source: Kept with the result.
        zone: The publisher's zone, for stamps without offset and to bring UTC stamps to the publisher's day.
        now: The capture's instant; later dates than two days past it are invalid.
    """
    line = text.strip()[:120]
    if _EPOCH.match(line):
        return _from_epoch(line, source, zone, now)
    for form in _FORMS:
        match = form.search(line)
        if match:
            for parts in _orders(match.groupdict()) if form is _DAY_FIRST else (match.groupdict(),):
                stamp = _built(parts, source, zone)
                if stamp and _is_possible(stamp.moment, now):
                    return stamp
            return None
    return None


def _orders(parts: dict[str, str | None]) -> tuple[dict[str, str | None], ...]:
    """Day before month, as most of the world writes; the other way round is tried where that cannot be a past day."""
    return parts, {**parts, "d": parts["m"], "m": parts["d"]}


def _from_epoch(line: str, source: str, zone: tzinfo | None, now: datetime | None) -> Stamp | None:
    seconds = int(line) / (1000 if len(line) == 13 else 1)
    moment = datetime.fromtimestamp(seconds, UTC)
    stamp = Stamp(moment.astimezone(zone) if zone else moment, "second", source)
    return stamp if _is_possible(moment, now) else None


def _is_possible(moment: datetime, now: datetime | None) -> bool:
    if moment.year < EARLIEST_YEAR or moment.year > 2200:
        return False
    return now is None or moment <= now + SLACK


def _built(parts: dict[str, str | None], source: str, zone: tzinfo | None) -> Stamp | None:
    month = parts.get("m")
    number = int(month) if month else _MONTHS.get((parts.get("name") or "").lower())
    if number is None:
        return None
    stated_hour = parts.get("H")
    hour = int(stated_hour) if stated_hour else None
    half = (parts.get("half") or "").lower().replace(".", "")
    if hour is not None and half:
        # 오전 12시 is midnight, 오후 12시 noon; the same holds for am and pm.
        hour = hour % 12 + (12 if half in ("오후", "pm", "下午", "午後") else 0)
    offset = _offset(parts.get("z"))
    if parts.get("z") and offset is None:
        return None
    stated = offset or zone or UTC
    try:
        moment = datetime(
            int(parts.get("y") or f"20{parts.get('yy') or '00'}"),
            number,
            int(parts["d"] or 0),
            hour or 0,
            int(parts.get("M") or 0),
            int(parts.get("S") or 0),
            tzinfo=stated,
        )
        if offset is UTC and zone is not None and hour is not None:
            moment = moment.astimezone(zone)
    except (ValueError, OverflowError):
        return None
    precision = "day" if hour is None else "second" if parts.get("S") else "minute"
    return Stamp(moment, precision, source)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        return None
    if minutes == 0:
        return UTC
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
