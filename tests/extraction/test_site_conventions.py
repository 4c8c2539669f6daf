"""What sites say in their own ways: names round the headline, captions without mark-up, portals nobody listed."""

import pytest

from flows.extraction.article import Caption, Outcome, Use
from flows.extraction.patterns import grouped
from tests.extraction.pages import ENGLISH_BODY, KOREAN_BODY, english, korean, ld, page, read

HEADLINE = "바닷가 창고, 시민 도서관 된다"
TEXT = "<br><br>".join(KOREAN_BODY)


def plain(title: str) -> str:
    """A page of the old kind: no names in metas, no headings, a link home and text in a table."""
    return (
        f'<html><head><title>{title}</title><meta property="og:type" content="article"></head><body>'
        f'<a href="/">가온소식</a><table><tr><td><b>{HEADLINE}</b></td></tr>'
        f'<tr><td class="view">{TEXT}</td></tr></table></body></html>'
    )


@pytest.mark.parametrize(
    "title", [f"가온소식 :: {HEADLINE}", f"{HEADLINE} | 가온소식", f"{HEADLINE} &lt; 사회 &lt; 가온소식"]
)
def test_a_page_that_names_nothing_in_its_metas_still_has_its_headline_and_its_publisher(title: str) -> None:
    article = read(plain(title))
    assert (article.title, article.publisher) == (HEADLINE, "가온소식")


@pytest.mark.parametrize(
    "caption",
    [
        '<div><img src="/1.jpg"><em class="img_desc">{}</em></div>',
        '<div><a href="/big"><img src="/1.jpg"></a><span itemprop="caption">{}</span></div>',
        '<div><img src="/1.jpg"><p class="photo-desc">{}</p></div>',
        '<table><tr><td><img src="/1.jpg"></td></tr><tr><td class="pic_txt">{}</td></tr></table>',
        '<div><img src="/1.jpg"><p>▲ {}</p></div>',
        "<p>▲ {}</p>",
    ],
)
def test_words_of_a_picture_are_a_caption_and_no_paragraph(caption: str) -> None:
    html = korean(caption.format("2일 새 도서관 앞에서 주민들이 줄을 서 있다. /고은별 기자"))
    article = read(html)
    assert article.body == KOREAN_BODY
    assert [(one.text, one.credit) for one in article.captions] == [
        ("2일 새 도서관 앞에서 주민들이 줄을 서 있다.", "고은별 기자")
    ]


def test_items_of_a_list_that_open_like_captions_stay_text() -> None:
    items = ("▲ 어린이 열람실은 1층에 들어선다", "▲ 기록 보관실은 3층에 들어선다")
    assert read(korean(f"<br><br>{'<br><br>'.join(items)}")).body == KOREAN_BODY + items


@pytest.mark.parametrize(
    "deck",
    [
        '<h2 class="sub">{0}</h2><h2 class="sub">{1}</h2>',
        '<h3 itemprop="alternativeHeadline">{0}</h3><h3 itemprop="alternativeHeadline">{1}</h3>',
        '<div id="news_text"><strong class="summary">{0}<br>{1}</strong>',
    ],
)
def test_lines_under_the_headline_are_its_deck(deck: str) -> None:
    decks = ("내년 봄 시범 운영", "밤늦게까지 문 연다")
    paragraphs = "".join(f"<p>{text}</p>" for text in KOREAN_BODY)
    opening = deck.format(*decks)
    opening += "" if "news_text" in opening else '<div id="news_text">'
    html = f'<meta property="og:type" content="article"><h1>{HEADLINE}</h1>{opening}{paragraphs}</div>'
    article = read(f'<html lang="ko"><body>{html}</body></html>')
    assert (article.subtitle, article.body) == (decks, KOREAN_BODY)


SITE = '<meta property="og:site_name" content="두루모음">'
TWO_NOTICES = (
    "<p>&lt;저작권자 © 가온소식, 무단전재 및 재배포 금지&gt;</p>"
    "<p>두루모음에 실린 기사의 저작권은 언론사에 있으며 무단 복제를 금합니다.</p>"
)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (SITE + '<meta property="og:article:author" content="가온소식 | 두루모음">', TWO_NOTICES),
        (SITE, TWO_NOTICES + '<p><a href="http://gaon.example/a/1">기사원문</a></p>'),
    ],
)
def test_a_site_that_shows_another_houses_article_is_its_portal(head: str, tail: str) -> None:
    article = read(korean(tail, head), "http://duru.example/v/1")
    assert (article.publisher, article.portal) == ("가온소식", "두루모음")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:article:author" content="고은별 | 두루모음">',
        '<meta property="article:author" content="Jo Doe | 두루모음">',
        "",
    ],
)
def test_a_site_that_names_its_own_writer_is_no_portal(head: str) -> None:
    article = read(korean("<p>ⓒ 두루모음 무단전재 금지</p>", SITE + head), "http://duru.example/v/1")
    assert (article.publisher, article.portal) == ("두루모음", None)


ORIGINAL = "https://www.gaon.example/news/998877"


