"""How an article's text changed between two captures: what was added, removed and reworded, and whether it was said.

Paragraphs are aligned first, then the words within those that changed: `diffing` bounds both. Everything is counted in
words as printed: runs without blanks, single characters in scripts that are written without blanks (Chinese, Japanese).
A paragraph that was moved is told as removed and added.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.linking import notices
from flows.linking.diffing import Edit, edits

DIFFER = "sillok-versions/1"
"""Name and version of this comparison; raised with every change of what it tells."""

MAX_PARAGRAPHS = 4_000
MAX_CHARS = 400_000
"""Of one text; two hundred times the usual article. Beyond them only the headlines are compared."""

MAX_PAIRS = 400
"""Old times new paragraphs between two unchanged ones that are paired by likeness; beyond: removed and added whole."""

LEAST_LIKE = 0.3
"""Share of words in common (Dice) from which a paragraph counts as reworded rather than replaced. A judgement, not
measured: a sentence whose figures change keeps most of its words, two sentences of one article share few."""


MAX_STAMP_CHARS = 120  # of a line that is nothing but times or counts


class Outcome(StrEnum):
    """What came of comparing two captures."""

    UNCHANGED = "unchanged"
    COSMETIC = "cosmetic"  # blanks, punctuation, paragraph breaks, a line of times or counts
    TITLE_ONLY = "title_only"
    BODY = "body"
    TITLE_AND_BODY = "title_and_body"
    TOO_LARGE = "too_large"  # the bodies differ and are too large to be told apart word by word


class Kind(StrEnum):
    """What happened to a passage."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of an article: headline without markers, the markers, and paragraphs."""

    title: str | None
    body: tuple[str, ...]
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that changed. Paragraphs are numbered from 0; start and end count words within the paragraph.

    A side that has no such paragraph (a paragraph added or removed whole) has null for its number.
    """

    kind: Kind
    old_paragraph: int | None
    new_paragraph: int | None
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    old_text: str
    new_text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that is told of two texts. Word counts are of the body; null where it was too large."""

    outcome: Outcome
    old_title: str | None = None  # both titles are null where the headline stayed, markers included
    new_title: str | None = None
    words_added: int | None = 0
    words_removed: int | None = 0
    passages: tuple[Passage, ...] = ()
    declared: notices.Notice | None = None  # the first notice that the new text has and the old had not


_WORD = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]|[^\s\u3041-\u30ff\u3400-\u9fff]+")
# Lines of times and counts that readers of pages let through; clear by their form, whatever the figures say.
# Possessive throughout: a hostile line must not be tried in every way in which it can be cut.
_STAMP_LINE = re.compile(
    r"\W*+(?:(?:기사\s?)?(?:입력|수정|등록|승인|송고|작성|발행|최종\s?수정|업데이트|published|updated|last updated|"
    r"posted|modified|조회|댓글|좋아요|추천|공유|views?|comments?|shares?|likes?)(?:\s?(?:시간|일시|날짜|수|at|on))?"
    r"(?=\D{0,12}\d)(?:[^\w]|[\d년월일시분초오전후]|[ap]\.m\.|(?:am|pm|kst|gmt|utc)\b)++(?:개|회|명|건)?+\W*+)++",
    re.IGNORECASE,
)
# Kept: letters, figures, and signs that change a meaning (a question, a percentage, a currency, a decimal point).
_INK = re.compile(r"[^\W_]|[%‰?？+=±×÷]|[$€£¥₩￦℃°]|(?<=\d)[.:/~-](?=\d)|(?<![\w.])[-−](?=\d)")


def words(paragraph: str) -> list[str]:
    """The words of a paragraph as printed, in order."""
    return _WORD.findall(paragraph)


def compare(old: Text, new: Text) -> Change:
    """Tell how `old` became `new`. Exchanging the two exchanges what was added and what was removed, exactly."""
    if (old.title, old.markers, old.body) == (new.title, new.markers, new.body):
        return Change(Outcome.UNCHANGED)
    declared = _declared(old, new)
    has_title = (old.title, old.markers) != (new.title, new.markers)
    titles = (_headline(old), _headline(new)) if has_title else (None, None)
    if _is_too_large(old.body) or _is_too_large(new.body):
        if old.body == new.body:
            return Change(Outcome.TITLE_ONLY, *titles, declared=declared)
        return Change(Outcome.TOO_LARGE, *titles, words_added=None, words_removed=None, declared=declared)
    passages = _ordered(old.body, new.body)
    return Change(
        _outcome(old, new),
        *titles,
        words_added=sum(passage.new_end - passage.new_start for passage in passages),
        words_removed=sum(passage.old_end - passage.old_start for passage in passages),
        passages=passages,
        declared=declared,
    )


def applied(body: Sequence[str], passages: Sequence[Passage]) -> list[list[str]]:
    """The words of each new paragraph, from the old body and what changed: what `passages` are tested by."""
    removed = {p.old_paragraph for p in passages if p.new_paragraph is None}
    added = {p.new_paragraph: words(p.new_text) for p in passages if p.old_paragraph is None}
    reworded: dict[int, list[Passage]] = {}
    for passage in passages:
        if passage.old_paragraph is not None and passage.new_paragraph is not None:
            reworded.setdefault(passage.old_paragraph, []).append(passage)
    found: list[list[str]] = []
    for number, paragraph in enumerate(body):
        if number in removed:
            continue
        while len(found) in added:
            found.append(added[len(found)])
        said = words(paragraph)
        for passage in reversed(reworded.get(number, [])):
            said[passage.old_start : passage.old_end] = words(passage.new_text)
        found.append(said)
    while len(found) in added:
        found.append(added[len(found)])
    return found


