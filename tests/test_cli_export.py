"""The export command as a user types it."""

import json
from pathlib import Path

import pytest

from tests.conftest import sillok
from tests.steps.made_lake import made


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


def test_an_export_says_what_was_withheld_and_why(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl"
    done = sillok(lake, "export", str(path))
    assert done.returncode == 0, done.stderr
    assert "1 of 5 articles with all that they hold, 4 without their text" in done.stdout
    assert "1  redistribution permission_required" in done.stdout
    assert sum(json.loads(line)["body"] is None for line in path.read_text().splitlines()) == 4
    again = sillok(lake, "export", str(path))
    assert (again.returncode, "--force" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["x.docx"], "does not tell a format"),
        (["x.csv", "--what", "nothing"], "There is no mart.nothing"),
        (["x.csv", "--query", "FROM staging.articles"], "reads marts by their own names"),
        (["x.csv", "--query", "FROM articles", "--since", "2026-01-01"], "WHERE"),
        (["x.csv", "--since", "2026-02-01", "--until", "2026-01-01"], "is after"),
        (["x.csv", "--as-of", "yesterday"], "is no time"),
        (["nowhere/x.csv"], "There is no folder nowhere"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence_and_no_file(
    lake: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    done = sillok(lake, "export", *words, folder=tmp_path)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
