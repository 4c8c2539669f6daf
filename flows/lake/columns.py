"""Columns that several tables share, each declared once."""

import polars as pl

from flows.lake.schema import Column

BATCH = Column(pl.String, "batch that brought the row (ops.batches)", is_required=True)
CAPTURE = Column(pl.String, "WARC-Record-ID of the capture (raw.captures)", is_required=True)
ARTICLE = Column(pl.String, "article that the capture shows; stable over captures of one article", is_required=True)
