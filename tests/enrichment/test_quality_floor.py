"""Figures on the measuring set beside the checkout: a change that reads news worse must be seen before it lands.

Pages are annotated from the texts of their own labels, so that only this stage is measured. The half of the KLUE
sentences that trains the tagger (every second line from the first) is not looked at here. Floors are in
`floors.json`; lowering one is a deliberate act.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from flows.enrichment import contract
from flows.enrichment.annotator import annotate, entities
from flows.enrichment.document import Annotations

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAGES = SHARED / "eval" / "pages" / "korean" / "gold.jsonl"
SENTENCES = SHARED / "eval" / "klue_ner" / "gold.jsonl"
SEED = SHARED / "seed" / "gold.json"
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PAGES.exists(), reason=f"the measuring set is not beside the checkout ({PAGES})"),
]


def squash(text: str | None) -> str:
    return "".join(c for c in (text or "").lower() if c.isalnum())


def f1(counts: Counter[str], key: str) -> float:
    found, right, gold = (counts[f"{key}_{part}"] for part in ("found", "right", "gold"))
    return 2 * right / (found + gold) if found + gold else 0.0


def count(counts: Counter[str], key: str, found: set[object], gold: set[object]) -> None:
    counts[f"{key}_found"] += len(found)
    counts[f"{key}_right"] += len(found & gold)
    counts[f"{key}_gold"] += len(gold)


def speakers(counts: Counter[str], found: Annotations, gold: list[dict[str, str]]) -> None:
    by_text = {squash(quote.text): quote for quote in found.quotes}
    for label in gold:
        quote = by_text.get(squash(label["text"]))
        if quote is None:
            continue
        counts["speaker_gold"] += 1
        if label.get("speaker_name"):
            counts["speaker_right"] += squash(quote.speaker_name or quote.speaker) == squash(label["speaker_name"])
        else:
            a, b = squash(quote.speaker), squash(label.get("speaker"))
            counts["speaker_right"] += (not a) if not b else bool(a) and (a in b or b in a)


def figures_of_pages() -> dict[str, float]:
    counts: Counter[str] = Counter()
    for line in PAGES.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        found = annotate(contract.document({**gold, "lang": "ko"}))
        people = gold["people"] or []
        count(counts, "people", {squash(p.name) for p in found.people}, {squash(p["name"]) for p in people})
        count(
            counts,
            "people_full",
            {(squash(p.name), squash(p.org), squash(p.role)) for p in found.people},
            {(squash(p["name"]), squash(p["org"]), squash(p["role"])) for p in people},
        )
        organisations = {squash(o) for o in gold["organisations"] or []}
        count(counts, "organisations", {squash(o.name) for o in found.organisations}, organisations)
        count(
            counts,
            "dates",
            {(squash(d.text), d.value) for d in found.dates},
            {(squash(d["text"]), d["value"]) for d in gold["dates"] or []},
        )
        if gold.get("quotes") is not None:
            count(counts, "quotes", {squash(q.text) for q in found.quotes}, {squash(q["text"]) for q in gold["quotes"]})
            speakers(counts, found, gold["quotes"])
    figures = {key: f1(counts, key) for key in ("people", "people_full", "organisations", "dates", "quotes")}
    return {**figures, "speaker": counts["speaker_right"] / counts["speaker_gold"]}


def figures_of_sentences() -> dict[str, float]:
    counts: Counter[str] = Counter()
    for line in SENTENCES.read_text(encoding="utf-8").splitlines()[1::2]:
        gold = json.loads(line)
        found = {(e.start, e.end, e.type) for e in entities(gold["text"])}
        right = {(e["start"], e["end"], e["type"]) for e in gold["entities"]}
        for kind in ("PS", "OG", "LC", "DT", "TI", "QT"):
            count(counts, kind, {s for s in found if s[2] == kind}, {s for s in right if s[2] == kind})
        count(counts, "all", set(found), set(right))
    return {kind: f1(counts, kind) for kind in ("PS", "OG", "LC", "DT", "TI", "QT", "all")}


@pytest.mark.parametrize(("name", "measure"), [("pages", figures_of_pages), ("sentences", figures_of_sentences)])
def test_no_figure_falls_under_its_floor(name: str, measure: object) -> None:
    figures = measure()  # type: ignore[operator]
    assert set(figures) == set(FLOORS[name])
    under = {key: (round(value, 4), FLOORS[name][key]) for key, value in figures.items() if value < FLOORS[name][key]}
    assert not under


def seed_page() -> Annotations:
    gold = json.loads(SEED.read_text(encoding="utf-8"))
    lines = (SEED.parent / "000_bba85fb2fcd9d347.txt").read_text(encoding="utf-8").split("\n")
    paragraphs = [lines[paragraph["line"] - 1] for paragraph in gold["body"]["paragraphs"]]
    return annotate(
        contract.document(
            {
                "id": "seed",
                "title": gold["document"]["title"]["text"],
                "body": paragraphs,
                "captions": [i.get("caption") or i.get("text") for i in gold["images"]],
                "publisher": gold["document"]["publisher"]["name"],
                "published_at": "2026-01-18T15:12:00+09:00",
                "lang": "ko",
            }
        )
    )


def test_the_page_that_the_project_began_with_is_read_in_full() -> None:
    gold = json.loads(SEED.read_text(encoding="utf-8"))
    found = seed_page()
    people = {(p.name, p.org, p.role) for p in found.people}
    assert {(p["name"], p["org"], p["role"]) for p in gold["people"] if p["where"] != "byline"} <= people
    stated = {o["canonical"] for o in gold["organisations"] if o.get("where") is None and o["canonical"] != "정부"}
    assert stated <= {o.name for o in found.organisations}
    assert {(d["raw"], d["value"]) for d in gold["dates"]} <= {(d.text, d.value) for d in found.dates}
    quotes = {squash(q.text): q for q in found.quotes}
    for label in gold["quotes"]:
        quote = quotes[squash(label["text"])]
        kind = {"online_community": "crowd", "named": "person", "anonymous_official": "anonymous"}[
            label["speaker_type"]
        ]
        assert quote.speaker_type == kind
        assert quote.speaker_name == label["speaker"]
    kinds = {"abbreviation_defined_by_이하", "abbreviation", "abbreviation_with_korean_gloss"}
    introduced = {(one["short"], one["long"]) for one in gold["parentheticals"] if one["kind"] in kinds}
    assert introduced
    assert introduced <= {(a.short, a.long) for a in found.aliases}
