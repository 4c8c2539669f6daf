"""The word lists: a name standing for two houses would credit the wrong one."""

from collections import Counter

import pytest

from flows import gazetteer
from flows.extraction import publishers


@pytest.mark.parametrize("name", ["publishers", "portals", "reporter_roles", "title_markers"])
def test_a_list_opens_by_saying_what_it_holds(name: str) -> None:
    text = (gazetteer.FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert gazetteer.table(name)


def test_no_name_and_no_domain_stands_for_two_publishers() -> None:
    names = Counter(
        name
        for publisher, aliases in gazetteer.split("publishers", "aliases").items()
        for name in {known.lower() for known in (publisher, *aliases)}
    )
    domains = Counter(domain for found in gazetteer.split("publishers", "domains").values() for domain in found)
    assert [name for counts in (names, domains) for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("host", "name"),
    [("www.mk.co.kr", "매일경제"), ("imnews.imbc.com", "MBC"), ("biz.chosun.com", "조선비즈"), ("example.com", None)],
)
def test_a_host_is_known_by_its_longest_ending(host: str, name: str | None) -> None:
    assert publishers.by_host(host) == name
