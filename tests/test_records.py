"""Records: what stands in a dataclass is what stands in the row, however it is nested."""

from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.records import record


class Kind(StrEnum):
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Place:
    paragraph: int
    start: float | None


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    kind: Kind
    said_at: datetime | date
    places: tuple[Place, ...] = ()
    best: Place | None = None
    words: list[str] = field(default_factory=list)
    pairs: tuple[tuple[str, Place], ...] = ()


_PLACES = st.builds(Place, st.integers(), st.none() | st.floats(allow_nan=False))
_NAMED = st.builds(
    Named,
    st.text(),
    st.sampled_from(Kind),
    st.sampled_from([datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 1)]),
    st.lists(_PLACES, max_size=3).map(tuple),
    st.none() | _PLACES,
    st.lists(st.text(), max_size=3),
    st.lists(st.tuples(st.text(), _PLACES), max_size=2).map(tuple),
)


def _lists(value: object) -> object:
    if isinstance(value, dict):
        return {name: _lists(one) for name, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, tuple | list) else value


@given(_NAMED)
def test_a_row_holds_what_the_dataclass_holds_at_every_depth(named: Named) -> None:
    assert record(named) == _lists(asdict(named))


def test_what_is_no_dataclass_is_refused_instead_of_becoming_an_empty_row() -> None:
    with pytest.raises(TypeError):
        record("a name")
