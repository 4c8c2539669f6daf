"""From a publisher's channels (feeds, sitemaps, sections, URL lists) to listings. No network: bytes in, rows out."""
