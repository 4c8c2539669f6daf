"""10,000 listed URLs, 20 % of them faulty in some 40 ways: each must end once, with its planned reason.

The servers are those of tests.fetching.fault_server, on 50 hosts. Deadlines are shortened, so that a silent server
costs a second and not thirty. The last line is one JSON object; the exit code is 1 where anything is not as planned.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path

from flows.fetching.capture import Fetched, Wanted
from flows.fetching.client import PASSING, Limits
from flows.fetching.gather import fetch_all
from flows.fetching.guard import Network
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import RobotsBook
from flows.fetching.warc import WarcWriter
from tests.fetching.fault_server import FaultServer
from tests.fetching.test_gather import PLAN

AGENT = "Sillok/0.1 (+https://sillok.invalid/bot)"
URLS, HOSTS, FAULTY = 10_000, 50, 0.2
LIMITS = Limits(total_seconds=1.2, back_off_seconds=0.01, wire_bytes=2 << 20, decoded_bytes=4 << 20)
ASKED_SECONDS = 300


def planned() -> list[tuple[str, State, Reason]]:
    """Each URL with its planned end. Faults that pause a whole host are left out: its other URLs would share them."""
    faults = [
        name
        for name, (state, reason, _) in PLAN.items()
        if state is not State.STORED and reason not in PASSING and name not in {"busy", "same"}
    ]
    count = int(URLS * FAULTY)
    hosts = [f"h{number}.press.example" for number in range(HOSTS)]
    bad = [(name, *PLAN[name][:2]) for name in islice(cycle(faults), count)]
    good = [("good", State.STORED, Reason.NONE)] * (URLS - count)
    named = enumerate([*bad, *good])
    return [(f"http://{hosts[n % HOSTS]}/f/{fault}/{n}", state, reason) for n, (fault, state, reason) in named]


async def fetched(urls: list[str], folder: Path) -> list[Fetched]:
    """Fetch all of them from a server of our own."""
    archive = WarcWriter(folder, "accounting")
    async with FaultServer() as server:
        network = Network(hosts=server.hosts(*(f"h{number}.press.example" for number in range(HOSTS))))
        wanted = [Wanted(url, "press", "article", 0.0) for url in urls]
        ended = fetch_all(
            wanted, network=network, archive=archive, user_agent=AGENT, limits=LIMITS, robots=RobotsBook()
        )
        found = [one async for one in ended if one.kind == "article"]
    archive.close()
    return found


def main() -> None:
    """Fetch, hold every end against the plan, and print the figures."""
    plan = planned()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sillok-accounting-") as name:
        ends = asyncio.run(fetched([url for url, *_ in plan], Path(name)))
    seconds = time.monotonic() - began
    times = Counter(one.url for one in ends)
    by_url = {one.url: (one.state, one.reason) for one in ends}
    wrong = [
        (url, by_url.get(url), (state, reason)) for url, state, reason in plan if by_url.get(url) != (state, reason)
    ]
    for case in wrong[:20]:
        print("not as planned:", *case)
    figures = {
        "urls": len(plan),
        "faults": len({url.split("/")[4] for url, state, _ in plan if state is not State.STORED}),
        "rows": len(ends),
        "missing": len(plan) - len(by_url),
        "twice": sum(count - 1 for count in times.values()),
        "not_as_planned": len(wrong),
        "seconds": round(seconds, 1),
        "asked_seconds": ASKED_SECONDS,
        "peak_bytes_with_server": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    print(json.dumps(figures))
    sys.exit(bool(wrong or figures["missing"] or figures["twice"]))


if __name__ == "__main__":
    main()
