"""The calendar of completeness: by publisher and day, how much of what was listed is here."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import altair as alt

from flows.exploring import charts
from flows.exploring.state import address
from flows.exploring.view import Answers, Ask, Asked, Chart, View, records

USUAL = timedelta(days=59)
YEAR = timedelta(days=364)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def period(asked: Asked) -> tuple[date, date]:
    """The days chosen; else the last sixty, of one publisher a year."""
    until = asked.state.until or asked.frame.last or date(1970, 1, 1)
    usual = until - (YEAR if asked.state.publisher else USUAL)
    return min(asked.state.since or usual, until), until


def asks(asked: Asked) -> Sequence[Ask]:
    """Every publisher and day of the period."""
    since, until = period(asked)
    return (Ask("days", {"since": since, "until": until, "publisher": asked.state.publisher}, folder="completeness"),)


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The sums by publisher, the emptiest first, and the days that lack most."""
    since, until = period(asked)
    rows = records(answers["days"])
    sums: dict[str, list[int]] = {}
    for row in rows:
        one = sums.setdefault(str(row["publisher"] or "not stated"), [0, 0])
        one[0] += int(str(row["listed"]))
        one[1] += int(str(row["articles"]))
    publishers = [
        {
            "publisher": name,
            "listed": listed,
            "articles": articles,
            "share": articles / listed if listed else 0.0,
            "address": address("/completeness", asked.state, publisher=name),
        }
        for name, (listed, articles) in sorted(sums.items(), key=lambda one: (one[1][1] / max(1, one[1][0]), one[0]))
    ]
    lacking = sorted((row for row in rows if row["missing"]), key=lambda row: -int(str(row["missing"])))[:40]
    return {"publishers": publishers, "lacking": lacking, "since": since, "until": until}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """A square a day: of all publishers in rows, of one in weeks. The darker, the more of what was listed is here."""
    rows = records(answers["days"])
    if not rows:
        return None
    shown = []
    for row in rows:
        day = row["day"] if isinstance(row["day"], date) else date.min
        shown.append(
            {
                "publisher": row["publisher"] or "not stated",
                "day": str(day),
                "week": str(day - timedelta(days=day.weekday())),
                "weekday": WEEKDAYS[day.weekday()],
                "share": row["share"],
                "listed": row["listed"],
                "articles": row["articles"],
                "missing because": row["why"] or "–",
                "url": address("/", publisher=str(row["publisher"] or ""), since=day, until=day),
            }
        )
    is_one = bool(asked.state.publisher)
    across, down = ("week", "weekday") if is_one else ("day", "publisher")
    made = (
        alt.Chart(charts.ROWS, width="container", height=18 * len({row[down] for row in shown}))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X(f"{across}:O", title=None, axis=alt.Axis(labelOverlap="greedy", labelAngle=0)),
            y=alt.Y(f"{down}:O", title=None, sort=list(WEEKDAYS) if is_one else "ascending"),
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(domain=[0, 1], scheme="blues"),
                legend=alt.Legend(format="%", title="of what was listed", orient="top", gradientLength=160),
            ),
            href="url:N",
            tooltip=[
                "publisher:N",
                "day:N",
                "listed:Q",
                "articles:Q",
                alt.Tooltip("share:Q", format=".0%"),
                "missing because:N",
            ],
        )
    )
    return charts.specification(
        made, "Share of what was listed of which there is an article, by publisher and day", rows=shown
    )


COMPLETENESS = View("completeness", "Completeness", "days", asks, shows, chart)
