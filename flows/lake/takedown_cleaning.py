"""Tables made of many articles, cleaned of what only the articles that go had said. See `takedown_reach.CLEANED`."""

from collections.abc import Callable, Sequence

import duckdb
import polars as pl

from flows.lake.transaction import transaction


def note_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `lost_names`, `lost_keys`, `lost_bylines` and `lost_forms`: what no other article of the lake says."""
    for table, found in _LOST.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {found}")
    for name, found in _LISTED.items():
        connection.execute(f"SET VARIABLE {name} = (SELECT coalesce(list(value), []) FROM ({found}))")


def touched_names(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Type -> keys of the names in the texts that go: entities to be counted anew once they are gone."""
    rows = connection.execute(
        """
        SELECT type, list(DISTINCT key ORDER BY key) FROM (
            SELECT type, unnest([name_key, main_name_key]) AS key FROM lake.staging.entity_mentions
            WHERE number IN (FROM gone_registered)
        ) GROUP BY type
        """
    ).fetchall()
    return dict(rows)


def unsettle(connection: duckdb.DuckDBPyConnection) -> None:
    """Let the next `link` look at every name, unless the names that were touched are counted anew before (`settle`)."""
    connection.execute("CREATE OR REPLACE TEMP TABLE settled_passes AS FROM lake.staging.registry_passes")
    connection.execute("UPDATE lake.staging.registry_passes SET through_number = 0")


