"""The registry in the lake: grows by what is new, keeps its ids, follows the hand; hostile names are nobody's."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st

from flows.lake import catalog, views
from flows.lake.batches import Writer, writing
from flows.linking.decisions import COLUMNS, DecisionsError
from flows.steps import linking_registry
from flows.steps.linking import Linking
from flows.steps.publishing import SQL
from flows.workers import Workers
from tests.steps.annotated import DAY, Text, Who, store

Ask = Callable[[str], list[tuple[object, ...]]]
OURS = {
    "staging.current_mentions",
    "mart.entities",
    "mart.entity_names",
    "mart.entity_mentions",
    "mart.roles_over_time",
}
NAMES = "SELECT name, article_count FROM lake.mart.entities WHERE type = '{}' ORDER BY article_count DESC, name"


def linked(writer: Writer) -> dict[str, int]:
    """Bring the registry up to date; what came of the entities. A second run must find nothing to do."""
    counts: dict[str, int] = {}
    with Workers(1, 5.0, 2**30, no_warming) as workers:
        linking = Linking(writer, workers, "run")
        for part in linking_registry.parts(linking):
            for one in part.counts:
                counts[f"{one.what} {one.outcome}"] = counts.get(f"{one.what} {one.outcome}", 0) + one.count
        assert list(linking_registry.parts(linking)) == []
    return counts


def no_warming() -> None:
    """The registry uses no workers."""


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Writer]:
    """An empty lake, and no decisions by hand."""
    with pytest.MonkeyPatch.context() as patch, writing(tmp_path / "lake", "test") as writer:
        patch.setattr(linking_registry, "DECISIONS", tmp_path / "decisions.csv")
        views.publish(writer.connection, [one for one in views.read(SQL) if one.name in OURS])
        yield writer


def asked(writer: Writer, sql: str) -> list[tuple[object, ...]]:
    return writer.connection.execute(sql).fetchall()


def question(writer: Writer, name: str) -> list[tuple[object, ...]]:
    (file,) = [one for one in views.read(SQL) if one.name == name]
    return asked(writer, file.body)


def decide(*lines: str) -> None:
    linking_registry.DECISIONS.write_text("\n".join((",".join(COLUMNS), *lines)) + "\n", encoding="utf-8")


def test_naver_is_one_organisation_over_articles_whatever_each_of_them_calls_it(lake: Writer) -> None:
    names = ("네이버", "NAVER", "네이버(주)", "Naver Corp.")
    store(lake, "b1", [Text(f"a{number}", organisations=[(name,)]) for number, name in enumerate(names)])
    assert linked(lake)["entities new"] == 1
    assert asked(lake, NAMES.format("organisation")) == [("네이버", 4)]
    found = question(lake, "under_which_names")
    assert {(one[2], tuple(one[3])) for one in found} == {  # type: ignore[arg-type]
        ("NAVER", ("word_list",)),
        ("Naver Corp.", ("word_list",)),
        ("네이버(주)", ("name",)),
    }


def test_a_day_adds_only_what_it_tells_something_of_and_ids_stay(lake: Writer) -> None:
    store(
        lake, "b1", [Text("a1", [Who("한가람", "느티전자", "대표")], [("느티전자",)]), Text("a2", places=[("솔섬",)])]
    )
    assert linked(lake) == {"registered ok": 2, "mentions ok": 3, "entities new": 3}
    before = dict(asked(lake, "SELECT name, entity_id FROM lake.mart.entities"))  # type: ignore[arg-type]
    store(lake, "b2", [Text("a3", organisations=[("㈜느티전자",)], day=DAY - timedelta(days=9))])
    assert linked(lake) == {"registered ok": 1, "mentions ok": 1, "entities changed": 1}
    assert dict(asked(lake, "SELECT name, entity_id FROM lake.mart.entities")) == before  # type: ignore[arg-type]
    assert asked(lake, "SELECT count(*) FROM lake.staging.registry") == [(4,)]


def test_an_article_that_was_changed_counts_as_it_stands_now(lake: Writer) -> None:
    store(lake, "b1", [Text("a1", organisations=[("느티전자",), ("버들은행",)])])
    linked(lake)
    store(lake, "b2", [Text("a1", organisations=[("버들은행",)], capture=2)])
    assert linked(lake)["entities gone"] == 1
    assert asked(lake, NAMES.format("organisation")) == [("버들은행", 1)]
    store(lake, "b3", [Text("a2", organisations=[("느티전자",)])])
    linked(lake)
    assert asked(lake, NAMES.format("organisation")) == [("느티전자", 1), ("버들은행", 1)]
    assert asked(lake, "SELECT count(DISTINCT entity_id) FROM lake.staging.registry") == [(2,)]


def short_forms(first: int, publishers: Sequence[str]) -> list[Text]:
    names = ("솔빛정보진흥원", "솔진원")
    return [
        Text(f"a{first + at}", organisations=[names], aliases=[(names[1], names[0])], publisher=publisher)
        for at, publisher in enumerate(publishers)
    ]


def test_a_short_form_is_the_body_s_once_enough_articles_of_enough_publishers_introduce_it(lake: Writer) -> None:
    alone = Text("alone", organisations=[("솔진원",)])
    store(lake, "b1", [alone, *short_forms(1, ["느티일보", "느티일보", "느티일보"])])
    linked(lake)
    assert len(asked(lake, NAMES.format("organisation"))) == 2
    weak = "SELECT name, evidence, article_count, publisher_count FROM lake.mart.entity_names WHERE NOT is_joined"
    assert asked(lake, weak) == [("솔진원", ["introduced"], 3, 1)]
    assert asked(lake, NAMES.format("organisation")) == [("솔빛정보진흥원", 3), ("솔진원", 1)]
    ids = asked(lake, "SELECT entity_id FROM lake.mart.entities ORDER BY name")
    store(lake, "b2", short_forms(9, ["버들신문"]))
    assert linked(lake)["entities merged"] == 1
    assert asked(lake, NAMES.format("organisation"))[0][1] == 5
    ((stays,),) = asked(lake, "SELECT entity_id FROM lake.mart.entities")
    ((gone, leads_to),) = asked(
        lake, "SELECT entity_id, merged_into FROM lake.staging.registry WHERE merged_into IS NOT NULL"
    )
    assert {(stays,), (gone,)} == set(ids)
    assert leads_to == stays
    joined = (
        "SELECT introduced_article_count, introduced_publisher_count FROM lake.mart.entity_names WHERE name = '솔진원'"
    )
    assert asked(lake, joined) == [(4, 2)]


def test_a_word_that_each_article_uses_for_another_body_joins_none(lake: Writer) -> None:
    texts = [Text("alone", organisations=[("빛재단",)])]
    texts += [
        Text(
            f"a{at}",
            organisations=[(f"{stem}빛재단", "빛재단")],
            aliases=[("빛재단", f"{stem}빛재단")],
            publisher=publisher,
        )
        for at, (stem, publisher) in enumerate([(s, p) for s in "솔달별" for p in ("느티일보", "버들신문", "여울신문")])
    ]
    store(lake, "b1", texts)
    linked(lake)
    assert [count for _, count in asked(lake, NAMES.format("organisation"))] == [3, 3, 3, 1]


def two_people(first: int) -> list[Text]:
    return [
        Text(f"a{first}", [Who("한가람", "느티전자", "대표"), Who("오누리", "느티전자", "이사")], [("느티전자",)]),
        Text(f"a{first + 1}", [Who("한가람", "버들은행", "과장"), Who("마루한")], [("버들은행",)]),
        Text(f"a{first + 2}", [Who("한가람"), Who("오누리")], [("느티전자",)]),
    ]


def test_namesakes_stay_two_and_a_bare_name_goes_to_whose_company_it_keeps(lake: Writer) -> None:
    store(lake, "b1", [text for first in (0, 10, 20) for text in two_people(first)])
    linked(lake)
    counts = "SELECT article_count FROM lake.mart.entities WHERE name = '한가람' ORDER BY 1"
    assert asked(lake, counts) == [(3,), (6,)]


def test_somebody_who_moved_is_one_person_with_both_posts_and_has_left_the_first(lake: Writer) -> None:
    later = DAY + timedelta(days=30)
    store(lake, "b1", [Text(f"a{at}", [Who("한가람", "느티전자", "대표")], [("느티전자",)]) for at in range(3)])
    moved = [
        Text(f"b{at}", [Who("한가람", "버들은행", "행장")], [("버들은행",), ("느티전자",)], day=later)
        for at in range(2)
    ]
    store(
        lake, "b2", [*moved, Text("c", [Who("한가람", "느티전자", "대표", is_former=True)], [("버들은행",)], day=later)]
    )
    linked(lake)
    posts = (
        "SELECT organisation, role, is_former, last_current_date, article_count, organisation_id IS NOT NULL "
        "FROM lake.mart.roles_over_time ORDER BY first_seen_date"
    )
    assert asked(lake, posts) == [("느티전자", "대표", True, DAY, 4, True), ("버들은행", "행장", False, later, 2, True)]
    assert [one[:4] for one in question(lake, "who_was_what")] == [
        ("한가람", "느티전자", "대표", True),
        ("한가람", "버들은행", "행장", False),
    ]


def test_hands_win_are_followed_when_the_file_changes_and_undone_when_a_line_goes(lake: Writer) -> None:
    store(lake, "b1", [text for first in (0, 10, 20) for text in two_people(first)])
    linked(lake)
    people = (
        "SELECT decided_by, why, article_count FROM lake.mart.entities WHERE name = '한가람' ORDER BY article_count"
    )
    before = asked(lake, people)
    ids = asked(lake, "SELECT entity_id FROM lake.mart.entities WHERE name = '한가람' ORDER BY 1")
    decide("merge,person,한가람,느티전자,한가람,㈜버들은행,one notice names both,2026-03-09")
    assert linked(lake)["entities merged"] == 1
    assert asked(lake, people)[0][:2] == ("hand", "one notice names both")
    ((gone, leads_to),) = asked(
        lake, "SELECT entity_id, merged_into FROM lake.staging.registry WHERE merged_into IS NOT NULL"
    )
    assert {(gone,), (leads_to,)} == set(ids)
    decide()
    linked(lake)
    assert asked(lake, people) == before
    assert asked(lake, "SELECT entity_id FROM lake.mart.entities WHERE name = '한가람' ORDER BY 1") == ids


def test_a_file_with_a_mistake_stops_the_step_before_anything_is_written(lake: Writer) -> None:
    store(lake, "b1", two_people(0))
    decide("merge,person,한가람,,오누리,,,2026-03-09")
    with pytest.raises(DecisionsError, match="line 2: why is empty"):
        linked(lake)
    assert asked(lake, "SELECT count(*) FROM lake.staging.registered") == [(0,)]


def test_hostile_names_are_nobody_s_and_cost_nobody_else_a_row(lake: Writer) -> None:
    hostile = ["", " ", "\u202e\u2066", "x" * 1_000_000, "\ud800", "😀", "\x00"]
    people = [Who(name, name) for name in hostile]
    store(lake, "b1", [Text("a1", [*people, Who("\u202e한가람", "느티\u200b전자")], [tuple(hostile), ("느티전자",)])])
    assert linked(lake) == {"registered ok": 1, "mentions ok": 2, "mentions unusable": 14, "entities new": 2}
    assert asked(lake, "SELECT name FROM lake.mart.entities ORDER BY name") == [("느티전자",), ("한가람",)]
    assert asked(lake, "SELECT organisation FROM lake.mart.roles_over_time") == [("느티전자",)]


def test_one_name_in_a_crowd_of_texts_and_organisations_is_bounded(lake: Writer) -> None:
    texts = [
        Text(f"a{at:05}", [Who("한가람", f"솔{at}전자" if at % 2 else None)], [("버들은행",)]) for at in range(3000)
    ]
    store(lake, "b1", texts)
    linked(lake)
    assert asked(lake, NAMES.format("organisation")) == [("버들은행", 3000)]
    counts = asked(lake, "SELECT count(*), sum(article_count) FROM lake.mart.entities WHERE type = 'person'")
    assert counts == [(1501, 3000)]  # each organisation's, and the name without one


# Parts = at once

PEOPLE = st.lists(
    st.builds(
        Who, st.sampled_from(["한가람", "오누리", "마루한"]), st.sampled_from([None, "느티전자", "NAVER", "네이버"])
    ),
    max_size=2,
    unique_by=lambda who: who.name,
)
BODIES = st.lists(
    st.sampled_from(["느티전자", "NAVER", "네이버", "버들은행", "솔진원", "솔빛정보진흥원"]), max_size=3, unique=True
)
CORPUS = st.lists(st.tuples(PEOPLE, BODIES, st.integers(0, 3)), min_size=1, max_size=7)
STATE = (
    "SELECT type, name, article_count, publisher_count, first_seen_date, last_seen_date, why, "
    "list_sort(list_transform(designations, lambda one: one.name_key || ' ' || one.org_key)) FROM ("
    "FROM lake.staging.registry QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1"
    ") WHERE merged_into IS NULL AND article_count > 0 ORDER BY ALL"
)
CLOSING = [Text("last", [Who("한가람"), Who("오누리"), Who("마루한")])]


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_(CORPUS, st.integers(1, 6), st.randoms())
def test_articles_that_come_in_parts_or_at_once_in_any_order_make_the_same_registry(
    tmp_path_factory: pytest.TempPathFactory, corpus: list[tuple[list[Who], list[str], int]], cut: int, random: object
) -> None:
    texts = [
        Text(f"a{at}", people, [(name,) for name in bodies], publisher=f"신문{day}", day=DAY + timedelta(days=day))
        for at, (people, bodies, day) in enumerate(corpus)
    ]
    shuffled = list(texts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    # What is rare is weighed by the corpus of the day: the last part names everybody, so that all are weighed alike.
    states = []
    for parts in ([[*texts, *CLOSING]], [shuffled[:cut], [*shuffled[cut:], *CLOSING]]):
        folder = tmp_path_factory.mktemp("parts")
        with pytest.MonkeyPatch.context() as patch, writing(folder / "lake", "test") as writer:
            patch.setattr(linking_registry, "DECISIONS", folder / "none.csv")
            for number, part in enumerate(parts):
                store(writer, f"b{number}", part)
                linked(writer)
            states.append(writer.connection.execute(STATE).fetchall())
    assert states[0] == states[1]


def test_readers_find_the_views_with_their_keys_unique(lake: Writer, tmp_path: Path) -> None:
    store(lake, "b1", [*two_people(0), *short_forms(20, ["느티일보", "버들신문"])])
    linked(lake)
    views.publish(lake.connection, views.read(SQL))  # raises where a key is not unique
    reader = catalog.read(tmp_path / "lake")
    assert reader.execute("SELECT count(*) FROM lake.mart.entity_mentions").fetchone() == (11,)


STATES = """
    SELECT entity_id, revision, name, names, designations, article_count, publisher_count, evidence, state_sha256
    FROM lake.staging.registry ORDER BY ALL
