"""A report as one HTML page: no script, nothing loaded from anywhere, light and dark, for screen and paper."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from flows.reporting.report import FIGURES, Report, cells, headings

_FOLDER = Path(__file__).parent


def page(report: Report, explore: str = "") -> str:
    """The whole page. Every text is escaped by the template engine; no text of others is marked as safe.

    `explore` is the address of an Explore over the same lake: each question then has a link that asks it there.
    """
    return _template().render(report=report, cells=cells, headings=headings, figures=FIGURES, explore=explore)


@cache
def _template() -> Template:
    engine = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return engine.get_template("report.html.j2")
