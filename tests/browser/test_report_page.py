"""The report as a reader has it: opened from disk in a real browser, in light and dark, on a phone, without a mouse.

Not part of `make test`: it needs Debian's chromium. `make test-browser` runs it and keeps a picture of each page.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT, sillok

CHROMIUM = shutil.which("chromium")
PICTURES = ROOT / "tests" / "browser" / "pictures"
KINDS = {
    "day": [],
    "week": ["--week"],
    "search": ["--query", "푸른돛"],
    "story": ["--story", "{story}"],
    "nothing": ["--since", "2020-01-01", "--until", "2020-01-02"],
}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind, of the sample press with its evening corrections."""
    folder = tmp_path_factory.mktemp("reports")
    lake = folder / "lake"
    for edition in ("morning", "evening"):
        assert sillok(lake, "run", "--sample", "--edition", edition).returncode == 0
    most = "SELECT story_id FROM stories ORDER BY article_count DESC, story_id LIMIT 1"
    story = sillok(lake, "sql", most, "--format", "csv").stdout.split()[1]
    pages = {}
    for kind, words in KINDS.items():
        pages[kind] = folder / f"{kind}.html"
        done = sillok(lake, "report", str(pages[kind]), *[word.format(story=story) for word in words])
        assert done.returncode == 0, done.stderr
    return pages


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(params=["light", "dark", "phone"])
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in one of three guises, which notes what it asks for and what it complains of."""
    is_phone = request.param == "phone"
    context = browser.new_context(
        color_scheme="dark" if request.param == "dark" else "light",
        viewport={"width": 390, "height": 844} if is_phone else {"width": 1200, "height": 900},
    )
    page = context.new_page()
    page.said, page.asked = [], []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
    page.on("request", lambda asked: page.asked.append(asked.url))  # type: ignore[attr-defined]
    page.guise = request.param  # type: ignore[attr-defined]
    yield page
    context.close()


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
