"""One entity behind many names: designations joined by key, word list, article and hand, with ids that stay.

A designation is a name's key, for a person with the key of the organisation stated beside the name. What joins two is
a link with its evidence; what a hand-written split keeps apart no link joins, by whatever way round. How people of
one name are told apart is in `namesakes`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.linking.decisions import MERGE, SPLIT, Chosen, Decision
from flows.linking.names import chief_names, known

LINKER = "sillok-registry/1"
"""Name and version of keys and joining; raised with every change of what they join."""

MIN_ALIAS_TEXTS, MIN_ALIAS_PUBLISHERS = 3, 2
"""An article's own short form (`이하 재단`) holds in that article; from so many different texts (copies count once) of
so many publishers on it is a name of the body. A judgement: one outlet's habit or one wire story is not usage."""

MIN_ALIAS_SHARE = 0.8
"""Of the texts that give the short form for something, those that give it for this: `공정위` yes, `위원회` no."""


@dataclass(frozen=True, slots=True, order=True)
class Designation:
    """How articles name somebody: key of the name, and for people of the organisation beside it ("" for none)."""

    name: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A designation as the lake counts it. Spellings with the articles that use them."""

    designation: Designation
    spellings: tuple[tuple[str, int], ...]
    article_count: int
    first_seen_date: date | None
    former_count: int = 0  # articles that say 전 or former


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why designations are one entity. Counts are of what says so; null where nothing is counted."""

    kind: str
    value: str
    article_count: int | None = None
    publisher_count: int | None = None
    name_key: str = ""  # the name that it joined to the others


