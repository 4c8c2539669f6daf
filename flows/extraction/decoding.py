"""Bytes -> text. Labels are hints; what decodes cleanly wins; what was used is kept with the row.

Method: strict UTF-8 first (its byte patterns are too strict to fit by chance), then byte order marks, then every
legacy encoding that a label or the script of the page suggests, scored by how much of the result is text that
people write. Measured reason: detectors answer UTF-8 for CP949 pages (notes on hostile inputs, finding 4).
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

MAX_REPLACEMENT_SHARE = 0.01
"""More U+FFFD than this share of all characters and the page is not readable text."""

MAX_RUNS = 2_000
"""With more places than this to compose, a page is normalised as a whole."""

_SAMPLE_BYTES = 65_536
_LABEL = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CANDIDATES = ("cp949", "shift_jis", "euc_jp", "gb18030", "big5", "windows-1252", "windows-1251")
# A superset for each label that is in practice used for its superset (WHATWG Encoding Standard, section 4).
_SUPERSETS = {
    "euc_kr": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "cp949": "cp949", "johab": "johab",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "iso8859-1": "windows-1252",
    "ascii": "windows-1252", "iso8859-9": "windows-1254", "tis-620": "cp874",
}  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]")
_HANGUL = re.compile(r"[가-힣]")
_KANA = re.compile(r"[\u3041-\u30fe]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ODD = re.compile(r"[\x80-\x9f\ufffd\ue000-\uf8ff]")
_MOJIBAKE = re.compile(r"[\xa1-\xff]{3,}")
# First bytes of the UTF-8 characters that NFC may change: marks, conjoining Hangul, Indic scripts. A page without them
# is NFC already, and the test costs a tenth of a millisecond where normalising costs three.
_COMPOSABLE = bytes((0xCC, 0xCD, 0xD2, 0xD6, 0xDA, 0xDC, 0xDD, 0xDF, 0xE0))
# First bytes of which only some characters count, with what must follow: marks of Hebrew and Arabic, kana marks,
# compatibility signs and ideographs, rarer planes. A test holds the table against every character there is.
_COMPOSABLE_AFTER: dict[int, tuple[bytes, ...]] = {
    0xCE: (b"\x87",),
    0xD7: (b"\x81", b"\x82", b"\x84", b"\x85", b"\x87"),
    0xD8: tuple(bytes((second,)) for second in range(0x90, 0x9B)),
    0xD9: tuple(bytes((second,)) for second in (*range(0x8B, 0xA0), 0xB0)),
    0xDB: tuple(bytes((second,)) for second in range(0x80, 0xAE)),
    0xE1: tuple(bytes((second,)) for second in range(0x80, 0xC0) if second not in (0x83, 0xBA, 0xBB)),
    0xE2: (
        b"\x80\x80", b"\x80\x81", b"\x83", b"\x84\xa6", b"\x84\xaa", b"\x84\xab", b"\x8c\xa9", b"\x8c\xaa",
        b"\xab\x9c", b"\xb3", b"\xb5\xbf", b"\xb7",
    ),
    0xE3: (*(b"\x80" + bytes((third,)) for third in range(0xAA, 0xB0)), b"\x82\x99", b"\x82\x9a"),
    0xEA: (b"\x99", b"\x9a", b"\x9b", *(bytes((second,)) for second in range(0xA0, 0xB0))),
    0xEF: (
        *(bytes((second,)) for second in range(0xA4, 0xAE)), *(b"\xb8" + bytes((third,)) for third in range(0xA0, 0xB0))
    ),
    0xF0: (b"\x90", b"\x91", b"\x96", b"\x9b", b"\x9d\x85", b"\x9d\x86", b"\x9d\x87", b"\x9d\x89", b"\x9e", b"\xaf"),
}  # fmt: skip
_COMPOSABLE_SEQUENCES = tuple(
    (first, tuple(bytes((first,)) + after for after in afters)) for first, afters in _COMPOSABLE_AFTER.items()
)
_REPLACEMENT = "\ufffd".encode()
# Most bytes of most pages: what is left without them is small, and every other test reads only that.
_PLAIN_BYTES = bytes((9, 10, 13, *range(32, 127)))
_CONTROL_BYTES = bytes((*range(1, 9), 11, 12, *range(14, 32), 127))
_BLANKED = bytes.maketrans(_CONTROL_BYTES, b" " * len(_CONTROL_BYTES))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in NFC with what was claimed and what was used. `replacement_share` is from 0 to 1.

    `utf8` is the same text in UTF-8, for parsers: the very bytes that came where they needed no mending.
    """

    text: str
    charset_declared: str | None
    charset_used: str
    replacement_share: float
    utf8: bytes


