"""Prefect's server dies in the middle of a run and stays away for longer than five minutes: the run waits and ends.

Minutes of waiting, so `make test-served-kills` runs it; the suite leaves it out.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import environment, free_port, prefect_server, sillok
from tests.test_serving import call

pytestmark = pytest.mark.skipif(not os.environ.get("SERVED_KILLS"), reason="make test-served-kills")

AWAY_SECONDS = 310
KNOWN = """
    SELECT url, title, published_at, body_chars,
        (SELECT count(*) FROM quotes WHERE quotes.article_id = told.article_id) AS quotes
    FROM articles AS told ORDER BY ALL
"""
Ask = Callable[[Path, str], list[dict[str, object]]]


def states(api: str) -> dict[str, str]:
    """How the server says that its flow runs stand."""
    runs = json.loads(json.dumps(call(api, "/flow_runs/filter", {"limit": 100})))
    return {f"{run['name']} {run['id'][:8]}": run["state"]["type"] for run in runs}


def test_a_run_waits_for_a_server_that_is_away_for_five_minutes_and_ends_as_any_other(tmp_path: Path, ask: Ask) -> None:
    home, lake, alone = tmp_path / "prefect", tmp_path / "lake", tmp_path / "alone"
    home.mkdir()
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    first = prefect_server(home, port)
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
        again = prefect_server(home, port)
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
