"""One article laid out for the enrichers: every text with its paragraph number, its quotations, its morphemes.

Made once an article, so that Kiwi reads each article once.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from flows.enrichment import marks
from flows.enrichment.document import FIRST_CAPTION, HEADLINE, Document
from flows.enrichment.sentences import Span, masked, quoted, sentences
from flows.enrichment.tokens import Token, has_hangul, tokenise

VERSION = 1

_KANA = re.compile(r"[\u3041-\u30fa]")
_HANGUL = re.compile(r"[가-힣]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One text of the article. `plain` is the text with quotations blotted out, same length."""

    index: int  # -1 the headline, -2 and below the captions
    text: str
    plain: str
    quotes: tuple[Span, ...]
    sentences: tuple[Span, ...]
    tokens: tuple[Token, ...]

    def tokens_in(self, span: Span) -> tuple[Token, ...]:
        """The morphemes that start inside the span, found by bisection: paragraphs of a megabyte exist."""
        first = bisect_left(self.tokens, span.start, key=_token_start)
        return self.tokens[first : bisect_left(self.tokens, span.end, lo=first, key=_token_start)]

    def quotes_in(self, span: Span) -> tuple[Span, ...]:
        """The quotations that open inside the span."""
        first = bisect_left(self.quotes, span.start, key=_start)
        return self.quotes[first : bisect_left(self.quotes, span.end, lo=first, key=_start)]


_token_start = itemgetter(Token._fields.index("start"))  # no Python code for each step of the bisection


def _start(span: Span) -> int:
    return span.start


@dataclass(frozen=True, slots=True)
class Reading:
    """The article as enrichers see it: headline first, then the body, then the captions."""

    document: Document
    paragraphs: tuple[Paragraph, ...]
    is_korean: bool
    lang: str | None = None  # two letters: as the document says, else by the signs it is written in

    @property
    def day(self) -> date | None:
        """The day of publication in the publisher's zone; relative days are counted from it."""
        moment = self.document.published_at
        return moment.date() if moment else None

    def text(self, index: int) -> str:
        """The text under a paragraph number."""
        return next((p.text for p in self.paragraphs if p.index == index), "")


def read(document: Document) -> Reading:
    """Lay the article out: cut quotations and sentences, tokenise what is Korean."""
    texts = [(HEADLINE, document.title)] if document.title else []
    texts += list(enumerate(document.body))
    texts += [(FIRST_CAPTION - order, caption) for order, caption in enumerate(document.captions)]
    return lay_out(document, [(index, text) for index, text in texts if text])


def lay_out(document: Document, texts: list[tuple[int, str]]) -> Reading:
    """The reading of given (paragraph number, text) pairs."""
    morphemes = tokenise([text for _, text in texts])
    is_korean = any(has_hangul(text) for _, text in texts)
    lang = language(document, texts, is_korean=is_korean)
    paragraphs = []
    for (index, text), tokens in zip(texts, morphemes, strict=True):
        quotes = quoted(text) if lang == "ko" else marks.quoted(text, lang)
        paragraphs.append(Paragraph(index, text, masked(text, quotes), quotes, sentences(text, quotes), tokens))
    return Reading(document, tuple(paragraphs), is_korean, lang)


def language(document: Document, texts: list[tuple[int, str]], *, is_korean: bool) -> str | None:
    """The language whose rules read the article; Hangul makes it Korean unless the document says otherwise."""
    stated = (document.lang or "").replace("_", "-").partition("-")[0].lower()
    if stated == "ko":
        return stated
    sample = "".join(text[:500] for _, text in texts[:20])
    if is_korean and (not stated or 4 * len(_HANGUL.findall(sample)) > len(sample)):
        return "ko"  # a page's own word on its language is often left over from a template
    if stated:
        return stated
    if _KANA.search(sample):
        return "ja"
    return "zh" if _HAN.search(sample) else None
