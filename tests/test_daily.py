"""The main job on the sample press, as a newcomer runs it: everything comes in once, and every answer is there."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from flows.lake.ask import answer, asking
from tests.conftest import ROOT, environment, prefect_api, sillok

pytestmark = pytest.mark.slow
Ask = Callable[[Path, str], list[dict[str, object]]]

FLOORS = {
    "outcome": 1.0,
    "title": 1.0,
    "publisher": 1.0,
    "portal": 1.0,
    "paragraphs": 0.94,
    "captions": 1.0,
    "authors": 1.0,
    "comment_count": 1.0,
    "paywalled": 1.0,
    "ai_training": 1.0,
    "decks": 1.0,
    "published_at": 1.0,
}
UNANSWERED_IN_THE_MORNING = {
    "what_changed_after_publication",  # nothing has changed yet
    "what_was_silently_changed",  # and the evening's corrections are all declared
}
EXPECTED = ROOT / "data" / "sample_press" / "expected.yaml"

SAME = """
    SELECT a.url, a.outcome, a.title, a.body, n.outcome AS annotated, n.annotation_count
    FROM staging.articles AS a LEFT JOIN staging.annotations AS n USING (capture_id) ORDER BY a.url, a.captured_at
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A lake after `sillok run --sample` on nothing."""
    lake = tmp_path_factory.mktemp("sample") / "lake"
    done = sillok(lake, "run", "--sample", is_newcomer=True)
    assert done.returncode == 0, done.stderr
    return lake, done


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, object]]:
    return {one["url"]: one for one in yaml.safe_load(EXPECTED.read_text(encoding="utf-8"))["urls"]}


def table_counts(ask: Ask, lake: Path) -> dict[str, object]:
    tables = ("raw.listings", "raw.captures", "staging.articles", "staging.annotations", "staging.quotes")
    return {name: ask(lake, f"SELECT count(*) AS n FROM {name}")[0]["n"] for name in tables}


def test_the_run_prints_what_came_in_the_answers_and_how_to_look_further(
    first: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = first
    for words in ("What came in", "listed", "stored", "annotated", "Who left the Blue Sail", "Who ran whose copy"):
        assert words in done.stdout
    for words in ("may be used to train AI", "sillok sql", "sillok serve"):
        assert words in done.stdout


def test_a_warc_file_of_another_run_gives_the_same_articles(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask, tmp_path: Path
) -> None:
    lake, second = first[0], tmp_path / "second"
    warcs = sorted(str(path) for path in (lake / "warc").rglob("*.warc.gz"))
    assert warcs
    done = sillok(second, "import", "--until", "extract", *warcs)
    assert done.returncode == 0, done.stderr
    fields = (
        "SELECT url, title, body, timezone('Asia/Seoul', published_at)::DATE AS published_date "
        "FROM staging.articles WHERE outcome = 'ok' AND url LIKE '%/{}%' ORDER BY url, captured_at"
    )
    for part in ("article", "news", "view"):
        original = ask(lake, fields.format(part))
        assert original
        imported = {row["url"]: row for row in ask(second, fields.format(part))}
        assert [imported.get(row["url"]) for row in original] == original
    rows = ask(second, "SELECT count(*) AS n, count(DISTINCT url_key) AS keys FROM raw.fetches")
    assert rows[0]["n"] == rows[0]["keys"]


def test_every_listed_url_ends_in_the_state_that_the_press_planned(
    first: tuple[Path, subprocess.CompletedProcess[str]], expected: dict[str, dict[str, object]], ask: Ask
) -> None:
    rows = ask(first[0], "SELECT url, state, reason FROM raw.fetches WHERE kind = 'article'")
    found = {str(row["url"]): (row["state"], row["reason"]) for row in rows}
    assert len(rows) == len(found)
    listed = {url: plan["fetch"] for url, plan in expected.items() if plan["source"]}
    assert found == {url: (fetch["state"], fetch["reason"]) for url, fetch in listed.items()}


def test_every_page_is_read_as_the_press_planned(
    first: tuple[Path, subprocess.CompletedProcess[str]], expected: dict[str, dict[str, object]], ask: Ask
) -> None:
    rows = ask(
        first[0],
        "SELECT url, outcome, title, publisher, portal, len(body) AS paragraphs, len(captions) AS captions, "
        "list_transform(authors, lambda a: a.name) AS authors, comment_count, is_paywalled AS paywalled, "
        "rights_ai_training AS ai_training, subtitle AS decks, "
        "strftime(timezone('Asia/Seoul', published_at), '%Y-%m-%dT%H:%M') AS published_at FROM staging.articles",
    )
    planned = {url: plan for url, plan in expected.items() if _is_captured(plan)}
    assert {str(row["url"]) for row in rows} == set(planned)
    right: Counter[str] = Counter()
    for row in rows:
        plan = planned[str(row["url"])]
        for field, got in row.items():
            if field == "title":  # as printed, or without its markers: which of the two is the reader's own choice
                right[field] += got in (plan["title"], plan["headline"])
            elif field != "url":
                right[field] += got == (
                    str(plan[field])[:16] if field == "published_at" and plan[field] else plan[field]
                )
    # The reader's own figures; raised when they rise. What is short of the whole is told in docs/extraction.md.
    assert {field: count for field, count in right.items() if count < FLOORS[field] * len(rows)} == {}


def test_completeness_adds_up_and_names_every_reason(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    rows = ask(first[0], "SELECT *, list_sum(map_values(reasons)) AS told FROM completeness")
    assert len({row["publisher"] for row in rows}) >= 4
    for row in rows:
        assert row["listed_count"] == row["extracted_count"] + row["missing_count"]  # type: ignore[operator]
        assert (row["told"] or 0) == row["missing_count"]
    listed = ask(first[0], "SELECT count(DISTINCT (source_id, url_key)) AS n FROM raw.listings")[0]["n"]
    assert sum(int(str(row["listed_count"])) for row in rows) == listed


def test_every_question_has_an_answer_on_the_sample_press(
    first: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    with asking(first[0]) as connection:
        for path in sorted((ROOT / "sql" / "queries").glob("*.sql")):
            found = answer(connection, path.read_text(encoding="utf-8")).fetchall()
            assert found or path.stem in UNANSWERED_IN_THE_MORNING, path.stem
    one = sillok(first[0], "query", "who_left_the_programme", "--format", "json")
    assert one.returncode == 0, one.stderr
    assert one.stdout.count("\n") >= 2


def test_the_wire_story_is_shown_with_the_outlets_that_ran_it(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    sql = (ROOT / "sql" / "queries" / "who_ran_the_wire_story.sql").read_text(encoding="utf-8")
    rows = ask(first[0], sql)
    wire = [row for row in rows if row["first_ran_by"] == "해찬통신"]
    assert len({row["ran_by"] for row in wire}) >= 3


def test_a_story_is_shown_with_its_first_outlet_and_those_that_followed(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    sql = (ROOT / "sql" / "queries" / "what_was_the_story.sql").read_text(encoding="utf-8")
    rows = ask(first[0], sql)
    (fire,) = [row for row in rows if "냉동창고" in str(row["story"])]
    assert fire["told_by"] == ["해찬통신", "온새미일보", "미리내경제", "물마루신문"]
    assert fire["articles"] == 4
    assert fire["without_copies"] == 1
    placed = "SELECT count(*) AS n FROM story_articles"
    assert ask(first[0], placed) == ask(first[0], "SELECT count(*) AS n FROM articles")


def test_a_subject_is_shown_with_its_share_corrected_by_what_is_missing_and_its_story_by_course_and_spread(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    days = ask(first[0], "FROM trend('합병')")
    missing = {row["news_date"] for row in ask(first[0], "FROM completeness WHERE extracted_share < 1")}
    assert sum(int(str(row["articles"])) for row in days) == 8
    for row in days:
        assert float(str(row["estimated_articles"])) >= int(str(row["articles"]))
        assert (row["completeness"] == 1) == (row["period"] not in missing)
    assert any(float(str(row["estimated_articles"])) > int(str(row["articles"])) for row in days)
    merger = "SELECT story_id, article_count FROM stories WHERE contains(label, '온들유업') ORDER BY ALL DESC"
    story = max(ask(first[0], merger), key=lambda row: int(str(row["article_count"])))
    course = ask(first[0], f"FROM timeline('{story['story_id']}')")
    assert [row["position"] for row in course] == list(range(1, int(str(story["article_count"])) + 1))
    copy = next(row for row in course if row["is_copy"])
    assert {row["relation"] for row in ask(first[0], f"FROM spread('{copy['article_id']}')")} == {"first", "portal"}


def test_a_portals_copies_lead_to_the_articles_of_their_publishers(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    rows = ask(
        first[0],
        "SELECT copy.publisher, original.publisher AS original_publisher, original.portal AS original_portal "
        "FROM articles AS copy LEFT JOIN articles AS original ON original.article_id = copy.original_article_id "
        "WHERE copy.portal IS NOT NULL",
    )
    assert len(rows) >= 4
    assert {row["original_portal"] for row in rows} == {None}
    assert [row["original_publisher"] for row in rows] == [row["publisher"] for row in rows]


def test_the_warc_files_are_readable_by_another_tool_and_hold_every_capture(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    held = set()
    for path in sorted((first[0] / "warc").rglob("*.warc.gz")):
        with path.open("rb") as file:
            held |= {
                record.rec_headers.get_header("WARC-Record-ID").strip("<>")
                for record in ArchiveIterator(file, check_digests=True)
            }
    captures = {str(row["capture_id"]) for row in ask(first[0], "SELECT capture_id FROM raw.captures")}
    assert captures
    assert captures <= held


def test_running_again_fetches_nothing_and_adds_no_row_twice(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    lake = first[0]
    before, same = table_counts(ask, lake), ask(lake, SAME)
    captured = ask(lake, "SELECT max(captured_at) AS t FROM raw.captures WHERE kind = 'article'")
    done = sillok(lake, "run", "--sample")
    assert done.returncode == 0, done.stderr
    after = table_counts(ask, lake)
    assert {name: after[name] for name in after if name != "raw.captures"} == {
        name: before[name] for name in before if name != "raw.captures"
    }
    assert ask(lake, SAME) == same
    # Channels are asked whether they changed (304, a revisit record); no article is asked for at all.
    assert ask(lake, "SELECT max(captured_at) AS t FROM raw.captures WHERE kind = 'article'") == captured
    states = ask(
        lake,
        "SELECT DISTINCT state, reason FROM raw.fetches WHERE kind = 'article' AND run_id = "
        "(SELECT arg_max(run_id, ended_at) FROM raw.fetches)",
    )
    assert states == [{"state": "skipped", "reason": "not_due"}]


def test_the_evening_edition_brings_new_texts_of_the_edited_articles_only(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    lake = first[0]
    articles = ask(lake, "SELECT count(*) AS n FROM articles")[0]["n"]
    done = sillok(lake, "run", "--sample", "--edition", "evening")
    assert done.returncode == 0, done.stderr
    evening = sorted(ROOT.glob("data/sample_press/articles/*/*.evening.md"))
    edited = [path for path in evening if path.with_name(path.name.replace(".evening.", ".")).exists()]
    assert len(edited) == 3
    changed = ask(lake, "SELECT article_id FROM article_versions GROUP BY article_id HAVING count(*) > 1")
    assert len(changed) == len(edited)
    assert ask(lake, "SELECT count(*) AS n FROM articles")[0]["n"] == int(str(articles)) + len(evening) - len(edited)


def test_the_evening_edition_is_told_word_by_word_and_every_correction_of_it_is_declared(
    first: tuple[Path, subprocess.CompletedProcess[str]], ask: Ask
) -> None:
    lake = first[0]  # after the evening
    kinds = ask(lake, "SELECT publisher, outcome, is_declared, notice_kind FROM corrections ORDER BY publisher")
    same = {"outcome": "title_and_body", "is_declared": True, "notice_kind": "correction"}
    assert kinds == [{"publisher": name, **same} for name in ("The Haneul Herald", "미리내경제", "온새미일보")]
    words = ask(
        lake, "SELECT p.old_text AS old, p.new_text AS new FROM (SELECT unnest(passages) AS p FROM corrections)"
    )
    assert any("60" in str(row["old"]) and "90" in str(row["new"]) for row in words)


def test_a_run_that_is_killed_half_way_is_completed_by_the_next(
    expected: dict[str, dict[str, object]], ask: Ask, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("sillok")), "run", "--sample"],
        env=environment(lake, PREFECT_API_URL=prefect_api()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Killed as soon as the first pages lie in the WARC file: after the listings, before anything is read.
    deadline = time.monotonic() + 600
    while not _has_bytes(lake / "warc", 100_000):
        assert process.poll() is None  # a run that ended was not killed half way
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    done = sillok(lake, "run", "--sample")
    assert done.returncode == 0, done.stderr
    rows = ask(lake, "SELECT url_key FROM raw.captures WHERE kind = 'article' AND record_type = 'response'")
    assert len(rows) == len({row["url_key"] for row in rows})
    read = ask(lake, "SELECT url FROM articles")
    assert sorted(str(row["url"]) for row in read) == sorted(
        url for url, plan in expected.items() if _is_captured(plan) and plan["outcome"] == "ok"
    )
    (twice,) = ask(lake, "SELECT count(*) - count(DISTINCT (run_id, kind, url_key)) AS n FROM raw.fetches")
    assert twice["n"] == 0


def _is_captured(plan: dict[str, object]) -> bool:
    # An address that redirects is captured under where it leads to, which has a plan of its own.
    is_stored = plan["fetch"]["state"] == "stored"  # type: ignore[index]
    return bool(plan["outcome"]) and is_stored and "same_as" not in plan


def _has_bytes(folder: Path, least: int) -> bool:
    return sum(path.stat().st_size for path in folder.rglob("*.warc.gz")) >= least
