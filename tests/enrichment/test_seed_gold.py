"""The page that the project began with, held against its labels entry by entry: all that it states must be found.

The labels lie beside the checkout and are read from there. What they mark as inferred from outside the page is not
asked of us; of what they name without our having a word for it (products, topics, plans as such) nothing is asked.
"""

import json
import re
from functools import cache
from typing import Any

import pytest

from flows.enrichment.document import Annotations
from tests.enrichment.test_quality_floor import SEED, seed_page

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SEED.exists(), reason=f"the seed page is not beside the checkout ({SEED})"),
]

Label = dict[str, Any]
GOLD: Label = json.loads(SEED.read_text(encoding="utf-8")) if SEED.exists() else {}


@cache
def found() -> Annotations:
    return seed_page()


def labels(key: str) -> list[Label]:
    return list(GOLD.get(key, []))


def place_of(span: list[int]) -> tuple[int, int, int] | None:
    """A span of the file as (paragraph, start, end); None outside headline, body and captions."""
    spans = [(-1, GOLD["document"]["title"]["span"])]
    spans += [(paragraph["n"] - 1, paragraph["span"]) for paragraph in GOLD["body"]["paragraphs"]]
    spans += [(-2 - order, image["caption_span"]) for order, image in enumerate(GOLD["images"])]
    for index, (start, end) in spans:
        if start <= span[0] and span[1] <= end:
            return index, span[0] - start, span[1] - start
    return None


@pytest.mark.parametrize("label", [p for p in labels("people") if p["where"] != "byline"], ids=lambda p: p["name"])
def test_every_person_is_found_with_organisation_and_role(label: Label) -> None:
    assert (label["name"], label["org"], label["role"]) in {(p.name, p.org, p.role) for p in found().people}


@pytest.mark.parametrize(
    "label",
    [o for o in labels("organisations") if o.get("where") is None and "generic" not in o.get("note", "")],
    ids=lambda o: o["canonical"],
)
def test_every_organisation_is_found_with_its_other_names_and_places(label: Label) -> None:
    (one,) = [o for o in found().organisations if o.name == label["canonical"]]
    assert set(label["aliases_in_text"]) <= set(one.aliases)
    places = {place_of(span) for span in label["mentions"]} - {None}
    assert places <= {(m.paragraph, m.start, m.end) for m in one.mentions}


@pytest.mark.parametrize("label", labels("places"), ids=lambda p: p["name"])
def test_every_place_is_found(label: Label) -> None:
    wanted = {place_of(span) for span in label["mentions"]} - {None}
    assert wanted <= {(m.paragraph, m.start, m.end) for place in found().places for m in place.mentions}


@pytest.mark.parametrize("label", labels("quotes"), ids=lambda q: q["id"])
def test_every_quotation_stands_where_it_stands_with_its_speaker(label: Label) -> None:
    (one,) = [q for q in found().quotes if (q.paragraph, q.start, q.end) == place_of(label["span"])]
    kinds = {"online_community": "crowd", "named": "person", "anonymous_official": "anonymous"}
    assert one.speaker_type == kinds[label["speaker_type"]]
    assert one.speaker_name == label["speaker"]
    assert one.text == label["text"].strip()


@pytest.mark.parametrize("label", labels("single_quoted_terms_not_quotes"), ids=lambda t: str(t["span"]))
def test_no_term_in_single_marks_is_taken_for_speech(label: Label) -> None:
    here = place_of(label["span"])
    assert here not in {(q.paragraph, q.start, q.end) for q in found().quotes}
    assert label["text"] not in {s.text for s in found().statements}


@pytest.mark.parametrize("label", labels("indirect_speech"), ids=lambda s: f"paragraph {s['paragraph']}")
def test_every_indirect_statement_is_found_with_the_speaker_that_is_stated(label: Label) -> None:
    wanted = label["text"].rpartition("... ")[2]
    here = [s for s in found().statements if s.paragraph == label["paragraph"] - 1]
    (one,) = [s for s in here if s.text in label["text"] or s.text[-12:] in wanted]
    if label.get("speaker_status"):
        assert one.speaker in (None, label["speaker"])  # left out by the sentence: nobody, not a guess
    elif label.get("speaker_type"):
        assert (one.speaker, one.speaker_type) == (label["speaker"], "crowd")
    else:
        assert one.speaker_name == label["speaker"]


