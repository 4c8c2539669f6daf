"""Saved pages as inputs: files, folders and WARC files, each read within bounds and answered for exactly once.

Nothing is held but the page at hand, and nothing raises: what cannot be read is a `Saved` with a problem.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flows.fetching import foreign
from flows.fetching.capture import Capture, Fetched
from flows.fetching.decoding import decode
from flows.fetching.judge import GOOD, Verdict, binary_kind, judge
from flows.fetching.outcomes import Reason, State
from flows.fetching.warc import Exchange, StoredRecord, WarcFault, WarcWriter
from flows.fetching.warc_reading import records_from

MAX_FILE_BYTES = 20 * 2**20  # of a page, before and after gunzip
MAX_LINE_CHARS = 100_000  # of a manifest

_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain"}
_STATUS_REASONS = {403: Reason.HTTP_403, 404: Reason.HTTP_404, 410: Reason.HTTP_410, 429: Reason.HTTP_429}


class ManifestError(ValueError):
    """The manifest cannot be read at all; the message names file, line and fault in one sentence."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved page, or the reason why there is none."""

    id: str  # of the manifest line, else the file's name before its first dot; for a WARC record its record id
    input: str  # the path as given; for a WARC record path#record-id
    payload: bytes  # codings undone; empty where there is a problem with the file itself
    url: str | None = None
    captured_at: datetime | None = None  # aware, UTC; None where nobody says
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()  # HTTP headers of a WARC response
    record_type: str = "resource"  # response, resource or conversion
    truncated: str | None = None  # WARC-Truncated
    problem: Reason | None = None
    detail: str | None = None
    status: int | None = None  # HTTP status of a WARC response
    response_head: bytes | None = None
    coded: bytes | None = None  # the body as it lay in the WARC record, where its codings were undone


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a manifest line says of one input."""

    input: str
    id: str | None = None
    url: str | None = None
    captured_at: datetime | None = None
    content_type: str | None = None


def read_inputs(paths: Sequence[Path], manifest: Path | None = None) -> Iterator[Saved]:
    """Read saved pages one after the other.

    Args:
        paths: files (.html, .htm, .txt, any of them gzipped; .warc, .warc.gz; others are tried as pages) and folders,
        which
            are read with all folders within, sorted by name, hidden files left out. Symbolic links to folders are not
            followed.
        manifest: JSON Lines with `input` and any of `id`, `url`, `captured_at`, `content_type`. With paths it
        describes the
            files among them; without paths its lines are the inputs. A relative `input` is looked for from the working
            folder first, then from the manifest's own.

    Returns:
        An iterator over exactly one Saved a file; for a WARC file one a response, resource or conversion record, one
        with BROKEN_WARC at each place where it breaks, and one with EMPTY_FILE if it holds none of these.

    Raises:
        ManifestError: at once, if the manifest cannot be read or a line of it is not an object with `input`.
    """
    stated = _read_manifest(manifest) if manifest is not None else []
    folder = manifest.parent if manifest is not None else Path()
    if not paths:
        return (saved for line in stated for saved in _read_any(_find(line.input, folder), line))
    by_path = {str(_find(line.input, folder).absolute()): line for line in stated}
    return (
        saved for path in paths for file in _files(path) for saved in _read_any(file, by_path.get(str(file.absolute())))
    )


def store_saved(
    saved: Saved, source_id: str, writer: WarcWriter, known_sha256: Collection[str], kind: str = "article"
) -> Fetched:
    """Bring one saved page into the WARC files.

    Args:
        saved: as read.
        source_id: the source it is imported under.
        writer: where it is written; the caller syncs before committing.
        known_sha256: digests (hex, of payloads) already held for this same input or URL.
        kind: kind of the outcome.

    Returns:
        STORED or QUARANTINED with a capture; DUPLICATE/SAME_DIGEST for a digest already held; FAILED or SKIPPED with
        the problem otherwise. `url` is the page's, else `urn:sillok:saved:` and the quoted input. Raises OSError only.
    """
    started_at = datetime.now(UTC)
    url = saved.url or f"urn:sillok:saved:{quote(saved.input, safe='/')}"
    digest = hashlib.sha256(saved.payload).hexdigest()
    capture: Capture | None = None
    verdict = _verdict(saved)
    if verdict.state in {State.STORED, State.QUARANTINED}:
        if digest in known_sha256:
            verdict = Verdict(State.DUPLICATE, Reason.SAME_DIGEST, "the same bytes of this input are already held")
        else:
            capture = _write(saved, url, digest, writer, (("kind", kind), ("source", source_id)))
    return Fetched(
        url=url,
        source_id=source_id,
        kind=kind,
        state=verdict.state,
        reason=verdict.reason,
        detail=verdict.detail,
        attempts=1,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        capture=capture,
    )


def _verdict(saved: Saved) -> Verdict:
    if saved.problem is Reason.NOT_HTML:
        return Verdict(State.SKIPPED, saved.problem, saved.detail)
    if saved.problem is not None:
        return Verdict(State.FAILED, saved.problem, saved.detail)
    if saved.status is None:
        return GOOD  # a person saved it and named it: it is taken as what it is
    headers = {name.lower(): value for name, value in saved.headers}
    url = saved.url or ""
    return judge("article", saved.status, headers, saved.payload, asked_url=url, final_url=url)


def _write(saved: Saved, url: str, digest: str, writer: WarcWriter, notes: tuple[tuple[str, str], ...]) -> Capture:
    headers = {name.lower(): value for name, value in saved.headers}
    exchange = Exchange(
        url=url,
        final_url=url,
        captured_at=saved.captured_at or datetime.now(UTC),
        body=saved.coded if saved.coded is not None else saved.payload,
        payload_sha256=digest,
        payload_bytes=len(saved.payload),
        content_type=saved.content_type,
        status=saved.status,
        response_head=saved.response_head,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        truncated=saved.truncated,
        notes=((*notes, ("importedFrom", saved.input))),
    )
    return writer.write_response(exchange) if saved.response_head is not None else writer.write_resource(exchange)


def _read_any(path: Path, stated: _Stated | None) -> Iterator[Saved]:
    if path.name.lower().endswith((".warc", ".warc.gz")) and path.is_file():
        yield from _read_warc(path, stated.input if stated is not None else str(path))
    elif stated is None and foreign.is_export(path):
        yield from _read_export(path, str(path))
    else:
        yield _read_file(path, stated or _Stated(str(path)))


def _read_file(path: Path, stated: _Stated) -> Saved:
    """One page in one file, gzipped or not, whatever its name promises."""
    stem = path.name.lstrip(".").partition(".")[0] or path.name
    saved = Saved(
        stated.id or stem, stated.input, b"", stated.url, stated.captured_at, stated.content_type or _type(path)
    )
    try:
        if not path.is_file():  # a pipe or device would block, a folder or nothing has no bytes
            return _with(
                saved, Reason.UNREADABLE_FILE, "there is no file here" if not path.exists() else "not a regular file"
            )
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        text = getattr(error, "strerror", None) or type(error).__name__
        return _with(saved, Reason.UNREADABLE_FILE, f"cannot be read: {text}")
    if len(body) > MAX_FILE_BYTES:
        return _with(saved, Reason.FILE_TOO_LARGE, f"larger than {MAX_FILE_BYTES} bytes")
    if body.startswith(b"\x1f\x8b") or (
        path.name.lower().endswith(".gz") and b"\x1f\x8b".startswith(body[:2]) and body
    ):
        decoded = decode(body, "gzip", None, MAX_FILE_BYTES)
        if decoded.problem is Reason.DECODED_TOO_LARGE:
            return _with(saved, Reason.FILE_TOO_LARGE, f"larger than {MAX_FILE_BYTES} bytes when unpacked")
        if decoded.problem is not None:
            return _with(saved, Reason.BROKEN_GZIP, decoded.detail)
        body = decoded.payload
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf\xfe\xff"):
        return _with(saved, Reason.EMPTY_FILE, "the file holds nothing" if not body else "the file holds only blanks")
    if found := binary_kind(body):
        return _with(saved, Reason.BINARY_FILE, f"it is {found}")
    return Saved(saved.id, saved.input, body, saved.url, saved.captured_at, saved.content_type)


def _read_warc(path: Path, name: str) -> Iterator[Saved]:
    return (saved for _, saved in read_archive(path, name, 0))


def read_archive(path: Path, name: str, begin: int) -> Iterator[tuple[int, Saved]]:
    """Read a WARC file from a place on that an earlier reading told, each page with where it is read from again.

    One with EMPTY_FILE if the whole file holds no page. `name` is what the inputs are called after.
    """
    is_empty = begin == 0
    for place, item in records_from(path, begin, MAX_FILE_BYTES):
        if isinstance(item, WarcFault):
            is_empty = False
            at = f"offset-{item.offset}"
            detail = f"{item.detail} (at byte {item.offset})"
            yield place, Saved(at, f"{name}#{at}", b"", problem=Reason.BROKEN_WARC, detail=detail)
        elif item.record_type != "revisit":
            is_empty = False
            yield place, _from_record(item, name)
    if is_empty:
        stem = path.name.partition(".")[0]
        yield 0, Saved(stem, name, b"", problem=Reason.EMPTY_FILE, detail="the WARC file holds no page")


def _read_export(path: Path, name: str) -> Iterator[Saved]:
    for one in foreign.articles(path):
        saved = Saved(one.place, f"{name}#{one.place}", one.page or b"", one.url, one.captured_at, "text/html")
        if one.page is None:
            yield _with(saved, Reason.UNREADABLE_FILE, one.detail)
        elif len(one.page) > MAX_FILE_BYTES:
            yield _with(saved, Reason.FILE_TOO_LARGE, f"larger than {MAX_FILE_BYTES} bytes")
        else:
            yield saved


def _from_record(record: StoredRecord, name: str) -> Saved:
    problem, detail = record.problem, record.detail
    media_type = (record.content_type or "").partition("/")[0].strip().lower()
    if problem is None and record.status is not None and record.status >= 400:
        problem = _STATUS_REASONS.get(record.status, Reason.HTTP_4XX if record.status < 500 else Reason.HTTP_5XX)
        detail = f"the server answered with status {record.status}"
    elif problem is None and not record.payload.strip():
        problem, detail = Reason.EMPTY_BODY, "the record holds no page"
    elif problem is None and (
        record.target_uri.startswith("dns:") or media_type in {"image", "video", "audio", "font"}
    ):
        problem, detail = Reason.NOT_HTML, f"its type is {record.content_type!r:.60}"
    elif problem is None and (found := binary_kind(record.payload)):
        problem, detail = Reason.NOT_HTML, f"it is {found}"
    return Saved(
        id=record.capture_id,
        input=f"{name}#{record.capture_id}",
        payload=record.payload,
        url=record.target_uri or None,
        captured_at=record.captured_at,
        content_type=record.content_type,
        headers=record.headers,
        record_type=record.record_type,
        truncated=record.truncated,
        problem=problem,
        detail=detail,
        status=record.status,
        response_head=record.response_head,
        coded=record.coded,
    )


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or every file within a folder, by name; a folder that cannot be listed comes as itself."""
    if not path.is_dir():
        yield path
        return
    try:
        children = sorted(child for child in path.iterdir() if not child.name.startswith("."))
    except OSError:
        yield path
        return
    for child in children:
        if not child.is_dir():
            yield child
        elif not child.is_symlink():
            yield from _files(child)


