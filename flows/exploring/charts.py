"""Charts: altair gives the Vega-Lite specification; the browser draws it, and so does vl-convert for PNG and SVG.

Data of a chart are values in its specification: nothing is loaded. Texts in them are shown by Vega as text.
"""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence

import altair as alt
import vl_convert

from flows.exploring.view import Chart
from flows.reporting.report import inert

# DuckDB loads pandas, where there is one, in the thread that needs it first, and altair trips over one half loaded.
if importlib.util.find_spec("pandas"):
    importlib.import_module("pandas")

FONT = 'system-ui, "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif'
INK, SOFT, LINE = "#1c1b19", "#5d5a54", "#d9d5cc"
MARK, OTHER, PALE = "#3a83b8", "#cc6f33", "#9fb9cc"
"""Colours of what is drawn, that stand out on light and on dark ground."""
_AS_JSON = (bool, int, float, type(None))
PAPER = "#fdfcf9"
SCALE = 2
"""Pixels of a PNG a point: sharp on paper and on dense screens."""
# ast: Vega interprets its expressions, so that the page can forbid itself eval.
SCRIPT = """
window.drawChart = (element, spec, config, loader) => vegaEmbed(element, spec, {
    actions: false, renderer: "svg", ast: true, config, defaultStyle: false,
    tooltip: {disableDefaultStyle: true}, loader,
});
"""


def rows_of(name: str) -> alt.NamedData:
    """Rows that `specification` is given by a name. Altair never sees them: it would copy and check each value."""
    return alt.NamedData(name=name)


ROWS = rows_of("rows")
"""The rows of a chart that has but one kind."""


def days(title: str | None = None) -> alt.Axis:
    """An axis of days in UTC, which is how days without an hour are read."""
    return alt.Axis(format="%Y-%m-%d", labelOverlap="greedy", tickMinStep=86_400_000, title=title, tickCount=8)


def hours() -> alt.Axis:
    """An axis of instants in UTC."""
    return alt.Axis(format="%m-%d %H:%M", labelOverlap="greedy", title="UTC", tickCount=8)


def specification(chart: alt.TopLevelMixin, title: str, **rows: Sequence[Mapping[str, object]]) -> Chart:
    """The chart as Vega-Lite over its rows, with what it shows said for those who cannot see it.

    Days and instants are given in ISO 8601, texts without what turns the reading order. Colours are those of the page.
    """
    # Charts are ours, not a reader's: the tests draw them; holding each against the schema takes a tenth of a second.
    made: Chart = chart.to_dict(validate=False)
    made["description"] = inert(title)
    made["config"] = {}
    made["datasets"] = {name: [_plain(row) for row in some] for name, some in rows.items()}
    if made.get("width") == "container":
        made["autosize"] = {"type": "fit-x", "contains": "padding"}
    return made


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {
        name: inert(value) if isinstance(value, str) else value if isinstance(value, _AS_JSON) else str(value)
        for name, value in row.items()
    }


def on_paper(spec: Chart, title: str, note: str) -> Chart:
    """The chart as it is saved: light, with its title and where it comes from."""
    width = 760
    return {
        **spec,
        "width": width if spec.get("width") == "container" else spec.get("width", width),
        "title": {"text": title[:120], "subtitle": note[:160], "anchor": "start"},
        "background": PAPER,
        "padding": 16,
        "config": {
            "font": FONT,
            "axis": {"labelColor": SOFT, "titleColor": SOFT, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE},
            "legend": {"labelColor": INK, "titleColor": SOFT},
            "title": {"color": INK, "subtitleColor": SOFT, "fontSize": 16, "subtitlePadding": 6, "offset": 14},
            "text": {"color": INK},
            "view": {"stroke": None},
        },
    }


def svg(spec: Chart) -> str:
    """The chart as SVG, drawn here, from nothing but itself."""
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


def png(spec: Chart) -> bytes:
    """The chart as PNG."""
    return bytes(vl_convert.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=[]))


def script() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, out of the package that draws here; some 900 kB."""
    return str(vl_convert.javascript_bundle(SCRIPT))
