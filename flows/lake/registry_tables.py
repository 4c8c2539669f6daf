"""Tables of the registry of people, organisations and places: what articles name, and who stands behind the names."""

import polars as pl

from flows.lake.columns import ARTICLE, BATCH, CAPTURE
from flows.lake.schema import INSTANT, Column, Table

_NUMBER = Column(pl.Int64, "the annotated text (staging.registered)", is_required=True)
_TYPE = Column(pl.String, "person, organisation or place", is_required=True)
_NAME_KEY = Column(pl.String, "what the spellings of the name share", is_required=True)
_LINKER = Column(pl.String, "name and version of keys and joining", is_required=True)

REGISTERED = Table(
    name="staging.registered",
    grain="one row per annotated text whose names were taken into the registry",
    key=("number",),
    columns={
        "number": Column(pl.Int64, "order of arrival, from 1", is_required=True),
        "article_id": ARTICLE,
        "capture_id": CAPTURE,
        "extractor": Column(pl.String, "name and version of what read the text", is_required=True),
        "annotator": Column(pl.String, "names and versions of the enrichers", is_required=True),
        "captured_at": Column(INSTANT, "when the page was fetched, or saved", is_required=True),
        "annotated_at": Column(INSTANT, "when it was annotated", is_required=True),
        "publisher": Column(pl.String, "the news organisation; the source's name where the page does not state one"),
        "seen_date": Column(pl.Date, "day of publication, of capture where none is stated", is_required=True),
        "name_count": Column(pl.Int32, "rows in staging.entity_mentions", is_required=True),
        "unusable_count": Column(pl.Int32, "names passed over: no letter, or too long to be a name", is_required=True),
        "linker": _LINKER,
        "registered_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)
MENTIONS = Table(
    name="staging.entity_mentions",
    grain="one row per annotated text and name in it, other names of a body or place in the same text too",
    key=("number", "type", "annotation_number", "name_number"),
    columns={
        "number": _NUMBER,
        "type": _TYPE,
        "annotation_number": Column(pl.Int32, "number in staging.people, organisations or places", is_required=True),
        "name_number": Column(pl.Int32, "0 the name, from 1 its other names in the text", is_required=True),
        "name": Column(pl.String, "as written, without invisible characters", is_required=True),
        "name_key": _NAME_KEY,
        "main_name_key": Column(
            pl.String,
            "key of the name that the text gives the body or place beside this one; else name_key",
            is_required=True,
        ),
        "org": Column(pl.String, "people: organisation stated beside the name, as written"),
        "org_key": Column(pl.String, "its key; empty where none is stated, or nobody in particular", is_required=True),
        "role": Column(pl.String, "people: role stated beside the name"),
        "is_former": Column(pl.Boolean, "people: the article says 전 or former", is_required=True),
        "is_introduced": Column(pl.Boolean, "the text introduces this short form (`이하 …`)", is_required=True),
        "batch_id": BATCH,
    },
)
REGISTRY = Table(
    name="staging.registry",
    grain="one row per entity and state: what is known of one changes with new articles; the highest revision holds",
    key=("entity_id", "revision"),
    columns={
        "entity_id": Column(
            pl.String, "stable id; type and digest of the designation that the entity began with", is_required=True
        ),
        "revision": Column(pl.Int32, "1 for the first state", is_required=True),
        "type": _TYPE,
        "name": Column(pl.String, "the word list's where it has the entity, else the one used most", is_required=True),
        "names": Column(
            pl.List(
                pl.Struct(
                    {
                        "name": pl.String,
                        "name_key": pl.String,
                        "article_count": pl.Int64,
                        "publisher_count": pl.Int64,
                        "introduced_article_count": pl.Int64,
                        "introduced_publisher_count": pl.Int64,
                        "first_seen_date": pl.Date,
                        "last_seen_date": pl.Date,
                    }
                )
            ),
            "spellings in articles as they stand now, at most 100, most used first; joined ones and others",
        ),
        "designations": Column(
            pl.List(pl.Struct({"name_key": pl.String, "org_key": pl.String})),
            "keys of names, of people with the organisation beside it, that were joined; none is ever left out again",
        ),
        "article_count": Column(pl.Int64, "articles as they stand now that name the entity", is_required=True),
        "publisher_count": Column(pl.Int64, "publishers of these articles", is_required=True),
        "first_seen_date": Column(pl.Date, "day of the first article"),
        "last_seen_date": Column(pl.Date, "day of the last article"),
        "evidence": Column(
            pl.List(
                pl.Struct(
                    {
                        "kind": pl.String,
                        "value": pl.String,
                        "name_key": pl.String,
                        "article_count": pl.Int64,
                        "publisher_count": pl.Int64,
                    }
                )
            ),
            "why the designations are one: hand, word_list, introduced, same_article, same_organisation, same_company",
        ),
        "wikidata_id": Column(pl.String, "item of Wikidata, from data/gazetteer/wikidata.csv; null = not known"),
        "decided_by": Column(pl.String, "machine, or hand (data/registry/decisions.csv)", is_required=True),
        "why": Column(pl.String, "the kinds of evidence, or the reason that the hand gave", is_required=True),
        "merged_into": Column(pl.String, "the entity that this one turned out to be; null for all others"),
        "state_sha256": Column(
            pl.String, "digest of what the row tells: equal means nothing to tell", is_required=True
        ),
        "linker": _LINKER,
        "linked_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)
PICKS = Table(
    name="staging.entity_picks",
    grain="one row per text, person's name without organisation, and verdict on who is meant; the last revision holds",
    key=("number", "name_key", "revision"),
    columns={
        "number": _NUMBER,
        "name_key": _NAME_KEY,
        "org_key": Column(pl.String, "the person meant has this designation; null: it cannot be told (any more)"),
        "revision": Column(pl.Int32, "1 for the first verdict", is_required=True),
        "linker": _LINKER,
        "batch_id": BATCH,
    },
)
PASSES = Table(
    name="staging.registry_passes",
    grain="one row per pass over the registry: up to which text its names are joined",
    key=("pass_number",),
    columns={
        "pass_number": Column(pl.Int64, "from 1", is_required=True),
        "through_number": Column(pl.Int64, "last text joined", is_required=True),
        "decisions_sha256": Column(pl.String, "digest of data/registry/decisions.csv as followed", is_required=True),
        "linker": _LINKER,
        "joined_at": Column(INSTANT, "when", is_required=True),
        "batch_id": BATCH,
    },
)
REGISTRY_TABLES = (REGISTERED, MENTIONS, REGISTRY, PICKS, PASSES)
