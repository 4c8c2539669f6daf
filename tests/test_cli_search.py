"""`sillok search` as a user types it: articles with the words marked, or one sentence that says what is wrong."""

import json
from pathlib import Path

import pytest

from flows.lake.batches import writing
from tests.conftest import sillok
from tests.lake.test_search import OUTLETS, made, word
from tests.searched import build, scan

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "lake"
    build(path, made(400))
    return path


def test_brackets_and_filters_give_the_best_articles_as_json(lake: Path) -> None:
    done = sillok(lake, "search", "가강 AND (나돌 OR 라솔)", "--publisher", OUTLETS[1], "--json", "-n", "500")
    wanted = scan(made(400), [[word("가강")], [word("나돌"), word("라솔")]])
    outlets = {text.article_id: text.publisher for text in made(400)}
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert {hit["article_id"] for hit in hits} == {a for a in wanted if outlets[a] == OUTLETS[1]}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_table_marks_the_words_and_says_how_many_there_are(lake: Path) -> None:
    done = sillok(lake, "search", "가강", "-n", "3")
    total = len(scan(made(400), [[word("가강")]]))
    assert done.returncode == 0
    assert "«가강»" in done.stdout
    assert f"3 of {total}" in done.stderr


def test_a_search_that_finds_nothing_says_what_to_do(lake: Path) -> None:
    done = sillok(lake, "search", "없는말")
    assert (done.returncode, done.stdout) == (0, "")
    assert "--explain" in done.stderr
    assert "looks for 없는말" in sillok(lake, "search", "없는말", "--explain").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["(가강"], "A bracket is not closed"),
        (["writer:가강"], "There is no field writer"),
        (["가강", "--since", "2026-13"], "a right one: --since 2026-01-15"),
    ],
)
def test_a_wrong_word_is_one_sentence_and_exit_code_2(lake: Path, words: list[str], says: str) -> None:
    done = sillok(lake, "search", *words)
    assert done.returncode == 2
    assert says in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_a_lake_without_an_index_says_how_to_get_one(tmp_path: Path) -> None:
    with writing(tmp_path / "lake", "test"):
        pass
    done = sillok(tmp_path / "lake", "search", "가강")
    assert done.returncode == 2
    assert "This lake has no search yet" in done.stderr
