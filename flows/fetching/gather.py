"""Fetching many URLs: hosts beside each other, one request at a time within a host, one outcome a URL whatever happens.

Nothing is kept between the pages but the WARC files: a run that is killed leaves a file that `warc.recover` cuts back
to what was committed, and the URLs without an outcome are simply asked for again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from flows.addresses import host as host_of
from flows.addresses import normalise, problem
from flows.fetching.attempts import HOST_TROUBLE, TAKEN_DOWN_SAYS, End, Job, exchange_of, refusal
from flows.fetching.capture import Capture, Fetched, Wanted
from flows.fetching.client import PASSING, REDIRECTS, Answer, Client, Limits, reason_of, redirect_target, state_of
from flows.fetching.guard import Network
from flows.fetching.judge import Verdict, judge
from flows.fetching.outcomes import Reason, State
from flows.fetching.politeness import Clock, Politeness
from flows.fetching.robots import (
    Robots,
    RobotsBook,
    RobotsState,
    product_token,
    read_robots,
    robots_for_status,
    robots_url,
)
from flows.fetching.tdmrep import KIND as TDMREP
from flows.fetching.tdmrep import MAX_BYTES, may_lead_to_one, tdmrep_url
from flows.fetching.warc import WarcWriter, pack_revisit

__all__ = ["Limits", "fetch_all"]

_END: Final = None


async def fetch_all(
    wanted: Sequence[Wanted],
    *,
    network: Network,
    archive: WarcWriter,
    user_agent: str,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    robots: RobotsBook | None = None,
    clock: Clock | None = None,
    is_taken_down: Callable[[str], bool] = lambda _url: False,
) -> AsyncIterator[Fetched]:
    """Fetch URLs politely and write what comes to the archive.

    Args:
        wanted: what to ask for; a URL that is there twice is asked for once.
        network: what may be connected to.
        archive: the run's WARC files. The caller syncs it before committing what was yielded.
        user_agent: our name and contact page; its first word is the name looked for in robots.txt.
        limits: bounds.
        robots: what earlier calls of the run learnt of the hosts (robots.txt, pauses, repeated pages); filled further.
            Without it a host's pause ends with the call. One with a `tdmrep` book has hosts asked for their
            tdmrep.json, too, once pages of theirs have come.
        clock: for tests.
        is_taken_down: tells addresses that must not be asked for; held against every hop of a redirect.

    Yields:
        Exactly one Fetched for each Wanted, in the order they end, and beside them one of kind "robots" for each
        robots.txt asked for and one of kind "tdmrep" for each tdmrep.json. Channels and robots.txt come with `body`. A
        capture comes with STORED, UNCHANGED and QUARANTINED, and with a FAILED or RETRY_LATER whose body came in part
        (it is marked WARC-Truncated or BAD_ENCODING).

    Raises:
        OSError: the archive cannot be written. Nothing else; it may be closed or killed at any moment.
    """
    async with Client(network, user_agent, limits) as client:
        book = robots if robots is not None else RobotsBook()
        book.gate = book.gate or Politeness(limits.back_off_seconds, clock)
        run = _Run(client, archive, limits, book, book.gate, user_agent, is_taken_down)
        driver = asyncio.create_task(run.drive(wanted))
        try:
            while (item := await run.out.get()) is not _END:
                yield item
            await driver
        finally:
            driver.cancel()
            await asyncio.gather(driver, return_exceptions=True)


@dataclass(slots=True)
class _Run:
    """What the hosts of one call share."""

    client: Client
    archive: WarcWriter
    limits: Limits
    book: RobotsBook
    gate: Politeness
    user_agent: str
    is_taken_down: Callable[[str], bool]
    out: asyncio.Queue[Fetched | None] = field(init=False)
    slots: asyncio.Semaphore = field(init=False)
    robots_locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out = asyncio.Queue(maxsize=2 * self.limits.concurrency)
        self.slots = asyncio.Semaphore(self.limits.concurrency)

    async def drive(self, wanted: Sequence[Wanted]) -> None:
        """Serve all hosts, then put the end mark; also where the archive fails, so that the caller sees why."""
        hosts: dict[str, deque[Job]] = {}
        asked: set[tuple[str, str]] = set()
        try:
            for one in wanted:
                url = normalise(one.url)
                job = Job(one, url or one.url, datetime.now(UTC))
                if url is None:
                    fault = Reason((problem(one.url) or Reason.BAD_URL).value)
                    await self._emit(job, Verdict(State.SKIPPED, fault, "it is not an address of a public web page"))
                elif (one.kind, url) in asked:
                    twice = Verdict(State.DUPLICATE, Reason.SAME_DIGEST, "the same address is listed twice in this run")
                    await self._emit(job, twice)
                else:
                    asked.add((one.kind, url))
                    hosts.setdefault(host_of(url), deque()).append(job)
            async with asyncio.TaskGroup() as group:
                for host, jobs in hosts.items():
                    group.create_task(self._serve(host, jobs))
        except ExceptionGroup as errors:
            await self.out.put(_END)
            raise errors.exceptions[0] from errors
        await self.out.put(_END)

    async def _serve(self, host: str, jobs: deque[Job]) -> None:
        """Deal with the URLs of one host in order; those with passing trouble once more at the end."""
        budget = self.limits.host_requests
        came: list[tuple[str, Wanted]] = []
        while jobs:
            job = jobs.popleft()
            if self.gate.wait_seconds(host) > self.limits.patience_seconds:
                await self._emit(job, self._left_alone(job, host))
                continue
            if job.attempts == 0:
                budget -= 1
            if budget < 0:
                text = f"{self.limits.host_requests} addresses of this host were asked for in this run"
                await self._emit(job, Verdict(State.SKIPPED, Reason.HOST_BUDGET, text))
                continue
            if job.attempts == 0:
                job.started_at = datetime.now(UTC)
            end = await self._guarded_attempt(job)
            if end.verdict.reason in PASSING and end.answer is not None and job.attempts < self.limits.attempts:
                job.last = end.verdict  # the body is not held: it may be large, and is asked for again
                jobs.append(job)
            else:
                await self._finish(job, end)
                if job.wanted.kind == "article" and end.verdict.state in {State.STORED, State.UNCHANGED}:
                    came.append((end.chain[-1], job.wanted))
        await self._ask_for_tdmrep(came)

    async def _ask_for_tdmrep(self, came: Sequence[tuple[str, Wanted]]) -> None:
        """Ask the hosts that pages came from for their tdmrep.json, once each, behind the pages; once, whatever comes.

        Under robots.txt and at the host's pace like any page. A host that is to be left alone is left to a later round.
        """
        book = self.book.tdmrep
        if book is None:
            return
        for url, page in came:
            if self.gate.wait_seconds(host_of(url)) > self.limits.patience_seconds or not book.claim(url):
                continue
            wanted = Wanted(tdmrep_url(url), page.source_id, TDMREP, page.delay_seconds)
            job = Job(wanted, wanted.url, datetime.now(UTC))
            await self._finish(job, await self._guarded_attempt(job))

    def _left_alone(self, job: Job, host: str) -> Verdict:
        robots = self.book.get(job.url, self.gate.clock.monotonic())
        if robots is not None and not robots.allows(job.url):
            return refusal(robots, job.url)
        if job.last is not None:
            return replace(job.last, state=State.RETRY_LATER)
        reason, detail = self.gate.trouble(host)
        return Verdict(State.RETRY_LATER, reason, f"not asked, since the host is in trouble: {detail}")

    async def _guarded_attempt(self, job: Job) -> End:
        """One attempt; what a hostile page makes a library raise ends this URL and no other."""
        try:
            return await self._attempt(job)
        except OSError:
            raise  # the archive refuses: nothing more can be kept
        except Exception as error:
            text = f"it could not be dealt with ({type(error).__name__}); please report this address"
            return End(Verdict(State.FAILED, Reason.BAD_HEADERS, text))

    async def _attempt(self, job: Job) -> End:
        """Ask for a URL and follow its redirects, each hop under guard, robots and gate."""
        url, chain = job.url, [job.url]
        robots_capture_id: str | None = None
        job.attempts += 1
        while True:
            if self.is_taken_down(url):
                job.attempts -= int(len(chain) == 1)
                return End(Verdict(State.SKIPPED, Reason.TAKEN_DOWN, TAKEN_DOWN_SAYS), chain=tuple(chain))
            robots = await self._robots(url, job.wanted)
            if robots_capture_id is None:
                robots_capture_id = robots.capture_id
            if not robots.allows(url):
                job.attempts -= int(len(chain) == 1)  # it was not asked for
                return End(refusal(robots, url), chain=tuple(chain), robots_capture_id=robots_capture_id)
            delay = max(job.wanted.delay_seconds, robots.crawl_delay_seconds)
            answer = await self._ask(url, delay, job.wanted)
            job.wire_bytes += len(answer.body) + len(answer.response_head)
            if answer.problem is not None or answer.status not in REDIRECTS:
                end = End(Verdict(State.STORED, Reason.NONE), answer, tuple(chain), robots_capture_id)
                return replace(end, verdict=self._judge(job, end, answer))
            target = redirect_target(answer, chain, self.limits.redirects)
            if isinstance(target, Verdict):
                return End(target, chain=tuple(chain), robots_capture_id=robots_capture_id)
            if job.wanted.kind == TDMREP and not may_lead_to_one(target):
                page = Verdict(State.FAILED, Reason.SOFT_404, "the site sends those who ask for it to a page")
                return End(page, chain=tuple(chain), robots_capture_id=robots_capture_id)
            url = target
            chain.append(url)

    async def _ask(self, url: str, delay_seconds: float, wanted: Wanted | None) -> Answer:
        """One request under the gate; tells the gate how it went before anybody else gets the host."""
        host = host_of(url)
        async with self.gate.turn(host, delay_seconds), self.slots:
            if wanted is None:
                answer = await self.client.get(url, is_whole=True)
            elif wanted.kind == TDMREP:
                answer = await self.client.get(url, most_bytes=MAX_BYTES)
            else:
                answer = await self.client.get(
                    url, etag=wanted.etag, last_modified=wanted.last_modified, is_whole=wanted.kind != "article"
                )
            reason = answer.problem or reason_of(answer.status)
            if reason in PASSING or answer.status in {429, 503}:
                text = answer.detail or f"status {answer.status}"
                retry_after = answer.headers.get("retry-after")
                self.gate.had_trouble(host, delay_seconds, retry_after, reason=reason or Reason.HTTP_5XX, detail=text)
            else:
                self.gate.went_well(host)
        return answer

    async def _robots(self, url: str, wanted: Wanted) -> Robots:
        """Rules in force for a URL; fetched, kept and told on first need, once an origin."""
        async with self.robots_locks.setdefault(robots_url(url), asyncio.Lock()):
            known = self.book.get(url, self.gate.clock.monotonic())
            if known is not None:
                return known
            fetched, robots = await self._fetch_robots(robots_url(url), wanted)
            self.book.put(url, robots, self.gate.clock.monotonic())
        await self.out.put(fetched)
        return robots

    async def _fetch_robots(self, url: str, wanted: Wanted) -> tuple[Fetched, Robots]:
        job = Job(Wanted(url, wanted.source_id, "robots", wanted.delay_seconds), url, datetime.now(UTC))
        while True:
            job.attempts += 1
            end = await self._robots_attempt(job)
            passing = end.verdict.reason in PASSING and job.attempts < self.limits.attempts
            if not passing or self.gate.wait_seconds(host_of(url)) > self.limits.patience_seconds:
                break
        answer = end.answer
        agent = product_token(self.user_agent)
        capture: Capture | None = None
        if answer is not None and answer.status and answer.problem in {None, Reason.BAD_ENCODING}:
            capture = self.archive.write_response(exchange_of(job, end, answer))
        capture_id = capture.capture_id if capture is not None else None
        if answer is not None and answer.problem in {Reason.WIRE_TOO_LARGE, Reason.DECODED_TOO_LARGE}:
            robots = read_robots(answer.payload, agent)  # far over 512,000 bytes; its beginning holds
        elif answer is not None and answer.problem is None:
            robots = robots_for_status(answer.status, answer.payload, agent, capture_id)
        else:
            robots = Robots(RobotsState.UNREACHABLE, detail=f"robots.txt: {end.verdict.detail}")
        if end.verdict.reason in HOST_TROUBLE and len(end.chain) == 1:
            robots = replace(robots, reason=end.verdict.reason, detail=end.verdict.detail)
        body = answer.payload if answer is not None and capture is not None else None
        return self._fetched(job, end.verdict, capture, body), robots

    async def _robots_attempt(self, job: Job) -> End:
        """Ask for a robots.txt and follow its redirects; robots.txt itself is under no robots rules (RFC 9309)."""
        url, chain = job.url, [job.url]
        while True:
            answer = await self._ask(url, job.wanted.delay_seconds, None)
            job.wire_bytes += len(answer.body) + len(answer.response_head)
            if answer.problem is not None:
                return End(Verdict(state_of(answer.problem), answer.problem, answer.detail), answer, tuple(chain))
            if answer.status not in REDIRECTS:
                reason = reason_of(answer.status)
                if reason is None:
                    return End(Verdict(State.STORED, Reason.NONE), answer, tuple(chain))
                state = State.RETRY_LATER if reason in PASSING else State.FAILED
                return End(Verdict(state, reason, f"status {answer.status}"), answer, tuple(chain))
            target = redirect_target(answer, chain, self.limits.redirects)
            if isinstance(target, Verdict):
                return End(target, chain=tuple(chain))
            url = target
            chain.append(url)

    def _judge(self, job: Job, end: End, answer: Answer) -> Verdict:
        """State and reason of a whole answer (or of the trouble that took its place)."""
        if answer.problem is not None:
            return Verdict(state_of(answer.problem), answer.problem, answer.detail)
        wanted = job.wanted
        if answer.status == 304:
            if wanted.etag or wanted.last_modified:
                return Verdict(State.UNCHANGED, Reason.NOT_MODIFIED)
            return Verdict(State.FAILED, Reason.BAD_304, "304 Not Modified, though no validator was sent")
        judged = judge(
            wanted.kind, answer.status, answer.headers, answer.payload, asked_url=job.url, final_url=end.chain[-1]
        )
        if judged.reason is Reason.BOT_CHALLENGE:
            return judged
        reason = reason_of(answer.status)
        if reason is not None:
            state = State.RETRY_LATER if reason in PASSING else State.FAILED
            return Verdict(state, reason, f"the server answered with status {answer.status}")
        if answer.status == 206:
            return Verdict(State.FAILED, Reason.SHORT_BODY, "206 Partial Content, though no part was asked for")
        if answer.status >= 300:
            return Verdict(State.FAILED, Reason.BAD_REDIRECT, f"status {answer.status} without a page")
        if judged.state is State.STORED and answer.payload_sha256 == wanted.last_payload_sha256:
            return Verdict(State.UNCHANGED, Reason.SAME_DIGEST)
        if (
            judged.state is State.STORED
            and wanted.kind == "article"
            and self.book.seen.is_repeated(job.url, answer.payload)
        ):
            return Verdict(
                State.QUARANTINED, Reason.SOFT_404, "the same page comes under several addresses of this host"
            )
        return judged

    async def _finish(self, job: Job, end: End) -> None:
        """Write what is to be kept, and put the outcome out. The archive is written before anything is said."""
        capture: Capture | None = None
        body: bytes | None = None
        answer, verdict, wanted = end.answer, end.verdict, job.wanted
        if answer is not None:
            exchange = exchange_of(job, end, answer)
            if verdict.state is State.UNCHANGED:
                exchange = replace(
                    exchange,
                    payload_sha256=wanted.last_payload_sha256 or answer.payload_sha256,
                    etag=exchange.etag or wanted.etag,  # a 304 need not repeat them
                    last_modified=exchange.last_modified or wanted.last_modified,
                )
                is_same_digest = verdict.reason is Reason.SAME_DIGEST
                held = (wanted.last_capture_id, wanted.last_captured_at)
                capture = self.archive.write(pack_revisit(exchange, *held, is_same_digest=is_same_digest))
            elif verdict.state in {State.STORED, State.QUARANTINED} or (answer.problem is not None and answer.body):
                capture = self.archive.write_response(exchange)
            if wanted.kind not in {"article", TDMREP} and (
                verdict.state is State.STORED or verdict.reason is Reason.SAME_DIGEST
            ):
                body = answer.payload
        await self.out.put(self._fetched(job, verdict, capture, body))

    async def _emit(self, job: Job, verdict: Verdict) -> None:
        await self.out.put(self._fetched(job, verdict, None, None))

    @staticmethod
    def _fetched(job: Job, verdict: Verdict, capture: Capture | None, body: bytes | None) -> Fetched:
        return Fetched(
            url=job.wanted.url,
            source_id=job.wanted.source_id,
            kind=job.wanted.kind,
            state=verdict.state,
            reason=verdict.reason,
            detail=verdict.detail,
            attempts=job.attempts,
            started_at=job.started_at,
            ended_at=max(job.started_at, datetime.now(UTC)),
            capture=capture,
            body=body,
            wire_bytes=job.wire_bytes,
        )
