"""How an order of takedown reaches every table: told by the declared columns, so that a new table cannot be forgotten.

A row goes where one of its columns names a capture, an article or an address that goes, or a number that another table
gave such a text. What cannot be told so is named here with its reason; a table of neither kind stops every takedown,
and a test, before it stops one.
"""

from collections.abc import Mapping

from flows.lake.kept_tables import KEPT_TABLES
from flows.lake.schema import BrokenPromiseError, Table
from flows.lake.tables import TABLES

BY_COLUMN: Mapping[str, str] = {
    "capture_id": "gone_captures",
    "old_capture_id": "gone_captures",
    "new_capture_id": "gone_captures",
    "article_id": "gone_articles",
    "first_article_id": "gone_articles",
    "url_key": "gone_urls",
}
"""Column -> the temporary table of what goes; each has one column, `value`."""

BY_NUMBER: Mapping[str, str] = {
    "staging.sketches": "staging.sketched",
    "staging.entity_mentions": "staging.registered",
    "staging.entity_picks": "staging.registered",
    "staging.search_sentences": "staging.search_texts",
    "staging.search_replaced": "staging.search_texts",
    "staging.postings": "staging.search_texts",
}
"""Table of rows that know their text by number alone -> the table that gave the number."""

CLEANED: Mapping[str, str] = {
    "staging.registry": "rows of entities: spellings that no other article has are taken out, then it is counted anew",
    "staging.reporters": "the same for bylines",
    "staging.word_forms": "words that no other article has",
    "staging.search_sizes": "counts alone: a row takes off what the texts had added",
    "ops.exports": "questions that name what goes lose their words",
}
"""Tables made of many articles, dealt with one by one in `takedown_cleaning`."""

HOLDS_NOTHING: Mapping[str, str] = {
    "raw.sources": "what the operator's own source files say",
    "raw.accuracy": "figures of the project's own file",
    "staging.compared": "numbers and counts",
    "staging.registry_passes": "numbers and digests",
    "ops.batches": "digests, names of files and counts",
    "ops.runs": "words of closed lists and counts",
    "ops.sealed": "names of files and digests",
    "ops.archive_reads": "names of files of public archives, places in them and counts",
    "ops.view_columns": "names of views and columns, and counts",
    "ops.takedowns": "the record of the orders: digests, counts, and the words of whoever ordered",
    "ops.tombstones": "digests",
    "ops.takedown_records": "random ids and places in files; emptied by maintain",
}
"""Tables without anybody's text, address or name, each with what they hold instead."""

BROUGHT_UP: frozenset[str] = frozenset(table.name for table in KEPT_TABLES)
"""Tables that hold what a view says: within an order's transaction they are brought up to what it says then."""

NUMBERED: tuple[str, ...] = tuple(dict.fromkeys(BY_NUMBER.values()))


def numbers(table: str) -> str:
    """The temporary table that holds the numbers that go, of those that `table` gave."""
    return f"gone_{table.split('.')[1]}"


def condition(table: Table) -> str | None:
    """SQL that is true for the rows of a table that go; None for those that are dealt with otherwise, or hold nothing.

    Raises BrokenPromiseError for a table of which it is not told how an order reaches it.
    """
    if table.name in HOLDS_NOTHING or table.name in CLEANED or table.name in BROUGHT_UP:
        return None
    tests = [f"{column} IN (SELECT value FROM {gone})" for column, gone in BY_COLUMN.items() if column in table.columns]
    if table.name in BY_NUMBER:
        tests.append(f"number IN (SELECT value FROM {numbers(BY_NUMBER[table.name])})")
    if "source_id" in table.columns:
        tests.append("sha256(source_id) IN (SELECT value FROM seed_sources)")
    if not tests:
        raise BrokenPromiseError(f"{table.name}: nothing tells how an order of takedown reaches it (takedown_reach)")
    joined = " OR ".join(tests)
    # Of a list that showed an address the page goes, and the note that it was asked for stays.
    return f"kind = 'article' AND ({joined}) OR {tests[-1]}" if table.name == "raw.fetches" else joined


def reached() -> dict[str, str]:
    """Table -> condition, for every declared table of which rows go whole."""
    return {table.name: told for table in TABLES if (told := condition(table)) is not None}
