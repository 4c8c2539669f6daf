"""Keep the registry: annotated names -> staging.registered, entity_mentions, registry, entity_picks, registry_passes.

New texts are taken in first, their names under keys. Then every name about which they say something new is joined
again, with all that ever stood under it, a shard of names at a time; names that nothing new was said of are not
touched. A pass that is killed is begun again and finds most of its rows written.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.lake import batches, registry_people, registry_taking
from flows.lake import registry as lake
from flows.lake.batches import Count, Writer
from flows.lake.registry_tables import MENTIONS, PASSES, PICKS, REGISTERED, REGISTRY
from flows.linking import decisions as by_hand
from flows.linking.decisions import MERGE, Decision
from flows.linking.names import ORGANISATION, PERSON, TYPES, cleaned, known, name_key, organisation_key
from flows.linking.namesakes import Company, Everywhere, People, people, pick
from flows.linking.registry import (
    LINKER,
    MIN_ALIAS_PUBLISHERS,
    MIN_ALIAS_SHARE,
    MIN_ALIAS_TEXTS,
    Designation,
    Entity,
    Evidence,
    Ids,
    Link,
    Seen,
    id_of,
    named,
)
from flows.steps.linking import Linked, Linking, Step
from flows.steps.registry_rows import Told, news

DECISIONS = Path(__file__).resolve().parents[2] / "data" / "registry" / "decisions.csv"

TEXTS_A_PART = 20_000
"""Texts taken in for one commit: some 400,000 mentions."""

NAMES_A_SHARD = 20_000
"""Names joined for one commit: what is counted under them is in memory at a time."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One pass over the registry."""

    writer: Writer
    run_id: str
    decisions: tuple[Decision, ...]
    now: datetime
    through: int  # last text of the pass before
    moved: set[str] = field(default_factory=set)  # keys of organisations that came to another entity
    corpus: int = 0  # articles, for people

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        return self.writer.connection


def waiting(writer: Writer) -> int:
    """How many annotated texts are not in the registry."""
    return registry_taking.unregistered_count(writer.connection, LINKER)


def parts(linking: Linking) -> Iterator[Linked]:
    """Take in every new text, then join what is new. Raises DecisionsError before anything is done."""
    decisions = followed()
    while taken := _take(linking):
        yield taken
    yield from _join(linking, decisions)


REGISTRY_STEP = Step("registry", "annotated texts", waiting, parts)


def followed() -> tuple[Decision, ...]:
    """The decisions by hand; none where there is no file. Raises DecisionsError for a file with a mistake."""
    try:
        text = DECISIONS.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return ()
    return by_hand.read(text, str(DECISIONS))


# Taking in


def _take(linking: Linking) -> Linked | None:
    found = registry_taking.take(linking.writer.connection, LINKER, TEXTS_A_PART, _keyed)
    if found is None:
        return None
    texts, mentions = found
    batch = batches.batch_id("link-registered", LINKER, (str(number) for number in texts["number"]))
    at = datetime.now(UTC)
    texts = texts.with_columns(linker=pl.lit(LINKER), registered_at=pl.lit(at), batch_id=pl.lit(batch))
    mentions = mentions.with_columns(batch_id=pl.lit(batch))
    files = [
        batches.write_frame(linking.writer.lake, table, frame.select(table.schema.names()).cast(table.schema), batch)
        for table, frame in ((REGISTERED, texts), (MENTIONS, mentions))
        if frame.height
    ]
    linking.writer.commit("link", linking.run_id, batch, files)
    unusable = int(texts["unusable_count"].sum())
    counts = (
        Count("registered", "ok", texts.height),
        Count("mentions", "ok", mentions.height),
        *([Count("mentions", "unusable", unusable)] if unusable else []),
    )
    return Linked(counts, texts.height)


def _keyed(forms: pl.DataFrame) -> pl.DataFrame:
    """Shown spellings and keys of names and of organisations beside them."""
    rows = [
        (type_, name, org, cleaned(name), name_key(type_, name), cleaned(org) or None, organisation_key(org))
        for type_, name, org in forms.iter_rows()
    ]
    names = ("type", "name", "org", "shown", "name_key", "shown_org", "org_key")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


# Joining


