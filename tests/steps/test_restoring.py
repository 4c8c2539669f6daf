"""What was taken down does not come back from a backup, and does not stay in one."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.lake import backups, catalog, generations, orders
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.lake.orders import Orders
from flows.steps import maintaining, restoring, takedown
from flows.steps.takedown import Asked, Kind
from flows.steps.verifying import verify
from tests.steps import whole_lake
from tests.steps.gathered import rows
from tests.steps.scanned import held
from tests.steps.whole_lake import HEADLINE, HOST, MARKER, NAME, PATH, REPORTER

pytestmark = pytest.mark.slow

WORDS = (MARKER, NAME, HEADLINE, PATH, REPORTER)
OTHER_PAGE = "warc: http://harbour.example/news/pier-4418"
"""Another article's page links to what is taken down: it stays as it was served."""
LINKED = {word: {OTHER_PAGE} for word in (NAME, HEADLINE, PATH)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake, a backup of it beside it (`kept`), then an order against the marked article."""
    folder = tmp_path_factory.mktemp("whole")
    lake = whole_lake.copied(whole_lake.once(), folder / "lake")
    backups.backup(lake, folder / "kept", 0)
    with writing(lake, "order") as writer:
        done = takedown.take_down(writer, ordered(), "order")
    (generation,) = generations.all_of(folder / "kept")
    (line,) = done.backups
    assert generation.name in line
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    for name in ("lake", "kept"):
        whole_lake.copied(whole / name, tmp_path / name)
    (tmp_path / "lake" / orders.FOLDERS).write_text(json.dumps([str(tmp_path / "kept")]))
    return tmp_path


def ordered() -> Asked:
    return Asked(Kind.URLS, (f"http://{HOST}{PATH}",), "a court said so", "district court, 2026-17")


def titles(lake: Path) -> list[tuple[object, ...]]:
    return rows(lake, "SELECT title FROM lake.mart.articles ORDER BY 1")


def test_what_was_taken_down_after_a_backup_is_gone_from_what_is_restored_before_it_can_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = titles(folder / "lake")
    shutil.copy(folder / "lake" / orders.NAME, folder / "saved.json.gz")
    shutil.rmtree(folder / "lake")
    again = folder / "again"

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(takedown, "enforce", killed)
        with pytest.raises(KeyboardInterrupt):
            restoring.restore(folder / "kept", again)
    with pytest.raises(LakeError, match="has not ended"):
        catalog.read(again)
    with pytest.raises(LakeError, match="has not ended"), writing(again, "a run"):
        pass
    (folder / "kept" / orders.NAME).unlink()  # a backup that could not be told
    done = restoring.restore(folder / "kept", again, more_orders=folder / "saved.json.gz")
    assert done.order_count == 1
    assert titles(again) == before
    assert held(again, WORDS) == LINKED
    assert verify(again).damage == []
    assert rows(again, "SELECT ordered_by, erased_at IS NOT NULL FROM lake.ops.takedowns") == [
        ("district court, 2026-17", True)
    ]
    with pytest.raises(takedown.TakedownError, match="knows no"), writing(again, "order") as writer:
        takedown.take_down(writer, Asked(Kind.URLS, (f"http://{HOST}/never",), "why", "who"), "order")


def test_backups_that_hold_what_was_taken_down_are_written_anew_without_it(folder: Path) -> None:
    lake, kept = folder / "lake", folder / "kept"
    (old,) = generations.all_of(kept)
    assert held(kept, WORDS).keys() == set(WORDS)
    with pytest.raises(LakeError, match="sillok maintain"):
        restoring.erase(lake, kept)
    said = [part.says for part in maintaining.parts(lake, "run")]
    assert any(old.name in line and "--erase" in line for line in said)
    made = backups.backup(lake, kept, 0)
    assert made.holding == (old.name,)
    untouched = next(old.rglob("files/raw/sources/*.parquet"))
    same, name = untouched.stat().st_ino, untouched.relative_to(old)
    assert restoring.erase(lake, kept) == [f"{old.name}-1"]
    assert [one.name for one in generations.all_of(kept)] == [f"{old.name}-1", made.folder.name]
    assert backups.holding_any(kept) == []
    assert {word: {place.partition(": ")[2] for place in places} for word, places in held(kept, WORDS).items()} == {
        word: {OTHER_PAGE.partition(": ")[2]} for word in LINKED
    }
    assert (kept / f"{old.name}-1" / name).stat().st_ino == same
    assert restoring.restore(kept, folder / "again", f"{old.name}-1").order_count == 0
    assert titles(folder / "again") == titles(lake)
    assert verify(folder / "again").damage == []


def test_a_backup_that_could_not_be_told_is_named_and_orders_that_are_not_there_are_refused(folder: Path) -> None:
    lake, kept = folder / "lake", folder / "kept"
    (lake / orders.FOLDERS).write_text(json.dumps([str(folder / "unplugged")]))
    connection = catalog.read(lake)
    (told,) = orders.tell(lake, connection)
    connection.close()
    assert (told.folder, told.fault) == (folder / "unplugged", "it is not there")
    with pytest.raises(LakeError, match="There is no"):
        restoring.restore(kept, folder / "again", more_orders=folder / "no-such-file")
    assert not (folder / "again").exists()


def test_a_backup_without_the_file_of_orders_says_that_it_knows_of_none(folder: Path, tmp_path: Path) -> None:
    (generation,) = generations.all_of(folder / "kept")
    apart = whole_lake.copied(generation, tmp_path / "apart" / generation.name)
    done = restoring.restore(apart, tmp_path / "again")
    assert done.order_count == 0
    assert any("--orders" in note for note in done.notes)
    assert restoring.restore(folder / "kept", tmp_path / "told").notes == ()


def test_one_damaged_generation_keeps_no_other_from_being_rid_of_what_was_taken_down(folder: Path) -> None:
    lake, kept = folder / "lake", folder / "kept"
    (old,) = generations.all_of(kept)
    damaged = whole_lake.copied(old, kept / f"0{old.name}")  # before all others
    file = next(damaged.rglob("files/raw/captures/*.parquet"))
    file.unlink()  # it is shared
    file.write_bytes(b"PAR1")
    list(maintaining.parts(lake, "run"))
    with pytest.raises(LakeError, match=f"{damaged.name}: .*damaged.*written anew: {old.name}-1"):
        restoring.erase(lake, kept)
    assert [one.name for one in generations.all_of(kept)] == [damaged.name, f"{old.name}-1"]


def test_orders_that_meet_in_one_file_are_all_there(tmp_path: Path) -> None:
    """A takedown tells a folder while a backup into it does."""
    at = datetime(2026, 11, 26, tzinfo=UTC)

    def told(number: int) -> None:
        name = f"order-{number}"
        orders.save(tmp_path / orders.NAME, Orders({name: {"order_id": name, "taken_at": at, "erased_at": None}}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(told, range(40)))
    assert len(orders.load(tmp_path / orders.NAME).rows) == 40


def test_orders_that_cannot_be_read_stop_a_restore_before_anything_is_written(folder: Path) -> None:
    path = folder / "kept" / orders.NAME
    data = bytearray(path.read_bytes())
    data[-6] ^= 1
    path.write_bytes(data)
    with pytest.raises(LakeError, match=orders.NAME):
        restoring.restore(folder / "kept", folder / "again")
    assert not (folder / "again").exists()
