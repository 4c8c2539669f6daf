"""Quotations in Japanese and Chinese with their speakers.

Reads quotation spans, sentences and the names found; gives `Quote`s. Japanese speech is 「…」 with と and a verb of
speech behind it, the speaker before は or が (or described by the verb: 「…」と話すX); Chinese speech has its verb and
speaker right before the colon or right behind the mark. Terms in marks (いわゆる「…」, 所谓的“…”) have neither.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from flows import gazetteer
from flows.enrichment import entities_cjk
from flows.enrichment.document import Organisation, Person, Quote
from flows.enrichment.entities_cjk import HAN, KATAKANA, listed
from flows.enrichment.reading import Paragraph
from flows.enrichment.sentences import Span

VERSION = 1

LANGUAGES = entities_cjk.LANGUAGES
MOST_QUOTES = 2_000
"""Quotations read in one article; a text with more is no news."""
TAIL_CHARS, LEAD_CHARS = 90, 160
"""How far behind and before its marks a quotation is asked for its speaker."""

_SUBJECT = re.compile(
    rf"(?P<who>[{HAN}{KATAKANA}A-Za-z0-9・＝=のさらたちん（）()ー]{{1,40}}?)(?P<particle>によると、?|によれば、?|は|が|も|から)(?![ぁ-ん])"
)
_CUE = re.compile(r"[▒、・「」『』\s]*(?:などと|などとし|と|とし)")
_NO_SPEECH = re.compile(
    r"[▒\s]*(?:など)?と(?:呼|名付|名づ|題し|銘打|書かれ|される|いった|いう(?!。)|の(?!見方|考え|認識|声|コメント|談話|見解|意見|思い|指摘|声明))"
)
_BY_NOUN = re.compile(r"[▒\s]*(?:など)?との(?:見方|考え|認識|コメント|談話|見解|思い|声明)")
_DESCRIBED = re.compile(r"(?:のは、?|、?)(?P<who>[^。「」▒]{2,40})")
_AGE = re.compile(r"[（(][^（）()]*[）)]")
_TIME = re.compile(
    r"^(?:(?:\d{1,2}月)?\d{1,2}日|昨日|昨天|今天|今日|近日|日前|此前|随后|隨後|同时|同時|对此|對此|但|而|不过|不過|当天|當天|当日|當日|另外|此外|其中|因此|所以|据|據"
    r"|根据|根據|周[一二三四五六日]|星期[一二三四五六日]|\d{4}年|一名|一位|有|该|該)+"
)
_ADVERBIAL = re.compile(
    r"(?:在|对|對|向|于|於|接受|则|則|还|還|也|均|都|\d+日|周[一二三四五六日]|星期|今天|今日|昨天|昨日|当天|當天|当日|日前|近日|随后|隨後|私下|进一步|進一步|哭着|笑着|再次|同时"
    r"|同時|明确|明確|曾|就|通过|透過|通過|出席|随即|并|並|则|补充|補充|率|(?<=[^直])接着|告诉|告訴).*$"
)
_PRONOUNS = frozenset(("他", "她", "他们", "她们", "彼", "彼女", "自身", "自分", "本人"))
_MIDDLE = re.compile(r"不愿透露姓名的|不願透露姓名的|不具名的|要求匿名的|知情的")


@dataclass(frozen=True, slots=True)
class _Who:
    """Who speaks: as written, the kind, the full name."""

    text: str
    kind: str
    name: str | None = None


@dataclass(slots=True)
class _State:
    """The names of the article, and whom it heard last."""

    lang: str
    full: dict[str, str]  # full name, or what it begins with -> full name
    speaker: _Who | None = None
    topic: _Who | None = None
    out: list[Quote] = field(default_factory=list)


def quotes(
    body: Sequence[Paragraph], lang: str, people: Sequence[Person], organisations: Sequence[Organisation]
) -> tuple[Quote, ...]:
    """All direct speech of the body in reading order; `lang` is ja or zh."""
    del organisations  # bodies are told by their endings
    full: dict[str, str] = {}
    for person in people:
        for size in range(len(person.name), 0, -1):
            full.setdefault(person.name[:size], person.name)
        for part in re.split(r"[・·＝=]", person.name):
            full.setdefault(part, person.name)
    state = _State(lang, full)
    for paragraph in body:
        if len(state.out) >= MOST_QUOTES:
            break
        _paragraph(paragraph, state)
    return tuple(state.out[:MOST_QUOTES])


@cache
def _verbs(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Forms of the verbs of speech as one pattern, and form -> dictionary form."""
    forms = {
        form: row["verb"]
        for row in gazetteer.table("speech_verbs_world")
        if row["lang"] == lang
        for form in row["forms"].split("|")
    }
    return re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))), forms


