"""Corrections that an article declares: markers on its headline, and notices in its text.

After the conventions of the Korean press (정정보도 and 반론보도 by law, 바로잡습니다, 고침) and of
English, German, French, Spanish, Nordic and Japanese newsrooms. A notice is a paragraph that says so at its start, or
that says of the article itself that it was changed; a paragraph that reports on somebody's correction is none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_NOTICE_CHARS = 800  # a notice is short; longer paragraphs are text


class Kind(StrEnum):
    """What a notice declares."""

    CORRECTION = "correction"  # something was wrong
    REPLY = "reply"  # 반론보도, 추후보도: somebody written about answers, or an outcome is added
    UPDATE = "update"  # something was added or brought up to date


@dataclass(frozen=True, slots=True)
class Notice:
    """One declaration: its kind and its words (the marker, or the paragraph)."""

    kind: Kind
    text: str


_OPEN = r"[\[<〈《≪【(（［]\s*"
_CLOSE = r"\s*[\]>〉》≫】)）］]"
_REPLY = re.compile(rf"^\W{{0,3}}{_OPEN}(?:반론\s?보도(?:문)?|추후\s?보도(?:문)?|알려\s?왔습니다|반론문){_CLOSE}")
_CORRECTION = re.compile(
    rf"^\W{{0,3}}{_OPEN}(?:정정(?:\s?보도)?(?:문)?(?:\s?(?:및|·)\s?반론\s?보도(?:문)?)?|바로\s?잡습니다|바로잡음|고침|고칩니다|"
    rf"(?:기사\s?)?수정){_CLOSE}"
    rf"|^\W{{0,3}}{_OPEN}(?:기사\s?)?(?:수정|정정|고침)\s*[:：]"
    r"|^\W{0,3}(?:정정(?:\s?보도)?(?:문)?|바로\s?잡습니다|고침)\s*(?:[:：=]|$)"
    r"|^\W{0,3}(?:corrections?|correction note|clarifications?|erratum|berichtigung|korrektur|richtigstellung|"
    r"rectificatif|correctif|corrección|fe de errores|rettelse|rättelse|rettet|correzione|errata)"
    r"(?:\s*\([^)]{1,40}\)|,? \w{3,9}\.? \d{1,2}(?:, \d{4})?)?\s*[:：–—]"
    r"|^\W{0,3}(?:訂正|お詫びと訂正|更正)\s*(?:[:：】]|$)"
    r"|\ban? (?:earlier|previous|original) version of this (?:article|story|report|headline|piece|post)\b"
    r"|\bthis (?:article|story|report|headline|piece|post) (?:has been|was) "
    r"(?:corrected|amended|clarified|revised|edited)\b",
    re.IGNORECASE,
)
_UPDATE = re.compile(
    r"^\W{0,3}(?:update[ds]?|editor[’']?s[’']? note|anmerkung der redaktion|anm\. d\. red\.|note de la rédaction|"
    r"nota del editor|aktualisierung)(?:\s*\([^)]{1,40}\))?\s*[:：–—]"
    r"|\bthis (?:article|story|report|headline|piece|post) (?:has been|was) updated\b",
    re.IGNORECASE,
)
# A Korean paragraph that ends in a promise of its own: 바로잡습니다 is said by nobody but the paper. The wider verbs
# (고쳤습니다, 수정했습니다) are also said of laws and plans: they need a mark, or a word for the article itself.
_PERFORMS = re.compile(r"(?:바로\s?잡(?:습니다|았습니다)|정정\s?(?:합니다|했습니다|하였습니다))\W{0,3}$")
_CHANGED = re.compile(
    r"(?:고쳤습니다|고칩니다|수정\s?(?:합니다|했습니다|하였습니다|됐습니다|되었습니다)|변경했습니다)\W{0,3}$"
)
_ADDED = re.compile(
    r"(?:업데이트\s?(?:했습니다|됐습니다|되었습니다)|추가\s?(?:했습니다|하였습니다)|보강했습니다)\W{0,3}$"
)
_MARKED = re.compile(r"^\s*[※*▲▶■◆☞]")
_OF_ITSELF = re.compile(r"기사|보도|제목|본문|표기|오기|앞서|당초|본지|본보")
_SPEECH = re.compile(r"^\s*[\"“'‘]")

_TITLE_KINDS = {
    **dict.fromkeys(("수정", "정정", "정정보도", "정정및반론보도", "바로잡습니다", "고침"), Kind.CORRECTION),
    **dict.fromkeys(("반론보도", "추후보도", "알려왔습니다"), Kind.REPLY),
    **dict.fromkeys(("corrected", "correction"), Kind.CORRECTION),
    **dict.fromkeys(("updated", "update"), Kind.UPDATE),
}
_BRACKETED = re.compile(rf"{_OPEN}([^\[\]<>()]{{2,14}}?){_CLOSE}")


def in_title(title: str | None, markers: Sequence[str]) -> list[Notice]:
    """What a headline declares, by the markers taken off it and the brackets left in it."""
    words = [*markers, *_BRACKETED.findall(title or "")]
    keys = [(word, re.sub(r"\s", "", word).lower()) for word in words]
    return [Notice(_TITLE_KINDS[key], word) for word, key in keys if key in _TITLE_KINDS]


def in_body(paragraphs: Sequence[str]) -> list[Notice]:
    """The notices among the paragraphs, in order."""
    return [notice for text in paragraphs if (notice := _notice(text)) is not None]


def _notice(text: str) -> Notice | None:
    if len(text) > MAX_NOTICE_CHARS or _SPEECH.match(text):
        return None
    if _REPLY.search(text):
        return Notice(Kind.REPLY, text)
    if _CORRECTION.search(text) or _PERFORMS.search(text):
        return Notice(Kind.CORRECTION, text)
    is_of_itself = bool(_MARKED.match(text) or _OF_ITSELF.search(text))
    if is_of_itself and _CHANGED.search(text):
        return Notice(Kind.CORRECTION, text)
    if _UPDATE.search(text) or (is_of_itself and _ADDED.search(text)):
        return Notice(Kind.UPDATE, text)
    return None
