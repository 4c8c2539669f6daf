"""The report as a reader has it: opened from disk in a real browser, in light and dark, on a phone, without a mouse.

Not part of `make test`: it needs Debian's chromium. `make test-browser` runs it and keeps a picture of each page.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import CHROMIUM, PICTURES
from tests.conftest import sillok

KINDS = {
    "day": [],
    "week": ["--week"],
    "search": ["--query", "푸른돛"],
    "story": ["--story", "{story}"],
    "nothing": ["--since", "2020-01-01", "--until", "2020-01-02"],
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@pytest.fixture(scope="session")
def reports(press: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind, of the sample press with its evening corrections."""
    folder, lake = tmp_path_factory.mktemp("reports"), press
    most = "SELECT story_id FROM stories ORDER BY article_count DESC, story_id LIMIT 1"
    story = sillok(lake, "sql", most, "--format", "csv").stdout.split()[1]
    pages = {}
    for kind, words in KINDS.items():
        pages[kind] = folder / f"{kind}.html"
        done = sillok(lake, "report", str(pages[kind]), *[word.format(story=story) for word in words])
        assert done.returncode == 0, done.stderr
    return pages


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_opens_from_disk_without_a_word_to_anybody(opened: Page, reports: dict[str, Path], kind: str) -> None:
    opened.goto(reports[kind].as_uri())
    PICTURES.mkdir(exist_ok=True)
    opened.screenshot(path=PICTURES / f"{kind}-{opened.guise}.png", full_page=True)  # type: ignore[attr-defined]
    assert opened.said == []  # type: ignore[attr-defined]
    assert opened.asked == [reports[kind].as_uri()]  # type: ignore[attr-defined]
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(opened)
    assert [(one["id"], one["impact"]) for one in found.response["violations"]] == []


def test_every_figure_leads_to_its_sql_by_keyboard_and_back(opened: Page, reports: dict[str, Path]) -> None:
    opened.goto(reports["week"].as_uri())
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")  # the first stop leads past the contents
    opened.wait_for_url("**#main")
    opened.locator("dl.figures a").first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**#sql-totals")
    assert opened.locator("#sql-totals").is_visible()
    assert "FROM coverage" in opened.locator("#sql-totals + pre").inner_text()
    opened.locator("#sql-totals a").click()
    opened.wait_for_url("**#totals")
    ends = opened.eval_on_selector_all("a[href^='#']", "all => all.every(a => document.querySelector(a.hash))")
    assert ends
