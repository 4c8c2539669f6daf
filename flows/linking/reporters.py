"""Who wrote it, over articles and outlets: bylines joined by name and e-mail, without joining strangers.

A byline is a name at a publisher with an e-mail or without. Bylines are one person where

- name and personal e-mail are the same, at whatever publisher (also a name in two scripts: 김가람, Garam Kim);
- one article credits the same name in two ways (its captures, or its two spellings of a publisher);
- one text ran at two publishers and both credit the same name (a wire reporter at the outlets that ran the story);
- name and publisher are the same, unless two e-mails say that they are two; a byline without one stays alone then.

Two people of one name at two publishers stay two. Missing a join costs a count, joining strangers costs a reputation:
what only suggests one person is a hint. Addresses that several people use, and desks, join nobody.
"""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from flows import gazetteer

LINKER = "sillok-reporters/2"
"""Name and version of this joining; raised with every change of what it joins."""

LOCAL_PART_CONFIDENCE = 0.5
"""Same name and same part before the @ at two publishers: movers keep theirs, but so do strangers of one romanised
name. A judgement, not measured."""

MIN_LOCAL_PART_CHARS = 4
MAX_NAMES_AN_ADDRESS = 2  # a person signs in two scripts; an address of three names is a desk's
MAX_HINTS = 20  # a reporter; a name that everybody bears tells nothing


@dataclass(frozen=True, slots=True, order=True)
class Byline:
    """A name (its key) at a publisher, with a personal e-mail or "" for none."""

    name: str
    publisher: str
    email: str


@dataclass(frozen=True, slots=True)
class Credit:
    """How often a byline stands, as the lake counts it. `name` and `email` are as printed."""

    name: str
    publisher: str | None
    email: str | None
    role: str | None
    first_seen_date: date | None
    last_seen_date: date | None
    article_count: int


@dataclass(frozen=True, slots=True)
class At:
    """A reporter at one publisher: days of publication, and articles."""

    publisher: str
    first_seen_date: date | None
    last_seen_date: date | None
    article_count: int


@dataclass(frozen=True, slots=True)
class Hint:
    """Another reporter who may be the same person."""

    kind: str
    reporter_id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reporter:
    """One person as far as bylines tell."""

    reporter_id: str
    name: str
    names: tuple[str, ...]
    emails: tuple[str, ...]
    publishers: tuple[At, ...]
    article_count: int
    evidence: tuple[tuple[str, str], ...]
    bylines: tuple[Byline, ...]
    hints: tuple[Hint, ...] = ()


_HANGUL = re.compile(r"[가-힣]")
_HANGUL_NAME = re.compile(r"[가-힣]{2,5}")
_EMAIL = re.compile(r"[^@\s,;<>()\"']{1,64}@[^@\s,;<>()\"']{1,190}\.[a-z]{2,24}")
_DESK_MAILBOX = re.compile(
    r"(?:the|e|i)?[-_.]?(?:news(?:room|desk|team|letter)?|press|web(?:master|team|news)?|desk|editor(?:s|ial)?|info|admin|"
    r"office|report(?:er|ers|s)?|jebo|jebu|online|digital|internet|help|contact|master|tips?|opinion|biz|business|"
    r"econom(?:y|ic)|sports?|culture|society|social|politics?|world|photo(?:s)?|video|media|letters?|mail|webmail|"
    r"redaktion|redaction|redaccion|noreply|no-reply|service|support|team|pr|kr|cs|ad|ads)"
    r"(?:[-_.]?(?:news|desk|team|room|online|kr|korea|\d{1,4}))*"
)
# Ends of desks' and crews' names. Closed compounds only: 국, 부 and 실 alone also end given names.
_CREW = re.compile(
    r"뉴스|일보|신문|통신사?$|방송|닷컴|미디어|취재|편집|기자|제공|속보|온라인|디지털|인터넷|연합|데스크|리포트|위원회|연구소|협회|"
    r"재단|특별|공동|콘텐츠|[가-힣]팀$|센터$|본부$|"
    r"^(?:정치|사회|경제|문화|국제|산업|체육|스포츠|연예|보도|사진|전국|지역|기획|탐사|영상|금융|증권|부동산|생활|과학|교육|"
    r"법조|외교|통일|정책|데이터|논설|여론|독자|오피니언)\d?(?:부|국|실|팀|면)?$"
)
_CREW_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        staff desk news newsroom newsdesk team editors editor editorial editorials reporters reporter press agency wire
        agencies wires service services correspondent correspondents media bureau reuters afp ap dpa apa bloomberg board
        office redaktion redacción redazione rédaction online web digital admin guest contributor contributors writers
        associated times herald post daily gazette tribune journal tv radio magazine
        """,
    )
)
NO_PERSON_ROLES = frozenset(["organisation"])


def name_key(name: str) -> str:
    """What spellings of one name share: NFC, lower case, single blanks; a Korean name without blanks."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    joined = text.replace(" ", "")
    return joined if _HANGUL_NAME.fullmatch(joined) else text.casefold()


