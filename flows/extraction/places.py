"""Where the article stands on its page, and what stands near it: credits and dates are believed by nearness."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flows.extraction.tree import Element

LOOK_BEFORE = 60
"""Elements before the headline among which a credit or a date may stand."""
LOOK_AFTER = 120
"""Elements after the article's last paragraph among which one may stand."""

Judged = TypeVar("Judged")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article stands: the headline's element, the first and the last element of its text; None if unknown."""

    title: Element | None = None
    first: Element | None = None
    last: Element | None = None


def by_nearness(
    root: Element, place: Place, judge: Callable[[Element], Judged | None]
) -> list[list[tuple[Judged, Element]]]:
    """The elements that `judge` has a say on, in four ranks, each in document order.

    Those between headline and text, those shortly before the headline, those in the text or shortly after it, others.
    """
    found: list[tuple[int, Judged, Element]] = []
    title = first = last = -1
    for index, element in enumerate(root.iter()):
        if element is place.title:
            title = index
        elif element is place.first:
            first = index
        if element is place.last:
            last = index
        said = judge(element)
        if said is not None:
            found.append((index, said, element))
    ranks: list[list[tuple[Judged, Element]]] = [[], [], [], []]
    start = title if 0 <= title < first else first
    for index, said, element in found:
        if start < 0:
            rank = 3
        elif start <= index <= first:
            rank = 0
        elif start - LOOK_BEFORE <= index < start:
            rank = 1
        else:
            rank = 2 if first < index <= max(first, last) + LOOK_AFTER else 3
        ranks[rank].append((said, element))
    return ranks
