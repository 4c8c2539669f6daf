"""docs/tables.md, written from the declared tables and the headers of `sql/`."""

from flows.lake import views
from flows.lake.schema import Table, duckdb_type
from flows.lake.tables import TABLES
from flows.steps.publishing import SQL

_OPENING = """# Tables and views

Written by `make docs` from the declared tables (`flows/lake/tables.py`) and the headers of `sql/`; a test holds it
against what DuckDB describes. Names ending in `_at` are UTC instants, `_date` days in the publisher's zone, `is_` and
`has_` booleans; `_share` runs from 0 to 1, `_bytes` and `_seconds` are what they say.

Ask `mart` first: its views hold one row for each thing that a person would count. `staging` keeps every version that
every reader made, `raw` what came in, `ops` what was committed when.
"""


def page() -> str:
    """The page as Markdown."""
    files = views.read(SQL)
    parts = [_OPENING]
    for schema, title in (("mart", "mart: for questions"), ("staging", "staging: cleaned and typed")):
        parts.append(f"## {title}\n")
        parts += [_view(file) for file in sorted(files, key=lambda file: file.name) if file.kind == schema]
        parts += [_table(table) for table in TABLES if table.name.startswith(f"{schema}.")]
    macros = [file for file in files if file.kind == "macros"]
    if macros:
        parts.append("## Macros\n")
        parts.append("Table macros: `FROM lake.search('…')`, or after `USE lake` just `FROM search('…')`.\n")
        parts += [_macro(file) for file in sorted(macros, key=lambda file: file.name)]
    for schema, title in (("raw", "raw: as received"), ("ops", "ops: the ledger")):
        parts.append(f"## {title}\n")
        parts += [_table(table) for table in TABLES if table.name.startswith(f"{schema}.")]
    parts.append("## Questions\n")
    asked = sorted((file for file in files if file.kind == "queries"), key=lambda file: file.name)
    parts += [f"- `sillok query {file.name}`: {file.what}" for file in asked]
    return "\n".join(parts) + "\n"


def _view(file: views.SqlFile) -> str:
    lines = [f"### {file.name}\n", f"{file.what}\n", f"Grain: {file.grain}. Reads: {', '.join(file.reads)}.\n"]
    lines += ["| column | meaning |", "|---|---|"]
    lines += [f"| {name} | {_cell(says)} |" for name, says in file.columns.items()]
    if kept := [f"`{rule}`" for rule in (*file.rules, *file.sums)]:
        lines += ["", f"Checked whenever views are published: {'; '.join(kept)}."]
    return "\n".join(lines) + "\n"


def _macro(file: views.SqlFile) -> str:
    lines = [f"### {file.name}()\n", f"`{file.signature}`\n", f"{file.what}\n"]
    lines += [f"Grain: {file.grain}. Reads: {', '.join(file.reads)}.\n", "| parameter | meaning |", "|---|---|"]
    lines += [f"| {name} | {_cell(says)} |" for name, says in file.parameters.items()]
    lines += ["", "| column | meaning |", "|---|---|"]
    lines += [f"| {name} | {_cell(says)} |" for name, says in file.columns.items()]
    return "\n".join(lines) + "\n"


def _table(table: Table) -> str:
    lines = [f"### {table.name}\n", f"Grain: {table.grain}. Key: {', '.join(table.key)}.\n"]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [
        f"| {name} | {_cell(duckdb_type(column.dtype))} | {_cell(column.says)} |"
        for name, column in table.columns.items()
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
