"""The picture of an answer to a question of somebody's own: its first figure beside its first day or name."""

from datetime import date, datetime

import altair as alt

from flows.exploring import charts
from flows.exploring.view import Chart, records
from flows.reporting.report import Section

BARS = 60


def chart(section: Section) -> Chart | None:
    """Days as a line of points, names as bars, the first `BARS`; none without a figure and something to set it by."""
    rows = records(section)
    names = list(section.columns)
    figure = next((name for name in names if rows and all(_is_figure(row[name]) for row in rows)), None)
    label = next((name for name in names if name != figure and rows and isinstance(rows[0][name], str | date)), None)
    if figure is None or label is None:
        return None
    is_time = all(isinstance(row[label], date) for row in rows)
    # Columns may be called anything, also what Vega reads as a path: so they are renamed.
    shown = [{"label": str(row[label])[:80], "figure": row[figure]} for row in rows]
    if is_time:
        made = (
            alt.Chart(charts.ROWS, width="container", height=220)
            .mark_line(point=True, color=charts.MARK)
            .encode(
                x=alt.X("label:T", scale=alt.Scale(type="utc"), title=label),
                y=alt.Y("figure:Q", title=figure),
                tooltip=["label:N", "figure:Q"],
            )
        )
    else:
        shown = shown[:BARS]
        made = (
            alt.Chart(charts.ROWS, width="container", height=20 * len(shown))
            .mark_bar(color=charts.MARK)
            .encode(
                y=alt.Y("label:N", sort=None, title=label, axis=alt.Axis(labelLimit=220)),
                x=alt.X("figure:Q", title=figure),
                tooltip=["label:N", "figure:Q"],
            )
        )
    return charts.specification(made, f"{figure} by {label}", rows=shown)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool | datetime)
