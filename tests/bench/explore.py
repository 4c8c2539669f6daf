"""Time Explore over a made-up corpus as its readers have it: Chromium on the server, pages turned, charts drawn.

A tour goes twelve ways round after round: a search of a word, of two, a facet taken and left, the trend, the network, a
name of it, an article, quotations, stories, completeness. The clock runs in the page, from the click or the key to the
first frame in which the next page stands and its chart is drawn; memory is looked at after each step. The corpus is
that of `make bench-query`, made before or taken where it lies. The last line is one JSON object.

    make bench-explore QUERY_SIZES=1000000 QUERY_LAKE=FOLDER ROUNDS=8
"""

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench import query
from tests.bench.search_corpus import SearchCorpus
from tests.browser.memory import of_renderers
from tests.browser.served import served

TARGETS = {"first_page_seconds": 2.0, "step_p95_seconds": 1.0, "renderer_bytes": 500_000_000}
BEGIN = """(isDrawn) => {
    document.body.dataset.old = "yes";
    let began = 0;
    const begin = () => { began ||= performance.now(); };
    for (const kind of ["click", "submit"]) document.addEventListener(kind, begin, {capture: true});
    window.turned = new Promise((done) => {
        const seen = new MutationObserver(() => {
            if (document.body.dataset.old || (isDrawn && !document.querySelector("[data-drawn] svg"))) return;
            seen.disconnect();
            requestAnimationFrame(() => setTimeout(() => done((performance.now() - began) / 1000)));
        });
        seen.observe(document, {subtree: true, childList: true, attributes: true});
    });
}"""
FREE_NAME = """() => {
    for (const name of document.querySelectorAll(".mark-text text")) {
        const at = name.getBoundingClientRect(), x = at.x + at.width / 2, y = at.y + at.height / 2;
        if (document.elementFromPoint(x, y) === name) return [x, y];
    }
    return null;
}"""
"""The middle of a name of the network that no other name covers: labels of close points do."""


@dataclass
class Tour:
    """One reader's way through the pages, timed."""

    page: Page
    seconds: dict[str, list[float]] = field(default_factory=dict)
    renderer_bytes: int = 0

    def step(self, name: str, act: Callable[[], object], *, is_drawn: bool = False) -> None:
        """Do something that turns the page; `is_drawn`: its chart is waited for."""
        self.page.evaluate(BEGIN, is_drawn)
        act()
        self.seconds.setdefault(name, []).append(float(self.page.evaluate("window.turned")))
        self.renderer_bytes = max(self.renderer_bytes, of_renderers())

    def search(self, name: str, words: str) -> None:
        """Type words into the search box of whatever page this is."""
        self.page.fill("#q", words)
        self.step(name, lambda: self.page.press("#q", "Enter"))

    def follow(self, name: str, selector: str, *, is_drawn: bool = False) -> None:
        """Click the first link of this kind."""
        self.step(name, self.page.locator(selector).first.click, is_drawn=is_drawn)

    def round(self, one: str, other: str) -> None:
        """Once round the views, beginning on any of them."""
        self.search("search", one)
        self.search("search, two words", f"{one} {other}")
        self.search("search", one)
        self.follow("facet", "section[aria-labelledby=facet-publisher] a")
        self.follow("facet left", "ul.chips a")
        self.follow("trend", "header nav a[href^='/trend']", is_drawn=True)
        self.follow("network", "header nav a[href^='/network']", is_drawn=True)
        if at := self.page.evaluate(FREE_NAME):
            self.step("name of the network", lambda: self.page.mouse.click(*at))
        self.search("search", one)
        self.follow("article", "ol.hits h2 a")
        self.follow("quotations", "header nav a[href^='/quotes']", is_drawn=True)
        self.follow("stories", "header nav a[href^='/stories']")
        self.follow("completeness", "header nav a[href^='/completeness']", is_drawn=True)


def measure(lake: Path, rounds: int) -> dict[str, object]:
    """The figures of a tour."""
    words = SearchCorpus().words
    with served(lake) as site, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        tour, said = Tour(browser.new_page()), list[str]()
        tour.page.on("console", lambda message: said.append(message.text))
        began = time.perf_counter()
        tour.page.goto(site)
        first = time.perf_counter() - began
        for number in range(rounds):
            tour.round(words[120 + 97 * number], words[900 + 311 * number])
            print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        browser.close()
    each = sorted(seconds for some in tour.seconds.values() for seconds in some)
    return {
        "first_page_seconds": round(first, 2),
        "steps": len(each),
        "step_p50_seconds": round(statistics.median(each), 2),
        "step_p95_seconds": round(each[int(len(each) * 0.95)], 2),
        "step_most_seconds": round(each[-1], 2),
        "renderer_bytes": tour.renderer_bytes,
        "said_on_the_console": said,
        "by_kind": {
            name: {"median": round(statistics.median(some), 2), "most": round(max(some), 2)}
            for name, some in tour.seconds.items()
        },
    }


def main() -> None:
    """Make the lakes or take those that lie there, tour, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--lakes", type=Path, default=query.LAKES)
    parser.add_argument("--rounds", type=int, default=8)
    given = parser.parse_args()
    report: dict[str, object] = {"targets": TARGETS}
    for size in given.sizes:
        folder, _ = query.made(given.lakes, size, ("sillok",))
        report[str(size)] = measure(folder / "lake", given.rounds)
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
