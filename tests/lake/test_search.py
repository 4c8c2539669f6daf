"""A search finds what reading every article would find, in the order that BM25 gives, whoever asks in plain SQL."""

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.enrichment.document import Field
from flows.lake import catalog
from tests.searched import Literal, Text, build, scan

WORDS = [a + b for a in "가나다라마바사아자차" for b in "강논돌물별산솔숲"] + ["alpha", "beta", "gamma", "ai"]
TEXT, TITLE, QUOTE = int(Field.TEXT), int(Field.TEXT | Field.TITLE), int(Field.TEXT | Field.QUOTE)
OUTLETS = ("가온신문", "나루일보", "다솜통신")


def made(count: int, seed: int = 3) -> list[Text]:
    """Articles of words drawn by Zipf's law; names in three of ten."""
    draw = random.Random(seed)
    weights = [1 / (rank + 2) for rank in range(len(WORDS))]
    out = []
    for number in range(1, count + 1):
        words = draw.choices(WORDS, weights, k=draw.randint(6, 60))
        fields = [TITLE if at < 4 else QUOTE if at % 9 > 6 else TEXT for at in range(len(words))]
        terms = [(word, at, kind) for at, (word, kind) in enumerate(zip(words, fields, strict=True))]
        if draw.random() < 0.3:
            name = draw.choice(WORDS[:30])
            terms += [(name, len(words) + 8, int(Field.SPEAKER)), (name, len(words) + 17, int(Field.PERSON))]
            terms += [(draw.choice(WORDS[:30]), len(words) + 26, int(Field.ORG))]
        day = date(2026, 1, 1) + timedelta(days=number % 90)
        out.append(Text(number, terms, OUTLETS[number % 3], day, " ".join(words[:4]), " ".join(words[4:]) + "."))
    return out


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Text], duckdb.DuckDBPyConnection]:
    """10,000 articles, indexed in four batches."""
    lake = tmp_path_factory.mktemp("search") / "lake"
    texts = made(10_000)
    build(lake, texts, batch_size=3_000)
    return texts, catalog.read(lake)


def word(term: str, name: str = "", *, absent: bool = False) -> Literal:
    return absent, name, [[term]]


def phrase(*terms: str, name: str = "") -> Literal:
    return False, name, [list(terms)]


QUERIES: list[tuple[str, list[list[Literal]]]] = [
    ("가강", [[word("가강")]]),
    ("가강 나돌", [[word("가강")], [word("나돌")]]),
    ("가강 -나돌", [[word("가강")], [word("나돌", absent=True)]]),
    ("가강|나돌 라솔", [[word("가강"), word("나돌")], [word("라솔")]]),
    ("가강 | 나돌", [[word("가강"), word("나돌")]]),
    ('"가강 가논"', [[phrase("가강", "가논")]]),
    ('"가강 가논 가돌" -AI', [[phrase("가강", "가논", "가돌")], [word("ai", absent=True)]]),
    ('"가강 가논"|차숲 alpha', [[phrase("가강", "가논"), word("차숲")], [word("alpha")]]),
    ("title:가강", [[word("가강", "title")]]),
    ("title:가강|나돌 가논", [[word("가강", "title"), word("나돌", "title")], [word("가논")]]),
    ('quote:"가강 가논"', [[phrase("가강", "가논", name="quote")]]),
    ("quote:나돌 -title:가강", [[word("나돌", "quote")], [word("가강", "title", absent=True)]]),
    ("speaker:가강 person:가강", [[word("가강", "speaker")], [word("가강", "person")]]),
    ("org:나돌 가강", [[word("나돌", "org")], [word("가강")]]),
    ("가강 가강", [[word("가강")], [word("가강")]]),
    ("차숲 가강|-나돌", [[word("차숲")], [word("가강"), word("나돌", absent=True)]]),
    ("차숲-가강", [[phrase("차숲", "가강")]]),
    ("없는말", [[word("없는말")]]),
    ("가강 없는말", [[word("가강")], [word("없는말")]]),
    ("가강 -없는말", [[word("가강")], [word("없는말", absent=True)]]),
]


@pytest.mark.parametrize(("query", "clauses"), QUERIES, ids=[query for query, _ in QUERIES])
def test_a_search_finds_and_ranks_what_a_naive_scan_with_reference_bm25_does(
    corpus: tuple[list[Text], duckdb.DuckDBPyConnection], query: str, clauses: list[list[Literal]]
) -> None:
    texts, lake = corpus
    found = dict(lake.execute("SELECT article_id, score FROM lake.mart.matching(?)", [query]).fetchall())
    wanted = scan(texts, clauses)
    assert found.keys() == wanted.keys()
    assert found == pytest.approx(wanted, rel=1e-9)


def test_the_best_come_first_and_filters_leave_out_the_rest(
    corpus: tuple[list[Text], duckdb.DuckDBPyConnection],
) -> None:
    texts, lake = corpus
    by_id = {text.article_id: text for text in texts}
    rows = lake.execute(
        "SELECT article_id, score FROM lake.mart.search('가강 나돌', publisher := '나루일보', "
        "since := DATE '2026-02-01', until := DATE '2026-02-20', most := 15)"
    ).fetchall()
    wanted = {
        article: score
        for article, score in scan(texts, [[word("가강")], [word("나돌")]]).items()
        if by_id[article].publisher == "나루일보"
        and date(2026, 2, 1) <= (by_id[article].published_date or date.min) <= date(2026, 2, 20)
    }
    best = sorted(wanted, key=lambda a: (-round(wanted[a], 9), -by_id[a].published_date.toordinal(), a))[:15]
    assert [article for article, _ in rows] == best


