"""Listings without pages: spreadsheets of BigKinds -> raw.listings, and one row of raw.fetches that says so."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from flows.discovery import bigkinds
from flows.discovery.bigkinds import Broken
from flows.discovery.listing import Listing
from flows.fetching.capture import Fetched
from flows.fetching.outcomes import Reason, State
from flows.lake import due
from flows.lake.batches import Count, Writer, batch_id
from flows.lake.tables import FETCHES, LISTINGS, SOURCES
from flows.steps.rows import fetch_row, handed_in_row, label, listing_id, listing_row, total
from flows.steps.tombstones import SAYS, Tombstones, is_veiled

SOURCE_ID = "bigkinds"
BATCH_ROWS = 5000


def store(writer: Writer, run_id: str, path: Path, times: Counter[str]) -> Iterator[tuple[Count, ...]]:
    """Commit a spreadsheet, some thousand rows at a time; yields the counts of each batch.

    `times` counts the addresses of all spreadsheets of a run: the ledger has one row a run and address.

    A batch is known by the file's SHA-256 and its place: what was committed is not stored again, and a run that was
    killed goes on behind it.
    """
    source = batch_id("sources", "1", [SOURCE_ID])
    if not writer.is_committed(source):
        row = {**handed_in_row(SOURCE_ID, "import", datetime.now(UTC)), "timezone": bigkinds.TIMEZONE}
        writer.commit_rows("backfill", run_id, source, [(SOURCES, [row])])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    rows = bigkinds.listings(path, SOURCE_ID)
    offset, tombstones = 0, Tombstones(writer.connection)
    while some := list(islice(rows, BATCH_ROWS)):
        batch = batch_id("listings", f"{digest}/{offset}", [])
        offset += len(some)
        kept = [tombstones.veiled(one) if isinstance(one, Listing) else one for one in some]
        first = offset - len(some) + 2  # the row of the sheet, below its headings
        ends = [_end(one, times, path, first + at) for at, one in enumerate(kept)]
        if writer.is_committed(batch):
            held = f"{State.DUPLICATE.value}: {Reason.SAME_DIGEST.value}"
            yield (Count("listed", "listed", len(some)), Count("fetched", held, len(some)))
            continue
        _commit(writer, run_id, batch, [one for one in kept if isinstance(one, Listing)], ends)
        yield total([Count("listed", "listed", len(some)), *(Count("fetched", label(end), 1) for end in ends)])


def _commit(writer: Writer, run_id: str, batch: str, some: Sequence[Listing], ends: Sequence[Fetched]) -> None:
    now = datetime.now(UTC)
    listed = {listing_id(one): one for one in some}
    new = due.new_listings(writer, list(listed))
    rows = [listing_row(key, one, run_id, now) for key, one in listed.items() if key in new]
    fetched = [fetch_row(end, run_id) for end in ends]
    writer.commit_rows("backfill", run_id, batch, [(LISTINGS, rows), (FETCHES, fetched)])


def _end(one: Listing | Broken | None, times: Counter[str], path: Path, number: int) -> Fetched:
    """How a row of the spreadsheet ended; `number` is its row there. An address that it lists again is told apart."""
    state, reason, detail = State.SKIPPED, Reason.METADATA_ONLY, None
    url = one.url if isinstance(one, Listing) else f"urn:sillok:saved:{path.name}-row-{number}"
    if isinstance(one, Broken):
        state, reason, detail = State.FAILED, Reason.UNREADABLE_FILE, f"the file breaks at row {number}: {one.says}"
    elif one is None:
        state, reason, detail = State.FAILED, Reason.BAD_URL, f"row {number} has neither address nor news identifier"
    if is_veiled(url):
        reason, detail = Reason.TAKEN_DOWN, SAYS
    times[url] += 1
    if times[url] > 1:
        state, reason, url = State.DUPLICATE, Reason.SAME_DIGEST, f"{url}~{times[url]}"
        detail = f"row {number} repeats an earlier one"
    now = datetime.now(UTC)
    return Fetched(url, SOURCE_ID, "article", state, reason, detail, attempts=0, started_at=now, ended_at=now)
