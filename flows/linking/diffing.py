"""What it takes to turn one sequence into another: Myers' greedy difference, bounded in size and time.

Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986): time and memory grow with the number
of differences, not with the length, so that two versions of a long article cost little. Where more than `MAX_EDITS`
are needed the rest between the common beginning and the common end is told as replaced, so that two texts that have
nothing in common cost no more than two that share half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_EDITS = 400
"""Insertions and deletions looked for. 400 cost at most 80,000 steps and remembered rows (some 30 ms)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """old[old_start:old_end] became new[new_start:new_end]; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def edits(old: Sequence[str], new: Sequence[str], max_edits: int = MAX_EDITS) -> list[Edit]:
    """The edits that turn `old` into `new`, in order, with something unchanged between any two of them."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    old_end, new_end = len(old) - end, len(new) - end
    if start == old_end and start == new_end:
        return []
    if start in (old_end, new_end):
        return [Edit(start, old_end, start, new_end)]
    trace = _trace(old[start:old_end], new[start:new_end], max_edits)
    if trace is None:
        return [Edit(start, old_end, start, new_end)]
    return _joined(trace, start, old_end, new_end)


def _trace(old: Sequence[str], new: Sequence[str], max_edits: int) -> list[tuple[int, int]] | None:
    """Positions (in old, in new) of what stayed, in order; None where more than `max_edits` edits are needed."""
    furthest = {1: 0}  # diagonal x - y -> furthest x reached on it
    history: list[dict[int, int]] = []
    for depth in range(min(max_edits, len(old) + len(new)) + 1):
        history.append(dict(furthest) if depth == 0 else {k: furthest[k] for k in range(1 - depth, depth, 2)})
        for diagonal in range(-depth, depth + 1, 2):
            x = _step(furthest, diagonal, depth)
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walked_back(history, len(old), len(new))
    return None


def _step(furthest: dict[int, int], diagonal: int, depth: int) -> int:
    """Where the next edit on a diagonal begins: an insertion from above, or a deletion from below."""
    if depth == 0:
        return 0
    if diagonal == -depth or (diagonal != depth and furthest[diagonal - 1] < furthest[diagonal + 1]):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _walked_back(history: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for depth in range(len(history) - 1, -1, -1):
        before = history[depth]
        diagonal = x - y
        start_x = _step(before, diagonal, depth)
        start_y = start_x - diagonal
        while x > start_x and y > start_y:
            x, y = x - 1, y - 1
            kept.append((x, y))
        if depth == 0:
            break
        is_insertion = diagonal == -depth or (diagonal != depth and before[diagonal - 1] < before[diagonal + 1])
        x, y = (start_x, start_y - 1) if is_insertion else (start_x - 1, start_y)
    kept.reverse()
    return kept


def _joined(kept: list[tuple[int, int]], offset: int, old_end: int, new_end: int) -> list[Edit]:
    """What lies between the kept positions, as edits."""
    found: list[Edit] = []
    old_at = new_at = offset
    for x, y in [*((x + offset, y + offset) for x, y in kept), (old_end, new_end)]:
        if x > old_at or y > new_at:
            found.append(Edit(old_at, x, new_at, y))
        old_at, new_at = x + 1, y + 1
    return found
