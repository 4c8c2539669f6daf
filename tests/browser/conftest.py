"""A browser for the pages that people look at; what it asked for and what it complained of is kept beside each page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT, sillok

CHROMIUM = shutil.which("chromium")
PICTURES = ROOT / "tests" / "browser" / "pictures"


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of the sample press with its evening corrections."""
    lake = tmp_path_factory.mktemp("press") / "lake"
    for edition in ("morning", "evening"):
        assert sillok(lake, "run", "--sample", "--edition", edition).returncode == 0
    return lake


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


def noting(page: Page) -> Page:
    """The page, noting what it says (`said`) and what it asks for (`asked`)."""
    page.said, page.asked = [], []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
    page.on("request", lambda asked: page.asked.append(asked.url))  # type: ignore[attr-defined]
    return page


@pytest.fixture(params=["light", "dark", "phone"])
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in one of three guises, which notes what it asks for and what it complains of."""
    is_phone = request.param == "phone"
    context = browser.new_context(
        color_scheme="dark" if request.param == "dark" else "light",
        viewport={"width": 390, "height": 844} if is_phone else {"width": 1200, "height": 900},
    )
    page = noting(context.new_page())
    page.guise = request.param  # type: ignore[attr-defined]
    yield page
    context.close()
