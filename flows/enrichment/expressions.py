"""Amounts, clock times and durations as spans: what a pattern alone can tell of DT, TI and QT.

Reads text; gives (start, end, type). The tagger takes these spans as evidence beside the morphemes.
"""

import re
from functools import cache

from flows.enrichment import date_patterns as patterns
from flows.enrichment import lexicon

VERSION = 1

# Repetitions are bounded: `1만 1만 1만 …` would else be read anew from each of its numbers.
_NUMBER = r"(?:\d+(?:[.,]\d+)*(?:\s?[십백천만억조](?:\s?\d[\d,.]*)?){0,8}|[일이삼사오육칠팔구]?[십백천만억조]+)"
_NATIVE = (
    r"(?:한|두|세|네|석|넉|서너|두세|다섯|여섯|일곱|여덟|아홉|열|스무|열한|열두|열세|열네|열다섯|수십"
    r"|수백|수천|수만|몇|여러|첫|양|반)"
)
# As in `date_patterns`, patterns open with the characters that can begin them.
CLOCK = re.compile(
    r"(?=[\d오새아저밤낮정자전후연한])(?:(?:(?:오전|오후|새벽|아침|저녁|밤|낮|정오|자정)\s?)?(?<![\d.])\d{1,2}\s?시(?!즌|리즈|장|민|의|도|군|간|청|속|대|작|범)(?:\s?\d{1,2}\s?분)?(?:\s?\d{1,2}\s?초)?(?:\s?반)?"
    r"|(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])|(?<![\d.,])\d+(?:\.\d+)?\s?(?:시간(?:\s?\d+\s?분)?|분(?!기|의|야|위|석|류|쟁|량)(?:\s?\d+\s?초)?|초(?![가-힣]{2}))"
    r"|(?:전반|후반|연장)\s?\d+\s?분|\d+\s?회\s?[초말]|오전|오후|새벽|한밤|한낮|정오|자정|(?<![가-힣])(?:아침|저녁|밤|낮)(?=[에부까\s]|$))"
)
LASTING = re.compile(
    r"(?=[\d한두세석네넉다여일아열하이사나닷엿보주평휴연반매최요당올지초봄가겨추설크성광삼어현제개핼])(?:(?<![\d.,])\d+\s?(?:년|개월|달(?!러)|주일|주|일)\s?(?:\d+\s?(?:개월|월|일)\s?)?(?:간|째|동안|여|차)?(?![\d가-힣]*층)"
    r"|(?:한|두|세|석|네|넉|다섯|여섯|일곱|여덟|아홉|열)\s?(?:해|달|주)(?=[\s간째동만을이전후뒤])"
    r"|하루|이틀|사흘|나흘|닷새|엿새|열흘|보름|주말|평일|휴일|연휴|반년|매년|매일|매월|매주|매달|최근|요즘|당시"
    r"|(?:올|지난|이번)\s?(?:봄|여름|가을|겨울|시즌)|초?(?:봄|여름|가을|겨울)(?=[\s에이철])|(?:19|20)?\d0년대"
    r"|추석|설날|크리스마스|성탄절|광복절|삼일절|어린이날|어버이날|현충일|제헌절|개천절|한글날|핼러윈)"
)


@cache
def _amount() -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, lexicon.counters()), key=len, reverse=True))
    native = "|".join(
        sorted((re.escape(u) for u, k in lexicon.counters().items() if k in ("count", "rank")), key=len, reverse=True)
    )
    return re.compile(
        rf"(?=[\d제일이삼사오육칠팔구십백천만억조한두세네석넉서다여아열스수몇첫양반])(?:제\s?\d+\s?(?:{units})?|(?<![\d.,A-Za-z]){_NUMBER}\s?여?\s?(?:{units})|{_NATIVE}\s?(?:{native})"
        r"|(?<![\d.A-Za-z])\d+\s?(?:[-:]|대)\s?\d+(?![\d\-])|\d+(?:\.\d+)?%|(?:첫|두|세|네)\s?번째"
        r"|(?<=\()\d{1,3}(?=[)·,.])|(?<![\d.,A-Za-z])\d+(?:[.,]\d+)*(?:\s?[십백천만억조]){0,8})"
    )


def spans(text: str) -> list[tuple[int, int, str]]:
    """Spans of calendar (DT), clock (TI) and amount (QT) expressions; where two overlap DT wins, then TI."""
    taken = bytearray(len(text) + 1)
    found: list[tuple[int, int, str]] = []
    days = [("DT", matches) for matches in patterns.shared_matches(text)]
    others = [(kind, pattern.finditer(text)) for kind, pattern in (("TI", CLOCK), ("DT", LASTING), ("QT", _amount()))]
    for kind, matches in (*days, *others):
        for match in matches:
            start, end = match.span()
            if start < end and taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * (end - start)
                found.append((start, end, kind))
    found.sort()
    return found
