"""The page as a line of text blocks: one walk over the tree, in order, without recursion.

A block is the text of an innermost block element, or a run of loose text between block elements. Elements whose
class or id names furniture (share bars, related lists, newsletters) mark their blocks, and are not yet believed:
the container chosen later decides which marks count, so that a page wrapped in `class="with-sidebar"` is not lost.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lxml import etree

from flows.extraction.patterns import named
from flows.extraction.pictures import CAPTION, CAPTION_NAMES, name_captions
from flows.extraction.tree import BREAK, Element, clean, inner_text

BLOCK_TAGS = (
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "summary", "caption",
    "amp-ad", "amp-embed", "amp-sidebar",
)  # fmt: skip
_DROPPED = (
    "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "textarea", "object", "embed",
    "canvas", "video", "audio", "map", "dialog", "amp-ad", "amp-embed", "amp-sidebar", "amp-consent",
)  # fmt: skip
_MARKED_TAGS = frozenset(("nav", "aside", "footer", "form", "menu"))

MACHINE_NAMES = r"ai-?summar\w*|summary-?ai|ai-?(?:brief|digest|explain\w*|key-?points?)|gpt-?summar\w*|auto-?summar\w*"
"""What classes call text that a machine wrote."""
_FURNITURE_NAMES = (
    r"ads?|adv|advert\w*|adsense|adbox|adfit|banner\w*|sponsor\w*|promo\w*|social\w*|"
    r"share\w*|sharing|sns\w*|"
    r"related\w*|relation|recommend\w*|more-(?:on|from|stories)|read-?(?:more|also|next)\w*|"
    r"newsletter\w*|subscri\w*|signup|"
    r"sign-up|comment\w*|disqus|reply|replies|footer\w*|foot|sidebar\w*|side-?bar|aside|breadcrumb\w*|pagination|pager|"
    r"nav|navi|navigation|navbar|menu\w*|toolbar|tools|widget\w*|popular|trending|most-?(?:read|"
    r"viewed|popular)|ranking\w*|"
    r"outbrain|taboola\w*|dable\w*|cookie\w*|consent\w*|gdpr|popup|modal|overlay|tooltip|skip-?link\w*|print-only|d-print-block|visible-print\w*|"
    r"visually-hidden|sr-only|screen-reader\w*|copyright\w*|byline\w*|by-line|author-?(?:box|bio|info|card|name|"
    r"profile|block|byline|list|details?)?|authors|journalist\w*|reporter\w*|writer\w*|bio|biography|"
    r"meta|metadata|post-meta|entry-meta|article-?meta\w*|"
    r"article__meta|dateline|timestamp|pub-?date|published|tags?|taglist|tag-?(?:list|cloud|group|links)|topics?|"
    r"categor(?:y|ies)|keywords?|rating\w*|feedback|poll|quiz|survey|donat\w*|support-us|paywall\w*|regwall|piano|"
    r"player\w*|playlist|gallery\w*|slideshow|carousel\w*|slider|infobox|factbox|teaser\w*|mt-teaser|embed\w*|"
    r"disclaimer|correction-policy|follow-?us|app-?(?:banner|download|promo)|"
    r"article_relation|rel_news|link_news|hot_?news|best_?news|rank_?news|issue_?news|view-copyright|caution_text|"
    r"c_text|txt_copyright|tag-group|view-editors|view_banner|article_?ad|end-ad\w*|google_?dfp\w*|"
    r"adsbygoogle|ad-?\w{0,12}container|"
    r"jp-relatedposts|sharedaddy|wp-block-(?:buttons?|latest-posts|embed)|addtoany\w*|inread|teads|mol-ads|"
    r"recirc\w*|recirculation|onward\w*|upsell|cta|callout|in-?article-?(?:ad|promo|related)|also-?like|see-?also|"
    r"registration\w*|identity\w*|blocker\w*|login\w*|sign-?in\w*|intro-body\w*|donation\w*|up-?next|"
    r"next-?(?:article|story|post)|prev-?(?:article|story|post)|article-?(?:footer|nav|tools|share|"
    rf"related|tags)|{MACHINE_NAMES}"
)
FURNITURE = named(_FURNITURE_NAMES)
_STICKY = re.compile(
    r"donationpromo|related|recommend|taboola|outbrain|newsletter|readmore|read-more|advert|sharebar|"
    r"socialshare|most-?read|comments?-"
)
_CONSENT_NAMES = r"consent|gdpr|ccpa|didomi\w*|cmp|cmpbox|qc-cmp\w*|usercentrics|sp_message\w*"
_COOKIES = r"onetrust|cookie-?(?:consent|banner|notice|law|policy|bar|wall)"
_CONSENT = re.compile(rf"{_COOKIES}|(?:^|[\s_-])(?:{_CONSENT_NAMES})(?=$|[\s_-])")
_BODY_NAMES = (
    r"article-?body\w*|articlebody\w*|article__?(?:body|content|text)\w*|"
    r"article-?(?:content|text|copy|main)|story-?(?:body|content|text)\w*|"
    r"entry-content|post-content|post-body|content-body|body-copy|news_?(?:body|view|txt|text|cnt_detail_wrap)|"
    r"dic_area|newsct_article|articlebodycontents|articebody|newsendcontents|_article_content|article_view|"
    r"article-view-content-div|realartccontents|articlecontetns|article_txt|art_txt|article_body|cont_newstext|"
    r"cmadcontent|text_area|pnlcontent|textbody|article-text|viewcontent|story-news|newsbody|td-post-content|"
    r"single-content|field-name-body|rich-?text|paywall-?content|c-article-body|article_detail_body"
)
BODY_HINT = named(_BODY_NAMES)
"""Containers of content systems and portals, as seen in public pages and the project's notes. Hints, never orders."""
# Most words say nothing, which two searches tell as well as five.
_ANY_NAME = named("|".join((_CONSENT_NAMES, CAPTION_NAMES, _BODY_NAMES, _FURNITURE_NAMES)))
_ANY_PART = re.compile(rf"(?=[acdmnorst])(?:onetrust|cookie|{_STICKY.pattern}|caption)")
_CONSENT_DIALOG = etree.Element("dialog")
"""Stands for any dialog about cookies: they hold more prose than short articles do, and are never read."""
_SKIPPED = frozenset(("nav", "hr"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class Kind(StrEnum):
    """What the mark-up says that a block is."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    CELL = "cell"
    CAPTION = "caption"


@dataclass(slots=True)
class Block:
    """One stretch of text. `text` keeps `<br>` as BREAK; `length` counts CJK characters twice and a half."""

    text: str
    kind: Kind
    element: Element
    parent: Element
    link_chars: int
    length: float
    mark: Element | None  # nearest element above that names itself furniture
    prose: float = -1.0  # prose weight, furniture marks aside; worked out by `body.prose_weight` when asked first


_Waiting = tuple[Element, Iterator[Element], Element | None, Kind, bool, str | None]
"""A container while a child of it is read: the children left, mark and kind, whether a link holds it, and the text
that follows that child."""
_ALL_LINKED = 10_000_000
"""Stands for the length of any text that a link above it holds."""


def prune(root: Element) -> None:
    """Take scripts, styles and form controls out, make every `<br>` a BREAK in the text, and name captions as such."""
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    for line_break in list(root.iter("br")):
        line_break.tail = BREAK + (line_break.tail or "")
    name_captions(root)


def read_blocks(root: Element) -> list[Block]:
    """All blocks below `root` in order. The tree must be pruned. Linear in the size of the tree.

    Longer than most functions and without helpers for its small steps: it runs for every element of every page.
    """
    # Held to the end: lxml makes an object anew for an element that nobody holds, which costs more than reading it.
    held = set(root.iter(*BLOCK_TAGS))
    containers = _containers(root, held)
    found: list[Block] = []
    waiting: list[_Waiting] = []
    mark, kind = _marked(root, None, Kind.TEXT)
    if mark is _CONSENT_DIALOG:
        return []
    element, is_linked, opening = root, root.tag == "a", root.text
    children: Iterator[Element] = iter(root)
    while True:
        # The run of loose text at hand begins with words: blanks before them are no text.
        run = [opening] if opening and not opening.isspace() else []
        link_chars = 0
        alone: Element | None = None
        for child in children:
            tail = child.tail
            if child in containers or child in held:
                if run:
                    found.append(_loose(run, _ALL_LINKED if is_linked else link_chars, element, alone, mark, kind))
                    run, link_chars, alone = [], 0, None
                tag = child.tag
                if tag in _SKIPPED:
                    pass
                elif child in containers:
                    below, what = _marked(child, mark, kind)
                    if below is not _CONSENT_DIALOG:
                        waiting.append((element, children, mark, kind, is_linked, tail))
                        element, children, mark, kind, opening = child, iter(child), below, what, child.text
                        is_linked = is_linked or tag == "a"
                        break
                else:
                    block = _leaf(child, element, mark, kind, is_linked)
                    if block is not None:
                        found.append(block)
            else:
                text, links = _words_of(child)
                if text and (run or not text.isspace()):
                    link_chars += len(text) if child.tag == "a" else sum(map(len, links))
                    alone = None if run else child
                    run.append(text)
            if tail:
                if not tail.isspace():
                    alone = None
                    run.append(tail)
                elif run:
                    run.append(tail)
        else:
            if run:
                found.append(_loose(run, _ALL_LINKED if is_linked else link_chars, element, alone, mark, kind))
            if not waiting:
                return [block for block in found if block.text]
            element, children, mark, kind, is_linked, opening = waiting.pop()


def _leaf(element: Element, parent: Element, mark: Element | None, kind: Kind, is_linked: bool) -> Block | None:
    """A block element without another below it as a block; None where it holds no words or asks about cookies."""
    loose, links = _words_of(element)
    if not loose or loose.isspace():
        return None
    mark, kind = _marked(element, mark, kind)
    if mark is _CONSENT_DIALOG:
        return None
    text = tidy(loose) if BREAK in loose else clean(loose)
    if not text:
        return None
    link_chars = len(text) if is_linked else sum([len(clean(link)) for link in links]) if links else 0
    return Block(text, kind, element, parent, link_chars, measure(text), mark)


def _containers(root: Element, held: Iterable[Element]) -> set[Element]:
    """Elements that hold one of the block elements `held` somewhere below them."""
    found: set[Element] = {root}
    direct = {element.getparent() for element in held}
    for element in direct:
        above = element
        while above is not None and above not in found:
            found.add(above)
            above = above.getparent()
    return found


def _words_of(element: Element) -> tuple[str, list[str]]:
    """All text below an element as it stands, and the text of each link below it.

    Most elements hold next to nothing but text: reading that by hand takes a third of what lxml's iterators take.
    """
    if not len(element):
        return element.text or "", []
    texts = [element.text or ""]
    links: list[str] = []
    for child in element:
        text = child.text or ""
        if len(child):
            return "".join(element.itertext()), [inner_text(link) for link in element.iter("a")]  # type: ignore[arg-type]
        texts += (text, child.tail or "")
        if child.tag == "a":
            links.append(text)
    return "".join(texts), links


@lru_cache(maxsize=20_000)
def _named(words: str | None, name: str | None) -> str:
    """What class and id call an element: the strongest of what their words say."""
    hint = f"{words or ''} {name}" if name else words or ""
    hint = hint.lower()[:300]
    if len(hint) < 2:
        return ""
    if " " not in hint:
        return _word_names(hint)
    said = {_word_names(word) for word in hint.split()}
    for strongest in ("consent", "caption"):
        if strongest in said:
            return strongest
    return "furniture" if "furniture" in said and "body" not in said else ""


@lru_cache(maxsize=50_000)
def _word_names(word: str) -> str:
    """What one class or id says. Sites repeat their classes within and across pages, so answers are remembered."""
    if not _ANY_NAME.search(word) and not _ANY_PART.search(word):
        return ""
    if _CONSENT.search(word):
        return "consent"
    if CAPTION.search(word):
        return "caption"
    if BODY_HINT.search(word):
        return "body"
    if FURNITURE.search(word) or _STICKY.search(word):
        return "furniture"
    return ""


_KIND_OF = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    "li": Kind.ITEM,
    "blockquote": Kind.QUOTE,
    **dict.fromkeys(("td", "th"), Kind.CELL),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
}
_ASIDE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search", "dialog"))


def _marked(element: Element, mark: Element | None, kind: Kind) -> tuple[Element | None, Kind]:
    tag = element.tag
    own = _KIND_OF.get(tag)
    if own is not None:
        kind = own
        if own is Kind.CAPTION:
            return mark, kind
    elif tag in _MARKED_TAGS:
        return element, kind
    attributes: list[tuple[str, str]] = element.items()  # type: ignore[assignment]  # str only: parsed from text
    if not attributes or tag in ("body", "main"):
        return mark, kind
    words: str | None = None
    name: str | None = None
    has_more = False
    for key, value in attributes:
        if key == "class":
            words = value
        elif key == "id":
            name = value
        else:
            has_more = True
    if words or name:
        named = _named(words, name)
        if named:
            if named == "caption":
                kind = Kind.CAPTION
            elif named == "furniture":
                mark = element
            elif named == "consent" and tag != "article":
                return _CONSENT_DIALOG, kind
    if has_more:
        said = dict(attributes)
        style = said.get("style")
        if (style and _HIDDEN.search(style)) or "hidden" in said or said.get("aria-hidden") == "true":
            mark = element
        if said.get("role") in _ASIDE_ROLES:
            mark = element
    return mark, kind


def _loose(
    run: list[str], link_chars: int, element: Element, alone: Element | None, mark: Element | None, kind: Kind
) -> Block:
    """A run of loose text as a block. A run that is one inline element stands for it: its class says what it is."""
    text = tidy("".join(run))
    own = element if alone is None else alone
    return Block(text, kind, own, element, min(link_chars, len(text)), measure(text), mark)


def tidy(text: str) -> str:
    """Blanks squeezed as `clean` does, BREAKs kept, none at the ends."""
    if BREAK not in text:
        return clean(text)
    return BREAK.join(clean(line) for line in text.split(BREAK)).strip(BREAK)


def measure(text: str) -> float:
    """Length of a text in Latin letters: a CJK character or a Hangul syllable weighs two and a half of them.

    Counted by UTF-8 bytes, three for such a character, since that is what is fast.
    """
    size = len(text)
    if text.isascii():
        return float(size)
    return size + 0.75 * (len(text.encode("utf-8", "replace")) - size)
