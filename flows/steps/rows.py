"""From what a stage hands over to the rows of its tables, and the counts that runs close with."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from flows.addresses import url_key
from flows.discovery.listing import Listing
from flows.discovery.source import Source
from flows.fetching.capture import Fetched
from flows.fetching.outcomes import Reason
from flows.lake.batches import Count
from flows.lake.schema import Row

OF_HOSTS = frozenset({"robots", "tdmrep"})
"""Kinds of what is asked of a host beside its pages."""


def total(counts: Iterable[Count]) -> tuple[Count, ...]:
    """Counts of the same thing and outcome added up, in order of first appearance."""
    sums: Counter[tuple[str, str]] = Counter()
    for count in counts:
        sums[(count.what, str(count.outcome))] += count.count
    return tuple(Count(what, outcome, number) for (what, outcome), number in sums.items())


def label(one: Fetched) -> str:
    """How a URL ended, in words for a table: the state, and the reason where there is one."""
    return one.state.value if one.reason is Reason.NONE else f"{one.state.value}: {one.reason.value}"


def listing_id(listing: Listing) -> str:
    """Digest of what one channel says of one URL: the same words again are the same listing."""
    said = [
        listing.source_id,
        listing.channel_url,
        listing.url,
        listing.title,
        listing.stated_raw,
        listing.stated_at.isoformat() if listing.stated_at else None,
        listing.stated_modified_at.isoformat() if listing.stated_modified_at else None,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:32]


def listing_row(key: str, listing: Listing, run_id: str, now: datetime) -> Row:
    """One row of raw.listings."""
    return {
        "listing_id": key,
        "run_id": run_id,
        "source_id": listing.source_id,
        "channel_kind": listing.channel_kind.value,
        "channel_url": listing.channel_url,
        "url": listing.url,
        "url_raw": listing.url_raw,
        "url_key": url_key(listing.url),
        "title": listing.title,
        "stated_at": listing.stated_at,
        "stated_modified_at": listing.stated_modified_at,
        "stated_raw": listing.stated_raw,
        "publication": listing.publication,
        "lang": listing.lang,
        "listed_at": now,
    }


def own_key(one: Fetched, times: int = 1) -> str:
    """The key that an end goes by: `url_key`, but for what is asked of each host and scheme for itself.

    `x.example/robots.txt` and `www.x.example/robots.txt` are two files, and a run may meet both; and it may ask for one
    a second time (`times`), an hour after it was out of reach.
    """
    if one.kind not in OF_HOSTS:
        return url_key(one.url)
    name = one.url if times == 1 else f"{one.url}~{times}"
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def fetch_row(one: Fetched, run_id: str, listed_count: int | None = None, times: int = 1) -> Row:
    """One row of raw.fetches; `listed_count` where it is a channel, `times` how often the run has asked for it."""
    return {
        "run_id": run_id,
        "url_key": own_key(one, times),
        "url": one.url,
        "source_id": one.source_id,
        "kind": one.kind,
        "state": one.state.value,
        "reason": one.reason.value,
        "detail": one.detail,
        "attempts": one.attempts,
        "wire_bytes": one.wire_bytes,
        "capture_id": one.capture.capture_id if one.capture else None,
        "listed_count": listed_count,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
    }


def capture_row(one: Fetched) -> Row | None:
    """One row of raw.captures; None where nothing was captured."""
    capture = one.capture
    if capture is None:
        return None
    return {
        "capture_id": capture.capture_id,
        "kind": one.kind,
        "source_id": one.source_id,
        "record_type": capture.record_type,
        "url": capture.url,
        "url_key": own_key(one),
        "final_url": capture.final_url if capture.final_url.startswith("http") else None,
        "captured_at": capture.captured_at,
        "status": capture.status,
        "content_type": capture.content_type,
        "etag": capture.etag,
        "last_modified": capture.last_modified,
        "payload_sha256": capture.payload_sha256,
        "payload_bytes": capture.payload_bytes,
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "warc_bytes": capture.warc_bytes,
        "refers_to": capture.refers_to,
        "truncated": capture.truncated,
        "robots_capture_id": capture.robots_capture_id,
        "ip": capture.ip,
    }


def source_row(source: Source, is_sample: bool, now: datetime) -> Row:
    """One row of raw.sources; the digest changes with any field of the file."""
    return {
        "source_id": source.id,
        "digest": hashlib.sha256(source.model_dump_json().encode()).hexdigest()[:32],
        "name": source.name,
        "name_en": source.name_en,
        "kind": source.kind.value,
        "home": source.home,
        "lang": source.lang,
        "country": source.country,
        "timezone": source.timezone,
        "is_sample": is_sample,
        "loaded_at": now,
    }


def handed_in_row(source_id: str, kind: str, now: datetime) -> Row:
    """One row of raw.sources for what somebody handed in: `import` for saved pages, `url_list` for lists of URLs."""
    return {
        "source_id": source_id,
        "digest": kind,
        "name": source_id,
        "kind": kind,
        "timezone": "UTC",
        "is_sample": False,
        "loaded_at": now,
    }
