"""Quotations in English, German, French and Spanish with their speakers.

Reads quotation spans, sentences and the names found; gives `Quote`s. Marks hold speech when a verb of speech and who
speaks stand beside them (`“…,” said X`, `„…“, sagte X`, « … », a déclaré X`, `X said: “…”`, `according to X`), or when
whole sentences in marks go on with a speaker named before. Titles, terms and words held at arm's length have neither.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flows.enrichment import attributions_western as attributions
from flows.enrichment.attributions_western import CLOSED, Ground
from flows.enrichment.document import Organisation, Person, Quote
from flows.enrichment.reading import Paragraph
from flows.enrichment.sentences import MAX_QUOTE_CHARS, Span
from flows.enrichment.speakers_western import Cast, Phrase
from flows.enrichment.western_grammar import grammar, words

VERSION = 1

TAIL_CHARS, LEAD_CHARS = 260, 420
"""How far behind and before its marks a quotation is asked for its speaker."""
MOST_QUOTES = 2_000
"""Quotations read in one article; a text with more is no news."""

_ENDED = re.compile(r"[.!?…][’'\"”»“\s]*$")
_WORK = re.compile(
    r"(?:so-called|titled|entitled|named|dubbed|novel|book|film|movie|song|album|single|series|show|podcast|documentary|play"
    r"|musical|magazine|hashtag|slogan|banner|sign|word|words|term|phrase|sogenannten?|Roman|Buch|Film|Lied|Song|Serie|Stück"
    r"|Titel|Sendung|Magazin|Podcast|Album|Begriff|Wort|Motto|roman|livre|chanson|pièce|série|titre|intitulée?|baptisée?"
    r"|dite?|surnommée?|mot|novela|libro|película|canción|obra|llamad[oa]|titulad[oa]|denominad[oa]|apodad[oa]|palabra|lema)"
    r"\s*,?\s*$"
)
_ARTICLE = re.compile(
    r"(?:^|\s)(?:the|a|an|its|their|his|her|this|der|die|das|den|dem|ein|eine|einen|le|la|les|un|une|el|los|las|una)\s$",
    re.I,
)
_SMALL = re.compile(r"(?:the|an?|of|in|on|and|for|to|de|la|le|der|die|das|y|el|von|at|with|from|des|du)", re.IGNORECASE)
_OPENERS = ("“", '"', "«")
_OPENING = re.compile(r"(?:(?<=\s)|^)[“\"«](?=[^\s”\"»])")


@dataclass(slots=True)
class _State:
    """Whom the article heard last, and whom the text right before is about."""

    ground: Ground
    speaker: Phrase | None = None
    topic: str | None = None  # full name of the person named last
    called: dict[str, str] = field(default_factory=dict)  # full name -> the pronoun that has stood for it
    is_open: bool = False  # the paragraph before left a quotation open
    pending: tuple[Phrase, str] | None = None  # a paragraph that ended with `X said:`
    names: re.Pattern[str] | None = None
    out: list[Quote] = field(default_factory=list)


@dataclass(slots=True)
class _Scene:
    """One paragraph while its quotations are read."""

    paragraph: Paragraph
    speaker: Phrase | None = None  # of the quotation before in this paragraph
    last: int = 0  # end of the quotation before


def quotes(
    body: Sequence[Paragraph], lang: str, people: Sequence[Person], organisations: Sequence[Organisation]
) -> tuple[Quote, ...]:
    """All direct speech of the body in reading order; `lang` is one of `western_grammar.LANGUAGES`."""
    known = grammar(lang)
    cast = Cast(people, organisations, (paragraph.text for paragraph in body), known)
    state = _State(Ground(known, cast), names=_names(people, cast))
    for order, paragraph in enumerate(body):
        if len(state.out) >= MOST_QUOTES:
            break
        goes_on = order + 1 < len(body) and body[order + 1].text[:1] in _OPENERS
        whole = _left_open(paragraph) if goes_on else None
        before = len(state.out)
        _paragraph(whole or paragraph, state)
        if len(state.out) > before:
            _told_late(before, state)
        state.is_open = whole is not None
    return tuple(state.out[:MOST_QUOTES])


def _left_open(paragraph: Paragraph) -> Paragraph | None:
    """The paragraph with a quotation that it opens and leaves to the next to close, as English prints long speech."""
    last = paragraph.quotes[-1].end if paragraph.quotes else 0
    opened = _OPENING.search(paragraph.text, last)
    if opened is None or len(paragraph.text) - opened.start() > MAX_QUOTE_CHARS:
        return None
    span = Span(opened.start(), len(paragraph.text) + 1)  # the mark that is left out would stand here
    plain = paragraph.plain[: span.start] + "▒" * (len(paragraph.text) - span.start)
    return replace(paragraph, quotes=(*paragraph.quotes, span), plain=plain)


def _told_late(first: int, state: _State) -> None:
    """A quotation left open without a speaker is theirs whom the paragraph that closes it names."""
    if state.is_open and first and state.out[first].speaker and not state.out[first - 1].speaker:
        told = state.out[first]
        state.out[first - 1] = replace(
            state.out[first - 1],
            speaker=told.speaker,
            speaker_name=told.speaker_name,
            speaker_type=told.speaker_type,
            confidence=0.8,
        )


def _names(people: Sequence[Person], cast: Cast) -> re.Pattern[str] | None:
    listed = sorted({*cast.by_last, *(person.name for person in people)}, key=len, reverse=True)[:300]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)") if listed else None


def _paragraph(paragraph: Paragraph, state: _State) -> None:
    scene = _Scene(paragraph)
    outside = paragraph.plain.replace("▒", "").strip(" -–—.,\u00a0")
    carried = state.speaker if not outside else None
    for order, span in enumerate(paragraph.quotes[:MOST_QUOTES]):
        following = paragraph.quotes[order + 1].start if order + 1 < len(paragraph.quotes) else len(paragraph.text)
        inner = paragraph.text[span.start + 1 : span.end - 1].strip(" \u00a0\u202f")
        if not inner:
            continue
        told, verb = _attributed(scene, span, inner, following, state)
        confidence = 0.9
        if told is None and not _is_title(paragraph.text, span, inner):
            told, verb, confidence = _carried(scene, span, inner, carried, state)
        if told is None and confidence != 0.5:
            continue
        told = _resolved(told, scene, span, state) if told else None
        _put(paragraph, span, inner, told, verb, confidence, state)
        scene.last = span.end
        if told:
            scene.speaker = state.speaker = told
        state.pending = None
    if outside:
        state.pending = _announced(paragraph, state)
        if not paragraph.quotes:
            state.speaker = None
    _note_topic(paragraph, state)


def _attributed(
    scene: _Scene, span: Span, inner: str, following: int, state: _State
) -> tuple[Phrase | None, str | None]:
    """Who is told beside the marks to have said it, and the verb."""
    paragraph = scene.paragraph
    at = max(0, bisect_right(paragraph.sentences, span.start, key=lambda s: s.start) - 1)
    sentence = paragraph.sentences[at] if paragraph.sentences else Span(0, len(paragraph.text))
    stop = min(following, max(sentence.end, span.end), span.end + TAIL_CHARS)
    tail = words(paragraph.plain, span.end, stop, state.ground.known)
    inside = attributions.inside(inner, state.ground)
    if inside:
        return inside
    found = attributions.behind(paragraph.plain, tail, inner, state.ground)
    if found[0]:
        return found
    start = max(sentence.start, span.start - LEAD_CHARS)
    if _is_term(paragraph.plain, span, inner):
        return None, None
    if _is_title(paragraph.text, span, inner):
        return None, None
    lead = words(paragraph.plain, start, span.start, state.ground.known)
    return attributions.before_marks(paragraph.plain, lead, inner, state.ground)


def _carried(
    scene: _Scene, span: Span, inner: str, carried: Phrase | None, state: _State
) -> tuple[Phrase | None, str | None, float]:
    """Who goes on speaking where nothing beside the marks tells; confidence 0.5 for speech of nobody known."""
    plain = scene.paragraph.plain
    is_sentence = len(inner.split()) >= 3 and bool(_ENDED.search(inner) or plain[span.end : span.end + 1] in (".", ""))
    if state.pending and span.start < 20 and not plain[: span.start].strip(" -–—\u00a0"):
        return state.pending[0], state.pending[1], 0.8
    between = plain[max(scene.last, span.start - LEAD_CHARS) : span.start]
    if plain[max(0, span.start - 20) : span.start].rstrip()[-1:].isalnum():
        return None, None, 0.0  # `dividends with “growth.”`: a part of the reporter's sentence
    if scene.speaker and scene.last:
        is_next = len(between) < 200 and between.count(".") <= 2
        told = [m[0] for m in state.names.finditer(between)] if state.names and is_next and "." in between else []
        name = state.ground.cast.resolve(told[0]) if told else None
        if is_next and is_sentence and name and name in state.ground.cast.certain and name != scene.speaker.name:
            return scene.speaker._replace(text=told[0], kind="person", name=name), None, 0.6
        if is_next and (is_sentence or between.rstrip().endswith(",")):
            return scene.speaker, None, 0.8
        if is_next and len(inner.split()) >= 4 and not between.rstrip()[-1:].isalpha():
            return scene.speaker, None, 0.7
    if carried and is_sentence:
        return carried, None, 0.7
    is_open = span.start < MAX_QUOTE_CHARS and not plain[: span.start].strip(" -–—▒\u00a0")
    is_long = len(inner.split()) >= 6 or span.end > len(plain)  # long enough, or left open
    if is_sentence and is_open and is_long and _ENDED.search(inner):
        return None, None, 0.5
    return None, None, 0.0


def _is_title(text: str, span: Span, inner: str) -> bool:
    """Whether marks hold the title of a work or a term: told right before, or every word of it has a capital."""
    if _WORK.search(text, max(0, span.start - 30), span.start):
        return True
    if CLOSED.search(inner):
        return False
    parts = [p for p in inner.split() if not _SMALL.fullmatch(p)]
    return len(parts) > 1 and all(p[0].isupper() or p[0].isdigit() for p in parts)


def _is_term(plain: str, span: Span, inner: str) -> bool:
    """`the “one town, two halls” formula`: words that describe a noun."""
    return (
        not CLOSED.search(inner)
        and len(inner.split()) < 7
        and _ARTICLE.search(plain, max(0, span.start - 12), span.start) is not None
        and re.match(r"\s[^\W\d_]{4,}", plain[span.end : span.end + 6]) is not None
    )


def _announced(paragraph: Paragraph, state: _State) -> tuple[Phrase, str] | None:
    """Who speaks in the next paragraph, where this one ends with `X said:`."""
    if not paragraph.plain.rstrip().endswith(":") or not paragraph.sentences:
        return None
    last = paragraph.sentences[-1]
    end = len(paragraph.plain.rstrip())
    lead = words(paragraph.plain, max(last.start, end - LEAD_CHARS), end, state.ground.known)
    spoke, verb = attributions.before_marks(paragraph.plain, lead, "", state.ground)
    if spoke is None:
        return None
    return _resolved(spoke, _Scene(paragraph), Span(end, end), state), verb or ""


def _resolved(told: Phrase, scene: _Scene, span: Span, state: _State) -> Phrase:
    """`he` is the person named last before, `added` alone who spoke before."""
    if told.kind != "pronoun":
        return told
    before = scene.speaker
    name = before.name if before and before.kind == "person" else None
    if _clashes(name, told.text, state):
        before, name = None, None
    if name is None:
        name = _named_before(scene.paragraph.plain, span.start, told.text, state)
    if name and told.text:
        state.called.setdefault(name, told.text.lower())
    text = told.text or (before.text if before else name or "")
    return told._replace(text=text, kind="person", name=name)


def _clashes(name: str | None, pronoun: str, state: _State) -> bool:
    """Whether the name was `he` before and is to be `she` now."""
    return bool(name and pronoun) and state.called.get(name or "", pronoun.lower()) != pronoun.lower()


def _named_before(plain: str, until: int, pronoun: str, state: _State) -> str | None:
    """The person named last before a place: in the paragraph, by the quotation before, in the paragraph before."""
    here = [m[0] for m in state.names.finditer(plain, max(0, until - 2_000), until)] if state.names else []
    names = [state.ground.cast.resolve(found) or found for found in reversed(here)]
    if state.speaker and state.speaker.kind == "person" and state.speaker.name:
        names.append(state.speaker.name)
    if state.topic:
        names.append(state.topic)
    return next(
        (name for name in names if name in state.ground.cast.certain and not _clashes(name, pronoun, state)), None
    )


def _note_topic(paragraph: Paragraph, state: _State) -> None:
    """Remember whom the paragraph names first: the next one's `he`."""
    if not state.names:
        return
    match = state.names.search(paragraph.plain, 0, 4_000)
    if match:
        state.topic = state.ground.cast.resolve(match[0]) or match[0]


def _put(
    paragraph: Paragraph,
    span: Span,
    inner: str,
    told: Phrase | None,
    verb: str | None,
    confidence: float,
    state: _State,
) -> None:
    kind = told.kind if told and told.kind != "thing" else None
    state.out.append(
        Quote(
            text=inner,
            speaker=told.text or None if told else None,
            speaker_name=told.name if told else None,
            speaker_type=kind,
            verb=verb or None,
            paragraph=paragraph.index,
            start=span.start,
            end=min(span.end, len(paragraph.text)),
            confidence=confidence,
        )
    )