def test_a_search_for_everything_is_not_cut(corpus: tuple[list[Text], duckdb.DuckDBPyConnection]) -> None:
    texts, lake = corpus
    row = lake.execute("SELECT count(*) FROM lake.mart.matching('가강|가논|가돌')").fetchone()
    assert row == (len(scan(texts, [[word("가강"), word("가논"), word("가돌")]])),)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "The search is empty"),
        ("   ", "The search is empty"),
        ('가강 "나돌', "A quotation mark is not closed"),
        ("(가강 나돌", "Brackets are read by `sillok search`"),
        ("가강 AND 나돌", "AND, OR and NOT are read by"),
        ("writer:가강", "There is no field writer: there are title:"),
        ("가강 |", "without a word on each side"),
        ("-가강", "only what must not be there"),
        ("가강|-나돌", "only what must not be there"),
        ("…", "has no word"),
    ],
)
def test_a_bad_search_is_told_what_is_wrong_with_a_right_one(
    corpus: tuple[list[Text], duckdb.DuckDBPyConnection], query: str, says: str
) -> None:
    with pytest.raises(duckdb.Error, match=says) as told:
        corpus[1].execute("FROM lake.mart.search(?)", [query]).fetchall()
    assert "search('" in str(told.value)


@pytest.mark.parametrize("query", ["'; DROP TABLE x; --", "가강') UNION ALL SELECT 1 --", "$$ || chr(0) \\ %s {}"])
def test_sql_in_a_search_is_text(corpus: tuple[list[Text], duckdb.DuckDBPyConnection], query: str) -> None:
    lake = corpus[1]
    if "(" in query or ")" in query:
        query = f'"{query}"'
    bound = lake.execute("SELECT article_id FROM lake.mart.search(?)", [query]).fetchall()
    quoted = query.replace("'", "''")
    written = lake.execute(f"SELECT article_id FROM lake.mart.search('{quoted}')").fetchall()
    assert bound == written


def test_a_replaced_text_is_neither_found_nor_counted(tmp_path: Path) -> None:
    texts = made(300)
    build(tmp_path / "lake", texts, replaced={1: 2, 5: 6, 7: 8})
    kept = [text for text in texts if text.number not in {1, 5, 7}]
    lake = catalog.read(tmp_path / "lake")
    found = dict(lake.execute("SELECT article_id, score FROM lake.mart.matching('가강 가논')").fetchall())
    assert found == pytest.approx(scan(kept, [[word("가강")], [word("가논")]]), rel=1e-9)


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Three articles and the forms in which their words were written."""
    spaced = [("소버린", 0, TITLE), ("ai", 1, TITLE), ("모델", 9, TEXT), ("공개", 10, TEXT)]
    apart = [("소", 0, TEXT), ("버리다", 1, TEXT), ("ai", 2, TEXT), ("가다", 3, TEXT)]
    joined = [("파운데이션", 0, TEXT), ("모델", 1, TEXT), ("소", 5, TEXT), ("버리다", 9, TEXT)]
    texts = [
        Text(
            1,
            spaced,
            title="소버린 AI",
            text="모델을 공개했다. 소버린 AI 모델이다.",
            forms=[("공개했다", "공개"), ("모델을", "모델")],
        ),
        Text(2, apart, title="머리", text="소버린 AI로 가면.", forms=[("소버린", "소 버리다"), ("가면", "가다")]),
        Text(3, joined, title="꼬리", text="파운데이션모델.", forms=[("파운데이션모델", "파운데이션 모델")]),
    ]
    lake = tmp_path_factory.mktemp("korean") / "lake"
    build(lake, texts)
    return catalog.read(lake)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("소버린", {"a1", "a2"}),  # read in two ways; 소 and 버리다 apart are not the word
        ('"소버린 AI"', {"a1", "a2"}),
        ("파운데이션", {"a3"}),
        ("파운데이션모델", {"a3"}),
        ('"파운데이션 모델"', {"a3"}),
        ("공개했다", {"a1"}),
        ("공개했다고는", {"a1"}),  # never seen: its longest known beginning
        ("가면", {"a2"}),
        ("모델을", {"a1", "a3"}),
        ("SOVEREIGN", set()),
    ],
)
def test_plain_sql_finds_what_the_analyser_would(
    korean: duckdb.DuckDBPyConnection, query: str, found: set[str]
) -> None:
    rows = korean.execute("SELECT article_id FROM lake.search(?)", [query]).fetchall()
    assert {article for (article,) in rows} == found


def test_a_snippet_is_the_sentence_with_most_of_the_words_and_marks_them(korean: duckdb.DuckDBPyConnection) -> None:
    row = korean.execute("SELECT title, snippet, url FROM lake.search('소버린 AI 모델')").fetchone()
    assert row == ("소버린 AI", "«소버린» «AI» «모델»이다.", "https://x.example/1")
