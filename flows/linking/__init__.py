"""Across articles: copies, versions, reporters, stories. Pure: texts, terms, numbers and pairs in, verdicts out."""
