"""Prefect's server dies in the middle of a run and stays away for longer than five minutes: the run waits and ends.

Minutes of waiting, so `make test-served-kills` runs it; the suite leaves it out.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import environment, sillok
from tests.test_serving import call

pytestmark = pytest.mark.skipif(not os.environ.get("SERVED_KILLS"), reason="make test-served-kills")

AWAY_SECONDS = 310
KNOWN = """
    SELECT url, title, published_at, body_chars,
        (SELECT count(*) FROM quotes WHERE quotes.article_id = told.article_id) AS quotes
    FROM articles AS told ORDER BY ALL
"""
Ask = Callable[[Path, str], list[dict[str, object]]]


def server(home: Path, port: int) -> subprocess.Popen[bytes]:
    """A server on a database of its own, once it answers."""
    words = [str(Path(sys.executable).with_name("prefect")), "server", "start", "--port", str(port), "--no-ui"]
    home.mkdir(exist_ok=True)
    with (home / "server.log").open("ab") as log:
        settings = environment(home, PREFECT_HOME=str(home), PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")
        started = subprocess.Popen(words, env=settings, stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 180
    while True:
        assert started.poll() is None and time.monotonic() < deadline, (home / "server.log").read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=10):
                return started
        except OSError:
            time.sleep(0.5)


def states(api: str) -> dict[str, str]:
    """How the server says that its flow runs stand."""
    runs = json.loads(json.dumps(call(api, "/flow_runs/filter", {"limit": 100})))
    return {f"{run['name']} {run['id'][:8]}": run["state"]["type"] for run in runs}


def test_a_run_waits_for_a_server_that_is_away_for_five_minutes_and_ends_as_any_other(tmp_path: Path, ask: Ask) -> None:
    home, lake, alone = tmp_path / "prefect", tmp_path / "lake", tmp_path / "alone"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    first = server(home, port)
    words = [str(Path(sys.executable).with_name("sillok")), "run", "--sample"]
    log = tmp_path / "run.log"
    with log.open("wb") as out:
        run = subprocess.Popen(
            words, env=environment(lake, PREFECT_API_URL=api), stdout=out, stderr=subprocess.STDOUT, cwd=tmp_path
        )
    try:
        while not any((lake / "files").rglob("raw/fetches/*.parquet")):
            assert run.poll() is None, log.read_text()
            time.sleep(0.1)
        first.kill()
        first.wait()
        gone = time.monotonic()
        time.sleep(AWAY_SECONDS)
        assert run.poll() is None, f"the run did not wait: {log.read_text()}"
        again = server(home, port)
        print(f"the server was away for {time.monotonic() - gone:.0f} s")
        try:
            assert run.wait(900) == 0, log.read_text()
            print(f"the run ended {time.monotonic() - gone:.0f} s after it lost the server; {states(api)}")
            assert set(states(api).values()) == {"COMPLETED"}
        finally:
            again.terminate()
            again.wait(60)
    finally:
        run.kill()
        first.kill()
    assert sillok(alone, "run", "--sample").returncode == 0
    assert ask(lake, KNOWN) == ask(alone, KNOWN)
