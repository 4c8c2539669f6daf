"""Stories: articles about one happening, grouped over days and publishers as they come in.

Single-pass clustering of a news stream (Allan et al. 1998, "Topic detection and tracking pilot study"), terms and
names in one weighted vector (Miranda et al. 2018, "Multilingual clustering of streaming news"): an article joins the
open story that it is most like, or opens one. What was decided stays decided: a story keeps its id and its articles
whatever comes later, so that a link to it never breaks.

Only the days around an article are in memory. Weights are whole numbers, so that a day can be taken out again to the
last digit: what is known depends on which articles lie in those days, never on the order or the parts they came in.
"""

import hashlib
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

LINKER = "sillok-stories/1"
"""Name and version of this grouping; raised with every change of what it joins."""

OPEN_DAYS = 4
"""A story is open until so many days after its newest article, and from so many days before its first one."""
LEAST_LIKENESS = 0.27
"""Cosine, weakened by the days between, from which an article joins (docs/linking.md has the figures beside it)."""
FADE_DAYS = 6.0
"""Days over which likeness falls to a third: the same words a week later are more often another happening."""
NAME_WEIGHT = 1.4
"""A person, organisation or place counts so much more than a word: who and where tell happenings of one kind apart."""
LEAST_KEYWORD = 0.4
"""What the weakest keyword counts, the strongest counting 1: the rest is its weight within the article."""
RARITY_BASE = 20
"""Articles added to those in hand when rarity is told, so that the first ones are not all rare words."""
LEAST_TERMS = 3
"""With fewer terms an article says too little to be like anything."""
MOST_TERMS = 24
"""Terms kept an article, the ones that weigh most."""
RARE_TERMS = 10
"""Of these, the ones that bring stories up for comparison, the heaviest first."""
LEAST_SHARED = 2
"""Of the heaviest terms, how many a story must hold to be compared: one name alone is in too many stories."""
MOST_STORIES_A_TERM = 400
"""A term that more open stories hold brings none of them up: it does not say which one is meant."""
MOST_ARTICLES = 2_000
"""Articles of one story within the days in hand; a page template read as text ends here."""
MOST_STORY_DAYS = 60
"""A story runs on under another id after so many days: what stands in the paper every day is no happening."""
SCALE = 10_000
"""Length of an article's vector, in whole numbers."""


class Outcome(StrEnum):
    """How an article came to its story, or to none. Exactly one an article and text."""

    JOINED = "joined"  # it is like the story
    OPENED = "opened"  # it is like none that was open on its day
    COPY = "copy"  # a copy of it is in the story
    CONTINUED = "continued"  # it is like a story that a cap keeps it out of, and opened the next part
    TOO_FEW_TERMS = "too_few_terms"  # in no story: fewer than LEAST_TERMS terms
    NOT_ANNOTATED = "not_annotated"  # in no story: there are no terms, staging.annotations says why


class Cap(StrEnum):
    """What kept an article out of the story that it is most like."""

    FULL = "full"  # MOST_ARTICLES
    LONG = "long"  # MOST_STORY_DAYS


class Kind(StrEnum):
    """What a term is. The first kind holds where an article uses a name as two."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an article; `weight` in ten-thousandths of the length of its vector."""

    kind: str
    term: str
    weight: int

    @property
    def key(self) -> str:
        """What is compared: a name whatever its kind, and apart from a word of the same letters."""
        return sys.intern(self.term if self.kind == Kind.KEYWORD else f"@{self.term}")


@dataclass(frozen=True, slots=True)
class Item:
    """An article to be placed."""

    article_id: str
    at: datetime  # UTC
    terms: tuple[tuple[str, str, float], ...]  # kind, term, weight within the article from 0 to 1 (names: 1)
    copy_group: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An article that has a story."""

    story_id: str
    opened_at: datetime  # time of the article that opened the story
    at: datetime
    terms: tuple[Term, ...]  # none for a copy: its story was known by the original already
    copy_group: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an article belongs. `likeness` is the cosine to the story as it was; None for copies and without terms."""

    article_id: str
    outcome: Outcome
    held: Held | None = None
    likeness: float | None = None
    continues: str | None = None  # story that a cap keeps it out of
    cap: Cap | None = None
    common_terms: int = 0  # of its RARE_TERMS, those that MOST_STORIES_A_TERM passed over


