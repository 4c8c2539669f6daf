"""The work that goes to processes, on a Dask cluster: the same rows, the same outcomes, nothing lost when hosts die."""

import functools
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from flows import dask_workers, enrich, extract, link
from flows.dask_workers import DaskError, DaskPool
from flows.lake import catalog
from flows.lake.batches import writing
from flows.settings import settings
from flows.steps import copies
from flows.steps.saving import Saving
from flows.workers import Lost, Workers
from tests.bench.connect import store
from tests.bench.made_corpus import MadeCorpus
from tests.conftest import sillok
from tests.dask_tasks import (
    batches_at_work,
    fails_while_another_hangs,
    kills_its_dask_worker,
    kills_its_dask_worker_once,
    process_id,
)
from tests.test_reading_run import BYLINE, save
from tests.test_workers import nothing, work

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster that is there already: two worker processes, each under its nanny."""
    dashboard = dask_workers.OWN_DASHBOARD
    with LocalCluster(n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address=dashboard) as made:
        yield made


def workers(cluster: Any, page_seconds: float = 2) -> Workers:
    kind = functools.partial(DaskPool, address=cluster.scheduler_address, lake=HERE)
    return Workers(9, page_seconds, 4 * 2**30, nothing, kind=kind)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_bad_pages_are_named_as_on_one_machine_and_all_others_come_back(cluster: Any) -> None:
    good = [f"page{number}" for number in range(5)]
    done: list[str] = []
    lost: dict[str, tuple[bool, str]] = {}
    with workers(cluster) as some:
        assert some.count == 2
        for end in some.run(work, [*good[:3], "hangs", "dies", "eats", *good[3:]], 4):
            if isinstance(end, Lost):
                lost[end.key] = (end.is_late, end.says)
            else:
                done += end.result
    assert sorted(done) == sorted(key.upper() for key in good)
    assert lost == {
        "hangs": (True, "not done after 2 s; its worker was killed"),
        "dies": (False, "its worker died (exit code 7)"),
        "eats": (False, "its worker ran out of memory"),
    }


def test_a_fault_of_our_own_stops_the_run_loudly_and_leaves_no_process(cluster: Any, tmp_path: Path) -> None:
    pids: list[int] = []
    with workers(cluster) as some:
        for end in some.run(process_id, ["a", "b"], 1):
            assert not isinstance(end, Lost)
            pids.append(end.result)
    with pytest.raises(ValueError, match="a fault of ours"), workers(cluster, 600) as some:
        list(some.run(functools.partial(fails_while_another_hangs, tmp_path), ["ours", "hangs"], 1))
    assert not [pid for pid in pids if is_running(pid)]
    assert children_of(cluster) == []
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        until = time.monotonic() + 20
        while any(busy := client.run(batches_at_work).values()) and time.monotonic() < until:
            time.sleep(0.1)
    assert not any(busy)  # a Dask worker whose thread waits for a killed process takes no more work, from anybody


def children_of(cluster: Any) -> list[int]:
    """Processes under the cluster's Dask workers that are at work for a run."""
    parents = {worker.process.process.pid for worker in cluster.workers.values()}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent in parents and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_batches_of_a_dask_worker_that_dies_are_done_by_another_and_its_processes_end(
    cluster: Any, tmp_path: Path
) -> None:
    keys = ["a", "b", "host", "c", "d", "e"]
    ends = []
    with workers(cluster, page_seconds=1) as some:
        for end in some.run(functools.partial(kills_its_dask_worker_once, tmp_path), keys, 2):
            assert not isinstance(end, Lost)
            ends += end.result
    assert sorted(ends) == sorted(keys)
    orphan = int((tmp_path / "killed").read_text())
    until = time.monotonic() + 60  # its deadline and some seconds more
    while is_running(orphan) and time.monotonic() < until:
        time.sleep(0.2)
    assert not is_running(orphan)


def test_a_page_that_takes_every_dask_worker_with_it_is_named(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)  # three by default
    lost: dict[str, str] = {}
    done: list[str] = []
    with workers(cluster, page_seconds=1) as some:
        for end in some.run(kills_its_dask_worker, ["a", "host", "b"], 3):
            if isinstance(end, Lost):
                lost[end.key] = end.says
            else:
                done += end.keys
    assert lost["host"] == "each Dask worker that had it died"
    assert sorted([*done, *lost]) == ["a", "b", "host"]  # what waited on the same worker may be named with it


