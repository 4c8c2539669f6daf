"""PostgreSQL, S3 and a Dask cluster: the same articles as on one machine, and what a server that fails costs.

Minutes of real servers, so `make test-many-machines` runs it; the suite leaves it out.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.lake import lock, storage
from flows.settings import settings
from tests.conftest import environment, sillok
from tests.faults.servers import BINARIES, Postgres, Storage, postgres
from tests.faults.servers import storage as started_storage

pytestmark = [
    pytest.mark.skipif(not os.environ.get("MANY_MACHINES"), reason="make test-many-machines"),
    pytest.mark.skipif(not BINARIES, reason="there is no PostgreSQL server on this machine"),
]

TOLD = """
    SELECT 'article' AS what, article_id, url AS a, title AS b, array_to_string(body, chr(10)) AS c,
           concat(published_at::VARCHAR, authors::VARCHAR) AS d
    FROM articles
    UNION ALL SELECT 'quote', article_id, speaker_name, text, verb, NULL FROM quotes
    UNION ALL SELECT 'person', article_id, name, org, role, mentions::VARCHAR FROM people
    ORDER BY ALL
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture(scope="module")
def objects() -> Iterator[Storage]:
    pytest.importorskip("moto")
    with started_storage() as started:
        yield started


def told(lake: Path, **more: str) -> list[dict[str, object]]:
    done = sillok(lake, "sql", "-", "--format", "json", feed=TOLD, **more)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the sample press tells on one machine, with SQLite and a folder."""
    lake = tmp_path_factory.mktemp("embedded") / "lake"
    done = sillok(lake, "run", "--sample")
    assert done.returncode == 0, done.stderr
    return told(lake)


def test_the_day_gives_the_same_articles_on_a_cluster_with_postgresql_and_s3_that_throttles(
    server: Postgres, objects: Storage, embedded: list[dict[str, object]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    where = {"SILLOK_CATALOGUE": server.database("same"), "SILLOK_DATA": objects.bucket("same")}
    objects.throttle_every = 7
    try:
        done = sillok(lake, "run", "--sample", **where, **objects.environment, SILLOK_RUNNER="dask", SILLOK_WORKERS="2")
    finally:
        objects.throttle_every = 0
    print(objects.counts)
    assert done.returncode == 0, done.stderr
    assert objects.counts["throttled"] > 10
    assert not (lake / "catalog.sqlite").exists()
    assert not (lake / "files").exists()
    assert told(lake, **objects.environment) == embedded  # without the settings: the lake's folder remembers
    assert len([row for row in embedded if row["what"] == "article"]) > 60
    verified = sillok(lake, "verify", **objects.environment)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    maintained = sillok(lake, "maintain", **objects.environment)
    assert maintained.returncode == 0, maintained.stderr
    assert told(lake, **objects.environment) == embedded
    backed_up = sillok(lake, "backup", str(tmp_path / "backups"), **objects.environment)
    assert backed_up.returncode == 0, backed_up.stderr
    restored = sillok(tmp_path / "again", "restore", str(tmp_path / "backups"))
    assert restored.returncode == 0, restored.stderr
    assert told(tmp_path / "again") == embedded


def test_storage_that_refuses_everything_in_a_run_is_named_and_the_next_run_completes(
    objects: Storage, embedded: list[dict[str, object]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    where = {"SILLOK_DATA": objects.bucket("refusing"), "SILLOK_BATCH_PAGES": "8", **objects.environment}
    run = subprocess.Popen(
        [str(Path(sys.executable).with_name("sillok")), "run", "--sample"],
        env=environment(lake, **where),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    for line in run.stderr:
        if line.startswith("extract: "):
            objects.throttle_every = 1
            break
    rest = run.stderr.read()
    assert run.wait(timeout=600) == 2, rest
    assert "The storage at s3://refusing/press does not do as asked" in " ".join(rest.split())
    objects.throttle_every = 0
    done = sillok(lake, "run", "--sample", **where)
    assert done.returncode == 0, done.stderr
    assert told(lake, **objects.environment) == embedded


def test_a_server_that_restarts_in_a_run_is_named_and_the_next_run_completes(
    server: Postgres, embedded: list[dict[str, object]], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    where = {"SILLOK_CATALOGUE": server.database("restarted"), "SILLOK_BATCH_PAGES": "8", "SILLOK_WORKERS": "1"}
    ends = []
    for stage in ("ingest: ", "extract: ", "enrich: "):
        run = subprocess.Popen(
            [str(Path(sys.executable).with_name("sillok")), "run", "--sample"],
            env=environment(lake, **where),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert run.stderr is not None
        seen = []
        for line in run.stderr:
            seen.append(line)
            if line.startswith(stage):
                server.restart()
                break
        rest = run.stderr.read()
        ends.append((stage, run.wait(timeout=600), rest.strip().splitlines()[-3:]))
        assert run.returncode in {0, 2}, "".join(seen) + rest
        if run.returncode == 2:
            assert "PostgreSQL" in rest
    print(ends)
    done = sillok(lake, "run", "--sample", **where)
    assert done.returncode == 0, done.stderr
    assert told(lake) == embedded
    assert sillok(lake, "verify").returncode == 0


def test_a_second_writer_leaves_with_the_holders_name_where_hosts_share_no_file_locks(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLOK_CATALOGUE", server.database("two"))
    where = settings.__wrapped__().catalogue
    for name in ("one", "two"):  # as two mounts of one folder without a lock server
        (tmp_path / name).mkdir()
        (tmp_path / name / storage.NAME).write_text(json.dumps({"catalogue": where}))
    with lock.held(tmp_path / "one", "daily of the first host"):
        began = time.monotonic()
        with (
            pytest.raises(lock.LockedError, match=r"written by daily of the first host \(process \d+ on "),
            lock.held(tmp_path / "two", "daily of the second host"),
        ):
            pass
        assert time.monotonic() - began < 5  # it asks for a second; the rest is a busy machine's
        assert not lock.is_free(tmp_path / "two")
    assert lock.is_free(tmp_path / "two")
    with lock.held(tmp_path / "two", "daily of the second host"):
        server.restart()
        with pytest.raises(storage.LakeError, match="was restarted or is gone"):
            lock.keep(tmp_path / "two")
