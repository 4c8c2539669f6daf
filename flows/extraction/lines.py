"""Blocks -> paragraphs, with the lines sorted out that are not article: bylines, credits, notices, controls.

`<br>` is weighed per block: where a block holds double breaks, those part paragraphs and single ones only wrap
lines; where it holds single breaks alone, each may part paragraphs.
"""

import re
from dataclasses import dataclass, field

from flows.extraction import korean, notices
from flows.extraction.article import Caption
from flows.extraction.blocks import Block, Kind
from flows.extraction.furniture import is_byline, is_furniture
from flows.extraction.tree import BREAK

_LETTER = re.compile(r"[^\W_]")
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)\]]*$")
# On a line of its own this says where the text comes from, and captions nothing.
_SOURCE = re.compile(r"[\[(<【]?\s?(?:자료|출처)\s?[=:：]|/\s?[^/\s]{1,12}(?:통신|뉴스|일보|신문)$")
_LABEL_ONLY = re.compile(r"\[?(?:앵커|기자|리포트|인터뷰|답변|질문|앵커멘트|VCR)\]?")


@dataclass(slots=True)
class Parts:
    """The article's paragraphs, and what was sorted out of its blocks."""

    paragraphs: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def part(blocks: list[Block], is_korean: bool, title: str | None) -> Parts:
    """Sort the lines of the article's blocks. The headline and repeated paragraphs are dropped."""
    parts = Parts()
    seen: set[str] = {title} if title else set()
    for block in blocks:
        if not parts.paragraphs and block.element.tag == "h1":
            continue
        for paragraph in _paragraphs(block, is_korean, parts):
            if not _LETTER.search(paragraph) or (paragraph in seen and (len(paragraph) > 30 or paragraph == title)):
                continue
            seen.add(paragraph)
            parts.paragraphs.append(paragraph)
    return parts


def _paragraphs(block: Block, is_korean: bool, parts: Parts) -> list[str]:
    groups: list[list[str]] = [[]]
    lines = block.text.split(BREAK)
    has_double = "" in lines
    for line in lines:
        if not line:
            groups.append([])
        elif not _sorted_out(line, is_korean, parts):
            groups[-1].append(line)
    if has_double or len(lines) == 1:
        return [" ".join(group) for group in groups if group]
    return _single_breaks(groups[0])


def _single_breaks(lines: list[str]) -> list[str]:
    """Lines parted by single breaks: joined until one ends a sentence."""
    found: list[str] = []
    held: list[str] = []
    for line in lines:
        held.append(line)
        if _SENTENCE_END.search(line) or (not _LABEL_ONLY.fullmatch(line) and len(held) == 1 and len(line) < 60):
            found.append(" ".join(held))
            held = []
    if held:
        found.append(" ".join(held))
    return found


def _sorted_out(line: str, is_korean: bool, parts: Parts) -> bool:
    """Whether a line is no article text; what it says is kept where somebody wants it."""
    if notices.is_notice(line) and (len(line) < 250 or not is_korean):
        parts.notices.append(line)
        return True
    if is_korean:
        kind = korean.kind_of(line)
        if kind in (korean.Line.BYLINE, korean.Line.CREW):
            parts.bylines.append(line)
        if kind is korean.Line.CREDIT or (kind is korean.Line.BYLINE and "/" in line):
            caption = korean.caption_of(line)
            if caption.credit and (caption.text or not _SOURCE.match(line)):
                parts.captions.append(caption)
        return kind is not None
    if is_byline(line):
        parts.bylines.append(line)
        return True
    return is_furniture(line)


def leftovers(blocks: list[Block], is_korean: bool) -> Parts:
    """What blocks left out of the article say: captions, bylines, notices. Paragraphs stay empty."""
    parts = Parts()
    for block in blocks:
        text = block.text.replace(BREAK, " ").strip()
        if block.kind is Kind.CAPTION:
            caption = _caption(block, is_korean)
            if caption and caption not in parts.captions:
                parts.captions.append(caption)
        elif len(text) < 600:
            for line in block.text.split(BREAK):
                if line:
                    _sorted_out(line, is_korean, parts)
    return parts


def _caption(block: Block, is_korean: bool) -> Caption | None:
    text = block.text.replace(BREAK, " ").strip()
    if not 1 < len(text) <= 1500:
        return None
    url = _picture_near(block)
    return korean.caption_of(text, url) if is_korean else _western(text, url)


_CREDIT = re.compile(
    r"\s*(?:[(\[]\s?)?(?:photo(?:graph)?s?(?: (?:by|credit))?|image|picture|credit|source|foto|bild|"
    r"quelle|crédits?|©|copyright|\(c\))\s*[:：©]?\s*"
    r"(?P<credit>[^()\[\]]{2,80})[)\]]?\s*$",
    re.IGNORECASE,
)


def _western(text: str, url: str | None) -> Caption:
    match = _CREDIT.search(text)
    if match:
        return Caption(text[: match.start()].strip() or None, match.group("credit").strip(" .:"), url)
    return Caption(text, None, url)


def _picture_near(block: Block) -> str | None:
    """The picture that a caption stands under: the first image of the nearest element above that holds one."""
    above = block.element
    for _ in range(3):
        parent = above.getparent()
        if parent is None:
            return None
        above = parent
        image = next(above.iter("img"), None)
        if image is not None:
            source = image.get("src") or image.get("data-src") or ""
            return source if source.startswith(("http", "//", "/")) else None
    return None
