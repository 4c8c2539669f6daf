"""Tables by which the lake is held against what was written: hashes beside the ledger's, and what repair dealt with."""

import polars as pl

from flows.lake.columns import BATCH
from flows.lake.schema import INSTANT, Column, Table

SEALED = Table(
    name="ops.sealed",
    grain="one row per stretch of a file that ops.batches has no SHA-256 of: WARC files, files that DuckLake wrote",
    key=("path", "begin_byte", "sealed_at"),
    columns={
        "path": Column(pl.String, "file, relative to the lake's folder", is_required=True),
        "begin_byte": Column(
            pl.Int64,
            "where the stretch begins; a later row that begins at 0 stands for all before it",
            is_required=True,
        ),
        "end_byte": Column(pl.Int64, "where it ends, exclusive", is_required=True),
        "sha256": Column(pl.String, "of the bytes between, hex", is_required=True),
        "sealed_at": Column(INSTANT, "when it was hashed: as the writer that made it left", is_required=True),
        "batch_id": BATCH,
    },
    has_own_keys=True,
)

REPAIRS = Table(
    name="ops.repairs",
    grain="one row per damage that `sillok repair` dealt with, and what became of it",
    key=("run_id", "what", "name", "begin_byte", "fault", "capture_id"),
    columns={
        "run_id": Column(pl.String, "run that repaired", is_required=True),
        "what": Column(pl.String, "catalogue, parquet or warc", is_required=True),
        "name": Column(pl.String, "file, relative to the lake's folder, or table", is_required=True),
        "begin_byte": Column(pl.Int64, "where in the file; null where it is the whole of it"),
        "fault": Column(pl.String, "what was wrong, from a closed list; docs/integrity.md says more", is_required=True),
        "capture_id": Column(pl.String, "the capture whose record is lost, if it is one"),
        "action": Column(pl.String, "restored, made_again, sealed_again or lost", is_required=True),
        "detail": Column(pl.String, "one sentence for a person", is_required=True),
        "lost_count": Column(pl.Int64, "rows or records that could not be had again", is_required=True),
        "repaired_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
    has_own_keys=True,
)

INTEGRITY_TABLES = (SEALED, REPAIRS)