@dataclass(slots=True)
class _Day:
    """What a story has of one day."""

    first_at: datetime
    last_at: datetime
    count: int = 0


@dataclass(slots=True)
class _Story:
    story_id: str
    opened_at: datetime
    days: dict[date, _Day] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)  # sum of its articles' vectors
    squares: int = 0  # squared length of that sum

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days.values())

    def days_off(self, at: datetime) -> float:
        first = min(day.first_at for day in self.days.values())
        last = max(day.last_at for day in self.days.values())
        return max(first - at, at - last, timedelta(0)) / timedelta(days=1)

    def cap(self, at: datetime) -> Cap | None:
        if self.count >= MOST_ARTICLES:
            return Cap.FULL
        return Cap.LONG if at - self.opened_at > timedelta(days=MOST_STORY_DAYS) else None


def story_id_of(article_id: str) -> str:
    """Id of the story that this article opens: 32 hex digits."""
    return hashlib.sha256(f"story {article_id}".encode("utf-8", "replace")).hexdigest()[:32]


def days_around(day: date) -> tuple[date, date]:
    """First and last day whose articles an article of this day is held against."""
    around = timedelta(days=OPEN_DAYS)
    return max(day, date.min + around) - around, min(day, date.max - around) + around


class Stories:
    """The stories of some days, and which of them hold a term."""

    def __init__(self) -> None:
        self._stories: dict[str, _Story] = {}
        self._holders: dict[str, set[str]] = defaultdict(set)  # term -> stories
        self._used: dict[str, int] = defaultdict(int)  # term -> articles
        self._size = 0  # articles with terms
        self._of_group: dict[str, dict[str, int]] = defaultdict(dict)  # copies -> story -> articles
        self._by_day: dict[date, list[Held]] = defaultdict(list)

    @property
    def days(self) -> set[date]:
        """Days of which articles are held."""
        return set(self._by_day)

    def hold(self, held: Held) -> None:
        """Take in an article that has a story."""
        day = held.at.date()
        self._by_day[day].append(held)
        story = self._stories.get(held.story_id)
        if story is None:
            story = self._stories[held.story_id] = _Story(held.story_id, held.opened_at)
        there = story.days.setdefault(day, _Day(held.at, held.at))
        there.first_at, there.last_at = min(there.first_at, held.at), max(there.last_at, held.at)
        there.count += 1
        if held.copy_group:
            of_group = self._of_group[held.copy_group]
            of_group[held.story_id] = of_group.get(held.story_id, 0) + 1
        self._size += bool(held.terms)
        for term in held.terms:
            key, before = term.key, story.total.get(term.key, 0)
            story.total[key] = before + term.weight
            story.squares += term.weight * (2 * before + term.weight)
            self._used[key] += 1
            self._holders[key].add(held.story_id)

    def forget(self, day: date) -> None:
        """Take a day out again; stories of which no other day is held go with it."""
        gone = self._by_day.pop(day, [])
        for held in gone:
            story = self._stories[held.story_id]
            story.days.pop(day, None)
            if held.copy_group:
                self._forget_copy(held.copy_group, held.story_id)
            self._size -= bool(held.terms)
            for term in held.terms:
                self._forget_term(story, term)
        for story_id in {held.story_id for held in gone}:
            if not self._stories[story_id].days:
                del self._stories[story_id]

    def _forget_copy(self, group: str, story_id: str) -> None:
        of_group = self._of_group[group]
        of_group[story_id] -= 1
        if not of_group[story_id]:
            del of_group[story_id]
        if not of_group:
            del self._of_group[group]

    def _forget_term(self, story: _Story, term: Term) -> None:
        key, after = term.key, story.total[term.key] - term.weight
        story.squares -= term.weight * (2 * after + term.weight)
        story.total[key] = after
        self._used[key] -= 1
        if not after:
            del story.total[key]
            self._holders[key].discard(story.story_id)
        if not self._used[key]:
            del self._used[key], self._holders[key]

    def place(self, item: Item) -> Placed:
        """Give an article its story, and hold it there.

        The days around it must be held (`days_around`), and no others.
        """
        copied = self._story_of_copies(item)
        if copied is not None:
            held = Held(copied.story_id, copied.opened_at, item.at, (), item.copy_group)
            self.hold(held)
            return Placed(item.article_id, Outcome.COPY, held)
        if len(item.terms) < LEAST_TERMS:
            return Placed(item.article_id, Outcome.TOO_FEW_TERMS)
        terms = self._weighed(item)
        candidates, common = self._brought_up(terms)
        ranked = self._ranked(item.at, terms, candidates)
        free = next(((story, likeness) for story, likeness in ranked if story.cap(item.at) is None), None)
        if free is not None:
            story, likeness = free
            outcome, held = Outcome.JOINED, Held(story.story_id, story.opened_at, item.at, terms, item.copy_group)
            capped = None
        else:
            capped, likeness = ranked[0] if ranked else (None, 0.0)
            outcome = Outcome.CONTINUED if capped else Outcome.OPENED
            held = Held(story_id_of(item.article_id), item.at, item.at, terms, item.copy_group)
        cap = capped.cap(item.at) if capped else None
        self.hold(held)
        continues = capped.story_id if capped else None
        return Placed(item.article_id, outcome, held, round(likeness, 4), continues, cap, common)

    def _story_of_copies(self, item: Item) -> _Story | None:
        """The story nearest in time that holds a copy of the article, is open on its day and may take it."""
        if not item.copy_group or item.copy_group not in self._of_group:
            return None
        near = sorted((self._stories[id_].days_off(item.at), id_) for id_ in self._of_group[item.copy_group])
        free = (id_ for off, id_ in near if off <= OPEN_DAYS and self._stories[id_].cap(item.at) is None)
        found = next(free, None)
        return self._stories[found] if found else None

    def _weighed(self, item: Item) -> tuple[Term, ...]:
        """The heaviest terms, each by its rarity in the days in hand (tf-idf), as a vector of length SCALE."""
        raw: dict[str, tuple[float, str, str]] = {}
        order = {kind.value: number for number, kind in enumerate(Kind)}
        for kind, term, weight in sorted(item.terms, key=lambda one: (order[one[0]], one[1])):
            key = Term(kind, term, 0).key
            rarity = math.log((self._size + 1 + RARITY_BASE) / (self._used.get(key, 0) + 1.5))
            by_kind = LEAST_KEYWORD + (1 - LEAST_KEYWORD) * weight if kind == Kind.KEYWORD else NAME_WEIGHT
            raw.setdefault(key, (rarity * by_kind, kind, term))
        heaviest = sorted(raw.values(), key=lambda one: (-one[0], one[2], one[1]))[:MOST_TERMS]
        length = math.sqrt(sum(weight * weight for weight, _, _ in heaviest))
        return tuple(Term(kind, term, max(1, round(SCALE * weight / length))) for weight, kind, term in heaviest)

    def _brought_up(self, terms: Iterable[Term]) -> tuple[list[str], int]:
        """Stories that hold some of the heaviest terms, and how many of these terms too many stories hold."""
        counts: Counter[str] = Counter()
        common = 0
        for term in list(terms)[:RARE_TERMS]:
            holders = self._holders.get(term.key, ())
            if len(holders) > MOST_STORIES_A_TERM:
                common += 1
            else:
                counts.update(holders)
        return [story_id for story_id, count in counts.items() if count >= LEAST_SHARED], common

    def _ranked(self, at: datetime, terms: tuple[Term, ...], candidates: Iterable[str]) -> list[tuple[_Story, float]]:
        """Open stories that the article is like, the most alike first, each with its cosine."""
        vector: Mapping[str, int] = {term.key: term.weight for term in terms}
        length = math.sqrt(sum(weight * weight for weight in vector.values()))
        found: list[tuple[float, str, float]] = []
        for story_id in candidates:
            story = self._stories[story_id]
            total = story.total
            shared = sum(weight * total[key] for key, weight in vector.items() if key in total)
            likeness = shared / (length * math.sqrt(story.squares))
            if likeness >= LEAST_LIKENESS:
                off = story.days_off(at)
                faded = likeness * math.exp(-off / FADE_DAYS)
                if off <= OPEN_DAYS and faded >= LEAST_LIKENESS:
                    found.append((-faded, story_id, likeness))
        return [(self._stories[story_id], likeness) for _, story_id, likeness in sorted(found)]
