"""The words of event reading: verbs that tell events, who takes part, and the names of the article in a sentence.

Reads the people and organisations found; gives names and casts to `event_places` and `events`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from flows.enrichment.document import Organisation, Person
from flows.enrichment.speakers import Cast

VERSION = 1
MOST_NAMES = 100
"""Names of one article that are looked for in its sentences, the most mentioned ones."""


class Verb(NamedTuple):
    """A verb that tells an event: its type, and who stands where around it (see `event_triggers.csv`)."""

    type: str
    stem: str
    frame: str
    objects: tuple[str, ...]
    is_weak: bool


class CastOf(NamedTuple):
    """Who takes part in one event. `subject_end` is where the words about the subject begin."""

    who: tuple[str, ...]
    by: str | None
    what: str | None
    subject_end: int
    is_topic_only: bool = False


class Names:
    """The people and organisations of the article, as they may be written in a sentence."""

    def __init__(self, people: Sequence[Person], organisations: Sequence[Organisation]) -> None:
        ranked = sorted(organisations, key=lambda body: -len(body.mentions))[:MOST_NAMES]
        self._shown = {alias: alias for body in ranked for alias in (body.name, *body.aliases) if len(alias) > 1}
        self._people = frozenset(person.name for person in people[:MOST_NAMES])
        self._shown.update({name: name for name in self._people})
        self.cast = Cast([(person.name, person.role) for person in people[:MOST_NAMES]])
        words = sorted(map(re.escape, self._shown), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![가-힣A-Za-z0-9])(?:{'|'.join(words)})(?![A-Za-z0-9])") if words else None

    def inside(self, text: str, start: int, end: int) -> tuple[str, ...]:
        """The names that stand in text[start:end], in order, each once."""
        if self._pattern is None or start >= end:
            return ()
        found: list[tuple[str, int]] = []
        for match in self._pattern.finditer(text, max(0, start), end):
            name = self._shown[match[0]]
            if found and {name, found[-1][0]} <= self._people and text[found[-1][1] : match.start()] == " ":
                name = f"{found.pop()[0]} {name}"  # parts of one foreign name
            found.append((name, match.end()))
        return tuple(dict.fromkeys(name for name, _ in found))

    def person(self, phrase: str) -> str | None:
        """The full name of the person behind `윤 대표` or `윤가람 한빛전자 대표`."""
        return self.cast.resolve(phrase)

    def is_person(self, name: str) -> bool:
        """Whether a name is one of the article's people."""
        return name in self._people
