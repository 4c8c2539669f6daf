"""One database to give away: the marts as an export may show them, readable by any DuckDB without an extension.

Marts that are made of marts alone stay views, with local names, so that they count what is in the file; all others are
tables. Macros come along with the tables that they read, less what may not go.
"""

import re
from collections.abc import Callable
from pathlib import Path

from flows.lake.exports import Marts
from flows.lake.literals import literal
from flows.lake.tables import BY_NAME
from flows.lake.views import SqlFile

_OUT = "given"
_LAKE_NAME = re.compile(r'\blake\.(?=(?:mart|staging|raw|ops)\.)|"lake"\.')


def write(marts: Marts, path: Path, written: Callable[[int], None]) -> tuple[int, tuple[str, ...]]:
    """Write every mart into a new database; returns the rows of all tables, and what is not in it, in sentences."""
    con = marts.connection
    con.execute(f"ATTACH {literal(str(path))} AS {_OUT}; CREATE SCHEMA {_OUT}.mart")
    rows, there = 0, set[str]()
    for name, file in marts.files.items():  # in an order in which each comes after what it reads
        if name in marts.unnarrowed:
            continue
        short = name.removeprefix("mart.")
        if file.reads and set(file.reads) <= there:
            con.execute(f"USE {_OUT}")
            con.execute(f'CREATE VIEW {_OUT}.mart."{short}" AS {local(file.body)}')
        else:
            con.execute("USE memory.mart")
            con.execute(f'CREATE TABLE {_OUT}.mart."{short}" AS FROM memory.mart."{short}"')
            row = con.execute(f'SELECT count(*) FROM {_OUT}.mart."{short}"').fetchone()
            rows += row[0] if row else 0
            written(row[0] if row else 0)
        there.add(name)
        _name(marts, file, short, is_table=not set(file.reads) <= there - {name})
    macros, without = _macros(marts, there)
    _about(marts)
    con.execute(f"USE memory; DETACH {_OUT}")  # also writes everything down
    notes = [f"{len(there)} marts" + (f" and {len(macros)} macros" if macros else "")]
    if marts.unnarrowed:
        notes.append(f"Not narrowed to the choice and so not in the file: {', '.join(marts.unnarrowed)}")
    if without:
        notes.append(f"Macros that read what is not in the file and so are not there either: {', '.join(without)}")
    return rows, tuple(notes)


def local(sql: str) -> str:
    """The same SQL with the lake's names made local: `lake.mart.articles` is `mart.articles` in the file."""
    return _LAKE_NAME.sub("", sql)


def _name(marts: Marts, file: SqlFile, short: str, *, is_table: bool) -> None:
    """A short name in `main`, and the meaning of view and columns as comments."""
    con = marts.connection
    con.execute(f"USE {_OUT}")
    con.execute(f'CREATE VIEW {_OUT}.main."{short}" AS FROM mart."{short}"')
    kind = "TABLE" if is_table else "VIEW"
    con.execute(f'COMMENT ON {kind} {_OUT}.mart."{short}" IS {literal(file.what)}')
    if is_table:
        for column, says in file.columns.items():
            if column in marts.columns[file.name]:
                con.execute(f'COMMENT ON COLUMN {_OUT}.mart."{short}"."{column}" IS {literal(says)}')
    con.execute("USE memory.mart")


def _carry(marts: Marts, there: set[str]) -> set[str]:
    """Bring the tables along that macros read, such as an index of words; returns the names of these.

    Words of an article are its text in another order: of tables that name articles, or number them as another one of
    these tables does, only rows of articles whose text may go are taken. The rest (lists of words) is no one's text.
    """
    con = marts.connection
    macros = {file.name for file in marts.macros}
    wanted = {read for file in marts.macros for read in file.reads} - there - macros
    columns = {name: set(BY_NAME[name].columns) for name in sorted(wanted & set(BY_NAME))}
    free = "SELECT article_id FROM memory.export.chosen WHERE why IS NULL"
    numbers = [name for name, found in columns.items() if "article_id" in found and BY_NAME[name].key == ("number",)]
    for name, found in columns.items():
        schema, _, table = name.partition(".")
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {_OUT}.{schema}")
        condition = ""
        if "article_id" in found:
            condition = f" WHERE article_id IN ({free})"
        elif "number" in found and numbers:
            held = " UNION ALL ".join(f"SELECT number FROM lake.{n} WHERE article_id IN ({free})" for n in numbers)
            condition = f" WHERE number IN ({held})"
        con.execute(f'CREATE TABLE {_OUT}.{schema}."{table}" AS FROM lake.{name}{condition}')
    return set(columns)


def _macros(marts: Marts, there: set[str]) -> tuple[list[str], list[str]]:
    """Bring along the macros whose reads are all in the file; returns those, and the others."""
    con = marts.connection
    taken: list[str] = []
    left: list[str] = []
    there = there | _carry(marts, there)
    con.execute(f"USE {_OUT}")
    for file in marts.macros:  # in an order in which each comes after what it reads
        if set(file.reads) <= there | set(taken):
            for schema in ("mart", "main"):
                con.execute(f"CREATE MACRO {_OUT}.{schema}.{file.signature} AS TABLE {local(file.body)}")
            taken.append(file.name)
        else:
            left.append(file.name)
    con.execute("USE memory.mart")
    return taken, left


def _about(marts: Marts) -> None:
    """A table that says what the file is: purpose, choice, snapshot, and what was withheld."""
    choice = marts.choice
    facts = {
        "purpose": choice.purpose.value,
        "since": str(choice.since or ""),
        "until": str(choice.until or ""),
        "publishers": ", ".join(choice.publishers),
        "snapshot_id": str(marts.snapshot_id),
        "articles": str(marts.article_count),
        **{f"text withheld: {left.reason}": str(left.count) for left in marts.withheld},
    }
    con = marts.connection
    con.execute(f"CREATE TABLE {_OUT}.main.about (name VARCHAR, value VARCHAR)")
    con.executemany(f"INSERT INTO {_OUT}.main.about VALUES (?, ?)", list(facts.items()))
