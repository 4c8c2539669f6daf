"""Set the floors of `floors.json` from the figures of the measuring set: up as they rose, down only when told to.

Run as `python -m tests.extraction.set_floors [--lower]`, or `make floors`. Without `--lower` a floor that the figures
no longer reach stays, and is named, with exit code 1.
"""

import json
import math
import sys
from pathlib import Path

from tests.bench.extract import SETS, figures, gold_of, ours, page_of, scorer

FLOORS = Path(__file__).parent / "floors.json"
STEP = 0.005
"""Floors stand at the figures reached, rounded down to this."""

Floors = dict[str, dict[str, float]]


def moved(floors: Floors, reached: Floors, may_lower: bool) -> tuple[Floors, list[str]]:
    """The new floors, and what was not reached and stays as it is unless `may_lower`."""
    after: Floors = {}
    short: list[str] = []
    for folder, wanted in floors.items():
        after[folder] = {}
        for key, floor in wanted.items():
            figure = math.floor(round(reached[folder][key] / STEP, 6)) * STEP
            if reached[folder][key] < floor:
                short.append(f"{folder} {key}: {reached[folder][key]:.4f}, the floor is {floor}")
            keeps = figure <= floor and not (may_lower and reached[folder][key] < floor)
            after[folder][key] = floor if keeps else round(figure, 4)
    return after, short


def main(may_lower: bool) -> int:
    """Measure, write the floors, say what fell short."""
    reached: Floors = {}
    score = scorer()
    for folder in SETS:
        gold = gold_of(folder)
        found = figures(score, [ours(page_of(folder, one)) for one in gold], gold)
        reached[folder] = {**found, "captions": found.get("captions_f1", 0.0)}
    floors, short = moved(json.loads(FLOORS.read_text(encoding="utf-8")), reached, may_lower)
    FLOORS.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")
    for text in short:
        print(f"{text}{' (lowered)' if may_lower else ' (kept: lowering needs --lower)'}")
    return 1 if short and not may_lower else 0


if __name__ == "__main__":
    sys.exit(main("--lower" in sys.argv[1:]))
