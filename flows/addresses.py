"""URLs: one parser, one normal form, one key. Pure.

Every URL that enters the system (a seed, a feed link, a sitemap `loc`, a redirect, a canonical link) passes through
`normalise`, so that no two parts can disagree about which host a URL names. Where public parsers disagree (userinfo,
backslashes, controls), the URL is refused instead of guessed at. The host rules follow the WHATWG URL standard, since
that is what browsers do and publishers test.
"""

import hashlib
import ipaddress
import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

import idna

MAX_URL_CHARS = 2048  # of the normal form; sitemaps.org sets the same limit
MAX_RAW_CHARS = 8192  # of the input: one Hangul syllable becomes nine characters, trackers may be dropped
MAX_HOST_CHARS = 253  # RFC 1035, presentation form
MAX_KNOWN = 1 << 14  # URLs remembered: a run asks for the key, host and form of each URL several times over
MAX_KNOWN_CHARS = 512  # longer ones are read anew each time, so that hostile input cannot fill memory (about 25 MB)

DEFAULT_PORTS = {"http": 80, "https": 443}
# Where web servers are found. Anything else is a mail, shell or database port, or a scan of somebody's machine.
ALLOWED_PORTS = frozenset({80, 81, 88, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888})

# Parameters that name the reader's way to the page, never the page. Sources: the vendors' help pages (Google, Meta,
# Microsoft, Mailchimp, HubSpot, Adobe, AT Internet, Naver advertising, BBC), as collected in the ClearURLs and Brave
# lists.
TRACKING_PREFIXES = ("utm_", "at_campaign", "at_medium", "at_custom", "at_link", "at_ptr", "at_format", "at_bbc", "ns_")
# fmt: off
TRACKING_NAMES = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "twclid", "ttclid",
        "igshid", "igsh", "mibextid", "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "_ga", "_gl", "_hsenc",
        "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "vero_id", "oly_anon_id", "oly_enc_id",
        "wickedid", "s_cid", "srsltid", "xtor", "cmp", "cmpid", "ncid", "smid", "sr_share", "guccounter",
        "guce_referrer", "guce_referrer_sig", "__twitter_impression", "fb_action_ids", "fb_action_types",
        "fb_source", "fb_ref", "napm", "n_media", "n_query", "n_rank", "n_ad_group", "n_ad", "n_keyword_id",
        "n_keyword", "n_campaign_type", "n_ad_group_type", "n_match",
    }
)
# fmt: on
AMP_NAMES = frozenset({"amp", "outputtype", "isamp"})

_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff\ufffe\uffff]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|%")
# What is its own normal form: no escape, query, port or dot segment. Most links are, and it takes a tenth of the time.
_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_PLAIN = re.compile(rf"https?://((?:[a-z0-9-]+\.)+[a-z]{{2,}})/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?")
_ASCII_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY_END = re.compile(r"[/?]")
_HOST_AND_PORT = re.compile(r"(.*?)(?::([^:\]]*))?")
_PORT = re.compile(r":\d+$")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._|"
_QUERY_SAFE = _PATH_SAFE + "?[]"
_MOBILE_LABELS = ("www.", "m.", "mobile.", "amp.")

# AMP caches show a publisher's AMP page under their own host; the page's address is in the path.
_AMP_CACHE = re.compile(
    r"https?://(?:[a-z0-9-]+\.cdn\.ampproject\.org/(?:c|v|i)|(?:www\.)?google\.[a-z.]{2,6}/amp)/(?P<tls>s/)?(?P<rest>.+)"
)
# Portals show one article on several hosts and paths, with its number in the path or in two parameters:
# ending of the host, the paths, the parameters.
_PORTAL_ARTICLES = (
    ("naver.com", re.compile(r"/article/(\d{3})/(\d{10})$"), ("oid", "aid")),
    ("daum.net", re.compile(r"/(?:v|newsview)/(\d{14,20})$"), ("newsid",)),
    ("zum.com", re.compile(r"/articles/(\d+)(?:/[^/]*)?$"), ()),
    ("zumst.com", re.compile(r"/articles/(\d+)(?:/[^/]*)?$"), ()),
    ("nate.com", re.compile(r"/view/(\d{8}n\d+)$", re.IGNORECASE), ()),
)
_SAME_PORTAL = {"zumst.com": "zum.com"}


class Problem(StrEnum):
    """Why a URL is not one to ask for. The values are those of the fetching stage's reasons."""

    BAD_URL = "bad_url"
    BAD_SCHEME = "bad_scheme"
    BAD_PORT = "bad_port"


def normalise(url: str, base: str | None = None) -> str | None:
    """Bring a URL into its absolute normal form.

    Lower-case scheme and host (IDNA, numeric IPv4 spellings resolved as browsers do), no fragment, no default port, no
    tracking parameter, dot segments resolved, percent-escapes upper-case and only where needed. Applying it twice
    changes nothing.

    Args:
        url: as found; outer white space is dropped.
        base: absolute URL that a relative `url` refers to.

    Returns:
        The normal form, at most 2,048 characters; None exactly where `problem` names one. Never raises.
    """
    form = _parse(url, base)
    return form if not isinstance(form, Problem) else None


