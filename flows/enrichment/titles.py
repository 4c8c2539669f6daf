"""What stands beside a name: organisation, title, and whether the title is past.

Reads the morphemes round a mention and the entities; gives a `Title`. Used by `people`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flows.enrichment import lexicon
from flows.enrichment.document import Entity, Mention
from flows.enrichment.reading import Paragraph
from flows.enrichment.sentences import Span

VERSION = 2

_PAREN = re.compile(r"\s?\([^()\n]{0,40}\)")
_FORMER = frozenset(["전", "前", "고", "故", "전직"])
_NOW = frozenset(["현", "現", "신임", "겸", "당시", "초대", "차기", "원로", "명예"])
_FILLER = frozenset(
    [
        "등",
        "등의",
        "소속",
        "출신",
        "담당",
        "측",
        "무소속",
        "여성",
        "남성",
        "현직",
        "유명",
        "인기",
        "신인",
        "이",
        "그",
        "우리",
    ]
)
_PARTICLE = re.compile(
    r"(?:은|는|이|가|을|를|의|에게|에|와|과|도|로|으로|께서|만|에서|이다|였다|이라고|라고|처럼|부터|까지|이며|이자|입니다|이라며|에겐|들은|들이|들을|들과|들도|들의|들|이나|라도|인|님|이라든지|라든지|한테|조차|마저|이랑|랑|하고|님은|님이|님께서)?$"
)
_JOINED = re.compile(r"(?:을|를)\s(?:비롯한|포함한)\s")
_THIS_ORG = re.compile(r"(?:이|그|해당|우리)\s(?:회사|업체|기업|은행|병원|대학|단체|연구소|당)$")
_WORD = re.compile(r"[^\s]+")
MAX_WORDS = 6
"""Words between a name and its title: `안재민 NH투자증권 리서치센터 수석연구원` has three."""


@dataclass(frozen=True, slots=True)
class Title:
    """Organisation and title as stated at one mention."""

    org: str | None
    role: str | None
    former: bool


class Context:
    """The organisations of the article, for the words beside a name."""

    def __init__(self, entities: Sequence[Entity], texts: Sequence[str]) -> None:
        """Index the entities by paragraph."""
        self.bodies: dict[int, list[Entity]] = {}
        self.names: dict[int, list[Entity]] = {}
        for entity in entities:
            if entity.type == "OG":
                self.bodies.setdefault(entity.paragraph, []).append(entity)
            elif entity.type == "PS":
                self.names.setdefault(entity.paragraph, []).append(entity)
        names = {e.text for e in entities if e.type == "OG"}
        self._marked = frozenset(n for n in names if any(f"㈜{n}" in text for text in texts if "㈜" in text))
        self._counts = Counter(e.text for e in entities if e.type == "OG")

    def main_body(self) -> str | None:
        """The organisation named most: what `이 회사` means."""
        return self.written(self._counts.most_common(1)[0][0]) if self._counts else None

    def written(self, name: str) -> str:
        """The name with the company mark where the article writes one."""
        return f"㈜{name}" if name in self._marked else name

    def within(self, paragraph: int, start: int, end: int) -> list[Entity]:
        """Organisations inside the span."""
        return [e for e in self.bodies.get(paragraph, []) if start <= e.start and e.end <= end]


def follows(after: str) -> bool:
    """Whether a title or an honorific opens the text behind a family name (`씨는`, ` 전 대표`)."""
    words = after.split()
    while words and words[0] in _FORMER | _NOW:
        words.pop(0)
    if not words:
        return False
    return bool(_role_of(words[0], honorifics=True))


def _role_of(word: str, *, honorifics: bool = False) -> str | None:
    """The title a word consists of, particles behind it left off."""
    known = lexicon.roles() | lexicon.honorifics() if honorifics else lexicon.roles()
    for size in range(len(word), 0, -1):
        if (word[:size] in known or lexicon.is_office(word[:size])) and _PARTICLE.match(word[size:]):
            return word[:size]
    return None


def beside(paragraph: Paragraph, mention: Mention, context: Context) -> Title | None:
    """What the words round one mention say; None where they say nothing."""
    after = _after(paragraph, mention, context)
    if after and after.role and after.org:
        return after
    before = _before(paragraph, mention, context)
    if after and before:
        return Title(
            after.org or before.org, after.role or before.role, after.former or (before.former and not after.role)
        )
    return after or before or _in_brackets(paragraph, mention, context)


def _after(paragraph: Paragraph, mention: Mention, context: Context) -> Title | None:
    """NAME ORG ROLE, NAME ROLE, NAME·NAME ROLE."""
    text = paragraph.text
    at = _past_list(text, mention.end, context.names.get(mention.paragraph, []))
    paren = _PAREN.match(text, at)
    at = paren.end() if paren else at
    words: list[tuple[int, int, str]] = []
    for match in _WORD.finditer(text, at, at + 80):
        if not words and match.start() == at and at == mention.end and not paren:
            # 김소연씨, 김소연기자: a title written on to the name.
            role = _role_of(match[0])
            return Title(None, role, former=False) if role and len(role) > 1 else None
        if len(words) == MAX_WORDS or match.start() - (words[-1][1] if words else at) > 1:
            break
        words.append((match.start(), match.end(), match[0]))
        role = _role_of(_bare(match[0]))
        is_whole = role == match[0]
        nested = is_whole and len(words) < MAX_WORDS and _role_next(text, match.end())
        if role and not nested:
            return _read_run(paragraph, at, words, role, context)
        if not role and not _may_go_on(match[0]):
            break
    return None


def _past_list(text: str, at: int, names: Sequence[Entity]) -> int:
    """`박채규·이동훈 이사`: the title behind the last name of a row is everybody's."""
    first, has_comma = at, False
    for _ in range(8):
        match = re.match(r"\s?[·,]\s?", text[at : at + 3])
        following = next((e for e in names if match and e.start == at + match.end()), None)
        if match is None or following is None:
            break
        has_comma = has_comma or "," in match[0]
        at = following.end
    # Commas part people of different offices as well; `등` tells that one follows for all.
    return at if not has_comma or text.startswith(" 등", at) else first


