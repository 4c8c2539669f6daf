"""What tests share: the command line as a user runs it, and the measuring set where it is present."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


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


def sillok(
    lake: Path, *words: str, feed: str | None = None, folder: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, from any folder."""
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
    """Ask a lake in SQL, as a user does; rows as objects."""

    def asked(lake: Path, sql: str) -> list[dict[str, object]]:
        done = sillok(lake, "sql", "-", "--format", "json", feed=sql)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return asked
