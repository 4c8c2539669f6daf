"""A feed that hangs or crashes its parser must cost its publisher one row, and the others nothing."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from flows.discovery.listing import Channel, ChannelKind
from flows.fetching.guard import Network
from flows.fetching.outcomes import Reason
from flows.steps import channels
from flows.steps.channels import ChannelReader, Read, Served
from flows.steps.gathering import Gathering
from tests.discovery.channels import item, rss
from tests.fetching.fault_server import FaultServer, serving
from tests.steps.gathered import NOW, gather, rows, source


def hostile(now: datetime, batch: tuple[channels._Numbered, ...]) -> dict[int, Read]:
    """Reads as the real one, but for bodies that stand for what breaks a native parser."""
    for one in batch:
        if one.served.body is not None and b"HANGS" in one.served.body:
            time.sleep(600)
        if one.served.body is not None and b"CRASHES" in one.served.body:
            os._exit(11)
    return channels._read_batch(now, batch)


def where(now: datetime, batch: tuple[channels._Numbered, ...]) -> dict[int, Read]:
    return {one.number: Read(None, str(os.getpid())) for one in batch}


def reader(read_batch: channels.ReadBatch | None = None) -> ChannelReader:
    return ChannelReader(NOW, channel_seconds=3 if read_batch is hostile else 60, read_batch=read_batch)


def served(body: str) -> Served:
    return Served(Channel("maeari", ChannelKind.FEED, "http://maeari.example/rss"), "Asia/Seoul", body.encode())


def test_a_channel_that_hangs_or_crashes_is_named_and_all_others_are_read() -> None:
    bodies = [rss(item(number)) for number in range(6)]
    bodies[2], bodies[4] = rss("<x>HANGS</x>"), rss("<x>CRASHES</x>")
    with reader(hostile) as opened:
        reads = opened.read([served(body) for body in bodies])
    assert [read.reason for read in reads] == [
        None, None, Reason.CHANNEL_DEADLINE, None, Reason.CHANNEL_CRASHED, None,
    ]  # fmt: skip
    assert "not done after 3 s" in str(reads[2].fault) and "exit code 11" in str(reads[4].fault)
    assert [len(read.reading.listings) for read in reads if read.reading] == [1, 1, 1, 1]


def test_small_feeds_share_their_processes_and_nothing_to_read_starts_none() -> None:
    with reader(where) as opened:
        assert opened.read([]) == []
        assert not multiprocessing.active_children()
        pids = {read.fault for read in opened.read([served(rss(item(number))) for number in range(64)])}
    assert 1 <= len(pids) <= channels.PROCESSES and str(os.getpid()) not in pids


def test_every_end_comes_back_once_whether_there_is_something_to_read_or_not() -> None:
    async def ended() -> AsyncIterator[int]:
        for number in range(50):
            yield number

    async def main() -> list[tuple[int, Read | None]]:
        with reader() as opened:
            work = {number: served(rss(item(number))) for number in range(0, 50, 2)}
            return [pair async for pair in opened.each(ended(), work.get)]

    found = dict(asyncio.run(main()))
    assert sorted(found) == list(range(50))
    for number, read in found.items():
        assert (read is None) == bool(number % 2)
        if read is not None:
            assert read.reading is not None
            assert read.reading.listings[0].url.endswith(f"/news/{number}")


def test_a_stored_capture_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    channel = Channel("maeari", ChannelKind.FEED, "http://maeari.example/rss")
    with reader() as opened:
        (read,) = opened.read([Served(channel, "UTC", record=(tmp_path / "gone.warc.gz", 0, 10))])
    assert read.reading is None and "stored capture cannot be read" in str(read.fault)


def test_a_run_goes_on_past_a_hostile_channel_and_says_which_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {
        ("bad.example", "/rss"): rss("<x>HANGS</x>").encode(),
        ("worse.example", "/rss"): rss("<x>CRASHES</x>").encode(),
        ("good.example", "/rss"): rss("<item><link>/f/plain/1</link></item>").encode(),
    }
    sources = [
        source(name, f"{name}.example", feeds=[f"http://{name}.example/rss"]) for name in ("bad", "good", "worse")
    ]
    monkeypatch.setattr(Gathering, "_reader", lambda _: reader(hostile))
    with serving(FaultServer(pages=pages)) as server:
        run = gather(tmp_path, sources, Network(server.hosts("bad.example", "good.example", "worse.example")))
    listed = "SELECT source_id, state, reason FROM lake.raw.fetches WHERE kind NOT IN ('robots', 'tdmrep') ORDER BY url"
    assert rows(tmp_path, listed) == [
        ("bad", "quarantined", "channel_deadline"),
        ("good", "stored", "none"),  # its page, which the others did not cost
        ("good", "stored", "none"),
        ("worse", "quarantined", "channel_crashed"),
    ]
    assert any("bad.example/rss: channel_deadline" in warning for warning in run.warnings)
    assert any("worse.example/rss: channel_crashed" in warning for warning in run.warnings)
