"""From a publisher's channels (feeds, sitemaps, section pages, URL lists) to listings. No network here: bytes in, rows out."""
