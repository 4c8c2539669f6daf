"""The views about copies: who ran whose copy, told by kind, and coverage counted with copies and without."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.extraction.article import EXTRACTOR
from flows.lake import batches
from flows.lake.batches import Writer, writing
from flows.lake.tables import ARTICLES
from flows.steps import publishing
from tests.bench.made_corpus import BEGINS_AT, MadeCorpus
from tests.steps.test_copies import link

PLACES = (
    # id, publisher, portal, minutes, section, dateline, part of the agency's text, own text
    ("agency", "해찬통신", None, 5, "사회", "(목포=해찬통신) 정하람 기자 = ", slice(0, 20), 0),
    ("early", "물마루신문", None, 0, "사회", "(목포=해찬통신) 정하람 기자 = ", slice(0, 20), 0),
    ("part", "미리내경제", None, 60, "지역", "", slice(0, 8), 0),
    ("portal", "미리내경제", "모둠뉴스", 30, "사회", "", slice(0, 8), 0),
    ("own", "미리내경제", None, 90, "지역", "", slice(0, 0), 20),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A lake with a wire story in four places and one article of its own, linked and published."""
    (made,) = MadeCorpus(31, copy_share=0.0).batches(2, 2)
    rows: list[dict[str, Any]] = []
    for name, publisher, portal, minutes, section, dateline, part, own in PLACES:
        sentences = [*made[0].sentences[part], *made[1].sentences[:own]]
        body = [dateline + " ".join(sentences)]
        at = BEGINS_AT + timedelta(minutes=minutes)
        rows.append(
            {
                "capture_id": f"urn:{name}", "article_id": name, "source_id": "made", "captured_at": at,
                "outcome": "ok", "published_at": at, "published_date": at.date(), "publisher": publisher,
                "portal": portal,
                "section": section, "title": f"제목 {name}", "body": body, "body_chars": len(body[0]), "lang": "ko",
                "extractor": EXTRACTOR, "extracted_at": at,
            }
        )  # fmt: skip
    lake: Path = tmp_path_factory.mktemp("views") / "lake"
    with writing(lake, "test") as writer:
        writer.commit("made", "made", "made", [batches.write(lake, ARTICLES, rows, "made")])
        link(writer)
        publishing.publish(writer)
        yield writer


def test_each_article_of_a_group_says_where_it_comes_from(asked: Writer) -> None:
    rows = asked.connection.execute(
        "SELECT article_id, first_article_id, position, relation, copied_from, first_by, minutes_after_first "
        "FROM lake.mart.syndication ORDER BY position"
    ).fetchall()
    assert {row[0] for row in rows} == {"agency", "early", "part", "portal"}  # the text of its own is in no group
    assert {row[1] for row in rows} == {"agency"}
    told = {row[0]: row[3:] for row in rows}
    assert told["agency"] == ("first", None, None, 0)
    assert told["early"] == ("wire", "agency", "credit", -5)  # printed first by its clock, but it names its source
    assert told["portal"] == ("portal", "part", "portal", 25)
    assert told["part"][0] == "copy"


def test_shares_are_told_from_both_sides(asked: Writer) -> None:
    ((share, of_original),) = asked.connection.execute(
        "SELECT share_of_later, share_of_first FROM lake.mart.copies "
        "WHERE article_id = 'part' AND first_article_id = 'agency'"
    ).fetchall()
    assert share > 0.9
    assert 0.2 < of_original < 0.6


def test_coverage_counts_with_copies_and_without(asked: Writer) -> None:
    rows = asked.connection.execute(
        "SELECT publisher, section, article_count, original_count, copy_count, portal_count, wire_count "
        "FROM lake.mart.coverage ORDER BY publisher, section"
    ).fetchall()
    assert rows == [
        ("물마루신문", "사회", 1, 0, 1, 0, 1),
        ("미리내경제", "사회", 1, 0, 1, 1, 0),
        ("미리내경제", "지역", 2, 1, 1, 0, 0),
        ("해찬통신", "사회", 1, 1, 0, 0, 0),
    ]
