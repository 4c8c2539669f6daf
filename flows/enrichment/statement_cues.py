"""Where a sentence reports what somebody said, and by what: `-다고 밝혔다`, `-다며`, `-다는 지적이 나온다`.

Reads the morphemes of a sentence; gives `Cue`s. `statements` finds who said it.
"""

import re
from dataclasses import dataclass
from functools import cache

from flows import gazetteer
from flows.enrichment import lexicon
from flows.enrichment.tokens import Token

VERSION = 1

_SAYING = re.compile(r"(?:다|라|자|냐)(?P<how>고|며|면서|는)$")
PREDICATES = frozenset(["VV", "VX", "VA", "XSV", "XSA", "VCP", "VCN"])
_HELD_BY_NOBODY = frozenset(["나오", "제기되", "있", "쏟아지", "잇따르", "이어지", "많", "우세하", "커지", "높"])
_HELD = frozenset(["내놓", "밝히", "제기하", "전하", "펴", "하", "내", "내비치", "보이", "고수하", "드러내", "피력하"])


@cache
def _nouns() -> dict[str, str]:
    return {row["noun"]: row["form"] for row in gazetteer.table("statement_nouns")}


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a stated clause ends and what reports it."""

    clause_end: int  # in characters
    end: int  # of the reporting ending, in characters
    verb_at: int  # index of the verb's token
    verb: str | None
    is_adnominal: bool = False
    is_open: bool = False  # held by people at large
    is_noun: bool = False  # told by a noun
    is_while: bool = False  # told by -며, -면서
    resume: int = -1  # where the next clause of the chain begins
    is_hearsay: bool = False  # `…다고 한다`: the speaker is left out on purpose


def cues(plain: str, tokens: list[Token]) -> list[Cue]:
    """All cues of a sentence in order; `plain` is the paragraph with quotations blotted out."""
    found: list[Cue] = []
    for at, token in enumerate(tokens):
        match = _SAYING.search(token.form) if token.tag in ("EC", "ETM") else None
        if match is None or at == 0:
            continue
        head = at - 1 if tokens[at - 1].tag == "VCP" else at
        if plain[tokens[head].start - 1 : tokens[head].start] in ("▒", ""):
            continue  # words in marks: a quotation
        size = len(match["how"]) if head == at else 0
        clause_end = tokens[head].start if head < at else token.end - size
        how = match["how"]
        cue = _by_noun(tokens, at, clause_end) if how == "는" else _by_verb(tokens, at, clause_end, how)
        if cue:
            found.append(cue)
    return found


def _by_verb(tokens: list[Token], at: int, clause_end: int, how: str) -> Cue | None:
    """-다고 and the first predicate behind it, if that is a verb of speech; -다며 and the next such verb, if any."""
    verbs = lexicon.speech_verbs()
    first = at + 1
    for here in range(first, min(len(tokens), first + (16 if how == "고" else 60))):
        token = tokens[here]
        if token.tag == "MAG" and token.form in ("안", "못") and how == "고":
            return None
        stem = _stem(tokens, here)
        if stem is None:
            continue
        if stem in verbs and (stem != "하" or (how == "고" and _is_finite(tokens, here))):
            kind = _after_verb(tokens, here)
            if kind is None:
                return None
            noun = next((t for t in tokens[here + 1 : here + 5] if t.tag in ("NNB", "NNG", "NNP", "NP", "SL")), None)
            if kind == "adnominal" and noun and noun.form in ("바", "것", "뒤", "후", "데", "반면", "가운데"):
                if noun.form == "것" and not any(
                    t.form in ("로", "으로") and t.start == noun.end for t in tokens[here + 1 : here + 6]
                ):
                    return None  # 말했다고 진술한 것을
                kind = "told"
            is_hearsay = kind == "hearsay" or (stem == "하" and tokens[here + 1].tag == "EF")
            return Cue(
                clause_end,
                _end(tokens, at),
                here,
                f"{stem}다",
                is_adnominal=kind == "adnominal",
                is_while=how != "고",
                resume=_behind(tokens, here) if how == "고" else -1,
                is_hearsay=is_hearsay,
            )
        if how == "고":
            return None
    if how == "고" or _describes(tokens, first):
        return None
    return Cue(clause_end, _end(tokens, at), first, None, is_while=True)


def _describes(tokens: list[Token], first: int) -> bool:
    """`…해달라며 낸 소송`: the next verb describes a noun."""
    at = next((i for i in range(first, min(len(tokens), first + 12)) if tokens[i].tag in ("VV", "XSV", "VA")), None)
    return at is not None and at + 1 < len(tokens) and tokens[at + 1].tag == "ETM"


def _behind(tokens: list[Token], at: int) -> int:
    """Where the verb's own ending ends: a chain goes on behind it."""
    ending = next((t for t in tokens[at + 1 : at + 6] if t.tag in ("EC", "EF", "ETM")), tokens[at])
    return ending.end


