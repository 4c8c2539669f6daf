"""Explore over a lake: each view answers, its address is its state, its files are what it shows, texts obey rights."""

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.explore_server import application
from flows.exploring.state import State
from flows.exploring.views import VIEWS, search, trend
from flows.lake import ask, catalog
from flows.lake.ask import QuestionError
from flows.lake.batches import writing
from flows.lake.catalog import LakeError
from flows.lake.tables import SOURCES
from flows.steps.exploring import BusyError, Corpus
from flows.steps.exploring_sql import Cell
from tests.exploring.made import CHANGED, CLOSED, ENGLISH, EVIL, OPEN, SILENT, STORY, made, publish
from tests.lake.test_batches import source


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def here(lake: Path) -> TestClient:
    """Whoever sits at the machine."""
    return TestClient(application(lake, is_open=True), base_url="http://127.0.0.1:8380")


@pytest.fixture(scope="module")
def elsewhere(lake: Path) -> TestClient:
    """Whoever reaches it over the network."""
    return TestClient(application(lake, is_open=False, names=["lake.example"]), base_url="http://lake.example")


def shown(client: TestClient, path: str, status: int = 200, **given: object) -> str:
    answer = client.get(path, params={name: str(value) for name, value in given.items()} or None)
    assert answer.status_code == status, answer.text[-600:]
    return answer.text


