"""Drift warnings: how often they are false, how soon they are true, and what counting costs on a big lake.

    python -m tests.bench.drift [--rows 300000]

Prints JSON. The rates are simulated with a fixed seed, with days that differ more than chance would have it.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.extraction.article import EXTRACTOR
from flows.extraction.drift import is_lost
from flows.lake import batches
from flows.lake.drift import LATELY_PAGES
from flows.steps.drifting import lost_fields

DAYS = 90
SHARES = (0.1, 0.3, 0.5, 0.75, 0.9, 0.99)
PAGES_A_DAY = (1, 5, 20, 100)
RHOS = (0.0, 0.1, 0.3)


def days(random_: random.Random, count: int, pages: int, share: float, rho: float) -> Iterator[tuple[int, int]]:
    """(pages, pages with the field) of some days; the share of each day is drawn around `share`."""
    for _ in range(count):
        strength = 1 / rho - 1 if rho else 0.0
        today = random_.betavariate(share * strength, (1 - share) * strength) if rho else share
        number = max(1, round(random_.gauss(pages, pages / 4)))
        yield number, sum(random_.random() < today for _ in range(number))


def lately(random_: random.Random, pages: int, share: float, rho: float) -> tuple[int, int]:
    """The newest pages: a day's, or as many days' as make up what is looked at."""
    drawn = list(days(random_, max(1, LATELY_PAGES // pages), pages, share, rho))
    return sum(day[0] for day in drawn), sum(day[1] for day in drawn)


def false_alarms(runs: int, rho: float, seed: int = 1) -> tuple[int, int]:
    """(comparisons, warnings) where nothing has changed, over all shares and sizes of publisher."""
    random_, told = random.Random(seed), 0
    for share in SHARES:
        for pages in PAGES_A_DAY:
            for _ in range(runs):
                before = tuple(days(random_, random_.choice((10, 30, DAYS)), pages, share, rho))
                told += is_lost(before, lately(random_, pages, share, rho))
    return runs * len(SHARES) * len(PAGES_A_DAY), told


def pages_needed(share: float, pages_a_day: int = 20, rho: float = 0.1, seed: int = 2) -> int | None:
    """How many newest pages, all without the field, are needed for a warning: the median of 21 publishers."""
    random_ = random.Random(seed)
    needed = []
    for _ in range(21):
        before = tuple(days(random_, DAYS, pages_a_day, share, rho))
        needed.append(next((pages for pages in range(1, 2000) if is_lost(before, (pages, 0))), 2000))
    median = sorted(needed)[10]
    return median if median < 2000 else None


def big_lake(folder: Path, rows: int) -> datetime:
    """A lake of `rows` articles of 60 publishers over 90 days, the newest day read by the last run: when that began."""
    now = datetime(2026, 4, 1, tzinfo=UTC)
    author = "{'name': '한이슬' || (i % 40), 'role': '기자', 'email': if(i % 3 = 0, NULL, 'a' || i || '@x.example')}"
    with batches.writing(folder, "bench") as writer:
        con = writer.connection
        con.execute(
            "INSERT INTO lake.raw.sources BY NAME SELECT 's' || i AS source_id, 'd' AS digest, "
            "'느티일보' || i AS name, 'publisher' AS kind, 'ko' AS lang, "
            "'Asia/Seoul' AS timezone, false AS is_sample, now() AS loaded_at, "
            "'b' AS batch_id FROM range(60) AS t(i)"
        )
        for day in range(DAYS):
            at = now - timedelta(days=DAYS - 1 - day)
            con.execute(
                f"""
                INSERT INTO lake.staging.articles BY NAME SELECT
                    uuid()::VARCHAR AS capture_id, md5(i::VARCHAR || $day) AS article_id, 's' || (i % 60) AS source_id,
                    'https://neuti.example/' || i AS url, $at::TIMESTAMPTZ + to_seconds(i % 80000) AS captured_at,
                    1::INTEGER AS attempt, if(i % 50 = 0, 'no_article', 'ok') AS outcome, 'ko' AS lang,
                    '느티일보' || (i % 60) AS publisher, '제목 ' || repeat('가나', (5 + i % 15)::INTEGER) AS title,
                    [repeat('덱', (i % 30)::INTEGER)] AS subtitle, '사회' AS section,
                    $at::TIMESTAMPTZ AS published_at, $at::TIMESTAMPTZ::DATE AS published_date,
                    'minute' AS published_precision,
                    if(i % 11 = 0 OR (i % 60 = 7 AND $day = {DAYS - 1}), [], [{author}]) AS authors,
                    [sha256(i || 'a') || repeat('본문입니다. ', (i % 90)::INTEGER), sha256(i || 'b')] AS body,
                    (64 + i % 900)::BIGINT AS body_chars, (2 + i % 20)::INTEGER AS paragraph_count,
                    [{{'text': sha256(i::VARCHAR), 'credit': 'x', 'url': 'https://x.example/' || sha256(i || 'c')}}]
                        AS captions,
                    [{{'publisher': NULL, 'title': sha256(i || 'd'), 'url': sha256(i || 'e')}},
                     {{'publisher': NULL, 'title': sha256(i || 'f'), 'url': sha256(i || 'g')}}] AS related_headlines,
                    ['가', '나'] AS topics, 'ⓒ 느티일보 무단 전재 및 재배포 금지' AS rights_notice, 'hint' AS method,
                    0.0::DOUBLE AS replacement_share, $extractor AS extractor,
                    $at::TIMESTAMPTZ + INTERVAL 1 DAY AS extracted_at, 'b' AS batch_id
                FROM range($rows) AS t(i)
                """,
                {"at": at, "day": day, "extractor": EXTRACTOR, "rows": rows // DAYS},
            )
    return now + timedelta(days=1)


def cost(rows: int) -> dict[str, object]:
    """Seconds and processor seconds of telling drift on a big lake, and of the view's whole history."""
    with tempfile.TemporaryDirectory() as folder:
        since = big_lake(Path(folder), rows)
        with batches.writing(Path(folder), "bench") as writer:
            started, spent = time.perf_counter(), time.process_time()
            told = lost_fields(writer.connection, since)
            figures: dict[str, object] = {
                "rows": rows,
                "seconds": round(time.perf_counter() - started, 2),
                "processor_seconds": round(time.process_time() - spent, 2),
                "told": told,
            }
    return figures


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000, help="articles of the generated lake")
    parser.add_argument("--runs", type=int, default=1500, help="simulated comparisons a cell")
    given = parser.parse_args()
    figures = {
        "false_alarms": {f"rho {rho}": false_alarms(given.runs, rho) for rho in RHOS},
        "pages_needed": {f"share {share}": pages_needed(share) for share in SHARES},
        "cost": cost(given.rows),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