def is_person(name: str, role: str | None, publisher: str | None) -> bool:
    """Whether a credit names a person: no organisation, desk or crew, no publisher, no lone Latin word."""
    key = name_key(name)
    if role in NO_PERSON_ROLES or not key or any(char.isdigit() for char in key):
        return False
    squeezed = key.replace(" ", "")
    if squeezed in _houses() or (publisher and squeezed == name_key(publisher).replace(" ", "")):
        return False
    if _HANGUL.search(key):
        return not _CREW.search(squeezed) and 2 <= len(squeezed) <= 12
    if re.fullmatch(r"[\u3041-\u30ff\u3400-\u9fff ]+", key):
        return 2 <= len(squeezed) <= 12
    parts = re.findall(r"[^\W\d_]+", key)
    return len(parts) >= 2 and not _CREW_WORDS & set(parts)


@cache
def _houses() -> frozenset[str]:
    names = gazetteer.split("publishers", "aliases")
    return frozenset(name_key(name).replace(" ", "") for name, aliases in names.items() for name in (name, *aliases))


def personal_email(email: str | None) -> str:
    """The address in lower case, or "" for none, a broken one, or a desk's by its name (news@, webmaster@)."""
    text = (email or "").strip().lower().removeprefix("mailto:").split("?")[0]
    if not _EMAIL.fullmatch(text):
        return ""
    return "" if _DESK_MAILBOX.fullmatch(text.split("@")[0]) else text


def shared_addresses(given: Iterable[Credit]) -> frozenset[str]:
    """Addresses that more than one person signs with: three names, or two in one script.

    A joint byline often gives one address for both; whose it is cannot be told, so it joins nobody.
    """
    users: dict[str, set[str]] = defaultdict(set)
    for credit in given:
        users[personal_email(credit.email)].add(name_key(credit.name))
    return frozenset(email for email, names in users.items() if email and _is_several(names))


def _is_several(names: set[str]) -> bool:
    scripts = Counter(bool(_HANGUL.search(name)) for name in names)
    return len(names) > MAX_NAMES_AN_ADDRESS or any(count > 1 for count in scripts.values())


class _Sets:
    """Disjoint sets with path halving (Tarjan); the smaller byline leads, so that the order of joining is no matter."""

    def __init__(self) -> None:
        self._up: dict[Byline, Byline] = {}
        self._with_email: set[Byline] = set()  # of those on top

    def top(self, one: Byline) -> Byline:
        """The byline that leads the set of this one."""
        if one not in self._up:
            self._up[one] = one
            if one.email:
                self._with_email.add(one)
        while self._up[one] != one:
            self._up[one] = self._up[self._up[one]]
            one = self._up[one]
        return one

    def join(self, one: Byline, other: Byline) -> None:
        """Put two into one set."""
        low, high = sorted((self.top(one), self.top(other)))
        self._up[high] = low
        if high in self._with_email:
            self._with_email.add(low)

    def has_email(self, one: Byline) -> bool:
        """Whether an e-mail stands anywhere in the set of this one."""
        return self.top(one) in self._with_email


def reporters(
    given: Sequence[Credit],
    same_article: Iterable[tuple[Credit, Credit]] = (),
    known: Mapping[str, tuple[date | None, str]] | None = None,
    same_text: Iterable[tuple[Credit, Credit]] = (),
) -> list[Reporter]:
    """Every reporter behind the credits, by id.

    Args:
        given: Distinct credits with their counts; those that name no person are passed over.
        same_article: Pairs of credits that stand in one article under one name.
        same_text: Pairs of credits that stand under one name over a text and its copy at another place.
        known: Ids given before -> (first day, id): a reporter keeps the oldest id that any of the bylines began.
    """
    people = [credit for credit in given if is_person(credit.name, credit.role, credit.publisher)]
    shared = shared_addresses(people)
    members: dict[Byline, list[Credit]] = defaultdict(list)
    for credit in people:
        one = byline(credit, shared)
        if one.publisher or one.email:  # a bare name at nobody's paper is anybody's
            members[one].append(credit)
    sets, evidence = _Sets(), defaultdict[Byline, set[tuple[str, str]]](set)
    for kind, value, one, other in _joins(members, same_article, same_text, shared, sets):
        sets.join(one, other)
        evidence[one].add((kind, value))
    groups: dict[Byline, list[Byline]] = defaultdict(list)
    for one in sorted(members):
        groups[sets.top(one)].append(one)
    found = [
        _reporter(group, members, sorted(set().union(*(evidence[one] for one in group))), known or {})
        for group in groups.values()
    ]
    return _hinted(sorted(found, key=lambda reporter: reporter.reporter_id))


