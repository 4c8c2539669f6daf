"""Made-up channels, and one way to read them."""

from datetime import UTC, datetime

from flows.discovery.listing import Channel, ChannelKind, ChannelReading
from flows.discovery.reading import read

NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
HOME = "https://www.maeari.example"


def reading(
    body: str | bytes,
    kind: ChannelKind = ChannelKind.FEED,
    *,
    url: str = f"{HOME}/rss/all.xml",
    link_pattern: str | None = None,
    content_type: str | None = None,
    timezone: str = "Asia/Seoul",
) -> ChannelReading:
    """Read one body as a channel of the made-up 매아리일보."""
    raw = body.encode() if isinstance(body, str) else body
    channel = Channel("maeari", kind, url, link_pattern)
    return read(channel, raw, content_type=content_type, timezone=timezone, now=NOW)


def rss(*items: str, head: str = "<title>매아리일보</title><language>ko</language>") -> str:
    """A feed of RSS 2.0 around some items."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'


def item(number: int, title: str = "제목", more: str = "") -> str:
    """One item of RSS."""
    return f"<item><title>{title}</title><link>{HOME}/news/{number}</link>{more}</item>"


def urlset(*urls: str) -> str:
    """A sitemap around some url elements."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">' + "".join(urls) + "</urlset>"
    )


def urls(found: ChannelReading) -> list[str]:
    """Addresses of a reading, in order."""
    return [listing.url for listing in found.listings]
