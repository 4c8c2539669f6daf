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
