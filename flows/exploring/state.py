"""The address bar as the state of a view: everything that was chosen stands in it, so that it can be sent to others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

ORDERS = ("newest", "oldest")
LENGTHS = ("day", "week", "month", "quarter", "year")
RIGHTS = ("allowed", "permission_required", "prohibited", "not_stated")
PER_PAGE = 20
LAST_PAGE = 500
MAX_QUERY_CHARS = 1_000
MAX_SQL_CHARS = 20_000
"""What servers and browsers take in an address without a word is more; a search of this length is a mistake."""

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\Z")
_LONG = {"sql": MAX_SQL_CHARS}


class AddressError(Exception):
    """Something in the address cannot be read; the message is a sentence that says what is right."""


@dataclass(frozen=True, slots=True)
class State:
    """What was chosen; empty means: not chosen. Days are days of publication, both included.

    `query` is a search in the full grammar, `versus` a second one beside it; `rights` what an article says of passing
    it on; `person` and `org` names as articles write them; `order` is newest or oldest, or empty for the best first;
    `by` the length of a period; `least` articles that two names must share; `old` and `new` numbers of an article's
    texts; `sql` the question of the SQL cell.
    """

    query: str = ""
    versus: str = ""
    publisher: str = ""
    section: str = ""
    lang: str = ""
    person: str = ""
    org: str = ""
    rights: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    order: str = ""
    by: str = ""
    least: int = 2
    old: int = 0
    new: int = 0
    sql: str = ""

    def with_(self, **changes: object) -> "State":
        """The state with something else chosen; the first page of it, unless a page is chosen."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]

    @property
    def days(self) -> tuple[date, date]:
        """First and last day, as the macros have them where none is chosen."""
        return self.since or date.min, self.until or date.max

    @property
    def narrowings(self) -> dict[str, str]:
        """What narrows the search, by name, as people read it."""
        chosen = {name: str(getattr(self, name) or "") for name in NARROWING}
        return {name: value for name, value in chosen.items() if value}


NARROWING = ("publisher", "section", "lang", "person", "org", "rights", "since", "until")
_NAMES = {"query": "q"}
_PLAIN = State()


def read(given: Mapping[str, str]) -> State:
    """The state that an address holds. Names that are not ours are left alone.

    Raises AddressError for a value that cannot be one.
    """
    found: dict[str, Any] = {}
    for one in fields(State):
        raw = given.get(_NAMES.get(one.name, one.name), "")
        text = raw.replace("\r\n", "\n").strip()
        if not text:
            continue
        if len(text) > _LONG.get(one.name, MAX_QUERY_CHARS):
            raise AddressError(
                f"{one.name} has {len(text):,} characters; it may have {_LONG.get(one.name, MAX_QUERY_CHARS):,}"
            )
        if "\0" in text:
            raise AddressError(f"{one.name} holds a character that no text has (NUL)")
        if one.name in ("since", "until"):
            found[one.name] = _day(one.name, text)
        elif isinstance(getattr(_PLAIN, one.name), int):
            found[one.name] = _number(one.name, text)
        else:
            found[one.name] = text
    state = State(**found)
    if state.by and state.by not in LENGTHS:
        raise AddressError(f"There is no period {state.by}; there are {', '.join(LENGTHS)}")
    if state.order and state.order not in ORDERS:
        raise AddressError(f"order is one of {', '.join(ORDERS)}, not {state.order}")
    if state.rights and state.rights not in RIGHTS:
        raise AddressError(f"rights is one of {', '.join(RIGHTS)}, not {state.rights}")
    if state.since and state.until and state.since > state.until:
        raise AddressError(f"The first day, {state.since}, is after the last, {state.until}")
    return state


def parameters(state: State) -> dict[str, str]:
    """What an address must hold so that `read` gives this state: what differs from nothing chosen."""
    return {
        _NAMES.get(one.name, one.name): str(value)
        for one in fields(State)
        if (value := getattr(state, one.name)) != getattr(_PLAIN, one.name)
    }


def address(path: str, state: State | None = None, **changes: object) -> str:
    """The address of a view in a state, with changes to it."""
    chosen = parameters((state or _PLAIN).with_(**changes) if changes else state or _PLAIN)
    return quote(path) + ("?" + urlencode(chosen) if chosen else "")


def _number(name: str, text: str) -> int:
    most = {"page": LAST_PAGE}.get(name, 100_000)
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or not 0 < int(text) <= most:
        raise AddressError(f"{name} is {text}; it is a number from 1 to {most:,}")
    return int(text)


def _day(name: str, text: str) -> date:
    """A day; of a month or a year alone its first day for `since`, its last for `until`."""
    match = _DAY.match(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        if day:
            return date(year, month, day)
        if name == "since":
            return date(year, month or 1, 1)
        return date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1) - timedelta(days=1)
    except ValueError:
        raise AddressError(f"{name} is {text}, which is no day; a right one: 2026-01-15") from None
