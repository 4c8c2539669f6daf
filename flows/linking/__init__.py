"""Across articles: copies, versions, reporters. Pure: texts, numbers and pairs in, verdicts out."""
