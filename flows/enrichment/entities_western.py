"""Entities outside Korean text, by rules: capitalised runs, titles, company endings, listed places, amounts, times.

Reads text; gives typed spans. Good for languages that write names with capitals (English first; German, French and
Spanish as far as titles and endings carry); Japanese and Chinese get dates and amounts only.
"""

import re
from functools import cache

from flows import gazetteer
from flows.enrichment import dates_western, lexicon, western_grammar
from flows.enrichment.document import Found

VERSION = 2

_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'\-]*[a-zà-öø-ÿ][\w’'\-]*|[A-Z]\."
_PARTICLES = r"(?:de|del|della|di|da|van|von|der|den|bin|al|la|le|du|dos|ibn)"
_RUN = re.compile(
    rf"(?:{_NAME}|[A-Z]{{2,}}[A-Z0-9&]*)(?:[ \u00a0](?:(?:of|for|and|the|&"
    rf"|{_PARTICLES})[ \u00a0](?:the[ \u00a0])?)?(?:{_NAME}|[A-Z]{{2,}}[A-Z0-9&]*))*"
)
_ORG_END = re.compile(
    r"(?:Inc|Corp|Corporation|Ltd|LLC|PLC|plc|Co|Company|Group|Holdings|AG|GmbH|SE|SA|University|Université|Universität|Universidad|College"
    r"|Institute|School|Hospital|Bank|Ministry|Department|Agency|Authority|Commission|Committee|Council|Court|Party|Union|Association"
    r"|Federation|Foundation|Organization|Organisation|Assembly|Parliament|Senate|Congress|Police|Office|Bureau|Service|Times|Post|News"
    r"|Journal|Guardian|Herald|Tribune|Press|Club|FC|United|City Council|Museum|Airlines|Airways|Motors"
    r"|Energy|Bundestag|Partei|Equities|Securities|Capital|Partners|Economics|Research|Industries|Systems|Technologies"
    r"|Solutions|Labs|League|Network|Coalition|Alliance|Center|Centre|Society|Trust|Fund|Board|Academy|Laboratory|Airport"
    r"|Stiftung|Ministerium|Verband|Gesellschaft|Bank|Énergie|Energía|Groupe|Société|Empresa)$"
)
_ORG_START = re.compile(
    r"^(?:University|Ministry|Department|Bank|Institute|Council|Bureau|Office|House|Court|College|Ministère|Université|Banque"
    r"|Ministerio|Universidad|Banco|Ayuntamiento|Comité|Comisión|Instituto|Partido|Tribunal|Conseil|Comité|Institut|Parti"
    r"|Fédération|Agence|Universität|Bundesministerium|Bundesamt|Association|Federation)\b"
)
_SAID_AFTER = re.compile(r",?\s(?:said|says|told|added|wrote|sagte|sagt|a déclaré|dijo)\b|,\s(?:who|the|a|an|\d{2})\b")
_SAID_BEFORE = re.compile(
    r"(?:\b(?:said|says|added|according to|sagte|sagt|déclaré|explique|selon|dijo|afirmó|según))\s$"
)
_WEAK_OFFICES = frozenset(
    (
        "star",
        "host",
        "member",
        "justice",
        "general",
        "king",
        "queen",
        "prince",
        "princess",
        "player",
        "head",
        "chief",
        "chair",
    )
)
"""Words that are offices in speech and as often a part of a name."""
MOST_WORDS = 20
"""Words of a run of capitals that is looked through for a name; a longer one is a heading or an attack."""
_TIME = re.compile(r"\b\d{1,2}(?::\d{2})?\s?(?:a\.m\.|p\.m\.|am|pm|AM|PM|Uhr)|\b\d{1,2}:\d{2}\b")
_AMOUNT = re.compile(
    r"(?:[$€£¥₩]|US\$)\s?\d[\d,.]*(?:\s(?:million|billion|trillion|thousand))?|\b\d[\d,.]*\s?(?:%"
    r"|percent|per cent|Prozent|million|billion"
    r"|trillion|dollars|euros|pounds|people|years old|km|miles|kilometers|kilometres|metres|meters|kg"
    r"|tonnes|tons)\b|\b\d[\d,.]*\s?%"
)


