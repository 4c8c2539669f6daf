"""Bytes of a channel to text: gzip by its magic number, the charset by what decodes, the XML head by walking it. Pure.

A label is the last thing believed: feeds say EUC-KR and are UTF-8, say UTF-8 and are CP949, or are named `.gz` and are
not.
"""

import codecs
import io
import re
import zlib
from dataclasses import dataclass

MAX_MEMBERS = 1_000  # of one gzip file; appended logs have some, a bomb has millions
GZIP_MAGIC = b"\x1f\x8b\x08"
# Parsers take quadratic time over the attributes of one tag: 100,000 of them cost libxml2 13 s, a tag of this size
# below 1 s. Pictures in data: addresses make the longest honest tags.
MAX_TAG_BYTES = 262_144
_STEP_BYTES = 65_536
_STRETCH_BYTES = 200_000

# Labels that publishers of news use, and the codec that reads them. Korean sites that say EUC-KR write CP949, which
# holds all of it and the other 8,822 syllables (the WHATWG Encoding Standard does the same). A closed list, because
# Python has codecs that must not meet hostile bytes (utf-7, punycode, unicode_escape).
CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "euc-kr": "cp949", "euckr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "ks_c_5601": "cp949",
    "cp949": "cp949", "ms949": "cp949", "uhc": "cp949", "windows-949": "cp949", "x-windows-949": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "euc-jp": "euc_jp", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "iso-8859-15": "iso8859_15",
    "iso-8859-2": "iso8859_2", "windows-1250": "cp1250", "windows-1251": "cp1251", "koi8-r": "koi8_r",
    "iso-8859-9": "cp1254", "windows-1254": "cp1254", "windows-1256": "cp1256", "tis-620": "cp874",
}  # fmt: skip
_LABELS = (
    re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})"),
    re.compile(r"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE),
)
_CONTENT_TYPE_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)

# One character in 200 may be broken before another charset is believed: a cut tail or one bad byte is not a wrong
# label, and Korean text read with the wrong one of UTF-8 and CP949 is broken in far more of its characters than that.
MAX_BROKEN_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A body after gzip, if it was gzipped. `fault` says what was lost, None for nothing."""

    content: bytes
    fault: str | None = None


def unpack(body: bytes, limit_bytes: int) -> Unpacked:
    """Undo gzip where the bytes begin with its magic number, whatever the name or the label says; never raises.

    At most `limit_bytes` come out, and no more is ever held; a broken or cut archive gives what stood before the fault.
    Anything behind the last member is ignored, as gzip(1) does.
    """
    over = f"larger than {limit_bytes:,} bytes"
    if not body.startswith(GZIP_MAGIC):
        return Unpacked(body) if len(body) <= limit_bytes else Unpacked(body[:limit_bytes], over)
    content = io.BytesIO()  # getvalue() hands its buffer over without a second copy
    decoder, members, position, pending = zlib.decompressobj(31), 1, 0, b""
    while pending or position < len(body):
        if not pending:
            pending = body[position : position + _STEP_BYTES]
            position += len(pending)
        try:
            content.write(decoder.decompress(pending, min(16 * _STEP_BYTES, limit_bytes + 1 - content.tell())))
        except zlib.error as error:
            return Unpacked(content.getvalue(), f"broken gzip ({error})")
        if content.tell() > limit_bytes:
            content.truncate(limit_bytes)
            return Unpacked(content.getvalue(), over)
        pending = decoder.unconsumed_tail
        if decoder.eof:
            pending = decoder.unused_data or body[position : position + _STEP_BYTES]
            position += 0 if decoder.unused_data else len(pending)
            if not pending or not pending.startswith(GZIP_MAGIC[: len(pending)]):
                return Unpacked(content.getvalue())
            members += 1
            if members > MAX_MEMBERS:
                return Unpacked(content.getvalue(), f"more than {MAX_MEMBERS:,} gzip members")
            decoder = zlib.decompressobj(31)
    return Unpacked(content.getvalue(), "the gzip data are cut short")


def as_utf8(content: bytes, content_type: str | None) -> bytes:
    """The same text in UTF-8, read in the charset that really decodes it; never raises.

    In this order: a byte order mark (or the zero bytes of UTF-16 around the first `<`); UTF-8 if the bytes are UTF-8,
    since no other text looks like it by chance; the charset of the HTTP header, of the XML prolog, of a `meta`; CP949;
    and UTF-8 with replacements where all of them break. Bytes that are UTF-8 come back as they are, without a copy.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(content, "utf-16")
    if content[:2] in {b"<\0", b"\0<"}:
        return _recoded(content, "utf-16-le" if content[0] else "utf-16-be")
    broken_at = _first_broken(content)
    if broken_at is None:
        return content
    # Judged on a stretch around the first byte that is no UTF-8: six decodings of 50 MB would be a bomb of our own.
    stretch = content[max(0, broken_at - _STRETCH_BYTES) : broken_at + _STRETCH_BYTES]
    shares: dict[str, float] = {}
    for codec in ("utf-8", *_declared(content, content_type), "cp949"):
        if codec not in shares:
            shares[codec] = _broken_share(stretch.decode(codec, "replace"))
            if shares[codec] <= MAX_BROKEN_SHARE:
                return _recoded(content, codec)
    return _recoded(content, min(shares, key=lambda codec: shares[codec]))


