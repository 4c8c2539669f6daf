"""tdmrep.json over runs: asked for once a day, kept, and held against the pages that it speaks of, and no others."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.discovery.listing import ChannelKind, Listing
from flows.extraction.article import EXTRACTOR, Article
from flows.fetching.guard import Network
from flows.lake import catalog, due
from flows.lake.batches import writing
from flows.settings import Settings
from flows.steps.reading import read_batch, read_one
from flows.steps.saving import Saving
from tests.extraction.pages import english
from tests.fetching.fault_server import FaultServer, answer, serving
from tests.steps.gathered import Run, gather, rows, source
from tests.steps.test_gathering_runs import age

HOST, OTHER = "harbour.example", "island.example"
PATH = "/.well-known/tdmrep.json"
RESERVED = answer(200, b'[{"location": "/news/", "tdm-reservation": 1, "tdm-policy": "https://harbour.example/tdm"}]')
FREE = answer(200, b'[{"location": "/", "tdm-reservation": 0}]')
LEAVE = "permission_required"
LEDGER = "SELECT url, state, reason, attempts FROM lake.raw.fetches WHERE kind = 'tdmrep' ORDER BY started_at, url"


def site(host: str, *numbers: int) -> dict[tuple[str, str], bytes]:
    return {(host, f"/news/{n}"): english(body=(f"Story {n} of {host}. " * 12,) * 3).encode() for n in numbers}


def run(lake: Path, server: FaultServer, *urls: str, now: datetime | None = None) -> Run:
    """Gather what somebody handed in, by default all pages that are served: no channel has to be read for it."""
    listed = urls or [f"http://{host}{path}" for host, path in server.pages]
    given = [Listing("harbour", ChannelKind.URL_LIST, "", url, url) for url in listed]
    hosts = {url.split("/")[2] for url in listed}
    return gather(lake, [source("harbour", HOST)], Network(server.hosts(*hosts)), given=given, now=now)


def read(lake: Path) -> Mapping[str, Article]:
    """Read what is unread, and commit it, as a run does: path -> article."""
    with writing(lake, "test") as writer:
        unread = due.unread(writer.connection, EXTRACTOR)
        done = read_batch(lake, tuple(unread))
        writer.commit("extract", "test", done.batch, [done.file])
    return {str(one.url): read_one(lake, one) for one in unread}


def test_what_a_host_reserves_is_read_with_its_pages_and_the_counts_add_up(tmp_path: Path) -> None:
    server = FaultServer(pages={**site(HOST, 1, 2, 3), **site(OTHER, 1)}, tdmrep={HOST: RESERVED})
    with serving(server):
        ended = run(tmp_path, server)
    assert ended.counts["listed", "listed"] == 4
    assert sum(count for (what, _), count in ended.counts.items() if what == "fetched") == 4
    assert sorted(rows(tmp_path, LEDGER)) == [
        (f"http://{HOST}{PATH}", "stored", "none", 1),
        (f"http://{OTHER}{PATH}", "failed", "http_404", 1),
    ]
    articles = read(tmp_path)
    assert Counter((url.split("/")[2], one.rights.ai_training) for url, one in articles.items()) == {
        (HOST, LEAVE): 3,
        (OTHER, None): 1,
    }
    signals = articles[f"http://{HOST}/news/1"].rights.signals
    assert [(one.source, one.use, one.value) for one in signals] == [
        ("tdmrep_json", "tdm", LEAVE),
        ("tdmrep_json", "other", "unknown"),
        ("tdmrep_json", "ai_training", LEAVE),
    ]
    assert "tdm-policy: https://harbour.example/tdm" in [one.raw for one in signals]
    training = "SELECT DISTINCT rights_ai_training FROM lake.staging.articles WHERE url LIKE '%harbour%'"
    assert rows(tmp_path, training) == [(LEAVE,)]


def test_runs_of_one_day_ask_once_also_where_there_is_none_and_the_next_day_asks_again(tmp_path: Path) -> None:
    server = FaultServer(tdmrep={HOST: RESERVED})
    now = datetime.now(UTC)
    asked = []
    with serving(server):
        for number, day in enumerate((0, 0, 1)):
            server.pages.update({**site(HOST, number), **site(OTHER, number)})
            before = server.paths().count(PATH)
            run(tmp_path, server, now=now + timedelta(days=day))
            asked.append(server.paths().count(PATH) - before)
    assert asked == [2, 0, 2]
    # What the first run learnt holds for the page that the second run found.
    assert {str(one.rights.ai_training) for url, one in read(tmp_path).items() if HOST in url} == {LEAVE}


def test_a_run_that_fetches_no_page_of_a_host_asks_nothing_of_it(tmp_path: Path) -> None:
    server = FaultServer(tdmrep={HOST: RESERVED})
    with serving(server):
        run(tmp_path, server, f"http://{HOST}/f/s404/1", f"http://{HOST}/f/pdf/1")
    assert PATH not in server.paths() and rows(tmp_path, LEDGER) == []


def test_a_page_is_under_the_file_of_its_own_run_else_the_last_before_it_and_a_week_at_most(tmp_path: Path) -> None:
    """Day by day: reserved, freed, gone, reserved, in trouble, and in trouble for longer than a week."""
    told = (RESERVED, FREE, answer(404, b""), RESERVED, answer(500, b""), answer(500, b""))
    server = FaultServer()
    found = []
    with serving(server):
        for number, raw in enumerate(told):
            server.pages.update(site(HOST, number))  # earlier ones are asked for again as their age comes
            server.tdmrep[HOST] = raw
            run(tmp_path, server, f"http://{HOST}/news/{number}")
            article = read(tmp_path)[f"http://{HOST}/news/{number}"]
            said = [one.value for one in article.rights.signals if one.use == "tdm"]
            found.append((article.rights.ai_training, said))
            age(tmp_path, 24 if number < 4 else 24 * 8)
    kept = (LEAVE, [LEAVE])
    assert found == [kept, (None, ["allowed"]), (None, []), kept, kept, (None, [])]


def test_each_name_of_a_site_has_its_own_file(tmp_path: Path) -> None:
    other = f"www.{HOST}"
    server = FaultServer(pages={**site(HOST, 1), **site(other, 2)}, tdmrep={other: RESERVED})
    with serving(server):
        run(tmp_path, server)
    found = {url: one.rights.ai_training for url, one in read(tmp_path).items()}
    assert found == {f"http://{HOST}/news/1": None, f"http://{other}/news/2": LEAVE}
    assert len(rows(tmp_path, LEDGER)) == 2


def test_a_file_too_long_to_read_is_told_with_each_page_and_reserves_nothing(tmp_path: Path) -> None:
    entry = b'{"location": "/*a*b*c*", "tdm-reservation": 1},'
    server = FaultServer(pages=site(HOST, 1), tdmrep={HOST: answer(200, b"[" + entry * 200_000, "Connection: close")})
    with serving(server):
        run(tmp_path, server)
    assert rows(tmp_path, LEDGER) == [(f"http://{HOST}{PATH}", "failed", "wire_too_large", 1)]
    (article,) = read(tmp_path).values()
    (signal,) = article.rights.signals
    assert (signal.source, signal.value, article.rights.ai_training) == ("tdmrep_json", "unknown", None)
    assert "longer than" in signal.raw


def test_saved_pages_and_a_lake_that_knows_of_no_such_file_are_read_as_ever(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(english())
    lake = tmp_path / "lake"
    with writing(lake, "test") as writer:
        list(Saving(writer, "run", Settings(lake=lake)).batches([folder]))
    connection = catalog.read(lake)
    (unread,) = due.unread(connection, EXTRACTOR)
    connection.close()
    assert (unread.tdmrep_file, unread.tdmrep_offset, unread.tdmrep_bytes) == (None, None, None)
    (article,) = read(lake).values()
    assert article.rights.signals == ()
