"""Takedown: from what somebody ordered to what goes, shown first, then taken out of every table in one transaction.

The bytes (WARC files, Parquet files, old snapshots, catalogue) go with the next `maintain`.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

import duckdb

from flows.addresses import normalise, site, url_key
from flows.fetching.warc import read_payload
from flows.lake import backups, catalog, exports, orders, takedown, takedown_cleaning
from flows.lake import takedown_finding as finding
from flows.lake.batches import Count, Writer
from flows.lake.takedown import Order, Seeds
from flows.lake.takedown_finding import Shown
from flows.linking.names import PERSON, name_key
from flows.linking.registry import LINKER
from flows.steps import linking_registry, linking_reporters
from flows.steps.account import account
from flows.steps.takedown_showing import Needles, needles, shows
from flows.steps.tombstones import digest
from flows.steps.warc_files import FOLDER

REPORTS = "reports"
"""Folder of the lake in which the flow `report` writes."""
MAX_LIST_BYTES = 20 * 2**20
"""Of a list's payload read when looking for an address in it."""


class TakedownError(catalog.LakeError):
    """An order that cannot be carried out as it stands; one sentence says why. Nothing was touched."""


class Kind(StrEnum):
    """What an order names."""

    URLS = "urls"
    PERSON = "person"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as given. `named` holds addresses, or one name."""

    kind: Kind
    named: tuple[str, ...]
    reason: str
    ordered_by: str
    even_unknown: bool = False  # addresses that are not in the lake get a tombstone all the same


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go."""

    articles: tuple[Shown, ...]
    copies: tuple[Shown, ...]  # of these articles, elsewhere: not in the order
    counts: dict[str, int]  # table -> rows
    lists: int  # captures of feeds, sitemaps and section pages that show an address or headline
    reports: int  # pages written by `report` that do


@dataclass(frozen=True, slots=True)
class Done:
    """What went."""

    order_id: str
    article_count: int
    counts: dict[str, int]
    backups: tuple[str, ...] = ()  # what is to be said of the backups, a line a folder


def preview(lake: Path, asked: Asked) -> Preview:
    """What an order would take, read-only. Raises TakedownError where it cannot be carried out."""
    _complete(asked)
    with closing(catalog.read(lake)) as connection:
        if not finding.is_ready(connection):
            raise TakedownError("This lake was made before takedowns: any writing run (`sillok maintain`) readies it")
        _select(connection, lake, asked)
        shown, copies = finding.shown(connection), finding.copies_left(connection)
        lists = list(_showing(connection, lake))
        reports = len(_reports(connection, lake))
        return Preview(tuple(shown), tuple(copies), takedown.counts(connection), len(lists), reports)


def write_preview(lake: Path, run_id: str, found: Preview) -> Path:
    """Write the articles that would go into a file among the reports; carrying the order out removes it, too."""
    path = lake / REPORTS / f"takedown-{run_id}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{len(found.articles)} articles would go", *map(_line, found.articles)]
    if found.copies:
        lines += ["", f"{len(found.copies)} articles elsewhere are copies of these; the order leaves them"]
        lines += map(_line, found.copies)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _line(one: Shown) -> str:
    return "\t".join(str(part or "") for part in (one.published_date, one.publisher, one.title, one.url))


def take_down(writer: Writer, asked: Asked, run_id: str) -> Done:
    """Carry out an order: afterwards no table, view, macro or search knows of it, and nothing of it comes back.

    Raises TakedownError where it cannot be carried out; nothing is touched then. Entities and reporters that the
    articles named are counted anew at once; a kill before that leaves their counts to the next `link`.
    """
    _complete(asked)
    connection = writer.connection
    exports.bring_in(writer)
    tombstones = _select(connection, writer.lake, asked)
    takedown.add_captures(connection, list(_showing(connection, writer.lake)))
    order = Order(
        order_id=str(uuid4()),
        kind=asked.kind,
        scope="articles",
        named_sha256=sorted({value for _, value in _named(asked)}),
        ordered_by=asked.ordered_by.strip(),
        reason=asked.reason.strip(),
        taken_by=account(),
        taken_at=datetime.now(UTC),
        tombstones=[*tombstones, *(_named(asked) if asked.kind is Kind.URLS else ())],
        words=asked.named if asked.kind is Kind.PERSON else (),
    )
    article_count = len(finding.shown(connection))
    counts = _carried_out(writer, order, run_id)
    return Done(order.order_id, article_count, counts, tuple(_of_backups(writer)))


def _of_backups(writer: Writer) -> Iterator[str]:
    """Tell the backups of the order, and the person of the backups: a line for each folder that holds any."""
    for told in orders.tell(writer.lake, writer.connection):
        if told.fault:
            yield (
                f"{told.folder} could not be told of the order ({told.fault}): a restore from there needs "
                f"--orders {writer.lake / orders.NAME}"
            )
        elif holding := backups.holding_any(told.folder):
            names = ", ".join(one.name for one in holding)
            yield (
                f"{told.folder} holds it in {names}; a restore carries the order out. To erase it there: "
                f"`sillok maintain`, then `sillok backup {told.folder} --erase`"
            )


def enforce(writer: Writer, run_id: str) -> list[Count]:
    """Hold what came in since against the tombstones: what an order meets again under another address goes, too.

    A page tells its canonical address and its publisher only once it is read. Run before views are published.
    """
    connection = writer.connection
    held = finding.tombstones(connection)
    if not held:
        return []
    kinds = ("url", "source", "publisher")
    urls, sources, publishers = (sorted(held.get(kind, ())) for kind in kinds)
    takedown.select(connection, Seeds(urls, (), sources, publishers))
    if not takedown.meets_anything(connection):
        return []
    takedown.add_captures(connection, list(_showing(connection, writer.lake)))
    counts = _carried_out(writer, None, run_id)
    return [Count("taken down again", table, count) for table, count in counts.items()]


