"""Quotations: direct speech with its speaker, the speaker's kind and the verb.

Reads quotation spans, sentences, morphemes and the people found; writes `Quote`s of the body. Only double marks are
speech; single marks are terms. A quotation takes the subject of its own sentence, else the speaker of the quotation
before it in the paragraph, else whom the article last spoke of.
"""

import re
from dataclasses import dataclass, field

from flows.enrichment import lexicon, quotes_cjk, quotes_western, western_grammar
from flows.enrichment.document import Organisation, Person, Quote
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.sentences import Span
from flows.enrichment.speakers import Cast, Subject, kind_of, noun_run, subjects, subjects_from_end
from flows.enrichment.tokens import Token, has_hangul

VERSION = 1

_CUE = re.compile(
    r"\s?(?:이라고|라고|고|이라며|라며|며|이라면서|라면서|면서|이라는|라는|는|이라|라|이란|란|이냐고|냐고|하고|이라거나|라거나)"
)
_TERM_TAIL = re.compile(
    r"(?:으로|로|을|를|이|가|은|는|에|의|과|와|도|에서|에는|이나|까지|만|처럼|보다|라는\s(?:이름|제목|별명|노래|책|영화|작품|프로그램|주제|슬로건|문구)"
    r"|이라는\s(?:이름|제목|별명|노래|책|영화|작품|프로그램|주제|슬로건|문구))(?![가-힣]*고\s)"
)
_SPEECH_END = re.compile(
    r"(?:[다요까죠네라자지나걸구군야냐해돼줘가세래게오마데ㅋㅎㅠ것터듯뿐음함임됨중점때짐줌봄감춤]|[.?!…~])[’'”\"\s]*$"
)
_OTHERS = re.compile(
    r"\s?(?:이?라는|는|이?란)\s?(?:\S+\s)?(?:말|질문|물음|지적|비판|요청|제안|반응|댓글|의견|주장|평가|이야기|얘기|글|목소리|답|칭찬)(?:에|엔|에는)\b"
)
_REACTION = re.compile(
    r"등(?:의|과 같은|으로)?\s?(?:다양한\s|뜨거운\s)?(?:반응|의견|댓글|목소리|글|말)|(?:반응|의견"
    r"|댓글)(?:을|이|들이|도)"
)
_TURN = re.compile(
    r"^[\[▶◆◇\s]*(?:인터뷰\s?:\s?)?(?P<name>[가-힣]{2,4}(?:\s[가-힣]+)?|[A-Z]\s?씨)\s?(?:/\s?(?P<title>[^:/\-\"“]{2,40}?))?\s?[:\-]\s*[-\s]*$"
)
_SINGLE = re.compile(r"[‘'][^‘’'\n]{1,60}[’']")
_BY = re.compile(r"(?P<who>[가-힣A-Za-z·\s]{1,30}?)(?:에\s따르면|에\s의하면)")
_CAPTION_LINE = re.compile(r"^[가-힣A-Za-z\s·]{2,40}$")
MAX_QUOTES = 2_000
"""Quotations read in one article; a text with more is no news."""


@dataclass(slots=True)
class _State:
    """Whom the article speaks of at this point."""

    cast: Cast
    speaker: Subject | None = None  # of the last quotation
    topic: Subject | None = None  # of the last sentence
    out: list[Quote] = field(default_factory=list)


def enrich(
    reading: Reading, people: tuple[Person, ...], organisations: tuple[Organisation, ...] = ()
) -> tuple[Quote, ...]:
    """All direct speech of the body in reading order, by the rules of the article's language. Never raises."""
    if reading.lang != "ko":
        return _elsewhere(reading, people, organisations)
    state = _State(Cast([(person.name, person.role) for person in people]))
    body = [paragraph for paragraph in reading.paragraphs if paragraph.index >= 0]
    for at, paragraph in enumerate(body):
        if len(state.out) > MAX_QUOTES:
            break
        if not has_hangul(paragraph.text):
            continue
        _paragraph(paragraph, body[at + 1 : at + 3], state)
    return tuple(state.out)


