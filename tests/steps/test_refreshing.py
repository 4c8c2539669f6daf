"""A refresh shows before it does, takes what was chosen and no more, and tries again what was given up."""

import shutil
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.enrichment.annotator import annotator
from flows.enrichment.transformers import NO_TRANSFORMERS
from flows.extraction.article import EXTRACTOR
from flows.lake import catalog, due, refreshing
from flows.lake.batches import Writer, writing
from flows.lake.refresh_choices import Choice, Part, Which
from flows.lake.tables import ARTICLES
from flows.settings import Settings
from flows.steps import annotating, reading
from flows.steps import refreshing as steps
from flows.steps.saving import Saving
from tests.test_cli import PAGE


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages: one read by an older version with another headline, one lost three times, one up to date."""
    tmp_path = tmp_path_factory.mktemp("refreshing")
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("older", "lost", "good"):
        words = PAGE.replace("느티", {"older": "느티", "lost": "도토리", "good": "별내"}[name])
        (pages / f"{name}.html").write_text(words, encoding="utf-8")
    lake = tmp_path / "lake"
    with writing(lake, "test") as writer:
        list(Saving(writer, "run", Settings(lake=lake)).batches([pages]))
        by_name = dict(zip(("good", "lost", "older"), due.unread(writer.connection, EXTRACTOR), strict=True))
        now = datetime(2026, 3, 5, tzinfo=UTC)
        rows = []
        for name, one in by_name.items():
            row = dict(reading.row(one, reading.read_one(lake, one), now))
            if name == "older":
                row |= {"title": "예전 제목", "extractor": "reader/0"}
            tries = 3 if name == "lost" else 1
            lost = {"outcome": "deadline", "body": [], "body_chars": 0, "title": None} if name == "lost" else {}
            rows += [{**row, **lost, "attempt": number + 1} for number in range(tries)]
        writer.commit_rows("test", "run", "articles", [(ARTICLES, rows)])
    return lake


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Path:
    """A copy of that lake, to be written to."""
    return Path(shutil.copytree(made, tmp_path / "lake"))


def chosen(lake: Path, part: Part = Part.READING, **narrowed: object) -> refreshing.Chosen:
    with closing(catalog.read(lake)) as connection:
        choice = steps.choice_of(lake, connection, part, Choice(**narrowed), "")  # type: ignore[arg-type]
        return steps.chosen_of(connection, part, choice, NO_TRANSFORMERS)


def read(writer: Writer, which: Which = Which.BOTH) -> dict[str, int]:
    found = steps.chosen_of(writer.connection, Part.READING, Choice(which), NO_TRANSFORMERS)
    unread = steps.to_read(writer.connection, found)
    made = reading.read_batch(writer.lake, tuple(unread))
    assert writer.commit("extract", "run", made.batch, [made.file])
    return made.outcomes


def test_what_is_of_an_older_version_and_what_was_given_up_is_chosen_and_the_rest_left(lake: Path) -> None:
    both = chosen(lake)
    assert (len(both.older), len(both.lost)) == (1, 1)
    assert both.made_by == {"reader/0": 1, EXTRACTOR: 1}
    assert chosen(lake, which=Which.OLDER).captures == both.older
    assert chosen(lake, which=Which.LOST).captures == both.lost
    assert chosen(lake, made_by="reader/0").captures == both.older


def test_a_dry_run_tells_which_fields_differ_and_writes_nothing(lake: Path) -> None:
    with writing(lake, "test") as writer:
        before = writer.connection.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone()
        found = steps.chosen_of(writer.connection, Part.READING, Choice(Which.OLDER), NO_TRANSFORMERS)
        unread = due.unread(writer.connection, EXTRACTOR, only=found.captures, most=steps.ALWAYS)
        anew = steps.read_anew(lake, NO_TRANSFORMERS, tuple(unread))
        held = refreshing.held_articles(writer.connection, found.captures)
        seen = steps._compared(writer.connection, found, anew, held, 0)
        assert writer.connection.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchone() == before
    titles = [one for one in seen.differences if one.where == "articles.title"]
    assert [one.before for one in titles] == ["예전 제목"]
    assert [one.where for one in seen.differences if one.where.startswith("articles.")] == ["articles.title"]
    articles = seen.effects[0]
    assert (articles.table, articles.row_count, articles.changed) == ("staging.articles", 1, 1)
    text = "\n".join(steps.lines(seen))
    assert "1 texts would be made anew" in text
    assert "예전 제목 -> " in text


def test_a_page_given_up_after_three_tries_is_read_again_and_then_nothing_is_left(lake: Path) -> None:
    with writing(lake, "test") as writer:
        given_up = chosen(lake).lost
        assert not [one for one in due.unread(writer.connection, EXTRACTOR) if one.capture_id in given_up]
        assert read(writer, Which.LOST) == {"ok": 1}
        assert read(writer, Which.OLDER) == {"ok": 1}
        rows = writer.connection.execute("SELECT count(*) FROM lake.staging.articles WHERE extractor = 'reader/0'")
        assert rows.fetchone() == (1,)  # the reading of before stays
    nothing = steps.Preview(chosen(lake), (), 0, 0, ())
    assert steps.lines(nothing)[0].startswith("Nothing to do")


def test_annotations_that_were_lost_are_made_and_those_of_a_killed_refresh_too(lake: Path) -> None:
    with writing(lake, "test") as writer:
        name = annotator(NO_TRANSFORMERS)
        (key,) = due.unannotated(writer.connection, EXTRACTOR, name)
        made = annotating.lost_batch(lake, EXTRACTOR, NO_TRANSFORMERS, key, True, "late")
        assert writer.commit("enrich", "run", made.batch, made.files)
        assert due.unannotated(writer.connection, EXTRACTOR, name) == []
        choice = Choice()
        found = steps.chosen_of(writer.connection, Part.ANNOTATION, choice, NO_TRANSFORMERS)
        assert found.lost == (key[0],)
        read(writer)  # two more articles, whose annotations a kill prevented
        keys = steps.to_annotate(writer, Part.ANNOTATION, choice, found, NO_TRANSFORMERS)
        assert len(keys) == 3
        again = annotating.annotate_batch(lake, EXTRACTOR, NO_TRANSFORMERS, tuple(keys), "again")
        assert writer.commit("enrich", "run", again.batch, again.files)
        rows = writer.connection.execute("SELECT outcome, count(*) FROM lake.staging.annotations GROUP BY ALL")
        assert rows.fetchall() == [("ok", 3)]
        assert steps.chosen_of(writer.connection, Part.ANNOTATION, choice, NO_TRANSFORMERS).captures == ()


def test_a_lost_text_tried_alone_is_not_taken_for_the_batch_that_was_committed(lake: Path) -> None:
    with writing(lake, "test") as writer:
        (key,) = due.unannotated(writer.connection, EXTRACTOR, annotator(NO_TRANSFORMERS))
        lost = annotating.lost_batch(lake, EXTRACTOR, NO_TRANSFORMERS, key, True, "late")
        writer.commit("enrich", "run", lost.batch, lost.files)
        again = annotating.annotate_batch(lake, EXTRACTOR, NO_TRANSFORMERS, (key,), "run-2")
        assert again.batch != lost.batch


@pytest.mark.parametrize(
    ("narrowed", "says"),
    [
        ({"publishers": ("느티일뽀",)}, "no publisher 느티일뽀"),
        ({"made_by": "reader/9"}, "did you mean reader/0"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "is after the last"),
        ({"since": date(2090, 1, 1)}, "No article of the lake"),
    ],
)
def test_a_choice_that_cannot_be_met_is_refused_in_a_sentence(
    made: Path, narrowed: dict[str, object], says: str
) -> None:
    with pytest.raises(steps.RefreshError, match=says):
        chosen(made, **narrowed)


def test_a_day_that_is_none_is_refused_with_a_right_one() -> None:
    with pytest.raises(steps.RefreshError, match="no day; a right one"):
        steps.day("gestern", "--since")
