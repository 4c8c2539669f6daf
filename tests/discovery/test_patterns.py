"""Link patterns: the useful ones are accepted, the dangerous ones refused before they meet a hostile link."""

import pytest

from flows.discovery.patterns import fault_of_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"/news/\d+$",
        r"^https?://(?:www|m)\.maeari\.example/(?:politics|economy)/\d{4}/(?:\d{2}/){2}[^/]+$",
        r"articleView\.html\?idxno=\d+",
        r"/(?:en/)?article/[0-9A-Z]{8,}",
        r"/view/\d{8}n\d{5}",
        r"[(*+]+x",
        r"/a\+b/\d+?/",
    ],
)
def test_a_pattern_in_use_is_accepted(pattern: str) -> None:
    assert fault_of_pattern(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "x?",
        ".*",
        "news(",
        "(?P<a",
        r"(a+)+$",
        r"(?:a|ab)+c",
        r"(?:\d*x?)+y",
        r"(?:a{1,9}){2,9}b",
        r"((?:a+)b?)+c",
        r"(a)\1",
        r"(?P<x>a)(?P=x)",
        r".*a.*b.*c.*d.*e",
        "a" * 400,
        "(" * 150 + "a" + ")" * 150 + "{99999999999}",
    ],
)
def test_a_pattern_that_could_hang_or_match_all_is_refused(pattern: str) -> None:
    assert fault_of_pattern(pattern)
