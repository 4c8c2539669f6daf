"""One HTML page -> one article: the parts in order, each read by its own module."""

import re
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from flows import addresses
from flows.extraction import asides, comments, korean, lines, notices, portals, publishers, stamps
from flows.extraction import blocks as walk
from flows.extraction.article import Article, Author, Caption, Outcome, Page, Quality
from flows.extraction.authors import find_authors
from flows.extraction.blocks import Block
from flows.extraction.body import find_body
from flows.extraction.decks import Deck, find_deck
from flows.extraction.decoding import Decoded
from flows.extraction.lang import language_of
from flows.extraction.last_resort import read_slowly
from flows.extraction.metadata import Metas, read_is_free, read_lang, read_metas, read_tags
from flows.extraction.pictures import MARKS, is_alone_with_picture
from flows.extraction.places import Place
from flows.extraction.related import find_links, find_related
from flows.extraction.rights import read_rights
from flows.extraction.state import State, read_state, scripts_of
from flows.extraction.structured import Stated, paragraphs, read_json_ld
from flows.extraction.title import Title, find_title, key_of, with_markers
from flows.extraction.tree import BREAK, Element, parse

THIN_CHARS = 250.0
"""A body shorter than this (in Latin letters) sends the reader to the slower ways."""
LEAST_UNSIGNED_CHARS = 500.0
"""A page that nowhere says it is an article must hold this much prose to count as one."""
_HANGUL = re.compile(r"[가-힣]")
MAX_LINE_CHARS = 160
MAX_LINES = 12
"""Lines under the headline that are read for a date."""
PAYWALLED_CHARS = 60.0
"""Less text than this beside a paywall is no article to keep."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the page gave, and what follows from it."""

    metas: Metas
    stated: Stated
    lang: str | None
    url: str | None
    canonical: str | None
    host: str
    portal: str | None
    zone: tzinfo | None
    is_korean: bool
    is_free: bool | None = None  # as microdata or RDFa state it


@dataclass(slots=True)
class Text:
    """What the body of the page gave."""

    method: str = "none"
    paragraphs: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    container: Element | None = None
    deck: Deck = field(default_factory=Deck)
    machine: list[str] = field(default_factory=list)  # what a machine wrote, by the page's own word

    @property
    def weight(self) -> float:
        """Length of the paragraphs in Latin letters."""
        return sum(map(walk.measure, self.paragraphs))


def read_html(page: Page, decoded: Decoded, root: Element) -> Article:
    """Read one parsed page. Called by `reader.extract`, which answers for refusals and faults."""
    head = _read_head(page, root, decoded.text)
    scripts = list(root.iter("script"))  # held for the case that the page's text is in one of them
    walk.prune(root)
    body = root.find("body")
    top = root if body is None else body
    found, machine_lines = asides.taken_out(walk.read_blocks(top))
    if not head.is_korean and _reads_korean(found):
        head = replace(head, is_korean=True, zone=stamps.zone_for(page.timezone, "ko", head.host))
    title = find_title(root, head.metas, head.stated, _site_names(head), (block.text for block in found[:400]))
    text = _read_visible(found, head, title.text)
    state: State | None = None
    if text.weight < THIN_CHARS:
        state = read_state(scripts_of(scripts))
        text = _read_otherwise(text, state, head, title.text or "", decoded.text)
    if state and state.title and text.method == "state":
        title = with_markers(state.title)
    is_withheld = _paywalled(head) is True and text.weight < PAYWALLED_CHARS
    if is_withheld or not _is_article(head, text, found):
        return _refused(page, decoded, head, title.text, text)
    return _assembled(page, decoded, root, head, title, text, found, state, machine_lines)


def _read_head(page: Page, root: Element, text: str) -> Head:
    metas = read_metas(root)
    stated = read_json_ld(root)
    url = addresses.normalise(page.url) if page.url else None
    canonical = _canonical(root, metas, stated, page.url)
    host = publishers.host_of(url or canonical)
    lang = read_lang(root, metas)
    is_korean = lang == "ko" or host.endswith(".kr") or (publishers.by_host(host) is not None)
    zone = stamps.zone_for(page.timezone, "ko" if is_korean else lang, host)
    free = read_is_free(root, metas, is_shown=stated.is_free is None and "isAccessibleForFree" in text)
    return Head(metas, stated, lang, url, canonical, host, publishers.portal_of(host), zone, is_korean, free)


