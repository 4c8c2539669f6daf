"""The table of measured accuracy, as `data/accuracy.csv` states it. Declared here, listed in `tables`."""

import polars as pl

from flows.lake.columns import BATCH
from flows.lake.schema import INSTANT, Column, Table

ACCURACY = Table(
    name="raw.accuracy",
    grain="one row per figure and version of data/accuracy.csv; the version loaded last holds",
    key=("digest", "load_number", "mart", "field", "set", "figure"),
    columns={
        "digest": Column(pl.String, "SHA-256 of the file", is_required=True),
        "load_number": Column(pl.Int32, "1 for the first version that was loaded", is_required=True),
        "mart": Column(pl.String, "view that the figure is about", is_required=True),
        "field": Column(pl.String, "its column", is_required=True),
        "set": Column(pl.String, "what it was measured on; none = not measured", is_required=True),
        "set_size": Column(pl.Int64, "pages, sentences or rows that were judged"),
        "figure": Column(pl.String, "f1, exact_share, right_share, precision or recall", is_required=True),
        "value": Column(pl.Float64, "0 to 1; null = not measured"),
        "measured_date": Column(pl.Date, "when"),
        "made_by": Column(pl.String, "name and version of what was measured", is_required=True),
        "how": Column(pl.String, "command that gives the figure, or how it was taken", is_required=True),
        "loaded_at": Column(INSTANT, "when this version of the file came in", is_required=True),
        "batch_id": BATCH,
    },
)
