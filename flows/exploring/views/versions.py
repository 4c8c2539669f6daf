"""Two texts of one article side by side, with the words that went and came."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import altair as alt

from flows.exploring import charts
from flows.exploring.comparing import side_by_side
from flows.exploring.state import address
from flows.exploring.view import Answers, Ask, Asked, Chart, View, records
from flows.reporting.report import Value


def asks(asked: Asked) -> Sequence[Ask]:
    """Every text of the article, and what its rights are."""
    values = {"article": asked.key, "zone": asked.frame.zone}
    return (Ask("texts", values, folder="versions"), Ask("text", values, folder="article"))


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The two texts chosen, the last two if none is; each with the addresses that choose it."""
    rows = records(answers["texts"])
    why = str(records(answers["text"])[0].get("withheld") or "") if answers["text"].rows else "not_stated"
    if not rows:
        return {"rows": [], "why": why, "pairs": [], "headlines": None, "old": None, "new": None}
    new = _chosen(rows, asked.state.new) or rows[-1]
    old = _chosen(rows, asked.state.old) or rows[max(0, rows.index(new) - 1)]
    return {
        "rows": rows,
        "why": why,
        "old": old,
        "new": new,
        "headlines": side_by_side([str(old["headline"] or "")], [str(new["headline"] or "")])[0],
        "pairs": [] if why else side_by_side(_body(old), _body(new)),
        "steps": [
            (
                int(str(row["number"])),
                address(f"/versions/{asked.key}", old=int(str(before["number"])), new=int(str(row["number"]))),
            )
            for before, row in pairwise(rows)
        ],
    }


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Words that each text added and took away."""
    rows = [
        {"text": f"{row['number']} · {row['first_seen']}", "words": words if kind == "added" else -words, "kind": kind}
        for row in records(answers["texts"])
        for kind in ("added", "removed")
        if (words := int(str(row[f"words_{kind}"] or 0)))
    ]
    if not rows:
        return None
    made = (
        alt.Chart(charts.ROWS, width="container", height=180)
        .mark_bar(size=36)
        .encode(
            x=alt.X("text:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("words:Q", title="words"),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["added", "removed"], range=[charts.MARK, charts.OTHER]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=["text:N", "kind:N", "words:Q"],
        )
    )
    return charts.specification(made, "Words that each text of the article added and took away", rows=rows)


def _chosen(rows: Sequence[dict[str, Value]], number: int) -> dict[str, Value] | None:
    return next((row for row in rows if number and row["number"] == number), None)


def _body(row: Mapping[str, Value]) -> list[str]:
    body = row["body"]
    return [str(one) for one in body] if isinstance(body, list) else []


VERSIONS = View("versions", "Texts side by side", "texts", asks, shows, chart, has_key=True)
