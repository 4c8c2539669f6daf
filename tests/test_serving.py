"""`sillok serve` on one machine: the server starts, everything deploys, and a run by hand ends Completed."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest
import yaml

from tests.conftest import ROOT, environment

pytestmark = pytest.mark.slow

START_SECONDS = 240


def call(api: str, path: str, body: dict[str, object] | None = None) -> object:
    request = urllib.request.Request(
        f"{api}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            # A server whose database is busy says so, and Prefect's own client asks again as well.
            if error.code != 503 or time.monotonic() > deadline:
                raise
        time.sleep(1)


@contextmanager
def served_at(lake: Path) -> Iterator[str]:
    """The API of a served Sillok on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = lake.with_suffix(f".{port}.log")
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("sillok")), "serve", "--port", str(port)],
            env=environment(lake, PREFECT_WORKER_QUERY_SECONDS="1"),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while "Sillok is served" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.3)
    try:
        yield f"http://127.0.0.1:{port}/api"
    finally:  # a test that fails leaves no server behind
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for the tests of this file."""
    with served_at(tmp_path_factory.mktemp("served") / "lake") as api:
        yield api


def deployments(api: str) -> dict[str, dict[str, object]]:
    found = call(api, "/deployments/filter", {})
    assert isinstance(found, list)
    return {one["name"]: one for one in found}


def watch(served: str, notice_url: str) -> None:
    """Set the automations up, as `sillok serve` does at its start."""
    subprocess.run(
        [sys.executable, "-m", "flows.watching"],
        env=environment(Path("unused"), PREFECT_API_URL=served, SILLOK_NOTICE_URL=notice_url),
        cwd=ROOT,
        check=True,
    )


def test_every_deployment_of_the_file_is_there_with_its_schedule_and_limit(served: str) -> None:
    found = deployments(served)
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert set(found) == {one["name"] for one in written}
    assert {"scheduled", "sample-press", "by-hand"} <= set(found)
    (schedule,) = found["scheduled"]["schedules"]  # type: ignore[misc]
    assert schedule["active"] is True
    assert schedule["schedule"] == {"cron": "15 4 * * *", "timezone": "Asia/Seoul", "day_or": True}
    for name, one in found.items():
        if name != "weekly-report":  # it writes nothing into the lake
            assert one["global_concurrency_limit"]["limit"] == 1, name  # type: ignore[index]


def test_a_server_clears_runs_that_died_and_starting_it_again_adds_no_second_automation(served: str) -> None:
    watch(served, "http://notices.example/x")
    found = call(served, "/automations/filter", {})
    kinds = {one["name"]: [action["type"] for action in one["actions"]] for one in found}  # type: ignore[union-attr]
    assert len(found) == len(kinds)  # type: ignore[arg-type]
    assert sorted(kinds.values()) == [["change-flow-run-state"], ["change-flow-run-state"], ["send-notification"]]


def test_whoever_is_to_be_told_of_failed_runs_gets_a_notice_that_says_which_and_why(served: str) -> None:
    told: Queue[dict[str, str]] = Queue()

    class Told(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        watch(served, f"http://127.0.0.1:{server.server_port}/notices")
        verify = deployments(served)["verify"]
        later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        body = {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": later}}}  # no worker takes it
        run = call(served, f"/deployments/{verify['id']}/create_flow_run", body)
        ended = {"type": "FAILED", "message": "3 things are damaged"}
        deadline = time.monotonic() + START_SECONDS
        while told.empty():  # the server looks for new automations now and then
            assert time.monotonic() < deadline
            call(served, f"/flow_runs/{run['id']}/set_state", {"state": ended, "force": True})  # type: ignore[index]
            with suppress(Empty):
                told.put(told.get(timeout=15))
        notice = told.get()
        server.shutdown()
    assert notice == {
        "subject": "Sillok: verify Failed",
        "text": f"verify run {run['name']}: 3 things are damaged",  # type: ignore[index]
    }
    watch(served, "")
    assert "send-notification" not in str(call(served, "/automations/filter", {}))


def test_the_run_form_explains_every_field(served: str) -> None:
    for one in deployments(served).values():
        fields = one["parameter_openapi_schema"]["properties"]  # type: ignore[index]
        assert fields
        assert [name for name, field in fields.items() if not field.get("description")] == []


def test_nonsense_in_the_form_is_refused_before_anything_starts(served: str) -> None:
    sample = deployments(served)["sample-press"]
    body: dict[str, object] = {"parameters": {"sources": [], "sample_press": True, "edition": "midnight"}}
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(served, f"/deployments/{sample['id']}/create_flow_run", body)
    assert refused.value.code in {409, 422}


def test_a_run_by_hand_ends_completed_and_shows_its_outcomes(served: str) -> None:
    sample = deployments(served)["sample-press"]
    run = call(served, f"/deployments/{sample['id']}/create_flow_run", {"parameters": sample["parameters"]})
    deadline = time.monotonic() + START_SECONDS
    state = ""
    while state not in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} and time.monotonic() < deadline:
        time.sleep(1)
        found = call(served, f"/flow_runs/{run['id']}")  # type: ignore[index]
        state = found["state"]["type"]  # type: ignore[index]
    assert state == "COMPLETED", found
    artifacts = call(served, "/artifacts/filter", {})
    kinds = {(one["type"], one["key"]) for one in artifacts}  # type: ignore[union-attr]
    assert {("table", "ingest-outcomes"), ("table", "extract-outcomes"), ("progress", "extract-progress")} <= kinds
