"""The places around a verb: who does it, to whom, with whom, as what; read off the particles of one sentence.

Reads the morphemes of a sentence and the names that the article is known to hold; gives the cast of an event.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from flows.enrichment.event_names import CastOf, Names, Verb
from flows.enrichment.reading import Paragraph
from flows.enrichment.sentences import Span
from flows.enrichment.speakers import noun_run

VERSION = 1

_SUBJECT = ("이", "가", "께서")
_TOPIC = ("은", "는", "ᆫ", "도")
_WITH = ("와", "과", "랑", "하고")
_JOINING = frozenset(
    ["NNG", "NNP", "NNB", "NR", "SL", "SN", "XSN", "XPN", "NP", "MM", "JC", "SP", "SSO", "SSC", "SH", "SW", "SO"]
)
_BOUNDARY = frozenset(["고", "며", "으며", "지만", "으나", "는데", "ᆫ데", "은데", "면서", "자"])
_TITLED = re.compile(r"(?<![가-힣])(?P<family>[가-힣])\s(?P<title>[가-힣]{2,6})$")
_EDGES = frozenset(" \t\n\u00a0'\"‘’“”()[]<>,·▒")
_DATED = re.compile(
    r"^(?:(?:이날|하루|당시|이후|지난|전날|가운데|이|그|\d{1,2}월|\d{1,2}일|오전|오후|새벽|밤|\d{1,2}시|\d{1,2}분)(?:께|경|쯤)?\s|.{1,12}\s(?:중|가운데)\s)+"
)
_COURT = re.compile(r"법원|재판부|지법|고법|대법|\d+부|판사|재판소")
_SENTENCES = re.compile(r"징역|금고|벌금|집행유예|무죄|유죄|사형|무기|선고유예|자격정지|과태료|배상")
_COLLECTIVE = re.compile(
    r"(?:\([^()]*\))?\s*(?:등\s?)?(?:(?:\d+|두|세|네|양)\s?(?:개|곳|팀|사|회사|기업|업체|은행|측).*|컨소시엄|측)?\s*"
)
_UNNAMED = re.compile(
    r"(?:\d+(?:여)?\s?명|\d+\s?대\s|\d+살|[A-Z]\s?씨|[가-힣]\s?모\s?씨|남성|여성|승객|주민|노동자|근로자|작업자|운전자|환자|군인|병사|학생)"
)
_HOSTS = re.compile(r"(?:이|가)\s(?:주도|주관|주최|추진|시행|실시|진행|운영|개최|공모)(?:하는|한|해온)\s")
_OFFERED = re.compile(r"['‘][^'’\n]{1,40}['’]")


class _Phrase(NamedTuple):
    """A noun phrase with its particle: token indices of its first word and of the particle."""

    first: int
    particle_at: int
    start: int
    end: int
    particle: str


class Clause:
    """One sentence with its morphemes, quotations left out, and the noun phrases around its verbs."""

    def __init__(self, paragraph: Paragraph, sentence: Span, names: Names) -> None:
        self.paragraph = paragraph
        self.sentence = sentence
        self.names = names
        self.plain = paragraph.plain
        self.tokens = [t for t in paragraph.tokens_in(sentence) if paragraph.plain[t.start] != "▒"]

    def predicates(self) -> Iterator[tuple[int, str]]:
        """(token index, stem) of every verb: `탈락` and `하` make `탈락하`."""
        for at, token in enumerate(self.tokens):
            if token.tag == "VV":
                yield at, token.form
            elif token.tag == "XSV" and at and self.tokens[at - 1].tag in ("NNG", "XR", "NNP"):
                head = self.tokens[at - 1].form
                if at > 1 and self.tokens[at - 2].end == self.tokens[at - 1].start and head in ("합병",):
                    head = self.tokens[at - 2].form + head if self.tokens[at - 2].form == "흡수" else head
                yield at, head + token.form

    def verb_span(self, at: int) -> Span:
        """Where the words of the verb stand, noun and verb together."""
        first = at - 1 if self.tokens[at].tag == "XSV" else at
        return Span(self.tokens[first].start, max(self.tokens[at].end, self.tokens[first].end))

    @cached_property
    def phrases(self) -> tuple[_Phrase, ...]:
        """All noun phrases with a particle behind them, in order; `모두` and `역시` stand where a particle would."""
        out: list[_Phrase] = []
        for at, token in enumerate(self.tokens):
            is_particle = token.tag in ("JKS", "JKO", "JKB", "JX", "JKG", "JC") or token.form in ("모두", "역시")
            if not is_particle or not at:
                continue
            first = noun_run(self.tokens, at)
            if first < at:
                start = self._word_start(self.tokens[first].start)
                out.append(_Phrase(first, at, start, self.tokens[at - 1].end, token.form))
        return tuple(out)

    def _word_start(self, start: int) -> int:
        """Where the word begins (Kiwi reads `푸른` of `푸른은행` as an adjective), `새` before it included."""
        while start > self.sentence.start and self.plain[start - 1] not in _EDGES:
            start -= 1
        return start - 2 if self.plain[max(0, start - 3) : start].strip() == "새" else start

    def text(self, phrase: _Phrase) -> str:
        """The words of a phrase, without notes in brackets and what dates it; marks only in pairs."""
        words = re.sub(r"\([^()]*\)", "", self.paragraph.text[phrase.start : phrase.end]).strip(" ,·")
        words = _DATED.sub("", words)
        if len(re.findall(r"['‘’]", words)) % 2:
            follows = self.paragraph.text[phrase.end : phrase.end + 1]
            words = (
                words.strip("'‘’")
                if words[-1:] in "'’" or words[:1] in "'‘"
                else words + (follows if follows in ("'", "’") else "")
            )
        return re.sub(r"^['‘]([^'‘’]*)['’]$", r"\1", words)

    def _clause_start(self, at: int) -> int:
        """Token index where the verb's own clause begins: behind the last linking ending before it."""
        for here in range(at - 1, -1, -1):
            token = self.tokens[here]
            if token.tag == "EC" and (token.form in _BOUNDARY or token.form.endswith(("다고", "라고", "다며"))):
                return here + 1
        return 0

    def _listed(self, phrase: _Phrase) -> tuple[str, ...]:
        """The names of a phrase and of those listed before it: `가와 더불어 나까지 두 회사가`."""
        first = phrase.first
        while first > 0:
            token = self.tokens[first - 1]
            is_joint = token.tag in _JOINING or (token.tag == "JKB" and token.form in _WITH)
            is_joint = (
                is_joint or (token.tag == "JX" and token.form in ("까지", "도")) or token.form in ("더불", "함께", "및")
            )
            is_joint = is_joint or (token.tag == "EC" and first > 1 and self.tokens[first - 2].form == "더불")
            if not is_joint or (token.tag == "SP" and token.form not in (",", "·")):
                break
            first -= 1
        found = self.names.inside(self.plain, self.tokens[first].start, phrase.end)
        own = self.names.inside(self.plain, phrase.start, phrase.end)
        head = self.paragraph.text[phrase.start : phrase.end]
        if own and not re.search(
            r"[와과,·및]|\d|모두|양|두\s", self.paragraph.text[self.tokens[first].start : phrase.end]
        ):
            return self._without_employers(own, head)
        return self._without_employers(found or own, head) if found or own else ()

    def _without_employers(self, names: tuple[str, ...], phrase: str) -> tuple[str, ...]:
        """`윤가람 한빛전자 대표` is a person: the body beside a person's name is no second one."""
        people = tuple(name for name in names if self.names.is_person(name))
        return people if people and not re.search(r"[와과]\s", phrase) else names

    def _who(self, phrase: _Phrase, kind: str) -> tuple[str, ...]:
        names = self._listed(phrase)
        words = self.text(phrase)
        if kind == "death":
            names = tuple(name for name in names if self.names.is_person(name))
        person = self.names.person(words)
        if person and person not in names and (not names or _TITLED.search(words)):
            return (person,)
        if names and (self.names.is_person(names[-1]) or self._ends_with(names[-1], phrase)):
            return names
        if kind in ("death", "verdict", "indictment") and _UNNAMED.search(words):
            return (self._all_listed(phrase),)
        return ()

    def _ends_with(self, name: str, phrase: _Phrase) -> bool:
        """Whether a body is what the phrase is about: `한빛전자 등 3곳`; not so in `한빛전자 현장소장`."""
        at = self.plain.rfind(name, self.sentence.start, phrase.end)
        if at < 0:
            return False
        end = at + len(name)
        if end <= phrase.start:
            return (
                re.fullmatch(r"(?:까지|도|와|과|및|등|국내|양대|주요|두|세|[\s,·])*", self.plain[end : phrase.start])
                is not None
            )
        return _COLLECTIVE.fullmatch(self.plain, end, phrase.end) is not None

    def _all_listed(self, phrase: _Phrase) -> str:
        """The words of a phrase with those listed right before it: `학생 9명과 직원 1명`."""
        first = phrase.first
        while (
            first > 1 and self.tokens[first - 1].form in ("와", "과") and noun_run(self.tokens, first - 1) < first - 1
        ):
            first = noun_run(self.tokens, first - 1)
        return self.text(phrase._replace(start=min(phrase.start, self._word_start(self.tokens[first].start))))

    def _before(self, at: int, particles: Sequence[str], tag: str = "") -> _Phrase | None:
        """The last phrase with one of the particles in the verb's own clause."""
        start = self._clause_start(at)
        for phrase in reversed(self.phrases):
            is_tagged = not tag or self.tokens[phrase.particle_at].tag == tag
            if start <= phrase.first and phrase.particle_at < at and phrase.particle in particles and is_tagged:
                return phrase
        return None

    def _subject(self, at: int, kind: str) -> tuple[_Phrase | None, tuple[str, ...]]:
        """The verb's subject: 이/가 in its clause with a name in it, else 은/는, else the topic of the sentence."""
        start = self._clause_start(at)
        local = [p for p in self.phrases if start <= p.first and p.particle_at < at]
        for particles in ((*_SUBJECT, "모두", "역시"), _TOPIC):
            for phrase in reversed(local):
                if phrase.particle in particles and not self._is_embedded(phrase, at):
                    who = self._who(phrase, kind)
                    if who:
                        return phrase, who
        if any(p.particle in _SUBJECT and not self._is_embedded(p, at) for p in local) and kind != "earnings":
            return None, ()  # a subject of its own, which names nobody
        for phrase in self.phrases:
            if phrase.particle_at >= at:
                break
            if phrase.particle in ("은", "는", "ᆫ"):
                who = self._who(phrase, kind)
                if who:
                    return phrase, who
        return None, ()

    def _is_embedded(self, phrase: _Phrase, at: int) -> bool:
        """Whether 이/가 belongs to a clause that describes a noun: `정부가 주도하는 사업에서`."""
        if phrase.particle not in ("이", "가"):
            return False
        behind = range(phrase.particle_at + 1, at)
        ending = next(
            (i for i in behind if self.tokens[i].tag in ("ETM", "ETN", "EC") and not self._is_no_clause(i)), None
        )
        return ending is not None and self.tokens[ending].tag == "ETM"

    def _is_no_clause(self, at: int) -> bool:
        """지난, 오는 before a date, and an ending inside a name (`푸른은행`): no clause."""
        token = self.tokens[at]
        return token.tag == "ETM" and (
            self.tokens[at - 1].form in ("지나", "오") or self.plain[token.end] not in _EDGES
        )

    def _object(self, at: int) -> _Phrase | None:
        return self._before(at, ("을", "를"), "JKO")

    def _role(self, at: int) -> str | None:
        """`신임 대표로`, `대표에`: as what."""
        phrase = self._before(at, ("로", "으로", "에"), "JKB")
        words = self.text(phrase) if phrase else ""
        return words if words and not re.search(r"\d\s?(?:일|월|년)$|이후|이날", words) else None

    def _of(self, at: int, *particles: str) -> str | None:
        start = self._clause_start(at)
        found = [p for p in self.phrases if p.particle in particles and p.first >= start and p.particle_at < at]
        named = [self.text(p) for p in found if not re.fullmatch(r"[\d\s년월일]+", self.text(p))]
        return max(named, key=len) if named else None

    def _host(self, at: int) -> str | None:
        """`과학부가 주도하는 …`: who runs the contest that the sentence speaks of."""
        match = _HOSTS.search(self.plain, self.sentence.start, self.tokens[at].start)
        names = self.names.inside(self.plain, self.sentence.start, match.start()) if match else ()
        return names[-1] if names else None

    def topic_names(self, until: int | None) -> tuple[str, ...]:
        """Names in the last topic (은/는) of the sentence before a place in it."""
        stop = self.sentence.end if until is None else until
        for phrase in reversed(self.phrases):
            if phrase.end <= stop and phrase.particle in ("은", "는", "ᆫ"):
                names = self.names.inside(self.plain, phrase.start, phrase.end)
                if names:
                    return names
        return ()

    def cast(self, verb: Verb, at: int) -> CastOf | None:
        """Who takes part; None where the places that the type needs are empty."""
        thing = self._object(at)
        if verb.objects and verb.frame != "happening" and not self._has_object(verb, at, thing):
            return None
        if verb.frame == "happening":
            return self._happening(verb, at)
        is_passive = verb.stem == "넘기" and any(t.form == "지" and t.tag == "VX" for t in self.tokens[at + 1 : at + 3])
        subject, who = self._subject(at, verb.type)
        end = self.tokens[subject.particle_at].end if subject else self.sentence.start
        if verb.frame == "object" and not is_passive:
            return self._decided(verb, at, thing, subject, who, end)
        if verb.frame == "dative":
            return self._given(verb, at, thing, who, end)
        if not who:
            return None
        if verb.frame == "pair":
            return self._paired(verb, at, thing, who, end)
        if verb.type == "appointment" and not self.names.is_person(who[0]):
            return None
        return CastOf(who, self._host(at), self._what(verb, at, thing), end)

    def _has_object(self, verb: Verb, at: int, thing: _Phrase | None) -> bool:
        if verb.objects == ("재판",):
            return any(p.particle == "에" and self.text(p).endswith("재판") for p in self.phrases if p.particle_at < at)
        near = thing is not None and at - thing.particle_at <= 4
        return near and thing is not None and self.text(thing).endswith(verb.objects)

    def _what(self, verb: Verb, at: int, thing: _Phrase | None) -> str | None:
        if verb.type in ("appointment", "selection"):
            return self._role(at)
        if verb.type == "elimination":
            return self._of(at, "에서")
        if verb.type in ("indictment",):
            charge = next((p for p in self.phrases if p.particle_at < at and self.text(p).endswith("혐의")), None)
            return self.text(charge) if charge else None
        if verb.type == "resignation" and thing is None:
            return self._of(at, "에서")
        if verb.type in ("death",) or verb.objects == ("사의",):
            return None
        if thing is not None:
            return self._sentence_of(thing, None) if verb.type == "verdict" else self._whole(thing)
        return self._offered(at) if verb.type == "refusal" else None

    def _whole(self, phrase: _Phrase) -> str:
        """The words of a phrase with the genitive before it: `한빛부의 제안`."""
        words = self.text(phrase)
        if phrase.first and self.tokens[phrase.first - 1].tag == "JKG":
            owner = next((p for p in self.phrases if p.particle_at == phrase.first - 1), None)
            return f"{self.text(owner)}의 {words}" if owner else words
        return words

    def _offered(self, at: int) -> str | None:
        """What was turned down, where the clause before names it: `'재도전'을 열겠다고 했지만 … 거절했다`."""
        start = self._clause_start(at)
        stop = self.tokens[start].start if start else self.sentence.start
        marked = _OFFERED.search(self.paragraph.text, self.sentence.start, stop)
        if marked:
            return marked[0].strip("'‘’")
        before = [p for p in self.phrases if p.end <= stop and p.particle in ("을", "를")]
        return self.text(before[-1]) if before else None

    def _decided(
        self, verb: Verb, at: int, thing: _Phrase | None, subject: _Phrase | None, who: tuple[str, ...], end: int
    ) -> CastOf | None:
        """The subject decides, the object is whom it happens to."""
        if thing is None:
            if verb.stem == "탈락시키" and who and subject and subject.particle in ("은", "는"):
                return CastOf(who, None, self._of(at, "에서"), end, is_topic_only=True)
            return None
        whom = self._who(thing, verb.type)
        if not whom or set(whom) == set(who):
            return None
        if verb.type in ("appointment", "resignation") and not self.names.is_person(whom[0]):
            return None
        return CastOf(whom, who[0] if who else self._host(at), self._what(verb, at, None), end)

    def _given(self, verb: Verb, at: int, thing: _Phrase | None, who: tuple[str, ...], end: int) -> CastOf | None:
        """The one with 에게 gets it."""
        if thing is None:
            return None
        to = self._before(at, ("에게", "에", "한테", "께"), "JKB")
        whom = self._who(to, verb.type) if to else ()
        judge = next(
            (self.text(p) for p in self.phrases if p.particle in (*_SUBJECT, "은", "는") and p.particle_at < at), None
        )
        by = (
            judge
            if verb.type == "verdict" and judge and _COURT.search(judge)
            else who[0]
            if who and who != whom
            else None
        )
        if not whom or to is None:
            return None
        return CastOf(whom, by, self._sentence_of(thing, to) if verb.type == "verdict" else self.text(thing), end)

    def _sentence_of(self, thing: _Phrase, to: _Phrase | None) -> str:
        """`징역 장기 3년, 단기 2년`: a court's sentence of several parts is one."""
        start = self.tokens[to.particle_at].end if to else max(self.sentence.start, thing.start - 40)
        match = _SENTENCES.search(self.paragraph.text, start, thing.end)
        return self.paragraph.text[match.start() : thing.end] if match else self.text(thing)

    def _paired(self, verb: Verb, at: int, thing: _Phrase | None, who: tuple[str, ...], end: int) -> CastOf | None:
        """Both sides alike: `가나는 다라와 합병했다`, `가나와 다라가 계약을 맺었다`, `가나가 다라를 인수했다`."""
        partner = self._before(at, _WITH)
        others = self._who(partner, verb.type) if partner else ()
        bought = self._who(thing, verb.type) if thing and verb.type == "merger" else ()
        sides = tuple(dict.fromkeys((*who, *others, *bought)))
        if verb.type == "merger" and (len(sides) < 2 or any(self.names.is_person(side) for side in sides)):
            return None
        return CastOf(sides, None, self.text(thing) if thing and verb.type == "contract" else None, end)

    def _happening(self, verb: Verb, at: int) -> CastOf | None:
        """A disaster: what it was, and the body or place that it struck, as written."""
        subject = self._before(at, _SUBJECT)
        if (
            subject is None
            or self._is_embedded(subject, at)
            or (verb.objects and not self.text(subject).endswith(verb.objects))
        ):
            return None
        struck = self._of(at, "에서")
        what = self.text(subject)
        if not verb.objects:
            what, struck = verb.stem.removesuffix("하").removesuffix("되"), what
        return CastOf((struck,) if struck else (), None, what, self.sentence.start)