def headlines(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/article/(\w+)">', page)


def rows(client: TestClient, path: str, **given: object) -> list[dict[str, str]]:
    text = shown(client, path, **given)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


# Search


def test_a_search_finds_marks_and_counts_by_every_facet(here: TestClient) -> None:
    page = shown(here, "/", q="다리 -통행")
    assert set(headlines(page)) == {OPEN, CLOSED, EVIL}
    assert "<mark>다리</mark>" in page
    for heading in ("Publisher", "Section", "People", "Organisations", "May be passed on", "Language"):
        assert f">{heading}</h2>" in page


def test_each_choice_of_a_facet_finds_as_many_articles_as_stand_beside_it(here: TestClient) -> None:
    page = shown(here, "/", q="다리")
    choices = re.findall(r'<li><a href="(/\?[^"]+)"><bdi[^>]*>([^<]+)</bdi></a> <span class="count">(\d+)</span>', page)
    assert len(choices) > 8
    last = {re.sub("=[^=]*$", "", address): (address, text, count) for address, text, count in choices}
    for address, text, count in last.values():  # one a facet
        narrowed = shown(here, address.replace("&amp;", "&"))
        assert f"<strong>{count}</strong> article" in narrowed, text


def test_days_of_the_bars_and_other_narrowings_can_be_taken_away_again(here: TestClient) -> None:
    page = shown(here, "/", since="2026-03-03", until="2026-03-04")
    assert set(headlines(page)) == {CLOSED, SILENT}
    assert 'aria-label="Without since 2026-03-03"' in page
    assert headlines(shown(here, "/", order="oldest"))[0] == OPEN
    assert headlines(shown(here, "/", order="newest"))[0] == ENGLISH


def test_what_finds_nothing_or_cannot_be_read_is_a_sentence_that_helps(here: TestClient) -> None:
    assert "Nothing was found" in shown(here, "/", q="없는낱말임")
    assert "Take one of the narrowings away" in shown(here, "/", q="다리", publisher="없는신문")
    for wrong in ("다리 (", '"다리', "다리)", "OR", "wo:다리", "NOT 다리"):
        page = shown(here, "/", 400, q=wrong)
        assert re.search(r'role="alert">[^<]*(A right one: |as in search\()', page), wrong
    assert "no day; a right one" in shown(here, "/", 400, since="gestern")
    assert "There is no page /nowhere" in shown(here, "/nowhere", 404)
    assert "sillok search" not in shown(here, "/article/zzz", 404)


def test_sql_in_a_search_or_a_facet_is_text(here: TestClient) -> None:
    for name in ("publisher", "person", "section", "org", "lang"):
        assert "<strong>0</strong>" in shown(here, "/", **{name: "x' OR '1'='1"}), name
    assert "<strong>0</strong>" in shown(here, "/", q="x'; DROP TABLE '없다")


def test_bars_take_days_together_and_leave_none_out() -> None:
    counted = [{"facet": "day", "value": str(date(2026, 1, 1).replace(month=m)), "articles": m} for m in range(1, 13)]
    bars = search.bars(State(query="x"), counted)
    assert len(bars) <= search.BARS and sum(bar.articles for bar in bars) == 78
    assert all(a.last < b.first for a, b in pairwise(bars))
    assert bars[-1].last == date(2026, 12, 1) and max(bar.share for bar in bars) == 1


# The article and its texts


def test_annotations_stand_in_their_places(here: TestClient) -> None:
    page = shown(here, f"/article/{OPEN}")
    assert re.search(r'<span class="person" title="한빛나[^"]*">한빛나</span>', page)
    assert re.search(r'<span class="quote[^"]*" title="한빛나">&#34;다리를 ', page)
    assert "Who says what" in page and f'href="/story/{STORY}"' in page
    assert re.search(r"<dt>redistribution</dt><dd><bdi[^>]*>allowed</bdi>", page)


def test_texts_of_a_changed_article_stand_side_by_side(here: TestClient) -> None:
    assert f'href="/versions/{CHANGED}"' in shown(here, f"/article/{CHANGED}")
    page = shown(here, f"/versions/{CHANGED}")
    assert re.search(r"<del>월요일에\s*</del>", page) and re.search(r"<ins>화요일에\s*</ins>", page)
    assert "One text of this article was seen" in shown(here, f"/versions/{OPEN}")


# Pictures


def test_a_trend_has_the_shares_that_the_macro_gives(here: TestClient, lake: Path) -> None:
    found = rows(here, "/trend.csv", q="다리", versus="시장", by="day")
    with ask.asking(lake) as connection:
        for word in ("다리", "시장"):
            told = connection.execute("SELECT articles, share FROM trend(?) ORDER BY period", [word]).fetchall()
            assert [(int(r["articles"]), float(r["share"])) for r in found if r["search"] == word] == told
    page = shown(here, "/trend", q="다리", versus="시장", section="사회")
    assert "Not taken into account here: section" in page and "data-chart=" in page
    assert "Say a word" in shown(here, "/trend")


def test_a_point_of_a_trend_leads_to_the_articles_of_its_period() -> None:
    within = trend._within(State(), "다리", date(2026, 2, 1), "month")
    assert (within.since, within.until) == (date(2026, 2, 1), date(2026, 2, 28))
    assert trend._within(State(), "x", date(2026, 10, 1), "quarter").until == date(2026, 12, 31)
    assert trend._within(State(), "x", date(2026, 1, 1), "year").until == date(2026, 12, 31)
    assert trend._within(State(), "x", date(2026, 3, 2), "week").until == date(2026, 3, 8)


def test_a_network_draws_the_pairs_of_its_table_and_every_name_leads_to_its_articles(here: TestClient) -> None:
    pairs = rows(here, "/network.csv", q="다리", least=1)
    assert {"one", "other", "articles", "pmi"} <= set(pairs[0])
    spec = chart(shown(here, "/network", q="다리", least=1))
    assert spec == chart(shown(here, "/network", q="다리", least=1))  # the same words draw the same picture
    points = [value for data in spec["datasets"].values() for value in data if "name" in value]
    assert {point["name"] for point in points} == {pair[end] for pair in pairs for end in ("one", "other")}
    for point in points:
        assert f"<strong>{point['articles']}</strong>" in shown(here, point["url"]), point["name"]
    assert "No two names stand together" in shown(here, "/network", q="다리", least=99)


def test_quotations_of_somebody_over_time_and_who_is_quoted(here: TestClient) -> None:
    assert "한빛나" in shown(here, "/quotes")
    said = rows(here, "/quotes.csv", person="한빛나")
    assert {row["date"] for row in said} >= {"2026-03-02", "2026-03-03", "2026-03-05"}
    assert "Nobody of that name is quoted" in shown(here, "/quotes", person="아무도아님")


def test_stories_lead_to_their_timelines_and_these_to_articles(here: TestClient) -> None:
    page = shown(here, "/stories")
    assert f'href="/story/{STORY}"' in page
    told = shown(here, f"/story/{STORY}")
    assert told.index(f"/article/{OPEN}") < told.index(f"/article/{CLOSED}")
    assert "shares text with an earlier one" not in told  # none of them is a copy
    assert "No story in this period" in shown(here, "/stories", since="2020-01-01", until="2020-01-02")


def test_the_calendar_says_what_is_missing_and_why(here: TestClient) -> None:
    page = shown(here, "/completeness")
    assert "http_404 3" in page
    (row,) = [one for one in rows(here, "/completeness.csv", publisher="노을일보") if int(one["missing"])]
    assert (row["day"], row["listed"], row["articles"]) == ("2026-03-02", "3", "0")


def chart(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" class="spec">(.*?)</script>', page, re.S)[1])


# Files


@pytest.mark.parametrize("path", ["/search", "/trend", "/network", "/quotes", "/stories", "/completeness", "/sql"])
def test_every_view_is_taken_as_csv_json_and_its_sql_gives_the_same_rows(
    here: TestClient, lake: Path, path: str
) -> None:
    given = {"q": "다리", "least": 1, "sql": "SELECT title FROM articles ORDER BY title"}
    as_csv = rows(here, f"{path}.csv", **given)
    assert as_csv
    if path == "/quotes":
        assert [list(row) for row in json.loads(shown(here, f"{path}.json", **given))] == [list(row) for row in as_csv]
    asked = shown(here, f"{path}.sql", **given).split("\n;\n\n")[0]
    with ask.asking(lake) as connection:
        relation = ask.answer(connection, asked)
        assert len(list(ask.rows(relation))) <= len(as_csv) and relation.columns[0] == next(iter(as_csv[0]))


def test_a_picture_is_taken_as_svg_and_png_without_asking_any_host(here: TestClient) -> None:
    picture = here.get("/trend.svg", params={"q": "다리"})
    assert picture.headers["content-type"].startswith("image/svg+xml") and "<svg" in picture.text
    assert "Sillok" in picture.text
    assert here.get("/trend.png", params={"q": "다리"}).content.startswith(b"\x89PNG")
    assert "nothing to draw" in shown(here, "/trend.png", 404, q="없는낱말임")
    assert "not as xlsx" in shown(here, "/trend.xlsx", 404, q="다리")


# SQL


def test_the_sql_cell_answers_and_shows_what_there_is(here: TestClient) -> None:
    page = shown(here, "/sql", sql="SELECT publisher, count(*) AS n FROM articles GROUP BY 1 ORDER BY 1")
    assert "노을일보" in page and "data-chart=" in page
    assert "<code>quotes_by(person, most := 200)</code>" in page and "<code>completeness</code>" in page
    found = rows(here, "/sql.csv", sql="FROM search('다리 AND (고친다 OR 공사)')")
    assert {row["article_id"] for row in found} >= {OPEN, CLOSED}


@pytest.fixture(scope="module")
def cells(lake: Path) -> Iterator[tuple[Cell, Cell]]:
    """The SQL cell of whoever sits at the machine, and of others."""
    made = Cell(Corpus(lake, True)), Cell(Corpus(lake, False))
    yield made
    for cell in made:
        cell.close()
        cell.corpus.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE articles",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY articles TO '/tmp/x'",
        "FROM '/etc/passwd'",
        "ATTACH '/tmp/x.db'",
        "SELECT nothing FROM articles",
        "SELEC",
        "SET threads = 9",
        "FROM sqlite_scan('/tmp/x', 'y')",
    ],
)
def test_the_sql_cell_refuses_what_does_not_read_this_lake(cells: tuple[Cell, Cell], sql: str) -> None:
    for cell in cells:
        with pytest.raises(QuestionError):
            cell.ask(sql)


