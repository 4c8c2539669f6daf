"""Tables of takedown: the orders, what must not come back, and WARC records that wait to be cut out of their files.

None of them holds what an order was against: addresses, names and pages are kept as digests, by which a thing that is
met again is recognised, and from which it cannot be read.
"""

import polars as pl

from flows.lake.schema import INSTANT, Column, Table

TAKEDOWNS = Table(
    name="ops.takedowns",
    grain="one row per order of takedown that was carried out",
    key=("order_id",),
    columns={
        "order_id": Column(pl.String, "random id", is_required=True),
        "kind": Column(pl.String, "urls, person or publisher", is_required=True),
        "scope": Column(
            pl.String, "articles: they went whole", is_required=True),
        "named_sha256": Column(
            pl.List(pl.String), "digests of what was named: address keys, the name, the publisher", is_required=True
        ),
        "ordered_by": Column(pl.String, "who asked for it: court, person, publisher, with their reference",
                             is_required=True),
        "reason": Column(pl.String, "why, as given", is_required=True),
        "taken_by": Column(pl.String, "account on the machine that did it", is_required=True),
        "taken_at": Column(INSTANT, "when the rows were gone from tables, views and search", is_required=True),
        "article_count": Column(pl.Int64, "articles taken down whole", is_required=True),
        "counts": Column(
            pl.List(pl.Struct({"table": pl.String, "row_count": pl.Int64})),
            "rows deleted or cleaned, by table", is_required=True,
        ),
        "erased_at": Column(
            INSTANT, "when maintain had removed the bytes from WARC, Parquet, snapshots and catalogue; null = not yet"
        ),
    },
)  # fmt: skip
TOMBSTONES = Table(
    name="ops.tombstones",
    grain="one row per order and thing that must not be gathered, imported or read again",
    key=("order_id", "kind", "value"),
    columns={
        "order_id": Column(pl.String, "order (ops.takedowns)", is_required=True),
        "kind": Column(
            pl.String,
            "url (key of an address), payload (SHA-256 of a page as stored), site (SHA-256 of a publisher's host), "
            "source or publisher (SHA-256 of its id or name)",
            is_required=True,
        ),
        "value": Column(pl.String, "the digest", is_required=True),
    },
)
TAKEDOWN_RECORDS = Table(
    name="ops.takedown_records",
    grain="one row per WARC record that maintain has still to cut out of its file",
    key=("capture_id",),
    columns={
        "capture_id": Column(pl.String, "WARC-Record-ID", is_required=True),
        "warc_file": Column(pl.String, "WARC file, relative to the lake's warc folder", is_required=True),
        "warc_offset": Column(pl.Int64, "where the record begins, bytes", is_required=True),
        "warc_bytes": Column(pl.Int64, "length of the record's gzip member", is_required=True),
        "is_repacked": Column(
            pl.Boolean, "the file without it is committed; the old one is still to be removed", is_required=True
        ),
    },
)
TAKEDOWN_TABLES = (TAKEDOWNS, TOMBSTONES, TAKEDOWN_RECORDS)
