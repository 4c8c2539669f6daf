"""What stands beside the search in a lake: articles, annotations and listings of the made-up corpus.

Names are drawn by Zipf's law: 30,000 people, 5,000 organisations, 300 places; of each article one or two people, two
organisations, a place, two pieces of direct and one of indirect speech. A third of the people have a favourite
organisation, so that some pairs are more than chance.
"""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from flows.lake import batches
from flows.lake.batches import Writer
from flows.lake.schema import INSTANT, Table
from flows.lake.tables import BY_NAME, SOURCES

PEOPLE, ORGANISATIONS, PLACES = 30_000, 5_000, 300
OUTLETS = 60
VERSION = "bench"
_SYLLABLES = [chr(0xAC00 + (i * 257) % 11172) for i in range(200)]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def person(number: int) -> str:
    """The name of a person, the most often named first."""
    return (
        f"{_SYLLABLES[number % 20]}{_SYLLABLES[number // 200 % 200]}{_SYLLABLES[number % 200]}{number // 40_000 or ''}"
    )


def sources(writer: Writer) -> None:
    """One source an outlet."""
    rows = [
        {
            "source_id": f"s{i:02d}",
            "digest": "d",
            "name": f"신문{i:02d}",
            "kind": "publisher",
            "timezone": "Asia/Seoul",
            "is_sample": False,
            "loaded_at": _NOW,
        }
        for i in range(OUTLETS)
    ]
    writer.commit_rows("bench", "bench", "bench-sources", [(SOURCES, rows)])


def store(writer: Writer, texts: pl.DataFrame, first: int) -> None:
    """Commit all that a run knows of some texts: (number, publisher, published_date, title, text, length) each."""
    batch = f"bench-facts-{first:09d}"
    files = [
        batches.write_frame(writer.lake, BY_NAME[name], _shaped(BY_NAME[name], frame), batch)
        for name, frame in _frames(texts, first, batch).items()
    ]
    writer.commit("bench", "bench", batch, files)


def _frames(texts: pl.DataFrame, first: int, batch: str) -> dict[str, pl.DataFrame]:
    random = np.random.default_rng(first)
    base = texts.select(
        "number",
        "publisher",
        "published_date",
        "title",
        capture_id=pl.format("c{}", "number"),
        article_id=pl.format("a{}", "number"),
        source_id=pl.format("s{}", pl.col("publisher").str.tail(2)),
        url=pl.format("https://x.example/{}", "number"),
        url_key=pl.format("x.example/{}", "number"),
        captured_at=pl.col("published_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(INSTANT),
        body=pl.concat_list("text"),
        text_sha256=pl.format("{}", pl.col("text").hash()),
        body_chars=pl.col("text").str.len_chars().cast(pl.Int64),
        batch_id=pl.lit(batch),
        extractor=pl.lit(VERSION),
        annotator=pl.lit(VERSION),
        outcome=pl.lit("ok"),
    )
    at = pl.col("captured_at")
    said = _named(base, random, 3, PEOPLE, person).with_columns(
        text=pl.format("{}라고 말한 것", "name"), speaker="name", speaker_name="name", speaker_type=pl.lit("person"),
        verb=pl.lit("말했다"), paragraph=pl.lit(0), start=pl.lit(0), end=pl.lit(9), confidence=pl.lit(0.9),
    )  # fmt: skip
    return {
        "raw.listings": base.with_columns(
            listing_id="capture_id", run_id=pl.lit("bench"), channel_kind=pl.lit("feed"), channel_url="source_id",
            url_raw="url", listed_at=at, stated_at=at,
        ),
        "raw.fetches": base.with_columns(
            run_id=pl.lit("bench"), kind=pl.lit("article"), state=pl.lit("stored"), reason=pl.lit("ok"),
            attempts=pl.lit(1), wire_bytes=pl.lit(1), started_at=at, ended_at=at,
        ),
        "raw.captures": base.with_columns(
            kind=pl.lit("article"), record_type=pl.lit("response"), payload_sha256="capture_id",
            payload_bytes=pl.lit(1), warc_file=pl.lit("w"), warc_offset=pl.lit(0), warc_bytes=pl.lit(1),
        ),
        "staging.articles": base.with_columns(attempt=pl.lit(1), lang=pl.lit("ko"), extracted_at=at),
        "staging.annotations": base.with_columns(
            people_count=pl.lit(2), quote_count=pl.lit(2), annotation_count=pl.lit(8), annotated_at=at
        ),
        "staging.people": _named(base, random, 2, PEOPLE, person).with_columns(is_former=pl.lit(False)),
        "staging.organisations": _named(base, random, 2, ORGANISATIONS, "기관{}".format),
        "staging.places": _named(base, random, 1, PLACES, "곳{}".format),
        "staging.quotes": said.filter(pl.col("number") < 2),
        "staging.statements": said.filter(pl.col("number") == 2),
    }  # fmt: skip


def _named(base: pl.DataFrame, random: np.random.Generator, each: int, names: int, name: object) -> pl.DataFrame:
    """`each` names an article, numbered from 0, the first ones far more often than the last."""
    weights = np.cumsum(1.0 / (np.arange(names) + 5.0))
    drawn = np.searchsorted(weights / weights[-1], random.random(base.height * each)).clip(0, names - 1)
    written = pl.Series("name", [name(number) for number in range(names)])  # type: ignore[operator]
    rows = base.select("capture_id", "article_id", "extractor", "annotator", "batch_id")
    return pl.concat([rows.with_columns(number=pl.lit(place, pl.Int32)) for place in range(each)]).with_columns(
        name=written.gather(drawn)
    )


def _shaped(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The table's columns in order; those that were not made are null."""
    return frame.select(
        (pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name))
        for name, dtype in table.schema.items()
    )