def _join(linking: Linking, decisions: tuple[Decision, ...]) -> Iterator[Linked]:
    connection = linking.writer.connection
    last, through, before = lake.last_pass(connection, LINKER)
    number, digest = lake.last_number(connection, LINKER), _digest(decisions)
    if number <= through and (digest == before or not number):
        return
    work = _Pass(linking.writer, linking.run_id, decisions, datetime.now(UTC), through)
    lake.begin_pass(connection, LINKER)
    try:
        for type_ in TYPES:
            extra = _decided(connection, type_, decisions) if digest != before else []
            if type_ == PERSON:
                work = replace(work, corpus=registry_people.begin(connection))
                extra += registry_people.names_at(connection, sorted(work.moved))
            lake.begin_type(connection, type_, LINKER, through, extra)
            yield from _join_type(work, type_)
    finally:
        lake.end_pass(connection)
    row = {
        "pass_number": last + 1,
        "through_number": number,
        "decisions_sha256": digest,
        "linker": LINKER,
        "joined_at": datetime.now(UTC),
    }
    batch = batches.batch_id("link-registry-pass", LINKER, [str(last + 1)])
    linking.writer.commit_rows("link", linking.run_id, batch, [(PASSES, [row])])


def count_anew(writer: Writer, run_id: str, names: Mapping[str, Sequence[str]], through: int) -> None:
    """Join and count these names (type -> keys) again, whose texts went: as a pass does, without taking anything in.

    `through` is the last text that a pass has joined; where none was there is nothing to count anew.
    """
    connection = writer.connection
    if not through or not any(names.values()):
        return
    work = _Pass(writer, run_id, followed(), datetime.now(UTC), through)
    lake.begin_pass(connection, LINKER)
    try:
        for type_ in TYPES:
            extra = list(names.get(type_, ()))
            if type_ == PERSON:
                work = replace(work, corpus=registry_people.begin(connection))
                extra += registry_people.names_at(connection, sorted(work.moved))
            lake.begin_type(connection, type_, LINKER, through, extra)
            for _ in _join_type(work, type_):
                pass
    finally:
        lake.end_pass(connection)


def _digest(decisions: Sequence[Decision]) -> str:
    return hashlib.sha256(repr([replace(one, line=0) for one in decisions]).encode("utf-8", "replace")).hexdigest()


def _decided(connection: duckdb.DuckDBPyConnection, type_: str, decisions: Sequence[Decision]) -> list[str]:
    """Names that the decisions are about, and those that they were about before."""
    now = {side.name for one in decisions if one.type == type_ for side in (one.one, one.other)}
    return sorted(now | set(lake.hand_names(connection, type_)))


def _join_type(work: _Pass, type_: str) -> Iterator[Linked]:
    links: list[Link] = []
    if type_ != PERSON:
        strong = lake.find_pairs(work.connection, type_, MIN_ALIAS_TEXTS, MIN_ALIAS_PUBLISHERS, MIN_ALIAS_SHARE)
        links = [
            Link(
                Designation(pair.long_key),
                Designation(pair.short_key),
                Evidence(pair.kind, pair.long_key, pair.article_count, pair.publisher_count),
            )
            for pair in strong
        ]
    edges = [(link.one.name, link.other.name) for link in links]
    edges += [(one.one.name, one.other.name) for one in work.decisions if one.type == type_ and one.kind == MERGE]
    shards = list(_shards(lake.touched(work.connection), edges, known(type_) if type_ != PERSON else {}))
    if not shards:
        return
    lake.deal(work.connection, type_, shards)
    for shard, names in enumerate(shards):
        counts = _join_shard(work, type_, shard, names, links)
        yield Linked(tuple(Count("entities", outcome, count) for outcome, count in sorted(counts.items())), 0)
    lake.end_type(work.connection)


