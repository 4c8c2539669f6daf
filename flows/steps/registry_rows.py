"""Rows of staging.registry: which entities are new, changed, merged or gone, and what their rows tell."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.lake.registry import Held
from flows.linking.names import wikidata_id
from flows.linking.registry import LINKER, Entity, id_of
from flows.records import record


@dataclass(frozen=True, slots=True)
class Told:
    """What the lake counts of the entities of one shard, by id."""

    counts: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, Sequence[Mapping[str, Any]]]


def news(
    found: Iterable[Entity], told: Told, held: Mapping[str, Held], now: datetime
) -> tuple[list[dict[str, Any]], Counter[str]]:
    """Rows of entities of which there is something new to tell; how many are new, changed, merged, gone, unchanged."""
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    home: dict[str, str] = {}  # every id that a designation could begin -> the entity it belongs to now
    current: set[str] = set()
    for entity in found:
        current.add(entity.entity_id)
        home.update((id_of(entity.type, one), entity.entity_id) for one in entity.designations)
        before = held.get(entity.entity_id)
        if before is None and entity.entity_id not in told.counts:
            continue  # a name that stands only beside another one of the same body
        row = _row(entity, told, before, now)
        is_same = before is not None and before.state_sha256 == row["state_sha256"]
        is_gone = before is not None and before.article_count > 0 and row["article_count"] == 0
        counts["unchanged" if is_same else "gone" if is_gone else "changed" if before else "new"] += 1
        rows += [] if is_same else [row]
    for id_, before in sorted(held.items()):
        if id_ not in current and id_ in home:
            row = _merged(id_, before, home[id_], now)
            if row["state_sha256"] != before.state_sha256:
                counts["merged"] += 1
                rows.append(row)
    return rows, counts


def _row(entity: Entity, told: Told, before: Held | None, now: datetime) -> dict[str, Any]:
    id_ = entity.entity_id
    none = {"article_count": 0, "publisher_count": 0, "first_seen_date": None, "last_seen_date": None}
    counts = told.counts.get(id_, none)
    state = {
        "entity_id": id_,
        "type": entity.type,
        "name": before.name if before and not entity.names else entity.name,
        "names": list(told.names.get(id_, ())),
        "designations": [{"name_key": one.name, "org_key": one.organisation} for one in entity.designations],
        **counts,
        "evidence": [record(said) for said in entity.evidence],
        "wikidata_id": wikidata_id(entity.type, entity.chief_key) if entity.chief_key else None,
        "decided_by": entity.decided_by,
        "why": entity.why,
    }
    return _made(state, before, _digest(state), now)


def _merged(id_: str, before: Held, merged_into: str, now: datetime) -> dict[str, Any]:
    state = {
        "entity_id": id_,
        "type": before.type,
        "name": before.name,
        "article_count": 0,
        "publisher_count": 0,
        "first_seen_date": before.first_seen_date,
        "decided_by": "machine",
        "why": "merged",
        "merged_into": merged_into,
    }
    return _made(state, before, _digest(["merged", merged_into]), now)


def _made(state: dict[str, Any], before: Held | None, digest: str, now: datetime) -> dict[str, Any]:
    revision = before.revision + 1 if before else 1
    return {**state, "revision": revision, "state_sha256": digest, "linker": LINKER, "linked_at": now}


def _digest(state: object) -> str:
    text = json.dumps(state, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
