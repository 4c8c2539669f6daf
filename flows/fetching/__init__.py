"""From a wanted URL to a capture: robots, politeness, the address guard, the client, and the WARC files."""
