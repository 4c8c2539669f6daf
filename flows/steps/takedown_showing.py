"""Whether a list or a report shows what goes: told by its links and headlines, each looked up in a set."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PARTS = re.compile(r"[<>\"\[\]]")  # of markup, attributes, CDATA sections and JSON
_WORDS = re.compile(r"[\s'<>\"\[\]]+")


@dataclass(frozen=True, slots=True)
class Needles:
    """What is looked for: addresses without scheme and as paths, and headlines."""

    addresses: frozenset[str]
    headlines: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.addresses or self.headlines)


def needles(addresses: Iterable[str], headlines: Iterable[str]) -> Needles:
    """What to look for, from addresses in all their spellings and headlines. A bare `/` is no address of a page."""
    found: set[str] = set()
    for url in addresses:
        bare = url.partition("://")[2] or url
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        found |= {bare, path} if len(path) > 1 else set()
    return Needles(frozenset(found), frozenset(_squeezed(one) for one in headlines if len(one) > 1))


def shows(payload: bytes, wanted: Needles) -> bool:
    """Whether a feed, sitemap, page or JSON document holds one of the addresses as a link, or one of the headlines."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("cp949", "replace")
    text = html.unescape(text.replace("\\/", "/"))
    links = {word.partition("://")[2] or word for word in set(_WORDS.split(text))}
    if links & wanted.addresses:
        return True
    return bool({_squeezed(part) for part in set(_PARTS.split(text))} & wanted.headlines)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
