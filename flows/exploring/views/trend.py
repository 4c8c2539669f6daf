"""Trend: how much of the coverage a search finds over time, also two searches side by side."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import altair as alt

from flows.exploring import charts
from flows.exploring.state import State, address
from flows.exploring.view import Answers, Ask, Asked, Chart, Frame, View, records

IGNORED = ("section", "lang", "person", "org", "rights")
"""Narrowings that the shares have no denominator for; person: and org: in the search do the same."""


def length(state: State, frame: Frame) -> str:
    """The length of a period: as chosen, or so that there are some dozens of them."""
    if state.by:
        return state.by
    first, last = state.since or frame.first, state.until or frame.last
    days = (last - first).days if first and last else 0
    return "day" if days <= 120 else "week" if days <= 900 else "month"


def asks(asked: Asked) -> Sequence[Ask]:
    """The course of the search, or of both."""
    state = asked.state
    if not state.query:
        return ()
    since, until = state.days
    values: dict[str, str | date | int] = {
        "query": state.query,
        "versus": state.versus,
        "by": length(state, asked.frame),
        "publisher": state.publisher,
        "since": since,
        "until": until,
    }
    return (Ask("both" if state.versus else "trend", values, folder="trend"),)


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The section, the sums, and what was left out of account."""
    section = answers.get("both") or answers.get("trend")
    rows = records(section) if section else []
    sums: dict[str, int] = {}
    for row in rows:
        sums[str(row["search"])] = sums.get(str(row["search"]), 0) + int(str(row["articles"] or 0))
    left = [name for name in IGNORED if getattr(asked.state, name)]
    return {"section": section, "sums": sums, "by": length(asked.state, asked.frame), "left_out": left}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Share of coverage as lines, the number of articles below."""
    section = answers.get("both") or answers.get("trend")
    rows = records(section) if section else []
    if not any(row["articles"] for row in rows):
        return None
    by = length(asked.state, asked.frame)
    shown = [
        {
            "search": row["search"],
            "period": row["period"],
            "ends": _last(row["period"], by) + timedelta(days=1),
            "when": str(row["period"]),
            "share": row["share"],
            "articles": row["articles"],
            "all": row["all_articles"],
            "url": address("/", _within(asked.state, str(row["search"]), row["period"], by)),
        }
        for row in rows
    ]
    searches = list(dict.fromkeys(str(row["search"]) for row in shown))
    colour = alt.Color(
        "search:N",
        scale=alt.Scale(domain=searches, range=[charts.MARK, charts.OTHER]),
        legend=alt.Legend(orient="top", title=None) if len(searches) > 1 else None,
    )
    x = alt.X("period:T", scale=alt.Scale(type="utc"), axis=charts.days())
    base = alt.Chart(charts.ROWS).encode(
        color=colour,
        href="url:N",
        tooltip=[
            "search:N",
            alt.Tooltip("when:N", title=by),
            alt.Tooltip("share:Q", format=".2%"),
            "articles:Q",
            alt.Tooltip("all:Q", title="all articles"),
        ],
    )
    share = base.mark_line(point=alt.OverlayMarkDef(size=45, filled=True), strokeWidth=2).encode(
        x=x, y=alt.Y("share:Q", title="share of coverage", axis=alt.Axis(format="%"))
    )
    number = base.mark_bar(opacity=0.7).encode(
        x=x,
        x2="ends:T",
        y2=alt.datum(0),
        y=alt.Y("articles:Q", title="articles", stack=None, axis=alt.Axis(tickMinStep=1)),
    )
    made = alt.vconcat(share.properties(width=760, height=230), number.properties(width=760, height=90))
    return charts.specification(made, f"Share of coverage by {by}: {', '.join(searches)}", rows=shown)


def _within(state: State, search: str, begins: object, by: str) -> State:
    first = begins if isinstance(begins, date) else date.min
    return State(query=search, publisher=state.publisher, since=first, until=_last(first, by))


def _last(begins: object, by: str) -> date:
    """The last day of the period that begins on a day."""
    first = begins if isinstance(begins, date) else date.min
    if by in ("day", "week"):
        return first + timedelta(days=0 if by == "day" else 6)
    months = {"month": 1, "quarter": 3, "year": 12}[by]
    after = first.month - 1 + months
    return date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


TREND = View("trend", "Trend", "trend", asks, shows, chart)
