"""Bring the figures of `data/accuracy.csv` into the lake, so that a count can be asked for together with its error."""

import csv
import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from flows.lake.accuracy_table import ACCURACY
from flows.lake.batches import Writer
from flows.lake.schema import Row
from flows.settings import ROOT

ACCURACY_FILE = ROOT / "data" / "accuracy.csv"


def figures(path: Path = ACCURACY_FILE) -> list[Row]:
    """The rows of the file, empty fields as null."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                **{name: text or None for name, text in line.items()},
                "set_size": int(line["set_size"]) if line["set_size"] else None,
                "value": float(line["value"]) if line["value"] else None,
                "measured_date": date.fromisoformat(line["measured_date"]) if line["measured_date"] else None,
            }
            for line in csv.DictReader(file)
        ]


def load(writer: Writer, path: Path = ACCURACY_FILE) -> bool:
    """Load the file where it is not the version loaded last. Returns whether it was loaded."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    last = writer.connection.execute(
        "SELECT max(load_number), arg_max(digest, load_number) FROM lake.raw.accuracy"
    ).fetchone()
    number, known = last or (None, None)
    if known == digest:
        return False
    made = {"digest": digest, "load_number": (number or 0) + 1, "loaded_at": datetime.now(UTC)}
    batch = f"accuracy-{made['load_number']}-{digest[:16]}"
    return writer.commit_rows("publish", batch, batch, [(ACCURACY, [{**row, **made} for row in figures(path)])])
