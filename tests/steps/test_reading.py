"""How an article becomes a row: the publisher's day, the article's identity, a damaged record."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from flows.extraction.article import Article, Outcome, Page, Quality
from flows.extraction.identity import article_id
from flows.extraction.reader import extract
from flows.lake.due import Unread
from flows.lake.tables import ARTICLES
from flows.steps.reading import MOST_BATCHES, batch_size, moment, read_one, row, text_sha256

NOW = datetime(2026, 3, 5, tzinfo=UTC)


def unread(**changed: object) -> Unread:
    values: dict[str, object] = {
        "capture_id": "urn:uuid:1",
        "url": "https://neuti.example/1",
        "captured_at": NOW,
        "content_type": "text/html",
        "source_id": "neuti",
        "timezone": "Asia/Seoul",
        "publisher": "느티일보",
        "truncated": None,
        "warc_file": "gone.warc.gz",
        "warc_offset": 0,
        "warc_bytes": 100,
        "robots_file": None,
        "robots_offset": None,
        "robots_bytes": None,
    }
    return Unread(**{**values, **changed})  # type: ignore[arg-type]


def test_the_day_of_publication_is_the_publishers_not_utcs() -> None:
    assert moment("2026-03-05T07:53:00+09:00") == (datetime(2026, 3, 4, 22, 53, tzinfo=UTC), date(2026, 3, 5))


def test_a_day_without_a_zone_is_a_day_and_no_instant() -> None:
    assert moment("2026-03-05") == (None, date(2026, 3, 5))
    assert moment(None) == (None, None)


def test_a_record_that_is_gone_is_a_row_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    article = read_one(tmp_path, unread())
    assert article.outcome is Outcome.READER_ERROR
    assert "WARC record cannot be read" in str(article.reason)
    (tmp_path / "warc" / "gone.warc.gz").write_bytes(b"\x1f\x8b" + bytes(300))
    assert read_one(tmp_path, unread()).outcome is Outcome.READER_ERROR


def test_what_a_machine_wrote_and_what_corrects_the_article_are_kept_with_the_row() -> None:
    quality = Quality(machine_written=("세 줄 요약",), corrections=("[정정] 이름을 바로잡습니다.",))
    made = row(unread(), Article(id="a", input="a", outcome=Outcome.OK, quality=quality), NOW)
    assert made["machine_written"] == ["세 줄 요약"]
    assert made["corrections"] == ["[정정] 이름을 바로잡습니다."]


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_fits_the_table(title: str, body: list[str]) -> None:
    article = Article(id="a", input="a", outcome=Outcome.OK, title=title, body=tuple(body))
    frame = ARTICLES.frame([{**row(unread(), article, NOW), "batch_id": "b"}])
    ARTICLES.check(frame)
    assert frame["body_chars"][0] == sum(map(len, body))


def test_the_digest_of_a_text_is_the_one_that_sql_gives_of_the_row() -> None:
    texts = [
        ("강", ["산", "들"]),
        (None, ["산"]),
        (None, ["산", "들"]),
        ("강", []),
        (None, []),
        ("", [""]),
        ("\ud800", ["x"]),
    ]
    rows = [{"title": title, "body": body, "text_sha256": text_sha256(title, body)} for title, body in texts]
    frame = ARTICLES.frame(rows)  # noqa: F841 - read by DuckDB
    told = "SELECT text_sha256 = sha256(concat_ws(chr(10), title, array_to_string(body, chr(10)))) FROM frame"
    assert duckdb.execute(told).fetchall() == [(True,)] * len(texts)


def test_a_lone_surrogate_costs_its_own_character_and_no_other_row() -> None:
    bad = Article(id="a", input="a", outcome=Outcome.OK, title="가\ud800나?", body=("다\udfff",))
    frame = ARTICLES.frame([{**row(unread(capture_id=name), bad, NOW), "batch_id": "b"} for name in "ab"])
    assert frame["title"].to_list() == ["가\ufffd나?"] * 2
    assert frame["body"].to_list() == [["다\ufffd"]] * 2


def test_one_article_has_one_id_over_captures_and_spellings_of_its_address() -> None:
    first = Article(id="a", input="a", outcome=Outcome.OK, url="https://neuti.example/1?utm_source=x", title="가")
    later = Article(id="b", input="b", outcome=Outcome.OK, url="http://www.neuti.example/1", title="가 (수정)")
    assert article_id(first) == article_id(later)


def test_two_articles_whose_template_states_one_canonical_address_stay_two() -> None:
    same = "https://neuti.example/view"
    first = Article(id="a", input="a", outcome=Outcome.OK, url="https://neuti.example/view?no=1", canonical_url=same)
    second = Article(id="b", input="b", outcome=Outcome.OK, url="https://neuti.example/view?no=2", canonical_url=same)
    assert article_id(first) != article_id(second)


def test_without_any_address_the_words_are_the_identity() -> None:
    first = Article(id="a", input="a", outcome=Outcome.OK, publisher="느티일보", title="가", body=("나",))
    again = Article(id="b", input="b", outcome=Outcome.OK, publisher="느티일보", title="가", body=("나",))
    other = Article(id="c", input="c", outcome=Outcome.OK, publisher="느티일보", title="가", body=("다",))
    assert article_id(first) == article_id(again) != article_id(other)


def test_the_row_tells_encoding_replacement_share_and_way() -> None:
    words = "느티시가 마흔 해 된 시장의 지붕을 새로 얹는다고 4일 밝혔다. 공사는 다음 달에 시작해 아홉 달 걸린다. " * 6
    html = f'<html><meta property="og:type" content="article"><body><article><p>{words}</p></article></body></html>'
    page = Page(id="a", input="a", payload=html.encode("cp949"), content_type="text/html; charset=utf-8")
    kept = row(unread(), extract(page), NOW)
    assert (kept["outcome"], kept["charset_declared"], kept["charset_used"]) == ("ok", "utf-8", "cp949")
    assert (kept["replacement_share"], kept["is_truncated"], kept["paragraph_count"]) == (0, False, 1)
    assert kept["method"]


def test_a_page_of_which_more_than_one_in_a_hundred_characters_is_lost_is_set_aside_with_its_share() -> None:
    damaged = "<html><body><p>느티시장 지붕을 새로 얹는다.\x00</p></body></html>" * 20
    kept = row(unread(), extract(Page(id="a", input="a", payload=damaged.encode())), NOW)
    assert kept["outcome"] == "undecodable"
    assert kept["charset_used"]
    assert 0.01 < float(str(kept["replacement_share"])) < 1
    assert "could not be read as" in str(kept["reason"])
    assert kept["body"] == []


@given(st.integers(0, 10**6), st.integers(1, 64), st.integers(1, 500))
def test_larger_batches_never_leave_a_worker_without_work(waiting: int, workers: int, least: int) -> None:
    size = batch_size(waiting, workers, least)
    assert least <= size <= MOST_BATCHES * least
    assert size == least or waiting // size >= 8 * workers


def test_a_day_is_read_in_the_usual_batches_and_an_archive_in_larger_ones() -> None:
    assert [batch_size(waiting, 2, 64) for waiting in (0, 74, 1_024, 2_400, 1_000_000)] == [64, 64, 64, 150, 256]
