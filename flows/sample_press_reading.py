"""Reads the sample press from `data/sample_press/`.

The press is made up from the first to the last word. An outlet is a YAML file, a story a Markdown file with a front
matter, and a story that has a second text has a second file, `<name>.evening.md`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import yaml

from flows.sample_press_content import (
    SEOUL,
    Block,
    ChannelForm,
    ChannelPlan,
    Edition,
    Extra,
    ExtraForm,
    Figure,
    Form,
    Outlet,
    Person,
    Press,
    Story,
)

EVENING_SUFFIX = ".evening"
_FIGURE_MARK = "@figure"


class PressError(ValueError):
    """The data of the sample press breaks its own form: a mistake of ours, so it stops the start."""


def read_press(folder: Path, edition: Edition) -> Press:
    """Read the press as it stands in one edition.

    Args:
        folder: the folder that holds `publishers/` and `articles/`.
        edition: the evening takes `<name>.evening.md` in place of (or beside) `<name>.md`.

    Raises:
        PressError: a file is missing a field or names an outlet that is not there.
    """
    outlets = {outlet.id: outlet for outlet in map(_read_outlet, sorted((folder / "publishers").glob("*.yaml")))}
    if not outlets:
        raise PressError(f"No publishers found in {folder / 'publishers'}.")
    sources = {key: _split(path) for key, path in _story_files(folder / "articles", edition)}
    evening_keys = {key for key, _ in _evening_files(folder / "articles")}
    stories = [_read_story(key, sources, outlets, key in evening_keys) for key in sources]
    return Press(edition, outlets, tuple(sorted(stories, key=lambda story: (story.published_at, story.key))))


def _evening_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob(f"*/*{EVENING_SUFFIX}.md")):
        yield f"{path.parent.name}/{path.stem.removesuffix(EVENING_SUFFIX)}", path


def _story_files(folder: Path, edition: Edition) -> Iterator[tuple[str, Path]]:
    files = {
        f"{path.parent.name}/{path.stem}": path
        for path in sorted(folder.glob("*/*.md"))
        if not path.stem.endswith(EVENING_SUFFIX)
    }
    if edition is Edition.EVENING:
        files.update(_evening_files(folder))
    yield from sorted(files.items())


def _split(path: Path) -> tuple[dict[str, object], str]:
    """Front matter and body of one story file."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise PressError(f"{path}: a story starts with a front matter between two lines of three hyphens.")
    front = yaml.safe_load(parts[1])
    if not isinstance(front, dict):
        raise PressError(f"{path}: the front matter holds no fields.")
    return {str(name): value for name, value in front.items()}, parts[2].strip()


def _read_story(
    key: str, sources: Mapping[str, tuple[dict[str, object], str]], outlets: Mapping[str, Outlet], has_evening: bool
) -> Story:
    front, text = sources[key]
    shown_by = key.partition("/")[0]
    if shown_by not in outlets:
        raise PressError(f"{key}: there is no outlet {shown_by}.")
    for field in ("shows", "body_of"):
        if front.get(field, key) not in sources:
            raise PressError(f"{key}: {field} names {front[field]}, which is not there.")
    shows = _text(front, "shows")
    if shows is not None:
        return _shown_elsewhere(key, front, _read_story(shows, sources, outlets, has_evening), outlets)
    body_of = _text(front, "body_of")
    if body_of is not None:  # wire copy run word for word
        text = sources[body_of][1]
    published_at = _instant(_required(front, "published", key))
    modified = _text(front, "modified")
    return Story(
        key=key,
        publisher_id=shown_by,
        shown_by=shown_by,
        path=_required(front, "path", key),
        title=_required(front, "title", key),
        prefix=_text(front, "prefix") or "",
        suffix=_text(front, "suffix") or "",
        lang=_text(front, "lang") or outlets[shown_by].lang,
        section=_required(front, "section", key),
        published_at=published_at,
        modified_at=_instant(modified) if modified else None,
        decks=_texts(front, "decks"),
        authors=tuple(map(_person, _texts(front, "authors"))),
        byline=_text(front, "byline"),
        tags=_texts(front, "tags"),
        blocks=tuple(_blocks(text, _figures(front, published_at))),
        comment_count=_number(front, "comments"),
        notice=_text(front, "notice"),
        extra_notice=_text(front, "extra_notice"),
        form=Form(_text(front, "form") or Form.PAGE),
        is_listed=front.get("listed", True) is not False,
        has_evening_text=has_evening,
    )


