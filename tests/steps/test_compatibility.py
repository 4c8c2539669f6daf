"""Scripts written for other systems' files run on ours: BigKinds' Excel export, GDELT's GKG, schema.org."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from flows.extraction.article import EXTRACTOR
from flows.lake import catalog
from flows.lake.annotation_tables import KEYWORDS, ORGANISATIONS
from flows.lake.batches import writing
from flows.lake.export_choices import ExportFormat
from flows.steps import exporting
from flows.steps.exporting import Request
from tests.steps.made_lake import ANNOTATOR, ASK, OPEN, SAID, SILENT, VERDICTS, made

BIGKINDS = [
    "뉴스 식별자", "일자", "언론사", "기고자", "제목", "통합 분류1", "통합 분류2", "통합 분류3", "사건/사고 분류1",
    "사건/사고 분류2", "사건/사고 분류3", "인물", "위치", "기관", "키워드", "특성추출(가중치순 상위 50개)", "본문",
    "URL", "분석제외 여부",
]  # fmt: skip
GKG = [
    "GKGRECORDID", "V2.1DATE", "V2SOURCECOLLECTIONIDENTIFIER", "V2SOURCECOMMONNAME", "V2DOCUMENTIDENTIFIER", "V1COUNTS",
    "V2.1COUNTS", "V1THEMES", "V2ENHANCEDTHEMES", "V1LOCATIONS", "V2ENHANCEDLOCATIONS", "V1PERSONS",
    "V2ENHANCEDPERSONS", "V1ORGANIZATIONS", "V2ENHANCEDORGANIZATIONS", "V1.5TONE", "V2.1ENHANCEDDATES", "V2GCAM",
    "V2.1SHARINGIMAGE", "V2.1RELATEDIMAGES", "V2.1SOCIALIMAGEEMBEDS", "V2.1SOCIALVIDEOEMBEDS", "V2.1QUOTATIONS",
    "V2.1ALLNAMES", "V2.1AMOUNTS", "V2.1TRANSLATIONINFO", "V2EXTRASXML",
]  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def workbook(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "NewsResult_20260301-20260331.xlsx"
    exporting.export(lake, Request(path, ExportFormat.XLSX, "bigkinds"))
    return path


@pytest.fixture(scope="module")
def gkg(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "20260302.gkg.csv"
    exporting.export(lake, Request(path, ExportFormat.CSV, "gkg"))
    return path


def test_the_workbook_has_exactly_bigkinds_headings_in_order(workbook: Path) -> None:
    assert list(pd.read_excel(workbook, engine="openpyxl").columns) == BIGKINDS


def test_a_notebook_made_for_bigkinds_runs_unchanged(workbook: Path) -> None:
    df = pd.read_excel(workbook, engine="openpyxl")
    words: Counter[str] = Counter()
    for listed in df["키워드"].dropna().str.split(","):
        words.update(listed)
    assert words.most_common(3) == [("다리", 5), ("노을시", 5), ("예산", 5)]
    people = Counter(name for names in df["인물"].dropna().str.split(",") for name in names)
    assert people == {"한빛나": 5}
    assert df["일자"].dtype == "int64"
    assert df.groupby("일자").size().to_dict() == dict.fromkeys(range(20260302, 20260307), 1)
    assert df.groupby("언론사").size().to_dict() == {"노을일보": 3, "새벽신문": 2}
    df["일자"] = pd.to_datetime(df["일자"], format="%Y%m%d")
    assert df.groupby(df["일자"].dt.to_period("M")).size().tolist() == [5]
    assert df["통합 분류1"].str.split(">").str[0].value_counts().to_dict() == {"사회": 5}
    kept = df[df["분석제외 여부"].isnull()]
    assert len(kept) == 3
    assert df["제목"].str.contains("부고").sum() == 1
    assert df["뉴스 식별자"].is_unique
    assert df["뉴스 식별자"].str.split(".").str[1].str[:8].tolist() == df["일자"].dt.strftime("%Y%m%d").tolist()


def test_lists_of_words_and_names_stand_in_the_order_that_scripts_read_them_in(tmp_path: Path) -> None:
    lake = made(tmp_path)
    frame = {"capture_id": f"urn:{OPEN}", "article_id": OPEN, "extractor": EXTRACTOR, "annotator": ANNOTATOR}
    terms = [(5, "배,편", 0.9), (3, "가로수", 0.2), (4, "나루", 0.9), (60, "먼 훗날", 1.0)]
    names = [(2, "다솜구청"), (1, "가온, 나래 조합")]
    with writing(lake, "test") as writer:
        words = [{**frame, "number": number, "term": term, "weight": weight} for number, term, weight in terms]
        bodies = [{**frame, "number": number, "name": name, "aliases": []} for number, name in names]
        writer.commit_rows("made", "run", "more", [(KEYWORDS, words), (ORGANISATIONS, bodies)])
    ask = 'SELECT "키워드", "특성추출(가중치순 상위 50개)", "기관" FROM lake.mart.bigkinds WHERE "뉴스 식별자" LIKE ?'
    assert catalog.read(lake).execute(ask, [f"%{OPEN}"]).fetchall() == [
        (
            "다리,노을시,예산,가로수,나루,배 편,먼 훗날",
            "다리,나루,배 편,노을시,예산,가로수",
            "노을시청,가온  나래 조합,다솜구청",
        )
    ]


def test_the_text_is_cut_as_theirs_and_withheld_where_it_may_not_go(workbook: Path) -> None:
    df = pd.read_excel(workbook, engine="openpyxl").set_index("뉴스 식별자")
    texts = df["본문"].dropna()
    assert [name[23:] for name in texts.index] == [OPEN]
    assert len(texts.iloc[0]) == 200
    assert texts.iloc[0].startswith(f"첫째 문단 0번이다. {SAID}")


def test_what_bigkinds_leaves_out_of_analyses_is_marked(lake: Path) -> None:
    told = dict(
        catalog.read(lake)
        .execute('SELECT substr("뉴스 식별자", 24), "분석제외 여부" FROM lake.mart.bigkinds')
        .fetchall()
    )
    assert told == {**dict.fromkeys(VERDICTS), SILENT: "중복", ASK: "예외"}


def test_a_gkg_reader_reads_27_columns_without_a_header(gkg: Path) -> None:
    df = pd.read_csv(gkg, sep="\t", header=None, names=GKG, encoding="utf-8", dtype={"V2.1DATE": str})
    assert len(gkg.read_text(encoding="utf-8").splitlines()[0].split("\t")) == 27
    assert df.shape == (5, 27)
    assert pd.to_datetime(df["V2.1DATE"], format="%Y%m%d%H%M%S").min() == datetime(2026, 3, 2, 0, 30)  # noqa: DTZ001
    persons = df["V1PERSONS"].str.split(";").explode()
    assert persons.value_counts().to_dict() == {"한빛나": 5}
    places = df["V2ENHANCEDLOCATIONS"].str.split(";").explode().str.split("#", expand=True)
    assert places.iloc[0].tolist()[:7] == ["4", "별내", "KS", "", "", "35.1", "129.0"]
    dates = df["V2.1ENHANCEDDATES"].str.split("#", expand=True)
    assert dates.iloc[0].tolist()[:4] == ["2", "5", "0", "2026"]
    amounts = df["V2.1AMOUNTS"].str.split(",", expand=True)
    assert amounts.iloc[0].tolist()[:2] == ["300000000", "KRW"]
    assert (
        df["V2EXTRASXML"].str.extract("<PAGE_LINKS>(.*?)</PAGE_LINKS>")[0].tolist() == ["https://city.example/plan"] * 5
    )
    assert df["V1.5TONE"].isnull().all()


def test_offsets_point_at_the_names_and_words_in_the_text(gkg: Path, lake: Path) -> None:
    df = pd.read_csv(gkg, sep="\t", header=None, names=GKG)
    text = catalog.read(lake).execute(
        "SELECT title || chr(10) || array_to_string(body, chr(10)) FROM lake.mart.articles WHERE article_id = ?", [OPEN]
    ).fetchall()[0][0]  # fmt: skip
    row = df[df["GKGRECORDID"].str.endswith(OPEN)].iloc[0]
    for block in row["V2.1ALLNAMES"].split(";"):
        name, offset = block.split(",")
        assert text[int(offset) :].startswith(name)
    offset, length, verb, said = row["V2.1QUOTATIONS"].split("|")
    assert text[int(offset) + 1 :].startswith(said)
    assert (int(length), verb) == (len(said), "말했다")
    assert df["V2.1QUOTATIONS"].notnull().sum() == 1  # words are text: only where it may go


TYPES: dict[str, type | tuple[type, ...]] = {
    "@context": str, "@type": str, "identifier": str, "url": str, "headline": str, "alternativeHeadline": str,
    "datePublished": str, "dateModified": str, "author": list, "publisher": dict, "articleSection": str,
    "keywords": list, "mentions": list, "inLanguage": str, "isAccessibleForFree": bool, "isBasedOn": str,
    "image": list, "license": str, "usageInfo": dict, "copyrightHolder": dict, "copyrightNotice": str,
    "articleBody": str,
}  # fmt: skip
THINGS = {"Person", "Organization", "NewsMediaOrganization", "Place", "GeoCoordinates", "ImageObject", "CreativeWork"}


def things(value: object) -> list[dict[str, Any]]:
    """Every object inside a JSON value."""
    if isinstance(value, dict):
        return [value, *(thing for part in value.values() for thing in things(part))]
    return [thing for part in value for thing in things(part)] if isinstance(value, list) else []


def test_each_article_is_a_valid_news_article(lake: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    exporting.export(lake, Request(path, ExportFormat.JSONL, "news_article"))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = {row["article_id"]: json.loads(row["news_article"]) for row in rows}
    assert set(told) == set(VERDICTS)
    for article in told.values():
        assert (article["@context"], article["@type"]) == ("https://schema.org", "NewsArticle")
        for name, value in article.items():
            assert isinstance(value, TYPES[name]), name
            for thing in things(value):
                assert thing["@type"] in THINGS
                assert None not in thing.values()
        assert datetime.fromisoformat(article["datePublished"]).date() >= date(2026, 3, 2)
        assert article["author"] == [{"@type": "Person", "name": "서가람", "jobTitle": "기자"}]
        assert {thing["name"] for thing in article["mentions"]} == {"한빛나", "노을시청", "별내"}
        assert article["image"][0]["contentUrl"] == "https://paper.example/bridge.jpg"
    assert [name for name, article in told.items() if "articleBody" in article] == [OPEN]
    assert [name for name, article in told.items() if "alternativeHeadline" in article] == [OPEN]
    assert "AI training: allowed" not in told[OPEN]["usageInfo"]["text"]
    assert "usageInfo" not in told[SILENT]
