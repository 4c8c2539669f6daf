"""`make test-crashes`: kills all over the pipeline, each lake gone on with until it is done, then held against one that
was left alone. One line a lake on standard error, one JSON object at the end; status 1 where anything differs.

A process that has loaded everything but has started no threads of DuckDB is forked for each run, so that a kill costs
seconds. It is killed at a random moment, at the boundary of a stage, right after a commit was acknowledged, or before,
after or (a write) in the middle of the k-th write, fsync or rename, link or unlink that itself, DuckDB, SQLite or
polars asks for in the lake's folder.
"""

import json
import os
import pickle
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from flows.enrichment.document import Annotations
from flows.lake import catalog
from flows.lake.batches import Writer, incoming_path
from flows.steps import maintaining, reading
from flows.steps.verifying import verify
from tests.conftest import ROOT
from tests.faults import shim, whole_run, write_order
from tests.faults.shim import Action, Kind
from tests.faults.write_order import Disk

KILLS = int(os.environ.get("KILLS", "200"))
SEED = int(os.environ.get("SEED", "20261126"))
SHARE = 6  # of the sample press's stories
BEGINNINGS = {"start": 0.5, "extract": 0.4, "enrich": 0.35, "link": 0.3, "index": 0.2, "publish": 0.2, "maintain": 0.15}
"""Stage at which a lake's first run begins (one after another), and within which share of a whole run it is killed.
Only one that begins at `publish` builds the views: that alone takes as long as all before."""
KILLS_A_LAKE, KILLS_OF_UPKEEP = 5, 3
BOUNDARIES = 30  # stages that begin and commits that are acknowledged in a whole run
WAYS = ("time", "boundary", "write", "fsync", "name")
_KINDS = {"write": Kind.WRITE, "fsync": Kind.SYNC, "name": Kind.NAME}

Memory = dict[tuple[object, ...], Annotations]


@dataclass
class Plan:
    """How one process is to end: by a call of the disk, at a boundary, after a time, or (none of it) by itself."""

    kind: Kind = Kind.ANY
    at: int = 0
    action: Action = Action.NOTHING
    boundary: int = 0
    stage: str = ""
    seconds: float = 0.0
    log: int = -1  # descriptor that takes what is asked of the disk


@dataclass
class Ended:
    """What is known of a process that has ended."""

    status: int  # 0, or the number of the signal, or an exit status above 255
    said: list[str]
    seconds: float

    @property
    def committed(self) -> set[str]:
        """Batches of which it was told that they are in the lake."""
        return {line.removeprefix("commit ") for line in self.said if line.startswith("commit ")}

    @property
    def stage(self) -> str:
        """Where it was."""
        return next((line for line in reversed(self.said) if line.startswith("stage ")), "stage start")[6:]


@dataclass
class Tally:
    """What came of everything."""

    killed: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    lakes: int = 0
    orphans_before: int = 0
    wrong: list[str] = field(default_factory=list)


def forked(work: Callable[[Callable[[str], None]], None], plan: Plan, folder: Path) -> Ended:
    """Run `work` in a forked process that ends as planned."""
    reader, writer = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reader)
        boundaries = 0

        def say(line: str) -> None:
            nonlocal boundaries
            os.write(writer, f"{line}\n".encode())
            boundaries += 1
            if boundaries == plan.boundary or line == f"stage {plan.stage}":
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            shim.arm(folder, plan.kind, plan.at, plan.action, log=plan.log)
            work(say)
            for kind in (Kind.WRITE, Kind.SYNC, Kind.NAME):
                say(f"seen {int(kind)} {shim.seen(kind)}")
            os._exit(0)
        except BaseException as error:
            os.write(writer, f"error {type(error).__name__}: {str(error).splitlines()[0]}\n".encode())
            os._exit(3)
    os.close(writer)
    if plan.seconds:
        time.sleep(plan.seconds)
        os.kill(child, signal.SIGKILL)  # one that has ended is not waited for yet, so the number is still its own
    with os.fdopen(reader) as lines:
        said = lines.read().splitlines()
    _, status = os.waitpid(child, 0)
    code = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) << 8
    return Ended(code, said, time.monotonic() - began)


def whole(lake: Path, manifest: Path, run_id: str, *, is_published: bool) -> Callable[[Callable[[str], None]], None]:
    """The pipeline, each commit acknowledged."""

    def work(say: Callable[[str], None]) -> None:
        commit = Writer.commit

        def acknowledged(self: Writer, stage: str, run: str, batch: str, files: object) -> bool:
            is_new = commit(self, stage, run, batch, files)  # type: ignore[arg-type]
            say(f"commit {batch}")
            return is_new

        Writer.commit = acknowledged  # type: ignore[assignment,method-assign]
        whole_run.run(lake, manifest, run_id, say, is_published=is_published)

    return work