def _end(tokens: list[Token], at: int) -> int:
    """Where the reporting ending ends, its particle (`-다면서도`) included."""
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    return behind.end if behind and behind.tag == "JX" and behind.start == tokens[at].end else tokens[at].end


def _stem(tokens: list[Token], at: int) -> str | None:
    """The stem of the predicate at a token: `밝히`, `말하`, also `주장` in `…라고 주장, 논란이`."""
    token = tokens[at]
    before = tokens[at - 1] if at else None
    if token.tag in ("XSV", "XSA"):
        return before.form + token.form if before and before.tag in ("NNG", "XR", "MAG") else token.form
    if token.tag in PREDICATES:
        return token.form
    if token.tag == "NNG" and at + 1 < len(tokens) and tokens[at + 1].tag in ("SP", "SF"):
        stem = f"{token.form}하"
        return stem if stem in lexicon.speech_verbs() else None
    return None


def _is_finite(tokens: list[Token], at: int) -> bool:
    """했다, 한다, 했지만; not 해서, 해도, 할, 하더라도."""
    return at + 1 < len(tokens) and (tokens[at + 1].tag in ("EP", "EF"))


def _after_verb(tokens: list[Token], at: int) -> str | None:
    """What becomes of the verb: told, adnominal (`밝힌 …`), or None where it is denied, conditional or to come."""
    for token in tokens[at + 1 : at + 4]:
        if token.tag == "EP":
            if token.form == "겠":
                return None
            continue
        if token.tag == "ETM":
            return None if token.form in ("ᆯ", "을") else "adnominal"
        if token.tag == "EC":
            if token.form in ("어", "아", "여"):
                return "hearsay"  # 전해졌다, 알려졌다
            if token.form in ("지", "면", "으면", "다면", "려고", "려면", "도록", "더라도", "어도", "거나"):
                return None
            return "told"
        if token.tag == "ETN":
            return None
        if token.tag not in ("XSV",):
            return "told"
    return "told"


def _by_noun(tokens: list[Token], at: int, clause_end: int) -> Cue | None:
    """-다는 before a noun of saying, and what is done with it: it is held (`이다`, `을 내놨다`) or heard (`나온다`)."""
    noun_at = at + 1
    if noun_at < len(tokens) - 1 and tokens[noun_at].tag in ("MAG", "MM", "XR"):
        noun_at += 1
    form = _nouns().get(tokens[noun_at].form) if noun_at < len(tokens) - 1 else None
    if form is None:
        return None
    behind = tokens[noun_at + 1]
    if behind.tag == "VCP":
        kind = _after_verb(tokens, noun_at + 1)
        return Cue(clause_end, tokens[at].end, noun_at, None, is_noun=True) if kind == "told" else None
    if behind.tag not in ("JKS", "JX", "JKO") or noun_at + 2 >= len(tokens):
        return None
    for here in range(noun_at + 2, min(len(tokens), noun_at + 6)):
        stem = _stem(tokens, here)
        if stem is None:
            continue
        if _after_verb(tokens, here) is None:
            return None
        if stem in _HELD_BY_NOBODY and form == "opinion" and behind.tag != "JKO":
            return Cue(clause_end, tokens[at].end, here, None, is_open=True, is_noun=True)
        if stem in _HELD and behind.tag != "JKS":
            return Cue(clause_end, tokens[at].end, here, f"{stem}다", is_noun=True)
        return None
    return None
