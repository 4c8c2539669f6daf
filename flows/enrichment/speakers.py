"""Who may be speaking: noun phrases with their kind, read off the morphemes of a sentence.

Reads the morphemes and the people found; gives `Subject`s for `quotes`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from flows.enrichment import lexicon
from flows.enrichment.tokens import Token

VERSION = 1

_NOUN_TAGS = frozenset(["NNG", "NNP", "NNB", "NR", "SL", "SH", "SN", "XSN", "XPN", "NP", "MM", "SP"])
_FEW = ("한", "다른", "또", "두", "세", "모", "전", "현", "고")
CROWD = re.compile(
    r"(?:누리꾼|네티즌|시청자|주민|시민|학부모|팬|독자|이용자|소비자|관객|유권자|지지자|학생|참가자|참석자|상인|직원|승객|관람객|방문객"
    r"|전문가|국민|청년|농민|이웃|의원|회원|당원|유족|피해자|목격자|사람|이|시위대|관광객|손님|고객)들$|(?:누리꾼|네티즌|온라인|커뮤니티|댓글|여론|일각|업계|시민들|대중)$"
)
ANONYMOUS = re.compile(
    r"(?:관계자|당국자|소식통|측근|(?:한|고위|핵심|측)\s?인사|담당자|익명|전문가|목격자|제보자|피해자|유족|주민|시민|직원|씨|남성|여성|애널리스트|연구원|의원"
    r"|학부모|이웃|지인|변호인|변호사|간부|실무자|참석자|상인|대표|운영자|업주|종업원|손님|승객|환자|아버지|어머니|부모|교사|학생|기사|임원|교수|누리꾼|네티즌"
    r"|한 명|A\s?씨|[A-Z]\s?(?:씨|군|양|교수|의원|대표))$"
)
ORGANISATION = re.compile(
    r"(?:재판부|법원|검찰|경찰|정부|당국|청와대|대통령실|국회|[가-힣]{1,}(?:부|처|청|위|위원회|공사|공단|협회|재단|회사|그룹|은행|증권|통신|신문|일보|방송"
    r"|타임스|저널|노조|연맹|조합|센터|병원|대학|당|본부|경찰서|소방서|법원|지검|의회|측|사|팀))$"
)
_SURNAME_BEFORE = re.compile(r"(?<![가-힣])([가-힣])\s$")
TURN = re.compile(r"[◇◆▶▷●○■\[\-\s]*[가-힣]{2,5}(?:[\s/][가-힣]{2,10}){0,3}\s?:\s")
"""How a turn of a dialogue opens: all of such a paragraph is direct speech."""
PRONOUNS = frozenset(("그", "그녀", "본인", "이들", "그들"))


@dataclass(frozen=True, slots=True)
class Subject:
    """A noun phrase that could speak: as written, where it stands, its particle, its kind if it has one."""

    text: str
    start: int
    end: int
    particle: str
    kind: str | None  # person, organisation, anonymous, crowd, pronoun; None = a thing
    name: str | None = None


_CALLED = re.compile(r"([가-힣])(씨|군|양)")
_BRACKETED = re.compile(r"\([^()]*\)")


@cache
def _role_ends() -> frozenset[str]:
    return lexicon.roles() | lexicon.honorifics()


class Cast:
    """The people of the article, by full name and by what they are called."""

    def __init__(self, people: Sequence[tuple[str, str | None]]) -> None:
        """People in order of appearance as (name, role)."""
        self.names: tuple[str, ...] = tuple(sorted((name for name, _ in people), key=len, reverse=True))
        self._roles = dict(people)
        self._order = [name for name, _ in people]
        self._parts = [(name, parts) for name in self._order if len(parts := frozenset(name.split())) > 1]
        self.initials = frozenset(name[0] for name, _ in people if " " not in name and len(name) <= 4)

    def resolve(self, phrase: str) -> str | None:
        """The full name behind `안재민 NH투자증권 연구원`, `장 대표`, `레스터`; None where nobody fits."""
        for name in self.names:
            if name in phrase:
                return name
        words = phrase.split()
        if not words:
            return None
        last = words[-1]
        for name, parts in self._parts:
            if not parts.isdisjoint(words):
                return name
        # 장 대표, 이 후보, 한 전 대표: a family name alone, then a title.
        head = words[-2] if len(words) > 1 and words[-2] not in ("전", "현") else words[-3] if len(words) > 2 else ""
        if len(head) == 1 and head in lexicon.surnames():
            same = [name for name in self._order if name.startswith(head) and 2 <= len(name) <= 4 and " " not in name]
            titled = [name for name in same if (self._roles[name] or "").replace(" ", "").endswith(last)]
            found = titled or same
            return found[0] if found else None
        match = _CALLED.fullmatch(last)
        if match:
            return next((name for name in self._order if name.startswith(match[1])), None)
        if len(last) == 2:
            # 다니엘이, 연경은: a given name alone.
            return next((name for name in self._order if len(name) == 3 and name.endswith(last)), None)
        return None


def kind_of(phrase: str, cast: Cast) -> tuple[str | None, str | None]:
    """Kind and full name of a noun phrase; (None, None) for a thing that does not speak."""
    if phrase in PRONOUNS:
        return "pronoun", None
    name = cast.resolve(phrase)
    if name:
        return "person", name
    if CROWD.search(phrase):
        return "crowd", None
    if (
        ORGANISATION.search(phrase)
        or phrase in lexicon.organisations()
        or phrase.endswith(lexicon.organisation_suffixes())
    ):
        return "organisation", None
    if ANONYMOUS.search(phrase) or phrase.rsplit(maxsplit=1)[-1] in _role_ends():
        return "anonymous", None
    return None, None


def subjects(text: str, tokens: Sequence[Token], cast: Cast) -> list[Subject]:
    """Noun phrases with 은, 는, 이, 가, 도 or 께서 behind them, in order."""
    return [*subjects_from_end(text, tokens, cast)][::-1]


def subjects_from_end(text: str, tokens: Sequence[Token], cast: Cast) -> Iterator[Subject]:
    """The same from the last one on, read as far as they are asked for."""
    for at in range(len(tokens) - 1, 0, -1):
        token = tokens[at]
        if token.tag == "JKS" or (token.tag == "JX" and token.form in ("은", "는", "도", "ᆫ")):
            subject = _phrase(text, tokens, at, cast)
            if subject:
                yield subject


def _phrase(text: str, tokens: Sequence[Token], at: int, cast: Cast) -> Subject | None:
    """The noun phrase that ends before token `at`."""
    first = noun_run(tokens, at)
    if first == at:
        return None
    start, end = tokens[first].start, tokens[at - 1].end
    before = _SURNAME_BEFORE.search(text, max(0, start - 2), start)
    if before and before[1] in cast.initials and text[start:end].split(" ", maxsplit=1)[0] in lexicon.roles():
        start = before.start(1)  # 이 후보: Kiwi reads the family name as `this`
    phrase = text[start:end].strip()
    if "(" in phrase:
        phrase = _BRACKETED.sub("", phrase).strip()
    if not phrase:
        return None
    kind, name = kind_of(phrase, cast)
    if kind is None and tokens[at].form == "가":
        return Subject(phrase, start, end, tokens[at].form, None)
    return Subject(phrase, start, end, tokens[at].form, kind, name)


def noun_run(tokens: Sequence[Token], at: int) -> int:
    """Index of the first token of the noun phrase that ends before `at`; `at` itself where there is none."""
    first = at
    depth = 0
    while first > 0 and at - first < 24:
        token = tokens[first - 1]
        if token.tag == "SSC":
            depth += 1
        elif token.tag == "SSO":
            if not depth:
                break
            depth -= 1
        elif not depth and not (token.tag in _NOUN_TAGS and (token.tag != "MM" or token.form in _FEW)):
            break
        if not depth and token.tag == "SP" and token.form == ",":
            break
        first -= 1
    return at if depth else first
