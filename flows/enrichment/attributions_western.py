"""Attributions in English, German, French and Spanish: who is told beside a quotation to say it, and by which verb.

Reads the classed words before and behind the marks; gives a `Phrase` and the verb. `quotes_western` asks it for every
quotation and decides what holds where it finds nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flows.enrichment.speakers_western import Cast, Phrase, phrase
from flows.enrichment.western_grammar import Grammar, Word, words

VERSION = 1

CLOSED = re.compile(r"[.,!?…—–][’'\"”»“\s]*$")
"""How words end that are a clause of their own."""
_INSIDE = re.compile(r",\s(?P<told>[^,«»“”]{4,60}),\s")
_BE = ("is", "are", "was", "were", "be", "been", "being", "so", "often", "also")


@dataclass(frozen=True, slots=True)
class Ground:
    """What attributions of one article go by: its language and its names."""

    known: Grammar
    cast: Cast


def behind(text: str, tail: list[Word], inner: str, ground: Ground) -> tuple[Phrase | None, str | None]:
    """`said X`, `X said`, `according to X` right behind the marks."""
    known = ground.known
    at = 0
    is_set_off = bool(CLOSED.search(inner))
    while at < len(tail) and tail[at].kind == "P" and tail[at].text in ",-–—.!?":
        if tail[at].text == "." and known.lang != "en":
            return None, None  # the sentence is over
        is_set_off = True
        at += 1
    if at >= len(tail) or (not is_set_off and len(inner.split()) < 4):
        return None, None
    by = _according(text, tail, at, ground)
    if by:
        return by, None
    clitic = next((_clitic(w.low) for w in tail[at : at + 2] if _clitic(w.low)), None)
    verb = _verb_at(tail, at, ground)
    if known.lang == "de" and verb is None and tail[at].low == "so" and is_set_off:
        verb = at
    if verb is not None:
        lemma = known.verbs.get(tail[verb].low) or _clitic_verb(tail[verb], ground)
        if clitic:
            pronoun = clitic if clitic in ("il", "elle") else None
            return (Phrase(verb, verb + 1, pronoun, tail[verb].start, "pronoun", None) if pronoun else None), lemma
        spoke = _after_verb(text, tail, verb + 1, ground)
        if spoke:
            return spoke, lemma
        if known.lang == "es":
            return Phrase(verb, verb + 1, "", tail[verb].start, "pronoun", None), lemma  # the verb alone: `añadió`
        return None, None
    return _subject_first(text, tail, at, ground) if known.lang != "de" and is_set_off else (None, None)


def before_marks(text: str, lead: list[Word], inner: str, ground: Ground) -> tuple[Phrase | None, str | None]:
    """Who is told before the marks: `X said: “`, `X said that the plan was “`, `According to X, “`."""
    known = ground.known
    if not lead:
        return None, None
    mark = lead[-1].text
    is_introduced = mark == ":" or (mark == "," and known.lang == "en")
    if not is_introduced and len(inner.split()) < 3:
        return None, None
    verbs = [i for i, w in enumerate(lead) if w.kind == "V" or (_clitic(w.low) and _clitic_verb(w, ground))]
    for at in reversed(verbs):
        if len(lead) - at > 40 and mark != ":":
            break
        if _is_passive(lead, at, ground):
            continue
        spoke = _before_verb(text, lead, at, ground) or _opening(text, lead, at, ground)
        if known.lang != "en" and (spoke is None or not _is_adjacent(lead, spoke.last, at, ground)):
            spoke = _after_verb(text, lead, at + 1, ground) or spoke
        is_common = spoke and not any(w.kind in "OUR" for w in lead[spoke.first : spoke.last])
        if spoke and not (is_common and mark != ":"):
            return spoke, known.verbs.get(lead[at].low)
    for at, word in enumerate(lead[:-1]):
        if word.low in (*known.sources, "après") and len(lead) - at < 40:
            by = _according(text, lead, at, ground)
            if by:
                return by, None
    return None, None


def inside(inner: str, ground: Ground) -> tuple[Phrase, str] | None:
    """French sets who speaks into the quotation: « C’était, raconte X, la décision … »."""
    if ground.known.lang not in ("fr", "es"):
        return None
    for match in _INSIDE.finditer(inner[:600]):
        items = words(match["told"], 0, len(match["told"]), ground.known)
        verb = _verb_at(items, 0, ground)
        if verb is not None and verb + 1 < len(items):
            found = phrase(match["told"], items, verb + 1, ground.known, ground.cast)
            if found and found.kind in ("person", "organisation", "anonymous") and found.last == len(items):
                return found, ground.known.verbs[items[verb].low]
    return None


def _according(text: str, items: list[Word], at: int, ground: Ground) -> Phrase | None:
    """`according to X`, `laut X`, `selon X`, `según X` at a place."""
    is_after = at > 0 and items[at].low == "après" and items[at - 1].low in ("d’", "d'")
    if not is_after and (items[at].low not in ground.known.sources or items[at].low in ("nach", "zufolge")):
        return None
    start = at + 1
    if items[at].low == "according":
        start += 1
    found = phrase(text, items, start, ground.known, ground.cast) if start < len(items) else None
    return found if found and found.kind != "thing" else None


def _subject_first(text: str, items: list[Word], at: int, ground: Ground) -> tuple[Phrase | None, str | None]:
    """`Quill told Reuters`, `Amos, who chairs the committee, said` right behind the marks."""
    found = phrase(text, items, at, ground.known, ground.cast)
    if found is None or found.kind == "thing":
        return None, None
    nxt = found.last
    if nxt < len(items) and items[nxt].text == ",":
        close = next((i for i in range(nxt + 1, min(len(items), nxt + 30)) if items[i].text in ",.;:"), None)
        if close is None or items[close].text != ",":
            return None, None
        for end in range(close, min(len(items), nxt + 30)):
            if items[end].text == "," and _verb_at(items, end + 1, ground) is not None:
                close = end
                break
            if items[end].text in ".;:":
                return None, None
        nxt = close + 1
    verb = _verb_at(items, nxt, ground)
    return (
        (found, ground.known.verbs[items[verb].low]) if verb is not None and items[verb].kind == "V" else (None, None)
    )


def _after_verb(text: str, items: list[Word], at: int, ground: Ground) -> Phrase | None:
    """The subject behind the verb; to whom, when and where are skipped."""
    known = ground.known
    for _ in range(5):
        if at >= len(items) or items[at].kind in "QV" or items[at].text in ".;:":
            return None
        word = items[at]
        is_dative = known.lang == "de" and word.low in ("dem", "den")
        if (word.low in known.prepositions or is_dative) and not (known.lang == "de" and word.low == "der"):
            at = _behind_receiver(text, items, at + (0 if is_dative else 1), ground)
            continue
        if (
            word.kind in "TNB"
            or word.low in known.aux
            or word.text == ","
            or (word.kind == "L" and (word.low.endswith(("ly", "mente", "ment")) or known.lang == "de"))
        ):
            if word.kind == "D":
                break
            at += 1
            continue
        break
    if at >= len(items):
        return None
    if items[at].kind == "D" and known.lang == "de" and at + 1 < len(items) and items[at + 1].low in known.receivers:
        at += 2
        while at < len(items) and (items[at].kind in "UOT" or items[at].low in ("am", "in")) and items[at].kind != "D":
            at += 1
        return phrase(text, items, at, known, ground.cast) if at < len(items) and items[at].kind in "D" else None
    return _spoken_of(phrase(text, items, at, known, ground.cast), items)


def _behind_receiver(text: str, items: list[Word], at: int, ground: Ground) -> int:
    """Where `l’AFP`, `der Zeitung`, `Brüssel` behind a preposition ends: an agency ends with its letters."""
    noun = at + 1 if at < len(items) and items[at].kind == "D" else at
    if noun < len(items) and items[noun].text.isupper() and len(items[noun].text) > 1:
        return noun + 1
    skipped = phrase(text, items, at, ground.known, ground.cast)
    return skipped.last if skipped else at + 1


def _spoken_of(found: Phrase | None, items: list[Word]) -> Phrase | None:
    """A noun right behind the verb speaks, listed or not: `so der Interimscoach`."""
    if found and found.kind == "thing" and items[found.first].kind == "D":
        is_one = items[found.first].low.startswith("ein")
        return found._replace(kind="anonymous" if is_one else "person")
    return found if found and found.kind != "thing" else None


def _before_verb(text: str, items: list[Word], verb: int, ground: Ground) -> Phrase | None:
    """The noun phrase that ends right before the verb, or before the insertion that ends there."""
    candidates = _phrases(text, items, verb, ground)
    if not candidates:
        return None
    nearest = candidates[-1]
    led_by = items[nearest.first - 1].low if nearest.first else ""
    if led_by in ground.known.prepositions and led_by not in ("der", "dem", "den", "este"):
        return None
    is_stray = (
        ground.known.lang == "de"
        and nearest.kind == "person"
        and not nearest.name
        and nearest.last - nearest.first == 1
    )
    if is_stray and nearest.first and items[nearest.first - 1].kind not in "PQ" and led_by not in ("und", "dass"):
        return None  # any German noun has a capital
    if _is_adjacent(items, nearest.last, verb, ground) and nearest.kind != "thing":
        inserted = nearest.first > 0 and items[nearest.first - 1].text == ","
        return None if inserted and items[verb - 1].text == "," else nearest
    if items[verb - 1].text != "," and items[verb - 1].low not in ground.known.aux:
        return None
    for one in reversed(candidates):
        comes = one.last < len(items) and items[one.last].text in (",", "–", "—")
        opens = (
            one.first == 0
            or items[one.first - 1].kind in "PQ"
            or items[one.first - 1].low in ("but", "and", "that", "dass")
        )
        is_inner = (
            one.first > 0 and items[one.first - 1].text == "," and any(c.last == one.first - 1 for c in candidates)
        )
        if comes and opens and not is_inner and one.kind != "thing":
            return one
    return None


def _opening(text: str, items: list[Word], verb: int, ground: Ground) -> Phrase | None:
    """The subject that opens the sentence, for the second of two verbs: `Teller went to Tarn and told reporters`."""
    if verb == 0 or items[verb - 1].low not in (
        "and",
        "und",
        "et",
        "y",
        "but",
        "also",
        "then",
        "later",
        *ground.known.aux,
    ):
        before = items[verb - 1].low if verb else ""
        if before not in ("in", "an") and items[verb].kind != "V":
            return None
        if not (items[verb].low.endswith("ing") and ground.known.lang == "en"):
            return None
    for at in range(min(4, verb)):
        if (
            at
            and items[at - 1].kind == "F"
            and items[at - 1].low not in ("but", "and", "aber", "und", "mais", "pero", "y", "et")
        ):
            continue
        found = phrase(text, items, at, ground.known, ground.cast)
        if found and found.last <= verb:
            is_stray = found.kind == "person" and not found.name
            return found if found.kind in ("person", "pronoun", "organisation") and not is_stray else None
    return None


def _phrases(text: str, items: list[Word], until: int, ground: Ground) -> list[Phrase]:
    """The noun phrases of a sentence before a word, in order."""
    found: list[Phrase] = []
    at = 0
    while at < until:
        one = phrase(text, items[:until], at, ground.known, ground.cast) if items[at].kind in "DUOLR" else None
        if one is None:
            at += 1
            continue
        found.append(one)
        at = one.last
    return found


def _verb_at(items: Sequence[Word], at: int, ground: Ground) -> int | None:
    """The verb of speech at a place, auxiliaries and adverbs before it skipped; `a-t-il` counts as one."""
    for shift in range(4):
        if at + shift >= len(items):
            return None
        word = items[at + shift]
        if word.kind == "V":
            return at + shift
        if _clitic(word.low):
            return at + shift if _clitic_verb(word, ground) else _verb_at(items, at + shift + 1, ground)
        is_adverb = word.kind == "L" and word.low.endswith(("ly", "mente", "ment"))
        if word.low not in ground.known.aux and not is_adverb:
            return None
    return None


def _clitic(low: str) -> str | None:
    """The pronoun at the end of `dit-il`, `a-t-elle`, `explique-t-on`."""
    head, _, last = low.rpartition("-")
    return last if head and last in ("il", "elle", "on", "ils", "elles") else None


def _clitic_verb(word: Word, ground: Ground) -> str | None:
    """The dictionary form of the verb in `explique-t-il`; None for an auxiliary."""
    head = word.low.rpartition("-")[0].removesuffix("-t")
    return ground.known.verbs.get(head)


def _is_passive(items: list[Word], verb: int, ground: Ground) -> bool:
    """`is called`, `heißt es`: nobody is told to speak."""
    before = items[verb - 1].low if verb else ""
    after = items[verb + 1].low if verb + 1 < len(items) else ""
    if ground.known.lang == "en":
        is_passive = before in _BE and items[verb].low not in ("said", "says", "told", "added", "saying")
        return is_passive or before == "to"
    return ground.known.lang == "de" and after == "es"


def _is_adjacent(items: list[Word], last: int, verb: int, ground: Ground) -> bool:
    """Whether nothing but auxiliaries, adverbs and brackets stand between a subject and its verb."""
    between = items[last:verb]
    told = any(w.low in ground.known.receivers for w in between)  # `ein Sprecher der dpa sagte`
    return all(
        w.low in ground.known.aux
        or w.kind in "BT"
        or w.low.endswith(("ly", "mente"))
        or (told and (w.kind in "DU" or w.low == "gegenüber"))
        for w in between
    )
