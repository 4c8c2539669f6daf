"""Content codings undone within bounds: gzip, deflate, br and zstd, at most two of them, never past the cap.

HTTP clients either decode without a bound or hand codings that they do not know over as they are, both silently. Here
every coding is decoded in pieces of 64 KiB and counted, so that a bomb of 809 bytes costs what the cap says and not
what it says.
"""

import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import brotli

from flows.fetching.outcomes import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE_BYTES = 65_536
MAX_CODINGS = 2  # more than two are an attack, not a server
MAX_MEMBERS = 1_000  # concatenated gzip members or zstd frames in one body
ZSTD_WINDOW_LOG = 23  # 8 MiB: what RFC 9659 demands of every HTTP receiver

_ALIASES = {"x-gzip": "gzip", "identity": "", "none": "", "utf-8": "", "": ""}
_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_TEXT_TYPES = (
    "text/",
    "application/xhtml",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/json",
)


class DecodeError(Exception):
    """A body that cannot be decoded; `reason` is BAD_ENCODING or DECODED_TOO_LARGE, the message one sentence."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Decoded:
    """A whole body with its codings undone. With a problem, `payload` holds what stood before it."""

    payload: bytes
    problem: Reason | None = None
    detail: str | None = None


def codings_of(content_encoding: str | None, content_type: str | None, head: bytes) -> tuple[str, ...] | None:
    """Say which codings to undo, outermost last as in the header; the first bytes correct a label that lies.

    Args:
        content_encoding: the header's value, None if absent.
        content_type: the header's value; an unlabelled gzip body is undone only where text was promised.
        head: the first bytes of the body as received (four are enough).

    Returns:
        Names among gzip, deflate, br, zstd; empty for a plain body; None for more than two or an unknown one.
    """
    names = [_ALIASES.get(name, name) for name in ((content_encoding or "").lower().replace(" ", "")).split(",")]
    names = [name for name in names if name]
    if len(names) > MAX_CODINGS or any(name not in _LAYERS for name in names):
        return None
    if names and names[-1] == "gzip" and head and not _GZIP_MAGIC.startswith(head[:3]):
        names = names[:-1]  # labelled gzip, sent plain: seen behind proxies that decode and keep the header
    elif names and names[-1] == "zstd" and head and not _is_zstd(head):
        names = names[:-1]
    elif names and names[-1] in {"br", "deflate"} and head.startswith((b"<!", b"<?", b"<h", b"<H")):
        names = names[:-1]  # neither has a magic number, and neither can begin like a page
    elif not names and head.startswith(_GZIP_MAGIC) and (content_type or "").lower().lstrip().startswith(_TEXT_TYPES):
        names = ["gzip"]
    return tuple(names)


class BodyDecoder:
    """Undoes the codings of one body as it arrives. Raises DecodeError; then what was given out before stays valid."""

    def __init__(self, codings: tuple[str, ...], max_bytes: int) -> None:
        self._layers = [_LAYERS[name]() for name in reversed(codings)]
        self._left = max_bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield decoded pieces of at most 64 KiB for the next bytes as received."""
        for start in range(0, len(data), PIECE_BYTES):
            yield from self._counted(self._through(data[start : start + PIECE_BYTES], 0))

    def finish(self) -> None:
        """Check that every coding came to its end; raises BAD_ENCODING for a body that was cut."""
        for layer in self._layers:
            if not layer.is_whole():
                raise DecodeError(Reason.BAD_ENCODING, f"the {layer.name} body ends before its own end mark")

    def _through(self, data: bytes, depth: int) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield data
            return
        for piece in self._layers[depth].pieces(data):
            yield from self._through(piece, depth + 1)

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise DecodeError(Reason.DECODED_TOO_LARGE, "the body grows beyond the limit when decoded")
            yield piece


