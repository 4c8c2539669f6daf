"""How an event is told: asserted, planned, denied or alleged; or not told at all (a condition, a question, a tale).

Reads the morphemes behind the verb and the words up to the end of the sentence.
"""

import re
from collections.abc import Sequence

from flows.enrichment.tokens import Token

VERSION = 1

ASSERTED, PLANNED, DENIED, ALLEGED = "asserted", "planned", "denied", "alleged"
MODALITIES = (ASSERTED, PLANNED, DENIED, ALLEGED)

_PLAN_NOUNS = frozenset(["예정", "계획", "방침", "전망", "것"])
_PLAN = re.compile(
    r"(?:예정|계획|방침|전망)(?:이|인|을|으로|임|\.|$)|기로\s?(?:했|합의|결정|의결)|겠다|[을ㄹ할될]\s것(?:이|으로)|추진"
)
_DENIAL = re.compile(
    r"사실이\s아니|사실과\s다르|사실무근|부인(?:했|하|했습)|일축(?:했|하)|반박(?:했|하)|(?:^|\s)(?:적|바|사실)(?:은|는|이|도)?\s?없"
)
_RUMOUR = re.compile(r"의혹|소문|관측|루머|전언|[가-힣]설(?:이|은|을|도|\s|\.)|주장(?:했|하|이|을|도)|폭로(?:했|하)")
_HEARSAY = re.compile(
    r"(?:알려졌|전해졌|알려지|전해지|추정|보도됐|보도되|보도했|다고 한다|다고 합니다|로 보인|로 보이|풀이|관측|점쳐)"
)
_CERTAIN = re.compile(r"확인|드러나|드러났|나타나|나타났|밝혀|집계|조사됐")
_REPORTED = re.compile(r"[다라]고\s")
_THOUGHT = re.compile(r"(?:고|로)\s(?:보|봤|생각|판단|믿|여기|기대|예상|상상|가정)")
_FICTION = re.compile(
    r"극\s?중|줄거리|(?:영화|드라마|소설|웹툰|만화|작품|연극|뮤지컬|게임)\s?(?:속|에서|은\s|는\s)"
    r"|(?:이야기|과정|내용|사연)[를을]?\s?(?:그린|담은|다룬|펼친)|역을\s?맡|연기(?:한|했)|상상"
)
_SKIPPED = (
    "면",
    "으면",
    "다면",
    "ᆫ다면",
    "는다면",
    "라면",
    "더라도",
    "려면",
    "으려면",
    "려고",
    "으려고",
    "도록",
    "거나",
    "든",
    "든지",
    "느니",
)
_LINKS = (
    "고",
    "며",
    "으며",
    "지만",
    "으나",
    "나",
    "면서",
    "으면서",
    "는데",
    "ᆫ데",
    "은데",
    "어",
    "아",
    "여",
    "자",
    "고서",
    "어서",
    "아서",
)


def is_fiction(text: str) -> bool:
    """Whether a passage retells a film, a play or a novel."""
    return _FICTION.search(text) is not None


def modality(tokens: Sequence[Token], at: int, tail: str) -> str | None:
    """How the verb at a token is told. None where it is not told as something that happens.

    `tail` is the text behind the verb's stem up to the end of the sentence, quotations blotted out.
    """
    if tail.rstrip().endswith(("?", "까", "나요")):
        return None
    endings = [t for t in tokens[at + 1 : at + 9] if t.end > t.start or t.tag in ("EP", "EF", "ETM", "EC", "ETN")]
    is_past = is_will = False
    if len(endings) > 1 and endings[0].form in ("어", "아", "여") and (endings[1].tag, endings[1].form) == ("VX", "지"):
        endings = endings[2:]  # 넘겨졌다: the passive
    for order, token in enumerate(endings):
        if token.tag == "EP":
            is_past = is_past or token.form in ("었", "았", "였", "엇")
            is_will = is_will or token.form == "겠"
            continue
        rest = endings[order + 1 :]
        if token.tag == "EF":
            return (
                PLANNED
                if is_will
                else ASSERTED
                if is_past
                else PLANNED
                if token.form.startswith(("ᆫ다", "는다", "ᆸ"))
                else None
            )
        if token.tag == "ETN":
            return _nominal(token, rest, tail)
        if token.tag == "ETM":
            return _described(token, rest, tail, is_past=is_past, is_will=is_will)
        if token.tag == "EC":
            return _linked(token, rest, tail, is_past=is_past, is_will=is_will)
        return None
    return None


def _nominal(token: Token, rest: Sequence[Token], tail: str) -> str | None:
    """`합병하기로 했다`."""
    if token.form == "기" and rest and rest[0].form in ("로", "으로"):
        return DENIED if _DENIAL.search(tail) else ALLEGED if _RUMOUR.search(tail) or _HEARSAY.search(tail) else PLANNED
    return None


def _described(token: Token, rest: Sequence[Token], tail: str, *, is_past: bool, is_will: bool) -> str | None:
    """`사임할 예정이다`, `사임한 것으로 알려졌다`, `합병했다는 보도`."""
    noun = rest[0].form if rest else ""
    if token.form.endswith(("다는", "라는")):
        if _DENIAL.search(tail):
            return DENIED
        if _RUMOUR.search(tail) or noun in ("보도", "의혹", "설", "소문", "관측", "주장", "전언"):
            return ALLEGED
        if noun in ("계획", "방침", "입장") or is_will:
            return PLANNED
        return ASSERTED if is_past and noun in ("사실", "점", "소식", "발표") else None
    if token.form in ("ᆯ", "을"):
        if noun not in _PLAN_NOUNS:
            return None
        return DENIED if _DENIAL.search(tail) else ALLEGED if _RUMOUR.search(tail) else PLANNED
    if noun in ("적", "바", "사실"):
        return DENIED if _DENIAL.search(tail) else None
    if noun == "것":
        if _DENIAL.search(tail):
            return DENIED
        if _CERTAIN.search(tail):
            return ASSERTED
        return ALLEGED if _HEARSAY.search(tail) else None
    return None


def _linked(token: Token, rest: Sequence[Token], tail: str, *, is_past: bool, is_will: bool) -> str | None:
    """A clause that goes on: `-지 않았다`, `-다고 밝혔다`, `-고 …했다`."""
    form = token.form
    if form in ("지", "진") or form.startswith("지 "):
        return DENIED if any(t.tag == "VX" and t.form in ("않", "못하", "말") for t in rest[:3]) else None
    if form in _SKIPPED:
        return None
    if form.endswith(("다고", "라고", "다며", "다면서")):
        if _DENIAL.search(tail):
            return DENIED
        if _THOUGHT.search(tail):
            return None
        if _RUMOUR.search(tail) or _HEARSAY.search(tail):
            return ALLEGED
        return ASSERTED if is_past else PLANNED if is_will or form.startswith(("ᆫ다", "는다")) else None
    if form not in _LINKS:
        return None
    if rest and rest[0].tag == "VX" and rest[0].form in ("있", "싶", "보", "지"):
        return None
    if is_past:
        return ASSERTED
    if is_will:
        return PLANNED
    if _PLAN.search(tail):
        return None if _REPORTED.search(tail) else PLANNED  # `협약을 맺고 돕겠다고 밝혔다`: done, or to be done
    return ASSERTED if re.search(r"(?:[했됐났갔왔렸졌쳤냈봤섰었았였])(?:다|습니다|고|지만|으며)", tail) else None
