"""A publisher as a file: the schema of `data/sources/*.yaml`, and the reader that says what is wrong, where.

docs/sources.md describes the fields for people who add a publisher.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from flows.addresses import Problem, problem
from flows.discovery.listing import Channel, ChannelKind
from flows.discovery.patterns import fault_of_pattern

MAX_FILE_BYTES = 1_000_000  # the largest in use lists some hundred feeds in 60 kB


class SourceError(ValueError):
    """A source file that cannot be used. The message is one sentence that names file, line and field."""


class SourceKind(StrEnum):
    """What a source is to its articles."""

    PUBLISHER = "publisher"  # shows its own articles
    PORTAL = "portal"  # shows articles of many publishers
    AGENCY = "agency"  # writes for others to print


def _web_address(value: str) -> str:
    """Accept an absolute address that flows.addresses would ask for; raises ValueError with the reason."""
    fault = problem(value)
    if fault is Problem.BAD_SCHEME:
        raise ValueError("must begin with http:// or https://")
    if fault is Problem.BAD_PORT:
        raise ValueError("names a port on which no web server is expected")
    if fault is not None or any(char.isspace() for char in value):
        raise ValueError("is not a whole web address such as https://www.example.kr/rss")
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _iana_zone(value: str) -> str:
    """Accept a name of the IANA time zone database; raises ValueError."""
    if value not in _zones():
        raise ValueError(f"'{value}' is not a time zone of the IANA database; write one such as Asia/Seoul")
    return value


def _link_pattern(value: str) -> str:
    """Accept a pattern that is safe to run; raises ValueError with the reason."""
    fault = fault_of_pattern(value)
    if fault:
        raise ValueError(fault)
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    """Unknown keys are mistakes (a misspelt `feeds` would lose a publisher), and a read source never changes."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Section(_Strict):
    """A page of the publisher whose links are articles."""

    url: WebAddress = Field(description="address of the page")
    link_pattern: Annotated[str, AfterValidator(_link_pattern)] = Field(
        description="regular expression, searched in the whole address of each link; one that begins with http may "
        "lead to another host, any other is kept to the page's own"
    )


class Terms(_Strict):
    """What a page of terms said on the day a person read it."""

    url: WebAddress = Field(description="address of the terms")
    read_date: date = Field(description="day on which they were read, YYYY-MM-DD")
    says: Annotated[str, Field(min_length=1, max_length=2_000)] = Field(description="what they say, in a sentence")


class Source(_Strict):
    """One publisher, portal or agency, as its file in `data/sources/` describes it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] = Field(
        description="short name used in every table: a-z, 0-9 and single hyphens"
    )
    name: Line = Field(description="name as the publisher writes it")
    name_en: Line | None = Field(default=None, description="name in English, where `name` is in another script")
    kind: SourceKind = Field(description="publisher, portal or agency")
    home: WebAddress = Field(description="address of the front page")
    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = Field(description="BCP 47 language")
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166-1 country, two capitals")
    timezone: Annotated[str, AfterValidator(_iana_zone)] = Field(
        description="IANA time zone in which the publisher dates its articles"
    )
    delay_seconds: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = Field(
        default=1.0, description="seconds between two requests to one host; robots.txt may ask for more"
    )
    feeds: tuple[WebAddress, ...] = Field(default=(), description="addresses of RSS, Atom and JSON feeds")
    sitemaps: tuple[WebAddress, ...] = Field(default=(), description="addresses of sitemaps and sitemap indexes")
    sections: tuple[Section, ...] = Field(default=(), description="pages whose links are articles")
    url_lists: tuple[WebAddress, ...] = Field(default=(), description="addresses of text files, one URL a line")
    notes: Annotated[str, Field(max_length=4_000)] = Field(default="", description="what the next person should know")
    terms: tuple[Terms, ...] = Field(default=(), description="terms of use that somebody read")

    @model_validator(mode="after")
    def _each_channel_once(self) -> "Source":
        urls = [channel.url for channel in self.channels()]
        again = next((url for place, url in enumerate(urls) if url in urls[:place]), None)
        if again:
            raise ValueError(f"the address {again} is listed twice")
        return self

    def channels(self) -> tuple[Channel, ...]:
        """All lists that this source publishes: feeds, sitemaps, sections, URL lists, in the order of the file."""
        return (
            *(Channel(self.id, ChannelKind.FEED, url) for url in self.feeds),
            *(Channel(self.id, ChannelKind.SITEMAP, url) for url in self.sitemaps),
            *(Channel(self.id, ChannelKind.SECTION, part.url, part.link_pattern) for part in self.sections),
            *(Channel(self.id, ChannelKind.URL_LIST, url) for url in self.url_lists),
        )


def read_sources(folder: Path) -> tuple[Source, ...]:
    """Read every `*.yaml` and `*.yml` file of a folder, sorted by id.

    Raises:
        SourceError: naming file, line and field, for a folder that is not there, a file that is not YAML, a field that
            breaks the schema, or an id that two files claim.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder of sources.")
    found: dict[str, tuple[Source, Path]] = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"}):
        source, node = _read(path)
        if source.id in found:
            line = _line_of(node, ("id",))
            raise SourceError(f"{path}, line {line}, id: '{source.id}' is already taken by {found[source.id][1].name}.")
        found[source.id] = source, path
    return tuple(source for _, (source, _) in sorted(found.items()))


