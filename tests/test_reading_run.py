"""Reading as an operator sees it: what drifted stands in the run's words, and a page once lost is tried again."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.extract import read_group
from flows.extraction.article import EXTRACTOR, Article, Outcome
from flows.lake import batches, due, views
from flows.lake.due import Unread
from flows.lake.tables import CAPTURES, FETCHES
from flows.runs import Progress
from flows.steps.publishing import SQL
from flows.steps.reading import BatchRead, write_batch
from flows.workers import Workers
from tests.conftest import sillok
from tests.lake.test_due import NOW, fetch

pytestmark = pytest.mark.slow

PAGE = """<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{number}번 길 넓힌다 - 느티일보</title>
<meta property="og:site_name" content="느티일보"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-0{day}T09:30:00+09:00"></head><body><article>
<h1>{number}번 길 넓힌다</h1>
<p>느티시가 {number}번 길을 두 차로로 넓힌다. 시는 {day}일 공사비 12억원을 확보해 다음 달 착공한다고 밝혔다.</p>
<p>길가에는 점포 {number}곳이 있고 하루 3천 명이 지난다. 공사는 오는 9월 끝날 예정이다.</p>
{byline}</article><footer>ⓒ 느티일보. 무단 전재 및 재배포 금지</footer></body></html>"""
READ_ONLY = ("--until", "extract")
BYLINE = "<p>윤솔 기자 sol@neuti.example</p>"


def save(folder: Path, day: int, count: int, byline: Callable[[int], str]) -> Path:
    """Some pages of one day in a folder, and the manifest that says when each was saved."""
    folder.mkdir()
    lines = []
    for number in range(count):
        path = folder / f"{day}-{number}.html"
        path.write_text(PAGE.format(number=100 * day + number, day=day, byline=byline(number)), encoding="utf-8")
        url = f"https://neuti.example/news/{day}{number:04}"
        lines.append({"input": str(path), "url": url, "captured_at": f"2026-03-0{day}T12:00:{number:02}+09:00"})
    manifest = folder.with_suffix(".jsonl")
    manifest.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return manifest


def test_a_run_says_that_a_publishers_pages_lost_their_byline_and_nothing_of_one_odd_page(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    before = [save(tmp_path / f"day{day}", day, 12, lambda number: BYLINE) for day in range(1, 5)]
    (tmp_path / "before.jsonl").write_text("\n".join(path.read_text() for path in before))
    folders = [str(path.with_suffix("")) for path in before]
    assert sillok(lake, "import", "--manifest", str(tmp_path / "before.jsonl"), *folders, *READ_ONLY).returncode == 0
    odd = save(tmp_path / "day5", 5, 12, lambda number: "" if number == 3 else BYLINE)
    done = sillok(lake, "import", "--manifest", str(odd), str(odd.with_suffix("")), *READ_ONLY)
    assert done.returncode == 0
    assert "used to be so" not in done.stderr
    rotten = save(tmp_path / "day6", 6, 16, lambda number: "")
    done = sillok(lake, "import", "--manifest", str(rotten), str(rotten.with_suffix("")), *READ_ONLY)
    assert done.returncode == 0
    assert "느티일보: authors is found on 0 of its last 16 pages; it used to be so on 98 % of 60" in done.stderr
    with batches.writing(lake, "test") as writer:
        views.publish(writer.connection, views.read(SQL))
    asked = sillok(lake, "query", "what_do_pages_hold", "--format", "csv")
    assert "느티일보,,has_authors," in asked.stdout


def hangs_on_two(lake: Path, unread: tuple[Unread, ...]) -> BatchRead:
    """Stands in for the reader on a busy day: page 2 never ends, page 3 kills its worker."""
    for capture in unread:
        if capture.attempt == 1 and capture.capture_id == "2":
            time.sleep(600)
        if capture.attempt == 1 and capture.capture_id == "3":
            os._exit(7)
    return write_batch(lake, [(one, Article(one.capture_id, one.capture_id, Outcome.OK)) for one in unread])


def nothing() -> None:
    """No warm-up."""


def test_a_page_that_hangs_is_killed_gets_its_row_and_is_read_by_a_later_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.extract.read_batch", hangs_on_two)
    rows = "SELECT capture_id, outcome, reason, attempt FROM lake.staging.articles ORDER BY capture_id, attempt"
    with batches.writing(tmp_path, "test") as writer:
        place = {"warc_file": "w", "warc_bytes": 1, "payload_bytes": 1, "payload_sha256": "d", "source_id": "neuti"}
        for name in "1234":
            known = {**place, "capture_id": name, "url": name, "url_key": name, "kind": "article"}
            stored = {**fetch(name, "stored", NOW), "capture_id": name}
            capture = {**known, "record_type": "response", "captured_at": NOW, "warc_offset": int(name)}
            writer.commit_rows("test", "run", name, [(FETCHES, [stored]), (CAPTURES, [capture])])
        with Workers(2, page_seconds=1, memory_bytes=4 * 2**30, warm_up=nothing) as workers:
            for run in ("one", "two", "three"):
                waiting = due.unread(writer.connection, EXTRACTOR)
                counts = read_group.fn(workers, writer, run, Progress("extract", len(waiting), "pages"), waiting, 64)
                assert sum(count.count for count in counts) == len(waiting) == {"one": 4, "two": 2, "three": 0}[run]
        found = writer.connection.execute(rows).fetchall()
        views.publish(writer.connection, views.read(SQL))
        current = writer.connection.execute("SELECT outcome FROM lake.staging.current_articles").fetchall()
    assert found == [
        ("1", "ok", None, 1),
        ("2", "deadline", "not done after 1 s; its worker was killed", 1),
        ("2", "ok", None, 2),
        ("3", "crashed", "its worker died (exit code 7)", 1),
        ("3", "ok", None, 2),
        ("4", "ok", None, 1),
    ]
    assert current == [("ok",)] * 4
