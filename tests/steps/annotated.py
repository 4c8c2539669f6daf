"""Annotated texts put into a lake as `enrich` leaves them, for tests and figures of the registry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flows.lake import batches
from flows.lake.annotation_tables import ALIASES, ANNOTATIONS, ORGANISATIONS, PEOPLE, PLACES
from flows.lake.batches import Writer
from flows.lake.tables import ARTICLES

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Who:
    """A person as an article names one."""

    name: str
    org: str | None = None
    role: str | None = None
    is_former: bool = False


@dataclass(frozen=True)
class Text:
    """What the annotator found in one capture of an article. Bodies and places are their names, the first one shown."""

    article: str
    people: Sequence[Who] = ()
    organisations: Sequence[tuple[str, ...]] = ()
    places: Sequence[tuple[str, ...]] = ()
    aliases: Sequence[tuple[str, str]] = ()  # short, long
    publisher: str | None = "느티일보"
    day: date = DAY
    capture: int = 1


def store(writer: Writer, batch: str, texts: Iterable[Text], annotator: str = "made-up/1") -> None:
    """Commit articles and their annotations as one batch."""
    rows: dict[str, list[dict[str, object]]] = {
        table.name: [] for table in (ARTICLES, ANNOTATIONS, PEOPLE, ORGANISATIONS, PLACES, ALIASES)
    }
    for text in texts:
        at = datetime.combine(text.day, time(), UTC) + timedelta(minutes=text.capture)
        same = {"capture_id": f"{text.article}-{text.capture}", "article_id": text.article, "extractor": "reader/1"}
        rows["staging.articles"].append(
            {
                **same,
                "source_id": "made",
                "captured_at": at,
                "attempt": 1,
                "outcome": "ok",
                "publisher": text.publisher,
                "published_date": text.day,
                "body": ["글"],
                "body_chars": 1,
                "extracted_at": at,
            }
        )
        noted = {**same, "annotator": annotator}
        counts = {"people_count": len(text.people), "quote_count": 0, "annotation_count": len(text.people)}
        rows["staging.annotations"].append({**noted, "outcome": "ok", **counts, "annotated_at": at})
        for number, who in enumerate(text.people):
            said = {"name": who.name, "org": who.org, "role": who.role, "is_former": who.is_former}
            rows["staging.people"].append({**noted, "number": number, **said})
        for table, named in (("organisations", text.organisations), ("places", text.places)):
            for number, names in enumerate(named):
                said = {"name": names[0], "aliases": list(names[1:])}
                rows[f"staging.{table}"].append({**noted, "number": number, **said})
        for number, (short, long) in enumerate(text.aliases):
            rows["staging.aliases"].append({**noted, "number": number, "short": short, "long": long})
    tables = (ARTICLES, ANNOTATIONS, PEOPLE, ORGANISATIONS, PLACES, ALIASES)
    files = [batches.write(writer.lake, table, rows[table.name], batch) for table in tables if rows[table.name]]
    writer.commit("test", "run", batch, files)