def _bare(word: str) -> str:
    return re.sub(r"[(“\"‘'’”,.)·!?:].*$", "", word)


def _role_next(text: str, at: int) -> bool:
    """Whether the next word is a title too: `대표이사 사장`, `논설위원 겸`."""
    match = re.match(r"\s([^\s]+)", text[at : at + 20])
    return bool(match and _role_of(_bare(match[1])))


def _may_go_on(word: str) -> bool:
    """Whether a word can stand between name and title: no particle, no punctuation behind it."""
    if re.search(r"[,.;:!?\"“”)\]]$", word):
        return False
    if word in lexicon.organisations() or word.endswith(lexicon.organisation_suffixes()):
        return True
    return not re.search(r"(?:은|는|을|를|에게|에서|께서|라고|하고|했다|으로|하는|하던|했던|에는|와|과|이)$", word)


def _read_run(
    paragraph: Paragraph, start: int, words: list[tuple[int, int, str]], role: str, context: Context
) -> Title | None:
    """Words behind the name: organisation, 전 or 현, title."""
    former = False
    head = words[:-1]
    joined = [role]
    while head and head[-1][2] in lexicon.roles() | {"대선", "수석", "선임", "책임"}:
        joined.insert(0, head.pop()[2])
    while head and (head[-1][2] in _FORMER or head[-1][2] in _NOW):
        former = former or head.pop()[2] in _FORMER if head[-1][2] in _FORMER else (head.pop() and former)
    if _JOINED.match(paragraph.text, words[-1][0] + len(role)):
        shared = _shared_body(paragraph, words[-1][1], role, context)
        if shared:
            return Title(shared, role, former)
    title = " ".join(joined)
    if len(joined) > 1 and joined[0] not in ("대선", "수석", "선임", "책임", "대표이사"):
        title = joined[-1]
    org = _org(paragraph, head, context)
    return Title(org, title, former)


