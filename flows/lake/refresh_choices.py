"""What a refresh is asked to make anew: words of the command line and of the run form, without what carries it out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Part(StrEnum):
    """What is made anew."""

    READING = "reading"  # articles from their pages, then the annotations of what was read
    ANNOTATION = "annotation"  # annotations alone, from the articles as they were read


class Which(StrEnum):
    """Of what was chosen, what is made anew."""

    OLDER = "older"  # what was made by another version than the one in force
    LOST = "lost"  # what was lost by the version in force: deadline, crash, damaged record; however often it was tried
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen of the lake. Empty or None: not narrowed by it.

    The publisher is the one that the article names, else its source's name; the day is that of publication, else that
    of capture (UTC), since a page that was lost told neither.
    """

    which: Which = Which.BOTH
    made_by: str = ""  # extractor or annotator of the rows that count now, exactly as the tables name it
    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    article_ids: tuple[str, ...] | None = None  # of a search
