"""What telling namesakes apart asks of the lake: what is named beside a person, and whom a bare name may mean.

Works on the temporary tables of a pass, see `registry`; adds `home`, `frequency`, `items` and, for the shard in hand,
`picked`.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import polars as pl

from flows.lake.registry import HELD_DESIGNATIONS, Key

ARTICLES_A_POST = 300
"""Articles of one name at one organisation whose other names are counted: a sample by hash, stable as more come."""

ITEMS_A_POST = 200
"""Names counted beside it, most frequent first."""

BARE_A_NAME = 100
"""Old articles with a name without organisation that a pass looks at again, newest first; older verdicts stay."""


def begin(connection: duckdb.DuckDBPyConnection) -> int:
    """Make `home` (organisation's key -> entity), `frequency` (articles that name an item) and `items` (who names it).

    Returns how many articles there are. Items stand under numbers, so that a shard reads two narrow columns for what is
    named beside its people, not all mentions again.
    """
    connection.execute(HELD_DESIGNATIONS, ["organisation"])
    connection.execute("CREATE OR REPLACE TEMP TABLE home AS SELECT name_key, entity_id FROM held_designations")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE frequency AS
        SELECT row_number() OVER () AS item_id, item, count(*) AS articles
        FROM ({_ITEMS}) SEMI JOIN current_texts USING (number) GROUP BY item
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE items AS
        SELECT number, item_id FROM ({_ITEMS}) SEMI JOIN current_texts USING (number) JOIN frequency USING (item)
        """
    )
    row = connection.execute("SELECT count(*) FROM current_texts").fetchone()
    return int(row[0]) if row else 0


def names_at(connection: duckdb.DuckDBPyConnection, organisations: Sequence[str]) -> list[str]:
    """Names of people that stand beside these organisations (keys) in articles as they stand now."""
    asked = pl.DataFrame({"org_key": list(organisations)}, schema={"org_key": pl.String})  # noqa: F841
    rows = connection.execute(
        """
        SELECT DISTINCT name_key FROM lake.staging.entity_mentions SEMI JOIN asked USING (org_key)
        SEMI JOIN current_texts USING (number) WHERE type = 'person'
        """
    ).fetchall()
    return [name for (name,) in rows]


_ITEMS = """
    SELECT number, 'person ' || name_key AS item FROM lake.staging.entity_mentions WHERE type = 'person'
    UNION ALL
    SELECT m.number, 'organisation ' || coalesce(home.entity_id, m.name_key)
    FROM lake.staging.entity_mentions AS m LEFT JOIN home USING (name_key)
    WHERE m.type = 'organisation' AND m.name_number = 0
"""


def organisation_homes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Organisation's key -> entity, for the organisations beside the people of `live` and for no others."""
    rows = connection.execute(
        """
        SELECT name_key, entity_id FROM home
        SEMI JOIN (SELECT DISTINCT org_key AS name_key FROM live) USING (name_key)
        """
    ).fetchall()
    return dict(rows)


def company(
    connection: duckdb.DuckDBPyConnection, posts: Mapping[Key, int]
) -> tuple[dict[int, tuple[int, dict[str, int]]], dict[str, int]]:
    """What is named beside posts (designation -> number of its post): post -> (articles looked at, item -> articles).

    And item -> all articles that name it.
    """
    listed = pl.DataFrame(  # noqa: F841
        {
            "name_key": [name for name, _ in posts],
            "org_key": [org for _, org in posts],
            "post": list(posts.values()),
        },
        schema={"name_key": pl.String, "org_key": pl.String, "post": pl.Int64},
    )
    connection.execute(_SAMPLED)
    counts = dict(connection.execute("SELECT post, count(*) FROM sampled GROUP BY post").fetchall())
    found: dict[int, tuple[int, dict[str, int]]] = {post: (count, {}) for post, count in counts.items()}
    frequency: dict[str, int] = {}
    for post, item, articles, everywhere in connection.execute(_COMPANY).fetchall():
        found[post][1][item] = articles
        frequency[item] = everywhere
    connection.execute("DROP TABLE sampled")
    return found, frequency