def _recoded(content: bytes, codec: str) -> bytes:
    return content.decode(codec, "replace").encode("utf-8", "replace")


def _first_broken(content: bytes) -> int | None:
    """Where, within a few bytes, the content stops being UTF-8; None for whole UTF-8. Holds one step at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for position in range(0, len(content), _STEP_BYTES):
        chunk = content[position : position + _STEP_BYTES]
        try:
            decoder.decode(chunk, final=position + _STEP_BYTES >= len(content))
        except UnicodeDecodeError as error:
            return position + error.start
    return None


def _declared(content: bytes, content_type: str | None) -> list[str]:
    """Codecs that the labels name, in the order in which they are to be believed."""
    head = content[:2_048].decode("latin-1")
    found = [_CONTENT_TYPE_LABEL.search((content_type or "")[:500]), *(label.search(head) for label in _LABELS)]
    return [CODECS[match[1].lower()] for match in found if match and match[1].lower() in CODECS]


def _broken_share(text: str) -> float:
    """Replacement characters, per character beyond ASCII (0 for pure ASCII)."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / beyond if beyond else 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first element. `root` is its name in lower case without prefix; None for no element."""

    root: str | None
    root_at: int
    has_declaration: bool  # <!DOCTYPE, <!ENTITY or any other declaration of a document type


_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})")


def head_of(text: str) -> Head:
    """Walk the prolog: comments, instructions and stray text are passed over, declarations are noted; never raises.

    A document type after the first element is no declaration to any parser, so an item that quotes one is harmless.
    """
    position, has_declaration = text.find("<"), False
    while position >= 0:
        if text.startswith("<!--", position):
            end = text.find("-->", position + 4)
            position = text.find("<", end) if end > 0 else -1
        elif text.startswith("<?", position):
            end = text.find("?>", position + 2)
            position = text.find("<", end) if end > 0 else -1
        elif text.startswith("<!", position):
            has_declaration = True
            position = text.find("<", position + 2)
        else:
            root = _ROOT.match(text, position)
            if root:
                return Head(root[1].lower(), position, has_declaration)
            position = text.find("<", position + 1)
    return Head(None, len(text), has_declaration)


def oversized_tag(content: bytes) -> int | None:
    """Where a tag begins that is too long to be parsed in good time; None where there is none. Linear, never raises."""
    position = 0
    while (begin := content.find(b"<", position)) >= 0:
        end = content.find(b">", begin, begin + MAX_TAG_BYTES)
        if end < 0 and len(content) - begin > MAX_TAG_BYTES and content[begin + 1 : begin + 2].isalpha():
            return begin
        position = end + 1 if end > 0 else begin + 1
    return None
