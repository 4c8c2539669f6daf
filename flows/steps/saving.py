"""Bring saved pages and WARC files in: each input becomes a capture of our own, or a row that says why not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from flows.addresses import normalise, url_key
from flows.discovery.listing import ChannelKind, Listing
from flows.fetching.capture import Fetched
from flows.fetching.saved import Saved, read_inputs, store_saved
from flows.fetching.warc import WarcWriter, recover
from flows.lake import due
from flows.lake.batches import Count, Writer, batch_id
from flows.lake.schema import Row
from flows.lake.tables import CAPTURES, FETCHES, LISTINGS, SOURCES
from flows.settings import Settings
from flows.steps.gathering import WARC_FOLDER, capture_row, fetch_row, label, listing_id, listing_row, total

SOURCE_ID = "import"
BATCH_INPUTS = 200  # inputs a commit: some seconds of reading, and what a kill may cost
LOOK_BYTES = 65_536  # how much of a text file is looked at to tell a list of URLs from a page's text


class Saving:
    """One run of importing: `batches` yields the counts of each batch as it is committed."""

    def __init__(self, writer: Writer, run_id: str, settings: Settings, source_id: str = SOURCE_ID) -> None:
        """`source_id` is what the lake will call the inputs' source."""
        self._writer = writer
        self._run_id = run_id
        self._source_id = source_id
        self._folder = writer.lake / WARC_FOLDER
        self._archive = WarcWriter(self._folder, run_id, roll_bytes=settings.warc_roll_bytes)
        self._known: dict[str, set[str]] = defaultdict(set)

    def batches(self, paths: Sequence[Path], manifest: Path | None = None) -> Iterator[tuple[Count, ...]]:
        """Store every input and commit it, batch by batch. An input that cannot be read is a row, not an error."""
        ends = due.warc_ends(self._writer.connection)
        for path in sorted(self._folder.rglob("*.warc.gz")):
            recover(path, ends.get(str(path.relative_to(self._folder)), 0))
        self._commit_source()
        for key, digest in due.known_digests(self._writer.connection, self._source_id):
            self._known[key].add(digest)
        inputs = read_inputs(paths, manifest)
        number = 0
        while counts := self._commit(number, islice(inputs, BATCH_INPUTS)):
            yield counts
            number += 1
        self._archive.close()

    def _commit_source(self) -> None:
        row = {
            "source_id": self._source_id,
            "digest": "import",
            "name": self._source_id,
            "kind": "import",
            "timezone": "UTC",
            "is_sample": False,
            "loaded_at": datetime.now(UTC),
        }
        batch = batch_id("sources", "1", [f"{self._source_id}/import"])
        if not self._writer.is_committed(batch):
            self._writer.commit_rows("backfill", self._run_id, batch, [(SOURCES, [row])])

    def _commit(self, number: int, inputs: Iterable[Saved]) -> tuple[Count, ...]:
        """Store one batch; empty when there are no more inputs. One payload at a time is in memory."""
        now = datetime.now(UTC)
        stored: list[Fetched] = []
        listings: dict[str, Listing] = {}
        for saved in inputs:
            stored.append(self._store(saved))
            listing = self._listing(saved)
            listings[listing_id(listing)] = listing
        if not stored:
            return ()
        new = due.new_listings(self._writer.connection, list(listings))
        self._archive.sync()
        self._writer.commit_rows(
            "backfill",
            self._run_id,
            batch_id("backfill", f"{self._run_id}/{number}", [one.url for one in stored]),
            [
                (LISTINGS, self._listing_rows(listings, new, now)),
                (FETCHES, [fetch_row(one, self._run_id) for one in stored]),
                (CAPTURES, [row for one in stored if (row := capture_row(one)) is not None]),
            ],
        )
        counts = [Count("listed", "listed", len(stored))]
        return total(counts + [Count("fetched", label(one), 1) for one in stored])

    def _listing_rows(self, listings: dict[str, Listing], new: set[str], now: datetime) -> list[Row]:
        return [listing_row(key, listing, self._run_id, now) for key, listing in listings.items() if key in new]

    def _store(self, saved: Saved) -> Fetched:
        key = url_key(saved.input)
        one = store_saved(saved, self._source_id, self._archive, frozenset(self._known[key]))
        if one.capture is not None:
            self._known[key].add(one.capture.payload_sha256)
        # The ledger counts inputs, not addresses: two saved layouts of one page are two inputs.
        return replace(one, url=saved.input)

    def _listing(self, saved: Saved) -> Listing:
        folder = str(Path(saved.input.partition("#")[0]).parent)
        return Listing(self._source_id, ChannelKind.IMPORT, folder, saved.input, saved.url or saved.input)


def url_lists(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Part the paths into lists of URLs and everything else. A text file is a list when each of its lines is a URL."""
    lists: list[Path] = []
    others: list[Path] = []
    for path in paths:
        (lists if _is_url_list(path) else others).append(path)
    return lists, others


def _is_url_list(path: Path) -> bool:
    if path.suffix.lower() not in {".txt", ".urls", ".lst", ".csv"} or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(LOOK_BYTES).decode("utf-8", "replace")
    lines = [line.strip() for line in head.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return bool(lines) and all(normalise(line) is not None for line in lines[:-1] or lines)
