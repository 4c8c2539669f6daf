"""The articles that a state of Explore means, as SQL that says only what was chosen."""

from flows.exploring.state import State
from flows.lake.literals import literal

_COLUMNS = ("number", "article_id", "publisher", "lang", "published_date")
_NAMED = {"person": "people", "org": "organisations"}


def found_sql(state: State) -> str:
    """A SELECT with one row per article found, score and marks null and empty where nothing is searched for.

    Names are those that articles write; `rights` is what an article says of redistribution.
    """
    # Only what is narrowed by what stands elsewhere needs the row of the index, with the keys that lead there.
    is_narrow = bool(state.section or state.rights or state.person or state.org)
    texts = "texts" if is_narrow or not state.query else "hits"
    columns = ", ".join(f"{texts}.{name}" for name in _COLUMNS)
    if state.query:
        lines = [f"SELECT {columns}, hits.score, hits.marks", f"FROM matching({literal(state.query)}) AS hits"]
        if is_narrow:
            lines.append("JOIN lake.staging.search_texts AS texts ON texts.number = hits.number")
    else:
        lines = [
            f"SELECT {columns}, NULL::DOUBLE AS score, '' AS marks",
            "FROM lake.staging.search_texts AS texts",
            "ANTI JOIN lake.staging.search_replaced AS replaced ON replaced.number = texts.number",
        ]
    if state.section or state.rights:
        lines.append(
            "JOIN lake.staging.articles AS stated ON stated.capture_id = texts.capture_id "
            "AND stated.extractor = texts.extractor AND stated.outcome = 'ok'"
        )
    for kind, table in _NAMED.items():
        if name := getattr(state, kind):
            lines.append(
                f"SEMI JOIN (FROM lake.staging.{table} AS named WHERE named.name = {literal(name)}) AS {kind} "
                f"ON {kind}.capture_id = texts.capture_id AND {kind}.extractor = texts.extractor "
                f"AND {kind}.annotator = texts.annotator"
            )
    conditions = [] if state.query else ["texts.outcome = 'ok'"]
    for name, column in (("publisher", f"{texts}.publisher"), ("lang", f"{texts}.lang"), ("section", "stated.section")):
        if value := getattr(state, name):
            conditions.append(f"{column} = {literal(value)}")
    if state.rights:
        said = "IS NULL" if state.rights == "not_stated" else f"= {literal(state.rights)}"
        conditions.append(f"stated.rights_redistribution {said}")
    if state.since:
        conditions.append(f"{texts}.published_date >= {literal(state.since)}")
    if state.until:
        conditions.append(f"{texts}.published_date <= {literal(state.until)}")
    if conditions:
        lines.append("WHERE " + " AND ".join(conditions))
    return "\n    ".join(lines)
