"""Copies: texts without a sketch get one, then are held against all before them; pairs, groups and caps are rows.

Sketching and reading the texts of candidates run in worker processes. What they hand over is small: a sketch is a
sixteenth of a text's shingles, and only texts that may be copies are read whole a second time.
"""

import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from flows.extraction.article import EXTRACTOR
from flows.lake import batches, copies
from flows.lake.batches import Count, Writer
from flows.lake.copies import Candidates, Known, Unsketched
from flows.lake.copy_tables import COMPARED, COPIES, COPY_GROUPS, COPY_LIMITS, SKETCHED, SKETCHES
from flows.lake.schema import Row
from flows.linking.copies import LINKER, Pair, Text, compare, first_of, is_copy
from flows.linking.groups import Groups
from flows.linking.shingles import MAX_CHARS, Shingles, shingles
from flows.linking.sketches import SKETCHER, sketch
from flows.linking.wire import credit
from flows.steps.linking import ArticleText, Linked, Linking, Step, texts
from flows.workers import Lost

TEXTS_PER_BATCH = 4000
"""Texts that a worker sketches for one file: one or two seconds of work, 120,000 rows of sketches."""

TEXTS_PER_LIST = 200_000
"""Texts whose keys are in memory at a time."""

TEXTS_PER_STEP = 50_000
"""New texts that are held against the index at a time. Each step reads the index once."""

PAIRS_AT_ONCE = 100_000
"""Candidates whose shingles are in memory at a time, at most 600 MB for articles of 1,500 characters."""

Key = tuple[int, Unsketched]  # number of the text, and where it is


@dataclass(frozen=True, slots=True)
class BatchSketched:
    """One batch sketched: its files for the writer, and how its texts ended."""

    batch: str
    files: tuple[batches.BatchFile, ...]
    outcomes: dict[str, int]


def warm_up() -> None:
    """Load numpy and the word lists before any deadline runs."""
    credit("준비", ["준비 운동을 합니다."])
    sketch(shingles("준비", ["준비 운동을 합니다."]))


def waiting(writer: Writer) -> int:
    """How many texts wait for a sketch."""
    return copies.unsketched_count(writer.connection, EXTRACTOR, SKETCHER)


def parts(linking: Linking) -> Iterator[Linked]:
    """Sketch every new text, then hold the new texts against all before them, a part at a time."""
    yield from _sketch_all(linking)
    while found := copies.next_range(linking.writer.connection, SKETCHER, LINKER, TEXTS_PER_STEP):
        yield Linked(_compare_range(linking, *found), 0)


COPIES_STEP = Step("copies", "article texts", waiting, parts)


# Sketches


def _sketch_all(linking: Linking) -> Iterator[Linked]:
    writer = linking.writer
    while listed := copies.unsketched(writer.connection, EXTRACTOR, SKETCHER, TEXTS_PER_LIST):
        keys = list(enumerate(listed, copies.next_number(writer.connection)))
        for end in linking.workers.run(functools.partial(sketch_batch, writer.lake), keys, TEXTS_PER_BATCH):
            said = lost_batch(writer.lake, end.key, end.is_late, end.says) if isinstance(end, Lost) else end.result
            writer.commit("link", linking.run_id, said.batch, said.files)
            counts = tuple(Count("sketched", outcome, count) for outcome, count in said.outcomes.items())
            yield Linked(counts, 1 if isinstance(end, Lost) else len(end.keys))


def sketch_batch(lake: Path, keys: tuple[Key, ...]) -> BatchSketched:
    """Sketch a batch of texts in a worker process."""
    where = {key.capture_id: (number, key) for number, key in keys}
    rows: list[Row] = []
    sketches: dict[int, npt.NDArray[np.int64]] = {}
    seen: set[tuple[str, str]] = set()
    for text in texts(lake, EXTRACTOR, list(where), [key.batch_id for _, key in keys], MAX_CHARS):
        number, key = where[text.capture_id]
        digest = _digest(text)
        found = shingles(text.title, text.body)
        hashes = sketch(found)
        if digest in key.known or (text.article_id, digest) in seen:
            outcome = "same_text"
        elif not any(part.strip() for part in text.body):
            outcome = "no_text"
        else:
            outcome = "ok" if len(hashes) else "too_short"
        seen.add((text.article_id, digest))
        rows.append(_sketched(number, key, text, outcome, digest, len(found)))
        if outcome == "ok":
            sketches[number] = hashes
    return _write(lake, rows, sketches)


