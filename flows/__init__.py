"""Sillok: gather news politely, keep every page as served, read it, annotate it, and question it in SQL."""

__version__ = "0.1.0"
