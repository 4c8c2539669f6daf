"""Asking hosts for /.well-known/tdmrep.json: where it lies, how much of it is taken, whom to ask.

It tells how pages may be used, not whether they may be fetched, so pages never wait for it: a host is asked once pages
of it have come, at most once a day. `flows/extraction/tdmrep.py` reads it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

KIND = "tdmrep"
PATH = "/.well-known/tdmrep.json"
MAX_BYTES = 2**18 + 4096  # of a body; more than the reader takes, so that it can tell that the file was too long


def origin_of(url: str) -> str:
    """Host, with its port where one is named, of a URL in normal form: what a file speaks for, by http or https."""
    return urlsplit(url).netloc


def tdmrep_url(url: str) -> str:
    """Where the file of a URL's host lies, asked for the way the URL was."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{PATH}"


def may_lead_to_one(url: str) -> bool:
    """Whether a redirect is worth following: sites send every path that they lack to a page."""
    return urlsplit(url).path.lower().endswith(".json")


class TdmrepBook:
    """Whom a run need not ask any more."""

    def __init__(self, asked: Iterable[str] = ()) -> None:
        """`asked` are the addresses that were asked for today already."""
        self._asked = set(map(origin_of, asked))

    def claim(self, url: str) -> bool:
        """True once for a host, if it is to be asked: the caller asks it then."""
        origin = origin_of(url)
        if origin in self._asked:
            return False
        self._asked.add(origin)
        return True
