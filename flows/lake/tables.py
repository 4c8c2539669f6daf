"""Every table of the lake, declared once. docs/tables.md is written from here, and tested."""

import polars as pl

from flows.lake.accuracy_table import ACCURACY
from flows.lake.annotation_tables import ANNOTATION_TABLES, ANNOTATIONS
from flows.lake.archive_tables import ARCHIVE_READS
from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.copy_tables import COPY_TABLES
from flows.lake.export_tables import EXPORT_TABLES
from flows.lake.history_tables import HISTORY_TABLES
from flows.lake.integrity_tables import INTEGRITY_TABLES
from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.registry_tables import REGISTRY_TABLES
from flows.lake.schema import INSTANT, Column, Table
from flows.lake.search_tables import SEARCH_TABLES
from flows.lake.story_tables import STORY_TABLES
from flows.lake.takedown_tables import TAKEDOWN_TABLES
from flows.lake.view_checks import VIEW_COLUMNS

SOURCES = Table(
    name="raw.sources",
    grain="one row per version of a source file",
    key=("source_id", "digest"),
    columns={
        "source_id": Column(pl.String, "name of the source file, a-z 0-9 -", is_required=True),
        "digest": Column(pl.String, "SHA-256 of the source's fields: a changed file is a new row", is_required=True),
        "name": Column(pl.String, "the publisher's own name", is_required=True),
        "name_en": Column(pl.String, "its name in English"),
        "kind": Column(pl.String, "publisher, portal, agency, import or url_list", is_required=True),
        "home": Column(pl.String, "address of its front page"),
        "lang": Column(pl.String, "BCP 47, of most of its articles"),
        "country": Column(pl.String, "ISO 3166 alpha-2"),
        "timezone": Column(pl.String, "IANA zone in which its days are counted", is_required=True),
        "is_sample": Column(pl.Boolean, "true for the made-up press that ships with the project", is_required=True),
        "loaded_at": Column(INSTANT, "when this version was first used", is_required=True),
        "batch_id": BATCH,
    },
)

LISTINGS = Table(
    name="raw.listings",
    grain="one row per URL, channel and thing said: a channel that says something new of a URL is a new row",
    key=("listing_id",),
    columns={
        "listing_id": Column(pl.String, "digest of channel, URL and what was said", is_required=True),
        "run_id": Column(pl.String, "run that saw it first", is_required=True),
        "source_id": Column(pl.String, "source whose channel lists it", is_required=True),
        "channel_kind": Column(pl.String, "feed, sitemap, section, url_list or import", is_required=True),
        "channel_url": Column(pl.String, "address of the channel; for imports the folder or file", is_required=True),
        "url": Column(pl.String, "normalised address; for imports without one, the input's path", is_required=True),
        "url_raw": Column(pl.String, "address as listed", is_required=True),
        "url_key": Column(pl.String, "key under which spellings of one address meet", is_required=True),
        "title": Column(pl.String, "headline as listed"),
        "stated_at": Column(INSTANT, "publication as listed"),
        "stated_modified_at": Column(INSTANT, "last change as listed"),
        "stated_raw": Column(pl.String, "date as printed"),
        "publication": Column(pl.String, "publication's name in a Google News sitemap"),
        "lang": Column(pl.String, "language as listed"),
        "listed_at": Column(INSTANT, "when it was first seen there", is_required=True),
        "batch_id": BATCH,
    },
)

FETCHES = Table(
    name="raw.fetches",
    grain="one row per run and URL (or saved input): the ledger of what became of it",
    key=("run_id", "kind", "url_key"),
    columns={
        "run_id": Column(pl.String, "run of the ingest or backfill flow", is_required=True),
        "url_key": Column(
            pl.String,
            "key of the address, or of the saved input; for robots and tdmrep of its exact spelling",
            is_required=True,
        ),
        "url": Column(pl.String, "address asked for, or the input's path", is_required=True),
        "source_id": Column(pl.String, "source that it was asked for", is_required=True),
        "kind": Column(pl.String, "article, channel, robots or tdmrep", is_required=True),
        "state": Column(
            pl.String, "stored, unchanged, duplicate, skipped, retry_later, failed or quarantined", is_required=True
        ),
        "reason": Column(pl.String, "from a closed list; docs/outcomes.md says what to do", is_required=True),
        "detail": Column(pl.String, "one sentence for a person"),
        "attempts": Column(pl.Int32, "requests sent for it in this run", is_required=True),
        "wire_bytes": Column(pl.Int64, "bytes received", is_required=True),
        "capture_id": Column(pl.String, "the capture it ended in, if any"),
        "listed_count": Column(pl.Int64, "addresses that a channel listed in this run; null for what is no channel"),
        "started_at": Column(INSTANT, "first attempt", is_required=True),
        "ended_at": Column(INSTANT, "when it was settled", is_required=True),
        "batch_id": BATCH,
    },
)

