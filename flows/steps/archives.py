"""Lists of WARC files (Common Crawl News has one a month), taken one after another, each from where it was left.

A list has one path a line, relative to a base: a folder, or an address from which each file is fetched whole and
deleted when it is read. How far a file was read stands in ops.archive_reads, in the same commit as its pages.
"""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import duckdb

from flows.fetching.downloading import download
from flows.fetching.guard import Network
from flows.fetching.saved import Saved, read_archive
from flows.lake.archive_tables import places
from flows.lake.catalog import LakeError
from flows.lake.schema import Row
from flows.settings import Settings

DOWNLOADS = "downloads"
"""In the lake's folder: files that are being fetched or read. They may be deleted while no run works."""
MOST_LIST_BYTES = 50_000_000
MOST_PATH_CHARS = 1_000


class ArchiveError(LakeError):
    """A list of WARC files that cannot be used as asked; one sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file that is to be read: its name in the list, and from where."""

    name: str
    begin: int


class Archive:
    """One WARC file as inputs, with the place from which a later run reads on."""

    def __init__(self, path: Path, name: str, begin: int, is_wanted: Callable[[Saved], bool]) -> None:
        """`name` is what the list calls it; `is_wanted` says which pages are stored."""
        self.name = name
        self.left_out_count = 0
        self.is_read = False
        self._size = path.stat().st_size
        self._items = read_archive(path, name, begin)
        self._is_wanted = is_wanted
        self._next = next(self._items, None)
        self.place = begin

    def stretch(self, most: int) -> Iterator[Saved]:
        """At most so many of the wanted pages that come next."""
        taken = 0
        while self._next is not None and taken < most:
            _, saved = self._next
            self._next = next(self._items, None)
            self.place = self._next[0] if self._next is not None else self._size
            if self._is_wanted(saved):
                taken += 1
                yield saved
            else:
                self.left_out_count += 1
        self.is_read = self._next is None

    def row(self, begin: int, run_id: str) -> Row:
        """The row of ops.archive_reads for what was read since `begin`."""
        return {
            "archive": self.name,
            "begin_byte": begin,
            "end_byte": self.place,
            "is_done": self.is_read,
            "left_out_count": self.left_out_count,
            "run_id": run_id,
            "read_at": datetime.now(UTC),
        }


def read_list(path: Path) -> list[str]:
    """The paths of a list, gzipped or not. Raises ArchiveError naming the line that is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_LIST_BYTES + 1)
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                data = file.read(MOST_LIST_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise ArchiveError(f"{path} cannot be read as a list of WARC files ({error}); nothing was done") from None
    if len(data) > MOST_LIST_BYTES:
        raise ArchiveError(f"{path} is larger than {MOST_LIST_BYTES:,} bytes: it is no list of WARC files")
    found = dict.fromkeys(line.strip() for line in text.splitlines() if line.strip())
    for number, line in enumerate(found, 1):
        if fault := _fault(line):
            raise ArchiveError(f"{path}, path {number}: {line[:80]!r} {fault}; nothing was done")
    if not found:
        raise ArchiveError(f"{path} lists no WARC file; nothing was done")
    return list(found)


def _fault(line: str) -> str | None:
    if len(line) > MOST_PATH_CHARS or not line.isprintable():
        return "is no path"
    if not line.endswith((".warc", ".warc.gz")):
        return "is not the path of a WARC file (.warc, .warc.gz)"
    if line.startswith("/") or "://" in line or ".." in line.split("/"):
        return "must be relative to the base"
    return None


def parts(connection: duckdb.DuckDBPyConnection | None, listed: Sequence[str], most: int) -> list[Part]:
    """The files of a list that come next, in its order: those that were begun among them. None reads no lake."""
    known = places(connection, listed) if connection is not None else {}
    waiting = [Part(name, known.get(name, (0, False))[0]) for name in listed if not known.get(name, (0, False))[1]]
    return waiting[:most]


def refuse(base: str, wanted: Sequence[Part], contact: str) -> None:
    """Raise ArchiveError where the base cannot give the files: before the first is read."""
    if is_web(base):
        if not contact:
            raise ArchiveError("SILLOK_CONTACT is not set, so nothing is fetched: whoever serves it must reach you")
        return
    if "://" in base:
        raise ArchiveError(f"The base {base!r} is neither a folder nor an address that begins with http")
    for part in wanted:
        path = Path(base) / part.name
        try:
            with path.open("rb") as file:
                head = file.read(5)
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read ({error.strerror}); nothing was done") from None
        if not head.startswith((b"\x1f\x8b", b"WARC/")):
            raise ArchiveError(f"{path} is no WARC file; nothing was done")


def is_web(base: str) -> bool:
    """Whether a base is an address."""
    return urlsplit(base).scheme in {"http", "https"}


def fetched(lake: Path, base: str, name: str, network: Network, settings: Settings) -> Path:
    """Where a file of the list lies: fetched first, where the base is an address. Raises DownloadError."""
    if not is_web(base):
        return Path(base) / name
    path = lake / DOWNLOADS / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.warc.gz"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        asyncio.run(download(urljoin(base.rstrip("/") + "/", name), path, network, settings.user_agent))
    return path


def of_hosts(hosts: Sequence[str]) -> Callable[[Saved], bool]:
    """Whether a page is of these hosts or of names below them; all are where none is named. Faults always are."""
    names = tuple(host.strip().lower().lstrip(".") for host in hosts if host.strip())

    def is_wanted(saved: Saved) -> bool:
        if not names or saved.url is None:
            return True
        host = (urlsplit(saved.url).hostname or "").lower()
        return any(host == name or host.endswith(f".{name}") for name in names)

    return is_wanted