def _reads_korean(found: list[Block]) -> bool:
    """Whether the page's text is mostly Hangul, whatever its label says."""
    sample = "".join(block.text for block in found[:300])[:20_000]
    # A syllable takes three bytes: counting those first spares pages in Latin script the count of syllables.
    if len(sample.encode("utf-8", "replace")) < 1.5 * len(sample):
        return False
    return len(_HANGUL.findall(sample)) > 0.25 * len(sample)


def _canonical(root: Element, metas: Metas, stated: Stated, base: str | None) -> str | None:
    """The address that the page gives itself; an archive's or a bare front page's address is none."""
    links = [str(link.get("href")) for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for candidate in (*links[:2], metas.first("og:url"), stated.url, metas.first("twitter:url")):
        if not candidate:
            continue
        url = addresses.normalise(candidate, base)
        if url and not publishers.host_of(url).endswith("web.archive.org") and url.count("/") > 2:
            return url
    return None


def _site_names(head: Head) -> tuple[str, ...]:
    label = head.host.split(".")[0] if head.host else ""
    own = publishers.by_host(head.host) or ""
    stated = (head.stated.publisher, *head.metas.all("og:site_name", "application-name", "publisher"))
    return (*(name for name in stated if len(name) <= 40), head.host, label, own)


def _read_visible(found: list[Block], head: Head, title: str | None) -> Text:
    for block in found if head.is_korean else []:
        if block.text[0] in MARKS and len(block.text) < 300 and is_alone_with_picture(block.element, block.text):
            block.kind = walk.Kind.CAPTION
    body = find_body(found, head.is_korean)
    deck = find_deck(found, body, head.metas, head.stated, title, head.is_korean)
    parts = lines.part(body.blocks, head.is_korean, title)
    rest = lines.leftovers(body.left_out, head.is_korean)
    paragraphs = [line for line in deck.prose if line not in parts.paragraphs] + parts.paragraphs
    return Text(
        body.method if paragraphs else "none",
        paragraphs,
        [*parts.bylines, *rest.bylines, *(block.text.replace(BREAK, " ") for block in body.lead_in[:6])],
        list(dict.fromkeys([*rest.captions, *parts.captions])),
        [*parts.notices, *rest.notices],
        body.blocks,
        body.container,
        deck,
        asides.marked_lines(found),
    )


def _read_otherwise(text: Text, state: State | None, head: Head, title: str, page_text: str) -> Text:
    """The slower ways, in order: script state, JSON-LD's own text, trafilatura. The first that gives more wins."""
    floor = max(text.weight * 1.5, 80.0)
    if state is not None:
        parsed = parse(f"<html><body><div>{state.html}</div></body></html>".encode("utf-8", "replace"))
        if parsed is not None:
            walk.prune(parsed.root)
            found = walk.read_blocks(parsed.root)
            parts = lines.part(
                [block for block in found if block.kind is not walk.Kind.CAPTION and block.mark is None],
                head.is_korean,
                title,
            )
            rest = lines.leftovers([block for block in found if block.kind is walk.Kind.CAPTION], head.is_korean)
            if sum(map(walk.measure, parts.paragraphs)) > floor:
                deck = Deck(list(state.decks))
                return Text(
                    "state",
                    parts.paragraphs,
                    parts.bylines,
                    [*rest.captions, *parts.captions],
                    [*text.notices, *parts.notices],
                    found,
                    None,
                    deck,
                )
    stated = [line for line in paragraphs(head.stated.body).split("\n") if line]
    if sum(map(walk.measure, stated)) > floor:
        return Text("jsonld", stated, text.bylines, text.captions, text.notices)
    if text.weight < THIN_CHARS / 2 and _says_article(head):
        slow = [line for line in read_slowly(page_text) if line != title]
        if sum(map(walk.measure, slow)) > max(floor, THIN_CHARS):
            return Text("trafilatura", slow, text.bylines, text.captions, text.notices, deck=text.deck)
    return text


def _says_article(head: Head) -> bool:
    """Whether the page's head says that it is an article."""
    metas = head.metas
    return bool(
        metas.first("og:type").lower() in ("article", "news", "newsarticle")
        or metas.first("article:published_time", "article:section")
        or (head.stated.headline and head.stated.published)
    )


def _is_article(head: Head, text: Text, found: list[Block]) -> bool:
    if not text.paragraphs:
        return False
    if _says_article(head) or text.method == "itemprop" or (text.method == "hint" and text.weight >= THIN_CHARS):
        return True
    prose = sum(block.length for block in text.blocks if block.length >= 80)
    linked = sum(block.link_chars for block in found)
    return text.weight >= LEAST_UNSIGNED_CHARS and prose > 0.5 * text.weight and linked < 20 * text.weight


def _refused(page: Page, decoded: Decoded, head: Head, title: str | None, text: Text) -> Article:
    paywalled = _paywalled(head)
    outcome = Outcome.PAYWALLED if paywalled and _says_article(head) else Outcome.NO_ARTICLE
    return Article(
        page.id,
        page.input,
        outcome,
        "the text is for subscribers" if outcome is Outcome.PAYWALLED else "no article text found on the page",
        url=head.url,
        canonical_url=head.canonical,
        title=title,
        paywalled=paywalled,
        quality=_quality(page, decoded, text.method),
    )


def _paywalled(head: Head) -> bool | None:
    tier = head.metas.first("article:content_tier", "content_tier").lower()
    is_free = head.stated.is_free if head.stated.is_free is not None else head.is_free
    if is_free is False or tier in ("locked", "paid", "premium"):
        return True
    return False if is_free or tier == "free" else None


def _quality(page: Page, decoded: Decoded, method: str) -> Quality:
    return Quality(method, decoded.charset_declared, decoded.charset_used, decoded.replacement_share, page.is_truncated)


def _assembled(
    page: Page,
    decoded: Decoded,
    root: Element,
    head: Head,
    title: Title,
    text: Text,
    found: list[Block],
    state: State | None,
    machine: list[str],
) -> Article:
    notice_lines = list(dict.fromkeys([*text.notices, *_notices(found, text.blocks)]))
    rights = read_rights(notice_lines, root, head.stated, page, head.is_korean)
    shown = None if head.portal else portals.find_shown(root, head.metas, head.host, notice_lines)
    if shown:
        head = replace(head, portal=shown.portal)
    publisher = (
        shown.publisher
        if shown
        else publishers.find_publisher(
            root, head.metas, head.stated, head.host, head.portal, rights.holder, page.publisher
        )
    )
    lang = language_of(" ".join(text.paragraphs[:12]), head.lang)
    is_korean = lang == "ko"
    zone = head.zone if head.is_korean == is_korean else stamps.zone_for(page.timezone, lang, head.host)
    near = _short_lines(found, text)
    place, under_title = _place(found, text, title.text)
    dates = stamps.find_dates(
        root,
        head.metas,
        _dated(head.stated, state, text),
        near,
        head.url,
        zone,
        page.captured_at,
        place,
        under_title,
    )
    return Article(
        page.id,
        page.input,
        Outcome.OK,
        url=head.url,
        canonical_url=head.canonical,
        original_url=portals.find_original(root, head.url, head.canonical, head.portal is not None),
        lang=lang,
        publisher=publisher,
        portal=head.portal if head.portal != publisher else None,
        title=title.text,
        title_markers=title.markers,
        subtitle=tuple(text.deck.lines),
        section=head.metas.first("article:section", "og:article:section") or head.stated.section or None,
        published_at=dates.published.iso() if dates.published else None,
        modified_at=dates.modified.iso() if dates.modified else None,
        published_precision=dates.published.precision if dates.published else None,
        published_source=dates.source,
        authors=_authors(root, head, text, state, publisher, is_korean, found, place),
        body=tuple(text.paragraphs),
        captions=tuple(text.captions[:60]),
        links=find_links(text.blocks, head.canonical or head.url),
        related_headlines=find_related(
            found, text.blocks, title.text, head.canonical or head.url, head.portal is not None
        ),
        comment_count=comments.count_of(found, head.stated),
        topics=tuple(dict.fromkeys((*read_tags(head.metas), *head.stated.keywords)))[:40],
        paywalled=_paywalled(head),
        rights=rights,
        quality=replace(
            _quality(page, decoded, text.method),
            machine_written=tuple(dict.fromkeys((*machine, *text.machine))),
            corrections=tuple(asides.corrections_in(text.paragraphs)),
        ),
    )


def _dated(stated: Stated, state: State | None, text: Text) -> Stated:
    """JSON-LD's dates, or those of the script state where the text came from there."""
    if state is None or text.method != "state" or stated.published:
        return stated
    return replace(stated, published=state.published, modified=state.modified)


def _authors(
    root: Element,
    head: Head,
    text: Text,
    state: State | None,
    publisher: str | None,
    is_korean: bool,
    found: list[Block],
    place: Place,
) -> tuple[Author, ...]:
    if state is not None and text.method == "state" and state.bylines:
        named = [
            Author(person.name, person.role, email or person.email)
            for line, email in state.bylines
            for person in (korean.authors_in(line) if is_korean and not korean.is_name(line) else (Author(line),))
        ]
        if named:
            return tuple(named)
    opening = text.paragraphs[0] if text.paragraphs else ""
    near = [block.text for block in found if len(block.text) < 90]
    houses = (publisher or "", *_site_names(head))
    return find_authors(root, head.metas, head.stated, houses, is_korean, text.bylines, opening, near, place)


def _place(found: list[Block], text: Text, title: str | None) -> tuple[Place, list[str]]:
    """Where the article stands on the page, with the short lines between its headline and its text."""
    if not text.blocks:
        return Place(), []
    first, last = text.blocks[0], text.blocks[-1]
    heading: Element | None = None
    under: list[str] = []
    key = key_of(title or "")
    longest, shortest = 2 * len(key), len(key) // 2
    for block in found:
        if block is first:
            break
        is_like = shortest < len(block.text) < longest
        if block.element.tag == "h1" or (is_like and key_of(block.text) == key):
            heading, under = block.element, []
        elif heading is not None and len(block.text) <= MAX_LINE_CHARS:
            under.append(block.text.replace(BREAK, " "))
    return Place(heading, first.element, last.element), under[:MAX_LINES]


_NOTICE_SIGN = re.compile(
    r"[©ⓒ⒞무재無転学版转轉]|\([cC]\)|opyright|OPYRIGHT|저작권|served|SERVED|produced|orbehalt|44b|ntersagt|achdruck|éservés|"
    r"iservat|nterdite|rohibi|forbeholdt|voorbehouden|zastrzeżone|förbehåll|[dD]ata[- ][mM]ining"
)
"""What any notice holds: a cheap test for the lines worth a closer look."""


def _notices(found: list[Block], own: list[Block]) -> list[str]:
    """The notice lines of the page around the article, foot included, in order."""
    kept = []
    inside = set(map(id, own))
    for block in found:
        text = block.text
        if not 5 < len(text) < 1500 or id(block) in inside or not notices.may_hold_notice(text.lower()):
            continue
        if _NOTICE_SIGN.search(text):
            kept += [line for line in text.split(BREAK) if line and notices.is_notice(line)]
    return kept[:20]


def _short_lines(found: list[Block], text: Text) -> list[str]:
    """Short lines before and just after the article, where labelled dates stand."""
    first = text.blocks[0] if text.blocks else None
    position = next((index for index, block in enumerate(found) if block is first), len(found))
    near = found[max(0, position - 60) : position + 40]
    return [block.text.replace(BREAK, " ") for block in near if len(block.text) < 160]