def _headline(text: Text) -> str | None:
    parts = [*(f"[{marker}]" for marker in text.markers), text.title or ""]
    return " ".join(part for part in parts if part) or None


def _is_too_large(body: Sequence[str]) -> bool:
    return len(body) > MAX_PARAGRAPHS or sum(map(len, body)) > MAX_CHARS


def _declared(old: Text, new: Text) -> notices.Notice | None:
    before = {_ink(notice.text) for notice in _notices(old)}
    return next((notice for notice in _notices(new) if _ink(notice.text) not in before), None)


def _notices(text: Text) -> list[notices.Notice]:
    return [*notices.in_body(text.body), *notices.in_title(text.title, text.markers)]


def _outcome(old: Text, new: Text) -> Outcome:
    has_title = old.markers != new.markers or _ink(old.title or "") != _ink(new.title or "")
    has_body = _substance(old.body) != _substance(new.body)
    if has_title:
        return Outcome.TITLE_AND_BODY if has_body else Outcome.TITLE_ONLY
    return Outcome.BODY if has_body else Outcome.COSMETIC


def _ink(text: str) -> str:
    return "".join(_INK.findall(text))


def _is_stamp_line(paragraph: str) -> bool:
    return len(paragraph) <= MAX_STAMP_CHARS and _STAMP_LINE.fullmatch(paragraph) is not None


def _substance(body: Sequence[str]) -> str:
    return "".join(_ink(paragraph) for paragraph in body if not _is_stamp_line(paragraph))


def _ordered(old: Sequence[str], new: Sequence[str]) -> tuple[Passage, ...]:
    """Always compared in one order and turned round where needed: ties in an alignment must not depend on the side."""
    if tuple(new) < tuple(old):
        return tuple(sorted(map(_turned, _passages(new, old)), key=_place))
    return tuple(sorted(_passages(old, new), key=_place))


def _place(passage: Passage) -> tuple[bool, int, int]:
    """By place in the new text, then what is gone from the old."""
    gone = passage.new_paragraph is None
    number = passage.old_paragraph if gone else passage.new_paragraph
    return gone, number or 0, passage.new_start


_TURNED = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.REWORDED: Kind.REWORDED}


def _turned(passage: Passage) -> Passage:
    return Passage(
        _TURNED[passage.kind],
        passage.new_paragraph,
        passage.old_paragraph,
        passage.new_start,
        passage.new_end,
        passage.old_start,
        passage.old_end,
        passage.new_text,
        passage.old_text,
    )


def _passages(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    keys_old = [" ".join(words(paragraph)) for paragraph in old]
    keys_new = [" ".join(words(paragraph)) for paragraph in new]
    for edit in edits(keys_old, keys_new):
        pairs = _pairs(edit, old, new)
        paired_old, paired_new = {i for i, _ in pairs}, {j for _, j in pairs}
        for i in range(edit.old_start, edit.old_end):
            if i not in paired_old:
                yield Passage(Kind.REMOVED, i, None, 0, len(words(old[i])), 0, 0, old[i], "")
        for j in range(edit.new_start, edit.new_end):
            if j not in paired_new:
                yield Passage(Kind.ADDED, None, j, 0, 0, 0, len(words(new[j])), "", new[j])
        for i, j in pairs:
            yield from _within(i, j, old[i], new[j])


def _pairs(edit: Edit, old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which old paragraph of a changed stretch became which new one: the likest pairs that do not cross."""
    rows, columns = edit.old_end - edit.old_start, edit.new_end - edit.new_start
    if not rows or not columns or rows * columns > MAX_PAIRS:
        return []
    bags_old = [Counter(words(old[edit.old_start + i])) for i in range(rows)]
    bags_new = [Counter(words(new[edit.new_start + j])) for j in range(columns)]
    like = [[_likeness(a, b) for b in bags_new] for a in bags_old]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            joined = like[i][j] + best[i + 1][j + 1] if like[i][j] >= LEAST_LIKE else 0.0
            best[i][j] = max(joined, best[i + 1][j], best[i][j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if like[i][j] >= LEAST_LIKE and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            found.append((edit.old_start + i, edit.new_start + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def _within(i: int, j: int, old: str, new: str) -> Iterator[Passage]:
    """The words that changed in one paragraph, as printed."""
    spans_old = [match.span() for match in _WORD.finditer(old)]
    spans_new = [match.span() for match in _WORD.finditer(new)]
    for edit in edits([old[a:b] for a, b in spans_old], [new[a:b] for a, b in spans_new]):
        passage = Passage(
            Kind.REWORDED,
            i,
            j,
            edit.old_start,
            edit.old_end,
            edit.new_start,
            edit.new_end,
            _printed(old, spans_old[edit.old_start : edit.old_end]),
            _printed(new, spans_new[edit.new_start : edit.new_end]),
        )
        if not passage.old_text:
            passage = replace(passage, kind=Kind.ADDED)
        elif not passage.new_text:
            passage = replace(passage, kind=Kind.REMOVED)
        yield passage


def _printed(text: str, spans: list[tuple[int, int]]) -> str:
    return text[spans[0][0] : spans[-1][1]] if spans else ""
