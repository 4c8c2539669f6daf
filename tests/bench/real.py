"""Time the import of the real pages beside the checkout: import, extract, annotate and publish, on a fresh lake.

Beside it, in the same run, stock trafilatura reads the same pages (one process, metadata on, nothing else done), so
that the figure can be read on any machine. The last line is one JSON object.
"""

import contextlib
import gzip
import io
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared"


def peak_bytes() -> int:
    """Largest resident size of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Run both and print the figures."""
    if not (SHARED / "eval").is_dir():
        sys.exit("the measuring set is not beside this checkout")
    pages = sorted((SHARED / "eval" / "pages").rglob("*.html.gz"))
    seed = next((SHARED / "seed").glob("*.txt"))
    lake = Path(tempfile.mkdtemp(prefix="sillok-bench-"))
    os.environ["SILLOK_LAKE"] = str(lake)
    from flows.cli import app
    from flows.lake import catalog

    began = time.monotonic()
    app(["import", *map(str, pages), str(seed)], standalone_mode=False)
    seconds = time.monotonic() - began
    peak = peak_bytes()
    connection = catalog.read(lake)
    outcomes = dict(connection.execute("SELECT outcome, count(*) FROM lake.staging.articles GROUP BY 1").fetchall())
    annotated = connection.execute("SELECT count(*) FROM lake.staging.annotations WHERE outcome = 'ok'").fetchone()
    stages = connection.execute(
        "SELECT stage, date_diff('millisecond', started_at, ended_at) / 1000 FROM lake.ops.runs"
    ).fetchall()
    figures = {
        "pages": len(pages) + 1,
        "seconds": round(seconds, 1),
        "asked_seconds": 60,
        "main_process_peak_bytes": peak,
        "asked_peak_bytes": 500_000_000,
        "processors": os.cpu_count(),
        "outcomes": outcomes,
        "annotated": annotated[0] if annotated else 0,
        "stage_seconds": {stage: round(value, 1) for stage, value in stages},
        "trafilatura_extract_cpu_seconds": round(trafilatura_seconds(pages), 1),
    }
    print(json.dumps(figures))


def trafilatura_seconds(pages: list[Path]) -> float:
    """Processor time of trafilatura's own reading of the same pages."""
    import trafilatura

    payloads = [gzip.decompress(path.read_bytes()) for path in pages]
    began = time.process_time()
    for payload in payloads:
        with contextlib.redirect_stderr(io.StringIO()):
            trafilatura.bare_extraction(payload, with_metadata=True)
    return time.process_time() - began


if __name__ == "__main__":
    main()
