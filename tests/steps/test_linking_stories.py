"""Stories over a lake: placed once, oldest first; what waits is told apart from what has no story."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.enrichment.annotator import annotator as annotator_name
from flows.enrichment.document import Annotations, Document, Keyword, Organisation, Outcome, Person
from flows.extraction.article import EXTRACTOR
from flows.lake import views
from flows.lake.batches import Writer, writing
from flows.lake.copy_tables import COMPARED, COPY_GROUPS
from flows.linking import stories as method
from flows.steps import linking_stories as step
from flows.steps import publishing
from flows.steps.annotating import write_batch
from flows.steps.linking import Linking
from tests.bench.made_stories import BEGINS_AT, MadeStories, Told
from tests.bench.stories import FLOOR, annotate_all, found, place, quality, store
from tests.steps.test_copies import Inline

FIRE = ("창고", "북항", "화재", "진화", "소방대")
STRIKE = ("버스", "파업", "교섭", "노조", "첫차")
HOUR = timedelta(hours=1)


def told(number: int, hours: float = 0, title: str = "제목", publisher: str = "온새미일보") -> Told:
    return Told(number, 0, publisher, title, ("글",), BEGINS_AT + hours * HOUR)


def annotate(
    writer: Writer,
    batch: Sequence[tuple[Told, Sequence[str]]],
    annotator: str = annotator_name(),
    outcome: Outcome = Outcome.OK,
) -> None:
    """Annotations as if the articles had these terms; a name begins with @, a body with #."""
    said = []
    for one, words in batch:
        annotations = Annotations(
            outcome,
            None,
            annotator,
            keywords=tuple(Keyword(word, 1.0) for word in words if word[0] not in "@#"),
            people=tuple(Person(word[1:], None, None, False, ()) for word in words if word[0] == "@"),
            organisations=tuple(Organisation(word[1:], (), ()) for word in words if word[0] == "#"),
        )
        said.append((Document(id=f"urn:told:{one.number:08d}", title=None, body=()), f"t{one.number:08d}", annotations))
    written = write_batch(writer.lake, EXTRACTOR, said)
    # The digest of a batch is of its captures: another annotator's batch is another batch.
    writer.commit("enrich", "test", f"{written.batch}-{annotator[-1]}", written.files)


def bring(writer: Writer, name: str, *batch: tuple[Told, Sequence[str]]) -> None:
    store(writer, [one for one, _ in batch], f"told-{name}")
    annotate(writer, batch)


def ask(writer: Writer, sql: str) -> list[tuple[Any, ...]]:
    return writer.connection.execute(sql).fetchall()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path / "lake", "test") as opened:
        yield opened


