"""Portals that no list names: sites that show other houses' articles and say so on the page.

Two ways of saying it count. Portals name both in one meta element, `publisher | portal`, as Naver and Daum do. Or the
page leads to the original on another host and prints two notices, one of the publisher and one of its own.
"""

import itertools
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flows import addresses
from flows.extraction import korean, notices, publishers
from flows.extraction.metadata import Metas
from flows.extraction.publishers import host_of, known
from flows.extraction.tree import Element, clean, text_of

MAX_LINKS = 600
MAX_NAME_CHARS = 40

_NO_HOUSES = ("web.archive.org", "cdn.ampproject.org", "google.com")
_PAIR = re.compile(r"^(?P<publisher>[^|]{2,40}?)\s*\|\s*(?P<portal>[^|]{2,40})$")
LEADS_AWAY = re.compile(
    r"(?:기사\s?)?원문(?:\s?기사)?(?:\s?(?:보기|보러\s?가기|링크))?|원본\s?(?:기사\s?)?보기|"
    r".{0,20}(?:언론사|누리집|홈페이지|사이트)(?:에서|로)?\s?(?:원문\s?)?(?:보기|가기|이동|연결)|"
    r"(?:read|view|see) (?:the )?(?:original|full)(?: article| story)?(?: (?:on|at) .{2,40})?|"
    r"original (?:article|source)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose article it is, and who shows it."""

    publisher: str
    portal: str


def find_shown(root: Element, metas: Metas, host: str, notice_lines: list[str]) -> Shown | None:
    """Publisher and portal where the page says that it shows another house's article; None where it does not."""
    site = metas.first("og:site_name", "application-name")
    if not 1 < len(site) <= MAX_NAME_CHARS:
        return None
    return _paired(root, metas, site, notice_lines) or _led_away(root, site, host, notice_lines)


def find_original(root: Element, url: str | None, canonical: str | None, is_portal: bool) -> str | None:
    """The address of the original, on another site, where the page is a copy and says so; None where it does not.

    A page says so with a canonical address on another house's site, a portal also with a link of that meaning
    (기사원문, 원문보기, `read the original`). Archives and AMP caches show a page, they run no copy of it.
    """
    host = host_of(url)
    if not host or host.endswith(_NO_HOUSES):
        return None
    if canonical and _house(host_of(canonical)) != _house(host):
        return canonical
    links = itertools.islice(root.iter("a"), MAX_LINKS) if is_portal else ()
    for link in links:
        if LEADS_AWAY.fullmatch(text_of(link)[:80]):
            target = addresses.normalise(link.get("href") or "", url)
            if target and _house(host_of(target)) != _house(host) and urlsplit(target).path.strip("/"):
                return target
    return None


def _house(host: str) -> str:
    """The registrable part of a host, well enough: two labels, or three where the last two are of a kind `co.kr`."""
    labels = host.split(".")
    is_second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if is_second_level else -2 :])


def _paired(root: Element, metas: Metas, site: str, notice_lines: list[str]) -> Shown | None:
    """`publisher | portal` in one meta element, where something else on the page bears the publisher out."""
    for value in metas.all("og:article:author"):
        match = _PAIR.match(value)
        if match is None or _squeezed(match["portal"]) != _squeezed(site):
            continue
        name = match["publisher"].strip()
        if korean.is_name(name) or _squeezed(name) == _squeezed(site):
            continue
        is_noted = any(_squeezed(notices.holder_of(line) or "") == _squeezed(name) for line in notice_lines)
        if is_noted or known(name) or any(clean(image.get("alt")) == name for image in root.iter("img")):
            return Shown(known(name) or name, site)
    return None


def _led_away(root: Element, site: str, host: str, notice_lines: list[str]) -> Shown | None:
    """A link to the original on another host, a notice that names another holder, and one that names the site."""
    if len(notice_lines) < 2 or not host:
        return None
    own = _squeezed(site)
    holders = [holder for line in notice_lines if (holder := notices.holder_of(line)) and _squeezed(holder) != own]
    if not holders or not any(own in _squeezed(line) for line in notice_lines):
        return None
    for count, link in enumerate(root.iter("a")):
        if count >= MAX_LINKS:
            break
        if not LEADS_AWAY.fullmatch(text_of(link)[:80]):
            continue
        target = host_of(link.get("href"))
        if target and target != host and not target.endswith("." + host) and not host.endswith("." + target):
            return Shown(publishers.by_host(target) or known(holders[0]) or holders[0], site)
    return None


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
