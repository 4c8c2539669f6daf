"""Country and time zone of a publisher, as far as they can be known without asking a person. Pure."""

from functools import cache
from importlib.resources import files

# Top-level domains that are not the country's of their letters, or are sold to the world: they say nothing.
_SOLD = frozenset(
    {"io", "tv", "me", "co", "ai", "fm", "ly", "cc", "ws", "gg", "to", "ac", "sh", "is", "gl", "la", "vc"}
)
_RENAMED = {"uk": "GB"}
# Languages written by the press of one country above all. English, Spanish, Arabic and their like say no country.
_BY_LANGUAGE = {
    "ko": "KR", "ja": "JP", "vi": "VN", "th": "TH", "pl": "PL", "cs": "CZ", "da": "DK", "nb": "NO", "no": "NO",
    "fi": "FI", "hu": "HU", "tr": "TR", "uk": "UA", "he": "IL", "el": "GR", "id": "ID", "it": "IT", "sv": "SE",
}  # fmt: skip


def country_of(host: str, lang: str | None) -> str | None:
    """ISO 3166-1 code by what the host's top-level domain says, else the region of the language, else the language.

    None where none of them tells: `.com` in English may be anywhere.
    """
    ending = host.rpartition(".")[2].lower()
    by_domain = _RENAMED.get(ending, ending.upper())
    if ending not in _SOLD and by_domain in _zones():
        return by_domain
    first, *rest = (lang or "").split("-")
    region = next((part.upper() for part in rest if len(part) == 2), None)
    return region if region in _zones() else _BY_LANGUAGE.get(first.lower())


def timezones_of(country: str) -> tuple[str, ...]:
    """IANA zones of a country, the database's own order; () for a code that it does not know."""
    return _zones().get(country, ())


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Country -> zones, from the `zone.tab` that comes with the time zone database."""
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found
