"""The zone a publisher lives in, by its host's country or its language, where that leaves one zone.

Stamps without an offset are the publisher's own time, and a stamp in UTC may fall on another day there. Countries
with several zones (the United States, Russia, Brazil, Australia, Indonesia, ...) decide nothing, nor do country codes
that the world registers for other reasons (`co`, `tv`, `io`). Zones after the IANA time zone database.
"""

from zoneinfo import ZoneInfo

COUNTRIES = {
    "kr": "Asia/Seoul", "jp": "Asia/Tokyo", "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "hk": "Asia/Hong_Kong",
    "sg": "Asia/Singapore", "my": "Asia/Kuala_Lumpur", "ph": "Asia/Manila", "th": "Asia/Bangkok",
    "vn": "Asia/Ho_Chi_Minh", "in": "Asia/Kolkata", "pk": "Asia/Karachi", "bd": "Asia/Dhaka", "lk": "Asia/Colombo",
    "np": "Asia/Kathmandu", "ae": "Asia/Dubai", "sa": "Asia/Riyadh", "il": "Asia/Jerusalem", "ir": "Asia/Tehran",
    "tr": "Europe/Istanbul", "am": "Asia/Yerevan", "ge": "Asia/Tbilisi", "az": "Asia/Baku",
    "de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich", "li": "Europe/Vaduz", "fr": "Europe/Paris",
    "it": "Europe/Rome", "nl": "Europe/Amsterdam", "be": "Europe/Brussels", "lu": "Europe/Luxembourg",
    "dk": "Europe/Copenhagen", "no": "Europe/Oslo", "se": "Europe/Stockholm", "fi": "Europe/Helsinki",
    "is": "Atlantic/Reykjavik", "ie": "Europe/Dublin", "uk": "Europe/London", "pl": "Europe/Warsaw",
    "cz": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest", "si": "Europe/Ljubljana",
    "hr": "Europe/Zagreb", "rs": "Europe/Belgrade", "bg": "Europe/Sofia", "ro": "Europe/Bucharest",
    "gr": "Europe/Athens", "ua": "Europe/Kyiv", "lt": "Europe/Vilnius", "lv": "Europe/Riga", "ee": "Europe/Tallinn",
    "by": "Europe/Minsk", "mt": "Europe/Malta", "cy": "Asia/Nicosia", "za": "Africa/Johannesburg",
    "na": "Africa/Windhoek", "ls": "Africa/Maseru", "zw": "Africa/Harare", "bw": "Africa/Gaborone",
    "ke": "Africa/Nairobi", "tz": "Africa/Dar_es_Salaam", "ug": "Africa/Kampala", "et": "Africa/Addis_Ababa",
    "ng": "Africa/Lagos", "gh": "Africa/Accra", "eg": "Africa/Cairo", "ma": "Africa/Casablanca", "dz": "Africa/Algiers",
    "tn": "Africa/Tunis", "ar": "America/Argentina/Buenos_Aires", "pe": "America/Lima",
    "uy": "America/Montevideo", "ve": "America/Caracas", "nz": "Pacific/Auckland",
}  # fmt: skip
LANGUAGES = {
    "ko": "Asia/Seoul", "ja": "Asia/Tokyo", "th": "Asia/Bangkok", "vi": "Asia/Ho_Chi_Minh", "tr": "Europe/Istanbul",
    "he": "Asia/Jerusalem", "ka": "Asia/Tbilisi", "hy": "Asia/Yerevan", "uk": "Europe/Kyiv", "pl": "Europe/Warsaw",
    "cs": "Europe/Prague", "sk": "Europe/Bratislava", "hu": "Europe/Budapest", "sl": "Europe/Ljubljana",
    "hr": "Europe/Zagreb", "sr": "Europe/Belgrade", "bg": "Europe/Sofia", "ro": "Europe/Bucharest",
    "el": "Europe/Athens", "lt": "Europe/Vilnius", "lv": "Europe/Riga", "et": "Europe/Tallinn", "fi": "Europe/Helsinki",
    "sv": "Europe/Stockholm", "da": "Europe/Copenhagen", "no": "Europe/Oslo", "is": "Atlantic/Reykjavik",
    "de": "Europe/Berlin", "it": "Europe/Rome", "nl": "Europe/Amsterdam",
}  # fmt: skip


def of_host(host: str) -> ZoneInfo | None:
    """The zone of the country that a host's last label names; None for generic ends and countries of several zones."""
    name = COUNTRIES.get(host.rpartition(".")[2])
    return ZoneInfo(name) if name else None


def of_language(lang: str | None) -> ZoneInfo | None:
    """The zone in which nearly all who publish in a language live; None for languages of several zones."""
    name = LANGUAGES.get(lang or "")
    return ZoneInfo(name) if name else None
