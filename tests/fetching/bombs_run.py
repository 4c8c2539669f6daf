"""Fetch hostile bodies in a process of its own and print how far its memory grew.

`python -m tests.fetching.bombs_run PORT FOLDER HOST/PATH...`: one JSON object a line, for each address its end, then
the growth of the peak in bytes since an ordinary page was fetched.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from flows.fetching.capture import Wanted
from flows.fetching.client import Limits
from flows.fetching.gather import fetch_all
from flows.fetching.guard import Network
from flows.fetching.warc import WarcWriter

AGENT = "Sillok/0.1 (+https://sillok.invalid/bot)"
SECONDS = 4.0  # the deadline; caps are those of every run


async def fetched(port: int, folder: Path, addresses: list[str]) -> None:
    """Fetch them beside each other, as a run does."""
    hosts = {address.partition("/")[0]: ("127.0.0.1", port) for address in addresses}
    limits = Limits(total_seconds=SECONDS, back_off_seconds=0.01, attempts=1)
    wanted = [Wanted(f"http://{address}", "s", "channel", 0.0) for address in addresses]
    with WarcWriter(folder, "bombs") as archive:
        ends = fetch_all(wanted, network=Network(hosts), archive=archive, user_agent=AGENT, limits=limits)
        async for one in ends:
            if one.kind == "channel":
                print(json.dumps({"url": one.url, "state": one.state, "reason": one.reason}), flush=True)


def peak_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(port: int, folder: Path, addresses: list[str]) -> None:
    """Warm up on an ordinary page, then take the bombs."""
    asyncio.run(fetched(port, folder, ["warm.example/f/plain/1", "warm.example/f/br/1", "warm.example/f/zstd/1"]))
    before = peak_bytes()
    asyncio.run(fetched(port, folder, addresses))
    print(json.dumps({"growth_bytes": peak_bytes() - before}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
