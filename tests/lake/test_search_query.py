"""Brackets and Boolean words mean what they mean everywhere, and what cannot be read is told with a right example."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.lake.ask import answer, asking, rows
from flows.lake.search_query import Group, SearchError, Tree, Word, parse, plain
from tests.lake.test_search import made, word
from tests.searched import build, scan


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("네이버 AND (소버린 OR 주권) NOT 주가", "네이버 소버린|주권 -주가"),
        ("네이버 소버린|주권 -주가", "네이버 소버린|주권 -주가"),
        ('"AND (OR"', '"AND (OR"'),
        ("a OR b c", "a|b a|c"),
        ("NOT (a OR b) c", "-a -b c"),
        ("-(a b) c", "-a|-b c"),
        ("title:(a OR b) c", "title:a|title:b c"),
        ("title:a|b (c)", "title:a|title:b c"),
        ("(a OR title:b)", "a|title:b"),
        ("((a))", "a"),
        ("(a OR NOT a) b", "b"),
        ("a AND b AND c", "a b c"),
        ("and (or)", "and or"),
    ],
)
def test_brackets_become_what_the_macros_read(query: str, says: str) -> None:
    assert plain(query) == says


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("(네이버", "A bracket is not closed"),
        ("네이버)", "a closing bracket too many"),
        ("()", r"Where a word should stand stands \)"),
        ("네이버 AND", "Where a word should stand the search ends"),
        ("OR 네이버 (x)", "Where a word should stand stands OR"),
        ('(네이버 "소버린)', "A quotation mark is not closed"),
        ("writer:(네이버)", "There is no field writer"),
        ("NOT (네이버)", "only what must not be there"),
        ("(…)", "no letter and no digit"),
        ("(" * 100 + "a" + ")" * 100, "more than 60 deep"),
        (" OR ".join(f"(a{i} b{i})" for i in range(12)), "more than 60 words"),
    ],
)
def test_what_cannot_be_read_is_told_with_a_right_one(query: str, says: str) -> None:
    with pytest.raises(SearchError, match=says) as told:
        plain(query)
    assert "A right one: " in str(told.value)


LEAVES = st.builds(Word, st.sampled_from("abcd"), st.just(""), st.booleans())
TREES = st.recursive(
    LEAVES,
    lambda some: st.builds(Group, st.lists(some, min_size=1, max_size=3).map(tuple), st.booleans()),
    max_leaves=7,
)


def written(tree: Tree) -> str:
    if isinstance(tree, Word):
        return ("NOT " if tree.is_negative else "") + tree.text
    return "(" + (" AND " if tree.is_all else " OR ").join(map(written, tree.parts)) + ")"


def holds(tree: Tree, there: frozenset[str]) -> bool:
    if isinstance(tree, Word):
        return (tree.text in there) != tree.is_negative
    return (all if tree.is_all else any)(holds(part, there) for part in tree.parts)


@given(TREES)
@settings(max_examples=150)
def test_multiplying_out_changes_no_answer(tree: Tree) -> None:
    try:
        text = plain(f"({written(tree)})")
    except SearchError:
        return
    demands = [demand.split("|") for demand in text.split()]
    for there in (frozenset(some) for size in range(5) for some in itertools.combinations("abcd", size)):
        met = all(any((w.lstrip("-") in there) != w.startswith("-") for w in demand) for demand in demands)
        assert met == holds(parse(written(tree)), there) == holds(tree, there)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "lake"
    build(path, made(400))
    return path


def test_sql_questions_take_brackets_in_any_macro_that_takes_a_search(lake: Path) -> None:
    wanted = scan(made(400), [[word("가강")], [word("나돌"), word("라솔")], [word("차숲", absent=True)]])
    assert wanted
    with asking(lake) as connection:
        sql = "SELECT article_id FROM matching('가강 AND (나돌 OR 라솔) NOT 차숲') WHERE score > 0"
        assert {row[0] for row in rows(answer(connection, sql))} == wanted.keys()
        sql = "SELECT article_id FROM search(query := '가강 AND (나돌 OR 라솔) NOT 차숲', most := 9999)"
        assert {row[0] for row in rows(answer(connection, sql))} == wanted.keys()


def test_a_bad_search_in_sql_is_one_sentence(lake: Path) -> None:
    with asking(lake) as connection:
        with pytest.raises(SearchError, match="A bracket is not closed"):
            answer(connection, "FROM search('(가강')")
        with pytest.raises(Exception, match="There is no field writer"):
            list(rows(answer(connection, "FROM search('writer:가강')")))
