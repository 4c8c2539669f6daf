"""Which article a capture shows: the same id for every capture of one article, whatever the spelling of its address."""

import hashlib
import re
from urllib.parse import urlsplit

from flows.addresses import is_other_layout, normalise, site, url_key
from flows.extraction.article import Article

_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PAGES = frozenset({"page", "pg", "p", "seite", "pagina"})
LEAST_NUMBER = 5
"""Digits of a number that tells one article of a site from another; shorter ones are sections, pages and days."""
LEAST_WORDS = 4
"""Words of a last path segment that is a headline and no section's name."""


def article_id(article: Article) -> str:
    """A stable id: from the address; without one, from the address that the page states; else from what it says.

    The stated (canonical) address comes second because publishers' templates sometimes state one and the same for
    every page, which would make one article of all. It comes first where it plainly names this very page
    (`names_same_page`): that joins mobile and AMP pages whose path differs, and drops parameters that no list names.
    """
    if article.url and article.canonical_url and names_same_page(article.url, article.canonical_url):
        return url_key(article.canonical_url)
    for address in (article.url, article.canonical_url):
        if address:
            return url_key(address)
    words = "\x00".join((article.publisher or "", article.title or "", *article.body)) or article.id
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def original_id(article: Article) -> str | None:
    """The id that the original of a copy has; None for a page that names no original.

    A path that names the article by itself is taken without its parameters: links of portals add their own.
    """
    if not article.original_url:
        return None
    path = urlsplit(article.original_url).path
    return url_key(article.original_url.partition("?")[0] if _names_article(path) else article.original_url)


def names_same_page(url: str, stated: str) -> bool:
    """Whether the address that a page states for itself is its own in another spelling, told by what both hold.

    On the same site only. A mobile or AMP page: every number of its address is in the stated one, an article's number
    or a headline in words among them. Any page: the same path, which holds such a number or headline, and all that is
    missing are parameters other than a page's number.
    """
    here, there = normalise(url), normalise(stated)
    if here is None or there is None or here == there or site(here) != site(there):
        return False
    own, other = urlsplit(here), urlsplit(there)
    if is_other_layout(here):
        numbers = set(_DIGITS.findall(f"{own.path}?{own.query}"))
        held = set(_DIGITS.findall(f"{other.path}?{other.query}"))
        if numbers <= held and (any(map(_tells, numbers)) or _headline(own.path) == _headline(other.path) != ""):
            return True
    dropped = {pair.partition("=")[0].lower() for pair in set(own.query.split("&")) - set(other.query.split("&"))}
    return (
        own.path.rstrip("/") == other.path.rstrip("/")
        and set(other.query.split("&")) - {""} <= set(own.query.split("&"))
        and not dropped & _PAGES
        and _names_article(own.path)
    )


def _names_article(path: str) -> bool:
    """Whether the last segment of a path tells one article from all others: a long number, or a headline in words."""
    return any(map(_tells, _DIGITS.findall(_last(path)))) or _headline(path) != ""


def _tells(number: str) -> bool:
    return len(number) >= LEAST_NUMBER and not _DAY.fullmatch(number)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _headline(path: str) -> str:
    """The last path segment where it is a headline in words; else nothing."""
    last = _last(path)
    return last if len(re.findall(r"[^\W\d_]{2,}", last)) >= LEAST_WORDS else ""
