"""Korean conventions: what is credit, notice or control must leave the body and reach its own field."""

import pytest

from flows.extraction import korean
from flows.extraction.korean import Line
from tests.extraction.pages import KOREAN_BODY, read
from tests.extraction.pages import korean as korean_page


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("고은별 기자 star@gaon.example.kr", [("고은별", "기자", "star@gaon.example.kr")]),
        ("[노가람 기자 garam@gaon.kr]", [("노가람", "기자", "garam@gaon.kr")]),
        ("고은별·노가람 기자", [("고은별", "기자", None), ("노가람", "기자", None)]),
        ("바다시=고은별 특파원 star@gaon.kr", [("고은별", "특파원", "star@gaon.kr")]),
        ("가온방송 고은별 (star@gaon.kr)", [("고은별", None, "star@gaon.kr")]),
        ("고은별 기자 외 1명", [("고은별", "기자", None)]),
        ("글·사진 노가람", [("노가람", None, None)]),
        ("가온 뉴스 고은별입니다.", [("고은별", None, None)]),
        ("남궁가람 선임기자", [("남궁가람", "선임기자", None)]),
        ("[디지털뉴스부]", []),
    ],
)
def test_a_byline_gives_names_without_titles(line: str, people: list[tuple[str, str | None, str | None]]) -> None:
    assert korean.kind_of(line) is Line.BYLINE
    assert [(one.name, one.role, one.email) for one in korean.authors_in(line)] == people


@pytest.mark.parametrize(
    "line",
    [
        "고은별 기자는 그날 현장에 있었다고 말했다.",
        "노가람 교수는 이번 공사가 늦어질 수 있다고 내다봤다.",
        "사진 속 창고는 이제 도서관이 된다.",
        "□ 진행 : 고은별 변호사",
        "저작권을 둘러싼 다툼이 다시 법정으로 갔다.",
    ],
)
def test_prose_that_holds_such_words_stays(line: str) -> None:
    assert korean.kind_of(line) is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("(사진=가온통신)", Line.CREDIT),
        ("[사진 출처 = 가온시청]", Line.CREDIT),
        ("사진제공 : 가온시청", Line.CREDIT),
        ("/가온통신", Line.CREDIT),
        ("( 취재 : 고은별 / 영상편집 : 노가람/ 제작 : 새소식부 )", Line.CREW),
        ("댓글12", Line.CONTROL),
        ("기사가 속한 카테고리는 언론사가 분류합니다.", Line.CONTROL),
        ("▶ 가온일보 채널 구독하고 소식 확인하기", Line.CONTROL),
        ("읽어주기 기능은 크롬기반의", Line.CONTROL),
        ("$$AD_SLOT$$", Line.CONTROL),
    ],
)
def test_a_line_around_an_article_is_told_by_its_kind(line: str, kind: Line) -> None:
    assert korean.kind_of(line) is kind


def test_a_crew_line_credits_who_reported_and_no_one_else() -> None:
    people = korean.crew_authors("( 취재 : 고은별 / 영상편집 : 노가람 / 영상취재 : 도라지 )")
    assert [(one.name, one.role) for one in people] == [("고은별", "취재")]


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("(가온=나루통신) 고은별 노가람 기자 = 가온시가 3일", ["고은별", "노가람"]),
        ("[가온=나루통신]고은별 기자 = 가온시가", ["고은별"]),
        ("[데일리가온 고은별 기자] 가온시가", ["고은별"]),
        ("[나루미디어=정다운의 눈] 요즘 드라마는", ["정다운"]),
        ("가온시가 3일 밝혔다.", []),
    ],
)
def test_a_dateline_names_the_reporters(opening: str, names: list[str]) -> None:
    assert [one.name for one in korean.dateline_authors(opening)] == names


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        (
            "가온시 관계자가 3일 계획을 설명하고 있다. /사진=나루통신",
            "가온시 관계자가 3일 계획을 설명하고 있다.",
            "나루통신",
        ),
        ("옛 창고가 텅 비어 있다. 나루통신", "옛 창고가 텅 비어 있다.", "나루통신"),
        ("옛 창고 앞을 주민이 지나고 있다. 고은별 기자", "옛 창고 앞을 주민이 지나고 있다.", "고은별 기자"),
        ("새 도서관 조감도(사진=가온시청)", "새 도서관 조감도", "가온시청"),
        ("새 도서관 조감도", "새 도서관 조감도", None),
        ("사진=나루통신", None, "나루통신"),
    ],
)
def test_a_caption_is_parted_from_its_credit(caption: str, text: str | None, credit: str | None) -> None:
    found = korean.caption_of(caption)
    assert (found.text, found.credit) == (text, credit)


def test_everything_under_an_article_finds_its_field() -> None:
    tail = (
        "<br><br>고은별 기자 star@gaon.example.kr<br><br>(사진=나루통신)"
        "<br><br>&lt;저작권자(c) 가온일보, 무단 전재-재배포, AI 학습 및 활용 금지&gt;"
    )
    article = read(korean_page(tail))
    assert article.body == KOREAN_BODY
    assert [(one.name, one.role, one.email) for one in article.authors] == [("고은별", "기자", "star@gaon.example.kr")]
    assert [one.credit for one in article.captions] == ["나루통신"]
    assert article.rights.ai_training == "prohibited"
    assert article.rights.reproduction == "permission_required"
    assert article.rights.holder == "가온일보"


def test_the_publisher_is_no_author_on_a_korean_page() -> None:
    head = '<meta name="author" content="SBS 뉴스"><meta property="article:author" content="https://facebook.com/sbs">'
    assert read(korean_page(head=head)).authors == ()


def test_a_deck_in_the_text_box_is_a_deck() -> None:
    html = korean_page().replace(
        '<div id="news_text">', '<div id="news_text"><h2 class="sub-tit">시민 손으로 고친 창고<br>내년 봄 문 연다</h2>'
    )
    article = read(html)
    assert article.subtitle == ("시민 손으로 고친 창고", "내년 봄 문 연다")
    assert article.body == KOREAN_BODY


def test_korean_text_is_read_as_korean_though_the_page_says_english() -> None:
    html = korean_page("<br><br>고은별 기자 star@gaon.kr").replace('lang="ko"', 'lang="en"')
    article = read(html)
    assert article.lang == "ko"
    assert article.body == KOREAN_BODY
