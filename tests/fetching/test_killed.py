"""A machine that goes down in the middle of the night must not cost a page that was already counted."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.fetching.warc import StoredRecord, WarcFault, read_payload, records, recover

# Writes pages for ever; after each sync it "commits" by printing what the lake would hold.
WRITER = """
import hashlib, random, sys
from datetime import UTC, datetime
from pathlib import Path
from flows.fetching.warc import Exchange, WarcWriter

rng = random.Random(int(sys.argv[2]))
writer = WarcWriter(Path(sys.argv[1]), "run", roll_bytes=200_000)
while True:
    for _ in range(3):
        body = rng.randbytes(rng.randrange(100, 30_000))
        digest = hashlib.sha256(body).hexdigest()
        head = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n"
        capture = writer.write_response(
            Exchange("http://h.example/", "http://h.example/", datetime.now(UTC), body, digest, len(body), "text/html",
                     status=200, request_head=b"GET / HTTP/1.1\\r\\n\\r\\n", response_head=head))
        line = f"{capture.warc_file} {capture.warc_offset} {capture.warc_bytes} {digest}"
        writer.sync()
        print(line, flush=True)
"""


@pytest.mark.parametrize("seed", range(6))
def test_no_committed_page_is_lost_and_the_files_are_whole_after_a_kill(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(seed)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    first = writer.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.0, 0.25))
    writer.kill()
    lines = [line for line in (first + writer.stdout.read()).splitlines() if len(line.split(" ")) == 4]
    writer.wait()
    committed = [(file, int(at), int(size), digest) for file, at, size, digest in (line.split(" ") for line in lines)]
    assert committed
    for path in tmp_path.rglob("*.warc.gz"):
        name = path.relative_to(tmp_path).as_posix()
        recover(path, max((at + size for file, at, size, _ in committed if file == name), default=0))
    for file, at, size, digest in committed:
        assert hashlib.sha256(read_payload(tmp_path / file, at, size).payload).hexdigest() == digest
    items = [item for path in tmp_path.rglob("*.warc.gz") for item in records(path)]
    assert not any(isinstance(item, WarcFault) for item in items)
    assert sum(isinstance(item, StoredRecord) for item in items) == len(committed)
