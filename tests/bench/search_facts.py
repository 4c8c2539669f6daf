"""What stands beside the search in a lake: articles, annotations and listings of the made-up corpus.

Names are drawn by Zipf's law: 30,000 people, 5,000 organisations, 300 places; of each article two people, two
organisations, a place, two pieces of direct and one of indirect speech, a date (a third of them after publication),
eight keywords and four entities that are words of its text, and of every fifth an event. Three articles make a story;
every tenth is a copy of the one before.
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
KEYWORDS = 40_000
VERSION = "bench"
_SYLLABLES = [chr(0xAC00 + (i * 257) % 11172) for i in range(200)]
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PARTICLE = r"(?:은|는|이|가|을|를|의|에|에서|으로|와|과|도|만|까지)?\.?$"


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
    keywords = _named(base, random, 8, KEYWORDS, "낱말{}".format)
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
        "staging.keywords": keywords.with_columns(term="name", weight=1.0 / (pl.col("number") + 1)).unique(
            ["capture_id", "term"], maintain_order=True
        ),
        "staging.dates": base.with_columns(
            text=pl.lit("5일"), paragraph=pl.lit(0), start=pl.lit(0), end=pl.lit(2),
            value=(pl.col("published_date") + pl.duration(days=pl.col("number") % 9 - 5)).cast(pl.String),
            number=pl.lit(0),
        ),
        "staging.entities": _entities(base),
        "staging.events": base.filter(pl.col("number") % 5 == 0).with_columns(
            type=pl.when(pl.col("number") % 15 == 0).then(pl.lit("resignation")).otherwise(pl.lit("contract")),
            modality=pl.lit("asserted"), who=pl.concat_list("title"), text="title", trigger=pl.lit("x"),
            is_reason_inferred=pl.lit(False), paragraph=pl.lit(0), start=pl.lit(0), end=pl.lit(1), number=pl.lit(0),
        ),
        **_linked(base, first),
    }  # fmt: skip


def _entities(base: pl.DataFrame) -> pl.DataFrame:
    """The words of each text at four places in it, without their particles, as an organisation or a person."""
    words = base.select(
        "capture_id",
        "article_id",
        "extractor",
        "annotator",
        "batch_id",
        word=pl.col("body").list.first().str.split(" "),
    )
    parts = [
        words.with_columns(
            text=pl.col("word").list.get(place, null_on_oob=True).str.replace(_PARTICLE, ""),
            type=pl.lit("PS" if place == 0 else "OG"), number=pl.lit(place), paragraph=pl.lit(0),
            start=pl.lit(0), end=pl.lit(1),
        )
        for place in (0, 1, 2, 13)
    ]  # fmt: skip
    return pl.concat(parts).drop_nulls("text")


def _linked(base: pl.DataFrame, first: int) -> dict[str, pl.DataFrame]:
    """What `link` makes of the articles: stories, sketched texts, copies and their groups."""
    at, number = pl.col("captured_at"), pl.col("number")
    opened = number - number % 3
    placed = base.with_columns(
        story_id=pl.format("st{}", opened), news_at=at, opened_at=at, linker=pl.lit(VERSION), placed_at=at,
        outcome=pl.when(number % 3 == 0).then(pl.lit("opened")).otherwise(pl.lit("joined")),
        likeness=pl.lit(0.5), common_term_count=pl.lit(0),
        terms=pl.concat_list(
            pl.struct(
                kind=pl.lit(("person", "organisation", "place", "keyword")[n % 4]),
                term=pl.format("{}" + f"-{n % 4}", opened % 5_000), weight=pl.lit(9 - n, pl.Int32),
            )
            for n in range(6)
        ),
    )  # fmt: skip
    pairs = base.filter(number % 10 == 9).with_columns(
        first_number=number - 1, first_article_id=pl.format("a{}", number - 1), first_by=pl.lit("published"),
        shared_count=pl.lit(90), share_of_later=pl.lit(0.9), share_of_first=pl.lit(0.9), jaccard=pl.lit(0.8),
        linker=pl.lit(VERSION), compared_at=at,
    )  # fmt: skip
    compared = base.head(1).with_columns(
        from_number=pl.lit(first), through_number=pl.lit(first + base.height - 1), text_count=pl.lit(base.height),
        candidate_count=pl.lit(0), copy_count=pl.lit(pairs.height), limit_count=pl.lit(0), linker=pl.lit(VERSION),
        compared_at=at,
    )  # fmt: skip
    grouped = pl.concat(
        [pairs.select("article_id", "number", "batch_id", group="first_article_id"),
         pairs.select("batch_id", "first_number", group="first_article_id", article_id="first_article_id").select(
             "article_id", pl.col("first_number").alias("number"), "batch_id", "group")]
    )  # fmt: skip
    return {
        "staging.story_articles": placed,
        "staging.sketched": base.with_columns(
            article_batch_id="batch_id", shingle_count=pl.lit(200), sketcher=pl.lit(VERSION), sketched_at=at
        ),
        "staging.copies": pairs,
        "staging.copy_groups": grouped.with_columns(
            group_id="group", through_number=pl.lit(first + base.height - 1), linker=pl.lit(VERSION)
        ),
        "staging.compared": compared,
    }


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
