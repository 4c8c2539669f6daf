"""Pairs of copies joined to groups that keep their names, and do not swallow the corpus.

A union-find with two guards. Copies chain: a round-up holds three wire stories whole, and through it all three would
be one. And some pages are all alike. A join that a guard stops is told, never made in silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.linking.copies import SAME_TEXT, Pair

MAX_GROUP = 1000
"""Articles in one group: twice as many as there are outlets that could run one story in one language."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A join that a guard stopped."""

    guard: str  # group_full or chain
    group_id: str
    other_id: str  # the group or article that was kept out


@dataclass(slots=True)
class Groups:
    """Groups of articles while they are joined. A group's id is the id of the article that founded it."""

    group_of: dict[str, str] = field(default_factory=dict)  # article -> group
    members: dict[str, list[str]] = field(default_factory=dict)  # group -> articles, in order of joining
    order: dict[str, int] = field(default_factory=dict)  # article -> number: the older group keeps its name
    changed: dict[str, str] = field(default_factory=dict)  # article -> its new group
    stopped: list[Stopped] = field(default_factory=list)

    def add(self, article: str, group: str, number: int) -> None:
        """An article that is in a group already. All members of a group must be added before anything is joined."""
        self.group_of[article] = group
        self.members.setdefault(group, []).append(article)
        self.order[article] = number

    def size(self, group: str) -> int:
        """How many articles are in a group."""
        return len(self.members.get(group, ()))

    def join(self, pairs: Iterable[tuple[Pair, str, str]]) -> None:
        """Join copies, the most alike first. Each pair comes with the article ids of its two texts.

        An article joins a group where it shares text with the one that founded it, or is the same text as a member.
        Two groups become one over one same text, or where the articles that founded them share text.
        """
        listed = sorted(pairs, key=lambda one: (-one[0].jaccard, -one[0].share, one[0].a, one[0].b))
        partners = {frozenset((a, b)) for _, a, b in listed}
        for pair, a, b in listed:
            self.order.setdefault(a, pair.a)
            self.order.setdefault(b, pair.b)
            self._join(pair, a, b, partners)

    def _join(self, pair: Pair, a: str, b: str, partners: set[frozenset[str]]) -> None:
        left, right = self.group_of.get(a), self.group_of.get(b)
        if left is not None and left == right:
            return
        if left is None and right is None:
            founder, other = (a, b) if self.order[a] <= self.order[b] else (b, a)
            self._put(founder, founder)
            self._put(other, founder)
        elif left is None or right is None:
            single, group = (a, right) if left is None else (b, left)
            assert group is not None  # noqa: S101 - one of both is
            if pair.jaccard < SAME_TEXT and frozenset((single, group)) not in partners:
                self.stopped.append(Stopped("chain", group, single))
            elif self.size(group) >= MAX_GROUP:
                self.stopped.append(Stopped("group_full", group, single))
            else:
                self._put(single, group)
        else:
            kept, gone = sorted((left, right), key=lambda name: (self.order.get(name, -1), name))
            if pair.jaccard < SAME_TEXT and frozenset((left, right)) not in partners:
                self.stopped.append(Stopped("chain", kept, gone))
            elif self.size(kept) + self.size(gone) > MAX_GROUP:
                self.stopped.append(Stopped("group_full", kept, gone))
            else:
                for article in self.members.pop(gone, []):
                    self._put(article, kept)

    def _put(self, article: str, group: str) -> None:
        self.group_of[article] = group
        self.members.setdefault(group, []).append(article)
        self.changed[article] = group