def decode(payload: bytes, content_type: str | None = None) -> Decoded:
    """Read `payload` as text in whatever encoding it truly has. Never raises.

    A character cut off at the very end is dropped. NUL becomes U+FFFD (parsers stop at it), other controls a blank;
    lone surrogates cannot arise.
    """
    declared = _declared(payload, content_type)
    text, used, is_whole = _read(payload, declared)
    # A page that is UTF-8 throughout is worked on as it came.
    page = payload if is_whole else text.encode("utf-8", "replace")
    if page.startswith(codecs.BOM_UTF8) or page.endswith(_REPLACEMENT):
        text = text.lstrip("\ufeff").rstrip("\ufffd")
        page = text.encode()
    mended, lost = _mended(page)
    text = text if mended is page else mended.decode("utf-8")
    return Decoded(text, declared, used, round(lost / len(text), 6) if text else 0.0, mended)


def _mended(page: bytes) -> tuple[bytes, int]:
    """A page in UTF-8 with NUL and controls replaced, in NFC, and how many of its characters are U+FFFD.

    Everything is looked for in the bytes beyond plain ASCII, which are few; most pages come out as they went in.
    """
    odd = page.translate(None, _PLAIN_BYTES)
    if len(odd.translate(None, _CONTROL_BYTES)) < len(odd):
        page = page.translate(_BLANKED)
    lost = odd.count(_REPLACEMENT) + odd.count(0)
    if 0 in odd:
        page = page.replace(b"\x00", _REPLACEMENT)
    marks = _composable_in(odd)
    return (_composed(page, marks) if marks else page), lost


def _composable_in(odd: bytes) -> list[bytes]:
    """Byte sequences that begin characters which NFC may change, out of those that a page holds beyond ASCII."""
    found = [bytes((byte,)) for byte in _COMPOSABLE if byte in odd]
    for first, sequences in _COMPOSABLE_SEQUENCES:
        if first in odd:
            found += [sequence for sequence in sequences if sequence in odd]
    return found


def _composed(page: bytes, marks: list[bytes]) -> bytes:
    """A page in NFC. Only the runs beyond ASCII that hold such a sequence, with the letter before, can change."""
    found: list[int] = []
    for mark in marks:
        at = page.find(mark)
        while at >= 0:
            found.append(at)
            at = page.find(mark, at + 1)
        if len(found) > MAX_RUNS:
            return unicodedata.normalize("NFC", page.decode("utf-8")).encode()
    parts: list[bytes] = []
    done = 0
    for at in sorted(found):
        if at < done:
            continue
        start, end = at, at
        while start > done and page[start - 1] > 0x7F:
            start -= 1
        start = max(done, start - 1)
        while end < len(page) and page[end] > 0x7F:
            end += 1
        parts += (page[done:start], unicodedata.normalize("NFC", page[start:end].decode("utf-8")).encode())
        done = end
    return b"".join((*parts, page[done:]))


