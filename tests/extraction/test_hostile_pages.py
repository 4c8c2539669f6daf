"""Pages made to break readers: each must end in exactly one outcome, in time, and take nothing else with it.

The constructions are H1 to H11 of the project's notes on hostile inputs. A page that hangs or raises here would cost
a whole batch its worker; one that is cut short without a word would leave half an article in the corpus.
"""

import json
import random
import time
from collections.abc import Callable

import pytest

from flows.extraction.article import Article, Outcome
from flows.extraction.contract import line
from tests.extraction.pages import ENGLISH_BODY, KOREAN_BODY, english, korean, ld, read

DEADLINE_SECONDS = 10.0
"""What a worker is given for a page; everything below takes a small part of it."""

PARAGRAPHS = "".join(f"<p>{text}</p>" for text in ENGLISH_BODY)
OK, TOO_LARGE, TOO_DEEP, NO_ARTICLE = Outcome.OK, Outcome.TOO_LARGE, Outcome.TOO_DEEP, Outcome.NO_ARTICLE


def nested(depth: int) -> str:
    return (
        f"<html><body>{'<div>' * depth}{PARAGRAPHS}{'</div>' * depth}<p>TAILMARKER {ENGLISH_BODY[0]}</p></body></html>"
    )


def stamped(stamp: str) -> str:
    return english(f'<meta property="article:published_time" content="{stamp}">')


