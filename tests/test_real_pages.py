"""Real pages, where the measuring set is beside the checkout: every input ends once, the seed page comes out whole."""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import sillok

pytestmark = [pytest.mark.slow, pytest.mark.shared]
Ask = Callable[[Path, str], list[dict[str, object]]]


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with all pages of the set and the seed page."""
    lake = tmp_path_factory.mktemp("real") / "lake"
    seed = next((shared / "seed").glob("*.txt"))
    done = sillok(lake, "import", str(shared / "eval" / "pages"), str(seed))
    assert done.returncode == 0, done.stderr
    return lake


@pytest.fixture(scope="module")
def seed(shared: Path, imported: Path, ask: Ask) -> dict[str, object]:
    # The seed is the one page that came as text.
    (row,) = ask(
        imported,
        "SELECT articles.* FROM staging.articles AS articles JOIN raw.captures AS captures USING (capture_id) "
        "WHERE captures.url NOT LIKE '%.html.gz' AND outcome = 'ok'",
    )
    return row


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, object]:
    return json.loads((shared / "seed" / "gold.json").read_text(encoding="utf-8"))


def test_every_input_has_exactly_one_outcome(shared: Path, imported: Path, ask: Ask) -> None:
    files = [path for path in (shared / "eval" / "pages").rglob("*") if path.is_file()]
    rows = ask(imported, "SELECT url, state, reason, capture_id FROM raw.fetches")
    assert len(rows) == len(files) + 1
    assert len({row["url"] for row in rows}) == len(rows)
    stored = {row["capture_id"] for row in rows if row["state"] == "stored"}
    pages = [path for path in files if path.name.endswith(".html.gz")]
    assert len(stored) >= len(pages) + 1 - 2  # byte-equal pages would be one capture
    read = ask(imported, "SELECT capture_id, outcome FROM staging.articles")
    assert sorted(str(row["capture_id"]) for row in read) == sorted(map(str, stored))
    ok = [row for row in read if row["outcome"] == "ok"]
    said = ask(imported, "SELECT capture_id FROM staging.annotations")
    assert sorted(str(row["capture_id"]) for row in said) == sorted(str(row["capture_id"]) for row in ok)


def test_completeness_of_the_import_adds_up(imported: Path, ask: Ask) -> None:
    (row,) = ask(
        imported,
        "SELECT sum(listed_count) AS listed, sum(extracted_count) AS extracted, sum(missing_count) AS missing, "
        "sum(coalesce(list_sum(map_values(reasons)), 0)) AS told FROM completeness",
    )
    numbers = {name: int(str(value)) for name, value in row.items()}
    assert numbers["listed"] == numbers["extracted"] + numbers["missing"]
    assert numbers["told"] == numbers["missing"]
    (held,) = ask(imported, "SELECT count(*) AS n FROM raw.fetches")
    assert numbers["listed"] == held["n"]


def test_the_seed_page_comes_out_as_its_gold_says(
    shared: Path, seed: dict[str, object], gold: dict[str, dict[str, object]]
) -> None:
    text = unicodedata.normalize("NFC", next((shared / "seed").glob("*.txt")).read_text(encoding="utf-8"))
    document = gold["document"]
    paragraphs = [text[slice(*part["span"])] for part in gold["body"]["paragraphs"]]  # type: ignore[index,attr-defined]
    assert len(paragraphs) == 10
    assert seed["title"] == document["title"]["text"]  # type: ignore[index]
    assert seed["body"] == paragraphs
    assert seed["publisher"] == document["publisher"]["name"]  # type: ignore[index]
    authors = [
        {"name": one["name"], "role": one["role"], "email": one["email"]}  # type: ignore[index]
        for one in gold["byline"]["authors"]  # type: ignore[attr-defined]
    ]
    assert seed["authors"] == authors
    assert seed["comment_count"] == document["comment_count"]["value"]  # type: ignore[index]
    assert [one["text"] for one in seed["captions"]] == [  # type: ignore[attr-defined]
        one["caption"]
        for one in gold["images"]  # type: ignore[attr-defined]
    ]
    assert seed["captions"][0]["credit"] == gold["images"][0]["credit"]["holder"]  # type: ignore[index]


def test_the_seed_page_forbids_ai_training_and_the_lake_says_so(
    seed: dict[str, object], gold: dict[str, dict[str, object]]
) -> None:
    notice = gold["copyright"]
    assert seed["rights_ai_training"] == "prohibited"
    assert seed["rights_reproduction"] in {"prohibited", "permission_required"}
    assert seed["rights_redistribution"] in {"prohibited", "permission_required"}
    assert seed["rights_holder"] == notice["holder"]
    assert seed["rights_notice"] == notice["raw"]
    assert not [part for part in seed["body"] if re.search("AI학습|무단 전재", str(part))]  # type: ignore[attr-defined]


def test_the_seed_pages_related_headlines_are_parted_from_their_publishers(
    seed: dict[str, object], gold: dict[str, dict[str, object]]
) -> None:
    wanted = [(one["publisher"], one["title"]) for one in gold["related_headlines"]["items"]]  # type: ignore[attr-defined,index]
    assert [(one["publisher"], one["title"]) for one in seed["related_headlines"]] == wanted  # type: ignore[attr-defined]


def test_the_seed_pages_speakers_are_answered_in_sql(
    imported: Path, gold: dict[str, list[dict[str, object]]], seed: dict[str, object], ask: Ask
) -> None:
    rows = ask(
        imported,
        f"SELECT speaker_name, speaker_type FROM quotes WHERE article_id = '{seed['article_id']}' ORDER BY number",
    )
    kinds = {"online_community": "crowd", "named": "person", "anonymous_official": "anonymous"}
    assert [(row["speaker_name"], row["speaker_type"]) for row in rows] == [
        (one["speaker"], kinds[str(one["speaker_type"])]) for one in gold["quotes"]
    ]


def test_importing_the_same_pages_again_stores_and_reads_nothing_twice(shared: Path, imported: Path, ask: Ask) -> None:
    tables = ("raw.listings", "raw.captures", "staging.articles", "staging.annotations", "staging.entities")
    before = {name: ask(imported, f"SELECT count(*) AS n FROM {name}") for name in tables}
    done = sillok(imported, "import", str(shared / "eval" / "pages" / "korean"), "--until", "enrich")
    assert done.returncode == 0, done.stderr
    assert "duplicate" in done.stdout
    assert {name: ask(imported, f"SELECT count(*) AS n FROM {name}") for name in tables} == before