def decode(body: bytes, content_encoding: str | None, content_type: str | None, max_bytes: int) -> Decoded:
    """Undo the content codings of a whole body. Never raises; at most `max_bytes` come back."""
    codings = codings_of(content_encoding, content_type, body[:4])
    if codings is None:
        return Decoded(body[:max_bytes], Reason.BAD_ENCODING, f"cannot undo Content-Encoding {content_encoding!r:.80}")
    if not codings:
        problem = Reason.DECODED_TOO_LARGE if len(body) > max_bytes else None
        return Decoded(body[:max_bytes], problem, "the body is longer than the limit" if problem else None)
    decoder = BodyDecoder(codings, max_bytes)
    pieces: list[bytes] = []
    try:
        for piece in decoder.feed(body):
            pieces.append(piece)  # what stands before an error is kept
        decoder.finish()
    except DecodeError as error:
        return Decoded(b"".join(pieces), error.reason, str(error))
    return Decoded(b"".join(pieces))


class _Layer(Protocol):
    name: str

    def pieces(self, data: bytes) -> Iterator[bytes]: ...
    def is_whole(self) -> bool: ...


class _Zlib:
    """gzip (RFC 1952, also several members) or deflate (RFC 1950, and the raw RFC 1951 that some servers send)."""

    def __init__(self, name: str, window_bits: int) -> None:
        self.name = name
        self._window_bits = window_bits
        self._stream = zlib.decompressobj(window_bits)
        self._members = 1
        self._is_fresh = True
        self._is_done = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self._is_done:
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                if self._window_bits != zlib.MAX_WBITS or not self._is_fresh:
                    raise DecodeError(Reason.BAD_ENCODING, f"broken {self.name} body: {error}") from error
                self._window_bits = -zlib.MAX_WBITS
                self._stream = zlib.decompressobj(self._window_bits)
                continue
            self._is_fresh = False
            if piece:
                yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._next_member(self._stream.unused_data)

    def _next_member(self, rest: bytes) -> bytes:
        # Anything but a further gzip member behind the end is padding, which every browser ignores.
        if not rest.startswith(b"\x1f\x8b") or self.name != "gzip":
            self._is_done = True
            return b""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise DecodeError(Reason.BAD_ENCODING, f"more than {MAX_MEMBERS} gzip members in one body")
        self._stream = zlib.decompressobj(self._window_bits)
        return rest

    def is_whole(self) -> bool:
        return self._is_done or self._stream.eof or self._is_fresh


class _Brotli:
    """br (RFC 7932). Its window is at most 16 MiB by the format itself."""

    name = "br"

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._has_input = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._has_input = True
        try:
            # can_accept_more_data() already says True while output is still held back (brotli 1.2.1), so only an empty
            # answer to an empty question means that the input is used up.
            while not self._stream.is_finished():
                piece = self._stream.process(data, output_buffer_limit=PIECE_BYTES)
                data = b""
                if piece:
                    yield piece
                elif self._stream.can_accept_more_data():
                    return
        except brotli.error as error:
            raise DecodeError(Reason.BAD_ENCODING, f"broken br body: {error}") from error

    def is_whole(self) -> bool:
        return not self._has_input or bool(self._stream.is_finished())


class _Zstd:
    """zstd (RFC 8878), several frames allowed, window at most 8 MiB."""

    name = "zstd"

    def __init__(self) -> None:
        self._stream = self._new()
        self._frames = 1
        self._is_fresh = True
        self._is_done = False

    @staticmethod
    def _new() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while not self._is_done:
            if self._stream.eof:
                data = self._stream.unused_data or data
                if not _is_zstd(data) or self._frames >= MAX_MEMBERS:
                    self._is_done = True
                    return
                self._stream = self._new()
                self._frames += 1
            if self._stream.needs_input and not data:
                return
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except zstd.ZstdError as error:
                raise DecodeError(Reason.BAD_ENCODING, f"broken zstd body: {error}") from error
            data = b""
            self._is_fresh = False
            if piece:
                yield piece

    def is_whole(self) -> bool:
        return self._is_done or self._stream.eof or self._is_fresh


def _is_zstd(head: bytes) -> bool:
    """A zstd frame, or a skippable one (RFC 8878 section 3.1.2)."""
    return head.startswith(_ZSTD_MAGIC) or (head[1:4] == b"\x2a\x4d\x18" and head[:1] >= b"\x50")


def _gzip() -> _Layer:
    return _Zlib("gzip", 16 + zlib.MAX_WBITS)


def _deflate() -> _Layer:
    return _Zlib("deflate", zlib.MAX_WBITS)


_LAYERS = {"gzip": _gzip, "deflate": _deflate, "br": _Brotli, "zstd": _Zstd}
