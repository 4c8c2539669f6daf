"""tdmrep.json: a reservation overlooked is a text mined against its publisher's word; a false one withholds it."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.extraction import tdmrep
from flows.extraction.article import Rights
from tests.extraction.pages import english, read

LEAVE = "permission_required"
URL = "https://courier.example/news/2026/old-store?page=1"
PATH = "/news/2026/old-store?page=1"


def file(*rules: tuple[str, object]) -> str:
    return json.dumps([{"location": location, "tdm-reservation": value} for location, value in rules])


def said(text: str, path: str | None = PATH) -> list[tuple[str, str, str]]:
    return [(signal.scope, signal.use, signal.value) for signal in tdmrep.from_file(text, path)]


def rights(text: str | None, head: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Rights:
    return read(english(head), URL, headers=headers, tdmrep_json=text).rights


@pytest.mark.parametrize(
    ("location", "is_covered"),
    [
        ("/", True),
        ("*", True),
        ("/news", True),
        ("/news/", True),
        ("news/", True),  # without its slash, but plainly meant
        ("/News/", False),
        ("/sport/", False),
        ("/news/*/old-store", True),
        ("/*/old-store$", False),  # a query follows
        ("/*/old-store?page=1$", True),
        ("/*page=1$", True),
        ("/news/2026/old-store", True),
        ("/news$", False),
        ("/ne*ws*2026*old", True),
        ("*2026*2026", False),
        ("/n%65ws/", True),
        ("https://courier.example/news/", False),
        ("", False),
    ],
)
def test_a_location_covers_what_a_rule_of_robots_txt_would(location: str, is_covered: bool) -> None:
    rules = [("/elsewhere/", 0), (location, 1)]
    assert bool(said(file(*rules))) is is_covered


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/뉴스/*", "/%EB%89%B4%EC%8A%A4/1"),
        ("/%eb%89%b4%ec%8a%a4/*", "/뉴스/1"),
        ("/a%24b$", "/a$b"),
        ("/a%2Ab$", "/a*b"),
        ("/a%2fb", "/a%2Fb"),
    ],
)
def test_a_path_is_found_however_it_is_escaped(location: str, path: str) -> None:
    assert said(file((location, 1)), path)


def test_the_first_rule_that_covers_the_page_is_used_and_no_other() -> None:
    text = file(("/sport/", 1), ("/news/", 0), ("/", 1))
    assert said(text) == [("path", "tdm", "allowed")]
    assert said(text, "/about") == [("site", "tdm", LEAVE)]
    assert said(file(("/news/", "yes"), ("/", 1))) == [("path", "tdm", "unknown")]
    assert said(file(("/sport/", 1))) == []


patterns = st.text("ab*$/", min_size=1, max_size=8).map(lambda text: f"/{text}")
paths = st.text("ab$/", max_size=10).map(lambda text: f"/{text}")


def reference(location: str, path: str) -> bool:
    """RFC 9309 by a regular expression: simple, and too slow for what comes from outside."""
    body = ".*".join(map(re.escape, location.removesuffix("$").split("*")))
    return re.match(body + (r"\Z" if location.endswith("$") else ""), path, re.DOTALL) is not None


@example([("/ab*b$", 1), ("/ab*$", 0)], "/ab")  # the `b` is there once and serves the pattern once
@given(st.lists(st.tuples(patterns, st.sampled_from([0, 1])), max_size=6), paths)
def test_first_match_stars_and_anchors_agree_with_a_plain_reference(rules: list[tuple[str, int]], path: str) -> None:
    first = next((value for location, value in rules if reference(location, path)), None)
    found = [value for _, use, value in said(file(*rules), path) if use == "tdm"]
    assert found == ([] if first is None else [LEAVE if first else "allowed"])


@pytest.mark.parametrize(
    ("stated", "value"),
    [(1, LEAVE), ("1", LEAVE), (" 1 ", LEAVE), (1.0, LEAVE), (0, "allowed"), ("0", "allowed")]
    + [(other, "unknown") for other in (2, True, False, None, "yes", "", [1], {"a": 1}, 10**300, float("nan"))],
)
def test_only_one_and_nought_say_anything(stated: object, value: str) -> None:
    assert said(file(("/", stated))) == [("site", "tdm", value)]


@pytest.mark.parametrize(
    ("in_file", "header", "meta", "training"),
    [
        ("1", None, None, LEAVE),
        ("0", None, None, None),
        ("1", "0", None, None),
        ("0", "1", None, LEAVE),
        ("1", None, "0", None),
        ("0", None, "1", LEAVE),
        (None, "1", "0", None),
        ("0", "0", "1", LEAVE),
        ("1", "maybe", None, LEAVE),
        ("1", None, "2", LEAVE),
        (None, None, None, None),
    ],
)
def test_what_is_said_nearer_to_the_page_replaces_what_the_file_says(
    in_file: str | None, header: str | None, meta: str | None, training: str | None
) -> None:
    found = rights(
        None if in_file is None else file(("/", in_file)),
        "" if meta is None else f'<meta name="tdm-reservation" content="{meta}">',
        () if header is None else (("TDM-Reservation", header),),
    )
    assert found.ai_training == training
    kept = [signal.source for signal in found.signals if signal.use == "tdm"]
    places = (("meta", meta), ("http_header", header), ("tdmrep_json", in_file))
    assert kept == [source for source, said in places if said is not None]


def test_the_rule_and_its_policy_are_kept_as_found() -> None:
    policy = "https://courier.example/policies/tdm.json"
    text = json.dumps([{"location": "/news/*", "tdm-reservation": 1, "tdm-policy": policy}])
    signals = rights(text).signals
    assert {signal.source for signal in signals} == {"tdmrep_json"}
    assert [(signal.scope, signal.use, signal.value) for signal in signals] == [
        ("path", "tdm", LEAVE),
        ("path", "other", "unknown"),
        ("path", "ai_training", LEAVE),
    ]
    assert json.loads(signals[0].raw) == {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": policy}
    assert signals[1].raw == f"tdm-policy: {policy}"


def test_a_reservation_does_not_weaken_a_ban_made_elsewhere() -> None:
    assert rights(file(("/", 0)), '<meta name="robots" content="noai">').ai_training == "prohibited"
    assert rights(file(("/", 1)), '<meta name="robots" content="noai">').ai_training == "prohibited"


@pytest.mark.parametrize(
    "text",
    [
        "not JSON at all",
        '[{"location": "/", "tdm-reservation": 1}',
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 10_000,
        '"/"',
        "null",
        "17",
        '{"rules": []}',
        "[1, null, [], {}, []]",
        '[{"location": 7, "tdm-reservation": 1}, {"location": null}, {"tdm-reservation": 1}]',
        "[" + ",".join(['{"location": "/x", "tdm-reservation": 1}'] * 100_000) + "]",
        " " * 10_000_000 + "[]",
    ],
    ids=lambda text: text[:20],
)
def test_a_file_that_cannot_be_read_is_a_signal_that_says_so_and_no_reservation(text: str) -> None:
    assert said(text) == [("site", "tdm", "unknown")]
    assert rights(text).ai_training is None
    assert all(len(signal.raw) <= 500 for signal in tdmrep.from_file(text, PATH))


@pytest.mark.parametrize("text", ["", " \n", "[]", "\ufeff[]", "<!DOCTYPE html><title>404</title>", " <html>[1]"])
def test_an_empty_list_and_a_page_in_its_place_say_nothing(text: str) -> None:
    assert said(text) == []


def test_a_rule_without_its_list_and_a_file_with_a_mark_are_read() -> None:
    assert said('\ufeff{"location": "/", "tdm-reservation": 1}') == [("site", "tdm", LEAVE)]


def test_more_rules_than_are_looked_at_are_told_unless_an_earlier_one_covers_the_page() -> None:
    many = [f'{{"location":"/{n}*","tdm-reservation":0}}' for n in range(tdmrep.MAX_RULES + 1)]
    text = f"[{','.join(many)}]"
    assert said(text, "/7") == [("path", "tdm", "allowed")]
    assert said(text, "/x") == [("site", "tdm", "unknown")]


def test_patterns_made_to_hang_a_matcher_do_not() -> None:
    location = "/" + "*a" * 1_000 + "*b$"
    path = "/" + "a" * 2_000
    text = json.dumps([{"location": location, "tdm-reservation": 1}] * 100)
    assert said(text, path) == []
    assert said(text, path + "b") == [("path", "tdm", LEAVE)]


names = st.sampled_from(["location", "tdm-reservation", "tdm-policy", "x"])
shapes = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(names, inner)
)


@given(shapes, st.text(max_size=20))
def test_no_file_makes_the_reader_raise(shape: object, path: str) -> None:
    tdmrep.from_file(json.dumps(shape), path)
    tdmrep.from_file(json.dumps([shape, {"location": shape, "tdm-reservation": shape, "tdm-policy": shape}]), path)


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    tdmrep.from_file(text, text)
