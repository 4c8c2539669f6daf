"""Analyses give the numbers that counting by hand gives, whoever asks for them in SQL."""

import math
import random
import statistics
from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple

import duckdb
import pytest

from flows.lake import annotation_tables as tables
from flows.lake import catalog, views
from flows.lake.batches import writing
from flows.lake.schema import Row
from flows.steps.publishing import SQL
from tests.lake.test_search import QUOTE, TEXT, TITLE
from tests.searched import Text, build

PEOPLE = ("한가람", "서다온", "남보라", "도하늘", "유나래")
BODIES = ("가온전자", "나루은행")
OUTLETS = ("가온신문", "나루일보", "다솜통신")
FIRST = date(2026, 1, 1)


class Lake(NamedTuple):
    """What the tests count in Python, and the connection that counts it in SQL."""

    texts: list[Text]
    named: dict[int, set[tuple[str, str]]]
    keywords: dict[int, dict[str, float]]
    connection: duckdb.DuckDBPyConnection

    def ask(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Rows as objects."""
        answer = self.connection.execute(sql, values)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def having(self, *words: str) -> set[int]:
        """Texts in which all of the words stand."""
        return {text.number for text in self.texts if set(words) <= {term for term, _, _ in text.terms}}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    draw = random.Random(5)
    texts, named, keywords = [], {}, {}
    rows: dict[str, list[Row]] = {
        "people": [],
        "bodies": [],
        "keywords": [],
        "quotes": [],
        "statements": [],
        "entities": [],
    }
    for number in range(1, 201):
        words = draw.sample(["강물", "논밭", "돌담", "별빛", "솔숲", "바람", "합병"], 3)
        people, bodies = draw.sample(PEOPLE, draw.randint(0, 3)), draw.sample(BODIES, draw.randint(0, 2))
        named[number] = {(name, "person") for name in people} | {(name, "organisation") for name in bodies}
        keywords[number] = {word: round(draw.random(), 3) for word in words}
        terms = [(word, at, TITLE if at == 0 else QUOTE if at == 2 else TEXT) for at, word in enumerate(words)]
        sentence, forms = f"{' '.join(words)}.", list[tuple[str, str]]()
        if len(bodies) == 2:  # as one word of its own, and as a part of another
            merger = ("합병", "흡수합병")[number % 2]
            sentence = f"{bodies[0]}와 {bodies[1]}의 {merger}을 {words[0]}에서 말했다."
            forms = [(f"{merger}을", merger), (f"{words[0]}에서", "")]
            terms.append((merger, len(words), TEXT))
        day = FIRST + timedelta(days=draw.randint(0, 59))
        texts.append(Text(number, terms, OUTLETS[number % 3], day, words[0], sentence, forms))
        frame: Row = {"capture_id": f"c{number}", "article_id": f"a{number}", "extractor": "e", "annotator": "a"}
        at = {"paragraph": 0, "start": 0, "end": 3, "confidence": 0.9}
        for n, name in enumerate(people):
            rows["people"].append({**frame, "number": n, "name": name, "is_former": False})
        for n, name in enumerate(bodies):
            rows["bodies"].append({**frame, "number": n, "name": name})
            rows["entities"].append(
                {**frame, "number": n, "text": name, "type": "OG", "paragraph": 0, "start": n, "end": n + 4}
            )
        for n, (word, weight) in enumerate(keywords[number].items()):
            rows["keywords"].append({**frame, "number": n, "term": word, "weight": weight})
        if people:
            said = {"speaker": people[0][1:], "speaker_name": people[0], "speaker_type": "person", "verb": "말하다"}
            rows["quotes"].append({**frame, **at, **said, "number": 0, "text": f"{words[2]}은 좋다"})
            rows["statements"].append({**frame, **at, **said, "number": 0, "text": f"{words[1]}을 고치겠다"})
        else:
            nobody = {"speaker": "관계자", "speaker_type": "anonymous"}
            rows["quotes"].append({**frame, **at, **nobody, "number": 0, "text": f"{words[2]}은 나쁘다"})
    folder = tmp_path_factory.mktemp("analyses") / "lake"
    build(folder, texts)
    with writing(folder, "test") as writer:
        writer.commit_rows(
            "made", "run", "annotations",
            [
                (tables.PEOPLE, rows["people"]), (tables.ORGANISATIONS, rows["bodies"]),
                (tables.KEYWORDS, rows["keywords"]), (tables.QUOTES, rows["quotes"]),
                (tables.STATEMENTS, rows["statements"]), (tables.ENTITIES, rows["entities"]),
            ],
        )  # fmt: skip
        views.publish(writer.connection, views.read(SQL))
    return Lake(texts, named, keywords, catalog.read(folder))


def g2(k: int, a: int, b: int, n: int) -> float:
    """Dunning's log likelihood ratio of a table of two by two, by its definition."""
    cells = [(k, a * b / n), (a - k, a * (n - b) / n), (b - k, b * (n - a) / n), (n - a - b + k, (n - a) * (n - b) / n)]
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen > 0)


