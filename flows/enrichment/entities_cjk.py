"""Names in Japanese and Chinese by rules: people by titles and family names, bodies by endings, places by lists.

Reads text; gives typed spans. Dates, times and amounts come from `entities_western`. A run of signs without a title, an
ending or a listed name stays unnamed: nothing here guesses.
"""

import re
from collections.abc import Iterator
from functools import cache

from flows import gazetteer
from flows.enrichment import entities_western
from flows.enrichment.document import Found

VERSION = 1

LANGUAGES = ("ja", "zh")

HAN = "一-鿿々"
KATAKANA = "ァ-ヺー"
_NOT_GIVEN = (
    "在说說称稱表对對向于於则則还還也均和与與及是就将將已会會曾被"
    "把让讓的了等为為从從到并並不很都又再出访訪强強指宣坦回接认認介告"
)
_FOREIGN = (
    "阿安艾奥巴贝比彼波布查达戴丹德迪杜恩尔法菲费夫弗甫盖戈格根哈海赫胡吉加杰卡凯克科库拉莱兰劳勒雷里莉丽利列林琳卢路罗洛马玛"
    "迈曼梅蒙米莫姆穆娜纳南内尼涅诺帕佩皮普齐奇乔琼热荣萨塞森莎沙舍什史斯苏索塔泰坦特提图瓦万韦维温文沃乌西希谢辛休雅亚扬耶"
    "叶伊因英尤约扎泽詹珍朱兹佐贾肖夏伦顿登伯博京鲁桑松汀廷連萊羅爾馬納維達蘭邁奧喬傑賓倫蘇裡烏葉約茲魯亞馮冯"
)
"""Signs that Chinese writes foreign names with."""
_NO_GIVEN_END = re.compile(r"[県市町村区省庁党社部局署州府都道院軍所庫員業行]$")
MOST_SIGNS = 12
"""Signs of one name of a body."""


def _either(words: set[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def listed(table: str, column: str, lang: str, kind: str | None = None) -> str:
    """The words of one language in one list, as an alternation, longest first."""
    rows = gazetteer.table(table)
    return _either({r[column] for r in rows if r["lang"] == lang and (kind is None or r["kind"] == kind)})


@cache
def family_names() -> frozenset[str]:
    """Family names of two signs and more, which name nobody in full."""
    return frozenset(row["name"] for row in gazetteer.table("cjk_surnames") if len(row["name"]) > 1)


@cache
def _people(lang: str) -> tuple[re.Pattern[str], ...]:
    family, title = listed("cjk_surnames", "name", lang), listed("cjk_titles", "title", lang)
    if lang == "ja":
        native = rf"(?:{family})[{HAN}ぁ-ん{KATAKANA}]{{0,3}}?"
        foreign = rf"[{KATAKANA}]{{1,20}}(?:[・＝=][{KATAKANA}]{{1,20}}){{1,4}}|[{KATAKANA}]{{2,20}}"
        return (
            re.compile(
                rf"(?<![{HAN}{KATAKANA}・])(?P<name>{native}|{foreign})(?:元|前)?(?:{title})(?![{HAN}{KATAKANA}])"
            ),
            re.compile(rf"(?<![{HAN}{KATAKANA}])(?P<name>(?:{family})[{HAN}ぁ-ん]{{1,3}})(?=[（(]\d{{1,3}}[）)歳])"),
        )
    verb = _either(
        {f for r in gazetteer.table("speech_verbs_world") if r["lang"] == lang for f in r["forms"].split("|")}
    )
    native = rf"(?:{family})[^{_NOT_GIVEN}\W\da-zA-Z]{{1,2}}?"
    behind = rf"(?={verb}|[{_NOT_GIVEN}]|[\d\W]|$)"
    foreign = rf"[{_FOREIGN}]{{2,9}}?(?=[^{_FOREIGN}·]|{verb}|$)"
    dotted = rf"[{_FOREIGN}]{{1,8}}(?:·[{_FOREIGN}]{{1,9}}){{1,4}}?(?=[^{_FOREIGN}·]|{verb}|$)"
    return (
        re.compile(rf"(?P<name>{dotted})"),
        re.compile(rf"(?:{title})(?P<name>{native}{behind}|{foreign})"),
        re.compile(rf"(?:^|(?<=[\W和与與的时時]))(?P<name>{native})(?={title})"),
        re.compile(rf"(?:^|(?<=[\W和与與时時]))(?P<name>{native})(?:还|還|也|则|則|均)?(?={verb})"),
    )


@cache
def _bodies(lang: str) -> re.Pattern[str]:
    ending = listed("cjk_org_suffixes", "suffix", lang)
    if lang == "ja":
        return re.compile(
            rf"(?<![{HAN}{KATAKANA}A-Za-z])[{HAN}{KATAKANA}A-Za-z]{{2,{MOST_SIGNS}}}?(?:{ending})(?![{KATAKANA}])"
        )
    return re.compile(
        rf"(?:^|(?<=[\W在和与與对對向由被的据據从從到经經、为為]))[{HAN}A-Za-z]{{2,{MOST_SIGNS}}}?(?:{ending})(?![长長分门門署队隊落员員人])"
    )


@cache
def places(lang: str) -> dict[str, str]:
    """Names of places in one language -> their English names."""
    return {name: row["english"] for row in gazetteer.table("cjk_places") for name in row[lang].split("|") if name}


@cache
def _places(lang: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![{KATAKANA}])(?:{_either(set(places(lang)))})(?![{KATAKANA}])")


def names(text: str, lang: str) -> Iterator[tuple[int, int]]:
    """Spans of people's names, titles left outside; they may overlap."""
    for pattern in _people(lang):
        for match in pattern.finditer(text):
            name = match["name"]
            is_site = (_NO_GIVEN_END.search(name) and len(name) > 2) or name.startswith(tuple(places(lang)))
            if (lang == "ja" and not is_site) or (lang == "zh" and len(name) > 1):
                yield match.span("name")


def spans(text: str, lang: str) -> list[Found]:
    """Typed spans in order, without overlap: people before bodies before places."""
    out = entities_western.spans(text, lang)
    taken = bytearray(len(text) + 1)
    for start, end, _ in out:
        taken[start:end] = b"\x01" * (end - start)
    found: list[Found] = [(start, end, "PS") for start, end in names(text, lang)]
    found += [(*m.span(), "OG") for m in _bodies(lang).finditer(text)]
    found += [(*m.span(), "LC") for m in _places(lang).finditer(text)]
    for start, end, kind in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            out.append((start, end, kind))
    out.sort()
    return out
