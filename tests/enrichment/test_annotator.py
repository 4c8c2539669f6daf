"""The whole: bad input is an outcome, offsets are true, and the same article gives the same row tomorrow."""

import gc
import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.enrichment import annotator as annotators
from flows.enrichment.annotator import MAX_CHARS, annotate, annotator, entities
from flows.enrichment.document import Document, Outcome

KST = timezone(timedelta(hours=9))
ARTICLE = Document(
    id="x",
    title="한빛전자, 강릉에 새 공장… 윤가람 대표 “500명 뽑는다”",
    body=(
        "한빛전자가 지난 15일 강원 강릉시에 배터리 공장을 열었다.",
        '윤가람 한빛전자 대표는 "2028년까지 500명을 더 뽑겠다"며 "지역과 함께 크겠다"고 밝혔다.',
        '산업통상자원부(산업부) 관계자는 "허가 절차는 모두 끝났다"고 말했다.',
    ),
    captions=("윤가람 한빛전자 대표가 15일 강릉에서 인사말을 하고 있다.",),
    lang="ko",
    publisher="한빛일보",
    published_at=datetime(2026, 1, 18, 9, 0, tzinfo=KST),
)


def test_an_article_comes_out_whole() -> None:
    found = annotate(ARTICLE)
    assert found.outcome is Outcome.OK
    assert [(p.name, p.org, p.role, p.former) for p in found.people] == [("윤가람", "한빛전자", "대표", False)]
    assert [q.speaker_name for q in found.quotes] == ["윤가람", "윤가람", None]
    assert found.quotes[2].speaker_type == "anonymous"
    assert {"한빛전자", "산업통상자원부"} <= {o.name for o in found.organisations}
    assert ("지난 15일", "2026-01-15") in {(d.text, d.value) for d in found.dates}
    assert found.annotator == annotator()


def test_every_offset_points_at_what_it_names() -> None:
    found = annotate(ARTICLE)
    texts = {-1: ARTICLE.title or "", -2: ARTICLE.captions[0], **dict(enumerate(ARTICLE.body))}
    for entity in found.entities:
        assert texts[entity.paragraph][entity.start : entity.end] == entity.text
    for date in found.dates:
        assert texts[date.paragraph][date.start : date.end] == date.text
    for quote in found.quotes:
        assert quote.text in texts[quote.paragraph][quote.start : quote.end]
    for body in (*found.organisations, *found.places):
        for mention in body.mentions:
            assert texts[mention.paragraph][mention.start : mention.end] in (body.name, *body.aliases)


def test_it_gives_the_same_answer_twice() -> None:
    assert annotate(ARTICLE) == annotate(ARTICLE)


def test_the_collector_of_cycles_is_left_as_it_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        assert not gc.isenabled()
        raise ValueError("a fault")

    annotate(ARTICLE)
    assert gc.isenabled()
    monkeypatch.setattr(annotators.keywords, "enrich", fails)
    assert annotate(ARTICLE).reason == "ValueError: a fault"
    assert gc.isenabled()
    gc.disable()
    try:
        annotate(ARTICLE)
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("body", [(), ("",), ("  ", "\n")])
def test_an_article_without_a_body_is_told_as_such(body: tuple[str, ...]) -> None:
    assert annotate(Document("x", "제목", body)).outcome is Outcome.NO_TEXT


def test_a_body_over_the_limit_is_told_and_not_cut() -> None:
    found = annotate(Document("x", None, ("가" * (MAX_CHARS + 1),)))
    assert found.outcome is Outcome.TOO_LARGE
    assert str(MAX_CHARS) in (found.reason or "")


@pytest.mark.parametrize(
    "text",
    [
        "😀🎉👨‍👩‍👧‍👦" * 200,
        "앞 \ud800\udc00 \udfff 뒤",
        unicodedata.normalize("NFD", "윤가람 한빛전자 대표는 “늘리겠다”고 밝혔다."),
        '"' * 4_000,
        "(" * 4_000 + ")" * 4_000,
        "가" * 30_000,
        "1" * 20_000,
        "A" * 20_000,
        "A. " * 8_000,
        "대표 " * 8_000,
        "\x00\x01\u202e",
    ],
    ids=[
        "emoji",
        "surrogates",
        "nfd",
        "marks",
        "brackets",
        "syllable",
        "digits",
        "letters",
        "initials",
        "titles",
        "controls",
    ],
)
def test_hostile_text_gets_an_answer(text: str) -> None:
    assert annotate(Document("x", text[:500], (text,), published_at=ARTICLE.published_at)).outcome is Outcome.OK
    assert isinstance(entities(text), tuple)


@settings(max_examples=60)
@given(st.lists(st.text(max_size=120), max_size=4), st.one_of(st.none(), st.text(max_size=60)))
def test_any_text_at_all_gets_an_outcome_that_is_not_our_fault(body: list[str], title: str | None) -> None:
    found = annotate(Document("x", title, tuple(body), published_at=ARTICLE.published_at))
    assert found.outcome in (Outcome.OK, Outcome.NO_TEXT), found.reason
