"""The WARC files between runs: what a killed run left behind its last commit is set aside, never deleted.

The WARC files are the record of truth and the catalogue is what can be made again, so the catalogue's word alone must
not cost a byte of them: after a lost or restored catalogue the whole store would look like leftovers.
"""

import logging
from pathlib import Path

import duckdb

from flows.durable import make_folder, sync
from flows.fetching.warc import recover
from flows.fetching.warc_repack import successor
from flows.lake import due
from flows.lake.catalog import WARC_FOLDER

FOLDER = WARC_FOLDER
ASIDE = "warc-uncommitted"
"""Beside the WARC folder: files and tails that no row refers to. `sillok import` reads them; a person may delete."""

log = logging.getLogger("sillok")


def set_aside(lake: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Move what no row refers to out of the WARC folder; returns how many files or tails were moved.

    Afterwards every file ends where the lake's last record in it ends, so that it is a whole WARC file.
    """
    folder, aside = lake / FOLDER, lake / ASIDE
    ends = due.warc_ends(connection)
    repacking = due.warc_repacking(connection)
    between = {name for name, is_repacked in repacking.items() if is_repacked}
    between |= {str(Path(name).with_name(successor(Path(name).name))) for name in repacking}
    moved = 0
    for path in sorted(folder.rglob("*.warc.gz")):
        name = path.relative_to(folder)
        if str(name) in between:
            continue  # the old or the new file of a rewriting that was killed: `maintain` ends it
        end = ends.get(str(name), 0)
        if path.stat().st_size <= end:
            continue
        target = aside / name.with_name(f"{name.name.removesuffix('.warc.gz')}.from-{end}.warc.gz")
        make_folder(target.parent)
        if end == 0:
            path.rename(target)
            sync(target.parent)  # the new name first: a power cut may leave both, never none
            sync(path.parent)
        else:
            with path.open("rb") as file:
                file.seek(end)
                target.write_bytes(file.read())
            sync(target)
            sync(target.parent)
            recover(path, end)
        moved += 1
    if moved:
        log.warning("%d WARC files or tails that no row refers to were set aside in %s", moved, aside)
    return moved
