"""How far the WARC files of lists (Common Crawl News and others) have been read."""

from collections.abc import Sequence

import duckdb
import polars as pl

from flows.lake.columns import BATCH
from flows.lake.schema import INSTANT, Column, Table

ARCHIVE_READS = Table(
    name="ops.archive_reads",
    grain="one row per stretch of a listed WARC file that was read and committed",
    key=("archive", "begin_byte", "run_id"),
    columns={
        "archive": Column(pl.String, "the file, as its list names it", is_required=True),
        "begin_byte": Column(pl.Int64, "where the stretch begins", is_required=True),
        "end_byte": Column(pl.Int64, "from where the next run reads on", is_required=True),
        "is_done": Column(pl.Boolean, "whether the file was read to its end", is_required=True),
        "left_out_count": Column(
            pl.Int64,
            "pages that this run passed over in the file up to here: not of the hosts asked for",
            is_required=True,
        ),
        "run_id": Column(pl.String, "run that read it", is_required=True),
        "read_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
    has_own_keys=True,
)


def places(connection: duckdb.DuckDBPyConnection, archives: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """File -> from where it is read on, and whether it is done; files that nobody has read are not in it."""
    asked = pl.DataFrame({"archive": list(archives)}, schema={"archive": pl.String})  # noqa: F841 - read by DuckDB
    rows = connection.execute(
        "SELECT archive, max(end_byte), bool_or(is_done) FROM lake.ops.archive_reads SEMI JOIN asked USING (archive) "
        "GROUP BY archive"
    ).fetchall()
    return {archive: (end, is_done) for archive, end, is_done in rows}