def settled_through(connection: duckdb.DuckDBPyConnection, linker: str) -> int:
    """The last text that this linker had joined before `unsettle`; 0 where there is none."""
    row = connection.execute(
        "SELECT coalesce(max(through_number), 0) FROM settled_passes WHERE linker = ?", [linker]
    ).fetchone()
    return int(row[0]) if row else 0


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Put back what `unsettle` took: every name that was touched is counted anew."""
    with transaction(connection):
        connection.execute("DELETE FROM lake.staging.registry_passes")
        connection.execute("INSERT INTO lake.staging.registry_passes FROM settled_passes")
    connection.execute("DROP TABLE settled_passes")


_MENTIONS = "lake.staging.entity_mentions"
_MINE, _OTHERS = "IN", "NOT IN"


def _lost(told: str, key: str, gone: str, columns: str = "value") -> str:
    """SQL of what texts that go hold and no other does."""
    mine, others = (f"SELECT {columns} FROM {told} WHERE {key} {side} (FROM {gone})" for side in (_MINE, _OTHERS))
    return f"{mine} EXCEPT {others}"


_NAMES = f"(SELECT number, type, name AS value FROM {_MENTIONS})"
_KEYS = f"(SELECT number, type, unnest([name_key, main_name_key]) AS value FROM {_MENTIONS})"
_ORGS = f"(SELECT number, org_key AS value FROM {_MENTIONS} WHERE org_key <> '')"
_BYLINES, _EMAILS = (
    f"(SELECT capture_id, {form} AS value FROM ("
    "SELECT capture_id, unnest(authors) AS a FROM lake.staging.articles WHERE outcome = 'ok'))"
    for form in ("a.name", "coalesce(lower(a.email), '')")
)
_FORMS = "(SELECT capture_id, lower(unnest(forms || terms)) AS value FROM lake.staging.article_terms)"
_LOST = {
    "lost_names": _lost(_NAMES, "number", "gone_registered", "type, value"),
    "lost_keys": _lost(_KEYS, "number", "gone_registered", "type, value"),
    "lost_orgs": _lost(_ORGS, "number", "gone_registered"),
    "lost_bylines": _lost(_BYLINES, "capture_id", "gone_captures"),
    "lost_emails": _lost(_EMAILS, "capture_id", "gone_captures"),
    "lost_forms": _lost(_FORMS, "capture_id", "gone_captures"),
}
_LISTED = {
    "lost_names": "SELECT type || ':' || value AS value FROM lost_names",
    "lost_keys": "SELECT type || ':' || value AS value FROM lost_keys",
    "lost_orgs": "FROM lost_orgs",
    "lost_bylines": "FROM lost_bylines",
    "lost_byline_keys": "SELECT replace(value, ' ', '') AS value FROM lost_bylines",
    "lost_emails": "FROM lost_emails WHERE value <> ''",
}
"""The same as variables: DuckDB takes no subquery in a lambda."""


def clean(connection: duckdb.DuckDBPyConnection, addresses: Sequence[str], words: Sequence[str]) -> dict[str, int]:
    """Clean every table of `takedown_reach.CLEANED`, and what other articles' rows say of what goes.

    Within the transaction, before the rows go. Returns rows deleted or changed, by table.
    """
    steps: dict[str, Callable[[duckdb.DuckDBPyConnection], int]] = {
        "staging.registry": _registry,
        "staging.reporters": _reporters,
        "staging.word_forms": _word_forms,
        "staging.search_sizes": _search_sizes,
        "ops.exports": lambda con: _exports(con, [*addresses, *words]),
        "staging.articles": lambda con: _links(con, addresses),
    }
    return {table: count for table, step in steps.items() if (count := step(connection))}


def _changed(connection: duckdb.DuckDBPyConnection, sql: str, given: object = None) -> int:
    row = connection.execute(sql, given).fetchone()
    return int(row[0]) if row else 0


def _registry(connection: duckdb.DuckDBPyConnection) -> int:
    """Of an entity that bears a lost name only its newest row stays, without that name; none where no name is left."""
    return _rewritten(
        connection,
        "staging.registry",
        "entity_id",
        """
        SELECT entity_id, revision FROM lake.staging.registry WHERE (type, name) IN (FROM lost_names)
        UNION
        SELECT entity_id, revision FROM (
            SELECT entity_id, revision, type, unnest(names).name AS name FROM lake.staging.registry)
        WHERE (type, name) IN (FROM lost_names)
        UNION
        SELECT entity_id, revision FROM (
            SELECT entity_id, revision, type, unnest(designations) AS d FROM lake.staging.registry)
        WHERE (type, d.name_key) IN (FROM lost_keys) OR type = 'person' AND d.org_key IN (FROM lost_orgs)
        UNION
        SELECT entity_id, revision FROM (
            SELECT entity_id, revision, type, unnest(evidence) AS e FROM lake.staging.registry)
        WHERE (type, e.name_key) IN (FROM lost_keys) OR (type, e.value) IN (FROM lost_keys)
        """,
        """
        list_filter(names, lambda n: NOT list_contains(getvariable('lost_names'), type || ':' || n.name)) AS names,
        list_filter(designations, lambda d: NOT list_contains(getvariable('lost_keys'), type || ':' || d.name_key)
            AND NOT list_contains(getvariable('lost_orgs'), d.org_key)) AS designations,
        list_filter(evidence, lambda e: NOT list_contains(getvariable('lost_keys'), type || ':' || e.name_key)
            AND NOT list_contains(getvariable('lost_keys'), type || ':' || e.value)) AS evidence,
        CASE WHEN list_contains(getvariable('lost_names'), type || ':' || name) THEN list_filter(
            names, lambda n: NOT list_contains(getvariable('lost_names'), type || ':' || n.name))[1].name
        ELSE name END AS name,
        '' AS state_sha256
        """,
        "len(designations) > 0 AND name IS NOT NULL",
    )


def _reporters(connection: duckdb.DuckDBPyConnection) -> int:
    """The same for reporters; their bylines are told by name without blanks, and e-mail."""
    return _rewritten(
        connection,
        "staging.reporters",
        "reporter_id",
        """
        SELECT reporter_id, revision FROM lake.staging.reporters WHERE name IN (FROM lost_bylines)
        UNION
        SELECT reporter_id, revision FROM (
            SELECT reporter_id, revision, unnest(names) AS name FROM lake.staging.reporters)
        WHERE name IN (FROM lost_bylines)
        UNION
        SELECT reporter_id, revision FROM (
            SELECT reporter_id, revision, unnest(emails) AS email FROM lake.staging.reporters)
        WHERE email IN (FROM lost_emails)
        """,
        """
        list_filter(names, lambda n: NOT list_contains(getvariable('lost_bylines'), n)) AS names,
        list_filter(emails, lambda e: NOT list_contains(getvariable('lost_emails'), e)) AS emails,
        list_filter(bylines, lambda b: NOT list_contains(getvariable('lost_byline_keys'), b.name)
            AND NOT list_contains(getvariable('lost_emails'), coalesce(b.email, ''))) AS bylines,
        list_filter(evidence, lambda e: NOT list_contains(getvariable('lost_emails'), lower(e.value))
            AND NOT list_contains(getvariable('lost_bylines'), e.value)) AS evidence,
        CASE WHEN list_contains(getvariable('lost_bylines'), name) THEN list_filter(
            names, lambda n: NOT list_contains(getvariable('lost_bylines'), n))[1]
        ELSE name END AS name,
        '' AS state_sha256
        """,
        "len(bylines) > 0 AND name IS NOT NULL",
    )


def _rewritten(
    connection: duckdb.DuckDBPyConnection, table: str, id_: str, bearing: str, cleaned: str, is_kept: str
) -> int:
    """Delete every row that bears something lost; put the newest of each id back, cleaned, if anything is left."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE bearing AS {bearing}")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE cleaned AS
        SELECT * REPLACE ({cleaned}) FROM (
            FROM lake.{table} QUALIFY row_number() OVER (PARTITION BY {id_} ORDER BY revision DESC) = 1
        ) WHERE ({id_}, revision) IN (FROM bearing)
        """
    )
    deleted = _changed(connection, f"DELETE FROM lake.{table} WHERE ({id_}, revision) IN (FROM bearing)")
    connection.execute(f"INSERT INTO lake.{table} FROM cleaned WHERE {is_kept}; DROP TABLE cleaned; DROP TABLE bearing")
    return deleted


def note_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `touched_groups`: groups of copies that lose an article."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE touched_groups AS
        SELECT DISTINCT group_id AS value FROM lake.staging.copy_groups WHERE article_id IN (FROM gone_articles)
        """
    )