def test_a_trend_counts_each_period_and_says_zero_where_nothing_was_found(lake: Lake) -> None:
    hits = lake.having("강물", "논밭")
    found = Counter(text.published_date for text in lake.texts if text.number in hits)
    everything = Counter(text.published_date for text in lake.texts)
    rows = lake.ask("FROM lake.trend('강물 논밭')")
    assert [row["period"] for row in rows] == sorted(day for day in everything if day)
    assert {row["period"]: (row["articles"], row["all_articles"]) for row in rows} == {
        day: (found[day], count) for day, count in everything.items()
    }
    assert all(row["value"] == pytest.approx(row["articles"] / row["all_articles"]) for row in rows)
    assert any(not row["articles"] for row in rows)


def test_a_trend_by_month_and_outlet_adds_up(lake: Lake) -> None:
    rows = lake.ask("FROM lake.trend('강물', by := 'month', share := false, outlet := '가온신문')")
    mine = [text for text in lake.texts if text.publisher == "가온신문"]
    assert [row["period"] for row in rows] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)][: len(rows)]
    assert sum(row["all_articles"] for row in rows) == len(mine)
    assert sum(row["value"] for row in rows) == len(lake.having("강물") & {text.number for text in mine})


def test_two_searches_are_compared_by_their_shares(lake: Lake) -> None:
    rows = lake.ask("FROM lake.compare('강물', '별빛', by := 'week')")
    expected = statistics.correlation([row["share_a"] for row in rows], [row["share_b"] for row in rows])
    assert {round(row["correlation"], 9) for row in rows} == {round(expected, 9)}
    assert sum(row["articles_b"] for row in rows) == len(lake.having("별빛"))


def test_related_words_are_weighed_against_the_whole_corpus(lake: Lake) -> None:
    hits = lake.having("강물")
    rows = lake.ask("FROM lake.related_words('강물')")
    assert "강물" not in {row["word"] for row in rows}
    assert len(rows) == 6
    for row in rows:
        here = [number for number in hits if row["word"] in lake.keywords[number]]
        everywhere = [number for number, words in lake.keywords.items() if row["word"] in words]
        n, k, a, b = len(lake.texts), len(here), len(hits), len(everywhere)
        assert (row["articles"], row["all_articles"]) == (k, b)
        assert row["tf_idf"] == pytest.approx(
            sum(lake.keywords[x][row["word"]] for x in here) * math.log(1 + n / b), abs=1e-3
        )
        assert row["pmi"] == pytest.approx(math.log2(k * n / (a * b)), abs=1e-3)
        assert row["log_likelihood"] == pytest.approx(g2(k, a, b, n), abs=1e-2)


def test_a_network_has_every_pair_with_how_much_more_than_by_chance(lake: Lake) -> None:
    hits = lake.having("별빛")
    single: Counter[tuple[str, str]] = Counter()
    pairs: Counter[frozenset[tuple[str, str]]] = Counter()
    for number in hits:
        single.update(lake.named[number])
        pairs.update(frozenset(pair) for pair in combinations(sorted(lake.named[number]), 2))
    n = sum(1 for number in hits if lake.named[number])
    rows = lake.ask("FROM lake.network('별빛', least := 3)")
    assert {frozenset([(r["a"], r["a_kind"]), (r["b"], r["b_kind"])]): r["articles"] for r in rows} == {
        pair: count for pair, count in pairs.items() if count >= 3
    }
    for row in rows:
        a, b = single[row["a"], row["a_kind"]], single[row["b"], row["b_kind"]]
        assert row["pmi"] == pytest.approx(math.log2(row["articles"] * n / (a * b)), abs=1e-3)
        assert row["log_likelihood"] == pytest.approx(g2(row["articles"], a, b, n), abs=1e-2)
        assert row["is_significant"] == (row["log_likelihood"] > 10.83 and row["pmi"] > 0)