def _find(name: str, folder: Path) -> Path:
    path = Path(name)
    return path if path.is_absolute() or path.exists() else folder / path if (folder / path).exists() else path


def _read_manifest(path: Path) -> list[_Stated]:
    stated: list[_Stated] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_CHARS), ""), start=1):
                if line.strip():
                    stated.append(_stated(json.loads(line), f"{path}, line {number}"))
    except OSError as error:
        raise ManifestError(f"cannot read the manifest {path}: {error.strerror or error}") from error
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"the manifest {path} is not JSON Lines after {len(stated)} good lines: {error}") from error
    return stated


def _stated(fields: object, where: str) -> _Stated:
    if not isinstance(fields, Mapping) or not isinstance(fields.get("input"), str) or "\x00" in fields["input"]:
        raise ManifestError(f"{where}: not an object with `input`")
    texts = {name: fields.get(name) for name in ("id", "url", "captured_at", "content_type")}
    wrong = [name for name, value in texts.items() if value is not None and not isinstance(value, str)]
    if wrong:
        raise ManifestError(f"{where}: `{wrong[0]}` is not a string")
    captured_at: datetime | None = None
    if texts["captured_at"]:
        try:
            captured_at = datetime.fromisoformat(str(texts["captured_at"]))
            captured_at = (captured_at if captured_at.tzinfo else captured_at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise ManifestError(f"{where}: `captured_at` is not an ISO 8601 time") from error
    return _Stated(fields["input"], texts["id"], texts["url"], captured_at, texts["content_type"])


def _type(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    return next((media_type for ending, media_type in _TYPES.items() if name.endswith(ending)), None)


def _with(saved: Saved, problem: Reason, detail: str | None) -> Saved:
    return Saved(
        saved.id, saved.input, b"", saved.url, saved.captured_at, saved.content_type, problem=problem, detail=detail
    )
