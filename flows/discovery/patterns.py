"""Link patterns of section pages: which ones are safe to run over links that a stranger wrote. Pure."""

import re

MAX_PATTERN_CHARS = 300
MAX_OPEN_REPEATS = 4  # `*`, `+` and `{n,}` in one pattern: each one more multiplies the worst case by the link's length

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?[:=!]|\?<[=!])?|[^\\\[(]", re.DOTALL)
_REPEAT = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")


def fault_of_pattern(pattern: str) -> str | None:
    """Say why a link pattern is not fit for use, in one clause; None for a good one.

    Python's engine backtracks, and the links it meets are written by others, so three shapes are refused that take
    exponential or high polynomial time: a repeated group whose content can match in several ways (`(a+)+`, `(a|ab)*`),
    a back-reference, and more than MAX_OPEN_REPEATS open repeats. Links offered to a pattern are short
    (flows.discovery.sections.MAX_LINK_CHARS), which bounds what is left.
    """
    if not pattern:
        return "is empty"
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"is longer than {MAX_PATTERN_CHARS} characters"
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression ({error})"
    if re.search(r"\\[1-9]|\(\?P=|\(\?\(", pattern):
        return "refers back to a group, which can take for ever on a long link"
    if compiled.match(""):
        return "matches the empty text, so every link of the page would count as an article"
    return _fault_of_repeats(pattern)


def _fault_of_repeats(pattern: str) -> str | None:
    """Walk the pattern once; `is_loose` tells of each open group whether it can match in several ways."""
    open_repeats = 0
    is_loose = [False]
    position = 0
    while position < len(pattern):
        atom = _ATOM.match(pattern, position)
        part = atom.group() if atom else pattern[position]
        position += len(part)
        if part.startswith("("):
            is_loose.append(False)
            continue
        if part == "|":
            is_loose[-1] = True
        closed_loose = is_loose.pop() if part == ")" and len(is_loose) > 1 else False
        repeat = _REPEAT.match(pattern, position)
        if repeat and part not in "|^$":
            position = repeat.end()
            if position < len(pattern) and pattern[position] in "?+":  # lazy or possessive: the same repeat
                position += 1
            if closed_loose and repeat.group() != "?":
                return "repeats a group whose content can match in several ways, which can take for ever on a long link"
            low, comma, high = repeat.groups()
            is_open = repeat.group() in "*+" or (comma == "," and not high)
            open_repeats += is_open
            is_loose[-1] |= is_open or repeat.group() == "?" or (comma == "," and low != high)
        is_loose[-1] |= closed_loose
    if open_repeats > MAX_OPEN_REPEATS:
        return f"has more than {MAX_OPEN_REPEATS} open repeats (*, + or {{n,}})"
    return None