SHAPES: dict[str, tuple[Callable[[], str | bytes], set[Outcome]]] = {
    "H1 100,000 nested elements": (lambda: nested(100_000), {TOO_LARGE, TOO_DEEP}),
    "H1 40,000 nested elements": (lambda: nested(40_000), {TOO_DEEP}),
    "H2 links and italics never closed in order": (
        lambda: english(after="<a><i>" * 70_000 + "</a>" * 70_000),
        {TOO_LARGE, TOO_DEEP},
    ),
    "H2 the same, smaller": (lambda: english(after="<a><i>" * 900 + "</a>" * 900), {OK, TOO_DEEP}),
    "H4 a tag of 20,000 attributes": (
        lambda: english(after=f"<div {' '.join(f'a{n}=1' for n in range(20_000))}></div>"),
        {OK},
    ),
    "H4 a tag of 100,000 attributes": (
        lambda: english(after=f"<div {' '.join(f'a{n}=1' for n in range(100_000))}></div>"),
        {TOO_LARGE},
    ),
    "H5 twenty megabytes of paragraphs": (lambda: english(after="<p>word</p>" * 1_900_000), {TOO_LARGE}),
    "H5 a million line breaks": (lambda: english(after="<br>" * 1_000_000), {TOO_LARGE}),
    "H5 70,000 tiny paragraphs": (lambda: english(after="<p>x</p>" * 70_000), {OK}),
    "H6 a text of 11 megabytes in one element": (lambda: english(after="x" * 11_000_000), {TOO_LARGE}),
    "H6 a text of 9 megabytes in one element": (lambda: english(after=f"<p>{'word ' * 1_800_000}</p>"), {OK}),
    "H6 an attribute of 9 megabytes": (lambda: english(after=f'<div title="{"x" * 9_000_000}">'), {TOO_LARGE}),
    "H9 a table cell of more columns than there are": (
        lambda: english(after='<table><tr><td colspan="9007199254740991" rowspan="99999999">x</td></tr></table>'),
        {OK},
    ),
    "H9 structured data 100,000 levels deep": (
        lambda: english(f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>'),
        {OK},
    ),
    "H9 a script of nine megabytes": (lambda: english(f"<script>var a='{'<p' * 4_500_000}'</script>"), {OK, TOO_LARGE}),
    "H9 a comment never closed": (lambda: english(after="<!-- " + "x" * 100_000), {OK}),
    "H9 a CDATA section never closed": (lambda: english(after="<![CDATA[ " + "x" * 100_000), {OK}),
    "H9 a script never closed": (lambda: "<script>" + "x" * 100_000 + english(), {NO_ARTICLE}),
    "H9 two megabytes of digits": (lambda: english(after=f"<p>{'1' * 2_000_000}</p>"), {OK}),
    "H9 a number too long to be one": (
        lambda: english(f'<script type="application/ld+json">{"1" * 9_999}</script>'),
        {OK},
    ),
    "brackets and quotes for the patterns": (
        lambda: korean("".join(f"<p>{sign * 3_000}</p>" for sign in "[(<『「【“‘'\"=/·-▲△|ⓒ©")),
        {OK},
    ),
    "bylines without end": (lambda: korean(f"<p>{'홍길동·' * 20_000} 기자</p><p>{'가나다 기자 ' * 5_000}</p>"), {OK}),
    "addresses without end": (lambda: korean(f"<p>{'a.b@c-' * 30_000}</p><p>{'a@b.' * 30_000}</p>"), {OK}),
    "captions without end": (
        lambda: korean('<div><img src="/x.jpg">' + '<span class="caption">x</span>' * 20_000 + "</div>"),
        {OK},
    ),
    "a title of separators": (lambda: english(f"<title>{' | a' * 50_000}</title>"), {OK}),
    "ten thousand metas": (lambda: english('<meta property="og:title" content="x | y">' * 10_000), {OK}),
    "links to originals without end": (
        lambda: korean('<a href="http://[::1">기사원문</a>' * 20_000 + "<p>ⓒ 가온일보 무단전재 금지</p>"),
        {OK, NO_ARTICLE},
    ),
    "labels of machines without end": (
        lambda: korean("<div><b>AI 요약</b><p>가나다</p></div>" * 20_000),
        {OK, NO_ARTICLE},
    ),
    "data, not a page": (lambda: json.dumps({"html": english()}), {NO_ARTICLE}),
    "data in lines, not a page": (
        lambda: "\n".join(json.dumps({"title": "a", "body": text}) for text in ENGLISH_BODY),
        {NO_ARTICLE},
    ),
    "a list of data": (lambda: json.dumps([1, [2, "three"], None]), {NO_ARTICLE}),
    "data cut short": (lambda: json.dumps([{"body": english()}])[:-40], {NO_ARTICLE}),
    "data of 100,000 levels": (lambda: "[" * 100_000 + "]" * 100_000, {NO_ARTICLE, OK}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(SHAPES))
def test_a_hostile_page_ends_in_one_outcome_in_time(name: str) -> None:
    make, allowed = SHAPES[name]
    payload = make()
    began = time.process_time()
    article = read(payload)
    assert time.process_time() - began < DEADLINE_SECONDS
    assert article.outcome in allowed, article.reason
    assert article.reason if article.outcome is not OK else article.body
    json.dumps(line(article)).encode()


@pytest.mark.parametrize("depth", [260, 300, 1_000, 2_000, 2_040, 2_060, 3_000])
def test_text_after_deep_nesting_is_kept_or_the_page_refused(depth: int) -> None:
    article = read(nested(depth).replace("<html>", '<html><head><meta property="og:type" content="article"></head>'))
    whole = "".join(article.body)
    assert article.outcome is TOO_DEEP or all(text in whole for text in ENGLISH_BODY)
    assert (article.outcome is TOO_DEEP) == (depth > 2_045)


@pytest.mark.parametrize(
    "odd", ["\x00", "\x01", "\x0b", "\ufffe", "\uffff", "&#0;", "&#55296;", "&#xD800;", "&#1114112;", "&#x110000;"]
)
def test_odd_characters_cost_nothing_but_themselves(odd: str) -> None:
    html = english(body=(ENGLISH_BODY[0].replace("harbour", f"har{odd}bour"), *ENGLISH_BODY[1:]))
    article = read(html)
    assert article.body[1:] == ENGLISH_BODY[1:]
    assert article.body[0].endswith(ENGLISH_BODY[0][-60:])
    assert "\x00" not in article.body[0]
    json.dumps(line(article)).encode()


def test_a_thousand_leading_nuls_do_not_hide_the_page() -> None:
    assert read("\x00" * 1_000 + english() + " " * 200_000).outcome in (OK, Outcome.NOT_TEXT)


def test_lone_surrogates_in_bytes_and_data_reach_no_field() -> None:
    said = '{"@type":"NewsArticle","headline":"Grain \\ud800 store","author":"\\udfff"}'
    data = f'<script type="application/ld+json">{said}</script>'
    for html in (english(data).encode(), english().encode().replace(b"harbour", b"har\xed\xa0\x80bour")):
        article = read(html)
        assert article.outcome is OK
        json.dumps(line(article), ensure_ascii=False).encode("utf-8", "replace")


MIXED = {
    "EUC-KR bytes labelled UTF-8": (korean(head='<meta charset="utf-8">').encode("cp949"), "cp949"),
    "CP949 syllables labelled EUC-KR": (
        korean("<p>똠방각하와 뷁과 펲시와 햏자가 모두 모였다고 시는 밝혔다.</p>", '<meta charset="euc-kr">').encode(
            "cp949"
        ),
        "cp949",
    ),
    "UTF-8 labelled EUC-KR": (korean(head='<meta charset="euc-kr">').encode(), "utf-8"),
    "one stray byte": (korean().encode().replace(b"</body>", b"\xff</body>"), "utf-8"),
    "cut within a character": (korean().encode()[: korean().encode().index(b"</body>")] + "가".encode()[:2], "utf-8"),
    "60 kB of ASCII first": (("<script>" + "a=1;" * 15_000 + "</script>" + korean()).encode("cp949"), "cp949"),
    "UTF-16 without a mark": (korean().encode("utf-16-le"), "utf-16-le"),
}


@pytest.mark.parametrize("name", list(MIXED))
def test_the_true_encoding_is_found_and_named(name: str) -> None:
    payload, codec = MIXED[name]
    article = read(payload)
    assert article.outcome is OK
    assert all(text in "".join(article.body) for text in KOREAN_BODY)
    assert article.quality.charset_used == codec


@pytest.mark.parametrize("tail", ["가나다라".encode("cp949") * 40, bytes(range(128, 256)) * 300])
def test_a_page_in_two_encodings_says_how_much_was_lost(tail: bytes) -> None:
    article = read(korean().encode() + tail)
    assert article.outcome in (OK, Outcome.UNDECODABLE)
    assert article.quality.charset_used is not None
    assert article.outcome is Outcome.UNDECODABLE or article.quality.replacement_share <= 0.01


@pytest.mark.parametrize("codec", ["johab", "utf-7"])
def test_forgotten_encodings_do_not_stop_the_reader(codec: str) -> None:
    assert read(korean().encode(codec)).outcome in set(Outcome) - {Outcome.READER_ERROR}


@pytest.mark.parametrize(
    "stamp",
    [
        "0001-01-01", "9999-12-31T00:00:00Z", "2025-02-31", "2025-13-01", "2025-01-13T24:61:00", "2025-01-13T10:00:99",
        "2025-01-13T10:00:00+99:99", "٢٠٢٥-٠١-١٣", "99999999999", "-1", "1e400", "2025-01-13T10:00:00" + "0" * 5_000,
    ],
)  # fmt: skip
def test_an_impossible_date_is_no_date(stamp: str) -> None:
    article = read(stamped(stamp))
    assert article.outcome is OK
    assert article.published_at is None or article.published_at.startswith("2025-01-13")


def test_structured_data_of_the_wrong_kinds_costs_only_itself() -> None:
    values: list[object] = [None, True, -1, 1e308, [], {}, [[[]]], {"@id": {"@id": []}}, "x" * 100_000]
    for value in values:
        keys = ("headline", "author", "publisher", "datePublished", "image", "articleBody", "commentCount", "url")
        article: Article = read(english(ld({"@type": ["NewsArticle", value], **dict.fromkeys(keys, value)})))
        assert article.outcome is OK, (value, article.reason)
        assert len(article.body) >= len(ENGLISH_BODY)


def _mutated(seed: int) -> bytes:
    """A made-up page damaged by chance: cut, bytes flipped, tags repeated or swapped, pieces moved."""
    chance = random.Random(seed)
    said = {"@type": "NewsArticle", "headline": "Grain store", "datePublished": "2026-03-05", "author": {"name": "Jo"}}
    html = chance.choice((english, korean))(head=ld(said))
    page = bytearray(html.encode(chance.choice(("utf-8", "cp949")), "replace"))
    for _ in range(chance.randint(1, 6)):
        at, end = sorted(chance.randrange(len(page)) for _ in range(2))
        kind = chance.randrange(7)
        if kind == 0:
            del page[at:]
        elif kind == 1:
            for _ in range(40):
                page[chance.randrange(len(page))] = chance.randrange(256)
        elif kind == 2:
            page[at:at] = page[at:end] * chance.randint(2, 30)
        elif kind == 3:
            page[at:end] = page[at:end][::-1]
        elif kind == 4:
            tags = (b"<div>", b"</p>", b"<!--", b"<script>", b"<table><tr>", b"&#x", b"<a href='")
            page[at:at] = chance.choice(tags) * 300
        elif kind == 5:
            page[at:at] = bytes(chance.randrange(256) for _ in range(400))
        else:
            page[at:at] = ("[(<\u300a\u00a9\u24d2\uae30\uc790 \u25b2" * 200).encode()
        page = page or bytearray(b"x")
    return bytes(page)


def test_two_hundred_damaged_pages_give_one_row_each() -> None:
    rows = []
    for seed in range(200):
        began = time.process_time()
        article = read(_mutated(seed), url=f"https://courier.example/news/{seed}")
        assert time.process_time() - began < DEADLINE_SECONDS
        assert article.outcome is not Outcome.READER_ERROR, (seed, article.reason)
        assert article.reason if article.outcome is not OK else article.body
        rows.append(json.dumps(line(article), ensure_ascii=False).encode())
    assert len(rows) == 200
