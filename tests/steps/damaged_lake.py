"""A small lake that went through every step, for tests of damage: fetched pages and saved ones, read and annotated."""

import atexit
import hashlib
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from flows.enrichment.annotator import annotator
from flows.enrichment.transformers import Transformers
from flows.extraction.article import EXTRACTOR
from flows.fetching.capture import Capture, Fetched
from flows.fetching.outcomes import Reason, State
from flows.fetching.warc import Exchange, WarcWriter, pack_revisit
from flows.lake import due
from flows.lake.batches import Count, Writer, batch_id, writing
from flows.lake.tables import CAPTURES, FETCHES, LISTINGS, SOURCES
from flows.settings import Settings
from flows.steps import annotating, indexing, linking_versions, reading
from flows.steps.linking import Linking
from flows.steps.rows import capture_row, fetch_row
from flows.steps.saving import Saving
from flows.workers import Workers
from tests.lake.test_batches import source

BEGAN_AT = datetime(2026, 3, 4, 1, tzinfo=UTC)
HOST = "https://neuti.example"
PAGE = """<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>{name}시장 새 지붕 얹는다 - 느티일보</title>
<meta property="article:published_time" content="2026-03-04T09:30:00+09:00"></head><body><article>
<h1>{name}시장 새 지붕 얹는다</h1>
<p>{name}시가 40년 된 {name}시장의 지붕을 새로 얹는다. 시는 4일 공사비 12억원을 확보해 다음 달 착공한다고 밝혔다.</p>
<p>한보람 {name}은행 대표는 "비가 새던 통로부터 고치겠다"며 "상인들이 쉬는 날에만 공사하겠다"고 말했다.</p>
<p>시장에는 점포 120곳이 있고 하루 3천 명이 찾는다. 공사는 오는 9월 끝날 예정이다. {more}</p>
<p>윤솔 기자 sol@neuti.example</p></article></body></html>"""


def page(name: str, more: str = "") -> bytes:
    """A made-up article."""
    return PAGE.format(name=name, more=more).encode()


def _exchange(url: str, minute: int, body: bytes, **more: object) -> Exchange:
    kind = str(more.get("content_type", "text/html; charset=utf-8"))
    head = f'HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: "e1"\r\n'.encode()
    fields: dict[str, object] = {
        "url": url, "final_url": url, "captured_at": BEGAN_AT + timedelta(minutes=minute), "body": body,
        "payload_sha256": hashlib.sha256(body).hexdigest(), "payload_bytes": len(body),
        "content_type": "text/html; charset=utf-8", "status": 200, "request_head": b"GET / HTTP/1.1\r\n",
        "response_head": head, "etag": '"e1"', "ip": "192.0.2.7", **more,
    }  # fmt: skip
    return Exchange(**fields)  # type: ignore[arg-type]


def _fetched(capture: Capture, kind: str, state: State = State.STORED, reason: Reason = Reason.NONE) -> Fetched:
    at = capture.captured_at
    return Fetched(capture.url, "neuti", kind, state, reason, None, 1, at, at + timedelta(seconds=1), capture)


