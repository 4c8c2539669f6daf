"""Credits and dates stand near the article; taken from elsewhere on the page they are another article's."""

import pytest

from flows.extraction.names import split_names
from tests.extraction.pages import english, read

COLUMNISTS = "".join(
    f'<li><a href="/author/{name.lower().replace(" ", "-")}">{name}</a></li>'
    for name in ("Orla Fenn", "Tess Holm", "Ivo Brandt", "Nils Aker")
)
MENU = f"<div class='top'><ul>{COLUMNISTS}</ul>{'<span>Menu</span>' * 80}</div>"


def under_title(html: str) -> str:
    return english(before=MENU).replace("</h1>", f"</h1>{html}", 1)


@pytest.mark.parametrize(
    "credit",
    [
        '<a href="/author/jo-darrow">Jo Darrow</a>', '<span itemprop="author"><b itemprop="name">Jo Darrow</b></span>',
        '<span class="byline">By Jo Darrow</span>', '<a rel="author" href="/staff/7">Jo Darrow</a>',
        '<div class="author"><p>Jo Darrow</p><p>Reporter</p></div>',
    ],
)  # fmt: skip
def test_the_credit_under_the_headline_wins_over_the_menu(credit: str) -> None:
    assert [one.name for one in read(under_title(credit)).authors] == ["Jo Darrow"]


def test_a_list_of_columnists_is_not_the_author() -> None:
    assert read(english(before=MENU)).authors == ()


def test_a_credit_after_the_text_is_found() -> None:
    article = read(english(before=MENU, after='<p class="byline">By Jo Darrow</p>'))
    assert [one.name for one in article.authors] == ["Jo Darrow"]


def test_the_photographer_is_not_the_author() -> None:
    picture = '<figure><img src="/x.jpg"><figcaption><span class="author">Pim Lens</span></figcaption></figure>'
    assert read(under_title(picture)).authors == ()


OTHERS = "<div><time datetime='2019-05-02'>2 May 2019</time><time datetime='2020-06-03'>3 June 2020</time></div>"


@pytest.mark.parametrize(
    "stamp",
    [
        '<time datetime="2026-03-05T09:10:00+01:00">Thursday</time>', '<span class="date">5 March 2026</span>',
        "<p>Eastmere, 5 March 2026</p>",
    ],
)  # fmt: skip
def test_the_date_under_the_headline_wins_over_dates_elsewhere(stamp: str) -> None:
    html = english(before=OTHERS + "<i>x</i>" * 80).replace("</h1>", f"</h1>{stamp}", 1)
    assert (read(html).published_at or "")[:10] == "2026-03-05"


@pytest.mark.parametrize(
    ("credit", "names"),
    [
        ("Von Anke Voss, Redakteurin", ["Anke Voss"]),
        ("Ilse Marten mit dpa", ["Ilse Marten", "dpa"]),
        ("Odile Renaud Publié le 06/01/2026 à 10:12", ["Odile Renaud"]),
        ("Anke Voss Anke Voss", ["Anke Voss"]),
        ("By Jo Darrow and Max Roe, Senior Reporter", ["Jo Darrow", "Max Roe"]),
        ("Jo Darrow 0", ["Jo Darrow"]),
    ],
)
def test_a_credit_is_brought_down_to_names(credit: str, names: list[str]) -> None:
    assert split_names(credit) == names


def test_a_deck_without_a_class_opens_the_body() -> None:
    deck = "Eastmere. A grain store that nobody wanted for thirty years gets readers and a new roof by spring."
    heading = "<h1>Old grain store becomes a library</h1>"
    header = f"<div class='top'>{heading}<div><div class='mb-7'>{deck}</div></div></div>"
    article = read(english(before=header).replace(f'"story">{heading}', '"story">'))
    assert article.body[0] == deck
    assert article.subtitle == (deck,)


def test_decks_of_other_articles_before_the_headline_are_not_taken() -> None:
    dek = "Ferries stop for a week while the pier is mended, the harbour office says."
    article = read(english(before=f'<div class="card"><p class="dek">{dek}</p></div>'))
    assert "Ferries" not in article.body[0]
    assert article.subtitle == ()
