"""What can be wrong with a lake, what can be done about each, and the words for both: closed lists."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong. docs/integrity.md says of each how it is found."""

    CATALOGUE_UNREADABLE = "catalogue_unreadable"
    CATALOGUE_CHANGED = "catalogue_changed"
    CATALOGUE_BYTES = "catalogue_bytes"  # bytes that hold no row
    SNAPSHOTS_BROKEN = "snapshots_broken"
    SEAL_DAMAGED = "seal_damaged"
    FILE_MISSING = "file_missing"
    FILE_SIZE = "file_size"
    FILE_CHANGED = "file_changed"
    FILE_UNREADABLE = "file_unreadable"  # has no hash yet, and cannot be read
    ROW_COUNT = "row_count"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    RUN_COUNTS = "run_counts"
    WARC_MISSING = "warc_missing"
    RECORD_MISSING = "record_missing"  # the file ends before it, or something else lies in its place
    RECORD_DAMAGED = "record_damaged"
    RECORD_DIFFERS = "record_differs"  # whole, but not what its row says
    BESIDE_DAMAGED = "beside_damaged"  # a warcinfo, request or metadata record, or bytes between records
    ROW_MISSING = "row_missing"  # a committed record that no row names
    BYTES_CHANGED = "bytes_changed"  # every record is sound, the bytes are not those that were written


class Way(StrEnum):
    """What repair does about it."""

    PUT_BACK = "put back from the copy that was sealed"
    SEAL_AGAIN = "sealed again: what it holds is proved by other digests"
    READ_BACK = "rows read back from the file, which its hash in the ledger proves"
    MAKE_AGAIN = "made again from the WARC files by the next steps"
    FROM_WARC = "rows made again from the WARC records, as far as they tell"
    MARK_LOST = "marked as lost; a page is asked for again where it still is"
    BACKUP = "only from a backup: sillok restore"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong, and where. `name` is a file relative to the lake's folder, or a table."""

    what: str  # catalogue, parquet or warc
    name: str
    fault: Fault
    says: str
    way: Way
    offset: int | None = None
    table: str | None = None  # parquet: whose rows
    capture_id: str | None = None  # warc: the capture whose record it is
    end: int | None = None  # warc: where the damage ends

    @property
    def place(self) -> tuple[str, str, int | None]:
        """What tells this damage from others, also later."""
        return self.what, self.name, self.offset
