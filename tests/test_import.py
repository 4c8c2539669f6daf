"""What others saved comes in by the same door: WARC files, lists of URLs, and nobody is asked who must not be."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.fetching.guard import Network
from flows.sample_press import SamplePress
from flows.settings import Settings
from flows.steps.saving import url_lists
from tests.conftest import sillok
from tests.test_cli import PAGE

pytestmark = pytest.mark.slow
Ask = Callable[[Path, str], list[dict[str, object]]]

ALLOWED_PORT = 8088  # a port on which web servers are expected: the address alone must stop the fetcher
SOURCE = """
id: neuti
name: 느티일보
kind: publisher
home: https://neuti.example/
lang: ko
country: KR
timezone: Asia/Seoul
feeds: [https://neuti.example/rss.xml]
"""


def test_without_a_contact_nobody_is_asked_and_every_url_says_why(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "neuti.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "urls.txt").write_text("https://neuti.example/a/1\n# a note\nhttps://neuti.example/a/2\n")
    listed = sillok(tmp_path / "lake", "import", str(tmp_path / "urls.txt"), "--until", "store")
    assert listed.returncode == 0, listed.stderr
    done = sillok(tmp_path / "lake", "run", SILLOK_SOURCES=str(tmp_path / "sources"))
    assert done.returncode == 0, done.stderr
    assert "SILLOK_CONTACT is not set" in done.stderr
    rows = ask(tmp_path / "lake", "SELECT url, state, reason, attempts FROM raw.fetches ORDER BY url")
    assert [row["url"] for row in rows] == [
        "https://neuti.example/a/1",
        "https://neuti.example/a/2",
        "https://neuti.example/rss.xml",
    ]
    assert {(row["state"], row["reason"], row["attempts"]) for row in rows} == {("skipped", "no_contact", 0)}
    (complete,) = ask(tmp_path / "lake", "SELECT sum(listed_count) AS n, any_value(reasons) AS why FROM completeness")
    assert (int(str(complete["n"])), complete["why"]) == (2, {"no_contact": 2})


def test_a_list_of_urls_never_reaches_this_machine_or_its_network(tmp_path: Path, ask: Ask) -> None:
    with SamplePress(port=ALLOWED_PORT) as press:
        spelt = ["http://[::1]/", "http://169.254.169.254/latest/", "http://2130706433/"]
        (tmp_path / "urls.txt").write_text("\n".join([f"http://127.0.0.1:{press.port}/", *spelt]) + "\n")
        words = ("import", str(tmp_path / "urls.txt"), "--until", "store")
        done = sillok(tmp_path / "lake", *words, SILLOK_CONTACT="https://us.example/bot")
        assert done.returncode == 0, done.stderr
        assert press.requests == []
    rows = ask(tmp_path / "lake", "SELECT state, reason FROM raw.fetches WHERE kind = 'article'")
    assert rows
    assert {(row["state"], row["reason"]) for row in rows} == {("skipped", "blocked_address")}


def test_paths_are_those_of_the_folder_that_the_person_stands_in(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.html").write_text(PAGE, encoding="utf-8")
    done = sillok(tmp_path / "lake", "import", "docs", "docs/page.html", "--until", "store", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = ask(tmp_path / "lake", "SELECT url, state FROM raw.fetches ORDER BY url")
    page = str(tmp_path / "docs" / "page.html")
    # One named twice is told as what it is, and stops nothing.
    assert rows == [{"url": page, "state": "stored"}, {"url": f"{page}~2", "state": "duplicate"}]


def test_a_file_name_in_another_encoding_costs_nobody_the_import(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "pages").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "pages") + b"/" + "기사.html".encode("cp949"))).write_text(PAGE)
    (tmp_path / "pages" / "good.html").write_text(PAGE.replace("느티", "도토리"), encoding="utf-8")
    done = sillok(tmp_path / "lake", "import", str(tmp_path / "pages"), "--until", "store")
    assert done.returncode == 0, done.stderr
    rows = ask(tmp_path / "lake", "SELECT parse_filename(url) AS name, state FROM raw.fetches ORDER BY name")
    assert rows == [{"name": "good.html", "state": "stored"}, {"name": "기사.html", "state": "stored"}]


def test_a_lost_catalogue_costs_no_byte_of_the_warc_files_and_kept_pages_are_read_later(
    tmp_path: Path, ask: Ask
) -> None:
    lake, page = tmp_path / "lake", tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    assert sillok(lake, "import", str(page), "--until", "store").returncode == 0
    (warc,) = (lake / "warc").rglob("*.warc.gz")
    data = warc.read_bytes()
    for path in lake.glob("catalog.sqlite*"):
        path.unlink()
    page.write_text(PAGE.replace("느티", "도토리"), encoding="utf-8")
    assert sillok(lake, "import", str(page), "--until", "store").returncode == 0
    assert data in [path.read_bytes() for path in lake.rglob("*.warc.gz")]
    assert ask(lake, "SELECT * FROM staging.articles") == []
    done = sillok(lake, "import", str(lake / "warc-uncommitted"))
    assert done.returncode == 0, done.stderr
    assert len(ask(lake, "SELECT title FROM articles")) == 2


def test_a_broken_source_file_stops_the_run_with_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "neuti.yaml").write_text(SOURCE.replace("Asia/Seoul", "Seoul"), encoding="utf-8")
    done = sillok(tmp_path / "lake", "run", SILLOK_SOURCES=str(tmp_path / "sources"))
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "neuti.yaml" in said
    assert "line 8, timezone" in said
    assert not (tmp_path / "lake" / "catalog.sqlite").exists()


def test_a_text_file_is_a_list_of_urls_only_if_each_line_is_one(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("https://a.example/1\nhttps://a.example/2\n")
    (tmp_path / "page.txt").write_text("제목\n\n본문에 https://a.example/1 이 나온다.\n")
    (tmp_path / "short.txt").write_text("https://a.example/1\n한 줄짜리 글이다.\n")
    (tmp_path / "empty.txt").write_text("")
    lists, pages = url_lists(sorted(tmp_path.glob("*.txt")))
    assert [path.name for path in lists] == ["list.txt"]
    assert [path.name for path in pages] == ["empty.txt", "page.txt", "short.txt"]


def test_loopback_is_opened_by_code_alone() -> None:
    # A person who can set settings or fill in a run form must not be able to point the fetcher at this machine.
    assert Network().hosts == {}
    assert not [name for name in Settings.model_fields if "host" in name or "network" in name or "loopback" in name]
