"""Every byte under a lake's folder, unpacked: what somebody with the disk in hand could find."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from flows.fetching.warc_repack import members


def held(lake: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Word -> places where it stands: raw bytes of any file, values of Parquet files, WARC records, SQLite rows."""
    found: dict[str, set[str]] = {}
    for path in sorted(lake.rglob("*")):
        if path.is_file():
            for place, said in _said(path):
                for word in words:
                    if word.encode() in said:
                        found.setdefault(word, set()).add(f"{path.relative_to(lake).parts[0]}: {place}")
    return found


def _said(path: Path) -> Iterator[tuple[str, bytes]]:
    yield "raw", path.read_bytes()
    if path.suffix == ".parquet":
        yield "values", pl.read_parquet(path, hive_partitioning=False).write_json().encode()
    elif path.name.endswith(".warc.gz"):
        import zlib

        with path.open("rb") as file:
            for begin, length, headers in members(file, 0, path.stat().st_size):
                file.seek(begin)
                unpacked = zlib.decompress(file.read(length), 16 + zlib.MAX_WBITS)
                yield dict(headers).get("WARC-Target-URI", ""), unpacked
    elif path.suffix == ".sqlite":
        connection = sqlite3.connect(path)
        for statement in connection.iterdump():
            yield "rows", statement.encode()
        connection.close()
