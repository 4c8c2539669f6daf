"""Bring saved pages and WARC files in: each input becomes a capture of our own, or a row that says why not."""

import functools
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from flows.addresses import normalise, url_key
from flows.discovery.bigkinds import is_bigkinds
from flows.discovery.listing import ChannelKind, Listing
from flows.fetching.capture import Fetched
from flows.fetching.outcomes import Reason, State
from flows.fetching.saved import Saved, read_inputs, store_saved
from flows.fetching.warc import WarcWriter
from flows.lake import due
from flows.lake.archive_tables import ARCHIVE_READS
from flows.lake.batches import Count, Writer, batch_id
from flows.lake.schema import Row
from flows.lake.tables import CAPTURES, FETCHES, LISTINGS, SOURCES
from flows.settings import Settings
from flows.steps.archives import Archive
from flows.steps.rows import capture_row, fetch_row, handed_in_row, label, listing_id, listing_row, total
from flows.steps.tombstones import SAYS, Tombstones, veil
from flows.steps.warc_files import FOLDER, set_aside

SOURCE_ID = "import"
LIST_ID = "url-list"
BATCH_INPUTS = 200  # inputs a commit: some seconds of reading, and what a kill may cost
LOOK_BYTES = 65_536  # how much of a text file is looked at to tell a list of URLs from a page's text