def _elsewhere(
    reading: Reading, people: tuple[Person, ...], organisations: tuple[Organisation, ...]
) -> tuple[Quote, ...]:
    """Quotations of an article that is not Korean, none without rules for it; of no stated language it is English."""
    body = [paragraph for paragraph in reading.paragraphs if paragraph.index >= 0]
    lang = reading.lang or "en"
    if lang in western_grammar.LANGUAGES:
        return quotes_western.quotes(body, lang, people, organisations)
    if lang in quotes_cjk.LANGUAGES:
        return quotes_cjk.quotes(body, lang, people, organisations)
    return ()


def _paragraph(paragraph: Paragraph, following: list[Paragraph], state: _State) -> None:
    if not paragraph.quotes:
        for sentence in paragraph.sentences:
            _note_topic(paragraph, sentence, state)
        return
    outside = paragraph.plain.replace("▒", "").strip(" ▼▲■◆-–.·")
    if not outside:
        _standing_alone(paragraph, following, state)
        return
    state.speaker = None
    for sentence in paragraph.sentences:
        inside = list(paragraph.quotes_in(sentence))
        if not inside:
            _note_topic(paragraph, sentence, state)
            continue
        _sentence(paragraph, sentence, inside, state)


def _note_topic(paragraph: Paragraph, sentence: Span, state: _State) -> None:
    """Remember the last person, body or pronoun that a sentence is about."""
    spoken_of = None
    for subject in subjects_from_end(paragraph.text, paragraph.tokens_in(sentence), state.cast):
        if subject.kind in (None, "pronoun") or subject.particle == "도":
            continue
        if subject.particle in ("은", "는"):
            spoken_of = subject
            break
        spoken_of = spoken_of or subject
    state.topic = spoken_of or state.topic


def _standing_alone(paragraph: Paragraph, following: list[Paragraph], state: _State) -> None:
    """A paragraph all quotation: a pull quote with its name below, a heading, or more from whom we follow."""
    subject = state.speaker or state.topic
    below = following[0] if following else None
    if below and not below.quotes and _CAPTION_LINE.match(below.text):
        kind, name = kind_of(below.text.strip(), state.cast)
        if kind:
            subject = Subject(below.text.strip(), 0, 0, "", kind, name)
    elif below:
        subject = _introduced(following, state, is_needed=subject is None) or subject
    is_heading = len(paragraph.text) <= 45 and not re.search(r"[.!?]\W*$", paragraph.text.rstrip("▼▲ "))
    for span in paragraph.quotes:
        _put(paragraph, span, None if is_heading else subject, None, state, is_heading=is_heading)


def _introduced(following: list[Paragraph], state: _State, *, is_needed: bool) -> Subject | None:
    """Who is told right below a quotation to say so; or, where nobody was spoken of, who comes next."""
    for order, paragraph in enumerate(following):
        if not paragraph.sentences:
            continue
        first = paragraph.sentences[0]
        tokens = paragraph.tokens_in(first)
        speaking = [s for s in subjects(paragraph.text, tokens, state.cast) if s.kind in ("person", "crowd")]
        if not speaking:
            continue
        says = _verb(list(tokens), first.start, first.end) not in (None, "하다")
        if is_needed or (order == 0 and says and speaking[0].kind == "person" and not paragraph.quotes):
            return speaking[0]
    return None