def test_a_question_that_takes_too_long_is_given_up(lake: Path) -> None:
    corpus = Corpus(lake, True, seconds=0.3)
    with pytest.raises(BusyError, match="longer than"), corpus.asking() as cursor:
        cursor.execute(
            "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
        ).fetchall()
    long = "SELECT count(*) FROM range(100000000) AS a, range(1000000) AS b WHERE a.range * b.range % 7 = 3"
    with pytest.raises(BusyError, match="narrow it"):
        Cell(corpus).ask(long)
    corpus.seconds = 60
    assert corpus.frame().articles == 7  # and the next one is answered
    corpus.close()


# Rights and hostile texts


def test_elsewhere_words_are_shown_only_where_their_rights_let_them_be_passed_on(
    here: TestClient, elsewhere: TestClient
) -> None:
    words = "다리를 오월까지 고치겠다"
    for path, closed in ((f"/article/{CLOSED}", True), (f"/article/{SILENT}", True), (f"/article/{OPEN}", False)):
        page = shown(elsewhere, path)
        assert ("The text is not shown here" in page) is closed
        assert "<h1" in page  # headline, facts and names are
    assert words in shown(here, f"/article/{CLOSED}") and words not in shown(elsewhere, f"/article/{CLOSED}")
    assert words in shown(elsewhere, f"/article/{OPEN}").partition("Who says what")[2]
    assert "화요일에 열린다" not in shown(elsewhere, f"/versions/{CHANGED}")
    assert "노을건설이" not in shown(elsewhere, "/", q="공사")
    page = shown(elsewhere, "/quotes", person="한빛나")
    assert page.count("<blockquote") == 3 and "The words are not shown here: redistribution prohibited" in page
    for form in ("csv", "json"):  # SQL is the same for everybody: it holds no words
        assert "노을건설이" not in shown(elsewhere, f"/article/{CLOSED}.{form}")


