"""The edge of this stage: a line as `sillok extract` prints it in, the keys that `sillok annotate` adds out."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from flows.enrichment.document import Annotations, Document

KEYS = (
    "people",
    "organisations",
    "places",
    "quotes",
    "statements",
    "dates",
    "amounts",
    "events",
    "aliases",
    "keywords",
    "entities",
    "annotator",
)
"""What `annotate` adds to a line, in this order."""


def document(line: Mapping[str, object]) -> Document:
    """Read one extracted line. Tolerant: a missing key, a null or a value of a wrong kind counts as not stated."""
    captions = line.get("captions")
    authors = line.get("authors")
    return Document(
        id=_text(line.get("id")) or "",
        title=_text(line.get("title")),
        body=_texts(line.get("body")),
        captions=_texts(_field(captions, "text")),
        lang=_text(line.get("lang")),
        publisher=_text(line.get("publisher")),
        published_at=_moment(line.get("published_at")),
        author_names=_texts(_field(authors, "name")),
    )


def line(annotations: Annotations) -> dict[str, object]:
    """The keys that `annotate` adds, ready for JSON. The outcome of annotating is not part of the printed line."""
    return {
        "people": [_pick(person, "name", "org", "role", "former", "mentions") for person in annotations.people],
        "organisations": [_pick(body, "name", "aliases", "mentions") for body in annotations.organisations],
        "places": [
            _pick(place, "name", "aliases", "mentions", "lat", "lon", "country") for place in annotations.places
        ],
        "quotes": [
            _pick(quote, *["text", "speaker", "speaker_name", "speaker_type", "verb", "paragraph", "start", "end"])
            for quote in annotations.quotes
        ],
        "statements": [asdict(statement) for statement in annotations.statements],
        "dates": [_pick(date, "text", "value", "paragraph", "start", "end") for date in annotations.dates],
        "amounts": [asdict(amount) for amount in annotations.amounts],
        "events": [asdict(event) for event in annotations.events],
        "aliases": [asdict(alias) for alias in annotations.aliases],
        "keywords": [asdict(keyword) for keyword in annotations.keywords],
        "entities": [asdict(entity) for entity in annotations.entities],
        "annotator": annotations.annotator,
    }


def _pick(value: object, *names: str) -> dict[str, object]:
    return {name: _plain(getattr(value, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    fields: tuple[str, ...] = getattr(value, "__slots__", ())
    return {name: getattr(value, name) for name in fields} if fields else value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable) or isinstance(value, Mapping | bytes):
        return ()
    return tuple(item for item in value if isinstance(item, str) and item)


def _field(value: object, name: str) -> list[object]:
    """The named member of each item of a list of objects; an item that is a bare string stands for itself."""
    if not isinstance(value, Iterable) or isinstance(value, Mapping | str | bytes):
        return []
    return [item.get(name) if isinstance(item, Mapping) else item for item in value]


def _moment(value: object) -> datetime | None:
    """An ISO 8601 moment; a naive one keeps its day, an unreadable one is not stated."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
