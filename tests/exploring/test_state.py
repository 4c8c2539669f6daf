"""What was chosen stands in the address: whoever is sent it sees the same; what cannot be read is a sentence."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.exploring.state import LENGTHS, ORDERS, RIGHTS, AddressError, State, address, read

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(str.strip)
STATES = st.builds(
    State,
    query=TEXT,
    versus=TEXT,
    publisher=TEXT,
    section=TEXT,
    person=TEXT,
    org=TEXT,
    lang=TEXT,
    rights=st.sampled_from(("", *RIGHTS)),
    by=st.sampled_from(("", *LENGTHS)),
    order=st.sampled_from(("", *ORDERS)),
    since=st.none() | st.dates(max_value=date(2020, 1, 1)),
    until=st.none() | st.dates(min_value=date(2020, 1, 1)),
    page=st.integers(1, 500),
    least=st.integers(1, 1000),
    old=st.integers(0, 99),
    new=st.integers(0, 99),
    sql=TEXT,
)


@given(STATES)
def test_an_address_sent_to_somebody_gives_the_same_view(state: State) -> None:
    there = urlsplit(address("/trend", state))
    assert there.path == "/trend"
    assert read(dict(parse_qsl(there.query))) == state


def test_an_address_holds_what_was_chosen_and_nothing_else() -> None:
    assert address("/", State()) == "/"
    assert address("/", State(query="다리"), publisher="노을일보").count("&") == 1


def test_another_choice_begins_at_the_first_page() -> None:
    assert read(dict(parse_qsl(urlsplit(address("/", State(query="다리", page=7), publisher="a")).query))).page == 1


def test_a_month_or_a_year_is_taken_from_its_first_to_its_last_day() -> None:
    state = read({"since": "2024-02", "until": "2024-02"})
    assert (state.since, state.until) == (date(2024, 2, 1), date(2024, 2, 29))
    assert read({"until": "2025"}).until == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"since": "gestern"}, "no day; a right one"),
        ({"until": "2026-02-30"}, "no day"),
        ({"until": "9999"}, "no day"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "is after the last"),
        ({"page": "-1"}, "from 1 to 500"),
        ({"page": "٣"}, "from 1 to 500"),
        ({"by": "hour"}, "no period hour"),
        ({"rights": "all"}, "rights is one of"),
        ({"order": "x"}, "order is one of"),
        ({"q": "x" * 1001}, "may have 1,000"),
        ({"q": "a\0b"}, "NUL"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(given: dict[str, str], says: str) -> None:
    with pytest.raises(AddressError, match=says):
        read(given)
