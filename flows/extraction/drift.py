"""What a publisher's pages used to hold and hold no longer: page rot, told apart from one odd page. Pure.

Everything is a share of pages: those with a byline, those dated to the minute, those whose body is at least as long as
three in four used to be. So one rule serves all fields, and one odd page moves a share by one page only.

The rule. Shares of news pages differ from day to day by more than chance (a day of photo stories has no bylines), so
counts are taken as beta-binomial: `rho`, the correlation between pages of one day, is estimated from the publisher's
own days by Pearson's statistic (D. A. Williams, Extra-binomial variation in logistic linear models, Applied Statistics
31, 1982, 144-148) and never taken as less than `LEAST_RHO`. A field is told as lost where its share has fallen to half
of what it was, or less, and so few pages with it had a chance below `ALPHA`. docs/extraction.md has the rate of false
alarms and the pages needed, by simulation (`python -m tests.bench.drift`).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MIN_BEFORE_PAGES = 30
"""Fewer earlier pages say nothing of what is usual: a share of 30 pages is known to within a fifth."""
MIN_BEFORE_DAYS = 3
"""Pages of one or two days may all be of one event."""
MIN_LATELY_PAGES = 8
"""Fewer pages are odd pages, not rot."""
FALLEN_TO = 0.5
"""A share that keeps more than half of itself is a change of habits, not a lost field."""
LEAST_RHO = 0.05
"""Correlation within a day that is assumed where the days seen so far show none."""
ALPHA = 1e-5
"""Chance of so few pages above which nothing is said. At 60 publishers, 25 shares and a run a day, half a million
comparisons a year are made: five false alarms a year if each were as likely as this allows."""

FIELDS: dict[str, tuple[str, str]] = {
    "is_article": ("outcome", "ok"),
    "has_title": ("title", "found"),
    "is_title_bare": ("title", "free of the site's name"),
    "has_subtitle": ("subtitle", "found"),
    "has_section": ("section", "found"),
    "has_authors": ("authors", "found"),
    "has_author_email": ("author e-mail", "found beside an author"),
    "has_published_at": ("published_at", "found"),
    "is_published_to_minute": ("published_precision", "minute or finer"),
    "has_captions": ("captions", "found"),
    "has_topics": ("topics", "found"),
    "has_related_headlines": ("related_headlines", "found"),
    "has_rights_notice": ("rights_notice", "found"),
    "is_source_lang": ("lang", "the source's"),
    "is_own_method": ("method", "other than the last resort"),
    "is_cleanly_decoded": ("replacement_share", "zero"),
    "is_body_chars_not_low": ("body_chars", "no less than in three of four pages before"),
    "is_body_chars_not_high": ("body_chars", "no more than in three of four pages before"),
    "is_paragraph_count_not_low": ("paragraph_count", "no less than in three of four pages before"),
    "is_paragraph_count_not_high": ("paragraph_count", "no more than in three of four pages before"),
    "is_title_chars_not_low": ("title length", "no less than in three of four pages before"),
    "is_title_chars_not_high": ("title length", "no more than in three of four pages before"),
}
"""What is watched: name of the flag -> the field that a warning names, and what its pages used to be."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Pages of one publisher with one of the `FIELDS`: day by day before, and lately.

    `before` holds (pages, pages with it) for each earlier day that had pages; `lately` the same pair for the newest
    pages. Both must have been read by one and the same extractor: another one finds other things on the same page.
    """

    site: str
    flag: str
    before: tuple[tuple[int, int], ...]
    lately: tuple[int, int]


def drifted(counts: Iterable[Counts]) -> tuple[str, ...]:
    """Say which publishers' pages lost which field: one sentence for each, sorted by publisher."""
    return tuple(sorted(_sentence(one) for one in counts if is_lost(one.before, one.lately)))


def is_lost(before: Sequence[tuple[int, int]], lately: tuple[int, int]) -> bool:
    """Whether so few of the newest pages have it that neither chance nor a day's colour explains it.

    Args:
        before: (pages, pages with it) of each earlier day; days without pages may be left out.
        lately: the same pair for the newest pages.
    """
    pages, held = lately
    days = [day for day in before if day[0]]
    all_pages, all_held = sum(day[0] for day in days), sum(day[1] for day in days)
    if pages < MIN_LATELY_PAGES or all_pages < MIN_BEFORE_PAGES or len(days) < MIN_BEFORE_DAYS:
        return False
    if held / pages > FALLEN_TO * all_held / all_pages or not all_held:
        return False
    share = (all_held + 0.5) / (all_pages + 1)
    rho = _rho(days, share)
    # What is not known of the share itself, from finitely many days, widens what the newest pages may be.
    usual_day = sum(day[0] ** 2 for day in days) / all_pages
    spread = min(rho + (1 + (usual_day - 1) * rho) / all_pages, 0.99)
    return chance_of_so_few(held, pages, share, spread) < ALPHA


def chance_of_so_few(held: int, pages: int, share: float, rho: float) -> float:
    """Probability of at most `held` among `pages`: beta-binomial, mean `share`, correlation `rho`, both in (0, 1).

    Summed from the terms' logarithms: exact enough for any number of pages that a run reads (linear in `held`).
    """
    strength = 1 / rho - 1
    a, b = share * strength, (1 - share) * strength
    base = math.lgamma(pages + 1) + math.lgamma(strength) - math.lgamma(a) - math.lgamma(b)
    base -= math.lgamma(strength + pages)
    return min(
        1.0,
        sum(
            math.exp(
                base + math.lgamma(k + a) + math.lgamma(pages - k + b) - math.lgamma(k + 1) - math.lgamma(pages - k + 1)
            )
            for k in range(held + 1)
        ),
    )


def _rho(days: Sequence[tuple[int, int]], share: float) -> float:
    """Correlation of the pages of one day, by moments of Pearson's statistic; at least `LEAST_RHO`, at most 0.9."""
    all_pages = sum(pages for pages, _ in days)
    room = sum((pages - 1) * (1 - pages / all_pages) for pages, _ in days)
    if room <= 0:
        return LEAST_RHO  # a page a day: days and pages are one and the same
    pearson = sum((held - pages * share) ** 2 / (pages * share * (1 - share)) for pages, held in days)
    return min(max((pearson - (len(days) - 1)) / room, LEAST_RHO), 0.9)


def _sentence(one: Counts) -> str:
    field, state = FIELDS[one.flag]
    pages, held = one.lately
    all_pages, all_held = (sum(day[index] for day in one.before) for index in (0, 1))
    usual = 100 * all_held / all_pages
    return (
        f"{one.site}: {field} is {state} on {held} of its last {pages} pages; "
        f"it used to be so on {usual:.0f} % of {all_pages}"
    )
