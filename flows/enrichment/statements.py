"""Indirect statements: what somebody is told to have said, in the reporter's own words.

Reads sentences, morphemes, the people found and the quotations; writes `Statement`s of the body, apart from `Quote`s,
which hold words as spoken. Three forms: a clause with -다고, -라고, -자고, -냐고 (or -며, -면서) before a verb of
speech; -다는 before a noun of saying (`늦었다는 지적이 나온다`); and `… 에 따르면 …`. The speaker is the topic of the
sentence, else its first subject, else who spoke right before; nobody rather than a guess. A verb that is denied,
conditional or still to come reports nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flows.enrichment import statements_western
from flows.enrichment.document import Organisation, Person, Quote, Statement
from flows.enrichment.reading import Paragraph, Reading
from flows.enrichment.sentences import Span
from flows.enrichment.speakers import TURN, Cast, Subject, kind_of, noun_run, subjects
from flows.enrichment.statement_cues import PREDICATES, Cue, cues
from flows.enrichment.tokens import Token, has_hangul

VERSION = 1
MOST = 2_000
"""Statements read in one article; a text with more is no news."""

MAX_SENTENCE_CHARS = 1_500
"""A longer run without a full stop is no sentence: a list, a table, an attack."""

_TRIGGER = re.compile(r"[다라자냐](?:고|며|면서|는)|따르면|의하면")
_TOPIC = ("은", "는", "ᆫ", "께서")
_BUT = frozenset(["지만", "는데", "은데", "ᆫ데", "으나", "나"])
_AND = frozenset(["으며", "며", "고", "자"])
_CROWD = re.compile(
    r"(?:^|(?<=\s))(?P<who>일각|(?:당|정치권|업계|학계|법조계|의료계|증권가|재계"
    r"|노동계|시민사회|시장|야권|여권|온라인|온라인 커뮤니티|교육계"
    r"|금융권|지역사회)(?:\s(?:일각|안팎|일부|등))?)에(?:서는|서도|선|서)(?=[\s,])"
)
_LEAD = re.compile(
    r"(?:(?:이어|또|또한|그러면서|아울러|다만|그러나|하지만|특히|한편|앞서|이날|이와 함께|이에 대해|이에"
    r"|그리고|오늘|어제|결국)(?:\([^()]{1,8}\))?,?\s)+"
)
_SCENE = re.compile(
    r"(?:(?:지난\s)?\d{1,2}일\s)?(?:[^,.▒]{0,40}?(?:기자회견|간담회|브리핑|인터뷰|회의|라디오|방송|페이스북|SNS|보도자료|입장문|성명|유튜브|기자들|취재진"
    r"|통화|조사|공판|재판)[^,.▒]{0,12}?(?:에서|통해|만나|열고|열어|출연해|내고|내어|올려|글에서|자리에서)\s|(?:지난\s)?\d{1,2}일\s)"
)
_DOCUMENT = re.compile(
    r"(?:의\s)?(?:\S+\s)?(?:자료|통계|집계|발표|조사|보고서|설명|보도|분석|전언|공시|결과|기록|수사|판결문|공소장|증언|진술)(?:\s\S+)?$"
)
_GOES_ON = re.compile(r"(?:이어|또|또한|그러면서|아울러|다만|특히|오히려|그러나|하지만)[\s,]")
_SPOKEN = re.compile(r"▒\s?(?:이?라고|이?라며|이?라면서도?|라?며|면서도?|고|이?라는\s\S+)(?=[\s,])")
_PREFIX = re.compile(
    r"(?:(?:이날|앞서|특히|한편|이어|또|이후|현재|최근|반면|당시|결국|이와 관련|이에 대해|그러나|오늘|어제|\d{1,2}일)"
    r"(?:\([^()]*\))?\s)+"
)
_OFFICE = re.compile(r"(?:의원실|측|캠프|선대위)$")
_BODIES = re.compile(
    r"(?:연구진|연구팀|의료진|제작진|변호인단|대표단|단체|단체들|위원들|관계 당국|경찰국|연구소|의원실|측)$"
)


@dataclass(slots=True)
class _State:
    """Who spoke last, and where."""

    cast: Cast
    bodies: frozenset[str] = frozenset()
    speaker: Subject | None = None
    is_fresh: bool = False  # said in the sentence right before
    out: list[Statement] = field(default_factory=list)


def enrich(
    reading: Reading, people: Sequence[Person], organisations: Sequence[Organisation], quotes: Sequence[Quote]
) -> tuple[Statement, ...]:
    """All indirect statements of the body in reading order. Never raises."""
    bodies = frozenset(name.strip("㈜()") for body in organisations for name in (body.name, *body.aliases))
    state = _State(Cast([(person.name, person.role) for person in people]), bodies)
    said: dict[int, list[Quote]] = {}
    for quote in quotes:
        said.setdefault(quote.paragraph, []).append(quote)
    for paragraph in reading.paragraphs:
        if paragraph.index < 0 or len(state.out) >= MOST or TURN.match(paragraph.text):
            continue  # a turn of a dialogue is direct speech throughout
        if not has_hangul(paragraph.text):
            state.out += statements_western.statements(paragraph, reading.document.lang, people)
            continue
        state.is_fresh = state.is_fresh and bool(_GOES_ON.match(paragraph.text))
        spoken = iter(said.get(paragraph.index, ()))
        upcoming = next(spoken, None)
        for sentence in paragraph.sentences:
            is_said = _TRIGGER.search(paragraph.plain, sentence.start, sentence.end) is not None
            before = len(state.out)
            if is_said:
                _sentence(paragraph, sentence, state)
            is_fresh = len(state.out) > before
            while upcoming and upcoming.start < sentence.end:
                if upcoming.speaker:
                    state.speaker = Subject(upcoming.speaker, 0, 0, "", upcoming.speaker_type, upcoming.speaker_name)
                    is_fresh = True
                upcoming = next(spoken, None)
            state.is_fresh = is_fresh
    return tuple(state.out[:MOST])


def _sentence(paragraph: Paragraph, sentence: Span, state: _State) -> None:
    """The statements of one sentence, the chain `A는 …라며 …라고 했다` from left to right."""
    plain = paragraph.plain
    if sentence.end - sentence.start > MAX_SENTENCE_CHARS:
        return
    tokens = [t for t in paragraph.tokens_in(sentence) if plain[t.start] != "▒"]
    found = cues(plain, tokens)
    source = _according_to(paragraph.text, tokens, state.cast)
    if not found and source is None:
        return
    everyone = [_known(paragraph.text, tokens, s, state) for s in subjects(paragraph.text, tokens, state.cast)]
    if not found and source:
        end = sentence.start + len(plain[sentence.start : sentence.end].rstrip(" .!?"))
        _put(paragraph, source[1], end, source[0], None, 0.8, state)
        return
    start = sentence.start
    last: Subject | None = None
    for cue in found:
        start = max([start, *(m.end() for m in _SPOKEN.finditer(plain, start, cue.clause_end))])
        speaker, confidence = _speaker(paragraph, tokens, everyone, sentence, cue, state, since=start)
        if not cue.is_adnominal and speaker is None and (last or source):
            speaker, confidence = last or (source[0] if source else None), 0.8
        if speaker is None and (cue.is_adnominal or (cue.verb is None and not cue.is_noun)):
            continue  # a description, or words put into nobody's mouth
        if speaker is not None and start <= speaker.end <= cue.clause_end and speaker.start >= sentence.start:
            start = max(start, _behind_particle(tokens, speaker.end))
        if source and source[1] <= cue.clause_end:
            start = max(start, source[1])
        _put(paragraph, start, cue.clause_end, speaker, cue.verb, confidence, state)
        start = max(cue.end, cue.resume)
        last = replace(speaker, start=-1, end=-1) if speaker else None


def _known(text: str, tokens: Sequence[Token], subject: Subject, state: _State) -> Subject:
    """The subject with all that are named alike (`가부와 나부는`), the kind that the article gives it, no `이날`."""
    first = bisect_left(tokens, subject.start, key=lambda token: token.start)
    while first > 1 and tokens[first - 1].tag == "JC" and (earlier := noun_run(tokens, first - 1)) < first - 1:
        first = earlier
    start = tokens[first].start if first < len(tokens) and tokens[first].start < subject.start else subject.start
    words = subject.text if start == subject.start else text[start : subject.end]
    prefix = _PREFIX.match(words)
    words = words[prefix.end() :] if prefix else words
    known = replace(subject, text=words)
    last = words.rpartition(" ")[2]
    if _OFFICE.search(words) or words in state.bodies or (subject.kind is None and last in state.bodies):
        return replace(known, kind="organisation", name=None)
    if subject.kind is None and _BODIES.search(words):
        return replace(known, kind="organisation")
    return known


def _speaker(
    paragraph: Paragraph,
    tokens: list[Token],
    everyone: list[Subject],
    sentence: Span,
    cue: Cue,
    state: _State,
    *,
    since: int,
) -> tuple[Subject | None, float]:
    """Who said it, and how sure that is."""
    verb_start = tokens[min(cue.verb_at, len(tokens) - 1)].start
    between = [s for s in everyone if cue.end <= s.start and s.end <= verb_start and s.kind]
    if between and not cue.is_open and not cue.is_while:
        return _resolved(between[-1], state), 0.9
    if cue.is_adnominal:
        behind = _described(paragraph.text, tokens, cue.verb_at, state.cast)
        return (behind, 0.8) if behind else (None, 0.0)
    crowd = _CROWD.search(paragraph.plain, sentence.start, cue.clause_end)
    if crowd:
        return Subject(crowd["who"], crowd.start("who"), crowd.end(), "", "crowd"), 0.9
    if cue.is_open or cue.is_hearsay:
        return None, 0.7
    before = [s for s in everyone if s.end <= cue.clause_end]
    # `가는 …라고 한 반면 나는 …라고 했다`: behind a finished statement the next topic is the next speaker.
    later = [s for s in before if s.start >= since > sentence.start and not cue.is_while]
    topic = _topic(tokens, later) or _topic(tokens, before)
    if topic:
        return _resolved(topic, state), 0.9
    also = _also(paragraph.text, tokens, cue, state.cast)
    if also:
        return also, 0.8
    lead = next((s for s in before), None)
    if lead and lead.kind and lead.particle in ("이", "가", "도") and _opens(tokens, lead):
        return _resolved(lead, state), 0.8 if any(t.form == "겠" for t in tokens if t.end <= cue.end) else 0.6
    if state.is_fresh and state.speaker and _GOES_ON.match(paragraph.text, sentence.start):
        return replace(state.speaker, start=-1, end=-1), 0.7
    if not any(s.particle in _TOPIC for s in before):
        if state.is_fresh and state.speaker:
            return replace(state.speaker, start=-1, end=-1), 0.7
        told = _told_of_before(paragraph, sentence, state)
        if told:
            return replace(told, start=-1, end=-1), 0.6
    return None, 0.5


def _told_of_before(paragraph: Paragraph, sentence: Span, state: _State) -> Subject | None:
    """The person whom the sentence right before is about. Bodies do not carry over: the state acts on them unnamed."""
    at = bisect_left(paragraph.sentences, sentence)
    if not at or sentence.start - paragraph.sentences[at - 1].start > MAX_SENTENCE_CHARS:
        return None
    tokens = [t for t in paragraph.tokens_in(paragraph.sentences[at - 1]) if paragraph.plain[t.start] != "▒"]
    topics = [s for s in subjects(paragraph.text, tokens, state.cast) if s.particle in _TOPIC and s.kind]
    return (
        _resolved(_known(paragraph.text, tokens, topics[0], state), state)
        if topics and topics[0].kind in ("person", "pronoun")
        else None
    )


def _topic(tokens: list[Token], before: list[Subject]) -> Subject | None:
    """The topic of the sentence: the first 은/는 that can speak; a later one where a clause has closed in between.

    A thing as the first topic means that the speaker is left out.
    """
    chosen: Subject | None = None
    for subject in before:
        if subject.particle not in _TOPIC:
            continue
        if chosen is None:
            if subject.kind is None and not any(s.kind and s.particle in _TOPIC for s in before):
                return None
            chosen = subject if subject.kind else None
        elif subject.kind:
            between = [t for t in tokens if chosen.end <= t.start < subject.start]
            linked = {t.form for t in between if t.tag == "EC"}
            if linked & _BUT or (linked & _AND and subject.kind in ("person", "organisation")):
                chosen = subject
    return chosen


def _also(text: str, tokens: list[Token], cue: Cue, cast: Cast) -> Subject | None:
    """`XY AI 역시 …`: 역시 and 측 stand where 은/는 would."""
    for at, token in enumerate(tokens):
        if token.start >= cue.clause_end or at > 24:
            return None
        if token.form == "역시" and at:
            first = noun_run(tokens, at)
            if first == at:
                return None
            phrase = text[tokens[first].start : tokens[at - 1].end].strip()
            kind, name = kind_of(phrase, cast)
            if kind is None and re.search(r"[A-Z]", phrase):
                kind = "organisation"
            return Subject(phrase, tokens[first].start, token.end, "", kind, name) if kind else None
    return None


def _opens(tokens: list[Token], subject: Subject) -> bool:
    """Whether no clause stands before the subject, and the first behind it describes no noun: it is the speaker."""
    if any(t.tag in PREDICATES or t.tag in ("ETM", "EC") for t in tokens if t.end <= subject.start):
        return False
    ending = next((t.tag for t in tokens if t.start >= subject.end and t.tag in ("ETM", "EC", "EF", "ETN")), None)
    return ending != "ETM"


def _described(text: str, tokens: list[Token], verb_at: int, cast: Cast) -> Subject | None:
    """`…겠다고 밝힌 윤가람 대표는`: who is described by the verb."""
    first = next((i for i in range(verb_at + 1, min(len(tokens), verb_at + 4)) if tokens[i].tag == "ETM"), None)
    if first is None:
        return None
    last = first + 1
    while last < len(tokens) and tokens[last].tag in ("NNG", "NNP", "SL", "NNB", "XSN", "NP", "SN"):
        last += 1
    if last == first + 1:
        return None
    phrase = text[tokens[first + 1].start : tokens[last - 1].end]
    kind, name = kind_of(phrase, cast)
    return Subject(phrase, tokens[first + 1].start, tokens[last - 1].end, "", kind, name) if kind else None


def _according_to(text: str, tokens: list[Token], cast: Cast) -> tuple[Subject, int] | None:
    """`통계청에 따르면`, `경찰이 낸 자료에 따르면`: the source, and where its clause begins."""
    for at, token in enumerate(tokens[:-1]):
        if (
            token.tag != "VV"
            or token.form not in ("따르", "의하")
            or not at
            or tokens[at + 1].form not in ("면", "으면")
        ):
            continue
        if tokens[at - 1].tag != "JKB":
            continue
        first = noun_run(tokens, at - 1)
        if first == at - 1:
            return None
        if tokens[at - 2].form == "기사":
            return None  # which paper's is not said
        while first > 1 and tokens[first - 1].tag == "JC" and noun_run(tokens, first - 1) < first - 1:
            first = noun_run(tokens, first - 1)
        start, end = tokens[first].start, tokens[at - 2].end
        phrase = text[start:end].strip()
        prefix = _PREFIX.match(phrase)
        phrase = phrase[prefix.end() :] if prefix else phrase
        kind, name = kind_of(_DOCUMENT.sub("", phrase) or phrase, cast)
        if kind is None and _DOCUMENT.search(phrase):
            owner = [s for s in subjects(text, tokens[:first], cast) if s.kind in ("organisation", "person")]
            if first and tokens[first - 1].tag == "JKG":
                owned = noun_run(tokens, first - 1)
                phrase = text[tokens[owned].start : tokens[first - 2].end] if owned < first - 1 else phrase
                start = tokens[owned].start
                kind, name = kind_of(phrase, cast)
            elif owner:
                phrase, start, end, kind, name = (
                    owner[-1].text,
                    owner[-1].start,
                    owner[-1].end,
                    owner[-1].kind,
                    owner[-1].name,
                )
        if kind is None or kind == "pronoun":
            return None
        return Subject(_PREFIX.sub("", phrase, count=1) or phrase, start, end, "", kind, name), tokens[at + 1].end
    return None


def _resolved(subject: Subject, state: _State) -> Subject:
    """`그는` is who spoke last."""
    if subject.kind != "pronoun":
        return subject
    known = state.speaker if state.speaker and state.speaker.kind == "person" else None
    return replace(subject, kind="person", name=known.name if known else None)


def _behind_particle(tokens: list[Token], end: int) -> int:
    token = next((t for t in tokens if t.start >= end and t.end > t.start), None)
    return token.end if token and token.tag in ("JKS", "JX", "JKB") else end


def _put(
    paragraph: Paragraph,
    start: int,
    end: int,
    speaker: Subject | None,
    verb: str | None,
    confidence: float,
    state: _State,
) -> None:
    """Keep one statement, its clause without the words that set the scene."""
    text = paragraph.text
    lead = _LEAD.match(text, start + len(text[start:end]) - len(text[start:end].lstrip(" ,")), end)
    start = lead.end() if lead else start
    scene = _SCENE.match(text, start + len(text[start:end]) - len(text[start:end].lstrip(" ,")), end)
    start = scene.end() if scene else start
    clause = text[start:end]
    left = len(clause) - len(clause.lstrip(" ,·"))
    clause = clause.strip(" ,·")
    if len(clause) < 4 or not has_hangul(clause) or not paragraph.plain[start + left : end].strip(" ,·▒'‘’"):
        return
    start += left
    if not paragraph.plain[start : start + len(clause)].replace("▒", "").strip(" ,·'\"“”‘’"):
        return  # nothing of it in the reporter's own words
    state.speaker = speaker or state.speaker
    state.out.append(
        Statement(
            text=clause,
            speaker=speaker.text if speaker else None,
            speaker_name=speaker.name if speaker else None,
            speaker_type=speaker.kind if speaker else None,
            verb=verb,
            paragraph=paragraph.index,
            start=start,
            end=start + len(clause),
            confidence=confidence,
        )
    )