def test_stories_of_read_text_reach_the_figure_asked_and_parts_give_what_one_run_gives(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = MadeStories(3, 400, days=3).articles
    with monkeypatch.context() as small:
        small.setattr(step, "ARTICLES_PER_PART", 97)
        for start in (0, 200):  # two days' runs, each in parts
            store(writer, articles[start : start + 200], f"told-{start}")
            annotate_all(writer, Inline())
            assert sum(place(writer).values()) == 200
    in_parts = found(writer)
    assert place(writer) == {}  # nothing waits any more
    assert quality(articles, in_parts)["stories_bcubed_f1"] >= FLOOR
    ask(writer, "DELETE FROM lake.staging.story_articles")
    assert sum(place(writer).values()) == 400
    assert found(writer) == in_parts


def test_an_article_waits_until_it_is_annotated_and_later_ones_keep_the_id(writer: Writer) -> None:
    first, second = told(1), told(2, 30)
    store(writer, [first, second], "told")
    assert place(writer) == {}
    annotate(writer, [(first, FIRE)])
    assert place(writer) == {"opened": 1}
    assert step.waiting(writer) == 0
    annotate(writer, [(second, FIRE)])
    assert step.waiting(writer) == 1
    assert place(writer) == {"joined": 1}
    assert found(writer) == dict.fromkeys((1, 2), method.story_id_of("t00000001"))


def test_a_late_article_joins_the_story_of_its_own_days_and_not_the_one_that_is_open_now(writer: Writer) -> None:
    bring(writer, "then", (told(1), FIRE), (told(2, 20), FIRE))
    bring(writer, "now", (told(3, 24 * 30), FIRE))
    place(writer)
    before = found(writer)
    assert before[1] == before[2] != before[3]
    bring(writer, "late", (told(4, -5), FIRE), (told(5, 24 * 15), FIRE))
    assert place(writer) == {"joined": 1, "opened": 1}
    after = found(writer)
    assert after[4] == before[1]
    assert {number: after[number] for number in before} == before
    assert len({after[5], before[1], before[3]}) == 3


def test_a_run_killed_between_two_parts_is_taken_up(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "ARTICLES_PER_PART", 2)
    bring(writer, "all", *((told(number, number), FIRE) for number in range(1, 6)))
    next(step.parts(Linking(writer, None, "run")))  # type: ignore[arg-type] - one part committed, then killed
    assert step.waiting(writer) == 3
    assert place(writer) == {"joined": 3}
    assert len(set(found(writer).values())) == 1


def test_what_has_no_terms_is_a_row_and_waits_again_only_with_another_text_or_annotator(writer: Writer) -> None:
    empty, tiny = told(1), told(2)
    store(writer, [empty, tiny], "told")
    annotate(writer, [(empty, ())], outcome=Outcome.NO_TEXT)
    annotate(writer, [(tiny, ("비",))])
    assert place(writer) == {"not_annotated": 1, "too_few_terms": 1}
    assert place(writer) == {}
    annotate(writer, [(empty, FIRE)], annotator="words/2")
    assert place(writer) == {"opened": 1}
    longer = replace(tiny, number=9)  # a later capture of the second article
    store(writer, [longer], "longer")
    annotate(writer, [(longer, FIRE)])
    for table in ("articles", "annotations", "keywords"):
        ask(writer, f"UPDATE lake.staging.{table} SET article_id = 't00000002' WHERE article_id = 't00000009'")
    ask(
        writer, "UPDATE lake.staging.articles SET captured_at = captured_at + INTERVAL 1 DAY WHERE capture_id LIKE '%9'"
    )
    assert place(writer) == {"joined": 1}
    assert place(writer) == {}
    assert ask(
        writer, "SELECT outcome, story_id IS NULL FROM lake.staging.story_articles ORDER BY number"
    ) == [("not_annotated", True), ("too_few_terms", True), ("opened", False), ("joined", False)]  # fmt: skip


def test_copies_follow_their_original_into_its_story(writer: Writer) -> None:
    bring(writer, "all", (told(1), FIRE), (told(2, 2), STRIKE), (told(3, 3), STRIKE))
    step_row = {"through_number": 3, "linker": "made/1"}
    grouped = [
        {"article_id": f"t{number:08d}", "group_id": "t00000001", "number": number, **step_row} for number in (1, 2)
    ]
    compared = {
        **step_row, "from_number": 1, "text_count": 3, "candidate_count": 1, "copy_count": 1, "limit_count": 0,
        "compared_at": BEGINS_AT,
    }  # fmt: skip
    writer.commit_rows("link", "run", "copies", [(COPY_GROUPS, grouped), (COMPARED, [compared])])
    assert place(writer) == {"opened": 2, "copy": 1}
    story = found(writer)
    assert story[1] == story[2] != story[3]


def test_an_article_that_states_a_day_in_the_future_stands_on_the_day_when_it_was_seen(writer: Writer) -> None:
    ahead = replace(told(1), published_at=BEGINS_AT + timedelta(days=4000))
    store(writer, [ahead], "told")
    ask(writer, f"UPDATE lake.staging.articles SET captured_at = '{BEGINS_AT.isoformat()}'")
    annotate(writer, [(ahead, FIRE)])
    place(writer)
    assert ask(writer, "SELECT news_at FROM lake.staging.story_articles") == [(BEGINS_AT,)]


@pytest.mark.slow
def test_a_template_and_a_standing_sentence_make_no_story_of_everything(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(method, "MOST_ARTICLES", 60)
    articles = MadeStories(8, 60, days=1).articles
    line = "이 신문은 독자 여러분의 소중한 제보를 언제나 기다리며 아래 주소로 받는다."
    stand = [replace(one, publisher="온새미일보", body=(*one.body, line)) for one in articles]
    page = "{n}번 지점 하천 수위는 {depth}미터로 관측됐다. 홍수 주의보는 없다."
    pages = [
        replace(told(1000 + n, n / 60, f"{n}번 지점 수위"), body=(page.format(n=n, depth=n % 97),)) for n in range(150)
    ]
    bare = [replace(told(2000, 1), body=()), replace(told(2001, 1), body=("비",), title="비")]
    store(writer, [*stand, *pages, *bare], "told")
    annotate_all(writer, Inline())
    counts = place(writer)
    assert sum(counts.values()) == 212
    assert counts["not_annotated"] == 1
    assert counts["too_few_terms"] == 1
    story_of = found(writer)
    assert quality(stand, story_of)["stories_bcubed_precision"] > 0.9  # one sentence in all of them joins nobody
    of_pages = Counter(story_of[one.number] for one in pages)
    assert max(of_pages.values()) == 60
    assert not set(of_pages) & {story_of[one.number] for one in stand}
    assert ask(writer, "SELECT DISTINCT cap FROM lake.staging.story_articles WHERE outcome = 'continued'") == [
        ("full",)
    ]


def test_the_views_show_a_story_with_its_first_article_course_sources_and_state(writer: Writer) -> None:
    bring(
        writer,
        "all",
        (told(1, 0, "북항 창고서 불", "온새미일보"), (*FIRE, "@문가을", "#해찬물산")),
        (told(2, 1, "북항 창고 화재 진화", "물마루신문"), (*FIRE, "@문가을")),
        (told(3, 26, "불난 창고 감식", "온새미일보"), (*FIRE[:3], "감식", "@문가을", "#해찬물산")),
        (told(4, 24 * 6, "버스 파업 앞두고 교섭", "물마루신문"), STRIKE),
    )
    place(writer)
    publishing.publish(writer)
    (fire, strike) = ask(
        writer,
        "SELECT label, first_article_id, first_publisher, article_count, original_count, day_count, is_open, "
        "list_transform(publishers, lambda one: (one.publisher, one.article_count)), people, organisations "
        "FROM lake.mart.stories ORDER BY first_at",
    )
    assert fire[1:] == (
        "t00000001", "온새미일보", 3, 3, 2, False, [("온새미일보", 2), ("물마루신문", 1)], ["문가을"], ["해찬물산"],
    )  # fmt: skip
    assert fire[0] in {"북항 창고 화재 진화", "불난 창고 감식"}
    assert strike[:4] == ("버스 파업 앞두고 교섭", "t00000004", "물마루신문", 1)
    assert strike[6] is True
    days = ask(
        writer,
        "SELECT day_number, d.article_count, d.publisher_count, new_publishers, article_count_so_far "
        "FROM lake.mart.story_days AS d JOIN lake.mart.stories AS s USING (story_id) ORDER BY s.first_at, news_date",
    )
    assert days == [
        (1, 2, 2, ["물마루신문", "온새미일보"], 2),
        (2, 1, 1, [], 3),
        (1, 1, 1, ["물마루신문"], 1),
    ]
    assert ask(
        writer, "SELECT position, minutes_after_first, outcome FROM lake.mart.story_articles "
        "WHERE story_id = (SELECT story_id FROM lake.mart.stories WHERE article_count = 3) ORDER BY position",
    ) == [(1, 0, "opened"), (2, 60, "joined"), (3, 1560, "joined")]  # fmt: skip
    (question,) = [file for file in views.read(publishing.SQL) if file.name == "what_was_the_story"]
    ((_, articles, _, told_by, _, by_day, about, state),) = ask(writer, question.body)
    assert (articles, told_by, about, state) == (3, ["온새미일보", "물마루신문"], ["문가을", "해찬물산"], "closed")
    assert by_day == ["04-06: 2", "04-07: 1"]


def test_the_view_closes_a_story_when_the_method_does() -> None:
    (view,) = [file for file in views.read(publishing.SQL) if file.name == "mart.stories"]
    assert f"INTERVAL {method.OPEN_DAYS} DAY" in view.body
