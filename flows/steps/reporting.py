"""Report: a period, a search or a story -> the answers of `sql/report/` as one page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from flows.lake import ask
from flows.lake.catalog import LakeError
from flows.lake.literals import literal
from flows.reporting.page import page
from flows.reporting.report import Report, Section, inert
from flows.steps.sections import section

PERIOD = (
    "totals", "came_in", "stories", "speakers", "rising_words", "changes", "copied", "originals", "rights", "drift",
)  # fmt: skip
SEARCH = ("trend", "articles", "outlets", "speech", "words", "named_together")
STORY = ("story", "days", "articles", "speakers")
"""The sections of each kind of report, in reading order; the files are in the folder of the kind."""

WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is asked about: a search, a story, or else a period.

    Without `until` the newest day of publication that is here, not after `today`; without `since` that day alone, or
    of a search everything before it. `zone` (IANA) gives the hours; without it that of most of the articles.
    """

    today: date
    since: date | None = None
    until: date | None = None
    query: str = ""
    story: str = ""
    is_week: bool = False
    zone: str = ""

    @property
    def kind(self) -> str:
        """query, story or period: the folder of the sections."""
        return "query" if self.query else "story" if self.story else "period"


def report(lake: Path, wanted: Wanted, made_at: datetime) -> Report:
    """Ask what a report of this kind asks, over one state of the lake.

    Raises LakeError where there is no lake or nothing published in it, no such story or zone, where the days are the
    wrong way round, and for a search that cannot be read.
    """
    with ask.asking(lake) as connection, ask.one_state(connection):
        refuse_unpublished(connection)
        wanted = _settled(connection, wanted)
        since, until = wanted.since or date.min, wanted.until or wanted.today
        values: dict[str, str | date] = {
            "since": since,
            "until": until,
            "zone": wanted.zone,
            "query": wanted.query,
            "story": wanted.story,
        }
        names = {"query": SEARCH, "story": STORY, "period": PERIOD}[wanted.kind]
        sections = [section(connection, wanted.kind, name, values) for name in names]
        title, notes = _title(wanted, sections), _notes(connection, since, until)
    return Report(title, since, until, wanted.zone, made_at, sections, notes)


def write(path: Path, made: Report, explore: str = "") -> Path:
    """Write the page, whole or not at all; folders are made. Returns the path. `explore`: see `page`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(page(made, explore), encoding="utf-8", errors="replace")
    return temporary.replace(path)


def file_name(made: Report, wanted: Wanted) -> str:
    """A name that says what is inside, and is the same for the same question: day-2026-03-05.html."""
    if wanted.kind == "period":
        kind = "week" if wanted.is_week else "day" if made.since == made.until else f"days-{made.since}"
        return f"{kind}-{made.until}.html"
    said = re.sub(r"[^\w]+", "-", wanted.query or wanted.story).strip("-")[:60] or "report"
    return f"{wanted.kind}-{said}-{made.until}.html"


def _settled(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> Wanted:
    zone = checked_zone(wanted.zone) if wanted.zone else usual_zone(connection)
    if wanted.story:
        days = f"SELECT {{}}(news_date) FROM story_days WHERE story_id = {literal(wanted.story)}"
        first, last = (_day(connection, days.format(which)) for which in ("min", "max"))
        if first is None:
            raise LakeError(
                f'There is no story {wanted.story}; `sillok sql "SELECT story_id, label FROM stories"` lists them'
            )
        return replace(wanted, since=first, until=last, zone=zone)
    whole = f"SELECT {{}}(published_date) FROM articles WHERE published_date <= DATE '{wanted.today}'"
    until = wanted.until or _day(connection, whole.format("max")) or wanted.today
    before = until - WEEK if wanted.is_week else until
    if wanted.query:
        before = _day(connection, whole.format("min")) or until
    since = wanted.since or min(before, until)
    if since > until:
        raise LakeError(f"The report would begin on {since} and end on {until}: give an earlier --since")
    return replace(wanted, since=since, until=until, zone=zone)


def usual_zone(connection: duckdb.DuckDBPyConnection) -> str:
    """The time zone of the source with most articles."""
    return str(_one(connection, "SELECT timezone FROM sources ORDER BY article_count DESC, timezone LIMIT 1") or "UTC")


def checked_zone(zone: str) -> str:
    """The zone as it is. Raises LakeError for one that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise LakeError(f"There is no time zone {zone}; a right one: Asia/Seoul") from None
    return zone


def _title(wanted: Wanted, sections: Iterable[Section]) -> str:
    if wanted.kind == "query":
        return f"Search: {inert(wanted.query)}"
    if wanted.kind == "story":
        told = next((one.rows[0][0] for one in sections if one.name == "story" and one.rows), "")
        return f"Story: {inert(str(told))}"
    return "The week" if wanted.is_week else "The day" if wanted.since == wanted.until else "The days"


def _notes(connection: duckdb.DuckDBPyConnection, since: date, until: date) -> tuple[str, ...]:
    made_up = _one(
        connection,
        f"SELECT bool_and(is_sample) FROM articles WHERE published_date BETWEEN DATE '{since}' AND DATE '{until}'",
    )
    return ("This is the made-up press that ships with Sillok.",) if made_up else ()


def refuse_unpublished(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise LakeError where no views are published: nothing could be asked."""
    found = _one(
        connection, "SELECT count(*) FROM duckdb_views() WHERE schema_name = 'mart' AND view_name = 'coverage'"
    )
    if not found:
        raise LakeError("Nothing is published in this lake yet: `sillok run` or `sillok import` publishes")


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None


def _day(connection: duckdb.DuckDBPyConnection, sql: str) -> date | None:
    found = _one(connection, sql)
    return found if isinstance(found, date) else None
