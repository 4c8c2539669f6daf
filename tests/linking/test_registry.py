"""One entity behind many names, no stranger taken for anybody: joined with evidence, parted by hand, ids kept."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.linking.decisions import MERGE, SPLIT, Chosen, Decision
from flows.linking.names import ORGANISATION, PERSON, PLACE, name_key, organisation_key
from flows.linking.namesakes import MIN_CORPUS_ARTICLES, Company, Everywhere, Post, namesakes, people, pick
from flows.linking.registry import Designation, Entity, Evidence, Ids, Link, Seen, id_of, named

DAY = date(2026, 3, 1)
NO_IDS = Ids({})


def seen(name: str, org: str = "", articles: int = 3, day: int = 0, former: int = 0) -> Seen:
    designation = Designation(name_key(PERSON if org else ORGANISATION, name), organisation_key(org))
    return Seen(designation, ((name, articles),), articles, DAY + timedelta(days=day), former)


def introduced(short: str, long: str, articles: int = 5) -> Link:
    one, other = (Designation(name_key(ORGANISATION, name)) for name in (long, short))
    return Link(one, other, Evidence("introduced", short, articles, 3))


def decided(kind: str, one: str, other: str, type_: str = ORGANISATION) -> Decision:
    return Decision(kind, type_, Chosen(name_key(type_, one)), Chosen(name_key(type_, other)), "told so", 1)


def sides(found: list[Entity]) -> set[tuple[str, ...]]:
    return {tuple(sorted(one.name for one in entity.designations)) for entity in found}


# Names


def test_naver_is_one_in_both_scripts_with_and_without_its_legal_form_and_goes_under_the_listed_name() -> None:
    given_ = [seen("NAVER", articles=90), seen("네이버", articles=5)]
    (one,) = named(ORGANISATION, given_, [], [], NO_IDS)
    assert (one.name, one.chief_key, one.decided_by) == ("네이버", "네이버", "machine")
    assert one.names == ("NAVER", "네이버")
    assert [(said.kind, said.name_key) for said in one.evidence] == [("word_list", "naver")]


def test_names_that_only_the_word_list_s_third_name_ties_are_one_though_no_article_has_it() -> None:
    (one,) = named(PLACE, [seen("서울시"), seen("서울특별시")], [], [], NO_IDS)
    assert one.name == "서울"


def test_a_short_form_that_articles_introduce_is_the_body_s_and_says_how_many_said_so() -> None:
    (one,) = named(ORGANISATION, [seen("솔빛진흥원"), seen("솔진원")], [introduced("솔진원", "솔빛진흥원")], [], NO_IDS)
    (said,) = one.evidence
    assert (said.kind, said.value, said.article_count, said.publisher_count) == ("introduced", "솔진원", 5, 3)


def test_a_split_by_hand_holds_against_word_list_and_articles_by_whatever_way_round() -> None:
    given_ = [seen("NAVER"), seen("네이버"), seen("솔진원")]
    links = [introduced("솔진원", "NAVER"), introduced("솔진원", "네이버")]
    apart = decided(SPLIT, "NAVER", "네이버")
    found = named(ORGANISATION, given_, links, [apart], NO_IDS)
    assert all(not {"naver", "네이버"} <= set(names) for names in sides(found))
    assert len(found) == 2
    assert {one.decided_by for one in found if "솔진원" not in sides([one])} == {"hand"}
    assert {one.why for one in found} == {"told so"}
    by_name = {one.designations[-1].name: one.chief_key for one in found}
    assert (
        by_name.get("naver", "") == ""
    )  # what is split off is not known to the word list any more: no item of another


def test_a_merge_by_hand_joins_what_nothing_else_does_and_gives_its_reason() -> None:
    (one,) = named(ORGANISATION, [seen("솔빛"), seen("달빛")], [], [decided(MERGE, "솔빛", "달빛")], NO_IDS)
    assert (one.decided_by, one.why) == ("hand", "told so")


# People


def beside(**shares: int) -> Company:
    return Company(10, {item.replace("_", " ", 1): count for item, count in shares.items()})


EVERYWHERE = Everywhere(
    {
        "person 오누리": 12,
        "person 마루한": 9,
        "person 온나라": 30_000,
        "organisation 느티전자": 40,
        "organisation 버들은행": 60,
    },
    100_000,
)
A, B = Designation("한가람", "느티전자"), Designation("한가람", "버들은행")


def told_apart(*given_: Seen, company: dict[Designation, Company] | None = None) -> list[Entity]:
    home = {"느티전자": "느티전자", "neuti": "느티전자"}
    return list(people(given_, home, company or {}, EVERYWHERE, [], NO_IDS).entities)


def test_two_people_of_one_name_at_two_organisations_that_nothing_ties_stay_two() -> None:
    strangers = {A: beside(person_오누리=5), B: beside(person_마루한=5)}
    assert len(told_apart(seen("한가람", "느티전자"), seen("한가람", "버들은행"), company=strangers)) == 2


def test_company_that_everybody_keeps_does_not_make_one_person_of_two() -> None:
    both = {A: beside(person_온나라=9), B: beside(person_온나라=9)}
    assert len(told_apart(seen("한가람", "느티전자"), seen("한가람", "버들은행"), company=both)) == 2


def test_somebody_who_moved_is_one_where_articles_name_the_old_place_beside_the_new() -> None:
    moved = {A: beside(person_오누리=5), B: beside(person_마루한=5, organisation_느티전자=4)}
    (one,) = told_apart(seen("한가람", "느티전자", former=2), seen("한가람", "버들은행", day=30), company=moved)
    assert [said.kind for said in one.evidence] == ["same_company"]
    assert one.entity_id == id_of(PERSON, A)


def test_one_person_under_two_bodies_is_told_by_the_same_rare_company() -> None:
    same = {A: beside(person_오누리=6, person_마루한=6), B: beside(person_오누리=7, person_마루한=6)}
    assert len(told_apart(seen("한가람", "느티전자"), seen("한가람", "버들은행"), company=same)) == 1


def test_two_names_of_one_organisation_do_not_make_two_of_a_person() -> None:
    (one,) = told_apart(seen("한가람", "느티전자"), seen("한가람", "Neuti"))
    assert [said.kind for said in one.evidence] == ["same_organisation"]


def test_hands_win_over_company_for_people_too() -> None:
    same = {A: beside(person_오누리=6, person_마루한=6), B: beside(person_오누리=7, person_마루한=6)}
    given_ = [seen("한가람", "느티전자"), seen("한가람", "버들은행"), seen("한가람", "솔숲대학교")]
    one, other = Chosen("한가람", "버들은행"), Chosen("한가람")
    split = Decision(SPLIT, PERSON, one, other, "told so", 1)
    assert len(people(given_, {}, same, EVERYWHERE, [split], NO_IDS).entities) == 3
    merge = Decision(MERGE, PERSON, other, other, "told so", 1)
    (all_one,) = people(given_, {}, {}, EVERYWHERE, [merge], NO_IDS).entities
    assert all_one.decided_by == "hand"


def test_a_bare_name_is_whom_the_article_s_company_tells_and_nobody_where_it_does_not() -> None:
    one = Post(A, frozenset(["느티전자"]), {"organisation 느티전자": 1.0, "person 오누리": 0.4}, 10)
    other = Post(B, frozenset(["버들은행"]), {"organisation 버들은행": 1.0}, 10)
    assert pick(["organisation 느티전자", "person 온나라"], namesakes([one, other]), EVERYWHERE) == A
    assert pick(["organisation 버들은행"], namesakes([one, other]), EVERYWHERE) == B
    assert pick(["organisation 느티전자", "organisation 버들은행"], namesakes([one, other]), EVERYWHERE) is None
    assert pick(["person 온나라"], namesakes([one, other]), EVERYWHERE) is None
    assert pick([], namesakes([one, other]), EVERYWHERE) is None


def test_a_bare_name_is_the_one_who_is_in_a_thousand_articles_and_not_the_one_of_three() -> None:
    famous, other = Post(A, frozenset(["느티전자"]), {}, 1000), Post(B, frozenset(["버들은행"]), {}, 3)
    assert pick([], namesakes([famous, other]), EVERYWHERE) == A
    assert pick([], namesakes([other]), EVERYWHERE) is None


def test_rarity_is_not_read_out_of_a_corpus_of_ten_articles() -> None:
    assert MIN_CORPUS_ARTICLES > 10
    assert Everywhere({"a": 3}, 10).weight("a") > 0.5


# Laws

NAMES = st.sampled_from(["네이버", "NAVER", "NHN", "솔빛", "달빛", "별빛", "솔빛진흥원", "서울", "Inc."])
SEEN = st.lists(
    st.builds(lambda name, day: seen(name, day=day), NAMES, st.integers(0, 9)),
    max_size=9,
    unique_by=lambda one: one.designation,
)
PAIRS = st.lists(st.tuples(NAMES, NAMES), max_size=6)


def joined(given_: list[Seen], pairs: list[tuple[str, str]], apart: list[tuple[str, str]], ids: Ids) -> list[Entity]:
    links = [
        introduced(short, long)
        for short, long in pairs
        if name_key(ORGANISATION, short) != name_key(ORGANISATION, long)
    ]
    splits = [decided(SPLIT, one, other) for one, other in apart if one != other]
    return named(ORGANISATION, given_, links, splits, ids)


@given(SEEN, PAIRS, PAIRS)
def test_every_designation_is_in_one_entity_and_a_split_is_never_joined(
    given_: list[Seen], pairs: list[tuple[str, str]], apart: list[tuple[str, str]]
) -> None:
    found = joined(given_, pairs, apart, NO_IDS)
    assert sorted(one for entity in found for one in entity.designations) == sorted(one.designation for one in given_)
    assert len({one.entity_id for one in found}) == len(found)
    for one, other in apart:
        keys = {name_key(ORGANISATION, one), name_key(ORGANISATION, other)}
        assert len(keys) == 1 or not any(keys <= set(names) for names in sides(found))


@given(SEEN, PAIRS, st.randoms())
def test_the_order_of_what_is_counted_does_not_matter(
    given_: list[Seen], pairs: list[tuple[str, str]], random: object
) -> None:
    shuffled, other_pairs = list(given_), list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(other_pairs)  # type: ignore[attr-defined]
    assert joined(given_, pairs, [], NO_IDS) == joined(shuffled, other_pairs, [], NO_IDS)


@given(SEEN, PAIRS, SEEN)
def test_an_id_survives_names_and_articles_that_come_later(
    given_: list[Seen], pairs: list[tuple[str, str]], later: list[Seen]
) -> None:
    first = joined(given_, pairs, [], NO_IDS)
    days = {one.designation: one.first_seen_date for one in given_}
    ids = Ids({one.entity_id: min(days[d] or DAY for d in one.designations) for one in first})
    there = {one.designation for one in given_}
    more = [*given_, *(one for one in later if one.designation not in there)]
    home = {one: entity.entity_id for entity in joined(more, pairs, [], ids) for one in entity.designations}
    for entity in first:
        now = {home[one] for one in entity.designations}
        assert len(now) == 1
        assert now <= set(ids.first_days)  # its own, or the older one of an entity that it turned out to be
