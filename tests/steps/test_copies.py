"""Copies over a lake: found once, at the labels' figures, kept apart by caps that are rows, whatever comes in."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.extraction.article import EXTRACTOR
from flows.lake import batches, copies
from flows.lake.batches import Writer, writing
from flows.lake.tables import ARTICLES
from flows.steps import copies as step
from flows.steps.linking import Linking
from flows.workers import Done, Lost
from tests.bench.connect import FLOORS, pairs_found, quality, store
from tests.bench.made_corpus import BEGINS_AT, Made, MadeCorpus


class Inline:
    """Workers that work here and now; `deadly` keys die, as in a process that is killed."""

    def __init__(self, deadly: Callable[[Any], bool] = lambda key: False) -> None:
        self._deadly = deadly

    def run(self, function: Callable[[Any], Any], keys: Sequence[Any], size: int) -> Iterator[Any]:
        yield from (Lost(key, False, "its worker died (exit code -9)") for key in keys if self._deadly(key))
        alive = [key for key in keys if not self._deadly(key)]
        for start in range(0, len(alive), size):
            some = tuple(alive[start : start + size])
            yield Done(some, function(some))


def link(writer: Writer, workers: Inline | None = None) -> dict[str, int]:
    """Run the step; its counts by what and outcome."""
    counts: dict[str, int] = {}
    for part in step.parts(Linking(writer, workers or Inline(), "run")):  # type: ignore[arg-type]
        for one in part.counts:
            name = f"{one.what} {one.outcome}"
            counts[name] = counts.get(name, 0) + one.count
    return counts


def ask(writer: Writer, sql: str) -> list[tuple[Any, ...]]:
    return writer.connection.execute(sql).fetchall()


def article(number: int, body: Sequence[str], title: str = "행사 열려", publisher: str = "온새미일보") -> Made:
    return Made(
        number, number, "original", publisher, "사회", title, tuple(body), BEGINS_AT + timedelta(minutes=number)
    )


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path / "lake", "test") as opened:
        yield opened


def held(writer: Writer) -> list[int]:
    tables = ("sketched", "sketches", "copies", "copy_groups", "copy_limits", "compared")
    return [ask(writer, f"SELECT count(*) FROM lake.staging.{name}")[0][0] for name in tables]


def test_copies_are_found_at_the_figures_asked_and_a_second_run_adds_nothing(writer: Writer) -> None:
    made = [one for some in MadeCorpus(21).batches(3000, 1000) for one in some]
    store(writer, (made[i : i + 1000] for i in range(0, 3000, 1000)))
    counts = link(writer)
    assert sum(count for name, count in counts.items() if name.startswith("sketched")) == 3000
    figures = quality(made, pairs_found(writer))
    assert figures["pairs_from_50"] > 500
    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}
    before = held(writer)
    assert link(writer) == {}
    assert held(writer) == before


def test_articles_that_come_later_join_the_groups_that_are_there(writer: Writer) -> None:
    made = [one for some in MadeCorpus(22).batches(1600, 400) for one in some]
    store(writer, [made[:800]])
    link(writer)
    groups = dict(ask(writer, "SELECT article_id, group_id FROM lake.staging.copy_groups"))
    store(writer, [made[800:]], first=1)
    counts = link(writer)
    assert counts["sketched ok"] == 800  # cost grows with what is new
    late = dict(
        ask(writer, "SELECT article_id, arg_max(group_id, through_number) FROM lake.staging.copy_groups GROUP BY 1")
    )
    assert {article: late[article] for article in groups} == groups
    assert len(late) > len(groups)
    assert quality(made, pairs_found(writer))["recall_from_50"] >= FLOORS["recall_from_50"]


def test_a_text_captured_again_unchanged_is_not_compared_again(writer: Writer) -> None:
    (some,) = MadeCorpus(23, copy_share=0.0).batches(50, 50)
    store(writer, [some])
    link(writer)
    row = ask(writer, "SELECT * FROM lake.staging.articles ORDER BY capture_id LIMIT 1")[0]
    names = [column[0] for column in writer.connection.description]
    again = {**dict(zip(names, row, strict=True)), "capture_id": "urn:made:again"}
    changed = {
        **again,
        "capture_id": "urn:made:changed",
        "body": [*again["body"], "정정한 문장을 하나 더했다고 밝혔다."],
    }
    for batch, one in (("again", again), ("changed", changed)):
        one.pop("batch_id", None)
        writer.commit("made", "made", batch, [batches.write(writer.lake, ARTICLES, [one], batch)])
    assert link(writer) | {"candidates different": 0} == {
        "sketched same_text": 1,
        "sketched ok": 1,
        "candidates copy": 0,
        "candidates different": 0,
    }  # fmt: skip - an article is no copy of its own earlier text


@pytest.mark.slow
def test_a_corpus_of_one_template_is_no_group_and_the_cap_is_a_row(writer: Writer) -> None:
    (some,) = MadeCorpus(24).batches(2, 2)
    frame = some[0].sentences
    pages = [article(n, [f"{n}번 지점 {n * 7 % 9973}도", *frame, f"{n * 3}번째 자료"]) for n in range(20_000)]
    store(writer, (pages[i : i + 5000] for i in range(0, 20_000, 5000)))
    counts = link(writer)
    assert counts["sketched ok"] == 20_000
    assert counts["candidates copy"] < 1000
    ((largest,),) = ask(
        writer,
        "SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT article_id) AS n "
        "FROM lake.staging.copy_groups GROUP BY group_id)",
    )
    assert largest <= copies.MAX_CARRIERS
    caps = ask(writer, "SELECT cap, max(article_count) FROM lake.staging.copy_limits GROUP BY 1")
    assert ("template", 20_000) in caps
    # One of them with a text of its own is found all the same.
    store(writer, [[article(30_000, some[1].sentences), article(30_001, some[1].sentences)]], first=100)
    assert link(writer)["candidates copy"] == 1


def test_empty_and_tiny_texts_are_rows_and_pages_of_one_sentence_no_group(writer: Writer) -> None:
    line = "이 신문은 독자 여러분의 소중한 제보를 언제나 기다리고 있으니 아래 주소로 알려 주시기 바란다고 늘 적는다."
    bad = [article(n, body) for n, body in enumerate([[], [""], ["   "], ["비"], ["비가 온다"]])]
    only_line = [article(200 + n, [line], f"제목 {n}") for n in range(600)]
    store(writer, [bad, only_line])
    counts = link(writer)
    assert counts["sketched no_text"] == 3
    assert counts["sketched too_short"] == 2
    assert counts["sketched ok"] == 600
    assert counts["candidates copy"] == 0
    assert counts["caps template"] > 0


def test_a_publisher_that_prints_the_same_lines_under_all_its_articles_makes_no_group(writer: Writer) -> None:
    (strangers,) = MadeCorpus(25, chars=500, copy_share=0.0).batches(40, 40)
    lines = strangers[0].sentences[:3]  # half of a short article
    pages = [article(one.number, [*one.sentences[:3], *lines], one.title) for one in strangers[1:]]
    once = article(90, pages[0].sentences[:3], pages[0].title, publisher="물마루신문")
    store(writer, [[*pages, once]])
    counts = link(writer)
    assert pairs_found(writer) == {(2, 90)}  # a copy of the text proper is found, with the lines or without
    assert counts["caps standing_line"] == 1


def test_a_text_that_kills_its_worker_is_a_row_and_the_rest_goes_on(writer: Writer) -> None:
    (some,) = MadeCorpus(26).batches(20, 20)
    store(writer, [some])
    counts = link(writer, Inline(lambda key: isinstance(key, tuple) and key[0] == 3))
    assert counts["sketched crashed"] == 1
    assert counts["sketched ok"] == 19
    ((reason, digest),) = ask(writer, "SELECT reason, text_sha256 FROM lake.staging.sketched WHERE outcome = 'crashed'")
    assert "exit code -9" in reason
    assert digest is None


def test_a_candidate_that_cannot_be_read_again_is_a_row(writer: Writer) -> None:
    (some,) = MadeCorpus(27).batches(1, 1)
    store(writer, [[article(1, some[0].sentences), article(2, some[0].sentences)]])
    counts = link(writer, Inline(lambda key: isinstance(key, copies.Known) and key.number == 1))
    assert counts == {"sketched ok": 2, "candidates copy": 0, "candidates different": 1, "caps unreadable": 1}


def test_a_run_killed_between_sketches_and_comparison_is_taken_up(writer: Writer) -> None:
    (some,) = MadeCorpus(28).batches(300, 300)
    store(writer, [some])
    next(step.parts(Linking(writer, Inline(), "run")))  # type: ignore[arg-type] - sketches committed, then killed
    assert ask(writer, "SELECT count(*) FROM lake.staging.copies") == [(0,)]
    counts = link(writer)
    assert "sketched ok" not in counts
    assert counts["candidates copy"] > 20
    assert EXTRACTOR in {row[0] for row in ask(writer, "SELECT extractor FROM lake.staging.sketched")}
