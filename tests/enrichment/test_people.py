"""People: a name without its office, or with somebody else's, makes every table of who said what useless."""

import pytest

from flows.enrichment import people, reading
from flows.enrichment.document import Document, Entity, Person


def found(
    *body: str, names: tuple[str, ...], bodies: tuple[str, ...] = (), publisher: str | None = None
) -> list[Person]:
    laid_out = reading.read(Document("x", None, body, lang="ko", publisher=publisher))
    spans = [
        Entity(name, kind, paragraph.index, at, at + len(name))
        for paragraph in laid_out.paragraphs
        for kind, group in (("PS", names), ("OG", bodies))
        for name in group
        for at in range(len(paragraph.text))
        if paragraph.text.startswith(name, at)
    ]
    taken: list[Entity] = []
    for span in sorted(spans, key=lambda e: (e.paragraph, e.start, -e.end)):
        if not taken or taken[-1].paragraph != span.paragraph or span.start >= taken[-1].end:
            taken.append(span)
    return list(people.enrich(laid_out, taken))


@pytest.mark.parametrize(
    ("text", "org", "role", "former"),
    [
        ("윤가람 한빛전자 대표는 웃었다.", "한빛전자", "대표", False),
        ("윤가람 대표는 웃었다.", None, "대표", False),
        ("한빛전자 윤가람 대표는 웃었다.", "한빛전자", "대표", False),
        ("한빛전자 대표 윤가람이 웃었다.", "한빛전자", "대표", False),
        ("윤가람 한빛당 전 원내대표가 웃었다.", "한빛당", "원내대표", True),
        ("윤가람 전 국무총리는 웃었다.", None, "국무총리", True),
        ("윤가람 해양수산부 2차관이 웃었다.", "해양수산부", "2차관", False),
        ("윤가람 한빛당 대선 후보는 웃었다.", "한빛당", "대선 후보", False),
        ("윤가람(52) 한빛전자 대표는 웃었다.", "한빛전자", "대표", False),
        ("윤가람 무소속 의원이 웃었다.", None, "의원", False),
        ("배우 윤가람이 웃었다.", None, "배우", False),
        ("윤가람 씨는 웃었다.", None, None, False),
        ("윤가람은 웃었다. 대표는 울었다.", None, None, False),
    ],
)
def test_it_reads_office_and_body_beside_the_name(text: str, org: str | None, role: str | None, former: bool) -> None:
    (one,) = found(text, names=("윤가람",), bodies=("한빛전자", "한빛당", "해양수산부"))
    assert (one.org, one.role, one.former) == (org, role, former)


def test_a_second_mention_by_family_name_belongs_to_the_person() -> None:
    (one,) = found("윤가람 대표가 왔다.", "윤 대표는 웃었다.", names=("윤가람", "윤"))
    assert [(m.paragraph, m.start, m.end) for m in one.mentions] == [(0, 0, 3), (1, 0, 1)]


@pytest.mark.parametrize("text", ["김모(33)씨가 다쳤다.", "김 모 씨가 다쳤다.", "A씨가 다쳤다.", "박씨가 다쳤다."])
def test_who_is_not_named_is_not_listed(text: str) -> None:
    assert found(text, names=("김모", "김", "A", "박")) == []


def test_the_last_part_of_a_foreign_name_is_the_same_person() -> None:
    (one,) = found("앨런 베넷이 왔다.", "베넷은 웃었다.", names=("앨런 베넷", "베넷"))
    assert one.name == "앨런 베넷"
    assert len(one.mentions) == 2


def test_the_title_behind_a_row_of_names_is_everybodys() -> None:
    both = found("윤가람·한도윤 의원이 왔다.", names=("윤가람", "한도윤"))
    assert [p.role for p in both] == ["의원", "의원"]


def test_a_reporter_works_for_the_publisher() -> None:
    (one,) = found("윤가람 기자입니다.", names=("윤가람",), publisher="한빛방송")
    assert (one.org, one.role) == ("한빛방송", "기자")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("감독의 새 영화 ‘안녕 두리야’가 걸렸다.", "안녕 두리야"),
        ("축제에서는 '두리두리'가 인기를 끌었다.", "두리두리"),
        ("새 연극 두리의 외출이 막을 올렸다.", "두리의 외출"),
    ],
)
def test_the_title_of_a_work_is_no_person(text: str, name: str) -> None:
    assert found(text, names=(name,)) == []


def test_a_person_who_stands_in_marks_once_is_a_person_all_the_same() -> None:
    assert [one.name for one in found("‘윤가람’이 돌아왔다. 윤가람은 웃었다.", names=("윤가람",))] == ["윤가람"]
