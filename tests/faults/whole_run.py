"""The whole way of a small corpus, in this process and without Prefect: import, read, annotate, link, index, publish
(the sample press in the morning, and what the evening changed). Every batch is small, so that there are many
commits to be killed between. Doing it all again on the same lake adds nothing to its facts.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flows.steps.saving
from flows.enrichment.annotator import annotate, annotator
from flows.enrichment.document import Annotations, Document
from flows.enrichment.transformers import Transformers
from flows.extraction.article import EXTRACTOR
from flows.lake import catalog, due
from flows.lake.accuracy_table import ACCURACY
from flows.lake.batches import Count, Writer, writing
from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.tables import TABLES
from flows.sample_press import Edition, SamplePress
from flows.settings import Settings
from flows.steps import annotating, copies, indexing, linking, linking_stories, publishing, reading
from flows.steps.copies import COPIES_STEP
from flows.steps.linking import Linking, Step
from flows.steps.linking_registry import REGISTRY_STEP
from flows.steps.linking_reporters import REPORTERS_STEP
from flows.steps.linking_stories import STORIES_STEP
from flows.steps.linking_versions import VERSIONS_STEP
from tests.steps.test_copies import Inline

CAPTURED_AT = datetime(2026, 3, 7, tzinfo=UTC)
STEPS: tuple[Step, ...] = (COPIES_STEP, VERSIONS_STEP, REPORTERS_STEP, STORIES_STEP, REGISTRY_STEP)
SAVED, READ, ANNOTATED, INDEXED = 9, 7, 7, 12  # inputs a commit
MODELS = Transformers()
PUBLISHED = {table.name for table in KEPT_TABLES} | {ACCURACY.name}
"""Tables that publishing makes of the others, or of files: not every lake is published."""
Say = Callable[[str], None]

DIFFERS = re.compile("_at$|batch_id$|^run_id$|^number$|_number$|^warc_|^duration")
"""Columns that tell when, in which batch and in which order something was made: not what is known."""
ORDERED = {"staging.search_sizes", "staging.search_replaced", "staging.word_forms", "staging.compared"}
"""Tables that tell how the work was cut into batches; what they lead to is compared in other tables."""


def corpus(folder: Path, share: int) -> Path:
    """Write every `share`th story of the press, and both texts of those that the evening changed; gives a manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    changed = {story.key for story in SamplePress(edition=Edition.EVENING).press.stories if story.has_evening_text}
    for number, edition in enumerate(Edition):
        press = SamplePress(edition=edition)
        for place, story in enumerate(press.press.stories):
            if story.key in changed or (number == 0 and place % share == 0):
                outlet = press.press.outlets[story.shown_by]
                path = folder / f"{edition}-{place:03}.html"
                path.write_bytes(press.answer(outlet.host, story.path).body)
                at = CAPTURED_AT + timedelta(hours=12 * number, seconds=place)
                line = {"input": str(path), "url": outlet.url(story.path), "captured_at": at.isoformat()}
                lines.append(json.dumps(line))
    manifest = folder / "manifest.jsonl"
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def prepare(annotated: dict[tuple[object, ...], Annotations]) -> None:
    """Make batches of importing small, and annotate no text twice, in this process.

    Loading the language models takes longer than the whole rest, and they leave threads that a forked process lacks.
    """
    flows.steps.saving.BATCH_INPUTS = SAVED

    def remembered(document: Document, models: Transformers) -> Annotations:
        key = (document.title, document.body, document.captions, document.publisher, document.published_at)
        if key not in annotated:
            annotated[key] = annotate(document, models)
        return annotated[key]

    annotating.annotate = remembered


def run(lake: Path, manifest: Path, run_id: str, say: Say, *, is_published: bool) -> None:
    """Everything, from the first input on; `say` is told each stage as it begins."""
    stages: list[tuple[str, Callable[[Writer], object]]] = [
        ("import", lambda writer: saved(writer, run_id, manifest)),
        ("extract", lambda writer: read(writer, run_id)),
        ("enrich", lambda writer: annotated(writer, run_id)),
        ("link", lambda writer: linked(writer, run_id)),
        ("index", lambda writer: indexed(writer, run_id)),
        ("publish", publishing.publish),
    ]
    with writing(lake, f"whole run {run_id}") as writer:
        for stage, work in stages if is_published else stages[:-1]:
            say(f"stage {stage}")
            began_at = datetime.now(UTC)
            work(writer)
            writer.close_run(run_id, stage, began_at, [Count(stage, "done", 1)])
        say("stage seal")
    say("stage end")


def saved(writer: Writer, run_id: str, manifest: Path) -> None:
    """Bring in the pages that a manifest names."""
    for counts in flows.steps.saving.Saving(writer, run_id, Settings(lake=writer.lake)).batches([], manifest):
        assert counts


def read(writer: Writer, run_id: str) -> None:
    """Read what has not been read."""
    unread = due.unread(writer.connection, EXTRACTOR)
    for start in range(0, len(unread), READ):
        done = reading.read_batch(writer.lake, tuple(unread[start : start + READ]))
        writer.commit("extract", run_id, done.batch, [done.file])


def annotated(writer: Writer, run_id: str) -> None:
    """Annotate what has not been annotated."""
    keys = due.unannotated(writer.connection, EXTRACTOR, annotator(MODELS))
    for start in range(0, len(keys), ANNOTATED):
        done = annotating.annotate_batch(writer.lake, EXTRACTOR, MODELS, tuple(keys[start : start + ANNOTATED]))
        writer.commit("enrich", run_id, done.batch, done.files)
    _leave_workers(annotating, writer.lake)


def linked(writer: Writer, run_id: str) -> None:
    """Run every step of linking."""
    context = Linking(writer, Inline(), run_id)  # type: ignore[arg-type]
    for step in STEPS:
        for _ in step.parts(context):
            pass
    for module in (linking, copies, linking_stories):
        _leave_workers(module, writer.lake)


def indexed(writer: Writer, run_id: str) -> None:
    """Bring the search index up to date."""
    for _ in indexing.parts(writer, run_id, annotator(MODELS), INDEXED):
        pass


def _leave_workers(module: object, lake: Path) -> None:
    """Close the connection of a worker process, which this process is as well."""
    if (connection := getattr(module, "_connection", None)) is not None and connection.cache_info().currsize:
        connection(lake).close()
        connection.cache_clear()


def facts(lake: Path) -> dict[str, list[str]]:
    """All rows of raw and staging tables, sorted, without what tells only when and how they came in.

    A capture's random id is told by its address and the digest of what it holds. The ledger of inputs is told by its
    last word on each: importing once more says of a page that it is there already.
    """
    connection = catalog.read(lake)
    names = {
        capture: f"{url} {digest[:12]}"
        for capture, url, digest in connection.execute(
            "SELECT capture_id, url, payload_sha256 FROM lake.raw.captures"
        ).fetchall()
    }
    pattern = re.compile("|".join(map(re.escape, names)) or "$^")
    found = {}
    for table in TABLES:
        if table.name.startswith("ops.") or table.name in ORDERED | PUBLISHED:
            continue
        columns = ", ".join(f'"{name}"' for name in table.columns if not DIFFERS.search(name))
        if table.name == "raw.fetches":
            columns = "DISTINCT source_id, kind, url_key"
        rows = connection.execute(f"SELECT {columns} FROM lake.{table.name}").fetchall() if columns else []
        found[table.name] = sorted(pattern.sub(lambda match: names[match[0]], repr(row)) for row in rows)
    connection.close()
    return found