def test_a_scheduler_that_cannot_be_reached_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    began = time.monotonic()
    done = sillok(tmp_path / "lake", "run", "--sample", SILLOK_RUNNER="dask", SILLOK_DASK_ADDRESS="tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "SILLOK_DASK_ADDRESS is 'tcp://127.0.0.1:9': no Dask scheduler answers there" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert time.monotonic() - began < 60
    assert not (tmp_path / "lake").exists()


def test_a_missing_package_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DaskError, match=r"needs the package distributed: `make setup` installs it"):
        DaskPool(1, 1, 2**30, nothing, address="", lake=HERE)


def test_workers_that_run_other_code_are_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_workers, "code_digest", lambda: "newer")
    with pytest.raises(DaskError, match="runs other code of Sillok than this machine"):
        workers(cluster)


class Blind:
    """A cluster of two workers, one of which does not have the folder of the lake."""

    def run(self, function: Any, lake: Path) -> dict[str, tuple[str, bool]]:
        digest = dask_workers.code_digest()
        return {"tcp://one:1": (digest, True), "tcp://two:2": (digest, False)}


def test_a_worker_that_does_not_see_the_lake_is_named() -> None:
    with pytest.raises(DaskError, match="Dask worker tcp://two:2 does not see the lake"):
        dask_workers._refuse_strangers(Blind(), "tcp://any:1", HERE)


# The flows


@pytest.fixture
def plain_tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The flows without Prefect's engine, which is another test's matter."""
    monkeypatch.setattr(extract, "read_group", extract.read_group.fn)
    monkeypatch.setattr(enrich, "annotate_group", enrich.annotate_group.fn)
    monkeypatch.setattr(link, "link_next", link.link_next.fn)
    yield
    settings.cache_clear()


def rows(lake: Path) -> dict[str, list[str]]:
    """All rows of the staging tables, without the times at which they were made."""
    connection = catalog.read(lake)
    found = {}
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'staging'").fetchall()
    for (table,) in tables:
        frame = connection.execute(f"SELECT * FROM lake.staging.{table}").pl()
        made = [name for name in frame.columns if name.endswith("_at") and name not in ("captured_at", "published_at")]
        found[table] = sorted(map(repr, frame.drop(made).rows()))
    connection.close()
    return found


def run(lake: Path, monkeypatch: pytest.MonkeyPatch, *flows: Any, **more: str) -> dict[str, list[str]]:
    for name, value in {"SILLOK_LAKE": str(lake), "SILLOK_BATCH_PAGES": "4", **more}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    for one in flows:
        one.fn()
    return rows(lake)


@pytest.mark.usefixtures("plain_tasks")
def test_pages_are_read_and_annotated_to_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = save(tmp_path / "pages", 1, 8, lambda number: BYLINE)
    with writing(tmp_path / "one", "test") as writer:
        list(Saving(writer, "run", settings()).batches([tmp_path / "pages"], manifest))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    flows = (extract.extract, enrich.enrich)
    here = run(tmp_path / "one", monkeypatch, *flows, SILLOK_WORKERS="1")
    there = run(
        tmp_path / "two", monkeypatch, *flows, SILLOK_WORKERS="2", SILLOK_RUNNER="dask"
    )  # without an address: a cluster of its own
    assert len(here["articles"]) == 8
    assert here["keywords"]
    assert there == here


@pytest.mark.usefixtures("plain_tasks")
def test_a_corpus_is_linked_to_the_same_copies(tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "TEXTS_PER_BATCH", 100)
    with writing(tmp_path / "one", "test") as writer:
        store(writer, MadeCorpus(31).batches(600, 100))
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    here = run(tmp_path / "one", monkeypatch, link.link, SILLOK_WORKERS="1")
    address = cluster.scheduler_address
    there = run(tmp_path / "two", monkeypatch, link.link, SILLOK_RUNNER="dask", SILLOK_DASK_ADDRESS=address)
    assert len(here["copies"]) > 50
    assert there == here
