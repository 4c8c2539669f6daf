"""One request at a time a host, a pause between them, and patience when the host asks for it.

All times are monotonic: a clock that is set while a run goes on hurries nobody.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from flows.fetching.outcomes import Reason

MAX_RETRY_AFTER_SECONDS = 24 * 3600.0
MAX_BACK_OFF_SECONDS = 3600.0
_SECONDS = re.compile(r"\s*(\d{1,12})(?:\.\d*)?\s*")


class Clock(Protocol):
    """Time as the gate needs it; tests pass their own."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...

    def now(self) -> datetime:
        """The instant, aware, UTC; only for comparing with dates that servers send."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The instant, aware, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def retry_after_seconds(text: str | None, now: datetime) -> float | None:
    """Read a Retry-After header (RFC 9110 section 10.2.3): seconds or an HTTP date.

    Returns:
        Seconds from `now`, from 0 to 24 hours; None where the header is absent or says nothing usable (empty,
        negative, words, a date in the past by more than a day), so that the caller backs off as without it.
    """
    if text is None or len(text) > 100:
        return None
    if match := _SECONDS.fullmatch(text):
        return min(float(match[1]), MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
        wait = ((moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait, 0.0), MAX_RETRY_AFTER_SECONDS) if wait > -86_400 else None


@dataclass(slots=True)
class _Host:
    not_before: float = 0.0  # monotonic
    troubles: int = 0  # in a row
    reason: Reason = Reason.NONE  # of the last trouble
    detail: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    loop: asyncio.AbstractEventLoop | None = None  # the lock's


class Politeness:
    """The gate that every request passes, robots.txt and redirects included.

    It may be kept from one event loop to the next (not used by two at once), so that a host's pause outlives a round.

    Args:
        back_off_seconds: the first pause after trouble without a usable Retry-After; doubles with each further trouble
        in a
            row, up to an hour, and is never shorter than the host's delay.
        clock: the time; the machine's by default.
    """

    def __init__(self, back_off_seconds: float = 1.0, clock: Clock | None = None) -> None:
        self._back_off_seconds = back_off_seconds
        self._clock = clock or SystemClock()
        self._hosts: dict[str, _Host] = {}

    @property
    def clock(self) -> Clock:
        """The clock it goes by."""
        return self._clock

    def wait_seconds(self, host: str) -> float:
        """How long from now until the host may be asked, leaving aside a request that is in flight."""
        return max(0.0, self._host(host).not_before - self._clock.monotonic())

    @asynccontextmanager
    async def turn(self, host: str, delay_seconds: float) -> AsyncIterator[None]:
        """Hold the host for one request: waits for its turn, then for the pause; `delay_seconds` count from its end."""
        state = self._host(host)
        loop = asyncio.get_running_loop()
        if state.loop is not loop:  # a lock belongs to the loop it was first waited for in
            state.loop, state.lock = loop, asyncio.Lock()
        async with state.lock:
            while (wait := state.not_before - self._clock.monotonic()) > 0:
                await self._clock.sleep(wait)
            try:
                yield
            finally:
                state.not_before = max(state.not_before, self._clock.monotonic() + max(0.0, delay_seconds))

    def went_well(self, host: str) -> None:
        """The host answered as it should: the next trouble starts from the first pause again."""
        self._host(host).troubles = 0

    def had_trouble(
        self,
        host: str,
        delay_seconds: float,
        retry_after: str | None = None,
        *,
        reason: Reason = Reason.NONE,
        detail: str = "",
    ) -> float:
        """Note trouble (429, 5xx, timeout, refused); gives the pause in seconds that now holds for the host."""
        state = self._host(host)
        state.reason, state.detail = reason, detail
        state.troubles += 1
        back_off = self._back_off_seconds * 2.0 ** min(state.troubles - 1, 30)
        asked = retry_after_seconds(retry_after, self._clock.now())
        pause = max(delay_seconds, asked if asked is not None else min(back_off, MAX_BACK_OFF_SECONDS))
        state.not_before = max(state.not_before, self._clock.monotonic() + pause)
        return pause

    def trouble(self, host: str) -> tuple[Reason, str]:
        """Reason and sentence of the host's last trouble; NONE and empty where there was none."""
        state = self._host(host)
        return state.reason, state.detail

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
