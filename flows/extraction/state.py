"""Pages whose text sits in script state: Next.js data and flight chunks, Fusion, `__INITIAL_STATE__` and their like.

The state is searched for an object that carries an article's text under one of the keys that front ends use; its
neighbours in the same object give headline, deck, dates and bylines. Runs only where the visible page has no text.
"""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from flows.extraction.structured import MAX_SCRIPT_CHARS, Json, paragraphs, words
from flows.extraction.tree import Element

MAX_NODES = 60_000
MAX_FLIGHT_TEXTS = 30
LEAST_TEXT_CHARS = 120

_TEXT_KEYS = (
    "contentHtml", "content_elements", "articleBody", "article_body", "bodyHtml", "body_html", "contentText",
    "newsContent", "articleContent", "article_content", "contents", "content", "body", "html", "text",
)  # fmt: skip
_TITLE_KEYS = ("title", "headline", "headlines", "subject", "newsTitle", "articleTitle")
_DECK_KEYS = ("subTitle", "subtitle", "sub_title", "subHeadline", "subheadlines", "deck", "standfirst")
_PUBLISHED_KEYS = (
    "deployDt", "publishedAt", "published_at", "datePublished", "first_publish_date", "display_date", "publishDate",
    "publish_date", "publishedDate", "pubDate", "firstPublished", "regDate", "regDt", "createdAt", "created_at",
)  # fmt: skip
_MODIFIED_KEYS = ("reDeployDt", "modifiedAt", "updatedAt", "updated_at", "last_updated_date", "dateModified", "modDt")
_AUTHOR_KEYS = ("byLines", "bylines", "byline", "authors", "author", "credits", "reporters", "writers")
_ASSIGNED = re.compile(
    r"(?:__NEXT_DATA__|__INITIAL_STATE__|__PRELOADED_STATE__|__APOLLO_STATE__|__INITIAL_DATA__|__NUXT__|__DATA__|"
    r"__STATE__|__remixContext|Fusion\.globalContent|pageData|articleData|initialState)[\"'\]]{0,2}\s*=\s*(?=[{\[])"
    r"|\]\.push\(\s*(?=\{)"
)
_FLIGHT = re.compile(r'self\.__next_f\.push\(\[\s*1\s*,\s*(?=")')
_FLIGHT_ROW = re.compile(r"^[0-9a-zA-Z]{1,6}:(?:[A-Z]{1,2}[0-9a-f]{0,8},)?", re.MULTILINE)
_FLIGHT_TEXT = re.compile(r"^([0-9a-z]{1,6}):T([0-9a-f]{1,6}),", re.MULTILINE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")


@dataclass(frozen=True, slots=True)
class State:
    """An article found in script state. `html` is mark-up to be read like any body."""

    html: str
    title: str = ""
    decks: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    bylines: tuple[tuple[str, str | None], ...] = ()  # (as written, e-mail)
    section: str = ""


def scripts_of(scripts: Iterable[Element]) -> list[tuple[str, str]]:
    """(type, text) of the scripts that may hold state. The elements outlive the pruning of the tree they came from."""
    found = []
    for script in scripts:
        text = script.text or ""
        if 100 < len(text) <= MAX_SCRIPT_CHARS:
            kind = (script.get("type") or "").lower()
            if "ld+json" not in kind:
                found.append((kind, text))
    return found


def read_state(scripts: list[tuple[str, str]]) -> State | None:
    """The article in a page's scripts, or None. Never raises; every walk is bounded."""
    best: tuple[int, str, dict[str, Json]] | None = None
    for document in _documents(scripts):
        for node in _objects(document):
            text = _text(node)
            if len(text) >= LEAST_TEXT_CHARS and (best is None or len(text) > best[0] * 1.2):
                best = (len(text), text, node)
    return _state(best[1], best[2]) if best else None


def _documents(scripts: list[tuple[str, str]]) -> Iterator[Json]:
    flight: list[str] = []
    decoder = json.JSONDecoder(strict=False)
    for kind, text in scripts:
        if "__next_f" in text:
            flight += _flight_parts(text, decoder)
            continue
        if "json" in kind:
            yield _decoded(text.strip(), 0, decoder)
            continue
        for found in list(_ASSIGNED.finditer(text))[:8]:
            yield _decoded(text, found.end(), decoder)
    if flight:
        joined = "".join(flight)[:MAX_SCRIPT_CHARS]
        joined = _resolved(joined)
        for found in list(_FLIGHT_ROW.finditer(joined))[:2000]:
            if joined[found.end() : found.end() + 1] in ("{", "["):
                yield _decoded(joined, found.end(), decoder)


def _flight_parts(text: str, decoder: json.JSONDecoder) -> list[str]:
    parts = (_decoded(text, found.end(), decoder) for found in list(_FLIGHT.finditer(text))[:200])
    return [part for part in parts if isinstance(part, str)]


def _resolved(joined: str) -> str:
    """Put long texts, which flight rows of kind T hold apart (`24:T4f2,<p>...`), where `"$24"` refers to them.

    Such a row says how many bytes it has, and the next row follows without a line break.
    """
    texts: dict[str, str] = {}
    for _ in range(MAX_FLIGHT_TEXTS):
        found = _FLIGHT_TEXT.search(joined)
        if found is None:
            break
        size = int(found.group(2), 16)
        text = joined[found.end() : found.end() + size].encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
        texts[found.group(1)] = text
        joined = f"{joined[: found.start()]}\n{joined[found.end() + len(text) :]}"
    for name, text in texts.items():
        joined = joined.replace(f'"${name}"', json.dumps(text, ensure_ascii=False), 3)
    return joined


def _decoded(text: str, start: int, decoder: json.JSONDecoder) -> Json:
    try:
        return decoder.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _objects(document: Json) -> Iterator[dict[str, Json]]:
    queue: deque[Json] = deque([document])
    for _ in range(MAX_NODES):
        if not queue:
            return
        value = queue.popleft()
        if isinstance(value, dict):
            yield value
            queue.extend(item for item in value.values() if isinstance(item, dict | list))
        elif isinstance(value, list):
            queue.extend(item for item in value[:2000] if isinstance(item, dict | list))


def _text(node: dict[str, Json]) -> str:
    """The article mark-up of an object, or nothing. Loose keys (`content`, `body`) must hold paragraphs."""
    for key in _TEXT_KEYS:
        value = node.get(key)
        if isinstance(value, list) and key == "content_elements":
            return _elements(value)
        if not isinstance(value, str) or len(value) < LEAST_TEXT_CHARS:
            continue
        if key in _TEXT_KEYS[:6]:
            return value if "<" in value else _as_markup(value)
        if "<p" in value or "<br" in value:
            return value
    return ""


def _elements(parts: list[Json]) -> str:
    """Arc's `content_elements`: texts and headers in order, the rest is furniture."""
    lines = []
    for part in parts[:2000]:
        if not isinstance(part, dict):
            continue
        kind, content = part.get("type"), part.get("content")
        if kind in ("text", "raw_html", "header", "quote", "blockquote") and isinstance(content, str):
            tag = "h2" if kind == "header" else "p"
            lines.append(f"<{tag}>{content}</{tag}>")
        elif kind in ("image", "photo"):
            lines.append(f"<figure><figcaption>{escape(words(part.get('caption')))}</figcaption></figure>")
        elif kind == "list" and isinstance(part.get("items"), list):
            lines.append(_elements(part["items"]))
    return "".join(lines)


def _as_markup(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in paragraphs(text).split("\n"))


def _state(text: str, node: dict[str, Json]) -> State:
    return State(
        html=text,
        title=_first(node, _TITLE_KEYS),
        decks=tuple(line for line in _deck(node) if line),
        published=_first(node, _PUBLISHED_KEYS),
        modified=_first(node, _MODIFIED_KEYS),
        bylines=tuple(_bylines(next((node[key] for key in _AUTHOR_KEYS if node.get(key)), None))),
        section=_first(node, ("section", "category", "categoryName", "sectionName")),
    )


def _first(node: dict[str, Json], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("basic") or value.get("name") or value.get("text")
        text = words(value)
        if text:
            return text
    return ""


def _deck(node: dict[str, Json]) -> list[str]:
    for key in _DECK_KEYS:
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("basic")
        text = paragraphs(value)
        if text:
            return text.split("\n")
    return []


def _bylines(value: Json) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, dict):
        value = value.get("by") or value.get("basic") or [value]
    for item in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(item, dict):
            names = (
                "name",
                "writerName",
                "byline",
                "byLine",
                "authorName",
                "reporterName",
                "korName",
                "nameKo",
                "writer",
            )
            name = _first(item, names)
            email = next((found.group() for text in map(words, item.values()) if (found := _EMAIL.search(text))), None)
            role = _first(item, ("writerJobName", "jobTitle", "position", "role"))
            if name:
                yield f"{name} {role}".strip(), email
        elif words(item):
            yield words(item), None