def maintained(lake: Path, run_id: str) -> Callable[[Callable[[str], None]], None]:
    """Upkeep, with no file too young to be cleaned away."""

    def work(say: Callable[[str], None]) -> None:
        say("stage maintain")
        for part in maintaining.parts(lake, run_id, clean_days=0):
            say(f"part {part.says}")

    return work


def checked(lake: Path) -> Callable[[Callable[[str], None]], None]:
    """What the lake holds and whether it is sound; in a process of its own, as DuckDB leaves threads behind."""

    def work(say: Callable[[str], None]) -> None:
        say("facts " + json.dumps(whole_run.facts(lake)))
        say("damage " + json.dumps([f"{one.name}: {one.says}" for one in verify(lake).damage]))

    return work


def drawn(chance: random.Random, way: str, usual: dict[str, int], seconds: float, share: float) -> Plan:
    """A way to die, within a share of a whole run."""
    if way == "time":
        return Plan(seconds=chance.uniform(0.05, seconds * share))
    if way == "boundary":
        return Plan(boundary=chance.randint(1, max(2, round(BOUNDARIES * share))))
    actions = [Action.KILL_BEFORE, Action.KILL_AFTER] + ([Action.KILL_TORN] * 2 if way == "write" else [])
    return Plan(_KINDS[way], chance.randint(1, round(usual[way] * share)), chance.choice(actions))


def ledger(lake: Path) -> set[str]:
    """Batches that the lake has, of those that are files of batches; nobody has it open. By SQLite, with no threads."""
    path = catalog.catalog_path(lake)
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT path FROM ducklake_data_file").fetchall()
    return {name.partition(".")[0] for (name,) in names}


def leftovers(lake: Path) -> list[str]:
    """Files that nothing in the lake refers to."""
    with closing(sqlite3.connect(catalog.catalog_path(lake))) as connection:
        known = {name for (name,) in connection.execute("SELECT path FROM ducklake_data_file")}
        known |= {name for (name,) in connection.execute("SELECT path FROM ducklake_delete_file")}
    found = [path for path in catalog.files_path(lake).rglob("*") if path.is_file() and path.name not in known]
    found += [*incoming_path(lake).glob("*"), *lake.rglob("*.tmp")]
    return sorted({path.relative_to(lake).as_posix() for path in found})


@dataclass
class Press:
    """What every lake is made of, and what an undisturbed run of it asks of the disk."""

    manifest: Path
    usual: dict[str, int]  # calls by kind
    seconds: float


def suffered(lake: Path, press: Press, chance: random.Random, beginning: str, tally: Tally) -> None:
    """Kill runs on one lake, let one end; kill upkeep, let it end."""
    acknowledged: set[str] = set()
    number = of_this = 0
    share = BEGINNINGS[beginning]

    def killed(end: Ended, way: str) -> bool:
        nonlocal of_this
        if end.status == signal.SIGKILL:
            tally.killed[way] += 1
            tally.stages[end.stage] += 1
            of_this += 1
            return True
        if end.status:
            tally.wrong.append(f"{lake.name} run {number} {end.stage}: {end.said[-1]}")
        return False

    is_killed = True
    while is_killed:
        way = WAYS[sum(tally.killed.values()) % len(WAYS)]
        is_free = of_this >= KILLS_A_LAKE or sum(tally.killed.values()) >= KILLS or beginning == "maintain"
        plan = Plan() if is_free else drawn(chance, way, press.usual, press.seconds, share)
        number += 1
        work = whole(lake, press.manifest, f"run{number}", is_published=beginning == "publish")
        end = forked(work, plan, lake)
        acknowledged |= {batch for batch in end.committed if not batch.startswith("seal-")}
        is_killed = killed(end, way)
        if lost := acknowledged_and_gone(lake, acknowledged):
            tally.wrong.append(f"{lake.name} run {number}: committed and gone: {sorted(lost)[:3]}")
    tally.orphans_before += len(leftovers(lake))
    for _ in range(KILLS_OF_UPKEEP * (2 if beginning == "maintain" else 1)):
        if sum(tally.killed.values()) < KILLS:
            way = WAYS[sum(tally.killed.values()) % len(WAYS)]
            number += 1
            plan = drawn(chance, way, press.usual, press.seconds, BEGINNINGS["maintain"])
            killed(forked(maintained(lake, f"upkeep{number}"), plan, lake), way)
    killed(forked(maintained(lake, "upkeep"), Plan(), lake), "")


def acknowledged_and_gone(lake: Path, acknowledged: set[str]) -> set[str]:
    """Batches that were committed and are in the lake no more."""
    return acknowledged - ledger(lake) if acknowledged else set()


