"""The web application of Explore: addresses -> pages and files. Reads only; knows nobody, keeps nothing.

Every answer says what a page may do (Content-Security-Policy: scripts and data of this server alone), and requests that
name another host are refused, since a page elsewhere could otherwise reach a server on loopback (DNS rebinding).
"""

import contextlib
import csv
import io
import ipaddress
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.exploring import charts, pages
from flows.exploring.state import AddressError, State, address, read
from flows.exploring.view import Chart, Frame, View
from flows.exploring.views import VIEWS, question
from flows.lake.ask import QuestionError
from flows.lake.catalog import LakeError
from flows.lake.search_query import SearchError
from flows.reporting.report import Section, inert
from flows.steps.exploring import BusyError, Corpus, Looked, NotHereError, passed_on
from flows.steps.exploring_sql import EXAMPLES, FILE_ROWS, Cell

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (AddressError, 400, "This address cannot be read"),
    (SearchError, 400, "This search cannot be read"),
    (QuestionError, 400, "This question cannot be answered"),
    (NotHereError, 404, "Not here"),
    (BusyError, 503, "Too long"),
    (LakeError, 503, "The lake cannot be read"),
)


def application(lake: Path, is_open: bool, names: Sequence[str] = (), seconds: float = 20.0) -> Starlette:
    """The application over a lake.

    Args:
        lake: its folder; there need not be a lake in it yet.
        is_open: texts are shown whatever their rights say: right only where nobody but this machine can ask.
        names: host names, beside localhost and plain addresses, by which it may be asked for.
        seconds: how long one question may take.
    """
    explore = _Explore(Corpus(lake, is_open, seconds))
    routes = [
        Route("/", explore.page, name="search"),
        Route("/static/{name}", _static),
        Route("/sql", explore.sql_page),
        Route("/sql.{form}", explore.sql_file),
        Route("/search.{form}", explore.file),
        *(
            Route(f"/{view.name}{'/{key}' if view.has_key else ''}{ending}", end, name=view.name)
            for view in VIEWS.values()
            if view.name != "search"
            for ending, end in ((".{form}", explore.file), ("", explore.page))
        ),
    ]

    @contextlib.asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        # The bundle takes some seconds to make; the first chart should not wait for it.
        threading.Thread(target=explore.warm, daemon=True).start()
        yield
        explore.close()

    made = Starlette(routes=routes, lifespan=running, exception_handlers={404: explore.nowhere})
    made.add_middleware(_Guard, names=frozenset(name.lower() for name in names))
    return made


class _Explore:
    """The pages over one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._cell = Cell(corpus)

    def warm(self) -> None:
        """Do beforehand what is slow the first time: the bundle, the first reading of the catalogue's functions."""
        with contextlib.suppress(LakeError):  # said to whoever asks
            self._corpus.frame()
        _vega()
        with contextlib.suppress(LakeError):
            self._cell.ask("SELECT 1")

    def close(self) -> None:
        """Let go of the lake."""
        self._cell.close()
        self._corpus.close()

    def page(self, request: Request) -> Response:
        """One view as a page."""
        view, key = _view(request)
        return self._guarded(request, lambda state: self._page(view, key, state))

    def file(self, request: Request) -> Response:
        """One view as a file."""
        view, key = _view(request)
        return self._guarded(request, lambda state: self._file(view, key, state, request.path_params["form"]))

    def sql_page(self, request: Request) -> Response:
        """The SQL cell."""
        return self._guarded(request, self._sql_page)

    def sql_file(self, request: Request) -> Response:
        """The answer to a question as a file."""

        def made(state: State) -> Response:
            section, _ = self._cell.ask(state.sql, FILE_ROWS)
            return _as_file(
                request.path_params["form"], "answer", section, [section], question.chart(section), "Answer"
            )

        return self._guarded(request, made)

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """An address that is none of ours."""
        return self._wrong(State(), "Not here", f"There is no page {request.url.path}", 404)

    def _guarded(self, request: Request, made: Callable[[State], Response]) -> Response:
        state = State()
        try:
            state = read(request.query_params)
            return made(state)
        except tuple(kind for kind, _, _ in _STATUS) as error:
            status, heading = next((code, title) for kind, code, title in _STATUS if isinstance(error, kind))
            return self._wrong(state, heading, str(error), status)

    def _page(self, view: View, key: str, state: State) -> Response:
        looked = self._corpus.look(view, state, key)
        spec = view.chart(looked.asked, looked.answers)
        given = dict(view.shows(looked.asked, looked.answers))
        given.setdefault("title", view.title)
        if view.name == "network":
            given["drawn_pairs"], given["narrowed"] = given.pop("drawn"), bool(state.narrowings)
        path = _path(view, key)
        here = path if not view.has_key else {"story": "/stories"}.get(view.name, "/")
        given |= {
            "here": here,
            "key": key,
            "chart_spec": spec,
            "is_drawn": bool(spec) and view.is_drawn,
            "drawn": address(f"{path if path != '/' else '/search'}.svg", state),
            "forms": pages.taken(path, state),
            "questions": list(looked.answers.values()),
            "frame": looked.asked.frame,
            "snapshot": looked.snapshot,
            "seconds": looked.seconds,
            "action": here if here in ("/trend", "/network", "/stories") else "/",
        }
        return self._html(view.name, state, given)

    def _file(self, view: View, key: str, state: State, form: str) -> Response:
        looked = self._corpus.look(view, state, key, is_file=form in ("csv", "json"))
        found = [passed_on(one, _folder(view, looked, name)) for name, one in looked.answers.items()]
        main = next((one for one in found if one.name == view.main), found[0] if found else None)
        spec = view.chart(looked.asked, looked.answers)
        said = f"{key} " if key else " ".join(filter(None, [state.query, *state.narrowings.values()]))
        return _as_file(form, f"{view.name}-{said}"[:80], main, list(looked.answers.values()), spec, view.title)

    def _sql_page(self, state: State) -> Response:
        began = time.perf_counter()
        section, is_more, wrong = None, False, ""
        status = 200
        frame: Frame | None = None
        try:
            frame = self._corpus.frame()
            if state.sql:
                section, is_more = self._cell.ask(state.sql)
        except (QuestionError, BusyError) as error:
            wrong, status = str(error), 400
        spec = question.chart(section) if section else None
        forms = pages.taken("/sql", State(sql=state.sql)) if section else []
        given = {
            "here": "/sql",
            "section": section,
            "is_more": is_more,
            "most_rows": FILE_ROWS,
            "wrong": wrong,
            "chart_spec": spec,
            "is_drawn": bool(spec),
            "drawn": address("/sql.svg", State(sql=state.sql)),
            "forms": forms,
            "questions": [],
            "frame": frame,
            "snapshot": 0,
            "seconds": time.perf_counter() - began,
            "schema": self._cell.schema(),
            "examples": EXAMPLES,
        }
        return self._html("sql", state, given, status)

    def _wrong(self, state: State, heading: str, wrong: str, status: int) -> Response:
        return self._html("wrong", state, {"here": "", "heading": heading, "wrong": wrong, "is_drawn": False}, status)

    def _html(self, template: str, state: State, given: Mapping[str, object], status: int = 200) -> Response:
        text = pages.page(template, state, {**given, "is_open": self._corpus.is_open})
        headers = {"cache-control": "no-store"}
        return Response(text.encode("utf-8", "replace"), status, headers, "text/html; charset=utf-8")


