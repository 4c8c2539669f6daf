"""From an article to its annotations: one enricher a file, pure and versioned. `annotator.annotate` is the way in."""
