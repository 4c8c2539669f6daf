"""A person who hands over a folder wants every file answered for: read, or told why not."""

import gzip
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.fetching.outcomes import Reason, State
from flows.fetching.saved import MAX_FILE_BYTES, ManifestError, Saved, read_inputs, store_saved
from flows.fetching.warc import WarcWriter, read_payload
from tests.fetching.fault_server import PNG, gzip_bomb, page


def problems(folder: Path) -> dict[str, Reason | None]:
    return {Path(saved.input).name: saved.problem for saved in read_inputs([folder])}


def foreign_warc(path: Path) -> None:
    """A WARC as another tool writes it: pages, a picture, a missing page, a saved text, a revisit, crawler records."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "other"}))

    def response(url: str, status: str, body: bytes, *headers: tuple[str, str]) -> None:
        head = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), length=len(body), http_headers=head,
                warc_headers_dict={"WARC-Date": "2025-06-01T02:03:04Z"},
            )
        )  # fmt: skip

    packed = gzip.compress(page("1"))
    response("http://harbour.example/1", "200 OK", packed, ("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(page("2")), page("2"))
    response(
        "http://harbour.example/2", "200 OK", chunked, ("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")
    )
    response("http://harbour.example/a.png", "200 OK", PNG, ("Content-Type", "image/png"))
    response("http://harbour.example/3", "404 Not Found", b"gone", ("Content-Type", "text/html"))
    response("http://harbour.example/4", "301 Moved", b"", ("Location", "/5"))
    text = b"A note about the ferry."
    writer.write_record(
        writer.create_warc_record(
            "http://harbour.example/6",
            "conversion",
            payload=io.BytesIO(text),
            length=len(text),
            warc_content_type="text/plain",
        )
    )
    path.write_bytes(buffer.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "pages"
    (root / "b").mkdir(parents=True)
    (root / ".hidden").mkdir()
    (root / "good.html").write_bytes(page("1"))
    (root / "packed.v2.html.gz").write_bytes(gzip.compress(page("2")))
    (root / "note.txt").write_text("배가 들어왔다.", encoding="cp949")
    (root / "plain.html.gz").write_bytes(page("3"))
    (root / "empty.html").write_bytes(b"")
    (root / "blank.html").write_bytes(b"\xef\xbb\xbf \n\x00")
    (root / "picture.html").write_bytes(PNG)
    (root / "paper.pdf").write_bytes(b"%PDF-1.7 and so on")
    (root / "noise.bin").write_bytes(bytes(range(256)) * 30)
    (root / "cut.html.gz").write_bytes(gzip.compress(page("4"))[:-20])
    (root / "bomb.html.gz").write_bytes(gzip_bomb())
    (root / "huge.html").write_bytes(b"<p>x" * (MAX_FILE_BYTES // 4 + 1))
    (root / "utf16.html").write_bytes(page("5").decode().encode("utf-16-le"))
    (root / "nuls.html").write_bytes(b"\x00" * 1000 + page("6").replace(b"ferry", b"fer\x00ry"))
    (root / "b" / "page.html").write_bytes(page("7"))
    (root / "b" / ".secret.html").write_bytes(page("8"))
    (root / ".hidden" / "x.html").write_bytes(page("9"))
    os.mkfifo(root / "pipe.html")
    (root / "loop").symlink_to(root)
    (root / "dangling.html").symlink_to(root / "nowhere")
    return root


def test_every_file_of_a_folder_is_answered_for_once(folder: Path) -> None:
    assert problems(folder) == {
        "good.html": None,
        "packed.v2.html.gz": None,
        "note.txt": None,
        "plain.html.gz": None,
        "utf16.html": None,
        "nuls.html": None,
        "page.html": None,
        "empty.html": Reason.EMPTY_FILE,
        "blank.html": Reason.EMPTY_FILE,
        "picture.html": Reason.BINARY_FILE,
        "paper.pdf": Reason.BINARY_FILE,
        "noise.bin": Reason.BINARY_FILE,
        "cut.html.gz": Reason.BROKEN_GZIP,
        "bomb.html.gz": Reason.FILE_TOO_LARGE,
        "huge.html": Reason.FILE_TOO_LARGE,
        "pipe.html": Reason.UNREADABLE_FILE,
        "dangling.html": Reason.UNREADABLE_FILE,
    }
    names = [saved.input for saved in read_inputs([folder])]
    assert names == sorted(names) and len(names) == 17


def test_a_problem_explains_itself_in_a_sentence(folder: Path) -> None:
    for saved in read_inputs([folder]):
        assert (saved.problem is None) == (saved.detail is None)
        assert saved.problem is None or (saved.payload == b"" and "\n" not in str(saved.detail))


def test_a_page_has_its_id_type_and_unpacked_bytes(folder: Path) -> None:
    saved = next(iter(read_inputs([folder / "packed.v2.html.gz"])))
    assert (saved.id, saved.content_type, saved.payload) == ("packed", "text/html", page("2"))
    assert saved.input == str(folder / "packed.v2.html.gz")


def test_pages_are_read_one_at_a_time(folder: Path) -> None:
    pages = read_inputs([folder / "good.html", folder / "later.html"])
    assert next(pages).problem is None
    (folder / "later.html").write_bytes(page("late"))
    assert next(pages).payload == page("late")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_unreadable(folder: Path) -> None:
    (folder / "good.html").chmod(0)
    assert problems(folder)["good.html"] is Reason.UNREADABLE_FILE


def test_a_path_that_is_not_there_is_a_row(tmp_path: Path) -> None:
    saved = list(read_inputs([tmp_path / "none.html"]))
    assert [one.problem for one in saved] == [Reason.UNREADABLE_FILE]


def test_a_manifest_says_what_the_file_cannot(folder: Path) -> None:
    manifest = folder.parent / "manifest.jsonl"
    lines = [
        {
            "input": str(folder / "note.txt"),
            "id": "n1",
            "url": "http://harbour.example/n",
            "captured_at": "2026-03-02T09:00+09:00",
        },
        {"input": "pages/good.html", "content_type": "text/html; charset=utf-8"},
        {"input": "pages/none.html", "id": "n3"},
    ]
    manifest.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    first, second, third = read_inputs([], manifest)
    assert (first.id, first.url, first.captured_at) == (
        "n1",
        "http://harbour.example/n",
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert (second.id, second.input, second.content_type) == ("good", "pages/good.html", "text/html; charset=utf-8")
    assert (third.id, third.problem) == ("n3", Reason.UNREADABLE_FILE)


def test_a_manifest_beside_paths_only_describes_them(folder: Path) -> None:
    manifest = folder.parent / "manifest.jsonl"
    manifest.write_text(json.dumps({"input": "pages/good.html", "url": "http://harbour.example/g"}))
    saved = list(read_inputs([folder / "b", folder / "good.html"], manifest))
    assert [one.url for one in saved] == [None, "http://harbour.example/g"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"id": "x"}',
        '{"input": 5}',
        '{"input": "a", "captured_at": "soon"}',
        '{"input": "a", "url": 1}',
        "[" * 99_000,
    ],
)
def test_a_manifest_that_is_none_is_refused_at_once(tmp_path: Path, text: str) -> None:
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(text)
    with pytest.raises(ManifestError, match=r"m\.jsonl"):
        read_inputs([], manifest)
    with pytest.raises(ManifestError):
        read_inputs([], tmp_path / "none.jsonl")


def test_each_page_record_of_a_foreign_warc_is_one_input(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    foreign_warc(path)
    saved = list(read_inputs([path]))
    assert [(one.url or "").rpartition("/")[2] for one in saved] == ["1", "2", "a.png", "3", "4", "6"]
    assert [one.problem for one in saved] == [None, None, Reason.NOT_HTML, Reason.HTTP_404, Reason.EMPTY_BODY, None]
    assert [one.payload for one in saved[:2]] == [page("1"), page("2")]
    assert all(one.input == f"{path}#{one.id}" and one.id.startswith("urn:uuid:") for one in saved)
    assert saved[0].captured_at == datetime(2025, 6, 1, 2, 3, 4, tzinfo=UTC)
    assert ("Content-Type", "text/html") in saved[0].headers and saved[0].status == 200
    assert saved[-1].record_type == "conversion"


def test_a_broken_warc_is_told_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    foreign_warc(path)
    path.write_bytes(path.read_bytes()[:-30])
    saved = list(read_inputs([path]))
    assert [one.problem for one in saved[:2]] == [None, None]
    assert saved[-1].problem is Reason.BROKEN_WARC and "byte" in str(saved[-1].detail)
    assert len({one.input for one in saved}) == len(saved)


def test_a_warc_without_pages_is_one_row(tmp_path: Path) -> None:
    (tmp_path / "none.warc.gz").write_bytes(b"")
    assert [one.problem for one in read_inputs([tmp_path / "none.warc.gz"])] == [Reason.EMPTY_FILE]


def test_a_saved_page_is_stored_once_and_read_back(folder: Path, tmp_path: Path) -> None:
    saved = next(iter(read_inputs([folder / "good.html"])))
    with WarcWriter(tmp_path / "warc", "r") as writer:
        first = store_saved(saved, "own", writer, set())
        assert first.capture is not None
        again = store_saved(saved, "own", writer, {first.capture.payload_sha256})
    assert (first.state, first.reason, first.capture.record_type) == (State.STORED, Reason.NONE, "resource")
    assert (again.state, again.reason, again.capture) == (State.DUPLICATE, Reason.SAME_DIGEST, None)
    path = tmp_path / "warc" / first.capture.warc_file
    assert read_payload(path, first.capture.warc_offset, first.capture.warc_bytes).payload == page("1")
    assert first.url.startswith("urn:sillok:saved:")


def test_an_imported_response_keeps_its_head_and_coded_bytes(tmp_path: Path) -> None:
    foreign_warc(tmp_path / "crawl.warc.gz")
    with WarcWriter(tmp_path / "warc", "r") as writer:
        stored = [store_saved(saved, "own", writer, set()) for saved in read_inputs([tmp_path / "crawl.warc.gz"])]
    assert [one.state for one in stored] == [
        State.STORED, State.STORED, State.SKIPPED, State.FAILED, State.FAILED, State.STORED,
    ]  # fmt: skip
    capture = stored[0].capture
    assert capture is not None and capture.record_type == "response" and capture.url == "http://harbour.example/1"
    record = read_payload(tmp_path / "warc" / capture.warc_file, capture.warc_offset, capture.warc_bytes)
    assert record.payload == page("1") and gzip.decompress(record.coded or b"") == page("1")
    assert record.captured_at == datetime(2025, 6, 1, 2, 3, 4, tzinfo=UTC)


def test_a_problem_is_carried_into_the_outcome(folder: Path, tmp_path: Path) -> None:
    with WarcWriter(tmp_path / "warc", "r") as writer:
        outcomes = [store_saved(saved, "own", writer, set()) for saved in read_inputs([folder])]
    assert len(outcomes) == 17
    assert all((one.capture is None) == (one.reason is not Reason.NONE) for one in outcomes)
    assert {one.state for one in outcomes} == {State.STORED, State.FAILED}


def test_a_page_with_an_odd_address_cannot_break_the_archive(tmp_path: Path) -> None:
    saved = Saved("x", "in\r\nput", page("1"), url="http://a.example/\r\nWARC-Type: request", captured_at=None)
    with WarcWriter(tmp_path, "r") as writer:
        stored = store_saved(saved, "own", writer, ())
    assert stored.capture is not None
    assert read_payload(
        tmp_path / stored.capture.warc_file, stored.capture.warc_offset, stored.capture.warc_bytes
    ).payload == page("1")
