"""`sillok search`: articles that hold some words, best first, with the words marked."""

import json
import re
import time
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.settings import settings

if TYPE_CHECKING:
    from flows.steps.searching import Found

out = Console()
err = Console(stderr=True)

_MARKED = re.compile(r"«([^«»]*)»")


def search_(
    query: Annotated[
        str,
        typer.Argument(help="For example: '네이버 AND (소버린 OR 주권) NOT 주가'."),
    ],
    publisher: Annotated[str, typer.Option(help="Only of this news organisation.")] = "",
    since: Annotated[str, typer.Option(help="Only published on this day or later: 2026-01-15, 2026-01, 2026.")] = "",
    until: Annotated[str, typer.Option(help="Only published on this day or earlier: 2026-01-15.")] = "",
    lang: Annotated[str, typer.Option(help="Only in this language: ko, en.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="So many articles, the best.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show how each word is understood, and stop.")] = False,
) -> None:
    """Search the articles: all words by default, a|b or OR for either, -a or NOT, brackets, "a phrase".

    title: quote: speaker: person: org: before a word, a phrase or a bracket look there alone. Korean words are found
    with any particle and ending, compounds by their parts. A snippet is one sentence of at most 200 characters.
    """
    from flows.steps.searching import Filters, search, understood

    lake = settings().lake
    if explain:
        for one in understood(lake, query):
            ways = " or ".join(" + ".join(terms) for terms in one.alternatives)
            out.print(Text.assemble((one.said, "bold"), f"  looks for {ways}"))
        return
    filters = Filters(publisher, lang, _day(since, "--since"), _day(until, "--until"))
    began = time.perf_counter()
    with err.status("Searching"):
        found = search(lake, query, filters, limit)
    seconds = time.perf_counter() - began
    if as_json:
        for hit in found.hits:
            print(json.dumps(asdict(hit), ensure_ascii=False, default=str))
        return
    _print(found, seconds)


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    from flows.lake.catalog import LakeError

    raise LakeError(f"{option} is {text}, which is no day; a right one: {option} 2026-01-15")


def _print(found: "Found", seconds: float) -> None:
    table = Table("published", "publisher", "article", box=SIMPLE_HEAD, pad_edge=False)
    for hit in found.hits:
        words = Text.assemble((hit.title or "", "bold"), "\n", _marked(hit.snippet or ""), "\n", (hit.url or "", "dim"))
        table.add_row(str(hit.published_date or ""), Text(hit.publisher or ""), words)
    if found.hits:
        out.print(table)
    articles = "article" if found.total == 1 else "articles"
    said = ("" if found.total == len(found.hits) else f"{len(found.hits)} of ") + f"{found.total:,} {articles}"
    err.print(f"{said} in {seconds:.2f} s" if found.hits else "Nothing was found; --explain shows what was looked for")


def _marked(snippet: str) -> Text:
    """The snippet with its words bold on a terminal; on paper the marks stay."""
    if not out.is_terminal:
        return Text(snippet)
    text = Text()
    for at, part in enumerate(_MARKED.split(snippet)):
        text.append(part, "bold yellow" if at % 2 else "")
    return text
