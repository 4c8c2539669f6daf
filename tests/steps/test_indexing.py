"""The index: what is annotated is found, once an article, under its newest text; a run does what is new."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.enrichment.annotator import annotate, annotator
from flows.enrichment.document import Document
from flows.extraction.article import EXTRACTOR
from flows.lake import catalog, search_index
from flows.lake.annotation_tables import QUOTES
from flows.lake.batches import Count, Writer, writing
from flows.lake.search_tables import POSTINGS_ROWS
from flows.lake.tables import ARTICLES
from flows.steps import annotating, indexing, publishing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


Made = tuple[dict[str, object], Document]


def article(capture: str, article_id: str, title: str, *body: str, hours: int = 0) -> Made:
    """One article as a capture shows it."""
    row = {
        "capture_id": capture,
        "article_id": article_id,
        "source_id": "made",
        "captured_at": NOON + timedelta(hours=hours),
        "outcome": "ok",
        "lang": "ko",
        "publisher": "가온신문",
        "title": title,
        "published_date": NOON.date(),
        "body": list(body),
        "body_chars": sum(map(len, body)),
        "url": f"https://gaon.example/{article_id}",
        "is_paywalled": False,
        "extractor": EXTRACTOR,
        "extracted_at": NOON,
    }
    return row, Document(capture, title, body, lang="ko")


def bring(writer: Writer, batch: str, *articles: Made) -> None:
    """Read and annotate articles, as extract and enrich leave them."""
    writer.commit_rows("extract", "run", batch, [(ARTICLES, [row for row, _ in articles])])
    said = [(document, str(row["article_id"]), annotate(document)) for row, document in articles]
    done = annotating.write_batch(writer.lake, EXTRACTOR, said)
    writer.commit("enrich", "run", done.batch, done.files)


def run(writer: Writer, size: int = 1000) -> list[Count]:
    """What became of texts; files may have been merged besides."""
    parts = list(indexing.parts(writer, "run", annotator(), size))
    return [count for part in parts for count in part.counts if count.what == "indexed"]


def found(lake: Path, query: str) -> list[tuple[str, str]]:
    return catalog.read(lake).execute("SELECT article_id, title FROM lake.search(?)", [query]).fetchall()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


def test_an_article_is_found_by_its_words_after_a_run_and_a_second_run_adds_nothing(lake: Path) -> None:
    with writing(lake, "test") as writer:
        bring(
            writer,
            "b1",
            article("c1", "a1", "강릉에 새 공장", "공장을 열었다."),
            article("c2", "a2", "봄비", "비가 내렸다."),
        )
        assert run(writer) == [Count("indexed", "ok", 2)]
        assert run(writer) == []
        publishing.publish(writer)
    assert found(lake, "강릉 공장") == [("a1", "강릉에 새 공장")]
    assert found(lake, "비") == [("a2", "봄비")]


def test_an_article_that_changed_is_found_by_its_newest_text_alone(lake: Path) -> None:
    with writing(lake, "test") as writer:
        bring(writer, "b1", article("c1", "a1", "강릉에 새 공장", "공장을 열었다."))
        run(writer)
        bring(writer, "b2", article("c2", "a1", "동해에 새 공장", "공장을 열었다.", hours=2))
        assert run(writer) == [Count("indexed", "ok", 1)]
        bring(writer, "b3", article("c0", "a1", "속초에 새 공장", "공장을 열었다.", hours=1))
        assert run(writer) == [Count("indexed", "older_text", 1)]
        bring(writer, "b4", article("c3", "a1", "동해에 새 공장", "공장을 열었다.", hours=3))
        assert run(writer) == [Count("indexed", "same_text", 1)]
        publishing.publish(writer)
    assert found(lake, "강릉") == found(lake, "속초") == []
    assert found(lake, "공장") == [("a1", "동해에 새 공장")]


def test_merged_files_find_the_same_and_no_table_is_left_in_many_small_ones(
    lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "MERGE_FILES_ELSEWHERE", search_index.MERGE_FILES)
    with writing(lake, "test") as writer:
        before: list[int] = []
        for i in range(search_index.MERGE_FILES):
            bring(writer, f"b{i}", article(f"c{i}", f"a{i}", f"공장 {i}호", f"강릉 공장 {i}호를 열었다."))
            before.append(writer.connection.execute("FROM lake.current_snapshot()").fetchall()[0][0])
            run(writer)
        sizes = search_index.file_sizes(writer.connection)
        publishing.publish(writer)
    many = {name for name, some in sizes.items() if len(some) >= search_index.MERGE_FILES}
    assert {name for name in many if not name.startswith("ops.")} == set()
    assert {len(sizes[name]) for name in ("staging.postings", "staging.articles", "staging.article_terms")} == {1}
    assert len(found(lake, "공장")) == search_index.MERGE_FILES
    assert found(lake, '"공장 3호"') == [("a3", "공장 3호")]
    as_it_stood = catalog.read(lake, as_of=before[2])
    assert as_it_stood.execute("SELECT capture_id FROM lake.staging.articles ORDER BY 1").fetchall() == [
        ("c0",),
        ("c1",),
        ("c2",),
    ]


def test_what_one_person_said_lies_together_once_files_are_merged(lake: Path) -> None:
    """Else whoever asks for one person's quotes unpacks those of everybody."""
    where = {"paragraph": 0, "start": 0, "end": 1, "confidence": 1.0, "extractor": "x", "annotator": "y"}
    with writing(lake, "test") as writer:
        for number in range(search_index.MERGE_FILES_ELSEWHERE):
            one = {"capture_id": f"c{number}", "article_id": f"a{number}", "number": 0, "text": "말", **where}
            writer.commit_rows("enrich", "run", f"b{number}", [(QUOTES, [{**one, "speaker_name": "나가"[number % 2]}])])
        search_index.merge(writer.connection)
        files = writer.connection.execute(
            "SELECT data_file FROM ducklake_list_files('lake', 'quotes', schema => 'staging')"
        ).fetchall()
        names = [name for (file,) in files for name in pl.read_parquet(file)["speaker_name"]]
    assert len(files) == 1
    assert names == sorted(names)