def problem(url: str, base: str | None = None) -> Problem | None:
    """Say why `normalise` gives None for this URL; None for a URL that can be asked for. Never raises."""
    form = _parse(url, base)
    return form if isinstance(form, Problem) else None


def url_key(url: str) -> str:
    """Give the stable 32-hex key under which all spellings of one page's address meet.

    Scheme, a leading `www.`/`m.`/`mobile.`/`amp.`, AMP marks in path or query, the order of query parameters, tracking
    parameters, the fragment and a trailing slash do not matter; nor does the AMP cache or the one of a portal's hosts
    and paths that shows it (Naver by press and article number, Daum, ZUM and Nate by article number). A URL that has no
    normal form gets the key of its own characters. Never raises.
    """
    return _known_key(url) if len(url) <= MAX_KNOWN_CHARS else _key(url)


def host(url: str) -> str:
    """Give the host of a URL (normal form, no port, no brackets); empty where there is no normal form. Never raises."""
    return _known_host(url) if len(url) <= MAX_KNOWN_CHARS else _host_of(url)


def _key(url: str) -> str:
    form = normalise(url)
    if form is None:
        return _digest(url.strip())
    if cached := _AMP_CACHE.match(form):
        form = normalise(f"http{'s' if cached['tls'] else ''}://{cached['rest']}") or form
    parts = urlsplit(form)
    name, _, port = parts.netloc.rpartition(":") if _PORT.search(parts.netloc) else (parts.netloc, "", "")
    if shown := _portal_article(name, parts.path, parts.query):
        return _digest(shown)
    pairs = sorted(pair for pair in parts.query.split("&") if pair and not _is_amp(pair))
    return _digest("\n".join([_bare_host(name), port, _bare_path(parts.path), "&".join(pairs)]))


def _host_of(url: str) -> str:
    form = normalise(url)
    return (urlsplit(form).hostname or "") if form is not None else ""


def _parse(url: str, base: str | None) -> str | Problem:
    """Normal form or problem of `url`."""
    return _known_form(url, None) if base is None and len(url) <= MAX_KNOWN_CHARS else _read(url, base)


def _read(url: str, base: str | None) -> str | Problem:
    """Normal form or problem of `url`. All judgement about a URL happens here."""
    url = url.strip(" \t\r\n\f")
    plain = _PLAIN.fullmatch(url)
    if plain and len(url) <= MAX_URL_CHARS and _host(plain[1]) == plain[1]:
        return url
    if base is not None and not (_SCHEME.match(url) and "//" in url[:12]):
        base_form = _parse(base, None)
        if isinstance(base_form, Problem) or _REFUSED.search(url) or len(url) > MAX_RAW_CHARS:
            return Problem.BAD_URL
        try:
            url = urljoin(base_form, url)
        except ValueError:
            return Problem.BAD_URL
    if not url or len(url) > MAX_RAW_CHARS or _REFUSED.search(url):
        return Problem.BAD_URL
    scheme_match = _SCHEME.match(url)
    if scheme_match is None:
        return Problem.BAD_URL
    scheme = scheme_match[1].lower()
    if scheme not in DEFAULT_PORTS:
        # `example.com:8080/x` is a URL without a scheme, not one of the scheme "example.com".
        return Problem.BAD_URL if "." in scheme else Problem.BAD_SCHEME
    rest = url[scheme_match.end() :]
    # Parsers disagree on which side of "#@" the host stands, so an @ anywhere before the path is refused.
    if not rest.startswith("//") or "@" in _AUTHORITY_END.split(rest[2:], maxsplit=1)[0]:
        return Problem.BAD_URL
    try:
        parts = urlsplit(url)
    except ValueError:
        return Problem.BAD_URL
    authority = _authority(scheme, parts.netloc)
    if isinstance(authority, Problem):
        return authority
    query = "&".join(pair for pair in _escape(parts.query, _QUERY_SAFE).split("&") if not _is_tracking(pair))
    form = f"{scheme}://{authority}{_path(parts.path)}" + (f"?{query}" if query.strip("&") else "")
    return form if len(form) <= MAX_URL_CHARS else Problem.BAD_URL


def _authority(scheme: str, netloc: str) -> str | Problem:
    """Host and, where it is not the scheme's own, port."""
    raw_host, port_text = netloc, ""
    if match := _HOST_AND_PORT.fullmatch(netloc):
        raw_host, port_text = match[1], match[2] or ""
    name = _host(raw_host)
    if name is None:
        return Problem.BAD_URL
    if not port_text:
        return name
    if not (port_text.isascii() and port_text.isdigit()):
        return Problem.BAD_URL
    # int() of a very long digit string raises; no port has more than five digits once leading zeros are gone.
    digits = port_text.lstrip("0") or "0"
    port = int(digits) if len(digits) <= 5 else 0
    if port not in ALLOWED_PORTS:
        return Problem.BAD_PORT
    return name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}"


