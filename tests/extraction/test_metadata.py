"""Headline, authors, publisher and addresses: what a reader cites an article by."""

import pytest

from flows.extraction.title import with_markers
from tests.extraction.pages import english, korean, ld, read


@pytest.mark.parametrize(
    ("title", "markers"),
    [
        ("[속보] 창고에 불, 인명 피해 없어", ("속보",)),
        ("[단독] 시장, 도서관 짓는다", ("단독",)),
        ("도서관 새 단장 마쳐(종합2보)", ("종합2보",)),
        ("[포토][단독] 창고의 봄", ("포토", "단독")),
        ("[바다 산책] 창고의 봄", ()),
        ("Library opens", ()),
    ],
)
def test_markers_are_read_off_a_headline_that_stays_as_printed(title: str, markers: tuple[str, ...]) -> None:
    found = with_markers(title)
    assert (found.text, found.markers) == (title, markers)


@pytest.mark.parametrize(
    "og",
    [
        "Old grain store becomes a library | The Courier",
        "Old grain store becomes a library - The Courier",
        "The Courier: Old grain store becomes a library",
        "Old grain store becomes a library",
    ],
)
def test_the_sites_name_is_no_part_of_the_headline(og: str) -> None:
    head = f'<meta property="og:title" content="{og}"><meta property="og:site_name" content="The Courier">'
    assert read(english(head)).title == "Old grain store becomes a library"


def test_a_headline_shown_outside_the_h1_wins_over_the_one_for_search_engines() -> None:
    head = (
        '<meta property="og:title" content="Library news 2026: everything you must know">'
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Sailors read ashore"}</script>'
    )
    before = "<h1>Library news 2026: everything you must know</h1><header><h2>Sailors read ashore</h2></header>"
    html = english(head, before).replace("<h1>Old grain store becomes a library</h1>", "")
    assert read(html).title == "Sailors read ashore"


def test_a_logo_in_an_h1_is_no_headline() -> None:
    html = korean(head="<title>바닷가 창고, 시민 도서관 된다 - 매일경제</title>").replace(
        "<h1>바닷가 창고, 시민 도서관 된다</h1>", "<h1>매일 경제</h1>"
    )
    assert read(html).title == "바닷가 창고, 시민 도서관 된다"


@pytest.mark.parametrize(
    ("head", "before", "names"),
    [
        ('<meta name="author" content="By Marla Quist and Tobin Hale">', "", ["Marla Quist", "Tobin Hale"]),
        (
            '<meta property="article:author" content="https://facebook.com/courier">',
            '<p class="byline">By Marla Quist</p>',
            ["Marla Quist"],
        ),
        (
            ld({"@type": "NewsArticle", "headline": "h", "author": [{"@type": "Person", "name": "Konstantin Inders"}]}),
            "",
            ["Konstantin Inders"],
        ),
        (
            '<meta name="author" content="The Courier"><meta property="og:site_name" content="The Courier">',
            '<a rel="author" href="/a">Marla Quist</a>',
            ["Marla Quist"],
        ),
    ],
)
def test_people_credited_are_found_and_houses_are_not_people(head: str, before: str, names: list[str]) -> None:
    assert [one.name for one in read(english(head, before)).authors] == names


def test_a_house_credited_alone_is_marked_as_no_person() -> None:
    author = {"@type": "Organization", "name": "The Courier"}
    head = ld({"@type": "NewsArticle", "headline": "h", "author": author})
    assert [(one.name, one.role) for one in read(english(head)).authors] == [("The Courier", "organisation")]


def test_the_publisher_of_a_known_address_has_its_own_name() -> None:
    article = read(
        korean(head='<meta property="og:site_name" content="mk.co.kr">'), url="https://www.mk.co.kr/news/society/1"
    )
    assert (article.publisher, article.portal) == ("매일경제", None)


def test_a_portal_is_not_the_publisher() -> None:
    head = (
        '<meta property="og:site_name" content="네이버 뉴스">'
        '<meta property="og:article:author" content="한겨레 | 네이버">'
    )
    article = read(korean(head=head), url="https://n.news.naver.com/mnews/article/028/0000000001")
    assert (article.publisher, article.portal) == ("한겨레", "Naver")


