"""What may be shown of a text to others: the verdict on its rights, put to the columns that repeat its words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flows.reporting.report import Section

USES = ("redistribution", "reproduction")
"""Both must be allowed for a text to be passed on, as in an export for that purpose."""
REASON = "withheld"


def reason(verdicts: Mapping[str, object]) -> str:
    """Why a text may not be passed on ("redistribution prohibited"), the strictest first; empty: it may.

    A verdict that is not there was not stated, and what nobody stated is not allowed.
    """
    for verdict in ("prohibited", "permission_required", None):
        for use in USES:
            if verdicts.get(use) == verdict:
                return f"{use} {verdict or 'not_stated'}"
    return "" if all(verdicts.get(use) == "allowed" for use in USES) else "not_stated"


def withheld(section: Section, texts: Sequence[str]) -> Section:
    """The section with the columns `texts` emptied where their words may not be passed on, and a column that says why.

    A section without such columns is as it was; one that has them and no verdict is emptied whole.
    """
    names = list(section.columns)
    held = [names.index(name) for name in texts if name in names]
    if not held:
        return section
    rows = []
    for row in section.rows:
        why = reason({use: row[names.index(use)] for use in USES if use in names})
        is_empty = all(row[at] in (None, "", []) for at in held)
        shown = [None if why and at in held else value for at, value in enumerate(row)]
        rows.append([*shown, why if why and not is_empty else None])
    return replace(
        section, rows=rows, columns={**section.columns, REASON: "why the words are not here; empty: they are"}
    )