@cache
def _told_behind() -> tuple[re.Pattern[str], ...]:
    """`「…」。そう話すのは、Xさん`, `「…」。Xさんはそう語る`: a quotation that is a sentence, then who said it."""
    verb, who = _verbs("ja")[0].pattern, "(?P<who>[^。「」▒]{2,40}?)"
    return (
        re.compile(rf"。(?:そう|こう)(?:{verb})[^。「」▒]{{0,3}}のは、?{who}(?:だ|です)?[。、]"),
        re.compile(rf"。(?:そう|こう)?{who}は、?(?:そう|こう)?(?:{verb})"),
    )


def _paragraph(paragraph: Paragraph, state: _State) -> None:
    last = 0
    if not paragraph.quotes:
        state.speaker = None
    for order, span in enumerate(paragraph.quotes[:MOST_QUOTES]):
        following = paragraph.quotes[order + 1].start if order + 1 < len(paragraph.quotes) else len(paragraph.text)
        inner = paragraph.text[span.start + 1 : span.end - 1].strip()
        if not inner:
            continue
        read = _japanese if state.lang == "ja" else _chinese
        found = read(paragraph, span, inner, following, last, state)
        if found is None:
            continue
        who, verb, confidence = found
        last = span.end
        state.out.append(
            Quote(
                inner,
                who.text if who else None,
                who.name if who else None,
                who.kind if who else None,
                verb,
                paragraph.index,
                span.start,
                span.end,
                confidence,
            )
        )
        state.speaker = who or state.speaker
    _note_topic(paragraph, state)


def _sentence(paragraph: Paragraph, span: Span) -> Span:
    at = max(0, bisect_right(paragraph.sentences, span.start, key=lambda s: s.start) - 1)
    return paragraph.sentences[at] if paragraph.sentences else Span(0, len(paragraph.text))


def _japanese(
    paragraph: Paragraph, span: Span, inner: str, following: int, last: int, state: _State
) -> tuple[_Who | None, str | None, float] | None:
    """Speaker and verb of one quotation, None where the marks hold no speech."""
    plain, sentence = paragraph.plain, _sentence(paragraph, span)
    tail = plain[span.end : min(max(sentence.end, span.end), span.end + TAIL_CHARS)]
    verb: str | None = None
    who: _Who | None = None
    pattern, forms = _verbs("ja")
    if _BY_NOUN.match(tail) or (_CUE.match(tail) and not _NO_SPEECH.match(tail)):
        match = pattern.search(tail)
        if match is None and not re.match(r"[▒\s]*と[。、]?$", tail) and not _BY_NOUN.match(tail):
            return None
        verb = forms[match[0]] if match else None
        if match:
            end = re.match(r"[ぁ-ん]{0,3}?(?=のは|[^ぁ-ん])", tail[match.end() :])
            described = _DESCRIBED.match(tail, match.end() + (end.end() if end else 0))
            is_end = tail[match.end() - 1] in "るすうく" or (end and end[0][-1:] in ("る", "す", "た", "う", "く"))
            if described and is_end:
                who = _speaker(described["who"].removesuffix("だ"), state)
    elif not tail.strip("。 ") and not plain[sentence.start : span.start].strip():
        below = plain[span.end : span.end + TAIL_CHARS]
        told = next((match for form in _told_behind() if (match := form.match(below))), None)
        if told is None and (len(inner) < 8 or not state.speaker or plain[: span.start].strip("▒ 　")):
            return None
        who = _speaker(told["who"], state) if told else state.speaker
        return (who, None, 0.8 if told else 0.6) if who else None
    else:
        return None
    start = max(sentence.start, span.start - LEAD_CHARS)
    subject = _subject(plain[start : span.start], state)
    if subject is None and who is None and verb and re.match(r"[▒、\s]*(?:など)?と", tail):
        inverted = _SUBJECT.search(tail.lstrip("▒")[1:])
        subject = _speaker(inverted["who"], state) if inverted and inverted["particle"] in ("は", "が") else None
    who = who if who and who.kind != "thing" and subject is None else subject
    if who is None:
        who = _subject(plain[max(last, start - LEAD_CHARS) : start], state)  # the sentence before
        who = who or (state.speaker if last or not plain[: span.start].strip() else None)
        return (_known(who, state), verb, 0.6) if who else (None, verb, 0.5)
    return _known(who, state), verb, 0.9