def test_the_canonical_address_is_normalised_and_an_archives_is_not_taken() -> None:
    head = '<link rel="canonical" href="/news/1?utm_source=x"><meta property="og:url" content="https://courier.example/news/1">'
    assert (
        read(english(head), url="https://courier.example/news/1?fbclid=1").canonical_url
        == "https://courier.example/news/1"
    )
    archived = '<link rel="canonical" href="https://web.archive.org/web/2022/https://courier.example/news/1">'
    assert read(english(archived)).canonical_url is None


def test_links_of_the_article_and_headlines_around_it_are_kept_apart() -> None:
    body = (
        'The <a href="/plan">plan for the roof</a> was shown to the council on Monday, officials of the town said.',
    )
    after = '<ul><li><a href="/n/2">Ferry timetable changes again before the summer season</a></li></ul>'
    html = english(after=after).replace("<p>", f"<p>{body[0]}</p><p>", 1)
    article = read(html, url="https://courier.example/news/1")
    assert [(one.url, one.text) for one in article.links] == [("https://courier.example/plan", "plan for the roof")]
    assert [one.title for one in article.related_headlines] == [
        "Ferry timetable changes again before the summer season"
    ]


@pytest.mark.parametrize(("label", "count"), [("댓글 12", 12), ("1,204 comments", 1204), ("Comments (7)", 7)])
def test_comments_are_counted_and_not_kept(label: str, count: int) -> None:
    assert read(english(after=f"<p class='comment-count'>{label}</p>")).comment_count == count


@pytest.mark.parametrize(
    ("text", "claimed", "lang"),
    [
        ("시민 도서관이 문을 연다고 밝혔다.", "en", "ko"),
        ("図書館が来年の春に開館すると町が発表した。", None, "ja"),
        ("The library of the town is open to all and it was paid for with gifts.", "en", "en"),
        ("Die Bücherei ist für alle offen und das ist nicht von der Stadt bezahlt mit den Steuern.", None, "de"),
        ("", "fr", "fr"),
    ],
)
def test_the_language_is_that_of_the_text(text: str, claimed: str | None, lang: str) -> None:
    from flows.extraction.lang import language_of

    assert language_of(text, claimed) == lang


@pytest.mark.parametrize(
    ("url", "head", "shown", "portal"),
    [
        (
            "https://v.daum.net/v/20260731193413123",
            '<meta property="og:site_name" content="다음 - 한겨레">'
            '<meta property="og:article:author" content="한겨레">',
            "",
            "Daum",
        ),
        ("https://news.nate.com/view/20260731n12345", "", '<a class="medium" href="/x">한겨레</a>', "Nate"),
        ("https://news.zum.com/articles/44726098", "", '<img src="/l.png" alt="한겨레 언론사 이미지">', "ZUM"),
        ("https://m.news.zum.com/articles/44726098", "", '<a href="https://www.hani.co.kr/a">원문보기</a>', "ZUM"),
    ],
)
def test_portals_show_whose_article_it_is(url: str, head: str, shown: str, portal: str) -> None:
    article = read(korean(head=head).replace("<h1>", f"<div>{shown}</div><h1>", 1), url=url)
    assert (article.publisher, article.portal) == ("한겨레", portal)
    assert article.authors == ()


def test_the_portals_stamp_of_a_change_is_kept_apart_from_publication() -> None:
    stamps = (
        '<em data-date-time="2026-09-01 23:55:07">입력</em> <em data-modify-date-time="2026-09-02 08:00:00">수정</em>'
    )
    article = read(
        korean().replace("<h1>", f"<div>{stamps}</div><h1>", 1),
        url="https://n.news.naver.com/mnews/article/028/0000000001",
    )
    assert article.published_at == "2026-09-01T23:55:07+09:00"
    assert article.modified_at == "2026-09-02T08:00:00+09:00"