@dataclass(frozen=True, slots=True)
class Link:
    """Two designations that may be one, with what tells it."""

    one: Designation
    other: Designation
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Entity:
    """One person, organisation or place as far as articles, word lists and hands tell."""

    entity_id: str
    type: str
    name: str  # the word list's where it knows the entity, else the one used most
    names: tuple[str, ...]  # all spellings, most used first
    designations: tuple[Designation, ...]
    evidence: tuple[Evidence, ...]
    chief_key: str  # under which data/gazetteer may know it
    decided_by: str  # machine or hand
    why: str


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids given before: id -> its first day. Of several an entity keeps the oldest."""

    first_days: Mapping[str, date | None]

    def of(self, type_: str, seen: Sequence[Seen]) -> str:
        """The id of an entity with these designations, which are not empty."""
        made = {one.designation: id_of(type_, one.designation) for one in seen}
        old = [(self.first_days[id_] or date.max, id_) for id_ in made.values() if id_ in self.first_days]
        return min(old)[1] if old else made[min((_first(one), one.designation) for one in seen)[1]]


def id_of(type_: str, designation: Designation) -> str:
    """The id that an entity has that begins with this designation."""
    text = "\x00".join((type_, designation.name, designation.organisation))
    return f"{type_}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:20]}"


class Sets:
    """Disjoint sets of designations of which some may never meet."""

    def __init__(self, apart: Iterable[tuple[Designation, Designation]] = ()) -> None:
        self._up: dict[Designation, Designation] = {}
        self._apart: dict[Designation, set[Designation]] = defaultdict(set)  # by leader
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def top(self, one: Designation) -> Designation:
        """The designation that leads the set of this one."""
        self._up.setdefault(one, one)
        while self._up[one] != one:
            self._up[one] = self._up[self._up[one]]
            one = self._up[one]
        return one

    def may_join(self, one: Designation, other: Designation) -> bool:
        """Whether no split keeps the sets of the two apart."""
        return self.top(other) not in self._apart[self.top(one)]

    def join(self, one: Designation, other: Designation) -> bool:
        """Put two into one set; False, and nothing is changed, where a split keeps them apart."""
        low, high = sorted((self.top(one), self.top(other)))
        if low == high:
            return True
        if high in self._apart[low]:
            return False
        self._up[high] = low
        for rival in self._apart.pop(high, set()):
            self._apart[rival].discard(high)
            self._apart[rival].add(low)
            self._apart[low].add(rival)
        return True


@dataclass(frozen=True, slots=True)
class Hand:
    """Decisions turned to designations that are there: links that hold whatever is told, and what is kept apart."""

    links: tuple[Link, ...]
    apart: tuple[tuple[Designation, Designation], ...]
    why: Mapping[Designation, tuple[str, ...]]


def by_hand(
    decisions: Iterable[Decision],
    type_: str,
    designations: Sequence[Designation],
    home: Mapping[str, str] | None = None,
) -> Hand:
    """What the decisions of one type say of these designations.

    `home` has for an organisation's key what stands for the organisation, so that each of its names will do in a
    decision.
    """
    at: dict[str, list[Designation]] = defaultdict(list)
    for designation in sorted(designations):
        at[designation.name].append(designation)
    home = home or {}
    links: list[Link] = []
    apart: list[tuple[Designation, Designation]] = []
    why: dict[Designation, list[str]] = defaultdict(list)
    for decision in decisions:
        if decision.type != type_:
            continue
        ones, others = _matched(at, decision.one, home), _matched(at, decision.other, home)
        if decision.kind == SPLIT:
            if decision.one.name == decision.other.name and not decision.other.organisation:
                others = [one for one in others if one not in ones]
            if decision.one.name == decision.other.name and not decision.one.organisation:
                ones = [one for one in ones if one not in others]
            apart += [(one, other) for one in ones for other in others]
        everybody = [*ones, *others]
        if decision.kind == MERGE and everybody:
            told = Evidence("hand", decision.why)
            links += [Link(everybody[0], one, told) for one in everybody[1:]]
        if ones and others:
            for one in everybody:
                why[one].append(decision.why)
    return Hand(tuple(links), tuple(apart), {one: tuple(dict.fromkeys(said)) for one, said in why.items()})


def _matched(at: Mapping[str, Sequence[Designation]], chosen: Chosen, home: Mapping[str, str]) -> list[Designation]:
    organisation = home.get(chosen.organisation, chosen.organisation)
    return [
        one
        for one in at.get(chosen.name, ())
        if not chosen.organisation or home.get(one.organisation, one.organisation) == organisation
    ]


def listed_links(type_: str, names: Iterable[str]) -> list[Link]:
    """Links that the word lists tell between these keys and their chief keys."""
    listed = known(type_)
    found = []
    for name in sorted(set(names)):
        chief = listed.get(name, name)
        if chief != name:
            said = Evidence("word_list", chief_names(type_).get(chief, chief))
            found.append(Link(Designation(chief), Designation(name), said))
    return found


def named(
    type_: str, seen: Sequence[Seen], links: Sequence[Link], decisions: Sequence[Decision], ids: Ids
) -> list[Entity]:
    """Organisations, or places, behind designations: hand first, then word lists, then articles.

    `links` are what articles tell, strong ones only; links of the word lists are found here.
    """
    listed = listed_links(type_, (one.designation.name for one in seen))
    there = sorted({one.designation for one in seen} | {one.one for one in listed})
    hand = by_hand(decisions, type_, there)
    sets = Sets(hand.apart)
    told: dict[Designation, list[Evidence]] = defaultdict(list)
    for link in (*hand.links, *listed, *sorted(links, key=_strongest)):
        if sets.join(link.one, link.other):
            told[link.other].append(link.evidence)
    return entities(type_, seen, sets, told, hand, ids)


def _strongest(link: Link) -> tuple[int, Designation, Designation]:
    return (-(link.evidence.article_count or 0), link.one, link.other)


def entities(
    type_: str,
    seen: Sequence[Seen],
    sets: Sets,
    told: Mapping[Designation, Sequence[Evidence]],
    hand: Hand,
    ids: Ids,
) -> list[Entity]:
    """The sets as entities, by id; what no article names (a chief key alone) is none."""
    groups: dict[Designation, list[Seen]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.designation):
        groups[sets.top(one.designation)].append(one)
    found = []
    for group in groups.values():
        spellings: Counter[str] = Counter()
        for one in group:
            spellings.update(dict(one.spellings))
        ordered = tuple(sorted(spellings, key=lambda name: (-spellings[name], len(name), name)))
        members = tuple(one.designation for one in group)
        evidence = sorted(
            {replace(said, name_key=one.name) for one in members for said in told.get(one, ())}, key=_order
        )
        why = tuple(dict.fromkeys(said for one in members for said in hand.why.get(one, ())))
        chief = _chief_key(type_, members, sets)
        found.append(
            Entity(
                entity_id=ids.of(type_, group),
                type=type_,
                name=chief_names(type_).get(chief) or (ordered or (members[0].name,))[0],
                names=ordered,
                designations=members,
                evidence=tuple(evidence),
                chief_key=chief,
                decided_by="hand" if why else "machine",
                why="; ".join(why) if why else ", ".join(dict.fromkeys(said.kind for said in evidence)) or "one_name",
            )
        )
    return sorted(found, key=lambda one: one.entity_id)


def _order(said: Evidence) -> tuple[str, str, str, int, int]:
    return (said.kind, said.name_key, said.value, said.article_count or 0, said.publisher_count or 0)


def _chief_key(type_: str, members: Sequence[Designation], sets: Sets) -> str:
    """The one key of the word lists that all listed names share and no hand has split off; "" where there is none."""
    listed = known(type_)
    chiefs = {listed[one.name] for one in members if one.name in listed}
    if len(chiefs) != 1:
        return ""
    (chief,) = chiefs
    return chief if sets.top(Designation(chief)) == sets.top(members[0]) else ""


def _first(one: Seen) -> date:
    return one.first_seen_date or date.max
