"""A page that hangs, crashes or eats memory costs itself one row; the others come back."""

import ctypes
import functools
import os
import time
from pathlib import Path

import pytest

from flows.workers import Done, Lost, Workers


def nothing() -> None:
    """No warm-up."""


def work(keys: tuple[str, ...]) -> list[str]:
    for key in keys:
        if key == "hangs":
            time.sleep(600)
        elif key == "dies":
            os._exit(7)
        elif key == "segfaults":
            ctypes.string_at(0)
        elif key == "eats":
            bytearray(8 * 2**30)
        elif key == "ours":
            raise ValueError("a fault of ours")
    return [key.upper() for key in keys]


def ends(keys: list[str], batch_size: int) -> tuple[list[str], dict[str, tuple[bool, str]]]:
    done: list[str] = []
    lost: dict[str, tuple[bool, str]] = {}
    with Workers(2, page_seconds=2, memory_bytes=4 * 2**30, warm_up=nothing) as workers:
        for end in workers.run(work, keys, batch_size):
            if isinstance(end, Lost):
                lost[end.key] = (end.is_late, end.says)
            else:
                assert isinstance(end, Done)
                done += end.result
    return sorted(done), lost


@pytest.mark.parametrize(
    ("bad", "is_late", "says"),
    [
        ("hangs", True, "not done after 2 s"),
        ("dies", False, "exit code 7"),
        ("segfaults", False, "exit code -11"),
        ("eats", False, "memory"),
    ],
)
def test_one_bad_page_is_named_and_all_others_come_back(bad: str, is_late: bool, says: str) -> None:
    good = [f"page{number}" for number in range(7)]
    done, lost = ends([*good[:3], bad, *good[3:]], batch_size=4)
    assert done == sorted(key.upper() for key in good)
    assert list(lost) == [bad]
    assert lost[bad][0] is is_late
    assert says in lost[bad][1]


def test_one_bad_page_of_a_large_batch_does_not_make_a_commit_of_every_other_page() -> None:
    good = [f"page{number}" for number in range(99)]
    with Workers(2, page_seconds=2, memory_bytes=4 * 2**30, warm_up=nothing) as workers:
        all_ends = list(workers.run(work, [*good[:50], "dies", *good[50:]], batch_size=100))
    done = [end for end in all_ends if isinstance(end, Done)]
    assert sorted(key for end in done for key in end.keys) == sorted(good)
    assert [end.key for end in all_ends if isinstance(end, Lost)] == ["dies"]
    assert len(done) < 30


def test_a_fault_of_our_own_stops_the_run_loudly() -> None:
    with pytest.raises(ValueError, match="a fault of ours"):
        ends(["page", "ours"], batch_size=1)


def leave_a_mark(folder: Path) -> None:
    (folder / str(os.getpid())).touch()


def meet(folder: Path, keys: tuple[str, ...]) -> list[str]:
    """Wait until three more processes are there."""
    while len(list(folder.iterdir())) < 4:
        time.sleep(0.01)
    return list(keys)


def test_one_new_page_starts_one_process_and_many_pages_after_it_all_that_are_allowed(tmp_path: Path) -> None:
    with Workers(3, 20, 4 * 2**30, functools.partial(leave_a_mark, tmp_path)) as workers:
        assert [end for end in workers.run(work, ["a"], 4) if isinstance(end, Lost)] == []
        time.sleep(0.5)
        assert len(list(tmp_path.iterdir())) == 1  # models are loaded for seconds: nobody waits for a second set
        many = list(workers.run(functools.partial(meet, tmp_path), ["b", "c", "d"], 1))
    assert sorted(end.keys for end in many if isinstance(end, Done)) == [("b",), ("c",), ("d",)]
