"""robots.txt by RFC 9309: what may be asked for, how often, and which sitemaps it names.

Protego matches paths; status, size, redirect and cache rules are here. Where RFC 9309 leaves a choice (429, more than
five redirects), the stricter reading is taken: rules that could not be read are not assumed to allow.
"""

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from protego import Protego

from flows.fetching.judge import SeenTexts
from flows.fetching.outcomes import Reason
from flows.fetching.politeness import Politeness
from flows.fetching.tdmrep import TdmrepBook

MAX_ROBOTS_BYTES = 512_000  # RFC 9309 section 2.5 asks for at least 500 KiB
MAX_AGE_SECONDS = 24 * 3600.0  # section 2.4
RETRY_SECONDS = 3600.0  # an unreachable one is asked for again after this
MAX_CRAWL_DELAY_SECONDS = 60.0
MAX_LINE_CHARS = 2_048  # RFC 9309 has no limit; no honest path is longer than a URL may be
MAX_SITEMAPS = 1_000

_TOKEN = re.compile(r"[A-Za-z_-]+")
_AGENT_LINE = re.compile(r"(?im)^[ \t]*user[- ]?agent[ \t]*:[ \t]*([^#\n]*)[^\n]*$")
_SITEMAP_LINE = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2048})")


class RobotsState(StrEnum):
    """What is known of a host's robots.txt."""

    READ = "read"  # 2xx: its rules hold
    ABSENT = "absent"  # 4xx but 429: everything may be asked for
    UNREACHABLE = "unreachable"  # 5xx, 429, no answer, too many redirects: nothing may be asked for


@dataclass(frozen=True, slots=True)
class Robots:
    """One robots.txt with its rules, as they hold for our agent."""

    state: RobotsState
    text: str = ""  # cut at 512,000 bytes
    capture_id: str | None = None
    detail: str | None = None  # unreachable: why, in one sentence
    rules: Protego | None = None
    agent: str = ""
    reason: Reason = Reason.ROBOTS_UNREACHABLE  # unreachable: what a page of this host ends with

    def allows(self, url: str) -> bool:
        """True if the URL may be asked for."""
        if self.state is RobotsState.UNREACHABLE:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, self.agent))

    @property
    def crawl_delay_seconds(self) -> float:
        """Crawl-delay for our agent, from 0 to 60; 0 where none is stated or it is nonsense."""
        stated = self.rules.crawl_delay(self.agent) if self.rules is not None else None
        if stated is None or not math.isfinite(stated):
            return 0.0
        return min(max(float(stated), 0.0), MAX_CRAWL_DELAY_SECONDS)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses on `Sitemap:` lines as printed, each once, at most 1,000."""
        return tuple(dict.fromkeys(_SITEMAP_LINE.findall(self.text)))[:MAX_SITEMAPS]


def product_token(user_agent: str) -> str:
    """The name that robots.txt groups are matched with: the first word of a User-Agent, without version."""
    match = _TOKEN.match(user_agent.strip())
    return match[0] if match is not None else user_agent.partition("/")[0].strip()


def robots_url(url: str) -> str:
    """Address of the robots.txt in force for a URL in its normal form: same scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def read_robots(body: bytes, agent: str, capture_id: str | None = None) -> Robots:
    """Read the body of a robots.txt that came with a 2xx.

    Args:
        body: decoded; what lies beyond 512,000 bytes is not read, and a line that the cut went through is dropped.
        agent: product token, matched without regard to case.
        capture_id: where it is kept.

    Returns:
        READ, with no rules (all allowed) where the body holds none, for example an HTML page. Never raises.
    """
    if len(body) > MAX_ROBOTS_BYTES:
        body = body[:MAX_ROBOTS_BYTES].rpartition(b"\n")[0]
    text = body.decode("utf-8-sig", "replace").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "\n".join(line for line in text.split("\n") if len(line) <= MAX_LINE_CHARS)
    rules: Protego | None = None
    if _AGENT_LINE.search(kept):
        try:
            rules = Protego.parse(_only_ours(kept, agent))
        except Exception as error:  # hostile text in a library: rules that cannot be read allow nothing
            detail = f"its rules cannot be read ({type(error).__name__})"
            return Robots(RobotsState.UNREACHABLE, text, capture_id, detail)
    return Robots(RobotsState.READ, text, capture_id, None, rules, agent)


def _only_ours(text: str, agent: str) -> str:
    """Keep our own name and `*` in the group heads; all other agents get one name that nobody has.

    RFC 9309 section 2.2.1 matches the whole product token, Protego also a prefix of it. And Protego notes every rule
    of a group once for each agent of it: 28,000 agents before 8,000 rules took it 76 s.
    """

    def renamed(line: re.Match[str]) -> str:
        name = line[1].strip().lower()
        # A version or an asterisk behind our name is against the RFC, but meant for us.
        if name.partition("/")[0].rstrip("* ") == agent.lower():
            return f"User-agent: {agent}"
        return "User-agent: *" if name == "*" else "User-agent: -"

    return _AGENT_LINE.sub(renamed, text)


def robots_for_status(status: int, body: bytes, agent: str, capture_id: str | None = None) -> Robots:
    """Turn the final answer to a robots.txt request into rules, by RFC 9309 section 2.3.1."""
    if 200 <= status <= 299:
        return read_robots(body, agent, capture_id)
    if 400 <= status <= 499 and status != 429:
        return Robots(RobotsState.ABSENT, capture_id=capture_id)
    return Robots(RobotsState.UNREACHABLE, capture_id=capture_id, detail=f"robots.txt answered with status {status}")


class RobotsBook:
    """What a run learns of its hosts, kept from one call of `fetch_all` to the next.

    The robots.txt files by origin, each for at most 24 hours (an unreachable one for one hour). And, since they must
    last as long, the gate with each host's pause, the memory of pages that repeat, and whom to ask for tdmrep.json.

    Attributes:
        gate: set by the first `fetch_all` that is given the book.
        seen: pages of this run.
        tdmrep: whom not to ask for it any more; None asks nobody.
    """

    def __init__(self, tdmrep: TdmrepBook | None = None) -> None:
        self.tdmrep = tdmrep
        self.gate: Politeness | None = None
        self.seen = SeenTexts()
        self._entries: dict[str, tuple[float, Robots]] = {}

    def get(self, url: str, now_seconds: float) -> Robots | None:
        """What holds for this URL; None if it must be fetched. `now_seconds` is monotonic."""
        entry = self._entries.get(robots_url(url))
        if entry is None:
            return None
        read_at, robots = entry
        age = RETRY_SECONDS if robots.state is RobotsState.UNREACHABLE else MAX_AGE_SECONDS
        return robots if now_seconds - read_at < age else None

    def put(self, url: str, robots: Robots, now_seconds: float) -> None:
        """Keep what was read for the origin of this URL."""
        self._entries[robots_url(url)] = (now_seconds, robots)
