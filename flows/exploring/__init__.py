"""Explore: what its pages ask, how they are drawn, and what of it may be shown. Values in, values out."""
