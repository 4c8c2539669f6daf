"""Organisations: bodies named in the article, each under one name with its other names.

Reads entities and aliases; writes `Organisation`s. Names of one body are brought together by the article's own words
(`중앙방역대책본부(방대본)`), by the word lists (`문체부` is `문화체육관광부`), and by form (`윤리특위`,
`윤리특별위원회`). It goes under its official name where the article has it, else under the one used most. Bodies
without a name of their own (정부, 경찰, 재판부) are left out.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from flows.enrichment import lexicon
from flows.enrichment.document import HEADLINE, Alias, Entity, Mention, Organisation
from flows.enrichment.reading import Reading
from flows.enrichment.tokens import has_hangul

VERSION = 2

GENERIC = frozenset(
    [
        "정부",
        "경찰",
        "검찰",
        "법원",
        "재판부",
        "당국",
        "방역당국",
        "보건당국",
        "수사당국",
        "사법당국",
        "노조",
        "회사",
        "여당",
        "야당",
        "여야",
        "당",
        "군",
        "군당국",
        "학교",
        "대학",
        "병원",
        "의회",
        "시의회",
        "구단",
        "언론",
        "외신",
        "방송사",
        "제작진",
        "위원회",
        "본부",
        "협회",
        "은행",
        "기업",
        "업체",
        "국과수팀",
        "대표팀",
        "국가대표팀",
        "소속사",
        "검경",
        "시민단체",
        "중앙정부",
        "지방정부",
        "지자체",
        "수사본부",
        "수사팀",
        "특검",
        "특검팀",
        "경찰서",
        "소방서",
        "소방당국",
        "교육청",
        "시청",
        "도청",
        "구청",
        "법정",
        "국정",
        "합동수사본부",
        "재단",
        "공단",
        "공사",
        "조합",
        "단체",
        "사측",
        "노동조합",
        "총회",
        "이사회",
        "국방당국",
        "금융당국",
        "교육당국",
        "항소심",
        "사무국",
        "위원",
        "중앙당",
        "지도부",
        "최고위",
        "비대위",
        "대책위",
        "그룹",
        "윤리위",
        "연합",
        "연맹",
        "리그",
        "북",
        "남",
        "미",
        "한",
        "일",
        "중",
        "북한",
        "한국",
        "미국",
        "중국",
        "일본",
        "한미",
        "한일",
        "한중",
        "미중",
        "중일",
        "한미일",
        "남북",
        "북미",
        "북중",
        "CEO",
        "가짜뉴스",
        "자막뉴스",
        "코로나",
        "국민",
        "방송",
        "뉴스",
    ]
)
_SHORTENINGS = (
    ("특별위원회", "특위"),
    ("위원회", "위"),
    ("대학교", "대"),
    ("연구원", "연"),
    ("노동조합", "노조"),
    ("협의회", "협"),
    ("대책본부", "대본"),
)
_LETTERS = re.compile(r"[A-Z][A-Z&]+")
_THING = re.compile(r"(?:모델|프로젝트|사업|기술|시스템|플랫폼|서비스|프로그램|협정|조약|법|제도|장치|기기)$")
_TRIM = "㈜()（）[]'\"‘’“” ·,"


def enrich(
    reading: Reading, entities: Sequence[Entity], aliases: Iterable[Alias], people: Collection[str] = ()
) -> tuple[Organisation, ...]:
    """Organisations in order of their first mention; what is known as a person is none. Never raises."""
    mentions: dict[str, list[Mention]] = {}
    texts = {paragraph.index: paragraph.text for paragraph in reading.paragraphs}
    for entity in entities:
        if entity.type == "OG":
            name, start = _whole(texts[entity.paragraph], entity)
            if _is_named(name) and name not in people and not _is_series(reading, entity):
                mentions.setdefault(name, []).append(Mention(entity.paragraph, start, entity.end))
    aliases = tuple(aliases)
    for alias in aliases:
        if _THING.search(alias.long) and alias.long.strip(_TRIM) not in lexicon.organisations():
            mentions.pop(alias.short, None)  # short for a programme or a product: no body
            mentions.pop(alias.long, None)
    chief = _chiefs(mentions, aliases)
    groups: dict[str, list[str]] = {}
    for name in mentions:
        groups.setdefault(chief[name], []).append(name)
    out: list[Organisation] = []
    for names in groups.values():
        shown = _shown(names, mentions, aliases)
        every = sorted((m for n in names for m in mentions[n]), key=lambda m: (m.paragraph, m.start))
        out.append(
            Organisation(shown, tuple(n for n in names if n != shown), tuple(every), 0.9 if len(every) > 1 else 0.7)
        )
    return tuple(out)


def _whole(text: str, entity: Entity) -> tuple[str, int]:
    """The name with a (주) mark that belongs to it."""
    if entity.start and text[entity.start - 1] == "㈜":
        return "㈜" + entity.text, entity.start - 1
    return entity.text.strip(), entity.start


def _is_series(reading: Reading, entity: Entity) -> bool:
    """Whether the name stands in the bracket that opens a headline: `[새벽뉴스]` is a series, no body."""
    if entity.paragraph != HEADLINE:
        return False
    title = reading.text(HEADLINE)
    return title.startswith("[") and entity.end <= title.find("]")


def _is_named(name: str) -> bool:
    if len(name.strip(_TRIM)) < 2 or name in GENERIC or re.fullmatch(r"[\d\W]+|코로나.*", name):
        return False
    return not (has_hangul(name) and name in lexicon.places() and name not in lexicon.organisations())


def _chiefs(mentions: dict[str, list[Mention]], aliases: Iterable[Alias]) -> dict[str, str]:
    """Name -> the name that stands for its group."""
    chief = {name: name for name in mentions}

    def root(name: str) -> str:
        while chief[name] != name:
            name = chief[name]
        return name

    known: dict[str, str] = {}
    for name in mentions:
        official = lexicon.organisations().get(name.strip(_TRIM))
        if official:
            chief[root(name)] = root(known.setdefault(official, name))
    for alias in aliases:
        if alias.short in chief and alias.long in chief:
            chief[root(alias.short)] = root(alias.long)
    for short, long in _headline_forms(mentions):
        chief[root(short)] = root(long)
    names = sorted(mentions, key=len, reverse=True)[:400]
    for at, long in enumerate(names):
        for short in names[at + 1 :]:
            if root(short) != root(long) and is_short_for(short, long):
                chief[root(short)] = root(long)
    return {name: root(name) for name in chief}


def _headline_forms(mentions: dict[str, list[Mention]]) -> list[tuple[str, str]]:
    """`XY` in the headline alone is `XY AI` of the body, where no other name begins with that word."""
    out: list[tuple[str, str]] = []
    for short, here in mentions.items():
        if not _LETTERS.fullmatch(short) or any(mention.paragraph != HEADLINE for mention in here):
            continue
        longer = [name for name in mentions if name.startswith(f"{short} ")]
        if len(longer) == 1:
            out.append((short, longer[0]))
    return out


def is_short_for(short: str, long: str) -> bool:
    """Whether one name is a usual shortening of the other: an ending cut, `한국` left off, (주) left off."""
    a, b = short.strip(_TRIM), long.strip(_TRIM)
    if a == b:
        return True
    for full, cut in _SHORTENINGS:
        if b.endswith(full) and a == b.removesuffix(full) + cut:
            return True
    if b.replace(" ", "") == a.replace(" ", ""):
        return True
    return (
        len(a) >= 4
        and b.endswith(a)
        and b[: -len(a)].strip() in ("한국", "대한", "국립", "서울", "미국", "전국", "국제", "일본", "중국", "영국")
    )


def _shown(names: Sequence[str], mentions: dict[str, list[Mention]], aliases: Iterable[Alias]) -> str:
    """The official name if the article has it, else the long form of an alias, else the name used most."""
    official = {lexicon.organisations().get(name.strip(_TRIM)) for name in names}
    for name in names:
        if name.strip(_TRIM) in official:
            return name
    longs = {alias.long for alias in aliases}
    for name in names:
        if name in longs:
            return name
    counts = Counter({name: len(mentions[name]) for name in names})
    return max(names, key=lambda n: (len(n) >= 6 and counts[n] > 0, len(n) if has_hangul(n) else 0, counts[n], len(n)))
