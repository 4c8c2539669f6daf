"""Numbers that rows get in their order: each once, also where rows that had one were taken down since."""

import duckdb


def next_number_sql(*columns: str) -> str:
    """SQL for the number after every one that was given.

    `columns` are schema.table.column: those in which the numbers stand, and those that say up to which number
    something is done, which would pass over a number that is given again.
    """
    found = []
    for one in columns:
        table, _, column = one.rpartition(".")
        found.append(f"(SELECT coalesce(max({column}), 0) FROM lake.{table})")
    return f"greatest({', '.join(found)}) + 1"


def next_number(connection: duckdb.DuckDBPyConnection, *columns: str) -> int:
    """The number after every one that was given; see `next_number_sql`."""
    row = connection.execute(f"SELECT {next_number_sql(*columns)}").fetchone()
    return int(row[0]) if row else 1
