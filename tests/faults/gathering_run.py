"""One run of gathering in a process that may be killed: `python -m tests.faults.gathering_run LAKE PORT HOSTS`.

Prints `ready` when it begins, and `done` with the wall time when everything is committed.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from flows.discovery.source import Source
from flows.fetching.guard import Network
from flows.lake.batches import writing
from flows.settings import Settings
from flows.steps import gathering

ADDRESS = "127.0.0.1"
ROUND_PER_HOST = 4  # small, so that a run of half a minute has many commits to be killed between


def names(count: int) -> list[str]:
    """Hosts of the made-up press."""
    return [f"h{number:03}.press.example" for number in range(count)]


def source(host: str) -> Source:
    """A source with one list of URLs and no delay."""
    return Source.model_validate(
        {
            "id": host.partition(".")[0],
            "name": host,
            "kind": "publisher",
            "home": f"http://{host}/",
            "lang": "ko",
            "country": "KR",
            "timezone": "Asia/Seoul",
            "delay_seconds": 0,
            "url_lists": [f"http://{host}/urls.txt"],
        }
    )


def main(lake: Path, port: int, hosts: int) -> None:
    """Gather everything that is due, and say so."""
    gathering.ROUND_PER_HOST = ROUND_PER_HOST
    settings = Settings(lake=lake, contact="https://sillok.invalid/bot", warc_roll_bytes=2**20)
    network = Network(hosts=dict.fromkeys(names(hosts), (ADDRESS, port)))
    sources = [source(host) for host in names(hosts)]
    print("ready", flush=True)
    began = time.monotonic()
    with writing(lake, "a run that may be killed") as writer:
        run_id = f"local-{uuid4()}"
        run = gathering.Gathering(sources, network, writer, run_id, settings, is_sample=False, now=datetime.now(UTC))
        plan = run.plan()
        counts = list(plan.counts)
        for wanted in plan.rounds:
            counts += run.fetch(wanted)
        run.close(counts)
        writer.close_run(run_id, "ingest", datetime.now(UTC), gathering.total(counts))
    print(f"done {time.monotonic() - began:.3f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
