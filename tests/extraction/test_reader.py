"""A page's outcome: every page gives one article row, and the row says how it ended."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.extraction.article import Outcome
from tests.extraction.pages import ENGLISH_BODY, KOREAN_BODY, english, korean, ld, read


@pytest.mark.parametrize(
    ("payload", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b" \n\t ", Outcome.EMPTY),
        (b"%PDF-1.7 and so on", Outcome.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n....", Outcome.NOT_TEXT),
        (bytes(range(256)) * 40, Outcome.NOT_TEXT),
        (b"<html><body>" + b"<p>x</p>" * 160_000, Outcome.TOO_LARGE),
        (b"<html><body><a " + b'x="1" ' * 60_000 + b">t</a>", Outcome.TOO_LARGE),
        (b"<html><body>" + b"<div>" * 5_000 + b"<p>deep</p>", Outcome.TOO_DEEP),
        (b"<html><body><p>Not found.</p></body></html>", Outcome.NO_ARTICLE),
        (b"a" * (10 * 1024 * 1024 + 1), Outcome.TOO_LARGE),
    ],
)
def test_a_page_that_is_no_article_says_why(payload: bytes, outcome: Outcome) -> None:
    article = read(payload)
    assert article.outcome is outcome
    assert article.reason


def test_an_article_is_read_whole_and_without_its_surroundings() -> None:
    article = read(
        english(
            before='<nav><a href="/sport">Sport and weather and everything</a></nav>',
            after='<div class="related"><a href="/x">Ten other towns that opened a library this very year</a></div>'
            "<footer><p>© 2026 The Eastmere Courier. All rights reserved.</p></footer>",
        )
    )
    assert article.outcome is Outcome.OK
    assert article.body == ENGLISH_BODY
    assert article.title == "Old grain store becomes a library"
    assert article.lang == "en"


def test_a_front_page_of_links_is_no_article() -> None:
    teasers = "".join(f'<li><a href="/n/{n}">A headline number {n} about the town council</a></li>' for n in range(60))
    assert (
        read(f"<html lang='en'><body><h1>The Courier</h1><ul>{teasers}</ul></body></html>").outcome
        is Outcome.NO_ARTICLE
    )


def test_a_paywalled_page_with_text_keeps_it_and_says_so() -> None:
    head = ld({"@type": "NewsArticle", "headline": "x y", "isAccessibleForFree": False})
    article = read(english(head))
    assert article.outcome is Outcome.OK
    assert article.paywalled is True


def test_a_paywalled_page_without_text_has_its_own_outcome() -> None:
    head = ld(
        {"@type": "NewsArticle", "headline": "A story", "datePublished": "2026-01-02", "isAccessibleForFree": False}
    )
    assert read(f"<html lang='en'><head>{head}</head><body><p>Log in.</p></body></html>").outcome is Outcome.PAYWALLED


@pytest.mark.parametrize("levels", [260, 300, 1_000, 2_000])
def test_text_below_many_levels_is_kept_or_the_page_is_refused(levels: int) -> None:
    article = read(english(before="<div>" * levels, after="</div>" * levels))
    assert article.outcome is Outcome.TOO_DEEP or article.body == ENGLISH_BODY


@pytest.mark.parametrize("text", ["wa\x00ter", "wa&#0;ter", "wa&#55296;ter", "wa&#1114112;ter", "wa\ufffeter"])
def test_odd_characters_do_not_cut_the_article_short(text: str) -> None:
    body = (
        *ENGLISH_BODY[:2],
        f"A paragraph about {text} supply stands in the middle of the article today.",
        *ENGLISH_BODY[2:],
    )
    article = read(english(body=body))
    assert len(article.body) == 5
    assert article.body[-1] == ENGLISH_BODY[-1]


def test_a_page_that_lacks_mark_up_for_paragraphs_is_parted_at_its_breaks() -> None:
    article = read(korean())
    assert article.body == KOREAN_BODY


def test_a_cookie_dialog_longer_than_the_article_is_not_taken_for_it() -> None:
    dialog = (
        "<div id='onetrust-consent-sdk'><p>"
        + "We store cookies for partners who need these cookies. " * 60
        + "</p></div>"
    )
    assert read(english(before=dialog)).body == ENGLISH_BODY


def test_an_article_inside_furniture_by_name_is_still_found() -> None:
    html = english().replace('class="story"', 'class="sidebar-layout teaser"')
    assert read(html).body == ENGLISH_BODY


def test_the_second_article_of_an_endless_page_is_left_out() -> None:
    other = "".join(
        f"<p>Another story goes on and on about the ferry timetable, part {n} of many.</p>" for n in range(30)
    )
    html = (
        english()
        .replace('<div class="story">', "<article>")
        .replace(
            "</p></div>",
            "</p>"
            + "<p>The council meets again on Monday to choose the builders for the work on the roof.</p>"
            + "</article>",
        )
    )
    article = read(
        html.replace("</body>", f"<article><h1>The ferry is late again this year</h1>{other}</article></body>")
    )
    assert "ferry" not in " ".join(article.body)


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/html; charset=euc-kr", "text/plain", None]))
def test_no_bytes_make_the_reader_raise(payload: bytes, content_type: str | None) -> None:
    """A caller would lose a batch."""
    assert read(payload, content_type=content_type).outcome is not Outcome.READER_ERROR


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "</p>",
                "<table>",
                "<a href='http://[::1'>",
                "<br>",
                "기자 a@b.kr",
                "<h1>",
                "text. ",
                "<ul><li>",
                "\x00",
            ]
        ),
        max_size=60,
    )
)
def test_no_mark_up_makes_the_reader_raise(parts: list[str]) -> None:
    assert read("<html><body>" + "".join(parts)).outcome is not Outcome.READER_ERROR


@pytest.mark.parametrize(
    "html",
    [
        english(after="word word<br>" * 30_000),
        english(after="<p>" + "1" * 500_000),
        english(after='<a href="/x">A long headline for a link stands here</a> ' * 5_000),
        english(after='<div class="author">' + "a b, " * 50_000 + "</div>"),
        english(before='<meta name="author" content="A B, C D">' * 5_000),
        english(after="<!-- " + "x" * 500_000),
    ],
)
def test_a_page_that_is_all_of_one_thing_still_gives_its_article(html: str) -> None:
    """Quadratic work on one of these would hold up a worker until its deadline."""
    article = read(html)
    assert article.outcome is Outcome.OK
    assert ENGLISH_BODY[1] in article.body
