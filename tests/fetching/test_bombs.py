"""A body of 809 bytes that unpacks to a gigabyte, or one that never ends, must not take the machine down with it."""

import gzip
import json
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import brotli
import pytest
from backports import zstd

from tests.conftest import ROOT
from tests.fetching.fault_server import FaultServer, answer, serving

GROWTH_BYTES = 64 * 2**20
GIB = 1024  # pieces of a mebibyte


@cache
def bomb(coding: str) -> bytes:
    """One GiB of zeros in a coding."""
    piece = bytes(1 << 20)
    if coding == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        return b"".join(packer.compress(piece) for _ in range(GIB)) + packer.flush()
    if coding == "br":
        brotli_packer = brotli.Compressor(quality=5, lgwin=24)
        return b"".join(brotli_packer.process(piece) for _ in range(GIB)) + brotli_packer.finish()
    zstd_packer = zstd.ZstdCompressor(level=3)
    return b"".join(zstd_packer.compress(piece) for _ in range(GIB)) + zstd_packer.flush()


def two_gib_window() -> bytes:
    """A zstd frame whose header asks for a window of 2 GiB (RFC 8878 section 3.1.1.1.2), then one block of zeros."""
    magic, descriptor, window = b"\x28\xb5\x2f\xfd", b"\x00", bytes([(31 - 10) << 3])
    block = (1 << 0 | 1 << 1 | (128 << 10) << 3).to_bytes(3, "little")  # last, RLE, 128 KiB
    return magic + descriptor + window + block + b"\0"


def packed(body: bytes, codings: str) -> bytes:
    return answer(200, body, "Content-Type: text/html; charset=utf-8", f"Content-Encoding: {codings}")


RAW = {
    "gzip": lambda: packed(bomb("gzip"), "gzip"),
    "br": lambda: packed(bomb("br"), "br"),
    "zstd": lambda: packed(bomb("zstd"), "zstd"),
    "gzip-gzip": lambda: packed(gzip.compress(bomb("gzip")), "gzip, gzip"),
    "gzip-br": lambda: packed(brotli.compress(bomb("gzip"), quality=5), "gzip, br"),
    "window": lambda: packed(two_gib_window(), "zstd"),
    "six": lambda: packed(bomb("br"), "br, br, br, br, br, br"),
}
PLANNED = {
    **dict.fromkeys(RAW, ("failed", "decoded_too_large")),
    "window": ("failed", "bad_encoding"),
    "six": ("failed", "bad_encoding"),
    "endless": ("failed", "wire_too_large"),
    "drip": ("retry_later", "timeout"),
    "drip_head": ("retry_later", "timeout"),
}


def taken(tmp_path: Path, addresses: list[str]) -> tuple[dict[str, tuple[str, str]], int]:
    """How each address ended, by its host's first label, and how far the memory of the process grew."""
    raw = {f"{name}.example": make() for name, make in RAW.items() if any(name in one for one in addresses)}
    with serving(FaultServer(raw_answers=raw)) as server:
        words = [sys.executable, "-m", "tests.fetching.bombs_run", str(server.port), str(tmp_path), *addresses]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    *ends, growth = (json.loads(line) for line in done.stdout.splitlines())
    found = {one["url"].split("/")[2].partition(".")[0]: (one["state"], one["reason"]) for one in ends}
    found.pop("warm")
    return found, growth["growth_bytes"]


@pytest.mark.parametrize("name", PLANNED)
def test_a_bomb_ends_at_the_cap_or_the_deadline_in_little_memory(name: str, tmp_path: Path) -> None:
    address = f"{name}.example/f/{name}/1" if name not in RAW else f"{name}.example/bomb"
    found, growth_bytes = taken(tmp_path, [address])
    assert found == {name: PLANNED[name]}
    assert growth_bytes < GROWTH_BYTES


def test_bombs_of_all_kinds_at_once_end_in_little_memory_too(tmp_path: Path) -> None:
    addresses = [f"{n}.example/bomb" if n in RAW else f"{n}.example/f/{n}/1" for n in PLANNED]
    found, growth_bytes = taken(tmp_path, addresses)
    assert found == PLANNED
    assert growth_bytes < GROWTH_BYTES
