"""A text file with one URL a line. Pure."""

from flows.addresses import normalise
from flows.discovery.entries import Entries, Entry, gathered

MAX_URL_LIST_BYTES = 10_000_000


def read_url_list(text: str, faults: tuple[str | None, ...] = ()) -> Entries:
    """Read a URL list: blank lines and lines that begin with `#` are passed over, any other line is a whole address.

    A text sitemap (sitemaps.org/protocol.html#otherformats) has the same form. A text without one address is no list;
    lines that are not addresses beside others that are, are counted in the reason.
    """
    stripped = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    lines = [line for line in stripped if line and not line.startswith("#")]
    entries = [Entry(url=line) for line in lines if normalise(line) is not None]
    if lines and not entries:
        return gathered((), (*faults, "no line is a web address"))
    odd = len(lines) - len(entries)
    return gathered(entries, faults, (f"{odd} of {len(lines)} lines are not web addresses" if odd else None,))
