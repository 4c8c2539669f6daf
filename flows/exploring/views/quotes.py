"""Quotations of a person or organisation over time; without a name, who is quoted most."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt

from flows.exploring import charts
from flows.exploring.state import address
from flows.exploring.view import FILE_ROWS, Answers, Ask, Asked, Chart, View, records

MOST = 500
BARS = 20


def asks(asked: Asked) -> Sequence[Ask]:
    """What was said by whom the address names, or the speakers."""
    since, until = asked.state.days
    period: dict[str, str | date | int] = {"since": since, "until": until}
    if who := _who(asked):
        return (Ask("said", {"person": who, "most": FILE_ROWS if asked.is_file else MOST, **period}, folder="quotes"),)
    return (Ask("speakers", period, folder="quotes"),)


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The pieces of speech newest first, or the speakers with the addresses of theirs."""
    if "said" in answers:
        return {"who": _who(asked), "said": records(answers["said"]), "most": MOST, "speakers": []}
    speakers = [
        {**row, "address": address("/quotes", asked.state, person=str(row["speaker"]))}
        for row in records(answers["speakers"])
    ]
    return {"who": "", "said": [], "most": MOST, "speakers": speakers}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Pieces of speech by day or month and news organisation; of all speakers the most quoted."""
    if "speakers" in answers:
        rows = [
            {
                "speaker": row["speaker"],
                "quotes": row["quotes"],
                "url": address("/quotes", asked.state, person=str(row["speaker"])),
            }
            for row in records(answers["speakers"])[:BARS]
        ]
        if not rows:
            return None
        made = (
            alt.Chart(charts.ROWS, width="container", height=20 * len(rows))
            .mark_bar(color=charts.MARK)
            .encode(
                x=alt.X("quotes:Q", axis=alt.Axis(tickMinStep=1)),
                y=alt.Y("speaker:N", sort="-x", title=None),
                href="url:N",
                tooltip=["speaker:N", "quotes:Q"],
            )
        )
        return charts.specification(made, "Who is quoted most", rows=rows)
    rows = records(answers["said"])
    days = [row["date"] for row in rows if isinstance(row["date"], date)]
    if not days:
        return None
    is_long = (max(days) - min(days)).days > 90
    counts = Counter(
        (day.replace(day=1) if is_long else day, str(row["publisher"]), str(row["form"]))
        for row in rows
        if isinstance(day := row["date"], date)
    )
    shown = [
        {"when": str(day), "period": day, "publisher": publisher, "form": form, "pieces": count}
        for (day, publisher, form), count in sorted(counts.items())
    ]
    made = (
        alt.Chart(charts.ROWS, width="container", height=220)
        .mark_bar()
        .encode(
            x=alt.X("period:T", timeUnit="utcyearmonth" if is_long else "utcyearmonthdate", axis=charts.days()),
            y=alt.Y("pieces:Q", title="pieces of speech", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "form:N",
                scale=alt.Scale(domain=["quote", "statement"], range=[charts.MARK, charts.PALE]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=["when:N", "publisher:N", "form:N", "pieces:Q"],
        )
    )
    return charts.specification(made, f"What {_who(asked)} is quoted with, over time", rows=shown)


def _who(asked: Asked) -> str:
    return asked.state.person or asked.state.org


QUOTES = View("quotes", "Quotations", "said", asks, shows, chart)
