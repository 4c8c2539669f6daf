"""Reporters over outlets: movers are found, and nobody is given a stranger's work."""

from datetime import date

import pytest

from flows.linking.reporters import Credit, Reporter, is_person, personal_email, reporters


def credit(
    name: str, publisher: str = "느티일보", email: str | None = None, day: int = 1, count: int = 1, role: str = "기자"
) -> Credit:
    return Credit(name, publisher, email, role, date(2026, 3, day), date(2026, 3, day), count)


def people(*given: Credit) -> set[tuple[str, tuple[str, ...], int]]:
    return {
        (one.name, tuple(at.publisher for at in one.publishers), one.article_count) for one in reporters(list(given))
    }


def test_strangers_of_one_name_at_two_outlets_are_not_joined() -> None:
    found = people(
        credit("한가람"), credit("한가람", "버들신문"), credit("한가람", "버들신문", "garam@beodeul.example")
    )
    assert found == {("한가람", ("느티일보",), 1), ("한가람", ("버들신문",), 2)}


def test_somebody_who_moved_and_kept_the_address_is_joined_with_days_and_counts() -> None:
    (one,) = reporters(
        [
            credit("한가람", "버들신문", "Garam@mail.example", 9, 2),
            credit("한가람", "느티일보", "garam@mail.example", 1, 5),
        ]
    )
    assert [(at.publisher, at.first_seen_date, at.article_count) for at in one.publishers] == [
        ("느티일보", date(2026, 3, 1), 5),
        ("버들신문", date(2026, 3, 9), 2),
    ]
    assert one.evidence == (("same_email", "garam@mail.example"),)
    assert one.emails == ("garam@mail.example",)


def test_a_byline_without_an_address_is_the_one_person_of_that_name_at_the_outlet() -> None:
    assert people(credit("한가람"), credit("한 가람", email="garam@neuti.example")) == {("한 가람", ("느티일보",), 2)}


def test_two_addresses_of_one_name_at_one_outlet_are_two_people_and_the_bare_byline_is_nobodys() -> None:
    found = reporters(
        [credit("한가람", email="a1@n.example"), credit("한가람", email="b2@n.example"), credit("한가람")]
    )
    assert sorted(one.emails for one in found) == [(), ("a1@n.example",), ("b2@n.example",)]


@pytest.mark.parametrize("mailbox", ["news@neuti.example", "webmaster@neuti.example", "press2@neuti.example"])
def test_a_desks_mailbox_joins_nobody(mailbox: str) -> None:
    assert len(reporters([credit("한가람", email=mailbox), credit("한가람", "버들신문", mailbox)])) == 2


def test_an_address_that_two_people_sign_with_joins_nobody() -> None:
    same = "island@neuti.example"
    found = people(credit("한가람", email=same), credit("오누리", email=same), credit("한가람", "버들신문", same))
    assert len(found) == 3


def test_one_person_in_two_scripts_is_joined_by_the_address() -> None:
    same = "garam@neuti.example"
    assert len(people(credit("한가람", email=same), credit("Garam Han", "Neuti Daily", same))) == 1


def test_one_article_that_credits_a_name_in_two_ways_joins_them() -> None:
    one, other = credit("한가람", "느티일보", "ga@n.example"), credit("한가람", "Neuti Daily", "garam@n.example")
    (found,) = reporters([one, other], [(one, other)])
    assert found.emails == ("ga@n.example", "garam@n.example")
    assert found.evidence == (("same_article", "한가람"),)
    assert len(reporters([one, other])) == 2


def test_a_bare_byline_that_an_article_ties_elsewhere_does_not_join_two_addresses() -> None:
    # A portal's page that misreads the publisher must not carry one person's e-mail to a namesake at the other outlet.
    there, misread = credit("한가람", "느티일보", "ga@n.example"), credit("한가람", "버들신문")
    found = reporters([there, misread, credit("한가람", "버들신문", "garam@b.example")], [(there, misread)])
    assert sorted(one.emails for one in found) == [("ga@n.example",), ("garam@b.example",)]


