"""The words of this stage: what is wanted, what came of it, and where the capture lies."""

from dataclasses import dataclass
from datetime import datetime

from flows.fetching.outcomes import Reason, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """One URL to ask for, with what is known of it."""

    url: str
    source_id: str
    kind: str  # "channel", "article" or "tdmrep"
    delay_seconds: float = 1.0  # the source's own; robots.txt may ask for more
    etag: str | None = None  # validators of the last good capture
    last_modified: str | None = None
    last_capture_id: str | None = None  # what a revisit record refers to
    last_captured_at: datetime | None = None
    last_payload_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One WARC record that holds a page, and where it lies. `warc_file` is relative to the WARC folder."""

    capture_id: str  # WARC-Record-ID, without brackets: urn:uuid:...
    record_type: str  # response, revisit or resource
    url: str  # as asked for
    final_url: str  # after redirects: the WARC-Target-URI
    captured_at: datetime  # aware, UTC
    status: int | None
    content_type: str | None
    etag: str | None
    last_modified: str | None
    payload_sha256: (
        str  # hex, of the payload as it is read back (content codings undone); a revisit has that of refers_to
    )
    payload_bytes: int  # of the same; 0 for a revisit
    warc_file: str
    warc_offset: int
    warc_bytes: int  # length of the record's gzip member
    refers_to: str | None = None  # revisit: the capture whose payload it repeats
    truncated: str | None = None  # WARC-Truncated: length, time, disconnect, unspecified
    robots_capture_id: str | None = None  # the robots.txt in force, as captured
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The end of one Wanted (or one saved input): always exactly one, whatever happened."""

    url: str
    source_id: str
    kind: str
    state: State
    reason: Reason
    detail: str | None  # one sentence for a person, never a traceback
    attempts: int
    started_at: datetime
    ended_at: datetime
    capture: Capture | None = None
    body: bytes | None = None  # channels only: the decoded body, to be read for listings
    wire_bytes: int = 0