CAPTURES = Table(
    name="raw.captures",
    grain="one row per WARC record that holds, or by revisit repeats, a payload",
    key=("capture_id",),
    columns={
        "capture_id": Column(pl.String, "WARC-Record-ID", is_required=True),
        "kind": Column(pl.String, "article, channel, robots or tdmrep", is_required=True),
        "source_id": Column(pl.String, "source that it was fetched for", is_required=True),
        "record_type": Column(pl.String, "response, revisit or resource", is_required=True),
        "url": Column(pl.String, "address asked for, or the input's path", is_required=True),
        "url_key": Column(pl.String, "key of the address", is_required=True),
        "final_url": Column(pl.String, "address after redirects; null for a saved page without one"),
        "captured_at": Column(INSTANT, "when it was fetched, or saved", is_required=True),
        "status": Column(pl.Int32, "HTTP status"),
        "content_type": Column(pl.String, "as served"),
        "etag": Column(pl.String, "validator for the next conditional request"),
        "last_modified": Column(pl.String, "validator for the next conditional request"),
        "payload_sha256": Column(pl.String, "of the payload as stored, hex", is_required=True),
        "payload_bytes": Column(pl.Int64, "length of the payload as stored", is_required=True),
        "warc_file": Column(pl.String, "WARC file, relative to the lake's warc folder", is_required=True),
        "warc_offset": Column(pl.Int64, "where the record begins, bytes", is_required=True),
        "warc_bytes": Column(pl.Int64, "length of the record's gzip member", is_required=True),
        "refers_to": Column(pl.String, "revisit: the capture whose payload it repeats"),
        "truncated": Column(pl.String, "WARC-Truncated: length, time, disconnect, unspecified"),
        "robots_capture_id": Column(pl.String, "the robots.txt in force, as captured"),
        "ip": Column(pl.String, "address really connected to"),
        "batch_id": BATCH,
    },
)

