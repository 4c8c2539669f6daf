"""What the page says of itself in JSON-LD (schema.org). Read with the same distrust as the rest of the page."""

import html as entities
import json
import re
from collections import deque
from dataclasses import dataclass

from flows.extraction.tree import Element, clean

Json = object
"""A value out of `json.loads`: narrowed by `isinstance` where it is used, never passed on."""

MAX_SCRIPT_CHARS = 3_000_000
MAX_NODES = 5_000

_ARTICLE_TYPE = re.compile(r"Article$|Posting$|^Report$|Blog$|^NewsArticle|^Review$|^Recipe$|^VideoObject$")
_STRONG_TYPE = re.compile(r"Article$|BlogPosting$|LiveBlogPosting$|^Report$")
# Parts that hold other people's articles: their headlines and dates are not this page's.
_FOREIGN = frozenset(
    ("liveBlogUpdate", "itemListElement", "comment", "mentions", "relatedLink", "hasPart", "isPartOf", "citation",
     "about", "publisher", "author", "video", "image", "breadcrumb", "potentialAction", "review", "subjectOf")
)  # fmt: skip
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class StatedAuthor:
    """An author as stated: `is_person` is None where the page does not say."""

    name: str
    is_person: bool | None
    email: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One article as JSON-LD states it. Empty strings and tuples where nothing is said."""

    headline: str = ""
    alternative: str = ""
    description: str = ""
    body: str = ""  # as stated; `paragraphs` cleans it where it is wanted, which is seldom
    published: str = ""
    modified: str = ""
    section: str = ""
    url: str = ""
    publisher: str = ""
    lang: str = ""
    keywords: tuple[str, ...] = ()
    authors: tuple[StatedAuthor, ...] = ()
    is_free: bool | None = None
    license: str = ""
    usage_info: str = ""
    copyright_holder: str = ""
    copyright_notice: str = ""
    comment_count: int | None = None
    images: tuple[tuple[str, str, str], ...] = ()  # (url, caption, credit)


def read_json_ld(root: Element) -> Stated:
    """The page's own article among all JSON-LD blocks; an empty `Stated` where there is none. Never raises."""
    nodes = [node for script in root.iter("script") if _is_json_ld(script) for node in _nodes(_load(script.text))]
    articles = [
        node for node in nodes if _STRONG_TYPE.search(_type(node)) and (node.get("headline") or node.get("name"))
    ]
    articles = articles or [node for node in nodes if node.get("headline") or node.get("articleBody")]
    if not articles:
        return _site(nodes)
    # The first is the page's own by custom; one that carries more of what we look for wins over a bare one.
    best = max(
        articles[:8], key=lambda node: sum(bool(node.get(key)) for key in ("datePublished", "author", "headline"))
    )
    return _stated(best, {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str)})


def _is_json_ld(script: Element) -> bool:
    return "ld+json" in (script.get("type") or "").lower() and len(script.text or "") <= MAX_SCRIPT_CHARS


def _load(text: str | None) -> Json:
    """Parse what publishers call JSON: comments, raw line breaks and trailing commas forgiven."""
    body = (text or "").strip()
    if body[:1] not in ("{", "[") or body[-1:] not in ("}", "]"):
        body = _COMMENT.sub("", body).strip().rstrip(";")
    for attempt in (body, None):
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", body) if attempt is None else attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(document: Json) -> list[dict[str, Json]]:
    """Every object worth a look, outermost first; a bounded walk without recursion."""
    found: list[dict[str, Json]] = []
    queue: deque[Json] = deque([document])
    for _ in range(MAX_NODES):
        if not queue:
            break
        value = queue.popleft()
        if isinstance(value, list):
            queue.extend(value[:500])
        elif isinstance(value, dict):
            found.append(value)
            queue.extend(item for key, item in value.items() if key not in _FOREIGN and isinstance(item, dict | list))
    return found


def _type(node: dict[str, Json]) -> str:
    kind = node.get("@type")
    if isinstance(kind, list):
        return next((item for item in kind if isinstance(item, str) and _ARTICLE_TYPE.search(item)), "")
    return kind if isinstance(kind, str) else ""


