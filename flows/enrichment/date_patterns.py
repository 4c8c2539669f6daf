"""The patterns of Korean calendar expressions, of day counts and of tense. `dates_korean` says what they mean."""

import re
from functools import lru_cache

VERSION = 1

_NOT_SUFFIX = r"(?![가-힣]*(?:년생|년산))"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)\s?년(?!대|간|생|산|물|형|식|도산)도?"
_YEAR_WORD = (
    r"(?P<year_word>지지난해|지난\s?해|작년|재작년|올해|금년|올(?=\s\d|\s?(?:초|말|연말|상반기|하반기))"
    r"|내년|내후년|이듬해|전년|다음\s?해)"
)
_MONTH = r"(?P<month>1[0-2]|0?[1-9])\s?월(?!드)달?"
_MONTH_WORD = r"(?P<month_word>지지난\s?달|지난\s?달|이달|이번\s?달|다음\s?달|내달|새달)"
_NO_DAY_AFTER = (
    r"(?!간|째|만에|\s?만(?:에|이)|\s?동안|\s?연속|\s?이내|\s?내내|\s?정도|\s?가량|\s?이상|\s?넘게|치|분|권|장|꼴|쯤 걸"
    r"|차(?![가-힣])|\s평균|\s\d+(?:회|차례|번|시간)|당)"
)
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])\s?일" + _NO_DAY_AFTER
_PART = r"(?P<part>\s?(?:초순|중순|하순|초반|중반|후반|초(?![가-힣]{2,})|말(?!씀|레|다|하|했|을|이|을))|\s(?:초|말))"
_YEAR_PART = (
    r"(?P<year_part>초(?![가-힣]{2,})|말(?!씀|레|다|하|했)|연초|연말|상반기|하반기|(?P<quarter>[1-4])\s?분기"
    r"|(?P<season>봄|여름|가을|겨울))"
)
_WEEKDAY = r"(?:\s?\(\s?(?:[월화수목금토일]|[월화수목금토일]요일)\s?\))?"
_LEFT = r"(?<![\d.,/~\-–∼:가-힣A-Za-z])"
_LEFT_DAY = r"(?<![\d.,/:A-Za-z])(?<!제)(?<!총)"

