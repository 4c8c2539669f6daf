"""Events in English, the commonest only: who was appointed, left, won, bought, launched, was judged, died, declined.

Reads sentences outside quotations and the names found; gives `Event`s. Only a person or body that the article is known
to name counts, right before the verb.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

from flows.enrichment.document import DateMention, Event, Organisation, Person
from flows.enrichment.reading import Paragraph

VERSION = 1
MAX_SENTENCE_CHARS = 600
MOST_NAMES = 100

_WILL = r"(?P<will>(?:will(?: be)?|plans to(?: be)?|is to(?: be)?|is set to(?: be)?|intends to)\s)?"
_THING = r"[^,.;]{3,60}"
_PRIZE = r"(?:the |an? )[^,.;]{0,40}(?:Prize|Award|Medal|Oscar|Grammy|Emmy)[^,.;]{0,30}"
_FORMS = {
    "appointment": rf"(?:was |has been |been )?(?:appointed|named|elected)(?: as)? (?P<what>{_THING})",
    "resignation": rf"(?:has )?(?:resigned|resign|stepped down|step down)(?: as (?P<what>{_THING}))?",
    "award": rf"(?:has )?(?:won|win|received|receive) (?P<what>{_PRIZE})",
    "merger": r"(?:has )?(?:acquired|acquire|merged with|merge with) (?P<what>[A-Z][^,.;]{2,50})",
    "launch": rf"(?:has )?(?:launched|launch|released|release) (?P<what>{_THING})",
    "verdict": rf"(?:was |been )(?:sentenced to|convicted of|acquitted of) (?P<what>{_THING})",
    "indictment": rf"(?:was |has been )(?:indicted|charged)(?: (?:on|with|for) (?P<what>{_THING}))?",
    "death": r"(?:has )?(?:died|passed away)",
    "refusal": rf"(?:has )?(?:declined|refused|rejected|turned down) (?!to comment)(?P<what>(?:to |the |an? ){_THING})",
}
_VERBS = tuple((kind, re.compile(_WILL + form)) for kind, form in _FORMS.items())
_TRIGGER = re.compile(
    r"\b(?:appointed|named|elected|resign|step(?:ped)? down|won|win|receive|acquire|merge|launch|release|sentenced"
    r"|convicted|acquitted|indicted|charged|died|passed away|declined|refused|rejected|turned down)"
)
_NOT = re.compile(r"\b(?:if|whether|could|might|may|would|film|movie|novel|character|episode|plot)\b", re.IGNORECASE)
_ALLEGED = re.compile(r"\b(?:allegedly|reportedly|rumou?red|is said to)\b")
_DENIED = re.compile(r"\b(?:denied|denies|did not|has not|was not|never|will not)\b")


def events(
    paragraph: Paragraph,
    lang: str | None,
    people: Sequence[Person],
    organisations: Sequence[Organisation],
    dates: Sequence[DateMention],
) -> Iterator[Event]:
    """The events of one English paragraph, at most one a sentence."""
    if (lang is not None and not lang.lower().startswith("en")) or not _TRIGGER.search(paragraph.plain):
        return
    who = _subject(tuple(name for body in organisations for name in (body.name, *body.aliases)), tuple(people))
    here = sorted((date for date in dates if date.paragraph == paragraph.index), key=lambda date: date.start)
    for sentence in paragraph.sentences:
        plain = paragraph.plain[sentence.start : sentence.end]
        if who is None or len(plain) > MAX_SENTENCE_CHARS or not _TRIGGER.search(plain) or _NOT.search(plain):
            continue
        for subject in who.finditer(plain):
            found = next(((k, m) for k, pattern in _VERBS if (m := pattern.match(plain, subject.end()))), None)
            if found is None:
                continue
            kind, match = found
            told = (
                "alleged"
                if _ALLEGED.search(plain)
                else "denied"
                if _DENIED.search(plain)
                else "planned"
                if match["will"]
                else "asserted"
            )
            at = bisect_left(here, sentence.start, key=lambda date: date.start)
            when = here[at].value if at < len(here) and here[at].start < sentence.end else None
            what = match.groupdict().get("what")
            sides = (subject["who"], what) if kind == "merger" and what else (subject["who"],)
            yield Event(
                kind, told, sides, None, None if kind == "merger" else what, when, None, False,
                paragraph.text[sentence.start : sentence.end], match[0].strip(), paragraph.index, sentence.start,
                sentence.end, 0.7,
            )  # fmt: skip
            break


@lru_cache(maxsize=4)
def _subject(bodies: tuple[str, ...], people: tuple[Person, ...]) -> re.Pattern[str] | None:
    """A known name before a verb; made once an article."""
    names = sorted({*bodies[:MOST_NAMES], *(person.name for person in people[:MOST_NAMES])}, key=len, reverse=True)
    if not names:
        return None
    listed = "|".join(map(re.escape, names))
    return re.compile(rf"(?<!\w)(?P<who>{listed})(?:,[^,.]{{1,60}},)?\s(?:also\s|later\s|reportedly\s|allegedly\s)?")
