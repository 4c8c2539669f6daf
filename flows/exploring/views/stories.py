"""Stories: what was told most in a period, or about a search."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import altair as alt

from flows.exploring import charts
from flows.exploring.state import State, address
from flows.exploring.view import Answers, Ask, Asked, Chart, Frame, View, records

USUAL = timedelta(days=29)
DRAWN = 25


def period(state: State, frame: Frame) -> State:
    """The state with the last thirty days chosen where it has neither days nor a search."""
    if state.since or state.until or state.query or frame.last is None:
        return state
    return state.with_(since=frame.last - USUAL, until=frame.last)


def asks(asked: Asked) -> Sequence[Ask]:
    """The stories of the articles that the state finds."""
    return (Ask("stories", found=period(asked.state, asked.frame), folder="stories"),)


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The stories with their addresses, and the days that were taken."""
    state = period(asked.state, asked.frame)
    stories = [{**row, "address": f"/story/{row['story_id']}"} for row in records(answers["stories"])]
    return {"stories": stories, "since": state.since, "until": state.until}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Each story from its first to its last article."""
    rows = [
        {
            "story": str(row["story"] or "")[:60],
            "id": row["story_id"],
            "from": row["first"],
            "to": row["last"],
            "articles": row["articles"],
            "outlets": row["outlets"],
            "url": address(f"/story/{row['story_id']}"),
        }
        for row in records(answers["stories"])[:DRAWN]
    ]
    if not rows:
        return None
    order = [str(row["story"]) for row in rows]
    base = alt.Chart(charts.ROWS, width="container", height=20 * len(order)).encode(
        y=alt.Y("story:N", sort=order, title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X("from:T", scale=alt.Scale(type="utc"), axis=charts.hours()),
        href="url:N",
        tooltip=["story:N", "articles:Q", "outlets:Q"],
    )
    made = base.mark_bar(height=3, color=charts.PALE).encode(x2="to:T") + base.mark_circle(
        color=charts.MARK, opacity=1
    ).encode(size=alt.Size("articles:Q", scale=alt.Scale(range=[40, 500]), legend=None))
    return charts.specification(made, "Stories from their first to their last article", rows=rows)


STORIES = View("stories", "Stories", "stories", asks, shows, chart)
