"""What leaves the lake: text only where its publisher allows the use, whole files, and a log of all of it."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.lake import catalog, lock, views
from flows.lake.ask import QuestionError
from flows.lake.batches import writing
from flows.lake.export_choices import ExportFormat, Purpose
from flows.lake.exports import Choice, ExportError
from flows.steps import exporting, publishing
from flows.steps.exporting import Request
from tests.steps.made_lake import ASK, COPY_BANNED, OPEN, SILENT, TRAINING, made


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


def exported(lake: Path, path: Path, what: str = "articles", **more: Any) -> pl.DataFrame:
    exporting.export(lake, Request(path, ExportFormat.PARQUET, what, **more))
    return pl.read_parquet(path)


def test_text_goes_only_where_redistribution_and_reproduction_are_allowed(lake: Path, tmp_path: Path) -> None:
    frame = exported(lake, tmp_path / "x.parquet")
    rows = {row["article_id"]: row for row in frame.to_dicts()}
    assert {name for name, row in rows.items() if row["body"] is not None} == {OPEN}
    assert {name: row["withheld"] for name, row in rows.items()} == {
        OPEN: None,
        TRAINING: "redistribution prohibited",
        COPY_BANNED: "reproduction prohibited",
        SILENT: "redistribution not_stated",
        ASK: "redistribution permission_required",
    }
    for name in (TRAINING, SILENT):  # facts, headline and links stay; every text column goes
        assert rows[name]["title"]
        assert rows[name]["url"]
        assert rows[name]["body_chars"]
        assert (rows[name]["subtitle"], rows[name]["captions"]) == (None, None)


def test_a_copy_to_keep_asks_for_reproduction_alone(lake: Path, tmp_path: Path) -> None:
    frame = exported(lake, tmp_path / "x.parquet", choice=Choice(Purpose.REPRODUCTION))
    assert set(frame.filter(pl.col("body").is_not_null())["article_id"]) == {OPEN, TRAINING}


@pytest.mark.parametrize("what", ["articles", "quotes", "people", "article_versions"])
def test_an_export_for_training_holds_nothing_of_articles_that_do_not_allow_it(
    lake: Path, tmp_path: Path, what: str
) -> None:
    frame = exported(lake, tmp_path / "x.parquet", what, choice=Choice(Purpose.AI_TRAINING))
    assert set(frame["article_id"]) == {TRAINING}


def test_what_was_said_is_text_too_and_who_said_it_is_a_fact(lake: Path, tmp_path: Path) -> None:
    rows = {row["article_id"]: row for row in exported(lake, tmp_path / "x.parquet", "quotes").to_dicts()}
    assert rows[OPEN]["text"] == "다리를 고치겠다"
    assert (rows[SILENT]["text"], rows[SILENT]["speaker_name"]) == (None, "한빛나")


def test_a_period_and_a_publisher_narrow_every_mart(lake: Path, tmp_path: Path) -> None:
    choice = Choice(since=date(2026, 3, 3), until=date(2026, 3, 5), publishers=("새벽신문",))
    for what in ("articles", "quotes", "coverage"):
        frame = exported(lake, tmp_path / f"{what}.parquet", what, choice=choice)
        assert set(frame["publisher"]) == {"새벽신문"}, what
        assert frame.height == 2, what


def test_a_mart_that_cannot_be_narrowed_is_refused_rather_than_given_whole(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be narrowed"):
        exported(lake, tmp_path / "x.parquet", "outcomes", choice=Choice(since=date(2026, 3, 3)))


def test_a_publisher_that_nobody_is_called_gets_its_neighbours(lake: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"No article is by 노을신보; near it: 노을일보"):
        exported(lake, tmp_path / "x.parquet", choice=Choice(publishers=("새벽신문", "노을신보")))


def test_a_question_sees_the_marts_without_what_is_withheld(lake: Path, tmp_path: Path) -> None:
    sql = "WITH a AS (SELECT * FROM articles) SELECT article_id, body, upper(array_to_string(body, ' ')) AS x FROM a"
    frame = exported(lake, tmp_path / "x.parquet", query=sql)
    assert set(frame.filter(pl.col("x").is_not_null())["article_id"]) == {OPEN}


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT body FROM lake.mart.articles", "reads marts by their own names"),
        ("SELECT body FROM staging.articles", "staging.articles is none"),
        ("SELECT (SELECT max(body) FROM lake.staging.articles)", "staging.articles is none"),
        ("WITH articles AS (SELECT 1) SELECT * FROM lake.staging.articles", "staging.articles is none"),
        ("SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x), memory.export.chosen", "chosen is none"),
        ("FROM '{file}'", "is none"),
        ('WITH "{file}" AS (SELECT 1) FROM "{file}"', "is none"),
        ("FROM read_parquet('{file}')", r"read_parquet\(\) is not answered"),
        ("FROM query_table('lake.staging.articles')", r"query_table\(\) is not answered"),
        ("COPY articles TO 'x.csv'", "takes one SELECT"),
        ("SELECT 1; SELECT 2", "takes one SELECT"),
        ("DESCRIBE articles", "are for"),
        ("SELECT nothing FROM articles", "nothing"),
    ],
)
def test_no_question_gets_round_the_verdict(lake: Path, tmp_path: Path, sql: str, says: str) -> None:
    file = next(catalog.files_path(lake).rglob("staging/articles/*.parquet"))
    with pytest.raises(QuestionError, match=says):
        exported(lake, tmp_path / "x.parquet", query=sql.replace("{file}", str(file)))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_unless_forced(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_text("mine")
    with pytest.raises(ExportError, match="--force"):
        exported(lake, path)
    assert path.read_text() == "mine"
    assert exported(lake, path, is_forced=True).height == 5


def test_an_export_that_fails_half_way_leaves_nothing(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = logged(lake)
    path = tmp_path / "x.parquet"
    path.write_text("old")

    def full(rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        exporting.export(lake, Request(path, ExportFormat.PARQUET, is_forced=True), full)
    assert [found.name for found in tmp_path.iterdir()] == ["x.parquet"]
    assert path.read_text() == "old"
    assert logged(lake) == before


def logged(lake: Path) -> list[dict[str, Any]]:
    return catalog.read(lake).sql("FROM lake.ops.exports ORDER BY exported_at").pl().to_dicts()


def test_every_export_is_logged_with_its_choice_and_digest(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl"
    choice = Choice(Purpose.AI_TRAINING, since=date(2026, 3, 1), publishers=("새벽신문",))
    summary = exporting.export(lake, Request(path, ExportFormat.JSONL, "quotes", choice=choice))
    row = logged(lake)[-1]
    assert summary.is_logged
    assert row["file_sha256"] == summary.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (row["what"], row["format"], row["purpose"]) == ("mart.quotes", "jsonl", "ai-training")
    assert (row["since_date"], row["publishers"], row["file_name"]) == (date(2026, 3, 1), ["새벽신문"], "given.jsonl")
    assert row["withheld"] == [{"reason": "ai training not_stated", "count": 1}]
    assert row["is_left_out"]
    assert (row["row_count"], len(path.read_text().splitlines())) == (1, 1)


def test_an_export_beside_a_running_writer_is_logged_when_the_writer_is_free(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise lock.LockedError("held")

    before = len(logged(lake))
    with monkeypatch.context() as patched:
        patched.setattr(exporting.batches, "writing", busy)
        summary = exporting.export(lake, Request(tmp_path / "x.csv", ExportFormat.CSV))
    assert not summary.is_logged
    assert len(logged(lake)) == before
    with writing(lake, "test") as writer:
        publishing.publish(writer)
        publishing.publish(writer)
    assert len(logged(lake)) == before + 1
    assert logged(lake)[-1]["file_sha256"] == summary.sha256


def test_json_lines_keep_what_is_nested(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    exporting.export(lake, Request(path, ExportFormat.JSONL, "articles"))
    rows = {row["article_id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    assert rows[OPEN]["body"][0] == "첫째 문단 0번이다."
    assert rows[OPEN]["authors"][0]["name"] == "서가람"
    assert rows[SILENT]["body"] is None


def test_one_database_to_give_away_opens_in_plain_duckdb(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.duckdb"
    summary = exporting.export(lake, Request(path, ExportFormat.DUCKDB))
    plain = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(path, read_only=True, config=plain) as given:
        texts = given.execute("SELECT article_id FROM articles WHERE body IS NOT NULL").fetchall()
        assert texts == [(OPEN,)]
        assert given.execute("SELECT count(*), count(text) FROM mart.quotes").fetchone() == (5, 1)
        for file in views.read(publishing.SQL):
            if file.kind == "mart":
                given.execute(f"FROM {file.name}").fetchall()
        assert dict(given.execute("FROM about").fetchall())["purpose"] == "redistribution"
        loaded = given.execute(
            "SELECT extension_name FROM duckdb_extensions() WHERE loaded AND extension_name IN ('ducklake', 'sqlite')"
        ).fetchall()
        assert loaded == []
    assert summary.row_count > 5
    with duckdb.connect(config=plain) as other:  # under another name too
        other.execute(f"ATTACH '{path}' AS press (READ_ONLY)")
        assert other.execute("SELECT count(*) FROM press.articles").fetchone() == (5,)
        assert other.execute("SELECT sum(article_count) FROM press.mart.coverage").fetchone() == (5,)


def test_a_database_for_a_period_holds_that_period_alone(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.duckdb"
    choice = Choice(since=date(2026, 3, 5))
    summary = exporting.export(lake, Request(path, ExportFormat.DUCKDB, choice=choice))
    assert any("mart.outcomes" in note for note in summary.notes)
    with duckdb.connect(path, read_only=True) as given:
        assert {row[0] for row in given.execute("SELECT article_id FROM articles").fetchall()} == {SILENT, ASK}
        assert {row[0] for row in given.execute("SELECT article_id FROM rights").fetchall()} == {SILENT, ASK}
        assert given.execute("SELECT sum(article_count) FROM coverage").fetchone() == (2,)


COPIED_WORDS = {"text", "body", "captions", "subtitle", "passages", "snippet", "articleBody", "본문"}
A_FEW_WORDS = {"mart.dates_mentioned": {"text"}, "mart.amounts": {"text"}}  # a date or a number as written


@pytest.mark.parametrize("file", [f for f in views.read(publishing.SQL) if f.kind == "mart"], ids=lambda f: f.name)
def test_a_mart_that_repeats_articles_words_says_so_or_its_exports_would_give_them_away(file: views.SqlFile) -> None:
    assert set(file.columns) & COPIED_WORDS <= set(file.text) | A_FEW_WORDS.get(file.name, set())
    assert set(file.text) <= set(file.columns)
    assert not file.text or file.article != "article_id" or "article_id" in file.columns


MACROS = {
    "found": (
        "found(word)",
        "staging.keywords, staging.sketched, staging.sketches, mart.articles",
        "SELECT article_id, title FROM lake.staging.keywords JOIN lake.mart.articles USING (article_id) "
        "WHERE term = word",
    ),
    "counted": ("counted(word := '다리')", "found", "SELECT count(*) AS n FROM lake.mart.found(word)"),
}


def test_macros_come_along_and_their_index_holds_no_word_of_a_text_withheld(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sql"
    shutil.copytree(publishing.SQL, folder, ignore=shutil.ignore_patterns("macros"))
    (folder / "macros").mkdir()
    for name, (signature, reads, body) in MACROS.items():
        text = f"-- what:   a macro\n-- macro:  {signature}\n-- reads:  {reads}\n{body}\n"
        (folder / "macros" / f"{name}.sql").write_text(text, encoding="utf-8")
    monkeypatch.setattr(exporting, "SQL", folder)
    path = tmp_path / "given.duckdb"
    exporting.export(lake, Request(path, ExportFormat.DUCKDB))
    with duckdb.connect(path, read_only=True) as given:
        assert given.execute("SELECT article_id FROM found('다리')").fetchall() == [(OPEN,)]
        assert given.execute("FROM mart.counted(word := '예산')").fetchall() == [(1,)]
        assert given.execute("SELECT DISTINCT article_id FROM staging.keywords").fetchall() == [(OPEN,)]
        numbers = given.execute("SELECT count(*), count(DISTINCT number) FROM staging.sketches").fetchall()
        assert numbers == [(2, 1)]  # rows that only number their article follow the table that names it


def test_an_export_reads_the_corpus_as_it_stood(lake: Path, tmp_path: Path) -> None:
    with catalog.read(lake) as connection:
        first = connection.execute(
            "SELECT min(snapshot_id) FROM lake.snapshots() WHERE commit_message = 'views and macros'"
        ).fetchone()
    with pytest.raises(ExportError, match="No views"):
        exported(lake, tmp_path / "x.parquet", choice=Choice(as_of=first[0] - 1 if first else 0))