@cache
def _places() -> frozenset[str]:
    return frozenset(lexicon.english_places())


def spans(text: str, lang: str | None) -> list[Found]:
    """Typed spans in order, without overlap."""
    found: list[Found] = [(d.start, d.end, "DT") for d in dates_western.dates(text, 0, None, lang)]
    found += [(*m.span(), "TI") for m in _TIME.finditer(text)]
    found += [(*m.span(), "QT") for m in _AMOUNT.finditer(text)]
    taken = bytearray(len(text) + 1)
    out: list[Found] = []
    for start, end, kind in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            out.append((start, end, kind))
    for match in _RUN.finditer(text):
        for start, end, kind in _run(text, match.start(), match.end(), lang):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                out.append((start, end, kind))
    out.sort()
    return out


def is_body(name: str) -> bool:
    """Whether a capitalised name is that of an organisation, by its ending, its opening or the word lists."""
    last = name.rsplit(maxsplit=1)[-1] if name.strip() else ""
    return bool(_ORG_END.search(last) or _ORG_START.match(name) or name in lexicon.organisations())


def _run(text: str, start: int, end: int, lang: str | None) -> list[Found]:
    """What a capitalised run names; a sentence's first word and titles are left outside."""
    words = [(m.start() + start, m.end() + start, m[0]) for m in re.finditer(r"[^ \u00a0]+", text[start:end])]
    titled = False
    while words and (
        words[0][2].rstrip(".") in gazetteer.terms("western_titles")
        or words[0][2] in gazetteer.terms("western_openers")
    ):
        titled = words[0][2].rstrip(".") in gazetteer.terms("western_titles")
        words.pop(0)
    if not words:
        return []
    words = _without_owner(words)
    named = _behind_office([word for _, _, word in words], (lang or "en")[:2])
    if named:
        words, titled = words[named:], True
    first, last = words[0][0], words[-1][1]
    if text[last - 2 : last] in ("'s", "’s"):
        last -= 2
    name = text[first:last].rstrip("’'.")
    last = first + len(name)
    titled = titled or (len(words) in (2, 3) and _SAID_BEFORE.search(text, max(0, first - 14), first) is not None)
    kind = _kind(name, titled=titled, behind=text[last : last + 20])
    return [(first, last, kind)] if kind and name else []


def _without_owner(words: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """`Vexor’s Clara Holt`, `Brackwater Clara Holt`: the name without whose or where it is, bodies left whole."""
    for at in range(len(words) - 3 if len(words) <= MOST_WORDS else -1, -1, -1):
        rest = words[at + 1 :]
        is_owner = words[at][2].endswith(("'s", "’s"))
        is_site = at == 0 and words[0][2] in _places() and rest[0][2] in gazetteer.terms("western_first_names")
        if (is_owner or is_site) and not is_body(" ".join(word for _, _, word in rest)):
            return rest
    return words


def _behind_office(words: list[str], lang: str) -> int:
    """`Transport Minister Owen Teller`, `Stürmer Nils Fahrner`: where the name behind an office begins; 0 for none."""
    if lang not in western_grammar.LANGUAGES or not 3 <= len(words) <= MOST_WORDS:
        return 0
    known = western_grammar.grammar(lang)
    for at in range(len(words) - 3, -1, -1):
        rest = words[at + 1 :]
        kinds = western_grammar.office(words[at], known)
        is_office = "role" in kinds and words[at].lower() not in _WEAK_OFFICES
        if is_office and 2 <= len(rest) <= 4 and rest[0][0].isupper() and not is_body(" ".join(rest)):
            return at + 1
    return 0


def _kind(name: str, *, titled: bool, behind: str) -> str | None:
    words = name.split()
    if name in _places():
        return "LC"
    if _ORG_END.search(words[-1]) or _ORG_START.match(name) or (name in lexicon.organisations() and not titled):
        return "OG"
    if titled or (words[0] in gazetteer.terms("western_first_names") and 2 <= len(words) <= 4):
        return "PS"
    if 2 <= len(words) <= 3 and all(w[0].isupper() and not w.isupper() for w in words) and _SAID_AFTER.match(behind):
        return "PS"
    if len(words) == 1 and name.isupper() and 2 <= len(name) <= 6:
        return "OG"
    return None
