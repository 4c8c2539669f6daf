"""One article: its text with what was found in it marked in place, and what is known of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from flows.exploring import charts
from flows.exploring.marking import Mark, pieces
from flows.exploring.state import address
from flows.exploring.view import Answers, Ask, Asked, Chart, View, records

MARKED = {"person": charts.MARK, "organisation": charts.OTHER, "quote": "#8a6d00", "date": "#4d7a43"}
"""Kinds that are marked in the text; more would leave no word plain."""
LISTED = {
    "person": "People",
    "organisation": "Organisations",
    "place": "Places",
    "event": "Events",
    "date": "Dates",
    "amount": "Amounts",
}
FACTS = (
    "publisher",
    "portal",
    "section",
    "published",
    "changed",
    "captured",
    "authors",
    "topics",
    "reproduction",
    "redistribution",
    "ai_training",
    "notice",
)
RIGHTS = ("reproduction", "redistribution", "ai_training")


def asks(asked: Asked) -> Sequence[Ask]:
    """Text, annotations, copies."""
    values = {"article": asked.key, "zone": asked.frame.zone}
    return [Ask(name, values, folder="article") for name in ("text", "annotations", "copies")]


def shows(asked: Asked, answers: Answers) -> Mapping[str, object]:
    """Headline and paragraphs in pieces; why the text is not shown, if it is not; facts, names, speech, copies."""
    text = records(answers["text"])[0]
    noted = records(answers["annotations"])
    marks = _marks(noted)
    return {
        "headline": pieces(str(text["headline"] or "No headline"), marks.get(-1, ())),
        "title": str(text["headline"] or asked.key),
        "paragraphs": [pieces(str(one), marks.get(at, ())) for at, one in enumerate(_listed(text["body"]))],
        "deck": _listed(text["deck"]),
        "captions": [one for one in _listed(text["captions"]) if one],
        "why": str(text.get("withheld") or ""),
        "facts": [(name, _fact(name, text[name])) for name in FACTS if text[name] or name in RIGHTS],
        "url": str(text["url"] or ""),
        "story": f"/story/{text['story_id']}" if text["story_id"] else "",
        "versions": f"/versions/{asked.key}" if int(str(text["texts"] or 0)) > 1 else "",
        "texts": text["texts"],
        "kinds": [kind for kind in MARKED if any(mark.kind == kind for some in marks.values() for mark in some)],
        "listed": [(title, found) for kind, title in LISTED.items() if (found := _distinct(noted, kind))],
        "speech": [one for one in _distinct(noted, "quote") + _distinct(noted, "statement") if one["says"]],
        "keywords": [str(row["name"]) for row in noted if row["kind"] == "keyword"],
        "copies": records(answers["copies"]),
    }


def chart(asked: Asked, answers: Answers) -> Chart | None:
    """Where in the article who is named, who is quoted, which dates stand."""
    rows: list[dict[str, Any]] = [
        {"paragraph": int(str(row["paragraph"])) + 1, "name": str(row["name"] or "not told"), "kind": row["kind"]}
        for row in records(answers["annotations"])
        if row["kind"] in MARKED and int(str(row["paragraph"])) >= -1
    ]
    if not rows:
        return None
    order = list(dict.fromkeys(str(row["name"]) for row in rows))[:40]
    shown = [row for row in rows if row["name"] in order]
    made = (
        alt.Chart(charts.ROWS, width="container", height=20 * len({row["name"] for row in shown}))
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=alt.X("paragraph:Q", title="paragraph (0: headline)", axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y("name:N", sort=order, title=None),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(MARKED), range=list(MARKED.values())),
                legend=alt.Legend(orient="top", title=None),
            ),
            shape=alt.Shape("kind:N", legend=None),
            tooltip=["name:N", "kind:N", "paragraph:Q"],
        )
    )
    return charts.specification(made, "Where names, quotations and dates stand in the article", rows=shown)


def _marks(noted: Sequence[Mapping[str, object]]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for row in noted:
        kind = str(row["kind"])
        if kind in MARKED and row["paragraph"] is not None:
            says = str(row["name"] or "speaker not told")
            if kind == "person" and row["says"]:
                says = f"{says} · {row['says']}"
            mark = Mark(kind, int(str(row["begins"])), int(str(row["ends"])), says)
            found.setdefault(int(str(row["paragraph"])), []).append(mark)
    return found


def _distinct(noted: Sequence[Mapping[str, object]], kind: str) -> list[dict[str, object]]:
    """The annotations of a kind, each once however often it stands there, with where a name leads."""
    found: dict[object, dict[str, object]] = {}
    for row in noted:
        if row["kind"] == kind and row["number"] not in found:
            name = str(row["name"] or "")
            leads = {"person": {"person": name}, "organisation": {"org": name}, "quote": {"person": name}}.get(kind)
            to = address("/quotes" if kind == "quote" else "/", None, **leads) if leads and name else ""
            found[row["number"]] = {"name": name, "says": str(row["says"] or ""), "address": to}
    return list(found.values())


def _fact(name: str, value: object) -> str:
    return str(value).replace("_", " ") if value else "not stated" if name in RIGHTS else ""


def _listed(value: object) -> list[str]:
    return [str(one) for one in value if one] if isinstance(value, list) else []


ARTICLE = View("article", "Article", "text", asks, shows, chart, has_key=True)
