"""What was taken down and must not come back: asked before anything is fetched, listed or imported."""

import hashlib
from dataclasses import replace

import duckdb

from flows.addresses import site, url_key
from flows.discovery.listing import Listing
from flows.fetching.attempts import TAKEN_DOWN_SAYS as SAYS
from flows.lake import takedown_finding

__all__ = ["SAYS", "Tombstones", "digest", "is_veiled", "veil"]

PREFIX = "urn:sillok:taken-down:"
"""What stands for an address in listings and ledger once it may not be named any more; its key follows."""


def digest(text: str) -> str:
    """How names, hosts and sources stand in ops.tombstones."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class Tombstones:
    """The tombstones of a lake, read once a run."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._values = takedown_finding.tombstones(connection)

    def stops(self, url: str) -> bool:
        """Whether an address must not be asked for: itself in any spelling, or its publisher's whole site."""
        if url_key(url) in self._of("url"):
            return True
        sites = self._of("site")
        labels = site(url).split(".") if sites else []
        return any(digest(".".join(labels[at:])) in sites for at in range(len(labels)))

    def stops_source(self, source_id: str) -> bool:
        """Whether a source is one whose publisher was taken down."""
        return digest(source_id) in self._of("source")

    def stops_payload(self, payload: bytes) -> bool:
        """Whether a page is, byte for byte, one that was taken down."""
        held = self._of("payload")
        return bool(held) and hashlib.sha256(payload).hexdigest() in held

    def veiled(self, listing: Listing) -> Listing:
        """A listing as it may be kept: of what was taken down neither address nor headline."""
        if not self.stops(listing.url):
            return listing
        name = veil(listing.url)
        return replace(listing, url=name, url_raw=name, title=None, stated_raw=None)

    def _of(self, kind: str) -> frozenset[str]:
        return self._values.get(kind, frozenset())


def veil(url: str) -> str:
    """The name under which the ledger knows an address that was taken down."""
    return f"{PREFIX}{url_key(url)}"


def is_veiled(url: str) -> bool:
    """Whether a listing's address is such a name."""
    return url.startswith(PREFIX)
