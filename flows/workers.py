"""Page work in processes that can be killed: a page that hangs or crashes costs itself, never its batch or the run."""

import functools
import math
import multiprocessing
import resource
import signal
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

Key = TypeVar("Key")
Result = TypeVar("Result")

SHARE_OF_DEADLINE = 0.05
"""A batch of n pages gets the deadline of one page plus this share of it for each further one: an ordinary page takes
milliseconds, so a batch in time is the rule, and one that is late is tried again in parts."""
RETRIED_PAGES = 16
"""Pages a part. Each part becomes a batch of the lake: one page at a time would be a file and a commit for each page of
a large batch, for the sake of one among them."""

BATCHES_A_WORKER = 12
"""In one task, of 10 to 60 seconds: at its end all workers wait for the last."""

ORPHAN_SECONDS = 5
"""A process whose pool is gone, so that nobody kills it, ends this long after its deadline by itself."""


@dataclass(frozen=True, slots=True)
class Done(Generic[Key, Result]):
    """A batch that came back."""

    keys: tuple[Key, ...]
    result: Result


@dataclass(frozen=True, slots=True)
class Lost(Generic[Key]):
    """One key whose worker was killed at its deadline, or died on it."""

    key: Key
    is_late: bool
    says: str


class KilledError(Exception):
    """A batch did not come back: its process was killed at the deadline (`is_late`), or died; `says` tells how."""

    def __init__(self, is_late: bool, says: str) -> None:
        super().__init__(is_late, says)  # both are arguments, so that it can travel between processes
        self.is_late, self.says = is_late, says


class Pool(Protocol):
    """Where batches are worked on: processes of this machine, or of others (`flows.dask_workers`)."""

    @property
    def count(self) -> int:
        """How many batches are worked on at a time."""

    def expect(self, batch_count: int) -> None:
        """So many batches come next; none is under way."""

    def schedule(
        self, function: Callable[[tuple[Key, ...]], Result], batch: tuple[Key, ...], seconds: float
    ) -> Future[Result]:
        """Start `function` on a batch as soon as a process is free; its deadline runs from then on."""

    def wait(self, running: Collection[Future[Result]]) -> Collection[Future[Result]]:
        """Those that have ended, at least one of them."""

    def result(self, ended: Future[Result]) -> Result:
        """What an ended batch gave. Raises KilledError, or what the function raised."""

    def end(self, is_hurried: bool) -> None:
        """End the processes; in a hurry, whatever they are doing."""


class LocalPool:
    """Processes of this machine."""

    def __init__(self, count: int, page_seconds: float, memory_bytes: int, warm_up: Callable[[], None]) -> None:
        """Nothing is started before batches are expected, and then no more than those keep busy.

        Loading models costs a process seconds: one new article does not pay for two of them.
        """
        self.count = count
        self._page_seconds = page_seconds
        self._start = functools.partial(_start, memory_bytes, warm_up)
        self._pool: ProcessPool | None = None
        self._started = 0

    def expect(self, batch_count: int) -> None:
        """Have a process for each of so many batches, up to `count`."""
        wanted = max(1, min(self.count, batch_count))
        if wanted > self._started:
            self.end(is_hurried=False)
            self._started, self._pool = wanted, self._make(wanted)

    def schedule(
        self, function: Callable[[tuple[Key, ...]], Result], batch: tuple[Key, ...], seconds: float
    ) -> Future[Result]:
        """Start `function` on a batch as soon as a process is free."""
        if self._pool is None:
            self._started, self._pool = self.count, self._make(self.count)
        future: Future[Result] = self._pool.schedule(_alarmed, args=(function, batch, seconds), timeout=seconds)
        return future

    def wait(self, running: Collection[Future[Result]]) -> Collection[Future[Result]]:
        """Those that have ended, at least one of them."""
        return wait(running, return_when=FIRST_COMPLETED).done

    def result(self, ended: Future[Result]) -> Result:
        """What an ended batch gave. Raises KilledError, or what the function raised."""
        try:
            return ended.result()
        except (FutureTimeoutError, ProcessExpired, MemoryError) as error:
            raise KilledError(isinstance(error, FutureTimeoutError), _says(error, self._page_seconds)) from None

    def end(self, is_hurried: bool) -> None:
        """End the processes; in a hurry, whatever they are doing."""
        if self._pool is None:
            return
        if is_hurried:
            self._pool.stop()
        else:
            self._pool.close()
        self._pool.join()
        self._started, self._pool = 0, None

    def _make(self, count: int) -> ProcessPool:
        # spawn: a forked child would inherit threads' locks (polars, DuckDB, Prefect) in whatever state they are
        return ProcessPool(
            max_workers=count,
            max_tasks=200,  # a fresh process now and then: native parsers leak
            initializer=self._start,
            context=multiprocessing.get_context("spawn"),
        )