def read_source(path: Path) -> Source:
    """Read one source file; raises SourceError as `read_sources` does."""
    return _read(path)[0]


class _Loader(yaml.SafeLoader):
    """YAML without its yes/no booleans (no field is one, and `country: NO` is Norway) and without its aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse `*alias`: no file needs one, and aliases of aliases grow without bound."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "an alias (*name) is not allowed here", mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(path: Path) -> tuple[Source, yaml.Node]:
    text = _text_of(path)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise SourceError(f"{path}, line 1: a source file is a list of `field: value` lines.")
        _refuse_repeated_keys(path, node)
        content: object = loader.construct_document(node)
    except SourceError:
        raise
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SourceError(f"{path}, line {line}: this is not YAML ({error.problem or error.context}).") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2026-02-31
        raise SourceError(f"{path}, line 1: this is not YAML ({_first_line(error)}).") from error
    finally:
        loader.dispose()
    try:
        return Source.model_validate(content), node
    except ValidationError as error:
        raise SourceError(_sentence(path, node, error)) from error


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: the file cannot be read ({error.strerror}).") from error
    if len(raw) > MAX_FILE_BYTES:
        raise SourceError(f"{path}: the file is larger than {MAX_FILE_BYTES:,} bytes.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{path}, line {line}: the file is not UTF-8 text.") from error


def _refuse_repeated_keys(path: Path, node: yaml.Node) -> None:
    """PyYAML keeps the last of two equal keys without a word: half of the feeds would be lost."""
    children: Sequence[yaml.Node] = ()
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise SourceError(f"{path}, line {key.start_mark.line + 1}, {key.value}: this field stands here twice.")
            seen.add(str(key.value))
        children = [value for _, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        _refuse_repeated_keys(path, child)


def _sentence(path: Path, node: yaml.Node, error: ValidationError) -> str:
    """The first fault of a file as one sentence, and how many more there are."""
    faults = error.errors(include_url=False)
    first = faults[0]
    place = tuple(part for part in first["loc"] if isinstance(part, str | int))
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    what = {
        "missing": "this field is required",
        "extra_forbidden": "there is no such field",
        "string_type": "must be text (put it in quotes)",
        "tuple_type": "must be a list, one `- value` a line",
    }.get(first["type"], first["msg"].removeprefix("Value error, ").replace("Input should", "should"))
    others = len(faults) - 1
    more = f" ({others} more fault{'s' if others > 1 else ''} in this file)" if others else ""
    named = f", {field}" if field else ""
    return f"{path}, line {_line_of(node, place)}{named}: {what}{more}."


def _line_of(node: yaml.Node, place: Sequence[str | int]) -> int:
    """Line (from 1) of a field; of the nearest thing around it where the field itself is missing."""
    line = node.start_mark.line + 1
    for part in place:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == part:
                    line, inner = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
            line = inner.start_mark.line + 1
        if inner is None:
            return line
        node = inner
    return line


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
