"""Which keys the tables hold: what a commit is held against, without looking through the tables each time.

Every batch is held against the keys that its tables have already. Asked of the tables, that opens each of their files,
and a run adds one with each commit: half a second of processor time a commit after 1,400 of them (90,000 pages), and
more as the corpus grows. So a writer reads the keys once a table, as hashes of 64 bits, and adds those of its own
commits; what is among the hashes is asked of the table itself. Where the lake was changed by anything else (its
snapshot is another than that of the last commit), everything is read anew.
"""

from itertools import takewhile

import duckdb
import polars as pl

from flows.lake.schema import Table


class HeldKeys:
    """The keys of a writer's lake, in temporary tables of its connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._snapshot = -1
        self._known: set[str] = set()

    def look(self) -> None:
        """Forget what is known where something else has changed the lake: before a commit's first `count`."""
        now = self._now()
        if now != self._snapshot:
            self._snapshot, self._known = now, set()

    def count(self, table: Table, keys: pl.DataFrame) -> int:
        """How many of these keys, a frame of the table's key columns, are in the table."""
        name = self._read(table)
        self._connection.register("keys_asked", keys)
        if not self._first(
            f"SELECT count(*) FROM keys_asked SEMI JOIN temp.{name} AS held ON held.hash = {_hash(table)}"
        ):
            return 0
        return self._first(
            f"SELECT count(*) FROM keys_asked SEMI JOIN lake.{table.name} USING ({', '.join(table.key)})"
        )

    def add(self, table: Table, keys: pl.DataFrame) -> None:
        """These were committed; `settle` once all of a commit are added."""
        if table.name in self._known:
            self._connection.register("keys_asked", keys)
            self._connection.execute(f"INSERT INTO temp.{_name(table)} SELECT DISTINCT {_hash(table)} FROM keys_asked")

    def settle(self) -> None:
        """What is known is that of the snapshot of now, if the caller's own commit was the only change since."""
        now = self._now()
        self._snapshot = now if now == self._snapshot + 1 else -1

    def _read(self, table: Table) -> str:
        name = _name(table)
        if table.name not in self._known:
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT {_hash(table)} AS hash FROM lake.{table.name}"
            )
            self._known.add(table.name)
        return name

    def _now(self) -> int:
        return self._first("SELECT id FROM lake.current_snapshot()")

    def _first(self, sql: str) -> int:
        row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0


def _name(table: Table) -> str:
    return f"held_{table.name.replace('.', '_')}"


def _hash(table: Table) -> str:
    """SQL of a hash of the first columns of a key: what a batch was made of, without the numbers within it.

    So an article of a hundred mentions is one. As text, since the hash of a value depends on its type.
    """
    named = list(takewhile(lambda column: table.columns[column].dtype == pl.String, table.key)) or [table.key[0]]
    return f"hash({', '.join(f'{column}::VARCHAR' for column in named)})"
