"""Whether one text is a copy of another, how much they share, and which was first. Exact, over all shingles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from flows.linking.shingles import Shingles
from flows.linking.sketches import SKETCHER

LINKER = f"{SKETCHER} copies-1"
"""What made a verdict. A new version is a new set of rows beside the old."""

MIN_SHARE = 0.22
"""Share of the shorter text in common from which a pair is a copy. NEWS-COPY (Silcock et al. 2022) finds that true
duplicates share 30 % of their 3-grams on average; unrelated news texts share under 5 %."""

MIN_SHARED = 24
"""Shingles in common, about a hundred characters, below which only nearly equal texts are copies: a stock sentence
or a publisher's standing line would make a copy of every short article."""

NEARLY_EQUAL = 0.8
"""Jaccard similarity from which short texts are copies all the same."""

SAME_TEXT = 0.5
"""Jaccard similarity from which two texts are one text, edited; below, one may be a part of the other."""


@dataclass(frozen=True, slots=True)
class Text:
    """One article text, as far as the question who was first needs it."""

    number: int  # order of arrival in the index
    publisher: str | None
    portal: str | None
    published_at: datetime | None
    published_date: date | None
    captured_at: datetime
    wire_source: str | None  # agency that the text names as its source


@dataclass(frozen=True, slots=True)
class Pair:
    """What two texts have in common. `a` and `b` are their numbers, a < b."""

    a: int
    b: int
    shared: int  # shingles in common
    share_of_a: float  # 0 to 1
    share_of_b: float
    jaccard: float

    @property
    def share(self) -> float:
        """Share of the shorter text in common (Broder's containment, the greater of both directions)."""
        return max(self.share_of_a, self.share_of_b)


def compare(shingles: dict[int, Shingles], pairs: Iterable[tuple[int, int]]) -> Iterator[Pair]:
    """What each pair has in common. A number that is missing among the shingles counts as an empty text."""
    none = np.empty(0, dtype=np.uint64)
    for a, b in pairs:
        left, right = shingles.get(a, none), shingles.get(b, none)
        short, long = (left, right) if len(left) <= len(right) else (right, left)
        if not len(short):
            yield Pair(a, b, 0, 0.0, 0.0, 0.0)
            continue
        places = np.searchsorted(long, short)
        places[places == len(long)] = 0
        shared = int(np.count_nonzero(long[places] == short))
        union = len(left) + len(right) - shared
        yield Pair(a, b, shared, shared / len(left), shared / len(right), shared / union)


def is_copy(pair: Pair) -> bool:
    """Whether the two texts are copies, whole or in part, of one another or of a third."""
    if pair.shared < MIN_SHARED:
        return pair.jaccard >= NEARLY_EQUAL
    return pair.share >= MIN_SHARE


def first_of(one: Text, other: Text) -> tuple[Text, str]:
    """Which of two texts was first, and by what: `credit`, `portal`, `published`, `captured` or `number`.

    Who names the other's publisher as the source took it from there, whatever the clocks say; a portal took it from the
    publisher itself. Then the stated time; where one of both states only the day, the day; then the time of capture;
    then the order of arrival.
    """
    if one.wire_source != other.wire_source or one.publisher != other.publisher:
        if one.wire_source and one.wire_source == other.publisher != one.publisher:
            return other, "credit"
        if other.wire_source and other.wire_source == one.publisher != other.publisher:
            return one, "credit"
    if one.publisher == other.publisher and (one.portal is None) != (other.portal is None):
        return (one if one.portal is None else other), "portal"
    if one.published_at and other.published_at:
        if one.published_at != other.published_at:
            return (one if one.published_at < other.published_at else other), "published"
    elif one.published_date and other.published_date and one.published_date != other.published_date:
        return (one if one.published_date < other.published_date else other), "published"
    if one.captured_at != other.captured_at:
        return (one if one.captured_at < other.captured_at else other), "captured"
    return (one if one.number < other.number else other), "number"
