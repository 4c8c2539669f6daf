"""Sources that list far less than they used to: a dead feed says nothing, so somebody has to. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

MIN_RUNS = 3  # fewer say nothing of what is usual
LAST_RUNS = 7  # a week of daily runs: weekdays and a weekend
THIN_SHARE = 0.3  # a Sunday lists about half of a weekday, a holiday a third; below that something has broken


def thinned(history: Mapping[str, Sequence[int]], now: Mapping[str, int]) -> tuple[str, ...]:
    """Say which sources list nothing, or far less than they used to.

    Args:
        history: source id -> addresses that it listed in each earlier run, oldest first. Only the last seven count.
        now: source id -> addresses that it listed in this run; 0 for one that was asked and listed nothing. Sources
            that were not asked in this run must be left out: nothing is said of them.

    Returns:
        One sentence a source, sorted by id: for 0 where any earlier run listed something or none is known, and for
        less than 30 % of the median of the last seven runs where there are at least three.
    """
    warnings: list[str] = []
    for source, count in sorted(now.items()):
        earlier = list(history.get(source, ()))[-LAST_RUNS:]
        usual = median(earlier) if earlier else 0
        if count == 0 and (not earlier or max(earlier) > 0):
            before = f"; it used to list {usual:g}" if usual else ""
            warnings.append(f"{source}: listed nothing{before}")
        elif len(earlier) >= MIN_RUNS and count < THIN_SHARE * usual:
            runs = len(earlier)
            warnings.append(f"{source}: listed {count}; the median of its last {runs} runs is {usual:g}")
    return tuple(warnings)
