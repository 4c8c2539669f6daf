"""Articles that other tools exported as JSON (news-please, Fundus): each becomes a page, marked up as publishers do it.

These tools keep what they read and drop the page, so what comes in is their reading, not the publisher's bytes. Where
a Fundus export does hold the page, that is taken.
"""

import gzip
import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

MAX_BYTES = 200 * 2**20  # of one JSON document that holds many articles: it is in memory at once
MAX_LINE_BYTES = 20 * 2**20
ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Exported:
    """One article of an export: its place in the file, and the page made of it; `page` is None where `detail` says why.

    `captured_at` is when the tool fetched it, never when it was published: that is stated in the page.
    """

    place: str  # article-N or line-N, from 1
    page: bytes | None
    url: str | None = None
    captured_at: datetime | None = None
    detail: str | None = None


def is_export(path: Path) -> bool:
    """Whether a file is such an export, by its name and its first article."""
    if not path.name.lower().endswith(ENDINGS) or not path.is_file():
        return False
    first = next(articles(path), None)
    return first is not None and first.page is not None


def articles(path: Path) -> Iterator[Exported]:
    """Every article of a file: one JSON object, a list of them, an object of them, or one a line. Never raises."""
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opened(path, "rb") as file:
            if ".jsonl" in path.name.lower():
                number = 0
                while line := file.readline(MAX_LINE_BYTES):
                    number += 1
                    if line.strip():
                        yield _exported(f"line-{number}", _object(line))
                return
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        yield Exported("end", None, detail=f"cannot be read on: {error}")
        return
    if len(data) > MAX_BYTES:
        yield Exported("file", None, detail=f"larger than {MAX_BYTES} bytes: write it as JSON Lines (.jsonl)")
        return
    for number, found in enumerate(_listed(_object(data)), 1):
        yield _exported(f"article-{number}", found)


def _object(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _listed(found: object) -> list[object]:
    """The articles of a document: Fundus writes a list, or an object of lists by publisher; news-please one object."""
    if isinstance(found, list):
        return found
    if isinstance(found, Mapping) and found and all(isinstance(value, list) for value in found.values()):
        return [one for value in found.values() for one in value]
    return [found]


def _exported(place: str, found: object) -> Exported:
    if isinstance(found, Mapping):
        if isinstance(found.get("maintext"), str) and "date_download" in found:
            return _news_please(place, found)
        if "publishing_date" in found and (isinstance(found.get("body"), Mapping) or found.get("plaintext")):
            return _fundus(place, found)
    return Exported(place, None, detail="neither an article of news-please nor one of Fundus")


def _news_please(place: str, found: Mapping[str, object]) -> Exported:
    paragraphs = [line for line in str(found["maintext"]).splitlines() if line.strip()]
    page = _page(
        found,
        paragraphs,
        published=_time(found.get("date_publish")),
        modified=_time(found.get("date_modify")),
        lang=_text(found.get("language")),
        deck=_text(found.get("description")),
    )
    return Exported(place, page, _text(found.get("url")) or None, _instant(found.get("date_download")))


def _fundus(place: str, found: Mapping[str, object]) -> Exported:
    whole = found.get("html")
    kept = whole if isinstance(whole, Mapping) else {}
    url = _text(kept.get("responded_url")) or _text(kept.get("requested_url")) or _text(found.get("url")) or None
    captured_at = _instant(kept.get("crawl_date"))
    content = _text(kept.get("content"))
    if content:
        return Exported(place, content.encode("utf-8", "replace"), url, captured_at)
    body = found.get("body")
    paragraphs, deck = _sections(body) if isinstance(body, Mapping) else ([], "")
    paragraphs = paragraphs or [line for line in _text(found.get("plaintext")).splitlines() if line.strip()]
    page = _page(
        found, paragraphs, published=_time(found.get("publishing_date")), lang=_text(found.get("lang")), deck=deck
    )
    return Exported(place, page, url, captured_at)


def _sections(body: Mapping[str, object]) -> tuple[list[str], str]:
    """Paragraphs of a Fundus body, headlines of sections among them, and its summary."""
    found: list[str] = []
    sections = body.get("sections")
    for section in sections if isinstance(sections, list) else []:
        if isinstance(section, Mapping):
            found += _texts(section.get("headline")) + _texts(section.get("paragraphs"))
    return found, " ".join(_texts(body.get("summary")))


def _page(
    found: Mapping[str, object], paragraphs: list[str], *, published: str, modified: str = "", lang: str, deck: str
) -> bytes:
    """The article as a page: only what the export states, each in the place where publishers state it."""
    title, url = _text(found.get("title")), _text(found.get("url"))
    stated = [("property", "og:type", "article"), ("property", "og:title", title), ("property", "og:url", url)]
    stated += [("property", "article:published_time", published), ("property", "article:modified_time", modified)]
    stated += [("name", "description", deck)]
    stated += [("name", "author", name) for name in _texts(found.get("authors"))]
    stated += [("property", "article:tag", topic) for topic in _texts(found.get("topics"))]
    metas = "".join(f'<meta {kind}="{name}" content="{html.escape(text)}">\n' for kind, name, text in stated if text)
    canonical = f'<link rel="canonical" href="{html.escape(url)}">\n' if url else ""
    words = "".join(f"<p>{html.escape(text)}</p>\n" for text in paragraphs)
    head = f'<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n{metas}{canonical}'
    language = f' lang="{html.escape(lang)}"' if lang else ""
    body = f"<article>\n<h1>{html.escape(title)}</h1>\n{words}</article>"
    page = f"<!doctype html>\n<html{language}>\n<head>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    return page.encode("utf-8", "replace")


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.strip() not in {"", "None", "null"} else ""


def _texts(value: object) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [text for text in map(_text, given) if text]


def _time(value: object) -> str:
    """A stated time as ISO 8601, with an offset only where the export has one; empty where it is none."""
    try:
        return datetime.fromisoformat(_text(value)).isoformat()
    except ValueError:
        return ""


def _instant(value: object) -> datetime | None:
    """When a tool fetched a page: without an offset it is UTC, as news-please writes it."""
    try:
        found = datetime.fromisoformat(_text(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
