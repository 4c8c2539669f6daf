"""Rows of raw.captures and raw.fetches made again from the WARC records, as far as these tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from flows.addresses import url_key
from flows.fetching.capture import Capture, Fetched
from flows.fetching.outcomes import Reason, State
from flows.fetching.warc_check import CAPTURE_TYPES, Member, members, payload_sha256
from flows.fetching.warc_reading import MAX_PAYLOAD_BYTES, to_record
from flows.fetching.warc_walk import header, header_lines
from flows.lake.catalog import WARC_FOLDER
from flows.lake.schema import Row
from flows.steps.rows import capture_row, fetch_row

UNKNOWN_SOURCE = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """One capture as its records tell it: the member, and the lines of the metadata record beside it."""

    name: str  # WARC file, relative to the WARC folder
    member: Member
    notes: dict[str, str]

    @property
    def run_id(self) -> str:
        """The run that wrote the file: its name without the number."""
        return Path(self.name).name.rpartition("-")[0]


def captures_in(lake: Path, name: str, end: int) -> Iterator[Found]:
    """The whole captures of a WARC file up to `end`, bytes. Raises OSError."""
    notes: dict[str, str] = {}
    of = ""
    for member in members(lake / WARC_FOLDER / name, end):
        if member.record_type == "metadata" and member.record:
            of = (header(member.headers, "warc-concurrent-to") or "").strip("<> ")
            notes = dict(header_lines(b"\r\n" + bytes(member.record.block)))
        elif member.record_type in CAPTURE_TYPES:
            yield Found(name, member, notes if of == member.record_id else {})


def captures_without_rows(lake: Path, connection: duckdb.DuckDBPyConnection, ends: dict[str, int]) -> list[Row]:
    """Rows of raw.captures for the whole records that have none.

    `ends` tells of each WARC file how far it is committed. Kind and source come from raw.fetches, else from the
    metadata record (files of older versions have neither there), else from the address.
    """
    held = {
        one
        for (one,) in connection.execute(
            "SELECT capture_id FROM lake.raw.captures UNION ALL SELECT capture_id FROM lake.ops.takedown_records"
        ).fetchall()  # what was taken down stays down while its records wait to be erased
    }
    digests = dict(connection.execute("SELECT capture_id, payload_sha256 FROM lake.raw.captures").fetchall())
    fetched = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT capture_id, kind, source_id, url, url_key FROM lake.raw.fetches WHERE capture_id IS NOT NULL"
        ).fetchall()
    }
    sources = _sources(connection)
    rows: list[Row] = []
    for name, end in ends.items():
        for found in captures_in(lake, name, end):
            capture = _capture(found, digests)
            if capture is None or capture.capture_id in held:
                continue
            digests[capture.capture_id] = capture.payload_sha256
            kind, source_id, url, key = fetched.get(capture.capture_id) or _guess(found, capture, sources)
            row = capture_row(_fetched(capture, kind, source_id, url))
            rows.append({**(row or {}), "url_key": key})
    return rows


def fetches_without_rows(lake: Path, connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Rows of raw.fetches for captures that have none: what became of them, by the records; times are the capture's."""
    missing = connection.execute(
        """
        SELECT capture_id, warc_file, kind, source_id, url, url_key, warc_offset + warc_bytes
        FROM lake.raw.captures ANTI JOIN lake.raw.fetches USING (capture_id) ORDER BY warc_file, warc_offset
        """
    ).fetchall()
    taken = set(connection.execute("SELECT run_id, kind, url_key FROM lake.raw.fetches").fetchall())
    by_file: dict[str, dict[str, tuple[str, str, str, str]]] = {}
    ends: dict[str, int] = {}
    for capture_id, name, kind, source_id, url, key, end in missing:
        by_file.setdefault(name, {})[capture_id] = (kind, source_id, url, key)
        ends[name] = end
    rows: list[Row] = []
    for name, wanted in by_file.items():
        for found in captures_in(lake, name, ends[name]):
            if found.member.record_id not in wanted:
                continue
            kind, source_id, url, key = wanted[found.member.record_id]
            capture = _capture(found, {})
            if capture is None or (found.run_id, kind, key) in taken:
                continue
            taken.add((found.run_id, kind, key))
            one = _fetched(capture, kind, source_id, found.notes.get("importedFrom", url), *_outcome(found))
            rows.append({**fetch_row(one, found.run_id), "url_key": key, "detail": "made again from its WARC record"})
    return rows


def _sources(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Host -> source, from what is still known."""
    rows = connection.execute(
        "SELECT regexp_extract(url, '^https?://([^/]+)', 1) AS host, any_value(source_id) "
        "FROM lake.raw.fetches GROUP BY host"
    ).fetchall()
    return dict(rows)


def _guess(found: Found, capture: Capture, sources: dict[str, str]) -> tuple[str, str, str, str]:
    address = urlsplit(capture.url)
    by_path = {"/robots.txt": "robots", "/.well-known/tdmrep.json": "tdmrep"}
    kind = found.notes.get("kind") or by_path.get(address.path, "article")
    own = "import" if "importedFrom" in found.notes else UNKNOWN_SOURCE
    source_id = found.notes.get("source") or sources.get(address.netloc, own)
    url = found.notes.get("importedFrom", capture.url)
    row = capture_row(_fetched(capture, kind, source_id, url))
    return kind, source_id, url, str(row["url_key"]) if row else url_key(url)


def _fetched(
    capture: Capture, kind: str, source_id: str, url: str, state: State = State.STORED, reason: Reason = Reason.NONE
) -> Fetched:
    at = capture.captured_at
    return Fetched(url, source_id, kind, state, reason, None, 1, at, at, capture)


def _outcome(found: Found) -> tuple[State, Reason]:
    state, _, reason = found.notes.get("outcome", "").partition("/")
    if state in set(State) and reason in set(Reason):
        return State(state), Reason(reason)
    if found.member.record_type == "revisit":
        return State.UNCHANGED, Reason.NOT_MODIFIED
    return State.STORED, Reason.NONE


def _capture(found: Found, digests: dict[str, str]) -> Capture | None:
    """The capture of a record; `digests` gives a revisit the payload that it repeats. None where it has no date."""
    member = found.member
    if member.record is None:
        return None
    record = to_record(member.record, MAX_PAYLOAD_BYTES)
    if record.captured_at is None:
        return None
    is_revisit = record.record_type == "revisit"
    stated = (header(record.warc_headers, "warc-payload-digest") or "").removeprefix("sha256:")
    return Capture(
        capture_id=record.capture_id,
        record_type=record.record_type,
        url=found.notes.get("url", record.target_uri),
        final_url=record.target_uri,
        captured_at=record.captured_at,
        status=record.status,
        content_type=record.content_type,
        etag=header(record.headers, "etag"),
        last_modified=header(record.headers, "last-modified"),
        payload_sha256=digests.get(record.refers_to or "", stated) if is_revisit else payload_sha256(member.record),
        payload_bytes=0 if is_revisit else len(record.payload),
        warc_file=found.name,
        warc_offset=member.offset,
        warc_bytes=member.end - member.offset,
        refers_to=record.refers_to,
        truncated=record.truncated if not is_revisit else None,
        robots_capture_id=found.notes.get("robotsCapture"),
        ip=header(record.warc_headers, "warc-ip-address"),
    )
