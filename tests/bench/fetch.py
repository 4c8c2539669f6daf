"""Time the gathering of 5,000 pages of 100 KB from 200 hosts without a delay, and Scrapy's beside it in the same run.

Ours is the whole of it: robots.txt, guard, WARC files, listings, ledger and captures committed to a lake. Scrapy obeys
robots.txt and keeps one request in flight a host and 16 in all, as we do, and throws the pages away. Both get the same
bytes from the same server, which has made each of them once before the clock runs. The two take turns, three times, and
the ratio is the median of the three pairs: a machine that is slow for a while is slow for both. Scrapy is installed
into an environment of its own that is thrown away, never into ours. The last line is one JSON object.
"""

import json
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from tests.bench.peers import python_with
from tests.conftest import ROOT
from tests.faults.page_server import serving

HOSTS, PAGES, SIZE = 200, 25, 100_000
PAIRS = 3
Figures = dict[str, float]

OURS = """
import json, resource, sys, time
import pyarrow  # DuckDB imports it when it is first handed rows; Scrapy, too, has imported all of itself by then
from datetime import UTC, datetime
from pathlib import Path
from flows.discovery.listing import ChannelKind, Listing
from flows.fetching.guard import Network
from flows.lake.batches import writing
from flows.settings import Settings
from flows.steps.gathering import Gathering, total
from tests.faults.gathering_run import names, source

lake, port, hosts, pages = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
network = Network(hosts=dict.fromkeys(names(hosts), ("127.0.0.1", port)))
sources = [source(host).model_copy(update={"url_lists": ()}) for host in names(hosts)]
urls = [(host, f"http://{host}/p/{number}") for number in range(pages) for host in names(hosts)]
given = [Listing(host.partition(".")[0], ChannelKind.URL_LIST, "", url, url) for host, url in urls]
settings = Settings(lake=lake, contact="https://sillok.invalid/bot")
began = time.monotonic()
with writing(lake, "bench") as writer:
    run = Gathering(sources, network, writer, "bench", settings, is_sample=False, now=datetime.now(UTC))
    plan = run.plan(given)
    counts = [*plan.counts, *(count for wanted in plan.rounds for count in run.fetch(wanted))]
    run.close(counts)
    writer.close_run("bench", "ingest", datetime.now(UTC), total(counts))
seconds = time.monotonic() - began
stored = sum(count.count for count in counts if str(count.outcome) == "stored")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
cpu = time.process_time()
print(json.dumps({"pages": stored, "seconds": seconds, "peak_bytes": peak, "cpu_seconds": cpu}))
"""

SCRAPY = """
import json, resource, socket, sys, time
import scrapy
from scrapy.crawler import CrawlerProcess

port, hosts, pages = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
socket.gethostbyname = lambda name: "127.0.0.1"

class Pages(scrapy.Spider):
    name = "pages"
    start_urls = [f"http://h{host:03}.press.example:{port}/p/{n}" for n in range(pages) for host in range(hosts)]
    count = 0

    def parse(self, response):
        assert response.status == 200 and len(response.body) > 90_000
        Pages.count += 1

process = CrawlerProcess({
    "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR",
    "USER_AGENT": "Bench/0.1 (+https://sillok.invalid/bot)",
})
process.crawl(Pages)
began = time.monotonic()
process.start()
seconds = time.monotonic() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
cpu = time.process_time()
print(json.dumps({"pages": Pages.count, "seconds": seconds, "peak_bytes": peak, "cpu_seconds": cpu}))
"""


def measured(*words: object) -> Figures:
    """Run one side in a process of its own; its figures, with pages per second."""
    done = subprocess.run(list(map(str, words)), cwd=ROOT, capture_output=True, text=True, check=False, timeout=1800)
    if done.returncode != 0 or not done.stdout.strip():
        sys.exit(f"it did not run: {done.stderr[-3000:]}")
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return {name: round(value, 2) for name, value in {**found, "rate": found["pages"] / found["seconds"]}.items()}


def pairs_of(form: str, python: Path | None, folder: Path) -> list[tuple[Figures, Figures | None]]:
    """Both sides turn about over one server: pages as they are ("plain") or packed ("gzip")."""
    taken: list[tuple[Figures, Figures | None]] = []
    with serving(PAGES, SIZE, is_packed=form == "gzip") as port:
        warm_up(port)
        for number in range(PAIRS):
            ours = measured(sys.executable, "-c", OURS, folder / f"{form}{number}", port, HOSTS, PAGES)
            theirs = measured(python, "-c", SCRAPY, port, HOSTS, PAGES) if python is not None else None
            print(f"{form} {number + 1} of {PAIRS}: sillok {ours}, scrapy {theirs}", flush=True)
            taken.append((ours, theirs))
    return taken


def main() -> None:
    """Run both, over pages as they are and over the same in gzip, and print the figures."""
    figures: dict[str, float] = {"pages": HOSTS * PAGES, "hosts": HOSTS, "page_bytes": SIZE, "asked_ratio": 1.3}
    with tempfile.TemporaryDirectory(prefix="sillok-bench-") as name:
        folder = Path(name)
        python = python_with(folder / "scrapy", "scrapy")
        for form in ("plain", "gzip"):
            taken = pairs_of(form, python, folder)
            both = [(ours, theirs) for ours, theirs in taken if theirs is not None]
            for side, runs in (("sillok", [ours for ours, _ in taken]), ("scrapy", [theirs for _, theirs in both])):
                for figure in runs[0] if runs else ():
                    figures[f"{form}.{side}.{figure}"] = round(median(run[figure] for run in runs), 2)
            if both:
                figures[f"{form}.ratio"] = round(median(ours["rate"] / theirs["rate"] for ours, theirs in both), 2)
    print(json.dumps(figures))


def warm_up(port: int) -> None:
    """Have the server make each page once, and keep the packed ones."""
    connection = HTTPConnection("127.0.0.1", port)
    for host in range(HOSTS):
        for number in range(PAGES):
            headers = {"Host": f"h{host:03}.press.example", "Accept-Encoding": "gzip"}
            connection.request("GET", f"/p/{number}", headers=headers)
            connection.getresponse().read()
    connection.close()


if __name__ == "__main__":
    main()
