"""Which keys the tables hold: what a commit is held against, without looking through the tables each time.

Every batch is held against the keys that its tables have already. Asked of the tables, that opens each of their files,
and a run adds one with each commit: half a second of processor time a commit after 1,400 of them (90,000 pages), and
more as the corpus grows. So a writer reads the keys once a table, as hashes of 64 bits, and adds those of its own
commits; what is among the hashes is asked of the table itself. Where the lake was changed by anything else (its
snapshot is another than that of the last commit), everything is read anew.

The hashes lie in arrays and not in tables of DuckDB: a commit of an annotated batch asks of fourteen tables, and two
statements each, with what they ask registered for each, were a quarter of what it cost.
"""

from itertools import takewhile

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from flows.lake.schema import Table

Hashes = npt.NDArray[np.uint64]
_ROWS_AT_ONCE = 200_000
_BETWEEN = "\x1f"
"""Stands between the columns of a key: `ab, c` and `a, bc` are two."""


class HeldKeys:
    """The keys of a writer's lake, eight bytes each."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._snapshot = -1
        self._known: dict[str, Growing] = {}

    def look(self) -> None:
        """Forget what is known where something else has changed the lake: before a commit's first `unheld`."""
        now = self._now()
        if now != self._snapshot:
            self._snapshot, self._known = now, {}

    def unheld(self, table: Table, keys: pl.DataFrame, hashed: Hashes) -> pl.DataFrame:
        """Those of some keys, a frame of the table's key columns and its `hashes`, that are not in the table."""
        if not self._read(table).holds_any(hashed):
            return keys
        self._connection.register("keys_asked", keys)
        return self._connection.execute(
            f"FROM keys_asked ANTI JOIN lake.{table.name} USING ({', '.join(table.key)})"
        ).pl()

    def add(self, table: Table, hashed: Hashes) -> None:
        """Keys with these hashes were committed; `settle` once all of a commit are added."""
        if table.name in self._known:
            self._known[table.name].add(hashed)

    def settle(self) -> None:
        """What is known is that of the snapshot of now, if the caller's own commit was the only change since."""
        now = self._now()
        self._snapshot = now if now == self._snapshot + 1 else -1

    def _read(self, table: Table) -> "Growing":
        if table.name not in self._known:
            columns = ", ".join(f'"{name}"' for name in hashed_columns(table))
            found = self._connection.execute(f"SELECT DISTINCT {columns} FROM lake.{table.name}")
            known = Growing()
            for rows in found.to_arrow_reader(_ROWS_AT_ONCE):
                known.add(hashes(table, pl.DataFrame(pl.from_arrow(rows))))
            self._known[table.name] = known
        return self._known[table.name]

    def _now(self) -> int:
        return self._first("SELECT id FROM lake.current_snapshot()")

    def _first(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


class Growing:
    """A set of hashes that grows a few at a time: sorted arrays, each more than twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def add(self, hashed: Hashes) -> None:
        """Add sorted hashes. Each is moved once for every doubling of the set."""
        if hashed.size:
            self._runs.append(hashed)
        while len(self._runs) > 1 and self._runs[-2].size <= 2 * self._runs[-1].size:
            last = self._runs.pop()
            self._runs[-1] = np.union1d(self._runs[-1], last)

    def holds_any(self, hashed: Hashes) -> bool:
        """Whether one of these is in the set."""
        near = ((run, np.minimum(np.searchsorted(run, hashed), run.size - 1)) for run in self._runs)
        return any(bool((run[places] == hashed).any()) for run, places in near)


def hashed_columns(table: Table) -> list[str]:
    """The first columns of a key: what a batch was made of, without the numbers within it.

    So an article of a hundred mentions is one.
    """
    return list(takewhile(lambda column: table.columns[column].dtype == pl.String, table.key)) or [table.key[0]]


def hashes(table: Table, keys: pl.DataFrame) -> Hashes:
    """The sorted hashes of keys, each different beginning once."""
    said = [pl.col(name).cast(pl.String) for name in hashed_columns(table)]
    begun = keys.select(key=pl.concat_str(said, separator=_BETWEEN)).unique()
    return np.unique(begun["key"].hash(seed=0).to_numpy())
