"""What the registry asks of the lake: names of new texts, what is counted under a name, and what is named beside it.

Everything is counted in DuckDB over narrow columns and handed over a shard of names at a time, so that what Python
holds is bounded by the shard. Temporary tables of one pass grow with the corpus, and DuckDB moves them to the disk
where they do not fit: `current_texts`, `home`, `frequency`, `items`. For the type in hand there is `dealt`, as large as
what is new, and for the shard `live`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

MAX_NAMES = 100
"""Spellings of one entity that its row keeps."""

Key = tuple[str, str]  # keys of a name and, for people, of the organisation beside it


@dataclass(frozen=True, slots=True)
class Counted:
    """What articles as they stand now say under one designation."""

    name_key: str
    org_key: str
    spellings: tuple[tuple[str, int], ...]
    article_count: int
    first_seen_date: date | None
    former_count: int


@dataclass(frozen=True, slots=True)
class Held:
    """The newest state of an entity in the lake."""

    revision: int
    state_sha256: str
    type: str
    name: str
    first_seen_date: date | None
    merged_into: str | None
    article_count: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that enough articles give one body or place."""

    short_key: str
    long_key: str
    kind: str  # introduced or same_article
    article_count: int
    publisher_count: int


def last_pass(connection: duckdb.DuckDBPyConnection, linker: str) -> tuple[int, int, str]:
    """Number of the last pass of any; and of this linker's last one through which text, after which decisions."""
    row = connection.execute(
        """
        SELECT coalesce(max(pass_number), 0), coalesce(max(through_number) FILTER (linker = $linker), 0),
               coalesce(arg_max(decisions_sha256, pass_number) FILTER (linker = $linker), '')
        FROM lake.staging.registry_passes
        """,
        {"linker": linker},
    ).fetchone()
    return (int(row[0]), int(row[1]), str(row[2])) if row else (0, 0, "")


def last_number(connection: duckdb.DuckDBPyConnection, linker: str) -> int:
    """Number of the last text that this linker took in; 0 where there is none."""
    row = connection.execute(
        "SELECT coalesce(max(number), 0) FROM lake.staging.registered WHERE linker = ?", [linker]
    ).fetchone()
    return int(row[0]) if row else 0


def begin_pass(connection: duckdb.DuckDBPyConnection, linker: str) -> None:
    """Make `current_texts`: of each article the newest text as this linker took it in."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE current_texts AS
        SELECT number, article_id, publisher, seen_date FROM lake.staging.registered WHERE linker = ?
        QUALIFY row_number() OVER (
            PARTITION BY article_id ORDER BY captured_at DESC, capture_id DESC, annotated_at DESC, number DESC) = 1
        """,
        [linker],
    )


def begin_type(
    connection: duckdb.DuckDBPyConnection, type_: str, linker: str, through_number: int, extra: Iterable[str]
) -> None:
    """Make `touched`: the names of one type of which there is something new, with all that share an entity with them.

    That is the names of new texts, and of the texts that these replace; and `extra` ones.
    """
    more = pl.DataFrame({"name_key": sorted(set(extra))}, schema={"name_key": pl.String})  # noqa: F841
    connection.execute(HELD_DESIGNATIONS, [type_])
    connection.execute(_TOUCHED, {"type": type_, "linker": linker, "through": through_number})


HELD_DESIGNATIONS = """
    CREATE OR REPLACE TEMP TABLE held_designations AS
    SELECT entity_id, decided_by, one.name_key AS name_key, one.org_key AS org_key
    FROM (
        FROM lake.staging.registry WHERE type = ?
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
    ), unnest(designations) AS held(one)
    WHERE merged_into IS NULL
"""
_TOUCHED = """
    CREATE OR REPLACE TEMP TABLE touched AS
    WITH articles AS (
        SELECT DISTINCT article_id FROM lake.staging.registered WHERE number > $through AND linker = $linker
    ),
    texts AS (
        SELECT number FROM lake.staging.registered SEMI JOIN articles USING (article_id) WHERE linker = $linker
    ),
    named AS (
        SELECT DISTINCT name_key FROM lake.staging.entity_mentions SEMI JOIN texts USING (number) WHERE type = $type
        UNION
        SELECT name_key FROM more
        UNION
        SELECT name_key FROM held_designations WHERE $through = 0  -- a new linker looks at all that the old one told
    )
    SELECT name_key FROM named
    UNION
    SELECT h.name_key FROM held_designations AS h
    SEMI JOIN (SELECT entity_id FROM held_designations SEMI JOIN named USING (name_key)) USING (entity_id)
"""


def hand_names(connection: duckdb.DuckDBPyConnection, type_: str) -> list[str]:
    """Keys of names whose entities a hand has decided about."""
    rows = connection.execute(
        """
        SELECT DISTINCT one.name_key FROM (
            FROM lake.staging.registry WHERE type = ?
            QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
        ), unnest(designations) AS held(one) WHERE decided_by = 'hand'
        """,
        [type_],
    ).fetchall()
    return [name for (name,) in rows]


