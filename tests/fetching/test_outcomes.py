"""A reason that the documentation does not explain is one that nobody can act on."""

import re
from pathlib import Path

from flows.fetching.outcomes import Reason, State

DOCUMENT = Path(__file__).parents[2] / "docs" / "outcomes.md"


def test_every_state_and_reason_is_explained_once_and_no_other() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(explained) == sorted([*State, *Reason])
