"""TDMRep: whether a publisher reserves text and data mining, said in up to three places.

By the W3C Community Group's report (https://www.w3.org/community/reports/tdmrep/): `/.well-known/tdmrep.json` for the
host, a header for the answer, meta elements for the page. 1 reserves, 0 does not, anything else says nothing. What is
said nearer to the page replaces what is said farther from it.
"""

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from flows.extraction.article import Signal

FILE = "tdmrep_json"
MAX_CHARS = 2**18
"""A longer file is not read: 256 KiB hold thousands of rules."""
MAX_RULES = 5_000
MAX_LOCATION_CHARS = 2_048
MAX_RAW_CHARS = 500
_NEAREST_FIRST = ("meta", "http_header", FILE)
_VALUES: dict[object, str] = {1: "permission_required", 0: "allowed", "1": "permission_required", "0": "allowed"}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the file. `parts` are the literal stretches of its location, in order, with anything between."""

    parts: tuple[str, ...]
    is_anchored: bool  # the location ends with `$`: so must the path
    value: str  # permission_required, allowed or unknown
    policy: str | None
    raw: str

    @property
    def scope(self) -> str:
        """`site` where every path is covered, else `path`."""
        return "site" if not self.is_anchored and self.parts in {("/",), ("/", ""), ("", "")} else "path"

    def covers(self, path: str) -> bool:
        """Whether the location covers a path with its query, escaped as `escaped` does. Linear in the path's length."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        at = len(first)
        if not others:
            return not self.is_anchored or at == len(path)
        *middle, last = others
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.is_anchored:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


@dataclass(frozen=True, slots=True)
class File:
    """A tdmrep.json as read: its usable rules in order, or in `fault` why there are none."""

    rules: tuple[Rule, ...] = ()
    fault: str | None = None
    is_whole: bool = True  # no rule was left out for the bound on their number


def value_of(stated: object) -> str:
    """What a `tdm-reservation` says: permission_required (1), allowed (0), unknown (all else, `true` among it)."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        return "unknown"
    return _VALUES.get(stated.strip() if isinstance(stated, str) else stated, "unknown")


def statement(content: str, source: str, raw: str) -> Signal:
    """The signal of a header or meta element."""
    return Signal(source, "page", "tdm", value_of(content), raw)


def from_file(text: str, path: str | None) -> list[Signal]:
    """What a host's tdmrep.json says of a page: by the first rule that covers its path, and by no other.

    Args:
        text: the file as it came, however broken. An HTML page in its place says nothing.
        path: path and query of the page; None where its address is not known: nothing can be said then.

    Returns:
        Signals about use `tdm` (and `other` for the policy of a reservation), none where no rule covers the page. A
        file that cannot be read, or holds too many rules to look at them all, gives one of value `unknown` that says
        so. Never raises.
    """
    if path is None or not text:
        return []
    file = read(text)
    if file.fault is not None:
        return [Signal(FILE, "site", "tdm", "unknown", file.fault)]
    wanted = _verbatim(escaped(path))
    rule = next((rule for rule in file.rules if rule.covers(wanted)), None)
    if rule is None:
        fault = f"none of its first {MAX_RULES} rules covers the page; the others were not read"
        return [] if file.is_whole else [Signal(FILE, "site", "tdm", "unknown", fault)]
    found = [Signal(FILE, rule.scope, "tdm", rule.value, rule.raw)]
    if rule.policy and rule.value == "permission_required":
        found.append(Signal(FILE, rule.scope, "other", "unknown", f"tdm-policy: {rule.policy}"[:MAX_RAW_CHARS]))
    return found


def of_training(signals: Iterable[Signal]) -> list[Signal]:
    """What the reservation in force means for AI training: that leave is needed, or nothing.

    In force is what the nearest place says (meta element, then header, then file). Two that differ in one place: the
    stricter. Not reserved is no permission to train, so it gives no signal.
    """
    said = [signal for signal in signals if signal.use == "tdm" and signal.value in _VALUES.values()]
    for source in _NEAREST_FIRST:
        here = [signal for signal in said if signal.source == source]
        if here:
            reserved = next((signal for signal in here if signal.value == "permission_required"), None)
            return [replace(reserved, use="ai_training")] if reserved is not None else []
    return []


@functools.lru_cache(maxsize=32)
def read(text: str) -> File:
    """Read the file; pages of one host share it. A single rule without its list is taken as a list of one."""
    if len(text) > MAX_CHARS:
        return File(fault=f"longer than {MAX_CHARS} characters: not read")
    text = text.strip("\ufeff \t\r\n")
    if not text or text.startswith("<"):
        return File()
    begins = f"it begins {' '.join(text[:200].split())}"
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return File(fault=f"not JSON: {begins}")
    entries = [given] if isinstance(given, dict) and "location" in given else given
    if not isinstance(entries, list):
        return File(fault=f"not a list of rules: {begins}")
    rules = tuple(rule for entry in entries[:MAX_RULES] if (rule := _rule(entry)) is not None)
    if entries and not rules:
        return File(fault=f"no rule of it names a location: {begins}")
    return File(rules, is_whole=len(entries) <= MAX_RULES)


def _rule(entry: object) -> Rule | None:
    """One entry; None where it names no usable location."""
    location = entry.get("location") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(location, str) or len(location) > MAX_LOCATION_CHARS:
        return None
    pattern = escaped(location.strip())
    if not pattern or "://" in pattern:
        return None
    pattern = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    stated, policy = entry.get("tdm-reservation"), entry.get("tdm-policy")
    kept = {"location": location, "tdm-reservation": stated if isinstance(stated, int | float | str) else None}
    if isinstance(policy, str) and policy.strip():
        kept["tdm-policy"] = policy = policy.strip()
    return Rule(
        parts=tuple(map(_verbatim, pattern.removesuffix("$").split("*"))),
        is_anchored=pattern.endswith("$"),
        value=value_of(stated),
        policy=policy if isinstance(policy, str) else None,
        raw=json.dumps(kept, ensure_ascii=False)[:MAX_RAW_CHARS],
    )


def escaped(text: str) -> str:
    """One spelling of a path or pattern (RFC 9309 section 2.2.2): only what must be escaped is, in capitals."""

    def plain(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(plain, text), safe=_PRINTABLE, errors="replace")


def _verbatim(text: str) -> str:
    """`%24` and `%2A` mean the characters themselves, which in a pattern have a meaning of their own."""
    return text.replace("%24", "$").replace("%2A", "*")