class Saving:
    """One run of importing: `batches` yields the counts of each batch as it is committed."""

    def __init__(self, writer: Writer, run_id: str, settings: Settings, source_id: str = SOURCE_ID) -> None:
        """`source_id` is what the lake will call the inputs' source."""
        self._writer = writer
        self._run_id = run_id
        self._source_id = source_id
        self._folder = writer.lake / FOLDER
        self._archive = WarcWriter(self._folder, run_id, roll_bytes=settings.warc_roll_bytes)
        self._known: dict[str, set[str]] = defaultdict(set)
        self._times: Counter[str] = Counter()
        self._tombstones = Tombstones(writer.connection)

    def batches(self, paths: Sequence[Path], manifest: Path | None = None) -> Iterator[tuple[Count, ...]]:
        """Store every input and commit it, batch by batch. An input that cannot be read is a row, not an error."""
        set_aside(self._writer.lake, self._writer.connection)
        self._commit_source()
        for key, digest in due.known_digests(self._writer.connection, self._source_id):
            self._known[key].add(digest)
        inputs = read_inputs(paths, manifest)
        number = 0
        while counts := self._commit(number, islice(inputs, BATCH_INPUTS)):
            yield counts
            number += 1
        self._archive.close()

    def archive(self, archive: Archive) -> Iterator[tuple[Count, ...]]:
        """Store what one WARC file has from a place on, stretch by stretch; each is committed with where it ends."""
        self._known.clear()
        self._times.clear()  # of inputs of other files
        while not archive.is_read:
            begin, left_out = archive.place, archive.left_out_count
            told = functools.partial(archive.row, begin, self._run_id)
            counts = self._commit(f"{archive.name}/{begin}", archive.stretch(BATCH_INPUTS), told)
            skipped = archive.left_out_count - left_out
            yield (*counts, Count("WARC records", "left out", skipped)) if skipped else counts

    def begin(self) -> None:
        """Make ready for `archive`: what a killed run left behind set aside, the source written down."""
        set_aside(self._writer.lake, self._writer.connection)
        self._commit_source()

    def close(self) -> None:
        """Close the WARC file."""
        self._archive.close()

    def _commit_source(self) -> None:
        row = handed_in_row(self._source_id, "import", datetime.now(UTC))
        batch = batch_id("sources", "1", [f"{self._source_id}/import"])
        if not self._writer.is_committed(batch):
            self._writer.commit_rows("backfill", self._run_id, batch, [(SOURCES, [row])])

    def _commit(
        self, number: int | str, inputs: Iterable[Saved], told: Callable[[], Row] | None = None
    ) -> tuple[Count, ...]:
        """Store one batch; empty when there are no more inputs. One payload at a time is in memory.

        `told` gives a row of ops.archive_reads once the inputs are read.
        """
        now = datetime.now(UTC)
        stored: list[Fetched] = []
        listings: dict[str, Listing] = {}
        for saved in inputs:
            stored.append(self._store(replace(saved, id=readable(saved.id), input=readable(saved.input))))
            listing = self._listing(stored[-1], saved.url)
            listings[listing_id(listing)] = listing
        reads = [told()] if told else []
        if not stored and not reads:
            return ()
        new = due.new_listings(self._writer, list(listings))
        self._archive.sync()
        self._writer.commit_rows(
            "backfill",
            self._run_id,
            batch_id("backfill", f"{self._run_id}/{number}", [one.url for one in stored]),
            [
                (LISTINGS, self._listing_rows(listings, new, now)),
                (FETCHES, [fetch_row(one, self._run_id) for one in stored]),
                (CAPTURES, [row for one in stored if (row := capture_row(one)) is not None]),
                *([(ARCHIVE_READS, reads)] if reads else []),
            ],
        )
        if not stored:
            return ()
        counts = [Count("listed", "listed", len(stored))]
        return total(counts + [Count("fetched", label(one), 1) for one in stored])

    def _listing_rows(self, listings: dict[str, Listing], new: set[str], now: datetime) -> list[Row]:
        return [listing_row(key, listing, self._run_id, now) for key, listing in listings.items() if key in new]

    def _store(self, saved: Saved) -> Fetched:
        if self._is_taken_down(saved):
            now = datetime.now(UTC)
            name = self._numbered(veil(saved.url or saved.input))
            return Fetched(name, self._source_id, "article", State.SKIPPED, Reason.TAKEN_DOWN, SAYS, 0, now, now)
        key = url_key(saved.input)
        one = store_saved(saved, self._source_id, self._archive, frozenset(self._known[key]))
        if one.capture is not None:
            self._known[key].add(one.capture.payload_sha256)
        # The ledger counts inputs, not addresses: two saved layouts of one page are two inputs. One named twice (a
        # folder and a file in it, a WARC file with a record id twice) is counted twice, the second time as what it is.
        return replace(one, url=self._numbered(saved.input))

    def _numbered(self, name: str) -> str:
        key = url_key(name)
        self._times[key] += 1
        return name if self._times[key] == 1 else f"{name}~{self._times[key]}"

    def _is_taken_down(self, saved: Saved) -> bool:
        """By the address of the page or of the input, or by the bytes of a page that came without one."""
        named = any(self._tombstones.stops(name) for name in (saved.url, saved.input) if name)
        return named or self._tombstones.stops_payload(saved.payload)

    def _listing(self, one: Fetched, url: str | None) -> Listing:
        name = one.url
        if one.reason is Reason.TAKEN_DOWN:
            return Listing(self._source_id, ChannelKind.IMPORT, "", name, name)
        folder = str(Path(name.partition("#")[0]).parent)
        return Listing(self._source_id, ChannelKind.IMPORT, folder, name, url or name)


def readable(name: str) -> str:
    """A file's name as text: names in unpacked Korean archives are often CP949 bytes, which no table can hold."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp949", "replace")
    return name


def parted(paths: Sequence[Path], manifest: Path | None) -> tuple[list[Path], list[Path], list[Path]]:
    """Part the inputs into spreadsheets of BigKinds, lists of URLs, and pages. Raises FileNotFoundError for one."""
    if missing := [path for path in [*paths, *([manifest] if manifest else [])] if not path.exists()]:
        raise FileNotFoundError(f"There is no file or folder {missing[0]}; nothing was imported")
    sheets = [path for path in paths if is_bigkinds(path)]
    return sheets, *url_lists(path for path in paths if path not in sheets)


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
        head = file.read(LOOK_BYTES).decode("utf-8", "replace").splitlines()
    if path.stat().st_size > LOOK_BYTES:
        head = head[:-1]  # cut in the middle of a line, perhaps
    lines = [line.strip() for line in head if line.strip() and not line.strip().startswith("#")]
    return bool(lines) and all(normalise(line) is not None for line in lines)
