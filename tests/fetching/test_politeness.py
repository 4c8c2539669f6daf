"""A publisher who sees two requests at once, or one before the time it asked for, blocks us and is right."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.politeness import MAX_RETRY_AFTER_SECONDS, Politeness, retry_after_seconds

NOW = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)


class HandClock:
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds - 1000.0)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.0),
        ("0", 0.0),
        ("1000000000", MAX_RETRY_AFTER_SECONDS),
        ("Mon, 02 Mar 2026 12:02:00 GMT", 120.0),
        ("Mon, 02 Mar 2026 11:59:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_SECONDS),
        ("Mon, 02 Mar 1998 12:02:00 GMT", None),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("1e9", None),
        ("9" * 5000, None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_clamped(text: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(text, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_raises_or_leaves_its_bounds(text: str) -> None:
    seconds = retry_after_seconds(text, NOW)
    assert seconds is None or 0.0 <= seconds <= MAX_RETRY_AFTER_SECONDS


def visits(
    gate: Politeness, clock: HandClock, hosts: list[str], delay: float, takes: float = 0.0
) -> list[tuple[str, float]]:
    log: list[tuple[str, float]] = []

    async def visit(host: str) -> None:
        async with gate.turn(host, delay):
            log.append((host, clock.seconds))
            await clock.sleep(takes)

    async def run() -> None:
        await asyncio.gather(*(visit(host) for host in hosts))

    asyncio.run(run())
    return log


def test_requests_to_one_host_keep_their_distance_from_the_end_of_the_one_before() -> None:
    clock = HandClock()
    log = visits(Politeness(clock=clock), clock, ["a"] * 4, delay=2.0, takes=0.5)
    times = [at for _, at in log]
    assert [later - earlier for earlier, later in pairwise(times)] == [2.5, 2.5, 2.5]


def test_only_one_request_is_in_flight_to_a_host() -> None:
    clock, flying, most = HandClock(), 0, 0
    gate = Politeness(clock=clock)

    async def visit() -> None:
        nonlocal flying, most
        async with gate.turn("a", 0.0):
            flying += 1
            most = max(most, flying)
            await asyncio.sleep(0.001)
            flying -= 1

    async def run() -> None:
        await asyncio.gather(*(visit() for _ in range(20)))

    asyncio.run(run())
    assert most == 1


def test_hosts_do_not_wait_for_each_other() -> None:
    clock = HandClock()
    log = visits(Politeness(clock=clock), clock, ["a", "b", "c"], delay=50.0)
    assert {at for _, at in log} == {1000.0}


def test_nothing_is_asked_before_retry_after_ends() -> None:
    clock = HandClock()
    gate = Politeness(clock=clock)
    assert gate.had_trouble("a", 1.0, "120") == 120.0
    assert gate.wait_seconds("a") == 120.0 and gate.wait_seconds("b") == 0.0
    assert visits(gate, clock, ["a"], delay=1.0) == [("a", 1120.0)]


def test_a_retry_after_shorter_than_the_delay_does_not_shorten_it() -> None:
    assert Politeness(clock=HandClock()).had_trouble("a", 5.0, "0") == 5.0


def test_trouble_in_a_row_doubles_the_pause_and_success_ends_it() -> None:
    gate = Politeness(back_off_seconds=1.0, clock=HandClock())
    assert [gate.had_trouble("a", 0.5, "nonsense") for _ in range(4)] == [1.0, 2.0, 4.0, 8.0]
    gate.went_well("a")
    assert gate.had_trouble("a", 0.5) == 1.0
    assert max(gate.had_trouble("a", 0.0) for _ in range(2000)) == 3600.0


def test_a_failed_request_still_counts_for_the_pause() -> None:
    clock = HandClock()
    gate = Politeness(clock=clock)

    async def run() -> None:
        with pytest.raises(RuntimeError):
            async with gate.turn("a", 3.0):
                raise RuntimeError

    asyncio.run(run())
    assert gate.wait_seconds("a") == 3.0
