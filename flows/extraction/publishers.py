"""Who published the page, and which portal shows it, when it is not the publisher's own site."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from flows import gazetteer
from flows.extraction.metadata import Metas
from flows.extraction.patterns import named
from flows.extraction.structured import Stated
from flows.extraction.tree import Element, clean, hint_of, select, text_of

_TAIL = re.compile(
    r"\s*(?:[|ㅣ:·-]\s*)?(?:네이버(?:\s?뉴스)?|다음(?:\s?뉴스)?|\(주\)|㈜|주식회사|뉴스홈|온라인뉴스|인터넷신문)\s*$"
)
_PORTAL_SITE = re.compile(r"^(?:다음|Daum|네이버|네이버 뉴스|NAVER)\s?[-|]\s?(?P<name>.{2,30})$")

_PARTS = re.compile(r"\s+(?:[|ㅣ│∣｜<>»·•:-]|::|–|—)\s+|[|ㅣ│｜]")
_HOME = re.compile(r"(?:https?://[^/?#]{1,100})?/?(?:index\.\w{2,5})?")
_PRESS = named(r"medium|press\w*|media_?name|cp_?name|link_cp|publisher\w*|company")
_LOGO_WORDS = re.compile(r"\s*(?:언론사 이미지|언론사|로고|logo|CI)\s*$", re.IGNORECASE)
MAX_PORTAL_NODES = 600
"""Elements of a portal's page that are looked at for the publisher's name."""
MAX_NAME_CHARS = 80
"""No publisher's name is longer, with what portals put behind it."""
MAX_HOME_LINKS = 40
"""Links at the head of the page among which the one to the front page stands."""


def host_of(url: str | None) -> str:
    """The host of an address in lower case without `www.`; an empty string for none."""
    try:
        return (urlsplit(url or "").hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


@cache
def _domains() -> dict[str, str]:
    return {
        domain: publisher
        for publisher, domains in gazetteer.split("publishers", "domains").items()
        for domain in domains
    }


@cache
def _names() -> dict[str, str]:
    """Every name and alias, squeezed and in lower case, to the publisher's name."""
    found = {}
    for publisher, aliases in gazetteer.split("publishers", "aliases").items():
        for name in (publisher, *aliases):
            found[_squeezed(name)] = publisher
    return found


@cache
def longest_first() -> tuple[str, ...]:
    """Names as they are printed before headlines, the longest first: 연합뉴스TV before 연합뉴스."""
    names = set(gazetteer.terms("publishers"))
    for aliases in gazetteer.split("publishers", "aliases").values():
        names.update(alias for alias in aliases if re.search(r"[가-힣]{3}", alias))
    return tuple(sorted(names, key=len, reverse=True))


def _squeezed(name: str) -> str:
    return re.sub(r"[\s.()㈜]", "", unicodedata.normalize("NFKC", name)).lower()


def known(name: str) -> str | None:
    """The publisher a name stands for, or None for an unknown name."""
    return _names().get(_squeezed(_TAIL.sub("", name))) if len(name) <= MAX_NAME_CHARS else None


def by_host(host: str) -> str | None:
    """The publisher of a host, by its longest known ending."""
    parts = host.split(".")
    return next((name for index in range(len(parts) - 1) if (name := _domains().get(".".join(parts[index:])))), None)


@cache
def _portal_hosts() -> dict[str, str]:
    return {host: portal for portal, hosts in gazetteer.split("portals", "hosts").items() for host in hosts}


def portal_of(host: str) -> str | None:
    """The portal that a host belongs to, or None."""
    if host in _portal_hosts():
        return _portal_hosts()[host]
    return next((portal for end, portal in _portal_hosts().items() if host.endswith("." + end)), None)


def portal_by_wording(text: str) -> str | None:
    """The portal whose fixed sentences a page text holds: one sentence that only it uses, or two that it uses."""
    for portal, signs in gazetteer.split("portals", "signs").items():
        strong = any(sign[1:] in text for sign in signs if sign.startswith("!"))
        weak = sum(sign in text for sign in signs if not sign.startswith("!"))
        if strong or weak >= 2:
            return portal
    return None


def find_publisher(
    root: Element, metas: Metas, stated: Stated, host: str, portal: str | None, holder: str | None, given: str | None
) -> str | None:
    """The news organisation, by the page's own word, then by its address, then as the source states it."""
    own = None if portal else by_host(host)
    if own:
        return own
    for candidate in _candidates(root, metas, stated, portal):
        name = clean(_TAIL.sub("", candidate))
        if 1 < len(name) <= 60 and not name.startswith("http") and (portal is None or known(name) != portal):
            return known(name) or name
    return known(holder or "") or by_host(host_of(f"http://{holder}")) or given or holder


def _candidates(root: Element, metas: Metas, stated: Stated, portal: str | None) -> list[str]:
    found: list[str] = []
    if portal:
        found += metas.all("og:article:author", "twitter:creator", "article:publisher")
        found += [match.group("name") for name in metas.all("og:site_name") if (match := _PORTAL_SITE.match(name))]
        for image in select(
            root, '//*[contains(@class,"top_logo") or contains(@class,"link_cp") or contains(@class,"medium")]//img', 3
        ):
            found.append(image.get("alt") or "")
        return [name for name in found if portal_of(name) is None] + list(_shown_on_portal(root))
    return [
        stated.publisher,
        *metas.all("og:site_name", "publisher", "dc.publisher", "cxenseparse:publisher", "application-name"),
        _home_name(root),
    ]


def _shown_on_portal(root: Element) -> Iterator[str]:
    """Known publishers that a portal's page names in an element for the press, in a logo, or by its link away."""
    for count, node in enumerate(root.iter("a", "span", "em", "strong", "img")):
        if count >= MAX_PORTAL_NODES:
            return
        if node.tag == "img":
            name = _LOGO_WORDS.sub("", node.get("alt") or "")
        elif _PRESS.search(hint_of(node)[:200]):
            name = text_of(node)
        elif node.tag == "a" and "원문" in text_of(node)[:20]:
            name = by_host(host_of(node.get("href"))) or ""
        else:
            continue
        if 1 < len(name) <= 30 and known(name):
            yield name


def _home_name(root: Element) -> str:
    """The part of the title element that the page's link to its front page says too: what the site calls itself."""
    title = clean(next((node.text for node in root.iter("title") if node.text), ""))[:400]
    parts = {_squeezed(part): part.strip() for part in _PARTS.split(title)}
    if len(parts) < 2:
        return ""
    for count, link in enumerate(root.iter("a")):
        if count >= MAX_HOME_LINKS:
            break
        if _HOME.fullmatch((link.get("href") or "")[:200]):
            name = clean("".join(map(str, link.itertext()))[:80])
            if name and _squeezed(name) in parts and len(name) <= 40:
                return parts[_squeezed(name)]
    return ""
