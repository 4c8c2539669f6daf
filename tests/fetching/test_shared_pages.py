"""Real pages of the measuring set: none of them may be taken for a block page, an error page or something binary."""

import gzip
from pathlib import Path

import pytest

from flows.fetching.judge import GOOD, judge
from flows.fetching.saved import read_inputs

PAGES = Path(__file__).parents[3] / "shared" / "eval" / "pages"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not PAGES.is_dir(), reason="the measuring set is not beside the checkout"),
]


def test_every_real_page_is_read_and_judged_a_page() -> None:
    saved = [one for one in read_inputs([PAGES]) if one.input.endswith(".html.gz")]
    assert len(saved) == len(list(PAGES.rglob("*.html.gz")))
    assert [one.input for one in saved if one.problem is not None] == []
    url = "http://harbour.example/news/1"
    wrong = [
        one.input
        for one in saved
        if judge("article", 200, {"content-type": "text/html"}, one.payload, asked_url=url, final_url=url) != GOOD
    ]
    assert wrong == []
    assert gzip.decompress(Path(saved[0].input).read_bytes()) == saved[0].payload
