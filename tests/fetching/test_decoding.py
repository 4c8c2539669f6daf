"""A bomb that is decoded without a bound takes the whole run down; a label that lies loses a page for nothing."""

import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.decoding import BodyDecoder, DecodeError, decode
from flows.fetching.outcomes import Reason
from tests.fetching.fault_server import gzip_bomb

TEXT = "배가 들어왔다. The ferry came in.\n".encode() * 5000
CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "GZIP , gzip": gzip.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize("label", CODED)
def test_each_coding_is_undone(label: str) -> None:
    assert decode(CODED[label], label, "text/html", 1 << 20).payload == TEXT
    assert decode(CODED[label], label, "text/html", 1 << 20).problem is None


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (TEXT, "gzip"),
        (b"<!doctype html>" + TEXT, "br"),
        (b"<html>" + TEXT, "deflate"),
        (TEXT, "zstd"),
        (TEXT, "utf-8"),
        (TEXT, "identity"),
        (gzip.compress(TEXT), None),
        (gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), "gzip"),
        (gzip.compress(TEXT) + b"trailing garbage", "gzip"),
        (zlib.compress(TEXT)[2:-4], "deflate"),
        (zstd.compress(TEXT[:99]) + zstd.compress(TEXT[99:]), "zstd"),
    ],
)
def test_a_lying_or_sloppy_label_does_not_lose_the_page(body: bytes, label: str | None) -> None:
    decoded = decode(body, label, "text/html", 1 << 20)
    assert decoded.problem is None
    assert decoded.payload.endswith(TEXT)


def test_a_gzipped_file_that_is_no_text_is_left_as_it_is() -> None:
    packed = gzip.compress(TEXT)
    assert decode(packed, None, "application/gzip", 1 << 20).payload == packed


@pytest.mark.parametrize("label", ["gzip", "deflate", "br", "zstd"])
def test_a_cut_body_is_told_and_what_came_is_kept(label: str) -> None:
    decoded = decode(CODED[label][:-5], label, None, 1 << 20)
    assert decoded.problem is Reason.BAD_ENCODING
    assert TEXT.startswith(decoded.payload)


@pytest.mark.parametrize("label", ["gzip, gzip, gzip", "compress", "aws-chunked", "br,br,br,br,br,br"])
def test_unknown_and_piled_up_codings_are_refused(label: str) -> None:
    assert decode(TEXT, label, None, 1 << 20).problem is Reason.BAD_ENCODING


@pytest.mark.parametrize(
    ("bomb", "label"),
    [
        (gzip_bomb(), "gzip"),
        (gzip.compress(gzip_bomb()), "gzip, gzip"),
        (brotli.compress(bytes(64 << 20), quality=1), "br"),
        (zstd.compress(bytes(64 << 20)), "zstd"),
    ],
)
def test_a_bomb_ends_at_the_cap(bomb: bytes, label: str) -> None:
    decoded = decode(bomb, label, None, 1 << 20)
    assert decoded.problem is Reason.DECODED_TOO_LARGE
    assert len(decoded.payload) <= 1 << 20


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    packed = packer.compress(bytes(200 << 20)) + packer.flush()
    assert decode(packed, "zstd", None, 1 << 20).problem is Reason.BAD_ENCODING


def test_thousands_of_tiny_members_are_refused() -> None:
    decoded = decode(gzip.compress(b"x") * 5000, "gzip", None, 1 << 20)
    assert decoded.problem is Reason.BAD_ENCODING


@given(st.binary(max_size=400), st.sampled_from([None, "gzip", "deflate", "br", "zstd", "gzip, gzip"]))
def test_no_bytes_make_it_raise_or_exceed_the_cap(body: bytes, label: str | None) -> None:
    assert len(decode(body, label, "text/html", 100).payload) <= 100


@given(st.binary(max_size=5000), st.integers(1, 700), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_it_does_not_matter_how_a_body_is_cut_into_chunks(body: bytes, step: int, label: str) -> None:
    packers = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
    packed = packers[label](body)
    decoder = BodyDecoder((label,), 1 << 20)
    pieces = [piece for at in range(0, len(packed), step) for piece in decoder.feed(packed[at : at + step])]
    decoder.finish()
    assert b"".join(pieces) == body


def test_the_decoder_refuses_to_call_a_cut_body_whole() -> None:
    decoder = BodyDecoder(("gzip",), 1 << 20)
    list(decoder.feed(gzip.compress(TEXT)[:50]))
    with pytest.raises(DecodeError):
        decoder.finish()
