"""The sum of docs/scale.md: machines, hours, storage and cost of a load, from measured rates and prices that you give.

`python -m tests.bench.scale --core-hour 0.04 --gb-month 0.02` prints it with other prices. Nothing is measured here:
the rates are those of docs/scale.md, with where each comes from.
"""

import argparse
import json
from dataclasses import dataclass

MONTH_HOURS = 730


@dataclass(frozen=True, slots=True)
class Rates:
    """What one page costs, measured (docs/scale.md, "The sum")."""

    core_seconds_page: float = 0.1  # store, read, annotate, link, index, marginal
    warc_bytes_page: float = 48_300
    parquet_bytes_page: float = 18_300  # all tables, the index and the catalogue among them
    peak_factor: float = 2.0  # cores held for the busiest hours, and for a rerun of a day


@dataclass(frozen=True, slots=True)
class Prices:
    """What a reader pays, in any currency."""

    core_hour: float
    gb_month: float


def sums(pages: float, rates: Rates, prices: Prices, days: float) -> dict[str, float]:
    """What `pages` in `days` take: core hours, cores, storage in GB (10^9 bytes), and what both cost."""
    core_hours = pages * rates.core_seconds_page / 3600
    warc_gb = pages * rates.warc_bytes_page / 1e9
    parquet_gb = pages * rates.parquet_bytes_page / 1e9
    return {
        "pages": pages,
        "days": days,
        "core_hours": round(core_hours, 1),
        "cores_busy": round(core_hours / (24 * days), 2),
        "cores_to_have": round(rates.peak_factor * core_hours / (24 * days), 1),
        "warc_gb": round(warc_gb, 1),
        "parquet_gb": round(parquet_gb, 1),
        "cost_of_cores": round(core_hours * prices.core_hour, 2),
        "cost_of_storage_a_month": round((warc_gb + parquet_gb) * prices.gb_month, 2),
    }


LOADS = {
    "500,000 articles a day, one day": (500_000.0, 1.0),
    "500,000 articles a day, a year": (500_000.0 * 365, 365.0),
    "a month of CC-NEWS, in a day": (11_700_000.0, 1.0),
    "all of CC-NEWS, in thirty days": (1_150_000_000.0, 30.0),
}
"""Load -> pages, and the days that it is to take."""


def main() -> None:
    """Print the sums as JSON."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--core-hour", type=float, default=0.04, help="price of a core for an hour")
    words.add_argument("--gb-month", type=float, default=0.02, help="price of a gigabyte kept for a month")
    given = words.parse_args()
    prices = Prices(given.core_hour, given.gb_month)
    for name, (pages, days) in LOADS.items():
        print(json.dumps({"load": name, **sums(pages, Rates(), prices, days)}))


if __name__ == "__main__":
    main()