def touched(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of `touched`, in order."""
    return [name for (name,) in connection.execute("SELECT name_key FROM touched ORDER BY 1").fetchall()]


def find_pairs(
    connection: duckdb.DuckDBPyConnection, type_: str, min_texts: int, min_publishers: int, min_share: float
) -> list[Pair]:
    """Names that enough articles give to one body or place, and how many say so.

    Copies of one text say it once: texts are counted by group of copies, publishers by who ran it.
    """
    rows = connection.execute(
        _PAIRS, {"type": type_, "texts": min_texts, "publishers": min_publishers, "share": min_share}
    ).fetchall()
    return [Pair(*row) for row in rows]


_PAIRS = """
    WITH grouped AS (
        SELECT article_id, arg_max(group_id, through_number) AS group_id FROM lake.staging.copy_groups
        WHERE linker = (SELECT arg_max(linker, compared_at) FROM lake.staging.compared) GROUP BY article_id
    ),
    ordered AS (
        SELECT number, is_introduced, name, name_key, main_name_key,
            (length(name_key), name_key) < (length(main_name_key), main_name_key) AS is_short,
            CASE WHEN is_short THEN name_key ELSE main_name_key END AS short_key,
            CASE WHEN is_short THEN main_name_key ELSE name_key END AS long_key
        FROM lake.staging.entity_mentions WHERE type = $type AND name_key <> main_name_key
    ),
    counted AS (
        SELECT short_key, long_key, bool_or(is_introduced) AS is_introduced,
               count(DISTINCT article_id) AS articles, count(DISTINCT coalesce(group_id, article_id)) AS texts,
               count(DISTINCT publisher) AS publishers
        FROM ordered JOIN current_texts USING (number) LEFT JOIN grouped USING (article_id)
        GROUP BY short_key, long_key
    )
    SELECT short_key, long_key, CASE WHEN is_introduced THEN 'introduced' ELSE 'same_article' END AS kind,
           articles, publishers
    FROM counted
    QUALIFY texts >= $texts AND publishers >= $publishers
        AND texts >= $share * sum(texts) OVER (PARTITION BY short_key)
    ORDER BY ALL
"""


def deal(connection: duckdb.DuckDBPyConnection, type_: str, shards: Sequence[Sequence[str]]) -> None:
    """Make `dealt`: the mentions of the names of all shards, each beside the number of its shard and in their order.

    The mentions of the corpus are read once for all shards, not once for each. A mention whose main name is in another
    shard than the name stands in both.
    """
    shard_names = pl.DataFrame(  # noqa: F841 - read by DuckDB by its name
        {
            "shard": [number for number, names in enumerate(shards) for _ in names],
            "name_key": [name for names in shards for name in names],
        },
        schema={"shard": pl.Int32, "name_key": pl.String},
    )
    connection.execute(_DEALT, [type_])


_DEALT = """
    CREATE OR REPLACE TEMP TABLE dealt AS
    SELECT unnest(list_distinct([own.shard, main.shard])) AS shard, m.number, m.name, m.name_key, m.main_name_key,
           m.org_key, m.is_former, m.is_introduced
    FROM (FROM lake.staging.entity_mentions SEMI JOIN current_texts USING (number) WHERE type = ?) AS m
    LEFT JOIN shard_names AS own ON own.name_key = m.name_key
    LEFT JOIN shard_names AS main ON main.name_key = m.main_name_key
    WHERE own.shard IS NOT NULL OR main.shard IS NOT NULL
    ORDER BY shard
"""


# One shard


def count_shard(connection: duckdb.DuckDBPyConnection, shard: int, names: Sequence[str]) -> list[Counted]:
    """Make `live`, the mentions of a shard in articles as they stand now; returns what they say by designation.

    `names` are those of the shard, as dealt. Designations that an entity of the lake has and no article any more are
    there with a count of 0.
    """
    asked = pl.DataFrame({"name_key": list(names)}, schema={"name_key": pl.String})  # noqa: F841
    connection.execute(_LIVE, [shard])
    rows = connection.execute(_COUNTED).fetchall()
    return [Counted(name, org, tuple(spelt or ()), *rest) for name, org, spelt, *rest in rows]


_LIVE = """
    CREATE OR REPLACE TEMP TABLE live AS
    SELECT m.number, m.name, m.name_key, m.main_name_key, m.org_key, m.is_former, m.is_introduced, c.article_id,
           c.publisher, c.seen_date
    FROM dealt AS m JOIN current_texts AS c USING (number) WHERE m.shard = ?
"""
_COUNTED = f"""
    WITH spelt AS (
        SELECT name_key, org_key, name, count(DISTINCT article_id) AS articles
        FROM live SEMI JOIN asked USING (name_key)
        GROUP BY name_key, org_key, name
        QUALIFY row_number() OVER (PARTITION BY name_key, org_key ORDER BY articles DESC, name) <= {MAX_NAMES}
    ),
    spellings AS (
        SELECT name_key, org_key, list((name, articles) ORDER BY articles DESC, name) AS spellings
        FROM spelt GROUP BY ALL
    ),
    counted AS (
        SELECT name_key, org_key, count(DISTINCT article_id) AS articles, min(seen_date) AS first_day,
               count(DISTINCT article_id) FILTER (is_former) AS former
        FROM live SEMI JOIN asked USING (name_key) GROUP BY ALL
    ),
    held AS (SELECT DISTINCT name_key, org_key FROM held_designations SEMI JOIN asked USING (name_key))
    SELECT name_key, org_key, spellings, coalesce(articles, 0), first_day, coalesce(former, 0)
    FROM counted JOIN spellings USING (name_key, org_key) FULL JOIN held USING (name_key, org_key)
    ORDER BY ALL
"""


def held(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, Held]:
    """The newest states of these entities, of those that the lake has."""
    asked_ids = pl.DataFrame({"entity_id": list(ids)}, schema={"entity_id": pl.String})  # noqa: F841
    rows = connection.execute(
        """
        SELECT entity_id, revision, state_sha256, type, name, first_seen_date, merged_into, article_count
        FROM lake.staging.registry SEMI JOIN asked_ids USING (entity_id)
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
        """
    ).fetchall()
    return {row[0]: Held(*row[1:]) for row in rows}


def moved(connection: duckdb.DuckDBPyConnection, homes: Mapping[Key, str]) -> list[str]:
    """Keys of names that belong to another entity than the lake has for them, or are new to it."""
    now = pl.DataFrame(  # noqa: F841
        {"name_key": [name for name, _ in homes], "entity_id": list(homes.values())},
        schema={"name_key": pl.String, "entity_id": pl.String},
    )
    rows = connection.execute(
        "SELECT name_key FROM now ANTI JOIN held_designations USING (name_key, entity_id)"
    ).fetchall()
    return [name for (name,) in rows]


def told(
    connection: duckdb.DuckDBPyConnection, homes: Mapping[Key, str]
) -> tuple[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Counts and spellings by entity, of `live`, where each designation belongs to the entity of `homes`.

    What a text gives as another name belongs to whom the main name in that text belongs to, joined or not. Names
    without organisation belong to whom `picked` has for them. Texts are counted for articles, since of each article one
    text is looked at.
    """
    mapping = pl.DataFrame(  # noqa: F841
        {
            "name_key": [name for name, _ in homes],
            "org_key": [org for _, org in homes],
            "entity_id": list(homes.values()),
        },
        schema={"name_key": pl.String, "org_key": pl.String, "entity_id": pl.String},
    )
    connection.execute(_OWNED)
    counts = connection.execute(
        """
        SELECT entity_id, count(DISTINCT number) AS article_count, count(DISTINCT publisher) AS publisher_count,
               min(seen_date) AS first_seen_date, max(seen_date) AS last_seen_date
        FROM owned GROUP BY entity_id
        """
    ).pl()
    names = connection.execute(
        f"""
        WITH once AS (
            SELECT entity_id, name, name_key, number, any_value(publisher) AS publisher,
                   any_value(seen_date) AS seen_date, bool_or(is_introduced) AS is_introduced
            FROM owned GROUP BY entity_id, name, name_key, number
        )
        SELECT entity_id, name, name_key, count(*) AS article_count,
               count(DISTINCT publisher) AS publisher_count,
               count(*) FILTER (is_introduced) AS introduced_article_count,
               count(DISTINCT publisher) FILTER (is_introduced) AS introduced_publisher_count,
               min(seen_date) AS first_seen_date, max(seen_date) AS last_seen_date
        FROM once GROUP BY entity_id, name, name_key
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY article_count DESC, name) <= {MAX_NAMES}
        ORDER BY entity_id, article_count DESC, name
        """
    ).pl()
    spelt: dict[str, list[dict[str, Any]]] = {}
    for row in names.iter_rows(named=True):
        spelt.setdefault(row.pop("entity_id"), []).append(row)
    connection.execute("DROP TABLE owned")
    return {row.pop("entity_id"): row for row in counts.iter_rows(named=True)}, spelt


_OWNED = """
    CREATE OR REPLACE TEMP TABLE owned AS
    SELECT mapping.entity_id, l.name, l.name_key, l.is_introduced, l.number, l.publisher, l.seen_date
    FROM live AS l
    LEFT JOIN picked AS p ON p.number = l.number AND p.name_key = CASE WHEN l.org_key = '' THEN l.name_key END
    JOIN mapping ON mapping.name_key = l.main_name_key AND mapping.org_key = coalesce(p.org_key, l.org_key)
"""


def end_type(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the mentions that were dealt out, before those of the next type are."""
    connection.execute("DROP TABLE IF EXISTS dealt")


def end_pass(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables of a pass."""
    for name in (
        "current_texts",
        "held_designations",
        "touched",
        "pairs",
        "dealt",
        "live",
        "home",
        "frequency",
        "items",
        "picked",
        "held_picks",
        "bare",
    ):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
