"""Every signal about use that comes with a page, kept apart, and the verdict: strictest wins.

Signals after the project's notes, section 3: written notices, robots.txt (agents, Content-Usage, Content-Signal,
License), tdmrep.json, headers (tdm-reservation, X-Robots-Tag, Content-Usage, Link), meta, licence links, JSON-LD,
공공누리. A ban of AI crawlers in robots.txt is recorded as a statement about AI training.
"""

import re
from urllib.parse import urlsplit

from flows.addresses import normalise
from flows.extraction import notices, tdmrep
from flows.extraction.article import Page, Rights, Signal, Use
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, clean, select

MAX_ROBOTS_CHARS = 512_000
MAX_SIGNALS = 80

_AI_AGENTS = frozenset(
    [
        "gptbot",
        "oai-searchbot",
        "chatgpt-user",
        "claudebot",
        "claude-searchbot",
        "claude-user",
        "anthropic-ai",
        "claude-web",
        "google-extended",
        "googleother",
        "ccbot",
        "perplexitybot",
        "perplexity-user",
        "applebot-extended",
        "bytespider",
        "meta-externalagent",
        "facebookbot",
        "amazonbot",
        "cohere-ai",
        "ai2bot",
        "diffbot",
        "omgili",
        "omgilibot",
        "imagesiftbot",
        "youbot",
        "duckassistbot",
        "petalbot",
        "timpibot",
    ]
)
_TRAINING_AGENTS = frozenset(
    [
        "gptbot",
        "claudebot",
        "anthropic-ai",
        "google-extended",
        "ccbot",
        "applebot-extended",
        "bytespider",
        "meta-externalagent",
        "cohere-ai",
        "ai2bot",
        "diffbot",
        "omgili",
        "omgilibot",
        "imagesiftbot",
        "timpibot",
    ]
)
_SEARCH_AGENTS = frozenset(("yeti", "daum", "daumoa"))
"""Korean search engines, which gather for search first; kept as statements about search."""
MAX_RULE_CHARS = 500
MAX_STARS = 8
"""More wildcards than this in a rule are no rule that a site means."""
_STRICTNESS = {"prohibited": 3, "permission_required": 2, "allowed": 1}
_KOGL = re.compile(r"공공누리|kogl\.or\.kr|(?:^|\s)제\s?([0-4])\s?유형")
_KOGL_TYPE = re.compile(r"제?\s?([0-4])\s?유형|opencode(?:=|/|_)?0?([0-4])|img_opencode([0-4])|\b(AI)\s?유형")


def read_rights(
    lines: list[str], root: Element | None, stated: Stated, page: Page | None = None, is_korean: bool = True
) -> Rights:
    """All signals and the verdict. `lines` are the page's notice lines, the article's own before the site's.

    `page` has what came with it: headers, the host's robots.txt and tdmrep.json, and the address, for rules that hold
    for some paths only. What is said of an asset (the licence of a picture in the text) is kept and does not count
    towards the verdict on the page; nor does a reservation that a nearer one replaces.
    """
    signals: list[Signal] = []
    for line in dict.fromkeys(lines):
        signals += _from_notice(line)
    if root is not None:
        signals += _from_head(root)
        signals += _from_kogl(root) if is_korean else []
    signals += _from_stated(stated)
    if page is not None:
        path = _path_of(page.url)
        signals += _from_headers(page.headers)
        signals += tdmrep.from_file(page.tdmrep_json or "", path)
    signals += tdmrep.of_training(signals)
    if page is not None:
        signals += _from_robots(page.robots_txt or "", path)
    signals = signals[:MAX_SIGNALS]
    holder = next((name for name in map(notices.holder_of, lines) if name), None) or stated.copyright_holder or None
    return Rights(
        holder=holder,
        reproduction=_verdict(signals, "reproduction"),
        redistribution=_verdict(signals, "redistribution"),
        ai_training=_verdict(signals, "ai_training"),
        raw="\n".join(dict.fromkeys(lines)) or None,
        signals=tuple(signals),
    )


def _verdict(signals: list[Signal], use: str) -> Use | None:
    values = [
        signal.value
        for signal in signals
        if signal.use == use and signal.value in _STRICTNESS and signal.scope != "asset"
    ]
    return Use(max(values, key=_STRICTNESS.__getitem__)) if values else None


def _from_notice(line: str) -> list[Signal]:
    if "공공누리" in line:
        return _kogl(line)
    clauses = notices.clauses_of(line)
    if not clauses:
        return [Signal("notice", "page", "other", "unknown", line)]
    return [Signal("notice", "page", clause.use, clause.value, line) for clause in clauses]


