"""A served run that is cancelled or killed: it ends in time, is not left Running, and the next one goes on from there.

Minutes of real servers, so `make test-served-kills` runs it; the suite leaves it out.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import sillok
from tests.test_serving import call, deployments, served_at

pytestmark = pytest.mark.skipif(not os.environ.get("SERVED_KILLS"), reason="make test-served-kills")

CANCEL_SECONDS = 30
CLEAR_SECONDS = 120


def start(api: str) -> str:
    """A run of the sample press that is under way, holding the lake."""
    sample = deployments(api)["sample-press"]
    run = call(api, f"/deployments/{sample['id']}/create_flow_run", {"parameters": sample["parameters"]})
    run_id = str(run["id"])  # type: ignore[index]
    wait(api, run_id, {"RUNNING"}, 240)
    while not Path(f"/proc/{pid(api, run_id)}").is_dir():
        time.sleep(0.2)
    time.sleep(8)
    return run_id


def pid(api: str, run_id: str) -> int:
    found = call(api, f"/flow_runs/{run_id}")
    return int(str(found["infrastructure_pid"]).rpartition(":")[2])  # type: ignore[index]


def wait(api: str, run_id: str, states: set[str], seconds: float) -> float:
    """Seconds until the run is in one of the states."""
    began = time.monotonic()
    while True:
        state = call(api, f"/flow_runs/{run_id}")["state"]["type"]  # type: ignore[index]
        if state in states:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"still {state} after {seconds} s"
        time.sleep(0.5)


def named_in_environment(run_id: str) -> list[int]:
    """Processes of a run: its own, and its workers."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if run_id.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def send(processes: list[int], number: int) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # workers come and go
            os.kill(process, number)


def test_cancelling_ends_a_run_in_thirty_seconds_and_the_lake_can_be_written_again(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with served_at(lake) as api:
        run_id = start(api)
        call(api, f"/flow_runs/{run_id}/set_state", {"state": {"type": "CANCELLING"}})
        began = time.monotonic()
        wait(api, run_id, {"CANCELLED"}, CANCEL_SECONDS)
        while named_in_environment(run_id):
            assert time.monotonic() - began < CANCEL_SECONDS, "processes of the run live on"
            time.sleep(0.3)
        print(f"cancelled, processes gone: {time.monotonic() - began:.1f} s")
        assert sillok(lake, "run", "--sample").returncode == 0


def test_a_run_killed_with_its_server_is_cleared_when_sillok_serves_again(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with served_at(lake) as api:
        run_id = start(api)
        victims = named_in_environment(run_id)
    # The server is down; its run goes on, as promised. A power cut takes it now.
    send(victims, signal.SIGKILL)
    with served_at(lake) as api:
        print(f"cleared after {wait(api, run_id, {'CRASHED'}, CLEAR_SECONDS):.1f} s")


def test_a_run_of_which_no_beat_comes_any_more_is_cleared(tmp_path: Path) -> None:
    with served_at(tmp_path / "lake") as api:
        run_id = start(api)
        first_beat = time.monotonic() + 32
        while time.monotonic() < first_beat:  # until then its workers stand still, or it would be done before
            send([one for one in named_in_environment(run_id) if one != pid(api, run_id)], signal.SIGSTOP)
            time.sleep(0.2)
        send(named_in_environment(run_id), signal.SIGSTOP)  # as a host that lost its network: nobody sees it end
        try:
            print(f"cleared {wait(api, run_id, {'CRASHED'}, CLEAR_SECONDS):.1f} s after its last sign of life")
        finally:
            send(named_in_environment(run_id), signal.SIGKILL)
