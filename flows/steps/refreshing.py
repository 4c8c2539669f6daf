"""Making anew: what is chosen, what would change of it, told from a sample that is made in memory and not kept."""

import difflib
import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from flows.enrichment.annotator import annotate, annotator
from flows.enrichment.document import Document
from flows.enrichment.transformers import Transformers
from flows.extraction.article import EXTRACTOR
from flows.lake import due, refreshing
from flows.lake.annotation_tables import ANNOTATION_TABLES, ANNOTATIONS
from flows.lake.batches import Count, Writer
from flows.lake.catalog import LakeError
from flows.lake.due import Unread
from flows.lake.refresh_choices import Choice, Part
from flows.lake.refreshing import Chosen
from flows.lake.schema import Row, Table
from flows.lake.search_tables import ARTICLE_TERMS
from flows.lake.tables import ARTICLES
from flows.settings import Settings
from flows.steps import annotating, reading
from flows.steps.annotating import Key
from flows.steps.entity_models import deadline_share, entity_models, tried
from flows.steps.searching import Filters, search
from flows.workers import Lost, Workers

MOST_FOUND = 1_000_000
ALWAYS = 2**31 - 1  # attempts: a person who asks for it may try again what was given up
SHOWN_CHARS = 80
_MADE = frozenset({"capture_id", "article_id", "number", "extractor", "annotator", "batch_id"})
_READ = frozenset({"extractor", "extracted_at", "attempt", "batch_id"})


class RefreshError(LakeError):
    """A choice that cannot be made; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an article, or one row of an annotation table, that would be another; texts are shortened."""

    capture_id: str
    title: str
    where: str  # articles.FIELD, or the annotation table
    before: str  # empty where there is none
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a refresh does to one table. The last three are of the sample alone."""

    table: str
    row_count: int  # rows of the chosen captures that it holds now, by whatever version
    before: int  # rows that count now
    after: int  # rows that would count
    changed: int  # rows that are on one side only; of articles: rows with any field that is another


@dataclass(frozen=True, slots=True)
class Preview:
    """What a refresh would do. Nothing was written."""

    chosen: Chosen
    effects: tuple[Effect, ...]
    sampled: int
    lost: int  # of the sample: not done in time, or its worker died
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Anew:
    """One capture made anew: its article as a row (None where only annotations are made), and annotation rows."""

    capture_id: str
    article: Row | None
    annotations: Mapping[str, list[Row]]


def choice_of(
    lake: Path,
    connection: duckdb.DuckDBPyConnection,
    part: Part,
    wanted: Choice,
    query: str,
) -> Choice:
    """The choice, checked against what the lake holds; a search is asked for its articles.

    Raises RefreshError for a publisher or version that the lake does not have, days the wrong way round and a choice
    that no article meets; SearchError for a query that cannot be read.
    """
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise RefreshError(f"The first day, {wanted.since}, is after the last, {wanted.until}; nothing was touched")
    known = refreshing.publishers(connection)
    for name in wanted.publishers:
        if name not in known:
            raise RefreshError(f"The lake has no publisher {name}{_near(name, known)}; nothing was touched")
    versions = refreshing.makers(connection, part)
    if wanted.made_by and wanted.made_by not in versions:
        raise RefreshError(
            f"Nothing in the lake was made by {wanted.made_by}{_near(wanted.made_by, versions)}; nothing was touched"
        )
    chosen = wanted
    if query.strip():
        hits = search(lake, query, Filters(), MOST_FOUND).hits
        chosen = replace(wanted, article_ids=tuple(hit.article_id for hit in hits))
    if not refreshing.matched_count(connection, chosen):
        raise RefreshError("No article of the lake is of that publisher, period and search; nothing was touched")
    return chosen


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.4)
    return f"; did you mean {near[0]}?" if near else f"; it has {', '.join(known[:8]) or 'none'}"


def chosen_of(connection: duckdb.DuckDBPyConnection, part: Part, choice: Choice, models: Transformers) -> Chosen:
    """What a refresh takes of a choice."""
    if part is Part.READING:
        return refreshing.readings(connection, choice, EXTRACTOR)
    return refreshing.annotations(connection, choice, EXTRACTOR, annotator(models))


def to_read(connection: duckdb.DuckDBPyConnection, chosen: Chosen) -> list[Unread]:
    """The captures as the reader takes them."""
    return due.unread(connection, EXTRACTOR, only=chosen.captures, most=ALWAYS)


def to_annotate(writer: Writer, part: Part, choice: Choice, chosen: Chosen, models: Transformers) -> list[Key]:
    """The texts as the annotator takes them; those that it lost are made due again.

    Among them what an earlier refresh of the same choice read and did not come to annotate.
    """
    if part is Part.ANNOTATION and chosen.lost:
        refreshing.forget_lost(writer.connection, chosen.lost, EXTRACTOR, annotator(models))
    waiting = refreshing.never_annotated(writer.connection, choice, EXTRACTOR)
    only = sorted(waiting | set(chosen.captures))
    return due.unannotated(writer.connection, EXTRACTOR, annotator(models), only)


def counts(chosen: Chosen) -> list[Count]:
    """What was chosen, for the run's counts."""
    found = [("of another version", len(chosen.older)), ("lost before", len(chosen.lost))]
    return [Count("chosen", what, number) for what, number in found]


