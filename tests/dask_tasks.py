"""Work for tests of the Dask cluster, in a module that a process loads quickly."""

import os
import signal
import time
from pathlib import Path
from typing import Any


def process_id(keys: tuple[str, ...]) -> int:
    return os.getpid()


def kills_its_dask_worker_once(folder: Path, keys: tuple[str, ...]) -> list[str]:
    """As if the host had died under one batch; the process that was at it hangs on, an orphan."""
    note = folder / "killed"
    if "host" in keys and not note.exists():
        note.write_text(str(os.getpid()))
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    return list(keys)


def kills_its_dask_worker(keys: tuple[str, ...]) -> list[str]:
    if "host" in keys:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    return list(keys)


def batches_at_work(dask_worker: Any) -> int:
    """What Dask itself says that this worker is doing."""
    return int(dask_worker.state.executing_count)


def fails_while_another_hangs(folder: Path, keys: tuple[str, ...]) -> list[str]:
    """A fault of ours in one process, once a page hangs in the other."""
    note = folder / "hangs"
    if "hangs" in keys:
        note.touch()
        time.sleep(600)
    while not note.exists():
        time.sleep(0.05)
    raise ValueError("a fault of ours")
