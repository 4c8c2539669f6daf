"""One question in a process of its own, which imports nothing that it does not need: what `query` and `analyses` start.

python -m tests.bench.cold '["FOLDER", "ENGINE", "words or phrase", ["WORD", "WORD"], "OUTLET", "DAY"]'
python -m tests.bench.cold '["FOLDER", "SQL"]'
"""

import json
import sqlite3
import sys
import time
from datetime import date
from pathlib import Path

from flows.lake import catalog


def ask(folder: Path, engine: str, kind: str, words: list[str], outlet: str, since: date) -> dict[str, float]:
    """Open the index and ask one question; seconds and processor seconds of both."""
    started, cpu = time.perf_counter(), time.process_time()
    if engine == "sillok":
        lake = catalog.read(folder / "lake")
        opened = time.perf_counter()
        lake.execute("SET memory_limit = '2GB'; SET threads = 2")
        query = f'"{" ".join(words)}"' if kind == "phrase" else " ".join(words)
        # Written out, as in SQL by hand: a first bound value makes DuckDB's Python client import pandas where it is
        # installed, as it is beside these figures, which takes a second of processor time.
        sql = f"FROM lake.search('{query}', publisher := '{outlet}', since := DATE '{since}', most := 20)"
        found = len(lake.execute(sql).fetchall())
    elif engine == "fts5":
        db = sqlite3.connect(folder / "fts5" / "fts.sqlite")
        opened = time.perf_counter()
        query = f'"{" ".join(words)}"' if kind == "phrase" else " ".join(f'"{word}"' for word in words)
        found = len(
            db.execute(
                "SELECT rowid, bm25(texts), snippet(texts, 0, '«', '»', '…', 30) FROM texts WHERE texts MATCH ? "
                "AND (? = '' OR publisher = ?) AND day >= ? ORDER BY rank LIMIT 20",
                [query, outlet, outlet, str(since)],
            ).fetchall()
        )
    else:
        found, opened = _ask_tantivy(folder, kind, words, outlet, since)
    ended = time.perf_counter()
    return {
        "attach": opened - started,
        "seconds": ended - opened,
        "cpu_seconds": time.process_time() - cpu,
        "found": found,
    }


def _ask_tantivy(folder: Path, kind: str, words: list[str], outlet: str, since: date) -> tuple[int, float]:
    import tantivy

    index = tantivy.Index.open(str(folder / "tantivy"))
    opened = time.perf_counter()
    schema, query = index.schema, tantivy.Query
    if kind == "phrase":
        parts = [(tantivy.Occur.Must, query.phrase_query(schema, "terms", words))]
    else:
        parts = [(tantivy.Occur.Must, query.term_query(schema, "terms", word)) for word in words]
    if outlet:
        parts.append((tantivy.Occur.Must, query.const_score_query(query.term_query(schema, "publisher", outlet), 0.0)))
        days = (since - date(1970, 1, 1)).days
        late = query.range_query(schema, "day", tantivy.FieldType.Integer, days, 2**31)
        parts.append((tantivy.Occur.Must, query.const_score_query(late, 0.0)))
    asked = query.boolean_query(parts)
    searcher = index.searcher()
    hits = searcher.search(asked, limit=20).hits
    snippets = tantivy.SnippetGenerator.create(searcher, asked, schema, "terms")
    return len([snippets.snippet_from_doc(searcher.doc(address)).to_html() for _, address in hits]), opened


def answer(folder: Path, statement: str) -> dict[str, float]:
    """Open the lake and ask it one question in SQL; seconds and processor seconds from behind the attaching."""
    lake = catalog.read(folder / "lake")
    lake.execute("SET memory_limit = '2GB'; SET threads = 2")
    started, cpu = time.perf_counter(), time.process_time()
    found = len(lake.execute(statement).fetchall())
    return {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu, "found": found}


if __name__ == "__main__":
    folder, *rest = json.loads(sys.argv[1])
    if len(rest) == 1:
        print(json.dumps(answer(Path(folder), rest[0])))
    else:
        engine, kind, words, outlet, since = rest
        print(json.dumps(ask(Path(folder), engine, kind, words, outlet, date.fromisoformat(since))))
