"""Explore turns its pages in place: what a reader would lose if that were not as loading them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.conftest import CHROMIUM, noting
from tests.browser.test_explore_pages import site

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
__all__ = ["site"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 500})
    yield noting(context.new_page())
    context.close()


def is_same_document(page: Page) -> bool:
    """The document was kept since `mark`."""
    return bool(page.evaluate("window.isMarked === true"))


def mark(page: Page) -> None:
    """Remember the document; one loaded anew forgets it."""
    page.evaluate("window.isMarked = true")


def searched(page: Page, site: str, words: str) -> None:
    """Open the first page, remember it, and search from there."""
    page.goto(site)
    mark(page)
    page.fill("#q", words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")


def test_a_place_in_the_page_is_gone_to_and_back_from(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=시장")
    page.evaluate("document.querySelector('footer').id = 'foot'; window.scrollTo(0, 0)")
    page.evaluate("document.body.append(Object.assign(document.createElement('a'), {href: '#foot'}))")
    page.evaluate("document.body.lastChild.click()")
    page.wait_for_timeout(300)
    assert page.evaluate("window.scrollY") > 0
    page.go_back()
    page.wait_for_function("() => window.scrollY === 0")
    assert page.said == []  # type: ignore[attr-defined]


def test_links_and_forms_turn_the_page_in_place_with_its_address_title_and_chart(page: Page, site: str) -> None:
    searched(page, site, "시장")
    page.get_by_role("link", name="Trend", exact=True).click()
    page.wait_for_selector("[data-drawn] svg")
    assert is_same_document(page)
    assert page.title().startswith("Trend") and "/trend?q=" in page.url
    assert page.evaluate("document.activeElement.tagName") == "H1", "a screen reader is told where it is"
    assert sum(".svg" in one for one in page.asked) == 0, "the picture for readers without scripts is not asked for"  # type: ignore[attr-defined]
    assert page.said == []  # type: ignore[attr-defined]


def test_back_and_forward_show_the_pages_again_where_they_stood(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=시장")
    first = page.locator(".summary strong").inner_text()
    mark(page)
    page.evaluate("window.scrollTo(0, 300)")
    page.wait_for_function("() => history.state && history.state.top === 300")
    page.locator("ul.choices li a").first.evaluate("link => link.click()")
    page.wait_for_url("**publisher=*")
    assert page.evaluate("window.scrollY") == 0
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text(first)
    assert "publisher=" not in page.url
    assert page.evaluate("window.scrollY") == 300
    page.go_forward()
    expect(page.locator("ul.chips a")).to_have_count(1)
    assert is_same_document(page)


def test_who_goes_back_and_forth_before_an_answer_sees_the_page_of_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=시장")
    page.get_by_role("link", name="Stories", exact=True).click()
    page.wait_for_url("**/stories*")
    page.evaluate(
        """() => {
            const ask = window.fetch;
            window.fetch = (...what) => new Promise(done => setTimeout(done, 400)).then(() => ask(...what));
            history.back();
            setTimeout(() => history.forward(), 100);
        }"""
    )
    page.wait_for_timeout(1500)
    assert "/stories" in page.url
    assert page.locator("main.stories").count() == 1
    assert page.said == []  # type: ignore[attr-defined]


def test_of_two_pages_asked_for_the_later_is_shown(page: Page, site: str) -> None:
    page.goto(f"{site}/?q=시장")
    page.evaluate(
        """() => {
            const there = name => [...document.querySelectorAll("header nav a")].find(one => one.textContent === name);
            there("Network").click(); there("Quotations").click();
        }"""
    )
    page.wait_for_url("**/quotes*")
    page.wait_for_timeout(1500)
    assert "/quotes" in page.url and page.locator("main.quotes").count() == 1
    assert page.said == []  # type: ignore[attr-defined]


def test_new_tabs_downloads_and_other_sites_stay_the_browsers_own(page: Page, site: str) -> None:
    page.goto(f"{site}/trend?q=시장")
    page.wait_for_selector("[data-drawn] svg")
    mark(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Quotations").click(modifiers=["Control"])
    opened.value.wait_for_url("**/quotes*")
    with page.expect_download():
        page.get_by_role("link", name="CSV", exact=True).click()
    with page.context.expect_page() as opened:
        page.locator(".mark-symbol path").last.click(modifiers=["Control"])
    assert "/trend" in page.url and is_same_document(page)


def test_a_sentence_that_helps_is_turned_to_as_any_page(page: Page, site: str) -> None:
    searched(page, site, "(시장")
    assert page.locator("main").inner_text().strip()
    assert page.locator("h1").inner_text() == "This search cannot be read"
    assert is_same_document(page)


def test_where_the_server_does_not_answer_the_browser_says_so(page: Page, site: str) -> None:
    page.goto(site)
    page.route("**/stories*", lambda route: route.abort())
    page.get_by_role("link", name="Stories").click()
    with pytest.raises(Error, match="ERR_FAILED"):
        page.wait_for_url("chrome-error://**")
