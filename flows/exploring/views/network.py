"""Network: which people and organisations the articles of a search name together."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import networkx

from flows.exploring import charts
from flows.exploring.state import State, address
from flows.exploring.view import FILE_ROWS, Answers, Ask, Asked, Chart, View, records

DRAWN = 80
"""Pairs in the picture, the surest; more cannot be told apart. The table has all that were asked for."""
LISTED = 150
SEED = 7
Node = tuple[str, str]
"""Kind and name."""


def asks(asked: Asked) -> Sequence[Ask]:
    """The pairs."""
    if not asked.state.query:
        return ()
    return (
        Ask(
            "edges",
            {"query": asked.state.query, "least": asked.state.least, "most": FILE_ROWS if asked.is_file else LISTED},
            folder="network",
        ),
    )


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """The section, and how many pairs are in the picture."""
    section = answers.get("edges")
    return {"section": section, "drawn": min(DRAWN, len(section.rows)) if section else 0}


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Names as points, pairs as lines; near to each other what is named together (Fruchterman and Reingold, 1991)."""
    pairs = records(answers["edges"])[:DRAWN] if "edges" in answers else []
    if not pairs:
        return None
    articles: dict[Node, int] = {}
    graph: Any = networkx.Graph()
    for pair in pairs:
        one, other = _ends(pair)
        articles[one], articles[other] = int(str(pair["one_articles"])), int(str(pair["other_articles"]))
        graph.add_edge(one, other, weight=max(1.0, float(str(pair["log_likelihood"])) ** 0.5))
    placed = networkx.spring_layout(graph, seed=SEED, k=2.2 / len(articles) ** 0.5, iterations=60)
    at = {node: (float(x), float(y)) for node, (x, y) in placed.items()}
    lines = [_line(asked.state, pair, at) for pair in pairs]
    points = [
        {
            "x": at[node][0],
            "y": at[node][1],
            "name": node[1],
            "kind": node[0],
            "articles": count,
            "url": address("/", asked.state, **{_field(node[0]): node[1]}),
        }
        for node, count in articles.items()
    ]
    made = _drawn().properties(width=760, height=560)
    title = f"People and organisations named together in articles about {asked.state.query}"
    return charts.specification(made, title, lines=lines, points=points)


def _ends(pair: Mapping[str, object]) -> tuple[Node, Node]:
    return (str(pair["one_kind"]), str(pair["one"])), (str(pair["other_kind"]), str(pair["other"]))


def _line(state: State, pair: Mapping[str, object], at: Mapping[Node, tuple[float, float]]) -> dict[str, object]:
    """A pair as a line between its two points, which leads to the articles that name both."""
    one, other = _ends(pair)
    if one[0] != other[0]:
        narrowed = {_field(one[0]): one[1], _field(other[0]): other[1]}
    else:
        narrowed = {"query": f"{state.query} {_term(one)} {_term(other)}"}
    return {
        "x": at[one][0],
        "y": at[one][1],
        "x2": at[other][0],
        "y2": at[other][1],
        "pair": f"{one[1]} – {other[1]}",
        "articles": pair["articles"],
        "pmi": pair["pmi"],
        "sure": bool(pair["beyond_chance"]),
        "url": address("/", state, **narrowed),
    }


def _drawn() -> alt.LayerChart:
    across = alt.X("x:Q", axis=None, scale=alt.Scale(nice=False, zero=False, padding=50))
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(nice=False, zero=False, padding=50))
    edges = (
        alt.Chart(charts.rows_of("lines"))
        .mark_rule(color="#8d8a83")
        .encode(
            x=across,
            y=down,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("articles:Q", scale=alt.Scale(type="sqrt", range=[0.8, 5]), legend=None),
            opacity=alt.condition("datum.sure", alt.value(0.7), alt.value(0.25)),
            href="url:N",
            tooltip=["pair:N", "articles:Q", "pmi:Q"],
        )
    )
    names = alt.Chart(charts.rows_of("points")).encode(
        x=across, y=down, href="url:N", tooltip=["name:N", "kind:N", "articles:Q"]
    )
    dots = names.mark_circle(opacity=1).encode(
        size=alt.Size("articles:Q", scale=alt.Scale(type="sqrt", range=[60, 700]), legend=None),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["person", "organisation"], range=[charts.MARK, charts.OTHER]),
            legend=alt.Legend(orient="top", title=None),
        ),
    )
    labels = names.mark_text(dy=-14, fontSize=12).encode(text="name:N")
    layers: alt.LayerChart = edges + dots + labels
    return layers


def _field(kind: str) -> str:
    return "person" if kind == "person" else "org"


def _term(node: Node) -> str:
    return f'{_field(node[0])}:"{node[1].replace(chr(34), "")}"'


NETWORK = View("network", "Network", "edges", asks, shows, chart)