_SAMPLED = f"""
    CREATE OR REPLACE TEMP TABLE sampled AS
    SELECT post, number, f.item_id AS own_item_id FROM (
        SELECT DISTINCT l.number, l.article_id, l.name_key, listed.post
        FROM live AS l JOIN listed ON listed.name_key = l.name_key AND listed.org_key = l.org_key
    ) LEFT JOIN frequency AS f ON f.item = 'person ' || name_key
    QUALIFY row_number() OVER (PARTITION BY post ORDER BY hash(article_id), number) <= {ARTICLES_A_POST}
"""
_COMPANY = f"""
    WITH beside AS (
        SELECT s.post, items.item_id, count(DISTINCT s.number) AS articles
        FROM sampled AS s JOIN items USING (number) WHERE items.item_id IS DISTINCT FROM s.own_item_id
        GROUP BY s.post, items.item_id
    )
    SELECT post, f.item, beside.articles, f.articles FROM beside JOIN frequency AS f USING (item_id)
    QUALIFY row_number() OVER (PARTITION BY post ORDER BY beside.articles DESC, f.item) <= {ITEMS_A_POST}
    ORDER BY post, item
"""


def bare(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], through_number: int
) -> Iterator[tuple[int, str, list[str]]]:
    """Texts in which these names stand without organisation, with the items named there: number, name, items.

    All texts after `through_number`, and of each name the BARE_A_NAME newest.
    """
    listed = pl.DataFrame({"name_key": list(names)}, schema={"name_key": pl.String})  # noqa: F841
    connection.execute(_BARE, [through_number])
    cursor = connection.execute(
        """
        WITH here AS (
            SELECT number, item FROM items SEMI JOIN bare USING (number) JOIN frequency USING (item_id)
        )
        SELECT bare.number, bare.name_key, list(DISTINCT item ORDER BY item) FILTER (item <> 'person ' || bare.name_key)
        FROM bare LEFT JOIN here USING (number) GROUP BY ALL ORDER BY ALL
        """
    )
    while rows := cursor.fetchmany(5000):
        for number, name, items in rows:
            yield number, name, items or []


_BARE = f"""
    CREATE OR REPLACE TEMP TABLE bare AS
    SELECT DISTINCT number, name_key FROM live SEMI JOIN listed USING (name_key) WHERE org_key = ''
    QUALIFY row_number() OVER (PARTITION BY name_key ORDER BY number DESC) <= {BARE_A_NAME} OR number > ?
"""


def hold_picks(connection: duckdb.DuckDBPyConnection, linker: str) -> None:
    """Make `held_picks`: the lake's verdicts on the bare names of `live`."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE held_picks AS
        SELECT number, name_key, org_key, revision FROM lake.staging.entity_picks
        SEMI JOIN (SELECT number, name_key FROM live WHERE org_key = '') USING (number, name_key)
        WHERE linker = ?
        QUALIFY row_number() OVER (PARTITION BY number, name_key ORDER BY revision DESC) = 1
        """,
        [linker],
    )


def picks_before(connection: duckdb.DuckDBPyConnection) -> dict[tuple[int, str], tuple[str | None, int]]:
    """Held verdicts on the texts that `bare` has looked at: (number, name) -> (organisation's key, revision)."""
    rows = connection.execute(
        "SELECT number, name_key, org_key, revision FROM held_picks SEMI JOIN bare USING (number, name_key)"
    ).fetchall()
    return {(number, name): (org, revision) for number, name, org, revision in rows}


def use_picks(connection: duckdb.DuckDBPyConnection, changed: Sequence[tuple[int, str, str | None]]) -> None:
    """Make `picked`: whom names without organisation mean, by what is held and by verdicts that changed."""
    fresh = pl.DataFrame(  # noqa: F841
        {
            "number": [number for number, _, _ in changed],
            "name_key": [name for _, name, _ in changed],
            "org_key": [org for _, _, org in changed],
        },
        schema={"number": pl.Int64, "name_key": pl.String, "org_key": pl.String},
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE picked AS
        FROM (
            SELECT number, name_key, org_key FROM held_picks ANTI JOIN fresh USING (number, name_key)
            UNION ALL FROM fresh
        ) WHERE org_key IS NOT NULL
        """
    )


def no_picks(connection: duckdb.DuckDBPyConnection) -> None:
    """Make an empty `picked`, for types whose names need none."""
    connection.execute("CREATE OR REPLACE TEMP TABLE picked (number BIGINT, name_key VARCHAR, org_key VARCHAR)")
