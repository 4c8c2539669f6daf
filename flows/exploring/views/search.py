"""Search: what a query and its narrowings find, best first, with what it can be narrowed by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import altair as alt

from flows.exploring import charts
from flows.exploring.state import PER_PAGE, State, address
from flows.exploring.view import FILE_ROWS, Answers, Ask, Asked, Chart, Raw, View, records

BEST = 20_000
"""Of so many articles, the best, are sections, rights and names counted: more would take longer than a page may."""
BARS = 60
FACETS = {
    "publisher": "Publisher",
    "section": "Section",
    "person": "People",
    "org": "Organisations",
    "rights": "May be passed on",
    "lang": "Language",
}
_ORDERS = {"": "", "newest": "{}.published_date DESC NULLS LAST,", "oldest": "{}.published_date ASC NULLS LAST,"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, its articles, and the address that narrows to it, or widens again where it is chosen."""

    text: str
    articles: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Articles of some days in a row; `share` of the highest bar."""

    first: date
    last: date
    articles: int
    share: float
    address: str


def asks(asked: Asked) -> Sequence[Ask]:
    """The page of articles and the facets."""
    state = asked.state
    paged: dict[str, str | date | int] = {
        "most": FILE_ROWS if asked.is_file else PER_PAGE,
        "offset": 0 if asked.is_file else PER_PAGE * (state.page - 1),
        "order": Raw(_ORDERS[state.order].format("found")),
        "final": Raw(_ORDERS[state.order].format("best")),
    }
    return (Ask("found", paged, state, "search"), Ask("facets", {"best": BEST}, state, "search"))


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """Hits, facets, bars of days, and where the pages before and after are."""
    state = asked.state
    counted = records(answers["facets"])
    total = next((int(str(row["articles"])) for row in counted if row["facet"] == "total"), 0)
    pages = -(-total // PER_PAGE)
    return {
        "hits": records(answers["found"]),
        "total": total,
        "is_sampled": total > BEST,
        "best": BEST,
        "facets": [
            (name, title, choices) for name, title in FACETS.items() if (choices := facet(name, state, counted))
        ],
        "bars": bars(state, counted),
        "pages": pages,
        "earlier": address("/", state, page=state.page - 1) if state.page > 1 else "",
        "later": address("/", state, page=state.page + 1) if state.page < pages else "",
        "orders": [
            (said, address("/", state, order=order), order == state.order)
            for order, said in (("", "best" if state.query else "newest"), ("newest", "newest"), ("oldest", "oldest"))
            if state.query or order != "newest"
        ],
        "chips": [
            (name, value, address("/", state, **{name: _nothing(name)})) for name, value in state.narrowings.items()
        ],
    }


def facet(name: str, state: State, counted: Sequence[Mapping[str, object]]) -> list[Choice]:
    """The values of one facet, most articles first. One that is chosen stands first, with the way back."""
    chosen = str(getattr(state, name))
    found = [
        Choice(
            value,
            int(str(row["articles"])),
            address("/", state, **{name: "" if value == chosen else value}),
            value == chosen,
        )
        for row in counted
        if row["facet"] == name and (value := str(row["value"] or ""))
    ]
    return sorted(found, key=lambda one: not one.is_chosen)


def bars(state: State, counted: Sequence[Mapping[str, object]]) -> list[Bar]:
    """Articles by day of publication, days taken together where there are more than `BARS`; none of a single day."""
    by_day = {
        date.fromisoformat(str(row["value"])): int(str(row["articles"]))
        for row in counted
        if row["facet"] == "day" and row["value"]
    }
    if len(by_day) < 2:
        return []
    first, last = min(by_day), max(by_day)
    width = -(-((last - first).days + 1) // BARS)
    sums: dict[int, int] = {}
    for day, articles in by_day.items():
        at = (day - first).days // width
        sums[at] = sums.get(at, 0) + articles
    most = max(sums.values())
    found = []
    for at in range((last - first).days // width + 1):
        begins = first + timedelta(days=at * width)
        ends = min(last, begins + timedelta(days=width - 1))
        articles = sums.get(at, 0)
        found.append(Bar(begins, ends, articles, articles / most, address("/", state, since=begins, until=ends)))
    return found


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Articles found by day of publication."""
    rows = [
        {
            "day": str(bar.first),
            "ends": str(bar.last + timedelta(days=1)),
            "articles": bar.articles,
            "days": f"{bar.first} to {bar.last}",
        }
        for bar in bars(asked.state, records(answers["facets"]))
    ]
    if not rows:
        return None
    made = (
        alt.Chart(charts.ROWS, width="container", height=220)
        .mark_bar(color=charts.MARK)
        .encode(
            x=alt.X("day:T", scale=alt.Scale(type="utc"), axis=charts.days()),
            x2="ends:T",
            y2=alt.datum(0),
            y=alt.Y("articles:Q", title="articles", axis=alt.Axis(tickMinStep=1)),
            tooltip=["days:N", "articles:Q"],
        )
    )
    return charts.specification(made, "Articles found, by day of publication", rows=rows)


def _nothing(name: str) -> object:
    return None if name in ("since", "until") else ""


SEARCH = View("search", "Search", "found", asks, shows, chart, is_drawn=False)