def _subject(lead: str, state: _State) -> _Who | None:
    """The last noun phrase before は, else before が or によると, that can speak."""
    found: list[tuple[str, _Who]] = []
    for match in _SUBJECT.finditer(lead):
        who = _speaker(match["who"], state)
        if who and who.kind != "thing":
            found.append((match["particle"], who))
    topics = [who for particle, who in found if particle == "は"]
    beside = re.search(r"(?:は|が)、?$", lead)
    last = list(_SUBJECT.finditer(lead))[-1:] if beside else []
    if last and last[0].end() >= len(lead) - 1 and (not found or found[-1][1].text not in last[0]["who"]):
        # Xは「…」と: whatever it is speaks, a firm most likely
        who = _speaker(last[0]["who"], state)
        if who:
            return who if who.kind != "thing" else _Who(who.text, "organisation")
    if topics:
        return topics[-1]
    return found[-1][1] if found else None


def _speaker(phrase: str, state: _State) -> _Who | None:
    """A Japanese noun phrase as a speaker: a name with a title, a listed noun, a body by its ending."""
    shown = phrase.strip("、 のたはが")
    bare = _AGE.sub("", shown)
    bare = (
        re.sub(r"^(?:[ぁ-ん]{1,3}|そして|また|一方)(?=[^ぁ-ん])", "", bare)
        if not bare.startswith(("さ", "ら"))
        else bare
    )
    if not bare:
        return None
    if bare in _PRONOUNS:
        return _Who(bare, "pronoun")
    names = [bare[a:b] for a, b in entities_cjk.names(bare, "ja")]
    names = names or [name for name in state.full if len(name) > 2 and bare.endswith(name)]
    if names:
        name = names[-1]
        led = re.search(r"[^ぁ-ん、]*(?:の[^ぁ-ん、]+)*$", bare[: bare.rfind(name)])
        bare = bare[led.start() if led else 0 :].removesuffix("だ")
        full = state.full.get(name)
        return _Who(bare, "person", full if full else name if len(name) > 2 else None)
    if bare != shown and re.search(r"[（(]\d+", shown):
        return _Who(bare, "anonymous")  # one of an age, left unnamed
    for kind in ("crowd", "anonymous", "organisation"):
        if re.search(rf"(?:{listed('cjk_speakers', 'word', 'ja', kind)})(?:ら|たち)?$", bare):
            return _Who(bare, "crowd" if bare.endswith(("ら", "たち")) and kind == "anonymous" else kind)
    titled = re.search(
        rf"(?:^|の|[^{HAN}])(?P<name>[{HAN}]{{1,3}}|[{KATAKANA}]+)(?:{listed('cjk_titles', 'title', 'ja')})$", bare
    )
    if titled and titled["name"][0] not in "同元前両各副男女" and not re.search("[男女]性|代の", bare):
        return _Who(bare, "person", state.full.get(titled["name"]))
    if re.search(rf"(?:{listed('cjk_titles', 'title', 'ja')})$", bare):
        return _Who(bare, "anonymous")
    if len(bare) > 2 and re.search(rf"(?:{listed('cjk_org_suffixes', 'suffix', 'ja')})$", bare):
        return _Who(bare, "organisation")
    return _Who(bare, "thing")


