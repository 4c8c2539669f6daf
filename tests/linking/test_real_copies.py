"""On real pages: the two layouts of one article are one text, and no two different articles are copies."""

import gzip
from itertools import combinations
from pathlib import Path

import pytest

from flows.extraction.article import Article, Outcome, Page
from flows.extraction.reader import extract
from flows.linking.copies import compare, is_copy
from flows.linking.shingles import shingles

pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(scope="module")
def articles(shared: Path) -> list[Article]:
    """Every page of the measuring set that holds an article."""
    paths = sorted((shared / "eval" / "pages").rglob("*.html.gz"))
    read = [extract(Page(path.name.split(".")[0], path.name, gzip.decompress(path.read_bytes()))) for path in paths]
    return [article for article in read if article.outcome is Outcome.OK]


def headline(article: Article) -> str:
    return "".join(sign for sign in (article.title or "").casefold() if sign.isalnum())


def test_copies_are_the_same_article_and_the_two_layouts_are_found(articles: list[Article]) -> None:
    cut = {number: shingles(article.title, article.body) for number, article in enumerate(articles)}
    found = [pair for pair in compare(cut, combinations(cut, 2)) if is_copy(pair)]
    ids = [{articles[pair.a].id, articles[pair.b].id} for pair in found]
    assert {"MK_1", "MK_2"} in ids
    # Some pages of the set show one article twice, as captured at two times: the same headline tells.
    different = [pair for pair in found if headline(articles[pair.a]) != headline(articles[pair.b])]
    assert [(articles[pair.a].id, articles[pair.b].id, pair.share) for pair in different] == []
    assert len(articles) > 200