"""
PICKED = "SELECT number, name_key, org_key, revision FROM lake.staging.entity_picks ORDER BY ALL"
MANY = [
    Text("a1", [Who("한가람", "느티전자"), Who("한가람")], [("솔빛정보진흥원", "솔진원")], publisher="솔밭신문"),
    Text("a2", [Who("한가람", "버들은행"), Who("오누리", "느티전자")], [("느티전자",), ("솔진원",)]),
    Text("a3", [Who("한가람"), Who("오누리")], [("버들은행", "버들"), ("NAVER",)], [("솔섬",)]),
    Text("a4", [Who("마루한", "네이버")], [("네이버",), ("버들",)], publisher="솔밭신문"),
    Text("a5", [Who("한가람"), Who("마루한")], [("네이버(주)",), ("솔빛정보진흥원",)], day=DAY + timedelta(days=1)),
    *(Text(f"c{n}", [Who("한가람", "느티전자"), Who("온나라")], [("느티전자",)]) for n in range(30)),
    Text("d1", [Who("한가람"), Who("온나라")], [("느티전자",)], day=DAY + timedelta(days=1)),
]


def test_an_entity_is_the_same_however_few_names_are_joined_at_a_time(
    lake: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide("merge,organisation,버들,,버들은행,,the bank's own short name,2026-03-09")
    with writing(tmp_path / "other", "test") as other:
        for writer, names in ((lake, 20_000), (other, 1)):
            monkeypatch.setattr(linking_registry, "NAMES_A_SHARD", names)
            for number, texts in enumerate((MANY[:3], MANY[3:])):
                store(writer, f"b{number}", texts)
                linked(writer)
        for sql, least in ((STATES, 9), (PICKED, 1)):
            assert asked(other, sql) == asked(lake, sql)
            assert len(asked(lake, sql)) >= least
        assert "hand" in {one for (one,) in asked(lake, "SELECT decided_by FROM lake.staging.registry")}
