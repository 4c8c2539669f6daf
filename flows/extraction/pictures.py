"""Words that belong to a picture where mark-up does not say so with `figcaption`.

Pages put captions beside an image in a `span` or an `em` whose class or `itemprop` names them, so that they would run
into the text around. They are renamed to `figcaption` before the walk, which then parts them from the article.
"""

from flows.extraction.patterns import named
from flows.extraction.tree import Element, hint_of, inner_text

MAX_IMAGES = 400
MAX_SIBLINGS = 6
MAX_CAPTION_CHARS = 600
MARKS = "▲△▼▽◀▶◁▷↑"
"""Signs by which Korean captions point at their picture."""

CAPTION_NAMES = (
    r"img[-_]?(?:desc\w*|txt)|photo[-_]?(?:desc\w*|txt|text|info|credit)|"
    r"image[-_]?(?:desc\w*|info|credit|source)|"
    r"pic[-_]?(?:desc\w*|txt|text|info|credit)|aboutphoto|cut_?line|legend\w*|copyright-image|picture-?(?:desc|info)|"
    r"wp-caption-text|bildunterschrift|bildtext|image-?(?:source|copyright|credit)|photo-?(?:credit|source)|credits?|"
    r"txt_photo|figure_?caption"
)
CAPTION = named(rf"{CAPTION_NAMES}|\w*caption\w*")
_INLINE = frozenset(("span", "em", "i", "small", "strong", "b", "font", "cite"))
_AROUND = frozenset(("a", "span", "picture", "em", "center"))
_PROPERTIES = frozenset(("caption", "credittext", "creditText", "description"))


def name_captions(root: Element) -> None:
    """Rename inline captions beside images to `figcaption`. The tree must be pruned; bounded by `MAX_IMAGES`."""
    for count, image in enumerate(root.iter("img")):
        if count >= MAX_IMAGES:
            return
        spot: Element = image
        holder = image.getparent()
        for _ in range(3):
            if holder is None or holder.tag not in _AROUND:
                break
            spot, holder = holder, holder.getparent()
        if holder is not None and holder.tag not in ("body", "html"):
            _name_beside(holder, spot)


def _name_beside(holder: Element, spot: Element) -> None:
    """Name the captions after one image; a block that holds nothing else is the caption as a whole."""
    found: list[Element] = []
    sibling = spot.getnext()
    for _ in range(MAX_SIBLINGS):
        if sibling is None or sibling.tag not in _INLINE:
            break
        if _is_caption(sibling):
            found.append(sibling)
        sibling = sibling.getnext()
    if not found:
        return
    words = sum(len(inner_text(element).strip()) for element in found)
    if words > MAX_CAPTION_CHARS:
        return
    if len(found) > 1 and holder.tag in ("div", "p") and len(inner_text(holder).strip()) <= words + len(found):
        holder.tag = "figcaption"
        return
    for element in found:
        element.tag = "figcaption"


def _is_caption(element: Element) -> bool:
    if not element.attrib:
        return False
    return element.get("itemprop") in _PROPERTIES or CAPTION.search(hint_of(element)[:200]) is not None


def is_alone_with_picture(element: Element, text: str) -> bool:
    """Whether the nearest element above that holds an image holds next to no words but these."""
    above: Element | None = element
    for _ in range(4):
        if above is None or above.tag in ("body", "html"):
            return False
        if next(above.iter("img"), None) is not None:
            return len(inner_text(above).strip()) <= 1.2 * len(text) + 20
        above = above.getparent()
    return False
