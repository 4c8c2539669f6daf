"""The tables of annotations, declared once: the ledger of annotating, and one long table a kind of annotation."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.schema import FILE_BYTES, INSTANT, Column, Layout, Table

_EXTRACTOR = Column(pl.String, "name and version of what read the text: offsets hold in that text", is_required=True)
_ANNOTATOR = Column(pl.String, "names and versions of the enrichers", is_required=True)
_MENTIONS = Column(
    pl.List(pl.Struct({"paragraph": pl.Int32, "start": pl.Int32, "end": pl.Int32})),
    "where the name stands: body paragraph from 0, -1 headline, -2 and below captions; start and end in characters",
)
_CONFIDENCE = Column(pl.Float64, "how sure the rule is, 0 to 1")

ANNOTATIONS = Table(
    name="staging.annotations",
    grain="one row per article text offered to the annotator, whatever came of it",
    key=("capture_id", "extractor", "annotator"),
    columns={
        "capture_id": CAPTURE,
        "article_id": ARTICLE,
        "outcome": Column(pl.String, "ok, or why there are no annotations", is_required=True),
        "reason": Column(pl.String, "short reason beside the outcome"),
        "people_count": Column(pl.Int32, "rows in staging.people", is_required=True),
        "quote_count": Column(pl.Int32, "rows in staging.quotes", is_required=True),
        "annotation_count": Column(pl.Int32, "rows in all annotation tables", is_required=True),
        "extractor": _EXTRACTOR,
        "annotator": _ANNOTATOR,
        "annotated_at": Column(INSTANT, "when it was made", is_required=True),
        "batch_id": BATCH,
    },
)


_BY_SPEAKER = Layout(("speaker_name", "speaker"), row_group_rows=30_720, file_bytes=FILE_BYTES)
"""What somebody said lies together once files are merged. Of two million quotes, those of one person with all columns
take 5 ms so, 70 where every group of rows holds some of them (two threads); groups of 8,192 or 30,720 rows alike."""


def _annotation(name: str, grain: str, columns: dict[str, Column], layout: Layout | None = None) -> Table:
    """A long table of annotations: the same frame of columns around its own."""
    return Table(
        name=f"staging.{name}",
        grain=grain,
        key=("capture_id", "extractor", "annotator", "number"),
        columns={
            "capture_id": CAPTURE,
            "article_id": ARTICLE,
            "number": Column(pl.Int32, "from 0 within the article", is_required=True),
            **columns,
            "extractor": _EXTRACTOR,
            "annotator": _ANNOTATOR,
            "batch_id": BATCH,
        },
        layout=layout,
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
    _BY_SPEAKER,
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
    _BY_SPEAKER,
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
        "decided_by": Column(pl.String, "who decided it: appointed, chose, charged, judged"),
        "what": Column(pl.String, "post, prize, contest, charge, sentence, product, offer, result"),
        "happened_on": Column(pl.String, "day or interval as in staging.dates; null = not stated"),
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
