"""The WARC files are the record of truth: what they lose is lost, and what nobody else can read is locked in."""

import gzip
import hashlib
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from flows.fetching.capture import Capture
from flows.fetching.outcomes import Reason
from flows.fetching.warc import (
    Exchange,
    LostRecordsError,
    StoredRecord,
    WarcFault,
    WarcWriter,
    pack_revisit,
    read_payload,
    records,
    recover,
)

AT = datetime(2026, 3, 2, 4, 5, 6, 789012, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Desk: \xed\x95\xad\xea\xb5\xac\r\n"


def exchange(seed: int, body: bytes | None = None, head: bytes = HEAD) -> Exchange:
    noise = random.Random(seed).randbytes(40)
    body = f"<html><p>Ferry number {seed} left Fairhaven.</p></html>".encode() * 60 + noise if body is None else body
    return Exchange(
        url=f"http://harbour.example/{seed}",
        final_url=f"http://harbour.example/{seed}",
        captured_at=AT,
        body=body,
        payload_sha256=hashlib.sha256(body).hexdigest(),
        payload_bytes=len(body),
        content_type="text/html; charset=utf-8",
        status=200,
        request_head=b"GET / HTTP/1.1\r\nHost: harbour.example\r\n\r\n",
        response_head=head,
        ip="192.0.2.1",
        notes=(("fetchTimeMs", "12"),),
    )


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, list[Capture], list[bytes]]:
    exchanges = [exchange(seed) for seed in range(12)]
    with WarcWriter(tmp_path, "run-7") as writer:
        captures = [writer.write_response(one) for one in exchanges]
    return tmp_path / captures[0].warc_file, captures, [one.body for one in exchanges]


def found_in(path: Path) -> tuple[list[StoredRecord], list[WarcFault]]:
    items = list(records(path))
    return [i for i in items if isinstance(i, StoredRecord)], [i for i in items if isinstance(i, WarcFault)]