_HEAD_NAMES = frozenset(
    ("robots", "googlebot", "tdm-reservation", "tdm-policy", "content-usage", "license", "dcterms.license", "dc.rights",
     "dcterms.rights", "rights", "copyright")
)  # fmt: skip
"""Meta elements that speak of use."""


def _from_head(root: Element) -> list[Signal]:
    found: list[Signal] = []
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("http-equiv") or "").lower()
        if name not in _HEAD_NAMES and name not in _AI_AGENTS:
            continue
        content = clean(meta.get("content"))
        if not content:
            continue
        raw = f"{name}: {content}"[:500]
        if name in ("robots", "googlebot"):
            found += _robots_words(content, "meta", raw)
        elif name in _AI_AGENTS:
            found += _agent_words(name, content, raw)
        elif name == "tdm-reservation":
            found.append(tdmrep.statement(content, "meta", raw))
        elif name == "content-usage":
            found += _usage(content, "meta", raw)
        else:
            found += _licence(content, "meta", raw)
    links = [node for node in root.iter("link", "a") if (rel := node.get("rel")) and "license" in rel.lower().split()]
    for link in links[:10]:
        raw = f"{link.get('type') or ''} {link.get('href') or ''}".strip()[:500]
        is_picture = next(link.iterancestors("figure", "figcaption"), None) is not None
        found += _licence(link.get("href") or "", "link", raw, "asset" if is_picture else "page")
    return found


def _agent_words(agent: str, content: str, raw: str) -> list[Signal]:
    """A meta element named after an AI agent: what keeps it out is a ban of what it gathers for."""
    tokens = {token.strip().lower() for token in re.split(r"[,;]", content)}
    if not tokens & {"noindex", "none", "noai", "noml"}:
        return [Signal("meta", "page", "other", "unknown", raw)]
    return [Signal("meta", "page", "ai_training" if agent in _TRAINING_AGENTS else "other", "prohibited", raw)]


def _from_kogl(root: Element) -> list[Signal]:
    """공공누리: the Korean open government licence; types 0 to 4 allow reproduction, the AI type allows training."""
    for node in select(
        root, '//img[contains(@alt,"공공누리")] | //a[contains(@href,"kogl.or.kr")] | //*[contains(text(),"공공누리")]'
    )[:5]:
        raw = clean(" ".join((node.get("alt") or "", node.get("href") or "", node.get("src") or "", node.text or "")))[
            :300
        ]
        return _kogl(raw)
    return []


def _kogl(raw: str) -> list[Signal]:
    """What the types named in a statement allow: any type the copy, the AI type training as well."""
    kinds = list(_KOGL_TYPE.finditer(raw))
    if not kinds:
        return [Signal("notice", "page", "other", "unknown", raw)]
    uses = ["reproduction", "redistribution", *(["ai_training"] if any(kind.group(4) for kind in kinds) else [])]
    return [Signal("notice", "page", use, "allowed", raw) for use in uses]


def _from_stated(stated: Stated) -> list[Signal]:
    found = []
    if stated.license:
        found += _licence(stated.license, "jsonld", f"license: {stated.license}"[:500])
    if stated.usage_info:
        found.append(Signal("jsonld", "page", "other", "unknown", f"usageInfo: {stated.usage_info}"[:500]))
    if stated.copyright_notice:
        found += [
            Signal("jsonld", "page", clause.use, clause.value, stated.copyright_notice[:500])
            for clause in notices.clauses_of(stated.copyright_notice[:600])
        ] or [Signal("jsonld", "page", "other", "unknown", stated.copyright_notice[:500])]
    return found


def _from_headers(headers: tuple[tuple[str, str], ...]) -> list[Signal]:
    found: list[Signal] = []
    for name, value in headers[:200]:
        key = name.strip().lower()
        raw = f"{name}: {value}"[:500]
        if key == "tdm-reservation":
            found.append(tdmrep.statement(value, "http_header", raw))
        elif key == "x-robots-tag":
            found += _robots_words(value, "http_header", raw)
        elif key in ("content-usage", "content-signal"):
            found += _usage(value, "http_header", raw)
        elif key == "tdm-policy" or (key == "link" and "license" in value.lower()):
            found.append(Signal("http_header", "page", "other", "unknown", raw))
    return found


