"""A disk that refuses costs the batch under way and nothing else, says so, and a power cut finds no gap in the lake."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.lake.surroundings import SurroundingsError, sentence, told
from tests.conftest import ROOT
from tests.faults import shim, write_order
from tests.faults.refused import FAULTS

SAYS = {
    "full, batch": "The disk is full",
    "full, half a batch": "The disk is full",
    "full, catalogue": "The disk is full",
    "read-only": "The disk can only be read",
    "sync fails": "The disk failed to read or to write",
    "no more files": ("No more files can be opened", "The catalogue cannot be opened"),  # by where it strikes
    "locked": "Another program holds the catalogue locked",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of it in a process that has the library loaded."""
    if shim.built() is None:
        pytest.skip("no C compiler here")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.refused", str(tmp_path_factory.mktemp("refused"))],
        cwd=ROOT,
        env=shim.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_catalogue_never_names_what_a_power_cut_could_still_take(found: dict[str, Any]) -> None:
    assert found["order"]["faults"] == []
    assert found["order"]["files"] >= 10  # of WARC, polars and DuckDB


@pytest.mark.parametrize("fault", FAULTS)
def test_a_commit_that_is_refused_is_told_in_a_sentence_leaves_nothing_and_succeeds_later(
    found: dict[str, Any], fault: str
) -> None:
    came = found[fault]
    assert came["said"].startswith(SAYS[fault])
    assert "What was committed is kept" in came["said"]
    assert (came["is_as_before"], came["is_there_then"]) == (True, True)


def test_a_run_that_begins_on_a_full_disk_leaves_with_that_sentence(found: dict[str, Any]) -> None:
    assert found["begun"].startswith("SurroundingsError: The disk is full")


def test_an_error_of_ours_is_not_taken_for_the_machines() -> None:
    assert sentence(ValueError("database is locked")) is None
    assert sentence(duckdb.BinderException("no such column")) is None
    with pytest.raises(KeyError), told():
        raise KeyError("name")


def test_a_refusal_is_found_below_what_a_library_made_of_it() -> None:
    with pytest.raises(SurroundingsError, match=r"The disk can only be read \(/lake/x\)"), told():
        try:
            raise OSError(errno.EROFS, "Read-only file system", "/lake/x")
        except OSError as error:
            raise RuntimeError("a batch was not written") from error


def order(*lines: str) -> list[str]:
    """Faults of a log, one `word name [other]` a line, in the lake /lake."""
    parts = [line.split() for line in lines]
    told = ["\t".join([word, *(f"/lake/{name}" for name in names), *[""] * (2 - len(names))]) for word, *names in parts]
    return write_order.read(Path("/lake"), told).faults


def test_each_step_of_the_order_is_missed_where_it_is_missing() -> None:
    whole = [
        "write incoming/a.tmp", "sync incoming/a.tmp", "rename incoming/a.tmp incoming/a",
        "link incoming/a files/t/a.parquet", "sync files/t", "write catalog.sqlite-wal", "sync catalog.sqlite-wal",
        "unlink files/t/a.parquet",
    ]  # fmt: skip
    assert order(*whole) == []
    assert order(*whole[:1], *whole[2:]) != []  # the bytes were not synced
    assert order(*whole[:4], *whole[5:]) == [
        "the name of files/t/a.parquet was not synced when the catalogue was written"
    ]
    assert order(*whole[:6], *whole[7:]) == ["files/t/a.parquet was removed before the catalogue was synced"]
    assert order("write warc/a.warc.gz", "write catalog.sqlite") == [
        "warc/a.warc.gz was not synced when the catalogue was written"
    ]
