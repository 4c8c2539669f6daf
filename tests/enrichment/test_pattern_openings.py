"""Patterns open with the characters that can begin them, which is quick; one forgotten would lose days and amounts."""

import re
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from flows.enrichment import date_patterns, events, expressions, places

DIGIT = "٣"  # a digit that no range names: stands for \d
PATTERNS = {
    "calendar": date_patterns.CALENDAR,
    "numeric": date_patterns.NUMERIC,
    "deictic": date_patterns.DEICTIC,
    "week": date_patterns.WEEK,
    "period": date_patterns.PERIOD,
    "clock": expressions.CLOCK,
    "lasting": expressions.LASTING,
    "amount": expressions._amount(),
    "event": events._trigger(),
    "country": places._long_countries(),
}


def first(items: Any) -> tuple[set[str], bool]:
    """The characters that can begin what was parsed, and whether it can be empty."""
    found: set[str] = set()
    for kind, value in items:
        chars, is_optional = _of(kind, value)
        found |= chars
        if not is_optional:
            return found, False
    return found, True


def _of(kind: Any, value: Any) -> tuple[set[str], bool]:
    if kind is kinds.LITERAL:
        return {chr(value)}, False
    if kind is kinds.IN:
        return set().union(*(_in_set(*one) for one in value)), False
    if kind is kinds.BRANCH:
        parts = [first(part) for part in value[1]]
        return set().union(*(chars for chars, _ in parts)), any(empty for _, empty in parts)
    if kind is kinds.SUBPATTERN:
        return first(value[3])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        chars, is_empty = first(value[2])
        return chars, is_empty or value[0] == 0
    assert kind in (kinds.ASSERT, kinds.ASSERT_NOT, kinds.AT), f"{kind} is not looked into"
    return set(), True


def _in_set(kind: Any, value: Any) -> set[str]:
    if kind is kinds.LITERAL:
        return {chr(value)}
    if kind is kinds.RANGE:
        return {chr(code) for code in range(value[0], value[1] + 1)}
    if kind is kinds.CATEGORY and value is kinds.CATEGORY_DIGIT:
        return {*"0123456789", DIGIT}
    assert value is kinds.CATEGORY_SPACE, f"{value} is not looked into"
    return {" "}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_opens_with_every_character_that_can_begin_it(name: str) -> None:
    pattern = PATTERNS[name].pattern
    opening = re.match(r"\(\?=(\[[^\]]+\])\)", pattern)
    assert opening is not None
    begins, is_empty = first(parser.parse(pattern[opening.end() :]))
    assert begins
    assert not is_empty
    allowed = re.compile(opening[1])
    assert "".join(sorted(char for char in begins if not allowed.match(char))) == ""
