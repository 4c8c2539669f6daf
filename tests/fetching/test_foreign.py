"""What other tools exported comes in as articles, whole, and the day of fetching is not that of the news."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from flows.extraction.article import Article, Outcome, Page
from flows.extraction.reader import extract
from flows.fetching.outcomes import Reason
from flows.fetching.saved import Saved, read_inputs

WORDS = [
    "느티시가 마흔 해 된 시장의 지붕을 새로 얹는다고 4일 밝혔다. 공사는 다음 달에 시작해 아홉 달이 걸린다.",
    '상인 <대표>는 "비가 새던 날이 끝난다" & 손님이 돌아올 것이라고 말했다. 시는 예산 3억 원을 쓴다.',
    "지붕이 놓이는 동안 시장은 옆 주차장에서 열린다. 시는 장날마다 셔틀버스를 두 대씩 내보내기로 했다.",
]
NEWS_PLEASE = {
    "authors": ["한빛나"],
    "date_download": "2026-03-09 02:00:00",
    "date_modify": "None",
    "date_publish": "2026-03-05 07:53:00",
    "description": None,
    "language": "ko",
    "maintext": "\n".join(WORDS),
    "source_domain": "neuti.example",
    "title": "느티시장 지붕 새로 얹는다",
    "url": "https://neuti.example/a/1",
}
FUNDUS = {
    "title": "느티시장 지붕 새로 얹는다",
    "authors": ["한빛나"],
    "publishing_date": "2026-03-05 07:53:00+09:00",
    "topics": ["시장"],
    "body": {"summary": [], "sections": [{"headline": [], "paragraphs": WORDS}]},
    "html": {"requested_url": "https://neuti.example/a/1", "crawl_date": "2026-03-09 11:00:00+09:00"},
}
FETCHED_AT = datetime(2026, 3, 9, 2, tzinfo=UTC)


def read(saved: Saved) -> Article:
    assert saved.problem is None, saved.detail
    return extract(
        Page(saved.id, saved.input, saved.payload, saved.url, saved.captured_at, content_type=saved.content_type)
    )


def test_an_article_of_news_please_keeps_words_author_and_day_and_the_day_of_fetching_apart(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(NEWS_PLEASE), encoding="utf-8")
    (saved,) = read_inputs([tmp_path])
    assert (saved.url, saved.captured_at) == ("https://neuti.example/a/1", FETCHED_AT)
    article = read(saved)
    assert article.outcome is Outcome.OK
    assert (article.title, list(article.body)) == (NEWS_PLEASE["title"], WORDS)
    assert str(article.published_at).startswith("2026-03-05T07:53")
    assert [author.name for author in article.authors] == ["한빛나"]


def test_a_list_of_fundus_articles_is_one_input_each_and_a_bad_one_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([FUNDUS, {"title": "무엇"}, FUNDUS]), encoding="utf-8")
    first, bad, _ = read_inputs([tmp_path])
    assert (first.url, first.captured_at) == ("https://neuti.example/a/1", FETCHED_AT)
    article = read(first)
    assert list(article.body) == WORDS
    assert article.published_at == "2026-03-05T07:53:00+09:00"
    assert list(article.topics) == ["시장"]
    assert (bad.problem, bad.input) == (Reason.UNREADABLE_FILE, f"{tmp_path / 'all.json'}#article-2")


def test_a_page_that_fundus_kept_is_taken_as_it_was(tmp_path: Path) -> None:
    kept = {**FUNDUS, "html": {**FUNDUS["html"], "content": "<html><p>그대로</p></html>"}}  # type: ignore[dict-item]
    (tmp_path / "all.json").write_text(json.dumps({"neuti": [kept]}), encoding="utf-8")
    (saved,) = read_inputs([tmp_path])
    assert saved.payload.decode() == "<html><p>그대로</p></html>"


def test_lines_are_read_one_by_one_and_a_broken_one_is_a_row(tmp_path: Path) -> None:
    lines = [json.dumps(NEWS_PLEASE), "{broken", json.dumps({**NEWS_PLEASE, "url": "https://neuti.example/a/2"})]
    (tmp_path / "all.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    found = list(read_inputs([tmp_path]))
    assert [one.url for one in found] == ["https://neuti.example/a/1", None, "https://neuti.example/a/2"]
    assert [one.id for one in found if one.problem] == ["line-2"]


def test_other_json_stays_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"a": 1}', encoding="utf-8")
    (saved,) = read_inputs([tmp_path])
    assert (saved.input, saved.payload) == (str(tmp_path / "data.json"), b'{"a": 1}')
