"""Pages whose text sits in their scripts: without this their articles would be lost whole."""

import json

import pytest

from flows.extraction.article import Outcome
from tests.extraction.pages import KOREAN_BODY, read

MARKUP = "".join(f"<p>{line}</p>" for line in KOREAN_BODY)
ARTICLE = {
    "title": "바닷가 창고, 시민 도서관 된다",
    "subTitle": "시민 손으로 고친 창고",
    "contentHtml": MARKUP,
    "deployDt": "2026-01-18T15:12:00+09:00",
    "byLines": [{"writerName": "고은별", "writerJobName": "기자", "writerEmail": "star@gaon.example.kr"}],
}
FUSION = {
    "headlines": {"basic": "바닷가 창고, 시민 도서관 된다"},
    "content_elements": [{"type": "text", "content": line} for line in KOREAN_BODY],
    "credits": {"by": [{"name": "고은별"}]},
}
FLIGHT = "1:" + json.dumps(["$", "div", None, {"data": ARTICLE}], ensure_ascii=False) + "\n"
FLIGHT_APART = (
    f"24:T{len(MARKUP.encode()):x},{MARKUP}"
    + "1:"
    + json.dumps(["$", {**ARTICLE, "contentHtml": "$24"}], ensure_ascii=False)
    + "\n"
)


def shell(script: str) -> str:
    return (
        '<html lang="ko"><head><title>바닷가 창고, 시민 도서관 된다</title>'
        '<meta property="og:type" content="article"></head>'
        f"<body><div id='root'></div>{script}</body></html>"
    )


def next_data(data: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


@pytest.mark.parametrize(
    "script",
    [
        next_data({"props": {"pageProps": {"article": ARTICLE}}}),
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'view': {'article': ARTICLE}})};</script>",
        f"<script>Fusion.globalContent={json.dumps(FUSION)};Fusion.other={{}}</script>",
        f'<script>window["Q"]=[];window["Q"].push({json.dumps({"queries": [{"state": {"data": ARTICLE}}]})})</script>',
        f"<script>self.__next_f.push([1,{json.dumps(FLIGHT)}])</script>",
        f"<script>self.__next_f.push([1,{json.dumps(FLIGHT_APART)}])</script>",
    ],
)
def test_the_text_in_script_state_is_read(script: str) -> None:
    article = read(shell(script))
    assert article.outcome is Outcome.OK
    assert article.quality.method == "state"
    assert article.body == KOREAN_BODY
    assert [one.name for one in article.authors] == ["고은별"]
    assert article.title == "바닷가 창고, 시민 도서관 된다"


def test_state_gives_deck_date_role_and_mail() -> None:
    article = read(shell(next_data({"article": ARTICLE})))
    assert article.subtitle == ("시민 손으로 고친 창고",)
    assert article.published_at == "2026-01-18T15:12:00+09:00"
    assert (article.authors[0].role, article.authors[0].email) == ("기자", "star@gaon.example.kr")


def test_json_ld_text_stands_in_where_the_page_shows_none() -> None:
    data = {"@type": "NewsArticle", "headline": "바닷가 창고, 시민 도서관 된다", "articleBody": "\n".join(KOREAN_BODY)}
    article = read(shell(f'<script type="application/ld+json">{json.dumps(data)}</script>'))
    assert article.quality.method == "jsonld"
    assert article.body == KOREAN_BODY


@pytest.mark.parametrize(
    "payload", ["[" * 100_000, '{"a":' * 50_000, "{" + '"contentHtml":1,' * 10 + "}", "null", '"x"']
)
def test_hostile_json_is_survived(payload: str) -> None:
    script = f'<script type="application/ld+json">{payload}</script><script type="application/json">{payload}</script>'
    assert read(shell(script)).outcome is Outcome.NO_ARTICLE
