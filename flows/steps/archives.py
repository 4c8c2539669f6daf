"""Lists of WARC files (Common Crawl News has one a month), taken one after another, each from where it was left.

A list has one path a line, relative to a base: a folder, or an address (http or s3) from which each file is fetched
whole and deleted when it is read. A folder or prefix can be its own list: all WARC files below it, each called by its
whole path, so that files of two folders are two. How far a file was read stands in ops.archive_reads, committed with
its pages.
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
from flows.lake import objects
from flows.lake.archive_tables import places
from flows.lake.catalog import LakeError
from flows.lake.schema import Row
from flows.settings import Settings

DOWNLOADS = "downloads"
"""In the lake's folder: files that are being fetched or read. They may be deleted while no run works."""
MOST_LIST_BYTES = 50_000_000
MOST_PATH_CHARS = 1_000
_S3 = "s3://"
_ENDS = (".warc", ".warc.gz")


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


def listed(place: str, base: str) -> tuple[str, list[str]]:
    """The base and the paths of a list; of a folder, or of a prefix in S3, the WARC files below it, by name.

    Raises ArchiveError where there are none, or a list has no base or a folder one; LakeError where the storage does
    not answer.
    """
    is_folder = is_s3(place) or Path(place).is_dir()
    if is_folder and base:
        raise ArchiveError(f"{place} is a folder, whose files need no base: leave {base} out; nothing was done")
    if not is_folder and not base:
        raise ArchiveError(f"{place} is a list: say what its paths are relative to, a folder or an address")
    if not is_folder:
        return base, read_list(Path(place))
    if is_s3(place):
        root, within = _S3, place.removeprefix(_S3).strip("/")
        names = [f"{within}/{name}" for name, _ in objects.below(place)]
    else:
        root = Path(place).absolute().anchor
        names = sorted(str(path.absolute().relative_to(root)) for path in Path(place).rglob("*") if path.is_file())
    found = [name for name in names if name.endswith(_ENDS)]
    if not found:
        raise ArchiveError(f"There is no WARC file (.warc, .warc.gz) below {place}; nothing was done")
    return root, found


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
    if not line.endswith(_ENDS):
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
    if is_s3(base):
        for part in wanted:
            if not objects.head(base, part.name, 5).startswith((b"\x1f\x8b", b"WARC/")):
                place = "/".join(objects.place_of(base, part.name))
                raise ArchiveError(f"{_S3}{place} is no WARC file; nothing was done")
        return
    if "://" in base:
        raise ArchiveError(f"The base {base!r} is neither a folder nor an address that begins with http or s3")
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


def is_s3(base: str) -> bool:
    """Whether a base is a bucket, or a prefix in one."""
    return base.startswith(_S3)


def is_away(base: str) -> bool:
    """Whether files are fetched from a base, and deleted here when they are read."""
    return is_web(base) or is_s3(base)


def fetched(lake: Path, base: str, name: str, network: Network, settings: Settings) -> Path:
    """Where a file of the list lies: fetched first, where the base is an address.

    Raises DownloadError; LakeError where S3-compatible storage does not give it.
    """
    if not is_away(base):
        return Path(base) / name
    path = lake / DOWNLOADS / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.warc.gz"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        if is_s3(base):
            objects.fetch(base, name, path)
            return path
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
