"""The table of what left the lake: one row for every export, with what was withheld and why."""

import polars as pl

from flows.lake.columns import BATCH
from flows.lake.schema import INSTANT, Column, Table

EXPORTS = Table(
    name="ops.exports",
    grain="one row per file that `sillok export` wrote",
    key=("export_id",),
    columns={
        "export_id": Column(pl.String, "digest of file, name and instant", is_required=True),
        "exported_at": Column(INSTANT, "when the file was complete", is_required=True),
        "exported_by": Column(pl.String, "account on the machine that did it", is_required=True),
        "what": Column(pl.String, "view of mart, marts (all of them, in one database) or query", is_required=True),
        "query": Column(pl.String, "the question, where what is query"),
        "format": Column(pl.String, "parquet, jsonl, csv, xlsx or duckdb", is_required=True),
        "purpose": Column(pl.String, "reproduction, redistribution or ai-training", is_required=True),
        "since_date": Column(pl.Date, "first day asked for; null = from the beginning"),
        "until_date": Column(pl.Date, "last day asked for; null = to the end"),
        "publishers": Column(pl.List(pl.String), "publishers asked for; empty = all"),
        "row_count": Column(pl.Int64, "rows written, over all tables of a database", is_required=True),
        "withheld": Column(
            pl.List(pl.Struct({"reason": pl.String, "count": pl.Int64})),
            "articles chosen whose text the verdict does not allow, by use and verdict",
        ),
        "is_left_out": Column(
            pl.Boolean, "such articles are left out whole (ai-training); false: only their text is", is_required=True
        ),
        "file_name": Column(pl.String, "name without folder", is_required=True),
        "file_bytes": Column(pl.Int64, "length", is_required=True),
        "file_sha256": Column(pl.String, "digest, hex", is_required=True),
        "snapshot_id": Column(pl.Int64, "snapshot of the lake that was read", is_required=True),
        "batch_id": BATCH,
    },
)
EXPORT_TABLES = (EXPORTS,)