def _known(who: _Who, state: _State) -> _Who:
    """`彼` and `他` are whom the article heard or named last."""
    if who.kind != "pronoun":
        return who
    before = state.speaker if state.speaker and state.speaker.kind == "person" else state.topic
    return _Who(who.text, "person", before.name if before else None)


def _chinese(
    paragraph: Paragraph, span: Span, inner: str, following: int, last: int, state: _State
) -> tuple[_Who | None, str | None, float] | None:
    """Speaker and verb of one quotation, None where the marks hold no speech."""
    plain = paragraph.plain
    pattern, forms = _verbs("zh")
    lead = plain[max(0, span.start - LEAD_CHARS) : span.start]
    tail = plain[span.end : min(following, span.end + TAIL_CHARS)]
    is_closed = inner[-1] in "。！？，,!?…" or tail[:1] in "，,。"
    first = re.match(r"[，,\s]*([^。！？!?；;▒：:]{1,40})", tail)
    leads_on = first is not None and tail[first.end() : first.end() + 1] in ("：", ":")  # he says what comes next
    if first and is_closed and not leads_on and tail[:1] != "。":
        matches = list(pattern.finditer(first[1]))
        if matches and len(first[1]) - matches[0].end() <= 6:
            who = _chinese_who(first[1][: matches[0].start()], state)
            if who:
                return _known(who, state), forms[matches[0][0]], 0.9
    clause = re.split(r"[。！？!?；;▒]", lead)[-1]
    mark = clause.rstrip()[-1:]
    matches = list(pattern.finditer(clause))
    if matches and (mark in "：:，," or len(inner) >= 6):
        for at in range(len(matches) - 1, -1, -1):
            before = clause[: matches[at].start()]
            parts = [p for p in re.split(r"[，,]", before) if p.strip()]
            for part in reversed(parts[-3:]):
                who = _chinese_who(part, state)
                if who and who.kind != "thing":
                    return _known(who, state), forms[matches[at][0]], 0.9
        if state.speaker and last:
            return state.speaker, forms[matches[-1][0]], 0.7
    if state.speaker and last and span.start - last < 60 and inner[-1] in "。！？…" and mark in "：:，,。":
        return state.speaker, None, 0.7
    return None


def _chinese_who(clause: str, state: _State) -> _Who | None:
    """The subject of a Chinese clause, when and where cut off, with its kind."""
    shown = _TIME.sub("", clause.strip(" ，,、“”"))
    shown = _MIDDLE.sub("", shown)
    shown = _ADVERBIAL.sub("", shown).strip(" 的，,")
    shown = _AGE.sub("", shown)
    if not shown or len(shown) > 40:
        return None
    if shown in _PRONOUNS:
        return _Who(shown, "pronoun")
    names = [shown[a:b] for a, b in entities_cjk.names(shown + "说", "zh")]
    names += [name for name in (shown[-n:] for n in (5, 4, 3, 2)) if name in state.full and state.full[name] == name]
    if names:
        name = max(names, key=len)
        return _Who(shown, "person", state.full.get(name, name))
    for kind in ("crowd", "organisation", "anonymous"):
        if re.search(rf"(?:{listed('cjk_speakers', 'word', 'zh', kind)})(?:们|們)?$", shown):
            return _Who(shown, kind)
    if len(shown) > 2 and re.search(rf"(?:{listed('cjk_org_suffixes', 'suffix', 'zh')})$", shown):
        return _Who(shown, "organisation")
    if re.search(rf"(?:{listed('cjk_titles', 'title', 'zh')})$", shown):
        return _Who(shown, "anonymous")
    if shown in entities_cjk.places("zh"):
        return _Who(shown, "organisation")
    return None


def _note_topic(paragraph: Paragraph, state: _State) -> None:
    """Remember whom the paragraph names first."""
    found = min(entities_cjk.names(paragraph.plain[:2_000], state.lang), default=None)
    if found:
        name = paragraph.plain[found[0] : found[1]]
        state.topic = _Who(name, "person", state.full.get(name, name if len(name) > 2 else None))