def _robots_words(content: str, source: str, raw: str) -> list[Signal]:
    tokens = {token.strip().lower() for token in re.split(r"[,;:]", content)}
    found = []
    if tokens & {"noai", "noml", "noimageai"}:
        use = "ai_training" if tokens & {"noai", "noml"} else "other"
        found.append(Signal(source, "page", use, "prohibited", raw))
    if tokens & {"nosnippet", "noarchive", "noindex"}:
        found.append(Signal(source, "page", "search", "prohibited" if "noindex" in tokens else "unknown", raw))
    return found


_USAGE = re.compile(r"([a-z][a-z-]{1,30})\s?=\s?\"?(y|n|yes|no|allow|disallow)\b", re.IGNORECASE)
_USAGE_KEYS = {
    "train-ai": "ai_training",
    "ai-train": "ai_training",
    "genai": "ai_training",
    "train-genai": "ai_training",
    "search": "search",
}


def _usage(content: str, source: str, raw: str, scope: str = "page") -> list[Signal]:
    """IETF aipref `Content-Usage` and Cloudflare `Content-Signal`: keys with yes or no."""
    return [
        Signal(
            source,
            scope,
            _USAGE_KEYS.get(key.lower(), "other"),
            "prohibited" if answer.lower() in ("n", "no", "disallow") else "allowed",
            raw,
        )
        for key, answer in _USAGE.findall(content[:2000])
    ]


_CC = re.compile(r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)|publicdomain)", re.IGNORECASE)


def _licence(content: str, source: str, raw: str, scope: str = "page") -> list[Signal]:
    match = _CC.search(content)
    if match is None:
        clauses = notices.clauses_of(content[:600])
        return [Signal(source, scope, clause.use, clause.value, raw) for clause in clauses] or [
            Signal(source, scope, "other", "unknown", raw)
        ]
    return [Signal(source, scope, use, "allowed", raw) for use in ("reproduction", "redistribution")]


def _path_of(url: str | None) -> str | None:
    try:
        parts = urlsplit((normalise(url) or url) if url else "")
    except ValueError:
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "") if parts.netloc else None


def _holds_for(rule: str, path: str | None) -> bool:
    """Whether a path rule of robots.txt (RFC 9309: a prefix, with `*` and `$`) covers the page."""
    if path is None or not rule.startswith(("/", "*")) or len(rule) > MAX_RULE_CHARS or rule.count("*") > MAX_STARS:
        return False
    is_anchored = rule.endswith("$")
    pattern = ".*".join(map(re.escape, rule.removesuffix("$").split("*")))
    return re.match(pattern + ("$" if is_anchored else ""), path) is not None


def _from_robots(text: str, path: str | None = None) -> list[Signal]:
    """Groups of robots.txt that shut AI agents out of the site or of this page, and usage lines of any group."""
    found: list[Signal] = []
    agents: list[str] = []
    in_rules = False
    for line in text[:MAX_ROBOTS_CHARS].splitlines():
        key, _, value = line.split("#", 1)[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            agents = [value.lower()] if in_rules else [*agents[-500:], value.lower()]
            in_rules = False
        elif key in ("disallow", "allow"):
            in_rules = True
            if key == "disallow" and value in ("/", "/*"):
                found += _banned(agents, "/", "site")
            elif key == "disallow" and not _AI_AGENTS.isdisjoint(agents) and _holds_for(value, path):
                found += _banned(agents, value, "path")
        elif key in ("content-usage", "content-signal"):
            in_rules = True
            rule = value.split()[0] if value.startswith("/") else ""
            if not rule or path is None or _holds_for(rule, path):
                found += _usage(value, "robots_txt", line.strip()[:300], "path" if rule else "site")
        elif key == "license":
            found.append(Signal("robots_txt", "site", "other", "unknown", line.strip()[:300]))
        if len(found) > MAX_SIGNALS:
            break
    return list(dict.fromkeys(found))


def _banned(agents: list[str], rule: str, scope: str) -> list[Signal]:
    found = []
    for agent in agents:
        if agent in _AI_AGENTS:
            use = "ai_training" if agent in _TRAINING_AGENTS else "other"
            found.append(Signal("robots_txt", scope, use, "prohibited", f"User-agent: {agent} / Disallow: {rule}"))
        elif agent in _SEARCH_AGENTS:
            found.append(Signal("robots_txt", scope, "search", "prohibited", f"User-agent: {agent} / Disallow: {rule}"))
        elif agent == "*" and scope == "site":
            found.append(Signal("robots_txt", scope, "collection", "prohibited", "User-agent: * / Disallow: /"))
    return found
