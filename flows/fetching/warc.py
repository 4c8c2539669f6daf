"""WARC 1.1 files: groups of records appended in order, made durable before anything refers to them.

A group (metadata, request, then the response, revisit or resource record) goes to the file in one write, and the
record that a capture names comes last: so the end of the last committed capture is the end of the last committed
group, and a file that a killed process left behind is brought back to order by `recover`, which cuts it there.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from flows.durable import sync
from flows.fetching.capture import Capture
from flows.fetching.warc_reading import StoredRecord, read_payload, records
from flows.fetching.warc_records import Exchange, Group, pack_info, pack_resource, pack_response, pack_revisit
from flows.fetching.warc_walk import WarcFault

__all__ = [
    "Exchange",
    "Group",
    "LostRecordsError",
    "StoredRecord",
    "WarcFault",
    "WarcWriter",
    "pack_revisit",
    "read_payload",
    "records",
    "recover",
]

ROLL_BYTES = 1_000_000_000  # the WARC guidelines' usual size

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class LostRecordsError(RuntimeError):
    """A WARC file is shorter than what was committed of it: records are gone that the lake refers to."""


class WarcWriter:
    """Writes the records of one run. Not for use from several threads.

    Files are named by run and number under `folder/YYYY/MM/DD/` (UTC), never after a URL. Nothing is durable before
    `sync`.

    Args:
        folder: the WARC folder; made if absent.
        run_id: letters, digits, `-` and `_`, at most 64; raises ValueError otherwise.
        roll_bytes: a new file is begun once the current one has reached this size.
    """

    def __init__(self, folder: Path, run_id: str, roll_bytes: int = ROLL_BYTES) -> None:
        if not _RUN_ID.fullmatch(run_id):
            raise ValueError(f"run id {run_id!r} is not made of letters, digits, - and _ (at most 64)")
        self._folder = folder
        self._run_id = run_id
        self._roll_bytes = roll_bytes
        self._number = 0
        self._file: BinaryIO | None = None
        self._path = folder
        self._size = 0
        self._dirty_folders: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write_response(self, exchange: Exchange) -> Capture:
        """Pack and write metadata, request and response; see `write`."""
        return self.write(pack_response(exchange))

    def write_resource(self, exchange: Exchange) -> Capture:
        """Pack and write a saved page that has no HTTP head; see `write`."""
        return self.write(pack_resource(exchange))

    def write(self, group: Group) -> Capture:
        """Append a group. Raises OSError if the disk refuses; the file is then as before."""
        file_name, start = self._append(group.before + group.record)
        exchange, is_revisit = group.exchange, group.record_type == "revisit"
        return Capture(
            capture_id=group.capture_id,
            record_type=group.record_type,
            url=exchange.url,
            final_url=exchange.final_url,
            captured_at=exchange.captured_at,
            status=exchange.status,
            content_type=exchange.content_type,
            etag=exchange.etag,
            last_modified=exchange.last_modified,
            payload_sha256=exchange.payload_sha256,
            payload_bytes=exchange.payload_bytes if not is_revisit else 0,
            warc_file=file_name,
            warc_offset=start + len(group.before),
            warc_bytes=len(group.record),
            refers_to=group.refers_to,
            truncated=exchange.truncated if not is_revisit else None,
            robots_capture_id=exchange.robots_capture_id,
            ip=exchange.ip,
        )

    def sync(self) -> None:
        """Make all written records durable: the file and every folder made for it. Call before the lake commits."""
        if self._file is not None:
            os.fsync(self._file.fileno())
        for folder in sorted(self._dirty_folders, reverse=True):
            sync(folder)
        self._dirty_folders.clear()

    def close(self) -> None:
        """Sync and close. Further writes begin a new file."""
        self.sync()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, group: bytes) -> tuple[str, int]:
        """Write one group whole; give the file's name within the folder and the group's offset."""
        if self._file is not None and self._size >= self._roll_bytes:
            self.close()
        file = self._file if self._file is not None else self._open()
        start = self._size
        try:
            view = memoryview(group)
            while view:  # an unbuffered write may be short
                view = view[file.write(view) :]
        except OSError:
            file.truncate(start)
            file.seek(start)
            raise
        self._size += len(group)
        return self._path.relative_to(self._folder).as_posix(), start

    def _open(self) -> BinaryIO:
        """Begin the next file with its warcinfo record. A run taken up again goes on with the next free number."""
        day = self._folder / datetime.now(UTC).strftime("%Y/%m/%d")
        day.mkdir(parents=True, exist_ok=True)
        while True:
            self._number += 1
            self._path = day / f"{self._run_id}-{self._number:05d}.warc.gz"
            try:
                self._file = self._path.open("xb", buffering=0)
            except FileExistsError:
                continue
            break
        self._dirty_folders.update([day, day.parent, day.parent.parent, self._folder, self._folder.parent])
        self._size = 0
        self._append(pack_info(self._path.name, self._run_id))
        return self._file


def recover(path: Path, committed_end: int) -> int:
    """Cut a WARC file back to the end of its last committed record; remove it if nothing was committed.

    Args:
        path: the file; one that does not exist needs nothing.
        committed_end: the largest warc_offset + warc_bytes that the lake holds for it, 0 for none.

    Returns:
        How many bytes were cut.

    Raises:
        LostRecordsError: the file is shorter than what was committed.
        OSError: the disk refuses.
    """
    if not path.exists():
        if committed_end > 0:
            raise LostRecordsError(f"{path.name} is gone; {committed_end} bytes of it were committed")
        return 0
    size = path.stat().st_size
    if size < committed_end:
        raise LostRecordsError(f"{path.name} has {size} bytes; {committed_end} were committed")
    if committed_end <= 0:
        path.unlink()
        sync(path.parent)
        return size
    if size > committed_end:
        with path.open("r+b") as file:
            file.truncate(committed_end)
            os.fsync(file.fileno())
    return size - committed_end
