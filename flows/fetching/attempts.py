"""What one attempt at a URL is and how it ends: the words of `gather`, and what becomes of them in the archive."""

from dataclasses import dataclass
from datetime import datetime

from flows.addresses import host as host_of
from flows.fetching.capture import Wanted
from flows.fetching.client import Answer, state_of
from flows.fetching.judge import Verdict
from flows.fetching.outcomes import Reason, State
from flows.fetching.robots import Robots, RobotsState
from flows.fetching.warc import Exchange

# Trouble of a whole host: with its robots.txt it meets every page alike, and its own name tells more than "robots".
HOST_TROUBLE = frozenset({Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.BLOCKED_ADDRESS})


@dataclass(slots=True)
class Job:
    """One Wanted on its way."""

    wanted: Wanted
    url: str  # normal form
    started_at: datetime
    attempts: int = 0
    wire_bytes: int = 0
    last: Verdict | None = None  # of the attempt before


@dataclass(frozen=True, slots=True)
class End:
    """How one attempt ended. With an answer there is something that may be written."""

    verdict: Verdict
    answer: Answer | None = None
    chain: tuple[str, ...] = ()  # URLs from the one asked for to the one that answered
    robots_capture_id: str | None = None


TAKEN_DOWN_SAYS = "an order of takedown stands against it"


def refusal(robots: Robots, url: str) -> Verdict:
    """Why a URL is not asked for, where its robots.txt does not allow it or could not be read."""
    if robots.state is not RobotsState.UNREACHABLE:
        return Verdict(State.SKIPPED, Reason.ROBOTS_DISALLOWED, f"robots.txt of {host_of(url)} does not allow it")
    if robots.reason in HOST_TROUBLE:
        return Verdict(state_of(robots.reason), robots.reason, robots.detail)
    return Verdict(State.SKIPPED, Reason.ROBOTS_UNREACHABLE, robots.detail)


def exchange_of(job: Job, end: End, answer: Answer) -> Exchange:
    """An answer as the archive takes it."""
    # Kind and source are kept beside the bytes, so that a lost row can be made again from the record.
    notes = [("kind", job.wanted.kind), ("source", job.wanted.source_id)]
    notes.append(("fetchTimeMs", str(round(answer.seconds * 1000))))
    notes += [("via", hop) for hop in end.chain[:-1]]
    if end.verdict.reason is not Reason.NONE:
        notes.append(("outcome", f"{end.verdict.state.value}/{end.verdict.reason.value}"))
    return Exchange(
        url=job.url,
        final_url=end.chain[-1],
        captured_at=answer.started_at,
        body=answer.body,
        payload_sha256=answer.payload_sha256,
        payload_bytes=answer.payload_bytes,
        content_type=answer.headers.get("content-type"),
        status=answer.status,
        request_head=answer.request_head or None,
        response_head=answer.response_head or None,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        truncated=answer.truncated,
        ip=answer.ip,
        robots_capture_id=end.robots_capture_id,
        notes=tuple(notes),
    )
