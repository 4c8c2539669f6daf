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
from contextlib import contextmanager
from pathlib import Path

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
    yield f"http://127.0.0.1:{port}/api"
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for the tests of this file."""
    with served_at(tmp_path_factory.mktemp("served") / "lake") as api:
        yield api


def deployments(api: str) -> dict[str, dict[str, object]]:
    found = call(api, "/deployments/filter", {})
    assert isinstance(found, list)
    return {one["name"]: one for one in found}


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
    subprocess.run(
        [sys.executable, "-m", "flows.watching"],
        env=environment(Path("unused"), PREFECT_API_URL=served, SILLOK_NOTICE_URL="http://notices.example/x"),
        cwd=ROOT,
        check=True,
    )
    found = call(served, "/automations/filter", {})
    kinds = {one["name"]: [action["type"] for action in one["actions"]] for one in found}  # type: ignore[union-attr]
    assert len(found) == len(kinds)  # type: ignore[arg-type]
    assert sorted(kinds.values()) == [["change-flow-run-state"], ["change-flow-run-state"], ["send-notification"]]


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