@pytest.mark.parametrize(
    ("url", "head", "body"),
    [
        ("https://n.news.naver.com/article/001/0099999901", "", f'<a href="{ORIGINAL}?utm_source=n">기사원문</a>'),
        ("https://news.zum.com/articles/99999901", "", f'<a href="{ORIGINAL}"><b>해당 언론사로 연결</b></a>'),
        ("https://news.nate.com/view/20260304n12345", f'<link rel="canonical" href="{ORIGINAL}">', ""),
        ("https://dodam.example/copy/1", f'<link rel="canonical" href="{ORIGINAL}">', ""),
    ],
)
def test_a_copy_leads_to_its_original_where_the_page_says_so(url: str, head: str, body: str) -> None:
    article = read(korean(f"</div>{body}<div>", head), url)
    assert article.original_url == ORIGINAL


@pytest.mark.parametrize(
    ("url", "head", "body"),
    [
        ("https://n.news.naver.com/article/001/0099999901", "", '<a href="https://www.gaon.example/">기사원문</a>'),
        ("https://n.news.naver.com/article/001/0099999901", "", f'<a href="{ORIGINAL}">구독하기</a>'),
        ("https://n.news.naver.com/article/001/0099999901", "", '<a href="https://m.naver.com/x">기사원문</a>'),
        ("https://n.news.naver.com/article/001/0099999901", "", '<a href="javascript:go()">기사원문</a>'),
        ("https://dodam.example/1", "", f'<a href="{ORIGINAL}">원문보기</a>'),
        ("https://m.gaon.example/998877", f'<link rel="canonical" href="{ORIGINAL}">', ""),
        ("https://web.archive.org/web/2026/" + ORIGINAL, f'<link rel="canonical" href="{ORIGINAL}">', ""),
    ],
)
def test_a_page_that_names_no_original_has_none(url: str, head: str, body: str) -> None:
    assert read(korean(f"</div>{body}<div>", head), url).original_url is None


def test_a_label_alone_on_a_line_of_a_text_page_is_read_against_the_notice() -> None:
    caption = "2일 새 도서관 앞에서 주민들이 줄을 서 있다. /사진=가온시 제공"
    lines = [HEADLINE, "가온소식", caption, "", *KOREAN_BODY, "<저작권자 © 가온소식, 무단전재 및 재배포 금지>"]
    article = read("\n\n".join(lines), content_type="text/plain")
    assert article.body == KOREAN_BODY
    assert article.publisher == "가온소식"
    assert article.captions == (Caption("2일 새 도서관 앞에서 주민들이 줄을 서 있다.", "가온시"),)


@pytest.mark.parametrize(
    ("mark", "paywalled"),
    [
        ('<meta itemprop="isAccessibleForFree" content="False">', True),
        ('<span property="schema:isAccessibleForFree" content="false"></span>', True),
        ('<div itemprop="isAccessibleForFree">true</div>', False),
        (ld({"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": True}), False),
        ("", None),
    ],
)
def test_what_a_page_says_of_its_price_is_read_in_every_notation(mark: str, paywalled: bool | None) -> None:
    assert read(english(before=mark)).paywalled is paywalled


def test_an_open_licence_of_the_ai_type_allows_training() -> None:
    line = "이 기사는 공공누리 제1유형(출처표시)과 AI유형에 따라 이용할 수 있습니다."
    article = read(korean(f"<br><br>{line}"))
    assert article.body == KOREAN_BODY
    assert (article.rights.ai_training, article.rights.reproduction) == (Use.ALLOWED, Use.ALLOWED)
    assert read(korean(f"<br><br>{line.replace('과 AI유형', '')}")).rights.ai_training is None


def test_prose_about_an_open_licence_stays_text() -> None:
    line = "시는 옛 사진 300장을 공공누리 제1유형으로 개방하기로 했다."
    assert read(korean(f"<br><br>{line}")).body == (*KOREAN_BODY, line)


def test_a_reporter_who_signs_off_is_the_author() -> None:
    article = read(korean('</div><p class="reporter">가온방송 뉴스 고은별입니다. (star@gaon.example)</p><div>'))
    assert [(one.name, one.email) for one in article.authors] == [("고은별", "star@gaon.example")]


def test_a_source_on_a_line_of_its_own_is_neither_text_nor_caption() -> None:
    article = read(korean("<br><br>자료=가온시"))
    assert (article.body, article.captions) == (KOREAN_BODY, ())


@pytest.mark.parametrize("payload", ['{"title": "a"}', '[{"title": "a"}]\n', '{"a": 1}\n{"a": 2}\n', "[]", "[1, 2]"])
def test_data_is_no_article_whatever_it_is_called(payload: str) -> None:
    for content_type in ("application/json", "text/html", "text/plain", None):
        assert read(payload, content_type=content_type).outcome is Outcome.NO_ARTICLE
    assert page(payload).payload == payload.encode()


def test_text_that_opens_with_a_bracket_is_no_data() -> None:
    text = "\n\n".join(("[Eastmere] Old grain store becomes a library", *ENGLISH_BODY))
    assert read(text, content_type="text/plain").outcome is Outcome.OK


def test_sorting_the_branches_of_a_pattern_keeps_them() -> None:
    assert grouped(r"ads?|adv|nav|[ab]c|a?d|\w+x|n(?:a|b|c)") == r"a(?:ds?|dv)|n(?:av|(?:a|b|c))|[ab]c|a?d|\w+x"