def _sentence(paragraph: Paragraph, sentence: Span, spans: list[Span], state: _State) -> None:
    text, plain = paragraph.text, paragraph.plain
    tokens = [t for t in paragraph.tokens_in(sentence) if plain[t.start] != "▒" and t.end > t.start]
    everyone = subjects(text, tokens, state.cast)
    tail_of_last = plain[spans[-1].end : sentence.end]
    is_crowd = bool(_REACTION.search(plain[spans[0].start : sentence.end]))
    for order, span in enumerate(spans):
        stop = spans[order + 1].start if order + 1 < len(spans) else sentence.end
        tail = plain[span.end : stop]
        if not _is_speech(text, span, tail, len(spans) - order - 1):
            continue
        if _OTHERS.match(_tail_with_cue(plain, span, sentence.end)):
            _put(paragraph, span, None, None, state)
            continue
        subject = _speaker(text, tokens, everyone, span, stop, state, is_first=order == 0)
        if is_crowd and (subject is None or subject.kind not in ("crowd", "person")):
            subject = _crowd(everyone, span, text)
        elif subject is None:
            subject = state.speaker or state.topic
        subject = _dereferenced(subject, state)
        _put(paragraph, span, subject, _verb(tokens, span.end, stop if tail.strip(" ,·") else sentence.end), state)
        state.speaker = subject or state.speaker
    if not tail_of_last.strip():
        state.topic = state.speaker or state.topic
    elif state.speaker:
        state.topic = state.speaker


def _tail_with_cue(plain: str, span: Span, end: int) -> str:
    """What follows the quotation, further quotations in the same row skipped."""
    return re.sub(r"^[\s,·▒]+", "", plain[span.end : end])


def _dereferenced(subject: Subject | None, state: _State) -> Subject | None:
    """`그는` is whom the article last spoke of."""
    if subject is None or subject.kind != "pronoun":
        return subject
    return state.topic if state.topic and state.topic.kind != "pronoun" else state.speaker


def _is_speech(text: str, span: Span, tail: str, more: int) -> bool:
    """Whether double marks hold speech: a cue behind them, an ending like speech, or a row of quotations."""
    inner = text[span.start + 1 : span.end - 1].strip()
    if not inner:
        return False
    if inner[-1] in "다냐자" and re.match(r"는\s", tail):
        return True
    if _CUE.match(tail) and not _TERM_TAIL.match(tail.lstrip()):
        return True
    if re.match(r"\s?(?:이?라고|이?라며|이?라면서|고\s|며\s|면서)", tail):
        return True
    if _TERM_TAIL.match(tail):
        return len(inner) > 20 and bool(_SPEECH_END.search(inner))
    return len(inner) >= 4 and (
        bool(_SPEECH_END.search(inner)) or more > 0 or len(inner) > 15 or bool(re.match(r"\s?등", tail))
    )


def _speaker(
    text: str, tokens: list[Token], everyone: list[Subject], span: Span, stop: int, state: _State, *, is_first: bool
) -> Subject | None:
    """The subject of the quotation in its own sentence."""
    before = [s for s in everyone if s.end <= span.start and s.kind]
    open_ones = [
        s for s in before if s.particle in ("은", "는", "께서") or not _is_embedded(text, tokens, s, span.start)
    ]
    if open_ones and (is_first or open_ones[-1].start > 0):
        topics = [s for s in open_ones if s.particle in ("은", "는")]
        nearest = open_ones[-1]
        return topics[-1] if topics and nearest.particle not in ("은", "는") and nearest.kind != "person" else nearest
    by = _according_to(text, tokens, span, state)
    if by:
        return by
    behind = _adnominal(text, tokens, span, stop, state)
    if behind:
        return behind
    after = [s for s in everyone if s.start >= span.end and s.kind and s.start < stop]
    if after and is_first and re.match(r"[\s,]", text[span.end : span.end + 1] or " "):
        return after[0]
    if after and is_first and not state.speaker and after[0].particle in ("은", "는"):
        return after[0]
    return None


def _is_embedded(text: str, tokens: list[Token], subject: Subject, until: int) -> bool:
    """Whether 이/가 belongs to a relative clause: an adnominal ending stands between it and the quotation."""
    inner = [m.span() for m in _SINGLE.finditer(text, subject.end, until)]
    between = [t for t in tokens if subject.end <= t.start < until]
    return any(t.tag == "ETM" and not any(a <= t.start < b for a, b in inner) for t in between)


