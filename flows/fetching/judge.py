"""What came, judged by its content: a page to keep, or a picture, a bot challenge, a login wall, a soft 404.

The marks are those that the products themselves write into their pages (Cloudflare, Akamai, DataDome, HUMAN, Imperva,
AWS WAF, Sucuri, Kasada: their public documentation and block pages, 2026). A mark alone proves nothing, since articles
are written about these products too: it counts only on a page that has next to no text of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flows.addresses import host
from flows.fetching.outcomes import Reason, State

HEAD_BYTES = 256 * 1024  # of the decoded body: all that is looked at
FEW_CHARS = 600  # visible characters; block pages measured have 0 to 450, the shortest news items about 300
SOFT_404_CHARS = 400  # an error page is short; a page with "404" in its title and more text than this may be news
SOFT_404_REPEATS = 3  # the same text under so many addresses of a host (hostile-inputs U9)
MIN_ECHO_CHARS = 6  # a shorter piece of an address may be any word or number of the text
MAX_TEXTS = 200_000  # pages remembered a run
MAX_CHALLENGE_BYTES = 100_000  # block pages measured have 1 to 40 kB

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "an OLE document (hwp, doc, xls)"),
    (b"HWP Document File", "an hwp document"),
    (b"ID3", "an audio file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "an audio file"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)
_TEXT_CONTROLS = b"\t\n\f\r\x0e\x0f\x1b"  # SO, SI and ESC belong to ISO-2022-KR
_CONTROLS = bytes(code for code in range(1, 32) if code not in _TEXT_CONTROLS)
_UTF16_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", ""})
_CHALLENGE_MARKS = (
    b"cdn-cgi/challenge-platform", b"_cf_chl_opt", b"cf-browser-verification", b"captcha-delivery.com", b"px-captcha",
    b"_incapsula_resource", b"errors.edgesuite.net", b"sec-if-cpt-container", b"awswafcookiedomainlist",
    b"window.gokuprops", b"sucuri_cloudproxy_js", b"kpsdk", b"slowaes.decrypt", b"/_sec/cp_challenge",
    b"ddos-guard.net/", b"g-recaptcha", b"h-captcha", b"<title>just a moment", b"<title>attention required!",
    b"<title>access denied", b"<title>pardon our interruption",
)  # fmt: skip
_COOKIE_RELOAD = re.compile(rb"document\.cookie\s{0,9}=[^<]{1,2000}?location\s{0,9}(?:\.(?:reload|href|replace)|=)")
_PASSWORD = re.compile(rb"<input[^<>]{0,500}type\s{0,9}=\s{0,9}[\"']?password", re.IGNORECASE)
_TITLE = re.compile(rb"<title", re.IGNORECASE)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|nidlogin|sso|member/login|[a-z]{1,20}[_-]login)(?:[./?_-]|$)", re.IGNORECASE
)
_NOT_FOUND = re.compile(
    r"(?<!\d)404(?!\d)|not found|cannot be found|페이지를 찾을 수 없|찾을 수 없는 페이지|존재하지 않는"
    r"|삭제된 (?:기사|페이지|게시)|없는 (?:기사|페이지)|잘못된 (?:접근|경로)|요청하신 페이지",
    re.IGNORECASE,
)
_SILENT = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<!--", b"-->"), (b"<noscript", b"</noscript"))
_TAG = re.compile(rb"<[^<>]{0,5000}>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """State and reason of an answer with status 2xx (or of a block page with another), and a sentence for a person."""

    state: State
    reason: Reason
    detail: str | None = None


GOOD = Verdict(State.STORED, Reason.NONE)


class SeenTexts:
    """Remembers, within a run, which pages of a host were the same: error pages with status 200 repeat."""

    def __init__(self) -> None:
        self._names: dict[int, set[int]] = {}

    def is_repeated(self, url: str, body: bytes) -> bool:
        """Count this page; True from the third differently named address on that shows the same short page.

        The name is the last path segment with the query: one article under three sections has one name. The address
        itself is left out of the comparison, since error pages echo it; numbers are not, since the market and weather
        notes that programs write differ in nothing else.
        """
        parts = urlsplit(url)
        name = f"{parts.path.rstrip('/').rpartition('/')[2]}?{parts.query}".rstrip("?")
        text = body[:HEAD_BYTES]
        for echo in (parts.path, name):
            if len(echo) >= MIN_ECHO_CHARS:
                text = text.replace(echo.encode(), b"")
        page = hash((host(url), text))  # salted a process: nobody can make two texts meet
        if page not in self._names and len(self._names) >= MAX_TEXTS:
            return False
        names = self._names.setdefault(page, set())
        if len(names) < SOFT_404_REPEATS:
            names.add(hash(name))
        return len(names) >= SOFT_404_REPEATS and len(visible_text(body[:HEAD_BYTES])) < 4 * FEW_CHARS


def binary_kind(head: bytes) -> str | None:
    """Name the format of a body that is no text, by its magic number or by its control bytes; None for text.

    Args:
        head: first bytes of the decoded body; 4 KiB are enough.
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[4:8] == b"ftyp":
        return "a video or HEIF picture"
    if head[:4] == b"RIFF" and head[8:12] in {b"WEBP", b"WAVE", b"AVI "}:
        return "a RIFF picture or recording"
    sample = head[:4096]
    if not sample or sample.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16(sample):
        return None
    rest = sample.replace(b"\x00", b"")
    # NULs within a page are a known fault of content systems.
    controls = len(rest) - len(rest.translate(None, _CONTROLS))
    # Random bytes have one control in ten; pages in any charset have none, or a stray few.
    if controls > 2 + len(rest) // 50 or (len(rest) < len(sample) * 0.7 and b"<" not in rest):
        return "binary data"
    return None


