"""Which sources speak for their publisher: the name of a paper or an agency stands for a page that states none."""


def name_of(table: str = "") -> str:
    """SQL: the name of a source that is a publisher's own, null of portals and of what was handed in.

    `table` is the alias of raw.sources where columns need one.
    """
    at = f"{table}." if table else ""
    return f"CASE WHEN {at}kind IN ('publisher', 'agency') THEN {at}name END"