def compared(lake: Path, whole_facts: dict[str, list[str]], tally: Tally) -> None:
    """Hold a lake against one that was left alone."""
    end = forked(checked(lake), Plan(), lake)
    if end.status:
        tally.wrong.append(f"{lake.name}: {end.said[-1]}")
        return
    said = dict(line.split(" ", 1) for line in end.said)
    found = json.loads(said["facts"])
    for table, rows in whole_facts.items():
        if found[table] != rows:
            other = [f"{len(rows)} -> {len(found[table])} rows", *sorted(set(found[table]) ^ set(rows))[:2]]
            tally.wrong.append(f"{lake.name} {table}: {other}")
    tally.wrong += [f"{lake.name} {one}" for one in json.loads(said["damage"])]
    tally.wrong += [f"{lake.name} left behind: {name}" for name in leftovers(lake)]


def main() -> None:
    """Make the lake that is left alone; then kill."""
    if not shim.is_loaded():
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "tests.faults.crashes"], shim.environment())
    folder = Path(tempfile.mkdtemp(prefix="sillok-crashes-"))
    manifest = whole_run.corpus(folder / "pages", SHARE)
    memory: Memory = {}
    whole_run.prepare(memory)
    remember(folder / "annotations", manifest, memory)
    reading.warm_up()
    press, whole_facts, disk = left_alone(folder / "alone", manifest)
    print(
        f"left alone: {press.usual}, {sum(map(len, whole_facts.values()))} rows, {press.seconds:.0f} s", file=sys.stderr
    )
    begun = beginnings(folder, press)

    chance, tally, began = random.Random(SEED), Tally(wrong=list(disk.faults)), time.monotonic()
    while sum(tally.killed.values()) < KILLS:
        beginning = list(BEGINNINGS)[tally.lakes % len(BEGINNINGS)]
        lake = folder / f"lake{tally.lakes:03}-{beginning}"
        if beginning in begun:
            shutil.copytree(begun[beginning], lake)
        suffered(lake, press, chance, beginning, tally)
        compared(lake, whole_facts, tally)
        tally.lakes += 1
        if not any(line.startswith(lake.name) for line in tally.wrong):
            shutil.rmtree(lake)
        done, seconds = sum(tally.killed.values()), time.monotonic() - began
        print(
            f"{done} of {KILLS} kills, {tally.lakes} lakes, {len(tally.wrong)} wrong, {seconds:.0f} s", file=sys.stderr
        )
    figures = {
        "kills": sum(tally.killed.values()),
        "by_way": dict(tally.killed),
        "by_stage": dict(tally.stages),
        "lakes": tally.lakes,
        "rows_compared": sum(map(len, whole_facts.values())),
        "files_left_before_maintain": tally.orphans_before,
        "write_order": {"catalogue_syncs": disk.commits, "files_named": disk.files, "faults": len(disk.faults)},
        "wrong": tally.wrong,
        "seed": SEED,
        "seconds": round(time.monotonic() - began),
    }
    if not tally.wrong:
        shutil.rmtree(folder)
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(bool(tally.wrong))


def left_alone(lake: Path, manifest: Path) -> tuple[Press, dict[str, list[str]], Disk]:
    """One run that nobody disturbs: what it leaves, and in which order it wrote."""
    path = lake.with_suffix(".log")
    with path.open("ab") as log:
        plan = Plan(log=log.fileno())
        end = forked(whole(lake, manifest, "alone", is_published=True), plan, lake)
        assert end.status == 0, end.said[-1]
        upkeep = forked(maintained(lake, "upkeep"), plan, lake)
        assert upkeep.status == 0, upkeep.said[-1]
    counted = dict(line.split()[1:] for line in end.said if line.startswith("seen "))
    usual = {name: int(counted[str(int(kind))]) for name, kind in _KINDS.items()}
    held = forked(checked(lake), Plan(), lake)
    assert held.status == 0, held.said[-1]
    with path.open(encoding="utf-8") as lines:
        disk = write_order.read(lake, lines)
    return Press(manifest, usual, end.seconds), json.loads(held.said[0].split(" ", 1)[1]), disk


def beginnings(folder: Path, press: Press) -> dict[str, Path]:
    """Lakes in which a stage is about to begin, by stage."""
    lake, found = folder / "whole", {}
    for stage in list(BEGINNINGS)[1:]:
        work = whole(lake, press.manifest, f"before-{stage}", is_published=stage == "publish")
        forked(work, Plan(stage="end" if stage == "maintain" else stage), lake)
        found[stage] = folder / f"before-{stage}"
        shutil.copytree(lake, found[stage])
    return found


def remember(path: Path, manifest: Path, memory: Memory) -> None:
    """Annotate the corpus in a process of its own, the language models with it, and take over what it found."""
    child = os.fork()
    if child == 0:
        lake = path.with_name("first")
        whole_run.run(lake, manifest, "first", lambda _: None, is_published=False)
        path.write_bytes(pickle.dumps(memory))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    memory.update(pickle.loads(path.read_bytes()))
    shutil.rmtree(path.with_name("first"))


if __name__ == "__main__":
    main()
