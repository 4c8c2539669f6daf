"""The way in: one page -> one article, whatever the page. Never raises; the outcome says how it ended."""

from flows.cycles import uncollected
from flows.extraction import lang, precheck, publishers, stamps
from flows.extraction.article import Article, Outcome, Page, Quality
from flows.extraction.decoding import MAX_REPLACEMENT_SHARE, Decoded, decode
from flows.extraction.html_page import read_html
from flows.extraction.page_text import is_page_text, read_page_text
from flows.extraction.rights import read_rights
from flows.extraction.structured import Stated
from flows.extraction.title import with_markers
from flows.extraction.tree import parse


def extract(page: Page) -> Article:
    """Read one page.

    Refused before parsing: nothing, binaries, pages past the size, tag and depth limits. Refused after: text that
    did not decode, pages without an article. Everything else is `Outcome.OK`, its fields as found.
    """
    try:
        with uncollected():
            return _extracted(page)
    except Exception as error:  # the page is hostile input: a fault of ours costs this page, not the batch
        return Article(page.id, page.input, Outcome.READER_ERROR, f"{type(error).__name__}: {error}"[:200])


def _extracted(page: Page) -> Article:
    refusal = precheck.refuse_bytes(page.payload)
    if refusal:
        return Article(page.id, page.input, *refusal)
    decoded = decode(page.payload, page.content_type)
    quality = Quality(
        None, decoded.charset_declared, decoded.charset_used, decoded.replacement_share, page.is_truncated
    )
    if decoded.replacement_share > MAX_REPLACEMENT_SHARE:
        reason = f"{decoded.replacement_share:.1%} of the characters could not be read as {decoded.charset_used}"
        return Article(page.id, page.input, Outcome.UNDECODABLE, reason, quality=quality)
    refusal = precheck.refuse_data(decoded.text)
    if refusal:
        return Article(page.id, page.input, *refusal, quality=quality)
    if is_page_text(decoded.text, page.content_type, page.input):
        return _from_text(page, decoded)
    refusal = precheck.refuse_text(decoded.text, decoded.utf8)
    if refusal:
        return Article(page.id, page.input, *refusal, quality=quality)
    parsed = parse(decoded.utf8)
    if parsed is None:
        return Article(page.id, page.input, Outcome.NO_ARTICLE, "the page holds no element", quality=quality)
    if parsed.is_cut:
        return Article(page.id, page.input, Outcome.TOO_DEEP, "the parser dropped what lies too deep", quality=quality)
    return read_html(page, decoded, parsed.root)


def _from_text(page: Page, decoded: Decoded) -> Article:
    """Assemble an article from a text dump."""
    found = read_page_text(decoded.text)
    quality = Quality(
        "page_text", decoded.charset_declared, decoded.charset_used, decoded.replacement_share, page.is_truncated
    )
    if not found.body or sum(map(len, found.body)) < 20:
        return Article(page.id, page.input, Outcome.NO_ARTICLE, "the text holds no paragraph", quality=quality)
    tag = lang.language_of(" ".join(found.body[:12]))
    title = with_markers(found.title or "")
    host = publishers.host_of(page.url)
    zone = stamps.zone_for(page.timezone, tag, host)
    dates = stamps.from_lines(found.date_lines, zone, page.captured_at)
    return Article(
        page.id,
        page.input,
        Outcome.OK,
        url=page.url,
        lang=tag,
        publisher=found.publisher or publishers.by_host(host) or page.publisher,
        portal=found.portal or publishers.portal_of(host),
        title=title.text,
        title_markers=title.markers,
        published_at=dates.published.iso() if dates.published else None,
        modified_at=dates.modified.iso() if dates.modified else None,
        published_precision=dates.published.precision if dates.published else None,
        published_source=dates.source,
        authors=tuple({author.name: author for author in reversed(found.authors)}.values()),
        body=tuple(found.body),
        captions=tuple(found.captions),
        related_headlines=tuple(found.related),
        comment_count=found.comment_count,
        rights=read_rights(found.notices, None, Stated(), page),
        quality=quality,
    )