def test_a_lake_of_before_lays_its_files_as_they_are_laid_today_and_is_told_so_once(lake: Path) -> None:
    rows = "SELECT value FROM lake.options() WHERE scope_entry = 'staging.postings' AND option_name LIKE '%row_group%'"
    with writing(lake, "test") as writer:
        writer.connection.execute(
            "CALL lake.set_option('parquet_row_group_size', '65536', schema => 'staging', table_name => 'postings')"
        )
    told = []
    for _ in range(2):
        with writing(lake, "test") as writer:
            assert writer.connection.execute(rows).fetchall() == [(str(POSTINGS_ROWS),)]
            told.append(writer.connection.execute("SELECT max(schema_version) FROM lake.snapshots()").fetchall())
    assert told[0] == told[1]


def test_what_a_run_spills_lies_in_its_own_lake_where_no_other_run_removes_it_and_is_gone_after_it(lake: Path) -> None:
    (lake / catalog.SPILL_FOLDER).mkdir(parents=True)
    (lake / catalog.SPILL_FOLDER / "duckdb_temp_storage_S32K-0.tmp").write_bytes(b"of a run that was killed")
    with writing(lake, "test") as writer:
        assert not (lake / catalog.SPILL_FOLDER).exists()
        writer.connection.execute("SET memory_limit = '40MB'; SET threads = 1")
        spilled = (
            "SELECT count(*) FROM (SELECT range AS number FROM range(4_000_000) ORDER BY hash(number) LIMIT 3_900_000)"
        )
        assert writer.connection.execute(spilled).fetchall() == [(3_900_000,)]
        assert (lake / catalog.SPILL_FOLDER).is_dir()
    assert not (lake / catalog.SPILL_FOLDER).exists()
