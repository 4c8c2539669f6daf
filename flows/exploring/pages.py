"""Pages of Explore: templates with escaping on; no text of others is marked as safe, none becomes a script."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.exploring.marking import inert_piece
from flows.exploring.state import State, address
from flows.reporting import report
from flows.reporting.report import Section

_FOLDER = Path(__file__).parent
_REPORTING = Path(report.__file__).parent
VIEWS_SHOWN = (
    ("/", "Search"),
    ("/trend", "Trend"),
    ("/network", "Network"),
    ("/quotes", "Quotations"),
    ("/stories", "Stories"),
    ("/completeness", "Completeness"),
    ("/sql", "SQL"),
)
SCRIPTS = ("explore.js", "turning.js", "charts.js")
"""Modules: the first is the page's, and brings the others."""
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "sql": "text/plain; charset=utf-8",
}
"""What a view can be taken as, with its media type."""


def page(template: str, state: State, given: Mapping[str, object]) -> str:
    """One page. `state` is what its links keep."""
    return _engine().get_template(f"{template}.html.j2").render({**given, "state": state})


def style() -> str:
    """The style sheet: the report's own, and what pages of Explore have beside it."""
    return (_REPORTING / "base.css").read_text(encoding="utf-8") + (_FOLDER / "static" / "explore.css").read_text(
        encoding="utf-8"
    )


def script(name: str) -> str:
    """One of `SCRIPTS`. Without them all but the moving charts is there."""
    return (_FOLDER / "static" / name).read_text(encoding="utf-8")


def taken(path: str, state: State) -> list[tuple[str, str]]:
    """Where a view is as CSV, JSON, PNG, SVG and SQL."""
    whole = path if path != "/" else "/search"
    return [(form, address(f"{whole}.{form}", state)) for form in FORMS]


def marked(snippet: object) -> list[tuple[str, bool]]:
    """A snippet in pieces, those between « and » being the words that were found."""
    pieces: list[tuple[str, bool]] = []
    for at, part in enumerate(str(snippet or "").replace("»", "«").split("«")):
        if part:
            pieces.append((inert_piece(part), bool(at % 2)))
    return pieces


def shown(value: object) -> str:
    """A value as text, without what turns the reading order."""
    return "" if value is None else report.inert(str(value))


def link(value: object) -> str:
    """An http address, or nothing."""
    text = str(value or "")
    return text if report.LINK.match(text) else ""


def _lang(value: object) -> str:
    return "ko" if report.HANGUL.search(str(value or "")) else ""


@cache
def _engine() -> Environment:
    engine = Environment(
        loader=FileSystemLoader([_FOLDER / "templates", _REPORTING]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters.update(t=shown, link=link, lang=_lang, marked=marked, segment=lambda text: quote(str(text), safe=""))
    engine.globals.update(address=address, views=VIEWS_SHOWN, cells=_cells, headings=report.headings, taken=taken)
    return engine


def _cells(section: Section, most: int | None = None) -> list[list[report.Cell]]:
    rows = section.rows if most is None else section.rows[:most]
    return report.cells(Section(section.name, section.title, section.what, section.columns, rows, section.sql))
