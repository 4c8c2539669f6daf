"""Explore as its readers have it: a real browser on a real server, in light and dark, on a phone, without a mouse."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import CHROMIUM, PICTURES, noting
from tests.browser.memory import of_renderers
from tests.browser.served import served
from tests.conftest import sillok

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")

MEMORY_BYTES = 500_000_000


@pytest.fixture(scope="session")
def site(press: Path) -> Iterator[str]:
    """A server over the sample press; its address."""
    with served(press) as address:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{address}/static/vega.js", timeout=60)
                break
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield address


def answer(site: str, sql: str) -> str:
    """The first value of the first row."""
    with urllib.request.urlopen(f"{site}/sql.json?sql={quote(sql)}", timeout=60) as given:
        return str(next(iter(json.loads(given.read())[0].values())))


PAGES = {
    "search": "/?q=시장",
    "newest": "/",
    "nothing": "/?q=없는낱말",
    "trend": "/trend?q=시장&versus=합병",
    "network": "/network?q=합병&least=1",
    "speakers": "/quotes",
    "stories": "/stories",
    "completeness": "/completeness",
    "sql": "/sql?sql=SELECT publisher, count(*) AS n FROM articles GROUP BY 1 ORDER BY 2 DESC",
    "article": "/article/{SELECT article_id FROM article_versions GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1}",
    "versions": "/versions/{SELECT article_id FROM article_versions GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1}",
    "story": "/story/{SELECT story_id FROM stories ORDER BY article_count DESC, story_id LIMIT 1}",
    "person": "/quotes?person={SELECT mode(speaker_name) FROM quotes}",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_loads_nothing_from_elsewhere_and_breaks_no_rule_of_access(
    opened: Page, site: str, name: str
) -> None:
    path = re.sub(r"\{(.+)\}", lambda match: answer(site, match[1]), PAGES[name])
    opened.goto(site + path)
    if opened.locator("[data-chart]").count():
        opened.wait_for_selector("[data-drawn] svg")
    PICTURES.mkdir(exist_ok=True)
    opened.screenshot(path=PICTURES / f"explore-{name}-{opened.guise}.png", full_page=True)  # type: ignore[attr-defined]
    assert opened.said == []  # type: ignore[attr-defined]
    assert all(one.startswith((site, "data:")) for one in opened.asked)  # type: ignore[attr-defined]
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(opened)
    assert [(one["id"], one["impact"]) for one in found.response["violations"]] == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    yield noting(context.new_page())
    context.close()


def test_from_a_search_to_an_article_by_keyboard_and_a_facet_there_and_back(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("/")
    page.keyboard.type("시장")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    total = int(page.locator(".summary strong").inner_text())
    assert total > 1
    choice = page.locator("ul.choices li").first
    expected = int(choice.locator(".count").inner_text())
    choice.locator("a").click()
    page.wait_for_url("**publisher=*")
    assert int(page.locator(".summary strong").inner_text()) == expected < total
    page.locator("ul.chips a").click()
    page.wait_for_url(lambda url: "publisher=" not in url)
    assert int(page.locator(".summary strong").inner_text()) == total
    page.locator("ol.hits h2 a").first.click()
    page.wait_for_url("**/article/*")
    assert page.locator("article .body p").count() > 0
    assert page.said == []  # type: ignore[attr-defined]


def test_a_point_of_the_trend_and_a_name_of_the_network_lead_to_their_articles(page: Page, site: str) -> None:
    page.goto(f"{site}/trend?q=시장")
    page.wait_for_selector("[data-drawn] svg")
    page.locator(".mark-symbol path").last.click()
    page.wait_for_url("**/?q=*since=*")
    assert page.locator("ol.hits li").count() >= 1
    page.goto(f"{site}/network?q=합병&least=1")
    page.wait_for_selector("[data-drawn] svg")
    page.locator(".mark-text text").first.click()
    page.wait_for_url(re.compile(r"(person|org)="))
    assert page.locator("ol.hits li").count() >= 1
    assert page.said == []  # type: ignore[attr-defined]


def test_a_view_is_taken_along_as_csv_png_and_svg(page: Page, site: str) -> None:
    page.goto(f"{site}/trend?q=시장")
    begins = {"CSV": b"\xef\xbb\xbfsearch,", "PNG": b"\x89PNG", "SVG": b"<svg", "JSON": b'[{"search"'}
    for name, start in begins.items():
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).click()
        assert Path(waiting.value.path()).read_bytes().startswith(start), name
    page.locator(".take summary").first.click()
    page.get_by_role("link", name="Ask it in the SQL cell").click()
    page.wait_for_url("**/sql?sql=*")
    assert page.locator(".results tbody tr").count() > 0
    page.locator("#sql").fill("SELECT count(*) AS n FROM articles")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**count*")
    assert page.locator(".results tbody tr").count() == 1


def test_without_scripts_a_chart_is_a_picture(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/trend?q=시장")
    assert page.locator("noscript img, figure img").first.evaluate("image => image.naturalWidth") > 100
    context.close()


def test_a_link_of_the_report_leads_to_the_same_question(page: Page, site: str, press: Path, tmp_path: Path) -> None:
    target = tmp_path / "day.html"
    assert sillok(press, "report", str(target), "--explore", site).returncode == 0
    page.goto(target.as_uri())
    page.get_by_role("link", name="Ask it in Explore").first.click()
    page.wait_for_url(re.compile(re.escape(f"{site}/sql?sql=")))
    assert page.locator(".results tbody tr").count() > 0
    assert page.said == []  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_the_page_with_most_in_it_fits_into_memory(page: Page, site: str) -> None:
    page.goto(f"{site}/network?q=합병&least=1")
    page.wait_for_selector("[data-drawn] svg")
    assert 0 < of_renderers() < MEMORY_BYTES