def test_a_bare_name_without_publisher_is_nobody_since_it_may_be_anybody() -> None:
    nowhere = Credit("한가람", None, None, "기자", None, None, 7)
    assert reporters([nowhere]) == []
    (known_by_address,) = reporters([Credit("한가람", None, "ga@n.example", "기자", None, None, 1)])
    assert known_by_address.publishers == ()


def test_an_equal_local_part_is_a_hint_and_no_join() -> None:
    found = reporters([credit("한가람", email="garam@n.example"), credit("한가람", "버들신문", "garam@b.example")])
    assert len(found) == 2
    assert [hint.reporter_id for hint in found[0].hints] == [found[1].reporter_id]
    assert found[0].hints[0].confidence < 1
    other = reporters([credit("한가람", email="garam@n.example"), credit("오누리", "버들신문", "garam@b.example")])
    assert [one.hints for one in other] == [(), ()]


@pytest.mark.parametrize(
    "name",
    [
        "온라인뉴스팀",
        "디지털뉴스부",
        "정치부",
        "사회부",
        "특별취재팀",
        "News Desk",
        "Reuters",
        "AFP",
        "느티일보",
        "편집국",
    ],
)
def test_desks_crews_and_houses_are_no_reporters(name: str) -> None:
    assert reporters([credit(name, role="")]) == []


@pytest.mark.parametrize("name", ["이동국", "정진실", "남궁가람", "Priya Lindqvist", "박용부", "사공누리", "山田太郎"])
def test_names_that_end_like_desks_are_people(name: str) -> None:
    assert is_person(name, "기자", "느티일보")


@pytest.mark.parametrize("text", ["", None, "x@", "@n.example", "two@at@n.example", "a b@n.example", "news@n.example"])
def test_what_is_no_personal_address_is_none(text: str | None) -> None:
    assert personal_email(text) == ""


def known(found: list[Reporter]) -> dict[str, tuple[date | None, str]]:
    return {one.reporter_id: (one.publishers[0].first_seen_date, one.reporter_id) for one in found}


def test_an_id_stays_when_older_articles_and_other_outlets_come_in() -> None:
    first = reporters([credit("한가람", "버들신문", "garam@mail.example", 9)])
    more = [
        credit("한가람", "느티일보", "garam@mail.example", 1),
        credit("한가람", "버들신문", "garam@mail.example", 9),
    ]
    assert reporters(more, known=known(first))[0].reporter_id == first[0].reporter_id
    assert reporters(more)[0].reporter_id != first[0].reporter_id  # the known ids are what holds it


def test_two_who_turn_out_to_be_one_keep_the_older_id() -> None:
    one, other = credit("한가람", "느티일보", "ga@n.example", 1), credit("한가람", "Neuti Daily", "ga2@n.example", 5)
    apart = reporters([one, other])
    older = next(found.reporter_id for found in apart if found.publishers[0].publisher == "느티일보")
    (joined,) = reporters([other, one], [(other, one)], known(apart))
    assert joined.reporter_id == older


def test_the_order_of_credits_changes_nothing() -> None:
    some = [credit("한가람", email="g@n.example"), credit("한가람"), credit("Han Garam", "N", "g@n.example")]
    assert reporters(some) == reporters(some[::-1])


def test_a_wire_reporter_is_one_person_at_the_outlets_that_ran_the_story_and_namesakes_there_are_not() -> None:
    wire, copy = credit("한가람", "솔잎통신", "ga@solip.example"), credit("한 가람", "느티일보")
    stranger = credit("한가람", "버들신문")
    found = reporters([wire, copy, stranger], same_text=[(copy, wire)])
    assert {tuple(sorted(at.publisher for at in one.publishers)) for one in found} == {
        ("느티일보", "솔잎통신"),
        ("버들신문",),
    }
    assert {one.evidence for one in found} == {(("same_text", "한가람"),), (("one_byline", ""),)}
