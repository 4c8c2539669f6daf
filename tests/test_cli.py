"""The command line on bad input: exit code 2 where nothing can be done, a row and 0 where a page is bad."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import sillok

pytestmark = pytest.mark.slow
Ask = Callable[[Path, str], list[dict[str, object]]]

PAGE = """<!DOCTYPE html><html lang="ko"><head><meta charset="utf-8"><title>느티시장 새 지붕 얹는다 - 느티일보</title>
<meta property="og:site_name" content="느티일보">
<meta property="article:published_time" content="2026-03-04T09:30:00+09:00">
</head><body><article><h1>느티시장 새 지붕 얹는다</h1>
<p>느티시가 40년 된 느티시장의 지붕을 새로 얹는다. 시는 4일 공사비 12억원을 확보해 다음 달 착공한다고 밝혔다.</p>
<p>한보람 느티은행 대표는 "비가 새던 통로부터 고치겠다"며 "상인들이 쉬는 날에만 공사하겠다"고 말했다.</p>
<p>시장에는 점포 120곳이 있고 하루 3천 명이 찾는다. 공사는 오는 9월 끝날 예정이다.</p>
<p>윤솔 기자 sol@neuti.example</p></article>
<footer>ⓒ 느티일보. 무단 전재 및 재배포, AI 학습 이용 금지</footer></body></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as people have them: good pages, and everything that can be wrong with a file."""
    made = tmp_path_factory.mktemp("pages")
    (made / "good.html").write_text(PAGE, encoding="utf-8")
    (made / "packed.html.gz").write_bytes(gzip.compress(PAGE.replace("느티", "도토리").encode()))
    (made / "empty.html").write_bytes(b"")
    (made / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (made / "cut.html.gz").write_bytes(gzip.compress(PAGE.encode())[:-40])
    (made / "broken.warc.gz").write_bytes(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 999"))
    (made / "noise.bin").write_bytes(bytes(range(256)) * 8)
    return made


@pytest.fixture(scope="module")
def imported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("lake") / "lake"
    done = sillok(lake, "import", str(folder))
    assert done.returncode == 0, done.stderr
    assert "empty_file" in done.stdout
    assert "binary_file" in done.stdout
    return lake


def test_each_bad_file_is_one_row_with_its_reason_and_the_good_ones_are_articles(imported: Path, ask: Ask) -> None:
    rows = ask(imported, "SELECT parse_filename(split_part(url, '#', 1)) AS file, state, reason FROM raw.fetches")
    found = {str(row["file"]): (row["state"], row["reason"]) for row in rows}
    assert len(rows) == 7
    assert found["good.html"] == ("stored", "none")
    assert found["packed.html.gz"] == ("stored", "none")
    assert found["empty.html"] == ("failed", "empty_file")
    assert found["picture.html"] == ("failed", "binary_file")
    assert found["cut.html.gz"][1] == "broken_gzip"
    assert found["broken.warc.gz"] == ("failed", "broken_warc")
    (noise,) = ask(imported, "SELECT fate FROM staging.fates WHERE url LIKE '%noise.bin'")
    assert noise["fate"] in {"binary_file", "not_text"}
    titles = ask(imported, "SELECT title FROM articles ORDER BY title")
    assert {"title": "느티시장 새 지붕 얹는다"} in titles


def test_an_article_can_be_traced_to_the_bytes_it_was_read_from(imported: Path, folder: Path, ask: Ask) -> None:
    (row,) = ask(
        imported,
        "SELECT warc_file, warc_offset, warc_bytes FROM raw.captures WHERE url LIKE '%good.html'",
    )
    start, length = int(str(row["warc_offset"])), int(str(row["warc_bytes"]))
    data = (imported / "warc" / str(row["warc_file"])).read_bytes()[start : start + length]
    assert (folder / "good.html").read_bytes() in gzip.decompress(data)


def test_extract_prints_one_line_for_every_input_in_order(folder: Path, tmp_path: Path) -> None:
    done = sillok(tmp_path / "none", "extract", "--workers", "1", str(folder))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    names = [Path(line["input"].partition("#")[0]).name for line in lines]
    assert names == sorted(path.name for path in folder.iterdir())
    assert {line["outcome"] for line in lines if "good" in line["input"]} == {"ok"}
    assert all(line["reason"] for line in lines if line["outcome"] != "ok")
    assert not (tmp_path / "none").exists()


def test_annotate_reads_what_extract_prints(folder: Path, tmp_path: Path) -> None:
    read = sillok(tmp_path, "extract", str(folder / "good.html"))
    said = sillok(tmp_path, "annotate", "--workers", "1", feed=read.stdout + "not json\n")
    assert said.returncode == 0, said.stderr
    first, second = (json.loads(line) for line in said.stdout.splitlines())
    assert [(one["name"], one["role"]) for one in first["people"]] == [("한보람", "대표")]
    assert [one["text"] for one in first["quotes"]] == [
        "비가 새던 통로부터 고치겠다",
        "상인들이 쉬는 날에만 공사하겠다",
    ]
    assert ("다음 달", "2026-04") in [(one["text"], one["value"]) for one in first["dates"]]
    assert second["outcome"] == "reader_error"


def test_entities_are_found_in_plain_sentences(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "text": "한보람 느티시장은 4일 서울에서 기자들과 만났다."}, ensure_ascii=False)
    done = sillok(tmp_path, "entities", feed=line + "\n")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["id"] == "a"
    assert {"start": 10, "end": 12, "type": "DT"} in [
        {name: one[name] for name in ("start", "end", "type")} for one in found["entities"]
    ]


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (("import", "nowhere"), {}, "There is no file or folder nowhere"),
        (("extract", "nowhere.html"), {}, "There is no file or folder nowhere.html"),
        (("extract",), {}, "Nothing to read"),
        (("sql", "FROM articles"), {}, "There is no lake at"),
        (("query", "what"), {}, "There is no question what"),
        (("run",), {"SILLOK_WORKERS": "many"}, "SILLOK_WORKERS is 'many'"),
        (("run",), {"SILLOK_LAEK": "x"}, "did you mean SILLOK_LAKE"),
        (("run", "no-such-source"), {}, "There is no source no-such-source"),
        (("run", "--edition", "midnight"), {}, "midnight"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_exit_code_2_and_nothing_written(
    words: tuple[str, ...], settings: dict[str, str], says: str, tmp_path: Path
) -> None:
    done = sillok(tmp_path / "lake", *words, **settings)
    assert done.returncode == 2, done.stderr
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "lake").exists()


def test_help_teaches_every_command(tmp_path: Path) -> None:
    listed = sillok(tmp_path, "--help").stdout
    for name in (
        "run",
        "import",
        "extract",
        "annotate",
        "entities",
        "sql",
        "query",
        "serve",
        "sources",
        "verify",
        "repair",
        "backup",
        "restore",
    ):
        assert name in listed
        assert len(sillok(tmp_path, name, "--help").stdout.splitlines()) > 5


def test_help_does_not_wait_for_databases_network_clients_or_prefect_to_load() -> None:
    asked = "import sys; sys.argv = ['sillok', '--help']\nfrom flows import cli\ntry:\n    cli.main()\nfinally:\n    "
    heavy = "print(sorted({'duckdb', 'polars', 'aiohttp', 'prefect', 'lxml', 'kiwipiepy'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", asked + heavy], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_sql_refuses_to_write_and_says_what_it_answers(imported: Path) -> None:
    done = sillok(imported, "sql", "DELETE FROM staging.articles")
    assert done.returncode == 2
    assert "Only questions are answered here" in done.stderr


def test_a_fault_that_shows_only_while_computing_is_a_sentence_too(imported: Path) -> None:
    done = sillok(imported, "sql", "SELECT title::INTEGER FROM articles", "-f", "csv")
    assert done.returncode == 2
    assert "Could not convert" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lake_that_is_a_file_is_a_sentence(imported: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sillok(tmp_path / "file", "run", "--sample")
    assert done.returncode == 2
    assert "must be a folder" in " ".join(done.stderr.split())


def test_sql_prints_csv_and_json(imported: Path) -> None:
    sql = "SELECT publisher, count(*) AS n FROM articles GROUP BY 1 ORDER BY 1"
    assert sillok(imported, "sql", sql, "-f", "csv").stdout.splitlines()[0] == "publisher,n"
    rows = [json.loads(line) for line in sillok(imported, "sql", sql, "-f", "json").stdout.splitlines()]
    assert {"publisher": "느티일보", "n": 1} in rows


def test_verify_finds_every_file_as_committed_and_a_flipped_byte(imported: Path) -> None:
    assert sillok(imported, "verify").returncode == 0
    path = next((imported / "files" / "staging" / "quotes").glob("*.parquet"))
    kept = path.read_bytes()
    path.write_bytes(kept[:50] + bytes([kept[50] ^ 1]) + kept[51:])
    done = sillok(imported, "verify")
    path.write_bytes(kept)
    assert done.returncode == 1
    assert path.name in done.stdout
