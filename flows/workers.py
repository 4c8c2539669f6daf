"""Page work in processes that can be killed: a page that hangs or crashes costs itself, never its batch or the run."""

import multiprocessing
import resource
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

Key = TypeVar("Key")
Result = TypeVar("Result")

SHARE_OF_DEADLINE = 0.05
"""A batch of n pages gets the deadline of one page plus this share of it for each further one: an ordinary page takes
milliseconds, so a batch in time is the rule, and the pages of one that is late are tried one by one."""


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


class Workers:
    """A pool of killable processes. Use as a context manager; leaving it ends the processes."""

    def __init__(
        self,
        count: int,
        page_seconds: float,
        memory_bytes: int,
        warm_up: Callable[[], None],
        share_of_deadline: float = SHARE_OF_DEADLINE,
    ) -> None:
        """`warm_up` loads parsers and models in each new process, before any deadline runs."""
        self.count = count
        self._page_seconds = page_seconds
        self._share_of_deadline = share_of_deadline
        # spawn: a forked child would inherit threads' locks (polars, DuckDB, Prefect) in whatever state they are
        self._pool = ProcessPool(
            max_workers=count,
            max_tasks=200,  # a fresh process now and then: native parsers leak
            initializer=_start,
            initargs=(memory_bytes, warm_up),
            context=multiprocessing.get_context("spawn"),
        )

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def run(
        self, function: Callable[[tuple[Key, ...]], Result], keys: Sequence[Key], batch_size: int
    ) -> Iterator[Done[Key, Result] | Lost[Key]]:
        """Run `function` over batches of keys, yielding as they end.

        The pages of a batch that is late, or whose worker died, are tried again one by one; the one that did it is
        yielded as Lost. An exception of the function itself is ours: it is raised.
        """
        waiting = deque(tuple(keys[i : i + batch_size]) for i in range(0, len(keys), batch_size))
        running: dict[Future[Result], tuple[Key, ...]] = {}
        while waiting or running:
            while waiting and len(running) < self.count * 2:
                batch = waiting.popleft()
                future = self._pool.schedule(function, args=(batch,), timeout=self._deadline(len(batch)))
                running[future] = batch
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                batch = running.pop(ended)
                try:
                    yield Done(batch, ended.result())
                except (FutureTimeoutError, ProcessExpired, MemoryError) as error:
                    if len(batch) == 1:
                        yield Lost(batch[0], isinstance(error, FutureTimeoutError), _says(error, self._page_seconds))
                    else:
                        waiting.extendleft((key,) for key in reversed(batch))

    def _deadline(self, page_count: int) -> float:
        return self._page_seconds * (1 + self._share_of_deadline * (page_count - 1))


def _says(error: Exception, page_seconds: float) -> str:
    if isinstance(error, FutureTimeoutError):
        return f"not done after {page_seconds:g} s; its worker was killed"
    if isinstance(error, ProcessExpired):
        return f"its worker died (exit code {error.exitcode})"
    return "its worker ran out of memory"


def _start(memory_bytes: int, warm_up: Callable[[], None]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    warm_up()