def _shared_body(paragraph: Paragraph, at: int, role: str, context: Context) -> str | None:
    """`한보람 의원을 비롯한 가온당 의원들`: the organisation of the whole group."""
    bodies = [e for e in context.bodies.get(paragraph.index, []) if at <= e.start <= at + 12]
    if bodies and role in paragraph.text[bodies[0].end : bodies[0].end + 14]:
        return bodies[0].text
    return None


def _org(paragraph: Paragraph, words: Sequence[tuple[int, int, str]], context: Context) -> str | None:
    """The organisation that a run of words names, as written."""
    words = [w for w in words if w[2] not in _FORMER | _NOW]
    while words and words[0][2] in _FILLER:
        words = words[1:]
    while words and words[-1][2] in _FILLER:
        words = words[:-1]
    if not words:
        return None
    start, end = words[0][0], words[-1][1]
    inside = context.within(paragraph.index, start, end)
    text = paragraph.text[start:end]
    if len(words) == 1 and len(text) > 1:
        if inside and len(inside[0].text) * 2 < len(text):
            return context.written(inside[0].text)
        if inside and text.removesuffix("의") == inside[0].text:
            return context.written(inside[0].text)
        return text if _is_body(paragraph, words[0]) else None
    if inside:
        return paragraph.text[inside[0].start : inside[-1].end]
    if words[-1][2] in lexicon.organisations() or words[-1][2].endswith(lexicon.organisation_suffixes()):
        return text if len(words) <= 3 else words[-1][2]
    return None


def _is_body(paragraph: Paragraph, word: tuple[int, int, str]) -> bool:
    """Whether one untagged word between name and title can be an organisation or a place: nouns only."""
    tokens = [t for t in paragraph.tokens_in(Span(word[0], word[1])) if t.end > t.start]
    if not tokens or any(t.tag not in ("NNP", "NNG", "SL", "SN", "XSN", "XPN", "SW", "SP") for t in tokens):
        return False
    name = word[2]
    return (
        name in lexicon.organisations()
        or name in lexicon.places()
        or name.endswith(lexicon.organisation_suffixes())
        or any(t.tag in ("NNP", "SL") for t in tokens)
    )


def _before(paragraph: Paragraph, mention: Mention, context: Context) -> Title | None:
    """ORG NAME, ORG ROLE NAME, ROLE NAME."""
    lead = paragraph.text[max(0, mention.start - 60) : mention.start]
    offset = mention.start - len(lead)
    if not lead or not re.search(r"[\s'’‘\"]$", lead):
        return None
    words = [(m.start() + offset, m.end() + offset, m[0]) for m in _WORD.finditer(lead)][-5:]
    if not words:
        return None
    if _THIS_ORG.search(lead.rstrip()):
        return Title(context.main_body(), None, former=False)
    role, former = None, False
    last = words[-1][2].strip("'‘’\"“”[]()")
    if last in lexicon.roles():
        role = last
        words.pop()
        while words and (words[-1][2] in _FORMER or words[-1][2] in _NOW):
            former = words.pop()[2] in _FORMER or former
    bodies = context.bodies.get(paragraph.index, [])
    near = words[-1] if words else None
    org = None
    if near:
        stop = near[1]
        body = next(
            (e for e in bodies if e.end == stop or (e.end + 1 == stop and paragraph.text[e.end] == "의" and role)), None
        )
        if body:
            org = context.written(body.text)
        elif role is None and near[2] in lexicon.organisations():
            org = near[2]
    return Title(org, role, former) if org or role else None


def _in_brackets(paragraph: Paragraph, mention: Mention, context: Context) -> Title | None:
    """NAME(ORG), NAME(ORG ROLE)."""
    match = _PAREN.match(paragraph.text, mention.end)
    if not match:
        return None
    inside = context.within(paragraph.index, match.start(), match.end())
    return Title(inside[0].text, None, former=False) if inside else None