def preview(
    lake: Path, connection: duckdb.DuckDBPyConnection, part: Part, chosen: Chosen, sample: int, settings: Settings
) -> Preview:
    """Make a sample of what was chosen anew, in worker processes, and hold it against the lake. Writes nothing.

    The sample is spread evenly over the captures in their order in time, so that asking twice shows the same.
    """
    models = tried(settings, entity_models(settings))
    picked = _spread(chosen.captures, sample)
    held = refreshing.held_articles(connection, picked)
    keys: Sequence[Unread] | Sequence[Row]
    if part is Part.READING:
        keys = due.unread(connection, EXTRACTOR, only=picked, most=ALWAYS)
        work = functools.partial(read_anew, lake, models)
    else:
        keys = [held[capture] for capture in picked if capture in held]
        work = functools.partial(annotate_anew, models)
    anew: list[_Anew] = []
    lost = 0
    if keys:
        with Workers(
            min(settings.workers, len(keys)),
            settings.page_seconds,
            settings.worker_memory_bytes,
            functools.partial(warm_up, models),
            deadline_share(models),
        ) as workers:
            for end in workers.run(work, keys, max(1, len(keys) // (2 * settings.workers))):
                if isinstance(end, Lost):
                    lost += 1
                else:
                    anew += end.result
    return _compared(connection, chosen, sorted(anew, key=lambda one: picked.index(one.capture_id)), held, lost)


def _spread(captures: Sequence[str], count: int) -> list[str]:
    if len(captures) <= count:
        return list(captures)
    return [captures[number * len(captures) // count] for number in range(count)]


def warm_up(models: Transformers) -> None:
    """Load parsers and models before any deadline runs."""
    reading.warm_up()
    annotating.warm_up(models)


def read_anew(lake: Path, models: Transformers, unread: tuple[Unread, ...]) -> list[_Anew]:
    """Read and annotate captures in memory. Runs in a worker process."""
    now = datetime.now(UTC)
    made: list[_Anew] = []
    for capture in unread:
        row = ARTICLES.frame([reading.row(capture, reading.read_one(lake, capture), now)]).to_dicts()[0]
        made.append(_Anew(capture.capture_id, row, _annotated(row, models, now) if row["outcome"] == "ok" else {}))
    return made


def annotate_anew(models: Transformers, articles: tuple[Row, ...]) -> list[_Anew]:
    """Annotate articles, given as rows of staging.articles, in memory. Runs in a worker process."""
    now = datetime.now(UTC)
    return [_Anew(str(row["capture_id"]), None, _annotated(row, models, now)) for row in articles]


def _annotated(row: Row, models: Transformers, now: datetime) -> dict[str, list[Row]]:
    document = Document(
        id=row["capture_id"],
        title=row["title"],
        body=tuple(row["body"] or ()),
        captions=tuple(one["text"] or "" for one in row["captions"] or ()),
        lang=row["lang"],
        publisher=row["publisher"],
        published_at=annotating.aware(row["published_stated"]),
        author_names=tuple(one["name"] for one in row["authors"] or () if one["name"]),
    )
    said = annotate(document, models)
    rows = annotating.rows_of(EXTRACTOR, [(document, row["article_id"], said)], now)
    return {table.name: list(table.frame(rows[table.name]).to_dicts()) for table in ANNOTATION_TABLES}


def _compared(
    connection: duckdb.DuckDBPyConnection,
    chosen: Chosen,
    anew: Sequence[_Anew],
    held: Mapping[str, Row],
    lost: int,
) -> Preview:
    tables = (*((ARTICLES,) if any(one.article for one in anew) else ()), *ANNOTATION_TABLES)
    now = refreshing.row_counts(connection, (*tables, ANNOTATIONS, ARTICLE_TERMS), chosen.captures)
    effects: list[Effect] = []
    differences: list[Difference] = []
    captures = [one.capture_id for one in anew]
    titles = {name: str(row["title"] or row["url"] or name) for name, row in held.items()}
    for table in tables:
        before = after = changed = 0
        was = None if table is ARTICLES else refreshing.held_rows(connection, table, captures)
        for one in anew:
            if was is None:
                found = _fields(one.article or {}, held[one.capture_id])
                before, after, changed = before + 1, after + 1, changed + bool(found)
            else:
                rows = one.annotations.get(table.name, [])
                found = _rows(table, rows, was[one.capture_id])
                before, after = before + len(was[one.capture_id]), after + len(rows)
                changed += sum(bool(old) + bool(new) for _, old, new in found)
            differences += [
                Difference(one.capture_id, shown(titles[one.capture_id]), where, shown(old), shown(new))
                for where, old, new in found
            ]
        effects.append(Effect(table.name, now[table.name], before, after, changed))
    order = {capture: number for number, capture in enumerate(captures)}
    differences.sort(key=lambda one: order[one.capture_id])
    return Preview(chosen, tuple(effects), len(anew) + lost, lost, tuple(differences))


def _fields(new: Row, old: Row) -> list[tuple[str, str, str]]:
    """Fields of an article that differ: (articles.FIELD, before, after). What made the row is none."""
    return [
        (f"articles.{name}", *_parted(_said(old.get(name)), _said(new[name])))
        for name in new
        if name not in _READ and new[name] != old.get(name)
    ]


def _rows(table: Table, new: Iterable[Row], old: Iterable[Row]) -> list[tuple[str, str, str]]:
    """Rows of an annotation table that are on one side only, in order: (table, before, after)."""
    names = [name for name in table.columns if name not in _MADE]
    was, now = ([json.dumps({n: row[n] for n in names}, ensure_ascii=False, default=str) for row in rows]
                for rows in (old, new))  # fmt: skip
    name = table.name.partition(".")[2]
    found: list[tuple[str, str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs = max(b - a, d - c)
            found += [
                (name, *_parted(was[a + n] if a + n < b else "", now[c + n] if c + n < d else "")) for n in range(pairs)
            ]
    return found


def _said(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _parted(before: str, after: str) -> tuple[str, str]:
    """Two long texts from shortly before where they part: their beginnings are the same and tell nothing."""
    at = next((n for n, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), min(len(before), len(after)))
    start = max(0, at - SHOWN_CHARS // 4)
    if start == 0 or not before or not after:
        return before, after
    return "…" + before[start:], "…" + after[start:]


def shown(text: str) -> str:
    """A text on one line, shortened."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1] + "…"


def lines(one: Preview, most: int = 60) -> list[str]:
    """A preview in words: what is chosen, what the sample says of each table, which fields differ."""
    total = len(one.chosen.captures)
    waits = (
        [f"{one.chosen.waits:,} texts were read by an older version: refresh their reading first"]
        if one.chosen.waits
        else []
    )
    if not total:
        return ["Nothing to do: what was chosen is of the versions in force, and nothing was lost", *waits]
    by = ", ".join(f"{count:,} by {name}" for name, count in sorted(one.chosen.made_by.items()))
    said = [
        f"{total:,} texts would be made anew: {len(one.chosen.older):,} of another version, {len(one.chosen.lost):,} "
        f"lost before ({by})"
    ]
    said += waits
    said.append(f"Sample of {one.sampled}: {one.lost} not done in time or crashed. Rows of the sample, now and anew:")
    for effect in one.effects:
        estimate = effect.changed * total // max(1, one.sampled - one.lost)
        said.append(
            f"  {effect.table}: {effect.before} -> {effect.after}, {effect.changed} differ; of all chosen about "
            f"{estimate:,} (they have {effect.row_count:,} rows now)"
        )
    last = ""
    for difference in one.differences[:most]:
        if difference.capture_id != last:
            said.append(f"  {difference.title}")
            last = difference.capture_id
        said.append(f"    {difference.where}: {difference.before or '(nothing)'} -> {difference.after or '(nothing)'}")
    if len(one.differences) > most:
        said.append(f"  and {len(one.differences) - most:,} more differences")
    return said


def day(text: str, name: str) -> date | None:
    """A day as people write it; None where the text is empty. Raises RefreshError for what is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefreshError(f"{name} is {text}, which is no day; a right one: 2026-01-15; nothing was touched") from None
