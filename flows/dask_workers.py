"""Page work on a Dask cluster: the same batches, deadlines and outcomes as on one machine (`flows.workers`).

Dask brings a batch to a host and tries it elsewhere when the host dies. It cannot kill a task: a parser that hangs
would keep its Dask worker for good. So each Dask worker does its batches in killable processes of its own, the very
pool that one machine uses, one process for each of its threads.
"""

import contextlib
import functools
import hashlib
import importlib
import multiprocessing
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from flows.settings import Settings, SettingsError
from flows.workers import Key, KilledError, LocalPool, Result

CONNECT_SECONDS = 5.0
"""A scheduler that does not answer in this time, or has no worker after it, is refused."""

LOOK_SECONDS = 5.0
GONE_SECONDS = 60.0
"""A run waits this long for a cluster without workers to get one again: a nanny takes some seconds."""

IDLE_SECONDS = 300.0
"""After this time without a batch a Dask worker ends its processes: the run may have died without a word."""

OWN_DASHBOARD = "127.0.0.1:0"
"""Dask serves its state over HTTP, on every interface unless told otherwise."""


class DaskError(SettingsError):
    """The cluster cannot be used, or is gone; the message is one sentence. What was committed is kept."""


def dask_pool(settings: Settings) -> Callable[[int, float, int, Callable[[], None]], "DaskPool"]:
    """What makes a pool on the cluster that the settings name.

    Raises DaskError, when it is called, where the cluster cannot be reached or does not fit.
    """
    return functools.partial(DaskPool, address=settings.dask_address, lake=settings.lake)


def check_cluster(settings: Settings) -> None:
    """Raise DaskError where the settings ask for a cluster that cannot be used: before anything is gathered for it."""
    if settings.runner != "dask":
        return
    distributed = _distributed()
    if settings.dask_address:
        client = _connected(distributed, settings.dask_address)
        try:
            _refuse_strangers(client, settings.dask_address, settings.lake)
        finally:
            client.close()


