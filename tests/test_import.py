"""What others saved comes in by the same door: WARC files, lists of URLs, and nobody is asked who must not be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.fetching.guard import Network
from flows.sample_press import SamplePress
from flows.settings import Settings
from flows.steps.saving import url_lists
from tests.conftest import sillok

pytestmark = pytest.mark.slow
Ask = Callable[[Path, str], list[dict[str, object]]]

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


def test_a_warc_file_of_another_run_gives_the_same_articles(tmp_path: Path, ask: Ask) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert sillok(first, "run", "--sample").returncode == 0
    (warc,) = [str(path) for path in (first / "warc").rglob("*.warc.gz")]
    done = sillok(second, "import", warc)
    assert done.returncode == 0, done.stderr
    fields = "SELECT url, title, published_date FROM articles WHERE url LIKE '%/{}%' ORDER BY url"
    for part in ("article", "news", "view"):
        original = ask(first, fields.format(part))
        assert original
        imported = {row["url"]: row for row in ask(second, fields.format(part))}
        assert [imported.get(row["url"]) for row in original] == original
    rows = ask(second, "SELECT count(*) AS n, count(DISTINCT url_key) AS keys FROM raw.fetches")
    assert rows[0]["n"] == rows[0]["keys"]


def test_without_a_contact_nobody_is_asked_and_every_url_says_why(tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "neuti.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "urls.txt").write_text("https://neuti.example/a/1\n# a note\nhttps://neuti.example/a/2\n")
    done = sillok(tmp_path / "lake", "run", SILLOK_SOURCES=str(tmp_path / "sources"))
    assert done.returncode == 0, done.stderr
    assert "SILLOK_CONTACT is not set" in done.stderr
    assert sillok(tmp_path / "lake", "import", str(tmp_path / "urls.txt")).returncode == 0
    rows = ask(tmp_path / "lake", "SELECT url, state, reason, attempts FROM raw.fetches ORDER BY url")
    assert [row["url"] for row in rows] == [
        "https://neuti.example/a/1",
        "https://neuti.example/a/2",
        "https://neuti.example/rss.xml",
    ]
    assert {(row["state"], row["reason"], row["attempts"]) for row in rows} == {("skipped", "no_contact", 0)}


def test_a_list_of_urls_never_reaches_this_machine_or_its_network(tmp_path: Path, ask: Ask) -> None:
    with SamplePress() as press:
        inside = [f"http://127.0.0.1:{press.port}/", f"http://127.0.0.1:{press.port}/robots.txt"]
        spelt = ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "http://2130706433/"]
        (tmp_path / "urls.txt").write_text("\n".join(spelt) + "\n")
        done = sillok(tmp_path / "lake", "import", str(tmp_path / "urls.txt"), SILLOK_CONTACT="https://us.example/bot")
        assert done.returncode == 0, done.stderr
        assert press.requests == []
        assert inside
    rows = ask(tmp_path / "lake", "SELECT state, reason FROM raw.fetches WHERE kind = 'article'")
    assert rows
    assert {(row["state"], row["reason"]) for row in rows} == {("skipped", "blocked_address")}


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
    (tmp_path / "empty.txt").write_text("")
    lists, pages = url_lists(sorted(tmp_path.glob("*.txt")))
    assert [path.name for path in lists] == ["list.txt"]
    assert [path.name for path in pages] == ["empty.txt", "page.txt"]


def test_loopback_is_opened_by_code_alone() -> None:
    # A person who can set settings or fill in a run form must not be able to point the fetcher at this machine.
    assert Network().hosts == {}
    assert not [name for name in Settings.model_fields if "host" in name or "network" in name or "loopback" in name]
