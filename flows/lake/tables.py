"""Every table of the lake, declared once. docs/tables.md is written from here, and tested."""

import polars as pl

from flows.lake.schema import INSTANT, Column, Table

_BATCH = Column(pl.String, "batch that brought the row (ops.batches)", is_required=True)
_CAPTURE = Column(pl.String, "WARC-Record-ID of the capture (raw.captures)", is_required=True)
_ARTICLE = Column(pl.String, "article that the capture shows; stable over captures of one article", is_required=True)
_MENTIONS = Column(
    pl.List(pl.Struct({"paragraph": pl.Int32, "start": pl.Int32, "end": pl.Int32})),
    "where the name stands: body paragraph from 0, -1 headline, -2 and below captions; start and end in characters",
)
_CONFIDENCE = Column(pl.Float64, "how sure the rule is, 0 to 1")
_EXTRACTOR = Column(pl.String, "name and version of what read the text: offsets hold in that text", is_required=True)
_ANNOTATOR = Column(pl.String, "names and versions of the enrichers", is_required=True)

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
        "batch_id": _BATCH,
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
        "batch_id": _BATCH,
    },
)

FETCHES = Table(
    name="raw.fetches",
    grain="one row per run and URL (or saved input): the ledger of what became of it",
    key=("run_id", "kind", "url_key"),
    columns={
        "run_id": Column(pl.String, "run of the ingest or backfill flow", is_required=True),
        "url_key": Column(pl.String, "key of the address, or of the saved input", is_required=True),
        "url": Column(pl.String, "address asked for, or the input's path", is_required=True),
        "source_id": Column(pl.String, "source that it was asked for", is_required=True),
        "kind": Column(pl.String, "article, channel or robots", is_required=True),
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
        "batch_id": _BATCH,
    },
)

CAPTURES = Table(
    name="raw.captures",
    grain="one row per WARC record that holds, or by revisit repeats, a payload",
    key=("capture_id",),
    columns={
        "capture_id": Column(pl.String, "WARC-Record-ID", is_required=True),
        "kind": Column(pl.String, "article, channel or robots", is_required=True),
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
        "batch_id": _BATCH,
    },
)

ARTICLES = Table(
    name="staging.articles",
    grain="one row per capture offered to the extractor, whatever came of it",
    key=("capture_id", "extractor"),
    columns={
        "capture_id": _CAPTURE,
        "article_id": _ARTICLE,
        "source_id": Column(pl.String, "source that it was fetched for", is_required=True),
        "url": Column(pl.String, "address after redirects, or as given with a saved page"),
        "canonical_url": Column(pl.String, "address as the page states it, normalised"),
        "captured_at": Column(INSTANT, "when the page was fetched, or saved", is_required=True),
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
        "charset_declared": Column(pl.String, "encoding as labelled"),
        "charset_used": Column(pl.String, "encoding that gave the text"),
        "replacement_share": Column(pl.Float64, "share of replacement characters, 0 to 1"),
        "is_truncated": Column(pl.Boolean, "the page was cut"),
        "extractor": Column(pl.String, "name and version of what made the row", is_required=True),
        "extracted_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": _BATCH,
    },
)

ANNOTATIONS = Table(
    name="staging.annotations",
    grain="one row per article text offered to the annotator, whatever came of it",
    key=("capture_id", "extractor", "annotator"),
    columns={
        "capture_id": _CAPTURE,
        "article_id": _ARTICLE,
        "outcome": Column(pl.String, "ok, or why there are no annotations", is_required=True),
        "reason": Column(pl.String, "short reason beside the outcome"),
        "people_count": Column(pl.Int32, "rows in staging.people", is_required=True),
        "quote_count": Column(pl.Int32, "rows in staging.quotes", is_required=True),
        "annotation_count": Column(pl.Int32, "rows in all annotation tables", is_required=True),
        "extractor": _EXTRACTOR,
        "annotator": _ANNOTATOR,
        "annotated_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": _BATCH,
    },
)


def _annotation(name: str, grain: str, columns: dict[str, Column]) -> Table:
    """A long table of annotations: the same frame of columns around its own."""
    return Table(
        name=f"staging.{name}",
        grain=grain,
        key=("capture_id", "extractor", "annotator", "number"),
        columns={
            "capture_id": _CAPTURE,
            "article_id": _ARTICLE,
            "number": Column(pl.Int32, "from 0 within the article", is_required=True),
            **columns,
            "extractor": _EXTRACTOR,
            "annotator": _ANNOTATOR,
            "batch_id": _BATCH,
        },
    )