class DaskPool:
    """Processes of the workers of a Dask cluster: an existing one, or one on this machine for as long as the pool."""

    def __init__(
        self,
        count: int,
        page_seconds: float,
        memory_bytes: int,
        warm_up: Callable[[], None],
        *,
        address: str,
        lake: Path,
    ) -> None:
        """`count` is for a cluster of our own; an existing one has the workers it has. `lake`: they must see it too."""
        self._distributed = _distributed()
        self._id = uuid4().hex
        self._make = functools.partial(LocalPool, page_seconds=page_seconds, memory_bytes=memory_bytes, warm_up=warm_up)
        self._cluster: Any = None
        if not address:
            # No memory limit of Dask's: its workers hold nothing, and their children have a limit of their own.
            self._cluster = self._distributed.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=OWN_DASHBOARD,
                worker_dashboard_address=OWN_DASHBOARD,
            )
        self._address = address or str(self._cluster.scheduler_address)
        self._client: Any = None
        try:
            self._client = _connected(self._distributed, self._address)
            _refuse_strangers(self._client, self._address, lake)
        except BaseException:
            self._close()
            raise
        self._executor = self._client.get_executor(pure=False)
        self.count = self._threads()

    def expect(self, batch_count: int) -> None:
        """Nothing to do: each Dask worker starts its processes at its first batch."""

    def schedule(
        self, function: Callable[[tuple[Key, ...]], Result], batch: tuple[Key, ...], seconds: float
    ) -> Future[Result]:
        """Start `function` on a batch as soon as a process of the cluster is free."""
        future: Future[Result] = self._executor.submit(_work, self._id, self._make, function, batch, seconds)
        return future

    def wait(self, running: Collection[Future[Result]]) -> Collection[Future[Result]]:
        """Those that have ended, at least one of them. Raises DaskError where the cluster has lost all workers."""
        seen_at = time.monotonic()
        while not (ended := wait(running, LOOK_SECONDS, FIRST_COMPLETED).done):
            threads = self._threads()
            if threads:
                seen_at, self.count = time.monotonic(), threads
            elif time.monotonic() - seen_at > GONE_SECONDS:
                raise DaskError(f"The Dask cluster at {self._address} has had no worker for {GONE_SECONDS:g} seconds")
        return ended

    def result(self, ended: Future[Result]) -> Result:
        """What an ended batch gave. Raises KilledError, what the function raised, or DaskError."""
        try:
            given = ended.result()
        except CancelledError:
            raise DaskError(f"The Dask scheduler at {self._address} is gone; start the run again") from None
        except self._distributed.KilledWorker:  # tried on several: the scheduler gives up on the fourth
            raise KilledError(False, "each Dask worker that had it died") from None
        if isinstance(given, KilledError):
            raise given
        return given

    def end(self, is_hurried: bool) -> None:
        """End the processes on all hosts; in a hurry, whatever they are doing."""
        self._executor.shutdown(wait=not is_hurried)
        with contextlib.suppress(OSError, ValueError):  # where the cluster is gone, its processes end by themselves
            self._client.run(_end, self._id, is_hurried, on_error="ignore")
        self._close()

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, ValueError):
            return 0

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def code_digest() -> str:
    """What the code is: rows carry the version of what made them, so all hosts must run the same."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _distributed() -> ModuleType:
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise DaskError(
            "SILLOK_RUNNER is 'dask', which needs the package distributed: `make setup` installs it, "
            "and so does `pip install --editable '.[dask]'`"
        ) from None


def _connected(distributed: ModuleType, address: str) -> Any:  # noqa: ANN401 - the package is an extra
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DaskError(f"SILLOK_DASK_ADDRESS is {address!r}: no Dask scheduler answers there ({error})") from None
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError:
        client.close()
        raise DaskError(f"The Dask scheduler at {address} has no workers: start some with `dask worker`") from None
    return client


def _refuse_strangers(client: Any, address: str, lake: Path) -> None:  # noqa: ANN401 - the package is an extra
    try:
        told = client.run(_tell, lake)
    except ImportError as error:
        raise DaskError(f"The Dask workers at {address} cannot load Sillok ({error}): install it on each") from None
    if others := [host for host, (digest, _) in told.items() if digest != code_digest()]:
        raise DaskError(f"Dask worker {others[0]} runs other code of Sillok than this machine: bring it to the same")
    if lake.is_dir() and (blind := [host for host, (_, is_seen) in told.items() if not is_seen]):
        raise DaskError(
            f"Dask worker {blind[0]} does not see the lake {lake}: it must be on a path that all hosts share"
        )


# On a Dask worker


class _Held:
    """The processes of one run on this Dask worker, started at its first batch, ended when nobody has used them."""

    def __init__(self, pool: LocalPool) -> None:
        self.pool = pool
        self.running: set[Future[Any]] = set()
        self.timer: threading.Timer | None = None


_held: dict[str, _Held] = {}
_lock = threading.Lock()


def _work(
    pool_id: str,
    make: Callable[[int], LocalPool],
    function: Callable[[tuple[Key, ...]], Result],
    batch: tuple[Key, ...],
    seconds: float,
) -> Result | KilledError:
    """Do one batch in a process of this Dask worker. A KilledError is given back: Dask would log one that is raised."""
    with _lock:
        if pool_id not in _held:
            _may_have_children()
            threads = importlib.import_module("distributed").get_worker().state.nthreads
            _held[pool_id] = _Held(make(threads))
        held = _held[pool_id]
        if held.timer is not None:
            held.timer.cancel()
        future: Future[Result] = held.pool.schedule(function, batch, seconds)
        held.running.add(future)
    try:
        return held.pool.result(future)
    except KilledError as killed:
        return killed
    except CancelledError:  # the run is being ended, and nobody waits for this any more
        return KilledError(False, "the run was ended")
    finally:
        with _lock:
            held.running.discard(future)
            if not held.running and pool_id in _held:
                held.timer = threading.Timer(IDLE_SECONDS, _end, (pool_id, False))
                held.timer.daemon = True
                held.timer.start()


def _end(pool_id: str, is_hurried: bool) -> None:
    with _lock:
        held = _held.get(pool_id)
        if held is None or (held.running and not is_hurried):
            return
        del _held[pool_id]
        if held.timer is not None:
            held.timer.cancel()
        running = list(held.running)
    for future in running:
        future.cancel()  # ending a pool does not: the Dask worker's thread would wait for it for ever
    held.pool.end(is_hurried)


def _tell(lake: Path) -> tuple[str, bool]:
    return code_digest(), lake.is_dir()


def _may_have_children() -> None:
    # A nanny starts its worker as a daemon, which Python forbids to have children lest they outlive it. Ours do not:
    # they end when the pipe to their parent closes, and by an alarm where a page hangs (`flows.workers`).
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
