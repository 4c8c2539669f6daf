"""Read what channels served in worker processes: a list that hangs or crashes its parser costs itself one row.

feedparser, lxml and FastWARC meet foreign bytes here. A process start costs half a second and a feed some milliseconds,
so one small pool serves all channels of a run, and several small ones go to a worker together.
"""

import asyncio
import functools
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from flows.discovery.listing import Channel, ChannelKind, ChannelReading
from flows.discovery.reading import read
from flows.fetching.outcomes import Reason
from flows.fetching.warc import read_payload
from flows.workers import Lost, Workers

PROCESSES = 2  # reading keeps up with polite fetching many times over; the second goes on while one hangs
BATCH_CHANNELS = 16
BATCH_BYTES = 4 * 2**20  # held until their turn comes; a large sitemap is a batch of its own
MAX_CHANNEL_BYTES = 50 * 2**20  # what sitemaps.org allows, undone

Ended = TypeVar("Ended")


@dataclass(frozen=True, slots=True)
class Served:
    """What one channel served: a body that came now, or else the stored record (file, offset, bytes) of an earlier one.

    `timezone` is the IANA zone of the source, for dates that name none.
    """

    channel: Channel
    timezone: str
    body: bytes | None = None
    content_type: str | None = None
    record: tuple[Path, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """How reading it went: `reading`, else what is wrong in a sentence; `reason` where a worker was lost over it."""

    reading: ChannelReading | None
    fault: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    served: Served


ReadBatch = Callable[[datetime, tuple[_Numbered, ...]], dict[int, Read]]


class ChannelReader:
    """A small pool of processes that read channels; a context manager. It starts none before there is work."""

    def __init__(
        self,
        now: datetime,
        *,
        processes: int = PROCESSES,
        channel_seconds: float = 15.0,
        memory_bytes: int = 4 * 2**30,
        read_batch: ReadBatch | None = None,
    ) -> None:
        """`now` is the instant of the reading; deadline and memory are for one channel. `read_batch` is for tests."""
        self._workers = Workers(min(processes, PROCESSES), channel_seconds, memory_bytes, warm_up)
        self._read_batch = functools.partial(read_batch or _read_batch, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.__exit__(kind, error, trace)

    def read(self, served: Sequence[Served]) -> list[Read]:
        """Read some channels, in their order. A channel that takes a worker with it is told, the others come back."""
        numbered = [_Numbered(number, one) for number, one in enumerate(served)]
        found: dict[int, Read] = {}
        for end in self._workers.run(self._read_batch, numbered, BATCH_CHANNELS):
            if isinstance(end, Lost):
                reason = Reason.CHANNEL_DEADLINE if end.is_late else Reason.CHANNEL_CRASHED
                found[end.key.number] = Read(None, f"reading it failed: {end.says}", reason)
            else:
                found.update(end.result)
        return [found[number] for number in range(len(served))]

    async def each(
        self, ended: AsyncIterable[Ended], served: Callable[[Ended], Served | None]
    ) -> AsyncIterator[tuple[Ended, Read | None]]:
        """Read channels as they end, while the next are being fetched.

        Args:
            ended: whatever comes from fetching.
            served: what of it there is to read; None where there is nothing.

        Yields:
            Each of `ended` once, with how its reading went; those without anything to read at once.
        """
        waiting: list[tuple[Ended, Served]] = []
        async for one in ended:
            work = served(one)
            if work is None:
                yield one, None
                continue
            waiting.append((one, work))
            if len(waiting) >= BATCH_CHANNELS or sum(map(_weight, waiting)) >= BATCH_BYTES:
                for pair in await self._read_all(waiting):
                    yield pair
                waiting = []
        if waiting:
            for pair in await self._read_all(waiting):
                yield pair

    async def _read_all(self, waiting: list[tuple[Ended, Served]]) -> list[tuple[Ended, Read]]:
        reads = await asyncio.to_thread(self.read, [work for _, work in waiting])
        return [(one, read) for (one, _), read in zip(waiting, reads, strict=True)]


def warm_up() -> None:
    """Load the parsers before any deadline runs."""
    channel = Channel("warm-up", ChannelKind.FEED, "https://warm-up.invalid/")
    read(channel, b"<rss version='2.0'><channel/></rss>", content_type=None, timezone="UTC", now=datetime.now(UTC))


def _weight(pair: tuple[object, Served]) -> int:
    served = pair[1]
    return len(served.body) if served.body is not None else served.record[2] * 8 if served.record is not None else 0


def _read_batch(now: datetime, batch: tuple[_Numbered, ...]) -> dict[int, Read]:
    return {one.number: _read_one(one.served, now) for one in batch}


def _read_one(served: Served, now: datetime) -> Read:
    body = served.body
    if body is None and served.record is not None:
        file, offset, length = served.record
        stored = read_payload(file, offset, length, MAX_CHANNEL_BYTES)
        if stored.problem is not None:
            return Read(None, f"its stored capture cannot be read: {stored.detail}")
        body = stored.payload
    reading = read(served.channel, body or b"", content_type=served.content_type, timezone=served.timezone, now=now)
    return Read(reading)