def _carried_out(writer: Writer, order: Order | None, run_id: str) -> dict[str, int]:
    names = takedown_cleaning.touched_names(writer.connection)
    for path in _reports(writer.connection, writer.lake):
        path.unlink(missing_ok=True)
    counts = takedown.carry_out(writer.connection, order)
    through = takedown_cleaning.settled_through(writer.connection, LINKER)
    linking_registry.count_anew(writer, run_id, names, through)
    takedown_cleaning.settle(writer.connection)
    linking_reporters.link(writer, run_id)
    return counts


def _complete(asked: Asked) -> None:
    named = [one for one in asked.named if one.strip()]
    if not named:
        raise TakedownError("The order names nothing: give addresses, a file of them, a person or a publisher")
    if not asked.reason.strip():
        raise TakedownError("A takedown needs a reason (--reason): the record of the order is kept for good")
    if not asked.ordered_by.strip():
        raise TakedownError("A takedown needs to know who ordered it (--ordered-by): a court or person, with reference")


def _named(asked: Asked) -> list[tuple[str, str]]:
    """Digests of what the order names, as tombstones: of addresses their keys."""
    if asked.kind is Kind.URLS:
        return [("url", url_key(url)) for url in asked.named]
    key = name_key(PERSON, asked.named[0]) if asked.kind is Kind.PERSON else asked.named[0].strip()
    return [(asked.kind.value, digest(key))]


def _select(connection: duckdb.DuckDBPyConnection, lake: Path, asked: Asked) -> list[tuple[str, str]]:
    """Fill the tables of what goes; returns tombstones beyond those of the addresses that go."""
    match asked.kind:
        case Kind.URLS:
            _select_urls(connection, asked)
            return []
        case Kind.PERSON:
            names = _spellings(connection, asked.named[0])
            ids = finding.articles_naming(connection, names, pattern(asked.named[0]))
            if not ids:
                raise TakedownError(f"No article names {asked.named[0]}; nothing was touched")
            takedown.select(connection, Seeds(article_ids=ids))
            return []
        case Kind.PUBLISHER:
            return _select_publisher(connection, asked.named[0])


def _select_urls(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    keys = {url_key(url): url for url in asked.named}
    forms = {form: key for key, url in keys.items() if (form := normalise(url))}
    stated = finding.articles_at(connection, list(forms))
    known = finding.known_keys(connection, list(keys)) | {forms[form] for form, _ in stated}
    unknown = [url for key, url in keys.items() if key not in known]
    if unknown and not asked.even_unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise TakedownError(
            f"The lake knows no {unknown[0]}{more}; nothing was touched. With --even-unknown such an address "
            "gets a tombstone all the same"
        )
    takedown.select(connection, Seeds(list(keys), [article for _, article in stated]))


def _select_publisher(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    wanted = name.strip().casefold()
    found = [one for one in finding.publishers(connection) if wanted in {part.casefold() for part in one[:3] if part}]
    if not found:
        raise TakedownError(
            f"There is no publisher {name}; nothing was touched. "
            'sillok sql "SELECT DISTINCT publisher FROM articles" lists those that there are'
        )
    sources = sorted({digest(source_id) for source_id, *_ in found if source_id})
    names = sorted({digest(publisher) for _, publisher, *_ in found})
    sites = sorted({digest(site(home)) for *_, home in found if home and site(home)})
    takedown.select(connection, Seeds(sources=sources, publishers=names))
    kinds = (("source", sources), ("publisher", names), ("site", sites))
    return [(kind, value) for kind, values in kinds for value in values]


def _spellings(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The name as given, and every spelling in the lake that has its key (blanks, case and marks do not matter)."""
    key = name_key(PERSON, name)
    if not key:
        raise TakedownError(f"{name!r} is no name of a person; nothing was touched")
    return [name.strip(), *(one for one in finding.spellings(connection) if name_key(PERSON, one) == key)]


def pattern(name: str) -> str:
    """A regular expression (RE2) that finds a person's name in a text.

    A Korean name may have a particle behind it, but no letter before it; one of two syllables is too often a part of
    another word and is found by annotation alone. In other scripts it stands as whole words, in any case.
    """
    words = [re.sub(r"([^\w\s])", r"\\\1", word) for word in name.split()]
    if re.fullmatch(r"[가-힣\s]+", name):
        joined = "".join(words)
        return rf"(?:^|[^\p{{L}}\p{{N}}]){joined}" if len(joined) > 2 else r"\z\A."
    joined = r"\s+".join(words)
    return rf"(?i)(?:^|[^\p{{L}}\p{{N}}]){joined}(?:$|[^\p{{L}}\p{{N}}])"


def _needles(connection: duckdb.DuckDBPyConnection) -> Needles:
    return needles(finding.addresses(connection), finding.headlines(connection))


def _showing(connection: duckdb.DuckDBPyConnection, lake: Path) -> Iterator[str]:
    """Captures of lists that show an address or a headline of what goes."""
    wanted = _needles(connection)
    for one in finding.list_records(connection) if wanted else ():
        record = read_payload(lake / FOLDER / one.warc_file, one.warc_offset, one.warc_bytes, MAX_LIST_BYTES)
        if shows(record.payload, wanted):
            yield one.capture_id


def _reports(connection: duckdb.DuckDBPyConnection, lake: Path) -> list[Path]:
    """Pages that `report` wrote in the lake's folder and that show what goes; they can be written again."""
    wanted = _needles(connection)
    paths = sorted(path for path in (lake / REPORTS).rglob("*") if path.is_file()) if wanted else []
    return [path for path in paths if shows(path.read_bytes(), wanted)]
