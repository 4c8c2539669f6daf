"""The full grammar of a search: brackets, AND, OR, NOT -> what the macros of `sql/macros/` read.

    query  := either ( OR either )*
    either := part ( [AND] part )*             words side by side must all be there
    part   := single ( '|' single )*           a|b: either
    single := ( '-' | NOT ) single | [field:] ( word | "phrase" | '(' query ')' )

The macros read demands side by side, each of them words of which one is enough: a conjunctive normal form. NOT is moved
inwards and OR multiplied out, so that any tree of brackets becomes such a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flows.lake.catalog import LakeError

FIELDS = ("title", "quote", "speaker", "person", "org")
MAX_WORDS = 60
"""Words and phrases that the macros take: one bit each."""
EXAMPLE = "네이버 AND (소버린 OR 주권) NOT 주가"

_TOKEN = re.compile(r'\s*(?:(?P<sign>[()|])|(?P<minus>-)|(?P<field>[A-Za-z_]+):|(?P<word>"[^"]*"|[^\s"|()]+))')
_HAS_GRAMMAR = re.compile(r"[()]|(?:^|\s)(?:AND|OR|NOT)(?=\s|$)|(?:^|\s)-\s")
_WORD_CHAR = re.compile(r"[^\W_]")


class SearchError(LakeError):
    """A search that cannot be read; the message says what is wrong and shows a right one."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase as given, with its field (empty: headline, body, captions)."""

    text: str
    field: str = ""
    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that must all be there (`is_all`), or of which one is enough."""

    parts: tuple["Word | Group", ...]
    is_all: bool


Tree = Word | Group
Clause = frozenset[Word]


def plain(query: str) -> str:
    """The query as the macros read it: `a|b c -d`. One without brackets, AND, OR and NOT comes back as it is.

    Raises SearchError for what cannot be read.
    """
    if query.count('"') % 2:
        raise SearchError(_says(f"A quotation mark is not closed in: {query}", '네이버 "소버린 AI"'))
    if not _HAS_GRAMMAR.search(re.sub(r'"[^"]*"', "x", query)):
        return query
    return " ".join(_written(clause) for clause in _clauses(parse(query)))


def parse(query: str) -> Tree:
    """The tree of a query. Raises SearchError for what cannot be read."""
    parser = _Parser(query)
    tree = parser.query()
    if parser.ahead is not None:
        raise SearchError(_says(f"There is a closing bracket too many in: {query}"))
    return tree


def _says(wrong: str, right: str = EXAMPLE) -> str:
    return f"{wrong}. A right one: {right}"


class _Parser:
    """Reads tokens from the left, one ahead."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = self._read(query)
        self._depth = 0
        self.ahead: tuple[str, str] | None = next(self._tokens, None)

    @staticmethod
    def _read(query: str) -> Iterator[tuple[str, str]]:
        at = 0
        while match := _TOKEN.match(query, at):
            at = match.end()
            kind = match.lastgroup or ""
            text = match[kind]
            if kind == "word" and text in ("AND", "OR", "NOT"):
                kind = text
            yield (text, text) if kind == "sign" else (kind, text)

    def _take(self) -> str:
        token = self.ahead
        self.ahead = next(self._tokens, None)
        return token[1] if token else ""

    def _next_is(self, *kinds: str) -> bool:
        return self.ahead is not None and self.ahead[0] in kinds

    def query(self) -> Tree:
        parts = [self._either()]
        while self._next_is("OR"):
            self._take()
            parts.append(self._either())
        return parts[0] if len(parts) == 1 else Group(tuple(parts), False)

    def _either(self) -> Tree:
        parts = [self._part()]
        while self.ahead is not None and not self._next_is("OR", ")"):
            if self._next_is("AND"):
                self._take()
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else Group(tuple(parts), True)

    def _part(self) -> Tree:
        parts = [self._single()]
        while self._next_is("|"):
            self._take()
            parts.append(self._single(_field(parts[0])))
        return parts[0] if len(parts) == 1 else Group(tuple(parts), False)

    def _single(self, field: str = "") -> Tree:
        if self._next_is("minus", "NOT"):
            self._take()
            return _negated(self._single(field))
        if self._next_is("field"):
            field = self._take().lower()
            if field not in FIELDS:
                known = ", ".join(f"{name}:" for name in FIELDS)
                raise SearchError(
                    _says(f"There is no field {field}: there are {known}", "title:네이버 speaker:홍길동")
                    + ". A colon in a text stands between quotation marks"
                )
        if self._next_is("("):
            self._take()
            self._depth += 1
            if self._depth > MAX_WORDS:
                raise SearchError(_says(f"The brackets are more than {MAX_WORDS} deep"))
            tree = self.query()
            if not self._next_is(")"):
                raise SearchError(_says(f"A bracket is not closed in: {self._query}"))
            self._take()
            self._depth -= 1
            return _in_field(tree, field)
        if not self._next_is("word"):
            found = f"stands {self.ahead[1]}" if self.ahead else "the search ends"
            raise SearchError(_says(f"Where a word should stand {found} in: {self._query}"))
        text = self._take()
        if not _WORD_CHAR.search(text):
            raise SearchError(_says(f"There is no letter and no digit in {text}"))
        return Word(text, field)


def _field(tree: Tree) -> str:
    """title:a|b asks for both in the headline."""
    return tree.field if isinstance(tree, Word) else ""


def _in_field(tree: Tree, field: str) -> Tree:
    if isinstance(tree, Word):
        return replace(tree, field=tree.field or field)
    return Group(tuple(_in_field(part, field) for part in tree.parts), tree.is_all)


def _negated(tree: Tree) -> Tree:
    """NOT moved inwards (De Morgan)."""
    if isinstance(tree, Word):
        return replace(tree, is_negative=not tree.is_negative)
    return Group(tuple(_negated(part) for part in tree.parts), not tree.is_all)


def _clauses(tree: Tree) -> list[Clause]:
    """Conjunctive normal form, without demands that are always met or that another one implies.

    Raises SearchError where it has more words than the macros take, or demands nothing that must be there.
    """
    found = _multiplied(tree)
    if all(any(word.is_negative for word in clause) for clause in found):
        raise SearchError(_says("The search says only what must not be there; say a word that must be, too"))
    if sum(map(len, found)) > MAX_WORDS:
        raise SearchError(_too_tangled())
    return found


def _multiplied(tree: Tree) -> list[Clause]:
    if isinstance(tree, Word):
        return [frozenset([tree])]
    if tree.is_all:
        return _least([clause for part in tree.parts for clause in _multiplied(part)])
    found: list[Clause] = [frozenset()]
    for part in tree.parts:
        found = _least([left | right for left in found for right in _multiplied(part)])
        if len(found) > MAX_WORDS:
            raise SearchError(_too_tangled())
    return found


def _too_tangled() -> str:
    return _says(f"With its brackets multiplied out the search has more than {MAX_WORDS} words; ask in two parts")


def _least(clauses: list[Clause]) -> list[Clause]:
    out: list[Clause] = []
    for clause in dict.fromkeys(clauses):
        always = any(replace(word, is_negative=not word.is_negative) in clause for word in clause)
        if not always and not any(other < clause for other in clauses):
            out.append(clause)
    return out


def _written(clause: Clause) -> str:
    """Words without a field first: behind `title:a` the macros would take them for words of the headline."""
    words = sorted(clause, key=lambda word: (word.field != "", word.is_negative, word.field, word.text))
    return "|".join(
        ("-" if word.is_negative else "") + (f"{word.field}:" if word.field else "") + word.text for word in words
    )
