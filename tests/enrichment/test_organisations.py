"""Organisations: one ministry under three names counts three times in every ranking."""

import pytest

from flows.enrichment import aliases, organisations, reading
from flows.enrichment.document import Document, Entity, Organisation


def found(*body: str, names: tuple[str, ...]) -> dict[str, Organisation]:
    laid_out = reading.read(Document("x", None, body, lang="ko"))
    spans = []
    for paragraph in laid_out.paragraphs:
        taken = 0
        for at in range(len(paragraph.text)):
            name = next((n for n in sorted(names, key=len, reverse=True) if paragraph.text.startswith(n, at)), None)
            if name and at >= taken:
                spans.append(Entity(name, "OG", paragraph.index, at, at + len(name)))
                taken = at + len(name)
    return {o.name: o for o in organisations.enrich(laid_out, spans, aliases.enrich(laid_out))}


def test_a_listed_short_name_goes_under_the_official_one() -> None:
    one = found("문화체육관광부가 나섰다.", "문체부는 밝혔다. 문체부다.", names=("문화체육관광부", "문체부"))
    assert one["문화체육관광부"].aliases == ("문체부",)
    assert len(one["문화체육관광부"].mentions) == 3


def test_the_name_in_the_article_stands_when_the_official_one_does_not_occur() -> None:
    assert list(found("국토부 장관이 왔다.", names=("국토부",))) == ["국토부"]


def test_a_short_form_that_the_article_introduces_is_the_same_body() -> None:
    one = found(
        "한강물길대책본부(한대본)는 이날 문을 열었다.", "한대본은 밝혔다.", names=("한강물길대책본부", "한대본")
    )
    assert one["한강물길대책본부"].aliases == ("한대본",)


def test_a_body_cut_to_its_usual_short_ending_is_the_same() -> None:
    assert list(found("인재발굴위원회가 선다.", "인재발굴위는 바쁘다.", names=("인재발굴위원회", "인재발굴위"))) == [
        "인재발굴위원회"
    ]


@pytest.mark.parametrize("name", ["정부", "경찰", "재판부", "노조", "언론"])
def test_a_body_without_a_name_of_its_own_is_left_out(name: str) -> None:
    assert found(f"{name}는 밝혔다.", names=(name,)) == {}


def test_different_bodies_with_like_names_stay_apart() -> None:
    assert set(found("한빛전자와 한빛생명이 왔다.", names=("한빛전자", "한빛생명"))) == {"한빛전자", "한빛생명"}


def test_a_headline_may_name_a_body_by_its_first_word() -> None:
    laid_out = reading.read(Document("x", "가온·XY, 손잡았다", ("가온과 XY AI가 손을 잡았다.",), lang="ko"))
    spans = [Entity("XY", "OG", -1, 3, 5), Entity("XY AI", "OG", 0, 4, 9)]
    (one,) = organisations.enrich(laid_out, spans, [])
    assert (one.name, one.aliases) == ("XY AI", ("XY",))


def test_the_short_name_of_a_programme_is_no_body() -> None:
    assert found("새 바다 로봇 사업(이하 새바로)이 열렸다.", "새바로는 크다.", names=("새바로",)) == {}
