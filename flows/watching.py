"""What watches over the runs of a server: runs whose process is gone are cleared, failed ones are told of.

`python -m flows.watching` sets it up on the server of PREFECT_API_URL, and clears what a power cut left; again is safe.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.states import Crashed

from flows.settings import settings

SILENCE = timedelta(seconds=90)
"""A run tells every 30 s that it lives (prefect.yaml): three beats missed is a process that is gone."""
START = timedelta(minutes=15)
"""A worker takes seconds from taking a run to starting it."""

GONE = "sillok: clear runs whose process is gone"
STRANDED = "sillok: clear runs that were taken and never began"
FAILED = "sillok: tell of runs that failed"
BLOCK = "sillok-notice"

_RUNS = ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]})
_RUN = b"PREFECT__FLOW_RUN_ID="
_EACH = {"prefect.resource.id"}


def automations(notice: UUID | None) -> list[Automation]:
    """The automations that a server should have; `notice` is the block that sends notices, if there is one."""
    wanted = [
        _crashed_after_silence(
            GONE,
            "No heartbeat for 90 s: the process was killed. The next run goes on from what was committed.",
            "prefect.flow-run.heartbeat",
            SILENCE,
            "no heartbeat for 90 s: its process is gone",
        ),
        _crashed_after_silence(
            STRANDED,
            "A worker took the run and died before it began; it would keep its place for ever.",
            "prefect.flow-run.Pending",
            START,
            "taken by a worker, and never began",
        ),
    ]
    if notice is not None:
        wanted.append(
            Automation(
                name=FAILED,
                description="Sends a notice to SILLOK_NOTICE_URL for each run that failed or crashed.",
                trigger=EventTrigger(
                    expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
                    match=_RUNS,
                    for_each=_EACH,
                    posture=Posture.Reactive,
                    threshold=1,
                    within=timedelta(0),
                ),
                actions=[
                    SendNotification(
                        block_document_id=notice,
                        subject="Sillok: {{ flow.name }} {{ flow_run.state.name }}",
                        body="{{ flow.name }} run {{ flow_run.name }}: {{ flow_run.state.message }}",
                    )
                ],
            )
        )
    return wanted


def _crashed_after_silence(name: str, description: str, after: str, within: timedelta, message: str) -> Automation:
    """A run of which nothing is heard for so long after an event becomes Crashed."""
    return Automation(
        name=name,
        description=description,
        trigger=EventTrigger(
            after={after},
            expect={"prefect.flow-run.*"},
            match=_RUNS,
            for_each=_EACH,
            posture=Posture.Proactive,
            threshold=1,
            within=within,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=message)],
    )


def watch(notice_url: str) -> None:
    """Give the server its automations, each once and as they are now; an empty address ends the notices."""
    notice: UUID | None = None
    if notice_url:
        block = CustomWebhookNotificationBlock(
            name=BLOCK, url=notice_url, json_data={"subject": "{{subject}}", "text": "{{body}}"}
        )
        notice = block.save(BLOCK, overwrite=True)  # type: ignore[assignment]
    for name in (GONE, STRANDED, FAILED):
        _remove(name)
    for one in automations(notice):
        one.create()


def _remove(name: str) -> None:
    """Outside an event loop `read` is no coroutine, whatever its overload says."""
    try:
        Automation.read(name=name).delete()  # type: ignore[attr-defined]
    except ValueError:
        return  # there is none


def clear() -> list[str]:
    """Set runs to Crashed of which no process of this machine is left; returns their names.

    For a server that only this machine can reach, before its worker starts: every process of a run is one of ours.
    """
    cleared: list[str] = []
    kinds = [StateType.RUNNING, StateType.CANCELLING, StateType.PENDING]
    chosen = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=kinds)))
    living = living_runs()
    with get_client(sync_client=True) as client:
        for run in client.read_flow_runs(flow_run_filter=chosen):
            outermost = _outermost(client, run)
            if outermost.deployment_id is not None and str(outermost.id) not in living:
                client.set_flow_run_state(run.id, Crashed(message="its process is gone"), force=True)
                cleared.append(run.name)
    return cleared


def _outermost(client: SyncPrefectClient, run: FlowRun) -> FlowRun:
    """The run that a worker started, of a flow within a flow; without a deployment a person did, from a shell."""
    while run.parent_task_run_id is not None:
        parent = client.read_task_run(run.parent_task_run_id).flow_run_id
        if parent is None:
            break
        run = client.read_flow_run(parent)
    return run


def living_runs(processes: Path = Path("/proc")) -> set[str]:
    """The ids of the runs that processes of this machine are for, as their environment says.

    Other people's processes cannot be looked into; a run belongs to whoever serves it.
    """
    found: set[str] = set()
    for path in processes.glob("[0-9]*/environ"):
        try:
            variables = path.read_bytes().split(b"\0")
        except OSError:
            continue
        found |= {one.removeprefix(_RUN).decode("ascii", "replace") for one in variables if one.startswith(_RUN)}
    return found


def is_own(api: str, processes: Path = Path("/proc")) -> bool:
    """Whether only processes of this machine can reach a server, and they can be looked at."""
    return (urlsplit(api).hostname or "") in {"127.0.0.1", "::1", "localhost"} and processes.is_dir()


if __name__ == "__main__":
    address = os.environ.get("PREFECT_API_URL", "")
    if not address:
        sys.exit("PREFECT_API_URL must tell which server to watch over")
    watch(settings().notice_url)
    for cleared_name in clear() if is_own(address) else []:
        sys.stdout.write(f"Run {cleared_name} was left by a process that is gone: set to Crashed\n")
