"""The source files that come with the project."""

from pathlib import Path

import pytest

from flows.discovery.source import read_sources

FOLDER = Path(__file__).resolve().parents[2] / "data" / "sources"
FILES = sorted(FOLDER.glob("*.y*ml"))
SOURCES = read_sources(FOLDER)


def test_there_is_enough_to_start_with() -> None:
    korean = [source for source in SOURCES if source.country == "KR"]
    assert len(korean) >= 40
    assert len(SOURCES) - len(korean) >= 20


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_source_can_be_listed(source: object) -> None:
    assert source.channels()  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_bears_its_id_and_says_where_its_addresses_are_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert f"\nid: {path.stem}\n" in text
    assert text.startswith("# feeds: ")


def test_korean_sources_are_dated_in_korea() -> None:
    assert {source.timezone for source in SOURCES if source.country == "KR"} == {"Asia/Seoul"}


def test_no_feed_belongs_to_two_sources() -> None:
    addresses = [channel.url for source in SOURCES for channel in source.channels()]
    assert sorted(addresses) == sorted(set(addresses))