# Patterns open with the characters that can begin them: at most places of a text one look is quicker than all the
# alternatives. A test works them out from the rest of the pattern.
CALENDAR = re.compile(
    r"(?=[0-9지오돌이작재올금내전다새])"
    rf"(?P<lead>지난\s?|오는\s?|돌아오는\s?|이번\s?)?(?:{_LEFT_DAY}(?:{_YEAR}|{_LEFT}{_YEAR_WORD})"
    rf"(?:\s?{_MONTH}(?:\s?{_DAY}|{_PART})?|\s?{_YEAR_PART})?"
    rf"|{_LEFT_DAY}{_MONTH.replace('<month>', '<month2>')}"
    rf"(?:\s?{_DAY.replace('<day>', '<day2>')}|{_PART.replace('<part>', '<part2>')})?"
    rf"|{_LEFT}{_MONTH_WORD}(?:\s?{_DAY.replace('<day>', '<day3>')}|{_PART.replace('<part>', '<part3>')})?"
    rf"|{_LEFT_DAY}{_DAY.replace('<day>', '<day4>')}(?!반|기예보)){_WEEKDAY}{_NOT_SUFFIX}"
)
NUMERIC = re.compile(
    r"(?=[12])(?<![\d./\-])(?P<year>(?:19|20)\d\d)(?:\.\s?|-|/)(?P<month>1[0-2]|0?[1-9])(?:(?:\.\s?|-|/)(?P<day>3[01]|[12]\d|0?[1-9]))"
    r"(?![\d\-/])\.?(?![\d])"
)
COUNTS = {
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열":
    10,
}  # fmt: skip
DAY_COUNTS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
}
_AFTER_AGO = (
    r"(?=\s*(?:에|부터|까지|쯤|만|께|의|인|보다|과|엔|,|\.|\)|”|\"|'|’|$)|\s(?!대통령|총리|대표|장관"
    r"|의원|회장|세계|국민|직원))"
)
AGO = re.compile(
    rf"(?P<about>약\s)?(?<![\d.,가-힣])(?:(?P<n>\d{{1,3}}|{'|'.join(COUNTS)})\s?(?P<unit>년|개월|달|주일|주|일)"
    rf"|(?P<words>{'|'.join(DAY_COUNTS)}))\s?(?P<way>전|뒤|후){_AFTER_AGO}"
)
DEICTIC = re.compile(
    r"(?=[오어그엊내모이당사전다연올지같])"
    r"(?<![가-힣A-Za-z])(?P<word>오늘(?!날)|어제|그저께|그제|엊그제|내일|모레|이날|그날|같은 날|당일"
    r"|사건 당일|사고 당일|그 전날|전날"
    r"|전일(?=\s?(?:대비|보다|\())|이튿날|다음\s?날|연초|연말|연내|올봄|올여름|올가을|올겨울|지난봄|지난여름|지난가을|지난겨울"
    r"|지난\s?봄|지난\s?여름|지난\s?가을|지난\s?겨울|올\s봄|올\s여름|올\s가을|올\s겨울)"
    r"(?P<paren>\((?:\d{1,2}월\s?)?(?P<day>\d{1,2})일\))?"
)
WEEK = re.compile(
    r"(?=[지이금다내오월화수목토일])"
    r"(?<![가-힣A-Za-z])(?:(?P<week>지지난\s?주|지난\s?주|이번\s?주|금주|다음\s?주|내주)(?!년|기|요|식|민|장|인|변|제|최)"
    r"(?:\s?(?P<wday>[월화수목금토일])요일)?|(?P<lead>지난\s?|오는\s?"
    r"|이번\s?)?(?<!매주 )(?P<only>[월화수목금토일])요일)"
)
PERIOD = re.compile(
    r"(?=[0-9지올상하])(?:(?<![가-힣A-Za-z\d])(?P<lead>지난\s|올\s)?(?:(?P<quarter>[1-4])\s?분기|(?P<half>상반기|하반기))|(?P<decade>(?:19|20)\d0)년대)"
)
DOTTED = re.compile(r"(?<![\d.·])(?P<month>1[0-2]|[1-9])[·.](?P<day>3[01]|[12]\d|[1-9])(?![\d·.%]|만|배|점|인치|명|원)")
SHARED = (NUMERIC, CALENDAR, DEICTIC, WEEK, PERIOD)
"""Patterns that the tagger's marks and the dates both ask of every text."""
_MOST_REMEMBERED_CHARS = 20_000
VOTE = re.compile(r"\s?(?:전국동시)?(?:지방선거|총선|대선|재보선|재·보선|재보궐|보궐선거|전당대회|지선|선거)")
FUTURE = re.compile(
    r"예정|계획|앞두|열린다|열립니다|열릴|개최한다|개최된다|시작한다|시작된다|될 전망|할 전망|전망이다"
    r"|방침|것으로 보|것으로 예상"
    r"|하기로|개막한다|출시한다|시행한다|시행된다|치러|선보인다|나선다|확정된다|진행된다|진행한다|돌입한다|들어간다|입촌한다|출전하는"
    r"|까지 (?:연|열|접수|모집|신청)|겠(?:다|습니다)|할 것|될 것|이르면|늦어도"
)
PAST = re.compile(r"[가-힣](?:었|았|였)|[했됐갔왔났봤냈졌렸겼꼈쳤켰혔섰뒀줬웠췄뒀켰였]|당시|이후|이래|부터")


def shared_matches(text: str) -> tuple[tuple[re.Match[str], ...], ...]:
    """Matches of each of SHARED, in their order; an article's texts are remembered until the next articles come."""
    return _remembered(text) if len(text) <= _MOST_REMEMBERED_CHARS else _searched(text)


def _searched(text: str) -> tuple[tuple[re.Match[str], ...], ...]:
    return tuple(tuple(pattern.finditer(text)) for pattern in SHARED)


_remembered = lru_cache(maxsize=256)(_searched)