def test_elsewhere_sql_reads_the_marts_as_an_export_does(here: TestClient, elsewhere: TestClient) -> None:
    sql = "SELECT article_id, array_to_string(body, ' ') AS text FROM articles"
    texts = {row["article_id"]: row["text"] for row in rows(elsewhere, "/sql.csv", sql=sql)}
    assert texts[OPEN] and not texts[CLOSED] and not texts[SILENT]
    for wrong in (
        "FROM lake.staging.articles",
        "FROM search('다리')",
        "FROM quotes_by('한빛나')",
        "SELECT * FROM lake.mart.articles",
    ):
        assert 'role="alert"' in shown(elsewhere, "/sql", 400, sql=wrong), wrong
    assert "quotes_by(" not in shown(elsewhere, "/sql")


def test_files_obey_the_rights_also_of_whoever_sits_at_the_machine(here: TestClient) -> None:
    found = {row["article_id"]: row for row in rows(here, "/search.csv", q="다리")}
    assert found[OPEN]["snippet"] and not found[CLOSED]["snippet"]
    assert found[CLOSED]["withheld"] == "redistribution prohibited" and not found[OPEN]["withheld"]
    assert all(row["words"] == "" for row in rows(here, "/quotes.csv", person="한빛나") if row["article_id"] == CLOSED)


