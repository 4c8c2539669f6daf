"""The questions beside the search: analyses, every question of `sql/queries/`, the same on plain Parquet; each cold.

python -m tests.bench.analyses FOLDER           a made lake of `tests.bench.query --lakes`, such as 1000000-3
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from flows.lake import catalog
from flows.lake.literals import literal
from flows.steps import publishing
from tests.bench.search_corpus import SearchCorpus
from tests.bench.search_facts import person

TIMES = 3
"""So often an analysis is asked, of other words each time; a question of sql/queries/ is one, asked once."""
LONGEST_SECONDS = 120
PROGRAMME = 20_000
"""Rank of the word that stands for the programme of which some questions ask: in 1,300 articles of a million."""
TARGETS = {"trend": 0.5, "network": 2.0, "quotes_by": 0.2, "question": 1.0}


def asked(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """(name, statements) of all that is asked, one statement a process."""
    words = SearchCorpus().words
    some = [words[300 + 97 * i] for i in range(TIMES)]
    yield "trend", [f"FROM lake.trend('{word}')" for word in some]
    yield "network", [f"FROM lake.network('{word}')" for word in some]
    yield "quotes_by", [f"FROM lake.quotes_by('{person(5 + 61 * i)}')" for i in range(TIMES)]
    articles = f"read_parquet([{', '.join(map(literal, _article_files(folder)))}])"
    yield (
        "plain Parquet: two words with filters",
        [
            f"SELECT article_id, title FROM {articles} WHERE publisher = '신문03' "
            f"AND published_date >= DATE '2023-01-15' AND contains(body[1], '{word}') AND contains(body[1], "
            f"'{words[1000]}') ORDER BY published_date DESC LIMIT 20"
            for word in some
        ],
    )
    yield (
        "plain Parquet: trend",
        [
            "SELECT published_date, count(*) FILTER (contains(body[1], "
            f"'{word}')), count(*) FROM {articles} GROUP BY ALL"
            for word in some
        ],
    )
    for name, file in sorted(publishing.questions().items()):
        asked_of = {"합병": some[0], "푸른돛": words[PROGRAMME], "탈락": some[2]}
        yield name, [re.sub("|".join(asked_of), lambda found, by=asked_of: by[found[0]], file.body)]


def _article_files(folder: Path) -> list[str]:
    with closing(catalog.read(folder / "lake")) as lake:
        rows = lake.execute(
            "SELECT data_file FROM ducklake_list_files('lake', 'articles', schema => 'staging')"
        ).fetchall()
    return [str(file) for (file,) in rows]


def measure(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, median figures, or what went wrong)."""
    for name, statements in asked(folder):
        rows: list[dict[str, float]] = []
        wrong = ""
        for statement in statements:
            command = [sys.executable, "-m", "tests.bench.cold", json.dumps([str(folder), statement])]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                wrong = f"not done in {LONGEST_SECONDS} s"
                break
            if done.returncode:
                wrong = done.stderr.strip().splitlines()[-1][:200]
                break
            rows.append(json.loads(done.stdout))
        if wrong:
            yield name, {"wrong": wrong}
        else:
            yield name, {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}


def main() -> None:
    """Measure what lies in a folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    for name, figures in measure(given.folder):
        print(name, json.dumps(figures, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
