"""One run of gathering from a fault server, as the flow does it, for tests that look at the lake and the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from flows.discovery.listing import Listing
from flows.discovery.source import Source
from flows.fetching.guard import Network
from flows.lake import catalog
from flows.lake.batches import Count, writing
from flows.settings import Settings
from flows.steps.gathering import Gathering
from flows.steps.rows import total

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
CONTACT = "https://sillok.invalid/bot"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run counted and warned of."""

    run_id: str
    counts: Mapping[tuple[str, str], int]
    warnings: tuple[str, ...]


def source(source_id: str, host: str, **fields: object) -> Source:
    """A made-up publisher; no delay, unless one is given."""
    given = {"id": source_id, "name": source_id, "kind": "publisher", "home": f"http://{host}/", "lang": "ko"}
    return Source.model_validate({**given, "country": "KR", "timezone": "Asia/Seoul", "delay_seconds": 0, **fields})


def gather(
    lake: Path,
    sources: Sequence[Source],
    network: Network,
    *,
    given: Sequence[Listing] = (),
    now: datetime | None = None,
    **settings: object,
) -> Run:
    """Gather everything that is due into a lake."""
    chosen = Settings(lake=lake, contact=CONTACT, **settings)  # type: ignore[arg-type]
    with writing(lake, "test") as writer:
        run_id = f"local-{uuid4()}"
        run = Gathering(sources, network, writer, run_id, chosen, is_sample=False, now=now or datetime.now(UTC))
        plan = run.plan(given)
        counts: list[Count] = list(plan.counts)
        for wanted in plan.rounds:
            counts += run.fetch(wanted)
        run.close(counts)
        writer.close_run(run_id, "ingest", datetime.now(UTC), total(counts))
    return Run(run_id, {(one.what, one.outcome): one.count for one in total(counts)}, plan.warnings)


def rows(lake: Path, sql: str) -> list[tuple[object, ...]]:
    """What a lake answers."""
    connection = catalog.read(lake)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