PEOPLE = _annotation(
    "people",
    "one row per article and person named in it",
    {
        "name": Column(pl.String, "full name as written", is_required=True),
        "org": Column(pl.String, "organisation as the article states it near the name"),
        "role": Column(pl.String, "role as the article states it near the name"),
        "is_former": Column(pl.Boolean, "the article says 전 or former", is_required=True),
        "mentions": _MENTIONS,
        "confidence": _CONFIDENCE,
    },
)
ORGANISATIONS = _annotation(
    "organisations",
    "one row per article and organisation named in it",
    {
        "name": Column(pl.String, "name that the article uses most", is_required=True),
        "aliases": Column(pl.List(pl.String), "its other names in the article"),
        "mentions": _MENTIONS,
        "confidence": _CONFIDENCE,
    },
)
PLACES = _annotation(
    "places",
    "one row per article and place named in it",
    {
        "name": Column(pl.String, "as written", is_required=True),
        "aliases": Column(pl.List(pl.String), "its other names in the article"),
        "mentions": _MENTIONS,
        "lat": Column(pl.Float64, "latitude, WGS 84 degrees"),
        "lon": Column(pl.Float64, "longitude, WGS 84 degrees"),
        "country": Column(pl.String, "ISO 3166 alpha-2"),
        "confidence": _CONFIDENCE,
    },
)
QUOTES = _annotation(
    "quotes",
    "one row per piece of direct speech",
    {
        "text": Column(pl.String, "the words, without their marks", is_required=True),
        "speaker": Column(pl.String, "speaker as written"),
        "speaker_name": Column(pl.String, "the full name, resolved"),
        "speaker_type": Column(pl.String, "person, organisation, anonymous or crowd"),
        "verb": Column(pl.String, "verb of saying"),
        "paragraph": Column(pl.Int32, "body paragraph from 0; -1 headline", is_required=True),
        "start": Column(pl.Int32, "first character, mark included", is_required=True),
        "end": Column(pl.Int32, "one past the last character, mark included", is_required=True),
        "confidence": _CONFIDENCE,
    },
)
DATES = _annotation(
    "dates",
    "one row per calendar expression",
    {
        "text": Column(pl.String, "as written", is_required=True),
        "value": Column(pl.String, "2026-01-15, 2026-05, 2026, 2026-Q1 or an interval with a slash", is_required=True),
        "paragraph": Column(pl.Int32, "body paragraph from 0; -1 headline, -2 and below captions", is_required=True),
        "start": Column(pl.Int32, "first character", is_required=True),
        "end": Column(pl.Int32, "one past the last character", is_required=True),
        "confidence": _CONFIDENCE,
    },
)
_SPAN = {
    "paragraph": Column(pl.Int32, "body paragraph from 0; -1 headline, -2 and below captions", is_required=True),
    "start": Column(pl.Int32, "first character", is_required=True),
    "end": Column(pl.Int32, "one past the last character", is_required=True),
    "confidence": _CONFIDENCE,
}
STATEMENTS = _annotation(
    "statements",
    "one row per clause of indirect speech (`…다고 밝혔다`), in the reporter's words; direct speech is in quotes",
    {
        "text": Column(pl.String, "the stated clause, without the ending that reports it", is_required=True),
        "speaker": Column(pl.String, "speaker as written; null where the sentence leaves it out"),
        "speaker_name": Column(pl.String, "the full name, resolved"),
        "speaker_type": Column(pl.String, "person, organisation, anonymous or crowd"),
        "verb": Column(pl.String, "verb of saying; null behind `에 따르면` and nouns (`지적이 나온다`)"),
        **_SPAN,
    },
)
AMOUNTS = _annotation(
    "amounts",
    "one row per number with a unit",
    {
        "text": Column(pl.String, "as written, an interval whole", is_required=True),
        "kind": Column(
            pl.String,
            "money, percentage, percentage_point, count, measure, multiple or fraction",
            is_required=True,
        ),
        "value": Column(pl.Float64, "in the unit; of an interval the lower end", is_required=True),
        "value_to": Column(pl.Float64, "upper end of an interval, else null"),
        "unit": Column(pl.String, "ISO 4217 (money), UCUM (measures), English noun (counts); null = not told"),
        "qualifier": Column(pl.String, "about, at_least, over, at_most or under; null = exact as written"),
        **_SPAN,
    },
)
EVENTS = _annotation(
    "events",
    "one row per event told in an article; told twice with the same people it is one row",
    {
        "type": Column(
            pl.String,
            "appointment, resignation, award, selection, elimination, merger, contract, indictment, verdict, death, "
            "disaster, earnings, launch or refusal",
            is_required=True,
        ),
        "modality": Column(pl.String, "asserted, planned, denied or alleged", is_required=True),
        "who": Column(pl.List(pl.String), "whom it happened to, or who did it (resigned, won, launched, declined)"),
        "by": Column(pl.String, "who decided it: appointed, chose, charged, judged"),
        "what": Column(pl.String, "post, prize, contest, charge, sentence, product, offer, result"),
        "when": Column(pl.String, "day or interval as in staging.dates; null = not stated"),
        "reason": Column(pl.String, "as stated for those in `who`, and for nobody else"),
        "is_reason_inferred": Column(pl.Boolean, "the reporter supposes the reason", is_required=True),
        "text": Column(pl.String, "the sentence that tells it: the evidence", is_required=True),
        "trigger": Column(pl.String, "the words that tell it", is_required=True),
        **_SPAN,
    },
)
ALIASES = _annotation(
    "aliases",
    "one row per short form that an article introduces",
    {
        "short": Column(pl.String, "short form", is_required=True),
        "long": Column(pl.String, "what it stands for", is_required=True),
    },
)
KEYWORDS = _annotation(
    "keywords",
    "one row per article and telling term, best first",
    {
        "term": Column(pl.String, "term", is_required=True),
        "weight": Column(pl.Float64, "comparable within one article", is_required=True),
    },
)
ENTITIES = _annotation(
    "entities",
    "one row per entity span",
    {
        "text": Column(pl.String, "as written", is_required=True),
        "type": Column(pl.String, "PS, OG, LC, DT, TI or QT (KLUE)", is_required=True),
        "paragraph": Column(pl.Int32, "body paragraph from 0; -1 headline, -2 and below captions", is_required=True),
        "start": Column(pl.Int32, "first character", is_required=True),
        "end": Column(pl.Int32, "one past the last character", is_required=True),
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

ANNOTATION_TABLES = (
    PEOPLE,
    ORGANISATIONS,
    PLACES,
    QUOTES,
    STATEMENTS,
    DATES,
    AMOUNTS,
    EVENTS,
    ALIASES,
    KEYWORDS,
    ENTITIES,
)
TABLES = (SOURCES, LISTINGS, FETCHES, CAPTURES, ARTICLES, ANNOTATIONS, *ANNOTATION_TABLES, BATCHES, RUNS)
BY_NAME = {table.name: table for table in TABLES}