@pytest.mark.parametrize(
    "label", [p for p in labels("parentheticals") if p["kind"].startswith("abbreviation")], ids=lambda p: p["short"]
)
def test_every_short_form_is_found(label: Label) -> None:
    assert (label["short"], label["long"]) in {(a.short, a.long) for a in found().aliases}


@pytest.mark.parametrize("label", labels("dates"), ids=lambda d: d["raw"])
def test_every_date_stands_where_it_stands_with_its_value(label: Label) -> None:
    places = {(d.paragraph, d.start, d.end): d.value for d in found().dates}
    assert places.get(place_of(label["span"]) or (0, 0, 0)) == label["value"]


def test_nothing_else_is_taken_for_a_date_or_for_money() -> None:
    assert len(found().dates) == len(labels("dates"))
    assert [a for a in found().amounts if a.kind == "money"] == labels("money") == []


def test_the_amounts_are_those_of_the_page_and_no_others() -> None:
    wanted = {(place_of(q["span"]), q["raw"], float(q["value"])) for q in labels("quantities")}
    assert {((a.paragraph, a.start, a.end), a.text, a.value) for a in found().amounts} == wanted
    units = {a.text: a.unit for a in found().amounts}
    assert all(units[q["raw"]] in (q["unit"], None) for q in labels("quantities"))


EVENT_TYPES = {"elimination": "elimination", "offer_declined": "refusal", "earlier_failure": "elimination"}


@pytest.mark.parametrize("label", [e for e in labels("events") if e["type"] in EVENT_TYPES], ids=lambda e: e["id"])
def test_every_event_of_our_types_is_found_asserted_with_its_bodies(label: Label) -> None:
    whom = set(label.get("who") or label["declined_by"])
    events = [e for e in found().events if e.type == EVENT_TYPES[label["type"]] and whom <= set(e.who)]
    (one,) = events
    assert one.modality == "asserted"
    assert one.paragraph + 1 in label["paragraphs"]
    day = re.match(r"\d{4}-\d\d-\d\d", label.get("when", ""))
    assert one.happened_on == (day[0] if day else None)


def test_who_dropped_them_and_from_what_is_told() -> None:
    (label,) = [e for e in labels("events") if e["type"] == "elimination"]
    (one,) = [e for e in found().events if set(e.who) == set(label["who"]) and e.type == "elimination"]
    assert one.decided_by is not None
    assert one.decided_by in label["who_by"]
    assert "1차 심사" in (one.what or "")
    (declined,) = [e for e in found().events if e.type == "refusal"]
    (offer,) = [e for e in labels("events") if e["type"] == "offer_declined"]
    assert (declined.what or "") in offer["offer"]
    assert declined.is_reason_inferred
    assert (declined.reason or "")[:10] in offer["why"]


def test_the_reason_stated_for_one_of_them_is_not_given_to_the_other() -> None:
    (label,) = [e for e in labels("events") if e["type"] == "elimination"]
    stated, unstated = label["who"][0].removesuffix("클라우드"), label["who"][1]
    dropped = [e for e in found().events if e.type == "elimination"]
    reasons = {e.who: e.reason for e in dropped if e.reason}
    assert list(reasons) == [(stated,)]
    assert label["why"][stated][:20] in reasons[(stated,)].replace("네이버는 ", "")
    assert all(e.reason is None for e in dropped if unstated in e.who)


def test_the_merger_ahead_is_planned_and_nothing_is_told_beyond_the_labels() -> None:
    (label,) = [e for e in labels("events") if "merger" in e.get("what", "")]
    (one,) = [e for e in found().events if e.type == "merger"]
    assert (set(one.who), one.modality) == (set(label["who"]), "planned")
    assert {e.type for e in found().events} == {"elimination", "refusal", "merger"}


def test_a_plan_stated_by_a_company_is_its_statement() -> None:
    (label,) = [e for e in labels("events") if e["type"] == "plan"]
    said = {s.speaker for s in found().statements if s.paragraph + 1 in label["paragraphs"]}
    assert said == {label["who"]}