@lru_cache(maxsize=4096)
def _host(raw: str) -> str | None:
    """Normal form of a host as printed in a URL: a name, a dotted IPv4 or a bracketed IPv6 address; else None."""
    if raw.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(raw[1:-1]).compressed}]" if raw.endswith("]") and "%" not in raw else None
        except ValueError:
            return None
    if len(raw) > MAX_HOST_CHARS + 1:
        return None
    name = raw.lower() if raw.isascii() else _idna(raw)
    if name is None:
        return None
    name = name.removesuffix(".")
    if len(name) > MAX_HOST_CHARS or not _ASCII_HOST.fullmatch(name):
        return None
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return _ipv4(name)
    return name


def _idna(raw: str) -> str | None:
    """A-labels of a host beyond ASCII, mapped by UTS 46 as browsers do; None where a label is not allowed."""
    try:
        labels = idna.uts46_remap(raw, std3_rules=False, transitional=False).split(".")
        return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels).lower()
    except (idna.IDNAError, UnicodeError, ValueError):
        return None


def _ipv4(name: str) -> str | None:
    """Read the numeric spellings that resolvers accept (`127.1`, `0177.0.0.1`, `0x7f000001`), as WHATWG says."""
    numbers: list[int] = []
    for part in name.split("."):
        if not _NUMBER.fullmatch(part):
            return None
        try:
            if part.startswith("0x"):
                numbers.append(int(part[2:] or "0", 16))
            else:
                numbers.append(int(part, 8 if part[0] == "0" and len(part) > 1 else 10))
        except ValueError:
            return None
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        return None
    value = numbers[-1] + sum(number << (8 * (3 - index)) for index, number in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


def _path(path: str) -> str:
    """Escaped path with dot segments (also `%2e%2e`) resolved, RFC 3986 section 5.2.4; at least `/`."""
    kept: list[str] = []
    segments = _escape(path, _PATH_SAFE).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _escape(text: str, safe: str) -> str:
    """Percent-encode what must be, upper-case the escapes that are there, undo those that are not needed."""
    return quote(_ESCAPE.sub(_tidy_escape, text), safe=safe)


def _tidy_escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"  # a bare per cent sign
    byte = unquote_to_bytes(match[0])[0]
    return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


def _is_amp(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return name.lower() in AMP_NAMES and value.lower() in {"", "1", "true", "amp", "y"}


def _portal_article(name: str, path: str, query: str) -> str | None:
    """Portal and number of the article that a portal's address shows; None for every other address."""
    for portal, paths, names in _PORTAL_ARTICLES:
        if name != portal and not name.endswith("." + portal):
            continue
        match = paths.search(path.rstrip("/"))
        given = dict(pair.partition("=")[::2] for pair in query.split("&"))
        numbers = match.groups() if match else tuple(given.get(one, "") for one in names)
        if numbers and all(numbers):
            return "\n".join([_SAME_PORTAL.get(portal, portal), *numbers]).lower()
    return None


def is_other_layout(url: str) -> bool:
    """Whether an address is of a mobile or AMP page by its host, path or parameters. Never raises."""
    form = normalise(url)
    if form is None:
        return False
    parts = urlsplit(form)
    name = (parts.hostname or "").removeprefix("www.")
    labelled = any(name.startswith(label) and "." in name[len(label) :] for label in _MOBILE_LABELS[1:])
    is_amp = any(map(_is_amp, parts.query.split("&"))) or _bare_path(parts.path) != parts.path.rstrip("/")
    return labelled or is_amp or parts.path.startswith(("/m/", "/mobile/", "/amp/"))


def site(url: str) -> str:
    """Host without the labels that only choose a layout; empty where there is no normal form. Never raises."""
    return _bare_host(host(url))


def _bare_host(name: str) -> str:
    """Host without the labels that only choose a layout; `m.com` and `www.kr` keep theirs, being names themselves."""
    for _ in range(2):  # www.m.example.com is the longest seen
        for label in _MOBILE_LABELS:
            if name.startswith(label) and "." in name[len(label) :]:
                name = name[len(label) :]
                break
    return name


def _bare_path(path: str) -> str:
    """Path without its trailing slashes and without an AMP mark (`/amp/…`, `…/amp`, `….amp`, `….amp.html`)."""
    path = path.rstrip("/")
    if path.startswith("/amp/"):
        path = path[len("/amp") :]
    for mark in ("/amp", ".amp", "/amp.html"):
        if path.endswith(mark) and len(path) > len(mark):
            path = path.removesuffix(mark)
    if path.endswith(".amp.html"):
        path = path.removesuffix(".amp.html") + ".html"
    return path.rstrip("/")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


_known_form = lru_cache(maxsize=MAX_KNOWN)(_read)
_known_key = lru_cache(maxsize=MAX_KNOWN)(_key)
_known_host = lru_cache(maxsize=MAX_KNOWN)(_host_of)
