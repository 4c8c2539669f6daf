"""Pages saved as text: portal dumps such as ZUM's text mirror, and any article copied out as plain lines.

There is no mark-up to lean on; blank lines, fixed wording and the kinds of lines tell the parts. On portal dumps a
publisher's name alone on a line is the alternative text of a picture: its caption follows, never a paragraph.
"""

import re
from dataclasses import dataclass, field

from flows.extraction import korean, notices, publishers
from flows.extraction.article import Author, Caption, RelatedHeadline
from flows.extraction.blocks import measure
from flows.extraction.furniture import is_end, is_furniture
from flows.extraction.names import split_names
from flows.extraction.portals import LEADS_AWAY
from flows.extraction.related import split_publisher
from flows.extraction.tree import clean

MAX_LINES = 20_000
MAX_TITLE_CHARS = 300

_TAG = re.compile(r"<(?:!doctype|html|head|body|div|p|br|span|a|meta|script|article|title|h1)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"댓글\s?(\d[\d,]{0,8})(?:개)?")
_BULLET = re.compile(r"^\s*[•·‣▪◦*-]\s*\S")
_BLOCK_LABEL = re.compile(
    r"(?:.{1,20}\s)?주요뉴스|지금 봐야할 뉴스|많이 본 (?:뉴스|기사)|관련 ?(?:뉴스|기사)|랭킹 ?뉴스|"
    r"쇼핑 핫아이템|해당 언론사로 연결|AD"
)
_BYLINE = re.compile(r"(?:by|von|par|por)\s+[^\W\d_].{2,60}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’)\]]?$")


@dataclass(slots=True)
class TextPage:
    """The parts of a text dump."""

    title: str | None = None
    body: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    related: list[RelatedHeadline] = field(default_factory=list)
    publisher: str | None = None
    portal: str | None = None
    holder: str | None = None  # who the first notice says holds the rights
    comment_count: int | None = None
    date_lines: list[str] = field(default_factory=list)


def is_page_text(text: str, content_type: str | None, name: str) -> bool:
    """Whether a page is plain text: by its label, by its file name, or because it holds no tag."""
    kind = (content_type or "").lower()
    if "html" in kind or "xml" in kind:
        return False
    if name.lower().endswith((".txt", ".txt.gz")) or kind.startswith("text/plain"):
        return not _TAG.search(text[:20_000])
    return _TAG.search(text) is None


def read_page_text(text: str) -> TextPage:
    """Part a text dump into title, paragraphs, captions, bylines, notices and related headlines. Never raises."""
    lines = [clean(line) for line in text.split("\n")[:MAX_LINES]]
    page = TextPage(holder=_holder(lines), portal=publishers.portal_by_wording(text[:200_000]))
    start = _read_head(lines, page)
    end = _read_body(lines, start, page)
    _read_tail(lines, end, page)
    if page.publisher is None:
        page.publisher = _publisher(lines, page)
    return page


def _read_head(lines: list[str], page: TextPage) -> int:
    """The title, and what stands before the first paragraph; the index where the body may begin."""
    for index, line in enumerate(lines[:200]):
        if not line or korean.kind_of(line) is korean.Line.CONTROL or publishers.known(line) or is_furniture(line):
            continue
        if len(line) <= MAX_TITLE_CHARS and not (_SENTENCE_END.search(line) and measure(line) > 160):
            page.title = line
            return index + 1
        return index
    return 0


def _read_body(lines: list[str], start: int, page: TextPage) -> int:
    caption_next = False
    for index in range(start, len(lines)):
        line = lines[index]
        if not line:
            continue
        count = _COMMENTS.fullmatch(line)
        if count:
            page.comment_count = int(count.group(1).replace(",", ""))
            continue
        name = publishers.known(line) or (page.holder if line == page.holder else None)
        if name and len(line) <= 20:
            page.publisher = page.publisher or name
            caption_next = page.portal is not None or line == page.holder or _is_caption(lines, index)
            continue
        if notices.is_notice(line) or (page.body and (is_end(line) or _BLOCK_LABEL.fullmatch(line))):
            return index
        if caption_next:
            caption_next = False
            if _reads_as_caption(lines, index):
                page.captions.append(korean.caption_of(line))
                continue
        _take(line, page)
    return len(lines)


def _is_caption(lines: list[str], index: int) -> bool:
    return index + 2 < len(lines) and not lines[index + 1] and measure(lines[index + 2]) < 200


def _reads_as_caption(lines: list[str], index: int) -> bool:
    """A caption credits somebody, or is short, or has two blank lines after it where paragraphs have one."""
    line = lines[index]
    gap = lines[index + 1 : index + 3] == ["", ""]
    return gap or measure(line) < 60 or korean.caption_of(line).credit is not None


def _take(line: str, page: TextPage) -> None:
    kind = korean.kind_of(line)
    if kind is korean.Line.BYLINE:
        page.authors += korean.authors_in(line)
    elif kind is korean.Line.CREW:
        page.authors += korean.crew_authors(line)
    elif kind is korean.Line.CREDIT:
        page.captions.append(korean.caption_of(line))
    elif kind is korean.Line.CONTROL:
        page.date_lines.append(line)
    elif not page.body and _BYLINE.fullmatch(line):
        page.authors += [Author(name) for name in split_names(line)]
    elif is_furniture(line):
        page.date_lines.append(line)
    else:
        page.body.append(line)


def _read_tail(lines: list[str], start: int, page: TextPage) -> None:
    in_list = False
    for line in lines[start:]:
        if not line:
            continue
        if notices.is_notice(line):
            page.notices.append(line)
        elif _BLOCK_LABEL.fullmatch(line) or is_end(line):
            in_list = True
        elif (in_list or _BULLET.match(line)) and korean.kind_of(line) is None and measure(line) >= 20:
            if LEADS_AWAY.fullmatch(line):
                continue
            publisher, title = split_publisher(line)
            page.related.append(RelatedHeadline(publisher, title))
        elif korean.kind_of(line) is korean.Line.BYLINE and not in_list:
            page.authors += korean.authors_in(line)


def _publisher(lines: list[str], page: TextPage) -> str | None:
    for line in page.notices:
        name = publishers.known(notices.holder_of(line) or "")
        if name:
            return name
    alone = next((name for line in lines if 1 < len(line) <= 20 and (name := publishers.known(line))), None)
    return alone or page.holder


def _holder(lines: list[str]) -> str | None:
    """Who holds the rights by the first notice that names somebody. Labels alone on a line are read against it."""
    found = (notices.holder_of(line) for line in lines if "©" in line or "ⓒ" in line or "저작권" in line)
    return next((name for name in found if name and len(name) <= 20), None)