def gather(writer: Writer, run_id: str, names: list[str], again: Capture | None = None) -> list[Capture]:
    """A run that fetched robots.txt and some pages, and for one of them was told that nothing has changed."""
    archive = WarcWriter(writer.lake / "warc", run_id)
    robots = archive.write_response(_exchange(f"{HOST}/robots.txt", 0, b"User-agent: *\n", content_type="text/plain"))
    ends = [_fetched(robots, "robots")]
    pages = [
        archive.write_response(
            _exchange(
                f"{HOST}/{run_id}/{number}",
                number + 1,
                page(name),
                robots_capture_id=robots.capture_id,
                notes=(("source", "neuti"), ("kind", "article")),
            )
        )
        for number, name in enumerate(names)
    ]
    ends += [_fetched(one, "article") for one in pages]
    if again:
        head = b'HTTP/1.1 304 Not Modified\r\nContent-Type: text/html; charset=utf-8\r\nETag: "e1"\r\n'
        known = {"payload_sha256": again.payload_sha256, "status": 304, "response_head": head}
        told = _exchange(again.url, 90, b"", **known)
        packed = pack_revisit(told, again.capture_id, again.captured_at, is_same_digest=False)
        ends.append(_fetched(archive.write(packed), "article", State.UNCHANGED, Reason.NOT_MODIFIED))
    archive.close()
    skipped = Fetched(f"{HOST}/not-now", "neuti", "article", State.SKIPPED, Reason.NOT_DUE, None, 0, BEGAN_AT, BEGAN_AT)
    listings = [
        {"listing_id": f"{run_id}-{number}", "run_id": run_id, "source_id": "neuti", "channel_kind": "feed",
         "channel_url": f"{HOST}/rss", "url": f"{HOST}/{number}", "url_raw": f"{HOST}/{number}",
         "url_key": f"k{number}", "listed_at": BEGAN_AT}
        for number in range(len(names))
    ]  # fmt: skip
    writer.commit_rows(
        "ingest", run_id, batch_id("ingest", run_id, [one.url for one in ends]),
        [(LISTINGS, listings), (FETCHES, [fetch_row(one, run_id) for one in [*ends, skipped]]),
         (CAPTURES, [row for one in ends if (row := capture_row(one))])],
    )  # fmt: skip
    count = sum(one.kind == "article" for one in ends) + 1
    writer.close_run(run_id, "ingest", BEGAN_AT, [Count("listed", "listed", count), Count("fetched", "stored", count)])
    return pages


def go_on(writer: Writer, run_id: str) -> None:
    """What follows gathering: read, annotate, compare, index what has not been."""
    models = Transformers()
    unread = due.unread(writer.connection, EXTRACTOR)
    for start in range(0, len(unread), 2):
        read = reading.read_batch(writer.lake, tuple(unread[start : start + 2]))
        writer.commit("extract", run_id, read.batch, [read.file])
    keys = due.unannotated(writer.connection, EXTRACTOR, annotator(models))
    for start in range(0, len(keys), 3):
        said = annotating.annotate_batch(writer.lake, EXTRACTOR, models, tuple(keys[start : start + 3]))
        writer.commit("enrich", run_id, said.batch, list(said.files))
    annotating._connection(writer.lake).close()  # of a worker process, elsewhere: it keeps the catalogue's log
    annotating._connection.cache_clear()
    for _ in linking_versions.parts(Linking(writer, _NO_WORKERS, run_id)):
        pass
    for _ in indexing.parts(writer, run_id, annotator(models), 3):
        pass


_NO_WORKERS: Workers = None  # type: ignore[assignment]  # comparing versions needs none


def made(lake: Path, pages: Path) -> Path:
    """The lake: two fetching runs and one import, with everything that follows."""
    pages.mkdir(parents=True)
    for name in ("도토리",):
        (pages / f"{name}.html").write_bytes(page(name))
    with writing(lake, "first") as writer:
        writer.commit_rows("ingest", "first", "sources", [(SOURCES, [source("neuti")])])
        first = gather(writer, "first", ["느티", "버들"])
        go_on(writer, "first")
    with writing(lake, "second") as writer:
        gather(writer, "second", ["느티나무", "한울"], first[0])
        go_on(writer, "second")
    with writing(lake, "third") as writer:
        for _ in Saving(writer, "third", Settings(lake=lake)).batches([pages]):
            pass
        go_on(writer, "third")
    with writing(lake, "last"):
        pass
    return lake


@cache
def once() -> Path:
    """The lake, made once a test process; to be copied, never written to."""
    folder = Path(tempfile.mkdtemp(prefix="sillok-whole-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return made(folder / "lake", folder / "pages")