class Workers:
    """A pool of killable processes. Use as a context manager; leaving it ends the processes."""

    def __init__(
        self,
        count: int,
        page_seconds: float,
        memory_bytes: int,
        warm_up: Callable[[], None],
        share_of_deadline: float = SHARE_OF_DEADLINE,
        kind: Callable[[int, float, int, Callable[[], None]], Pool] = LocalPool,
    ) -> None:
        """`warm_up` loads parsers and models in each new process, before any deadline runs; `kind` makes the pool."""
        self._page_seconds = page_seconds
        self._share_of_deadline = share_of_deadline
        self._pool = kind(count, page_seconds, memory_bytes, warm_up)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.end(is_hurried=kind is not None)

    @property
    def count(self) -> int:
        """How many batches are worked on at a time."""
        return self._pool.count

    def tasks(self, keys: Sequence[Key], batch_size: int) -> list[Sequence[Key]]:
        """The keys of one task after another, `BATCHES_A_WORKER` batches for each worker."""
        return parts(keys, batch_size * BATCHES_A_WORKER * self.count)

    def run(
        self, function: Callable[[tuple[Key, ...]], Result], keys: Sequence[Key], batch_size: int
    ) -> Iterator[Done[Key, Result] | Lost[Key]]:
        """Run `function` over batches of keys, yielding as they end.

        A batch that is late, or whose worker died, is tried again in parts of `RETRIED_PAGES`, such a part page by
        page; the page that did it is yielded as Lost. An exception of the function itself is ours: it is raised.
        """
        waiting = deque(tuple(batch) for batch in parts(keys, batch_size))
        running: dict[Future[Result], tuple[Key, ...]] = {}
        self._pool.expect(len(waiting))
        while waiting or running:
            while waiting and len(running) < self.count * 2:
                batch = waiting.popleft()
                running[self._pool.schedule(function, batch, self._deadline(len(batch)))] = batch
            for ended in self._pool.wait(running.keys()):
                batch = running.pop(ended)
                try:
                    yield Done(batch, self._pool.result(ended))
                except KilledError as killed:
                    if len(batch) == 1:
                        yield Lost(batch[0], killed.is_late, killed.says)
                    else:
                        smaller = parts(batch, RETRIED_PAGES if len(batch) > RETRIED_PAGES else 1)
                        waiting.extendleft(tuple(part) for part in reversed(smaller))

    def _deadline(self, page_count: int) -> float:
        return self._page_seconds * (1 + self._share_of_deadline * (page_count - 1))


def parts(keys: Sequence[Key], size: int) -> list[Sequence[Key]]:
    """Keys in order, `size` a part; the last has what is left."""
    return [keys[start : start + size] for start in range(0, len(keys), size)]


def _says(error: Exception, page_seconds: float) -> str:
    if isinstance(error, FutureTimeoutError):
        return f"not done after {page_seconds:g} s; its worker was killed"
    if isinstance(error, ProcessExpired):
        return f"its worker died (exit code {error.exitcode})"
    return "its worker ran out of memory"


def _start(memory_bytes: int, warm_up: Callable[[], None]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    warm_up()


def _alarmed(function: Callable[[tuple[Key, ...]], Result], batch: tuple[Key, ...], seconds: float) -> Result:
    # The pool kills at the deadline. Should the pool itself have died, the kernel does, even inside native code.
    signal.alarm(math.ceil(seconds) + ORPHAN_SECONDS)
    try:
        return function(batch)
    finally:
        signal.alarm(0)
