"""Across articles: who ran whose copy. Pure: texts, numbers and pairs in, verdicts out; no lake, network or clock."""
