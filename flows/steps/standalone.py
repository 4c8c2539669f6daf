"""Reading and annotating without a lake: what `sillok extract`, `annotate` and `entities` do, line for line."""

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from flows.enrichment import contract as annotation_contract
from flows.enrichment.annotator import annotate, annotator
from flows.enrichment.annotator import entities as find_entities
from flows.enrichment.document import Annotations
from flows.enrichment.document import Outcome as AnnotationOutcome
from flows.enrichment.transformer_files import TransformerError
from flows.enrichment.transformers import Transformers
from flows.extraction import contract as article_contract
from flows.extraction.article import Article, Outcome, Page
from flows.extraction.reader import extract
from flows.fetching.outcomes import Reason
from flows.fetching.saved import Saved, read_inputs
from flows.settings import Settings, SettingsError
from flows.steps import annotating, reading
from flows.steps.entity_models import deadline_share, entity_models, tried
from flows.workers import Lost, Workers

GROUP_INPUTS = 256  # how many inputs are in memory at once

_OUTCOMES = {
    Reason.EMPTY_FILE: Outcome.EMPTY,
    Reason.BINARY_FILE: Outcome.NOT_TEXT,
    Reason.NOT_HTML: Outcome.NOT_TEXT,
    Reason.FILE_TOO_LARGE: Outcome.TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class _Numbered:
    """One input and its place in the order of the inputs."""

    number: int
    saved: Saved


def extract_lines(paths: Sequence[Path], manifest: Path | None, url: str | None, settings: Settings) -> Iterator[str]:
    """One line for each input, in input order."""
    inputs = iter(read_inputs(paths, manifest))
    with Workers(settings.workers, settings.page_seconds, settings.worker_memory_bytes, reading.warm_up) as workers:
        while group := [_Numbered(number, saved) for number, saved in enumerate(islice(inputs, GROUP_INPUTS))]:
            lines: dict[int, str] = {}
            for end in workers.run(functools.partial(_extract_batch, url), group, 8):
                if isinstance(end, Lost):
                    lines[end.key.number] = _line(_failed(end.key.saved, _lost(end), end.says, url))
                else:
                    lines.update(end.result)
            yield from (lines[number] for number in range(len(group)))


def _extract_batch(url: str | None, batch: tuple[_Numbered, ...]) -> dict[int, str]:
    return {one.number: _line(_extract_one(one.saved, url)) for one in batch}


def _extract_one(saved: Saved, url: str | None) -> Article:
    if saved.problem is not None:
        return _failed(saved, _OUTCOMES.get(saved.problem, Outcome.READER_ERROR), saved.detail, url)
    return extract(
        Page(
            id=saved.id,
            input=saved.input,
            payload=saved.payload,
            url=saved.url or url,
            captured_at=saved.captured_at,
            content_type=saved.content_type,
            headers=saved.headers,
            is_truncated=saved.truncated is not None,
        )
    )


def _failed(saved: Saved, outcome: Outcome, reason: str | None, url: str | None) -> Article:
    return Article(id=saved.id, input=saved.input, outcome=outcome, reason=reason, url=saved.url or url)


def _lost(end: Lost[_Numbered]) -> Outcome:
    return Outcome.DEADLINE if end.is_late else Outcome.CRASHED


def _line(article: Article) -> str:
    return _json(article_contract.line(article))


def _json(line: Mapping[str, object]) -> str:
    # A lone surrogate cannot be written as UTF-8; one in a page must not cost the others their lines.
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it came, and its place."""

    number: int
    text: str


def annotate_lines(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """Each line with its annotations added, in order. A line that is no JSON object comes back with the reason."""
    models = tried(settings, entity_models(settings))
    waiting = iter(line for line in lines if line.strip())
    with Workers(
        settings.workers,
        settings.page_seconds,
        settings.worker_memory_bytes,
        functools.partial(annotating.warm_up, models),
        deadline_share(models),
    ) as workers:
        while group := [_Line(number, text) for number, text in enumerate(islice(waiting, GROUP_INPUTS))]:
            done: dict[int, str] = {}
            for end in workers.run(functools.partial(_annotate_batch, models), group, 8):
                if isinstance(end, Lost):
                    outcome = AnnotationOutcome.DEADLINE if end.is_late else AnnotationOutcome.CRASHED
                    failed = Annotations(outcome, end.says, annotator(models))
                    done[end.key.number] = _json({**_object(end.key.text), **annotation_contract.line(failed)})
                else:
                    done.update(end.result)
            yield from (done[number] for number in range(len(group)))


def _annotate_batch(models: Transformers, batch: tuple[_Line, ...]) -> dict[int, str]:
    return {one.number: _annotated(models, one.text) for one in batch}


def _annotated(models: Transformers, text: str) -> str:
    line = _object(text)
    return _json({**line, **annotation_contract.line(annotate(annotation_contract.document(line), models))})


def _object(text: str) -> dict[str, object]:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    return line if isinstance(line, dict) else {"id": None, "outcome": "reader_error", "reason": "not a JSON object"}


def entity_lines(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """Each line's id and entities."""
    models = tried(settings, entity_models(settings))
    for text in lines:
        if text.strip():
            line = _object(text)
            try:
                found = find_entities(str(line.get("text") or ""), models)
            except TransformerError as error:
                raise SettingsError(f"Stopped at the line with id {line.get('id')!r}: {error}") from None
            spans = [{"start": one.start, "end": one.end, "type": one.type, "text": one.text} for one in found]
            yield _json({"id": line.get("id"), "entities": spans})