def test_a_capture_is_read_back_byte_for_byte(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, captures, bodies = archive
    for capture, body in zip(captures, bodies, strict=True):
        record = read_payload(path, capture.warc_offset, capture.warc_bytes)
        assert record.payload == body and record.problem is None
        assert record.capture_id == capture.capture_id and record.status == 200
        assert record.captured_at == AT and record.target_uri == capture.final_url
        assert ("X-Desk", "항구") in record.headers
        assert hashlib.sha256(record.payload).hexdigest() == capture.payload_sha256


def test_other_tools_read_the_file_and_its_digests_hold(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, captures, bodies = archive
    with path.open("rb") as file:
        seen = []
        for record in ArchiveIterator(file, check_digests=True):
            payload = record.content_stream().read()
            assert record.digest_checker.passed is not False
            seen.append((record.rec_type, payload))
    assert [kind for kind, _ in seen] == ["warcinfo", *["metadata", "request", "response"] * len(captures)]
    assert [payload for kind, payload in seen if kind == "response"] == bodies
    with path.open("rb") as file:
        native = [
            record.reader.read() for record in FastIterator(file) if record.headers.get("WARC-Type") == "response"
        ]
    assert native == bodies


def test_the_checkers_of_other_tools_find_no_fault(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, captures, _ = archive
    checker = Path(sys.executable).with_name("warcio")
    done = subprocess.run([checker, "check", "-v", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "digest pass" in done.stdout
    assert "fail" not in done.stdout.lower()
    with path.open("rb") as file:
        digests = [
            record.verify_block_digest()
            for record in FastIterator(file, parse_http=False)
            if record.headers.get("WARC-Block-Digest")
        ]
    assert len(digests) >= len(captures) and all(digests)


def test_the_response_head_lies_there_as_it_was_served(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, _, _ = archive
    assert HEAD.rstrip() + b"\r\n\r\n<html>" in gzip.decompress(path.read_bytes())


def test_the_committed_end_is_the_end_of_the_file(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    """So that a file cut there keeps the request and metadata of its last capture."""
    path, captures, _ = archive
    assert captures[-1].warc_offset + captures[-1].warc_bytes == path.stat().st_size


def test_a_gzipped_body_is_kept_coded_and_read_decoded(tmp_path: Path) -> None:
    text = b"<p>in the open</p>" * 100
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
    with WarcWriter(tmp_path, "r") as writer:
        capture = writer.write_response(exchange(1, gzip.compress(text), head))
    path = tmp_path / capture.warc_file
    assert read_payload(path, capture.warc_offset, capture.warc_bytes).payload == text
    assert found_in(path)[0][0].payload == text
    raw = gzip.decompress(path.read_bytes())
    assert b"\r\nContent-Encoding: gzip\r\n" in raw and gzip.compress(text)[10:] in raw
    assert b"\r\nTransfer-Encoding" not in raw  # the chunk marks are gone, the header must not promise them
    assert b"\r\nX-Crawler-Transfer-Encoding: chunked" in raw


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    with WarcWriter(tmp_path, "r") as writer:
        capture = writer.write_response(exchange(1, gzip.compress(bytes(5_000_000)), head))
    record = read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes, max_bytes=100_000)
    assert record.problem is Reason.DECODED_TOO_LARGE and len(record.payload) <= 100_000


def test_a_revisit_refers_to_the_capture_it_repeats(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "r") as writer:
        first = writer.write_response(exchange(1))
        not_modified = replace(exchange(1, b"", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n"), status=304)
        second = writer.write(pack_revisit(not_modified, first.capture_id, AT, is_same_digest=False))
        third = writer.write(pack_revisit(exchange(1), first.capture_id, AT, is_same_digest=True))
    path = tmp_path / first.warc_file
    for capture, profile in ((second, "server-not-modified"), (third, "identical-payload-digest")):
        record = read_payload(path, capture.warc_offset, capture.warc_bytes)
        assert (record.record_type, record.refers_to, record.payload) == ("revisit", first.capture_id, b"")
        assert profile in dict(record.warc_headers)["WARC-Profile"]
        assert capture.refers_to == first.capture_id and capture.payload_bytes == 0
    with path.open("rb") as file:
        assert sum(record.rec_type == "revisit" for record in ArchiveIterator(file)) == 2


def test_a_saved_page_becomes_a_resource_record_even_if_it_looks_like_http(tmp_path: Path) -> None:
    page = b"HTTP/1.1 is a protocol\r\n\r\n<p>an essay</p>"
    saved = replace(exchange(1, page), status=None, response_head=None, request_head=None, content_type="text/html")
    with WarcWriter(tmp_path, "r") as writer:
        capture = writer.write_resource(saved)
    record = read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes)
    assert (record.record_type, record.payload, record.content_type) == ("resource", page, "text/html")


def test_a_cut_page_says_so_for_ever(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "r") as writer:
        capture = writer.write_response(replace(exchange(1), truncated="disconnect"))
    record = read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes)
    assert capture.truncated == record.truncated == "disconnect"


def test_files_are_named_by_run_and_number_and_rolled_by_size(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "run-9", roll_bytes=2_000) as writer:
        captures = [writer.write_response(exchange(seed)) for seed in range(6)]
    names = sorted({capture.warc_file for capture in captures})
    assert len(names) > 1
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/run-9-\d{5}\.warc\.gz", name) for name in names)
    for capture in captures:
        assert read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes).problem is None


def test_a_run_taken_up_again_never_overwrites(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, "r") as writer:
        first = writer.write_response(exchange(1))
    with WarcWriter(tmp_path, "r") as writer:
        second = writer.write_response(exchange(2))
    assert first.warc_file != second.warc_file
    assert read_payload(tmp_path / first.warc_file, first.warc_offset, first.warc_bytes).problem is None


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", "a b", "x" * 65, "http://a.example/"])
def test_a_run_id_that_could_leave_the_folder_is_refused(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ValueError, match="run id"):
        WarcWriter(tmp_path, run_id)


def test_a_header_cannot_be_smuggled_into_a_record(tmp_path: Path) -> None:
    evil = replace(exchange(1), final_url="http://a.example/\r\nWARC-Type: resource", content_type="text/html\r\nX: y")
    with WarcWriter(tmp_path, "r") as writer:
        capture = writer.write_response(evil)
    record = read_payload(tmp_path / capture.warc_file, capture.warc_offset, capture.warc_bytes)
    assert record.record_type == "response" and "X" not in dict(record.warc_headers)


def test_a_killed_run_is_cut_back_to_what_was_committed(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, captures, bodies = archive
    committed = captures[4].warc_offset + captures[4].warc_bytes
    assert recover(path, committed) > 0
    pages, faults = found_in(path)
    assert [page.payload for page in pages] == bodies[:5] and not faults
    assert recover(path, committed) == 0


def test_a_file_of_which_nothing_was_committed_is_removed(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, _, _ = archive
    recover(path, 0)
    assert not path.exists()
    assert recover(path, 0) == 0


def test_lost_records_are_never_passed_over(archive: tuple[Path, list[Capture], list[bytes]]) -> None:
    path, captures, _ = archive
    end = captures[-1].warc_offset + captures[-1].warc_bytes
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LostRecordsError):
        recover(path, end)
    with pytest.raises(LostRecordsError):
        recover(path.with_name("gone.warc.gz"), end)


def test_a_file_cut_anywhere_gives_every_whole_record_and_one_fault(
    archive: tuple[Path, list[Capture], list[bytes]], tmp_path: Path
) -> None:
    path, captures, bodies = archive
    raw, cut_path = path.read_bytes(), tmp_path / "cut.warc.gz"
    for cut in range(1, len(raw), 61):
        cut_path.write_bytes(raw[:cut])
        whole = sum(capture.warc_offset + capture.warc_bytes <= cut for capture in captures)
        pages, faults = found_in(cut_path)
        assert [page.payload for page in pages] == bodies[:whole], cut
        assert len(faults) <= 1


def test_one_flipped_bit_costs_one_record_and_is_told(
    archive: tuple[Path, list[Capture], list[bytes]], tmp_path: Path
) -> None:
    path, _, bodies = archive
    raw, bad = path.read_bytes(), tmp_path / "bad.warc.gz"
    rng = random.Random(4)
    told = 0
    for _ in range(150):
        data = bytearray(raw)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        bad.write_bytes(data)
        pages, faults = found_in(bad)
        assert len(pages) >= len(bodies) - 1
        assert {page.payload for page in pages} <= set(bodies)
        told += bool(faults)
    assert told > 130  # the rest hit bytes of the gzip head that carry no data


def test_a_missing_half_member_does_not_hide_what_follows(
    archive: tuple[Path, list[Capture], list[bytes]], tmp_path: Path
) -> None:
    path, captures, bodies = archive
    raw, hit = path.read_bytes(), captures[3]
    middle = hit.warc_offset + hit.warc_bytes // 2
    bad = tmp_path / "half.warc.gz"
    bad.write_bytes(raw[:middle] + raw[hit.warc_offset + hit.warc_bytes :])
    pages, faults = found_in(bad)
    assert [page.payload for page in pages] == bodies[:3] + bodies[4:]
    assert len(faults) == 1 and faults[0].offset == hit.warc_offset


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_a_plain_file_or_one_gzipped_as_a_whole_is_read_too(
    archive: tuple[Path, list[Capture], list[bytes]], tmp_path: Path, is_gzipped: bool
) -> None:
    path, _, bodies = archive
    plain = gzip.decompress(path.read_bytes())
    other = tmp_path / "other.warc"
    other.write_bytes(gzip.compress(plain) if is_gzipped else plain)
    pages, faults = found_in(other)
    assert [page.payload for page in pages] == bodies and not faults


@pytest.mark.parametrize("claim", [b"1000000000000", b"-5", b"", b"99999999999999999999999", b"700000"])
def test_an_absurd_length_is_told_and_the_other_records_are_read(
    archive: tuple[Path, list[Capture], list[bytes]], tmp_path: Path, claim: bytes
) -> None:
    path, _, bodies = archive
    plain = gzip.decompress(path.read_bytes())
    at = plain.index(b"WARC-Type: response")
    bad = tmp_path / "bad.warc"
    bad.write_bytes(plain[:at] + re.sub(rb"Content-Length: \d+", b"Content-Length: " + claim, plain[at:], count=1))
    pages, faults = found_in(bad)
    assert [page.payload for page in pages] == bodies[1:]
    assert len(faults) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"no WARC at all" * 99, bytes(9000), b"WARC/1.0\r\n", b"\x1f\x8b", b"\x1f\x8b\x08" * 500]
)
def test_a_file_that_is_no_warc_gives_no_record_and_does_not_raise(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(content)
    pages, faults = found_in(path)
    assert not pages and len(faults) == bool(content.strip())


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_damage_makes_reading_raise(tmp_path: Path, data: st.DataObject) -> None:
    plain = data.draw(st.booleans())
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 60\r\n\r\n"
    record += b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n\r\n\r\n"
    content = bytearray(record * 3 if plain else gzip.compress(record) * 3)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path = tmp_path / "x.warc"
    path.write_bytes(content)
    assert all(isinstance(item, StoredRecord | WarcFault) for item in records(path))
    assert isinstance(read_payload(path, 0, len(content)), StoredRecord)


def test_a_missing_file_is_a_fault_and_a_problem(tmp_path: Path) -> None:
    assert len(found_in(tmp_path / "none.warc")[1]) == 1
    assert read_payload(tmp_path / "none.warc", 0, 10).problem is Reason.BROKEN_WARC


def test_a_wrong_offset_or_a_damaged_record_is_a_problem_not_an_exception(
    archive: tuple[Path, list[Capture], list[bytes]],
) -> None:
    path, captures, _ = archive
    capture = captures[2]
    assert read_payload(path, capture.warc_offset + 7, capture.warc_bytes).problem is Reason.BROKEN_WARC
    assert read_payload(path, 10**15, 100).problem is Reason.BROKEN_WARC
    raw = bytearray(path.read_bytes())
    raw[capture.warc_offset + capture.warc_bytes - 3] ^= 1
    path.write_bytes(raw)
    assert read_payload(path, capture.warc_offset, capture.warc_bytes).problem is Reason.BROKEN_WARC


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = WarcWriter(tmp_path, "r")
    first = writer.write_response(exchange(1))
    real = writer._file

    class Full:
        def write(self, data: bytes) -> int:
            real.write(data[:100])
            raise OSError(28, "No space left on device")

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(OSError, match="space"):
        writer.write_response(exchange(2))
    monkeypatch.setattr(writer, "_file", real)
    third = writer.write_response(exchange(3))
    writer.close()
    pages, faults = found_in(tmp_path / first.warc_file)
    assert [page.capture_id for page in pages] == [first.capture_id, third.capture_id] and not faults
