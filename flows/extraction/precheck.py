"""What is refused before any parser sees it: binaries, and shapes that cost parsers minutes or make them drop text.

Limits follow the measurements in the project's notes on hostile inputs: 100,000 attributes in one tag cost 28 s, a
million `<br>` 16 s and 841 MiB, 100,000 nested elements more than 60 s.
"""

import json
import re

from flows.extraction.article import Outcome

MAX_PAGE_BYTES = 10 * 1024 * 1024
MAX_TAGS = 150_000
MAX_TAG_CHARS = 256 * 1024

Refusal = tuple[Outcome, str]

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"), (b"\x89PNG\r\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"), (b"GIF89a", "a GIF image"), (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "gzip data"), (b"7z\xbc\xaf", "a 7z archive"), (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"), (b"MZ\x90", "a program"), (b"OggS", "Ogg media"), (b"ID3", "MP3 audio"),
    (b"\x00\x00\x00\x18ftyp", "MP4 video"), (b"\x00\x00\x00 ftyp", "MP4 video"), (b"wOFF", "a font"),
    (b"wOF2", "a font"), (b"\xd0\xcf\x11\xe0", "an Office document"), (b"BZh", "bzip2 data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"), (b"SQLite format 3", "a database"), (b"PAR1", "a Parquet file"),
)  # fmt: skip
_CONTROLS = bytes((*range(1, 9), *range(14, 27), *range(28, 32)))
_TAG = re.compile(r"<[!/?a-zA-Z]")
# What opens an object, or a list of objects or lists: enough to know data by, cut short or one a line.
_JSON_START = re.compile(r"(?:\[\s{0,99}){0,9}\{\s{0,99}(?:\}\s{0,99}[\],]|\"[^\"\n]{0,200}\"\s{0,20}:)")
# Scripts hold `>` too, so code cannot be taken for a tag of this length.
_LONG_TAG = re.compile(rf"<[a-zA-Z/][^>]{{{MAX_TAG_CHARS},}}")


def refuse_bytes(payload: bytes) -> Refusal | None:
    """A reason to stop before decoding, or None."""
    if not payload or payload.isspace():
        return Outcome.EMPTY, "nothing came"
    if len(payload) > MAX_PAGE_BYTES:
        return Outcome.TOO_LARGE, f"{len(payload)} bytes, the limit is {MAX_PAGE_BYTES}"
    for magic, what in _MAGIC:
        if payload.startswith(magic):
            return Outcome.NOT_TEXT, what
    if payload[:4] == b"RIFF" and payload[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return Outcome.NOT_TEXT, "an image or media file"
    head = payload[:4096]
    if len(head.translate(None, _CONTROLS)) < 0.97 * len(head):
        return Outcome.NOT_TEXT, "binary data"
    return None


def refuse_data(text: str) -> Refusal | None:
    """A refusal for JSON and JSON Lines: data about pages, and no page, whatever text its strings hold."""
    head = text.lstrip()[:1]
    if head not in ("{", "["):
        return None
    body = text.strip()
    if _JSON_START.match(body):
        return Outcome.NO_ARTICLE, "JSON data, not a page"
    try:
        # A list of plain values may open like prose in brackets, so it must parse as a whole.
        json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Outcome.NO_ARTICLE, "JSON data, not a page"


def refuse_text(text: str, utf8: bytes) -> Refusal | None:
    """A reason to stop before parsing, or None. Linear; the bytes are counted, since that is faster."""
    tags = utf8.count(b"<") if len(utf8) > 2 * MAX_TAGS else 0
    if tags > MAX_TAGS and len(_TAG.findall(text)) > MAX_TAGS:
        return Outcome.TOO_LARGE, f"more than {MAX_TAGS} tags"
    if _has_long_gap(utf8) and _LONG_TAG.search(text):
        return Outcome.TOO_LARGE, f"a tag longer than {MAX_TAG_CHARS} characters"
    return None


def _has_long_gap(utf8: bytes) -> bool:
    """Whether any `MAX_TAG_CHARS` bytes in a row hold no `>`, without which no tag is too long."""
    start = 0
    while len(utf8) - start > MAX_TAG_CHARS:
        end = utf8.rfind(b">", start, start + MAX_TAG_CHARS + 1)
        if end < 0:
            return True
        start = end + 1
    return False
