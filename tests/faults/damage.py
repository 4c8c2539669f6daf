"""1,000 bit flips and 200 cuts over WARC, Parquet, catalogue and seal of a small lake, one at a time: are all found?

Every `REPAIR_EACH`th damage is repaired, and the rows are held against those of before. Prints figures as JSON.
"""

import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from flows.lake import catalog
from flows.steps.verifying import verify
from tests.steps.damaged_lake import once
from tests.steps.test_repairing import content, mended

FLIPS, CUTS, SEED, REPAIR_EACH = 1000, 200, 20261126, 17


def targets(lake: Path) -> dict[str, list[Path]]:
    """What is damaged, by kind; each kind gets as many damages as the others."""
    return {
        "warc": sorted((lake / "warc").rglob("*.warc.gz")),
        "parquet": sorted((lake / "files").rglob("*.parquet")),
        "catalogue": [catalog.catalog_path(lake)],
        "seal": sorted((lake / "seal").iterdir()),
    }


def damage(path: Path, kept: bytes, is_flip: bool, chance: random.Random) -> str:
    """Damage a file; says how."""
    at = chance.randrange(len(kept))
    if is_flip:
        bit = chance.randrange(8)
        path.write_bytes(kept[:at] + bytes([kept[at] ^ 1 << bit]) + kept[at + 1 :])
        return f"{path.name}: bit {bit} of byte {at}"
    path.write_bytes(kept[:at])
    return f"{path.name}: cut at {at}"


def main() -> None:
    """Damage, verify, put back; and now and then repair a copy."""
    lake = Path(tempfile.mkdtemp(prefix="sillok-damage-")) / "lake"
    shutil.copytree(once(), lake)
    chance, before = random.Random(SEED), content(lake, "raw", "staging")
    tried, found, named = Counter[str](), Counter[str](), Counter[str]()
    repaired, restored = Counter[str](), Counter[str]()
    missed, short = [], []
    began, ends_at = time.process_time(), time.monotonic() + float(os.environ.get("SECONDS_AT_MOST", "inf"))
    kinds = targets(lake)
    every = (FLIPS + CUTS) // CUTS
    for number in range(FLIPS + CUTS):
        if time.monotonic() > ends_at:
            break  # what was tried until then is told
        is_flip = number % every < every - 1
        kind = list(kinds)[number // every % len(kinds)]
        path = chance.choice(kinds[kind])
        kept = path.read_bytes()
        what = damage(path, kept, is_flip, chance)
        key = f"{kind} {'flips' if is_flip else 'cuts'}"
        tried[key] += 1
        told = verify(lake).damage
        found[key] += bool(told)
        named[key] += any(one.name == path.relative_to(lake).as_posix() for one in told)
        if not told:
            missed.append(what)
        if number % REPAIR_EACH == 0:
            copy = lake.with_name("copy")
            shutil.copytree(lake, copy)
            repaired[key] += 1
            after = mended(copy)
            same = content(copy, "raw", "staging")
            wrong = [name for name in before if same[name] != before[name]]
            is_whole = not after.damage and not wrong
            restored[key] += is_whole
            if not is_whole:
                short.append({"what": what, "damage": [one.says for one in after.damage], "tables": wrong})
            shutil.rmtree(copy)
        path.write_bytes(kept)
    figures = {
        "tried": dict(tried), "found": dict(found), "named": dict(named), "missed": missed,
        "repaired": dict(repaired), "all_rows_as_before": dict(restored), "not_as_before": short,
        "processor_seconds": round(time.process_time() - began),
    }  # fmt: skip
    shutil.rmtree(lake.parent)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
