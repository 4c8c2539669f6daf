"""An order of takedown: shown first, then gone from everything that can be asked; and it does not come back."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.addresses import url_key
from flows.fetching.guard import Network
from flows.fetching.warc import read_payload, records
from flows.fetching.warc_repack import members
from flows.lake import catalog, erasing, takedown_reach, view_checks
from flows.lake.batches import Writer, writing
from flows.lake.export_tables import EXPORTS
from flows.lake.schema import BrokenPromiseError, Column, Table
from flows.lake.tables import ARTICLES, TABLES
from flows.settings import Settings
from flows.steps import takedown
from flows.steps.maintaining import parts
from flows.steps.saving import Saving
from flows.steps.takedown import Asked, Kind, TakedownError
from flows.steps.takedown_showing import needles, shows
from flows.steps.warc_files import ASIDE, set_aside
from tests.fetching.fault_server import FaultServer, serving
from tests.steps import made_lake, whole_lake
from tests.steps.gathered import gather, rows
from tests.steps.scanned import held
from tests.steps.whole_lake import HEADLINE, HOST, MARKER, NAME, OTHER, PATH, REPORTER

pytestmark = pytest.mark.slow

URL = f"http://{HOST}{PATH}"
WORDS = (MARKER, NAME, HEADLINE, PATH, REPORTER)


def asked(*named: str, kind: Kind = Kind.URLS, **more: object) -> Asked:
    return Asked(kind, named, "a court said so", "district court, 2026-17", **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole() -> Path:
    return whole_lake.once()


@pytest.fixture
def lake(whole: Path, tmp_path: Path) -> Path:
    return whole_lake.copied(whole, tmp_path / "lake")


@pytest.fixture(scope="module")
def whole_taken(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = whole_lake.copied(whole, tmp_path_factory.mktemp("taken") / "lake")
    with writing(lake, "test") as writer:
        takedown.take_down(writer, asked(URL), "run")
    return lake


@pytest.fixture
def taken(whole_taken: Path, tmp_path: Path) -> Path:
    """The lake after an order against the marked article."""
    return whole_lake.copied(whole_taken, tmp_path / "lake")


@pytest.fixture
def writer(lake: Path) -> Iterator[Writer]:
    with writing(lake, "test") as opened:
        yield opened


def names(connection: duckdb.DuckDBPyConnection, *, with_views: bool) -> list[str]:
    listed = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'lake'"
    views = "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE database_name = 'lake'"
    found = connection.execute(f"{listed} UNION ALL {views}" if with_views else listed).fetchall()
    return sorted(name for (name,) in found if not name.startswith("main."))


def saying(
    connection: duckdb.DuckDBPyConnection, words: tuple[str, ...] = WORDS, *, with_views: bool = False
) -> dict[str, list[str]]:
    """Word -> tables, and views, in any row of which it stands."""
    found: dict[str, list[str]] = {}
    for name in names(connection, with_views=with_views):
        told = connection.execute(
            f"SELECT DISTINCT word FROM (SELECT to_json(t)::VARCHAR AS said FROM lake.{name} AS t), "
            "(SELECT unnest(?::VARCHAR[]) AS word) WHERE contains(said, word)",
            [list(words)],
        ).fetchall()
        for (word,) in told:
            found.setdefault(word, []).append(name)
    return found


def test_every_declared_table_is_reached_by_a_takedown_or_said_to_hold_nothing() -> None:
    told = {
        **takedown_reach.reached(),
        **takedown_reach.CLEANED,
        **takedown_reach.HOLDS_NOTHING,
        **dict.fromkeys(takedown_reach.BROUGHT_UP),
    }
    assert {table.name for table in TABLES} == set(told)
    assert not takedown_reach.reached().keys() & {*takedown_reach.CLEANED, *takedown_reach.HOLDS_NOTHING}
    columns = {"id": Column(pl.String, "id"), "text": Column(pl.String, "what is said")}
    new = Table("staging.rumours", "one row per rumour", ("id",), columns)
    with pytest.raises(BrokenPromiseError, match="rumours"):
        takedown_reach.condition(new)


def test_an_article_taken_down_is_gone_from_every_table_view_and_search_and_the_others_stay(writer: Writer) -> None:
    connection = writer.connection
    entities = "SELECT name, article_count FROM lake.mart.entities WHERE type = 'person' ORDER BY 1"
    assert ("한가람", 3) in connection.execute(entities).fetchall()
    assert saying(connection).keys() == set(WORDS)
    before = connection.execute("SELECT title, score FROM lake.search('부두') ORDER BY 1").fetchall()
    done = takedown.take_down(writer, asked(URL.replace("http://", "https://www.") + "?utm_source=x"), "run")
    assert done.article_count == 1
    assert saying(connection, with_views=True) == {}
    for word in (NAME, "등대지기", "유리창을"):
        assert connection.execute("SELECT count(*) FROM lake.search(?)", [word]).fetchone() == (0,)
    left = connection.execute("SELECT title FROM lake.search('부두') ORDER BY 1").fetchall()
    assert left == [(title,) for title, _ in before if title != HEADLINE]
    assert connection.execute("SELECT sum(text_count)::INTEGER FROM lake.staging.search_sizes").fetchone() == (5,)
    assert connection.execute("SELECT count(*) FROM lake.mart.articles").fetchone() == (5,)
    # Whom others name, too, stays and is counted anew.
    left = connection.execute(entities).fetchall()
    assert left == [("마루한", 1), ("은가비", 1), ("하늬솔", 1), ("한가람", 2)]
    assert connection.execute("SELECT DISTINCT name FROM lake.mart.reporters").fetchall() == [("나루별",)]


def test_the_record_of_an_order_tells_who_and_why_and_not_what(writer: Writer) -> None:
    query = f"SELECT title FROM articles WHERE contains(title, '{NAME}')"
    export = {"export_id": "e1", "exported_at": datetime.now(UTC), "exported_by": "me", "what": "query", "query": query,
              "format": "csv", "purpose": "reproduction", "row_count": 1, "is_left_out": False, "file_name": "x.csv",
              "file_bytes": 1, "file_sha256": "0", "snapshot_id": 1}  # fmt: skip
    writer.commit_rows("test", "run", "e1", [(EXPORTS, [export])])
    takedown.take_down(writer, asked(NAME, kind=Kind.PERSON), "run")
    assert writer.connection.execute("SELECT query FROM lake.ops.exports").fetchall() == [("(taken down)",)]
    (row,) = writer.connection.execute(
        "SELECT kind, ordered_by, reason, article_count, erased_at FROM lake.ops.takedowns"
    ).fetchall()
    assert row == ("person", "district court, 2026-17", "a court said so", 1, None)
    told = str(writer.connection.execute("SELECT t, o FROM lake.ops.takedowns o, lake.ops.tombstones t").fetchall())
    assert [word for word in WORDS if word in told] == []


def test_a_publisher_goes_whole_and_is_not_gathered_again(lake: Path) -> None:
    with writing(lake, "test") as writer:
        # A column of which all values go with the order is no defect: the views must be published all the same.
        assert view_checks.before(writer.connection)
        done = takedown.take_down(writer, asked("harbour", kind=Kind.PUBLISHER), "run")
        assert done.article_count == 4
        publishers = writer.connection.execute("SELECT DISTINCT publisher FROM lake.mart.articles").fetchall()
        assert publishers == [("island",)]
        assert view_checks.before(writer.connection) == {}
    server = FaultServer(pages=whole_lake.pages())
    with serving(server):
        run = gather(lake, whole_lake.sources(), Network(server.hosts(HOST, OTHER)))
    assert {one.host for one in server.log} == {OTHER}
    assert any(warning.startswith("harbour: an order of takedown") for warning in run.warnings)


def test_what_was_taken_down_is_listed_again_and_never_asked_for_nor_named(taken: Path) -> None:
    moved = f"HTTP/1.1 301 Moved\r\nLocation: {URL}\r\nContent-Length: 0\r\n\r\n".encode()
    pages = whole_lake.pages()
    pages[HOST, "/rss"] = pages[HOST, "/rss"].replace(
        b"</channel>", b"<item><title>x</title><link>http://moved.example/9</link></item></channel>"
    )
    server = FaultServer(pages=pages, raw_answers={"moved.example": moved})
    with serving(server):
        run = gather(taken, whole_lake.sources(), Network(server.hosts(HOST, OTHER, "moved.example")))
    assert PATH not in server.paths()
    assert run.counts["fetched", "skipped: taken_down"] == 2  # listed by its feed, and met behind a redirect
    states = "SELECT url, kind FROM lake.raw.fetches WHERE reason = 'taken_down' ORDER BY 1"
    assert rows(taken, states) == [
        ("http://moved.example/9", "article"),
        (f"urn:sillok:taken-down:{url_key(URL)}", "article"),
    ]
    connection = catalog.read(taken)
    assert saying(connection, (PATH, HEADLINE)) == {}
    # The feed was fetched anew with the address in it: its capture waits to be cut out of the WARC file.
    assert connection.execute("SELECT count(*) FROM lake.ops.takedown_records").fetchone() == (3,)


def test_a_page_taken_down_cannot_be_imported_by_its_address_or_its_bytes(taken: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    saved.write_bytes(whole_lake.pages()[HOST, PATH])
    other = tmp_path / "other.html"
    other.write_bytes(whole_lake.page("다른 기사", "다른 이야기다."))
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text(f'{{"input": "{other}", "url": "{URL}"}}\n')
    with writing(taken, "test") as writer:
        counts = [
            count
            for given in ([saved], [other])
            for batch in Saving(writer, f"run-{given[0].stem}", Settings(lake=taken)).batches(given, manifest)
            for count in batch
        ]
    assert [(one.outcome, one.count) for one in counts if one.what == "fetched"] == [("skipped: taken_down", 1)] * 2
    assert saying(catalog.read(taken)) == {}


def test_a_page_that_states_a_taken_down_address_as_its_own_goes_before_the_views_are_published(
    taken: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.html"
    head = f"<head><link rel='canonical' href='{URL}'>".encode()
    copy.write_bytes(whole_lake.pages()[HOST, PATH].replace(b"<head>", head))
    with writing(taken, "test") as writer:
        for _ in Saving(writer, "run-copy", Settings(lake=taken)).batches([copy]):
            pass
        whole_lake.read(writer)
        assert saying(writer.connection).keys() == set(WORDS)
        assert takedown.enforce(writer, "run")
        assert saying(writer.connection) == {}


def readable(lake: Path) -> dict[str, str]:
    """capture_id -> digest of the payload that is read back, of every capture with one; each as its row says."""
    found: dict[str, str] = {}
    asked_of = "SELECT capture_id, warc_file, warc_offset, warc_bytes, payload_sha256 FROM lake.raw.captures"
    for capture, file, offset, length, sha256 in rows(lake, f"{asked_of} WHERE record_type <> 'revisit'"):
        record = read_payload(lake / "warc" / str(file), int(str(offset)), int(str(length)))
        assert record.capture_id == capture
        assert hashlib.sha256(record.payload).hexdigest() == sha256
        found[str(capture)] = str(sha256)
    return found


def page_records(file: Path, url: str) -> Iterator[bytes]:
    """The gzip members of a WARC file that are about one address."""
    with file.open("rb") as opened:
        for begin, length, headers in members(opened, 0, file.stat().st_size):
            if dict(headers).get("WARC-Target-URI") == url:
                opened.seek(begin)
                yield opened.read(length)


def maintain(lake: Path) -> dict[tuple[str, str], int]:
    return {(count.what, count.outcome): count.count for part in parts(lake, "run") for count in part.counts}


def test_a_dry_run_touches_nothing_and_after_maintain_no_byte_on_the_disk_tells_of_what_was_taken_down(
    lake: Path,
) -> None:
    (file,) = (lake / "warc").rglob("*.warc.gz")
    aside = lake / ASIDE / "left.warc.gz"  # what a killed run left may hold the page, too
    aside.parent.mkdir()
    aside.write_bytes(b"".join(page_records(file, URL)))
    report, other_report = (lake / "reports" / name for name in ("day.html", "other.html"))
    report.parent.mkdir()
    report.write_text(f"<p><a href='{URL}'>{HEADLINE}</a> {MARKER} {REPORTER}</p>")
    other_report.write_text("<p>다른 날</p>")
    with_words = held(lake, WORDS)
    assert with_words.keys() == set(WORDS)
    assert {place.partition(":")[0] for place in with_words[MARKER]} >= {"files", "warc"}
    assert {place.partition(":")[0] for place in with_words[HEADLINE]} >= {"files", "warc", "catalog.sqlite"}
    shown = takedown.preview(lake, asked(URL))
    assert ([one.title for one in shown.articles], shown.lists, shown.reports) == ([HEADLINE], 1, 1)
    assert held(lake, WORDS) == with_words
    with writing(lake, "test") as writer:
        done = takedown.take_down(writer, asked(URL), "run")
    taken = {table: count for table, count in done.counts.items() if table not in takedown_reach.CLEANED}
    taken["staging.articles"] -= 1  # the row of another article whose link was taken out
    taken["raw.captures"] -= shown.lists
    assert taken == shown.counts  # a dry run shows what the order takes
    assert held(lake, WORDS).keys() == set(WORDS)  # the rows are gone, their bytes are not
    before = readable(lake)
    counts = maintain(lake)
    assert counts["snapshots", "expired for a takedown"] > 0
    assert counts["bytes after", "warc"] < counts["bytes before", "warc"]
    # Another article's page links to it: that page stays as it was served.
    other = {"warc: http://harbour.example/news/pier-4418"}
    linked = {NAME: other, HEADLINE: other, PATH: other}
    assert held(lake, WORDS) == linked
    assert list(records(aside)) == []
    assert (report.exists(), other_report.exists()) == (False, True)
    assert readable(lake) == before
    assert rows(lake, "SELECT erased_at IS NOT NULL FROM lake.ops.takedowns") == [(True,)]
    assert rows(lake, "FROM lake.ops.takedown_records") == []
    assert ("snapshots", "expired for a takedown") not in maintain(lake)
    with writing(lake, "test") as writer:  # what a writer remembers of the tables brings nothing back
        more = [{**made_lake.article(0, made_lake.OPEN), "batch_id": "more"}]
        writer.commit_rows("test", "run", "more", [(ARTICLES, more)])
    assert held(lake, WORDS) == linked


def test_maintain_that_stops_between_two_steps_leaves_every_page_readable_and_is_ended_by_the_next(
    taken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = readable(taken)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("forget_records", "note_erased"):
        with monkeypatch.context() as patched:
            patched.setattr(erasing, step, stop)
            with pytest.raises(KeyboardInterrupt):
                maintain(taken)
        assert readable(taken) == before
    maintain(taken)
    assert readable(taken) == before
    assert held(taken, (MARKER, REPORTER)) == {}
    assert len(list((taken / "warc").rglob("*.*"))) == 1


def test_maintain_killed_between_the_rewritten_warc_file_and_its_commit_loses_nothing(taken: Path) -> None:
    before = readable(taken)
    code = (
        "import os, signal, sys, pathlib\n"
        "from flows.lake import erasing\n"
        "from flows.steps.maintaining import parts\n"
        "erasing.commit_repacked = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "list(parts(pathlib.Path(sys.argv[1]), 'run'))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(taken)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(list((taken / "warc").rglob("*.warc.gz"))) == 2
    with writing(taken, "test") as writer:
        assert set_aside(taken, writer.connection) == 0  # neither file counts as a killed run's leftover
    assert readable(taken) == before
    maintain(taken)
    assert readable(taken) == before
    assert held(taken, (MARKER, REPORTER)) == {}


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (asked("http://harbour.example/never"), "The lake knows no http://harbour.example/never"),
        (asked(URL, "http://harbour.example/never"), "The lake knows no"),
        (asked(), "names nothing"),
        (asked("  "), "names nothing"),
        (asked("없는신문", kind=Kind.PUBLISHER), "There is no publisher 없는신문"),
        (asked("김아무개", kind=Kind.PERSON), "No article names 김아무개"),
        (asked("!!", kind=Kind.PERSON), "is no name of a person"),
        (Asked(Kind.URLS, (URL,), " ", "court"), "needs a reason"),
        (Asked(Kind.URLS, (URL,), "why", ""), "who ordered it"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused_and_touches_nothing(
    whole: Path, order: Asked, says: str
) -> None:
    with pytest.raises(TakedownError, match=says):
        takedown.preview(whole, order)
    with writing(whole, "test") as writer:
        before = writer.connection.execute("FROM lake.current_snapshot()").fetchone()
        with pytest.raises(TakedownError, match=says):
            takedown.take_down(writer, order, "run")
        assert writer.connection.execute("FROM lake.current_snapshot()").fetchone() == before


def test_an_address_that_the_lake_does_not_hold_can_be_barred_beforehand(lake: Path) -> None:
    never = "http://harbour.example/news/never-9"
    with writing(lake, "test") as writer:
        takedown.take_down(writer, asked(never, even_unknown=True), "run")
        barred = writer.connection.execute("SELECT value FROM lake.ops.tombstones").fetchall()
    assert barred == [(url_key(never),)]


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("오련달", "어제 오련달은 말했다", True),
        ("오련달", "바오련달", False),
        ("오련", "오련은 말했다", False),
        ("Ada Lane", "said ADA  Lane.", True),
        ("Ada Lane", "Granada Lanes", False),
    ],
)
def test_a_name_is_found_in_words_and_not_in_parts_of_others(name: str, text: str, is_found: bool) -> None:
    row = duckdb.execute("SELECT regexp_matches(?, ?)", [text, takedown.pattern(name)]).fetchone()
    assert row == (is_found,)


@pytest.mark.parametrize(
    ("payload", "is_shown"),
    [
        ("<item><link>https://paper.example/a?id=7&amp;p=2</link></item>", True),
        ("<link><![CDATA[http://paper.example/a?id=7&p=2]]></link>", True),
        ('{"url": "https:\\/\\/paper.example\\/a?id=7&p=2"}', True),
        ("<a href='/a?id=7&amp;p=2'>more</a>", True),
        ("<h2>The  bridge &amp; the ferry</h2>", True),
        ("<a href='/a?id=71'>The bridge</a>", False),
        ("<a href='/'>paper.example</a>", False),
    ],
)
def test_a_list_shows_an_article_by_its_link_in_any_writing_or_by_its_headline(payload: str, is_shown: bool) -> None:
    wanted = needles(["https://paper.example/a?id=7&p=2", "https://paper.example/"], ["The bridge & the ferry"])
    assert shows(payload.encode(), wanted) is is_shown