def lost_batch(lake: Path, key: Key, is_late: bool, says: str) -> BatchSketched:
    """The batch of one text whose worker was killed or died on it: it gets its row all the same."""
    number, where = key
    (text,) = texts(lake, EXTRACTOR, [where.capture_id], [where.batch_id], 0)  # the body is not touched again
    row = _sketched(number, where, text, "deadline" if is_late else "crashed", None, 0)
    return _write(lake, [{**row, "reason": says, "wire_source": None, "wire_kind": None, "wire_stated": None}], {})


def _digest(text: ArticleText) -> str:
    return hashlib.sha256("\n".join((text.title or "", *text.body)).encode("utf-8", "replace")).hexdigest()


def _sketched(number: int, key: Unsketched, text: ArticleText, outcome: str, digest: str | None, count: int) -> Row:
    named = credit(text.title, text.body, text.author_names)
    return {
        "number": number,
        "article_id": text.article_id,
        "capture_id": text.capture_id,
        "article_batch_id": text.batch_id,
        "outcome": outcome,
        "text_sha256": digest,
        "shingle_count": count,
        "publisher": text.publisher or key.source_name,
        "portal": text.portal,
        "published_at": text.published_at,
        "published_date": text.published_date,
        "captured_at": text.captured_at,
        "wire_source": named.source if named else None,
        "wire_kind": named.kind if named else None,
        "wire_stated": named.stated if named else None,
        "extractor": EXTRACTOR,
        "sketcher": SKETCHER,
        "sketched_at": datetime.now(UTC),
    }


def _write(lake: Path, rows: list[Row], sketches: dict[int, npt.NDArray[np.int64]]) -> BatchSketched:
    batch = batches.batch_id("link", SKETCHER, [str(row["number"]) for row in rows])
    files = [batches.write(lake, SKETCHED, rows, batch)]
    if sketches:
        numbers = np.repeat(list(sketches), [len(hashes) for hashes in sketches.values()])
        columns = {"number": numbers, "hash": np.concatenate(list(sketches.values()))}
        frame = pl.DataFrame(columns).with_columns(sketcher=pl.lit(SKETCHER), batch_id=pl.lit(batch))
        files.append(batches.write_frame(lake, SKETCHES, frame.select(SKETCHES.schema.names()), batch))
    return BatchSketched(batch, tuple(files), dict(Counter(str(row["outcome"]) for row in rows)))


# Pairs and groups


def _compare_range(linking: Linking, first: int, last: int, text_count: int) -> tuple[Count, ...]:
    writer = linking.writer
    candidates = copies.candidates(writer.connection, SKETCHER, first, last)
    known = copies.known(writer.connection, {number for pair in candidates.pairs for number in pair})
    apart = [(a, b) for a, b in candidates.pairs if known[a].article_id != known[b].article_id]
    found: list[Pair] = []
    unread: set[int] = set()
    for start in range(0, len(apart), PAIRS_AT_ONCE):
        some = apart[start : start + PAIRS_AT_ONCE]
        read = _shingles(linking, [known[number] for number in {number for pair in some for number in pair}])
        unread |= {number for pair in some for number in pair} - read.keys()
        found += [pair for pair in compare(read, some) if is_copy(pair)]
    groups = _grouped(writer, found, known)
    limits = _limits(candidates, groups, [known[number] for number in sorted(unread)])
    step = {"through_number": last, "linker": LINKER}
    ended = {
        **step,
        "from_number": first,
        "text_count": text_count,
        "candidate_count": len(apart),
        "copy_count": len(found),
        "limit_count": len(limits),
        "compared_at": datetime.now(UTC),
    }
    order = groups.order
    writer.commit_rows(
        "link",
        linking.run_id,
        batches.batch_id("link", LINKER, [f"{first}-{last}"]),
        [
            (COPIES, [_copy_row(pair, known) for pair in found]),
            (
                COPY_GROUPS,
                [
                    {"article_id": article, "group_id": group, "number": order[article], **step}
                    for article, group in groups.changed.items()
                ],
            ),
            (COPY_LIMITS, [{"limit_number": number, **limit, **step} for number, limit in enumerate(limits)]),
            (COMPARED, [ended]),
        ],
    )
    caps = Counter(str(limit["cap"]) for limit in limits)
    return (
        Count("candidates", "copy", len(found)),
        Count("candidates", "different", len(apart) - len(found)),
        *(Count("caps", cap, count) for cap, count in caps.items()),
    )


