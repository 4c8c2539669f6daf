"""One writer of a small lake whose disk is watched, and then refuses: prints what came of it as JSON.

Run by the tests with `faults.c` loaded: `python -m tests.faults.refused FOLDER`.
"""

import errno
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from flows.fetching.warc import WarcWriter
from flows.lake import catalog, maintaining, surroundings
from flows.lake.batches import Writer, writing
from flows.lake.tables import SOURCES
from flows.lake.transaction import change
from tests.faults import shim, write_order
from tests.faults.shim import Action, Kind
from tests.lake.test_batches import source
from tests.steps.damaged_lake import _exchange

LOCKS = (
    "import sqlite3, sys, time\nheld = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "held.execute('BEGIN EXCLUSIVE')\nprint('held', flush=True)\ntime.sleep(60)"
)


def commit(writer: Writer, name: str) -> None:
    """A batch of one row."""
    writer.commit_rows("made", "run", name, [(SOURCES, [source(name)])])


def names(reader: duckdb.DuckDBPyConnection) -> list[str]:
    """What a reader finds."""
    return [name for (name,) in reader.execute("SELECT name FROM lake.raw.sources ORDER BY name").fetchall()]


def order(lake: Path, log: Path) -> dict[str, object]:
    """Everything that writes: WARC records, batches, DuckDB's own inserts, deletes and updates, merging, the seal."""
    with log.open("ab") as lines:
        shim.arm(lake, log=lines.fileno())
        with writing(lake, "order") as writer:
            archive = WarcWriter(lake / "warc", "run")
            archive.write_response(_exchange("https://paper.example/1", 0, b"<p>one</p>"))
            archive.sync()
            for name in ("one", "two"):
                commit(writer, name)
                writer.close_run(name, "made", datetime.now(UTC), [])
            change(writer.connection, "DELETE FROM lake.raw.sources WHERE name = 'one'")
            change(writer.connection, "UPDATE lake.raw.sources SET name_en = 'Two' WHERE name = 'two'")
            maintaining.rewrite(writer.connection, 0)
            maintaining.merge(writer.connection)
            archive.close()
        shim.disarm()
    with log.open(encoding="utf-8") as written:
        disk = write_order.read(lake, written)
    return {"faults": disk.faults, "files": disk.files, "commits": disk.commits}


@contextmanager
def refusing(lake: Path, fault: str) -> Iterator[None]:
    """Let the machine refuse something."""
    if fault == "locked":
        words = [sys.executable, "-c", LOCKS, str(catalog.catalog_path(lake))]
        holder = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.kill()
        holder.communicate()
    elif fault == "no more files":
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        held = len(list(Path("/proc/self/fd").iterdir())) - 1  # one of them is that folder's
        resource.setrlimit(resource.RLIMIT_NOFILE, (held, limits[1]))
        yield
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    else:
        kinds, at, action, number = {
            "full, batch": (Kind.WRITE | Kind.MAKE, 1, Action.FAIL_ON, errno.ENOSPC),
            "full, half a batch": (Kind.WRITE, 2, Action.FAIL_ON, errno.ENOSPC),
            "full, catalogue": (Kind.WRITE, 8, Action.FAIL_ON, errno.ENOSPC),
            "read-only": (Kind.ANY, 1, Action.FAIL_ON, errno.EROFS),
            "sync fails": (Kind.SYNC, 3, Action.FAIL_ONCE, errno.EIO),
        }[fault]
        shim.arm(lake, kinds, at, action, number)
        yield
        shim.disarm()


def refused(writer: Writer, reader: duckdb.DuckDBPyConnection, fault: str) -> dict[str, object]:
    """A commit that is refused, and the same once more when the machine is well again."""
    before, said = names(reader), ""
    with refusing(writer.lake, fault):
        try:
            commit(writer, fault)
        except Exception as error:
            said = surroundings.sentence(error) or f"not told: {error!r}"
    after = names(reader)
    commit(writer, fault)
    return {"said": said, "is_as_before": after == before, "is_there_then": fault in names(reader)}


FAULTS = (
    "full, batch",
    "full, half a batch",
    "full, catalogue",
    "read-only",
    "sync fails",
    "no more files",
    "locked",
)


def main(folder: Path) -> None:
    """Watch, then refuse."""
    lake = folder / "lake"
    found: dict[str, object] = {"order": order(lake, folder / "log")}
    with closing(catalog.read(lake)) as reader, writing(lake, "refused") as writer:
        found |= {fault: refused(writer, reader, fault) for fault in FAULTS}
    shim.arm(lake, Kind.WRITE | Kind.MAKE, 1, Action.FAIL_ON, errno.ENOSPC)
    try:
        with writing(lake, "full"):
            found["begun"] = "on a full disk"
    except Exception as error:
        found["begun"] = f"{type(error).__name__}: {error}"
    shim.disarm()
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
