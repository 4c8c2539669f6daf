"""Pages saved as text: a portal dump gives the same article as the page itself."""

import pytest

from flows.extraction.article import Outcome
from flows.extraction.related import split_publisher
from tests.extraction.pages import ENGLISH_BODY, KOREAN_BODY, read

DUMP = "\n".join(
    [
        "본문 바로가기",
        "",
        "뉴스",
        "",
        "바닷가 창고, 시민 도서관 된다",
        "",
        "댓글3",
        "한겨레",
        "",
        "가온시 관계자가 3일 계획을 설명하고 있다. /사진=뉴시스",
        "",
        "",
        KOREAN_BODY[0],
        "",
        KOREAN_BODY[1],
        "",
        "한겨레",
        "",
        "새 도서관 조감도",
        "",
        "",
        KOREAN_BODY[2],
        "",
        KOREAN_BODY[3],
        "",
        "고은별 기자 star@gaon.example.kr",
        "",
        "Copyright ⓒ 한겨레. 무단 전재 및 재배포, AI학습 이용 금지.",
        "기사가 속한 카테고리는 언론사가 분류합니다.",
        "언론사는 한 기사를 두 개 이상의 카테고리로 분류할 수 있습니다.",
        "",
        "한겨레 주요뉴스",
        "",
        "해당 언론사로 연결",
        "",
        "지금 봐야할 뉴스",
        "",
        "  • 프레시안이란 무엇인가 묻는 새 책이 서점에 나왔다",
        "  • 연합뉴스TV경기장 지붕 공사 다음 달 시작",
        "",
        "쇼핑 핫아이템",
        "",
        "AD",
    ]
)


def test_a_portal_dump_is_parted_whole() -> None:
    article = read(DUMP, input="000.txt")
    assert article.outcome is Outcome.OK
    assert article.title == "바닷가 창고, 시민 도서관 된다"
    assert article.body == KOREAN_BODY
    assert (article.publisher, article.portal) == ("한겨레", "ZUM")
    assert [(one.text, one.credit) for one in article.captions] == [
        ("가온시 관계자가 3일 계획을 설명하고 있다.", "뉴시스"),
        ("새 도서관 조감도", None),
    ]
    assert [(one.name, one.email) for one in article.authors] == [("고은별", "star@gaon.example.kr")]
    assert article.comment_count == 3
    assert article.rights.ai_training == "prohibited"


def test_a_publisher_glued_to_a_headline_is_parted_longest_name_first() -> None:
    related = read(DUMP, input="000.txt").related_headlines
    assert [(one.publisher, one.title) for one in related] == [
        ("프레시안", "이란 무엇인가 묻는 새 책이 서점에 나왔다"),
        ("연합뉴스TV", "경기장 지붕 공사 다음 달 시작"),
    ]


@pytest.mark.parametrize("line", ["바닷가 창고가 시민 도서관으로 바뀐다", "한겨레"])
def test_a_headline_without_publisher_is_left_whole(line: str) -> None:
    assert split_publisher(line) == (None, line)


def test_plain_english_text_is_an_article_too() -> None:
    article = read(
        "Old grain store becomes a library\n\nBy Marla Quist\n\n" + "\n\n".join(ENGLISH_BODY), content_type="text/plain"
    )
    assert article.title == "Old grain store becomes a library"
    assert [one.name for one in article.authors] == ["Marla Quist"]
    assert article.body == ENGLISH_BODY


def test_text_with_a_label_of_html_is_not_guessed_to_be_a_dump() -> None:
    assert read("<html><body></body></html>", content_type="text/html").outcome is Outcome.NO_ARTICLE