def _site(nodes: list[dict[str, Json]]) -> Stated:
    """No article: the publisher's name, the section and the dates of a page object may still be said."""
    pages = [node for node in nodes if _type(node).endswith("Page")]
    dates = next((node for node in pages if node.get("datePublished")), {})
    organisation = next((node for node in nodes if _type(node) in ("NewsMediaOrganization", "Organization")), {})
    return Stated(
        published=words(dates.get("datePublished")),
        modified=words(dates.get("dateModified")),
        publisher=words(organisation.get("name")),
    )


def _stated(node: dict[str, Json], by_id: dict[str, dict[str, Json]]) -> Stated:
    main = node.get("mainEntityOfPage")
    url = node.get("url") or (main.get("@id") if isinstance(main, dict) else main)
    free = node.get("isAccessibleForFree")
    count = node.get("commentCount")
    return Stated(
        headline=words(node.get("headline")) or words(node.get("name")),
        alternative=words(node.get("alternativeHeadline")),
        description=words(node.get("description")),
        body=_raw(node.get("articleBody")),
        published=words(node.get("datePublished")) or words(node.get("dateCreated")),
        modified=words(node.get("dateModified")),
        section=words(node.get("articleSection")),
        url=words(url),
        publisher=_name(node.get("publisher"), by_id),
        lang=words(node.get("inLanguage")),
        keywords=_keywords(node.get("keywords")),
        authors=_authors(node.get("author") or node.get("creator"), by_id),
        is_free=None if free is None else str(free).strip().lower() in ("true", "1", "https://schema.org/true"),
        license=words(node.get("license")),
        usage_info=words(node.get("usageInfo")),
        copyright_holder=_name(node.get("copyrightHolder"), by_id),
        copyright_notice=words(node.get("copyrightNotice")),
        comment_count=int(count) if isinstance(count, int) or (isinstance(count, str) and count.isdigit()) else None,
        images=_images(node.get("image")),
    )


def words(value: Json) -> str:
    """A JSON value as one line of plain text: the first of a list, the name of an object, entities undone."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("@id") or value.get("url")
        else:
            break
    if not isinstance(value, str | int | float):
        return ""
    text = str(value)[:20_000]
    if "&" in text:
        text = entities.unescape(entities.unescape(text))
    return clean(_TAG.sub(" ", text) if "<" in text else text)


def _raw(value: Json) -> str:
    if isinstance(value, list):
        value = "\n".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def paragraphs(value: Json) -> str:
    """`articleBody` as text with its line breaks kept, tags dropped, entities undone."""
    text = _raw(value)[:1_000_000]
    if "&" in text:
        text = entities.unescape(text)
    if "<" in text:
        text = _TAG.sub("\n", text)
    return "\n".join(line for line in map(clean, text.split("\n")) if line)


def _resolved(value: Json, by_id: dict[str, dict[str, Json]]) -> Json:
    if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
        return by_id.get(str(value["@id"]), value)
    return value


def _name(value: Json, by_id: dict[str, dict[str, Json]]) -> str:
    value = _resolved(value[0] if isinstance(value, list) and value else value, by_id)
    if isinstance(value, dict):
        return words(value.get("name"))
    return words(value)


def _authors(value: Json, by_id: dict[str, dict[str, Json]]) -> tuple[StatedAuthor, ...]:
    found = []
    for item in (value if isinstance(value, list) else [value])[:40]:
        one = _resolved(item, by_id)
        if isinstance(one, str):
            found.append(StatedAuthor(words(one), None))
        elif isinstance(one, dict):
            names = one.get("name")
            kind = _plain_type(one)
            is_person = kind == "Person" if kind in ("Person", "Organization", "NewsMediaOrganization") else None
            for name in names if isinstance(names, list) else [names]:
                email = words(one.get("email")).removeprefix("mailto:") or None
                found.append(StatedAuthor(words(name), is_person, email, words(one.get("jobTitle")) or None))
    return tuple(author for author in found if author.name)


def _plain_type(node: dict[str, Json]) -> str:
    kind = node.get("@type")
    return words(kind)


def _keywords(value: Json) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else re.split(r"[,;、]", value) if isinstance(value, str) else []
    return tuple(dict.fromkeys(word for word in (words(part) for part in parts[:60]) if word and ":" not in word))


def _images(value: Json) -> tuple[tuple[str, str, str], ...]:
    found = []
    for item in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(item, dict):
            caption = words(item.get("caption")) or words(item.get("description"))
            found.append((words(item.get("url") or item.get("contentUrl")), caption, words(item.get("creditText"))))
        elif isinstance(item, str):
            found.append((words(item), "", ""))
    return tuple(found)