def test_a_network_of_people_has_no_others_and_its_nodes_are_those_of_its_pairs(lake: Lake) -> None:
    edges = lake.ask("FROM lake.network('별빛', kinds := 'person', least := 2)")
    nodes = lake.ask("FROM lake.network_nodes('별빛', kinds := 'person', least := 2)")
    assert {row["a_kind"] for row in edges} | {row["b_kind"] for row in edges} == {"person"}
    assert {row["name"] for row in nodes} == {row[end] for row in edges for end in "ab"}
    assert sum(row["neighbours"] for row in nodes) == 2 * len(edges)


def test_quotes_about_something_hold_its_words_and_say_how_they_were_said(lake: Lake) -> None:
    rows = lake.ask("FROM lake.quotes_about('솔숲')")
    assert rows
    assert all("솔숲" in row["text"] for row in rows)
    assert {row["form"] for row in rows} == {"quote", "statement"}
    assert len(lake.ask("FROM lake.quotes_about('솔숲', most := 3)")) == 3


def test_quotes_by_a_person_are_found_by_full_name_and_as_written(lake: Lake) -> None:
    rows = lake.ask("FROM lake.quotes_by('한가람')")
    assert rows
    assert {row["speaker_name"] for row in rows} == {"한가람"}
    assert len(rows) == len(lake.ask("FROM lake.quotes_by('가람')"))
    assert [row["published_date"] for row in rows] == sorted((row["published_date"] for row in rows), reverse=True)


def test_outlets_are_compared_by_share_and_by_how_anonymous_their_sources_are(lake: Lake) -> None:
    rows = {row["publisher"]: row for row in lake.ask("FROM lake.sources_compared('바람')")}
    for outlet in OUTLETS:
        mine = {text.number for text in lake.texts if text.publisher == outlet}
        hits = mine & lake.having("바람")
        unnamed = sum(1 for number in hits if not any(kind == "person" for _, kind in lake.named[number]))
        row = rows[outlet]
        assert (row["articles"], row["all_articles"], row["own_articles"]) == (len(hits), len(mine), len(hits))
        assert row["anonymous_share"] == pytest.approx(unnamed / len(hits))


def test_a_pattern_finds_what_stands_where_it_says(lake: Lake) -> None:
    rows = lake.ask("""FROM lake.pattern('ORG "와" ORG "합병"')""")
    both = {
        n for n, named in lake.named.items() if {name for name, kind in named if kind == "organisation"} == set(BODIES)
    }
    assert {row["article_id"] for row in rows} == {f"a{number}" for number in both}
    assert {tuple(sorted(row["found"])) for row in rows} == {tuple(sorted(BODIES))}
    anywhere = lake.ask("""FROM lake.pattern('ORG "에서"', gap := 60)""")  # read as a particle: no index tells where
    assert {row["article_id"] for row in anywhere} == {f"a{number}" for number in both}
    assert lake.ask("""FROM lake.pattern('ORG "갈라섬"')""") == []
    some = lake.ask("""FROM lake.pattern('ORG "합병"', query := '강물', gap := 60)""")
    assert some
    assert {row["article_id"] for row in some} <= {f"a{number}" for number in lake.having("강물")}
    latest = lake.ask("""FROM lake.pattern('ORG "와" ORG "합병"', newest := 40)""")
    assert latest
    assert latest == rows[: len(latest)] != rows


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("trend('강물', by := 'decade')", "There is no period decade; take day, week"),
        ("trend('강물 (')", "brackets|Brackets"),
        ("network('강물', kinds := 'people')", "kinds takes person, organisation and place"),
        ("pattern('ORG merger')", "A pattern is made of PERSON, ORG"),
        ("pattern('ORG PERSON')", "Say a word in the pattern, or a search"),
        ("pattern('ORG \"합병\"', gap := 5000)", "gap is 0 to 200 characters"),
    ],
)
def test_nonsense_is_answered_with_a_right_example(lake: Lake, call: str, says: str) -> None:
    with pytest.raises(duckdb.Error, match=says) as told:
        lake.ask(f"FROM lake.{call}")
    assert "('" in str(told.value)


def test_sql_in_an_argument_is_text(lake: Lake) -> None:
    assert lake.ask("FROM lake.quotes_by(?)", "x' OR 1=1 --") == []
    assert lake.ask("FROM lake.timeline(?)", "'; DROP TABLE x; --") == []
    assert lake.ask("FROM lake.spread(?)", "' OR ''='") == []
