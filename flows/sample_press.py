"""A small made-up press on loopback: the first thing to run the pipeline on, and a stage for tests.

`with SamplePress() as press:` serves every host of `data/sample_press/` on one free port, told apart by the Host
header. `python -m flows.sample_press --port 8080` serves the same to a browser, with an index page.
"""

import argparse
import email.utils
import gzip
import re
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Self

from flows.sample_press_content import Edition, Outlet, Press
from flows.sample_press_pages import HTML, Answer, answers, environment, not_found
from flows.sample_press_reading import read_press

__all__ = ["FOLDER", "Asked", "Edition", "SamplePress", "main"]

FOLDER = Path(__file__).resolve().parent.parent / "data" / "sample_press"
ADDRESS = "127.0.0.1"
MIN_GZIP_BYTES = 256  # below this a compressed body is not smaller
_BROWSE = re.compile(r"^/@([0-9a-z.-]+)(/.*)?$")


class Asked(NamedTuple):
    """One request as the server saw it. `time` is a monotonic clock in seconds, for distances only."""

    time: float
    host: str
    path: str
    status: int


class SamplePress:
    """The press of one edition, served on 127.0.0.1 while the context is open.

    Attributes:
        edition: which state of the press is served.
        press: outlets and stories behind the pages.
        requests: every request answered so far, in order.

    Raises:
        PressError: the folder holds no press, or its data breaks the form.
    """

    def __init__(self, folder: Path = FOLDER, edition: Edition = Edition.MORNING, port: int = 0) -> None:
        """Read the press; nothing is served before the context opens. Port 0 takes a free one."""
        self.edition = Edition(edition)
        self.press: Press = read_press(folder, self.edition)
        self.requests: list[Asked] = []
        self._environment = environment(folder / "layouts")
        self._answers = answers(self.press, folder / "layouts")
        self._outlets = {outlet.host: outlet for outlet in self.press.outlets.values()}
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to serve, in a daemon thread."""
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer((ADDRESS, self._port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and free the port."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    @property
    def port(self) -> int:
        """The port that is served.

        Raises:
            RuntimeError: the context is not open.
        """
        if self._server is None:
            raise RuntimeError("The sample press is not open: use it in a with statement.")
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> Mapping[str, tuple[str, int]]:
        """Where each host of the press is served: host name -> ("127.0.0.1", port)."""
        return MappingProxyType(dict.fromkeys(self._outlets, (ADDRESS, self.port)))

    def answer(self, host: str, path: str) -> Answer:
        """What a path (with its query) answers on a host; hosts that are not of the press show the index."""
        outlet = self._outlets.get(host)
        if outlet is None:
            return self._browse(path)
        found = self._answers.get((host, path))
        return found if found is not None else not_found(self._environment, outlet)

    def _browse(self, path: str) -> Answer:
        """The press for a person at http://127.0.0.1:port/: an index, and every page under `/@host/`."""
        found = _BROWSE.match(path)
        outlet = self._outlets.get(found.group(1)) if found else None
        if found is not None and outlet is not None:
            return _for_browser(self.answer(outlet.host, found.group(2) or "/"), outlet)
        template = self._environment.get_template("index.html.j2")
        status = 200 if path == "/" else 404
        return Answer(template.render(press=self.press).encode(), HTML, status)


def _for_browser(answer: Answer, outlet: Outlet) -> Answer:
    """Point the links of a page at the `/@host/` addresses, so that they work without the hosts' names."""
    headers = tuple((name, _inner(value)) if name == "Location" else (name, value) for name, value in answer.headers)
    if not answer.content_type.startswith("text/html") or answer.body.startswith(b"%PDF"):
        return Answer(answer.body, answer.content_type, answer.status, answer.modified_at, headers)
    rooted = re.sub(rb'(href|src)="/(?![/@])', rf'\1="/@{outlet.host}/'.encode(), answer.body)
    body = re.sub(rb'(href|src)="http://([0-9a-z.-]+\.example)/', rb'\1="/@\2/', rooted)
    return Answer(body, answer.content_type, answer.status, answer.modified_at, headers)


def _inner(url: str) -> str:
    return url.replace("http://", "/@", 1)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection. Everything it says is looked up; it makes nothing itself."""

    site: SamplePress
    protocol_version = "HTTP/1.1"
    server_version = "SamplePress"
    sys_version = ""
    timeout = 30
    wbufsize = -1  # headers and body leave together: apart, a kept connection waits 40 ms for each page

    def do_GET(self) -> None:
        """Answer with headers and body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with headers only."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        host = self.headers.get("Host", "").rpartition("]")[2].split(":")[0].strip().lower()
        path = self.path.split("#")[0]
        answer = self.site.answer(host, path)
        is_unchanged = answer.status == 200 and _is_unchanged(
            answer, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        )
        status = 304 if is_unchanged else answer.status
        self.site.requests.append(Asked(time.monotonic(), host, path, status))
        body = answer.body
        is_packed = (
            len(body) >= MIN_GZIP_BYTES
            and answer.content_type != "application/gzip"
            and "gzip" in self.headers.get("Accept-Encoding", "").lower()
        )
        if is_packed:
            body = gzip.compress(body, mtime=0)
        self.send_response(status)
        self.send_header("Last-Modified", email.utils.format_datetime(answer.modified_at.astimezone(UTC), usegmt=True))
        self.send_header("ETag", answer.etag)
        self.send_header("Vary", "Accept-Encoding")
        for name, value in answer.headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if is_packed:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: `requests` is the log."""


def _is_unchanged(answer: Answer, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """RFC 9110, 13.2.2: a tag, where given, decides alone; else the date does."""
    if if_none_match is not None:
        tags = {tag.strip() for tag in if_none_match.split(",")}
        return "*" in tags or answer.etag in tags or answer.etag.removeprefix("W/") in tags
    if if_modified_since is None:
        return False
    try:
        since = email.utils.parsedate_to_datetime(if_modified_since)
    except (ValueError, OverflowError):
        return False
    return answer.modified_at <= (since if since.tzinfo is not None else since.replace(tzinfo=UTC))


def main(arguments: list[str] | None = None) -> int:
    """Serve the press for a person to look at, until Ctrl-C. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.sample_press", description="Serve the sample press.")
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1 (default 8080, 0 takes a free one)")
    parser.add_argument("--edition", type=Edition, choices=list(Edition), default=Edition.MORNING)
    chosen = parser.parse_args(arguments)
    try:
        with SamplePress(edition=chosen.edition, port=chosen.port) as press:
            sys.stdout.write(f"The sample press ({press.edition}) is at http://{ADDRESS}:{press.port}/ (Ctrl-C ends)\n")
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError, ValueError) as problem:
        sys.stderr.write(f"The sample press cannot be served: {problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