def _according_to(text: str, tokens: list[Token], span: Span, state: _State) -> Subject | None:
    """`… 관계자에 따르면 "…"`."""
    lead = text[max(0, span.start - 80) : span.start]
    matches = list(_BY.finditer(lead))
    if not matches:
        return None
    end = max(0, span.start - 80) + matches[-1].end("who")
    at = next((i for i, t in enumerate(tokens) if t.start >= end), None)
    if not at:
        return None
    first = noun_run(tokens, at)
    if first == at:
        return None
    phrase = text[tokens[first].start : tokens[at - 1].end].strip()
    kind, name = kind_of(phrase, state.cast) if phrase else (None, None)
    return Subject(phrase, tokens[first].start, tokens[at - 1].end, "", kind, name) if kind else None


def _adnominal(text: str, tokens: list[Token], span: Span, stop: int, state: _State) -> Subject | None:
    """`"…"고 중얼거리던 박기웅은`: a speech verb in adnominal form, then who spoke."""
    after = [t for t in tokens if span.end <= t.start < stop]
    for at, token in enumerate(after[:12]):
        if token.tag in ("VV", "XSV") and at + 1 < len(after) and after[at + 1].tag == "ETM":
            start = after[at + 1].end
            start += len(text[start:stop]) - len(text[start:stop].lstrip())
            named = next((name for name in state.cast.names if text.startswith(name, start)), None)
            if named:
                return Subject(named, start, start + len(named), "", "person", named)
            last = at + 2
            while last < len(after) and after[last].tag in ("NNG", "NNP", "SL", "NNB", "XSN", "NP"):
                last += 1
            if last == at + 2:
                return None
            phrase = text[after[at + 2].start : after[last - 1].end]
            kind, name = kind_of(phrase, state.cast)
            return (
                Subject(phrase, after[at + 2].start, after[last - 1].end, "", kind, name) if kind == "person" else None
            )
    return None


def _crowd(everyone: list[Subject], span: Span, text: str) -> Subject:
    """The crowd behind a row of reactions: as written, else the plain word."""
    near = [s for s in everyone if s.kind == "crowd"]
    if near:
        return near[0]
    word = re.search(r"누리꾼들?|네티즌들?|시청자들?|팬들|시민들|온라인", text)
    return Subject(word[0] if word else "온라인", span.start, span.start, "", "crowd")


def _verb(tokens: list[Token], start: int, stop: int) -> str | None:
    """The first verb of speech behind the quotation, in dictionary form."""
    stems = lexicon.speech_verbs()
    after = [t for t in tokens if start <= t.start < stop]
    plain: str | None = None
    for at, token in enumerate(after):
        if token.tag in ("VV", "VX"):
            stem = token.form
        elif token.tag == "XSV" and at and after[at - 1].tag in ("NNG", "XR"):
            stem = after[at - 1].form + token.form
        else:
            continue
        if stem == "하":
            plain = plain or "하다"
        elif stem in stems:
            return f"{stem}다"
    return plain


def _put(
    paragraph: Paragraph,
    span: Span,
    subject: Subject | None,
    verb: str | None,
    state: _State,
    *,
    is_heading: bool = False,
) -> None:
    inner = paragraph.text[span.start + 1 : span.end - 1].strip()
    kind = subject.kind if subject else None
    state.out.append(
        Quote(
            text=inner,
            speaker=subject.text if subject else None,
            speaker_name=subject.name if subject else None,
            speaker_type=kind if kind != "pronoun" else "person" if subject else None,
            verb=verb,
            paragraph=paragraph.index,
            start=span.start,
            end=span.end,
            confidence=0.6 if is_heading or subject is None else 0.9,
        )
    )
