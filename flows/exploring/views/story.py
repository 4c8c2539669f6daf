"""One story: its articles over time and outlets."""

from collections.abc import Mapping, Sequence

import altair as alt

from flows.exploring import charts
from flows.exploring.state import address
from flows.exploring.view import Answers, Ask, Asked, Chart, View, records


def asks(asked: Asked) -> Sequence[Ask]:
    """Its timeline."""
    return (Ask("timeline", {"story": asked.key}, folder="story"),)


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The articles in order, and the headline that was most like the story when it came."""
    rows = records(answers["timeline"])
    label = max(rows, key=lambda row: float(str(row["likeness"] or 0)), default=None)
    outlets = {row["publisher"] for row in rows if row["publisher"]}
    return {"told": rows, "label": str(label["article"] or "") if label else "", "outlets": len(outlets)}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Each article at its time, a line an outlet; copies lighter."""
    rows = [
        {
            "at": row["at"],
            "when": str(row["at"])[:16],
            "publisher": row["publisher"] or "not stated",
            "article": row["article"],
            "text": "shared with an earlier article" if row["copy"] else "own",
            "url": address(f"/article/{row['article_id']}"),
        }
        for row in records(answers["timeline"])
    ]
    if not rows:
        return None
    order = list(dict.fromkeys(str(row["publisher"]) for row in rows))
    made = (
        alt.Chart(charts.ROWS, width="container", height=24 * len(order))
        .mark_circle(size=130, opacity=0.9)
        .encode(
            x=alt.X("at:T", scale=alt.Scale(type="utc"), axis=charts.hours()),
            y=alt.Y("publisher:N", sort=order, title=None),
            color=alt.Color(
                "text:N",
                scale=alt.Scale(domain=["own", "shared with an earlier article"], range=[charts.MARK, charts.PALE]),
                legend=alt.Legend(orient="top", title=None),
            ),
            href="url:N",
            tooltip=["when:N", "publisher:N", "article:N", "text:N"],
        )
    )
    return charts.specification(made, "Articles of the story over time, by news organisation", rows=rows)


STORY = View("story", "Story", "timeline", asks, shows, chart, has_key=True)