def _shown_elsewhere(key: str, front: Mapping[str, object], original: Story, outlets: Mapping[str, Outlet]) -> Story:
    """A portal's page: another outlet's story under an address and with a comment count of its own."""
    return replace(
        original,
        key=key,
        shown_by=key.partition("/")[0],
        path=_required(front, "path", key),
        form=Form(_text(front, "form") or Form.PAGE),
        comment_count=_number(front, "comments"),
        origin_url=outlets[original.publisher_id].url(original.path),
    )


def _blocks(text: str, figures: Sequence[Figure]) -> Iterator[Block]:
    """Pieces stand between blank lines; `## ` opens a sub-heading, `@figure N` is the N-th picture, from 1."""
    for raw in re.split(r"\n\s*\n", text):
        piece = " ".join(raw.split())
        if piece.startswith(_FIGURE_MARK):
            yield Block(figure=figures[int(piece.removeprefix(_FIGURE_MARK)) - 1])
        elif piece.startswith("## "):
            yield Block(text=piece[3:], is_heading=True)
        elif piece:
            yield Block(text=piece)


def _figures(front: Mapping[str, object], published_at: datetime) -> tuple[Figure, ...]:
    """Pictures are written `text | credit`; the file's name follows from the place in the list."""
    found = []
    name = re.sub(r"[^0-9a-z]+", "-", (_text(front, "path") or "").lower()).strip("-")
    for number, line in enumerate(_texts(front, "figures"), start=1):
        text, _, credit = (part.strip() for part in line.partition("|"))
        found.append(Figure(text, credit or None, f"/img/{published_at:%Y%m%d}/{name}-{number}.svg"))
    return tuple(found)


def _person(line: str) -> Person:
    """A person is written `name role e-mail` (Korean) or `name, role, e-mail` (any)."""
    parts = [part.strip() for part in line.split(",")] if "," in line else line.split()
    email = parts.pop() if "@" in parts[-1] else None
    return Person(parts[0], " ".join(parts[1:]) or None, email)


def _read_outlet(path: Path) -> Outlet:
    read: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise PressError(f"{path}: holds no fields.")
    front = {str(name): value for name, value in read.items()}
    where = str(path)
    return Outlet(
        id=_required(front, "id", where),
        host=_required(front, "host", where),
        kind=_required(front, "kind", where),
        name=_required(front, "name", where),
        name_en=_required(front, "name_en", where),
        lang=_required(front, "lang", where),
        layout=_required(front, "layout", where),
        slogan=_required(front, "slogan", where),
        sections=_texts(front, "sections"),
        notice=_text(front, "notice"),
        portal_notice=_text(front, "portal_notice"),
        footer=_texts(front, "footer"),
        robots=_required(front, "robots", where),
        channels=tuple(_channel(item) for item in _maps(front, "channels")),
        extras=tuple(_extra(item) for item in _maps(front, "extras")),
        headers=tuple((name, str(value)) for item in _maps(front, "headers") for name, value in item.items()),
    )


def _channel(item: Mapping[str, object]) -> ChannelPlan:
    form = ChannelForm(_required(item, "form", "channel"))
    return ChannelPlan(form, _required(item, "path", form), _required(item, "title", form), _texts(item, "only"))


def _extra(item: Mapping[str, object]) -> Extra:
    form = ExtraForm(_required(item, "form", "extra"))
    return Extra(
        form,
        _required(item, "path", form),
        _required(item, "title", form),
        _instant(_required(item, "published", form)),
        _required(item, "section", form),
        _text(item, "to"),
    )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SEOUL)


def _text(front: Mapping[str, object], name: str) -> str | None:
    value = front.get(name)
    return None if value is None else str(value)


def _required(front: Mapping[str, object], name: str, where: str) -> str:
    value = _text(front, name)
    if value is None:
        raise PressError(f"{where}: the field {name} is missing.")
    return value


def _texts(front: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = front.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _maps(front: Mapping[str, object], name: str) -> tuple[dict[str, object], ...]:
    value = front.get(name)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _number(front: Mapping[str, object], name: str) -> int:
    value = front.get(name)
    return value if isinstance(value, int) else 0