def _shingles(linking: Linking, asked: Sequence[Known]) -> dict[int, Shingles]:
    """The shingles of texts, read again; one whose worker died is missing."""
    work = functools.partial(read_shingles, linking.writer.lake)
    ordered = sorted(asked, key=lambda one: (one.article_batch_id, one.number))
    read: dict[int, Shingles] = {}
    for end in linking.workers.run(work, ordered, TEXTS_PER_BATCH):
        if not isinstance(end, Lost):
            read.update(end.result)
    return read


def read_shingles(lake: Path, asked: tuple[Known, ...]) -> dict[int, Shingles]:
    """The shingles of some texts, by number, in a worker process."""
    read: dict[int, Shingles] = {}
    for extractor in sorted({one.extractor for one in asked}):
        mine = {one.capture_id: one for one in asked if one.extractor == extractor}
        for text in texts(lake, extractor, list(mine), [one.article_batch_id for one in mine.values()], MAX_CHARS):
            read[mine[text.capture_id].number] = shingles(text.title, text.body)
    return read


def _grouped(writer: Writer, found: Sequence[Pair], known: dict[int, Known]) -> Groups:
    joined = [(pair, known[pair.a].article_id, known[pair.b].article_id) for pair in found]
    groups = Groups()
    for member in copies.groups(writer.connection, LINKER, sorted({name for _, *both in joined for name in both})):
        groups.add(member.article_id, member.group_id, member.number)
    groups.join(joined)
    return groups


def _copy_row(pair: Pair, known: dict[int, Known]) -> Row:
    a, b = known[pair.a], known[pair.b]
    first, by = first_of(_text(a), _text(b))
    is_a = first.number == pair.a
    later, earlier = (b, a) if is_a else (a, b)
    return {
        "number": later.number,
        "first_number": earlier.number,
        "article_id": later.article_id,
        "first_article_id": earlier.article_id,
        "first_by": by,
        "shared_count": pair.shared,
        "share_of_later": pair.share_of_b if is_a else pair.share_of_a,
        "share_of_first": pair.share_of_a if is_a else pair.share_of_b,
        "jaccard": pair.jaccard,
        "linker": LINKER,
        "compared_at": datetime.now(UTC),
    }


def _text(one: Known) -> Text:
    return Text(
        one.number, one.publisher, one.portal, one.published_at, one.published_date, one.captured_at, one.wire_source
    )


_SAYS = {
    "group_full": "the group holds as many articles as a group may: this one stays outside",
    "chain": "only a part of the text is in common, and not with the article that founded the group",
}


def _limits(candidates: Candidates, groups: Groups, unread: Iterable[Known]) -> list[Row]:
    rows: list[Row] = [
        {
            "cap": "template",
            "says": f"more than {copies.MAX_CARRIERS} texts carry this 3-gram: it is no sign of a copy from here on",
            "article_id": one.article_id,
            "article_count": one.article_count,
        }
        for one in candidates.templates
    ]
    rows += [
        {
            "cap": "standing_line",
            "says": f"{one.publisher} prints some text again and again ({one.hash_count} sampled 3-grams): "
            "no sign of a copy by itself",
            "article_id": one.article_id,
            "article_count": one.article_count,
        }
        for one in candidates.standing_lines
    ]
    rows += [
        {
            "cap": one.guard,
            "says": _SAYS[one.guard],
            "article_id": one.other_id,
            "group_id": one.group_id,
            "article_count": groups.size(one.group_id),
        }
        for one in dict.fromkeys(groups.stopped)
    ]
    rows += [
        {"cap": "unreadable", "says": "the text could not be read again to be compared", "article_id": text.article_id}
        for text in unread
    ]
    return rows