def dissolve_groups(connection: duckdb.DuckDBPyConnection) -> None:
    """An article that is left alone in its group of copies is a copy of nothing any more."""
    connection.execute(
        """
        DELETE FROM lake.staging.copy_groups WHERE group_id IN (FROM touched_groups) AND group_id IN (
            SELECT group_id FROM lake.staging.copy_groups GROUP BY group_id HAVING count(DISTINCT article_id) = 1)
        """
    )


def _word_forms(connection: duckdb.DuckDBPyConnection) -> int:
    return _changed(connection, "DELETE FROM lake.staging.word_forms WHERE form IN (FROM lost_forms)")


def _search_sizes(connection: duckdb.DuckDBPyConnection) -> int:
    """Take off what findable texts that go had added to the size of the corpus."""
    return _changed(
        connection,
        """
        INSERT INTO lake.staging.search_sizes
        SELECT -count(*), -sum(length)::BIGINT, 'takedown-' || uuid()::VARCHAR FROM lake.staging.search_texts
        WHERE outcome = 'ok' AND number IN (FROM gone_search_texts)
          AND number NOT IN (SELECT number FROM lake.staging.search_replaced)
        HAVING count(*) > 0
        """,
    )


def _exports(connection: duckdb.DuckDBPyConnection, words: Sequence[str]) -> int:
    told = pl.DataFrame({"word": list(words)}, schema={"word": pl.String})  # noqa: F841 - read by DuckDB
    connection.execute("CREATE OR REPLACE TEMP TABLE gone_words AS SELECT word FROM told")
    return _changed(
        connection,
        "UPDATE lake.ops.exports SET query = '(taken down)' "
        "WHERE export_id IN (SELECT export_id FROM lake.ops.exports, gone_words AS w WHERE contains(query, w.word))",
    )


def _links(connection: duckdb.DuckDBPyConnection, addresses: Sequence[str]) -> int:
    """Links and headlines in other articles' rows that lead to what goes. Their pages stay as they were served."""
    there = pl.DataFrame({"url": list(addresses)}, schema={"url": pl.String})  # noqa: F841 - read by DuckDB
    connection.execute("CREATE OR REPLACE TEMP TABLE gone_addresses AS SELECT url AS value FROM there")
    connection.execute("SET VARIABLE gone_addresses = (SELECT coalesce(list(value), []) FROM gone_addresses)")
    return _changed(
        connection,
        """
        UPDATE lake.staging.articles SET
            links = list_filter(links, lambda l: NOT list_contains(getvariable('gone_addresses'), l.url)),
            related_headlines = list_filter(
                related_headlines, lambda h: NOT coalesce(list_contains(getvariable('gone_addresses'), h.url), false)),
            original_url = CASE WHEN original_url IN (FROM gone_addresses) THEN NULL ELSE original_url END
        WHERE capture_id IN (
            SELECT capture_id FROM (
                SELECT capture_id, unnest(links).url AS url FROM lake.staging.articles
                UNION ALL SELECT capture_id, unnest(related_headlines).url FROM lake.staging.articles
                UNION ALL SELECT capture_id, original_url FROM lake.staging.articles
            ) WHERE url IN (FROM gone_addresses)
        ) AND capture_id NOT IN (FROM gone_captures)
        """,
    )