def codec_of(label: str | None) -> str | None:
    """The Python codec for a label, widened to the superset that is meant; None for an unknown label."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)


def _declared(payload: bytes, content_type: str | None) -> str | None:
    header = _HEADER_LABEL.search(content_type or "")
    if header:
        return header.group(1).lower()
    opening = payload[:4096]
    lower = opening.lower()
    # Found by its word first: the pattern alone tries every byte.
    starts = [at for word in (b"charset", b"encoding") if (at := lower.find(word)) >= 0]
    meta = _LABEL.search(opening, min(starts)) if starts else None
    return meta.group(1).decode("ascii", "replace").lower() if meta else None


def _read(payload: bytes, declared: str | None) -> tuple[str, str, bool]:
    """Text, codec, and whether the payload is UTF-8 without fault."""
    for mark, codec in _BOMS:
        if payload.startswith(mark):
            return payload.decode(codec, "replace"), codec, False
    try:
        return payload.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        pass
    loose = payload.decode("utf-8", "replace")
    if _is_damaged_utf8(payload, loose):
        return loose, "utf-8", False
    wide = _wide(payload)
    if wide:
        return payload.decode(wide, "replace"), wide, False
    hint = codec_of(declared)
    best = max(_tries(hint), key=lambda codec: _fitness(payload, codec) + (0.05 if codec == hint else 0.0))
    return payload.decode(best, "replace"), best, False


def _is_damaged_utf8(payload: bytes, loose: str) -> bool:
    """UTF-8 with a few broken bytes: far more multi-byte characters came out whole than were lost."""
    lost = loose.count("\ufffd")
    high = sum(map(payload.count, (bytes([byte]) for byte in range(0xC2, 0xF5))))
    return lost > 0 and high > 0 and lost * 10 <= high


def _wide(payload: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of the mark-up is zero."""
    head = payload[:2048]
    if len(head) < 32:
        return None
    even, odd = head[0::2].count(0) / (len(head) / 2), head[1::2].count(0) / (len(head) / 2)
    if odd > 0.3 and even < 0.1:
        return "utf-16-le"
    if even > 0.3 and odd < 0.1:
        return "utf-16-be"
    return None


def _tries(hint: str | None) -> tuple[str, ...]:
    return (hint, *_CANDIDATES) if hint and hint not in _CANDIDATES and hint != "utf-8" else _CANDIDATES


def _fitness(payload: bytes, codec: str) -> float:
    """How much the high bytes read like writing in this codec; at most about 1, far below 0 for noise."""
    sample = _high_sample(payload)
    try:
        text = sample.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return -9.0
    high = [char for char in text if ord(char) > 127]
    if not high:
        return 0.0
    joined = "".join(high)
    count = len(joined)
    bad = len(_ODD.findall(joined)) / count
    score = -6.0 * bad
    if codec in ("cp949", "johab"):
        return score + len(_HANGUL.findall(joined)) / count
    if codec in ("shift_jis", "cp932", "euc_jp"):
        kana = len(_KANA.findall(joined)) / count
        return score + min(1.0, kana * 2.5) - 2.0 * len(_HALF_KANA.findall(joined)) / count
    if codec in ("gb18030", "big5"):
        common = sum(
            joined.count(char) for char in "的一是不在了有和人这中大为上个国我以要他時來用們生到作地於出就分對成會可"
        )
        return score + 0.55 * len(_HAN.findall(joined)) / count + min(0.4, 6.0 * common / count)
    runs = sum(map(len, _MOJIBAKE.findall(joined if codec == "none" else text))) / count
    letters = len(_LETTERS.findall(joined)) / count
    if codec == "windows-1251":
        lower = sum(1 for char in joined if "а" <= char <= "я") / count
        return score + (0.9 * lower if len(joined) > 0.2 * len(_LETTERS.findall(text)) else -0.5)
    return score + 0.6 * letters + 0.15 - 2.0 * runs


def _high_sample(payload: bytes) -> bytes:
    """The stretch where the writing is: pages may open with 60 kB of ASCII script."""
    first = re.search(rb"[\x80-\xff]", payload)
    start = first.start() if first else 0
    return payload[start : start + _SAMPLE_BYTES]