ARTICLES = Table(
    name="staging.articles",
    grain="one row per capture offered to the extractor, and again where it was lost and tried again",
    key=("capture_id", "extractor", "attempt"),
    columns={
        "capture_id": CAPTURE,
        "article_id": ARTICLE,
        "source_id": Column(pl.String, "source that it was fetched for", is_required=True),
        "url": Column(pl.String, "address after redirects, or as given with a saved page"),
        "canonical_url": Column(pl.String, "address as the page states it, normalised"),
        "original_url": Column(pl.String, "address of the original, where the page says that it is a copy"),
        "original_article_id": Column(pl.String, "article_id that the original has, if it is here"),
        "captured_at": Column(INSTANT, "when the page was fetched, or saved", is_required=True),
        "attempt": Column(
            pl.Int32, "1, and one more each time that a page was tried again; null in rows of older lakes = 1"
        ),
        "outcome": Column(pl.String, "ok, or why there is no article (docs/outcomes.md)", is_required=True),
        "reason": Column(pl.String, "short reason beside the outcome"),
        "lang": Column(pl.String, "BCP 47, of the body"),
        "publisher": Column(pl.String, "the news organisation"),
        "portal": Column(pl.String, "portal that shows the article, when it is not the publisher"),
        "title": Column(pl.String, "headline without site suffix and markers"),
        "title_markers": Column(pl.List(pl.String), "markers taken off the headline: 속보, 단독, 종합"),
        "subtitle": Column(pl.List(pl.String), "deck lines"),
        "section": Column(pl.String, "the publisher's own"),
        "published_at": Column(INSTANT, "publication as the page states it"),
        "published_date": Column(pl.Date, "day of publication in the publisher's zone"),
        "published_precision": Column(pl.String, "second, minute or day"),
        "published_source": Column(pl.String, "where on the page it was read"),
        "published_stated": Column(pl.String, "ISO 8601 with the publisher's offset"),
        "modified_at": Column(INSTANT, "last change as the page states it"),
        "authors": Column(
            pl.List(pl.Struct({"name": pl.String, "role": pl.String, "email": pl.String})), "people credited"
        ),
        "body": Column(pl.List(pl.String), "paragraphs in order, sub-headings included"),
        "body_chars": Column(pl.Int64, "characters of the body", is_required=True),
        "text_sha256": Column(
            pl.String, "digest of headline and body, each paragraph on its line; null in rows of older lakes"
        ),
        "paragraph_count": Column(pl.Int32, "paragraphs of the body; null in rows of older lakes"),
        "captions": Column(
            pl.List(pl.Struct({"text": pl.String, "credit": pl.String, "url": pl.String})), "pictures' words"
        ),
        "links": Column(pl.List(pl.Struct({"url": pl.String, "text": pl.String})), "links inside the body"),
        "related_headlines": Column(
            pl.List(pl.Struct({"publisher": pl.String, "title": pl.String, "url": pl.String})),
            "headlines of other articles on the page",
        ),
        "comment_count": Column(pl.Int64, "as the page states it"),
        "topics": Column(pl.List(pl.String), "publisher's tags"),
        "is_paywalled": Column(pl.Boolean, "the page says that the text is for subscribers"),
        "rights_holder": Column(pl.String, "who holds the rights, by the notice"),
        "rights_reproduction": Column(pl.String, "prohibited, permission_required, allowed; null = not stated"),
        "rights_redistribution": Column(pl.String, "prohibited, permission_required, allowed; null = not stated"),
        "rights_ai_training": Column(pl.String, "prohibited, permission_required, allowed; null = not stated"),
        "rights_notice": Column(pl.String, "written notice as printed"),
        "rights_signals": Column(
            pl.List(
                pl.Struct(
                    {
                        "source": pl.String,
                        "scope": pl.String,
                        "use": pl.String,
                        "value": pl.String,
                        "raw": pl.String,
                    }
                )
            ),
            "every statement found, machine-readable or written, with where",
        ),
        "method": Column(pl.String, "which way gave the body"),
        "machine_written": Column(pl.List(pl.String), "lines that the page says a machine wrote; none is in the body"),
        "corrections": Column(pl.List(pl.String), "paragraphs of the body that correct this or another article"),
        "charset_declared": Column(pl.String, "encoding as labelled"),
        "charset_used": Column(pl.String, "encoding that gave the text"),
        "replacement_share": Column(pl.Float64, "share of replacement characters, 0 to 1"),
        "is_truncated": Column(pl.Boolean, "the page was cut"),
        "extractor": Column(pl.String, "name and version of what made the row", is_required=True),
        "extracted_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
)

BATCHES = Table(
    name="ops.batches",
    grain="one row per committed batch: a batch id is committed once, a retry is a no-op",
    key=("batch_id",),
    columns={
        "batch_id": Column(pl.String, "digest of what the batch holds", is_required=True),
        "stage": Column(pl.String, "flow that made it", is_required=True),
        "run_id": Column(pl.String, "run that made it", is_required=True),
        "files": Column(
            pl.List(pl.Struct({"table": pl.String, "path": pl.String, "sha256": pl.String, "row_count": pl.Int64})),
            "Parquet files it brought, relative to the lake's files folder, with SHA-256",
        ),
        "row_count": Column(pl.Int64, "rows in all files", is_required=True),
        "committed_at": Column(INSTANT, "when", is_required=True),
    },
)
RUNS = Table(
    name="ops.runs",
    grain="one row per finished run of a flow",
    key=("run_id", "stage"),
    columns={
        "run_id": Column(pl.String, "the Prefect flow run's id", is_required=True),
        "stage": Column(pl.String, "flow", is_required=True),
        "started_at": Column(INSTANT, "when it began", is_required=True),
        "ended_at": Column(INSTANT, "when it ended", is_required=True),
        "counts": Column(
            pl.List(pl.Struct({"what": pl.String, "outcome": pl.String, "count": pl.Int64})),
            "what came of the run's inputs, each outcome with its count",
        ),
    },
)

TABLES = (
    SOURCES,
    LISTINGS,
    FETCHES,
    CAPTURES,
    ARTICLES,
    ANNOTATIONS,
    *ANNOTATION_TABLES,
    *COPY_TABLES,
    *HISTORY_TABLES,
    *STORY_TABLES,
    *REGISTRY_TABLES,
    *SEARCH_TABLES,
    BATCHES,
    RUNS,
    VIEW_COLUMNS,
    *EXPORT_TABLES,
    *INTEGRITY_TABLES,
    *TAKEDOWN_TABLES,
    ARCHIVE_READS,
    ACCURACY,
    *KEPT_TABLES,
)
BY_NAME = {table.name: table for table in TABLES}
