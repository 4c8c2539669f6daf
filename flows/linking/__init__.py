"""Across articles: copies, versions, reporters."""
