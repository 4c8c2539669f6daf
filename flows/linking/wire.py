"""Which agency or press release a text names as its source: datelines, credits under the text, agency signatures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flows import gazetteer


@dataclass(frozen=True, slots=True)
class Credit:
    """A named source. `kind` is agency or press_release; `stated` the words of the text that name it."""

    source: str
    kind: str
    stated: str


_NAME = r"[^\s()\[\]<>【】=/,.:\"'“”][^()\[\]<>【】=:\"'“”\n]{0,28}"

# (서울=연합뉴스) · [워싱턴=AP/뉴시스] · (서울·부산=해찬통신) · 【서울=뉴시스】: place and agency in one bracket
_DATELINE = re.compile(
    r"^\W{0,3}[(\[【](?!사진|자료|그래픽|영상|화면|표=)[가-힣A-Za-z·,/ ]{1,30}="
    rf"(?P<name>{_NAME})(?:=[^)\]】]{{1,20}})?[)\]】]"
)
# SEOUL, Jan. 5 (Yonhap) -- · LONDON (Reuters) - · BERLIN (dpa) – · (AP) — · 【ワシントン時事】 is read by `_SIGNATURE`
_WESTERN = re.compile(
    r"^(?:[A-ZÀ-Ý][\w.,'’/ÀÉÈÜÖÄ -]{0,48})?\((?P<name>[A-Z][\w./ &-]{1,40}|dpa|afp|ap)\)\s*(?:[-–—]{1,2}|$)"
)
_BARE_WESTERN = re.compile(
    r"^(?:[A-ZÀ-Ý][\w.,'’ -]{0,48}\s)?(?P<name>AP|AFP|Reuters|dpa|DPA|EFE|ANSA|NTB|UPI)\s+[–—]{1,2}\s"
)
# /PRNewswire/ -- · (BUSINESS WIRE)-- · (GLOBE NEWSWIRE) -- · (서울=뉴스와이어) is a dateline
_RELEASE = re.compile(r"^.{0,80}?[/(](?P<name>PR\s?Newswire|BUSINESS\s?WIRE|GLOBE\s?NEWSWIRE)[/)]", re.IGNORECASE)
# Under the text, a line of its own: 연합뉴스 제공 · [연합뉴스] · /연합뉴스 · 출처: 뉴시스 · <로이터=연합뉴스>
_SIGNATURE = re.compile(
    rf"^[\W_]{{0,3}}(?!사진|자료|그래픽|영상|화면|photo)(?:(?:기사|뉴스)?\s?(?:제공|출처|source|quelle|kilde)\s?[:=]\s?)?(?P<name>{_NAME}?(?:={_NAME}?)?)"
    r"(?:\s?제공|\s?배포|\s?보도자료)?[\W_]{0,3}$",
    re.IGNORECASE,
)
_JAPANESE = re.compile(
    r"^[【(（](?:[^】)）\s=]{1,14}?[\s=＝]?)?(?P<name>共同|時事|ロイター|AFP時事|AFP|AP|新華社)(?:通信)?[】)）]"
)
_STATED_RELEASE = re.compile(
    r"^[\[(<]?\s?(?:보도자료|언론\s?홍보자료)\s?[\])>]"
    r"|(?:이|본) (?:기사|자료)는 .{1,40}(?:에서|가|이) (?:제공|배포)한 (?:보도)?자료"
    r"|(?P<who>[^\s()\[\]=/]{2,20})의 보도자료를 (?:그대로|전재|옮긴)"
    r"|(?:자료|기사)\s?제공\s?[=:]\s?(?P<by>[^()\[\]=:\n]{2,30})$"
)
_LOOKS_AGENCY = re.compile(r"[가-힣A-Za-z]{2,12}통신(?:사)?")
"""An agency on no list still says what it is: a name that ends in 통신 inside a dateline."""

LAST_PARAGRAPHS = 2
"""Where a credit under the text may stand."""


@cache
def _agencies() -> dict[str, tuple[str, str]]:
    """Folded spelling -> agency and kind."""
    rows = gazetteer.table("agencies")
    return {
        _folded(name): (row["agency"], row["kind"])
        for row in rows
        for name in (row["agency"], *row["aliases"].split("|"))
        if name
    }


def credit(title: str | None, body: Sequence[str], authors: Sequence[str] = ()) -> Credit | None:
    """The source that an article names, or None. The text itself, not its pictures: captions are no paragraphs.

    A dateline says more than a signature, a signature more than a byline that is an agency's name. Of two agencies in
    one bracket (`로이터=연합뉴스`, `AP/뉴시스`) the last is the one that handed the text on.
    """
    opening = [part.strip()[:200] for part in body[:2] if part]
    for paragraph in opening:
        for pattern in (_DATELINE, _RELEASE, _WESTERN, _BARE_WESTERN, _JAPANESE):
            if (found := pattern.match(paragraph)) and (said := _known(found["name"], found[0], pattern is _DATELINE)):
                return said
    for paragraph in reversed([part.strip() for part in body[-LAST_PARAGRAPHS:] if part]):
        if (
            len(paragraph) <= 60
            and (found := _SIGNATURE.match(paragraph))
            and (said := _known(found["name"], paragraph))
        ):
            return said
    for line in (title or "", *opening, *(part.strip()[-200:] for part in body[-LAST_PARAGRAPHS:] if part)):
        if found := _STATED_RELEASE.search(line):
            return Credit((found["who"] or found["by"] or "press release").strip(), "press_release", found[0].strip())
    for name in authors:
        if said := _known(name, name):
            return said
    return None


def _known(name: str, stated: str, is_dateline: bool = False) -> Credit | None:
    for part in reversed([name, *re.split(r"[=/·]", name)] if re.search(r"[=/·]", name) else [name]):
        known = _agencies().get(_folded(part))
        if known:
            return Credit(known[0], known[1], stated.strip())
        if is_dateline and _LOOKS_AGENCY.fullmatch(part.strip()):
            return Credit(part.strip(), "agency", stated.strip())
    return None


def _folded(name: str) -> str:
    return re.sub(r"[\s.\-]+", "", name).casefold()
