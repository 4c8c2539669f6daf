"""The order of writes, held against what a power cut asks for: data synced -> named -> folder synced -> catalogue.

Reads the lines of `faults.c`: every write, sync, new name and removal below the lake's folder, of whatever library.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

CATALOGUE = ("catalog.sqlite", "catalog.sqlite-wal")
NAMED_BY_IT = ("files", "warc")
"""Folders of the lake whose files the catalogue names."""


@dataclass(slots=True)
class Bytes:
    """The content of a file, whatever names it has."""

    is_dirty: bool = False


@dataclass(slots=True)
class Disk:
    """What of a lake would be there after a power cut."""

    lake: Path
    content: dict[Path, Bytes] = field(default_factory=dict)
    new_names: set[Path] = field(default_factory=set)  # made in a folder that was not synced since
    written: bool = False  # whether the catalogue has writes that are not synced
    commits: int = 0
    files: int = 0  # that the catalogue could name
    faults: list[str] = field(default_factory=list)

    def told(self, word: str, path: Path, other: Path) -> None:
        """One line of the log."""
        match word:
            case "write":
                if path.parent == self.lake and path.name in CATALOGUE:
                    self._catalogue_written(path)
                self._of(path).is_dirty = True
            case "sync":
                self._of(path).is_dirty = False
                self.new_names = {name for name in self.new_names if name.parent != path}
                if path.name in CATALOGUE and path.parent == self.lake:
                    self.commits += self.written
                    self.written = False
            case "create" | "mkdir":
                self._named(path)
            case "rename" | "link":
                if self._of(path).is_dirty:
                    self.faults.append(f"{self._short(other)} got its name before its bytes were synced")
                self.content[other] = self._of(path)
                self._named(other)
                if word == "rename":
                    self._forget(path)
            case "unlink":
                if self.written and self._is_named_by_catalogue(path):
                    self.faults.append(f"{self._short(path)} was removed before the catalogue was synced")
                self._forget(path)

    def _of(self, path: Path) -> Bytes:
        return self.content.setdefault(path, Bytes())

    def _named(self, path: Path) -> None:
        self.new_names.add(path)
        self.files += self._is_named_by_catalogue(path) and path.suffix in {".parquet", ".gz"}

    def _forget(self, path: Path) -> None:
        self.content.pop(path, None)
        self.new_names.discard(path)

    def _is_named_by_catalogue(self, path: Path) -> bool:
        return path.is_relative_to(self.lake) and path.relative_to(self.lake).parts[:1] in {(n,) for n in NAMED_BY_IT}

    def _catalogue_written(self, path: Path) -> None:
        """Nothing that it could name may be missing after a power cut from here on."""
        self.written = True
        lost = [
            name for name, content in self.content.items() if content.is_dirty and self._is_named_by_catalogue(name)
        ]
        self.faults += [f"{self._short(name)} was not synced when the catalogue was written" for name in lost]
        lost = [name for name in self.new_names if self._is_named_by_catalogue(name)]
        self.faults += [
            f"the name of {self._short(name)} was not synced when the catalogue was written" for name in lost
        ]

    def _short(self, path: Path) -> str:
        return path.relative_to(self.lake).as_posix()


def read(lake: Path, lines: Iterable[str]) -> Disk:
    """Follow a log from its first line to its last."""
    disk = Disk(lake.resolve())
    for line in lines:
        word, path, other = line.rstrip("\n").split("\t")
        disk.told(word, Path(path), Path(other))
    disk.faults = list(dict.fromkeys(disk.faults))
    return disk