def _shards(
    touched: Iterable[str], edges: Iterable[tuple[str, str]], listed: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    """Names to be joined, those that may become one in one shard, also such as nothing new was said of."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    for name, chief in listed.items():
        if name != chief:
            near[name].add(chief)
            near[chief].add(name)
    done: set[str] = set()
    shard: list[str] = []
    for name in touched:
        waiting_names = [name]
        while waiting_names:
            one = waiting_names.pop()
            if one not in done:
                done.add(one)
                shard.append(one)
                waiting_names.extend(near.get(one, ()))
        if len(shard) >= NAMES_A_SHARD:
            yield tuple(shard)
            shard = []
    if shard:
        yield tuple(shard)


def _join_shard(work: _Pass, type_: str, shard: int, names: Sequence[str], links: Sequence[Link]) -> Counter[str]:
    connection, writer = work.connection, work.writer
    counted = lake.count_shard(connection, shard, names)
    seen = [
        Seen(
            Designation(one.name_key, one.org_key),
            one.spellings,
            one.article_count,
            one.first_seen_date,
            one.former_count,
        )
        for one in counted
    ]
    held = lake.held(connection, [id_of(type_, one.designation) for one in seen])
    ids = Ids({id_: one.first_seen_date for id_, one in held.items() if one.merged_into is None})
    picks: list[dict[str, Any]] = []
    if type_ == PERSON:
        found, picks = _people(work, seen, ids)
    else:
        registry_people.no_picks(connection)
        there = set(names)
        mine = [link for link in links if link.one.name in there]
        found = named(type_, seen, mine, work.decisions, ids)
    homes = {(one.name, one.organisation): entity.entity_id for entity in found for one in entity.designations}
    if type_ == ORGANISATION:
        work.moved.update(lake.moved(connection, homes))
    counts, spelt = lake.told(connection, homes)
    rows, outcomes = news(found, Told(counts, spelt), held, work.now)
    if rows or picks:
        keys = [f"{row['entity_id']} {row['revision']} {row['state_sha256']}" for row in rows]
        keys += [f"{row['number']} {row['name_key']} {row['revision']}" for row in picks]
        # With the run: an entity that was taken down may come again in the very state that it had.
        batch = batches.batch_id("link-registry", LINKER, [work.run_id, *keys])
        writer.commit_rows("link", work.run_id, batch, [(REGISTRY, rows), (PICKS, picks)])
    return outcomes


def _people(work: _Pass, seen: Sequence[Seen], ids: Ids) -> tuple[list[Entity], list[dict[str, Any]]]:
    """People, and the rows of new verdicts on whom names without organisation mean."""
    connection = work.connection
    home = registry_people.organisation_homes(connection)
    posts, leads = _posts(seen, home)
    beside, frequency = registry_people.company(connection, posts)
    company = {leads[post]: Company(count, items) for post, (count, items) in beside.items()}
    everywhere = Everywhere(frequency, work.corpus)
    found = people(seen, home, company, everywhere, work.decisions, ids)
    registry_people.hold_picks(connection, LINKER)
    verdicts = list(_verdicts(work, found, everywhere))
    held = registry_people.picks_before(connection) if verdicts else {}
    none: tuple[str | None, int] = (None, 0)
    changed = [(number, name, org) for number, name, org in verdicts if org != held.get((number, name), none)[0]]
    registry_people.use_picks(connection, changed)
    rows = [
        {
            "number": number,
            "name_key": name,
            "org_key": org,
            "revision": held.get((number, name), none)[1] + 1,
            "linker": LINKER,
        }
        for number, name, org in changed
    ]
    return list(found.entities), rows


def _posts(seen: Sequence[Seen], home: Mapping[str, str]) -> tuple[dict[lake.Key, int], dict[int, Designation]]:
    """Designations of names with more than one post -> number of the post; number -> the designation that leads it."""
    by_name: dict[str, dict[str, list[Designation]]] = defaultdict(lambda: defaultdict(list))
    for one in seen:
        organisation = one.designation.organisation
        by_name[one.designation.name][home.get(organisation, organisation)].append(one.designation)
    posts: dict[lake.Key, int] = {}
    leads: dict[int, Designation] = {}
    for at in by_name.values():
        if len(at) > 1:
            for group in at.values():
                number = len(leads)
                leads[number] = min(group)
                posts.update(dict.fromkeys(((one.name, one.organisation) for one in group), number))
    return posts, leads


def _verdicts(work: _Pass, found: People, everywhere: Everywhere) -> Iterator[tuple[int, str, str | None]]:
    """Text, name without organisation, and organisation's key of the person meant there, or None."""
    if found.meant:
        for number, name, items in registry_people.bare(work.connection, sorted(found.meant), work.through):
            who = pick(items, found.meant[name], everywhere)
            yield number, name, who.organisation if who else None
