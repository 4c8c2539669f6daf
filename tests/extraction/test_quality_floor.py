"""Figures on the measuring set beside the checkout: a change that reads pages worse must be seen before it lands.

Floors are in `floors.json`, the figures reached rounded down to .005. `make floors` raises them; it
lowers one only when told to (`LOWER=--lower`). Two processes, under 40 s.
"""

import gzip
import importlib.util
import json
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest

from flows.extraction.article import Article, Page
from flows.extraction.contract import line
from flows.extraction.reader import extract

SHARED = Path(__file__).resolve().parents[3] / "shared"
EVAL = SHARED / "eval"
FLOORS: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not (EVAL / "score.py").exists(), reason=f"the measuring set is not beside the checkout ({EVAL})"
    ),
]


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("measuring_set_score", EVAL / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(folder: str, gold: dict[str, str]) -> Page:
    captured = gold.get("crawl_date")
    moment = datetime.fromisoformat(captured) if captured else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    payload = gzip.decompress((EVAL / "pages" / folder / f"{gold['id']}.html.gz").read_bytes())
    return Page(gold["id"], f"{gold['id']}.html.gz", payload, url=gold.get("url"), captured_at=moment)


def printed(page: Page) -> dict[str, object]:
    return line(extract(page))


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, float]]:
    score = scorer()
    found: dict[str, dict[str, float]] = {}
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        for folder, floors in FLOORS.items():
            gold = [json.loads(text) for text in (EVAL / "pages" / folder / "gold.jsonl").open(encoding="utf-8")]
            rows = list(pool.map(printed, [page(folder, one) for one in gold], chunksize=4))
            scores = [score.score_page(row, one) for row, one in zip(rows, gold, strict=True)]
            found[folder] = {key: mean([one[key] for one in scores if key in one]) for key in floors}
    return found


def mean(values: list[object]) -> float:
    if values and isinstance(values[0], tuple):
        got, right, gold = (sum(one[index] for one in values) for index in range(3))  # type: ignore[index]
        return 2 * right / (got + gold) if got + gold else 0.0
    return sum(float(value) for value in values) / len(values)  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", list(FLOORS))
def test_pages_are_read_no_worse_than_before(folder: str, figures: dict[str, dict[str, float]]) -> None:
    short = {
        key: round(figures[folder][key], 4) for key, floor in FLOORS[folder].items() if figures[folder][key] < floor
    }
    assert short == {}


def test_the_first_page_of_the_project_is_read_as_its_label_says() -> None:
    gold = json.loads((SHARED / "seed" / "gold.json").read_text(encoding="utf-8"))
    name = gold["_about"]["file"]
    payload = (SHARED / "seed" / name).read_bytes()
    text = payload.decode()
    article: Article = extract(Page("seed", name, payload))
    document = gold["document"]
    assert article.title == document["title"]["text"]
    assert list(article.body) == [text[slice(*one["span"])].strip() for one in gold["body"]["paragraphs"]]
    assert (article.publisher, article.portal) == (document["publisher"]["name"], document["portal"]["name"])
    assert article.comment_count == document["comment_count"]["value"]
    assert [(one.name, one.role, one.email) for one in article.authors] == [
        (one["name"], one["role"], one["email"]) for one in gold["byline"]["authors"]
    ]
    assert [one.text for one in article.captions] == [one["caption"] for one in gold["images"]]
    assert [(one.publisher, one.title) for one in article.related_headlines] == [
        (one["publisher"], one["title"]) for one in gold["related_headlines"]["items"]
    ]
    assert article.rights.holder == gold["copyright"]["holder"]
    assert article.rights.ai_training == "prohibited"