def _view(request: Request) -> tuple[View, str]:
    name = request.url.path.strip("/").partition("/")[0].partition(".")[0] or "search"
    return VIEWS[name], request.path_params.get("key", "")


def _path(view: View, key: str) -> str:
    return "/" if view.name == "search" else f"/{view.name}/{key}" if view.has_key else f"/{view.name}"


def _folder(view: View, looked: Looked, name: str) -> str:
    return next((one.folder for one in view.asks(looked.asked) if one.name == name), "")


def _as_file(
    form: str, name: str, main: Section | None, all_: Sequence[Section], spec: Chart | None, title: str
) -> Response:
    if form not in pages.FORMS:
        raise NotHereError(f"A view is taken as {', '.join(pages.FORMS)}, not as {form}")
    body: bytes
    if form in ("png", "svg"):
        if spec is None:
            raise NotHereError("There is nothing to draw here")
        paper = charts.on_paper(spec, inert(str(spec["description"])), "Sillok")
        body = charts.png(paper) if form == "png" else charts.svg(paper).encode()
    elif form == "sql":
        body = "\n;\n\n".join(f"-- {one.what}\n{one.sql}" for one in all_).encode("utf-8", "replace")
    elif main is None:
        raise NotHereError("Nothing was asked yet: say a word")
    elif form == "json":
        rows = [dict(zip(main.columns, row, strict=True)) for row in main.rows]
        body = json.dumps(rows, ensure_ascii=False, default=str).encode("utf-8", "replace")
    else:
        body = _csv(main)
    plain = "".join(one if one.isalnum() and one.isascii() else "-" for one in name).strip("-") or title.lower()
    headers = {"content-disposition": f'attachment; filename="{plain}.{form}"', "cache-control": "no-store"}
    return Response(body, headers=headers, media_type=pages.FORMS[form])


def _csv(section: Section) -> bytes:
    """With a byte order mark: without one Excel takes Korean for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(section.columns)
    for row in section.rows:
        writer.writerow("\n".join(map(str, value)) if isinstance(value, list) else value for value in row)
    return out.getvalue().encode("utf-8-sig", "replace")


@lru_cache(1)
def _vega() -> bytes:
    return charts.script().encode()


def _static(request: Request) -> Response:
    made: dict[str, tuple[Callable[[], str | bytes], str]] = {
        "explore.css": (pages.style, "text/css; charset=utf-8"),
        "vega.js": (_vega, "text/javascript; charset=utf-8"),
        **{name: (partial(pages.script, name), "text/javascript; charset=utf-8") for name in pages.SCRIPTS},
    }
    if request.path_params["name"] not in made:
        return PlainTextResponse("There is no such file", 404)
    body, kind = made[request.path_params["name"]]
    age = "max-age=3600" if request.path_params["name"] == "vega.js" else "no-cache"
    return Response(body(), headers={"cache-control": age}, media_type=kind)


class _Guard:
    """Refuses what does not come from a person at this server's own address, and says what pages may do."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app = app
        self._names = names | {"localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope["method"], given)
        if refused:
            await PlainTextResponse(refused[1] + "\n", refused[0])(scope, receive, sent)
        else:
            await self._app(scope, receive, sent)

    def _refused(self, method: str, given: dict[str, str]) -> tuple[int, str] | None:
        if method not in ("GET", "HEAD"):
            return 405, "Pages are read here, and nothing is written"
        host = _host(given.get("host", ""))
        if host not in self._names and not _is_address(host):
            return 421, f"This server is not called {host or 'nothing'}: `sillok explore --name` tells it its names"
        if given.get("sec-fetch-site") == "cross-site" and given.get("sec-fetch-mode") not in (None, "navigate"):
            return 403, "Pages of other sites may lead here, and read nothing"
        return None


def _host(text: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    return text.partition(":")[0].lower().rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
