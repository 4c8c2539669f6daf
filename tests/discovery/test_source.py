"""Source files: what is accepted, and how a mistake is told."""

from pathlib import Path

import pytest

from flows.discovery.listing import Channel, ChannelKind
from flows.discovery.source import Source, SourceError, SourceKind, read_source, read_sources

GOOD = """\
# a made-up publisher
id: maeari
name: 매아리일보
name_en: Maeari Ilbo
kind: publisher
home: https://www.maeari.example/
lang: ko
country: KR
timezone: Asia/Seoul
feeds:
  - https://www.maeari.example/rss/all.xml
sitemaps:
  - https://www.maeari.example/sitemap.xml
sections:
  - url: https://www.maeari.example/politics
    link_pattern: /news/\\d+$
url_lists:
  - https://www.maeari.example/old.txt
terms:
  - url: https://www.maeari.example/terms
    read_date: 2026-01-18
    says: Headlines may be listed with a link.
"""


def read_text(folder: Path, text: str | bytes, name: str = "maeari.yaml") -> Source:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_source(path)


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    source = read_text(tmp_path, GOOD)
    assert (source.id, source.name, source.kind) == ("maeari", "매아리일보", SourceKind.PUBLISHER)
    assert source.delay_seconds == 1
    assert source.terms[0].read_date.isoformat() == "2026-01-18"


def test_its_channels_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    home = "https://www.maeari.example"
    assert read_text(tmp_path, GOOD).channels() == (
        Channel("maeari", ChannelKind.FEED, f"{home}/rss/all.xml"),
        Channel("maeari", ChannelKind.SITEMAP, f"{home}/sitemap.xml"),
        Channel("maeari", ChannelKind.SECTION, f"{home}/politics", r"/news/\d+$"),
        Channel("maeari", ChannelKind.URL_LIST, f"{home}/old.txt"),
    )


def test_norway_is_not_false(tmp_path: Path) -> None:
    source = read_text(tmp_path, GOOD.replace("country: KR", "country: NO").replace("lang: ko", "lang: no"))
    assert (source.country, source.lang) == ("NO", "no")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        ("id: maeari", "id: Mae_ari", 2, "id", "match"),
        ("id: maeari\n", "", 2, "id", "required"),
        ("name: 매아리일보", "name: 2026", 3, "name", "must be text"),
        ("kind: publisher", "kind: blog", 5, "kind", "'publisher', 'portal' or 'agency'"),
        ("lang: ko", "lang: Korean", 7, "lang", "match"),
        ("country: KR", "country: Korea", 8, "country", "match"),
        ("Asia/Seoul", "KST", 9, "timezone", "IANA"),
        ("feeds:", "fedes:", 10, "fedes", "no such field"),
        ("feeds:\n  - ", "feeds: ", 10, "feeds", "must be a list"),
        ("https://www.maeari.example/rss/all.xml", "/rss/all.xml", 11, "feeds[0]", "whole web address"),
        ("https://www.maeari.example/rss/all.xml", "ftp://maeari.example/x", 11, "feeds[0]", "http"),
        ("https://www.maeari.example/rss/all.xml", "https://me:secret@maeari.example/", 11, "feeds[0]", "address"),
        ("https://www.maeari.example/rss/all.xml", "https://maeari.example:22/", 11, "feeds[0]", "port"),
        (r"/news/\d+$", "(a+)+$", 16, "sections[0].link_pattern", "several ways"),
        (r"/news/\d+$", "news(", 16, "sections[0].link_pattern", "regular expression"),
        ("    link_pattern: /news/\\d+$\n", "", 15, "sections[0].link_pattern", "required"),
        ("2026-01-18", "yesterday", 21, "terms[0].read_date", "date"),
        ("country: KR", "country: KR\ndelay_seconds: 90", 9, "delay_seconds", "60"),
        ("country: KR", "country: KR\ndelay_seconds: -1", 9, "delay_seconds", "0"),
        ("country: KR", "country: KR\ndelay_seconds: .nan", 9, "delay_seconds", "finite"),
        ("lang: ko", "lang: ko\nfeeds: []", 11, "feeds", "twice"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, field: str, says: str
) -> None:
    with pytest.raises(SourceError) as told:
        read_text(tmp_path, GOOD.replace(old, new, 1))
    sentence = str(told.value)
    assert sentence.startswith(f"{tmp_path / 'maeari.yaml'}, line {line}, {field}: ")
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: a\n  name: b\n c", 2),
        ("- id: a\n", 1),
        ("", 1),
        ("id: a\nread: 2026-02-31\n", 1),
        ("id: &x a\nname: *x\n", 2),
        ("id: a\n---\nid: b\n", 2),
        (b"id: a\nname: \xc8\xab\xb1\xe6\n", 2),
        ("id: !!python/object:os.system a\n", 1),
    ],
    ids=["indent", "a list", "nothing", "no such day", "alias", "two documents", "cp949", "object"],
)
def test_a_file_that_is_no_source_is_told_with_its_line(tmp_path: Path, text: str | bytes, line: int) -> None:
    with pytest.raises(SourceError, match=rf"maeari\.yaml, line {line}[,:] [^\n]+\.$"):
        read_text(tmp_path, text)


def test_an_address_that_stands_twice_is_told(tmp_path: Path) -> None:
    again = GOOD.replace("/sitemap.xml", "/rss/all.xml")
    with pytest.raises(SourceError, match=r"rss/all\.xml is listed twice"):
        read_text(tmp_path, again)


def test_more_than_one_mistake_is_counted(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"\(1 more fault in this file\)"):
        read_text(tmp_path, GOOD.replace("Asia/Seoul", "KST").replace("kind: publisher", "kind: blog"))


def test_a_folder_is_read_in_order_of_ids(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.yaml").write_text(GOOD.replace("id: maeari", f"id: {name}"), encoding="utf-8")
    (tmp_path / "README.md").write_text("not a source", encoding="utf-8")
    assert [source.id for source in read_sources(tmp_path)] == ["a", "b"]


def test_an_id_that_two_files_claim_is_told(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(SourceError, match=r"two\.yml, line 2, id: 'maeari' is already taken by one\.yaml\."):
        read_sources(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        read_sources(tmp_path / "sources")


def test_a_read_source_does_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_text(tmp_path, GOOD).id = "other"


def test_every_field_is_explained_to_those_who_add_a_publisher() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    assert [name for name in Source.model_fields if f"| `{name}` |" not in text] == []
    assert [kind.value for kind in SourceKind if f"`{kind.value}`" not in text] == []