@pytest.mark.parametrize("path", ["/?q=다리", f"/article/{EVIL}", "/sql?sql=SELECT title, len(title) FROM articles"])
def test_hostile_words_are_text_on_every_page(here: TestClient, path: str) -> None:
    page = shown(here, path)
    assert "&lt;/script&gt;" in page
    assert "<script>alert" not in page and "<img src=x" not in page and "<b>굵게" not in page
    assert "\u202e" not in page
    assert len(re.findall("<script", page)) <= 3 and "\\u202e" not in page


def test_hostile_words_in_an_address_are_text(here: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    for path, name in (
        ("/", "q"),
        ("/trend", "publisher"),
        ("/quotes", "person"),
        ("/completeness", "publisher"),
        ("/sql", "sql"),
    ):
        answer = here.get(path, params={"q": "다리", name: evil})
        assert "&gt;&lt;script&gt;" in answer.text and "<script>alert" not in answer.text


def test_pages_forbid_themselves_everything_from_elsewhere(here: TestClient) -> None:
    headers = here.get("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe-eval" not in policy
    assert headers["referrer-policy"] == "no-referrer" and headers["x-content-type-options"] == "nosniff"
    page = here.get("/trend?q=다리").text
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
    assert loaded and all(one.startswith(("/", "data:,")) for one in loaded)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8380", ""])
def test_a_request_that_names_another_host_is_refused(here: TestClient, host: str) -> None:
    assert here.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8380", "127.0.0.1", "[::1]:8380", "LOCALHOST", "192.0.2.7:8380"])
def test_a_request_to_this_machine_by_its_own_name_or_an_address_is_answered(here: TestClient, host: str) -> None:
    assert here.get("/static/explore.css", headers={"host": host}).status_code == 200


def test_pages_of_other_sites_may_lead_here_and_read_nothing(here: TestClient) -> None:
    other = {"sec-fetch-site": "cross-site"}
    assert here.get("/static/explore.css", headers={**other, "sec-fetch-mode": "navigate"}).status_code == 200
    assert here.get("/sql.json?sql=SELECT 1", headers={**other, "sec-fetch-mode": "no-cors"}).status_code == 403
    assert here.post("/sql", data={"sql": "SELECT 1"}).status_code == 405


# Lakes


def test_no_lake_an_unpublished_one_and_one_without_articles_are_sentences(tmp_path: Path) -> None:
    client = TestClient(application(tmp_path / "lake", True), base_url="http://localhost")
    assert "There is no lake at" in shown(client, "/", 503)
    with writing(tmp_path / "lake", "test") as writer:
        for path in ("/", "/trend?q=x", "/sql?sql=FROM articles"):
            assert "Nothing is published in this lake yet" in shown(client, path, 503)
        publish(writer, ("mart.coverage", "mart.sources"))
    assert "Nothing is in the search index of this lake yet" in shown(client, "/")
    assert "No story in this period" in shown(client, "/stories")


def test_a_lake_that_is_written_meanwhile_is_one_state_a_request_and_the_new_one_in_the_next(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus(lake, True)
    before = corpus.look(VIEWS["completeness"], State()).snapshot
    count = "SELECT count(*) FROM lake.raw.sources"
    with corpus.asking() as reading:
        held = reading.execute(count).fetchall()
        with writing(lake, "test") as writer:
            writer.commit_rows("made", "run", "another", [(SOURCES, [source("x")])])
        assert reading.execute(count).fetchall() == held
    with corpus.asking() as reading:
        assert reading.execute(count).fetchall() == [(held[0][0] + 1,)]
    monkeypatch.setattr(catalog, "FORMAT", 0)  # as if a newer program had written the new state
    with pytest.raises(LakeError, match="update Sillok"):
        corpus.look(VIEWS["completeness"], State())
    monkeypatch.undo()
    assert corpus.look(VIEWS["completeness"], State()).snapshot > before
    corpus.close()


def test_many_readers_at_once_are_answered(here: TestClient) -> None:
    found: list[int] = []
    readers = [
        threading.Thread(target=lambda: found.append(here.get("/", params={"q": "다리"}).status_code)) for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [200] * 4
