"""One article under several addresses is one; two articles are never made one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction.article import Article, Outcome
from flows.extraction.identity import article_id, names_same_page, original_id

SITE = "https://neuti.example"


def identity(url: str, canonical: str | None = None) -> str:
    return article_id(Article(id="a", input="a", outcome=Outcome.OK, url=url, canonical_url=canonical))


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://m.neuti.example/view.html?art_id=202603041234001", f"{SITE}/article/202603041234001"),
        ("https://mobile.neuti.example/n/998877", f"{SITE}/society/998877.html"),
        ("https://amp.neuti.example/town/market-gets-a-new-roof", f"{SITE}/2026/03/market-gets-a-new-roof"),
        ("https://neuti.example/amp/998877", f"{SITE}/news/articleView.html?idxno=998877"),
        (f"{SITE}/news/998877?src=main&section=2", f"{SITE}/news/998877"),
        (f"{SITE}/town/market-gets-a-new-roof/?r=rss", f"{SITE}/town/market-gets-a-new-roof"),
        ("https://www.neuti.example/news/998877?x=1&id=5", f"{SITE}/news/998877?id=5"),
    ],
)
def test_the_address_that_a_page_states_joins_it_where_both_plainly_name_it(url: str, canonical: str) -> None:
    assert names_same_page(url, canonical)
    assert identity(url, canonical) == identity(canonical)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://m.neuti.example/view?no=5", f"{SITE}/view"),
        ("https://m.neuti.example/view?section=10000&no=5", f"{SITE}/view?section=10000"),
        ("https://m.neuti.example/20260304/7", f"{SITE}/20260304"),
        ("https://m.neuti.example/20260304", f"{SITE}/20260304/index.html"),
        ("https://m.neuti.example/news/998877", f"{SITE}/"),
        (f"{SITE}/view?no=998877", f"{SITE}/view"),
        (f"{SITE}/view?no=998877", f"{SITE}/view?no=998878"),
        (f"{SITE}/news/998877?page=2", f"{SITE}/news/998877"),
        (f"{SITE}/news/998877", "https://dodam.example/news/998877"),
        (f"{SITE}/20260304?no=7", f"{SITE}/20260304"),
        ("https://m.neuti.example/news/1", f"{SITE}/news/2"),
    ],
)
def test_a_template_that_states_one_address_for_many_pages_makes_no_article_of_all(url: str, canonical: str) -> None:
    assert not names_same_page(url, canonical)
    assert identity(url, canonical) == identity(url)


@pytest.mark.parametrize(
    ("original", "held"),
    [
        (f"{SITE}/news/998877?ref=portal", f"{SITE}/news/998877"),
        (f"{SITE}/view?no=998877", f"{SITE}/view?no=998877"),
        ("https://m.neuti.example/news/998877", f"{SITE}/news/998877"),
    ],
)
def test_a_copy_is_tied_to_the_id_that_its_original_has(original: str, held: str) -> None:
    copy = Article(id="a", input="a", outcome=Outcome.OK, url="https://portal.example/1", original_url=original)
    assert original_id(copy) == identity(held)
    assert original_id(Article(id="a", input="a", outcome=Outcome.OK)) is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_pair_of_addresses_raises(url: str, stated: str) -> None:
    assert names_same_page(f"https://{url}", f"https://{stated}") in (True, False)
