"""What a view must keep to before anybody sees it: a unique key, its rules, sums that agree, no column that ran dry.

Everything about a view is told by one pass over it. A column that is null in every row may be right (a corpus without
corrections has no old headline), so it is held against how full it was when views were published before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import duckdb
import polars as pl

from flows.lake.schema import INSTANT, BrokenPromiseError, Column, Table

MAX_CHANCE = 0.001
"""A column may be empty by chance: where that is less likely than this, it is taken for a defect."""

VIEW_COLUMNS = Table(
    name="ops.view_columns",
    grain="one row per column of a mart and time when it was found fuller or emptier, by a factor of two, than before",
    key=("view", "column", "checked_at"),
    columns={
        "view": Column(pl.String, "mart, with its schema", is_required=True),
        "column": Column(pl.String, "its column", is_required=True),
        "row_count": Column(pl.Int64, "rows of the view", is_required=True),
        "value_count": Column(pl.Int64, "of those, where the column is not null", is_required=True),
        "checked_at": Column(INSTANT, "when the views were published", is_required=True),
    },
)


@dataclass(frozen=True, slots=True)
class Filled:
    """How full one column of a view is."""

    view: str
    column: str
    row_count: int
    value_count: int


Before = Mapping[tuple[str, str], Filled]


def before(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Filled]:
    """How full each column was when it was last written down, by view and column."""
    rows = connection.execute(
        'SELECT "view", "column", arg_max(row_count, checked_at), arg_max(value_count, checked_at) '
        f"FROM lake.{VIEW_COLUMNS.name} GROUP BY ALL"
    ).fetchall()
    return {(row[0], row[1]): Filled(*row) for row in rows}


def check(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    *,
    key: Sequence[str],
    rules: Sequence[str],
    sums: Sequence[str],
    has_columns_counted: bool,
    held: Before,
    accept_empty: Collection[str] = (),
) -> list[Filled]:
    """Hold a view of the catalogue, as this transaction sees it, against its header; returns how full its columns are.

    `key` is SQL. Raises BrokenPromiseError naming view and promise.
    """
    described = connection.execute(f"DESCRIBE lake.{view}").fetchall() if has_columns_counted else []
    columns = [row[0] for row in described]
    keys = ", ".join(key)
    wanted = [
        "count(*)",
        f"count(*) - count(DISTINCT row({keys}))" if key else "0",
        *(f"count(*) FILTER (({rule}) IS FALSE)" for rule in rules),
        *(f"({told}) IS FALSE" for told in sums),
        *(f'count("{name}")' for name in columns),
    ]
    found = connection.execute(f"SELECT {', '.join(wanted)} FROM lake.{view}").fetchone() or ()
    rows, twice, counts = int(found[0]), int(found[1]), found[2:]
    if twice:
        raise BrokenPromiseError(f"{view}: its key ({', '.join(key)}) is not unique, {twice} rows are one too many")
    for rule, broken in zip(rules, counts, strict=False):
        if broken:
            raise BrokenPromiseError(f"{view}: {broken} of {rows} rows break the rule `{rule}`")
    for told, is_broken in zip(sums, counts[len(rules) :], strict=False):
        if is_broken:
            raise BrokenPromiseError(f"{view}: the counts do not add up: `{told}` is not so")
    filled = [
        Filled(view, name, rows, int(count))
        for name, count in zip(columns, counts[len(rules) + len(sums) :], strict=True)
    ]
    for one in filled:
        name = f"{view}.{one.column}"
        if name not in accept_empty and has_run_dry(held.get((view, one.column)), one):
            had = held[view, one.column]
            raise BrokenPromiseError(
                f"{view}: the column {one.column} is null in all {rows} rows; it had values in {had.value_count} of "
                f"{had.row_count} when views were published before. Readers keep the old views. If it is meant to be "
                f'empty now, publish with accept_empty=["{name}"]'
            )
    return filled


def has_run_dry(had: Filled | None, now: Filled) -> bool:
    """Whether a column is null in every row that by what it held before would hardly be so by chance.

    The share is estimated after Krichevsky and Trofimov (1981): half a row added on either side, so that three rows
    that were full say less than three hundred.
    """
    if had is None or now.value_count or not now.row_count or not had.value_count:
        return False
    share = (had.value_count + 0.5) / (had.row_count + 1)
    return (1 - share) ** now.row_count < MAX_CHANCE


def write_down(connection: duckdb.DuckDBPyConnection, held: Before, filled: Sequence[Filled]) -> None:
    """Keep how full columns are, where one is new or is not what it was by a factor of two: few rows a year."""
    changed = [one for one in filled if _is_news(held.get((one.view, one.column)), one)]
    if not changed:
        return
    checked_at = datetime.now(UTC)
    new = VIEW_COLUMNS.frame({**asdict(one), "checked_at": checked_at} for one in changed)
    VIEW_COLUMNS.check(new)
    connection.register("new_view_columns", new)
    connection.execute(f"INSERT INTO lake.{VIEW_COLUMNS.name} BY NAME SELECT * FROM new_view_columns")
    connection.unregister("new_view_columns")


def _is_news(had: Filled | None, now: Filled) -> bool:
    if had is None:
        return now.row_count > 0
    pairs = ((had.row_count, now.row_count), (had.value_count, now.value_count))
    return any(max(pair) >= 2 * min(pair) and pair[0] != pair[1] for pair in pairs)
