"""The registry in the lake: grows by what is new, keeps its ids, and counts an article once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.extraction.article import Article, Author, Outcome
from flows.lake import batches, catalog, views
from flows.lake.copy_tables import COMPARED, COPIES
from flows.lake.tables import ARTICLES, SOURCES
from flows.steps import linking_reporters
from flows.steps.publishing import SQL
from flows.steps.reading import row
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def article(
    number: int, email: str | None, publisher: str = "느티일보", hour: int = 0, name: str = "한가람"
) -> dict[str, object]:
    capture, at = f"{number}-{hour}", NOON + timedelta(hours=hour)
    read = Article(
        id=capture,
        input=capture,
        outcome=Outcome.OK,
        url=f"https://neuti.example/{number}",
        publisher=publisher,
        body=("글",),
        authors=(Author(name, "기자", email), Author("온라인뉴스팀")),
        published_at=f"2026-03-{number:02}T09:00:00+09:00",
    )
    return dict(row(unread(capture_id=capture, captured_at=at), read, at))


def linked(lake: Path, batch: str, *articles: dict[str, object]) -> dict[str, int]:
    with batches.writing(lake, "test") as writer:
        rows = [(SOURCES, [source("neuti")])] if batch == "b1" else []
        writer.commit_rows("test", "run", batch, [*rows, (ARTICLES, articles)])
        found = {one.outcome: one.count for one in linking_reporters.link(writer, "run")}
        before = writer.connection.execute("SELECT count(*) FROM lake.staging.reporters").fetchall()
        again = linking_reporters.link(writer, "run")
        assert {one.outcome for one in again} == {"unchanged"}
        assert writer.connection.execute("SELECT count(*) FROM lake.staging.reporters").fetchall() == before
        views.publish(writer.connection, views.read(SQL))
        return found


def asked(lake: Path, sql: str) -> list[tuple[object, ...]]:
    return catalog.read(lake).execute(sql).fetchall()


SHOWN = "SELECT name, emails, publisher_count, article_count FROM lake.mart.reporters ORDER BY article_count, emails"


def test_a_day_adds_only_what_is_new_of_a_reporter_and_captures_of_one_article_count_once(tmp_path: Path) -> None:
    first = [article(1, "ga@mail.example"), article(1, "ga@mail.example", hour=2), article(2, None)]
    assert linked(tmp_path, "b1", *first, article(3, None, "버들신문", name="오누리")) == {"new": 2}
    assert asked(tmp_path, SHOWN) == [("오누리", [], 1, 1), ("한가람", ["ga@mail.example"], 1, 2)]
    ids = asked(tmp_path, "SELECT reporter_id FROM lake.mart.reporters ORDER BY name")
    assert linked(tmp_path, "b2", article(4, "ga@mail.example", "버들신문")) == {"changed": 1, "unchanged": 1}
    assert asked(tmp_path, SHOWN)[1] == ("한가람", ["ga@mail.example"], 2, 3)
    assert asked(tmp_path, "SELECT reporter_id FROM lake.mart.reporters ORDER BY name") == ids


def test_two_who_turn_out_to_be_one_are_joined_and_the_other_id_leads_to_the_one_that_stays(tmp_path: Path) -> None:
    apart = [article(1, "ga@n.example"), article(2, "garam@n.example", "Neuti Daily")]
    assert linked(tmp_path, "b1", *apart) == {"new": 2}
    later = article(2, "ga@n.example", "느티일보", hour=5)  # the second article, as a later capture credits it
    assert linked(tmp_path, "b2", later) == {"changed": 1, "merged": 1}
    ((stays, count),) = asked(tmp_path, "SELECT reporter_id, article_count FROM lake.mart.reporters")
    assert count == 2
    assert asked(tmp_path, "SELECT DISTINCT merged_into FROM lake.staging.reporters WHERE merged_into > ''") == [
        (stays,)
    ]


def test_the_question_names_whoever_writes_for_several_outlets_first(tmp_path: Path) -> None:
    linked(
        tmp_path,
        "b1",
        article(1, "ga@mail.example"),
        article(2, "ga@mail.example", "버들신문"),
        article(3, None, name="오누리"),
    )
    (file,) = [one for one in views.read(SQL) if one.name == "who_writes_where"]
    found = asked(tmp_path, file.body)
    assert [(one[0], one[1]) for one in found] == [("한가람", ["느티일보", "버들신문"]), ("오누리", ["느티일보"])]


def copied(number: int, first: int, share: float) -> dict[str, object]:
    """A pair of copies as the search for copies leaves it: the article of one number is one of the other."""
    return {
        "number": number,
        "first_number": first,
        "article_id": str(article(number, None)["article_id"]),
        "first_article_id": str(article(first, None)["article_id"]),
        "first_by": "published",
        "shared_count": 100,
        "share_of_later": share,
        "share_of_first": share / 2,
        "jaccard": share / 3,
        "linker": "copies/1",
        "compared_at": NOON,
    }


def test_a_wire_reporter_whose_story_other_outlets_ran_is_one_person_and_who_quotes_it_is_another(
    tmp_path: Path,
) -> None:
    step = dict.fromkeys(("text_count", "candidate_count", "copy_count", "limit_count"), 2)
    compared = {"from_number": 1, "through_number": 3, **step, "linker": "copies/1", "compared_at": NOON}
    with batches.writing(tmp_path, "test") as writer:
        rows = [(COPIES, [copied(2, 1, 0.9), copied(3, 1, 0.3)]), (COMPARED, [compared])]
        writer.commit_rows("link", "run", "b0", rows)
    wire = article(1, "ga@solip.example", "솔잎통신")
    ran, quoted = article(2, None, "느티일보", name="한 가람"), article(3, None, "버들신문")
    assert linked(tmp_path, "b1", wire, ran, quoted) == {"new": 2}
    assert asked(tmp_path, SHOWN) == [("한가람", [], 1, 1), ("한 가람", ["ga@solip.example"], 2, 2)]