def byline(credit: Credit, shared: frozenset[str]) -> Byline:
    """The byline of a credit: keys of name and publisher, and the address unless others sign with it too."""
    email = personal_email(credit.email)
    return Byline(name_key(credit.name), credit.publisher or "", "" if email in shared else email)


def id_of(one: Byline) -> str:
    """The id that a reporter has who begins with this byline."""
    digest = hashlib.sha256("\x00".join((one.name, one.publisher, one.email)).encode("utf-8", "replace"))
    return f"reporter-{digest.hexdigest()[:20]}"


def _joins(
    members: Mapping[Byline, Sequence[Credit]],
    same_article: Iterable[tuple[Credit, Credit]],
    same_text: Iterable[tuple[Credit, Credit]],
    shared: frozenset[str],
    sets: _Sets,
) -> Iterable[tuple[str, str, Byline, Byline]]:
    """What is to be joined, with why. The last rule looks at what those before it have joined by then."""
    by_email: dict[str, Byline] = {}
    for one in sorted(members):
        if one.email:
            first = by_email.setdefault(one.email, one)
            if first != one:
                yield "same_email", one.email, first, one
    for kind, pairs in (("same_article", same_article), ("same_text", same_text)):
        for left, right in pairs:
            one, other = byline(left, shared), byline(right, shared)
            if one.name == other.name and one != other and one in members and other in members:
                yield kind, one.name, one, other
    at: dict[tuple[str, str], list[Byline]] = defaultdict(list)
    for one in sorted(members):
        if one.publisher:
            at[one.name, one.publisher].append(one)
    for (_, publisher), some in at.items():
        tops = {sets.top(one) for one in some if sets.has_email(one)}
        if len(some) > 1 and len(tops) <= 1:
            for other in some[1:]:
                yield "same_publisher", publisher, some[0], other


def _reporter(
    group: Sequence[Byline],
    members: Mapping[Byline, Sequence[Credit]],
    evidence: Sequence[tuple[str, str]],
    known: Mapping[str, tuple[date | None, str]],
) -> Reporter:
    stood = [credit for one in group for credit in members[one]]
    names: Counter[str] = Counter()
    for credit in stood:
        names[" ".join(credit.name.split())] += credit.article_count
    ordered = tuple(sorted(names, key=lambda name: (-names[name], name)))
    ids = {one: id_of(one) for one in group}
    old = [(known[id_][0] or date.max, id_) for id_ in ids.values() if id_ in known]
    begins = min(group, key=lambda one: (min(_first(credit) for credit in members[one]), one))
    return Reporter(
        reporter_id=min(old)[1] if old else ids[begins],
        name=ordered[0],
        names=ordered,
        emails=tuple(sorted({one.email for one in group if one.email})),
        publishers=_publishers(group, members),
        article_count=sum(credit.article_count for credit in stood),
        evidence=tuple(evidence) or (("one_byline", ""),),
        bylines=tuple(group),
    )


def _first(credit: Credit) -> date:
    return credit.first_seen_date or date.max


def _publishers(group: Sequence[Byline], members: Mapping[Byline, Sequence[Credit]]) -> tuple[At, ...]:
    at: dict[str, list[Credit]] = defaultdict(list)
    for one in group:
        if one.publisher:
            at[one.publisher].extend(members[one])
    found = [
        At(
            publisher,
            min((c.first_seen_date for c in some if c.first_seen_date), default=None),
            max((c.last_seen_date for c in some if c.last_seen_date), default=None),
            sum(c.article_count for c in some),
        )
        for publisher, some in at.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.first_seen_date or date.max, one.publisher)))


def _hinted(found: list[Reporter]) -> list[Reporter]:
    """Name and local part the same at two addresses: perhaps somebody who moved, told to both."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, reporter in enumerate(found):
        for name, local in {(b.name, b.email.split("@")[0]) for b in reporter.bylines if b.email}:
            if len(local) >= MIN_LOCAL_PART_CHARS:
                alike[name, local].append(number)
    hints: dict[int, set[str]] = defaultdict(set)
    for numbers in alike.values():
        if 1 < len(numbers) <= MAX_HINTS:
            for number in numbers:
                hints[number] |= {found[other].reporter_id for other in numbers if other != number}
    return [
        replace(
            reporter,
            hints=tuple(Hint("same_local_part", other, LOCAL_PART_CONFIDENCE) for other in sorted(hints[number])),
        )
        if number in hints
        else reporter
        for number, reporter in enumerate(found)
    ]
