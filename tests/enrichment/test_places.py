"""Places: a town on the wrong spot of the map misleads more than no spot."""

import pytest

from flows.enrichment import places, reading
from flows.enrichment.document import Document, Entity, Place


def found(*names: str) -> list[Place]:
    laid_out = reading.read(Document("x", None, tuple(names), lang="ko"))
    return list(places.enrich(laid_out, [Entity(n, "LC", i, 0, len(n)) for i, n in enumerate(names)]))


@pytest.mark.parametrize(
    ("name", "country", "lat"),
    [
        ("강릉", "KR", 37.75),
        ("강릉시", "KR", 37.75),
        ("강원 강릉시", "KR", 37.75),
        ("모로코", "MA", 34.02),
        ("베이징", "CN", 39.90),
    ],
)
def test_a_listed_place_has_country_and_coordinates(name: str, country: str, lat: float) -> None:
    (one,) = found(name)
    assert (one.country, one.lat) == (country, lat)


def test_two_names_of_one_place_are_one() -> None:
    (one,) = found("서울", "서울시", "서울")
    assert (one.name, one.aliases, len(one.mentions)) == ("서울", ("서울시",), 3)


def test_an_unlisted_place_has_no_coordinates_rather_than_guessed_ones() -> None:
    (one,) = found("가온누리동산")
    assert (one.lat, one.lon, one.country) == (None, None, None)


def test_a_country_that_the_tagger_passed_over_is_found() -> None:
    laid_out = reading.read(Document("x", None, ("중국산 배를 사우디아라비아와 우리나라에 팔았다.",), lang="ko"))
    assert {p.country for p in places.enrich(laid_out, [])} == {"CN", "SA", "KR"}


def test_a_country_tagged_with_a_common_word_or_as_a_team_is_the_country() -> None:
    laid_out = reading.read(Document("x", None, ("중국 AI 기술", "태국이 이겼다."), lang="ko"))
    tagged = [Entity("중국 AI", "LC", 0, 0, 5), Entity("태국", "OG", 1, 0, 2)]
    assert [p.name for p in places.enrich(laid_out, tagged)] == ["중국", "태국"]
