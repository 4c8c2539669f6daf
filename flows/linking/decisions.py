"""Who is who, decided by hand: `data/registry/decisions.csv` read, checked, and held against itself.

The file's own header explains its form. A file with a mistake is refused whole, with every line that is wrong: half of
somebody's decisions would be worse than none.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flows.linking.names import PERSON, TYPES, name_key, organisation_key

MERGE, SPLIT = "merge", "split"
COLUMNS = ("decision", "type", "name", "organisation", "other_name", "other_organisation", "why", "decided_on")
MAX_TOLD = 10  # mistakes told at once


class DecisionsError(Exception):
    """Decisions that cannot be followed; the message names file and line, and says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Chosen:
    """Whom a decision is about, by keys. `organisation` "" means everybody of the name."""

    name: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line: `one` and `other` are one (merge) or two (split)."""

    kind: str
    type: str
    one: Chosen
    other: Chosen
    why: str
    line: int


def read(text: str, path: str) -> tuple[Decision, ...]:
    """The decisions of a file. Raises DecisionsError naming `path`, each wrong line, and what to do about it."""
    found: list[Decision] = []
    wrong: list[str] = []
    for number, fields in _rows(text, wrong):
        said = _mistake(fields)
        if said:
            wrong.append(f"line {number}: {said}")
        else:
            found.append(_decision(fields, number))
    wrong += [] if wrong else list(_contradictions(found))
    if wrong:
        more = f"\n  and {len(wrong) - MAX_TOLD} more" if len(wrong) > MAX_TOLD else ""
        told = "\n  ".join(wrong[:MAX_TOLD])
        raise DecisionsError(f"{path} was not followed, the registry stays as it was:\n  {told}{more}")
    return tuple(found)


def _rows(text: str, wrong: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line of the file with its number; quoted fields stay on their line."""
    header: Sequence[str] | None = None
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            fields = [field.strip() for field in next(csv.reader([line], strict=True))]
        except csv.Error as error:
            wrong.append(f"line {number}: {error}; close every quotation mark on its own line")
            continue
        if header is None:
            header = fields
            if tuple(header) != COLUMNS:
                wrong.append(f"line {number}: the first line must be the header `{','.join(COLUMNS)}`")
                return
        elif len(fields) != len(COLUMNS):
            wrong.append(
                f"line {number}: {len(fields)} fields where there must be {len(COLUMNS)}; "
                "put a reason that holds a comma into quotation marks"
            )
        else:
            yield number, dict(zip(COLUMNS, fields, strict=True))


def _mistake(fields: dict[str, str]) -> str | None:
    """What is wrong with a line and what to do, or None."""
    kind, type_ = fields["decision"], fields["type"]
    if kind not in (MERGE, SPLIT):
        return f"decision is {kind[:40]!r}; write {MERGE} or {SPLIT}"
    if type_ not in TYPES:
        return f"type is {type_[:40]!r}; write one of {', '.join(sorted(TYPES))}"
    for column in ("name", "other_name"):
        if not name_key(type_, fields[column]):
            return f"{column} is {fields[column][:40]!r}, which names nobody; write the name as articles have it"
    for column in ("organisation", "other_organisation"):
        if fields[column] and type_ != PERSON:
            return f"{column} is for people only; leave it empty"
        if fields[column] and not organisation_key(fields[column]):
            return f"{column} is {fields[column][:40]!r}, which is no body in particular; name one, or leave it empty"
    if not any(char.isalpha() for char in fields["why"]):
        return "why is empty; say the reason, with a source that can be looked up"
    try:
        date.fromisoformat(fields["decided_on"])
    except ValueError:
        return f"decided_on is {fields['decided_on'][:40]!r}; write a day as 2026-03-09"
    return _same(_decision(fields, 0))


def _same(decision: Decision) -> str | None:
    if decision.one != decision.other or (decision.kind == MERGE and decision.type == PERSON):
        return None  # a person merged with itself: all of that name are one
    if decision.kind == SPLIT:
        return "both sides are the same after case, blanks and legal forms; name the organisation that tells them apart"
    return "both sides are the same already; take the line out"


def _decision(fields: dict[str, str], line: int) -> Decision:
    type_ = fields["type"]
    one, other = (
        Chosen(name_key(type_, fields[name]), organisation_key(fields[organisation]))
        for name, organisation in (("name", "organisation"), ("other_name", "other_organisation"))
    )
    return Decision(fields["decision"], type_, one, other, fields["why"], line)


def _contradictions(found: Sequence[Decision]) -> Iterator[str]:
    """Splits of what merges, one by one or in a chain, make one."""
    up: dict[tuple[str, Chosen], tuple[str, Chosen]] = {}

    def top(one: tuple[str, Chosen]) -> tuple[str, Chosen]:
        while up.get(one, one) != one:
            one = up[one]
        return one

    merges = [decision for decision in found if decision.kind == MERGE]
    for decision in merges:
        up[top((decision.type, decision.one))] = top((decision.type, decision.other))
    for decision in found:
        if decision.kind == SPLIT and top((decision.type, decision.one)) == top((decision.type, decision.other)):
            near = [m.line for m in merges if top((m.type, m.one)) == top((decision.type, decision.one))]
            lines = ", ".join(str(line) for line in near[:MAX_TOLD])
            yield f"line {decision.line}: splits what line {lines} merges; take one of them out"
