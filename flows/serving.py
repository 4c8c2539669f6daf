"""Everything on one machine: Prefect server, one worker, the deployments of prefect.yaml, until it is told to stop."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from flows.lake.catalog import LakeError
from flows.settings import ROOT, settings

START_SECONDS = 120.0  # a first start makes the server's database: 9 s on an idle machine, far more on a busy one
POOL = "local"


class ServeError(LakeError):
    """The server could not be started; the message says what to do."""


def serve(host: str, port: int, say: Callable[[str], None]) -> None:
    """Start everything and stay until SIGINT or SIGTERM; `say` gets a line for the person who started it.

    Raises ServeError where the port is taken or a part does not start; what was started is stopped again.
    """
    api = f"http://{host}:{port}/api"
    patience = os.environ.get("PREFECT_WORKER_QUERY_SECONDS", "3")  # a person who pressed Run is waiting
    environment = {
        **os.environ,
        "PREFECT_WORKER_QUERY_SECONDS": patience,
        "PREFECT_API_URL": api,
        "PREFECT_UI_API_URL": api,
        "SILLOK_LAKE": str(settings().lake),
    }
    if _is_healthy(api):
        raise ServeError(f"Something already answers at {api}: stop it, or choose another --port")
    children: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        children.append(_start(environment, "server", "start", "--host", host, "--port", str(port)))
        _wait_until_healthy(api, children[0])
        _run(environment, "work-pool", "create", POOL, "--type", "process", "--overwrite")
        _run(environment, "work-pool", "set-concurrency-limit", POOL, "1")  # the lake has one writer: others wait
        _watch_over(environment, say)
        children.append(_start(environment, "worker", "start", "--pool", POOL, "--type", "process"))
        _run(environment, "--no-prompt", "deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"))
        say(f"Sillok is served: http://{host}:{port}/deployments (Ctrl-C stops it; runs that are under way go on)")
        _watch(children)
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        for child in reversed(children):
            _stop(child)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _prefect(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("prefect")), *words]


def _start(environment: Mapping[str, str], *words: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we stop the worker before the server it talks to.
    return subprocess.Popen(_prefect(*words), env=dict(environment), cwd=ROOT, start_new_session=True)


def _run(environment: Mapping[str, str], *words: str) -> None:
    done = subprocess.run(
        _prefect(*words), env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ServeError(f"`prefect {' '.join(words)}` failed: {(done.stderr or done.stdout).strip()[-600:]}")


def _watch_over(environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Automations, and runs that an earlier server left; in a process of its own, that knows which server it is."""
    words = [sys.executable, "-m", "flows.watching"]
    done = subprocess.run(words, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServeError(f"The automations could not be set up: {done.stderr.strip()[-600:]}")
    for line in done.stdout.splitlines():
        say(line)


def _is_healthy(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=2) as answer:  # noqa: S310 - http, our own server
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _wait_until_healthy(api: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServeError(f"The Prefect server ended with {server.returncode}; its words are above")
        if _is_healthy(api):
            return
        time.sleep(0.3)
    raise ServeError(f"The Prefect server did not answer within {START_SECONDS:g} s")


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    while True:
        for child in children:
            if child.poll() is not None:
                raise ServeError(f"A part ended with {child.returncode} ({' '.join(map(str, child.args[1:3]))})")  # type: ignore[index]
        time.sleep(1)


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
