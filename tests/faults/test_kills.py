"""Killed at any moment and run again: no fetched page is lost, none is there twice, and every WARC file is whole.

Five kills by default; `KILLS=50 python -m pytest tests/faults` for the long form.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.fetching.warc import read_payload
from flows.lake import catalog
from tests.conftest import ROOT
from tests.faults.gathering_run import names
from tests.faults.page_server import page, serving

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "5"))
SEED = 20261123
HOSTS, PAGES, SIZE = 10, 30, 20_000
CAPTURES = """
    SELECT kind, record_type, url, url_key, payload_sha256, warc_file, warc_offset, warc_bytes FROM lake.raw.captures
"""
UNASKED = """
    SELECT count(*) FROM lake.raw.listings ANTI JOIN (FROM lake.raw.fetches WHERE kind = 'article') USING (url_key)
"""


def started(lake: Path, port: int) -> subprocess.Popen[str]:
    """A run that has begun to work."""
    words = [sys.executable, "-m", "tests.faults.gathering_run", str(lake), str(port), str(HOSTS)]
    run = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n", run.communicate()[1]
    return run


def finished(lake: Path, port: int) -> float:
    """Run to the end; seconds that the work took."""
    said, wrong = (run := started(lake, port)).communicate(timeout=120)
    assert run.returncode == 0, wrong[-3000:]
    return float(said.split()[-1])


def check(lake: Path) -> set[tuple[str, str]]:
    """Hold the lake against its WARC files; gives (url, digest of the payload) of the articles."""
    connection = catalog.read(lake)
    rows = connection.execute(CAPTURES).fetchall()
    unasked = connection.execute(UNASKED).fetchone()
    connection.close()
    assert unasked == (0,)
    responses = Counter(key for kind, record, _, key, *_ in rows if kind != "robots" and record == "response")
    assert [key for key, count in responses.items() if count > 1] == []
    for _, record, _, _, digest, file, offset, size in rows:
        if record == "response":
            stored = read_payload(lake / "warc" / file, offset, size)
            assert hashlib.sha256(stored.payload).hexdigest() == digest
    held = Counter(url for _, record, url, *_ in rows if record == "response")
    assert responses_in(lake) == held  # nothing in the files that the lake does not know, and the other way round
    return {(url, digest) for kind, record, url, _, digest, *_ in rows if (kind, record) == ("article", "response")}


def responses_in(lake: Path) -> Counter[str]:
    """Response records of all WARC files, each read to its end with its digests checked, by the address asked for."""
    found: Counter[str] = Counter()
    for path in sorted((lake / "warc").rglob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
                if record.rec_type == "response":
                    found[record.rec_headers.get_header("WARC-Target-URI")] += 1
    return found


def test_a_gathering_killed_at_any_moment_ends_as_one_that_was_left_alone(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    killed = lakes = 0
    with serving(PAGES, SIZE, pause=0.005) as port:
        seconds = finished(tmp_path / "undisturbed", port)
        whole = check(tmp_path / "undisturbed")
        planned = {
            (f"http://{host}/p/{n}", hashlib.sha256(page(host, f"/p/{n}", SIZE)).hexdigest())
            for host in names(HOSTS)
            for n in range(PAGES)
        }
        assert whole == planned
        while killed < KILLS:
            lake, lakes = tmp_path / f"lake-{lakes}", lakes + 1
            while killed < KILLS:
                run = started(lake, port)
                time.sleep(rng.uniform(0, seconds))
                run.kill()
                _, wrong = run.communicate()
                if run.returncode == 0:
                    break  # it was done before it could be killed: a new lake
                assert run.returncode == -9, wrong[-3000:]
                killed += 1
            finished(lake, port)
            assert check(lake) == planned
