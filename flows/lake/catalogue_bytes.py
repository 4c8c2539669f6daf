"""The catalogue as one run of bytes, what waits in its write-ahead log included.

A process must not open a SQLite file by two libraries: as the one closes it, POSIX drops the locks of the other, and
the log is deleted under it. DuckDB brings a SQLite of its own. So where anybody may have the catalogue open (its log
lies beside it), it is read by a process of its own, which runs this file alone, without the package.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

SECONDS = 600


def read(path: Path, *, is_settled: bool = False, is_shared: bool = False) -> bytes:
    """The bytes of a catalogue as they are in one moment.

    `is_settled` first moves its log into the file; nobody may be writing then. `is_shared`: a writer may come in the
    meantime.

    Raises sqlite3.DatabaseError where it cannot be read as a database, OSError where it is not there.
    """
    if not is_shared and not path.with_name(f"{path.name}-wal").exists():
        return path.read_bytes()
    words = [sys.executable, "-I", "-S", __file__, str(path), *(["settle"] if is_settled else [])]
    done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise sqlite3.DatabaseError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    return done.stdout


def in_memory(data: bytes) -> sqlite3.Connection:
    """A database in memory with the content of a catalogue. Raises sqlite3.DatabaseError where it is none."""
    connection = sqlite3.connect(":memory:")
    # One in memory has no log: bytes 18 and 19 of the header say whether a database has.
    connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
    return connection


def _serialised(path: str, *, is_settled: bool) -> bytes:
    mode = "rw" if is_settled else "ro"
    with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode={mode}", uri=True, timeout=0)) as connection:
        if is_settled:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return connection.serialize()


if __name__ == "__main__":
    sys.stdout.buffer.write(_serialised(sys.argv[1], is_settled="settle" in sys.argv[2:]))
