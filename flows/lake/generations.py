"""Generations of a backup: which there are in a folder, and what the manifest of each says."""

import hashlib
import json
from datetime import datetime
from pathlib import Path, PurePosixPath

from flows.lake.catalog import LakeError

MANIFEST = "manifest.json"
FORMAT = 1


def all_of(folder: Path) -> list[Path]:
    """The generations of a backup folder, oldest first."""
    return sorted(path for path in folder.iterdir() if path.name[:1].isdigit() and (path / MANIFEST).is_file())


def manifest(generation: Path) -> dict[str, tuple[int, str]]:
    """Path -> size and SHA-256 of the files of a generation. Raises LakeError where it is damaged."""
    body, _, digest = (generation / MANIFEST).read_bytes().rstrip(b"\n").rpartition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise LakeError(f"The backup {generation} is damaged: {MANIFEST}: its own digest does not fit")
    found = json.loads(body)
    if found["format"] != FORMAT:
        raise LakeError(f"The backup {generation} has format {found['format']}, this Sillok reads {FORMAT}")
    files = {path: (size, sha256) for path, (size, sha256) in found["files"].items()}
    for path in files:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise LakeError(f"The backup {generation} names a file outside of itself ({path}): it is none of Sillok's")
    return files


def erased_in(generation: Path) -> dict[str, datetime]:
    """Orders of takedown whose bytes were erased in the state that a generation holds, and when."""
    try:
        body, _, _ = (generation / MANIFEST).read_bytes().rstrip(b"\n").rpartition(b"\n")
        told = json.loads(body).get("erased", {})  # generations of before there was a note of it tell of none
        return {order_id: datetime.fromisoformat(at) for order_id, at in told.items()}
    except (OSError, ValueError):
        return {}  # damaged: whether it holds anything is not known, and a restore says so


def chosen(folder: Path, name: str | None) -> Path:
    """The generation of that name, or the newest; `folder` may be one itself. Raises LakeError."""
    if (folder / MANIFEST).is_file():
        return folder
    found = all_of(folder) if folder.is_dir() else []
    if name is not None:
        found = [one for one in found if one.name == name]
    if not found:
        raise LakeError(f"There is no backup{f' {name}' if name else ''} in {folder}; nothing was touched")
    return found[-1]
