"""What is left to do: nothing is asked for twice, nothing is forgotten, and a new reader means new annotations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.extraction.article import Article, Outcome
from flows.lake import batches, due, views
from flows.lake.annotation_tables import ANNOTATIONS, QUOTES
from flows.lake.tables import ARTICLES, CAPTURES, FETCHES, LISTINGS, SOURCES
from flows.steps.publishing import SQL
from flows.steps.reading import row
from flows.steps.rows import handed_in_row
from tests.lake.test_batches import source
from tests.steps.test_reading import unread

NOW = datetime(2026, 3, 5, tzinfo=UTC)
HOURS = (1.0, 24.0)


def fetch(url_key: str, state: str, at: datetime, run: str = "run", reason: str = "none") -> dict[str, object]:
    return {
        "run_id": run,
        "url_key": url_key,
        "url": f"https://{url_key}.example/",
        "source_id": "one",
        "kind": "article",
        "state": state,
        "reason": reason,
        "attempts": 1,
        "wire_bytes": 0,
        "started_at": at,
        "ended_at": at,
    }


def asks(lake: Path, *listed: str, fetched: list[dict[str, object]], now: datetime = NOW) -> dict[str, bool]:
    with batches.writing(lake, "test") as writer:
        rows = [(SOURCES, [source("one")]), (FETCHES, fetched)]
        writer.commit_rows("test", "run", "b1", rows)
        given = [(f"https://{key}.example/", key, "one") for key in listed]
        return {ask.url_key: ask.is_due for ask in due.articles(writer.connection, given, now, HOURS, 14)}


def test_what_was_never_tried_is_due_and_what_was_just_stored_is_not(tmp_path: Path) -> None:
    assert asks(tmp_path, "new", "held", fetched=[fetch("held", "stored", NOW)]) == {"new": True, "held": False}


def test_an_article_is_looked_at_again_at_each_age_once(tmp_path: Path) -> None:
    first = NOW - timedelta(hours=2)
    assert asks(tmp_path / "a", fetched=[fetch("held", "stored", first)]) == {"held": True}
    again = [fetch("held", "stored", first), fetch("held", "unchanged", NOW - timedelta(minutes=5), run="two")]
    assert asks(tmp_path / "b", "held", fetched=again) == {"held": False}


def test_trouble_that_may_pass_is_tried_again_also_where_no_channel_lists_it_any_more(tmp_path: Path) -> None:
    at = NOW - timedelta(minutes=10)
    assert asks(tmp_path / "a", fetched=[fetch("later", "retry_later", at)]) == {"later": True}
    old = [fetch("later", "retry_later", NOW - timedelta(days=15))]
    assert asks(tmp_path / "b", fetched=old) == {"later": True}  # its re-fetch ages have gone by, too
    assert asks(tmp_path / "c", "gone", fetched=[fetch("gone", "failed", at)]) == {"gone": False}


def test_a_listing_that_says_something_new_makes_its_url_due(tmp_path: Path) -> None:
    listing = {
        "listing_id": "l",
        "run_id": "run",
        "source_id": "one",
        "channel_kind": "feed",
        "channel_url": "https://one.example/rss",
        "url": "https://held.example/",
        "url_raw": "https://held.example/",
        "url_key": "held",
        "title": "[정정] 제목",
        "listed_at": NOW,
    }
    with batches.writing(tmp_path, "test") as writer:
        writer.commit_rows("test", "run", "b0", [(LISTINGS, [listing])])
    assert asks(tmp_path, "held", fetched=[fetch("held", "stored", NOW - timedelta(minutes=9))]) == {"held": True}


def test_a_new_reader_means_new_annotations_and_the_views_never_mix_two_readings(tmp_path: Path) -> None:
    def article(body: str) -> dict[str, object]:
        read = Article(id="a", input="a", outcome=Outcome.OK, url="https://neuti.example/1", body=(body,))
        return dict(row(unread(capture_id="c"), read, NOW))

    def annotated(extractor: str) -> list[tuple[object, list[dict[str, object]]]]:
        frame = {"capture_id": "c", "article_id": "a", "extractor": extractor, "annotator": "n/1"}
        counts = {"people_count": 0, "quote_count": 1, "annotation_count": 1}
        quote = {"number": 0, "text": extractor, "paragraph": 0, "start": 0, "end": 1}
        return [
            (ANNOTATIONS, [{**frame, **counts, "outcome": "ok", "annotated_at": NOW}]),
            (QUOTES, [{**frame, **quote}]),
        ]

    older = {**article("옛글"), "extractor": "reader/1"}
    newer = {**article("새글"), "extractor": "reader/2", "extracted_at": NOW + timedelta(days=1)}
    older["article_id"] = newer["article_id"] = "a"
    with batches.writing(tmp_path, "test") as writer:
        writer.commit_rows("test", "run", "b1", [(SOURCES, [source("neuti")]), (ARTICLES, [older])])
        writer.commit_rows("test", "run", "b2", annotated("reader/1"))  # type: ignore[arg-type]
        assert due.unannotated(writer.connection, "reader/1", "n/1") == []
        writer.commit_rows("test", "run", "b3", [(ARTICLES, [newer])])
        assert due.unannotated(writer.connection, "reader/2", "n/1") == [("c", "b3")]
        views.publish(writer.connection, views.read(SQL))
        assert writer.connection.execute("SELECT text FROM lake.mart.quotes").fetchall() == []
        writer.commit_rows("test", "run", "b4", annotated("reader/2"))  # type: ignore[arg-type]
        views.publish(writer.connection, views.read(SQL))
        assert writer.connection.execute("SELECT text FROM lake.mart.quotes").fetchall() == [("reader/2",)]


def test_a_page_that_was_lost_is_tried_three_times_in_all_and_one_that_was_judged_never_again(tmp_path: Path) -> None:
    def capture(name: str) -> dict[str, object]:
        place = {"warc_file": "w", "warc_offset": len(name), "warc_bytes": 1, "payload_bytes": 1}
        known = {"capture_id": name, "url": name, "url_key": name, "source_id": "neuti", "kind": "article"}
        return {**known, **place, "record_type": "response", "captured_at": NOW, "payload_sha256": name}

    def read(name: str, outcome: Outcome, attempt: int | None) -> dict[str, object]:
        article = Article(id=name, input=name, outcome=outcome)
        return {**row(unread(capture_id=name), article, NOW), "attempt": attempt, "extractor": "reader/1"}

    names = ("late", "crashed", "fault", "list", "older lake", "new")
    fetches = [{**fetch(name, "stored", NOW), "capture_id": name} for name in names]
    judged = [
        read("late", Outcome.DEADLINE, 1),
        read("crashed", Outcome.CRASHED, 1),
        read("crashed", Outcome.CRASHED, 2),
        read("fault", Outcome.READER_ERROR, 1),
        read("fault", Outcome.CRASHED, 2),
        read("fault", Outcome.DEADLINE, 3),
        read("list", Outcome.NO_ARTICLE, 1),
        read("older lake", Outcome.DEADLINE, None),
    ]
    with batches.writing(tmp_path, "test") as writer:
        held = [(SOURCES, [source("neuti")]), (FETCHES, fetches), (CAPTURES, [capture(name) for name in names])]
        writer.commit_rows("test", "run", "b1", [*held, (ARTICLES, judged)])
        waiting = {one.capture_id: one.attempt for one in due.unread(writer.connection, "reader/1")}
        assert waiting == {"late": 2, "crashed": 3, "older lake": 2, "new": 1}
        # A new reader reads everything, whatever became of it before.
        assert {one.attempt for one in due.unread(writer.connection, "reader/2")} == {1}
        assert len(due.unread(writer.connection, "reader/2")) == len(names)


def test_a_page_that_was_handed_in_is_read_in_the_zone_of_its_country_or_language_not_in_utc(tmp_path: Path) -> None:
    with batches.writing(tmp_path, "test") as writer:
        for name, sources in (("handed", handed_in_row("import", "import", NOW)), ("known", source("one"))):
            place = {"warc_file": "w", "warc_offset": 1, "warc_bytes": 1, "payload_bytes": 1, "payload_sha256": "d"}
            known = {**place, "capture_id": name, "url": name, "url_key": name, "kind": "article", "captured_at": NOW}
            stored = {**fetch(name, "stored", NOW), "capture_id": name, "source_id": sources["source_id"]}
            capture = {**known, "record_type": "response", "source_id": sources["source_id"]}
            writer.commit_rows("test", "run", name, [(SOURCES, [sources]), (FETCHES, [stored]), (CAPTURES, [capture])])
        zones = {one.capture_id: one.timezone for one in due.unread(writer.connection, "reader/1")}
    assert zones == {"handed": None, "known": "Asia/Seoul"}
