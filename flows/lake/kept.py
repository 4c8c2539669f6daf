"""Views whose rows are kept in a table: what they said when views were last published, ready to be read.

Beside such a view the catalogue has one that works it out from nothing, called `..._anew`. To bring a table up to date
that view is asked whole, rows that it does not say any more are deleted and those that are new are added: no step
of its own that could count wrongly, and what is written is what changed. It happens in the transaction that publishes,
or takes down, so that nobody sees a table that is behind.
"""

import duckdb

from flows.lake.kept_tables import KEPT_TABLES, table_of
from flows.lake.schema import Table

BY_NAME = {table.name: table for table in KEPT_TABLES}


def anew(view: str) -> str:
    """The view that works out what `view` is kept of; in staging, so that marts are listed once."""
    return f"staging.{view.partition('.')[2]}_anew"


def select(view: str) -> str:
    """SQL of the view over the table that keeps it."""
    table = BY_NAME[table_of(view)]
    return f"SELECT {', '.join(_quoted(table))} FROM lake.{table.name}"


def bring_up(connection: duckdb.DuckDBPyConnection, view: str, said: str) -> int:
    """Let the table that keeps `view` hold the rows of `said`; returns how many were deleted or added."""
    return _bring_up(connection, BY_NAME[table_of(view)], said)


def _bring_up(connection: duckdb.DuckDBPyConnection, table: Table, said: str) -> int:
    columns = ", ".join(_quoted(table))
    held = connection.execute(f"SELECT 1 FROM lake.{table.name} LIMIT 1").fetchone()
    changed = 0
    if held:
        same = _same(table)
        gone = connection.execute(
            f"DELETE FROM lake.{table.name} WHERE rowid IN (SELECT held.rowid FROM lake.{table.name} AS held "
            f"ANTI JOIN {said} AS said ON {same})"
        ).fetchone()
        changed += int(gone[0]) if gone else 0
        news = f"{said} AS said ANTI JOIN lake.{table.name} AS held ON {same}"
    else:
        news = said
    order = ", ".join(table.layout.sorted_by) if table.layout else "ALL"
    added = connection.execute(
        f"INSERT INTO lake.{table.name} ({columns}) SELECT {columns} FROM {news} ORDER BY {order}"
    ).fetchone()
    return changed + (int(added[0]) if added else 0)


def bring_all_up(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring every kept table up to date by the views in the catalogue, within the caller's transaction.

    Tables whose view was not published yet are left as they are: nobody reads them.
    """
    there = {
        name
        for (name,) in connection.execute(
            "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE database_name = 'lake'"
        ).fetchall()
    }
    for table in KEPT_TABLES:  # each after what its view reads
        told = anew(table.name.replace("kept_", "", 1))
        if told in there:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE said_anew AS FROM lake.{told}")
            _bring_up(connection, table, "temp.said_anew")
            connection.execute("DROP TABLE temp.said_anew")


def _quoted(table: Table) -> list[str]:
    return [f'"{name}"' for name in table.columns]


def _same(table: Table) -> str:
    """SQL that is true of two equal rows, null for null; the key first, which tells most rows apart."""
    names = [*table.key, *(name for name in table.columns if name not in table.key)]
    return " AND ".join(f'said."{name}" IS NOT DISTINCT FROM held."{name}"' for name in names)
