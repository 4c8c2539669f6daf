"""What tests share: the command line as a user runs it, and the measuring set where it is present."""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from flows.lake.ask import answer, asking, rows

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# An example that takes long is a busy machine, not a fault.
hypothesis.settings.register_profile("sillok", deadline=None)
hypothesis.settings.load_profile("sillok")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measuring set beside the checkout; it belongs to others and is not part of the project."""
    if not (SHARED / "eval").is_dir():
        pytest.skip("the measuring set is not beside this checkout")
    return SHARED


def environment(lake: Path, **more: str) -> dict[str, str]:
    """The environment of a user with a lake of its own and nothing else set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SILLOK_", "PREFECT_"))}
    return {**kept, "SILLOK_LAKE": str(lake), "COLUMNS": "200", **more}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first, so that with two processes neither waits for the other at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@cache
def prefect_api() -> str:
    """The API of one Prefect server for this test process: starting one costs 12 s of processor time a command."""
    home, port = Path(tempfile.mkdtemp(prefix="sillok-prefect-")), free_port()
    atexit.register(_stop, prefect_server(home, port), home)
    return f"http://127.0.0.1:{port}/api"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def prefect_server(home: Path, port: int) -> subprocess.Popen[bytes]:
    """A Prefect server on a database of its own in a folder, once it answers."""
    log = home / "server.log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("prefect")), "server", "start", "--port", str(port), "--no-ui"],
            env=environment(home, PREFECT_HOME=str(home), PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1"),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + 180
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=10):
                return server
        except OSError:
            time.sleep(0.2)


def _stop(server: subprocess.Popen[bytes], home: Path) -> None:
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    shutil.rmtree(home, ignore_errors=True)


def sillok(
    lake: Path,
    *words: str,
    feed: str | None = None,
    folder: Path | None = None,
    is_newcomer: bool = False,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, from any folder; a newcomer has no Prefect server running."""
    if words[:1] in {("run",), ("import",)} and not is_newcomer:
        more.setdefault("PREFECT_API_URL", prefect_api())
    return subprocess.run(
        [str(Path(sys.executable).with_name("sillok")), *words],
        env=environment(lake, **more),
        input=feed,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture(scope="session")
def ask() -> Callable[[Path, str], list[dict[str, object]]]:
    """Ask a lake in SQL, by what `sillok sql --format json` asks and prints; rows as objects."""

    def asked(lake: Path, sql: str) -> list[dict[str, object]]:
        with asking(lake) as connection:
            relation = answer(connection, sql)
            found = [dict(zip(relation.columns, row, strict=True)) for row in rows(relation)]
        loaded: list[dict[str, object]] = json.loads(json.dumps(found, default=str))
        return loaded

    return asked