def judge(
    kind: str, status: int, headers: Mapping[str, str], body: bytes, *, asked_url: str, final_url: str
) -> Verdict:
    """Judge an answer by what came.

    Args:
        kind: "article", "channel", "robots" or "tdmrep"; any text is fine for channels and robots.txt.
        status: HTTP status.
        headers: by lower-case name.
        body: decoded; only the first 256 KiB are looked at.
        asked_url: the URL asked for.
        final_url: the URL that answered, after redirects.

    Returns:
        GOOD, or a verdict SKIPPED, FAILED or QUARANTINED. Never raises.
    """
    head = body[:HEAD_BYTES]
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if _is_challenge(headers, body):
        return Verdict(State.QUARANTINED, Reason.BOT_CHALLENGE, "the site asks for proof of a human; it is not passed")
    if not 200 <= status <= 299:
        return Verdict(State.FAILED, Reason.HTTP_4XX, f"status {status}")
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return Verdict(State.FAILED, Reason.EMPTY_BODY, "the body is empty")
    if found := binary_kind(head):
        if kind != "article":
            is_packed = head.startswith((b"\x1f\x8b", b"PK\x03\x04"))  # gzipped sitemaps are read by the next stage
            return (
                GOOD
                if is_packed
                else Verdict(State.QUARANTINED, Reason.TYPE_MISMATCH, f"a list was asked for, {found} came")
            )
        if media_type in {"text/html", "application/xhtml+xml", "text/plain"}:
            return Verdict(State.QUARANTINED, Reason.TYPE_MISMATCH, f"labelled {media_type}, but it is {found}")
        return Verdict(State.SKIPPED, Reason.NOT_HTML, f"it is {found}")
    if kind == "tdmrep" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Verdict(State.FAILED, Reason.SOFT_404, "status 200, but a page came in its place")
    if kind != "article":
        return GOOD
    if media_type not in _PAGE_TYPES and not _looks_like_page(head):
        return Verdict(State.SKIPPED, Reason.NOT_HTML, f"its type is {media_type:.60}")
    return _judge_page(head, asked_url, final_url)


def _judge_page(head: bytes, asked_url: str, final_url: str) -> Verdict:
    asked, final = urlsplit(asked_url), urlsplit(final_url)
    has_moved = asked.path != final.path
    if has_moved and _LOGIN_PATH.search(final.path) and not _LOGIN_PATH.search(asked.path):
        return Verdict(State.QUARANTINED, Reason.LOGIN_WALL, f"the site sends its reader to log in at {final.path:.80}")
    if has_moved and final.path == "/" and not final.query and len(asked.path) > 1:
        return Verdict(State.QUARANTINED, Reason.SOFT_404, "the site sends its reader to the front page instead")
    if _PASSWORD.search(head) and len(visible_text(head)) < FEW_CHARS:
        return Verdict(State.QUARANTINED, Reason.LOGIN_WALL, "the page is a login form")
    title = _title(head)
    if _NOT_FOUND.search(title) and len(visible_text(head)) < SOFT_404_CHARS:
        return Verdict(State.QUARANTINED, Reason.SOFT_404, f"status 200, but its title says {title!r:.80}")
    return GOOD


def visible_text(head: bytes) -> str:
    """Rough text of a page: tags, scripts and styles dropped, white space joined. For counting, not for reading."""
    for start, end in _SILENT:
        head = _without(head, start, end)
    return _SPACE.sub(" ", _text(_TAG.sub(b" ", head))).strip()


def _without(head: bytes, start: bytes, end: bytes) -> bytes:
    """Drop every stretch from `start` to `end`; one pass, an open stretch runs to the end of the page."""
    lower = head.lower()
    kept: list[bytes] = []
    position = 0
    while (opening := lower.find(start, position)) >= 0:
        kept.append(head[position:opening])
        closing = lower.find(end, opening)
        closing = lower.find(b">", closing) if closing >= 0 else -1  # `</script >` ends one as well
        if closing < 0:
            return b" ".join(kept)
        position = closing + 1
    return b" ".join([*kept, head[position:]])


def _title(head: bytes) -> str:
    opening = _TITLE.search(head)
    start = head.find(b">", opening.start(), opening.start() + 300) if opening else -1
    return _text(head[start + 1 : start + 300].partition(b"<")[0]).strip() if start >= 0 else ""


def _is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    if headers.get("cf-mitigated", "").lower() == "challenge" or "x-amzn-waf-action" in headers:
        return True
    if len(body) > MAX_CHALLENGE_BYTES:
        return False
    lower = body.lower()
    if not (any(mark in lower for mark in _CHALLENGE_MARKS) or (len(body) < 20_000 and _COOKIE_RELOAD.search(lower))):
        return False
    return len(visible_text(body)) < FEW_CHARS


def _looks_like_page(head: bytes) -> bool:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head")) or b"<html" in start


def _is_utf16(sample: bytes) -> bool:
    """UTF-16 without a mark: NULs in one of the two places of nearly every pair."""
    even, odd = sample[::2], sample[1::2]
    zeros, others = (even, odd) if even.count(0) > odd.count(0) else (odd, even)
    if zeros.count(0) <= len(sample) * 0.2:
        return False
    return len(others) - len(others.translate(None, _UTF16_CONTROLS)) < len(others) * 0.2


def _text(text: bytes) -> str:
    """UTF-8, else CP949: enough to find a phrase in."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp949", "replace")
