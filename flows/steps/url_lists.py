"""Lists of URLs that somebody handed in, read as any channel is: in worker processes, each line in its normal form."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flows.discovery.listing import Channel, ChannelKind, Listing
from flows.steps.channels import ChannelReader, Served
from flows.steps.saving import LIST_ID


def listed(lists: Sequence[Path], now: datetime) -> tuple[list[Listing], list[str]]:
    """What the lists name, and a sentence for each that is not wholly a list of addresses."""
    channels = [Channel(LIST_ID, ChannelKind.URL_LIST, path.name) for path in lists]
    with ChannelReader(now) as reader:
        served = zip(channels, lists, strict=True)
        reads = reader.read([Served(channel, "UTC", path.read_bytes(), "text/plain") for channel, path in served])
    listings = [listing for read in reads if read.reading for listing in read.reading.listings]
    faults = [read.reading.reason if read.reading else read.fault for read in reads]
    return listings, [f"{path.name}: {fault}" for path, fault in zip(lists, faults, strict=True) if fault]
